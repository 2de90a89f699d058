/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "unichar-range.h"
#include "bounce-advice.h"

/* Controls (C0, C1) and white space of all kinds */
static bool is_blank(unichar_t chr)
{
	return chr <= ' ' || (chr >= 0x7f && chr <= 0xa0) || chr == 0x1680 ||
		(chr >= 0x2000 && chr <= 0x200a) || chr == 0x2028 ||
		chr == 0x2029 || chr == 0x202f || chr == 0x205f ||
		chr == 0x3000;
}

/* Characters that are not seen and change how the rest looks: they reorder it
   (UAX #9) or hide in it (Default_Ignorable_Code_Point). */
static bool is_invisible(unichar_t chr)
{
	static const struct unichar_range ranges[] = {
		{ 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c },
		{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200b }, { 0x200e, 0x200f }, { 0x202a, 0x202e },
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};

	return unichar_in_ranges(chr, ranges, N_ELEMENTS(ranges));
}

/* Joiners are part of the spelling of Persian, Hindi and others, and are not
   seen anywhere else. */
static bool is_joiner(unichar_t chr)
{
	return chr == 0x200c || chr == 0x200d;
}

static bool is_joined(unichar_t chr)
{
	return chr >= 0x600 && chr < 0x2000;
}

/* The shortest path: plain ASCII without anything to clean */
static bool is_clean(const char *value, size_t max_size)
{
	const char *p;

	if (*value == ' ')
		return FALSE;
	for (p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f ||
		    (*p == ' ' && (p[1] == ' ' || p[1] == '\0')))
			return FALSE;
	}
	return (size_t)(p - value) <= max_size;
}

const char *bounce_value_clean(const char *value, size_t max_size,
			       pool_t pool)
{
	const char *p = value, *end;
	string_t *dest;
	bool blank = FALSE;
	unichar_t chr, previous = ' ';
	int len;

	if (value == NULL || *value == '\0')
		return "";
	if (is_clean(value, max_size))
		return p_strdup(pool, value);
	end = value + strlen(value);
	dest = str_new(pool, I_MIN((size_t)(end - value), max_size) + 16);
	while (p < end && str_len(dest) <= max_size) {
		len = uni_utf8_get_char_n(p, end - p, &chr);
		if (len <= 0) {
			len = 1;
			chr = UNICODE_REPLACEMENT_CHAR;
		}
		p += len;
		if (is_invisible(chr) ||
		    (is_joiner(chr) && !is_joined(previous)))
			continue;
		previous = chr;
		if (is_blank(chr)) {
			blank = str_len(dest) > 0;
			continue;
		}
		if (blank)
			str_append_c(dest, ' ');
		blank = FALSE;
		uni_ucs4_to_utf8_c(chr, dest);
	}
	if (str_len(dest) > max_size)
		str_truncate_utf8(dest, max_size);
	while (str_len(dest) > 0 && str_data(dest)[str_len(dest) - 1] == ' ')
		str_truncate(dest, str_len(dest) - 1);
	return str_c(dest);
}
