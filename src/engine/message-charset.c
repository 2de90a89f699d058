/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "str.h"
#include "unichar.h"
#include "charset-utf8.h"
#include "message-header-decode.h"
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

	if (charset_to_utf8_begin(charset, NULL, &trans) < 0)
		return FALSE;
	result = charset_to_utf8(trans, data, &pos, dest);
	charset_to_utf8_end(&trans);
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
	size_t len = strlen(esc);

	for (size_t i = 0; i + len <= size; i++) {
		if (memcmp(data + i, esc, len) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Text that says nothing true of its charset */
static void
charset_guess(const unsigned char *data, size_t size, buffer_t *dest)
{
	static const char *const guesses[] = { "gb18030", "big5-hkscs" };
	size_t orig = dest->used, pos = size;
	bool found = FALSE;
	buffer_t *tmp;

	if (memchr(data, '\033', size) != NULL) {
		if ((has_escape(data, size, "\033$B") ||
		     has_escape(data, size, "\033$@")) &&
		    charset_try("iso-2022-jp-3", data, size, dest))
			return;
		buffer_set_used_size(dest, orig);
	}
	if (uni_utf8_data_is_valid(data, size)) {
		buffer_append(dest, data, size);
		return;
	}
	/* dest may be of another data stack frame */
	tmp = buffer_create_dynamic(default_pool, size * 2);
	for (unsigned int i = 0; i < N_ELEMENTS(guesses) && !found; i++) {
		buffer_set_used_size(tmp, 0);
		found = charset_try(guesses[i], data, size, tmp) &&
			charset_guess_plausible(tmp);
	}
	if (!found) {
		buffer_set_used_size(tmp, 0);
		found = charset_try("windows-1252", data, size, tmp);
	}
	if (found)
		buffer_append_buf(dest, tmp, 0, SIZE_MAX);
	else
		(void)charset_utf8_to_utf8(NULL, data, &pos, dest);
	buffer_free(&tmp);
}

static bool has_8bit(const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] >= 0x80)
			return TRUE;
	}
	return FALSE;
}

/* NULs would end strings early, and no text has any */
static void drop_nuls(buffer_t *dest, size_t from)
{
	char *p = buffer_get_modifiable_data(dest, NULL);

	for (size_t i = from; i < dest->used; i++) {
		if (p[i] == '\0')
			p[i] = ' ';
	}
}

void message_charset_to_utf8(const char *charset, const unsigned char *data,
			     size_t size, buffer_t *dest)
{
	struct charset_translation *trans;
	size_t orig = dest->used, pos = size;
	int i;

	if (size == 0)
		return;
	if (charset == NULL)
		charset = "";
	/* a label for seven bits on eight-bit text of the same country */
	if (strcasecmp(charset, "iso-2022-jp") == 0 && has_8bit(data, size))
		charset = "euc-jp";
	i = charset_find(charset);
	if (i >= 0 && charset_labels[i].charset != NULL)
		charset = charset_labels[i].charset;

	if (*charset == '\0' || charset_is_utf8(charset) ||
	    charset_to_utf8_begin(charset, NULL, &trans) < 0) {
		/* also for a false "utf-8" */
		charset_guess(data, size, dest);
	} else {
		(void)charset_to_utf8(trans, data, &pos, dest);
		charset_to_utf8_end(&trans);
	}
	drop_nuls(dest, orig);
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
	if (has_escape(data, size, "=?"))
		message_header_decode(data, size, decode_header_part, dest);
	else
		message_charset_to_utf8(NULL, data, size, dest);
}
