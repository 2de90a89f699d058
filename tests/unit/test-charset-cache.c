/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* So many charsets stay loaded, and of more those that were used last; and so many
   are loaded for a message */

#include "lib.h"
#include "charset-utf8.h"
#include "bounce-limits.h"
#include "charset-cache.h"
#include "unit.h"

static unsigned int loaded, loads;

/* These override lib-charset's in this program. */

int charset_to_utf8_begin(const char *charset,
			  normalizer_func_t *normalizer ATTR_UNUSED,
			  struct charset_translation **trans_r)
{
	loads++;
	if (strcmp(charset, "unknown") == 0)
		return -1;
	*trans_r = i_malloc(1);
	loaded++;
	return 0;
}

void charset_to_utf8_end(struct charset_translation **trans)
{
	i_free(*trans);
	loaded--;
}

void charset_to_utf8_reset(struct charset_translation *trans ATTR_UNUSED)
{
}

static void use(unsigned int number)
{
	ck_assert_ptr_nonnull(charset_cache_get(
		t_strdup_printf("charset-%u", number)));
}

START_TEST(test_bound)
{
	unsigned int i;

	for (i = 0; i < BOUNCE_LIMIT_CHARSETS; i++)
		use(i);
	ck_assert_uint_eq(loaded, BOUNCE_LIMIT_CHARSETS);
	for (i = 0; i < BOUNCE_LIMIT_CHARSETS; i++)
		use(i);
	ck_assert_uint_eq(loads, BOUNCE_LIMIT_CHARSETS);

	/* one more takes the place of the one that was not used longest */
	use(0);
	use(BOUNCE_LIMIT_CHARSETS);
	ck_assert_uint_eq(loaded, BOUNCE_LIMIT_CHARSETS);
	ck_assert_uint_eq(loads, BOUNCE_LIMIT_CHARSETS + 1);
	use(0);
	ck_assert_uint_eq(loads, BOUNCE_LIMIT_CHARSETS + 1);
	use(1);
	ck_assert_uint_eq(loads, BOUNCE_LIMIT_CHARSETS + 2);
	ck_assert_uint_eq(loaded, BOUNCE_LIMIT_CHARSETS);
}
END_TEST

/* For one message so many are loaded; those that are there can be used. */
START_TEST(test_loads)
{
	for (unsigned int message = 1; message <= 2; message++) {
		charset_cache_begin_message();
		for (unsigned int i = 0; i < BOUNCE_LIMIT_CHARSET_LOADS; i++)
			use(100 * message + i);
		ck_assert_uint_eq(loads, message * BOUNCE_LIMIT_CHARSET_LOADS);
		ck_assert_ptr_null(charset_cache_get("another"));
		use(100 * message + BOUNCE_LIMIT_CHARSET_LOADS - 1);
		ck_assert_uint_eq(loads, message * BOUNCE_LIMIT_CHARSET_LOADS);
	}
}
END_TEST

/* A label that nobody knows is looked up once, however often it is there. */
START_TEST(test_unknown)
{
	charset_cache_begin_message();
	for (unsigned int i = 0; i <= BOUNCE_LIMIT_CHARSET_LOADS; i++)
		ck_assert_ptr_null(charset_cache_get("unknown"));
	ck_assert_uint_eq(loads, 1);
	/* what takes its place frees nothing */
	for (unsigned int i = 0; i < BOUNCE_LIMIT_CHARSETS; i++)
		use(i);
	ck_assert_uint_eq(loaded, BOUNCE_LIMIT_CHARSETS);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "bound", test_bound, 1 },
		{ "loads", test_loads, 1 },
		{ "unknown", test_unknown, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("charset-cache", tables);
	lib_deinit();
	return ret;
}
