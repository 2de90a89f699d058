#ifndef REPLY_PARSE_H
#define REPLY_PARSE_H

#include "bounce-rules-file.h"

/* What a reply text says by its form: codes, hosts, and what is quoted in it.
   Reply texts come as mail systems pass them on: in wrappers ("host
   mx.example.com[192.0.2.1] said: ..."), as several lines ("550-... 550 ..."),
   as one reply in another ("451 ... upstream said: 550 ..."). */
struct bounce_reply {
	/* the words for patterns: cleaned, masked (see reply-clean.h,
	   reply-mask.h), without wrappers, the lines of one reply joined */
	const char *text;
	size_t size;
	/* where in it the innermost reply begins */
	size_t inner;
	/* URLs of the text, NULL-terminated */
	const char *const *urls;
	/* does it say anything but codes? */
	bool has_words;

	/* reply code of the outermost and of the innermost reply, "" for
	   none */
	const char *code;
	const char *inner_code;
	/* enhanced status (RFC 3463) of the innermost reply, else of the
	   first one that has one; "" for none */
	const char *status;
	/* the host that said it, or its IP address; "" unknown */
	const char *host;
	enum bounce_stage stage;
	/* the first e-mail address; "" for none */
	const char *address;
};

/* Parse a reply text, which may be any text. All strings are on the data
   stack, none is NULL. */
void bounce_reply_parse(const char *text, struct bounce_reply *reply_r);

/* The stage that a command of the SMTP dialogue belongs to ("RCPT TO",
   "end of DATA", "initial connection"); p need not end with it. */
enum bounce_stage bounce_reply_stage(const char *p);

#endif
