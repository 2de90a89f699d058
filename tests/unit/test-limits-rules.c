/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The bounds of bounce-limits.h for rules: what is at one of them is taken,
   what is beyond is told, and nothing else happens. (Sizes of files:
   test-rules-yaml.c; seconds: test-hs-child.c) */

#include "lib.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-literals.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"
#include "unit-limits.h"

#include <unistd.h>

static void make_id(string_t *str, unsigned int count)
{
	str_append(str, "rules:\n  - id: a.");
	unit_repeat(str, "x", count - 2);
	str_append(str, "\n    cause: user-unknown\n    match: [foo]\n");
}

static void make_text(string_t *str, unsigned int count)
{
	str_append(str, "source: ");
	unit_repeat(str, "x", count);
	str_append(str, "\nrules:\n  - id: a.one\n    cause: user-unknown\n"
		   "    match: [foo]\n");
}

static void make_pattern(string_t *str, unsigned int count)
{
	str_append(str, "rules:\n  - id: a.one\n    cause: user-unknown\n"
		   "    match: [");
	unit_repeat(str, "x", count);
	str_append(str, "]\n");
}

static void make_list(string_t *str, unsigned int count)
{
	str_append(str, "rules:\n  - id: a.one\n    cause: user-unknown\n"
		   "    match: [");
	for (unsigned int i = 0; i < count; i++)
		str_printfa(str, "foo%u,", i);
	str_append(str, "]\n");
}

/* They have errors of their own. */
static void make_rules(string_t *str, unsigned int count)
{
	str_append(str, "rules:\n");
	unit_repeat(str, "  - id: a.one\n", count);
}

static void make_levels(string_t *str, unsigned int count)
{
	str_append(str, "rules: ");
	unit_repeat(str, "[", count - 1);
	unit_repeat(str, "]", count - 1);
	str_append_c(str, '\n');
}

static void make_bad(string_t *str, unsigned int count)
{
	str_append(str, "rules:\n");
	for (unsigned int i = 0; i < count; i++)
		str_printfa(str, "  - id: a.r%u\n    cuase: user-unknown\n"
			    "    match: [foo%u]\n", i, i);
}

static const struct {
	const char *name;
	void (*make)(string_t *str, unsigned int count);
	unsigned int limit;
	const char *error;
	/* how many are allowed is said */
	bool counted;
	/* there is something else to be told at the limit */
	bool wrong;
} limit_rows[] = {
	{ "id", make_id, BOUNCE_LIMIT_RULE_ID_SIZE,
	  "base/x.yaml:2: error: rule `", TRUE, FALSE },
	{ "text", make_text, BOUNCE_LIMIT_RULE_TEXT_SIZE,
	  "base/x.yaml:1: error: `source` has ", TRUE, FALSE },
	{ "pattern", make_pattern, BOUNCE_LIMIT_PATTERN_SIZE,
	  "base/x.yaml:4: error: rule `a.one`: `match` has ", TRUE, FALSE },
	{ "list", make_list, BOUNCE_LIMIT_RULE_LIST,
	  "base/x.yaml:4: error: rule `a.one`: `match` has ", TRUE, FALSE },
	{ "list at the top", make_rules, BOUNCE_LIMIT_RULE_LIST,
	  "base/x.yaml:2: error: `rules` has ", TRUE, TRUE },
	{ "levels", make_levels, BOUNCE_LIMIT_YAML_DEPTH,
	  "nested too deeply", FALSE, TRUE },
};

static void check(struct unit_compile *unit, const char *text)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_compiler *compiler;

	unit_compile_add_str(unit, "base/x.yaml", text);
	compiler = unit_compile_check(unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
}

