/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "hex-dec.h"
#include "unichar.h"
#include "message-charset.h"
#include "text-repair.h"

#include <ctype.h>

#define UTF8_MAX_BYTES 4
/* Encoded again at each of some hops */
#define MISREAD_MAX_TIMES 3
/* So many in one word are none by chance */
#define MISREAD_MANY 3

/*
 * Encoded words
 */

static const char *repair_encoded_words(const char *text)
{
	const char *word = strstr(text, "=?");
	string_t *dest;

	if (word == NULL || strstr(word + 2, "?=") == NULL)
		return text;
	dest = t_str_new(strlen(text));
	message_charset_decode_header((const unsigned char *)text,
				      strlen(text), dest);
	return str_c(dest);
}

/*
 * Escapes
 */

/* An escape of one byte begins with the first of these, or with any number of
   the last. */
static const char escape_kinds[] = "=+%\\";
#define ESCAPE_KIND_COUNT (sizeof(escape_kinds) - 1)

struct escapes {
	/* UTF-8 was seen in escapes of the kind */
	bool seen[ESCAPE_KIND_COUNT];
	bool any;
};

/* 2HEXDIG */
static bool hex_byte(const char *p, unsigned char *byte_r)
{
	if (!i_isxdigit(p[0]) || !i_isxdigit(p[1]))
		return FALSE;
	*byte_r = hex2dec((const unsigned char *)p, 2);
	return TRUE;
}

/* Returns the size of the escaped byte at p, 0 if there is none. */
static size_t escaped_byte(const char *p, char kind, unsigned char *byte_r)
{
	const char *start = p;

	if (*p != kind)
		return 0;
	if (kind != '\\')
		return hex_byte(p + 1, byte_r) ? 3 : 0;
	/* an escape gets escaped, too */
	while (*p == '\\')
		p++;
	if (*p == 'x' && hex_byte(p + 1, byte_r))
		return p + 3 - start;
	if (*p < '0' || *p > '3' || p[1] < '0' || p[1] > '7' ||
	    p[2] < '0' || p[2] > '7')
		return 0;
	*byte_r = (*p - '0') << 6 | (p[1] - '0') << 3 | (p[2] - '0');
	return p + 3 - start;
}

/* A whole character beyond ASCII, byte by byte in escapes of a kind */
static size_t escaped_char(const char *p, char kind, unichar_t *chr_r)
{
	unsigned char bytes[UTF8_MAX_BYTES];
	const char *start = p;
	unsigned int i, count;
	size_t len;

	if ((len = escaped_byte(p, kind, &bytes[0])) == 0 || bytes[0] < 0xc2)
		return 0;
	count = uni_utf8_char_bytes(bytes[0]);
	if (count > UTF8_MAX_BYTES)
		return 0;
	for (i = 1, p += len; i < count; i++, p += len) {
		if ((len = escaped_byte(p, kind, &bytes[i])) == 0)
			return 0;
	}
	if (uni_utf8_get_char_n(bytes, count, chr_r) != (int)count)
		return 0;
	return p - start;
}

/* *"\" "\u" 4HEXDIG */
static size_t escaped_unit(const char *p, unichar_t *unit_r)
{
	const char *start = p;

	while (*p == '\\')
		p++;
	if (p == start || *p++ != 'u')
		return 0;
	for (unsigned int i = 0; i < 4; i++) {
		if (!i_isxdigit(p[i]))
			return 0;
	}
	*unit_r = hex2dec((const unsigned char *)p, 4);
	return p + 4 - start;
}

/* As JSON has it: quotes and angles of ASCII are written so, too. */
static size_t escaped_utf16(const char *p, unichar_t *chr_r)
{
	unichar_t low;
	size_t len, low_len;

	if ((len = escaped_unit(p, chr_r)) == 0)
		return 0;
	if (UTF16_VALID_HIGH_SURROGATE(*chr_r) &&
	    (low_len = escaped_unit(p + len, &low)) > 0 &&
	    UTF16_VALID_LOW_SURROGATE(low)) {
		*chr_r = uni_join_surrogate(*chr_r, low);
		return len + low_len;
	}
	if (*chr_r < ' ' || (*chr_r >= 0x7f && *chr_r < 0xa0) ||
	    (*chr_r >= 0xd800 && *chr_r < 0xe000))
		return 0;
	return len;
}

