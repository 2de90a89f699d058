/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Patterns that cannot match as they are meant to, or that are heavy */

#include "lib.h"
#include "dovecot-compat.h"
#include "unichar.h"
#include "bounce-limits.h"
#include "bounce-compile-private.h"
#include "bounce-hs-child.h"
#include "bounce-lint.h"
#include "bounce-literals.h"
#include "bounce-pattern.h"

/* Only patterns that are long or that repeat a group are heavy. */
#define HEAVY_MIN_LEN 200
#define HEAVY_KBYTES 256

/* Text is folded before it is matched, so that these are never in it. */
static const struct {
	unichar_t first, last;
	const char *instead;
} folded[] = {
	{ 0x2018, 0x2019, "nothing, as apostrophes are removed" },
	{ 0x02bc, 0x02bc, "nothing, as apostrophes are removed" },
	{ 0x201c, 0x201d, "\"" },
	{ 0xab, 0xab, "\"" },
	{ 0xbb, 0xbb, "\"" },
	{ 0x2010, 0x2015, "-" },
	{ 0xa0, 0xa0, "a blank" },
	{ 0x3000, 0x3000, "a blank" },
	{ 0x200b, 0x200d, "nothing" },
	{ 0xfeff, 0xfeff, "nothing" },
	{ 0xff01, 0xff5e, "the ASCII character" },
};

/* Is it one of several characters in a class? There it does no harm. */
static bool is_in_class(const char *pattern, const char *p)
{
	while (p > pattern) {
		p--;
		if (*p == '[' && (p == pattern || p[-1] != '\\'))
			return TRUE;
		if (*p == ']' && p > pattern && p[-1] != '\\')
			return FALSE;
	}
	return FALSE;
}

static void
lint_folded(struct bounce_compiler *compiler,
	    const struct bounce_model_pattern *pattern)
{
	const char *p;
	unichar_t chr;
	unsigned int i;
	int size;

	for (p = pattern->text; *p != '\0'; p += size) {
		size = uni_utf8_get_char(p, &chr);
		if (size <= 0)
			break;
		for (i = 0; i < N_ELEMENTS(folded); i++) {
			if (chr < folded[i].first ||
			    chr > folded[i].last ||
			    is_in_class(pattern->text, p))
				continue;
			bounce_warning(compiler, pattern->location,
				       "pattern `%s`: U+%04X is never in the "
				       "text; write %s", pattern->text, chr,
				       folded[i].instead);
			return;
		}
	}
}

static bool is_beyond_ascii(char chr)
{
	return (unsigned char)chr >= 0x80;
}

/* Does what is at p, or an alternative of the group at p, begin so? */
static bool begins_beyond_ascii(const char *p)
{
	unsigned int depth = 0, start_depth = 0;
	bool at_start = TRUE;

	for (; *p != '\0'; p = bounce_pattern_skip(p)) {
		if (*p == '(') {
			depth++;
			if (at_start)
				start_depth = depth;
			if (str_begins_with(p, "(?:"))
				p += 2;
		} else if (*p == '|') {
			at_start = depth <= start_depth;
		} else {
			if (at_start && is_beyond_ascii(*p))
				return TRUE;
			at_start = FALSE;
			if (*p == ')' && depth > 0)
				depth--;
			start_depth = I_MIN(start_depth, depth);
		}
		if (depth == 0)
			break;
	}
	return FALSE;
}

/* The ) of the group in which p is, or the end of the pattern */
static const char *group_end(const char *p)
{
	unsigned int depth = 0;

	for (; *p != '\0'; p = bounce_pattern_skip(p)) {
		if (*p == '(')
			depth++;
		else if (*p == ')' && depth-- == 0)
			break;
	}
	return p;
}

/* An alternative ends at p, or the letter before \b does. */
static bool is_boundary_next(const char *p)
{
	while (*p == '|' || *p == ')')
		p = *p == '|' ? group_end(p + 1) : p + 1;
	return str_begins_with(p, "\\b");
}

