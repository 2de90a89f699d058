/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "base64.h"
#include "buffer.h"
#include "str.h"
#include "message-encoded.h"

#include <ctype.h>

#define UU_LINE_MAX_SIZE 45
#define UU_NAME_MAX_SIZE 100
/* RFC 2045 6.8; shorter lines may be words */
#define BASE64_LINE_MIN_SIZE 56
#define BASE64_LINE_MAX_SIZE 76

struct text_line {
	const unsigned char *text;
	size_t size;
	/* where the next one begins */
	size_t next;
};

static bool
line_get(const unsigned char *text, size_t size, size_t pos,
	 struct text_line *line_r)
{
	const unsigned char *eol;

	if (pos >= size)
		return FALSE;
	eol = memchr(text + pos, '\n', size - pos);
	line_r->text = text + pos;
	line_r->size = eol == NULL ? size - pos : (size_t)(eol - line_r->text);
	line_r->next = pos + line_r->size + (eol == NULL ? 0 : 1);
	while (line_r->size > 0 && (line_r->text[line_r->size - 1] == '\r' ||
				    line_r->text[line_r->size - 1] == ' '))
		line_r->size--;
	return TRUE;
}

/* begin = "begin " 3*4octdigit " " name */
static const char *uu_begin(const struct text_line *line)
{
	const unsigned char *p = line->text + 6, *end = line->text + line->size;
	unsigned int digits = 0;

	if (line->size < 11 || memcmp(line->text, "begin ", 6) != 0)
		return NULL;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		digits++;
	if (digits < 3 || digits > 4 || p == end || *p++ != ' ' || p == end ||
	    end - p > UU_NAME_MAX_SIZE)
		return NULL;
	return t_strndup(p, end - p);
}

static unsigned int uu_value(const struct text_line *line, size_t i)
{
	/* blanks at the end of a line get lost */
	return i < line->size ? (line->text[i] - 0x20U) & 0x3f : 0;
}

/* line = length *(4 characters); FALSE where it is none, or the last one */
static bool uu_line(const struct text_line *line, buffer_t *dest)
{
	unsigned int size, value;
	size_t i;

	if (line->size == 0)
		return FALSE;
	for (i = 0; i < line->size; i++) {
		if (line->text[i] < 0x20 || line->text[i] > 0x60)
			return FALSE;
	}
	size = uu_value(line, 0);
	/* some programs end each line with a checksum */
	if (size == 0 || size > UU_LINE_MAX_SIZE ||
	    line->size > (size + 2) / 3 * 4 + 2)
		return FALSE;
	for (i = 1; size > 0; i += 4) {
		value = uu_value(line, i) << 18 | uu_value(line, i + 1) << 12 |
			uu_value(line, i + 2) << 6 | uu_value(line, i + 3);
		for (int shift = 16; shift >= 0 && size > 0; shift -= 8) {
			buffer_append_c(dest, (value >> shift) & 0xff);
			size--;
		}
	}
	return TRUE;
}

bool message_uudecode(const unsigned char *text, size_t size, size_t pos,
		      struct message_uufile *file_r, buffer_t *dest)
{
	struct text_line line;
	const char *name = NULL;
	size_t before = dest->used;

	while (name == NULL) {
		if (!line_get(text, size, pos, &line))
			return FALSE;
		name = uu_begin(&line);
		file_r->start = pos;
		pos = line.next;
		/* a sentence may begin like that, too */
		if (name != NULL && (!line_get(text, size, pos, &line) ||
				     !uu_line(&line, dest)))
			name = NULL;
	}
	buffer_set_used_size(dest, before);
	file_r->name = name;
	while (line_get(text, size, pos, &line) && uu_line(&line, dest))
		pos = line.next;
	/* "`" or " ", and "end" */
	while (line_get(text, size, pos, &line) &&
	       (line.size <= 1 ||
		(line.size == 3 && memcmp(line.text, "end", 3) == 0))) {
		pos = line.next;
		if (line.size == 3)
			break;
	}
	file_r->end = pos;
	return TRUE;
}

static bool is_base64_line(const struct text_line *line)
{
	for (size_t i = 0; i < line->size; i++) {
		unsigned char c = line->text[i];

		if (!i_isalnum(c) && c != '+' && c != '/' && c != '=')
			return FALSE;
	}
	return line->size <= BASE64_LINE_MAX_SIZE;
}

bool message_base64_decode(const unsigned char *text, size_t size,
			   buffer_t *dest)
{
	struct text_line line;
	size_t pos = 0, width = 0;
	bool last = FALSE;
	buffer_t *joined;

	/* the first line tells in most cases */
	while (line_get(text, size, pos, &line) && line.size == 0)
		pos = line.next;
	if (pos >= size || line.size < BASE64_LINE_MIN_SIZE ||
	    line.size % 4 != 0 || !is_base64_line(&line))
		return FALSE;

	joined = t_buffer_create(size);
	width = line.size;
	for (; line_get(text, size, pos, &line); pos = line.next) {
		if (line.size == 0)
			continue;
		if (last || line.size > width || !is_base64_line(&line))
			return FALSE;
		last = line.size < width;
		buffer_append(joined, line.text, line.size);
	}
	return base64_scheme_decode(&base64_scheme, 0, joined->data,
				    joined->used, dest) >= 0;
}
