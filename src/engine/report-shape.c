/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "address-find.h"
#include "report-shape.h"

#include <ctype.h>

/* Shorter ones are words with dashes; RFC 2046 allows no longer ones */
#define BOUNDARY_MIN_SIZE 10
#define BOUNDARY_MAX_SIZE 74
#define FIELD_NAME_MAX_SIZE 30

bool shape_is_reply(const char *text, size_t size)
{
	if (size > 3 && strncmp(text, "<<<", 3) == 0)
		return TRUE;
	/* a reply code: 4yz or 5yz */
	return size >= 3 && (text[0] == '4' || text[0] == '5') &&
		i_isdigit(text[1]) && i_isdigit(text[2]) &&
		(size == 3 || text[3] == ' ' || text[3] == '-' ||
		 text[3] == ':' || text[3] == ',');
}

bool shape_has_reply(const char *text, size_t size)
{
	for (size_t i = 0; i + 8 < size; i++) {
		const char *p = text + i;

		if ((*p == '4' || *p == '5') && i_isdigit(p[1]) &&
		    i_isdigit(p[2]) && (p[3] == ' ' || p[3] == '-') &&
		    p[4] == p[0] && p[5] == '.' && i_isdigit(p[6]) &&
		    p[7] == '.' && i_isdigit(p[8]) &&
		    (i == 0 || !i_isalnum(p[-1])))
			return TRUE;
	}
	return FALSE;
}

bool shape_is_separator(const char *text, size_t size)
{
	size_t i, same = 0;

	for (i = 0; i < size; i++) {
		if (strchr("-=_*~# ", text[i]) != NULL)
			same++;
	}
	return size >= 3 && same == size;
}

bool shape_is_boundary(const char *text, size_t size)
{
	bool digit = FALSE;

	if (size < BOUNDARY_MIN_SIZE || size > BOUNDARY_MAX_SIZE ||
	    strncmp(text, "--", 2) != 0)
		return FALSE;
	for (size_t i = 0; i < size; i++) {
		/* bchars, without the blank */
		if (!i_isalnum(text[i]) &&
		    strchr("'()+_,-./:=?", text[i]) == NULL)
			return FALSE;
		digit = digit || i_isdigit(text[i]);
	}
	return digit;
}

bool shape_is_field(const char *text, size_t size)
{
	const char *colon = memchr(text, ':', I_MIN(size, FIELD_NAME_MAX_SIZE));

	return colon != NULL && colon > text &&
		((size_t)(colon - text) + 1 == size || colon[1] == ' ') &&
		memchr(text, '<', colon - text) == NULL;
}

/* Returns what follows "<a@example.com>" at the beginning, or NULL */
static const char *after_recipient(const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	if (*text != '<' || !address_find(text, size, &pos, &found) ||
	    found.start != 0 || text[found.end - 1] != '>')
		return NULL;
	return text + found.end;
}

bool shape_is_recipient(const char *text, size_t size)
{
	const char *rest = after_recipient(text, size);
	size_t left = rest == NULL ? 0 : size - (rest - text);

	return (left > 0 && *rest == ':') ||
		(left > 2 && strncmp(rest, " (", 2) == 0);
}

bool shape_is_sendmail_recipient(const char *text, size_t size)
{
	const char *rest = after_recipient(text, size);

	return rest != NULL && size - (rest - text) > 3 &&
		strncmp(rest, "...", 3) == 0;
}

bool shape_is_address(const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	return address_find(text, size, &pos, &found) && found.end == size &&
		shape_is_lead_in(text, found.start);
}

bool shape_begins_with_address(const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	return address_find(text, size, &pos, &found) && found.start == 0 &&
		found.end < size && strchr(",:;", text[found.end]) != NULL;
}

bool shape_is_mid_sentence(const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	return address_find(text, size, &pos, &found) && found.start == 0 &&
		found.end + 2 < size && text[0] != '<' &&
		strncmp(text + found.end, ", ", 2) == 0 &&
		i_islower(text[found.end + 2]);
}

bool shape_is_lead_in(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (strchr("*-+>.#:([\"' ", text[i]) == NULL &&
		    !i_isdigit(text[i]))
			return FALSE;
	}
	return TRUE;
}

void shape_skip_joint(const char **text, size_t *size)
{
	const char *close;

	/* "<a@example.com> (and other recipients)" names nobody else */
	if (*size > 6 && strncasecmp(*text, " (and ", 6) == 0 &&
	    (close = memchr(*text, ')', *size)) != NULL) {
		*size -= close + 1 - *text;
		*text = close + 1;
	}
	while (*size > 0 && strchr(" \t:;,.->)]\"'|=", **text) != NULL) {
		/* "-" may begin a text, "->" only joins */
		(*text)++;
		(*size)--;
	}
}

const char *shape_host(const char *text, size_t size, pool_t pool)
{
	size_t start = 0, end;

	while (start < size && !i_isalnum(text[start]))
		start++;
	for (end = start; end < size; end++) {
		if (!i_isalnum(text[end]) && strchr(".-_:", text[end]) == NULL)
			break;
	}
	while (end > start && strchr(".-:", text[end - 1]) != NULL)
		end--;
	return p_strdup_until(pool, text + start, text + end);
}
