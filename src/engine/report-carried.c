/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "explained-message.h"
#include "message-read.h"
#include "report-dsn.h"
#include "report-header.h"
#include "report-kind.h"
#include "report-lines.h"
#include "report-merge.h"
#include "report-parts.h"
#include "report-returned.h"
#include "report-text.h"
#include "report.h"

/* sent, to, subject, behind the line that says from whom */
#define SHOWN_FIELDS_MIN 3
#define SHOWN_NAME_MAX 40

static bool message_is_report(const struct report_header *header,
			      const struct bounce_report *report)
{
	return report != NULL && bounce_kind_is_bounce(report->kind) &&
		report_header_is_candidate(header);
}

/* An attached message: is it a report, or does it carry one? */
static struct bounce_report *
read_message(struct report_context *ctx, const struct bounce_message *msg,
	     unsigned int depth)
{
	struct report_header header;
	struct bounce_report *report;

	/* it speaks of the report that it encloses */
	if (explained_content_type(bounce_message_field(msg, "content-type")))
		return depth == 0 ? NULL :
			report_read_carried(ctx, msg, depth - 1);
	report_header_read(&header, msg, ctx->rules, ctx->pool);
	(void)report_read(ctx, msg, &header, &report);
	if (message_is_report(&header, report))
		return report;
	return depth == 0 ? NULL : report_read_carried(ctx, msg, depth - 1);
}

/* Take the quoting off: "> " as often as the first lines have it */
static const char *unquote(const char *text)
{
	string_t *str = t_str_new(strlen(text));
	const char *eol;

	while (*text != '\0') {
		unsigned int depth = 0;

		eol = text + strcspn(text, "\n");
		while (depth < BOUNCE_LIMIT_QUOTE_DEPTH &&
		       (*text == '>' || (*text == ' ' && text[1] == '>'))) {
			if (*text == ' ')
				text++;
			text++;
			depth++;
			/* ">>> RCPT TO" of a transcript is no quoting */
			if (*text == '>' && text[1] == '>' && depth == 1 &&
			    (text[2] == ' ' || text[2] == '>'))
				break;
		}
		if (depth > 0 && *text == ' ')
			text++;
		str_append_data(str, text, eol - text);
		str_append_c(str, '\n');
		text = *eol == '\0' ? eol : eol + 1;
	}
	return str_c(str);
}

/* "Name: value", as a mail client shows a header: in any language, and no
   field of a delivery status */
static bool is_shown_field(const char *line)
{
	static const char fullwidth_colon[] = "\xef\xbc\x9a";
	size_t len = strcspn(line, ":<@");
	const char *p = strstr(line, fullwidth_colon);

	if (p != NULL && (size_t)(p - line) < len)
		len = p - line;
	else if (line[len] != ':')
		return FALSE;
	return len > 0 && len < SHOWN_NAME_MAX &&
		strstr(line, "rfc822;") == NULL && strstr(line, "dns;") == NULL;
}

/* The header that the client shows of what it forwards: it names who wrote
   the report and who got it, not who failed. */
static const char *skip_shown_header(const char *text)
{
	const char *begin = text;

	begin += strspn(begin, " \n");
	for (unsigned int i = 0; i < BOUNCE_LIMIT_SHOWN_FIELDS; i++) {
		size_t size = strcspn(begin, "\n");

		if (!is_shown_field(t_strndup(begin, size)))
			break;
		begin += size;
		if (*begin == '\n')
			begin++;
		/* in HTML each field may be a block of its own */
		if (i + 1 < SHOWN_FIELDS_MIN)
			begin += strspn(begin, " \n");
	}
	return begin;
}

/* The fields of a delivery status that the report shows, not what it returns;
   see report_dsn_find(). */
static const char *
quoted_status_find(struct report_context *ctx, const char *quoted,
		   const char **end_r)
{
	const char *start = report_dsn_find(quoted, strlen(quoted), end_r);
	size_t returned;

	if (start == NULL)
		return NULL;
	returned = report_lines_returned(quoted, ctx->rules);
	if ((size_t)(*end_r - quoted) > returned)
		start = report_dsn_find(quoted, returned, end_r);
	return start;
}

