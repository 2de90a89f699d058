/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "mkdir-parents.h"
#include "unlink-directory.h"
#include "write-full.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char unit_base_causes[] =
"causes:\n"
"  - id: user-unknown\n"
"    row: 1\n"
"    severity: permanent\n"
"    fixer: author\n"
"    retry: never\n"
"  - id: mailbox-full\n"
"    severity: temporary\n"
"    fixer: recipient\n"
"    retry: later\n"
"    retry-after: 1d\n";

const char unit_base_texts[] =
"language: en\n"
"name: English\n"
"causes:\n"
"  - id: user-unknown\n"
"    title: Unknown address\n"
"    reason: There is no {recipient}.\n"
"    advice: Check the address.\n"
"  - id: mailbox-full\n"
"    title: Mailbox full\n"
"    reason: The mailbox of {recipient} is full.\n"
"    advice: Wait.\n";

static const char *const words[] = { "no-recipient", "retry-never", NULL };
static const char *const placeholders[] = { "recipient", "limit", NULL };
static const char *const word_placeholders[] = { "count", NULL };

static const struct bounce_vocabulary vocabulary = {
	.words = words,
	.placeholders = placeholders,
	.word_placeholders = word_placeholders,
};

void unit_compile_init(struct unit_compile *unit)
{
	char path[] = "/tmp/bouncecause-unit-XXXXXX";

	i_zero(unit);
	ck_assert(mkdtemp(path) != NULL);
	unit->dir = t_strdup(path);
	unit->path = t_strconcat(unit->dir, "/compiled.rules", NULL);
	unit->problems = str_new(default_pool, 1024);
	unit_compile_add_str(unit, "base/base.yaml", unit_base_causes);
	unit_compile_add_str(unit, "base/text.yaml", unit_base_texts);
}

void unit_compile_deinit(struct unit_compile *unit)
{
	const char *error;

	if (unlink_directory(unit->dir, UNLINK_DIRECTORY_FLAG_RMDIR,
			     &error) < 0)
		ck_abort_msg("%s", error);
	str_free(&unit->problems);
}

void unit_compile_add(struct unit_compile *unit, const char *name,
		      const void *data, size_t size)
{
	const char *path = t_strconcat(unit->dir, "/", name, NULL);
	const char *dir = t_strdup_until(path, strrchr(path, '/'));
	int fd;

	ck_assert(mkdir_parents(dir, 0700) == 0 || errno == EEXIST);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	ck_assert(fd != -1);
	ck_assert(write_full(fd, data, size) == 0);
	i_close_fd(&fd);
}

void unit_compile_add_str(struct unit_compile *unit, const char *name,
			  const char *text)
{
	unit_compile_add(unit, name, text, strlen(text));
}

static void
unit_problem(enum bounce_problem_level level, const char *file,
	     unsigned int line, const char *text, void *context)
{
	struct unit_compile *unit = context;
	size_t len = strlen(unit->dir);

	if (strncmp(file, unit->dir, len) == 0 && file[len] == '/')
		file += len + 1;
	str_printfa(unit->problems, "%s:%u: %s: %s\n", file, line,
		    level == BOUNCE_PROBLEM_ERROR ? "error" : "warning", text);
}

struct bounce_compiler *
unit_compile_check(struct unit_compile *unit, const char *const *dirs,
		   bool lint, const char *words_name)
{
	struct bounce_compiler *compiler;
	const char *words_path = words_name == NULL ? NULL :
		t_strconcat(unit->dir, "/", words_name, NULL);

	str_truncate(unit->problems, 0);
	unit->errors = 0;
	compiler = bounce_compiler_init(unit_problem, unit);
	bounce_compiler_set_vocabulary(compiler, &vocabulary);
	for (; *dirs != NULL; dirs++) {
		unit->errors += bounce_compiler_read(compiler,
			t_strconcat(unit->dir, "/", *dirs, NULL));
	}
	unit->errors += bounce_compiler_check(compiler, lint, words_path);
	return compiler;
}

struct bounce_rules *
unit_compile_load(struct unit_compile *unit, const char *const *dirs)
{
	struct bounce_compiler *compiler;
	struct bounce_rules *rules;
	const char *error;

	compiler = unit_compile_check(unit, dirs, FALSE, NULL);
	ck_assert_msg(unit->errors == 0, "%s", str_c(unit->problems));
	if (bounce_compiler_write(compiler, unit->path, &error) < 0 ||
	    bounce_rules_open(unit->path, &rules, &error) < 0)
		ck_abort_msg("%s", error);
	bounce_compiler_deinit(&compiler);
	return rules;
}

void unit_assert_problems(struct unit_compile *unit, const char *label,
			  const char *const *lines)
{
	/* the last one is empty */
	const char *const *problems =
		t_strsplit(t_strconcat(str_c(unit->problems), " ", NULL), "\n");

	for (; *lines != NULL; lines++) {
		ck_assert_msg(strstr(*problems, *lines) != NULL,
			      "%s: '%s' is not in '%s' of:\n%s", label, *lines,
			      *problems, str_c(unit->problems));
		problems++;
	}
	ck_assert_msg(problems[1] == NULL, "%s: unwanted '%s' in:\n%s", label,
		      *problems, str_c(unit->problems));
}
