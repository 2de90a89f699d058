/* Tables on stdout. */

#include "lib.h"
#include "array.h"
#include "tool-progress.h"
#include "tool-table.h"

/* so many rows are kept before the widths are settled */
#define TABLE_ROWS_KEPT 500
#define TABLE_GAP 2
/* no column is cut to less than this */
#define TABLE_COLUMN_MIN 8

struct tool_table_cell {
	const char *text;
	enum tool_style style;
};

struct tool_table {
	pool_t pool;
	const struct tool_table_column *columns;
	unsigned int count;
	/* cells, row by row; NULL text does not occur */
	ARRAY(struct tool_table_cell) cells;
	unsigned int *widths;
	bool settled;
};

struct tool_table *
tool_table_init(const struct tool_table_column *columns, unsigned int count)
{
	struct tool_table *table = i_new(struct tool_table, 1);
	unsigned int i;

	table->pool = pool_alloconly_create("table", 16 * 1024);
	table->columns = columns;
	table->count = count;
	table->widths = i_new(unsigned int, count);
	for (i = 0; i < count; i++)
		table->widths[i] = tool_width(columns[i].title);
	i_array_init(&table->cells, count * 32);
	return table;
}

/* Print a cell. blanks_r counts those that are due before the next text; at the
   end of a row they are not printed. */
static void
table_print_cell(const struct tool_table *table, unsigned int column,
		 const struct tool_table_cell *cell, unsigned int *blanks_r)
{
	const char *text = tool_cut(cell->text, table->widths[column]);
	unsigned int fill = table->widths[column] - tool_width(text);
	bool right = table->columns[column].right;

	if (right)
		*blanks_r += fill;
	if (*text != '\0') {
		printf("%*s", (int)*blanks_r, "");
		if (cell->style == TOOL_STYLE_OFF)
			fputs(text, stdout);
		else {
			printf("%s%s%s", tool_style(stdout, cell->style), text,
			       tool_style(stdout, TOOL_STYLE_OFF));
		}
		*blanks_r = 0;
	}
	*blanks_r += TABLE_GAP + (right ? 0 : fill);
	if (column + 1 == table->count) {
		putchar('\n');
		*blanks_r = 0;
	}
}

/* Cut the widest column again and again until the table fits. */
static void table_fit(struct tool_table *table)
{
	unsigned int columns = tool_term_columns(stdout);
	unsigned int i, widest, total;

	if (columns == 0)
		return;
	for (;;) {
		total = (table->count - 1) * TABLE_GAP;
		widest = 0;
		for (i = 0; i < table->count; i++) {
			total += table->widths[i];
			if (table->widths[i] > table->widths[widest])
				widest = i;
		}
		if (total <= columns ||
		    table->widths[widest] <= TABLE_COLUMN_MIN)
			break;
		table->widths[widest]--;
	}
}

static void table_print_rows(struct tool_table *table)
{
	const struct tool_table_cell *cells;
	unsigned int i, count, blanks = 0;

	cells = array_get(&table->cells, &count);
	for (i = 0; i < count; i++) T_BEGIN {
		i_assert(table->count > 0);
		table_print_cell(table, i % table->count, &cells[i], &blanks);
	} T_END;
	array_clear(&table->cells);
	p_clear(table->pool);
}

/* Settle the widths and print the title and the rows so far. */
static void table_settle(struct tool_table *table)
{
	const struct tool_table_cell *cells;
	struct tool_table_cell title;
	unsigned int i, count, width, blanks = 0;

	cells = array_get(&table->cells, &count);
	for (i = 0; i < count; i++) {
		width = tool_width(cells[i].text);
		table->widths[i % table->count] =
			I_MAX(table->widths[i % table->count], width);
	}
	table_fit(table);
	table->settled = TRUE;

	tool_progress_clear();
	for (i = 0; i < table->count; i++) T_BEGIN {
		title.text = table->columns[i].title;
		title.style = TOOL_STYLE_TITLE;
		table_print_cell(table, i, &title, &blanks);
	} T_END;
	table_print_rows(table);
}

/* Once the widths are settled, a longer cell widens its row only: nothing is
   lost where there is no terminal. */
static void table_print_late(struct tool_table *table)
{
	unsigned int i, *settled = table->widths;

	if (tool_term_columns(stdout) > 0) {
		table_print_rows(table);
		return;
	}
	T_BEGIN {
		table->widths = t_new(unsigned int, table->count);
		for (i = 0; i < table->count; i++) {
			const struct tool_table_cell *cell =
				array_idx(&table->cells, i);
			unsigned int width = tool_width(cell->text);

			table->widths[i] = I_MAX(settled[i], width);
		}
		table_print_rows(table);
	} T_END;
	table->widths = settled;
}

void tool_table_row(struct tool_table *table, const char *const *cells,
		    const enum tool_style *styles)
{
	struct tool_table_cell *cell;
	unsigned int i;

	for (i = 0; i < table->count; i++) T_BEGIN {
		cell = array_append_space(&table->cells);
		cell->text = p_strdup(table->pool, tool_escape(cells[i]));
		cell->style = styles == NULL ? TOOL_STYLE_OFF : styles[i];
	} T_END;
	if (table->settled)
		table_print_late(table);
	else if (array_count(&table->cells) >=
		 TABLE_ROWS_KEPT * table->count)
		table_settle(table);
}

void tool_table_deinit(struct tool_table **_table)
{
	struct tool_table *table = *_table;

	*_table = NULL;
	if (!table->settled && array_count(&table->cells) > 0)
		table_settle(table);
	array_free(&table->cells);
	pool_unref(&table->pool);
	i_free(table->widths);
	i_free(table);
}
