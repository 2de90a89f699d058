/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The pattern databases, built by libhs */

#include "lib.h"
#include "bounce-limits.h"
#include "bounce-compile-private.h"
#include "bounce-hs-child.h"
#include "bounce-literals.h"
#include "bounce-pattern.h"

#include <hs.h>

/* What goes into one database: a pattern may be several expressions, which
   then have its id. */
struct database_build {
	ARRAY(const char *) expressions;
	ARRAY(unsigned int) flags, ids;
	struct bounce_hs_child *child;
};

static void
build_add(struct database_build *build, unsigned int id,
	  const char *expression, unsigned int flags)
{
	array_push_back(&build->expressions, &expression);
	array_push_back(&build->flags, &flags);
	array_push_back(&build->ids, &id);
}

/* `^a|b` is `^a` or `b` anywhere. */
static bool has_outer_alternatives(const char *expression)
{
	unsigned int depth = 0;

	for (; *expression != '\0'; expression++) {
		if (*expression == '\\' && expression[1] != '\0')
			expression++;
		else if (*expression == '(')
			depth++;
		else if (*expression == ')' && depth > 0)
			depth--;
		else if (*expression == '|' && depth == 0)
			return TRUE;
	}
	return FALSE;
}

/* The literals that the pattern stands for, or NULL. Where they have to be is
   looked at where one is found, see bounce_expression_holds(). */
static const struct bounce_literal *
pattern_literals(const struct bounce_model_pattern *pattern,
		 unsigned int *count_r)
{
	const char *expression;
	size_t field = 0;

	if (pattern->place == BOUNCE_PLACE_REPLY) {
		return bounce_pattern_literals(pattern->expression,
					       BOUNCE_LIMIT_LITERALS, count_r);
	}
	/* a body's line ends are blanks where words are looked for */
	expression = bounce_pattern_expression(pattern->text,
					       BOUNCE_PLACE_REPLY);
	if (expression[0] == '^') {
		if (has_outer_alternatives(expression))
			return NULL;
		field = bounce_header_pattern_field(pattern->text);
		expression += field == 0 ? 1 : field + strlen("^.*");
	} else if (pattern->place == BOUNCE_PLACE_HEADER) {
		return NULL;
	}
	return bounce_pattern_literals(expression, BOUNCE_LIMIT_MARKER_LITERALS,
				       count_r);
}

static void
build_add_pattern(struct database_build *builds,
		  const struct bounce_model_pattern *pattern, unsigned int id)
{
	struct database_build *build;
	const struct bounce_literal *literals;
	unsigned int i, count;

	literals = pattern_literals(pattern, &count);
	build = &builds[BOUNCE_DATABASE(pattern->place, literals != NULL)];
	if (literals == NULL) {
		build_add(build, BOUNCE_EXPRESSION_ID(id, 0, 0),
			  pattern->expression, pattern->flags);
		return;
	}
	for (i = 0; i < count; i++) {
		build_add(build, BOUNCE_EXPRESSION_ID(id, literals[i].bounds,
						      literals[i].size),
			  literals[i].expression, HS_FLAG_CASELESS);
	}
}

static void
builds_collect(struct bounce_compiler *compiler, struct database_build *builds)
{
	const struct bounce_model_pattern *pattern;
	unsigned int i;

	for (i = 0; i < BOUNCE_DATABASE_COUNT; i++) {
		t_array_init(&builds[i].expressions, 1024);
		t_array_init(&builds[i].flags, 1024);
		t_array_init(&builds[i].ids, 1024);
	}
	array_foreach(&compiler->model->patterns, pattern) {
		if (pattern->bad)
			continue;
		build_add_pattern(builds, pattern,
			array_foreach_idx(&compiler->model->patterns, pattern));
	}
}

static void build_start(struct database_build *build)
{
	if (array_is_empty(&build->expressions))
		return;
	build->child = bounce_hs_child_start(array_front(&build->expressions),
					     array_front(&build->flags),
					     array_front(&build->ids),
					     array_count(&build->expressions),
					     BOUNCE_LIMIT_DATABASE_SECONDS);
}

static void
pattern_error(struct bounce_compiler *compiler,
	      struct bounce_model_pattern *pattern, const char *message)
{
	if (strcmp(message, "Pattern is too large.") == 0)
		message = "is too large for libhs; make several of it";
	bounce_error(compiler, pattern->location, "pattern `%s`: %s",
		     pattern->text, message);
	pattern->bad = TRUE;
}

/* libhs names one pattern that it cannot compile, or none: try each by itself,
   to tell all of them. */
static bool
patterns_find_bad(struct bounce_compiler *compiler,
		  enum bounce_pattern_place place)
{
	struct bounce_model_pattern *pattern;
	struct bounce_hs_result result;
	bool found = FALSE;

	array_foreach_modifiable(&compiler->model->patterns, pattern) {
		if (pattern->place != place || pattern->bad)
			continue;
		bounce_hs_compile(pattern->expression, pattern->flags, &result);
		if (result.error != NULL) {
			pattern_error(compiler, pattern, result.error);
			found = TRUE;
		}
		buffer_free(&result.image);
	}
	return found;
}

static void
build_failed(struct bounce_compiler *compiler, enum bounce_pattern_place place,
	     const char *message)
{
	/* where memory is short, no pattern is to blame */
	if (strcmp(message, "Unable to allocate memory.") != 0 &&
	    patterns_find_bad(compiler, place))
		return;
	bounce_error(compiler, NULL, "libhs cannot compile the patterns "
		     "together: %s", message);
}

void bounce_compile_databases(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct database_build builds[BOUNCE_DATABASE_COUNT];
	struct bounce_hs_result result;
	unsigned int i;

	i_zero(&builds);
	T_BEGIN {
		builds_collect(compiler, builds);
		for (i = 0; i < N_ELEMENTS(builds); i++)
			build_start(&builds[i]);
		for (i = 0; i < N_ELEMENTS(builds); i++) {
			if (builds[i].child == NULL)
				continue;
			bounce_hs_child_finish(&builds[i].child, &result);
			model->databases[i] = result.image;
			if (result.error == NULL)
				continue;
			build_failed(compiler, BOUNCE_DATABASE_PLACE(i),
				     result.error);
		}
	} T_END;
}
