#ifndef BOUNCECAUSE_ADVISE_MESSAGE_H
#define BOUNCECAUSE_ADVISE_MESSAGE_H

#include "bounce-compose.h"

struct smtp_address;
struct message_address;
struct sieve_instance;

/* The mail that bounceadvise sends */
struct bouncecause_advise_message {
	const struct smtp_address *to;
	/* name (UTF-8; may be NULL) and address of who it is from */
	const char *from_name;
	const struct smtp_address *from;
	/* UTF-8, one line */
	const char *subject;
	struct bounce_compose body;
};

/* Append the whole message (RFC 5322), with CRLF line ends: header, and the
   explanation as plain text and HTML. It threads under the returned message
   where that has a Message-ID. */
void bouncecause_advise_compose(string_t *dest,
				const struct bouncecause_advise_message *mail,
				struct sieve_instance *svinst);

/* The name of an address field: decoded (RFC 2047), one line, short; NULL for
   none. Data stack. */
const char *
bouncecause_advise_name(const struct message_address *address);

#endif
