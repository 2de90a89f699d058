/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What the settings mean */

#include "ext-bouncecause-compat.h"
#include "array.h"
#include "bounce-limits.h"
#include "bouncecause-advise-limit.h"
#include "bouncecause-log.h"
#include "bouncecause-settings.h"
#include "ext-bouncecause-settings.h"

/* less would not hold the header of a report */
#define MIN_MAX_SIZE (16 * 1024)

static const struct bouncecause_settings defaults =
	BOUNCECAUSE_SETTINGS_DEFAULT;

/* What Dovecot calls them */
#define SETTING_KEY(name, key, value) .name = key,
static const struct bouncecause_settings keys = {
	BOUNCECAUSE_SETTINGS(SETTING_KEY)
};

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

/* One setting, to be read */
struct setting {
	struct event *event;
	const char *key;
	/* without blanks around it */
	const char *value;
	const char *default_value;
};

static struct setting
setting_init(struct event *event, const char *key, const char *value,
	     const char *default_value)
{
	const struct setting setting = {
		.event = event,
		.key = key,
		.value = t_str_trim(value, " \t"),
		.default_value = default_value,
	};
	return setting;
}

#define SETTING(event, set, name) \
	setting_init(event, keys.name, (set)->name, defaults.name)

/* Is there something to be looked at, or is it the default? */
static bool setting_is_given(const struct setting *setting)
{
	return *setting->value != '\0' &&
		strcmp(setting->value, setting->default_value) != 0;
}

static void
setting_warn_part(const struct setting *setting, const char *part,
		  const char *problem, const char *used)
{
	const char *text;

	text = t_strdup_printf("setting %s = %s: %s; using %s", setting->key,
			       part, problem, used);
	if (bouncecause_log_first(text))
		e_warning(setting->event, "%s", text);
}

static void
setting_warn(const struct setting *setting, const char *problem)
{
	setting_warn_part(setting, setting->value, problem,
			  setting->default_value);
}

/* One of the names; names[0] is the default, and names[wrong] stands for what
   is none of them. */
static unsigned int
setting_get_enum(struct setting setting, const char *const *names,
		 unsigned int wrong)
{
	unsigned int i;

	if (!setting_is_given(&setting))
		return 0;
	for (i = 0; names[i] != NULL; i++) {
		if (strcasecmp(setting.value, names[i]) == 0)
			return i;
	}
	setting_warn_part(&setting, setting.value, t_strdup_printf(
		"it is one of %s", t_strarray_join(names, ", ")),
		names[wrong]);
	return wrong;
}

static const char *setting_get_rules(struct setting setting)
{
	if (!setting_is_given(&setting))
		return setting.default_value;
	if (*setting.value != '/') {
		setting_warn(&setting, "it is an absolute path");
		return setting.default_value;
	}
	return setting.value;
}

static uoff_t setting_get_max_size(struct setting setting)
{
	const char *error = NULL;
	uoff_t size = 0;

	if (setting_is_given(&setting)) {
		if (str_parse_get_size(setting.value, &size, &error) < 0)
			error = "it is a size like 1M";
		else if (size < MIN_MAX_SIZE)
			error = "it is too small";
		else
			return size;
		setting_warn(&setting, error);
	}
	if (str_parse_get_size(setting.default_value, &size, &error) < 0)
		i_unreached();
	return size;
}

static unsigned int setting_get_advise_limit(struct setting setting)
{
	unsigned int limit;

	if (setting_is_given(&setting)) {
		if (str_to_uint(setting.value, &limit) == 0 &&
		    limit <= BOUNCE_LIMIT_ADVISE_PER_DAY)
			return limit;
		setting_warn(&setting, t_strdup_printf(
			"it is a number up to %d",
			BOUNCE_LIMIT_ADVISE_PER_DAY));
	}
	if (str_to_uint(setting.default_value, &limit) < 0)
		i_unreached();
	return limit;
}

