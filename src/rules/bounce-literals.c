/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Expressions that stand for a few literals */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "bounce-limits.h"
#include "bounce-rules-file.h"
#include "bounce-literals.h"

#include <ctype.h>

/* What is read of the expression; parse_*() return FALSE where it is more than
   literals, and append what it stands for to their result. */
struct literals_parser {
	const char *p;
	unsigned int depth;
	unsigned int max;
};

/* Stands for \b until the literals are complete; no text has it. */
#define BOUND_MARK '\001'
#define BOUND_MARK_STR "\001"

ARRAY_DEFINE_TYPE(bounce_literal, struct bounce_literal);

static bool
parse_alternatives(struct literals_parser *parser,
		   ARRAY_TYPE(const_string) *result);

/* The character at p, and p behind it */
static const char *parse_char(const char **p)
{
	unsigned int size = uni_utf8_char_bytes(**p);
	const char *chr = t_strndup(*p, size);

	*p += strlen(chr);
	return chr;
}

/* `[aeiou]`, no ranges */
static bool
parse_class(struct literals_parser *parser, ARRAY_TYPE(const_string) *result)
{
	const char *p = parser->p + 1, *item;

	if (*p == '^' || *p == ']')
		return FALSE;
	while (*p != ']') {
		if (*p == '\\' && p[1] == 's') {
			item = " ";
			p += 2;
		} else if (*p == '\\' && p[1] != '\0' && !i_isalnum(p[1])) {
			p++;
			item = parse_char(&p);
		} else if (*p == '\0' || *p == '\\' || *p == '[') {
			return FALSE;
		} else {
			item = parse_char(&p);
			if (*p == '-' && p[1] != ']')
				return FALSE;
		}
		array_push_back(result, &item);
	}
	parser->p = p + 1;
	return TRUE;
}

static bool
parse_group(struct literals_parser *parser, ARRAY_TYPE(const_string) *result)
{
	bool ret;

	parser->p++;
	if (strncmp(parser->p, "?:", 2) == 0)
		parser->p += 2;
	else if (*parser->p == '?')
		return FALSE;
	if (++parser->depth > BOUNCE_LIMIT_PATTERN_DEPTH)
		return FALSE;
	ret = parse_alternatives(parser, result) && *parser->p == ')';
	parser->depth--;
	parser->p++;
	return ret;
}

static bool
parse_atom(struct literals_parser *parser, ARRAY_TYPE(const_string) *result)
{
	const char *item;

	switch (*parser->p) {
	case '(':
		return parse_group(parser, result);
	case '[':
		return parse_class(parser, result);
	case '.':
	case '^':
	case '$':
	case '*':
	case '+':
	case '?':
	case '{':
		return FALSE;
	case '\\':
		parser->p++;
		/* in a reply, white space is a blank */
		if (*parser->p == 's')
			item = " ";
		else if (*parser->p == 'b')
			item = BOUND_MARK_STR;
		else if (*parser->p == '\0' || i_isalnum(*parser->p))
			return FALSE;
		else
			item = t_strndup(parser->p, 1);
		parser->p++;
		break;
	default:
		item = parse_char(&parser->p);
	}
	array_push_back(result, &item);
	return TRUE;
}

/* Each of what came so far is followed by each of what comes now. */
static bool
literals_append(const struct literals_parser *parser,
		ARRAY_TYPE(const_string) *literals,
		const ARRAY_TYPE(const_string) *items)
{
	ARRAY_TYPE(const_string) product;
	const char *literal, *item, *str;

	if (array_count(literals) * array_count(items) > parser->max)
		return FALSE;
	t_array_init(&product, array_count(literals) * array_count(items) + 1);
	array_foreach_elem(literals, literal) {
		array_foreach_elem(items, item) {
			str = t_strconcat(literal, item, NULL);
			array_push_back(&product, &str);
		}
	}
	*literals = product;
	return TRUE;
}

static bool
parse_sequence(struct literals_parser *parser, ARRAY_TYPE(const_string) *result)
{
	ARRAY_TYPE(const_string) literals, items;
	const char *nothing = "";

	t_array_init(&literals, 8);
	array_push_back(&literals, &nothing);
	while (*parser->p != '\0' && *parser->p != '|' && *parser->p != ')') {
		t_array_init(&items, 8);
		if (!parse_atom(parser, &items))
			return FALSE;
		if (*parser->p == '?') {
			array_push_back(&items, &nothing);
			parser->p++;
		}
		if (!literals_append(parser, &literals, &items))
			return FALSE;
	}
	array_append_array(result, &literals);
	return array_count(result) <= parser->max;
}

