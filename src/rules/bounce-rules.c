/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The compiled rule file in memory */

#include "lib.h"
#include "eacces-error.h"
#include "bounce-rules-private.h"

#include <fcntl.h>
#include <hs.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* All pages at once instead of one fault for each, as all are checked: this is
   most of the loading time. */
#ifndef MAP_POPULATE
#  define MAP_POPULATE 0
#endif

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

/* Use a mapped database where it is. */
static hs_error_t
rules_add_database(struct bounce_rules *rules, unsigned int place,
		   const struct bounce_rules_section *section)
{
	/* at the start of a database is its header, of less than this size */
	static const size_t header_size = 128;
	/* libhs takes no const, but only reads */
	hs_database_t *db = PTR_OFFSET(rules->map, section->offset);
	hs_error_t ret;
	size_t size;

	if (section->size < header_size)
		return HS_INVALID;
	ret = hs_database_size(db, &size);
	if (ret == HS_SUCCESS && size != section->size)
		ret = HS_INVALID;
	if (ret == HS_SUCCESS)
		ret = hs_alloc_scratch(db, &rules->scratch);
	if (ret == HS_SUCCESS)
		rules->db[place] = db;
	return ret;
}

static int
rules_add_databases(struct bounce_rules *rules, const char **error_r)
{
	const struct bounce_rules_header *header = rules->map;
	hs_error_t ret;
	unsigned int i;

	ret = hs_valid_platform();
	for (i = 0; i < N_ELEMENTS(rules->db) && ret == HS_SUCCESS; i++) {
		const struct bounce_rules_section *section =
			&header->sections[BOUNCE_SECTION_DB_HEADER + i];

		if (section->size > 0)
			ret = rules_add_database(rules, i, section);
	}
	if (ret != HS_SUCCESS) {
		*error_r = hs_error_text(ret);
		return -1;
	}
	return 0;
}

static void rules_find_bare(struct bounce_rules *rules)
{
	uint32_t i, count = rules->counts[BOUNCE_SECTION_RULES];

	rules->bare_rules = i_new(uint32_t, count + 1);
	for (i = 0; i < count; i++) {
		const struct bounce_rule_rec *rule = &rules->rules[i];

		if (rule->match_count == 0 && rule->url_count == 0 &&
		    rule->all_count == 0)
			rules->bare_rules[rules->bare_count++] = i;
	}
}

static int
rules_map(struct bounce_rules *rules, const char **error_r)
{
	struct stat st;
	int fd;

	/* a FIFO must not block the delivery */
	fd = open(rules->path, O_RDONLY | O_NONBLOCK);
	if (fd == -1) {
		if (errno == EACCES)
			*error_r = eacces_error_get("open", rules->path);
		else if (errno == ENOENT)
			*error_r = t_strdup_printf(
				"Rule file %s does not exist; "
				"`bouncecause compile` makes it", rules->path);
		else
			*error_r = t_strdup_printf("open(%s) failed: %m",
						   rules->path);
		return -1;
	}
	if (fstat(fd, &st) < 0) {
		*error_r = t_strdup_printf("fstat(%s) failed: %m", rules->path);
		i_close_fd(&fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		*error_r = t_strdup_printf("Rule file %s is %s", rules->path,
			S_ISREG(st.st_mode) ? "empty; run `bouncecause compile`"
			: "not a regular file");
		i_close_fd(&fd);
		return -1;
	}
	rules->st_dev = st.st_dev;
	rules->st_ino = st.st_ino;
	rules->st_size = st.st_size;
	rules->st_mtime_sec = st.st_mtime;
	rules->st_mtime_nsec = st.st_mtim.tv_nsec;

	rules->map = mmap(NULL, st.st_size, PROT_READ,
			  MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (rules->map == MAP_FAILED) {
		rules->map = NULL;
		*error_r = t_strdup_printf("mmap(%s) failed: %m", rules->path);
		i_close_fd(&fd);
		return -1;
	}
	rules->map_size = st.st_size;
	i_close_fd(&fd);
	return 0;
}

int bounce_rules_open(const char *path, struct bounce_rules **rules_r,
		      const char **error_r)
{
	struct bounce_rules *rules;
	const char *error;

	rules = i_new(struct bounce_rules, 1);
	rules->refcount = 1;
	rules->path = i_strdup(path);

	if (rules_map(rules, error_r) < 0) {
		bounce_rules_unref(&rules);
		return -1;
	}
	if (bounce_rules_check(rules, rules->map, rules->map_size,
			       &error) < 0 ||
	    rules_add_databases(rules, &error) < 0) {
		*error_r = t_strdup_printf("Rule file %s %s", path, error);
		bounce_rules_unref(&rules);
		return -1;
	}
	rules_find_bare(rules);
	*rules_r = rules;
	return 0;
}

bool bounce_rules_is_same_file(const struct bounce_rules *rules,
			       const struct stat *st)
{
	return rules->st_ino == st->st_ino &&
		CMP_DEV_T(rules->st_dev, st->st_dev) &&
		rules->st_size == st->st_size &&
		rules->st_mtime_sec == st->st_mtime &&
		rules->st_mtime_nsec == (unsigned long)st->st_mtim.tv_nsec;
}

void bounce_rules_ref(struct bounce_rules *rules)
{
	i_assert(rules->refcount > 0);
	rules->refcount++;
}

void bounce_rules_unref(struct bounce_rules **_rules)
{
	struct bounce_rules *rules = *_rules;

	if (rules == NULL)
		return;
	*_rules = NULL;
	i_assert(rules->refcount > 0);
	if (--rules->refcount > 0)
		return;

	(void)hs_free_scratch(rules->scratch);
	if (rules->map != NULL && munmap(rules->map, rules->map_size) < 0)
		i_error("munmap(%s) failed: %m", rules->path);
	i_free(rules->bare_rules);
	i_free(rules->path);
	i_free(rules);
}
