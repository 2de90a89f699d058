/* Patterns: collected from the rules, and looked at by libhs */

#include "lib.h"
#include "bounce-compile-private.h"
#include "bounce-literals.h"
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
}

static void
build_error(struct bounce_compiler *compiler,
	    struct bounce_model_pattern *pattern, const char *message)
{
	if (strcmp(message, "Pattern is too large.") == 0) {
		message = "is too large for libhs: make it shorter, or several "
			"of it (long .{0,n} after many alternatives cost most)";
	}
	pattern_error(compiler, pattern, message);
}

/* libhs tells one pattern that it cannot compile; try each by itself, to tell
   all of them. */
static void
build_find_bad(struct bounce_compiler *compiler,
	       struct bounce_model_pattern *const *patterns, unsigned int count)
{
	hs_platform_info_t platform = { .tune = HS_TUNE_FAMILY_GENERIC };
	hs_compile_error_t *error;
	hs_database_t *db;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (hs_compile(patterns[i]->expression, patterns[i]->flags,
			       HS_MODE_BLOCK, &platform, &db,
			       &error) == HS_SUCCESS) {
			(void)hs_free_database(db);
			continue;
		}
		build_error(compiler, patterns[i], t_strdup(error->message));
		(void)hs_free_compile_error(error);
	}
}

/* The database as it is used in place, where its memory is aligned as in the
   compiled file: see bounce-rules-file.h */
static buffer_t *build_image(const hs_database_t *db)
{
	buffer_t *image;
	char *bytes;
	size_t bytes_size, size;
	void *mem;

	if (hs_serialize_database(db, &bytes, &bytes_size) != HS_SUCCESS)
		i_fatal_status(FATAL_OUTOFMEM, "libhs: out of memory");
	if (hs_serialized_database_size(bytes, bytes_size,
					&size) != HS_SUCCESS)
		i_unreached();
	if (posix_memalign(&mem, BOUNCE_RULES_ALIGNMENT, size) != 0)
		i_fatal_status(FATAL_OUTOFMEM, "posix_memalign() failed");
	/* gaps are the same in every file */
	memset(mem, 0, size);
	if (hs_deserialize_database_at(bytes, bytes_size, mem) != HS_SUCCESS)
		i_unreached();
	image = buffer_create_dynamic(default_pool, size);
	buffer_append(image, mem, size);
	free(mem);
	free(bytes);
	return image;
}

struct database_build {
	ARRAY(const char *) expressions;
	ARRAY(unsigned int) flags, ids;
	ARRAY(struct bounce_model_pattern *) patterns;
};

static void
build_add(struct database_build *build, struct bounce_model_pattern *pattern,
	  unsigned int id, const char *expression, unsigned int flags)
{
	array_push_back(&build->expressions, &expression);
	array_push_back(&build->flags, &flags);
	array_push_back(&build->ids, &id);
	array_push_back(&build->patterns, &pattern);
}

/* Several expressions may have the id of their pattern. */
static void
build_add_pattern(struct database_build *build,
		  struct bounce_model_pattern *pattern, unsigned int id)
{
	const char *const *literals = NULL;

	if (pattern->place == BOUNCE_PLACE_REPLY)
		literals = bounce_pattern_literals(pattern->expression);
	if (literals == NULL) {
		build_add(build, pattern, id, pattern->expression,
			  pattern->flags);
		return;
	}
	for (; *literals != NULL; literals++) {
		build_add(build, pattern, id, *literals,
			  bounce_literal_flags(*literals));
	}
}

static buffer_t *
build_database(struct bounce_compiler *compiler, enum bounce_pattern_place place)
{
	/* rule files are packages: any CPU that libhs runs on must do */
	hs_platform_info_t platform = { .tune = HS_TUNE_FAMILY_GENERIC };
	struct database_build build;
	struct bounce_model_pattern *pattern;
	hs_compile_error_t *error;
	hs_database_t *db;
	buffer_t *image;

	t_array_init(&build.expressions, 1024);
	t_array_init(&build.flags, 1024);
	t_array_init(&build.ids, 1024);
	t_array_init(&build.patterns, 1024);
	array_foreach_modifiable(&compiler->model->patterns, pattern) {
		if (pattern->place != place || pattern->bad)
			continue;
		build_add_pattern(&build, pattern,
			array_foreach_idx(&compiler->model->patterns, pattern));
	}
	if (array_is_empty(&build.patterns))
		return NULL;
	if (hs_compile_multi(array_front(&build.expressions),
			     array_front(&build.flags), array_front(&build.ids),
			     array_count(&build.patterns),
			     HS_MODE_BLOCK, &platform, &db,
			     &error) == HS_SUCCESS) {
		image = build_image(db);
		(void)hs_free_database(db);
		return image;
	}
	if (error->expression < 0) {
		bounce_error(compiler, NULL, "libhs cannot compile the "
			     "patterns: %s", error->message);
	} else {
		build_find_bad(compiler, array_front(&build.patterns),
			       array_count(&build.patterns));
	}
	(void)hs_free_compile_error(error);
	return NULL;
}

void bounce_compile_databases(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	unsigned int place;

	for (place = 0; place < N_ELEMENTS(model->databases); place++) T_BEGIN {
		model->databases[place] = build_database(compiler, place);
	} T_END;
}
