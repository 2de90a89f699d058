#ifndef BOUNCE_PROBLEMS_H
#define BOUNCE_PROBLEMS_H

#include "bounce-compile.h"

/* A YAML file that was read */
struct bounce_source {
	/* as it was opened, for problems */
	const char *path;
	/* the same for every place of the tree, for the compiled file: the
	   directory's own name and the path below it */
	const char *name;
	/* of which call of bounce_compiler_read(); later ones overlay */
	unsigned int layer;
	/* in the order of reading */
	unsigned int idx;
};

/* Problems are collected and told in the order of files and lines. */
struct bounce_problems;

struct bounce_problems *
bounce_problems_init(bounce_problem_callback_t *callback, void *context);
void bounce_problems_deinit(struct bounce_problems **problems);

/* Add a problem. source is NULL where no one file is to blame; line is 0 where
   it is not known. */
void bounce_problem_add(struct bounce_problems *problems,
			enum bounce_problem_level level,
			const struct bounce_source *source, unsigned int line,
			const char *fmt, ...) ATTR_FORMAT(5, 6);
/* How many errors were added since problems were told last */
unsigned int bounce_problems_errors(const struct bounce_problems *problems);
/* Tell what was collected since the last time. Returns the number of errors
   in it. */
unsigned int bounce_problems_flush(struct bounce_problems *problems);

/* "`a`, `b` or `c`", on the data stack */
const char *bounce_problem_list(const char *const *names);
/* "; did you mean `a`?" where a name is near, else "", on the data stack */
const char *bounce_problem_did_you_mean(const char *const *names,
					const char *wanted);

#endif
