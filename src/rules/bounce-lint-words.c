/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Rules and markers that ordinary prose sets off */

#include "lib.h"
#include "istream.h"
#include "str.h"
#include "str-sanitize.h"
#include "bounce-rules.h"
#include "bounce-compile-private.h"
#include "bounce-pattern.h"
#include "bounce-lint.h"

#include <hs.h>
#include <stdlib.h>

#define QUOTE_MAX_LEN 60

struct words_ctx {
	struct bounce_compiler *compiler;
	const char *path;
	hs_database_t *dbs[BOUNCE_DATABASE_COUNT];
	hs_scratch_t *scratch;

	/* by pattern: did it match the line? */
	bool *hits;
	/* by rule: how many of its patterns match the line; by pattern and
	   rule: it was told before */
	bool *told_rules;
	bool *told_patterns;
	unsigned int line;
	const char *text;
};

static int
words_hit(unsigned int id, unsigned long long from ATTR_UNUSED,
	  unsigned long long to, unsigned int flags ATTR_UNUSED,
	  void *context)
{
	struct words_ctx *ctx = context;
	unsigned int idx = BOUNCE_EXPRESSION_PATTERN(id);
	const struct bounce_model_pattern *pattern =
		array_idx(&ctx->compiler->model->patterns, idx);

	if (bounce_expression_holds(id, pattern->text, ctx->text,
				    strlen(ctx->text), to))
		ctx->hits[idx] = TRUE;
	return 0;
}

/* The databases are where the compiled file has them: aligned */
static bool words_load(struct words_ctx *ctx)
{
	struct bounce_model *model = ctx->compiler->model;
	unsigned int i;
	void *mem;

	for (i = 0; i < N_ELEMENTS(ctx->dbs); i++) {
		const buffer_t *image = model->databases[i];

		if (image == NULL)
			continue;
		if (posix_memalign(&mem, BOUNCE_RULES_ALIGNMENT,
				   image->used) != 0)
			i_fatal_status(FATAL_OUTOFMEM, "out of memory");
		memcpy(mem, image->data, image->used);
		ctx->dbs[i] = mem;
		if (hs_alloc_scratch(ctx->dbs[i], &ctx->scratch) != HS_SUCCESS)
			return FALSE;
	}
	return TRUE;
}

static const char *words_quote(struct words_ctx *ctx)
{
	return t_strdup_printf("line %u of %s: `%s`", ctx->line, ctx->path,
			       str_sanitize_utf8(ctx->text, QUOTE_MAX_LEN));
}

/* What is wanted of a rule's patterns, and what the line gave */
struct rule_hits {
	unsigned int match;
	unsigned int all;
	unsigned int none;
};

static bool rule_fires(const struct bounce_yaml_rule *yaml,
		       const struct rule_hits *hits)
{
	/* it is the last resort of what is a refusal anyway */
	if (yaml->rank <= BOUNCE_RANK_GENERAL)
		return FALSE;
	/* with these it takes more than words */
	if (yaml->status_count > 0 || yaml->code_count > 0 ||
	    yaml->url_count > 0 || yaml->scope == BOUNCE_SCOPE_PROVIDER)
		return FALSE;
	return (yaml->match_count == 0 || hits->match > 0) &&
		hits->all == yaml->all_count && hits->none == 0;
}

static void words_check_rules(struct words_ctx *ctx)
{
	struct bounce_model *model = ctx->compiler->model;
	const struct bounce_model_pattern *pattern;
	struct bounce_model_rule *rule;
	struct rule_hits *hits;

	hits = t_new(struct rule_hits, array_count(&model->rule_list) + 1);
	array_foreach(&model->patterns, pattern) {
		if (!ctx->hits[array_foreach_idx(&model->patterns, pattern)])
			continue;
		switch (pattern->role) {
		case BOUNCE_ROLE_RULE_MATCH:
			hits[pattern->owner].match++;
			break;
		case BOUNCE_ROLE_RULE_ALL:
			hits[pattern->owner].all++;
			break;
		case BOUNCE_ROLE_RULE_NONE:
			hits[pattern->owner].none++;
			break;
		default:
			break;
		}
	}
	array_foreach_elem(&model->rule_list, rule) {
		if (ctx->told_rules[rule->idx] || rule->bad ||
		    !rule_fires(&rule->yaml, &hits[rule->idx]))
			continue;
		ctx->told_rules[rule->idx] = TRUE;
		bounce_warning(ctx->compiler, rule->location,
			       "rule `%s` is too general: it applies to %s",
			       rule->yaml.id, words_quote(ctx));
	}
}

