#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "bounce-verdict.h"

struct bounce_message;
struct bounce_limits;
struct report_dsn;
struct report_text;

/* Put the recipients of a report together from what its fields (RFC 3464), its
   words and the message's own header name. report->kind and report->returned
   are set. The fields' recipients count; the words add what they say of them.
   A failure that names nobody gets one recipient without an address. */
void report_merge(struct bounce_report *report,
		  const struct bounce_message *msg,
		  const struct report_dsn *dsn, const struct report_text *text,
		  const struct bounce_limits *limits, pool_t pool);

#endif
