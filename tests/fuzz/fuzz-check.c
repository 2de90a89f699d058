/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What must hold of all values, whatever the message */

#include "lib.h"
#include "array.h"
#include "unichar.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "fuzz.h"

void fuzz_check_value(const char *value, size_t max_size, bool lines)
{
	const unsigned char *p = (const unsigned char *)value;
	size_t size;

	i_assert(value != NULL);
	size = strlen(value);
	i_assert(size <= max_size);
	i_assert(uni_utf8_str_is_valid(value));
	for (; *p != '\0'; p++)
		i_assert((*p >= 0x20 && *p != 0x7f) || (lines && *p == '\n'));
}

static void check_value(const char *value)
{
	fuzz_check_value(value, BOUNCE_VALUE_MAX_SIZE, FALSE);
}

static void
check_recipient(const struct bounce_rules *rules,
		const struct bounce_recipient *rcpt)
{
	i_assert(rcpt->cause < rules->counts[BOUNCE_SECTION_CAUSES]);
	i_assert(rcpt->rule == BOUNCE_NONE ||
		 rcpt->rule < rules->counts[BOUNCE_SECTION_RULES]);
	i_assert(rcpt->provider == BOUNCE_NONE ||
		 rcpt->provider < rules->counts[BOUNCE_SECTION_PROVIDERS]);
	check_value(rcpt->recipient);
	check_value(rcpt->domain);
	check_value(rcpt->original_recipient);
	check_value(rcpt->status);
	check_value(rcpt->code);
	check_value(rcpt->diagnostic);
	check_value(rcpt->remote_mta);
	check_value(rcpt->suggestion);
}

static void
check_advice(const struct bounce_rules *rules,
	     const struct bounce_report *report,
	     const struct bounce_recipient *rcpt, uint32_t language,
	     bool hostile_rules)
{
	const struct bounce_advice_settings set = {
		.support = "postmaster@example.org",
		.now = 1700000000,
	};
	pool_t pool = pool_datastack_create();
	const char *lines[] = {
		bounce_advice_title(rules, report, rcpt, &set, language, pool),
		bounce_advice_reason(rules, report, rcpt, &set, language,
				     pool),
		bounce_advice_advice(rules, report, rcpt, &set, language,
				     pool),
	};
	const char *explanation = bounce_advice_explanation(
		rules, report, rcpt, &set, language, pool);

	if (hostile_rules)
		return;
	for (unsigned int i = 0; i < N_ELEMENTS(lines); i++)
		check_value(lines[i]);
	fuzz_check_value(explanation, BOUNCE_EXPLANATION_MAX_SIZE, TRUE);
}

static void check_list(const char *const *values)
{
	for (; *values != NULL; values++)
		i_assert(uni_utf8_str_is_valid(*values));
}

static void check_returned(const struct bounce_returned *returned)
{
	check_value(returned->message_id);
	check_value(returned->subject);
	check_value(returned->from);
	check_value(returned->to);
	check_value(returned->date);
	check_value(returned->language);
	i_assert(uni_utf8_str_is_valid(returned->references));
	check_list(returned->recipients);
	check_list(returned->passed_on);
	check_list(returned->received);
}

void fuzz_check_report(const struct bounce_rules *rules,
		       const struct bounce_report *report, bool hostile_rules)
{
	const struct bounce_recipient *rcpt;
	uint32_t language;

	if (report == NULL)
		return;
	i_assert(array_count(&report->recipients) <=
		 BOUNCE_LIMIT_RECIPIENTS);
	check_value(report->reporting_mta);
	check_returned(&report->returned);
	/* what may be explained has somebody it is about */
	i_assert(!bounce_kind_is_bounce(report->kind) ||
		 bounce_report_first(report) != NULL);
	array_foreach(&report->recipients, rcpt)
		check_recipient(rules, rcpt);
	rcpt = bounce_report_first(report);
	if (rcpt == NULL)
		return;
	for (language = 0; language < rules->counts[BOUNCE_SECTION_LANGUAGES];
	     language++) T_BEGIN {
		check_advice(rules, report, rcpt, language, hostile_rules);
	} T_END;
}
