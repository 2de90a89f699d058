#ifndef TOOL_H
#define TOOL_H

/* What all commands share: how a command is described, exit statuses, and
   words to the user. */

struct tool_option;

enum tool_exit {
	TOOL_EXIT_OK = 0,
	/* some input could not be read, or a check failed */
	TOOL_EXIT_FAILED = 1,
	/* the command line was wrong, or there are no rules to work with */
	TOOL_EXIT_USAGE = 2
};

struct tool_command {
	const char *name;
	/* what follows the name on a command line */
	const char *syntax;
	/* one line for the list of commands */
	const char *summary;
	/* what --help says above the options; whole lines */
	const char *help;
	/* its options, up to the one without a name; NULL for none */
	const struct tool_option *options;
	/* Runs it. args are what is left once the options are taken out,
	   NULL-terminated. Returns an enum tool_exit. */
	int (*run)(const char *const *args);
};

extern const struct tool_command cmd_classify;
extern const struct tool_command cmd_explain;
extern const struct tool_command cmd_page;
extern const struct tool_command cmd_causes;
extern const struct tool_command cmd_survey;
extern const struct tool_command cmd_compile;
extern const struct tool_command cmd_lint;
extern const struct tool_command cmd_test;

/* A line on stderr: "bouncecause: error: ...". Control characters in it are
   shown escaped. */
void tool_error(const char *format, ...) ATTR_FORMAT(1, 2);
/* Writing to stdout has just failed: errno is kept, to be told at the end. What
   is left to the end to be written needs not be looked at. */
void tool_write_failed(void);
/* Write to stdout. Returns FALSE where that has failed, see above. */
bool tool_write(const void *data, size_t size);
/* A second line to an error, without its label: what to do about it. */
void tool_hint(const char *format, ...) ATTR_FORMAT(1, 2);
/* An unknown name: says so, and names the nearest known one or, where none is
   near and all is TRUE, every known one. what is "command", "language" ... */
void tool_error_unknown(const char *what, const char *name,
			const char *const *known, bool all);

#endif
