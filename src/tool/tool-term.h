#ifndef TOOL_TERM_H
#define TOOL_TERM_H

#include "unichar.h"

#include <stdio.h>

/* What a terminal is and can: styles, its width, the width of text on it, and
   text from strangers made harmless. */

enum tool_style {
	TOOL_STYLE_OFF = 0,
	TOOL_STYLE_TITLE,	/* headings */
	TOOL_STYLE_FAINT,	/* what matters less */
	TOOL_STYLE_GOOD,
	TOOL_STYLE_WARN,
	TOOL_STYLE_BAD,
	TOOL_STYLE_MARK		/* what to look at */
};

/* Must be called once, before anything else here. */
void tool_term_init(void);

/* The escape sequence that turns a style on (TOOL_STYLE_OFF: all off), or ""
   where the stream shows no colours: it is no terminal, TERM is dumb, or
   NO_COLOR is set. Only stdout and stderr have colours. */
const char *tool_style(FILE *stream, enum tool_style style);
/* Columns of the terminal that the stream is, 0 where it is none. */
unsigned int tool_term_columns(FILE *stream);

/* How many columns a string takes that went through tool_escape(). */
unsigned int tool_width(const char *str);
/* The string cut to a width, with an ellipsis where something was cut off.
   On the data stack. */
const char *tool_cut(const char *str, unsigned int width);

/* The string as it may be shown on a terminal: valid UTF-8; control
   characters, invisible and direction-changing ones and bytes that are no
   UTF-8 as \x1b or \u{202e}. On the data stack, or the string itself. */
const char *tool_escape(const char *str);
/* Is it one of these characters? */
bool tool_char_is_hostile(unichar_t chr);

/* Prints a text folded to the width of the terminal (80 where there is none):
   the first line behind `first`, the others behind as many blanks. The text may
   have several lines; it is escaped here. */
void tool_print_folded(FILE *stream, const char *first, const char *text);

#endif