/* A report that a mail client put into the text: behind its "forwarded
   message" line, with or without quote marks. */
static struct bounce_report *
read_quoted(struct report_context *ctx, struct report_message *message)
{
	struct bounce_formats formats;
	const char *words, *quoted, *start, *end;
	const struct report_text *all;
	struct report_text text;
	struct report_dsn dsn;
	bool html = *message->parts.words == '\0';
	struct bounce_report *report;
	struct bounce_message *returned = NULL;
	string_t *rest;

	bounce_formats_init(&formats, ctx->rules, ctx->pool);
	all = report_message_words(ctx, message, html, &formats);
	if (all->forwarded == SIZE_MAX)
		return NULL;

	words = html ? message->parts.html_words : message->parts.words;
	quoted = skip_shown_header(unquote(words + all->forwarded));
	rest = t_str_new(strlen(quoted) + 1);
	start = quoted_status_find(ctx, quoted, &end);
	report_dsn_read(&dsn, start == NULL ? "" : t_strdup_until(start, end),
			ctx->limits->max_recipients, ctx->pool);
	if (start != NULL)
		str_append_data(rest, quoted, start - quoted);
	else
		str_append(rest, quoted);
	bounce_formats_init(&formats, ctx->rules, ctx->pool);
	report_words_read(ctx, &text, str_c(rest), &formats);
	if (array_count(&dsn.recipients) > 0 &&
	    !bounce_kind_is_bounce(report_kind_of_actions(&dsn.recipients)))
		return NULL;
	if (array_count(&dsn.recipients) == 0 &&
	    ((text.roles & (REPORT_ROLE(BOUNCE_ROLE_FAILURE) |
			    REPORT_ROLE(BOUNCE_ROLE_DELAY) |
			    REPORT_ROLE(BOUNCE_ROLE_FINAL))) == 0 ||
	     array_count(&text.recipients) == 0))
		return NULL;
	if (*text.returned != '\0' || start != NULL) {
		const char *header = *text.returned != '\0' ?
			text.returned : end;

		while (*header == '\n' || *header == ' ')
			header++;
		returned = bounce_message_parse(header, strlen(header),
						ctx->inner_limits, ctx->pool);
		if (!report_returned_is_mail(returned))
			returned = NULL;
	}

	report = p_new(ctx->pool, struct bounce_report, 1);
	if (array_count(&dsn.recipients) > 0)
		report->kind = report_kind_of_actions(&dsn.recipients);
	else if ((text.roles & REPORT_ROLE(BOUNCE_ROLE_DELAY)) != 0 &&
		 (text.roles & REPORT_ROLE(BOUNCE_ROLE_FINAL)) == 0)
		report->kind = BOUNCE_KIND_DELAY;
	else
		report->kind = BOUNCE_KIND_FAILURE;
	report->format = formats.first == BOUNCE_NONE ? "" :
		bounce_rules_str(ctx->rules,
				 ctx->rules->formats[formats.first].id);
	report->reporting_mta = *dsn.reporting_mta != '\0' ?
		dsn.reporting_mta : text.reporting_mta;
	report->language = text.language;
	p_array_init(&report->recipients, ctx->pool, 4);
	report_returned_read(&report->returned, returned, ctx->pool);
	report_merge(report, message->msg, &dsn, &text, ctx->limits,
		     ctx->pool);
	return report;
}

struct bounce_report *
report_read_carried(struct report_context *ctx,
		    const struct bounce_message *msg, unsigned int depth)
{
	struct report_message *message = report_message_get(ctx, msg);
	const struct bounce_message *inner;
	struct bounce_report *report = NULL;

	array_foreach_elem(&message->parts.messages, inner) {
		report = read_message(ctx, inner, depth);
		if (report != NULL)
			return report;
	}
	/* a report whose parts were taken over one by one */
	if (message->parts.delivery_status_part) {
		struct report_header header;

		report_header_read(&header, msg, ctx->rules, ctx->pool);
		(void)report_read(ctx, msg, &header, &report);
		if (report != NULL && bounce_kind_is_bounce(report->kind))
			return report;
	}
	T_BEGIN {
		report = read_quoted(ctx, message);
	} T_END;
	return report;
}
