#ifndef EXT_BOUNCECAUSE_SETTINGS_H
#define EXT_BOUNCECAUSE_SETTINGS_H

struct event;
struct sieve_instance;

/* What log lines and events show of addresses */
enum bouncecause_log_addresses {
	BOUNCECAUSE_LOG_ADDRESSES_FULL = 0,
	BOUNCECAUSE_LOG_ADDRESSES_DOMAIN,
	BOUNCECAUSE_LOG_ADDRESSES_NONE
};

/* What to do where a message cannot be classified: the rules cannot be loaded,
   the message cannot be read */
enum bouncecause_on_error {
	/* the script runs on; the message is taken for no bounce */
	BOUNCECAUSE_ON_ERROR_CONTINUE = 0,
	/* the script ends with a temporary failure; the sender tries again */
	BOUNCECAUSE_ON_ERROR_TEMPFAIL
};

struct ext_bouncecause_settings {
	/* sieve_bouncecause_rules: absolute path */
	const char *rules_path;
	/* sieve_bouncecause_language: "auto" or a tag */
	const char *language;
	/* sieve_bouncecause_support; NULL: the postmaster, "": none */
	const char *support;
	enum bouncecause_log_addresses log_addresses;
	/* sieve_bouncecause_max_size: bytes */
	uoff_t max_size;
	enum bouncecause_on_error on_error;
	/* sieve_bouncecause_own_hosts: through which own mail leaves; names
	   (`*` for any labels), addresses and CIDR ranges, NULL-terminated */
	const char *const *own_hosts;
	/* recipient_delimiter: what separates the detail of an address, any of
	   these characters; "" for none */
	const char *recipient_delimiter;
	/* sieve_bouncecause_advise_domains, lower case, NULL-terminated; NULL:
	   the owner's domain */
	const char *const *advise_domains;
	/* sieve_bouncecause_advise_limit: advices to one address and day */
	unsigned int advise_limit;
};

/* Read the settings; a wrong one is logged as a warning to the event, once per
   process, and its default is used, or, of what the log shows, "none". Strings
   are allocated from pool. */
void ext_bouncecause_settings_read(struct sieve_instance *svinst,
				   struct event *event, pool_t pool,
				   struct ext_bouncecause_settings *set_r);

#endif
