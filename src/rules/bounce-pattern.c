/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Patterns of rule files as libhs takes them */

#include "dovecot-compat.h"
#include "str.h"
#include "unichar.h"
#include "bounce-rules.h"
#include "bounce-pattern.h"

#include <ctype.h>
#include <hs.h>

static bool is_quantifier(char chr)
{
	return chr == '?' || chr == '*' || chr == '+' || chr == '{';
}

/* The apostrophe at p goes, together with what says how often it is there. */
static const char *skip_apostrophe(const char *p)
{
	p++;
	while (*p == '?' || *p == '*' || *p == '+')
		p++;
	return p;
}

/* A run of blanks at p. A reply is one line, so is each header field, and their
   blanks are folded to one; a body has line ends. */
static const char *
copy_blanks(string_t *dest, const char *p, enum bounce_pattern_place place)
{
	while (*p == ' ')
		p++;
	if (place != BOUNCE_PLACE_BODY)
		str_append_c(dest, ' ');
	else {
		/* `\s+?` is something else than `(?:\s+)?` */
		str_append(dest, is_quantifier(*p) ? "(?:\\s+)" : "\\s+");
	}
	return p;
}

/* What is in a character class up to its ] is as it is, but for apostrophes. */
static const char *copy_class_items(string_t *dest, const char *p)
{
	const char *end;

	while (*p != '\0' && *p != ']') {
		if (*p == '\\' && p[1] != '\0') {
			if (p[1] != '\'')
				str_append_data(dest, p, 2);
			p += 2;
		} else if (p[0] == '[' && p[1] == ':' &&
			   (end = strstr(p + 2, ":]")) != NULL) {
			str_append_data(dest, p, end + 2 - p);
			p = end + 2;
		} else {
			if (*p != '\'')
				str_append_c(dest, *p);
			p++;
		}
	}
	return p;
}

static const char *copy_class(string_t *dest, const char *p)
{
	size_t class_start = str_len(dest), items_start;
	bool negated = p[1] == '^';

	str_append(dest, negated ? "[^" : "[");
	items_start = str_len(dest);
	p += negated ? 2 : 1;
	if (*p == ']')
		str_append_c(dest, *p++);
	p = copy_class_items(dest, p);
	if (*p != ']')
		return p;
	if (str_len(dest) > items_start) {
		str_append_c(dest, *p++);
		return p;
	}
	/* there were only apostrophes: nothing or anything is left */
	str_truncate(dest, class_start);
	if (!negated)
		return skip_apostrophe(p);
	str_append(dest, "[\\s\\S]");
	return p + 1;
}

/* \Q ... \E is as it is, but for apostrophes. */
static const char *copy_quoted(string_t *dest, const char *p)
{
	while (*p != '\0' && strncmp(p, "\\E", 2) != 0) {
		if (*p != '\'')
			str_append_c(dest, *p);
		p++;
	}
	return p;
}

static const char *copy_escape(string_t *dest, const char *p)
{
	if (p[1] == '\'')
		return skip_apostrophe(p + 1);
	str_append_c(dest, *p++);
	if (*p == 'Q')
		return copy_quoted(dest, p);
	if (*p != '\0')
		str_append_c(dest, *p++);
	return p;
}

/* Letters of languages that are otherwise ASCII */
static bool is_accented(const char *p)
{
	unichar_t chr;

	return uni_utf8_get_char(p, &chr) > 0 && chr >= 0xc0 && chr < 0x180;
}

/* A letter with an accent gets lost on the way, and a "?" is left. */
static const char *copy_accented(string_t *dest, const char *p)
{
	unsigned int size = uni_utf8_char_bytes(*p);

	str_append_c(dest, '(');
	str_append_data(dest, p, size);
	str_append(dest, "|\\?)");
	return p + size;
}

const char *bounce_pattern_expression(const char *pattern,
				      enum bounce_pattern_place place)
{
	string_t *dest = t_str_new(strlen(pattern) * 2);
	const char *p = pattern;

	while (*p != '\0') {
		switch (*p) {
		case ' ':
			p = copy_blanks(dest, p, place);
			break;
		case '\'':
			p = skip_apostrophe(p);
			break;
		case '[':
			p = copy_class(dest, p);
			break;
		case '\\':
			p = copy_escape(dest, p);
			break;
		default:
			if (place == BOUNCE_PLACE_REPLY && is_accented(p)) {
				p = copy_accented(dest, p);
				break;
			}
			str_append_c(dest, *p++);
			break;
		}
	}
	return str_c(dest);
}

