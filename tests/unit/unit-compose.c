/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "unit-compose.h"
#include "unit-rules.h"

struct bounce_rules *unit_compose_rules;
pool_t unit_compose_pool;

int unit_compose_run(const char *suite, const struct unit_table *tables)
{
	int ret;

	unit_compose_rules = unit_rules_load("engine-rules");
	unit_compose_pool = pool_alloconly_create("test", 65536);
	ret = unit_run(suite, tables);
	pool_unref(&unit_compose_pool);
	bounce_rules_unref(&unit_compose_rules);
	return ret;
}

struct bounce_verdict *unit_compose_classify(struct istream *input)
{
	struct bounce_verdict *verdict;
	const char *error;

	i_stream_seek(input, 0);
	ck_assert_int_eq(bounce_classify(input, NULL, unit_compose_rules, NULL,
					 0, NULL, unit_compose_pool, &verdict,
					 &error), 0);
	return verdict;
}

struct bounce_compose unit_compose_of(const struct bounce_report *report)
{
	const struct bounce_compose compose = {
		.rules = unit_compose_rules,
		.report = report,
		.advice = { .support = "", .now = 1769860800 },
	};
	return compose;
}
