#ifndef REPORT_RETURNED_H
#define REPORT_RETURNED_H

#include "bounce-verdict.h"

/* The message that a report is about, as far as it is returned. */

struct bounce_message;

/* What the returned message's header says; msg may be NULL: nothing. */
void report_returned_read(struct bounce_returned *returned_r,
			  const struct bounce_message *msg, pool_t pool);

/* Did a program write it, by these two fields of its header (RFC 3834 5,
   RFC 5321 4.4)? Each may be NULL or "": it is not there. */
bool report_returned_is_automatic(const char *auto_submitted,
				  const char *return_path);

/* Does the header look like that of a mail: who wrote it, and one more? */
bool report_returned_is_mail(const struct bounce_message *msg);

#endif
