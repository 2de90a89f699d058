/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Which provider does a host or a domain belong to? There are a thousand globs,
   nearly all of them a name or "*.name": these are found by the name. */

#include "lib.h"
#include "array.h"
#include "hash.h"
#include "wildcard-match.h"
#include "bounce-rules-private.h"

struct provider_glob {
	const char *glob;
	uint32_t provider;
};

/* Made when it is first used: most processes see no report for long. */
struct provider_index {
	/* "name", or ".name" for "*.name" => index of the provider + 1 */
	HASH_TABLE(const char *, void *) names;
	/* the others */
	ARRAY(struct provider_glob) globs;
};

struct bounce_rules_providers {
	struct provider_index hosts, domains;
};

static void
index_add(struct provider_index *index, const char *glob, uint32_t provider)
{
	const char *name = glob[0] == '*' && glob[1] == '.' ? glob + 1 : glob;
	struct provider_glob *other;

	if (!wildcard_is_literal(name)) {
		other = array_append_space(&index->globs);
		other->glob = glob;
		other->provider = provider;
	} else if (hash_table_lookup(index->names, name) == NULL) {
		hash_table_insert(index->names, name,
				  POINTER_CAST(provider + 1));
	}
}

static void
index_init(struct provider_index *index, const struct bounce_rules *rules,
	   bool domains)
{
	const struct bounce_list *list;
	uint32_t i, j;

	hash_table_create(&index->names, default_pool, 0, strcase_hash,
			  strcasecmp);
	i_array_init(&index->globs, 16);
	for (i = 0; i < rules->counts[BOUNCE_SECTION_PROVIDERS]; i++) {
		list = domains ? &rules->providers[i].domains :
			&rules->providers[i].hosts;
		for (j = 0; j < list->count; j++) {
			index_add(index, bounce_rules_str(rules,
				rules->lists[list->first + j]), i);
		}
	}
}

static void index_deinit(struct provider_index *index)
{
	if (!array_is_created(&index->globs))
		return;
	hash_table_destroy(&index->names);
	array_free(&index->globs);
}

/* The longest glob wins, the first provider where several are as long. */
static uint32_t
index_find(const struct provider_index *index, const char *value)
{
	const struct provider_glob *other;
	uint32_t result = BOUNCE_NONE;
	size_t longest = 0;
	const char *p;
	void *found;

	p = *value == '\0' ? NULL : value;
	for (; p != NULL && longest == 0; p = strchr(p + 1, '.')) {
		if ((p == value) == (*p == '.'))
			continue;
		found = hash_table_lookup(index->names, p);
		if (found != NULL) {
			result = POINTER_CAST_TO(found, uint32_t) - 1;
			longest = strlen(p) + (p == value ? 0 : 1);
		}
	}
	array_foreach(&index->globs, other) {
		size_t len = strlen(other->glob);

		if ((len > longest ||
		     (len == longest && other->provider < result)) &&
		    wildcard_match_icase(value, other->glob)) {
			result = other->provider;
			longest = len;
		}
	}
	return result;
}

void bounce_rules_providers_init(struct bounce_rules *rules)
{
	rules->provider_names = i_new(struct bounce_rules_providers, 1);
}

void bounce_rules_providers_deinit(struct bounce_rules *rules)
{
	struct bounce_rules_providers *names = rules->provider_names;

	if (names == NULL)
		return;
	index_deinit(&names->hosts);
	index_deinit(&names->domains);
	i_free(rules->provider_names);
}

uint32_t bounce_rules_find_provider_host(const struct bounce_rules *rules,
					 const char *host)
{
	struct provider_index *index = &rules->provider_names->hosts;

	if (!array_is_created(&index->globs))
		index_init(index, rules, FALSE);
	return index_find(index, host);
}

uint32_t bounce_rules_find_provider_domain(const struct bounce_rules *rules,
					   const char *domain)
{
	struct provider_index *index = &rules->provider_names->domains;

	if (!array_is_created(&index->globs))
		index_init(index, rules, TRUE);
	return index_find(index, domain);
}
