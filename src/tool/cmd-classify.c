/* bouncecause classify: what messages, or single reply texts, are. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-advice.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-jobs.h"
#include "tool-json.h"
#include "tool-options.h"
#include "tool-progress.h"
#include "tool-rules.h"
#include "tool-table.h"
#include "tool-texts.h"

#include <stdio.h>

enum classify_format {
	CLASSIFY_TABLE = 0,
	CLASSIFY_JSON,
	/* not given */
	CLASSIFY_DEFAULT
};

static struct {
	unsigned int format;
	const char *language;
	bool forwarded;
	bool texts;
	const char *jobs;
	const char *rules;
} set = {
	.format = CLASSIFY_DEFAULT
};

static const struct tool_option classify_options[] = {
	{ "format", 'f', TOOL_OPTION_CHOICE, &set.format, "table|json",
	  "how to print it; default: table" },
	{ "language", 'l', TOOL_OPTION_STRING, &set.language, "TAG",
	  "with title and advice in that language" },
	{ "forwarded", 'w', TOOL_OPTION_SWITCH, &set.forwarded, NULL,
	  "about the report that a message carries" },
	{ "texts", 't', TOOL_OPTION_SWITCH, &set.texts, NULL,
	  "reply texts, one a line, to JSON" },
	{ "jobs", 'j', TOOL_OPTION_STRING, &set.jobs, "N",
	  "so many processes; default: 1" },
	TOOL_OPTION_RULES(set.rules),
	{ .name = NULL }
};

struct classify {
	struct bounce_rules *rules;
	pool_t pool;
	struct tool_table *table;
};

static const struct tool_table_column classify_columns[] = {
	{ "FILE", FALSE },
	{ "KIND", FALSE },
	{ "RECIPIENT", FALSE },
	{ "CAUSE", FALSE },
	{ "SEVERITY", FALSE },
	{ "STATUS", FALSE },
	{ "MEANS", FALSE }
};

/* A row as a result: of each cell a letter that stands for its style, and its
   text up to a NUL. */
static void classify_row(struct classify *ctx, string_t *result,
			 const char *file, enum bounce_kind kind,
			 const struct bounce_report *report,
			 const struct bounce_recipient *rcpt)
{
	const struct bounce_advice_settings advice_set = { .support = "" };
	const char *cells[N_ELEMENTS(classify_columns)] = {
		file, bounce_kind_name(kind), "", "", "", "", ""
	};
	enum tool_style styles[N_ELEMENTS(classify_columns)] = { 0 };
	unsigned int i;

	if (rcpt != NULL) {
		cells[2] = rcpt->recipient;
		cells[3] = rcpt->cause_id;
		cells[4] = bounce_severity_name(rcpt->severity);
		cells[5] = *rcpt->status != '\0' ? rcpt->status : rcpt->code;
		styles[3] = TOOL_STYLE_MARK;
		styles[4] = rcpt->severity == BOUNCE_SEVERITY_PERMANENT ?
			TOOL_STYLE_BAD : TOOL_STYLE_WARN;
	}
	if (rcpt != NULL && rcpt->cause != BOUNCE_NONE) {
		cells[6] = bounce_advice_title(ctx->rules, report, rcpt,
			&advice_set, bounce_advice_language(ctx->rules, report,
							    set.language),
			ctx->pool);
	}
	for (i = 0; i < N_ELEMENTS(cells); i++) {
		str_append_c(result, 'A' + styles[i]);
		str_append(result, cells[i]);
		str_append_c(result, '\0');
	}
}

static void classify_rows(struct classify *ctx, string_t *result,
			  const char *file,
			  const struct bounce_verdict *verdict)
{
	const struct bounce_report *report = set.forwarded ?
		verdict->carried : bounce_verdict_report(verdict);
	const struct bounce_recipient *rcpt;

	if (report == NULL || array_count(&report->recipients) == 0) {
		classify_row(ctx, result, file, verdict->kind, NULL, NULL);
		return;
	}
	array_foreach(&report->recipients, rcpt)
		classify_row(ctx, result, file, verdict->kind, report, rcpt);
}

static int
classify_message(const struct tool_message *message, string_t *result,
		 void *context, const char **error_r)
{
	struct classify *ctx = context;
	const struct tool_json_context json = {
		.rules = ctx->rules,
		.language = set.language,
		.pool = ctx->pool
	};
	struct bounce_verdict *verdict;

	p_clear(ctx->pool);
	if (bounce_classify(message->input, message->envelope_sender,
			    ctx->rules, NULL, BOUNCE_CLASSIFY_CARRIED, NULL,
			    ctx->pool, &verdict, error_r) < 0)
		return -1;
	if (set.format == CLASSIFY_JSON) {
		tool_json_append(result,
			tool_json_verdict(message->file, verdict,
					  set.forwarded, &json));
		str_append_c(result, '\n');
	} else {
		classify_rows(ctx, result, message->file, verdict);
	}
	return 0;
}

