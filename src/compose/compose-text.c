/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "compose-document.h"

/* FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE (UAX #9) */
#define ISOLATE_BEGIN "\xe2\x81\xa8"
#define ISOLATE_END "\xe2\x81\xa9"

/* Does the value hold letters that are written from right to left? */
static bool is_rtl(const char *value, size_t size)
{
	unichar_t chr;
	int len;

	for (size_t i = 0; i < size; i += len) {
		len = uni_utf8_get_char_n(value + i, size - i, &chr);
		if (len <= 0)
			return FALSE;
		if ((chr >= 0x590 && chr <= 0x8ff) ||
		    (chr >= 0xfb1d && chr <= 0xfdff) ||
		    (chr >= 0xfe70 && chr <= 0xfefe) ||
		    (chr >= 0x10800 && chr <= 0x10fff) ||
		    (chr >= 0x1e800 && chr <= 0x1efff))
			return TRUE;
	}
	return FALSE;
}

/* What is from the report keeps its order to itself. */
static void text_append(string_t *dest, const char *text)
{
	const char *end;
	bool rtl;

	/* a block has a text, or items that have one */
	i_assert(text != NULL);
	for (; *text != '\0'; text++) {
		if (*text != COMPOSE_FOREIGN_BEGIN) {
			str_append_c(dest, *text);
			continue;
		}
		end = strchr(++text, COMPOSE_FOREIGN_END);
		i_assert(end != NULL);
		rtl = is_rtl(text, end - text);
		if (rtl)
			str_append(dest, ISOLATE_BEGIN);
		str_append_data(dest, text, end - text);
		if (rtl)
			str_append(dest, ISOLATE_END);
		text = end;
	}
}

static void text_line(string_t *dest, const char *prefix, const char *text)
{
	str_append(dest, prefix);
	text_append(dest, text);
	str_append_c(dest, '\n');
}

/* A line under a heading. What is written in squares is twice as wide. */
static void text_underlined(string_t *dest, const char *text, char chr)
{
	size_t begin = str_len(dest), width = 0;
	const char *p;

	text_line(dest, "", text);
	for (p = str_c(dest) + begin; *p != '\n'; p++) {
		if ((*p & 0xc0) != 0x80)
			width += (unsigned char)*p >= 0xe3 ? 2 : 1;
	}
	while (width-- > 0)
		str_append_c(dest, chr);
	str_append_c(dest, '\n');
}

static void
text_items(string_t *dest, const struct compose_block *block)
{
	const struct compose_item *item;

	array_foreach(&block->items, item) {
		if (item->label == NULL) {
			text_line(dest, "- ", item->text);
		} else {
			text_line(dest, item->label, item->text);
		}
	}
}

static void
text_block(string_t *dest, const struct compose_block *block)
{
	switch (block->type) {
	case COMPOSE_TEXT:
	case COMPOSE_SMALL_TEXT:
		text_line(dest, "", block->text);
		break;
	case COMPOSE_HINT:
		text_line(dest, "=> ", block->text);
		break;
	case COMPOSE_HEADING:
	case COMPOSE_SMALL_HEADING:
		text_underlined(dest, block->text, '-');
		break;
	case COMPOSE_CAUSE:
		text_underlined(dest, block->text, '=');
		break;
	case COMPOSE_LIST:
	case COMPOSE_FACTS:
	case COMPOSE_SMALL_FACTS:
		text_items(dest, block);
		break;
	}
}

void compose_text_write(string_t *dest, const struct compose_document *doc)
{
	const struct compose_block *block;

	str_append(dest, doc->state);
	if (doc->count != NULL) {
		str_append(dest, " · ");
		str_append(dest, doc->count);
	}
	str_append_c(dest, '\n');
	text_underlined(dest, doc->title, '=');
	array_foreach(&doc->blocks, block) {
		if (block->text == NULL && array_count(&block->items) == 0)
			continue;
		str_append_c(dest, '\n');
		text_block(dest, block);
	}
}
