#ifndef REPORT_MESSAGE_H
#define REPORT_MESSAGE_H

#include "report-parts.h"
#include "report-text.h"

/* What was read of a message: one within another is looked at more than once,
   as a report and for what it carries, and read once. */

struct report_context;

struct report_message {
	const struct bounce_message *msg;
	struct report_parts parts;
	/* of its words, the plain ones and those in HTML; NULL: not read yet */
	const struct report_text *words, *html_words;
	/* what header and words identified */
	struct bounce_formats formats;
};
ARRAY_DEFINE_TYPE(report_message, struct report_message *);

/* The message with its parts sorted. It lives as long as the context. */
struct report_message *
report_message_get(struct report_context *ctx,
		   const struct bounce_message *msg);

/* Its words, read as a report's: the plain ones, or those in HTML. formats are
   those identified so far; they are extended. */
const struct report_text *
report_message_words(struct report_context *ctx,
		     struct report_message *message, bool html,
		     struct bounce_formats *formats);

/* report_text_read() within the bounds of the context: words beyond them are
   not read. */
void report_words_read(struct report_context *ctx, struct report_text *text_r,
		       const char *words, struct bounce_formats *formats);

#endif
