#ifndef BOUNCE_LIMITS_H
#define BOUNCE_LIMITS_H

/* All bounds on what one message, one script or one rule source can cost.
   Whatever they hold, no more than this is read, kept or looked at, and no step
   takes more than linear time in it. tests/unit/test-limits*.c go to them and
   just beyond, and test-limits.c far beyond; other tests are named below. What
   a standard fixes (a line of uuencode, of MIME) is where it is used. */

/* What callers of bounce_classify() can lower or raise, and the defaults */

/* bytes read of a message */
#define BOUNCE_LIMIT_MESSAGE_SIZE (1024 * 1024)
/* MIME parts, and how deep they nest; and so many parts once more, of all
   messages that are in texts and files */
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
/* bytes of a header field, fields of a part, bytes of all headers, and their
   lines, with which reading ends */
#define BOUNCE_LIMIT_FIELD_SIZE 4096
#define BOUNCE_LIMIT_FIELDS 300
#define BOUNCE_LIMIT_HEADERS_SIZE (512 * 1024)
#define BOUNCE_LIMIT_HEADERS_LINES 50000
/* files that are uuencoded in a text */
#define BOUNCE_LIMIT_UUFILES 5
/* tags within a hidden element of HTML, beyond which it is taken for unclosed,
   and so many of those, beyond which nothing counts as hidden */
#define BOUNCE_LIMIT_HTML_HIDDEN_TAGS 1000
#define BOUNCE_LIMIT_HTML_UNCLOSED 16
/* bytes looked at to see what line ends a message has: a header and the
   beginning of the text */
#define BOUNCE_LIMIT_PEEK_SIZE 8192
/* bytes that tell whether a part is data, and what charset a text has */
#define BOUNCE_LIMIT_BINARY_SAMPLE_SIZE 1024
#define BOUNCE_LIMIT_CHARSET_SAMPLE_SIZE 4096
/* charsets that stay loaded, those of one country's mail and its guesses:
   labels are a stranger's (test-charset-cache.c) */
#define BOUNCE_LIMIT_CHARSETS 8
/* charsets that are loaded for one message: each takes longer than to read a
   report (test-charset-cache.c) */
#define BOUNCE_LIMIT_CHARSET_LOADS 16

/* Finding the report */

/* bytes of one header field, and of all, in which words are looked for */
#define BOUNCE_LIMIT_FIELD_SCAN_SIZE 512
#define BOUNCE_LIMIT_HEADER_SCAN_SIZE (16 * 1024)
/* bytes of text that are read as a report's: messages in messages are looked at
   more than once */
#define BOUNCE_LIMIT_WORDS_READ (384 * 1024)
/* lines of a text: a report says what it has to say in fewer */
#define BOUNCE_LIMIT_LINES 4000
/* lines of a delivery status: of 200 recipients, 40 of each */
#define BOUNCE_LIMIT_STATUS_LINES 8000
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
/* an address in a text, its two sides: RFC 5321 4.5.3.1 allows 64 and 255, VERP
   and xtext make longer ones */
#define BOUNCE_LIMIT_LOCAL_PART_SIZE 200
#define BOUNCE_LIMIT_DOMAIN_SIZE 255
/* addresses that a text mentions without saying what they are: of interest is
   whether there is one alone */
#define BOUNCE_LIMIT_MENTIONED 10
/* fields that a mail program shows of a message it forwards, and bytes of a
   text that is shown as the reply where there is none */
#define BOUNCE_LIMIT_SHOWN_FIELDS 10
#define BOUNCE_LIMIT_SHOWN_SIZE 1000
/* host names in a comment of a Received field */
#define BOUNCE_LIMIT_COMMENT_NAMES 8
/* of the returned message: addresses of a field, Received fields */
#define BOUNCE_LIMIT_ADDRESSES 50
#define BOUNCE_LIMIT_RECEIVED 50

/* Choosing the cause */

/* bytes taken from a text as one reply, and as its surrounding words */
#define BOUNCE_LIMIT_REPLY_SIZE 4096
#define BOUNCE_LIMIT_WORDS_SIZE 8192
/* bytes of the replies to all recipients, and of one beyond that */
#define BOUNCE_LIMIT_REPLIES_SIZE (64 * 1024)
#define BOUNCE_LIMIT_SHORT_REPLY_SIZE 256
/* bytes of a reply that rules are matched with: the head is kept, and the tail,
   where the inner reply of a long chain stands */
#define BOUNCE_LIMIT_REPLY_HEAD_SIZE 6144
#define BOUNCE_LIMIT_REPLY_TAIL_SIZE 2048
/* patterns of a rule file that are compiled once more, to tell the words that
   they matched in the command's explanations; of others the words are those
   that they matched at least */
#define BOUNCE_LIMIT_PATTERN_STARTS 256

/* Saying it */

