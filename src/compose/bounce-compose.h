#ifndef BOUNCE_COMPOSE_H
#define BOUNCE_COMPOSE_H

#include "bounce-advice.h"

struct istream;

/* Messages about a bounce, for people to read: plain text and HTML that say
   the same, and what stands around them. No Sieve here. */

/* What a message is made of */
struct bounce_compose {
	const struct bounce_rules *rules;
	/* of a failure or a delay; bounce_report_first() has a recipient */
	const struct bounce_report *report;
	struct bounce_advice_settings advice;
	uint32_t language;
	/* to how many people the author wrote, for "1 of 7"; 0: unknown */
	unsigned int sent_count;
	/* it is the mailbox's own forwarding that failed, not a mail of its
	   owner */
	bool forwarding;
	/* The reader is the author, not the owner of the mailbox: name no
	   address and no host but addresses that the author knows. These are
	   To and Cc of the returned message and known_recipients; an original
	   recipient (RFC 3461) counts only if it is one of them, since a
	   forwarding that submits anew makes its target the "original" one.
	   What else could give a forwarding target away (provider, rule, reply)
	   stays hidden, too. */
	bool author_only;
	/* more addresses that the author is known to have written to, such as
	   those of the reader's copy in Sent (Bcc, too); NULL-terminated, or
	   NULL */
	const char *const *known_recipients;
};

/* How many addresses To and Cc of the returned message name, for sent_count;
   0 where that is not known, or there are more than are read. */
unsigned int bounce_compose_returned_count(const struct bounce_report *report);

/* The subject: title and original subject; one line of UTF-8, allocated from
   pool. */
const char *bounce_compose_subject(const struct bounce_compose *compose,
				   pool_t pool);

/* Append a header field with an unstructured UTF-8 text: encoded (RFC 2047)
   where need be, and folded. eol is "\n" or "\r\n", as everywhere here. */
void bounce_compose_field(string_t *dest, const char *name, const char *text,
			  const char *eol);

/* Append the explanation as a MIME entity of its own (RFC 2045, 2046): its
   Content-* fields, an empty line, a multipart/alternative of text/plain and
   text/html. Lines are at most 76 bytes long and us-ascii (RFC 2045
   quoted-printable or base64). */
void bounce_compose_explanation(string_t *dest,
				const struct bounce_compose *compose,
				const char *eol);

/* The explanation with the report enclosed: header, then multipart/mixed of
   the explanation and of the report as message/rfc822, byte for byte as it is
   in the stream. header is that of the message to replace, without the empty
   line at its end; all its fields but Subject, MIME-Version and Content-*
   stay as they are. The streams are read when the result is; the caller owns a
   reference to it. Returns 0, or -1 with error_r (data stack) where the report
   could not be read. */
int bounce_compose_enclosed(const struct bounce_compose *compose,
			    const void *header, size_t header_size,
			    const char *subject, struct istream *report,
			    struct istream **output_r, const char **error_r);

/* Was the message made by bounce_compose_enclosed()? content_type is the value
   of its field. */
bool bounce_compose_is_explained(const char *content_type);

#endif
