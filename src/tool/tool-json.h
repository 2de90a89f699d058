#ifndef TOOL_JSON_H
#define TOOL_JSON_H

#include <jansson.h>

struct bounce_rules;
struct bounce_report;
struct bounce_recipient;
struct bounce_verdict;

/* JSON for programs, an object a line. Every member is always there; what the
   message does not say is an empty string. */

struct tool_json_context {
	const struct bounce_rules *rules;
	/* texts in that language (a tag or "auto"), NULL: without texts */
	const char *language;
	/* what is allocated on the way; the caller clears it */
	pool_t pool;
};

/* What is known about one recipient of a report. */
json_t *tool_json_recipient(const struct bounce_report *report,
			    const struct bounce_recipient *rcpt,
			    const struct tool_json_context *ctx);
/* What is known about a message; forwarded: the report that it carries stands
   in place of its own. */
json_t *tool_json_verdict(const char *file,
			  const struct bounce_verdict *verdict,
			  bool forwarded,
			  const struct tool_json_context *ctx);

/* Set a member to a string; bytes that are no UTF-8 are replaced. */
void tool_json_set(json_t *object, const char *key, const char *value);
/* The same to the name of a file, whose bytes that are no UTF-8 are escaped as
   \xNN: names that differ stay different. */
void tool_json_set_file(json_t *object, const char *key, const char *path);
/* Print as one line on stdout. What a terminal or a line reader could take for
   more than text (C1 controls, U+2028, changes of direction) is escaped.
   Takes over the reference. */
void tool_json_print(json_t *json);
/* The same, appended to a string without the line end. */
void tool_json_append(string_t *out, json_t *json);
/* A string as JSON, which YAML reads, too: with its quotes. On the data
   stack. */
const char *tool_json_quote(const char *str);

#endif