/* libhs knows ASCII word characters only. */
static void
lint_boundary(struct bounce_compiler *compiler,
	      const struct bounce_model_pattern *pattern)
{
	const char *p = pattern->text;
	bool beyond = FALSE, bad;

	for (; *p != '\0'; p = bounce_pattern_skip(p)) {
		bad = (beyond && is_boundary_next(p)) ||
			(str_begins_with(p, "\\b") &&
			 begins_beyond_ascii(p + 2));
		if (bad) {
			bounce_warning(compiler, pattern->location,
				       "pattern `%s`: \\b beside a letter "
				       "beyond ASCII does not match as meant, "
				       "as only ASCII letters make words; "
				       "leave it out", pattern->text);
			return;
		}
		beyond = is_beyond_ascii(*p);
	}
}

/* In replies addresses, URLs and IP addresses are replaced. */
static void
lint_replaced(struct bounce_compiler *compiler,
	      const struct bounce_model_pattern *pattern)
{
	const char *p;

	if (pattern->place != BOUNCE_PLACE_REPLY ||
	    pattern->role == BOUNCE_ROLE_RULE_URL)
		return;
	if (strstr(pattern->text, "://") != NULL) {
		bounce_warning(compiler, pattern->location,
			       "pattern `%s`: URLs are `url` in the text; "
			       "the key `url` has patterns for them",
			       pattern->text);
	}
	for (p = pattern->text; (p = strchr(p, '@')) != NULL; p++) {
		if ((p - pattern->text >= 4 && strncmp(p-4, "addr", 4) == 0) ||
		    (p - pattern->text >= 2 && strncmp(p-2, "ip", 2) == 0))
			continue;
		/* in a class or as an alternative it may be by the way */
		if (p == pattern->text || strchr("[(|\\?", p[-1]) != NULL)
			continue;
		bounce_warning(compiler, pattern->location,
			       "pattern `%s`: addresses are `addr@` in the "
			       "text, IP addresses `ip@`", pattern->text);
		break;
	}
}

static bool may_be_heavy(const struct bounce_model_pattern *pattern)
{
	const char *p;
	unsigned int count;

	for (p = pattern->expression; (p = strchr(p, ')')) != NULL; p++) {
		if (p[1] == '{' || p[1] == '*' || p[1] == '+')
			break;
	}
	if (p == NULL && strlen(pattern->expression) < HEAVY_MIN_LEN)
		return FALSE;
	return pattern->place != BOUNCE_PLACE_REPLY ||
		bounce_pattern_literals(pattern->expression,
					BOUNCE_LIMIT_LITERALS, &count) == NULL;
}

static void
lint_heavy(struct bounce_compiler *compiler,
	   const struct bounce_model_pattern *pattern)
{
	struct bounce_hs_result result;
	size_t kbytes;

	if (!may_be_heavy(pattern))
		return;
	bounce_hs_compile(pattern->expression, pattern->flags, &result);
	kbytes = result.image == NULL ? 0 : result.image->used / 1024;
	if (result.error != NULL) {
		bounce_warning(compiler, pattern->location, "pattern `%s`: %s",
			       pattern->text, result.error);
	} else if (kbytes > HEAVY_KBYTES) {
		bounce_warning(compiler, pattern->location,
			       "pattern `%s` is heavy: libhs makes %zu kB of "
			       "it; several shorter ones, with fewer "
			       "alternatives that repeat or that stand around "
			       "a gap, cost less", pattern->text, kbytes);
	}
	buffer_free(&result.image);
}

void bounce_lint_patterns(struct bounce_compiler *compiler)
{
	const struct bounce_model_pattern *pattern;

	array_foreach(&compiler->model->patterns, pattern) T_BEGIN {
		if (!pattern->bad) {
			lint_folded(compiler, pattern);
			lint_boundary(compiler, pattern);
			lint_replaced(compiler, pattern);
			lint_heavy(compiler, pattern);
		}
	} T_END;
}
