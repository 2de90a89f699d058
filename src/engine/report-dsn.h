#ifndef REPORT_DSN_H
#define REPORT_DSN_H

#include "bounce-verdict.h"

/* Delivery status notifications, RFC 3464 and RFC 6533, as they are written
   and as they are mangled. */

struct report_dsn {
	/* recipients in the order of the report; cause and what hangs on it
	   are not set yet */
	ARRAY_TYPE(bounce_recipient) recipients;
	const char *reporting_mta;
	/* Reporting-MTA's or another field's own words beside the recipients */
	bool found;
	/* there are more recipients than may be kept */
	bool truncated;
};

/* Read the fields of a delivery-status body (UTF-8). The per-message block may
   be missing, blank lines may be missing or too many, lines may have lost
   their folding. dsn_r->found tells whether there was any. Strings are
   allocated from pool. */
void report_dsn_read(struct report_dsn *dsn_r, const char *text,
		     unsigned int max_recipients, pool_t pool);

/* Where in the first bytes of a text of another type such fields begin, or NULL.
   They then run to where the text after them begins, which is in *end_r. */
const char *
report_dsn_find(const char *text, size_t size, const char **end_r);

/* The status in the value of a Status field, "5.1.1", also behind other words;
   "5.1" where there is no detail; "" for none. Data stack. RFC 3463 2. */
const char *report_dsn_status(const char *value);

/* The value of an address field, "rfc822; user@example.com" and its
   relatives; *type_r its type in lower case. Data stack. RFC 3464 2.1.2. */
const char *report_dsn_address(const char *value, const char **type_r);

#endif
