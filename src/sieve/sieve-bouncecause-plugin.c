/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The module that `sieve_plugins = sieve_bouncecause` loads */

#include "lib.h"
#include "ext-bouncecause-common.h"
#include "sieve-bouncecause-plugin.h"

struct plugin_context {
	const struct sieve_extension *ext;
};

const char *sieve_bouncecause_plugin_version = PIGEONHOLE_ABI_VERSION;

BOUNCECAUSE_LOAD_TYPE
sieve_bouncecause_plugin_load(struct sieve_instance *svinst, void **context)
{
	struct plugin_context *pctx;
	const struct sieve_extension *ext;

	if (bouncecause_extension_register(svinst, &bouncecause_extension,
					   &ext) < 0)
		return BOUNCECAUSE_LOAD_FAILED;
	pctx = i_new(struct plugin_context, 1);
	pctx->ext = ext;
	*context = pctx;

	e_debug(svinst->event, "bouncecause plugin version %s loaded",
		BOUNCECAUSE_VERSION);
	return BOUNCECAUSE_LOAD_OK;
}

void sieve_bouncecause_plugin_unload(struct sieve_instance *svinst ATTR_UNUSED,
				     void *context)
{
	struct plugin_context *pctx = context;

	/* it was not loaded */
	if (pctx == NULL)
		return;
	sieve_extension_unregister(pctx->ext);
	i_free(pctx);
}

/* Pigeonhole unloads its modules with the last Sieve instance, that is, in LMTP
   after each delivery. This one is linked to stay in the process (-z nodelete),
   so that the rules need not be loaded for each message and what was logged
   once is not logged again: init and deinit have nothing to do. */

void sieve_bouncecause_plugin_init(void)
{
}

void sieve_bouncecause_plugin_deinit(void)
{
}
