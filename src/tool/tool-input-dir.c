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

/* What stays of a message's name in a Maildir: not its flags */
static size_t base_size(const char *name)
{
	return strcspn(name, ":");
}

static const char *
names_find_base(const ARRAY_TYPE(const_string) *names, const char *base)
{
	size_t size = base_size(base);
	const char *name;

	array_foreach_elem(names, name) {
		if (base_size(name) == size && strncmp(name, base, size) == 0)
			return name;
	}
	return NULL;
}

const char *tool_input_moved(const char *path)
{
	ARRAY_TYPE(const_string) names;
	const char *name = strrchr(path, '/'), *dir, *last, *moved;
	pool_t pool;

	if (name == NULL)
		return NULL;
	dir = t_strdup_until(path, name++);
	last = strrchr(dir, '/');
	last = last == NULL ? dir : last + 1;
	if (strcmp(last, "new") != 0 && strcmp(last, "cur") != 0)
		return NULL;
	dir = t_strconcat(t_strdup_until(dir, last), "cur", NULL);
	pool = pool_alloconly_create("moved", 4096);
	p_array_init(&names, pool, 128);
	(void)dir_read_names(dir, DIR_MAILDIR_MESSAGES, pool, &names);
	moved = names_find_base(&names, name);
	if (moved != NULL)
		moved = path_join(dir, moved);
	pool_unref(&pool);
	return moved;
}

static void walk_subdir(struct tool_walk *walk, const char *path,
			const char *name, enum dir_type parent)
{
	/* these are walked by walk_messages() */
	if (parent != DIR_MAILDIR || (strcmp(name, "cur") != 0 &&
				      strcmp(name, "new") != 0))
		walk_dir(walk, path, dir_type_get(path));
}

/* An entry of a directory. A message that was in cur when its names were read
   has been walked there. */
static void
walk_entry(struct tool_walk *walk, const char *path, const char *name,
	   enum dir_type parent, const ARRAY_TYPE(const_string) *in_cur)
{
	const char *moved;
	bool is_link;
	struct stat st;

	if (lstat(path, &st) < 0) {
		const char *error = strerror(errno);

		moved = errno == ENOENT ? tool_input_moved(path) : NULL;
		if (moved != NULL && in_cur != NULL &&
		    names_find_base(in_cur, name) != NULL)
			return;
		if (moved == NULL || lstat(moved, &st) < 0) {
			walk->error(path, error, walk->context);
			return;
		}
		path = moved;
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
walk_names(struct tool_walk *walk, const char *path, enum dir_type type,
	   ARRAY_TYPE(const_string) *names,
	   const ARRAY_TYPE(const_string) *in_cur)
{
	const char *name;

	array_sort(names, i_strcmp_p);
	array_foreach_elem(names, name) T_BEGIN {
		walk_entry(walk, path_join(path, name), name, type, in_cur);
	} T_END;
}

/* The messages of a Maildir. The names of new are read before those of cur: one
   that is moved there between them, or while others are being looked at, is
   found all the same. */
static void walk_messages(struct tool_walk *walk, const char *path)
{
	const char *new_path = path_join(path, "new");
	const char *cur_path = path_join(path, "cur");
	ARRAY_TYPE(const_string) in_new, in_cur;
	pool_t pool;

	pool = pool_alloconly_create("maildir", 4096);
	i_array_init(&in_new, 128);
	i_array_init(&in_cur, 128);
	if (dir_read_names(new_path, DIR_MAILDIR_MESSAGES, pool, &in_new) < 0)
		walk->error(new_path, strerror(errno), walk->context);
	if (dir_read_names(cur_path, DIR_MAILDIR_MESSAGES, pool, &in_cur) < 0)
		walk->error(cur_path, strerror(errno), walk->context);
	walk_names(walk, cur_path, DIR_MAILDIR_MESSAGES, &in_cur, NULL);
	walk_names(walk, new_path, DIR_MAILDIR_MESSAGES, &in_new, &in_cur);
	array_free(&in_cur);
	array_free(&in_new);
	pool_unref(&pool);
}

static void
walk_dir(struct tool_walk *walk, const char *path, enum dir_type type)
{
	ARRAY_TYPE(const_string) names;
	pool_t pool;

	pool = pool_alloconly_create("directory", 4096);
	i_array_init(&names, 128);
	if (dir_read_names(path, type, pool, &names) < 0)
		walk->error(path, strerror(errno), walk->context);
	walk_names(walk, path, type, &names, NULL);
	if (type == DIR_MAILDIR)
		walk_messages(walk, path);
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
