/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Settings with their defaults */

#include "lib.h"
#include "array.h"
#include "settings-parser.h"
#include "sieve-common.h"
#include "sieve-settings.h"
#include "bouncecause-advise-limit.h"
#include "bouncecause-log.h"
#include "ext-bouncecause-settings.h"

#define DEFAULT_LANGUAGE "auto"
#define DEFAULT_MAX_SIZE (1024 * 1024)
/* less would not hold the header of a report */
#define MIN_MAX_SIZE (16 * 1024)
#define DEFAULT_DELIMITER "+"
#define DEFAULT_ADVISE_LIMIT 20

static const char *const log_addresses_names[] = {
	[BOUNCECAUSE_LOG_ADDRESSES_FULL] = "full",
	[BOUNCECAUSE_LOG_ADDRESSES_DOMAIN] = "domain",
	[BOUNCECAUSE_LOG_ADDRESSES_NONE] = "none",
	NULL
};

static const char *const on_error_names[] = {
	[BOUNCECAUSE_ON_ERROR_CONTINUE] = "continue",
	[BOUNCECAUSE_ON_ERROR_TEMPFAIL] = "tempfail",
	NULL
};

struct settings_reader {
	struct sieve_instance *svinst;
	struct event *event;
};

/* The value without the blanks around it; NULL where it is not set. */
static const char *
setting_get(const struct settings_reader *reader, const char *name)
{
	const char *value = sieve_setting_get(reader->svinst, name);

	return value == NULL ? NULL : t_str_trim(value, " \t");
}

static void
setting_warn(const struct settings_reader *reader, const char *name,
	     const char *value, const char *problem, const char *used)
{
	const char *text;

	text = t_strdup_printf("setting %s = %s: %s; using %s",
			       name, value, problem, used);
	if (bouncecause_log_first(text))
		e_warning(reader->event, "%s", text);
}

/* One of the names; names[0] is the default. */
static unsigned int
setting_get_enum(const struct settings_reader *reader, const char *name,
		 const char *const *names)
{
	const char *value = setting_get(reader, name);
	unsigned int i;

	if (value == NULL || *value == '\0')
		return 0;
	for (i = 0; names[i] != NULL; i++) {
		if (strcasecmp(value, names[i]) == 0)
			return i;
	}
	setting_warn(reader, name, value,
		     t_strdup_printf("it is one of %s",
				     t_strarray_join(names, ", ")), names[0]);
	return 0;
}

static const char *setting_get_rules(const struct settings_reader *reader)
{
	const char *name = "sieve_bouncecause_rules";
	const char *value = setting_get(reader, name);

	if (value == NULL || *value == '\0')
		return BOUNCECAUSE_RULES_PATH;
	if (*value != '/') {
		setting_warn(reader, name, value, "it is an absolute path",
			     BOUNCECAUSE_RULES_PATH);
		return BOUNCECAUSE_RULES_PATH;
	}
	return value;
}

static uoff_t setting_get_max_size(const struct settings_reader *reader)
{
	const char *name = "sieve_bouncecause_max_size";
	const char *value = setting_get(reader, name);
	const char *error;
	uoff_t size;

	if (value == NULL || *value == '\0')
		return DEFAULT_MAX_SIZE;
	if (settings_get_size(value, &size, &error) < 0)
		error = "it is a size like 1M";
	else if (size < MIN_MAX_SIZE)
		error = "it is too small";
	else
		return size;
	setting_warn(reader, name, value, error, "1M");
	return DEFAULT_MAX_SIZE;
}

static unsigned int
setting_get_advise_limit(const struct settings_reader *reader)
{
	const char *name = "sieve_bouncecause_advise_limit";
	const char *value = setting_get(reader, name);
	unsigned int limit;

	if (value == NULL || *value == '\0')
		return DEFAULT_ADVISE_LIMIT;
	if (str_to_uint(value, &limit) == 0 && limit <= BOUNCECAUSE_ADVISE_MAX_LIMIT)
		return limit;
	setting_warn(reader, name, value,
		     t_strdup_printf("it is a number up to %d",
				     BOUNCECAUSE_ADVISE_MAX_LIMIT),
		     dec2str(DEFAULT_ADVISE_LIMIT));
	return DEFAULT_ADVISE_LIMIT;
}

/* Words between blanks and commas, in lower case; NULL where there are none */
static const char *const *
setting_get_list(const struct settings_reader *reader, const char *name,
		 pool_t pool)
{
	const char *value = setting_get(reader, name);

	if (value == NULL || *value == '\0')
		return NULL;
	return (const char *const *)
		p_strsplit_spaces(pool, t_str_lcase(value), ", \t");
}

/* A domain, alone or as "*.domain" or ".domain" for what is below it; as mail
   has it: us-ascii (IDNA) */
static bool is_advise_domain(const char *entry)
{
	if (*entry == '*' && *++entry != '.')
		return FALSE;
	if (*entry == '.')
		entry++;
	return *entry != '\0' && *entry != '.' &&
		strspn(entry, "abcdefghijklmnopqrstuvwxyz"
		       "0123456789-._") == strlen(entry);
}

/* A wrong one is left out, so that mail goes to fewer. */
static const char *const *
setting_get_advise_domains(const struct settings_reader *reader, pool_t pool)
{
	const char *name = "sieve_bouncecause_advise_domains";
	const char *const *list = setting_get_list(reader, name, pool);
	ARRAY_TYPE(const_string) domains;

	if (list == NULL)
		return NULL;
	p_array_init(&domains, pool, 4);
	for (; *list != NULL; list++) {
		if (is_advise_domain(*list))
			array_push_back(&domains, list);
		else {
			setting_warn(reader, name, *list,
				     "it is no domain", "the others");
		}
	}
	array_append_zero(&domains);
	return array_front(&domains);
}

void ext_bouncecause_settings_read(struct sieve_instance *svinst,
				   struct event *event, pool_t pool,
				   struct ext_bouncecause_settings *set_r)
{
	const struct settings_reader reader = {
		.svinst = svinst,
		.event = event,
	};
	const char *value;

	i_zero(set_r);
	set_r->rules_path = p_strdup(pool, setting_get_rules(&reader));
	/* Whether there is such a language the rules say, see
	   bouncecause-message.c. */
	value = setting_get(&reader, "sieve_bouncecause_language");
	if (value == NULL || *value == '\0')
		value = DEFAULT_LANGUAGE;
	set_r->language = p_strdup(pool, value);
	set_r->support = p_strdup(pool, setting_get(
		&reader, "sieve_bouncecause_support"));
	set_r->log_addresses = setting_get_enum(
		&reader, "sieve_bouncecause_log_addresses",
		log_addresses_names);
	set_r->max_size = setting_get_max_size(&reader);
	set_r->on_error = setting_get_enum(
		&reader, "sieve_bouncecause_on_error", on_error_names);
	set_r->own_hosts = setting_get_list(
		&reader, "sieve_bouncecause_own_hosts", pool);
	/* Dovecot's own */
	value = setting_get(&reader, "recipient_delimiter");
	set_r->recipient_delimiter = p_strdup(pool, value == NULL ?
					      DEFAULT_DELIMITER : value);
	set_r->advise_domains = setting_get_advise_domains(&reader, pool);
	set_r->advise_limit = setting_get_advise_limit(&reader);
}
