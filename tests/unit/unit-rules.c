/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "bounce-compile.h"
#include "bounce-rules.h"
#include "unit-rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
unit_problem(enum bounce_problem_level level, const char *file,
	     unsigned int line, const char *text, void *context ATTR_UNUSED)
{
	if (level == BOUNCE_PROBLEM_ERROR)
		fprintf(stderr, "%s:%u: %s\n", file, line, text);
}

static const char *unit_source_directory(void)
{
	const char *dir = getenv("srcdir");

	return dir == NULL ? "." : dir;
}

struct bounce_rules *unit_rules_load(const char *directory)
{
	struct bounce_compiler *compiler;
	struct bounce_rules *rules;
	const char *path, *file, *error = "the rules have errors";

	path = t_strconcat(unit_source_directory(), "/", directory, NULL);
	file = t_strdup_printf("unit-%ld.rules", (long)getpid());
	compiler = bounce_compiler_init(unit_problem, NULL);
	if (bounce_compiler_read(compiler, path) > 0 ||
	    bounce_compiler_check(compiler, FALSE, NULL) > 0 ||
	    bounce_compiler_write(compiler, file, &error) < 0 ||
	    bounce_rules_open(file, &rules, &error) < 0) {
		fprintf(stderr, "%s: %s\n", path, error);
		exit(EXIT_FAILURE);
	}
	bounce_compiler_deinit(&compiler);
	i_unlink(file);
	return rules;
}
