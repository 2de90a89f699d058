#ifndef ADDRESS_FIND_H
#define ADDRESS_FIND_H

/* E-mail addresses in free text (RFC 5321 mailboxes, RFC 6531 ones when in
   angle brackets), as mail systems print them. */
struct found_address {
	/* on the data stack: local-part@domain, domain as written */
	const char *address;
	/* offsets in the text: the address with its brackets and quotes, and
	   words like "mailto:" */
	size_t start;
	size_t end;
};

/* The first address at or after *pos. Returns FALSE where there is none, else
   *pos is behind it. */
bool address_find(const char *text, size_t size, size_t *pos,
		  struct found_address *found_r);

/* The addresses that a text (of an address field, say; NULL for none) names,
   NULL-terminated. Data stack. */
const char *const *address_list(const char *text);

/* Is the text one address and nothing else? Returns it (data stack) or NULL. */
const char *address_only(const char *text);

/* The domain of an address (data stack not needed: a pointer into it), "" for
   none. */
const char *address_domain(const char *address);

/* Postmasters, mailer daemons and no-reply addresses: reporters, not
   recipients, unless a report says so in a field. */
bool address_is_reporter(const char *address);

#endif
