/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* libhs has so much CPU time and no more, and whoever wrote the pattern is told
   so. No clock is needed for that: what stands in for libhs here tells what its
   process may take, and dies as one that took more. */

#include "dovecot-compat.h"
#include "buffer.h"
#include "str.h"
#include "bounce-compile.h"
#include "bounce-hs-child.h"
#include "bounce-limits.h"
#include "unit.h"
#include "unit-compile.h"

#include <hs.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

/* What stands in dies by this signal; 0: it tells its bound. */
static int dies_by;
/* It works until it is killed. */
static bool works_on;
/* It says so. */
static const char *complains;

/* Overrides that of libhs in this program. A pattern of the tests that is alone
   is compiled in truth. */
hs_error_t
hs_compile_multi(const char *const *expressions, const unsigned int *flags,
		 const unsigned int *ids, unsigned int elements,
		 unsigned int mode, const hs_platform_info_t *platform,
		 hs_database_t **db_r, hs_compile_error_t **error_r)
{
	static hs_compile_error_t error;
	struct rlimit limit;

	if (elements == 1 && strcmp(expressions[0], "long") != 0) {
		return hs_compile_ext_multi(expressions, flags, ids, NULL,
					    elements, mode, platform, db_r,
					    error_r);
	}
	if (dies_by != 0)
		(void)raise(dies_by);
	while (works_on) ;
	if (getrlimit(RLIMIT_CPU, &limit) < 0)
		abort();
	error.message = complains != NULL ? i_strdup(complains) :
		i_strdup_printf("may take %lu seconds, at most %lu",
				(unsigned long)limit.rlim_cur,
				(unsigned long)limit.rlim_max);
	error.expression = -1;
	*error_r = &error;
	return HS_COMPILER_ERROR;
}

static const char *bound(unsigned int seconds)
{
	unsigned long most = seconds;

	/* A checker takes longer, so that tests/memory/strict.c takes the
	   bound away. */
	if (getenv("BOUNCECAUSE_WRAPPERS") != NULL)
		most = RLIM_INFINITY;
	return t_strdup_printf("may take %lu seconds, at most %lu", most, most);
}

static const char *beyond(unsigned int seconds)
{
	return t_strdup_printf("takes libhs more than %u seconds;", seconds);
}

static const char *compile(const char *expression)
{
	struct bounce_hs_result result;

	bounce_hs_compile(expression, 0, &result);
	ck_assert((result.image == NULL) == (result.error != NULL));
	buffer_free(&result.image);
	return result.error;
}

START_TEST(test_pattern)
{
	ck_assert_ptr_null(compile("short"));
	ck_assert_str_eq(compile("long"), bound(BOUNCE_LIMIT_PATTERN_SECONDS));
}
END_TEST

START_TEST(test_pattern_beyond)
{
	const char *error;

	dies_by = SIGXCPU;
	error = compile("long");
	ck_assert_msg(str_begins_with(error,
				      beyond(BOUNCE_LIMIT_PATTERN_SECONDS)),
		      "%s", error);
}
END_TEST

/* The bound may be that of whoever runs it. The kernel kills what is at it. */
START_TEST(test_pattern_killed)
{
	const struct rlimit limit = { .rlim_cur = 1, .rlim_max = 1 };
	const char *error;

	/* where tests/memory/strict.c takes bounds away */
	if (getenv("BOUNCECAUSE_WRAPPERS") != NULL)
		return;
	ck_assert_int_eq(setrlimit(RLIMIT_CPU, &limit), 0);
	works_on = TRUE;
	error = compile("long");
	ck_assert_msg(str_begins_with(error,
				      "takes libhs more than 1 second;"),
		      "%s", error);
}
END_TEST

/* Who kills what has hardly begun is short of memory. */
START_TEST(test_killed)
{
	dies_by = SIGKILL;
	ck_assert_str_eq(compile("long"),
			 "libhs was killed (out of memory?)");
}
END_TEST

/* Any other death is told as what it is. */
START_TEST(test_died)
{
	dies_by = SIGUSR1;
	ck_assert_str_eq(compile("long"), t_strdup_printf(
		"libhs died of signal %d", SIGUSR1));
}
END_TEST

/* What the compiler says where the patterns of a rule are too much together */
static void assert_database_error(const char *patterns, const char *error)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_compiler *compiler;
	struct unit_compile unit;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml", t_strdup_printf(
		"rules:\n  - id: a.one\n    cause: user-unknown\n"
		"    match: [%s]\n", patterns));
	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
	ck_assert_uint_eq(unit.errors, 1);
	ck_assert_msg(strstr(str_c(unit.problems), t_strconcat(
		"libhs cannot compile the patterns together: ", error,
		NULL)) != NULL, "%s", str_c(unit.problems));
	unit_compile_deinit(&unit);
}

START_TEST(test_database)
{
	assert_database_error("foo, bar", bound(BOUNCE_LIMIT_DATABASE_SECONDS));
}
END_TEST

START_TEST(test_database_beyond)
{
	dies_by = SIGXCPU;
	assert_database_error("foo, bar",
			      beyond(BOUNCE_LIMIT_DATABASE_SECONDS));
}
END_TEST

START_TEST(test_database_killed)
{
	dies_by = SIGKILL;
	assert_database_error("foo, bar", "libhs was killed (out of memory?)");
}
END_TEST

/* Then no pattern is looked for that would be to blame. */
START_TEST(test_database_memory)
{
	complains = "Unable to allocate memory.";
	assert_database_error("foo, long", complains);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "pattern", test_pattern, 1 },
		{ "pattern, beyond", test_pattern_beyond, 1 },
		{ "pattern, killed", test_pattern_killed, 1 },
		{ "killed", test_killed, 1 },
		{ "died", test_died, 1 },
		{ "database", test_database, 1 },
		{ "database, beyond", test_database_beyond, 1 },
		{ "database, killed", test_database_killed, 1 },
		{ "database, memory", test_database_memory, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("hs-child", tables);
	lib_deinit();
	return ret;
}