/* Returns the size of the escaped character at p, 0 if there is none. */
static size_t
escape_get(const char *p, struct escapes *escapes, unichar_t *chr_r)
{
	const char *kind = strchr(escape_kinds, *p);
	unsigned char byte;
	size_t len;

	if (*p == '\0' || kind == NULL)
		return 0;
	if ((len = escaped_char(p, *kind, chr_r)) > 0) {
		escapes->seen[kind - escape_kinds] = TRUE;
		return len;
	}
	if (*kind == '\\' && (len = escaped_utf16(p, chr_r)) > 0)
		return len;
	/* "=20" alone may be anything */
	if (!escapes->seen[kind - escape_kinds])
		return 0;
	if (*kind == '=' && (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))) {
		*chr_r = 0;
		return p[1] == '\n' ? 2 : 3;
	}
	len = escaped_byte(p, *kind, &byte);
	if (len == 0 || byte < ' ' || byte >= 0x7f)
		return 0;
	*chr_r = byte;
	return len;
}

/* Calls escape_get for each place of the text where an escape may be, but for
   those of URLs, which are meant. dest is NULL at the first look. */
static void
escapes_read(const char *text, struct escapes *escapes, string_t *dest)
{
	bool url = FALSE;
	unichar_t chr;
	size_t len;

	for (; *text != '\0'; text += len) {
		if (*text == ' ' || *text == '\n')
			url = FALSE;
		else if (*text == ':' && text[1] == '/' && text[2] == '/')
			url = TRUE;
		len = url ? 0 : escape_get(text, escapes, &chr);
		escapes->any = escapes->any || len > 0;
		if (len == 0) {
			/* all of a run, or each of it would be looked at */
			while (text[len] == '\\')
				len++;
			if (len == 0)
				len = 1;
			if (dest != NULL)
				str_append_data(dest, text, len);
		} else if (dest != NULL && chr != 0) {
			uni_ucs4_to_utf8_c(chr, dest);
		}
	}
}

static const char *repair_escapes(const char *text)
{
	struct escapes escapes;
	string_t *dest;

	if (strpbrk(text, escape_kinds) == NULL)
		return text;
	i_zero(&escapes);
	escapes_read(text, &escapes, NULL);
	if (!escapes.any)
		return text;
	dest = t_str_new(strlen(text));
	escapes_read(text, &escapes, dest);
	return str_c(dest);
}

/*
 * UTF-8 that was taken for another charset
 */

struct charset8 {
	/* bytes 0x80 and so on */
	const uint16_t *table;
	unsigned int count;
	/* bytes 0xc0 to 0xff are the characters from here: all that UTF-8 begins
	   characters with */
	unichar_t letters;
	/* the charset's other bytes are ISO-8859-1's */
	bool latin1;
};

static const uint16_t windows1252_table[] = {
	0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
};
static const uint16_t windows1251_table[] = {
	0x402, 0x403, 0x201a, 0x453, 0x201e, 0x2026, 0x2020, 0x2021,
	0x20ac, 0x2030, 0x409, 0x2039, 0x40a, 0x40c, 0x40b, 0x40f,
	0x452, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x98, 0x2122, 0x459, 0x203a, 0x45a, 0x45c, 0x45b, 0x45f,
	0xa0, 0x40e, 0x45e, 0x408, 0xa4, 0x490, 0xa6, 0xa7,
	0x401, 0xa9, 0x404, 0xab, 0xac, 0xad, 0xae, 0x407,
	0xb0, 0xb1, 0x406, 0x456, 0x491, 0xb5, 0xb6, 0xb7,
	0x451, 0x2116, 0x454, 0xbb, 0x458, 0x405, 0x455, 0x457,
};

static const struct charset8 charsets8[] = {
	{ windows1252_table, N_ELEMENTS(windows1252_table), 0xc0, TRUE },
	{ windows1251_table, N_ELEMENTS(windows1251_table), 0x410, FALSE },
};

/* What is known of a word, or of the whole text */
struct misread {
	/* characters that were misread; those beyond ASCII that were not */
	size_t found, stray;
	/* of found: those that nobody writes as they stand */
	size_t sure, likely;
};

/* Both return the byte that the charset has for a character beyond ASCII, 0 for
   none: at the beginning of a character of UTF-8, and in it. */
static unsigned char
charset8_first(const struct charset8 *charset, unichar_t chr)
{
	if (chr < charset->letters + 2 || chr > charset->letters + 0x34)
		return 0;
	return 0xc0 + (chr - charset->letters);
}

static unsigned char
charset8_next(const struct charset8 *charset, unichar_t chr)
{
	if (chr >= charset->letters && chr < charset->letters + 0x40)
		return 0;
	for (unsigned int i = 0; i < charset->count; i++) {
		if (charset->table[i] == chr)
			return 0x80 + i;
	}
	return charset->latin1 && chr >= 0x80 && chr < 0xc0 ? chr : 0;
}

/* What takes part in typography behind a letter: "activé »", "CAFÉ”" */
static bool is_punctuation(unichar_t chr)
{
	return chr == 0xa0 || chr == 0xab || chr == 0xbb || chr >= 0x2000;
}

