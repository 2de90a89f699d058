/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "reply-limit.h"
#include "unit.h"

static const struct {
	const char *text;
	bool size;
	/* NULL: no number */
	const char *limit;
} limit_rows[] = {
	{ " 20", FALSE, "20" },
	{ ": 500 recipients", FALSE, "500" },
	{ "10485760", TRUE, "10 MB" },
	{ " 10485760 bytes", FALSE, "10 MB" },
	{ "10,485,760 bytes.", TRUE, "10 MB" },
	{ "35000000", TRUE, "35 MB" },
	{ " of 10240000)", TRUE, NULL },
	{ "(10240000)", TRUE, "9.8 MB" },
	{ "= 25 MB", TRUE, "25 MB" },
	{ " 25M", TRUE, "25 MB" },
	{ " 10240 KB", TRUE, "10 MB" },
	{ " 1.5 GB", TRUE, "1.5 GB" },
	{ " 40000 bytes", TRUE, "40 kB" },
	{ " 500 bytes", TRUE, "500 B" },
	{ " 100", TRUE, "100" },
	{ " 10485760", FALSE, "10485760" },
	{ "", TRUE, NULL },
	{ " the limit", TRUE, NULL },
	{ " 0", TRUE, NULL },
	{ " 12345678901234567890", TRUE, NULL },
	{ " 999999999999999 GB", TRUE, "999999999999999" },
	{ " 2020-01-31", FALSE, NULL },
	{ " 5 minutes", FALSE, NULL },
	{ " 20 messages per hour", FALSE, "20" },
	{ " 10Mo", TRUE, "10 MB" },
};

START_TEST(test_limit)
{
	const char *limit = reply_limit_parse(limit_rows[_i].text,
					      limit_rows[_i].size);

	unit_assert_str("limit", limit_rows[_i].text,
			limit == NULL ? "(none)" : limit,
			limit_rows[_i].limit == NULL ? "(none)" :
			limit_rows[_i].limit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "limit", test_limit, N_ELEMENTS(limit_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("reply-limit", tables);
	lib_deinit();
	return ret;
}
