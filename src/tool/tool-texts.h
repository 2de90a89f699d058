#ifndef TOOL_TEXTS_H
#define TOOL_TEXTS_H

/* The text is valid UTF-8 without line ends. */
typedef void tool_text_callback_t(const char *text, void *context);

/* Call back for each line of the files (NULL-terminated; "-" or none at all is
   standard input), exactly once a line: for empty lines, for lines with NULs or
   bytes that are no UTF-8 (both replaced), for a last one without line end, and
   for very long ones, of which 64 kB are passed on. stdout is flushed whenever
   the next line is not there yet, so that another program can ask and wait for
   the answer. Returns an enum tool_exit. */
int tool_texts_foreach(const char *const *files,
		       tool_text_callback_t *callback, void *context);

struct bounce_recipient;

/* A report about nothing but the recipient that bounce_classify_text() filled
   in, for what needs a report. */
struct bounce_report *
tool_texts_report(const struct bounce_recipient *rcpt, pool_t pool);

#endif
