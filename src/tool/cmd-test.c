/* bouncecause test: does each rule win on its own examples? */

#include "lib.h"
#include "array.h"
#include "safe-mkstemp.h"
#include "str.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-options.h"
#include "tool-problem.h"
#include "tool-term.h"

#include <stdio.h>
#include <unistd.h>

static struct {
	bool verbose;
} set;

static const struct tool_option test_options[] = {
	{ "verbose", 'v', TOOL_OPTION_SWITCH, &set.verbose, NULL,
	  "show the examples that passed, too" },
	{ .name = NULL }
};

/* The evidence that speaks for the example's own rule, or NULL. */
static const struct bounce_evidence *
test_own_evidence(const struct bounce_rules *rules,
		  const struct bounce_recipient *rcpt, const char *rule_id)
{
	const struct bounce_evidence *evidence;

	array_foreach(&rcpt->evidence, evidence) {
		if (strcmp(bounce_rules_str(rules, evidence->rule->id),
			   rule_id) == 0)
			return evidence;
	}
	return NULL;
}

static void test_print(const struct bounce_example *example,
		       enum tool_style style, const char *word)
{
	printf("%s:%u: %s%s%s %s: %s\n", tool_escape(example->file),
	       example->line, tool_style(stdout, style), word,
	       tool_style(stdout, TOOL_STYLE_OFF),
	       tool_escape(example->rule_id), tool_escape(example->text));
}

static void test_tell(const struct bounce_rules *rules,
		      const struct bounce_example *example,
		      const struct bounce_recipient *rcpt,
		      const struct bounce_evidence *own)
{
	if (rcpt->rule == BOUNCE_NONE)
		printf("    no rule matched");
	else {
		const struct bounce_rule_rec *rule = &rules->rules[rcpt->rule];

		printf("    %s won instead, %s (%s:%u)", rcpt->rule_id,
		       rcpt->cause_id,
		       tool_escape(bounce_rules_str(rules, rule->file)),
		       rule->line);
	}
	if (own == NULL)
		printf("; %s does not match the text", example->rule_id);
	else if (*own->why_not != '\0')
		printf("; %s lost: it %s", example->rule_id, own->why_not);
	printf("\n    the text as rules see it: %s\n",
	       tool_escape(rcpt->normalised));
}

/* An example is right when its rule decides, and also when another rule
   decides for the same cause while its own one holds, too. */
static bool test_example(const struct bounce_rules *rules,
			 const struct bounce_example *example)
{
	const struct bounce_evidence *own = NULL;
	struct bounce_recipient rcpt;
	pool_t pool;
	bool right;

	pool = pool_alloconly_create("example", 4096);
	bounce_classify_text(example->text, rules, 0, pool, &rcpt);
	right = strcmp(rcpt.rule_id, example->rule_id) == 0;
	if (!right) {
		bounce_classify_text(example->text, rules,
				     BOUNCE_CLASSIFY_EVIDENCE, pool, &rcpt);
		own = test_own_evidence(rules, &rcpt, example->rule_id);
		right = own != NULL &&
			strcmp(rcpt.cause_id, example->cause_id) == 0;
	}
	if (!right) {
		test_print(example, TOOL_STYLE_BAD, "wrong:");
		test_tell(rules, example, &rcpt, own);
	} else if (set.verbose) {
		test_print(example, TOOL_STYLE_GOOD, "right:");
	}
	pool_unref(&pool);
	return right;
}

static int test_run(struct bounce_compiler *compiler,
		    const struct bounce_rules *rules)
{
	const struct bounce_example *examples;
	unsigned int i, count, wrong = 0;

	examples = bounce_compiler_examples(compiler, &count);
	for (i = 0; i < count; i++) T_BEGIN {
		if (!test_example(rules, &examples[i]))
			wrong++;
	} T_END;
	printf("%u passed, %u failed\n", count - wrong, wrong);
	return wrong == 0 ? TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

/* Compile to a temporary file and open that. */
static int test_compile(struct bounce_compiler *compiler,
			struct bounce_rules **rules_r)
{
	const char *tmp = getenv("TMPDIR"), *error;
	string_t *prefix = t_str_new(128);
	const char *path;
	int fd, ret;

	str_printfa(prefix, "%s/bouncecause.test.",
		    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	fd = safe_mkstemp(prefix, 0600, (uid_t)-1, (gid_t)-1);
	path = str_c(prefix);
	if (fd < 0) {
		tool_error("safe_mkstemp(%s) failed: %m", path);
		return -1;
	}
	i_close_fd(&fd);
	ret = bounce_compiler_write(compiler, path, &error);
	if (ret == 0)
		ret = bounce_rules_open(path, rules_r, &error);
	if (ret < 0)
		tool_error("%s", error);
	i_unlink(path);
	return ret;
}

static int cmd_test_run(const char *const *args)
{
	struct tool_problems problems = { .tell_warnings = FALSE };
	struct bounce_compiler *compiler;
	struct bounce_rules *rules;
	int ret = TOOL_EXIT_FAILED;

	if (!tool_problems_read(&problems, args, &compiler))
		return TOOL_EXIT_USAGE;
	(void)bounce_compiler_check(compiler, FALSE, NULL);
	if (problems.errors == 0 && test_compile(compiler, &rules) == 0) {
		ret = test_run(compiler, rules);
		bounce_rules_unref(&rules);
	}
	bounce_compiler_deinit(&compiler);
	return ret;
}

const struct tool_command cmd_test = {
	.name = "test",
	.syntax = "[-v] DIRECTORY...",
	.summary = "check that each rule wins on its own examples",
	.help =
"Compiles the directories as compile does, into nothing that stays, and\n"
"classifies the examples of every rule. Tells each one that another rule wins,\n"
"and which. The exit status is 1 when there is one.\n",
	.options = test_options,
	.run = cmd_test_run
};
