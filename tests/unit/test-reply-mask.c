/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "reply-mask.h"
#include "unit.h"

static const struct {
	const char *text;
	const char *masked;
	const char *urls;
	const char *address;
} mask_rows[] = {
	{ "user unknown", "user unknown", "", NULL },
	/* addresses */
	{ "<bob@example.com>: no", "<addr@>: no", "", "bob@example.com" },
	{ "bob+x=y@mail.example.co.uk.", "addr@.", "",
	  "bob+x=y@mail.example.co.uk" },
	{ "User ***@*** is", "User addr@ is", "", "***@***" },
	{ "\"b.o.b\"@example.com", "addr@", "", "\"b.o.b\"@example.com" },
	{ "bob@[192.0.2.1] no", "addr@ no", "", "bob@[192.0.2.1]" },
	{ "a@b@c", "addr@@c", "", "a@b" },
	{ "@ @x x@", "@ @x x@", "", NULL },
	{ "b\xc3\xb6" "b@ex\xc3\xa4mple.com", "addr@", "",
	  "b\xc3\xb6" "b@ex\xc3\xa4mple.com" },
	/* East Asian words begin and end without blanks */
	{ "\xe7\x94\xa8\xe6\x88\xb7" "bob@example.cn\xe4\xb8\x8d",
	  "\xe7\x94\xa8\xe6\x88\xb7" "addr@\xe4\xb8\x8d", "",
	  "bob@example.cn" },
	/* URLs */
	{ "see https://example.com/a?b=c&d.", "see url",
	  "https://example.com/a?b=c&d.\n", NULL },
	{ "(www.example.com) <http://example.com/>", "(url <url>",
	  "www.example.com)\nhttp://example.com/\n", NULL },
	{ "x=http://u@example.com/ y", "x=url y", "http://u@example.com/\n",
	  NULL },
	{ "http:// www. https", "http:// www. https", "", NULL },
	/* IP addresses */
	{ "[192.0.2.1]:25", "[ip@]:25", "", NULL },
	{ "ip=192.0.2.1,", "ip=ip@,", "", NULL },
	{ "\xe5\x9c\xb0" "192.0.2.1", "\xe5\x9c\xb0" "ip@", "", NULL },
	{ "1.2.3.4.5 v1.2.3.4 1.2.3.4x 1.2.3", "1.2.3.4.5 v1.2.3.4 1.2.3.4x "
	  "1.2.3", "", NULL },
	{ "IP 192.0.2.1.", "IP ip@.", "", NULL },
	{ "[2001:db8::1] said:", "[ip@] said:", "", NULL },
	{ "2001:db8::10: no", "ip@: no", "", NULL },
	{ "[IPv6:2001:db8:0:0:0:0:0:1]", "[ip@]", "", NULL },
	{ "at ::1 or [::ffff:192.0.2.1]", "at ip@ or [ip@]", "", NULL },
	{ "12:34:56 a:b:c f::", "12:34:56 a:b:c ip@", "", NULL },
	/* hosts that speak, at the beginning, or that are spoken to */
	{ "550 spam-3.example.org: no", "550 xxxx-3.xxxxxxx.xxx: no", "",
	  NULL },
	{ "550 5.1.1 [A_1.EXAMPLE.ORG]. no", "550 5.1.1 [x_1.xxxxxxx.xxx]. no",
	  "", NULL },
	{ "to spam.example.org[192.0.2.1]:25", "to xxxx.xxxxxxx.xxx[ip@]:25",
	  "", NULL },
	{ "[spam.example.org. 192.0.2.1: no", "[xxxx.xxxxxxx.xxx. ip@: no", "",
	  NULL },
	{ "to spam.example.org:25", "to xxxx.xxxxxxx.xxx:25", "", NULL },
	/* these are none: other places, nothing else said, no names */
	{ "no, using dnsbl.example.org.", "no, using dnsbl.example.org.", "",
	  NULL },
	{ "550 dnsbl.example.org 127.0.0.2", "550 dnsbl.example.org ip@", "",
	  NULL },
	{ "550 www.example.org: no", "550 url no", "www.example.org:\n", NULL },
	{ "550 dnsbl.example.org", "550 dnsbl.example.org", "", NULL },
	{ "550 RESOLVER.ADR.RecipLimit; no", "550 RESOLVER.ADR.RecipLimit; no",
	  "", NULL },
	{ "550 QUEUE: no", "550 QUEUE: no", "", NULL },
	{ "552 file.7z.tar.2 no", "552 file.7z.tar.2 no", "", NULL },
	{ "550 a..example.org no", "550 a..example.org no", "", NULL },
	{ "550 a=b.example.org no", "550 a=b.example.org no", "", NULL },
};

START_TEST(test_mask)
{
	struct reply_mask mask = {
		.dest = t_str_new(64),
		.urls = t_str_new(64),
	};
	const char *text = mask_rows[_i].text;

	reply_mask_append(&mask, text, strlen(text));
	unit_assert_str("masked form", text, str_c(mask.dest),
			mask_rows[_i].masked);
	unit_assert_str("URLs", text, str_c(mask.urls), mask_rows[_i].urls);
	unit_assert_str("address", text,
			mask.address == NULL ? "(none)" : mask.address,
			mask_rows[_i].address == NULL ? "(none)" :
			mask_rows[_i].address);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "mask", test_mask, N_ELEMENTS(mask_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("reply-mask", tables);
	lib_deinit();
	return ret;
}
