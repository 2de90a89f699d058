/* The command `bouncecause`: finds the subcommand and runs it. */

#include "lib.h"
#include "tool.h"
#include "tool-options.h"
#include "tool-rules.h"
#include "tool-term.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const struct tool_command *const tool_commands[] = {
	&cmd_classify,
	&cmd_explain,
	&cmd_page,
	&cmd_survey,
	&cmd_causes,
	&cmd_compile,
	&cmd_lint,
	&cmd_test
};

/* libdovecot had an error to tell. */
static bool tool_lib_failed = FALSE;
/* why writing to stdout failed first, 0: it has not, or that is not known */
static int tool_write_errno = 0;

static void tool_help(FILE *stream)
{
	unsigned int i;

	fprintf(stream,
		"%susage:%s bouncecause COMMAND [OPTION]... [ARGUMENT]...\n\n"
		"Names the cause of each failed recipient of a bounce.\n\n",
		tool_style(stream, TOOL_STYLE_TITLE),
		tool_style(stream, TOOL_STYLE_OFF));
	for (i = 0; i < N_ELEMENTS(tool_commands); i++) {
		fprintf(stream, "  %-10s%s\n", tool_commands[i]->name,
			tool_commands[i]->summary);
	}
	fprintf(stream,
		"\nbouncecause COMMAND --help says more; --version tells the "
		"version.\n");
}

static const struct tool_command *tool_command_find(const char *name)
{
	static const char *const options[] = { "--help", "--version", NULL };
	const char *names[N_ELEMENTS(tool_commands) + 1];
	unsigned int i;

	for (i = 0; i < N_ELEMENTS(tool_commands); i++) {
		if (strcmp(tool_commands[i]->name, name) == 0)
			return tool_commands[i];
		names[i] = tool_commands[i]->name;
	}
	names[i] = NULL;
	if (*name == '-')
		tool_error_unknown("option", name, options, TRUE);
	else
		tool_error_unknown("command", name, names, TRUE);
	return NULL;
}

static int tool_command_run(const struct tool_command *command, int argc,
			    char *argv[])
{
	const char *const *args;
	int ret;

	ret = tool_options_parse(command, argc, argv, &args);
	if (ret <= 0)
		return ret == 0 ? TOOL_EXIT_OK : TOOL_EXIT_USAGE;
	return command->run(args);
}

static int tool_run(int argc, char *argv[])
{
	const struct tool_command *command;
	const char *name = argc > 1 ? argv[1] : NULL;

	if (name == NULL) {
		tool_help(stderr);
		return TOOL_EXIT_USAGE;
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		printf("bouncecause %s\nrules %s\nproblems to <%s>\n",
		       BOUNCE_VERSION, tool_rules_version(),
		       BOUNCE_ADDRESS);
		return TOOL_EXIT_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    strcmp(name, "help") == 0) {
		if (argc == 2) {
			tool_help(stdout);
			return TOOL_EXIT_OK;
		}
		command = tool_command_find(argv[2]);
		if (command != NULL) {
			tool_options_help(command);
			return TOOL_EXIT_OK;
		}
	} else {
		command = tool_command_find(name);
		if (command != NULL)
			return tool_command_run(command, argc - 1, argv + 1);
	}
	tool_hint("Try: bouncecause --help");
	return TOOL_EXIT_USAGE;
}

void tool_write_failed(void)
{
	if (tool_write_errno == 0)
		tool_write_errno = errno;
}

bool tool_write(const void *data, size_t size)
{
	if (fwrite(data, 1, size, stdout) == size)
		return TRUE;
	tool_write_failed();
	return FALSE;
}

/* What was printed must have arrived; but a reader that went away (a pager)
   is no error to tell. */
static int tool_flush(int status)
{
	if (fflush(stdout) != 0)
		tool_write_failed();
	else if (ferror(stdout) == 0)
		return status;
	errno = tool_write_errno;
	if (errno == 0)
		tool_error("Writing the output failed");
	else if (errno != EPIPE)
		tool_error("Writing the output failed: %m");
	return status == TOOL_EXIT_OK ? TOOL_EXIT_FAILED : status;
}

/* What libdovecot tells, such as that there can be no temporary file: it goes
   on without one. */
static void ATTR_FORMAT(2, 0)
tool_lib_error(const struct failure_context *ctx, const char *format,
	       va_list args)
{
	T_BEGIN {
		tool_error("%s", t_strdup_vprintf(format, args));
	} T_END;
	if (ctx->type != LOG_TYPE_WARNING)
		tool_lib_failed = TRUE;
}

/* What is opened later must not become stdin, stdout or stderr. Writing to an
   stdout that was closed fails, so that the loss is told. */
static void tool_open_std_fds(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == STDERR_FILENO ?
			 O_WRONLY : O_RDONLY) != fd)
			_exit(TOOL_EXIT_FAILED);
	}
}

int main(int argc, char *argv[])
{
	int status;

	/* lib_init() opens files */
	tool_open_std_fds();
	lib_init();
	i_set_error_handler(tool_lib_error);
	/* beyond a limit on files writing fails; what was begun is removed */
	(void)signal(SIGXFSZ, SIG_IGN);
	tool_term_init();
	status = tool_flush(tool_run(argc, argv));
	if (tool_lib_failed && status == TOOL_EXIT_OK)
		status = TOOL_EXIT_FAILED;
	lib_deinit();
	return status;
}
