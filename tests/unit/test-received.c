/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "received-field.h"
#include "own-hosts.h"
#include "unit.h"

#include <stdlib.h>

/*
 * Received fields
 */

static const struct {
	const char *value;
	/* from [names address] by [address] with, "+auth", "+outside" */
	const char *parsed;
} received_rows[] = {
	/* as mail systems write them */
	{ "from pc.example.com (dsl.example.net [203.0.113.9])"
	  " (using TLSv1.3 with cipher X (256/256 bits))"
	  " (Authenticated sender: li.wei)"
	  " by mail.example.com (Postfix) with ESMTPSA id 4ABC"
	  " for <bob@example.net>; Thu, 1 Jan 2026 00:00:00 +0000",
	  "from pc.example.com dsl.example.net [203.0.113.9]"
	  " by mail.example.com with ESMTPSA +auth" },
	{ "from HELO (unknown [203.0.113.9]) by mx.example.net (Postfix)"
	  " with ESMTP id 4ABC; Thu, 1 Jan 2026 00:00:00 +0000",
	  "from HELO [203.0.113.9] by mx.example.net with ESMTP +outside" },
	{ "by mail.example.com (Postfix, from userid 33) id 4ABC; Thu",
	  "by mail.example.com" },
	{ "from helo.example (ident@host.example [203.0.113.9])"
	  " by mx.example.net (8.17.1/8.17.1) with ESMTPS id x; Thu",
	  "from helo.example host.example [203.0.113.9]"
	  " by mx.example.net with ESMTPS +outside" },
	{ "from helo.example (host.example [203.0.113.9] (may be forged))"
	  " (authenticated bits=0) by mx.example.net (8.17.1/8.17.1)"
	  " with ESMTP id x; Thu",
	  "from helo.example [203.0.113.9]"
	  " by mx.example.net with ESMTP +auth" },
	{ "from host.example ([203.0.113.9] helo=helo.example)"
	  " by mx.example.net with esmtp (Exim 4.96) id x; Thu",
	  "from host.example host.example [203.0.113.9]"
	  " by mx.example.net with esmtp +outside" },
	{ "from [203.0.113.9] (port=4711 helo=helo.example)"
	  " by mx.example.net with esmtpsa (TLS1.3) (Exim 4.96) id x; Thu",
	  "from [203.0.113.9] [203.0.113.9]"
	  " by mx.example.net with esmtpsa +auth" },
	{ "from unknown (HELO helo.example) (203.0.113.9)"
	  " by mx.example.net with SMTP; 1 Jan 2026 00:00:00 -0000",
	  "from unknown [203.0.113.9] by mx.example.net with SMTP +outside" },
	{ "from host.example (HELO helo.example) (ident@203.0.113.9)"
	  " by mx.example.net with SMTP; 1 Jan 2026 00:00:00 -0000",
	  "from host.example host.example [203.0.113.9]"
	  " by mx.example.net with SMTP +outside" },
	/* a name that a certificate has */
	{ "from helo.example (unknown [203.0.113.9])"
	  " (Client CN \"mail.example.com\", Issuer \"x\" (not verified))"
	  " by mx.example.net (Postfix) with ESMTPS id x; Thu",
	  "from helo.example [203.0.113.9] by mx.example.net"
	  " with ESMTPS +outside" },
	{ "(qmail 123 invoked by uid 89); 1 Jan 2026 00:00:00 -0000", "" },
	{ "from helo.example (10.1.2.3) by exch.example.com (10.1.2.4) with"
	  " Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20; Thu",
	  "from helo.example [10.1.2.3] by exch.example.com [10.1.2.4]"
	  " with Microsoft" },
	{ "from helo.example (host.example. [2001:db8::9])"
	  " by mx.google.example with ESMTPS id x for <bob@example.net>; Thu",
	  "from helo.example host.example. [2001:db8::9]"
	  " by mx.google.example with ESMTPS +outside" },
	{ "from helo.example ([IPv6:2001:db8::9]) by mx.example.net"
	  " with LMTP id x; Thu",
	  "from helo.example [2001:db8::9] by mx.example.net with LMTP" },
	{ "from helo.example ([::ffff:203.0.113.9]) by mx.example.net"
	  " with ESMTP; Thu",
	  "from helo.example [::ffff:203.0.113.9] by mx.example.net"
	  " with ESMTP +outside" },
	{ "from mail.example.com ([203.0.113.9]:587) by mx.example.net"
	  " with ESMTP; Thu",
	  "from mail.example.com [203.0.113.9] by mx.example.net"
	  " with ESMTP +outside" },
	{ "FROM pc.example.com BY [192.0.2.1] VIA tcp WITH esmtp ID 1; Thu",
	  "from pc.example.com by [192.0.2.1] [192.0.2.1] with esmtp" },
	{ "from [192.168.1.2] by mail.example.com with ESMTP; Thu",
	  "from [192.168.1.2] [192.168.1.2] by mail.example.com with ESMTP" },
	/* words that are values, and second clauses */
	{ "from with by by with id; Thu", "from with by by with id" },
	{ "from a by b with c from d by e with f; x", "from a by b with c" },
	{ "from\r\n\ta.example\r\n\tby b.example; x",
	  "from a.example by b.example" },
	/* numbers that are no addresses */
	{ "from a (8.14.4) by b (8.14.4/8.14.4) with SMTP; x",
	  "from a 8.14.4 by b with SMTP" },
	{ "from a (1.2.3.4.5 300.1.1.1) by 17.1 with SMTP; x",
	  "from a 1.2.3.4.5 300.1.1.1 by 17.1 with SMTP" },
	/* hostile */
	{ "", "" },
	{ ";", "" },
	{ "from", "" },
	{ "from ;", "" },
	{ "from (", "" },
	{ "from a (b.example", "from a" },
	{ "from a ((((((b.example [192.0.2.1]", "from a" },
	{ "from a () by b (\\) with c", "from a by b" },
	{ "from a ([) by b ([]) with c", "from a by b with c" },
	{ "from a ([192.0.2.1) by b", "from a [192.0.2.1] by b" },
	{ "from \"a b\" by <b> with \xff\xfe; x",
	  "from \"a by <b> with \xff\xfe" },
	{ "from a (helo=) by b with c", "from a by b with c" },
	{ "from a (HELO helo=b.example) by c", "from a by c" },
	{ "from a.example (helo=[192.0.2.1] [192.0.2.2]) by c",
	  "from a.example a.example [192.0.2.2] by c" },
	{ "from a (@ x@ @[192.0.2.1]) by b", "from a [192.0.2.1] by b" },
};

