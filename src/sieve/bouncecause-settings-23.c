/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Settings of Dovecot 2.3: in plugin {} */

#include "dovecot-compat.h"
#include "array.h"
#include "mail-user.h"
#include "mail-storage-settings.h"
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

const char *bouncecause_settings_unknown(struct mail_user *user,
					 unsigned int *iter)
{
	static const char *const known[] = {
#define SETTING_KEY(name, key, value) key,
		BOUNCECAUSE_SETTINGS(SETTING_KEY)
		NULL
	};
	const char *const *envs;
	unsigned int count;

	if (!array_is_created(&user->set->plugin_envs))
		return NULL;
	/* keys and values in turn */
	envs = array_get(&user->set->plugin_envs, &count);
	while (*iter < count) {
		const char *key = envs[*iter];

		*iter += 2;
		if (str_begins_with(key, "sieve_bouncecause_") &&
		    !str_array_find(known, key))
			return key;
	}
	return NULL;
}
