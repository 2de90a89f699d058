/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Rules: references, conditions, and what follows from what is not said */

#include "lib.h"
#include "bounce-compile-private.h"

#define WEIGHT_MAX 9

static const struct bounce_location *
member_location(struct bounce_compiler *compiler,
		const struct bounce_model_rule *rule, const void *member)
{
	const struct bounce_location *location =
		bounce_location_get(compiler, member);

	return location != NULL ? location : rule->location;
}

/* "; did you mean ...", among the rules that are complete */
static const char *
rule_nearest(struct bounce_compiler *compiler, const char *id)
{
	ARRAY_TYPE(const_string) names;
	struct bounce_model_rule *rule;

	t_array_init(&names, array_count(&compiler->model->rule_list) + 1);
	array_foreach_elem(&compiler->model->rule_list, rule) {
		if (rule->yaml.cause != NULL)
			array_push_back(&names, &rule->yaml.id);
	}
	array_append_zero(&names);
	return bounce_problem_did_you_mean(array_front(&names), id);
}

static void
rule_check_cause(struct bounce_compiler *compiler,
		 struct bounce_model_rule *rule)
{
	const struct bounce_model_cause *cause;

	if (rule->yaml.cause == NULL) {
		if (compiler->incomplete)
			return;
		bounce_error(compiler, rule->location,
			     "rule `%s`: `cause` is missing%s%s", rule->yaml.id,
			     rule->layer <= 1 ? "" : " (or no directory "
			     "before has a rule of this id to override)",
			     rule->layer <= 1 ? "" :
			     rule_nearest(compiler, rule->yaml.id));
		return;
	}
	cause = hash_table_lookup(compiler->model->causes, rule->yaml.cause);
	if (cause != NULL) {
		rule->cause = cause->idx;
		return;
	}
	bounce_unknown(compiler, bounce_location_get(compiler,
						     rule->yaml.cause),
		       "cause", rule->yaml.cause,
		       bounce_cause_names(compiler));
}

static void
rule_check_conditions(struct bounce_compiler *compiler,
		      const struct bounce_model_rule *rule)
{
	const struct bounce_yaml_rule *yaml = &rule->yaml;
	unsigned int i;

	if (yaml->match_count + yaml->all_count + yaml->url_count +
	    yaml->status_count + yaml->code_count == 0) {
		bounce_error(compiler, rule->location, "rule `%s` has no "
			     "condition: expected at least one of `match`, "
			     "`all`, `url`, `status` and `code`", yaml->id);
	}
	for (i = 0; i < yaml->status_count; i++)
		bounce_check_status_glob(compiler, yaml->status[i]);
	for (i = 0; i < yaml->code_count; i++)
		bounce_check_code_glob(compiler, yaml->code[i]);
	if (yaml->scope == BOUNCE_SCOPE_PROVIDER && rule->provider == NULL) {
		bounce_error(compiler, member_location(compiler, rule,
						       &yaml->scope),
			     "rule `%s`: `scope: provider` needs a `provider` "
			     "at the top of its file", yaml->id);
	}
}

static void
rule_check_rank(struct bounce_compiler *compiler,
		struct bounce_model_rule *rule)
{
	struct bounce_yaml_rule *yaml = &rule->yaml;

	if (yaml->rank == BOUNCE_RANK_UNSET) {
		yaml->rank = rule->provider != NULL ?
			BOUNCE_RANK_PROVIDER : BOUNCE_RANK_SPECIFIC;
	} else if (yaml->rank == BOUNCE_RANK_PROVIDER &&
		   rule->provider == NULL) {
		bounce_error(compiler, member_location(compiler, rule,
						       &yaml->rank),
			     "rule `%s`: `rank: provider` needs a `provider` "
			     "at the top of its file", yaml->id);
	}
	if (yaml->weight < -WEIGHT_MAX || yaml->weight > WEIGHT_MAX) {
		bounce_error(compiler, member_location(compiler, rule,
						       &yaml->weight),
			     "rule `%s`: `weight` is %d: expected -%d to %d",
			     yaml->id, yaml->weight, WEIGHT_MAX, WEIGHT_MAX);
	}
	if (yaml->confidence != BOUNCE_CONFIDENCE_UNSET)
		return;
	if (yaml->rank >= BOUNCE_RANK_SPECIFIC)
		yaml->confidence = BOUNCE_CONFIDENCE_HIGH;
	else if (yaml->rank == BOUNCE_RANK_CODE)
		yaml->confidence = BOUNCE_CONFIDENCE_LOW;
	else
		yaml->confidence = BOUNCE_CONFIDENCE_MEDIUM;
}

