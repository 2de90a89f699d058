/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What sieve-test -t shows */

#include "lib.h"
#include "array.h"
#include "str-sanitize.h"
#include "sieve-common.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"
#include "bouncecause-trace.h"

static void
trace_evidence(const struct sieve_runtime_env *renv,
	       const struct bounce_rules *rules,
	       const struct bounce_evidence *evidence)
{
	const struct bounce_rule_rec *rule = evidence->rule;

	sieve_runtime_trace(renv, SIEVE_TRLVL_MATCHING,
		"rule %s (%s, %s) holds: `%s'%s%s%s",
		bounce_rules_str(rules, rule->id),
		bounce_rules_str(rules, rules->causes[rule->cause].id),
		bounce_rank_name(rule->rank),
		bouncecause_log_matched(evidence->matched),
		evidence->won ? " => decided" : " => ",
		evidence->won ? "" : "not chosen, it ",
		evidence->won ? "" : evidence->why_not);
}

static void
trace_recipient(const struct sieve_runtime_env *renv,
		const struct bounce_rules *rules,
		const struct bounce_recipient *rcpt)
{
	const struct bounce_evidence *evidence;

	sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS,
		"%s: %s, %s (confidence %s, rule %s)",
		*rcpt->recipient == '\0' ? "recipient not named" :
		t_strdup_printf("recipient <%s>",
				str_sanitize(rcpt->recipient, 80)),
		bounce_action_name(rcpt->action), rcpt->cause_id,
		bounce_confidence_name(rcpt->confidence),
		*rcpt->rule_id == '\0' ? "none: default" : rcpt->rule_id);

	sieve_runtime_trace_descend(renv);
	sieve_runtime_trace(renv, SIEVE_TRLVL_MATCHING,
		"severity `%s', status `%s', code `%s', remote-mta `%s', "
		"provider `%s'",
		bounce_severity_name(rcpt->severity), rcpt->status, rcpt->code,
		str_sanitize(rcpt->remote_mta, 80), rcpt->provider_id);
	sieve_runtime_trace(renv, SIEVE_TRLVL_MATCHING,
		"diagnostic `%s'", str_sanitize(rcpt->diagnostic, 160));
	if (array_is_created(&rcpt->evidence)) {
		array_foreach(&rcpt->evidence, evidence)
			trace_evidence(renv, rules, evidence);
	}
	sieve_runtime_trace_ascend(renv);
}

static void
trace_report(const struct sieve_runtime_env *renv,
	     const struct bounce_rules *rules,
	     const struct bounce_report *report, const char *name)
{
	const struct bounce_recipient *rcpt;

	if (report == NULL)
		return;
	sieve_runtime_trace_descend(renv);
	sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS,
		"%s report: %s, format `%s', reporting-mta `%s', %u "
		"recipient(s)", name, bounce_kind_name(report->kind),
		report->format, str_sanitize(report->reporting_mta, 80),
		array_count(&report->recipients));
	sieve_runtime_trace_descend(renv);
	array_foreach(&report->recipients, rcpt) T_BEGIN {
		trace_recipient(renv, rules, rcpt);
	} T_END;
	sieve_runtime_trace_ascend(renv);
	sieve_runtime_trace_ascend(renv);
}

static void
trace_message(const struct sieve_runtime_env *renv,
	      const struct bounce_verdict *verdict, const char *prefix)
{
	sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, "%s: %s%s (%s)%s",
		prefix, bounce_kind_name(verdict->kind),
		verdict->header_only ? ", by its header" : "", verdict->why,
		verdict->truncated ? "; not all of it was read" : "");
}

void bouncecause_trace_verdict(const struct sieve_runtime_env *renv,
			       const struct bouncecause_message *msg)
{
	const struct bounce_verdict *verdict = msg->verdict;

	if (!sieve_runtime_trace_active(renv, SIEVE_TRLVL_TESTS))
		return;

	sieve_runtime_trace_descend(renv);
	trace_message(renv, verdict, "message as delivered");
	trace_report(renv, msg->rules, verdict->report, "its");
	trace_report(renv, msg->rules, verdict->carried, "carried");
	sieve_runtime_trace_ascend(renv);
}

void bouncecause_trace_carried(const struct sieve_runtime_env *renv,
			       const struct bouncecause_message *msg)
{
	const struct bounce_verdict *verdict = msg->verdict;

	if (!sieve_runtime_trace_active(renv, SIEVE_TRLVL_TESTS))
		return;

	sieve_runtime_trace_descend(renv);
	trace_message(renv, verdict, "message read on");
	if (verdict->carried == NULL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS,
				    "it carries no report");
	}
	trace_report(renv, msg->rules, verdict->carried, "carried");
	sieve_runtime_trace_ascend(renv);
}
