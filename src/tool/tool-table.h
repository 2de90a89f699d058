#ifndef TOOL_TABLE_H
#define TOOL_TABLE_H

#include "tool-term.h"

/* Tables on stdout, printed while rows still come: the widths are those of the
   first some hundred rows, and on a terminal they are cut to its width. */

struct tool_table_column {
	const char *title;
	bool right;		/* numbers: align to the right */
};

struct tool_table;

/* columns must stay there as long as the table. */
struct tool_table *
tool_table_init(const struct tool_table_column *columns, unsigned int count);
/* Add a row: a text for each column, escaped here, and a style for each, NULL
   for plain. Both are copied. */
void tool_table_row(struct tool_table *table, const char *const *cells,
		    const enum tool_style *styles);
/* Prints what is left. A table without rows prints nothing. */
void tool_table_deinit(struct tool_table **table);

#endif