static void
classify_print(const unsigned char *data, size_t size, void *context)
{
	struct classify *ctx = context;
	const char *cells[N_ELEMENTS(classify_columns)];
	enum tool_style styles[N_ELEMENTS(classify_columns)];
	const char *row = (const char *)data, *end = row + size;
	unsigned int i;

	if (set.format == CLASSIFY_JSON) {
		(void)tool_write(data, size);
		return;
	}
	while (row < end) {
		for (i = 0; i < N_ELEMENTS(cells); i++) {
			styles[i] = *row - 'A';
			cells[i] = row + 1;
			row += strlen(row) + 1;
		}
		tool_table_row(ctx->table, cells, styles);
	}
}

static int
classify_files(struct classify *ctx, const char *const *args, unsigned int jobs)
{
	static const struct tool_jobs_callbacks callbacks = {
		.message = classify_message,
		.result = classify_print
	};
	int failures;

	if (set.format != CLASSIFY_JSON) {
		/* a table in mixed languages is no table */
		if (set.language == NULL)
			set.language = "en";
		ctx->table = tool_table_init(classify_columns,
					     N_ELEMENTS(classify_columns));
	}
	tool_progress_init(TRUE);
	failures = tool_jobs_foreach(args, jobs, &callbacks, ctx);
	tool_progress_deinit();
	if (ctx->table != NULL)
		tool_table_deinit(&ctx->table);
	if (failures < 0)
		return TOOL_EXIT_USAGE;
	return failures == 0 ? TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

static void classify_text(const char *text, void *context)
{
	struct classify *ctx = context;
	const struct tool_json_context json = {
		.rules = ctx->rules,
		.language = set.language,
		.pool = ctx->pool
	};
	struct bounce_recipient rcpt;
	struct bounce_report *report;

	p_clear(ctx->pool);
	bounce_classify_text(text, ctx->rules, 0, ctx->pool, &rcpt);
	report = tool_texts_report(&rcpt, ctx->pool);
	tool_json_print(tool_json_recipient(report, &rcpt, &json));
}

/* What reply texts have nothing of is refused. */
static bool classify_texts_are_sane(unsigned int jobs)
{
	if (jobs > 1)
		tool_error("--texts has one job");
	else if (set.format == CLASSIFY_TABLE)
		tool_error("--texts prints JSON, no table");
	else if (set.forwarded)
		tool_error("--texts has no --forwarded report");
	else
		return TRUE;
	return FALSE;
}

static int cmd_classify_run(const char *const *args)
{
	struct classify ctx;
	unsigned int jobs = 1;
	int ret;

	i_zero(&ctx);
	if (set.jobs != NULL &&
	    (str_to_uint(set.jobs, &jobs) < 0 || jobs < 1 ||
	     jobs > TOOL_JOBS_MAX)) {
		tool_error("--jobs takes a number from 1 to %d: %s",
			   TOOL_JOBS_MAX, set.jobs);
		return TOOL_EXIT_USAGE;
	}
	if (set.texts && !classify_texts_are_sane(jobs))
		return TOOL_EXIT_USAGE;
	if (tool_rules_open(set.rules, &ctx.rules) < 0)
		return TOOL_EXIT_USAGE;
	ctx.pool = pool_alloconly_create("classify", 32 * 1024);
	if (tool_rules_check_language(ctx.rules, set.language) < 0)
		ret = TOOL_EXIT_USAGE;
	else if (set.texts)
		ret = tool_texts_foreach(args, classify_text, &ctx);
	else
		ret = classify_files(&ctx, args, jobs);
	pool_unref(&ctx.pool);
	bounce_rules_unref(&ctx.rules);
	return ret;
}

const struct tool_command cmd_classify = {
	.name = "classify",
	.syntax = "[OPTION]... [FILE|DIRECTORY|-]...",
	.summary = "say what messages are and why each recipient failed",
	.help =
"Says of each message what it is (a failure, a delay, an automatic reply ...)\n"
"and of each failed recipient the cause. Reads single messages, mboxes,\n"
"Maildirs, directories of them, and standard input (-).\n",
	.options = classify_options,
	.run = cmd_classify_run
};