static void parsed_append(string_t *str, const char *word, const char *value)
{
	if (*value != '\0') {
		str_printfa(str, "%s%s %s", str_len(str) > 0 ? " " : "", word,
			    value);
	}
}

static void parsed_append_ip(string_t *str, const struct ip_addr *ip)
{
	if (ip->family != 0)
		str_printfa(str, " [%s]", net_ip2addr(ip));
}

START_TEST(test_received)
{
	struct received_field field;
	string_t *str = t_str_new(128);

	received_field_parse(received_rows[_i].value, &field);
	parsed_append(str, "from", field.from);
	for (; *field.from_names != NULL; field.from_names++)
		str_printfa(str, " %s", *field.from_names);
	parsed_append_ip(str, &field.from_ip);
	parsed_append(str, "by", field.by);
	parsed_append_ip(str, &field.by_ip);
	parsed_append(str, "with", field.with);
	if (field.authenticated)
		str_append(str, " +auth");
	if (received_field_is_outside(&field))
		str_append(str, " +outside");
	unit_assert_str("parts", received_rows[_i].value, str_c(str),
			received_rows[_i].parsed);
}
END_TEST

/* Long fields cost as much as they are long, and no field runs away. */
static const char *const long_rows[] = {
	"(", ")", "[", "(()", "from ", "a@", "(helo=a.example ", "a.", "1.", ";"
};

START_TEST(test_received_long)
{
	struct received_field field;
	string_t *str = str_new(default_pool, 1024 * 1024);

	str_append(str, "from a (");
	while (str_len(str) < 1000 * 1000)
		str_append(str, long_rows[_i]);
	received_field_parse(str_c(str), &field);
	unit_assert_str("from", long_rows[_i], field.from, "a");
	str_free(&str);
}
END_TEST

/*
 * The list
 */

