#ifndef REPORT_KIND_H
#define REPORT_KIND_H

/* What kind of message is it? Every decision leaves its reason in ctx->why. */

#include "bounce-verdict.h"

struct bounce_message;
struct report_context;
struct report_header;
struct report_parts;
struct report_text;

/* What recipients with these actions make of a report (RFC 3464 2.3.3): the
   worst of them counts. Failure where nothing is said. */
enum bounce_kind
report_kind_of_actions(const ARRAY_TYPE(bounce_recipient) *recipients);

/* Where a message is no report: auto-reply if its header says so, else NONE. */
enum bounce_kind
report_kind_of_no_report(const struct report_header *header);

/* By header, sender and words, where no status says it: failure, delay, success,
   auto-reply or NONE. */
enum bounce_kind
report_kind_of_text(struct report_context *ctx,
		    const struct report_header *header,
		    const struct report_text *text,
		    const struct report_parts *parts,
		    const struct bounce_message *msg);

/* A status or a notice of a mail system may stand in what a person, or a program
   of one, has written: it is shown, and does not say what the mail is. Returns
   FAILURE where that is not so. */
enum bounce_kind
report_kind_shown(struct report_context *ctx,
		  const struct report_header *header,
		  const struct report_parts *parts,
		  const struct bounce_message *msg);

#endif
