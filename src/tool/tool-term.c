/* Terminals: styles, widths, and strangers' text made harmless. */

#define _GNU_SOURCE /* wcwidth() */
#include "lib.h"
#include "str.h"
#include "tool-term.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define TOOL_FOLD_DEFAULT 80
#define TOOL_FOLD_MAX 100
#define TOOL_FOLD_MIN 20

static const char *const tool_styles[] = {
	[TOOL_STYLE_OFF] = "\033[0m",
	[TOOL_STYLE_TITLE] = "\033[1m",
	[TOOL_STYLE_FAINT] = "\033[2m",
	[TOOL_STYLE_GOOD] = "\033[32m",
	[TOOL_STYLE_WARN] = "\033[33m",
	[TOOL_STYLE_BAD] = "\033[1;31m",
	[TOOL_STYLE_MARK] = "\033[1;36m"
};

/* by file descriptor: does it show colours? */
static bool term_colours[STDERR_FILENO + 1];
static bool term_knows_width;

void tool_term_init(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool colours = (no_color == NULL || *no_color == '\0') &&
		term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;

	/* wcwidth() knows characters only in a locale that has them; what the
	   user's is does not matter: all output is UTF-8 */
	term_knows_width = setlocale(LC_CTYPE, "C.UTF-8") != NULL ||
		(setlocale(LC_CTYPE, "") != NULL &&
		 strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	term_colours[STDOUT_FILENO] = colours && isatty(STDOUT_FILENO) != 0;
	term_colours[STDERR_FILENO] = colours && isatty(STDERR_FILENO) != 0;
}

const char *tool_style(FILE *stream, enum tool_style style)
{
	int fd = stream == stdout ? STDOUT_FILENO :
		stream == stderr ? STDERR_FILENO : 0;

	return term_colours[fd] ? tool_styles[style] : "";
}

unsigned int tool_term_columns(FILE *stream)
{
	struct winsize size;
	const char *columns;
	unsigned int value;

	if (isatty(fileno(stream)) == 0)
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	columns = getenv("COLUMNS");
	if (columns != NULL && str_to_uint(columns, &value) == 0 && value > 0)
		return value;
	return TOOL_FOLD_DEFAULT;
}

static unsigned int char_width(unichar_t chr)
{
	int width;

	if (!term_knows_width)
		return chr < 0x1100 ? 1 : 2;
	width = wcwidth((wchar_t)chr);
	return width < 0 ? 1 : (unsigned int)width;
}

unsigned int tool_width(const char *str)
{
	unsigned int width = 0;
	unichar_t chr;
	int len;

	while (*str != '\0') {
		len = uni_utf8_get_char(str, &chr);
		if (len <= 0) {
			chr = UNICODE_REPLACEMENT_CHAR;
			len = 1;
		}
		width += char_width(chr);
		str += len;
	}
	return width;
}

/* How many bytes of the string fit into a width. */
static size_t fit_width(const char *str, unsigned int width)
{
	const char *start = str;
	unsigned int one;
	unichar_t chr;
	int len;

	while (*str != '\0') {
		len = uni_utf8_get_char(str, &chr);
		if (len <= 0) {
			chr = UNICODE_REPLACEMENT_CHAR;
			len = 1;
		}
		one = char_width(chr);
		if (one > width)
			break;
		width -= one;
		str += len;
	}
	return str - start;
}

const char *tool_cut(const char *str, unsigned int width)
{
	if (tool_width(str) <= width)
		return str;
	if (width == 0)
		return "";
	return t_strconcat(t_strndup(str, fit_width(str, width - 1)),
			   "\xe2\x80\xa6", NULL);
}

bool tool_char_is_hostile(unichar_t chr)
{
	return chr < 0x20 || (chr >= 0x7f && chr < 0xa0) ||
		chr == 0xad || chr == 0x61c || chr == 0x180e ||
		(chr >= 0x200b && chr <= 0x200f) ||
		(chr >= 0x2028 && chr <= 0x202e) ||
		(chr >= 0x2060 && chr <= 0x206f) ||
		chr == 0xfeff || (chr >= 0xfff9 && chr <= 0xfffb) ||
		(chr >= 0xe0000 && chr <= 0xe0fff);
}

/* The next character and how many bytes it takes. A byte that is no UTF-8 is
   taken for itself. */
static unsigned int
next_char(const char *str, unichar_t *chr_r, bool *harmless_r)
{
	int len = uni_utf8_get_char(str, chr_r);

	if (len <= 0) {
		*chr_r = (unsigned char)*str;
		*harmless_r = FALSE;
		return 1;
	}
	*harmless_r = !tool_char_is_hostile(*chr_r);
	return len;
}

const char *tool_escape(const char *str)
{
	string_t *out = NULL;
	const char *start = str;
	unsigned int len;
	unichar_t chr;
	bool harmless;

	for (; *str != '\0'; str += len) {
		len = next_char(str, &chr, &harmless);
		if (harmless) {
			if (out != NULL)
				str_append_data(out, str, len);
			continue;
		}
		if (out == NULL) {
			out = t_str_new(strlen(start) + 64);
			str_append_data(out, start, str - start);
		}
		if (len == 1)
			str_printfa(out, "\\x%02x", chr);
		else
			str_printfa(out, "\\u{%x}", chr);
	}
	return out == NULL ? start : str_c(out);
}

/* How many bytes of the line to print before it is folded: up to a blank where
   there is one, else as much as fits. */
static size_t fold_at(const char *line, unsigned int width)
{
	size_t fits = fit_width(line, width), i;

	if (line[fits] == '\0' || line[fits] == ' ')
		return fits;
	for (i = fits; i > 0; i--) {
		if (line[i - 1] == ' ')
			return i - 1;
	}
	return I_MAX(fits, 1);
}

void tool_print_folded(FILE *stream, const char *first, const char *text)
{
	unsigned int columns = tool_term_columns(stream);
	unsigned int used = tool_width(first);
	const char *const *lines;

	if (columns == 0)
		columns = TOOL_FOLD_DEFAULT;
	columns = I_MIN(columns, TOOL_FOLD_MAX);
	columns = columns < used + TOOL_FOLD_MIN ?
		TOOL_FOLD_MIN : columns - used;

	T_BEGIN {
		fputs(first, stream);
		for (lines = t_strsplit(text, "\n"); *lines != NULL; lines++) {
			const char *line = tool_escape(*lines);

			do {
				size_t len = fold_at(line, columns);

				fprintf(stream, "%.*s\n", (int)len, line);
				line += len;
				while (*line == ' ')
					line++;
				if (*line != '\0' || lines[1] != NULL)
					fprintf(stream, "%*s", (int)used, "");
			} while (*line != '\0');
		}
	} T_END;
}
