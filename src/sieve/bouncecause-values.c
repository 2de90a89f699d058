/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What scripts can ask for: a table, and how each value is made safe.

   A script may use any value as a part of a folder name, as in
   fileinto "Bounces/${bouncecause.domain}", and what is in a bounce a stranger
   wrote. So that the folder stays below the one that the script wrote:
   - Host names and domains become one level of the hierarchy: what cannot be
     in a host name, `/` above all, becomes `_`; so does the second of two dots
     and a dot at the beginning. (Where the separator is `.`, the labels of a
     name are levels. They cannot be had otherwise: a test for a domain has to
     find it as it is.)
   - All other values keep their `/`: it is legal in an address, and a text
     without it would not be the text. But a level `.` or `..` becomes `_` or
     `__`, since there are settings with which Dovecot would follow it.
   - Ids (cause, provider, rule ...) are made of letters, digits, `-`, `_` and
     `.`. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar-range.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "bouncecause-values.h"

#include <ctype.h>

enum value_place {
	/* a string in struct bounce_recipient, struct bounce_report */
	PLACE_RECIPIENT,
	PLACE_REPORT,
	/* asked of a function, with a recipient or without */
	PLACE_RECIPIENT_FUNC,
	PLACE_FUNC
};

enum value_form {
	FORM_TEXT = 0,
	FORM_HOST,
	FORM_LINES
};

struct value_def {
	const char *name;
	enum bouncecause_value_flags flags;
	enum value_form form;
	enum value_place place;
	size_t offset;
	const char *(*get)(const struct bouncecause_value_env *env);
};

/*
 * Values that are no strings in the verdict
 */

static const char *get_kind(const struct bouncecause_value_env *env)
{
	return bounce_kind_name(env->kind);
}

static const char *get_origin(const struct bouncecause_value_env *env)
{
	return env->report == NULL ? "" : env->origin;
}

static const char *get_severity(const struct bouncecause_value_env *env)
{
	return bounce_severity_name(env->rcpt->severity);
}

static const char *get_confidence(const struct bouncecause_value_env *env)
{
	return bounce_confidence_name(env->rcpt->confidence);
}

static const char *get_fixer(const struct bouncecause_value_env *env)
{
	return bounce_fixer_name(env->rcpt->fixer);
}

static const char *get_retry(const struct bouncecause_value_env *env)
{
	return bounce_retry_name(env->rcpt->retry);
}

static const char *get_retry_after(const struct bouncecause_value_env *env)
{
	return bounce_advice_retry_after(env->rcpt, &env->advice, env->pool);
}

static const char *get_retry_until(const struct bouncecause_value_env *env)
{
	return bounce_advice_time(env->rcpt->retry_until, env->pool);
}

static const char *get_keyword(const struct bouncecause_value_env *env)
{
	const struct bounce_rules *rules = env->rules;

	if (rules == NULL ||
	    env->rcpt->cause >= rules->counts[BOUNCE_SECTION_CAUSES])
		return "";
	return bounce_rules_str(rules, rules->causes[env->rcpt->cause].keyword);
}

static const char *get_title(const struct bouncecause_value_env *env)
{
	return bounce_advice_title(env->rules, env->report, env->rcpt,
				   &env->advice, env->language, env->pool);
}

static const char *get_reason(const struct bouncecause_value_env *env)
{
	return bounce_advice_reason(env->rules, env->report, env->rcpt,
				    &env->advice, env->language, env->pool);
}

static const char *get_advice(const struct bouncecause_value_env *env)
{
	return bounce_advice_advice(env->rules, env->report, env->rcpt,
				    &env->advice, env->language, env->pool);
}

static const char *get_explanation(const struct bouncecause_value_env *env)
{
	return bounce_advice_explanation(env->rules, env->report, env->rcpt,
					 &env->advice, env->language,
					 env->pool);
}

/*
 * All failed recipients
 */

