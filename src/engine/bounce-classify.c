/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "ioloop.h"
#include "istream.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "bounce-classify.h"
#include "charset-cache.h"
#include "explained-message.h"
#include "marker-scan.h"
#include "message-read.h"
#include "recipient-classify.h"
#include "report-header.h"
#include "report.h"

static const struct bounce_limits default_limits = {
	.max_size = BOUNCE_LIMIT_MESSAGE_SIZE,
	.max_parts = BOUNCE_LIMIT_PARTS,
	.max_depth = BOUNCE_LIMIT_DEPTH,
	.max_recipients = BOUNCE_LIMIT_RECIPIENTS,
	.max_text = BOUNCE_LIMIT_TEXT_SIZE,
};

struct classify_context {
	struct report_context report;
	const char *envelope_sender;
	enum bounce_classify_flags flags;
	struct report_header header;
	/* the header is that of no report */
	bool dismissed;
	/* the message is an explanation with the report enclosed */
	bool explained;
};

static void
limits_get(const struct bounce_limits *set, struct bounce_limits *limits_r)
{
	*limits_r = default_limits;
	if (set == NULL)
		return;
	if (set->max_size != 0)
		limits_r->max_size = set->max_size;
	if (set->max_parts != 0)
		limits_r->max_parts = set->max_parts;
	if (set->max_depth != 0)
		limits_r->max_depth = set->max_depth;
	if (set->max_recipients != 0)
		limits_r->max_recipients = set->max_recipients;
	if (set->max_text != 0)
		limits_r->max_text = set->max_text;
}

/* "smtp; 550 5.1.1 ...": the type (RFC 3464, 2.3.6) is no part of what the
   server said. The classifier still sees it. */
static const char *reply_without_type(const char *diagnostic)
{
	size_t len = strcspn(diagnostic, "; ");

	if (diagnostic[len] != ';' ||
	    (strncasecmp(diagnostic, "smtp;", 5) != 0 &&
	     strncasecmp(diagnostic, "lmtp;", 5) != 0 &&
	     strncasecmp(diagnostic, "x-", 2) != 0))
		return diagnostic;
	diagnostic += len + 1;
	return diagnostic + strspn(diagnostic, " ");
}

/* Recipients can share a long reply, which each of them is classified by:
   beyond so much of them all, the beginning has to do. */
static void reply_limit_size(const char **reply, size_t *left, pool_t pool)
{
	size_t size = strlen(*reply);

	if (size > *left && size > BOUNCE_LIMIT_SHORT_REPLY_SIZE) {
		size = I_MAX(*left, BOUNCE_LIMIT_SHORT_REPLY_SIZE);
		*reply = p_strndup(pool, *reply, size);
	}
	*left -= I_MIN(size, *left);
}

/* What comes from the message becomes safe to show, and the causes are
   chosen. */
static void
classify_report(struct classify_context *ctx, struct bounce_report *report)
{
	struct bounce_returned *returned = &report->returned;
	size_t left = BOUNCE_LIMIT_REPLIES_SIZE;
	struct bounce_recipient *rcpt;
	pool_t pool = ctx->report.pool;

	report->reporting_mta = bounce_value_clean(report->reporting_mta,
						   BOUNCE_VALUE_MAX_SIZE, pool);
	returned->message_id = bounce_value_clean(returned->message_id,
						  BOUNCE_VALUE_MAX_SIZE, pool);
	returned->subject = bounce_value_clean(returned->subject,
					       BOUNCE_VALUE_MAX_SIZE, pool);
	returned->from = bounce_value_clean(returned->from,
					    BOUNCE_VALUE_MAX_SIZE, pool);
	returned->to = bounce_value_clean(returned->to,
					  BOUNCE_VALUE_MAX_SIZE, pool);
	returned->date = bounce_value_clean(returned->date,
					    BOUNCE_VALUE_MAX_SIZE, pool);
	returned->references = bounce_value_clean(returned->references,
						  BOUNCE_VALUE_MAX_SIZE, pool);
	array_foreach_modifiable(&report->recipients, rcpt) T_BEGIN {
		reply_limit_size(&rcpt->diagnostic, &left, pool);
		reply_limit_size(&rcpt->context, &left, pool);
		bounce_recipient_classify(rcpt, ctx->report.rules,
					  report->reporting_mta, ctx->flags,
					  pool);
		rcpt->diagnostic = reply_without_type(rcpt->diagnostic);
	} T_END;
}

static enum bounce_kind
classify_dismissed(const struct report_header *header, const char **why_r)
{
	if (header->auto_replied ||
	    (header->roles & REPORT_ROLE(BOUNCE_ROLE_AUTO_REPLY)) != 0) {
		*why_r = "an automatic reply by its header";
		return BOUNCE_KIND_AUTO_REPLY;
	}
	*why_r = "no field of its header is one of a report";
	return BOUNCE_KIND_NONE;
}

