/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "dovecot-compat.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "mail-html2text.h"
#include "text-fold.h"
#include "text-repair.h"
#include "reply-clean.h"

#include <ctype.h>

/* What may stand between the "n" and the "t" of "couldn't" */
#define MANGLED_MAX_CHARS 3
/* Longer ones are no entities */
#define ENTITY_MAX_SIZE 8

static const char *reply_shorten(const char *text)
{
	size_t size = strlen(text), head;
	const char *tail;

	if (size <= BOUNCE_LIMIT_REPLY_HEAD_SIZE + BOUNCE_LIMIT_REPLY_TAIL_SIZE)
		return text;
	head = uni_utf8_data_truncate((const unsigned char *)text, size,
				      BOUNCE_LIMIT_REPLY_HEAD_SIZE);
	for (tail = text + size - BOUNCE_LIMIT_REPLY_TAIL_SIZE;
	     !UTF8_IS_START_SEQ((unsigned char)*tail); tail++) ;
	return t_strconcat(t_strdup_until(text, text + head), " ", tail, NULL);
}

static const char *reply_make_valid(const char *text)
{
	string_t *valid;

	valid = t_str_new(128);
	if (uni_utf8_get_valid_data((const unsigned char *)text, strlen(text),
				    valid))
		return text;
	return str_c(valid);
}

/* entity = "&" ["#"] 1*alnum ";" */
static bool is_entity(const char *p)
{
	size_t len = 0;

	p++;
	if (*p == '#')
		p++;
	while (i_isalnum(p[len]))
		len++;
	return len > 0 && len <= ENTITY_MAX_SIZE && p[len] == ';';
}

/* mail_html2text would take <user@example.com> for a tag and drop a bare "&",
   so it gets both as entities. */
static const char *reply_decode_entities(const char *text)
{
	struct mail_html2text *ht;
	string_t *html, *dest;
	bool found = FALSE;

	if (strchr(text, '&') == NULL)
		return text;
	html = t_str_new(strlen(text) + 64);
	for (; *text != '\0'; text++) {
		if (*text == '<')
			str_append(html, "&lt;");
		else if (*text != '&')
			str_append_c(html, *text);
		else if (!is_entity(text))
			str_append(html, "&amp;");
		else {
			str_append_c(html, '&');
			found = TRUE;
		}
	}
	dest = t_str_new(str_len(html));
	ht = mail_html2text_init(0);
	mail_html2text_more(ht, str_data(html), str_len(html), dest);
	mail_html2text_deinit(&ht);
	/* &#0; is none that we could keep */
	for (char *p = str_c_modifiable(dest); found &&
	     p < str_c_modifiable(dest) + str_len(dest); p++) {
		if (*p == '\0')
			*p = ' ';
	}
	return str_c(dest);
}

/* A letter as languages have it: "yanıt" is a word. Not "â", what is left of an
   apostrophe in a wrong charset when the rest of it is no character. */
static bool is_latin_letter(const char *p)
{
	unichar_t chr;

	if (uni_utf8_get_char(p, &chr) <= 0 || chr == 0xe2)
		return FALSE;
	return (chr >= 0xc0 && chr < 0x250) || (chr >= 0x1e00 && chr < 0x1f00);
}

/* Returns the size of what stands for a lost apostrophe, 0 for none. p is
   behind the "n". */
static size_t mangled_size(const char *p)
{
	const char *start = p;
	unsigned int chars;

	for (chars = 0; chars < MANGLED_MAX_CHARS; chars++) {
		if (*p != '\0' && strchr("\\\"?=", *p) != NULL)
			p++;
		else if ((unsigned char)*p >= 0x80)
			p += uni_utf8_char_bytes(*p);
		else
			break;
	}
	if (chars == 1 && is_latin_letter(start))
		return 0;
	if (chars == 0 && *p == ' ' && p[1] != '\0' && p[2] != '-')
		p++;
	if (p == start || i_tolower(*p) != 't' || i_isalnum(p[1]) ||
	    (unsigned char)p[1] >= 0x80)
		return 0;
	return p - start;
}

/* A letter with an accent was lost within a word or at its beginning, and "?"
   is left of it, or "??" of its two bytes, or U+FFFD. Patterns know the first,
   see bounce_pattern_expression(). Returns the size of what stands for it, 0
   for none. */
static size_t lost_letter_size(const char *start, const char *p)
{
	size_t len = 0;

	if (*p == '?' && (p == start || p[-1] != '?'))
		len = p[1] == '?' ? 2 : 1;
	else if (str_begins_with(p, UNICODE_REPLACEMENT_CHAR_UTF8))
		len = strlen(UNICODE_REPLACEMENT_CHAR_UTF8);
	return len > 0 && i_isalpha(p[len]) ? len : 0;
}

void reply_clean(const char *text, string_t *dest)
{
	string_t *folded = t_str_new(256);
	const char *p;
	size_t lost;

	text = reply_make_valid(reply_shorten(text));
	text = text_repair(reply_decode_entities(text));
	/* a charset can have longer characters in UTF-8 */
	text = reply_shorten(text);
	text_fold(text, strlen(text), folded, NULL);
	for (p = str_c(folded); *p != '\0'; p++) {
		if ((lost = lost_letter_size(str_c(folded), p)) > 0) {
			str_append_c(dest, '?');
			p += lost - 1;
		} else if ((unsigned char)*p > ' ' && *p != 0x7f) {
			str_append_c(dest, *p);
		} else if (str_len(dest) > 0 &&
			   str_data(dest)[str_len(dest) - 1] != ' ') {
			str_append_c(dest, ' ');
		}
		if (i_tolower(*p) == 'n' && p > str_c(folded) &&
		    i_isalpha(p[-1]))
			p += mangled_size(p + 1);
	}
	if (str_len(dest) > 0 && str_data(dest)[str_len(dest) - 1] == ' ')
		str_truncate(dest, str_len(dest) - 1);
}
