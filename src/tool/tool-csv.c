/* CSV on stdout. */

#include "lib.h"
#include "unichar.h"
#include "tool-csv.h"
#include "tool-term.h"

#include <stdio.h>

/* Spreadsheets take these at the start of a cell for a formula, and some the
   full-width ones, too. */
static bool begins_formula(const char *field)
{
	unichar_t chr;

	while (*field == ' ')
		field++;
	if (*field == '\0' || uni_utf8_get_char(field, &chr) <= 0)
		return FALSE;
	if (chr >= 0xff01 && chr <= 0xff5e)
		chr -= 0xfee0;
	return chr < 0x80 && strchr("=+-@", (int)chr) != NULL;
}

static void csv_field(const char *field)
{
	const char *prefix, *p;

	field = tool_escape(field);
	prefix = begins_formula(field) ? "'" : "";
	if (strpbrk(field, ",\"") == NULL && *field != ' ') {
		printf("%s%s", prefix, field);
		return;
	}
	printf("\"%s", prefix);
	for (p = field; *p != '\0'; p++) {
		if (*p == '"')
			putchar('"');
		putchar(*p);
	}
	putchar('"');
}

void tool_csv_row(const char *const *fields, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) T_BEGIN {
		if (i > 0)
			putchar(',');
		csv_field(fields[i]);
	} T_END;
	fputs("\r\n", stdout);
}
