#ifndef REPORT_SHAPE_H
#define REPORT_SHAPE_H

/* What a line of a report looks like, whatever its words say. */

/* A reply code (RFC 5321 4.2), or an answer in a transcript */
bool shape_is_reply(const char *text, size_t size);
/* A reply code and a status of its class somewhere in the line, "550 5.1.1" */
bool shape_has_reply(const char *text, size_t size);
/* Only rules, stars and the like */
bool shape_is_separator(const char *text, size_t size);
/* A MIME boundary (RFC 2046 5.1.1) of a message that lost its structure */
bool shape_is_boundary(const char *text, size_t size);
/* "Name: value" */
bool shape_is_field(const char *text, size_t size);
/* "<a@example.com>: words", "<a@example.com> (expanded from ...): words" and
   "<a@example.com> (words)" need no announcement: so the families of Postfix,
   qmail and Sendmail begin. */
bool shape_is_recipient(const char *text, size_t size);
/* "<a@example.com>... words", in Sendmail's transcripts */
bool shape_is_sendmail_recipient(const char *text, size_t size);
/* An address and nothing else */
bool shape_is_address(const char *text, size_t size);
/* "a@example.com, words" and the like */
bool shape_begins_with_address(const char *text, size_t size);
/* "a@example.com, and more words": the line above broke within a sentence */
bool shape_is_mid_sentence(const char *text, size_t size);
/* What may stand before an address that a line is about: bullets, quotes */
bool shape_is_lead_in(const char *text, size_t size);

/* An address in front, and after it in columns, or behind a colon, semicolon
   or dash, words: a row of a table, an item of a list */
bool shape_is_row(const char *text, size_t size);
/* Replace the frames of tables and boxes by blanks, byte for byte. Returns the
   text itself where there are none, else a copy from pool. */
const char *shape_without_frames(const char *text, pool_t pool);

/* Skip what stands between an address and what is said of it. */
void shape_skip_joint(const char **text, size_t *size);
/* The first thing that can be the name or address of a host, or "" */
const char *shape_host(const char *text, size_t size, pool_t pool);

#endif
