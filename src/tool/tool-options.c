/* Options of the commands, by getopt_long(), with words of our own. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "tool.h"
#include "tool-options.h"
#include "tool-term.h"

#include <getopt.h>
#include <stdio.h>

/* What getopt_long() returns for the first option, the next, and so on */
#define OPTION_VALUE 0x100
/* Column of the help at which an option's own begins */
#define OPTION_HELP_COLUMN 33

static const struct tool_option option_help = {
	.name = "help",
	.letter = 'h',
	.type = TOOL_OPTION_SWITCH,
	.help = "say this"
};

static void option_help_print(const struct tool_option *option)
{
	const char *left;
	unsigned int width;

	left = option->letter != '\0' ?
		t_strdup_printf("  -%c, --%s", option->letter, option->name) :
		t_strdup_printf("      --%s", option->name);
	if (option->argument != NULL)
		left = t_strconcat(left, " ", option->argument, NULL);
	width = tool_width(left);
	if (width >= OPTION_HELP_COLUMN) {
		printf("%s\n", left);
		left = "";
		width = 0;
	}
	printf("%s%*s%s\n", left, (int)(OPTION_HELP_COLUMN - width), "",
	       option->help);
}

void tool_options_help(const struct tool_command *command)
{
	const struct tool_option *option;

	printf("%susage:%s bouncecause %s %s\n\n%s\n",
	       tool_style(stdout, TOOL_STYLE_TITLE),
	       tool_style(stdout, TOOL_STYLE_OFF),
	       command->name, command->syntax, command->help);
	T_BEGIN {
		for (option = command->options;
		     option != NULL && option->name != NULL; option++)
			option_help_print(option);
		option_help_print(&option_help);
	} T_END;
	printf("\nExit status: 0 all went well; 1 some input could not be "
	       "read, or a check\nfailed; 2 the command line is wrong, or "
	       "there are no usable rules.\n");
}

static int
option_set_choice(const struct tool_option *option, const char *argument)
{
	const char *const *words = t_strsplit(option->argument, "|");
	unsigned int i, *value = option->value;

	for (i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], argument) == 0) {
			*value = i;
			return 0;
		}
	}
	tool_error_unknown(option->name, argument, words, TRUE);
	return -1;
}

static int option_set(const struct tool_option *option, const char *argument)
{
	switch (option->type) {
	case TOOL_OPTION_SWITCH:
		*(bool *)option->value = TRUE;
		return 0;
	case TOOL_OPTION_STRING:
		*(const char **)option->value = argument;
		return 0;
	case TOOL_OPTION_CHOICE:
		return option_set_choice(option, argument);
	}
	i_unreached();
}

static void
option_error_unknown(const struct tool_command *command, char *argv[])
{
	const struct tool_option *option;
	ARRAY_TYPE(const_string) names;
	const char *name, *given = argv[optind - 1];

	if (optopt != 0 && optopt < OPTION_VALUE &&
	    strncmp(given, "--", 2) != 0) {
		tool_error("Unknown option: -%c", optopt);
		return;
	}
	if (optopt >= OPTION_VALUE) {
		tool_error("Option takes no argument: %s",
			   t_strcut(given, '='));
		return;
	}
	t_array_init(&names, 16);
	for (option = command->options;
	     option != NULL && option->name != NULL; option++) {
		name = t_strconcat("--", option->name, NULL);
		array_push_back(&names, &name);
	}
	name = "--help";
	array_push_back(&names, &name);
	array_append_zero(&names);
	tool_error_unknown("option", t_strcut(given, '='),
			   array_front(&names), FALSE);
}

struct options_getopt {
	ARRAY(const struct tool_option *) options;
	ARRAY(struct option) longs;
	string_t *letters;
};

static void
options_add(struct options_getopt *go, const struct tool_option *option)
{
	struct option *opt;

	opt = array_append_space(&go->longs);
	opt->name = option->name;
	opt->has_arg = option->type == TOOL_OPTION_SWITCH ?
		no_argument : required_argument;
	opt->val = OPTION_VALUE + (int)array_count(&go->options);
	if (option->letter != '\0') {
		str_append_c(go->letters, option->letter);
		if (opt->has_arg != no_argument)
			str_append_c(go->letters, ':');
	}
	array_push_back(&go->options, &option);
}

/* The option that getopt_long() returned: by its index or its letter. */
static const struct tool_option *
options_find(const struct options_getopt *go, int value)
{
	const struct tool_option *option;

	if (value >= OPTION_VALUE)
		return array_idx_elem(&go->options, value - OPTION_VALUE);
	array_foreach_elem(&go->options, option) {
		if (option->letter == value)
			return option;
	}
	i_unreached();
}

static int
options_run(const struct tool_command *command, int argc, char *argv[],
	    const struct options_getopt *go)
{
	const struct tool_option *option;
	int value;

	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, str_c(go->letters),
				    array_front(&go->longs), NULL)) != -1) {
		if (value == '?') {
			option_error_unknown(command, argv);
			return -1;
		}
		if (value == ':') {
			tool_error("Option needs an argument: %s",
				   argv[optind - 1]);
			return -1;
		}
		option = options_find(go, value);
		if (option == &option_help) {
			tool_options_help(command);
			return 0;
		}
		if (option_set(option, optarg) < 0)
			return -1;
	}
	return 1;
}

int tool_options_parse(const struct tool_command *command, int argc,
		       char *argv[], const char *const **args_r)
{
	int ret;

	T_BEGIN {
		const struct tool_option *option = command->options;
		struct options_getopt go;

		t_array_init(&go.options, 16);
		t_array_init(&go.longs, 16);
		go.letters = t_str_new(32);
		/* a missing argument is told as such */
		str_append_c(go.letters, ':');
		for (; option != NULL && option->name != NULL; option++)
			options_add(&go, option);
		options_add(&go, &option_help);
		array_append_zero(&go.longs);
		ret = options_run(command, argc, argv, &go);
	} T_END;
	if (ret < 0)
		tool_hint("Try: bouncecause %s --help", command->name);
	else
		*args_r = (const char *const *)argv + optind;
	return ret;
}
