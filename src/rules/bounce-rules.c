/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The compiled rule file in memory */

#include "lib.h"
#include "eacces-error.h"
#include "bounce-rules-private.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Map the file, which is open, and check it. */
static int
rules_load(struct bounce_rules *rules, int fd, const char **error_r)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		*error_r = t_strdup_printf("cannot be read: fstat(): %m");
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		*error_r = "is not a regular file";
		return -1;
	}
	if ((st.st_mode & S_IWOTH) != 0) {
		/* patterns are a program that libhs runs */
		*error_r = "can be written by everybody; chmod o-w it";
		return -1;
	}
	if (st.st_size == 0) {
		*error_r = "is empty; run `bouncecause compile`";
		return -1;
	}
	rules->st_dev = st.st_dev;
	rules->st_ino = st.st_ino;
	rules->st_size = st.st_size;
	rules->st_mtime_sec = st.st_mtime;
	rules->st_mtime_nsec = st.st_mtim.tv_nsec;

	rules->map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (rules->map == MAP_FAILED) {
		rules->map = NULL;
		*error_r = t_strdup_printf("cannot be read: mmap(): %m");
		return -1;
	}
	rules->map_size = st.st_size;
	if (bounce_rules_check(rules, fd, rules->map, rules->map_size,
			       error_r) < 0 ||
	    bounce_rules_databases_init(rules, error_r) < 0)
		return -1;
	rules_find_bare(rules);
	bounce_rules_starts_init(rules);
	bounce_rules_fields_init(rules);
	bounce_rules_providers_init(rules);
	return 0;
}

const char *bounce_rules_version(const struct bounce_rules *rules)
{
	const struct bounce_rules_header *header = rules->map;

	return t_strdup_printf("%08x", (uint32_t)(header->checksum.sums ^
						  header->checksum.sums >> 32));
}

static int rules_open_file(const char *path, const char **error_r)
{
	/* a FIFO must not block the delivery */
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	if (fd != -1)
		return fd;
	if (errno == EACCES) {
		*error_r = eacces_error_get("open", path);
	} else if (errno == ENOENT) {
		*error_r = t_strdup_printf("Rule file %s does not exist; "
			"`bouncecause compile` makes it", path);
	} else {
		*error_r = t_strdup_printf("open(%s) failed: %m", path);
	}
	return -1;
}

int bounce_rules_open(const char *path, struct bounce_rules **rules_r,
		      const char **error_r)
{
	struct bounce_rules *rules;
	const char *error;
	int fd, ret;

	fd = rules_open_file(path, error_r);
	if (fd == -1)
		return -1;

	rules = i_new(struct bounce_rules, 1);
	rules->refcount = 1;
	rules->path = i_strdup(path);
	ret = rules_load(rules, fd, &error);
	i_close_fd(&fd);
	if (ret < 0) {
		*error_r = t_strdup_printf("Rule file %s %s", path, error);
		bounce_rules_unref(&rules);
		return -1;
	}
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

bool bounce_rules_is_overwritten(const struct bounce_rules *rules,
				 const struct stat *st)
{
	return rules->st_ino == st->st_ino &&
		CMP_DEV_T(rules->st_dev, st->st_dev) &&
		!bounce_rules_is_same_file(rules, st);
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

	bounce_rules_databases_deinit(rules);
	bounce_rules_starts_deinit(rules);
	bounce_rules_fields_deinit(rules);
	bounce_rules_providers_deinit(rules);
	if (rules->map != NULL && munmap(rules->map, rules->map_size) < 0)
		i_error("munmap(%s) failed: %m", rules->path);
	i_free(rules->bare_rules);
	i_free(rules->path);
	i_free(rules);
}
