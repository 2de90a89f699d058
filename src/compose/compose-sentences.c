/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "unichar.h"
#include "compose-sentences.h"

#include <ctype.h>

/* Marks that end a sentence: "." "!" "?" and a blank behind them, or those of
   Chinese and Japanese, which need none. */
#define IDEOGRAPHIC_FULL_STOP 0x3002
#define FULLWIDTH_EXCLAMATION 0xff01
#define FULLWIDTH_QUESTION 0xff1f

static bool is_opening(unichar_t chr)
{
	return chr == '(' || chr == '[' || chr == '{' || chr == 0xff08 ||
		chr == 0x300c || chr == 0x300e || chr == 0x3008 ||
		chr == 0x300a || chr == 0x3010 || chr == 0xab;
}

static bool is_closing(unichar_t chr)
{
	return chr == ')' || chr == ']' || chr == '}' || chr == 0xff09 ||
		chr == 0x300d || chr == 0x300f || chr == 0x3009 ||
		chr == 0x300b || chr == 0x3011 || chr == 0xbb;
}

/* A closing quotation mark, which has no opening of its own in some
   languages */
static bool is_quote(unichar_t chr)
{
	return chr == '"' || chr == '\'' || chr == 0x201c || chr == 0x201d ||
		chr == 0x2019;
}

/* Does a sentence begin here? */
static bool is_beginning(const char *p)
{
	return *p != '\0' && !i_islower(*p);
}

const char *const *compose_sentences(const char *text, pool_t pool)
{
	ARRAY_TYPE(const_string) sentences;
	const char *p = text, *end = text + strlen(text), *begin = text;
	unsigned int depth = 0, letters = 0;
	bool mark = FALSE, wide = FALSE;
	unichar_t chr;
	int len;

	p_array_init(&sentences, pool, 8);
	while (p < end) {
		len = uni_utf8_get_char_n(p, end - p, &chr);
		if (len <= 0) {
			len = 1;
			chr = UNICODE_REPLACEMENT_CHAR;
		}
		if (depth == 0 && mark && begin < p && !is_closing(chr) &&
		    !is_quote(chr) &&
		    (wide || (chr == ' ' && is_beginning(p + 1)))) {
			const char *sentence = p_strdup_until(pool, begin, p);

			array_push_back(&sentences, &sentence);
			begin = chr == ' ' ? p + 1 : p;
			mark = wide = FALSE;
		}
		p += len;
		if (is_opening(chr)) {
			depth++;
			mark = wide = FALSE;
		} else if (is_closing(chr)) {
			if (depth > 0)
				depth--;
			letters = 2;
		} else if (depth > 0 || is_quote(chr)) {
			/* belongs to what is open, or to the mark before it */
		} else if (chr == IDEOGRAPHIC_FULL_STOP ||
			   chr == FULLWIDTH_EXCLAMATION ||
			   chr == FULLWIDTH_QUESTION) {
			mark = wide = TRUE;
		} else if (chr == '!' || chr == '?') {
			mark = TRUE;
		} else if (chr == '.') {
			mark = letters > 1;
		} else {
			mark = wide = FALSE;
			letters = chr == ' ' || chr == '.' ? 0 : letters + 1;
		}
	}
	if (begin < end) {
		const char *sentence = p_strdup_until(pool, begin, end);

		array_push_back(&sentences, &sentence);
	}
	array_append_zero(&sentences);
	return array_front(&sentences);
}
