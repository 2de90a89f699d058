/* bouncecause explain: what a message is, and why it is taken for that. */

#include "lib.h"
#include "array.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "explain-print.h"
#include "tool.h"
#include "tool-input.h"
#include "tool-options.h"
#include "tool-rules.h"
#include "tool-term.h"
#include "tool-texts.h"

#include <stdio.h>

static struct {
	const char *language;
	const char *text;
	const char *support;
	const char *rules;
} set = {
	.support = ""
};

static const struct tool_option explain_options[] = {
	{ "language", 'l', TOOL_OPTION_STRING, &set.language, "TAG",
	  "of title and advice; default: auto" },
	{ "text", 't', TOOL_OPTION_STRING, &set.text, "TEXT",
	  "explain this reply text, no message" },
	{ "support", 's', TOOL_OPTION_STRING, &set.support, "ADDRESS",
	  "whom advice names for help" },
	TOOL_OPTION_RULES(set.rules),
	{ .name = NULL }
};

struct explain {
	struct explain_print print;
	struct bounce_rules *rules;
	unsigned int messages;
};

static void explain_heading(const char *text)
{
	printf("%s%s%s\n", tool_style(stdout, TOOL_STYLE_TITLE),
	       tool_escape(text), tool_style(stdout, TOOL_STYLE_OFF));
}

static const char *format_text(const struct bounce_rules *rules, const char *id)
{
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_FORMATS]; i++) {
		if (strcmp(bounce_rules_str(rules, rules->formats[i].id),
			   id) == 0) {
			return t_strdup_printf("%s (%s)", id,
				bounce_rules_str(rules,
						 rules->formats[i].name));
		}
	}
	return id;
}

static void explain_returned(const struct bounce_returned *returned)
{
	explain_print_field("returned", returned->subject);
	explain_print_field("  from", returned->from);
	explain_print_field("  to", returned->to);
	explain_print_field("  date", returned->date);
	explain_print_field("  id", returned->message_id);
}

static void
explain_report(struct explain *ctx, const struct bounce_report *report)
{
	const struct bounce_recipient *rcpt;
	unsigned int count = array_count(&report->recipients), number = 0;

	explain_print_field("format", format_text(ctx->rules, report->format));
	explain_print_field("reported by", report->reporting_mta);
	explain_print_field("language", report->language);
	explain_returned(&report->returned);

	array_foreach(&report->recipients, rcpt) {
		const char *address = *rcpt->recipient == '\0' ?
			"(address not told)" : rcpt->recipient;

		putchar('\n');
		explain_heading(t_strdup_printf("Recipient %u of %u: %s",
			++number, count, address));
		explain_print_recipient(&ctx->print, report, rcpt);
	}
	if (report->recipients_truncated)
		printf("\nThere are more recipients, which were not read.\n");
}

static int
explain_message(const struct tool_message *message, void *context,
		const char **error_r)
{
	struct explain *ctx = context;
	struct bounce_verdict *verdict;

	p_clear(ctx->print.pool);
	if (bounce_classify(message->input, message->envelope_sender,
			    ctx->rules, NULL, BOUNCE_CLASSIFY_CARRIED |
			    BOUNCE_CLASSIFY_EVIDENCE |
			    BOUNCE_CLASSIFY_EXACT_WORDS, NULL, ctx->print.pool,
			    &verdict, error_r) < 0)
		return -1;
	if (ctx->messages++ > 0)
		putchar('\n');
	explain_heading(message->file);
	explain_print_field("kind", bounce_kind_name(verdict->kind));
	explain_print_field("because", verdict->why);
	if (verdict->truncated) {
		explain_print_field("note", "the message is larger than what "
				    "is looked at; the rest was not read");
	}
	if (verdict->report != NULL)
		explain_report(ctx, verdict->report);
	if (verdict->carried != NULL) {
		printf("\n  It carries a report:\n\n");
		explain_print_field("kind",
			bounce_kind_name(verdict->carried->kind));
		explain_report(ctx, verdict->carried);
	}
	return 0;
}

static void explain_text(struct explain *ctx)
{
	struct bounce_recipient rcpt;
	struct bounce_report *report;

	bounce_classify_text(set.text, ctx->rules, BOUNCE_CLASSIFY_EVIDENCE |
			     BOUNCE_CLASSIFY_EXACT_WORDS, ctx->print.pool,
			     &rcpt);
	report = tool_texts_report(&rcpt, ctx->print.pool);
	explain_print_recipient(&ctx->print, report, &rcpt);
}

static int explain_run(struct explain *ctx, const char *const *args)
{
	int failures;

	if (tool_rules_check_language(ctx->rules, set.language) < 0)
		return TOOL_EXIT_USAGE;
	if (set.text != NULL) {
		if (args[0] != NULL) {
			tool_error("--text and a file are too much: %s",
				   args[0]);
			return TOOL_EXIT_USAGE;
		}
		T_BEGIN {
			explain_text(ctx);
		} T_END;
		return TOOL_EXIT_OK;
	}
	failures = tool_input_foreach(args, explain_message, ctx);
	if (failures < 0)
		return TOOL_EXIT_USAGE;
	return failures == 0 ? TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

static int cmd_explain_run(const char *const *args)
{
	struct explain ctx;
	int ret;

	i_zero(&ctx);
	if (tool_rules_open(set.rules, &ctx.rules) < 0)
		return TOOL_EXIT_USAGE;
	ctx.print.rules = ctx.rules;
	ctx.print.language = set.language;
	ctx.print.support = set.support;
	ctx.print.pool = pool_alloconly_create("explain", 32 * 1024);
	ret = explain_run(&ctx, args);
	pool_unref(&ctx.print.pool);
	bounce_rules_unref(&ctx.rules);
	return ret;
}

const struct tool_command cmd_explain = {
	.name = "explain",
	.syntax = "[OPTION]... FILE|--text TEXT",
	.summary = "say why: each piece of evidence, and what won",
	.help =
"Says what a message is and by what that was seen, and of each failed recipient\n"
"every rule that matched, which words, how it ranks, and which one decided.\n"
"Where nobody knows the wording, it drafts a rule.\n\n"
"  bouncecause explain bounce.eml\n"
"  bouncecause explain --text '550 5.1.1 User unknown'\n",
	.options = explain_options,
	.run = cmd_explain_run
};
