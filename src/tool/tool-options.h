#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

struct tool_command;

enum tool_option_type {
	/* takes no argument; value: bool */
	TOOL_OPTION_SWITCH,
	/* value: const char * */
	TOOL_OPTION_STRING,
	/* one of the words in `argument`, "a|b|c"; value: unsigned int, the
	   word's index */
	TOOL_OPTION_CHOICE
};

struct tool_option {
	/* the long name, and one letter or '\0' */
	const char *name;
	char letter;
	enum tool_option_type type;
	/* where it goes; what is there before is the default */
	void *value;
	/* what help calls the argument; for CHOICE the words */
	const char *argument;
	const char *help;
};

/* Take the options of a command out of its arguments (argv[0] is the command's
   name), wherever they stand. Returns 1 and the other arguments,
   NULL-terminated, in args_r; 0 when --help was asked for and has been given;
   -1 when something was wrong and has been told. */
int tool_options_parse(const struct tool_command *command, int argc,
		       char *argv[], const char *const **args_r);
/* Print the help of a command on stdout. */
void tool_options_help(const struct tool_command *command);

#endif
