#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "report-dsn.h"

/* Notices about deliveries that are a JSON object in a mail: Amazon SES's, as
   Amazon SNS mails them, bare or in SNS's own envelope. */

struct bounce_limits;

struct report_json {
	/* NONE: a notice about something else, such as a click */
	enum bounce_kind kind;
	struct report_dsn dsn;
	struct bounce_returned returned;
};

/* Where in a text such an object begins, or NULL. */
const char *report_json_find(const char *text);

/* Read the object that begins there. Returns FALSE where it is broken or not
   of this kind. Strings are allocated from pool. */
bool report_json_read(struct report_json *json_r, const char *text,
		      const struct bounce_limits *limits, pool_t pool);

#endif
