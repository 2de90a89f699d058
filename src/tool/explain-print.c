/* What explain prints about one recipient. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "explain-print.h"
#include "tool-term.h"
#include "tool-wording.h"

#include <stdio.h>

#define LABEL_WIDTH 14
#define RULE_INDENT "    "

static void print_title(const char *title)
{
	printf("\n  %s%s%s\n", tool_style(stdout, TOOL_STYLE_TITLE), title,
	       tool_style(stdout, TOOL_STYLE_OFF));
}

void explain_print_field(const char *label, const char *value)
{
	if (*value == '\0')
		return;
	T_BEGIN {
		tool_print_folded(stdout,
			t_strdup_printf("  %-*s", LABEL_WIDTH, label), value);
	} T_END;
}

/* "a, b" of those that say something */
static const char *join(const char *a, const char *b)
{
	return *a == '\0' ? b : *b == '\0' ? a : t_strconcat(a, ", ", b, NULL);
}

static const char *provider_text(const struct explain_print *ctx,
				 const struct bounce_recipient *rcpt)
{
	if (rcpt->provider == BOUNCE_NONE)
		return "";
	return t_strdup_printf("%s (%s)", rcpt->provider_id,
		bounce_rules_str(ctx->rules,
				 ctx->rules->providers[rcpt->provider].name));
}

static void print_facts(const struct explain_print *ctx,
			const struct bounce_recipient *rcpt)
{
	const char *action = rcpt->action == BOUNCE_ACTION_UNKNOWN ? "" :
		bounce_action_name(rcpt->action);

	if (strcmp(rcpt->original_recipient, rcpt->recipient) != 0)
		explain_print_field("written as", rcpt->original_recipient);
	explain_print_field("action", action);
	explain_print_field("reply", rcpt->diagnostic);
	explain_print_field("codes", join(rcpt->code, rcpt->status));
	explain_print_field("said by", rcpt->remote_mta);
	explain_print_field("answer to", bounce_stage_name(rcpt->stage));
	explain_print_field("provider", provider_text(ctx, rcpt));
	explain_print_field("limit", rcpt->limit);
	explain_print_field("tried until",
			    bounce_advice_time(rcpt->retry_until, ctx->pool));
	explain_print_field("context", rcpt->context);
	explain_print_field("rules saw", rcpt->normalised);
}

static void print_choice(const struct explain_print *ctx,
			 const struct bounce_recipient *rcpt)
{
	const struct bounce_advice_settings set = { .support = "" };
	const char *retry = bounce_retry_name(rcpt->retry);

	if (rcpt->retry == BOUNCE_RETRY_LATER) {
		retry = t_strdup_printf("%s, from %s", retry,
			bounce_advice_retry_after(rcpt, &set, ctx->pool));
	}
	printf("  %-*s%s%s%s\n", LABEL_WIDTH, "cause",
	       tool_style(stdout, TOOL_STYLE_MARK), tool_escape(rcpt->cause_id),
	       tool_style(stdout, TOOL_STYLE_OFF));
	explain_print_field("severity", bounce_severity_name(rcpt->severity));
	explain_print_field("confidence",
			    bounce_confidence_name(rcpt->confidence));
	explain_print_field("decided by", *rcpt->rule_id != '\0' ?
			    rcpt->rule_id : "no rule matched");
	explain_print_field("mended by", bounce_fixer_name(rcpt->fixer));
	explain_print_field("retry", retry);
}

/* The strongest first */
static int evidence_cmp(const struct bounce_evidence *const *e1,
			const struct bounce_evidence *const *e2)
{
	const struct bounce_evidence *a = *e1, *b = *e2;

	if (a->won != b->won)
		return a->won ? -1 : 1;
	if (a->rule->rank != b->rule->rank)
		return a->rule->rank > b->rule->rank ? -1 : 1;
	if (a->rule->weight != b->rule->weight)
		return a->rule->weight > b->rule->weight ? -1 : 1;
	if (a->width != b->width)
		return a->width > b->width ? -1 : 1;
	return a->rule->id < b->rule->id ? -1 : a->rule->id > b->rule->id;
}

/* Where in the normalised text the match is: "at 10 to 22", "" for what does
   not stand in the text (a status, a code, a URL) */
static const char *evidence_place(const struct bounce_recipient *rcpt,
				  const struct bounce_evidence *evidence)
{
	size_t len = strlen(evidence->matched);
	size_t size = strlen(rcpt->normalised);

	if (len == 0 || evidence->end > size || len > evidence->end ||
	    memcmp(rcpt->normalised + evidence->end - len, evidence->matched,
		   len) != 0)
		return "";
	return t_strdup_printf(" at %zu to %u", evidence->end - len,
			       evidence->end);
}

