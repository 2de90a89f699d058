#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "marker-scan.h"

/* The lines of a report's words, with the markers on them. */

struct bounce_rules;

struct report_line {
	/* the line without blanks around it, in the text */
	const char *text;
	size_t size;
	/* blanks before it */
	unsigned int indent;
	/* bits of enum bounce_role: the markers that end on this line */
	uint32_t roles;
	/* a format of its own says that the line names no recipient */
	bool skip;
	/* where on the line (in text) the last marker that announces something
	   ends */
	size_t marker_to;
	/* the language that a marker shows, or "" */
	const char *language;
};

struct report_lines {
	const char *text;
	ARRAY(struct report_line) lines;
};

/* Split a text into lines and find its markers; those of formats that neither
   formats nor a marker of the text identifies are left out. Everything is
   allocated from pool. */
void report_lines_init(struct report_lines *lines, const char *text,
		       const struct bounce_rules *rules,
		       struct bounce_formats *formats, pool_t pool);

/* Where in a text the line is that announces the returned message, or the size
   of the text: what follows is not what the report says. Only markers that hold
   always, and of formats that the text identifies. */
size_t report_lines_returned(const char *text,
			     const struct bounce_rules *rules);

#endif
