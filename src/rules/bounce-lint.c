/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What is suspicious in rule files: single rules and providers */

#include "lib.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

/* Does it take more than the text of a reply for the rule to win? */
static bool rule_needs_report(const struct bounce_yaml_rule *yaml)
{
	return yaml->scope == BOUNCE_SCOPE_PROVIDER ||
		yaml->local != BOUNCE_ANY || yaml->stage != 0;
}

static void lint_rules(struct bounce_compiler *compiler)
{
	struct bounce_model_rule *rule;

	array_foreach_elem(&compiler->model->rule_list, rule) {
		if (rule->yaml.examples_count == 0 &&
		    !rule_needs_report(&rule->yaml)) {
			bounce_warning(compiler, rule->location,
				       "rule `%s` has no `examples` to test it",
				       rule->yaml.id);
		}
		if (rule->source == NULL) {
			bounce_warning(compiler, rule->location,
				       "rule `%s` has no `source`: where is "
				       "the wording from?", rule->yaml.id);
		}
		if (rule->yaml.scope == BOUNCE_SCOPE_PROVIDER &&
		    rule->provider != NULL &&
		    rule->provider->hosts_count == 0 &&
		    rule->provider->domains_count == 0) {
			bounce_warning(compiler, rule->location,
				       "rule `%s` never applies: provider `%s` "
				       "has no `hosts` and no `domains` to "
				       "recognise it by", rule->yaml.id,
				       rule->provider->id);
		}
	}
}

/* A rule that is to be switched off, but is none: its name is misspelt, or it
   has got another one since. */
static void lint_switched_off(struct bounce_compiler *compiler)
{
	ARRAY_TYPE(const_string) names;
	struct bounce_model_rule *rule;

	t_array_init(&names, array_count(&compiler->model->rule_list) + 1);
	array_foreach_elem(&compiler->model->rule_list, rule)
		array_push_back(&names, &rule->yaml.id);
	array_append_zero(&names);
	array_foreach_elem(&compiler->model->all_rules, rule) {
		if (rule->enabled || rule->yaml.cause != NULL)
			continue;
		bounce_warning(compiler, rule->location,
			       "rule `%s` is switched off, but there is no "
			       "such rule%s", rule->yaml.id,
			       bounce_problem_did_you_mean(array_front(&names),
							   rule->yaml.id));
	}
}

void bounce_lint(struct bounce_compiler *compiler, const char *words_path)
{
	lint_rules(compiler);
	lint_switched_off(compiler);
	bounce_lint_shadow(compiler);
	bounce_lint_texts(compiler);
	bounce_lint_patterns(compiler);
	if (words_path != NULL)
		bounce_lint_words(compiler, words_path);
}
