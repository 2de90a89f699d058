/* bouncecause lint: what is wrong, or looks wrong, in rule files. */

#include "lib.h"
#include "tool.h"
#include "tool-options.h"
#include "tool-problem.h"
#include "tool-rules.h"

#include <stdio.h>
#include <unistd.h>

static struct {
	const char *words;
} set;

static const struct tool_option lint_options[] = {
	{ "words", 'w', TOOL_OPTION_STRING, &set.words, "FILE",
	  "sentences that no rule may match; default: ours" },
	{ .name = NULL }
};

/* What --words names, else what was installed; NULL, and told, where that is
   missing: the rules are not to blame. */
static const char *lint_words_path(void)
{
	const char *path;

	if (set.words != NULL)
		return set.words;
	path = tool_rules_words_path();
	if (access(path, R_OK) == 0)
		return path;
	tool_hint("Ordinary prose was not checked: %s: %m; --words FILE names "
		  "other sentences", path);
	return NULL;
}

static int cmd_lint_run(const char *const *args)
{
	struct tool_problems problems = { .tell_warnings = TRUE };
	struct bounce_compiler *compiler;

	if (!tool_problems_read(&problems, args, &compiler))
		return TOOL_EXIT_USAGE;
	(void)bounce_compiler_check(compiler, TRUE, lint_words_path());
	bounce_compiler_deinit(&compiler);
	printf("%u error%s, %u warning%s\n",
	       problems.errors, problems.errors == 1 ? "" : "s",
	       problems.warnings, problems.warnings == 1 ? "" : "s");
	return problems.errors + problems.warnings == 0 ?
		TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

const struct tool_command cmd_lint = {
	.name = "lint",
	.syntax = "[--words FILE] DIRECTORY...",
	.summary = "find what is wrong or suspicious in rule files",
	.help =
"Checks rule files as compile does, and tells what is suspicious, too: rules\n"
"that others always beat, patterns that match ordinary prose, texts that a\n"
"language lacks. Directories overlay each other as for compile. A warning\n"
"counts: the exit status is 0 only when there is nothing to tell. Ordinary\n"
"prose is a file of sentences that comes with the rules; where it is missing,\n"
"one line says that this was not checked.\n",
	.options = lint_options,
	.run = cmd_lint_run
};
