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
		 text[3] == ':' || text[3] == ',' || text[3] == ';');
}

bool shape_has_reply(const char *text, size_t size)
{
	const char *end = text + size, *status;

	for (const char *p = text; p + 8 < end; p++) {
		if ((*p != '4' && *p != '5') || !i_isdigit(p[1]) ||
		    !i_isdigit(p[2]) || (p[3] != ' ' && p[3] != '-') ||
		    (p > text && i_isalnum(p[-1])))
			continue;
		/* columns are apart */
		for (status = p + 4; status < end && *status == ' '; )
			status++;
		if (end - status > 4 && status[0] == p[0] &&
		    status[1] == '.' && i_isdigit(status[2]) &&
		    status[3] == '.' && i_isdigit(status[4]))
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

/* Bytes of a bullet, an opening bracket or quotation mark at p that is not
   ASCII, 0 if it is none */
static size_t bullet_size(const char *p, size_t size)
{
	static const char *const bullets[] = {
		"\xc2\xa0", "\xc2\xab", "\xc2\xb7", "\xe2\x80\x93",
		"\xe2\x80\x94", "\xe2\x80\x9c", "\xe2\x80\x9e",
		"\xe2\x80\xa2", "\xe2\x86\x92", "\xe2\x96\xa0",
		"\xe2\x96\xb6", "\xe2\x97\x86", "\xe2\x97\x8f",
		"\xe3\x80\x80", "\xe3\x80\x8c", "\xe3\x80\x8e",
		"\xe3\x80\x90", "\xe3\x83\xbb", "\xef\xbc\x88",
		"\xef\xbc\x9a", "\xef\xbc\x9c",
	};

	if ((unsigned char)*p < 0xc2)
		return 0;
	for (unsigned int i = 0; i < N_ELEMENTS(bullets); i++) {
		size_t len = strlen(bullets[i]);

		if (len <= size && memcmp(p, bullets[i], len) == 0)
			return len;
	}
	return 0;
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

bool shape_is_row(const char *text, size_t size)
{
	struct found_address found;
	const char *rest;
	size_t pos = 0, left;

	if (!address_find(text, size, &pos, &found) ||
	    !shape_is_lead_in(text, found.start))
		return FALSE;
	rest = text + found.end;
	left = size - found.end;
	if (left > 0 && (*rest == '"' || *rest == '\'')) {
		rest++;
		left--;
	}
	if (left < 3)
		return FALSE;
	return strchr("\t;", rest[0]) != NULL || strncmp(rest, ",\"", 2) == 0 ||
		(rest[0] == ':' && rest[1] == ' ') ||
		(rest[0] == ' ' && strchr(" \t(|", rest[1]) != NULL) ||
		(rest[0] == ' ' && left > 3 &&
		 ((rest[2] == ' ' && strchr("-:=", rest[1]) != NULL) ||
		  (rest[3] == ' ' && rest[2] == '>' &&
		   strchr("-=", rest[1]) != NULL) ||
		  bullet_size(rest + 1, left - 1) > 0));
}

/* Bytes of the piece of a frame at p, 0 if there is none */
static size_t frame_size(const char *p)
{
	/* box drawing, and a bar as wide as an ideograph */
	static const char *const bars[] = {
		"\xe2\x94\x82", "\xe2\x94\x83", "\xe2\x95\x91",
		"\xef\xbd\x9c",
	};

	if (*p == '|')
		return 1;
	if ((unsigned char)*p < 0xe2)
		return 0;
	for (unsigned int i = 0; i < N_ELEMENTS(bars); i++) {
		if (strncmp(p, bars[i], strlen(bars[i])) == 0)
			return strlen(bars[i]);
	}
	return 0;
}

/* "| words", "| words | words |", "|" alone, "+-----+-----+"; not a heading
   like "|---- words ----|" */
static bool line_is_framed(const char *line, size_t size)
{
	size_t bar = frame_size(line);

	if (bar > 0)
		return bar >= size || bar > 1 || strchr(" \t|", line[1]) != NULL;
	if (size < 3 || *line != '+')
		return FALSE;
	for (size_t i = 0; i < size; i++) {
		if (strchr("+-=", line[i]) == NULL)
			return FALSE;
	}
	return TRUE;
}

static void line_clear_frames(char *line, size_t size)
{
	bool rule = *line == '+';

	for (size_t i = 0; i < size; ) {
		size_t bar = rule ? 1 : frame_size(line + i);

		memset(line + i, ' ', bar);
		i += bar == 0 ? 1 : bar;
	}
}

const char *shape_without_frames(const char *text, pool_t pool)
{
	char *copy = NULL;
	const char *line = text, *eol;

	while (*line != '\0') {
		eol = strchr(line, '\n');
		if (eol == NULL)
			eol = line + strlen(line);
		while (line < eol && (*line == ' ' || *line == '\t'))
			line++;
		if (line < eol && line_is_framed(line, eol - line)) {
			if (copy == NULL)
				copy = p_strdup(pool, text);
			line_clear_frames(copy + (line - text), eol - line);
		}
		line = *eol == '\0' ? eol : eol + 1;
	}
	return copy == NULL ? text : copy;
}

bool shape_is_lead_in(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t bullet = bullet_size(text + i, size - i);

		if (bullet > 0)
			i += bullet - 1;
		else if (strchr("*-+>.#:()[]{\"' ", text[i]) == NULL &&
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
	while (*size > 0) {
		/* "-" may begin a text, "->" only joins */
		size_t joint = strchr(" \t:;,.->)]\"'|=", **text) != NULL ? 1 :
			bullet_size(*text, *size);

		if (joint == 0)
			break;
		*text += joint;
		*size -= joint;
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
