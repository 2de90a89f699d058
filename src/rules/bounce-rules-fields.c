/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Which header fields do patterns look at? Those of an ordinary mail are many,
   and only a few of them are worth a closer look. */

#include "lib.h"
#include "array.h"
#include "bounce-pattern.h"
#include "bounce-rules-private.h"

#include <ctype.h>

/* A set of the first characters of names, by hash: most names are told apart by
   these. */
#define FIELD_KEY_SIZE 4
#define FIELD_KEY_BITS 8

struct bounce_rules_fields {
	/* lower case, sorted; the colon is part of whole names. None is the
	   beginning of another. */
	ARRAY(const char *) names;
	pool_t pool;
	uint32_t keys[(1 << FIELD_KEY_BITS) / 32];
	/* there is a pattern for any field */
	bool all;
};

/* The key of a name, which may be cut off behind its first characters; where it
   is shorter, a colon follows. */
static unsigned int field_key(const char *name)
{
	uint32_t key = 0;
	unsigned int i;

	for (i = 0; i < FIELD_KEY_SIZE && name[i] != '\0'; i++)
		key = key << 8 | ((unsigned char)name[i] | 0x20);
	if (i < FIELD_KEY_SIZE)
		key = key << 8 | (':' | 0x20);
	return (key * 2654435761U) >> (32 - FIELD_KEY_BITS);
}

static int field_name_cmp(const char *const *n1, const char *const *n2)
{
	return strcmp(*n1, *n2);
}

static void
fields_add(struct bounce_rules_fields *fields, const char *pattern)
{
	size_t len = bounce_header_pattern_name(pattern);
	const char *name;
	unsigned int key;

	if (len < FIELD_KEY_SIZE) {
		fields->all = TRUE;
		return;
	}
	name = array_is_empty(&fields->names) ? "" :
		*array_back(&fields->names);
	if (strlen(name) == len && strncmp(name, pattern + 1, len) == 0)
		return;
	name = p_strndup(fields->pool, pattern + 1, len);
	array_push_back(&fields->names, &name);
	key = field_key(name);
	fields->keys[key / 32] |= 1U << key % 32;
}

/* Of names that begin alike the shortest is enough. */
static void fields_remove_doubles(struct bounce_rules_fields *fields)
{
	const char **names;
	unsigned int i, count, kept = 0;

	names = array_get_modifiable(&fields->names, &count);
	for (i = 0; i < count; i++) {
		if (kept == 0 || strncmp(names[i], names[kept - 1],
					 strlen(names[kept - 1])) != 0)
			names[kept++] = names[i];
	}
	array_delete(&fields->names, kept, count - kept);
}

void bounce_rules_fields_init(struct bounce_rules *rules)
{
	struct bounce_rules_fields *fields;
	pool_t pool = pool_alloconly_create("bounce rules fields", 2048);
	uint32_t i;

	fields = p_new(pool, struct bounce_rules_fields, 1);
	fields->pool = pool;
	p_array_init(&fields->names, pool, 64);
	for (i = 0; i < rules->counts[BOUNCE_SECTION_PATTERNS]; i++) {
		if (rules->patterns[i].place == BOUNCE_PLACE_HEADER) {
			fields_add(fields, bounce_rules_str(rules,
					rules->patterns[i].pattern));
		}
	}
	array_sort(&fields->names, field_name_cmp);
	fields_remove_doubles(fields);
	rules->fields = fields;
}

void bounce_rules_fields_deinit(struct bounce_rules *rules)
{
	if (rules->fields != NULL)
		pool_unref(&rules->fields->pool);
}

/* 0: the name, and the colon behind it, begins with that. Else as strcmp(). */
static int field_cmp(const char *name, const char *beginning)
{
	unsigned char c;

	for (; *beginning != '\0'; name++, beginning++) {
		c = *name == '\0' ? ':' : i_tolower(*name);
		if (c != (unsigned char)*beginning)
			return c < (unsigned char)*beginning ? -1 : 1;
		/* it ends with the colon */
		if (*name == '\0')
			break;
	}
	return 0;
}

bool bounce_rules_has_field(const struct bounce_rules *rules,
			    const char *name)
{
	const struct bounce_rules_fields *fields = rules->fields;
	const char *const *names;
	unsigned int key = field_key(name), left = 0, right, idx;
	int ret;

	if (fields->all)
		return TRUE;
	if ((fields->keys[key / 32] & (1U << key % 32)) == 0)
		return FALSE;

	names = array_get(&fields->names, &right);
	while (left < right) {
		idx = (left + right) / 2;
		ret = field_cmp(name, names[idx]);
		if (ret == 0)
			return TRUE;
		if (ret > 0)
			left = idx + 1;
		else
			right = idx;
	}
	return FALSE;
}