START_TEST(test_source)
{
	const char *error = limit_rows[_i].error;
	string_t *str = str_new(default_pool, 65536);
	struct unit_compile unit;

	unit_compile_init(&unit);
	limit_rows[_i].make(str, limit_rows[_i].limit);
	check(&unit, str_c(str));
	ck_assert_msg(limit_rows[_i].wrong ||
		      unit.errors == 0, "%s: %s", limit_rows[_i].name,
		      str_c(unit.problems));
	ck_assert_msg(strstr(str_c(unit.problems), error) == NULL, "%s: %s",
		      limit_rows[_i].name, str_c(unit.problems));

	str_truncate(str, 0);
	limit_rows[_i].make(str, limit_rows[_i].limit + 1);
	check(&unit, str_c(str));
	ck_assert_msg(unit.errors > 0 &&
		      strstr(str_c(unit.problems), error) != NULL, "%s: %s",
		      limit_rows[_i].name, str_c(unit.problems));
	ck_assert_msg(!limit_rows[_i].counted ||
		      strstr(str_c(unit.problems), t_strdup_printf(
				"allowed are %u\n", limit_rows[_i].limit)) !=
		      NULL, "%s: %s", limit_rows[_i].name,
		      str_c(unit.problems));
	unit_compile_deinit(&unit);
	str_free(&str);
}
END_TEST

/* No more problems are told than anybody reads, of a file and of all: at the
   limit, and beyond. */
START_TEST(test_problems)
{
	const unsigned int beyond = _i == 0 ? 0 : 200;
	string_t *str = str_new(default_pool, 65536);
	struct unit_compile unit;
	unsigned int lines = 0;

	unit_compile_init(&unit);
	make_bad(str, BOUNCE_LIMIT_YAML_BAD_NODES + beyond);
	if (beyond > 0)
		unit_compile_add_str(&unit, "base/y.yaml", str_c(str));
	check(&unit, str_c(str));
	for (const char *p = str_c(unit.problems); *p != '\0'; p++) {
		if (*p == '\n')
			lines++;
	}
	/* and how many are not */
	ck_assert_uint_eq(lines, BOUNCE_LIMIT_PROBLEMS + (beyond == 0 ? 0 : 1));
	ck_assert((strstr(str_c(unit.problems),
			  "more problems are not told") != NULL) ==
		  (beyond > 0));
	unit_compile_deinit(&unit);
	str_free(&str);
}
END_TEST

/* Errors are told, however many warnings came first. */
START_TEST(test_warnings_first)
{
	string_t *str = str_new(default_pool, 1024);
	struct unit_compile unit;
	unsigned int errors = 0;

	unit_compile_init(&unit);
	for (unsigned int i = 0; i < BOUNCE_LIMIT_PROBLEMS; i++) T_BEGIN {
		unit_compile_add_str(&unit,
				     t_strdup_printf("base/a%u.yml", i), "");
	} T_END;
	make_bad(str, 3);
	check(&unit, str_c(str));
	for (const char *p = str_c(unit.problems);
	     (p = strstr(p, ": error: ")) != NULL; p++)
		errors++;
	ck_assert_uint_eq(errors, 3);
	ck_assert(strstr(str_c(unit.problems),
			 "3 more problems are not told") != NULL);
	unit_compile_deinit(&unit);
	str_free(&str);
}
END_TEST

static void make_groups(string_t *str, unsigned int count)
{
	unit_repeat(str, "(", count);
	str_append_c(str, 'x');
	unit_repeat(str, ")", count);
}

static void make_literals(string_t *str, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		str_printfa(str, "%sfoo%u", i == 0 ? "" : "|", i);
}

/* Patterns that are taken apart, or not */
static const struct {
	const char *name;
	void (*make)(string_t *str, unsigned int count);
	unsigned int limit;
	/* literals */
	unsigned int max;
} literal_rows[] = {
	{ "groups", make_groups, BOUNCE_LIMIT_PATTERN_DEPTH, 1 },
	{ "literals", make_literals, BOUNCE_LIMIT_LITERALS,
	  BOUNCE_LIMIT_LITERALS },
	{ "literals of a marker", make_literals, BOUNCE_LIMIT_MARKER_LITERALS,
	  BOUNCE_LIMIT_MARKER_LITERALS },
};