/* What the list is asked, and whether it is in it */
static const struct {
	const char *list;
	const char *host;
	bool own;
} host_rows[] = {
	{ "mail.example.com", "mail.example.com", TRUE },
	{ "mail.example.com", "MAIL.Example.COM.", TRUE },
	{ "MAIL.example.com.", "mail.example.com", TRUE },
	{ "mail.example.com", "mail.example.com.evil.example", FALSE },
	{ "mail.example.com", "xmail.example.com", FALSE },
	{ "mail.example.com", "", FALSE },
	{ "*.example.com", "a.b.example.com", TRUE },
	{ "*.example.com", "example.com", FALSE },
	{ "*.example.com", "evilexample.com", FALSE },
	{ "out*.example.com", "out17.example.com", TRUE },
	{ "mailhub", "mailhub", TRUE },
	{ "x, y mail.example.com", "mail.example.com", TRUE },
	{ "192.0.2.1", "192.0.2.1", TRUE },
	{ "192.0.2.1", "192.0.2.10", FALSE },
	{ "192.0.2.0/24", "192.0.2.255", TRUE },
	{ "192.0.2.0/24", "192.0.3.0", FALSE },
	{ "192.0.2.1", "::ffff:192.0.2.1", TRUE },
	{ "2001:db8::/32", "2001:db8:1::1", TRUE },
	{ "2001:db8::/32", "2001:db9::1", FALSE },
	{ "0.0.0.0/0", "2001:db8::1", FALSE },
	{ "[::]/0", "2001:db8::1", TRUE },
	{ "[::]/0", "192.0.2.1", FALSE },
};

START_TEST(test_host)
{
	pool_t pool = pool_alloconly_create("own hosts", 512);
	struct own_hosts *hosts;
	struct ip_addr ip;
	const char *wrong;
	bool own;

	hosts = own_hosts_create(pool, (const char *const *)
		t_strsplit_spaces(host_rows[_i].list, ", "), &wrong);
	own = net_addr2ip(host_rows[_i].host, &ip) == 0 ?
		own_hosts_has_ip(hosts, &ip) :
		own_hosts_has_name(hosts, host_rows[_i].host);
	unit_assert_str(host_rows[_i].list, host_rows[_i].host,
			own ? "own" : "not", host_rows[_i].own ? "own" : "not");
	unit_assert_str("wrong entries", host_rows[_i].list,
			wrong == NULL ? "" : wrong, "");
	pool_unref(&pool);
}
END_TEST

static const struct {
	const char *list;
	const char *wrong;
	bool empty;
} wrong_rows[] = {
	{ "", "", TRUE },
	{ "mail.example.com", "", FALSE },
	{ "*", "*", TRUE },
	{ "*.*", "*.*", TRUE },
	{ "10", "10", TRUE },
	{ "10.1", "10.1", TRUE },
	{ "10.0.0.0/33 a.example", "10.0.0.0/33", FALSE },
	{ "10.0.0.0/x", "10.0.0.0/x", TRUE },
	{ "300.1.1.1", "300.1.1.1", TRUE },
	{ "a..example .a.example", "a..example, .a.example", TRUE },
	{ "a@example.com", "a@example.com", TRUE },
	{ "mail.example.com:25", "mail.example.com:25", TRUE },
	{ "2001:db8::/129", "2001:db8::/129", TRUE },
	{ ".", ".", TRUE },
	{ "*.", "*.", TRUE },
	{ "mail.example.com.", "", FALSE },
	{ "[::]/0", "", FALSE },
};

START_TEST(test_wrong)
{
	pool_t pool = pool_alloconly_create("own hosts", 512);
	struct own_hosts *hosts;
	const char *wrong;

	hosts = own_hosts_create(pool, (const char *const *)
		t_strsplit_spaces(wrong_rows[_i].list, ", "), &wrong);
	unit_assert_str("wrong entries", wrong_rows[_i].list,
			wrong == NULL ? "" : wrong, wrong_rows[_i].wrong);
	ck_assert(own_hosts_is_empty(hosts) == wrong_rows[_i].empty);
	pool_unref(&pool);
}
END_TEST

/*
 * Did it leave through one of them?
 */

#define OWN_LIST "mail.example.com *.out.example.com 192.0.2.0/24"

#define SUBMITTED \
	"from [192.168.1.5] (dsl.example.net [203.0.113.9])" \
	" by mail.example.com with ESMTPSA id 1; Thu"
#define PASSED_ON \
	"from mail.example.com (mail.example.com [192.0.2.1])" \
	" by mx.example.net with ESMTPS id 2; Thu"
