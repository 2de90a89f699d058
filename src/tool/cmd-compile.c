/* bouncecause compile: rule files to the compiled file. */

#include "lib.h"
#include "path-util.h"
#include "tool.h"
#include "tool-options.h"
#include "tool-problem.h"

#include <sys/stat.h>

static struct {
	const char *output;
} set = {
	.output = "bouncecause.rules"
};

static const struct tool_option compile_options[] = {
	{ "output", 'o', TOOL_OPTION_STRING, &set.output, "FILE",
	  "where to write; default: bouncecause.rules" },
	{ .name = NULL }
};

/* Does it lead nowhere? Then that is told: it has lost its file. */
static bool output_is_dangling(const char *path)
{
	const char *target, *error;
	struct stat st;

	if (stat(path, &st) == 0 || errno != ENOENT ||
	    t_readlink(path, &target, &error) < 0)
		return FALSE;
	tool_error("%s is a link to %s, which does not exist", path, target);
	return TRUE;
}

/* A source, by whatever name, is not what is to be replaced. */
static bool
output_is_source(const char *path, struct bounce_compiler *compiler)
{
	struct stat st;

	if (stat(path, &st) < 0 || !bounce_compiler_has_read(compiler, &st))
		return FALSE;
	tool_error("%s is a rule source: it would be lost", path);
	return TRUE;
}

/* The new file takes the place of what has its name: that of /dev/null, too,
   for whoever may do that. */
static bool output_is_sane(const char *path)
{
	size_t size = strlen(path);
	struct stat st;

	if (size == 0) {
		tool_error("--output names no file");
		return FALSE;
	}
	if (size > 5 && strcasecmp(path + size - 5, ".yaml") == 0) {
		tool_error("%s is the name of a rule source: it would be lost",
			   path);
		return FALSE;
	}
	if (output_is_dangling(path))
		return FALSE;
	if (strcmp(path, "-") != 0 &&
	    ((stat(path, &st) < 0 && lstat(path, &st) < 0) ||
	     S_ISREG(st.st_mode)))
		return TRUE;
	tool_error("%s is no place for compiled rules: expected the name of a "
		   "file", path);
	tool_hint("To see whether rules compile, use: bouncecause lint");
	return FALSE;
}

static int cmd_compile_run(const char *const *args)
{
	struct tool_problems problems = { .tell_warnings = FALSE };
	struct bounce_compiler *compiler;
	const char *error;
	int ret = TOOL_EXIT_OK;

	if (!output_is_sane(set.output) ||
	    !tool_problems_read(&problems, args, &compiler))
		return TOOL_EXIT_USAGE;
	if (output_is_source(set.output, compiler)) {
		bounce_compiler_deinit(&compiler);
		return TOOL_EXIT_USAGE;
	}
	(void)bounce_compiler_check(compiler, FALSE, NULL);
	if (problems.errors > 0) {
		tool_error("%u error%s; %s is left as it was", problems.errors,
			   problems.errors == 1 ? "" : "s", set.output);
		ret = TOOL_EXIT_FAILED;
	} else if (bounce_compiler_write(compiler, set.output, &error) < 0) {
		tool_error("%s", error);
		ret = TOOL_EXIT_FAILED;
	}
	bounce_compiler_deinit(&compiler);
	return ret;
}

const struct tool_command cmd_compile = {
	.name = "compile",
	.syntax = "[-o FILE] DIRECTORY...",
	.summary = "compile rule files into the one that is used",
	.help =
"Compiles all *.yaml of the directories. A later directory overlays the\n"
"earlier ones: what has the same id replaces the fields that it names. The\n"
"new file takes the old one's place at once (a link's target, where there is a\n"
"link), and running processes use it from their next mail on; with an error in\n"
"any rule nothing is written.\n",
	.options = compile_options,
	.run = cmd_compile_run
};
