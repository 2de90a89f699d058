/* Counting names. */

#include "lib.h"
#include "array.h"
#include "hash.h"
#include "survey-tally.h"

struct survey_tally {
	pool_t pool;
	HASH_TABLE(const char *, struct survey_count *) names;
	ARRAY(struct survey_count *) counts;
};

struct survey_tally *survey_tally_init(void)
{
	pool_t pool = pool_alloconly_create("tally", 4096);
	struct survey_tally *tally = p_new(pool, struct survey_tally, 1);

	tally->pool = pool;
	hash_table_create(&tally->names, default_pool, 0, str_hash, strcmp);
	i_array_init(&tally->counts, 64);
	return tally;
}

void survey_tally_deinit(struct survey_tally **_tally)
{
	struct survey_tally *tally = *_tally;

	*_tally = NULL;
	hash_table_destroy(&tally->names);
	array_free(&tally->counts);
	pool_unref(&tally->pool);
}

void survey_tally_add(struct survey_tally *tally, const char *name,
		      enum bounce_severity severity, time_t when,
		      const char *file)
{
	struct survey_count *count;

	count = hash_table_lookup(tally->names, name);
	if (count == NULL) {
		count = p_new(tally->pool, struct survey_count, 1);
		count->name = p_strdup(tally->pool, name);
		count->file = p_strdup(tally->pool, file);
		hash_table_insert(tally->names, count->name, count);
		array_push_back(&tally->counts, &count);
	}
	count->count++;
	if (severity == BOUNCE_SEVERITY_PERMANENT)
		count->permanent++;
	else if (severity == BOUNCE_SEVERITY_TEMPORARY)
		count->temporary++;
	if (when == 0)
		return;
	if (count->first == 0 || when < count->first)
		count->first = when;
	count->last = I_MAX(count->last, when);
}

unsigned int
survey_tally_get(const struct survey_tally *tally, const char *name)
{
	const struct survey_count *count =
		hash_table_lookup(tally->names, name);

	return count == NULL ? 0 : count->count;
}

static int survey_count_cmp(const struct survey_count *const *a,
			    const struct survey_count *const *b)
{
	if ((*a)->count != (*b)->count)
		return (*a)->count > (*b)->count ? -1 : 1;
	return strcmp((*a)->name, (*b)->name);
}

const struct survey_count *const *
survey_tally_sorted(const struct survey_tally *tally, unsigned int *count_r)
{
	ARRAY(const struct survey_count *) sorted;
	struct survey_count *count;

	t_array_init(&sorted, array_count(&tally->counts) + 1);
	array_foreach_elem(&tally->counts, count)
		*array_append_space(&sorted) = count;
	array_sort(&sorted, survey_count_cmp);
	return array_get(&sorted, count_r);
}
