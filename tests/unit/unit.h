#ifndef UNIT_H
#define UNIT_H

#include "lib.h"

#include <check.h>

/* Tests are tables: one function checks one row, and each row is a test of its
   own, so that a failing one names itself. */
struct unit_table {
	const char *name;
	/* checks row _i */
	const TTest *test;
	int rows;
};

/* Run all tables, terminated by one without a name. Returns the exit status
   for main(). Each row has a process of its own. */
int unit_run(const char *suite, const struct unit_table *tables);

/* got is wanted; if not, the row is named by its input. */
void unit_assert_str(const char *what, const char *input, const char *got,
		     const char *wanted);

#endif
