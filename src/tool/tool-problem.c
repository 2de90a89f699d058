/* Problems in rule files. */

#include "lib.h"
#include "bounce-advice.h"
#include "tool.h"
#include "tool-problem.h"
#include "tool-term.h"

void tool_problem(enum bounce_problem_level level, const char *file,
		  unsigned int line, const char *text, void *context)
{
	struct tool_problems *problems = context;
	bool error = level == BOUNCE_PROBLEM_ERROR;

	if (error)
		problems->errors++;
	else {
		problems->warnings++;
		if (!problems->tell_warnings)
			return;
	}
	T_BEGIN {
		/* what is about all of them has no file */
		if (*file != '\0') {
			fprintf(stderr, "%s%s:",
				tool_style(stderr, TOOL_STYLE_TITLE),
				tool_escape(file));
			if (line > 0)
				fprintf(stderr, "%u:", line);
			fprintf(stderr, "%s ",
				tool_style(stderr, TOOL_STYLE_OFF));
		}
		fprintf(stderr, "%s%s:%s %s\n",
			tool_style(stderr, error ? TOOL_STYLE_BAD :
				   TOOL_STYLE_WARN),
			error ? "error" : "warning",
			tool_style(stderr, TOOL_STYLE_OFF),
			tool_escape(text));
	} T_END;
}

/* What the engine makes of texts */
static const struct bounce_vocabulary vocabulary = {
	.words = bounce_advice_words,
	.placeholders = bounce_advice_placeholders,
	.word_placeholders = bounce_advice_word_placeholders
};

bool tool_problems_read(struct tool_problems *problems,
			const char *const *dirs,
			struct bounce_compiler **compiler_r)
{
	if (dirs[0] == NULL) {
		tool_error("Name the directories of the rules");
		return FALSE;
	}
	*compiler_r = bounce_compiler_init(tool_problem, problems);
	bounce_compiler_set_vocabulary(*compiler_r, &vocabulary);
	for (; *dirs != NULL; dirs++)
		(void)bounce_compiler_read(*compiler_r, *dirs);
	return TRUE;
}
