#ifndef RECEIVED_FIELD_H
#define RECEIVED_FIELD_H

#include "net.h"

/* A Received field (RFC 5321, 4.4), as far as it tells from whom a host took
   a message. Names are as written, "" where there is none; an address that is
   not stated has the family 0. */
struct received_field {
	/* from-clause: what the client called itself, or its name in the DNS */
	const char *from;
	/* host names and the address that the host which took the message
	   found itself; it writes them in the comment */
	const char *const *from_names;
	struct ip_addr from_ip;
	/* by-clause */
	const char *by;
	struct ip_addr by_ip;
	/* with-clause: the protocol */
	const char *with;
	/* the client logged in: the protocol (RFC 3848) or a comment says so */
	bool authenticated;
};

/* Parse the value of a field; whatever it is, something comes out. Strings are
   allocated from the data stack. */
void received_field_parse(const char *value, struct received_field *field_r);

/* SMTP without a login, from an address on the Internet: in this way mail
   comes from outside. */
bool received_field_is_outside(const struct received_field *field);

#endif
