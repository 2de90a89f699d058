/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "text-fold.h"

/* Returns what a character becomes: 0 nothing, ' ' a blank, else itself or its
   plain relative. */
static unichar_t fold_char(unichar_t chr)
{
	/* full-width ASCII */
	if (chr >= 0xff01 && chr <= 0xff5e)
		chr -= 0xff01 - 0x21;

	switch (chr) {
	/* the only letter whose small one is ASCII */
	case 0x130:
		return 'i';
	case '\'':
	case '`':
	case 0xb4:
	case 0x2018:
	case 0x2019:
	case 0x201b:
	case 0x02bc:
		return 0;
	case 0x201c:
	case 0x201d:
	case 0x201f:
	case 0xab:
	case 0xbb:
		return '"';
	case 0x2010:
	case 0x2011:
	case 0x2012:
	case 0x2013:
	case 0x2014:
	case 0x2015:
	case 0x2212:
		return '-';
	case '\t':
	case '\v':
	case '\f':
	case 0xa0:
	case 0x2002:
	case 0x2003:
	case 0x2009:
	case 0x202f:
	case 0x3000:
		return ' ';
	case '\r':
	case 0xad:
	case 0x200b:
	case 0x200c:
	case 0x200d:
	case 0x200e:
	case 0x200f:
	case 0x2060:
	case 0xfeff:
		return 0;
	}
	return chr;
}

static void
fold_append(string_t *dest, ARRAY_TYPE(uint32_t) *map, unichar_t chr,
	    uint32_t offset)
{
	size_t before = str_len(dest);

	if (chr < 0x80)
		str_append_c(dest, chr);
	else
		uni_ucs4_to_utf8_c(chr, dest);
	if (map == NULL)
		return;
	for (; before < str_len(dest); before++)
		array_push_back(map, &offset);
}

/* ASCII that stays what it is, blanks left out */
static bool is_plain(unsigned char c)
{
	return (c > ' ' && c < 0x7f && c != '\'' && c != '`') || c == '\n';
}

static void
fold_append_plain(string_t *dest, ARRAY_TYPE(uint32_t) *map,
		  const unsigned char *p, size_t size, uint32_t offset)
{
	uint32_t *offsets;

	str_append_data(dest, p, size);
	if (map == NULL)
		return;
	offsets = buffer_append_space_unsafe(map->arr.buffer,
					     size * sizeof(*offsets));
	for (size_t i = 0; i < size; i++)
		offsets[i] = offset + i;
}

/* A line does not end in a blank. */
static void
fold_end_line(string_t *dest, ARRAY_TYPE(uint32_t) *map, size_t start)
{
	size_t len = str_len(dest);

	if (len == start || str_data(dest)[len - 1] != ' ')
		return;
	str_truncate(dest, len - 1);
	if (map != NULL)
		array_pop_back(map);
}

void text_fold(const char *data, size_t size, string_t *dest,
	       ARRAY_TYPE(uint32_t) *map)
{
	const unsigned char *start = (const unsigned char *)data;
	const unsigned char *p = start, *end = p + size, *run;
	size_t dest_start = str_len(dest);
	bool blank = TRUE;
	unichar_t chr;

	while (p < end) {
		uint32_t offset = p - start;

		for (run = p; p < end && is_plain(*p); p++) ;
		if (p > run) {
			if (*run == '\n')
				fold_end_line(dest, map, dest_start);
			fold_append_plain(dest, map, run, p - run, offset);
			blank = p[-1] == '\n';
			continue;
		}
		if (*p < 0x80) {
			chr = *p++;
		} else {
			int len = uni_utf8_get_char_n(p, end - p, &chr);
			if (len <= 0) {
				p++;
				continue;
			}
			p += len;
		}
		chr = fold_char(chr);
		if (chr == 0 || (chr == ' ' && blank))
			continue;
		blank = chr == ' ' || chr == '\n';
		fold_append(dest, map, chr, offset);
	}
}
