/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Where the match of a pattern starts */

#include "lib.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-pattern.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

/* Where the words begin that a pattern matched */
static const struct {
	const char *text;
	/* NULL: no match ends there */
	const char *words;
} start_rows[] = {
	{ "550 no such user", "no such user" },
	{ "550 there are no rooms and no users", "no rooms and no user" },
	{ "550 user", NULL },
};

START_TEST(test_start)
{
	static const char *const dirs[] = { "base", NULL };
	const char *text = start_rows[_i].text;
	struct unit_compile unit;
	struct bounce_rules *rules;
	size_t start, end = strstr(text, "user") + 4 - text;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml",
			     "rules:\n  - id: a.one\n"
			     "    cause: user-unknown\n"
			     "    match: ['no .{0,20}user']\n");
	rules = unit_compile_load(&unit, dirs);
	if (!bounce_pattern_find_start(rules, 0, text, strlen(text), end,
				       &start)) {
		ck_assert(start_rows[_i].words == NULL);
	} else {
		unit_assert_str("words", text,
				t_strdup_until(text + start, text + end),
				start_rows[_i].words);
	}
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* So many patterns are compiled once more for that, and stay; no more. */
START_TEST(test_limit)
{
	static const char *const dirs[] = { "base", NULL };
	string_t *source = t_str_new(65536);
	struct unit_compile unit;
	struct bounce_rules *rules;
	uint32_t i, found = 0, count = BOUNCE_LIMIT_PATTERN_STARTS + 1;
	size_t start;

	str_append(source, "rules:\n");
	for (i = 0; i < count; i++) {
		str_printfa(source, "  - id: a.r%u\n    cause: user-unknown\n"
			    "    match: ['a+%uz']\n", i, i);
	}
	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml", str_c(source));
	rules = unit_compile_load(&unit, dirs);
	ck_assert_uint_eq(rules->counts[BOUNCE_SECTION_PATTERNS], count);
	for (i = 0; i < 2 * count; i++) T_BEGIN {
		const char *pattern = bounce_rules_str(
			rules, rules->patterns[i % count].pattern);
		const char *text = t_strdup_printf("- aa%s", pattern + 2);
		size_t size = strlen(text);

		if (bounce_pattern_find_start(rules, i % count, text, size,
					      size, &start)) {
			ck_assert_uint_eq(start, 2);
			found++;
		}
	} T_END;
	ck_assert_uint_eq(found, 2 * BOUNCE_LIMIT_PATTERN_STARTS);
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "start", test_start, N_ELEMENTS(start_rows) },
		{ "limit", test_limit, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("pattern-start", tables);
	lib_deinit();
	return ret;
}
