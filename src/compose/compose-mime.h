#ifndef COMPOSE_MIME_H
#define COMPOSE_MIME_H

/* MIME entities (RFC 2045, 2046). eol is "\n" or "\r\n". */

struct bounce_compose;

/* Append the header and body of a UTF-8 text of that subtype ("plain") in that
   language. The text's lines end with LF and have no blanks at their ends. */
void compose_mime_text(string_t *dest, const char *subtype,
		       const char *language, const char *text,
		       const char *eol);
/* Append text whose lines end with LF or CRLF, with that eol. */
void compose_mime_lines(string_t *dest, const char *text, const char *eol);

/* bounce_compose_explanation(); enclosed: the report is in the message, too */
void compose_mime_explanation(string_t *dest,
			      const struct bounce_compose *compose,
			      bool enclosed, const char *eol);

#endif
