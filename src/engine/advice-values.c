/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "time-util.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "address-find.h"
#include "advice-values.h"

#include <time.h>

time_t advice_retry_time(const struct bounce_recipient *rcpt,
			 const struct bounce_advice_settings *set)
{
	time_t now = set->now != 0 ? set->now : time(NULL);

	if (rcpt->retry != BOUNCE_RETRY_LATER)
		return 0;
	return now + (time_t)rcpt->retry_after;
}

const char *bounce_advice_time(time_t t, pool_t pool)
{
	const struct tm *tm = t == 0 ? NULL : gmtime(&t);

	return tm == NULL ? "" :
		p_strdup(pool, t_strftime("%Y-%m-%dT%H:%M:%SZ", tm));
}

/* The same for people */
static const char *readable_time(time_t t, pool_t pool)
{
	const struct tm *tm = t == 0 ? NULL : gmtime(&t);

	return tm == NULL ? "" :
		p_strdup(pool, t_strftime("%Y-%m-%d %H:%M UTC", tm));
}

const char *bounce_advice_retry_after(const struct bounce_recipient *rcpt,
				      const struct bounce_advice_settings *set,
				      pool_t pool)
{
	return bounce_advice_time(advice_retry_time(rcpt, set), pool);
}

/* Failed or delayed recipients beside this one */
static unsigned int
count_others(const struct bounce_report *report,
	     const struct bounce_recipient *rcpt)
{
	const struct bounce_recipient *other;
	unsigned int count = 0;

	array_foreach(&report->recipients, other) {
		if (other != rcpt && other->action <= BOUNCE_ACTION_DELAYED)
			count++;
	}
	return count;
}

void advice_values_get(struct advice_values *values_r,
		       const struct bounce_rules *rules,
		       const struct bounce_report *report,
		       const struct bounce_recipient *rcpt,
		       const struct bounce_advice_settings *set,
		       uint32_t language, pool_t pool)
{
	const char **value = values_r->value;
	unsigned int others = count_others(report, rcpt);

	i_zero(values_r);
	values_r->rules = rules;
	values_r->language = language;
	value[ADVICE_RECIPIENT] = rcpt->recipient;
	value[ADVICE_DOMAIN] = rcpt->domain;
	value[ADVICE_SENDER] = report->returned.from;
	value[ADVICE_SENDER_DOMAIN] = report->returned.from == NULL ? "" :
		address_domain(report->returned.from);
	value[ADVICE_REMOTE_MTA] = rcpt->remote_mta;
	value[ADVICE_REPORTING_MTA] = report->reporting_mta;
	value[ADVICE_LIMIT] = rcpt->limit;
	value[ADVICE_SUPPORT] = set->support;
	value[ADVICE_STATUS] = rcpt->status;
	value[ADVICE_SUGGESTION] = rcpt->suggestion;
	for (unsigned int i = 0; i < ADVICE_PLACEHOLDER_COUNT; i++)
		value[i] = bounce_value_clean(value[i], BOUNCE_LIMIT_NAMED_SIZE,
					      pool);
	value[ADVICE_REPLY] = bounce_value_clean(rcpt->diagnostic,
						 BOUNCE_VALUE_MAX_SIZE, pool);
	value[ADVICE_SUBJECT] =
		bounce_value_clean(report->returned.subject,
				   BOUNCE_LIMIT_NAMED_SUBJECT_SIZE, pool);
	if (rcpt->provider != BOUNCE_NONE)
		value[ADVICE_PROVIDER] = bounce_rules_str(rules,
			rules->providers[rcpt->provider].name);
	if (others > 0)
		value[ADVICE_COUNT] = p_strdup_printf(pool, "%u", others);
	value[ADVICE_RETRY_AFTER] =
		readable_time(advice_retry_time(rcpt, set), pool);
}
