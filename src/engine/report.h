#ifndef REPORT_H
#define REPORT_H

#include "bounce-verdict.h"
#include "report-message.h"

/* A message read as a report: who failed, and the words that say why. Causes
   are not chosen here. */

struct bounce_message;
struct bounce_limits;
struct bounce_rules;
struct report_header;

/* What is known while a report is being put together */
struct report_context {
	const struct bounce_rules *rules;
	const struct bounce_limits *limits;
	/* what is left of it for all messages in parts and texts */
	struct bounce_limits *inner_limits;
	/* bytes of text that may still be read; see report_words_read() */
	size_t words_left;
	/* messages that were read */
	ARRAY_TYPE(report_message) messages;
	pool_t pool;
	/* reports in reports that are being read */
	unsigned int depth;
	/* why it is taken for what it is, for traces */
	const char *why;
};

/* What kind of message is it? *report_r is set for failure, delay and success,
   else NULL. */
enum bounce_kind
report_read(struct report_context *ctx, const struct bounce_message *msg,
	    struct report_header *header, struct bounce_report **report_r);

/* The report that a message carries: attached, as a part or a file, or quoted
   in its text; NULL for none. depth is how deep to look. */
struct bounce_report *
report_read_carried(struct report_context *ctx,
		    const struct bounce_message *msg, unsigned int depth);

#endif