bool bouncecause_recipient_counts(const struct bounce_recipient *rcpt)
{
	return rcpt->action == BOUNCE_ACTION_UNKNOWN ||
		rcpt->action == BOUNCE_ACTION_FAILED ||
		rcpt->action == BOUNCE_ACTION_DELAYED;
}

/* Failed recipients come first in a report. Where there are some, the delayed
   ones are not asked about. */
static bool
recipient_is_of_first_kind(const struct bounce_report *report,
			   const struct bounce_recipient *rcpt)
{
	const struct bounce_recipient *first = bounce_report_first(report);

	return first != NULL && bouncecause_recipient_counts(rcpt) &&
		*rcpt->recipient != '\0' &&
		((rcpt->action == BOUNCE_ACTION_DELAYED) ==
		 (first->action == BOUNCE_ACTION_DELAYED));
}

unsigned int bouncecause_value_count(const struct bouncecause_value_env *env)
{
	const struct bounce_recipient *rcpt;
	unsigned int count = 0;

	if (env->report == NULL)
		return 0;
	array_foreach(&env->report->recipients, rcpt) {
		if (recipient_is_of_first_kind(env->report, rcpt))
			count++;
	}
	return count;
}

static const char *get_count(const struct bouncecause_value_env *env)
{
	if (env->report == NULL)
		return "";
	return p_strdup_printf(env->pool, "%u", bouncecause_value_count(env));
}

/* As many whole addresses as there is room for */
static const char *get_recipients(const struct bouncecause_value_env *env)
{
	const struct bounce_recipient *rcpt;
	string_t *str;

	if (env->report == NULL)
		return "";
	str = str_new(env->pool, 128);
	array_foreach(&env->report->recipients, rcpt) {
		if (!recipient_is_of_first_kind(env->report, rcpt))
			continue;
		if (str_len(str) + 2 + strlen(rcpt->recipient) >
		    BOUNCE_VALUE_MAX_SIZE)
			break;
		if (str_len(str) > 0)
			str_append(str, ", ");
		str_append(str, rcpt->recipient);
	}
	return str_c(str);
}

/*
 * The table
 */

#define ITEM BOUNCECAUSE_VALUE_FLAG_ITEM
#define REPORT BOUNCECAUSE_VALUE_FLAG_REPORT
#define LANGUAGE BOUNCECAUSE_VALUE_FLAG_LANGUAGE

#define RCPT_STRING(_name, _field, _flags, _form) \
	{ .name = _name, .flags = (_flags), .form = (_form), \
	  .place = PLACE_RECIPIENT, \
	  .offset = offsetof(struct bounce_recipient, _field) }
#define REPORT_STRING(_name, _field, _flags, _form) \
	{ .name = _name, .flags = (_flags) | REPORT, .form = (_form), \
	  .place = PLACE_REPORT, \
	  .offset = offsetof(struct bounce_report, _field) }
#define RCPT_FUNC(_name, _func, _flags, _form) \
	{ .name = _name, .flags = (_flags), .form = (_form), \
	  .place = PLACE_RECIPIENT_FUNC, .get = (_func) }
#define FUNC(_name, _func, _flags) \
	{ .name = _name, .flags = (_flags) | REPORT, .form = FORM_TEXT, \
	  .place = PLACE_FUNC, .get = (_func) }