#define FROM_OUTSIDE \
	"from bot (unknown [203.0.113.66]) by mail.example.com" \
	" with ESMTP id 1; Thu"

static const struct {
	const char *what;
	/* the topmost first */
	const char *received[6];
	bool own;
} sent_rows[] = {
	{ "nothing", { NULL }, FALSE },
	{ "submitted", { SUBMITTED, NULL }, TRUE },
	{ "submitted, and one more hop", { PASSED_ON, SUBMITTED, NULL },
	  TRUE },
	{ "our host wrote nothing itself", { PASSED_ON, NULL }, TRUE },
	{ "a program on our host",
	  { "by mail.example.com (Postfix, from userid 33) id 1; Thu", NULL },
	  TRUE },
	{ "a program in the net next door",
	  { "from shop (shop.local [10.1.2.3]) by mail.example.com with ESMTP"
	    " id 1; Thu", NULL }, TRUE },
	{ "webmail",
	  { "from 203.0.113.9 by mail.example.com with HTTP; Thu", NULL },
	  TRUE },
	{ "an inner host first",
	  { "from exch.internal (exch.internal [10.1.2.3])"
	    " by mail.example.com with ESMTPS id 2; Thu",
	    "from exch.internal ([10.1.2.3]) by exch.internal with mapi id 1;"
	    " Thu", NULL }, TRUE },
	{ "by a name with a pattern",
	  { "from a by 7.out.example.com with ESMTPSA; Thu", NULL }, TRUE },
	{ "by an address", { "from a by 192.0.2.7 with ESMTPSA; Thu", NULL },
	  TRUE },
	{ "came in from outside and was passed on",
	  { PASSED_ON, FROM_OUTSIDE, NULL }, FALSE },
	{ "came in through a filter",
	  { "from filter (filter.internal [10.0.0.5]) by mail.example.com"
	    " with ESMTP id 2; Thu",
	    "from bot (unknown [203.0.113.66]) by filter.internal"
	    " with ESMTP id 1; Thu", NULL }, FALSE },
	{ "backscatter",
	  { "from bot (unknown [203.0.113.66]) by mx.example.net with ESMTP;"
	    " Thu", NULL }, FALSE },
	{ "backscatter that says it is our host",
	  { "from mail.example.com (unknown [203.0.113.66]) by mx.example.net"
	    " with ESMTP; Thu", NULL }, FALSE },
	{ "the same to qmail",
	  { "from unknown (HELO mail.example.com) (203.0.113.66)"
	    " by mx.example.net with SMTP; Thu", NULL }, FALSE },
	{ "the same to Exchange",
	  { "from mail.example.com (203.0.113.66) by mx.example.net"
	    " (198.51.100.1) with Microsoft SMTP Server id 15; Thu", NULL },
	  FALSE },
	{ "another provider's user",
	  { "from other.example (other.example [198.51.100.7])"
	    " by mx.example.net with ESMTPS; Thu",
	    "from pc ([203.0.113.9]) by other.example with ESMTPSA; Thu",
	    NULL }, FALSE },
	{ "only a name is written",
	  { "from mail.example.com by mx.example.net with ESMTP; Thu", NULL },
	  TRUE },
	{ "nonsense", { "", "from", "(((", "\xff", NULL }, FALSE },
};

START_TEST(test_sent)
{
	static const char *const empty[] = { NULL };
	pool_t pool = pool_alloconly_create("own hosts", 512);
	struct own_hosts *hosts;
	const char *wrong;

	hosts = own_hosts_create(pool, (const char *const *)
		t_strsplit_spaces(OWN_LIST, " "), &wrong);
	unit_assert_str("origin", sent_rows[_i].what,
			own_hosts_sent(hosts, sent_rows[_i].received) ?
			"own" : "not", sent_rows[_i].own ? "own" : "not");
	hosts = own_hosts_create(pool, empty, &wrong);
	ck_assert(!own_hosts_sent(hosts, sent_rows[_i].received));
	pool_unref(&pool);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "received", test_received, N_ELEMENTS(received_rows) },
		{ "long", test_received_long, N_ELEMENTS(long_rows) },
		{ "host", test_host, N_ELEMENTS(host_rows) },
		{ "wrong", test_wrong, N_ELEMENTS(wrong_rows) },
		{ "sent", test_sent, N_ELEMENTS(sent_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("received", tables);
	lib_deinit();
	return ret;
}
