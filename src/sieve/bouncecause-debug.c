/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* How a verdict came about, for the log */

#include "lib.h"
#include "array.h"
#include "str-sanitize.h"
#include "sieve-common.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-debug.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"

/* The words that a rule found can hold an address. */
static const char *
debug_matched(const struct ext_bouncecause_context *ctx, const char *matched)
{
	if (ctx->set.log_addresses != BOUNCECAUSE_LOG_ADDRESSES_FULL &&
	    strchr(matched, '@') != NULL)
		return "...";
	return bouncecause_log_matched(matched);
}

static void
debug_recipient(const struct ext_bouncecause_context *ctx,
		const struct bounce_rules *rules,
		const struct bounce_recipient *rcpt, struct event *event)
{
	const struct bounce_evidence *evidence;

	e_debug(event, "recipient <%s>: %s, %s: rule %s, confidence %s, "
		"status '%s', code '%s', provider '%s'",
		str_sanitize(bouncecause_log_address(ctx, rcpt->recipient), 80),
		bounce_action_name(rcpt->action), rcpt->cause_id,
		*rcpt->rule_id == '\0' ? "(none: default)" : rcpt->rule_id,
		bounce_confidence_name(rcpt->confidence), rcpt->status,
		rcpt->code, rcpt->provider_id);
	if (!array_is_created(&rcpt->evidence))
		return;
	array_foreach(&rcpt->evidence, evidence) {
		const struct bounce_rule_rec *rule = evidence->rule;

		e_debug(event, "rule %s (%s, %s) holds: '%s': %s%s",
			bounce_rules_str(rules, rule->id),
			bounce_rules_str(rules, rules->causes[rule->cause].id),
			bounce_rank_name(rule->rank),
			debug_matched(ctx, evidence->matched),
			evidence->won ? "decided" : "not chosen, it ",
			evidence->won ? "" : evidence->why_not);
	}
}

static void
debug_report(const struct ext_bouncecause_context *ctx,
	     const struct bounce_rules *rules,
	     const struct bounce_report *report, const char *name,
	     struct event *event)
{
	const struct bounce_recipient *rcpt;

	if (report == NULL)
		return;
	e_debug(event, "%s report: %s, format '%s', reporting-mta '%s', "
		"%u recipients", name, bounce_kind_name(report->kind),
		report->format, ctx->set.log_addresses ==
		BOUNCECAUSE_LOG_ADDRESSES_NONE ? "" :
		str_sanitize(report->reporting_mta, 80),
		array_count(&report->recipients));
	array_foreach(&report->recipients, rcpt) T_BEGIN {
		debug_recipient(ctx, rules, rcpt, event);
	} T_END;
}

void bouncecause_debug_verdict(const struct ext_bouncecause_context *ctx,
			       const struct bouncecause_message *msg,
			       struct event *event)
{
	const struct bounce_verdict *verdict = msg->verdict;

	e_debug(event, "message is %s%s: %s%s (rules %s)",
		bounce_kind_name(verdict->kind),
		verdict->header_only ? ", by its header" : "", verdict->why,
		verdict->truncated ? "; not all of it was read" : "",
		bounce_rules_version(msg->rules));
	debug_report(ctx, msg->rules, verdict->report, "its", event);
	debug_report(ctx, msg->rules, verdict->carried, "carried", event);
}
