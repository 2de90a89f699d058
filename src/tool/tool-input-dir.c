/* Walking directories and Maildirs. */

#include "lib.h"
#include "array.h"
#include "tool-input-dir.h"

#include <dirent.h>
#include <sys/stat.h>

struct tool_walk {
	tool_walk_file_t *file;
	tool_walk_error_t *error;
	void *context;
};

enum dir_type {
	DIR_PLAIN,
	DIR_MAILDIR,
	/* new or cur of a Maildir */
	DIR_MAILDIR_MESSAGES
};

static void
walk_dir(struct tool_walk *walk, const char *path, enum dir_type type);

static const char *path_join(const char *dir, const char *name)
{
	size_t len = strlen(dir);

	return t_strconcat(dir, len > 0 && dir[len - 1] == '/' ? "" : "/",
			   name, NULL);
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum dir_type dir_type_get(const char *path)
{
	return is_dir(path_join(path, "cur")) &&
		is_dir(path_join(path, "new")) ? DIR_MAILDIR : DIR_PLAIN;
}

static bool name_is_wanted(const char *name, enum dir_type type)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return FALSE;
	if (type == DIR_MAILDIR)
		return strcmp(name, "tmp") != 0;
	return *name != '.';
}

static int
dir_read_names(const char *path, enum dir_type type, pool_t pool,
	       ARRAY_TYPE(const_string) *names)
{
	const struct dirent *entry;
	const char *name;
	int read_errno;
	DIR *dir;

	dir = opendir(path);
	if (dir == NULL)
		return -1;
	while (errno = 0, (entry = readdir(dir)) != NULL) {
		if (!name_is_wanted(entry->d_name, type))
			continue;
		name = p_strdup(pool, entry->d_name);
		array_push_back(names, &name);
	}
	read_errno = errno;
	(void)closedir(dir);
	errno = read_errno;
	return read_errno == 0 ? 0 : -1;
}

static void walk_subdir(struct tool_walk *walk, const char *path,
			const char *name, enum dir_type parent)
{
	if (parent == DIR_MAILDIR && (strcmp(name, "cur") == 0 ||
				      strcmp(name, "new") == 0))
		walk_dir(walk, path, DIR_MAILDIR_MESSAGES);
	else
		walk_dir(walk, path, dir_type_get(path));
}

static void walk_entry(struct tool_walk *walk, const char *path,
		       const char *name, enum dir_type parent)
{
	bool is_link;
	struct stat st;

	if (lstat(path, &st) < 0) {
		if (errno != ENOENT)
			walk->error(path, strerror(errno), walk->context);
		return;
	}
	is_link = S_ISLNK(st.st_mode);
	if (is_link && stat(path, &st) < 0) {
		walk->error(path, strerror(errno), walk->context);
		return;
	}
	if (S_ISDIR(st.st_mode)) {
		if (!is_link)
			walk_subdir(walk, path, name, parent);
	} else if (S_ISREG(st.st_mode) && parent != DIR_MAILDIR) {
		walk->file(path, &st, parent == DIR_MAILDIR_MESSAGES,
			   walk->context);
	}
}

static void
walk_dir(struct tool_walk *walk, const char *path, enum dir_type type)
{
	ARRAY_TYPE(const_string) names;
	const char *name;
	pool_t pool;

	pool = pool_alloconly_create("directory", 4096);
	i_array_init(&names, 128);
	if (dir_read_names(path, type, pool, &names) < 0)
		walk->error(path, strerror(errno), walk->context);
	array_sort(&names, i_strcmp_p);
	array_foreach_elem(&names, name) T_BEGIN {
		walk_entry(walk, path_join(path, name), name, type);
	} T_END;
	array_free(&names);
	pool_unref(&pool);
}

void tool_input_walk(const char *path, tool_walk_file_t *file,
		     tool_walk_error_t *error, void *context)
{
	struct tool_walk walk = {
		.file = file,
		.error = error,
		.context = context
	};

	T_BEGIN {
		walk_dir(&walk, path, dir_type_get(path));
	} T_END;
}
