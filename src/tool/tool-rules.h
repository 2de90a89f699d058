#ifndef TOOL_RULES_H
#define TOOL_RULES_H

struct bounce_rules;

/* Open the compiled rules: the given file, else, when the command runs from
   its build tree, the one that was built with it, else the installed one.
   Returns 0 and a reference, or -1 when that failed and has been told. */
int tool_rules_open(const char *path, struct bounce_rules **rules_r);
/* Version and file of the rules that are used without --rules, or why there are
   none. Data stack. */
const char *tool_rules_version(void);
/* The ordinary sentences that come with the rules, found as these are; nobody
   looked whether it is there. Data stack. */
const char *tool_rules_words_path(void);
/* The index of a language; NULL is the first one (English). Returns 0, or -1
   when it is not known and that has been told. */
int tool_rules_language(const struct bounce_rules *rules, const char *tag,
			uint32_t *language_r);
/* The same check for a language that may also be "auto" or NULL. */
int tool_rules_check_language(const struct bounce_rules *rules,
			      const char *tag);

/* The option --rules, for a command's table */
#define TOOL_OPTION_RULES(var) { \
	.name = "rules", .letter = 'r', .type = TOOL_OPTION_STRING, \
	.value = &(var), .argument = "FILE", \
	.help = "the compiled rules to use" }

#endif
