/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The compiler of rule files: what is read, and the steps of the check */

#include "lib.h"
#include "sort.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

#include <dirent.h>
#include <sys/stat.h>

struct bounce_compiler *
bounce_compiler_init(bounce_problem_callback_t *callback, void *context)
{
	struct bounce_compiler *compiler;
	pool_t pool;

	pool = pool_alloconly_create("bounce compiler", 64*1024);
	compiler = p_new(pool, struct bounce_compiler, 1);
	compiler->pool = pool;
	compiler->problems = bounce_problems_init(callback, context);
	i_array_init(&compiler->files, 128);
	i_array_init(&compiler->examples, 1024);
	hash_table_create_direct(&compiler->locations, default_pool, 1024);
	hash_table_create(&compiler->broken, pool, 0, str_hash, strcmp);
	return compiler;
}

static void model_free(struct bounce_model **_model)
{
	struct bounce_model *model = *_model;
	struct bounce_model_language *language;
	unsigned int i;

	if (model == NULL)
		return;
	*_model = NULL;
	array_foreach_elem(&model->language_list, language) {
		hash_table_destroy(&language->words);
		hash_table_destroy(&language->causes);
		hash_table_destroy(&language->advices);
	}
	hash_table_destroy(&model->causes);
	hash_table_destroy(&model->languages);
	hash_table_destroy(&model->providers);
	hash_table_destroy(&model->rules);
	hash_table_destroy(&model->formats);
	hash_table_destroy(&model->domains);
	for (i = 0; i < N_ELEMENTS(model->databases); i++)
		buffer_free(&model->databases[i]);
}

void bounce_compiler_deinit(struct bounce_compiler **_compiler)
{
	struct bounce_compiler *compiler = *_compiler;
	struct bounce_yaml_file *file;

	*_compiler = NULL;
	model_free(&compiler->model);
	array_foreach_modifiable(&compiler->files, file)
		bounce_yaml_unload(file);
	array_free(&compiler->files);
	array_free(&compiler->examples);
	hash_table_destroy(&compiler->locations);
	hash_table_destroy(&compiler->broken);
	bounce_problems_deinit(&compiler->problems);
	pool_unref(&compiler->pool);
}

void bounce_compiler_set_vocabulary(struct bounce_compiler *compiler,
				    const struct bounce_vocabulary *vocabulary)
{
	compiler->vocabulary = vocabulary;
}

static void
read_file(struct bounce_compiler *compiler, const char *path, const char *name)
{
	struct bounce_source *source;
	struct bounce_yaml_file file;

	source = p_new(compiler->pool, struct bounce_source, 1);
	source->path = p_strdup(compiler->pool, path);
	source->name = p_strdup(compiler->pool, name);
	source->layer = compiler->layer_count;
	source->idx = compiler->source_count++;
	if (bounce_yaml_load(compiler, source, &file))
		array_push_back(&compiler->files, &file);
}

/* Where a problem is that a whole file or directory is */
static struct bounce_location
path_location(struct bounce_compiler *compiler, const char *path)
{
	struct bounce_source *source =
		p_new(compiler->pool, struct bounce_source, 1);
	struct bounce_location location = { .source = source };

	source->path = source->name = p_strdup(compiler->pool, path);
	source->idx = compiler->source_count++;
	return location;
}

static void
path_error(struct bounce_compiler *compiler, const char *path,
	   const char *fmt, ...) ATTR_FORMAT(3, 4);
static void
path_error(struct bounce_compiler *compiler, const char *path,
	   const char *fmt, ...)
{
	struct bounce_location location = path_location(compiler, path);
	va_list args;

	va_start(args, fmt);
	bounce_error(compiler, &location, "%s", t_strdup_vprintf(fmt, args));
	va_end(args);
	compiler->incomplete = TRUE;
}

static bool is_rule_file(const char *name)
{
	const char *suffix = strrchr(name, '.');

	return name[0] != '.' && null_strcmp(suffix, ".yaml") == 0;
}

/* It is YAML, which somebody means to be read. */
static bool is_other_yaml(const char *name)
{
	const char *suffix = strrchr(name, '.');

	return suffix != NULL && (strcasecmp(suffix, ".yml") == 0 ||
				  strcasecmp(suffix, ".yaml") == 0);
}

/* Names of what may be of interest in a directory, sorted */
static bool
list_dir(struct bounce_compiler *compiler, const char *path,
	 ARRAY_TYPE(const_string) *names)
{
	struct dirent *entry;
	DIR *dir;

	dir = opendir(path);
	if (dir == NULL) {
		path_error(compiler, path, "opendir() failed: %m");
		return FALSE;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = t_strdup(entry->d_name);

		if (name[0] != '.')
			array_push_back(names, &name);
	}
	(void)closedir(dir);
	array_sort(names, i_strcmp_p);
	return TRUE;
}

