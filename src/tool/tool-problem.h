#ifndef TOOL_PROBLEM_H
#define TOOL_PROBLEM_H

#include "bounce-compile.h"

/* Problems in rule files, told as compilers do: FILE:LINE: error: TEXT */

struct tool_problems {
	/* what to tell of warnings: nothing, or them */
	bool tell_warnings;
	unsigned int errors;
	unsigned int warnings;
};

/* A bounce_problem_callback_t; context is a struct tool_problems. */
void tool_problem(enum bounce_problem_level level, const char *file,
		  unsigned int line, const char *text, void *context);
/* Start a compiler with that callback and read the directories. FALSE where
   there are none, which has been told. */
bool tool_problems_read(struct tool_problems *problems,
			const char *const *dirs,
			struct bounce_compiler **compiler_r);

#endif
