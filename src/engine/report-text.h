#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "marker-scan.h"

/* A report in free text: who failed, and the words that say why. What the
   phrases of mail systems announce is data (rules/format); this walks over the
   lines. */

struct bounce_rules;
struct report_lines;

struct text_recipient {
	const char *address;
	/* what follows it: its reply, lines joined by a blank */
	string_t *reply;
	const char *remote_mta;
	/* the reply is only the rest of a sentence that names it */
	bool sentence;
	/* named where a heading announced it; else merely seen in a reply */
	bool announced;
};
ARRAY_DEFINE_TYPE(text_recipient, struct text_recipient);

struct report_text {
	ARRAY_TYPE(text_recipient) recipients;
	/* there are more of them than may be kept */
	bool truncated;
	/* one of them was announced */
	bool announced;
	/* replies that belong to no recipient by name */
	string_t *reply;
	/* all words before the returned message, joined */
	string_t *words;
	/* there was a reply by its looks: codes, not words */
	bool shows_reply;
	/* bits of enum bounce_role that were seen before it */
	uint32_t roles;
	const char *reporting_mta;
	const char *remote_mta;
	/* language that the markers show, or "" */
	const char *language;
	/* the returned message or its header, or "" */
	const char *returned;
	/* a forwarded message begins here (offset in the text), or SIZE_MAX */
	size_t forwarded;
	/* ... and nothing of a report stands before it: whoever wrote this
	   passes one on */
	bool passed_on;
	/* addresses that the report names as the author's */
	ARRAY_TYPE(const_string) senders;
};

/* No text: nothing is said. Allocated from pool. */
void report_text_init(struct report_text *report_r, pool_t pool);

/* Read a text (UTF-8, LF). Everything is allocated from pool. */
void report_text_read(struct report_text *report_r, const char *text,
		      const struct bounce_rules *rules,
		      struct bounce_formats *formats,
		      unsigned int max_recipients, pool_t pool);

#endif
