/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "bounce-rules.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void fuzz_init(void)
{
	static bool initialized = FALSE;

	if (initialized)
		return;
	initialized = TRUE;
	lib_init();
}

const struct bounce_rules *fuzz_rules(void)
{
	static struct bounce_rules *rules = NULL;
	const char *path = getenv("BOUNCECAUSE_FUZZ_RULES"), *error;

	if (rules != NULL)
		return rules;
	fuzz_init();
	if (path == NULL)
		path = FUZZ_RULES_PATH;
	if (bounce_rules_open(path, &rules, &error) < 0) {
		fprintf(stderr, "%s\n", error);
		exit(EXIT_FAILURE);
	}
	return rules;
}