static void
classify_message(struct classify_context *ctx, struct bounce_message *msg,
		 struct bounce_verdict *verdict)
{
	if (ctx->dismissed) {
		verdict->kind = classify_dismissed(&ctx->header,
						   &verdict->why);
	} else {
		verdict->kind = report_read(&ctx->report, msg, &ctx->header,
					    &verdict->report);
		verdict->why = ctx->report.why;
	}
	verdict->header_only = msg == NULL;
	if (verdict->report == NULL && msg != NULL &&
	    (ctx->flags & BOUNCE_CLASSIFY_CARRIED) != 0) {
		verdict->carried = report_read_carried(
			&ctx->report, msg, BOUNCE_LIMIT_CARRIED_DEPTH);
		if (verdict->carried != NULL &&
		    verdict->kind == BOUNCE_KIND_NONE) {
			verdict->kind = BOUNCE_KIND_FORWARDED;
			verdict->why = "it carries a report";
		}
	}
	if (verdict->report != NULL)
		classify_report(ctx, verdict->report);
	if (verdict->carried != NULL)
		classify_report(ctx, verdict->carried);
	verdict->truncated = msg == NULL ? ctx->header.truncated :
		msg->truncated;
	verdict->explained = ctx->explained;
}

static int
classify_header(struct classify_context *ctx, struct istream *input,
		const char **error_r)
{
	return report_header_read_stream(&ctx->header, input,
					 ctx->report.limits,
					 ctx->envelope_sender,
					 ctx->report.rules, ctx->report.pool,
					 error_r);
}

/* Where the message is an explained one, the report that it encloses takes its
   place: an explained message is what its report is. */
static int
classify_explained(struct classify_context *ctx, struct istream **input,
		   const char **error_r)
{
	uoff_t offset = (*input)->v_offset;
	struct istream *report;

	if (classify_header(ctx, *input, error_r) < 0)
		return -1;
	report = !ctx->header.explained ? NULL :
		explained_report_open(*input, offset, ctx->report.limits);
	if (report == NULL) {
		/* it only says so */
		i_stream_seek(*input, offset);
		return 0;
	}
	ctx->explained = TRUE;
	i_stream_unref(input);
	*input = report;
	offset = report->v_offset;
	if (classify_header(ctx, report, error_r) < 0)
		return -1;
	i_stream_seek(report, offset);
	return 0;
}

/* Returns 0 and the message, NULL where its header was enough; or -1. The pool
   is made when there is need of it. */
static int
classify_read(struct classify_context *ctx, struct istream *input,
	      pool_t *pool_r, struct bounce_message **msg_r,
	      const char **error_r)
{
	int ret;

	*msg_r = NULL;
	i_stream_ref(input);
	ret = classify_explained(ctx, &input, error_r);
	if (ret == 0) {
		ctx->dismissed = !report_header_is_candidate(&ctx->header);
		if (!ctx->dismissed ||
		    (ctx->flags & BOUNCE_CLASSIFY_CARRIED) != 0) {
			*pool_r = pool_alloconly_create("bounce message", 4096);
			ret = bounce_message_read(input, ctx->report.limits,
						  *pool_r, msg_r, error_r);
		}
	}
	i_stream_unref(&input);
	return ret;
}

int bounce_classify(struct istream *input, const char *envelope_sender,
		    const struct bounce_rules *rules,
		    const struct bounce_limits *set,
		    enum bounce_classify_flags flags,
		    struct event *event ATTR_UNUSED, pool_t pool,
		    struct bounce_verdict **verdict_r, const char **error_r)
{
	struct bounce_limits limits, inner_limits;
	struct classify_context ctx;
	struct bounce_message *msg;
	/* the message's text is needed only until the verdict is reached */
	pool_t read_pool = NULL;
	const char *error;

	limits_get(set, &limits);
	inner_limits = limits;
	i_zero(&ctx);
	ctx.report.rules = rules;
	ctx.report.limits = &limits;
	ctx.report.inner_limits = &inner_limits;
	ctx.report.words_left = BOUNCE_LIMIT_WORDS_READ;
	p_array_init(&ctx.report.messages, pool, 4);
	ctx.report.pool = pool;
	ctx.report.why = "";
	ctx.envelope_sender = envelope_sender;
	ctx.flags = flags;

	charset_cache_begin_message();
	if (classify_read(&ctx, input, &read_pool, &msg, error_r) < 0) {
		pool_unref(&read_pool);
		return -1;
	}
	*verdict_r = p_new(pool, struct bounce_verdict, 1);
	(*verdict_r)->why = "";
	T_BEGIN {
		classify_message(&ctx, msg, *verdict_r);
	} T_END;
	pool_unref(&read_pool);
	error = bounce_rules_error(rules);
	if (error != NULL) {
		*error_r = t_strdup(error);
		return -1;
	}
	return 0;
}