/* bytes of the values that scripts see */
#define BOUNCE_VALUE_MAX_SIZE 1000
#define BOUNCE_EXPLANATION_MAX_SIZE 3500
/* a subject, and a host or an address (RFC 5321), that a text names */
#define BOUNCE_LIMIT_NAMED_SUBJECT_SIZE 200
#define BOUNCE_LIMIT_NAMED_SIZE 320
/* other recipients that an explanation lists; it counts them all */
#define BOUNCE_LIMIT_EXPLANATION_OTHERS 20
/* different complaints that a process remembers, to make each once */
#define BOUNCE_LIMIT_LOG_ONCE 64

/* Looking for the returned message in Sent: tests/delivery/test_sent_bounds.py
   and test_mark.py go to these bounds */

/* mails looked at for one report, newest first, and for how long: what is not
   in Dovecot's cache has to be read from disk */
#define BOUNCE_LIMIT_SENT_MAILS 20000
#define BOUNCE_LIMIT_SENT_MSECS 3000
/* bytes of a Message-ID that is looked for (RFC 5322, 2.1.1) */
#define BOUNCE_LIMIT_SENT_ID_SIZE 998
/* addresses read of To, Cc and Bcc of the copy */
#define BOUNCE_LIMIT_SENT_RECIPIENTS 1000
/* recipients of a mail of which earlier reports are remembered: each that is
   asked for takes a lock file for a moment */
#define BOUNCE_LIMIT_MARK_RECIPIENTS 50

/*
 * Explanations (src/compose)
 */

/* Causes that are explained; the addresses of further ones are listed. */
#define BOUNCE_LIMIT_EXPLAINED_CAUSES 12
/* For each of them: addresses listed, and different replies shown. */
#define BOUNCE_LIMIT_EXPLAINED_ADDRESSES 50
#define BOUNCE_LIMIT_EXPLAINED_REPLIES 5
/* A header that is copied, bytes; what is beyond is left out (test_page.py). */
#define BOUNCE_LIMIT_EXPLAINED_HEADER_SIZE (1024 * 1024)
/* All that stands in front of the report in an explained message, bytes, and
   lines, its header's, too; it is never that much (test-compose-enclosed.c). */
#define BOUNCE_LIMIT_EXPLANATION_SIZE (4 * 1024 * 1024)
#define BOUNCE_LIMIT_EXPLANATION_LINES (128 * 1024)

/*
 * Advice (bounceadvise): what scripts and settings may ask for, and what a
 * message may put into a mail
 */

/* :days, and advices in a day to one address, and to all but the owner of the
   mailbox: each is a record that has to be locked, and Dovecot locks a hundred
   of them in a transaction */
#define BOUNCE_LIMIT_ADVISE_DAYS 365
#define BOUNCE_LIMIT_ADVISE_PER_DAY 90
#define BOUNCE_LIMIT_ADVISE_OTHERS_PER_DAY 90
/* an address: RFC 5321, 4.5.3.1.3 without its brackets */
#define BOUNCE_LIMIT_ADDRESS_SIZE 254
/* a display name; a Message-ID, which nobody writes longer but to break
   something; the last References of a long thread */
#define BOUNCE_LIMIT_ADVISE_NAME_SIZE 100
#define BOUNCE_LIMIT_ADVISE_ID_SIZE 250
#define BOUNCE_LIMIT_ADVISE_REFERENCES 20

/*
 * Rules (src/rules)
 */

/* compiled files that a process keeps open: users may have their own */
#define BOUNCE_LIMIT_RULE_FILES 8
/* A source: bytes (texts of a language have some 100 kB), levels (keys, lists,
   items, their keys, their lists: 5), tokens; no aliases */
#define BOUNCE_LIMIT_YAML_SIZE (16*1024*1024)
#define BOUNCE_LIMIT_YAML_DEPTH 10
#define BOUNCE_LIMIT_YAML_EVENTS 1000000
/* levels of directories, counted through links */
#define BOUNCE_LIMIT_DIR_DEPTH 8
/* bytes of an id, of a text, of a pattern; items of a list */
#define BOUNCE_LIMIT_RULE_ID_SIZE 64
#define BOUNCE_LIMIT_RULE_TEXT_SIZE 2000
#define BOUNCE_LIMIT_PATTERN_SIZE 2000
#define BOUNCE_LIMIT_RULE_LIST 10000
/* groups within groups of a pattern; literals that it is taken apart into,
   beyond which it costs less as it is, and those of a marker: they are few */
#define BOUNCE_LIMIT_PATTERN_DEPTH 20
#define BOUNCE_LIMIT_LITERALS 64
#define BOUNCE_LIMIT_MARKER_LITERALS 1024
/* seconds of CPU time to compile a database, and one pattern when the one that
   takes so long is looked for (test-hs-child.c) */
#define BOUNCE_LIMIT_DATABASE_SECONDS 120
#define BOUNCE_LIMIT_PATTERN_SECONDS 5
/* bad items of a file, and problems of all, that are told: whoever has more to
   mend can do so in several turns */
#define BOUNCE_LIMIT_YAML_BAD_NODES 1000
#define BOUNCE_LIMIT_PROBLEMS 1000

#endif
