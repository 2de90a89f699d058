/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "time-util.h"
#include "message-date.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "address-find.h"
#include "compose-document.h"
#include "compose-values.h"

#include <ctype.h>
#include <time.h>

/* "10 MB" and the like; what is longer is no limit */
#define LIMIT_MAX_SIZE 20

/* What the mail system or a stranger wrote, as opposed to our own words */
static const enum advice_placeholder foreign_values[] = {
	ADVICE_RECIPIENT, ADVICE_DOMAIN, ADVICE_SENDER, ADVICE_SENDER_DOMAIN,
	ADVICE_REMOTE_MTA, ADVICE_REPORTING_MTA, ADVICE_LIMIT, ADVICE_STATUS,
	ADVICE_REPLY, ADVICE_SUBJECT, ADVICE_SUGGESTION,
};

static bool
list_has(const char *const *list, const char *address)
{
	if (*address == '\0')
		return FALSE;
	for (; list != NULL && *list != NULL; list++) {
		if (strcasecmp(*list, address) == 0)
			return TRUE;
	}
	return FALSE;
}

static bool
author_knows(const struct bounce_compose *compose, const char *address)
{
	return list_has(compose->report->returned.recipients, address) ||
		list_has(compose->known_recipients, address);
}

/* The address that the author wrote, as far as that is certain, else "" */
static const char *
author_address(const struct bounce_compose *compose,
	       const struct bounce_recipient *rcpt)
{
	const char *const *list = compose->report->returned.recipients;

	if (author_knows(compose, rcpt->recipient))
		return rcpt->recipient;
	if (author_knows(compose, rcpt->original_recipient))
		return rcpt->original_recipient;
	/* there was only one that can be meant */
	if (*rcpt->original_recipient == '\0' && list != NULL &&
	    list[0] != NULL && list[1] == NULL)
		return list[0];
	return "";
}

/* Where it went is as telling as what it is called: the provider, and the
   rules that know it. */
static void
recipient_mask(const struct bounce_compose *compose,
	       struct bounce_recipient *rcpt)
{
	const char *address = author_address(compose, rcpt);

	if (strcasecmp(address, rcpt->recipient) != 0 || *address == '\0') {
		rcpt->recipient = address;
		rcpt->domain = address_domain(address);
		rcpt->suggestion = "";
		rcpt->provider = rcpt->rule = BOUNCE_NONE;
		rcpt->provider_id = rcpt->rule_id = "";
		rcpt->advice_id = 0;
	}
	rcpt->original_recipient = rcpt->recipient;
	rcpt->remote_mta = rcpt->diagnostic = rcpt->context = "";
	rcpt->normalised = "";
	if (!i_isdigit(*rcpt->limit) || strlen(rcpt->limit) > LIMIT_MAX_SIZE)
		rcpt->limit = "";
}

const struct bounce_report *
compose_report_get(const struct bounce_compose *compose, pool_t pool)
{
	const struct bounce_recipient *rcpt;
	struct bounce_recipient *masked;
	struct bounce_report *report;

	if (!compose->author_only)
		return compose->report;
	report = p_memdup(pool, compose->report, sizeof(*report));
	report->reporting_mta = "";
	p_array_init(&report->recipients, pool,
		     array_count(&compose->report->recipients));
	array_foreach(&compose->report->recipients, rcpt) {
		masked = array_append_space(&report->recipients);
		*masked = *rcpt;
		recipient_mask(compose, masked);
	}
	return report;
}

const char *compose_foreign(const char *value, pool_t pool)
{
	value = bounce_value_clean(value, BOUNCE_VALUE_MAX_SIZE, pool);
	if (*value == '\0')
		return "";
	return p_strdup_printf(pool, "%c%s%c", COMPOSE_FOREIGN_BEGIN, value,
			       COMPOSE_FOREIGN_END);
}

const char *compose_unmarked(const char *text, pool_t pool)
{
	char *dest, *p;

	p = dest = p_strdup(pool, text);
	for (; *text != '\0'; text++) {
		if (*text != COMPOSE_FOREIGN_BEGIN &&
		    *text != COMPOSE_FOREIGN_END)
			*p++ = *text;
	}
	*p = '\0';
	return dest;
}

unsigned int bounce_compose_returned_count(const struct bounce_report *report)
{
	unsigned int count = report->returned.recipients == NULL ? 0 :
		str_array_length(report->returned.recipients);

	return count < BOUNCE_LIMIT_ADDRESSES ? count : 0;
}

/* How many failed, of how many that the author wrote to */
static void
values_set_counts(struct compose_values *values,
		  const struct bounce_report *report)
{
	const struct bounce_recipient *rcpt;
	unsigned int failed = 0, delayed = 0, total;

	array_foreach(&report->recipients, rcpt) {
		if (rcpt->action == BOUNCE_ACTION_DELAYED)
			delayed++;
		else if (rcpt->action < BOUNCE_ACTION_DELAYED)
			failed++;
	}
	if (failed == 0)
		failed = delayed;
	total = values->compose->sent_count;
	values->advice.value[ADVICE_FAILED] =
		p_strdup_printf(values->pool, "%u", failed);
	if (total > 1 && total >= failed) {
		values->advice.value[ADVICE_TOTAL] =
			p_strdup_printf(values->pool, "%u", total);
	}
}

void compose_values_get(struct compose_values *values_r,
			const struct bounce_compose *compose,
			const struct bounce_report *report,
			const struct bounce_recipient *rcpt, pool_t pool)
{
	const char **value = values_r->advice.value;

	i_zero(values_r);
	values_r->compose = compose;
	values_r->pool = pool;
	advice_values_get(&values_r->advice, compose->rules, report, rcpt,
			  &compose->advice, compose->language, pool);
	for (unsigned int i = 0; i < N_ELEMENTS(foreign_values); i++) {
		value[foreign_values[i]] =
			compose_foreign(value[foreign_values[i]], pool);
	}
	values_set_counts(values_r, report);
}

const char *
compose_fill(const struct compose_values *values, const char *template)
{
	string_t *str = str_new(values->pool, 256);

	advice_fill(&values->advice, template, str);
	return str_c(str);
}

const char *compose_word(const struct compose_values *values, const char *id)
{
	return compose_fill(values,
			    bounce_rules_find_word(values->compose->rules,
						   values->compose->language,
						   id));
}

const char *compose_time(time_t t, int timezone_minutes, pool_t pool)
{
	time_t local = t + (time_t)timezone_minutes * 60;
	const struct tm *tm = gmtime(&local);
	unsigned int zone = abs(timezone_minutes);

	if (t == 0 || tm == NULL)
		return "";
	return p_strdup_printf(pool, zone == 0 ? "%s UTC" :
			       "%s UTC%c%02u:%02u",
			       t_strftime("%Y-%m-%d %H:%M", tm),
			       timezone_minutes < 0 ? '-' : '+',
			       zone / 60, zone % 60);
}

const char *compose_date(const struct bounce_compose *compose,
			 const char *date, pool_t pool)
{
	time_t t;
	int zone;

	if (!message_date_parse((const unsigned char *)date, strlen(date),
				&t, &zone)) {
		return compose->author_only ? "" :
			compose_foreign(date, pool);
	}
	return compose_time(t, zone, pool);
}
