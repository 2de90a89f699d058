/* What a survey counts. */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "survey-counts.h"
#include "tool-wording.h"

const char *const survey_subject_names[SURVEY_SUBJECT_COUNT] = {
	[SURVEY_KIND] = "kind",
	[SURVEY_CAUSE] = "cause",
	[SURVEY_PROVIDER] = "provider",
	[SURVEY_DOMAIN] = "domain",
	[SURVEY_FIXER] = "fixer",
	[SURVEY_RULE] = "rule",
	[SURVEY_WORDING] = "wording"
};

void survey_counts_init(struct survey_counts *counts,
			const struct bounce_rules *rules)
{
	unsigned int i;

	i_zero(counts);
	counts->rules = rules;
	for (i = 0; i < SURVEY_SUBJECT_COUNT; i++)
		counts->tallies[i] = survey_tally_init();
}

void survey_counts_deinit(struct survey_counts *counts)
{
	unsigned int i;

	for (i = 0; i < SURVEY_SUBJECT_COUNT; i++)
		survey_tally_deinit(&counts->tallies[i]);
}

static void
counts_add_recipient(struct survey_counts *counts, const char *file,
		     time_t when, const struct bounce_recipient *rcpt)
{
	const char *names[SURVEY_SUBJECT_COUNT] = {
		[SURVEY_CAUSE] = rcpt->cause_id,
		[SURVEY_PROVIDER] = rcpt->provider_id,
		[SURVEY_DOMAIN] = t_str_lcase(rcpt->domain),
		[SURVEY_FIXER] = bounce_fixer_name(rcpt->fixer),
		[SURVEY_RULE] = rcpt->rule_id
	};
	unsigned int i;

	if (tool_wording_is_unknown(counts->rules, rcpt))
		names[SURVEY_WORDING] = tool_wording_group(rcpt->normalised);
	for (i = 0; i < SURVEY_SUBJECT_COUNT; i++) {
		if (names[i] == NULL)
			continue;
		survey_tally_add(counts->tallies[i], names[i], rcpt->severity,
				 when, file);
	}
}

void survey_counts_add(struct survey_counts *counts, const char *file,
		       time_t when, const struct bounce_verdict *verdict)
{
	const struct bounce_report *report = bounce_verdict_report(verdict);
	const struct bounce_recipient *rcpt;

	counts->messages++;
	survey_tally_add(counts->tallies[SURVEY_KIND],
			 bounce_kind_name(verdict->kind),
			 BOUNCE_SEVERITY_UNSET, when, file);
	if (report == NULL || !bounce_kind_is_bounce(report->kind))
		return;
	array_foreach(&report->recipients, rcpt) T_BEGIN {
		if (rcpt->action <= BOUNCE_ACTION_DELAYED)
			counts_add_recipient(counts, file, when, rcpt);
	} T_END;
}
