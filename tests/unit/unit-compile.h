#ifndef UNIT_COMPILE_H
#define UNIT_COMPILE_H

#include "bounce-compile.h"

struct bounce_rules;

/* Rule files of a test: written into directories of a temporary one, compiled,
   and loaded. */
struct unit_compile {
	/* the temporary directory */
	const char *dir;
	/* where the compiled file goes */
	const char *path;
	/* all problems, a line each: "a/x.yaml:3: error: text"; paths are
	   below the temporary directory */
	string_t *problems;
	unsigned int errors;
};

/* A catalogue of two causes, user-unknown and mailbox-full, with English
   texts: what a rule file needs around it. In base/base.yaml and
   base/text.yaml. */
extern const char unit_base_causes[];
extern const char unit_base_texts[];

/* Create the temporary directory, with the base in it. */
void unit_compile_init(struct unit_compile *unit);
/* Remove it. */
void unit_compile_deinit(struct unit_compile *unit);

/* Write a file, with its directory: "a/b/x.yaml" */
void unit_compile_add(struct unit_compile *unit, const char *name,
		      const void *data, size_t size);
void unit_compile_add_str(struct unit_compile *unit, const char *name,
			  const char *text);

/* Read the directories (or files), in this order, and check. Returns the
   compiler. */
struct bounce_compiler *
unit_compile_check(struct unit_compile *unit, const char *const *dirs,
		   bool lint, const char *words);
/* The same, and write the compiled file and load it; the test fails where
   there are errors. */
struct bounce_rules *
unit_compile_load(struct unit_compile *unit, const char *const *dirs);

/* Do the problems hold these lines, which may be pieces of theirs, in this
   order, and nothing else? */
void unit_assert_problems(struct unit_compile *unit, const char *label,
			  const char *const *lines);

#endif
