/* bouncecause page: a bounce as bounceexplain would store it. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "istream.h"
#include "message-size.h"
#include "bounce-classify.h"
#include "bounce-compose.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "compose-document.h"
#include "tool.h"
#include "tool-input.h"
#include "tool-options.h"
#include "tool-rules.h"

#include <stdio.h>

static struct {
	const char *language;
	const char *subject;
	const char *support;
	const char *rules;
	bool html;
	bool text;
	bool author;
	bool forwarding;
} set = {
	.support = ""
};

static const struct tool_option page_options[] = {
	{ "language", 'l', TOOL_OPTION_STRING, &set.language, "TAG",
	  "of the explanation; default: auto" },
	{ "html", 'H', TOOL_OPTION_SWITCH, &set.html, NULL,
	  "only the page, as HTML" },
	{ "text", 't', TOOL_OPTION_SWITCH, &set.text, NULL,
	  "only the page, as plain text" },
	{ "author", 'a', TOOL_OPTION_SWITCH, &set.author, NULL,
	  "for the author: no hosts, known addresses" },
	{ "forwarding", 'f', TOOL_OPTION_SWITCH, &set.forwarding, NULL,
	  "as of mail that the mailbox itself passed on" },
	{ "subject", 'S', TOOL_OPTION_STRING, &set.subject, "TEXT",
	  "of the message" },
	{ "support", 's', TOOL_OPTION_STRING, &set.support, "ADDRESS",
	  "whom advice names for help" },
	TOOL_OPTION_RULES(set.rules),
	{ .name = NULL }
};

struct page {
	struct bounce_rules *rules;
	pool_t pool;
	unsigned int messages;
};

static int
page_print_stream(struct istream *input, const char **error_r)
{
	const unsigned char *data;
	size_t size;

	while (i_stream_read_more(input, &data, &size) > 0) {
		if (!tool_write(data, size))
			break;
		i_stream_skip(input, size);
	}
	if (input->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(input));
		return -1;
	}
	return 0;
}

static int
page_header(struct istream *input, string_t *header, const char **error_r)
{
	struct message_size size;
	const unsigned char *data;
	size_t used;
	bool has_nuls;

	i_stream_seek(input, 0);
	if (message_get_header_size(input, &size, &has_nuls) < 0) {
		*error_r = t_strdup(i_stream_get_error(input));
		return -1;
	}
	i_stream_seek(input, 0);
	size.physical_size = I_MIN(size.physical_size,
				   BOUNCE_LIMIT_EXPLAINED_HEADER_SIZE);
	while (str_len(header) < size.physical_size &&
	       i_stream_read_more(input, &data, &used) > 0) {
		used = I_MIN(used, size.physical_size - str_len(header));
		str_append_data(header, data, used);
		i_stream_skip(input, used);
	}
	return 0;
}

static int
page_message(struct page *ctx, const struct bounce_compose *compose,
	     struct istream *input, const char **error_r)
{
	string_t *header = str_new(ctx->pool, 8192);
	struct istream *output;
	const char *subject = set.subject;
	int ret;

	if (page_header(input, header, error_r) < 0)
		return -1;
	subject = subject == NULL ? bounce_compose_subject(compose, ctx->pool) :
		bounce_value_clean(subject, BOUNCE_VALUE_MAX_SIZE, ctx->pool);
	if (bounce_compose_enclosed(compose, str_data(header), str_len(header),
				    subject, input, &output, error_r) < 0)
		return -1;
	ret = page_print_stream(output, error_r);
	i_stream_unref(&output);
	return ret;
}

static void
page_document(struct page *ctx, const struct bounce_compose *compose)
{
	struct compose_document *doc =
		compose_document_create(compose, !compose->author_only,
					ctx->pool);
	string_t *str = str_new(ctx->pool, 8192);

	if (set.html)
		compose_html_write(str, doc);
	else
		compose_text_write(str, doc);
	(void)tool_write(str_data(str), str_len(str));
}

static int
page_run(const struct tool_message *message, void *context,
	 const char **error_r)
{
	struct page *ctx = context;
	const struct bounce_report *report;
	struct bounce_verdict *verdict;
	struct bounce_compose compose;
	int ret = 0;

	if (++ctx->messages > 1) {
		/* pages that follow each other are no page */
		*error_r = "is not explained, nor what follows it: page takes "
			"one message";
		return ctx->messages == 2 ? -1 : 0;
	}
	p_clear(ctx->pool);
	if (bounce_classify(message->input, message->envelope_sender,
			    ctx->rules, NULL, BOUNCE_CLASSIFY_CARRIED, NULL,
			    ctx->pool, &verdict, error_r) < 0)
		return -1;
	report = bounce_verdict_report(verdict);
	if (report == NULL || !bounce_kind_is_bounce(report->kind) ||
	    bounce_report_first(report) == NULL) {
		*error_r = t_strdup_printf("no bounce, it is of kind %s",
					   bounce_kind_name(verdict->kind));
		return -1;
	}
	i_zero(&compose);
	compose.rules = ctx->rules;
	compose.report = report;
	compose.advice.support = set.support;
	compose.language = bounce_advice_language(ctx->rules, report,
						  set.language);
	compose.sent_count = bounce_compose_returned_count(report);
	compose.author_only = set.author;
	compose.forwarding = set.forwarding;
	if (set.html || set.text)
		page_document(ctx, &compose);
	else
		ret = page_message(ctx, &compose, message->input, error_r);
	return ret;
}

static bool page_usage_is_sane(const char *const *args)
{
	if (args[0] != NULL && args[1] != NULL) {
		tool_error("page takes one message; this one is too much: %s",
			   args[1]);
		return FALSE;
	}
	if (set.html && set.text) {
		tool_error("--html and --text exclude each other");
		return FALSE;
	}
	if (set.subject != NULL && (set.html || set.text)) {
		tool_error("--subject is of the message, which %s leaves out",
			   set.html ? "--html" : "--text");
		return FALSE;
	}
	return TRUE;
}

static int cmd_page_run(const char *const *args)
{
	struct page ctx;
	int failures = -1;

	if (!page_usage_is_sane(args))
		return TOOL_EXIT_USAGE;
	i_zero(&ctx);
	if (tool_rules_open(set.rules, &ctx.rules) < 0)
		return TOOL_EXIT_USAGE;
	ctx.pool = pool_alloconly_create("page", 32 * 1024);
	if (tool_rules_check_language(ctx.rules, set.language) == 0)
		failures = tool_input_foreach(args, page_run, &ctx);
	pool_unref(&ctx.pool);
	bounce_rules_unref(&ctx.rules);
	if (failures < 0)
		return TOOL_EXIT_USAGE;
	if (failures == 0 && ctx.messages == 0) {
		tool_error("There is no message");
		return TOOL_EXIT_FAILED;
	}
	return failures == 0 ? TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

const struct tool_command cmd_page = {
	.name = "page",
	.syntax = "[OPTION]... [FILE|-]",
	.summary = "explain a bounce to a person, as bounceexplain does",
	.help =
"Writes the message that the Sieve command bounceexplain would store for a\n"
"bounce: the explanation, as text and HTML, with the report enclosed. It takes\n"
"one message.\n\n"
"  bouncecause page --html bounce.eml >bounce.html\n"
"  bouncecause page --language de --text bounce.eml\n",
	.options = page_options,
	.run = cmd_page_run
};
