/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Where a match starts. libhs tells that of a pattern that was compiled for it;
   those of the rule file tell the end only, which is faster. */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "bounce-pattern.h"
#include "bounce-rules-private.h"

#include <hs.h>

struct start_pattern {
	uint32_t pattern;
	/* NULL where libhs cannot tell */
	hs_database_t *db;
};

struct bounce_rules_starts {
	/* compiled so far; created with the first one */
	ARRAY(struct start_pattern) patterns;
	/* good for all of them */
	hs_scratch_t *scratch;
};

struct start_search {
	size_t end;
	size_t start;
	bool found;
};

void bounce_rules_starts_init(struct bounce_rules *rules)
{
	rules->starts = i_new(struct bounce_rules_starts, 1);
}

void bounce_rules_starts_deinit(struct bounce_rules *rules)
{
	struct start_pattern *compiled;

	if (rules->starts == NULL)
		return;
	if (array_is_created(&rules->starts->patterns)) {
		array_foreach_modifiable(&rules->starts->patterns, compiled)
			(void)hs_free_database(compiled->db);
		array_free(&rules->starts->patterns);
	}
	(void)hs_free_scratch(rules->starts->scratch);
	i_free(rules->starts);
}

static hs_database_t *
start_compile(const struct bounce_rules *rules, uint32_t pattern)
{
	const struct bounce_pattern_rec *rec = &rules->patterns[pattern];
	const char *source = bounce_rules_str(rules, rec->pattern);
	hs_compile_error_t *error = NULL;
	hs_database_t *db = NULL;

	T_BEGIN {
		(void)hs_compile(bounce_pattern_expression(source, rec->place),
				 bounce_pattern_flags(source, rec->place) |
				 HS_FLAG_SOM_LEFTMOST, HS_MODE_BLOCK, NULL,
				 &db, &error);
	} T_END;
	(void)hs_free_compile_error(error);
	if (db != NULL &&
	    hs_alloc_scratch(db, &rules->starts->scratch) != HS_SUCCESS) {
		(void)hs_free_database(db);
		db = NULL;
	}
	return db;
}

/* The pattern's database; NULL for none, and for those above the limit. */
static hs_database_t *
start_database(const struct bounce_rules *rules, uint32_t pattern)
{
	struct bounce_rules_starts *starts = rules->starts;
	struct start_pattern *compiled;

	if (!array_is_created(&starts->patterns))
		i_array_init(&starts->patterns, 16);
	array_foreach_modifiable(&starts->patterns, compiled) {
		if (compiled->pattern == pattern)
			return compiled->db;
	}
	if (array_count(&starts->patterns) >= BOUNCE_LIMIT_PATTERN_STARTS)
		return NULL;
	compiled = array_append_space(&starts->patterns);
	compiled->pattern = pattern;
	compiled->db = start_compile(rules, pattern);
	return compiled->db;
}

static int
start_found(unsigned int id ATTR_UNUSED, unsigned long long from,
	    unsigned long long to, unsigned int flags ATTR_UNUSED,
	    void *context)
{
	struct start_search *search = context;

	if (to == search->end && (!search->found || from < search->start)) {
		search->start = from;
		search->found = TRUE;
	}
	return 0;
}

bool bounce_pattern_find_start(const struct bounce_rules *rules,
			       uint32_t pattern, const char *text, size_t size,
			       size_t end, size_t *start_r)
{
	struct start_search search = { .end = end };
	hs_database_t *db = start_database(rules, pattern);

	if (db != NULL) {
		(void)hs_scan(db, text, size, 0, rules->starts->scratch,
			      start_found, &search);
	}
	*start_r = search.start;
	return search.found;
}
