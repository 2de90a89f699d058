/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "bounce-advice.h"
#include "unit.h"

static const struct {
	const char *value;
	size_t max_size;
	const char *clean;
} clean_rows[] = {
	{ NULL, 100, "" },
	{ "", 100, "" },
	{ "plain", 100, "plain" },
	{ "plain", 5, "plain" },
	{ "plain", 4, "plai" },
	{ "a b", 2, "a" },
	/* nothing ends a line */
	{ "a\r\nBcc: eve@example.com", 100, "a Bcc: eve@example.com" },
	{ " \t a\v\fb \n", 100, "a b" },
	{ "a\x01\x7fz", 100, "a z" },
	{ "a\xc2\x85z", 100, "a z" },
	{ "a\xe2\x80\xa8z\xe2\x80\xa9", 100, "a z" },
	{ "a\xe3\x80\x80z\xc2\xa0", 100, "a z" },
	/* nothing reorders or hides */
	{ "a\xe2\x80\xae" "fdp.exe", 100, "afdp.exe" },
	{ "a\xe2\x80\x8bz\xef\xbb\xbf", 100, "az" },
	{ "\xf3\xa0\x81\x81z", 100, "z" },
	{ "a\xe1\xa0\x8e\xef\xbf\xb9z\xef\xbf\xbb", 100, "az" },
	{ "a\xe2\x80\x8d\xe2\x80\x8cz\xef\xb8\x8f\xe3\x85\xa4", 100, "az" },
	/* but in Persian */
	{ "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb4", 100,
	  "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb4" },
	/* valid UTF-8, cut between characters */
	{ "a\xffz\xe4\xbd", 100, "a\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xe4\xbd\xa0\xe5\xa5\xbd", 6, "\xe4\xbd\xa0\xe5\xa5\xbd" },
	{ "\xe4\xbd\xa0\xe5\xa5\xbd", 5, "\xe4\xbd\xa0" },
	{ "\xe4\xbd\xa0\xe5\xa5\xbd", 2, "" },
	{ "\xed\xa0\x80", 100, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

START_TEST(test_clean)
{
	pool_t pool = pool_alloconly_create("test", 1024);

	unit_assert_str("clean form", clean_rows[_i].value == NULL ? "NULL" :
			clean_rows[_i].value,
			bounce_value_clean(clean_rows[_i].value,
					   clean_rows[_i].max_size, pool),
			clean_rows[_i].clean);
	pool_unref(&pool);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "clean", test_clean, N_ELEMENTS(clean_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("value-clean", tables);
	lib_deinit();
	return ret;
}