static void print_evidence(const struct explain_print *ctx,
			   const struct bounce_recipient *rcpt,
			   const struct bounce_evidence *evidence)
{
	const struct bounce_rules *rules = ctx->rules;
	const struct bounce_rule_rec *rule = evidence->rule;
	const char *source = bounce_rules_str(rules, rule->source);
	enum bounce_rank rank = rule->rank;

	printf("  %s%s%s %s%s%s: %s\n",
	       tool_style(stdout, evidence->won ? TOOL_STYLE_GOOD :
			  TOOL_STYLE_FAINT), evidence->won ? "won " : "lost",
	       tool_style(stdout, TOOL_STYLE_OFF),
	       tool_style(stdout, TOOL_STYLE_TITLE),
	       tool_escape(bounce_rules_str(rules, rule->id)),
	       tool_style(stdout, TOOL_STYLE_OFF),
	       bounce_rules_str(rules, rules->causes[rule->cause].id));
	printf("       rank %s, weight %d, width %u; %s:%u\n",
	       bounce_rank_name(rank), rule->weight, evidence->width,
	       tool_escape(bounce_rules_str(rules, rule->file)), rule->line);
	if (*evidence->matched != '\0') {
		tool_print_folded(stdout, "       matched ",
			t_strdup_printf("\"%s\"%s", evidence->matched,
					evidence_place(rcpt, evidence)));
	}
	if (evidence->won && *source != '\0')
		tool_print_folded(stdout, "       known from ", source);
	if (!evidence->won && *evidence->why_not != '\0')
		tool_print_folded(stdout, "       lost: it ",
				  evidence->why_not);
}

static void print_all_evidence(const struct explain_print *ctx,
			       const struct bounce_recipient *rcpt)
{
	ARRAY(const struct bounce_evidence *) sorted;
	const struct bounce_evidence *evidence;

	print_title("Evidence");
	if (!array_is_created(&rcpt->evidence) ||
	    array_count(&rcpt->evidence) == 0) {
		printf("  none: no rule knows anything of this\n");
		return;
	}
	t_array_init(&sorted, array_count(&rcpt->evidence));
	array_foreach(&rcpt->evidence, evidence)
		array_push_back(&sorted, &evidence);
	array_sort(&sorted, evidence_cmp);
	array_foreach_elem(&sorted, evidence) T_BEGIN {
		print_evidence(ctx, rcpt, evidence);
	} T_END;
}

static void print_texts(const struct explain_print *ctx,
			const struct bounce_report *report,
			const struct bounce_recipient *rcpt)
{
	const struct bounce_rules *rules = ctx->rules;
	const struct bounce_advice_settings set = { .support = ctx->support };
	uint32_t language;

	language = bounce_advice_language(rules, report, ctx->language);
	print_title(t_strdup_printf("What its author is told (%s)",
		bounce_rules_str(rules, rules->languages[language].tag)));
	explain_print_field("title",
		bounce_advice_title(rules, report, rcpt, &set, language,
				    ctx->pool));
	explain_print_field("reason",
		bounce_advice_reason(rules, report, rcpt, &set, language,
				     ctx->pool));
	explain_print_field("advice",
		bounce_advice_advice(rules, report, rcpt, &set, language,
				     ctx->pool));
	explain_print_field("did you mean", rcpt->suggestion);
}

static void print_draft(const struct bounce_recipient *rcpt)
{
	print_title("A rule that would know it");
	if (*tool_wording_group(rcpt->normalised) == '\0') {
		printf("  The report quotes no reply; no rule can tell more "
		       "from it.\n");
		return;
	}
	printf("  In a file below your own rules directory (see "
	       "bouncecause-rules(5)):\n\n%s",
	       tool_wording_rule(rcpt, RULE_INDENT));
}

void explain_print_recipient(const struct explain_print *ctx,
			     const struct bounce_report *report,
			     const struct bounce_recipient *rcpt)
{
	print_facts(ctx, rcpt);
	if (rcpt->cause == BOUNCE_NONE)
		return;
	print_choice(ctx, rcpt);
	print_all_evidence(ctx, rcpt);
	print_texts(ctx, report, rcpt);
	if (tool_wording_is_unknown(ctx->rules, rcpt))
		print_draft(rcpt);
}
