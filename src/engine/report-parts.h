#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "message-read.h"

/* Which part of a message is what: by content type, and where that is wrong or
   missing, by what it looks like. */
struct report_parts {
	/* RFC 3464 fields, all parts of them joined; NULL for none */
	const char *delivery_status;
	/* these fields stood in a part that was made for them; others then do
	   not count */
	bool delivery_status_part;
	/* a notice in JSON begins here (see report-json.h); NULL for none */
	const char *json;
	/* RFC 8098, RFC 5965 parts; NULL for none */
	const struct bounce_part *disposition;
	const struct bounce_part *feedback;
	/* the message that came back, or its header; NULL for none */
	const struct bounce_message *returned;
	/* messages that the message holds, and files that are messages */
	ARRAY(const struct bounce_message *) messages;
	/* the words that are meant for people: of alternatives the plain text;
	   html_words: the HTML, "" where there is none beside it */
	const char *words;
	const char *html_words;
};

/* Sort the parts. inner_limits: what is left for messages in parts and texts,
   see bounce_message_parse(). Everything is allocated from pool. */
void report_parts_find(struct report_parts *parts_r,
		       const struct bounce_message *msg,
		       const struct bounce_rules *rules,
		       struct bounce_limits *inner_limits, pool_t pool);

#endif
