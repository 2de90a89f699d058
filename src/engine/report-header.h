#ifndef REPORT_HEADER_H
#define REPORT_HEADER_H

#include "marker-scan.h"

/* What the header fields of a message say of its kind. */

struct istream;
struct bounce_limits;
struct bounce_message;
struct bounce_rules;

struct report_header {
	/* bits of enum bounce_role: the header markers that hold */
	uint32_t roles;
	struct bounce_formats formats;
	/* one of them by the header; the words may identify more */
	bool identified;
	/* RFC 6522: the report-type of a multipart/report, else "" */
	const char *report_type;
	bool null_sender;
	/* a candidate by its subject, not only by who sent it */
	bool telling_subject;
	/* RFC 3834: somebody's program answers; some mail systems say so of
	   their reports, too */
	bool auto_replied;
	/* bounceexplain made the message, see explained-message.h */
	bool explained;
	/* the header did not end within the limits */
	bool truncated;
};

/* Look at the top header of a message that was read. Allocated from pool. */
void report_header_read(struct report_header *header_r,
			const struct bounce_message *msg,
			const struct bounce_rules *rules, pool_t pool);
/* The same, but read nothing else of the message, which is in the stream from
   where it stands: what most mails cost. envelope_sender as in
   bounce_classify(), limits all set. Returns 0, or -1 with error_r (data
   stack) where the stream failed. */
int report_header_read_stream(struct report_header *header_r,
			      struct istream *input,
			      const struct bounce_limits *limits,
			      const char *envelope_sender,
			      const struct bounce_rules *rules, pool_t pool,
			      const char **error_r);

/* Is there a field that reports have, beside the envelope sender? */
bool report_header_is_telling(const struct report_header *header);
/* May the message be a report, so that reading on is worth it? */
bool report_header_is_candidate(const struct report_header *header);

#endif
