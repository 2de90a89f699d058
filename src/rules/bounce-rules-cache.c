/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The rule files that this process uses */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "bounce-rules-private.h"

#include <sys/stat.h>

struct rules_cache_entry {
	struct bounce_rules *rules;
	/* what the file was when loading it failed last; zero for none */
	struct stat failed;
	bool has_failed;
};

/* the last used one is the last */
static ARRAY(struct rules_cache_entry) rules_cache = ARRAY_INIT;

static struct rules_cache_entry *rules_cache_find(const char *path)
{
	const struct rules_cache_entry *entry;
	struct rules_cache_entry found;

	if (!array_is_created(&rules_cache))
		return NULL;
	array_foreach(&rules_cache, entry) {
		if (strcmp(entry->rules->path, path) != 0)
			continue;
		found = *entry;
		array_delete(&rules_cache,
			     array_foreach_idx(&rules_cache, entry), 1);
		array_push_back(&rules_cache, &found);
		return array_back_modifiable(&rules_cache);
	}
	return NULL;
}

static void rules_cache_delete(struct rules_cache_entry *entry)
{
	bounce_rules_unref(&entry->rules);
	array_delete(&rules_cache, array_ptr_to_idx(&rules_cache, entry), 1);
}

static void rules_cache_add(struct bounce_rules *rules)
{
	struct rules_cache_entry *entry;

	if (!array_is_created(&rules_cache))
		i_array_init(&rules_cache, BOUNCE_LIMIT_RULE_FILES);
	if (array_count(&rules_cache) == BOUNCE_LIMIT_RULE_FILES)
		rules_cache_delete(array_front_modifiable(&rules_cache));
	entry = array_append_space(&rules_cache);
	entry->rules = rules;
	bounce_rules_ref(rules);
}

/* The same file as when loading it failed: no use to try it again. */
static bool
rules_cache_failed_before(const struct rules_cache_entry *entry,
			  const struct stat *st)
{
	return entry->has_failed &&
		entry->failed.st_ino == st->st_ino &&
		CMP_DEV_T(entry->failed.st_dev, st->st_dev) &&
		entry->failed.st_size == st->st_size &&
		entry->failed.st_mtime == st->st_mtime &&
		entry->failed.st_mtim.tv_nsec == st->st_mtim.tv_nsec;
}

/* The file on disk is not the loaded one. Returns 1 and the new rules, or 0
   where the old ones have to do. */
static int
rules_cache_reload(struct rules_cache_entry *entry, const struct stat *st,
		   struct event *event, struct bounce_rules **rules_r)
{
	const char *error;

	if (rules_cache_failed_before(entry, st))
		return 0;
	if (bounce_rules_open(entry->rules->path, rules_r, &error) == 0)
		return 1;
	entry->has_failed = TRUE;
	entry->failed = *st;
	e_error(event, "%s - the rules that were loaded before "
		"are used further", error);
	return 0;
}

int bounce_rules_get(const char *path, struct event *event,
		     struct bounce_rules **rules_r, const char **error_r)
{
	struct rules_cache_entry *entry;
	struct stat st;

	/* a missing file is a file of zeroes */
	if (stat(path, &st) < 0)
		i_zero(&st);
	entry = rules_cache_find(path);
	if (entry != NULL && bounce_rules_is_overwritten(entry->rules, &st)) {
		rules_cache_delete(entry);
		entry = NULL;
	}
	if (entry == NULL) {
		if (bounce_rules_open(path, rules_r, error_r) < 0)
			return -1;
		rules_cache_add(*rules_r);
		return 0;
	}

	if (bounce_rules_is_same_file(entry->rules, &st)) {
		*rules_r = entry->rules;
		bounce_rules_ref(*rules_r);
	} else if (rules_cache_reload(entry, &st, event, rules_r) == 0) {
		*rules_r = entry->rules;
		bounce_rules_ref(*rules_r);
	} else {
		rules_cache_delete(entry);
		rules_cache_add(*rules_r);
	}
	return 0;
}

void bounce_rules_cache_free(void)
{
	if (!array_is_created(&rules_cache))
		return;
	while (array_count(&rules_cache) > 0)
		rules_cache_delete(array_front_modifiable(&rules_cache));
	array_free(&rules_cache);
}