/* Returns the size of the misread character at p, 0 if there is none. */
static size_t
misread_char(const struct charset8 *charset, const char *p,
	     unichar_t *chr_r, struct misread *misread)
{
	unsigned char bytes[UTF8_MAX_BYTES];
	const char *start = p;
	unsigned int i, count = 1;
	unichar_t chr = 0;
	int len;

	for (i = 0; i < count; i++, p += len) {
		if ((unsigned char)*p < 0x80 ||
		    (len = uni_utf8_get_char(p, &chr)) <= 0)
			return 0;
		bytes[i] = i == 0 ? charset8_first(charset, chr) :
			charset8_next(charset, chr);
		if (bytes[i] == 0)
			return 0;
		if (i == 0)
			count = uni_utf8_char_bytes(bytes[0]);
	}
	if (uni_utf8_get_char_n(bytes, count, chr_r) != (int)count)
		return 0;
	misread->found++;
	/* "Ã¤", "â€™" */
	if ((bytes[0] == 0xc3 && !is_punctuation(chr)) ||
	    (bytes[0] == 0xe2 && bytes[1] == 0x80))
		misread->sure++;
	if (bytes[0] <= 0xc5)
		misread->likely++;
	return p - start;
}

/* Returns the size of the word at p; *word_r is what it looks like. */
static size_t
misread_word(const struct charset8 *charset, const char *p,
	     struct misread *word_r)
{
	const char *start = p;
	unichar_t chr;
	size_t len;

	i_zero(word_r);
	for (; *p != '\0' && *p != ' ' && *p != '\n'; p += len) {
		if ((unsigned char)*p < 0x80) {
			len = 1;
		} else if ((len = misread_char(charset, p, &chr,
					       word_r)) == 0) {
			word_r->stray++;
			len = uni_utf8_char_bytes(*p);
		}
	}
	/* a byte may be lost of many; else the rest of it is by chance */
	if (word_r->stray > 0 &&
	    (word_r->found < MISREAD_MANY || word_r->found <= word_r->stray)) {
		word_r->stray += word_r->found;
		word_r->found = 0;
	}
	return p - start;
}

static bool
word_is_misread(const struct misread *word, const struct misread *text)
{
	if (word->found == 0)
		return FALSE;
	if (word->found >= MISREAD_MANY || word->sure == word->found)
		return TRUE;
	return text->found > text->stray &&
		(text->found >= 2 || text->likely > 0);
}

static void
word_append(const struct charset8 *charset, const char *p, size_t size,
	    string_t *dest)
{
	const char *end = p + size;
	struct misread misread;
	unichar_t chr;
	size_t len;

	i_zero(&misread);
	for (; p < end; p += len) {
		len = (unsigned char)*p < 0x80 ? 0 :
			misread_char(charset, p, &chr, &misread);
		if (len > 0) {
			uni_ucs4_to_utf8_c(chr, dest);
		} else {
			len = uni_utf8_char_bytes(*p);
			str_append_data(dest, p, len);
		}
	}
}

/* Returns TRUE and the text as it was before the charset was mistaken. */
static bool
repair_charset(const struct charset8 *charset, const char **text)
{
	struct misread all, word;
	string_t *dest;
	bool found = FALSE;
	const char *p;
	size_t size;

	i_zero(&all);
	for (p = *text; *p != '\0'; p += size == 0 ? 1 : size) {
		size = misread_word(charset, p, &word);
		all.found += word.found;
		all.stray += word.stray;
		all.likely += word.found > 0 ? word.likely : 0;
	}
	if (all.found == 0)
		return FALSE;
	dest = t_str_new(strlen(*text));
	for (p = *text; *p != '\0'; p += size) {
		size = misread_word(charset, p, &word);
		if (size == 0) {
			str_append_c(dest, *p);
			size = 1;
		} else if (!word_is_misread(&word, &all)) {
			str_append_data(dest, p, size);
		} else {
			word_append(charset, p, size, dest);
			found = TRUE;
		}
	}
	if (found)
		*text = str_c(dest);
	return found;
}

static const char *repair_charsets(const char *text)
{
	unsigned int times = 0, i;

	for (i = 0; i < N_ELEMENTS(charsets8); i++) {
		while (times < MISREAD_MAX_TIMES &&
		       repair_charset(&charsets8[i], &text))
			times++;
	}
	return text;
}

const char *text_repair(const char *text)
{
	text = repair_encoded_words(text);
	text = repair_escapes(text);
	if (message_has_8bit((const unsigned char *)text, strlen(text)))
		text = repair_charsets(text);
	return text;
}