/* Words between blanks and commas, in lower case; NULL where there are none */
static const char *const *
setting_get_list(struct setting setting, pool_t pool)
{
	if (*setting.value == '\0')
		return NULL;
	return (const char *const *)
		p_strsplit_spaces(pool, t_str_lcase(setting.value), ", \t");
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
		entry[strlen(entry) - 1] != '.' &&
		strspn(entry, "abcdefghijklmnopqrstuvwxyz"
		       "0123456789-._") == strlen(entry);
}

/* The root of all domains is not written in addresses. */
static const char *domain_without_root(const char *entry, pool_t pool)
{
	size_t len = strlen(entry);

	return len == 0 || entry[len - 1] != '.' ? entry :
		p_strndup(pool, entry, len - 1);
}

/* A wrong one is left out, so that mail goes to fewer. */
static const char *const *
setting_get_advise_domains(struct setting setting, pool_t pool)
{
	const char *const *list = setting_get_list(setting, pool);
	ARRAY_TYPE(const_string) domains;
	const char *domain;

	if (list == NULL)
		return NULL;
	p_array_init(&domains, pool, 4);
	for (; *list != NULL; list++) {
		domain = domain_without_root(*list, pool);
		if (is_advise_domain(domain)) {
			array_push_back(&domains, &domain);
		} else {
			setting_warn_part(&setting, *list, "it is no domain",
					  "the others");
		}
	}
	array_append_zero(&domains);
	return array_front(&domains);
}

/* NULL: the postmaster's address */
static const char *setting_get_support(struct setting setting)
{
	return strcmp(setting.value, setting.default_value) == 0 ?
		NULL : setting.value;
}

static void
settings_parse(const struct bouncecause_settings *set, struct event *event,
	       pool_t pool, struct ext_bouncecause_settings *set_r)
{
	struct setting language = SETTING(event, set, language);

	set_r->rules_path = p_strdup(pool, setting_get_rules(
		SETTING(event, set, rules)));
	/* Whether there is such a language the rules say, see
	   bouncecause-message.c. */
	set_r->language = p_strdup(pool, setting_is_given(&language) ?
				   language.value : language.default_value);
	set_r->support = p_strdup(pool, setting_get_support(
		SETTING(event, set, support)));
	/* Who sets it wants less than all to be seen. */
	set_r->log_addresses = setting_get_enum(
		SETTING(event, set, log_addresses), log_addresses_names,
		BOUNCECAUSE_LOG_ADDRESSES_NONE);
	set_r->max_size = setting_get_max_size(
		SETTING(event, set, max_size));
	set_r->on_error = setting_get_enum(
		SETTING(event, set, on_error), on_error_names,
		BOUNCECAUSE_ON_ERROR_CONTINUE);
	set_r->own_hosts = setting_get_list(
		SETTING(event, set, own_hosts), pool);
	set_r->recipient_delimiter = p_strdup(
		pool, SETTING(event, set, recipient_delimiter).value);
	set_r->advise_domains = setting_get_advise_domains(
		SETTING(event, set, advise_domains), pool);
	set_r->advise_limit = setting_get_advise_limit(
		SETTING(event, set, advise_limit));
}

void ext_bouncecause_settings_read(struct sieve_instance *svinst,
				   struct event *event, pool_t pool,
				   struct ext_bouncecause_settings *set_r)
{
	const struct bouncecause_settings *set;
	const char *error;
	pool_t set_pool;

	i_zero(set_r);
	if (bouncecause_settings_get(svinst, &set, &error) == 0) {
		settings_parse(set, event, pool, set_r);
		set_pool = set->pool;
		pool_unref(&set_pool);
		return;
	}
	error = t_strdup_printf("settings cannot be read, using the defaults: "
				"%s", error);
	if (bouncecause_log_first(error))
		e_error(event, "%s", error);
	settings_parse(&defaults, event, pool, set_r);
}
