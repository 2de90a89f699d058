/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Settings of Dovecot 2.4. This file is in two modules: the plugin reads
   them, and the one in bouncecause-settings-module.c makes them known to
   doveconf, without which there would be none to read. */

#include "lib.h"
#include "settings.h"
#include "settings-parser.h"
#include "sieve-common.h"
#include "bouncecause-settings.h"
#include "bouncecause-settings-module.h"

#define SETTING_DEFINE(name, key, value) \
	SETTING_DEFINE_STRUCT_STR(key, name, struct bouncecause_settings),

static const struct setting_define bouncecause_setting_defines[] = {
	BOUNCECAUSE_SETTINGS(SETTING_DEFINE)
	SETTING_DEFINE_LIST_END,
};

static const struct bouncecause_settings bouncecause_default_settings =
	BOUNCECAUSE_SETTINGS_DEFAULT;

const struct setting_parser_info bouncecause_setting_parser_info = {
	.name = "sieve_bouncecause",

	.defines = bouncecause_setting_defines,
	.defaults = &bouncecause_default_settings,

	.struct_size = sizeof(struct bouncecause_settings),
	.pool_offset1 = 1 + offsetof(struct bouncecause_settings, pool),
};

int bouncecause_settings_get(struct sieve_instance *svinst,
			     const struct bouncecause_settings **set_r,
			     const char **error_r)
{
	return settings_get(svinst->event, &bouncecause_setting_parser_info, 0,
			    set_r, error_r);
}

const char *
bouncecause_settings_unknown(struct mail_user *user ATTR_UNUSED,
			     unsigned int *iter ATTR_UNUSED)
{
	return NULL;
}
