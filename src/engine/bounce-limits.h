#ifndef BOUNCE_LIMITS_H
#define BOUNCE_LIMITS_H

/* All bounds on what one message can cost. Whatever it holds, no more than this
   is read, kept or looked at, and no step takes more than linear time in it.
   tests/unit/test-limits.c goes to each of them and beyond. */

/* What callers of bounce_classify() can lower or raise, and the defaults */

/* bytes read of a message */
#define BOUNCE_LIMIT_MESSAGE_SIZE (1024 * 1024)
/* MIME parts, and how deep they nest */
#define BOUNCE_LIMIT_PARTS 200
#define BOUNCE_LIMIT_DEPTH 20
/* recipients kept of a report */
#define BOUNCE_LIMIT_RECIPIENTS 200
/* bytes of decoded text kept of all parts: charsets and entities are expanded
   within it */
#define BOUNCE_LIMIT_TEXT_SIZE (256 * 1024)

/* Reading */

/* bytes of text kept of one part: the words of a report come first */
#define BOUNCE_LIMIT_PART_SIZE (64 * 1024)
/* bytes of a header field, fields of a part, bytes of all headers */
#define BOUNCE_LIMIT_FIELD_SIZE 4096
#define BOUNCE_LIMIT_FIELDS 300
#define BOUNCE_LIMIT_HEADERS_SIZE (512 * 1024)
/* files that are uuencoded in a text */
#define BOUNCE_LIMIT_UUFILES 5
/* tags within a hidden element of HTML, beyond which it is taken for unclosed,
   and so many of those, beyond which nothing counts as hidden */
#define BOUNCE_LIMIT_HTML_HIDDEN_TAGS 1000
#define BOUNCE_LIMIT_HTML_UNCLOSED 16
/* bytes looked at to see what line ends a message has: a header and the
   beginning of the text */
#define BOUNCE_LIMIT_PEEK_SIZE 8192
/* charsets that stay loaded, those of one country's mail and its guesses:
   labels are a stranger's */
#define BOUNCE_LIMIT_CHARSETS 8

/* Finding the report */

/* bytes of one header field, and of all, in which words are looked for */
#define BOUNCE_LIMIT_FIELD_SCAN_SIZE 512
#define BOUNCE_LIMIT_HEADER_SCAN_SIZE (16 * 1024)
/* lines of a text: a report says what it has to say in fewer */
#define BOUNCE_LIMIT_LINES 4000
/* matches in a text: a hostile one can match everywhere */
#define BOUNCE_LIMIT_MARKERS 20000
/* how deep a carried report is looked for, how deep reports are in reports, how
   often a text is quoted */
#define BOUNCE_LIMIT_CARRIED_DEPTH 3
#define BOUNCE_LIMIT_INNER_DEPTH 2
#define BOUNCE_LIMIT_QUOTE_DEPTH 5
/* levels of a JSON notice: it has five of its own, and two where an envelope is
   around it */
#define BOUNCE_LIMIT_JSON_DEPTH 20
/* of the returned message: addresses of a field, Received fields */
#define BOUNCE_LIMIT_ADDRESSES 50
#define BOUNCE_LIMIT_RECEIVED 50

/* Choosing the cause */

/* bytes taken from a text as one reply, and as its surrounding words */
#define BOUNCE_LIMIT_REPLY_SIZE 4096
#define BOUNCE_LIMIT_WORDS_SIZE 8192
/* bytes of a reply that rules are matched with: the head is kept, and the tail,
   where the inner reply of a long chain stands */
#define BOUNCE_LIMIT_REPLY_HEAD_SIZE 6144
#define BOUNCE_LIMIT_REPLY_TAIL_SIZE 2048

/* Saying it */

/* bytes of the values that scripts see */
#define BOUNCE_VALUE_MAX_SIZE 1000
#define BOUNCE_EXPLANATION_MAX_SIZE 3500

/* Looking for the returned message in Sent: tests/delivery/test_sent_bounds.py
   and test_mark.py go to these bounds */

/* mails looked at for one report, newest first, and for how long: what is not
   in Dovecot's cache has to be read from disk */
#define BOUNCE_LIMIT_SENT_MAILS 20000
#define BOUNCE_LIMIT_SENT_MSECS 3000
/* addresses read of To, Cc and Bcc of the copy */
#define BOUNCE_LIMIT_SENT_RECIPIENTS 1000
/* recipients of a mail of which earlier reports are remembered: each that is
   asked for takes a lock file for a moment */
#define BOUNCE_LIMIT_MARK_RECIPIENTS 50

/* What a caller of bounce_classify() sets; 0 stands for the default. */
struct bounce_limits {
	uoff_t max_size;
	unsigned int max_parts;
	unsigned int max_depth;
	unsigned int max_recipients;
	size_t max_text;
};

/*
 * Explanations (src/compose)
 */

/* Causes that are explained; the addresses of further ones are listed. */
#define BOUNCE_LIMIT_EXPLAINED_CAUSES 12
/* For each of them: addresses listed, and different replies shown. */
#define BOUNCE_LIMIT_EXPLAINED_ADDRESSES 50
#define BOUNCE_LIMIT_EXPLAINED_REPLIES 5
/* A header that is copied, bytes; what is beyond is left out. */
#define BOUNCE_LIMIT_EXPLAINED_HEADER_SIZE (1024 * 1024)
/* All that stands in front of the report in an explained message; it is never
   that much. */
#define BOUNCE_LIMIT_EXPLANATION_SIZE (4 * 1024 * 1024)

#endif
