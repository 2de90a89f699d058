/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "unichar.h"
#include "bounce-classify.h"
#include "report.h"
#include "report-message.h"

struct report_message *
report_message_get(struct report_context *ctx,
		   const struct bounce_message *msg)
{
	struct report_message *message;

	array_foreach_elem(&ctx->messages, message) {
		if (message->msg == msg)
			return message;
	}
	message = p_new(ctx->pool, struct report_message, 1);
	message->msg = msg;
	report_parts_find(&message->parts, msg, ctx->rules, ctx->inner_limits,
			  ctx->pool);
	array_push_back(&ctx->messages, &message);
	return message;
}

const struct report_text *
report_message_words(struct report_context *ctx,
		     struct report_message *message, bool html,
		     struct bounce_formats *formats)
{
	const struct report_text **read = html ? &message->html_words :
		&message->words;
	struct report_text *text;

	if (*read != NULL) {
		*formats = message->formats;
		return *read;
	}
	text = p_new(ctx->pool, struct report_text, 1);
	report_words_read(ctx, text, html ? message->parts.html_words :
			  message->parts.words, formats);
	message->formats = *formats;
	*read = text;
	return text;
}

void report_words_read(struct report_context *ctx, struct report_text *text_r,
		       const char *words, struct bounce_formats *formats)
{
	size_t size = strlen(words);

	if (size > ctx->words_left) {
		size = uni_utf8_data_truncate((const unsigned char *)words,
					      size, ctx->words_left);
		words = p_strndup(ctx->pool, words, size);
	}
	ctx->words_left -= size;
	report_text_read(text_r, words, ctx->rules, formats,
			 ctx->limits->max_recipients, ctx->pool);
}
