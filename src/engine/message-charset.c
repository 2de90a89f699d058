/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "str.h"
#include "unichar.h"
#include "charset-utf8.h"
#include "bounce-limits.h"
#include "message-header-decode.h"
#include "charset-cache.h"
#include "message-charset.h"

static const struct {
	const char *label;
	/* what is really meant; NULL: the label itself */
	const char *charset;
	const char *language;
} charset_labels[] = {
	/* Mailers write gb2312 and send GBK or GB 18030, their superset */
	{ "gb2312", "gb18030", "zh-CN" },
	{ "gb_2312-80", "gb18030", "zh-CN" },
	{ "gbk", "gb18030", "zh-CN" },
	{ "x-gbk", "gb18030", "zh-CN" },
	{ "cp936", "gb18030", "zh-CN" },
	{ "gb18030", NULL, "zh-CN" },
	{ "hz-gb-2312", "hz", "zh-CN" },
	{ "big5", "big5-hkscs", "zh-TW" },
	{ "big-5", "big5-hkscs", "zh-TW" },
	{ "x-big5", "big5-hkscs", "zh-TW" },
	{ "cn-big5", "big5-hkscs", "zh-TW" },
	{ "big5-hkscs", NULL, "zh-TW" },
	{ "iso-2022-jp", "iso-2022-jp-3", "ja" },
	{ "shift_jis", "cp932", "ja" },
	{ "shift-jis", "cp932", "ja" },
	{ "sjis", "cp932", "ja" },
	{ "x-sjis", "cp932", "ja" },
	{ "euc-jp", NULL, "ja" },
	{ "x-euc-jp", "euc-jp", "ja" },
	{ "ks_c_5601-1987", "cp949", "ko" },
	{ "ks_c_5601", "cp949", "ko" },
	{ "euc-kr", "cp949", "ko" },
	{ "iso-2022-kr", NULL, "ko" },
	{ "koi8-r", NULL, "ru" },
	{ "windows-1251", NULL, "ru" },
	{ "iso-8859-1", "windows-1252", "" },
	{ "latin1", "windows-1252", "" },
	{ "x-unknown", "", "" },
	{ "unknown-8bit", "", "" },
	{ "unknown", "", "" },
	{ "us-ascii", "", "" },
	{ "ascii", "", "" },
	{ "ansi_x3.4-1968", "", "" },
	{ "default", "", "" },
};

static int charset_find(const char *label)
{
	for (unsigned int i = 0; i < N_ELEMENTS(charset_labels); i++) {
		if (strcasecmp(charset_labels[i].label, label) == 0)
			return i;
	}
	return -1;
}

const char *message_charset_language(const char *charset)
{
	int i = charset == NULL ? -1 : charset_find(charset);

	return i < 0 ? "" : charset_labels[i].language;
}

/* Convert as far as the charset reads the bytes. Returns TRUE if it read all of
   them. */
static bool
charset_try(const char *charset, const unsigned char *data, size_t size,
	    buffer_t *dest)
{
	struct charset_translation *trans;
	enum charset_result result;
	size_t pos = size;

	trans = charset_cache_get(charset);
	if (trans == NULL)
		return FALSE;
	result = charset_to_utf8(trans, data, &pos, dest);
	return result == CHARSET_RET_OK && pos == size;
}

/* Is what a guess gives plausible text: common ideographs, kana, hangul and
   Latin, not the rare corners that a wrong charset lands in? */
static bool charset_guess_plausible(const buffer_t *text)
{
	const unsigned char *p = text->data, *end = p + text->used;
	unsigned int good = 0, bad = 0;
	unichar_t chr;
	int len;

	while (p < end) {
		len = uni_utf8_get_char_n(p, end - p, &chr);
		if (len <= 0)
			return FALSE;
		p += len;
		if (chr < 0x80)
			continue;
		if ((chr >= 0x4e00 && chr <= 0x9fa5) ||
		    (chr >= 0x3000 && chr <= 0x30ff) ||
		    (chr >= 0xff01 && chr <= 0xff5e) ||
		    (chr >= 0x2010 && chr <= 0x2026))
			good++;
		else
			bad++;
	}
	return good > 0 && bad * 8 <= good;
}

static bool has_escape(const unsigned char *data, size_t size, const char *esc)
{
	const unsigned char *p = data, *end = data + size;
	size_t len = strlen(esc);

	for (; (p = memchr(p, esc[0], end - p)) != NULL; p++) {
		if ((size_t)(end - p) < len)
			break;
		if (memcmp(p, esc, len) == 0)
			return TRUE;
	}
	return FALSE;
}

bool message_has_8bit(const unsigned char *data, size_t size)
{
	unsigned char bits = 0;

	for (size_t i = 0; i < size; i++)
		bits |= data[i];
	return bits >= 0x80;
}

/* Could that be text in the charset, as far as the first characters tell that
   are not ASCII? */