/* A marker that counts by itself */
static bool marker_is_telling(const struct bounce_model_pattern *pattern)
{
	switch (pattern->role) {
	case BOUNCE_ROLE_IDENTIFY:
		return pattern->place == BOUNCE_PLACE_BODY;
	case BOUNCE_ROLE_FAILURE:
	case BOUNCE_ROLE_DELAY:
	case BOUNCE_ROLE_FINAL:
	case BOUNCE_ROLE_SUCCESS:
	case BOUNCE_ROLE_AUTO_REPLY:
	case BOUNCE_ROLE_RETURNED:
	case BOUNCE_ROLE_FORWARDED:
		return pattern->place == BOUNCE_PLACE_BODY && pattern->always;
	default:
		return FALSE;
	}
}

static void words_check_markers(struct words_ctx *ctx)
{
	struct bounce_model *model = ctx->compiler->model;
	const struct bounce_model_pattern *pattern;
	unsigned int idx;

	array_foreach(&model->patterns, pattern) {
		idx = array_foreach_idx(&model->patterns, pattern);
		if (!ctx->hits[idx] || ctx->told_patterns[idx] ||
		    !marker_is_telling(pattern))
			continue;
		ctx->told_patterns[idx] = TRUE;
		bounce_warning(ctx->compiler, pattern->location,
			       "pattern `%s` of role `%s` is too general: "
			       "it matches %s", pattern->text,
			       bounce_role_name(pattern->role),
			       words_quote(ctx));
	}
}

static void words_check_line(struct words_ctx *ctx)
{
	size_t size = strlen(ctx->text);
	unsigned int i;

	if (size == 0)
		return;
	memset(ctx->hits, 0, sizeof(*ctx->hits) *
	       array_count(&ctx->compiler->model->patterns));
	for (i = 0; i < N_ELEMENTS(ctx->dbs); i++) {
		if (ctx->dbs[i] == NULL ||
		    BOUNCE_DATABASE_PLACE(i) == BOUNCE_PLACE_HEADER)
			continue;
		(void)hs_scan(ctx->dbs[i], ctx->text, size, 0, ctx->scratch,
			      words_hit, ctx);
	}
	words_check_rules(ctx);
	words_check_markers(ctx);
}

/* Patterns see the text without apostrophes. */
static const char *words_fold(const char *line)
{
	string_t *str = t_str_new(strlen(line));

	for (; *line != '\0'; line++) {
		if (*line != '\'')
			str_append_c(str, *line);
	}
	return str_c(str);
}

void bounce_lint_words(struct bounce_compiler *compiler, const char *path)
{
	struct bounce_model *model = compiler->model;
	struct words_ctx ctx = { .compiler = compiler, .path = path };
	struct istream *input;
	const char *line;
	unsigned int i;

	input = i_stream_create_file(path, SIZE_MAX);
	ctx.hits = i_new(bool, array_count(&model->patterns) + 1);
	ctx.told_patterns = i_new(bool, array_count(&model->patterns) + 1);
	ctx.told_rules = i_new(bool, array_count(&model->rule_list) + 1);
	if (!words_load(&ctx)) {
		bounce_error(compiler, NULL, "libhs cannot use its databases");
		i_stream_close(input);
	}
	while ((line = i_stream_read_next_line(input)) != NULL) T_BEGIN {
		ctx.line++;
		ctx.text = words_fold(line);
		words_check_line(&ctx);
	} T_END;
	if (input->stream_errno != 0 && input->stream_errno != EPIPE) {
		bounce_error(compiler, NULL, "read(%s) failed: %s", path,
			     i_stream_get_error(input));
	}
	i_stream_destroy(&input);
	(void)hs_free_scratch(ctx.scratch);
	for (i = 0; i < N_ELEMENTS(ctx.dbs); i++)
		free(ctx.dbs[i]);
	i_free(ctx.hits);
	i_free(ctx.told_patterns);
	i_free(ctx.told_rules);
}