/* A rule that says `later` without a time means the cause's time. */
static void
rule_check_retry(struct bounce_compiler *compiler,
		 struct bounce_model_rule *rule)
{
	struct bounce_yaml_rule *yaml = &rule->yaml;
	const struct bounce_model_cause *cause = yaml->cause == NULL ? NULL :
		hash_table_lookup(compiler->model->causes, yaml->cause);

	if (yaml->retry_after != NULL) {
		rule->retry_after = bounce_check_duration(compiler,
			"retry-after", yaml->retry_after);
		if (yaml->retry == BOUNCE_RETRY_UNSET)
			yaml->retry = BOUNCE_RETRY_LATER;
	}
	if (yaml->retry != BOUNCE_RETRY_LATER) {
		rule->retry_after = 0;
	} else if (yaml->retry_after == NULL && cause != NULL) {
		rule->retry_after = cause->retry_after;
		if (rule->retry_after == 0) {
			bounce_error(compiler, member_location(compiler, rule,
							       &yaml->retry),
				     "rule `%s`: `retry-after` is missing: how "
				     "much later?", yaml->id);
		}
	}
}

static void
rule_check_advice(struct bounce_compiler *compiler,
		  const struct bounce_model_rule *rule)
{
	struct bounce_model_language *language;
	struct bounce_model_text *text;
	ARRAY_TYPE(const_string) names;

	if (rule->yaml.advice == NULL)
		return;
	t_array_init(&names, 64);
	array_foreach_elem(&compiler->model->language_list, language) {
		if (hash_table_lookup(language->advices,
				      rule->yaml.advice) != NULL)
			return;
		array_foreach_elem(&language->advice_list, text) {
			const char *id = text->yaml.id;

			array_push_back(&names, &id);
		}
	}
	array_append_zero(&names);
	bounce_unknown(compiler, bounce_location_get(compiler,
						     rule->yaml.advice),
		       "advice", rule->yaml.advice, array_front(&names));
}

static void
rule_add_examples(struct bounce_compiler *compiler,
		  const struct bounce_model_rule *rule)
{
	const struct bounce_location *location;
	struct bounce_example *example;
	unsigned int i;

	for (i = 0; i < rule->yaml.examples_count; i++) {
		location = bounce_location_get(compiler,
					       rule->yaml.examples[i]);
		example = array_append_space(&compiler->examples);
		example->rule_id = rule->yaml.id;
		example->cause_id = rule->yaml.cause;
		example->text = rule->yaml.examples[i];
		example->file = location->source->path;
		example->line = location->line;
	}
}

static void
rule_check(struct bounce_compiler *compiler, struct bounce_model_rule *rule)
{
	unsigned int errors = bounce_problems_errors(compiler->problems);

	bounce_check_id(compiler, rule->location, "rule", rule->yaml.id, TRUE);
	rule_check_cause(compiler, rule);
	rule_check_conditions(compiler, rule);
	rule_check_rank(compiler, rule);
	rule_check_retry(compiler, rule);
	rule_check_advice(compiler, rule);
	rule->bad = bounce_problems_errors(compiler->problems) > errors;
	if (rule->yaml.cause != NULL)
		rule_add_examples(compiler, rule);
}

void bounce_compile_rules(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_rule *rule;

	array_clear(&compiler->examples);
	array_foreach_elem(&model->all_rules, rule) T_BEGIN {
		if (rule->enabled) {
			rule->idx = array_count(&model->rule_list);
			array_push_back(&model->rule_list, &rule);
			rule_check(compiler, rule);
		}
	} T_END;
}