static bool
charset_fits(const char *charset, const unsigned char *data, size_t size)
{
	struct charset_translation *trans = charset_cache_get(charset);
	size_t pos;
	buffer_t *sample;

	if (trans == NULL)
		return FALSE;
	while (size > 0 && *data < 0x80) {
		data++;
		size--;
	}
	pos = size = I_MIN(size, BOUNCE_LIMIT_CHARSET_SAMPLE_SIZE);
	sample = t_buffer_create(size * 2);
	/* the last character may be cut off */
	return charset_to_utf8(trans, data, &pos, sample) !=
		CHARSET_RET_INVALID_INPUT &&
		pos + CHARSET_MAX_PENDING_BUF_SIZE >= size &&
		charset_guess_plausible(sample);
}

/* A text that is cut at its bound can end within a character. */
static size_t utf8_whole_size(const unsigned char *data, size_t size)
{
	size_t i = size;

	while (i > 0 && size - i < 3 && (data[i - 1] & 0xc0) == 0x80)
		i--;
	if (i > 0 && data[i - 1] >= 0xc0 &&
	    uni_utf8_char_bytes(data[i - 1]) > size - i + 1)
		return i - 1;
	return size;
}

/* Text that says nothing true of its charset */
static void
charset_guess(const unsigned char *data, size_t size, buffer_t *dest)
{
	static const char *const guesses[] = { "gb18030", "big5-hkscs" };
	const char *charset = "windows-1252";
	size_t orig = dest->used, pos = size, whole;
	unsigned int i;

	if (memchr(data, '\033', size) != NULL) {
		if ((has_escape(data, size, "\033$B") ||
		     has_escape(data, size, "\033$@")) &&
		    charset_try("iso-2022-jp-3", data, size, dest))
			return;
		buffer_set_used_size(dest, orig);
	}
	whole = utf8_whole_size(data, size);
	if (!message_has_8bit(data, whole))
		whole = size;
	if (!message_has_8bit(data, size) ||
	    uni_utf8_data_is_valid(data, whole)) {
		buffer_append(dest, data, whole);
		return;
	}
	/* dest may be of another data stack frame */
	for (i = 0; i < N_ELEMENTS(guesses); i++) {
		bool fits;

		T_BEGIN {
			fits = charset_fits(guesses[i], data, size);
		} T_END;
		if (fits) {
			charset = guesses[i];
			break;
		}
	}
	/* a guess is better with a few characters that it cannot read */
	if (charset_try(charset, data, size, dest) || i < N_ELEMENTS(guesses))
		return;
	buffer_set_used_size(dest, orig);
	(void)charset_utf8_to_utf8(NULL, data, &pos, dest);
}

/* Are bytes below 0x80 ASCII in that charset? (FALSE: perhaps) */
static bool charset_extends_ascii(const char *charset)
{
	static const char *const prefixes[] = {
		"iso-8859-", "windows-125", "gb18030", "big5", "koi8-", "euc-",
		"cp949", "cp932", "utf-8",
	};

	for (unsigned int i = 0; i < N_ELEMENTS(prefixes); i++) {
		if (strncasecmp(charset, prefixes[i],
				strlen(prefixes[i])) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Blanks take the place of a character that does not belong there. */
static void drop_char(buffer_t *dest, size_t from, char chr)
{
	char *data = buffer_get_modifiable_data(dest, NULL);
	char *end = data + dest->used, *p = data + from;

	while (p < end && (p = memchr(p, chr, end - p)) != NULL)
		*p++ = ' ';
}

/* The charset that a label means, "" for none */
static const char *
charset_meant(const char *label, const unsigned char *data, size_t size)
{
	int i;

	if (label == NULL || *label == '\0')
		return "";
	/* a label for seven bits on eight-bit text of the same country */
	if (strcasecmp(label, "iso-2022-jp") == 0 &&
	    message_has_8bit(data, size))
		label = "euc-jp";
	i = charset_find(label);
	return i >= 0 && charset_labels[i].charset != NULL ?
		charset_labels[i].charset : label;
}

void message_charset_to_utf8(const char *charset, const unsigned char *data,
			     size_t size, buffer_t *dest)
{
	struct charset_translation *trans;
	size_t orig = dest->used, pos = size;

	if (size == 0)
		return;
	charset = charset_meant(charset, data, size);
	if (*charset != '\0' && charset_extends_ascii(charset) &&
	    !message_has_8bit(data, size)) {
		buffer_append(dest, data, size);
	} else if (*charset == '\0' || charset_is_utf8(charset) ||
		   (trans = charset_cache_get(charset)) == NULL) {
		/* also for a false "utf-8" */
		charset_guess(data, size, dest);
	} else {
		(void)charset_to_utf8(trans, data, &pos, dest);
	}
	/* NULs would end strings early, and no text has any */
	drop_char(dest, orig, '\0');
}

static bool
decode_header_part(const unsigned char *data, size_t size, const char *charset,
		   void *context)
{
	buffer_t *dest = context;

	message_charset_to_utf8(charset, data, size, dest);
	return TRUE;
}

void message_charset_decode_header(const unsigned char *data, size_t size,
				   buffer_t *dest)
{
	size_t orig = dest->used;

	if (has_escape(data, size, "=?"))
		message_header_decode(data, size, decode_header_part, dest);
	else
		message_charset_to_utf8(NULL, data, size, dest);
	/* an encoded word can hold what would begin another field */
	drop_char(dest, orig, '\r');
	drop_char(dest, orig, '\n');
}