/* A directory, and those that it was come to through */
struct rules_dir {
	const struct rules_dir *parent;
	dev_t dev;
	ino_t ino;
	unsigned int depth;
};

/* A link may lead back. */
static bool
dir_is_inside(const struct rules_dir *dir, const struct stat *st)
{
	for (; dir != NULL; dir = dir->parent) {
		if (dir->dev == st->st_dev && dir->ino == st->st_ino)
			return TRUE;
	}
	return FALSE;
}

static unsigned int
read_dir(struct bounce_compiler *compiler, const char *path, const char *name,
	 const struct stat *dir_st, const struct rules_dir *parent)
{
	const struct rules_dir dir = {
		.parent = parent,
		.dev = dir_st->st_dev,
		.ino = dir_st->st_ino,
		.depth = parent == NULL ? 0 : parent->depth + 1
	};
	ARRAY_TYPE(const_string) names;
	const char *entry;
	unsigned int count = 0;

	if (dir_is_inside(parent, dir_st)) {
		path_error(compiler, path, "is inside itself");
		return 1;
	}
	if (dir.depth > BOUNCE_LIMIT_DIR_DEPTH) {
		path_error(compiler, path, "is nested too deeply");
		return 0;
	}
	t_array_init(&names, 64);
	if (!list_dir(compiler, path, &names))
		return 1;
	array_foreach_elem(&names, entry) T_BEGIN {
		const char *entry_path = t_strdup_printf("%s/%s", path, entry);
		const char *entry_name = t_strdup_printf("%s/%s", name, entry);
		struct stat st;

		if (stat(entry_path, &st) < 0) {
			path_error(compiler, entry_path, "stat() failed: %m");
			count++;
		} else if (S_ISDIR(st.st_mode)) {
			count += read_dir(compiler, entry_path, entry_name,
					  &st, &dir);
		} else if (is_rule_file(entry)) {
			read_file(compiler, entry_path, entry_name);
			count++;
		} else if (is_other_yaml(entry)) {
			struct bounce_location location =
				path_location(compiler, entry_path);

			bounce_warning(compiler, &location, "is not read: "
				       "rule files are named *.yaml");
		}
	} T_END;
	return count;
}

/* The last part of a path, whatever slashes end it */
static const char *path_name(const char *path)
{
	const char *p;
	size_t len = strlen(path);

	while (len > 1 && path[len-1] == '/')
		len--;
	path = t_strndup(path, len);
	p = strrchr(path, '/');
	return p == NULL || p[1] == '\0' ? path : p + 1;
}

unsigned int bounce_compiler_read(struct bounce_compiler *compiler,
				  const char *path)
{
	unsigned int errors;
	struct stat st;

	compiler->layer_count++;
	model_free(&compiler->model);
	T_BEGIN {
		if (stat(path, &st) < 0)
			path_error(compiler, path, "cannot be read: %m");
		else if (!S_ISDIR(st.st_mode))
			read_file(compiler, path, path_name(path));
		else if (read_dir(compiler, path, path_name(path), &st,
				  NULL) == 0)
			path_error(compiler, path, "holds no rule files "
				   "(*.yaml)");
	} T_END;
	errors = bounce_problems_flush(compiler->problems);
	compiler->errors += errors;
	return errors;
}

bool bounce_compiler_has_read(struct bounce_compiler *compiler,
			      const struct stat *st)
{
	const struct bounce_yaml_file *file;
	struct stat source_st;

	array_foreach(&compiler->files, file) {
		if (stat(file->source->path, &source_st) == 0 &&
		    source_st.st_dev == st->st_dev &&
		    source_st.st_ino == st->st_ino)
			return TRUE;
	}
	return FALSE;
}

unsigned int bounce_compiler_check(struct bounce_compiler *compiler,
				   bool lint, const char *words_path)
{
	unsigned int errors;

	/* what is in the model stays until the end: locations go by address */
	model_free(&compiler->model);
	bounce_compile_merge(compiler);
	bounce_compile_causes(compiler);
	bounce_compile_texts(compiler);
	bounce_compile_domains(compiler);
	bounce_compile_rules(compiler);
	bounce_compile_formats(compiler);
	bounce_compile_patterns(compiler);
	bounce_compile_databases(compiler);
	if (lint)
		bounce_lint(compiler, words_path);
	errors = bounce_problems_flush(compiler->problems);
	compiler->errors += errors;
	return errors;
}

const struct bounce_example *
bounce_compiler_examples(struct bounce_compiler *compiler,
			 unsigned int *count_r)
{
	return array_get(&compiler->examples, count_r);
}
