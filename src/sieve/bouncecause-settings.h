#ifndef BOUNCECAUSE_SETTINGS_H
#define BOUNCECAUSE_SETTINGS_H

/* All settings as the administrator wrote them: with Dovecot 2.3 values in
   plugin {} (bouncecause-settings-23.c), with 2.4 settings of their own
   (bouncecause-settings-24.c). What the values mean is found out in
   ext-bouncecause-settings.c, for both. */

struct sieve_instance;

/* SETTING(name here, name for Dovecot, default) */
#define BOUNCECAUSE_SETTINGS(SETTING) \
	SETTING(rules, "sieve_bouncecause_rules", BOUNCECAUSE_RULES_PATH) \
	SETTING(language, "sieve_bouncecause_language", "auto") \
	SETTING(support, "sieve_bouncecause_support", "postmaster") \
	SETTING(log_addresses, "sieve_bouncecause_log_addresses", "full") \
	SETTING(max_size, "sieve_bouncecause_max_size", "1M") \
	SETTING(on_error, "sieve_bouncecause_on_error", "continue") \
	SETTING(own_hosts, "sieve_bouncecause_own_hosts", "") \
	SETTING(advise_domains, "sieve_bouncecause_advise_domains", "") \
	SETTING(advise_limit, "sieve_bouncecause_advise_limit", "20") \
	/* Dovecot's own */ \
	SETTING(recipient_delimiter, "recipient_delimiter", "+")

/* None is NULL. All are strings for Dovecot, too: with a wrong value it
   would not start, or not deliver to the user who has it. */
struct bouncecause_settings {
	pool_t pool;

#define SETTING_MEMBER(name, key, value) const char *name;
	BOUNCECAUSE_SETTINGS(SETTING_MEMBER)
#undef SETTING_MEMBER
};

#define SETTING_DEFAULT(name, key, value) .name = value,
#define BOUNCECAUSE_SETTINGS_DEFAULT \
	{ BOUNCECAUSE_SETTINGS(SETTING_DEFAULT) }

/* The values for the user of that instance; the caller unreferences
   set->pool. Returns 0, or -1 with the error where they cannot be had. */
int bouncecause_settings_get(struct sieve_instance *svinst,
			     const struct bouncecause_settings **set_r,
			     const char **error_r);

struct mail_user;

/* The next name of a setting of that user that begins like ours and is none of
   ours; *iter is 0 at first. NULL for no more. (In Dovecot 2.4 doveconf finds
   them.) */
const char *bouncecause_settings_unknown(struct mail_user *user,
					 unsigned int *iter);

#endif
