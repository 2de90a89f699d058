/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Rules that can never win */

#include "lib.h"
#include "wildcard-match.h"
#include "bounce-rules.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

ARRAY_DEFINE_TYPE(rule_list, struct bounce_model_rule *);
HASH_TABLE_DEFINE_TYPE(rules_by_pattern, const char *, ARRAY_TYPE(rule_list) *);

struct shadow_ctx {
	struct bounce_compiler *compiler;
	pool_t pool;
	/* rules by each of their `match` patterns */
	HASH_TABLE_TYPE(rules_by_pattern) by_match;
	/* rules without `match` */
	ARRAY_TYPE(rule_list) bare;
};

static bool
list_has(const char *const *list, unsigned int count, const char *str)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (strcmp(list[i], str) == 0)
			return TRUE;
	}
	return FALSE;
}

static bool
list_is_subset(const char *const *part, unsigned int part_count,
	       const char *const *whole, unsigned int whole_count)
{
	unsigned int i;

	for (i = 0; i < part_count; i++) {
		if (!list_has(whole, whole_count, part[i]))
			return FALSE;
	}
	return TRUE;
}

/* Does every text that one of these matches, match one of those? */
static bool
any_covers(const char *const *list, unsigned int count,
	   const char *const *by, unsigned int by_count)
{
	return by_count == 0 ||
		(count > 0 && list_is_subset(list, count, by, by_count));
}

static bool glob_covers(const char *glob, const char *by)
{
	if (strchr(glob, '*') != NULL && strchr(by, '*') == NULL)
		return FALSE;
	/* what stands for itself in the one is a wildcard in the other */
	return wildcard_match(glob, by);
}

static bool
globs_cover(const char *const *globs, unsigned int count,
	    const char *const *by, unsigned int by_count)
{
	unsigned int i, j;

	if (by_count == 0)
		return TRUE;
	for (i = 0; i < count; i++) {
		for (j = 0; j < by_count; j++) {
			if (glob_covers(globs[i], by[j]))
				break;
		}
		if (j == by_count)
			return FALSE;
	}
	return count > 0;
}

/* Whenever the one rule's conditions hold, do those of the other? */
static bool
rule_covers(const struct bounce_model_rule *rule,
	    const struct bounce_model_rule *by)
{
	const struct bounce_yaml_rule *r = &rule->yaml, *b = &by->yaml;

	if (b->stage != 0 && (r->stage == 0 || (r->stage & ~b->stage) != 0))
		return FALSE;
	if (b->scope == BOUNCE_SCOPE_PROVIDER &&
	    (r->scope != BOUNCE_SCOPE_PROVIDER ||
	     rule->provider != by->provider))
		return FALSE;
	if (b->local != BOUNCE_ANY && b->local != r->local)
		return FALSE;
	return any_covers(r->match, r->match_count, b->match, b->match_count) &&
		any_covers(r->url, r->url_count, b->url, b->url_count) &&
		list_is_subset(b->all, b->all_count, r->all, r->all_count) &&
		list_is_subset(b->none, b->none_count, r->none,
			       r->none_count) &&
		globs_cover(r->status, r->status_count, b->status,
			    b->status_count) &&
		globs_cover(r->code, r->code_count, b->code, b->code_count);
}

static void
shadow_check(struct shadow_ctx *ctx, const struct bounce_model_rule *rule,
	     const struct bounce_model_rule *by, bool *told)
{
	const struct bounce_yaml_rule *r = &rule->yaml, *b = &by->yaml;

	if (*told || by == rule || b->rank < r->rank ||
	    (b->rank == r->rank && b->weight < r->weight) ||
	    !rule_covers(rule, by))
		return;
	if (b->rank == r->rank && b->weight == r->weight) {
		/* the longer match wins, so that only the same is no use */
		if (by->idx > rule->idx || !rule_covers(by, rule))
			return;
		bounce_warning(ctx->compiler, rule->location,
			       "rule `%s` has the conditions, the rank and the "
			       "weight of rule `%s` (%s:%u)", r->id, b->id,
			       by->location->source->path, by->location->line);
	} else {
		bounce_warning(ctx->compiler, rule->location,
			       "rule `%s` can never win: whenever it applies, "
			       "so does rule `%s` (%s:%u), which has the %s "
			       "%s", r->id, b->id, by->location->source->path,
			       by->location->line, b->rank != r->rank ?
			       "rank" : "higher", b->rank != r->rank ?
			       bounce_rank_name(b->rank) : "weight");
	}
	*told = TRUE;
}

static void shadow_add(struct shadow_ctx *ctx, struct bounce_model_rule *rule)
{
	ARRAY_TYPE(rule_list) *rules;
	unsigned int i;

	if (rule->yaml.match_count == 0)
		array_push_back(&ctx->bare, &rule);
	for (i = 0; i < rule->yaml.match_count; i++) {
		const char *pattern = rule->yaml.match[i];

		rules = hash_table_lookup(ctx->by_match, pattern);
		if (rules == NULL) {
			rules = p_malloc(ctx->pool, sizeof(*rules));
			p_array_init(rules, ctx->pool, 2);
			hash_table_insert(ctx->by_match, pattern, rules);
		}
		array_push_back(rules, &rule);
	}
}

static void
shadow_find(struct shadow_ctx *ctx, const struct bounce_model_rule *rule)
{
	const ARRAY_TYPE(rule_list) *rules;
	struct bounce_model_rule *by;
	bool told = FALSE;

	if (rule->yaml.match_count > 0) {
		rules = hash_table_lookup(ctx->by_match, rule->yaml.match[0]);
		array_foreach_elem(rules, by)
			shadow_check(ctx, rule, by, &told);
	}
	array_foreach_elem(&ctx->bare, by)
		shadow_check(ctx, rule, by, &told);
}

/* A pattern that must and must not match */
static void
lint_contradiction(struct bounce_compiler *compiler,
		   const struct bounce_model_rule *rule)
{
	const struct bounce_yaml_rule *yaml = &rule->yaml;
	unsigned int i;

	for (i = 0; i < yaml->all_count; i++) {
		if (!list_has(yaml->none, yaml->none_count, yaml->all[i]))
			continue;
		bounce_warning(compiler, rule->location,
			       "rule `%s` can never apply: `%s` is in `all` "
			       "and in `none`", yaml->id, yaml->all[i]);
		return;
	}
	if (yaml->match_count > 0 &&
	    list_is_subset(yaml->match, yaml->match_count,
			   yaml->none, yaml->none_count)) {
		bounce_warning(compiler, rule->location,
			       "rule `%s` can never apply: all of `match` is "
			       "in `none`", yaml->id);
	}
}

void bounce_lint_shadow(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct shadow_ctx ctx = { .compiler = compiler };
	struct bounce_model_rule *rule;

	ctx.pool = pool_alloconly_create("lint shadow", 64*1024);
	hash_table_create(&ctx.by_match, ctx.pool, 0, str_hash, strcmp);
	p_array_init(&ctx.bare, ctx.pool, 128);
	/* a rule that has lost its conditions would seem to beat all others */
	array_foreach_elem(&model->rule_list, rule) {
		if (!rule->bad)
			shadow_add(&ctx, rule);
	}
	array_foreach_elem(&model->rule_list, rule) {
		lint_contradiction(compiler, rule);
		if (!rule->bad)
			shadow_find(&ctx, rule);
	}
	hash_table_destroy(&ctx.by_match);
	pool_unref(&ctx.pool);
}