START_TEST(test_literals)
{
	string_t *str = str_new(default_pool, 65536);
	unsigned int count;

	literal_rows[_i].make(str, literal_rows[_i].limit);
	ck_assert_ptr_nonnull(bounce_pattern_literals(
		str_c(str), literal_rows[_i].max, &count));
	ck_assert_uint_eq(count, literal_rows[_i].max);
	str_truncate(str, 0);
	literal_rows[_i].make(str, literal_rows[_i].limit + 1);
	ck_assert_ptr_null(bounce_pattern_literals(
		str_c(str), literal_rows[_i].max, &count));
	str_free(&str);
}
END_TEST

/* Directories within directories: at the limit, and one beyond */
START_TEST(test_directories)
{
	static const char *const dirs[] = { "base", "deep", NULL };
	struct bounce_compiler *compiler;
	string_t *path = t_str_new(64);
	struct unit_compile unit;

	unit_compile_init(&unit);
	str_append(path, "deep/");
	unit_repeat(path, "d/", BOUNCE_LIMIT_DIR_DEPTH + _i);
	str_append(path, "x.yaml");
	unit_compile_add_str(&unit, str_c(path), "rules:\n  - id: a.one\n"
			     "    cause: user-unknown\n    match: [foo]\n");
	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
	ck_assert_msg((strstr(str_c(unit.problems), "nested too deeply") !=
		       NULL) == (_i > 0), "%s", str_c(unit.problems));
	ck_assert((unit.errors > 0) == (_i > 0));
	unit_compile_deinit(&unit);
}
END_TEST

/* The file of that number, which is the same for all */
static struct bounce_rules *get_rules(struct unit_compile *unit,
				      unsigned int number)
{
	const char *error, *path = t_strdup_printf("%s-%u", unit->path, number);
	struct event *event = event_create(NULL);
	struct bounce_rules *rules;

	ck_assert(link(unit->path, path) == 0 || errno == EEXIST);
	if (bounce_rules_get(path, event, &rules, &error) < 0)
		ck_abort_msg("%s", error);
	event_unref(&event);
	return rules;
}

/* So many compiled files stay open, and of more those that were used last; all
   can be used. */
START_TEST(test_files)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_rules *rules[BOUNCE_LIMIT_RULE_FILES + 1], *again;
	struct unit_compile unit;
	unsigned int i;

	unit_compile_init(&unit);
	again = unit_compile_load(&unit, dirs);
	bounce_rules_unref(&again);
	for (i = 0; i < BOUNCE_LIMIT_RULE_FILES; i++)
		rules[i] = get_rules(&unit, i);
	for (i = 0; i < BOUNCE_LIMIT_RULE_FILES; i++) {
		again = get_rules(&unit, i);
		ck_assert_ptr_eq(again, rules[i]);
		bounce_rules_unref(&again);
	}

	/* one more takes the place of the one that was not used longest */
	again = get_rules(&unit, 0);
	bounce_rules_unref(&again);
	rules[BOUNCE_LIMIT_RULE_FILES] =
		get_rules(&unit, BOUNCE_LIMIT_RULE_FILES);
	again = get_rules(&unit, 0);
	ck_assert_ptr_eq(again, rules[0]);
	bounce_rules_unref(&again);
	again = get_rules(&unit, 1);
	ck_assert_ptr_ne(again, rules[1]);
	bounce_rules_unref(&again);

	for (i = 0; i < N_ELEMENTS(rules); i++) {
		ck_assert_str_eq(bounce_rules_str(
			rules[i], rules[i]->languages[0].tag), "en");
		bounce_rules_unref(&rules[i]);
	}
	bounce_rules_cache_free();
	unit_compile_deinit(&unit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "source", test_source, N_ELEMENTS(limit_rows) },
		{ "problems", test_problems, 2 },
		{ "warnings first", test_warnings_first, 1 },
		{ "literals", test_literals, N_ELEMENTS(literal_rows) },
		{ "directories", test_directories, 2 },
		{ "compiled files", test_files, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("limits-rules", tables);
	lib_deinit();
	return ret;
}