static bool
parse_alternatives(struct literals_parser *parser,
		   ARRAY_TYPE(const_string) *result)
{
	if (!parse_sequence(parser, result))
		return FALSE;
	while (*parser->p == '|') {
		parser->p++;
		if (!parse_sequence(parser, result))
			return FALSE;
	}
	return TRUE;
}

/* From Hebrew on scripts have no upper case. */
#define CASELESS_FIRST_CHAR 0x0590

static bool has_case(unichar_t chr)
{
	return chr >= 0x80 && chr < CASELESS_FIRST_CHAR;
}

/* The literal as an expression of libhs. The first upper characters that are
   not ASCII become capitals; libhs tells the case of ASCII by itself. */
static const char *literal_expression(const char *literal, unsigned int upper)
{
	string_t *dest = t_str_new(strlen(literal) * 2);
	unichar_t chr;
	int size;

	for (; *literal != '\0'; literal += size) {
		if (strchr("\\.^$*+?()[]{}|", *literal) != NULL)
			str_append_c(dest, '\\');
		size = uni_utf8_get_char(literal, &chr);
		if (size <= 0) {
			size = 1;
			str_append_c(dest, *literal);
		} else if (has_case(chr) && upper > 0) {
			uni_ucs4_to_utf8_c(uni_ucs4_to_titlecase(chr), dest);
		} else {
			str_append_data(dest, literal, size);
		}
		if (upper > 0)
			upper--;
	}
	return str_c(dest);
}

/* Resolves the marks of \b. Those within the literal hold or do not hold
   already; those at its ends are left to whoever sees the text around it.
   Returns FALSE if the literal cannot be anywhere. */
static bool
literal_bounds(const char *marked, string_t *literal, unsigned int *bounds_r)
{
	const char *p;

	*bounds_r = 0;
	for (p = marked; *p != '\0'; p++) {
		if (*p != BOUND_MARK) {
			str_append_c(literal, *p);
			continue;
		}
		while (p[1] == BOUND_MARK)
			p++;
		if (str_len(literal) == 0)
			*bounds_r |= BOUNCE_BOUND_START;
		else if (p[1] == '\0')
			*bounds_r |= BOUNCE_BOUND_END;
		else if (bounce_is_word_char(p[1]) == bounce_is_word_char(
				str_c(literal)[str_len(literal) - 1]))
			return FALSE;
	}
	return TRUE;
}

/* libhs takes long to compile what is neither ASCII nor of one case. The
   literal is meant to be in small letters: as it is, with a capital first, in
   capitals. */
static void
literal_add(ARRAY_TYPE(bounce_literal) *literals, const char *text,
	    unsigned int bounds)
{
	static const unsigned int uppers[] = { 0, 1, UINT_MAX };
	struct bounce_literal literal = {
		.size = strlen(text),
		.bounds = bounds,
	};
	const char *prev = NULL;

	for (unsigned int i = 0; i < N_ELEMENTS(uppers); i++) {
		literal.expression = literal_expression(text, uppers[i]);
		if (prev == NULL || strcmp(literal.expression, prev) != 0)
			array_push_back(literals, &literal);
		prev = literal.expression;
	}
}

const struct bounce_literal *
bounce_pattern_literals(const char *expression, unsigned int max,
			unsigned int *count_r)
{
	struct literals_parser parser = { .p = expression, .max = max };
	ARRAY_TYPE(const_string) marked;
	ARRAY_TYPE(bounce_literal) literals;
	const char *text;
	unsigned int bounds;

	if (strchr(expression, BOUND_MARK) != NULL)
		return NULL;
	t_array_init(&marked, 16);
	if (!parse_alternatives(&parser, &marked) || *parser.p != '\0')
		return NULL;
	t_array_init(&literals, array_count(&marked));
	array_foreach_elem(&marked, text) {
		string_t *literal = t_str_new(strlen(text) + 1);

		if (!literal_bounds(text, literal, &bounds))
			continue;
		if (str_len(literal) == 0 ||
		    str_len(literal) > BOUNCE_LITERAL_MAX_SIZE)
			return NULL;
		literal_add(&literals, str_c(literal), bounds);
	}
	if (array_is_empty(&literals))
		return NULL;
	return array_get(&literals, count_r);
}
