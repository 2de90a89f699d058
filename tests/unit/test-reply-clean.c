/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "unichar.h"
#include "reply-clean.h"
#include "unit.h"

static const struct {
	const char *text;
	const char *clean;
} clean_rows[] = {
	{ "", "" },
	{ "  user \t unknown\r\n here ", "user unknown here" },
	/* apostrophes: plain, typographic, mangled, lost */
	{ "I couldn't", "I couldnt" },
	{ "I couldn\xe2\x80\x99t", "I couldnt" },
	{ "I couldn\xe2\x80\x9dt", "I couldnt" },
	{ "I couldn\\'t", "I couldnt" },
	{ "I couldn\\\xe2\x80\x99t", "I couldnt" },
	{ "I couldn?t find", "I couldnt find" },
	{ "I couldn\xef\xbf\xbdt find", "I couldnt find" },
	{ "I couldn\x92t find", "I couldnt find" },
	{ "I couldn\xc3\xa2\xe2\x82\xac\xe2\x84\xa2t", "I couldnt" },
	{ "I couldn\xc3\x94\xc3\x87\xc3\x96t find", "I couldnt find" },
	{ "I couldn\xc3\xa2t find", "I couldnt find" },
	{ "I couldn t find", "I couldnt find" },
	{ "I couldn&#39;t find", "I couldnt find" },
	/* these are none of that */
	{ "an t-online user", "an t-online user" },
	{ "an?that", "an?that" },
	{ "n t", "n t" },
	{ "Sunucu yan\xc4\xb1t vermedi", "Sunucu yan\xc4\xb1t vermedi" },
	/* entities */
	{ "rejected&nbsp;by&nbsp;system", "rejected by system" },
	{ "&lt;bob@example.com&gt;", "<bob@example.com>" },
	{ "<bob@example.com> AT&T", "<bob@example.com> AT&T" },
	{ "a & b &; &x", "a & b &; &x" },
	{ "?a=1&b=2;c", "?a=1&b=2;c" },
	{ "a&#0;b", "a b" },
	/* widths */
	{ "\xef\xbc\x95\xef\xbc\x95\xef\xbc\x90\xe3\x80\x80\xef\xbc\x88ok",
	  "550 (ok" },
	{ "user\xe2\x80\x8b un\xc2\xadknown", "user unknown" },
	/* damage */
	{ "Empf\xc3\x83\xc2\xa4nger", "Empf\xc3\xa4nger" },
	{ "&Atilde;&para;ffnen", "\xc3\xb6" "ffnen" },
	/* letters that were lost */
	{ "Empf?nger", "Empf?nger" },
	{ "Empf??nger ??bervoll", "Empf?nger ?bervoll" },
	{ "Empf\xef\xbf\xbdnger", "Empf?nger" },
	{ "Empf\xe4nger", "Empf?nger" },
	{ "really?? Yes ???a", "really?? Yes ???a" },
	/* broken UTF-8, control characters */
	{ "a\xff\xfe z", "a\xef\xbf\xbd z" },
	{ "a\x01\x02z", "a z" },
};

START_TEST(test_clean)
{
	string_t *dest = t_str_new(64);

	reply_clean(clean_rows[_i].text, dest);
	unit_assert_str("clean form", clean_rows[_i].text, str_c(dest),
			clean_rows[_i].clean);
}
END_TEST

/* Of a long text head and tail are kept, cut between characters. */
START_TEST(test_long)
{
	string_t *text = t_str_new(65536), *dest = t_str_new(65536);

	for (int i = 0; i < _i; i++)
		str_append_c(text, 'a');
	for (int i = 0; i < 10000; i++)
		str_append(text, "\xe9\x80\x80 ");
	str_append(text, "the end");
	reply_clean(str_c(text), dest);
	ck_assert(str_len(dest) <= BOUNCE_LIMIT_REPLY_HEAD_SIZE +
		  BOUNCE_LIMIT_REPLY_TAIL_SIZE + 1);
	ck_assert(uni_utf8_str_is_valid(str_c(dest)));
	ck_assert_ptr_eq(strstr(str_c(dest), "\xef\xbf\xbd"), NULL);
	ck_assert_ptr_ne(strstr(str_c(dest), "the end"), NULL);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "clean", test_clean, N_ELEMENTS(clean_rows) },
		{ "long", test_long, 4 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("reply-clean", tables);
	lib_deinit();
	return ret;
}
