#ifndef REPLY_WRAPPER_H
#define REPLY_WRAPPER_H

#include "bounce-rules-file.h"

/* Stands in the body where a quoted reply begins; a cleaned text has no control
   characters. */
#define REPLY_QUOTE_MARK '\001'

/* A cleaned reply text without what mail systems put around a reply */
struct reply_wrapper {
	string_t *body;
	/* what the wrappers told: "" unknown (data stack) */
	const char *host;
	enum bounce_stage stage;
};

/* Take the wrappers off. text is a cleaned text (reply-clean.h). */
void reply_unwrap(const char *text, struct reply_wrapper *wrapper_r);

#endif
