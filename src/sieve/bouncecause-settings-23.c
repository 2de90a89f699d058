/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Settings of Dovecot 2.3: in plugin {} */

#include "lib.h"
#include "sieve-common.h"
#include "sieve-settings.h"
#include "bouncecause-settings.h"

/* The value as it stands; the default where it is not set */
static const char *
setting_get(struct sieve_instance *svinst, pool_t pool, const char *key,
	    const char *default_value)
{
	const char *value = sieve_setting_get(svinst, key);

	return value == NULL ? default_value : p_strdup(pool, value);
}

int bouncecause_settings_get(struct sieve_instance *svinst,
			     const struct bouncecause_settings **set_r,
			     const char **error_r ATTR_UNUSED)
{
	struct bouncecause_settings *set;
	pool_t pool;

	pool = pool_alloconly_create("bouncecause settings", 512);
	set = p_new(pool, struct bouncecause_settings, 1);
	set->pool = pool;
#define SETTING_GET(name, key, value) \
	set->name = setting_get(svinst, pool, key, value);
	BOUNCECAUSE_SETTINGS(SETTING_GET)

	*set_r = set;
	return 0;
}
