/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The pattern databases of loaded rules, and scanning with them */

#include "lib.h"
#include "bounce-pattern.h"
#include "bounce-rules-private.h"

#include <hs.h>

/* At the start of a database is libhs's own header, of less than this size. It
   says where the rest begins, which is always at the first aligned byte behind
   it; libhs believes anything. (bounce-hs-child.c sees to it that this is
   so.) */
#define DB_HEADER_SIZE 128
#define DB_HEADER_START_POS 36

struct bounce_rules_databases {
	/* NULL where there is no pattern */
	hs_database_t *db[BOUNCE_DATABASE_COUNT];
	/* libhs has looked at it, and the scratch is large enough for it */
	bool used[BOUNCE_DATABASE_COUNT];
	/* good for every database; not for two scans at the same time */
	hs_scratch_t *scratch;
	/* what libhs found wrong with one of them */
	char *error;
	/* by pattern; NULL until asked for */
	uint32_t *numbers;
};

struct scan_context {
	const struct bounce_rules *rules;
	const char *text;
	size_t size;
	bounce_rules_match_callback_t *callback;
	void *context;
};

/* What libhs's errors mean to whoever has to mend them */
static const char *hs_error_text(hs_error_t ret)
{
	switch (ret) {
	case HS_DB_VERSION_ERROR:
		return "was compiled with another version of libhs; "
			"run `bouncecause compile` again";
	case HS_ARCH_ERROR:
		return "cannot be used: libhs does not run on this CPU";
	case HS_NOMEM:
		return "does not fit into the memory that the process may use";
	default:
		return t_strdup_printf("is damaged: libhs refuses its patterns "
				       "(error %d); "
				       "run `bouncecause compile` again", ret);
	}
}

bool bounce_rules_database_starts(const void *db)
{
	uint32_t start;

	memcpy(&start, CONST_PTR_OFFSET(db, DB_HEADER_START_POS),
	       sizeof(start));
	return start == BOUNCE_RULES_ALIGNMENT;
}

/* Is there a database of this libhs, of the right size? */
static hs_error_t
database_check(hs_database_t *db, const struct bounce_rules_section *section)
{
	hs_error_t ret;
	size_t size;

	if (section->size < DB_HEADER_SIZE)
		return HS_INVALID;
	ret = hs_database_size(db, &size);
	if (ret == HS_SUCCESS &&
	    (size != section->size || !bounce_rules_database_starts(db)))
		ret = HS_INVALID;
	return ret;
}

int bounce_rules_databases_init(struct bounce_rules *rules,
				const char **error_r)
{
	const struct bounce_rules_header *header = rules->map;
	struct bounce_rules_databases *databases;
	hs_error_t ret;
	unsigned int i;

	databases = i_new(struct bounce_rules_databases, 1);
	rules->databases = databases;
	ret = hs_valid_platform();
	for (i = 0; i < N_ELEMENTS(databases->db) && ret == HS_SUCCESS; i++) {
		const struct bounce_rules_section *section =
			&header->sections[BOUNCE_SECTION_DB_HEADER + i];

		if (section->size == 0)
			continue;
		/* libhs takes no const, but only reads */
		databases->db[i] = PTR_OFFSET(rules->map, section->offset);
		ret = database_check(databases->db[i], section);
	}
	if (ret != HS_SUCCESS) {
		*error_r = hs_error_text(ret);
		return -1;
	}
	return 0;
}

void bounce_rules_databases_deinit(struct bounce_rules *rules)
{
	if (rules->databases == NULL)
		return;
	(void)hs_free_scratch(rules->databases->scratch);
	i_free(rules->databases->error);
	i_free(rules->databases->numbers);
	i_free(rules->databases);
}

/* The database, ready to be used, or NULL */
static hs_database_t *
database_get(const struct bounce_rules *rules, unsigned int database)
{
	struct bounce_rules_databases *databases = rules->databases;
	hs_error_t ret;

	if (databases->db[database] == NULL || databases->used[database])
		return databases->db[database];

	/* this checks libhs's checksum, too */
	ret = hs_alloc_scratch(databases->db[database], &databases->scratch);
	if (ret == HS_SUCCESS) {
		databases->used[database] = TRUE;
		return databases->db[database];
	}
	databases->db[database] = NULL;
	if (databases->error == NULL) T_BEGIN {
		databases->error = i_strdup_printf("Rule file %s %s",
						   rules->path,
						   hs_error_text(ret));
	} T_END;
	return NULL;
}

uint32_t *bounce_rules_numbers(const struct bounce_rules *rules)
{
	struct bounce_rules_databases *databases = rules->databases;

	if (databases->numbers == NULL) {
		databases->numbers = i_new(uint32_t,
			I_MAX(rules->counts[BOUNCE_SECTION_PATTERNS], 1));
	}
	return databases->numbers;
}

const char *bounce_rules_error(const struct bounce_rules *rules)
{
	return rules->databases->error;
}

const char *bounce_rules_use(const struct bounce_rules *rules)
{
	unsigned int i;

	for (i = 0; i < BOUNCE_DATABASE_COUNT; i++)
		(void)database_get(rules, i);
	return bounce_rules_error(rules);
}

static int
scan_match(unsigned int id, unsigned long long from ATTR_UNUSED,
	   unsigned long long to, unsigned int flags ATTR_UNUSED,
	   void *context)
{
	struct scan_context *scan = context;
	uint32_t pattern = BOUNCE_EXPRESSION_PATTERN(id);

	/* a database that is not of this file could tell anything */
	if (pattern >= scan->rules->counts[BOUNCE_SECTION_PATTERNS] ||
	    !bounce_expression_holds(id, bounce_rules_str(scan->rules,
				scan->rules->patterns[pattern].pattern),
				     scan->text, scan->size, to))
		return 0;
	return scan->callback(pattern, to, scan->context) ? 0 : 1;
}

static void
scan_database(struct scan_context *scan, unsigned int database,
	      const char *text)
{
	hs_database_t *db = database_get(scan->rules, database);

	if (db != NULL) {
		(void)hs_scan(db, text, scan->size, 0,
			      scan->rules->databases->scratch, scan_match,
			      scan);
	}
}

/* Words are found across line ends. */
static const char *text_without_lines(const char *text, size_t size)
{
	char *dest = t_malloc_no0(size), *p;

	memcpy(dest, text, size);
	for (p = dest; (p = memchr(p, '\n', dest + size - p)) != NULL; )
		*p++ = ' ';
	return dest;
}

void bounce_rules_scan(const struct bounce_rules *rules,
		       enum bounce_pattern_place place,
		       const char *text, size_t size,
		       bounce_rules_match_callback_t *callback, void *context)
{
	struct scan_context scan = {
		.rules = rules,
		.text = text,
		.size = size,
		.callback = callback,
		.context = context,
	};

	/* libhs takes an unsigned int */
	if (size == 0 || size > INT_MAX)
		return;
	scan_database(&scan, BOUNCE_DATABASE(place, FALSE), text);
	/* not in a data stack frame of its own: what the callback adds stays */
	scan_database(&scan, BOUNCE_DATABASE(place, TRUE),
		      place != BOUNCE_PLACE_BODY ? text :
		      text_without_lines(text, size));
}