static const struct value_def value_defs[] = {
	[BOUNCECAUSE_VALUE_CAUSE] =
		RCPT_STRING("cause", cause_id, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_KIND] =
		FUNC("kind", get_kind, ITEM),
	[BOUNCECAUSE_VALUE_SEVERITY] =
		RCPT_FUNC("severity", get_severity, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_STATUS] =
		RCPT_STRING("status", status, ITEM, FORM_HOST),
	[BOUNCECAUSE_VALUE_CODE] =
		RCPT_STRING("code", code, ITEM, FORM_HOST),
	[BOUNCECAUSE_VALUE_RECIPIENT] =
		RCPT_STRING("recipient", recipient, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_DOMAIN] =
		RCPT_STRING("domain", domain, ITEM, FORM_HOST),
	[BOUNCECAUSE_VALUE_ORIGINAL_RECIPIENT] =
		RCPT_STRING("original_recipient", original_recipient, ITEM,
			    FORM_TEXT),
	[BOUNCECAUSE_VALUE_REMOTE_MTA] =
		RCPT_STRING("remote_mta", remote_mta, ITEM, FORM_HOST),
	[BOUNCECAUSE_VALUE_REPORTING_MTA] =
		REPORT_STRING("reporting_mta", reporting_mta, ITEM, FORM_HOST),
	[BOUNCECAUSE_VALUE_DIAGNOSTIC] =
		RCPT_STRING("diagnostic", diagnostic, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_PROVIDER] =
		RCPT_STRING("provider", provider_id, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_RULE] =
		RCPT_STRING("rule", rule_id, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_CONFIDENCE] =
		RCPT_FUNC("confidence", get_confidence, ITEM, FORM_TEXT),
	[BOUNCECAUSE_VALUE_FIXER] =
		RCPT_FUNC("fixer", get_fixer, ITEM, FORM_TEXT),

	[BOUNCECAUSE_VALUE_RECIPIENTS] =
		FUNC("recipients", get_recipients, 0),
	[BOUNCECAUSE_VALUE_COUNT_] =
		FUNC("count", get_count, 0),
	[BOUNCECAUSE_VALUE_RETRY] =
		RCPT_FUNC("retry", get_retry, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_RETRY_AFTER] =
		RCPT_FUNC("retry_after", get_retry_after, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_RETRY_UNTIL] =
		RCPT_FUNC("retry_until", get_retry_until, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_SUGGESTION] =
		RCPT_STRING("suggestion", suggestion, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_TITLE] =
		RCPT_FUNC("title", get_title, LANGUAGE, FORM_TEXT),
	[BOUNCECAUSE_VALUE_REASON] =
		RCPT_FUNC("reason", get_reason, LANGUAGE, FORM_TEXT),
	[BOUNCECAUSE_VALUE_ADVICE] =
		RCPT_FUNC("advice", get_advice, LANGUAGE, FORM_TEXT),
	[BOUNCECAUSE_VALUE_EXPLANATION] =
		RCPT_FUNC("explanation", get_explanation, LANGUAGE,
			  FORM_LINES),
	[BOUNCECAUSE_VALUE_KEYWORD] =
		RCPT_FUNC("keyword", get_keyword, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGINAL_MESSAGE_ID] =
		REPORT_STRING("original_message_id", returned.message_id, 0,
			      FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGINAL_SUBJECT] =
		REPORT_STRING("original_subject", returned.subject, 0,
			      FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGINAL_FROM] =
		REPORT_STRING("original_from", returned.from, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGINAL_TO] =
		REPORT_STRING("original_to", returned.to, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGINAL_DATE] =
		REPORT_STRING("original_date", returned.date, 0, FORM_TEXT),
	[BOUNCECAUSE_VALUE_ORIGIN] =
		FUNC("origin", get_origin, ITEM),
};

const char *bouncecause_value_name(enum bouncecause_value value)
{
	i_assert(value < N_ELEMENTS(value_defs));
	return value_defs[value].name;
}

enum bouncecause_value_flags
bouncecause_value_flags(enum bouncecause_value value)
{
	i_assert(value < N_ELEMENTS(value_defs));
	return value_defs[value].flags;
}

bool bouncecause_value_find(const char *name,
			    enum bouncecause_value_flags flags,
			    enum bouncecause_value *value_r)
{
	unsigned int i;

	for (i = 0; i < N_ELEMENTS(value_defs); i++) {
		if ((value_defs[i].flags & flags) == flags &&
		    strcasecmp(value_defs[i].name, name) == 0) {
			*value_r = i;
			return TRUE;
		}
	}
	return FALSE;
}

