/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "compose-header.h"

const char *compose_header_eol(const unsigned char *header, size_t size)
{
	const unsigned char *lf = memchr(header, '\n', size);

	if (lf == NULL)
		return NULL;
	return lf > header && lf[-1] == '\r' ? "\r\n" : "\n";
}

/* Behind the line end, or the end of the header */
static const unsigned char *
line_end(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *lf = memchr(p, '\n', end - p);

	return lf == NULL ? end : lf + 1;
}

static size_t line_size(const unsigned char *line, const unsigned char *end)
{
	if (end > line && end[-1] == '\n')
		end--;
	if (end > line && end[-1] == '\r')
		end--;
	return end - line;
}

/* field-name = 1*ftext, then [FWS] ":"; returns its size, or 0 */
static size_t field_name_size(const unsigned char *line, size_t size)
{
	size_t name = 0, pos;

	while (name < size && line[name] > ' ' && line[name] < 0x7f &&
	       line[name] != ':')
		name++;
	for (pos = name; pos < size; pos++) {
		if (line[pos] == ':')
			return name;
		if (line[pos] != ' ' && line[pos] != '\t')
			break;
	}
	return 0;
}

static bool
name_is_one_of(const unsigned char *name, size_t size,
	       const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strlen(*names) == size &&
		    strncasecmp((const char *)name, *names, size) == 0)
			return TRUE;
	}
	return FALSE;
}

static bool field_is_replaced(const unsigned char *name, size_t size)
{
	static const char *const replaced[] = {
		"subject", "mime-version", NULL
	};

	return name_is_one_of(name, size, replaced) ||
		(size >= 8 &&
		 strncasecmp((const char *)name, "content-", 8) == 0);
}

static bool field_is_trace(const unsigned char *name, size_t size)
{
	static const char *const trace[] = {
		"return-path", "delivered-to", "received", NULL
	};

	return name_is_one_of(name, size, trace);
}

static bool line_is_valid(const unsigned char *line, size_t size)
{
	return memchr(line, '\0', size) == NULL &&
		memchr(line, '\r', size) == NULL;
}

/* Only blanks: it would end the header for some */
static bool line_is_blank(const unsigned char *line, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (line[i] != ' ' && line[i] != '\t')
			return FALSE;
	}
	return TRUE;
}

size_t compose_header_copy(string_t *dest, const unsigned char *header,
			   size_t size, const char *eol)
{
	const unsigned char *line = header, *end = header + size, *next;
	size_t begin = str_len(dest), trace_end = begin, used, name;
	bool keep = FALSE, on_top = TRUE;

	for (; line < end; line = next) {
		next = line_end(line, end);
		used = line_size(line, next);
		/* the header ends here */
		if (used == 0)
			break;
		if (*line == ' ' || *line == '\t') {
			/* the field goes on */
			if (!keep || line_is_blank(line, used))
				continue;
		} else {
			begin = str_len(dest);
			name = field_name_size(line, used);
			keep = name > 0 && !field_is_replaced(line, name);
			on_top = on_top &&
				(!keep || field_is_trace(line, name));
		}
		if (keep && !line_is_valid(line, used)) {
			str_truncate(dest, begin);
			keep = FALSE;
		}
		if (keep) {
			str_append_data(dest, line, used);
			str_append(dest, eol);
		}
		if (on_top)
			trace_end = str_len(dest);
	}
	return trace_end;
}
