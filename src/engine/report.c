/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "report-dsn.h"
#include "report-header.h"
#include "report-json.h"
#include "report-kind.h"
#include "report-lines.h"
#include "report-merge.h"
#include "report-parts.h"
#include "report-returned.h"
#include "report-text.h"
#include "report.h"

static struct bounce_report *
report_create(struct report_context *ctx, enum bounce_kind kind)
{
	struct bounce_report *report =
		p_new(ctx->pool, struct bounce_report, 1);

	report->kind = kind;
	report->format = report->reporting_mta = report->language = "";
	report->returned = bounce_returned_nothing;
	p_array_init(&report->recipients, ctx->pool, 4);
	return report;
}

/* Which of the two wordings names recipients: the plain text or the HTML? */
static const struct report_text *
report_text_choose(struct report_context *ctx, struct report_message *message,
		   struct bounce_formats *formats)
{
	const struct report_text *text, *html;

	text = report_message_words(ctx, message, FALSE, formats);
	if (array_count(&text->recipients) > 0 ||
	    *message->parts.html_words == '\0')
		return text;
	html = report_message_words(ctx, message, TRUE, formats);
	return array_count(&html->recipients) > 0 || text->roles == 0 ?
		html : text;
}

static const struct bounce_message *
returned_message(struct report_context *ctx, const struct report_parts *parts,
		 const struct report_text *text)
{
	const struct bounce_message *msg;
	const char *returned = text->returned;

	if (parts->returned != NULL || *returned == '\0')
		return parts->returned;
	while (*returned == '\n' || *returned == ' ')
		returned++;
	msg = bounce_message_parse(returned, strlen(returned),
				   ctx->inner_limits, ctx->pool);
	return report_returned_is_mail(msg) ? msg : NULL;
}

static struct bounce_report *
report_assemble(struct report_context *ctx, enum bounce_kind kind,
		const struct bounce_message *msg,
		const struct report_header *header,
		const struct report_parts *parts,
		const struct report_dsn *dsn, const struct report_text *text)
{
	struct bounce_report *report = report_create(ctx, kind);

	report_returned_read(&report->returned,
			     returned_message(ctx, parts, text), ctx->pool);
	report->reporting_mta = *dsn->reporting_mta != '\0' ?
		dsn->reporting_mta : text->reporting_mta;
	report->language = text->language;
	if (header->formats.first != BOUNCE_NONE) {
		report->format = bounce_rules_str(ctx->rules,
			ctx->rules->formats[header->formats.first].id);
	}
	report_merge(report, msg, dsn, text, ctx->limits, ctx->pool);
	return report;
}

/* A notice in JSON: its fields are a delivery status, and there are no words */
static enum bounce_kind
read_json(struct report_context *ctx, const struct bounce_message *msg,
	  const struct report_json *json, struct bounce_report **report_r)
{
	struct report_text text;
	enum bounce_kind kind = json->kind;

	if (kind == BOUNCE_KIND_FAILURE)
		kind = report_kind_of_actions(&json->dsn.recipients);
	ctx->why = kind == BOUNCE_KIND_NONE ?
		"a notice about no failed delivery" :
		"a notice about a delivery, in JSON";
	if (kind == BOUNCE_KIND_NONE || kind == BOUNCE_KIND_FEEDBACK)
		return kind;
	report_text_init(&text, ctx->pool);
	*report_r = report_create(ctx, kind);
	(*report_r)->format = "ses";
	(*report_r)->reporting_mta = json->dsn.reporting_mta;
	(*report_r)->returned = json->returned;
	report_merge(*report_r, msg, &json->dsn, &text, ctx->limits,
		     ctx->pool);
	return kind;
}

/* A gateway that reports a report names nobody: what it returns does. */
static enum bounce_kind
report_inner(struct report_context *ctx, const struct bounce_message *msg,
	     enum bounce_kind kind, struct bounce_report **report_r)
{
	const struct bounce_recipient *rcpt = bounce_report_first(*report_r);
	struct bounce_report *inner;

	if (rcpt == NULL || *rcpt->recipient != '\0' ||
	    ctx->depth >= BOUNCE_LIMIT_INNER_DEPTH)
		return kind;
	ctx->depth++;
	inner = report_read_carried(ctx, msg, 0);
	ctx->depth--;
	rcpt = inner == NULL ? NULL : bounce_report_first(inner);
	if (rcpt == NULL || *rcpt->recipient == '\0')
		return kind;
	*report_r = inner;
	return inner->kind;
}

enum bounce_kind
report_read(struct report_context *ctx, const struct bounce_message *msg,
	    struct report_header *header, struct bounce_report **report_r)
{
	struct report_message *message = report_message_get(ctx, msg);
	const struct report_parts *parts = &message->parts;
	const struct report_text *text;
	struct report_dsn dsn;
	struct report_json json;
	enum bounce_kind kind;

	*report_r = NULL;
	if (parts->feedback != NULL ||
	    strcmp(header->report_type, "feedback-report") == 0 ||
	    HAS_ROLE(header->roles, BOUNCE_ROLE_FEEDBACK)) {
		ctx->why = "a feedback report";
		return BOUNCE_KIND_FEEDBACK;
	}

	/* a list may add its fields to whatever passes through it */
	if (HAS_ROLE(header->roles, BOUNCE_ROLE_ORDINARY) &&
	    !(parts->delivery_status_part && header->null_sender &&
	      strcmp(header->report_type, "delivery-status") == 0)) {
		ctx->why = "a header field that no report has";
		return report_kind_of_no_report(header);
	}
	kind = report_kind_shown(ctx, header, parts, msg);
	if (kind != BOUNCE_KIND_FAILURE)
		return kind;

	if (parts->json != NULL && !parts->delivery_status_part &&
	    report_json_read(&json, parts->json, ctx->limits, ctx->pool))
		return read_json(ctx, msg, &json, report_r);

	report_dsn_read(&dsn, parts->delivery_status == NULL ? "" :
			parts->delivery_status, ctx->limits->max_recipients,
			ctx->pool);
	text = report_text_choose(ctx, message, &header->formats);

	if (parts->disposition != NULL) {
		/* a disposition that in truth says that the message was
		   refused says so in its words */
		if (!HAS_ROLE(text->roles | header->roles,
			      BOUNCE_ROLE_FAILURE)) {
			ctx->why = "a disposition notification";
			return BOUNCE_KIND_MDN;
		}
		report_dsn_read(&dsn, parts->disposition->text,
				ctx->limits->max_recipients, ctx->pool);
		ctx->why = "a disposition notification about a refusal";
		kind = report_kind_of_actions(&dsn.recipients);
	} else if (!HAS_ROLE(text->roles | header->roles,
			     BOUNCE_ROLE_FAILURE) &&
		   (HAS_ROLE(header->roles, BOUNCE_ROLE_MDN) ||
		    strcmp(header->report_type,
			   "disposition-notification") == 0)) {
		ctx->why = "a disposition notification";
		return BOUNCE_KIND_MDN;
	} else if (array_count(&dsn.recipients) > 0) {
		ctx->why = "a delivery status notification";
		kind = report_kind_of_actions(&dsn.recipients);
	} else {
		kind = report_kind_of_text(ctx, header, text, parts, msg);
		if (kind != BOUNCE_KIND_FAILURE && kind != BOUNCE_KIND_DELAY &&
		    kind != BOUNCE_KIND_SUCCESS)
			return kind;
	}
	*report_r = report_assemble(ctx, kind, msg, header, parts, &dsn,
				    text);
	return report_inner(ctx, msg, kind, report_r);
}