/*
 * Safety
 */

/* Can it be in a name (RFC 5890: letters, marks and digits of all scripts)?
   Symbols and punctuation cannot, some of which look like "/". */
static bool is_host_char(unichar_t chr)
{
	static const struct unichar_range others[] = {
		{ 0x80, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 },
		{ 0x1680, 0x1680 }, { 0x2000, 0x2bff }, { 0x2e00, 0x2fff },
		{ 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x303f },
		{ 0x3200, 0x33ff }, { 0xd800, 0xfaff }, { 0xfe00, 0xfe6f },
		{ 0xff00, 0xff0f }, { 0xff1a, 0xff20 }, { 0xff3b, 0xff40 },
		{ 0xff5b, 0xff65 }, { 0xffa0, 0xffff }, { 0x1d000, 0x1d7ff },
		{ 0x1f000, 0x1ffff }, { 0x30000, 0x10ffff },
	};

	if (chr < 0x80) {
		return chr != '\0' &&
			(i_isalnum(chr) || strchr("-_.:[]", chr) != NULL);
	}
	return !unichar_in_ranges(chr, others, N_ELEMENTS(others));
}

static const char *value_host(const char *value, pool_t pool)
{
	size_t size = strlen(value);
	const char *p = value, *end = value + size;
	string_t *str = str_new(pool, size + 1);
	bool label = FALSE;
	unichar_t chr;
	int len;

	/* the root's dot */
	if (size > 1 && end[-1] == '.')
		end--;
	for (; p < end; p += len) {
		len = uni_utf8_get_char_n(p, end - p, &chr);
		if (len <= 0) {
			len = 1;
			chr = UNICODE_REPLACEMENT_CHAR;
		}
		if (is_host_char(chr) && (chr != '.' || label)) {
			str_append_data(str, p, len);
			label = chr != '.';
		} else {
			str_append_c(str, '_');
			label = TRUE;
		}
	}
	return str_c(str);
}

static const char *value_text(const char *value, pool_t pool)
{
	const char *level = value;
	size_t dots;
	char *str = NULL;

	while (level != NULL) {
		dots = strspn(level, ".");
		if ((dots == 1 || dots == 2) &&
		    (level[dots] == '/' || level[dots] == '\0')) {
			if (str == NULL)
				str = p_strdup(pool, value);
			memset(str + (level - value), '_', dots);
		}
		level = strchr(level, '/');
		if (level != NULL)
			level++;
	}
	return str == NULL ? value : str;
}

static const char *
value_read(const struct value_def *def, const struct bouncecause_value_env *env)
{
	const void *base = NULL;

	switch (def->place) {
	case PLACE_RECIPIENT:
		base = env->rcpt;
		break;
	case PLACE_REPORT:
		base = env->report;
		break;
	case PLACE_RECIPIENT_FUNC:
		return env->rcpt == NULL ? "" : def->get(env);
	case PLACE_FUNC:
		return def->get(env);
	}
	if (base == NULL)
		return "";
	return *(const char *const *)CONST_PTR_OFFSET(base, def->offset);
}

const char *bouncecause_value_get(enum bouncecause_value value,
				  const struct bouncecause_value_env *env)
{
	const struct value_def *def = &value_defs[value];
	const char *str;

	i_assert(value < N_ELEMENTS(value_defs));

	str = value_read(def, env);
	if (*str == '\0')
		return "";
	switch (def->form) {
	case FORM_TEXT:
		str = bounce_value_clean(str, BOUNCE_VALUE_MAX_SIZE,
					 env->pool);
		return value_text(str, env->pool);
	case FORM_HOST:
		str = bounce_value_clean(str, BOUNCE_VALUE_MAX_SIZE,
					 env->pool);
		return value_host(str, env->pool);
	case FORM_LINES:
		/* made line by line by the engine */
		return value_text(str, env->pool);
	}
	i_unreached();
}