unsigned int bounce_pattern_flags(const char *pattern,
				  enum bounce_pattern_place place)
{
	unsigned int flags = HS_FLAG_CASELESS;
	const char *p;

	/* Characters beyond ASCII have to be told from bytes for their case,
	   for classes and for repetitions. What is plain ASCII matches UTF-8
	   just as well without, and is compiled to less than half the size. */
	for (p = pattern; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			flags |= HS_FLAG_UTF8;
	}
	if (strstr(pattern, "\\x{") != NULL || strstr(pattern, "\\p") != NULL)
		flags |= HS_FLAG_UTF8;
	/* where a match begins is not asked for: that costs libhs hours for
	   some hundred markers. In a reply there is no line end: to allow one
	   makes `.{0,40}` a mere distance. */
	if (place == BOUNCE_PLACE_REPLY)
		flags |= HS_FLAG_DOTALL;
	else
		flags |= HS_FLAG_MULTILINE;
	return flags;
}

size_t bounce_header_pattern_field(const char *pattern)
{
	size_t len = 1;

	if (pattern[0] != '^')
		return 0;
	while (i_islower(pattern[len]) || pattern[len] == '-')
		len++;
	return str_begins_with(pattern + len, ": .*") ? len + 1 : 0;
}

/* The ] of the character class at p, or the character before the end */
static const char *class_end(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	for (; *p != '\0' && *p != ']'; p++) {
		const char *end = strncmp(p, "[:", 2) != 0 ? NULL :
			strstr(p + 2, ":]");

		if (end != NULL)
			p = end + 1;
		else if (*p == '\\' && p[1] != '\0')
			p++;
	}
	return *p == '\0' ? p - 1 : p;
}

const char *bounce_pattern_skip(const char *p)
{
	if (*p == '[')
		return class_end(p) + 1;
	return *p == '\\' && p[1] != '\0' ? p + 2 : p + 1;
}

/* `^this|that`, outside of groups */
static bool has_alternatives(const char *pattern)
{
	unsigned int depth = 0;
	const char *p;

	/* what is quoted may look like a group */
	if (strstr(pattern, "\\Q") != NULL)
		return TRUE;
	for (p = pattern; (p = strpbrk(p, "\\[()|")) != NULL; p++) {
		if (*p == '\\' && p[1] != '\0')
			p++;
		else if (*p == '[')
			p = class_end(p);
		else if (*p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
		else if (*p == '|' && depth == 0)
			return TRUE;
	}
	return FALSE;
}

size_t bounce_header_pattern_name(const char *pattern)
{
	const char *p = pattern + 1;

	if (pattern[0] != '^' || has_alternatives(pattern))
		return 0;
	while (i_islower(*p) || i_isdigit(*p) || *p == '-')
		p++;
	if (*p == ':')
		p++;
	/* the last character may be missing */
	if (p > pattern + 1 && is_quantifier(*p) && *p != '+')
		p--;
	return p - (pattern + 1);
}

/* Is the literal in the field, or at the beginning of a line, that the pattern
   as written names? */
static bool
literal_is_placed(const char *pattern, const char *text, size_t from)
{
	size_t line = from, len;

	if (pattern[0] != '^')
		return TRUE;
	len = bounce_header_pattern_field(pattern);
	if (len == 0)
		return from == 0 || text[from - 1] == '\n';
	while (line > 0 && text[line - 1] != '\n')
		line--;
	return from >= line + len && memcmp(text + line, pattern + 1, len) == 0;
}

static bool is_word_bound(const char *text, size_t size, size_t offset)
{
	bool before = offset > 0 && bounce_is_word_char(text[offset - 1]);
	bool after = offset < size && bounce_is_word_char(text[offset]);

	return before != after;
}

bool bounce_expression_holds(unsigned int id, const char *pattern,
			     const char *text, size_t size, size_t to)
{
	unsigned int bounds = BOUNCE_EXPRESSION_BOUNDS(id);
	size_t literal = BOUNCE_EXPRESSION_SIZE(id);

	/* a database that is not of this file could tell anything */
	if (to > size || literal > to)
		return FALSE;
	if (literal > 0 && !literal_is_placed(pattern, text, to - literal))
		return FALSE;
	if ((bounds & BOUNCE_BOUND_START) != 0 &&
	    !is_word_bound(text, size, to - literal))
		return FALSE;
	return (bounds & BOUNCE_BOUND_END) == 0 ||
		is_word_bound(text, size, to);
}
