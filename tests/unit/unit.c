/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "unit.h"

#include <stdlib.h>

#define UNIT_TIMEOUT_SECS 300

int unit_run(const char *suite_name, const struct unit_table *tables)
{
	Suite *suite = suite_create(suite_name);
	SRunner *runner;
	int failed;

	for (; tables->name != NULL; tables++) {
		TCase *tcase = tcase_create(tables->name);

		/* on a busy machine, too */
		tcase_set_timeout(tcase, UNIT_TIMEOUT_SECS);
		tcase_add_loop_test(tcase, tables->test, 0, tables->rows);
		suite_add_tcase(suite, tcase);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void unit_assert_str(const char *what, const char *input, const char *got,
		     const char *wanted)
{
	ck_assert_msg(strcmp(got, wanted) == 0, "%s of '%s' is '%s', not '%s'",
		      what, input, got, wanted);
}
