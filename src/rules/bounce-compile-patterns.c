/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Patterns: collected from the rules, and looked at by libhs */

#include "lib.h"
#include "bounce-compile-private.h"
#include "bounce-pattern.h"

#include <hs.h>
#include <stdlib.h>

static void
rule_add_patterns(struct bounce_compiler *compiler,
		  const struct bounce_model_rule *rule,
		  const char *const *texts,
		  unsigned int count, enum bounce_role role)
{
	struct bounce_model_pattern *pattern;
	unsigned int i;

	for (i = 0; i < count; i++) {
		pattern = array_append_space(&compiler->model->patterns);
		pattern->text = texts[i];
		pattern->location = bounce_location_get(compiler, texts[i]);
		pattern->place = BOUNCE_PLACE_REPLY;
		pattern->role = role;
		pattern->detail = i;
		pattern->owner = rule->idx;
	}
}

static void
pattern_error(struct bounce_compiler *compiler,
	      struct bounce_model_pattern *pattern, const char *text)
{
	bounce_error(compiler, pattern->location, "pattern `%s`: %s",
		     pattern->text, text);
	pattern->bad = TRUE;
}

/* libhs parses each by itself and tells what it does not take. */
static void
pattern_check(struct bounce_compiler *compiler,
	      struct bounce_model_pattern *pattern)
{
	hs_compile_error_t *error;
	hs_expr_info_t *info = NULL;

	pattern->expression = p_strdup(compiler->pool,
		bounce_pattern_expression(pattern->text, pattern->place));
	pattern->flags = bounce_pattern_flags(pattern->text, pattern->place);

	if (hs_expression_info(pattern->expression, pattern->flags, &info,
			       &error) != HS_SUCCESS) {
		pattern_error(compiler, pattern, t_strdup(error->message));
		(void)hs_free_compile_error(error);
		return;
	}
	pattern->min_width = info->min_width;
	free(info);
	/* an alternative that is empty, or everything optional */
	if (pattern->min_width == 0) {
		pattern_error(compiler, pattern,
			      "matches every text, as it may match nothing");
	}
}

void bounce_compile_patterns(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_pattern *pattern;
	struct bounce_model_rule *rule;

	array_foreach_elem(&model->rule_list, rule) {
		const struct bounce_yaml_rule *yaml = &rule->yaml;

		rule_add_patterns(compiler, rule, yaml->match,
				  yaml->match_count, BOUNCE_ROLE_RULE_MATCH);
		rule_add_patterns(compiler, rule, yaml->all,
				  yaml->all_count, BOUNCE_ROLE_RULE_ALL);
		rule_add_patterns(compiler, rule, yaml->none,
				  yaml->none_count, BOUNCE_ROLE_RULE_NONE);
		rule_add_patterns(compiler, rule, yaml->url,
				  yaml->url_count, BOUNCE_ROLE_RULE_URL);
	}
	array_foreach_modifiable(&model->patterns, pattern) T_BEGIN {
		pattern_check(compiler, pattern);
	} T_END;
	/* so many fit into the ids of libhs */
	if (array_count(&model->patterns) > BOUNCE_PATTERNS_MAX) {
		bounce_error(compiler, NULL, "there are more than %u patterns",
			     BOUNCE_PATTERNS_MAX);
	}
}
