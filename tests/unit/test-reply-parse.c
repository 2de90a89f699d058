/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "reply-parse.h"
#include "unit.h"

struct parse_row {
	const char *text;
	/* what is matched; "|" is where the innermost reply begins, unless at
	   the beginning */
	const char *words;
	const char *code;
	const char *inner_code;
	const char *status;
	const char *host;
	enum bounce_stage stage;
};

static const struct parse_row parse_rows[] = {
	{ "", "", "", "", "", "", 0 },
	{ "User unknown", "User unknown", "", "", "", "", 0 },
	{ "550 5.1.1 User unknown", "550 5.1.1 User unknown", "550", "550",
	  "5.1.1", "", 0 },
	{ "smtp; 550 #5.1.0 Address rejected", "550 #5.1.0 Address rejected",
	  "550", "550", "5.1.0", "", 0 },
	{ "X-Postfix; unknown user: \"bob\"", "unknown user: \"bob\"", "", "",
	  "", "", 0 },
	{ "550 5.7.57 SMTP; Client", "550 5.7.57 SMTP; Client", "550", "550",
	  "5.7.57", "", 0 },
	/* several lines */
	{ "550-5.1.1 The account 550-5.1.1 does not 550 5.1.1 exist",
	  "550 5.1.1 The account does not exist", "550", "550", "5.1.1", "",
	  0 },
	{ "552-Too large 552 see www.example.com", "552 Too large see url",
	  "552", "552", "", "", 0 },
	{ "550-a 551 b", "550 a 551 b", "550", "550", "", "", 0 },
	/* Postfix */
	{ "host mx.example.com[192.0.2.1] said: 550 5.1.1 <bob@example.com>: "
	  "no (in reply to RCPT TO command)",
	  "550 5.1.1 <addr@>: no", "550", "550", "5.1.1", "mx.example.com",
	  BOUNCE_STAGE_RCPT },
	{ "host mx.example.com[2001:db8::1]:25 refused to talk to me: 421 busy",
	  "421 busy", "421", "421", "", "mx.example.com",
	  BOUNCE_STAGE_CONNECT },
	{ "host 127.0.0.1[127.0.0.1] said: 550 full (in reply to end of DATA "
	  "command)", "550 full", "550", "550", "", "127.0.0.1",
	  BOUNCE_STAGE_DATA },
	{ "delivery temporarily suspended: connect to mx.example.com"
	  "[192.0.2.1]:25: Connection refused",
	  "delivery temporarily suspended: connect to xx.xxxxxxx.xxx[ip@]:25: "
	  "Connection refused", "", "", "", "mx.example.com", 0 },
	{ "Host or domain name not found. Name service error for "
	  "name=example.com", "Host or domain name not found. Name service "
	  "error for name=example.com", "", "", "", "", 0 },
	{ "550 5.7.1 <host.example.com[192.0.2.1]>: Client host rejected",
	  "550 5.7.1 <xxxx.xxxxxxx.xxx[ip@]>: Client host rejected", "550",
	  "550", "5.7.1", "", 0 },
	/* Exim, old and new */
	{ "SMTP error from remote mail server after RCPT TO:<bob@example.com>:"
	  " host mx.example.com [192.0.2.1]: 550 no such user",
	  "550 no such user", "550", "550", "", "mx.example.com",
	  BOUNCE_STAGE_RCPT },
	{ "host mx.example.com [192.0.2.1] SMTP error from remote mail server "
	  "after end of data: 552 too big",
	  "552 too big", "552", "552", "", "mx.example.com",
	  BOUNCE_STAGE_DATA },
	{ "SMTP error from remote mailer after pipelined MAIL FROM:"
	  "<a@example.com> SIZE=1: host mx.example.com [192.0.2.1]: 553 no",
	  "553 no", "553", "553", "", "mx.example.com", BOUNCE_STAGE_MAIL },
	{ "H=mx.example.com [192.0.2.1]: Connection refused",
	  "Connection refused", "", "", "", "mx.example.com", 0 },
	{ "H=mx.example.com [192.0.2.1]: SMTP error from remote mail server "
	  "after RCPT TO:<b@example.com>: 450 later", "450 later", "450", "450",
	  "", "mx.example.com", BOUNCE_STAGE_RCPT },
	/* dma; the step is data */
	{ "mx.example.com [192.0.2.1] did not like our RCPT TO: 550 no",
	  "xx.xxxxxxx.xxx [ip@] did not like our RCPT TO: |550 no", "550",
	  "550", "", "mx.example.com", 0 },
	{ "SMTP error from remote mail server after initial connection: 554 no",
	  "554 no", "554", "554", "", "", BOUNCE_STAGE_CONNECT },
	{ "LMTP error from remote mail server after RCPT TO:<b@example.com>: "
	  "552 5.2.2 full", "552 5.2.2 full", "552", "552", "5.2.2", "",
	  BOUNCE_STAGE_RCPT },
	{ "SMTP error from remote mail server: no", "SMTP error from remote "
	  "mail server: no", "", "", "", "", 0 },
	/* Sendmail */
	{ "... while talking to mx.example.com.: >>> MAIL From:<a@example.com> "
	  "<<< 501 5.1.8 Domain of sender does not resolve",
	  "... while talking to mx.example.com.: >>> MAIL From:<addr@> <<< "
	  "|501 5.1.8 Domain of sender does not resolve", "501", "501",
	  "5.1.8", "mx.example.com", BOUNCE_STAGE_MAIL },
	/* qmail */
	{ "192.0.2.1 does not like recipient. Remote host said: 550 no. Giving "
	  "up on 192.0.2.1.", "ip@ does not like recipient. |550 no. Giving up "
	  "on ip@.", "550", "550", "", "192.0.2.1", 0 },
	{ "Remote host said: 421 busy", "421 busy", "421", "421", "", "", 0 },
	{ "Sorry, no mailbox here by that name. (#5.1.1)",
	  "Sorry, no mailbox here by that name. (#5.1.1)", "", "", "5.1.1", "",
	  0 },
	/* Exchange */
	{ "<mx.example.com #5.1.1 smtp;550 5.1.2 not found>",
	  "#5.1.1 |550 5.1.2 not found>", "550", "550", "5.1.2",
	  "mx.example.com", 0 },
	{ "Remote Server returned '550 5.7.1 no'",
	  "Remote Server returned |550 5.7.1 no", "550", "550", "5.7.1", "",
	  0 },
	/* Coremail */
	{ "SMTP error, DOT: Host example.com(192.0.2.1) DOT said 554 spam",
	  "554 spam", "554", "554", "", "example.com", BOUNCE_STAGE_DATA },
	{ "SMTP error, RCPT TO:550 5.2.1 gone", "550 5.2.1 gone", "550", "550",
	  "5.2.1", "", BOUNCE_STAGE_RCPT },
	{ "SMTP error, RCPT TO: Host example.com(192.0.2.1) RCPT TO said 550 "
	  "no", "550 no", "550", "550", "", "example.com",
	  BOUNCE_STAGE_RCPT },
	/* replies in replies: severity is that of the outer one */
	{ "550 5.4.316 Message expired (451 4.4.0 DNS query failed)",
	  "550 5.4.316 Message expired (|451 4.4.0 DNS query failed)", "550",
	  "451", "4.4.0", "", 0 },
	{ "451 4.3.0 upstream responded with 550-5.2.2 full 550 5.2.2 now",
	  "451 4.3.0 upstream responded with |550 5.2.2 full now", "451", "550",
	  "5.2.2", "", 0 },
	{ "450 4.2.0 host a.example.com[192.0.2.1] said: 550 gone",
	  "450 4.2.0 |550 gone", "450", "550", "4.2.0", "a.example.com", 0 },
	/* numbers that are no codes, versions and dates that are no status */
	{ "550 limit: 500 recipients", "550 limit: 500 recipients", "550",
	  "550", "", "", 0 },
	{ "connect to mx.example.com[192.0.2.1]:465: timed out",
	  "connect to xx.xxxxxxx.xxx[ip@]:465: timed out", "", "", "",
	  "mx.example.com", 0 },
	{ "Exim 4.94.2, version 5.1.2, 4.5.2020, 192.5.1.2, a/5.1.1, 5.1.1.1",
	  "Exim 4.94.2, version 5.1.2, 4.5.2020, ip@, a/5.1.1, ip@", "", "",
	  "4.94.2", "", 0 },
	{ "Delivery failed 550 No such user", "Delivery failed 550 No such "
	  "user", "550", "550", "", "", 0 },
};

START_TEST(test_parse)
{
	const struct parse_row *row = &parse_rows[_i];
	struct bounce_reply reply;
	const char *words;

	bounce_reply_parse(row->text, &reply);
	ck_assert_uint_eq(reply.size, strlen(reply.text));
	ck_assert(reply.inner <= reply.size);
	words = reply.inner == 0 ? reply.text :
		t_strconcat(t_strndup(reply.text, reply.inner), "|",
			    reply.text + reply.inner, NULL);
	unit_assert_str("words", row->text, words, row->words);
	unit_assert_str("code", row->text, reply.code, row->code);
	unit_assert_str("inner code", row->text, reply.inner_code,
			row->inner_code);
	unit_assert_str("status", row->text, reply.status, row->status);
	unit_assert_str("host", row->text, reply.host, row->host);
	unit_assert_str("stage", row->text, bounce_stage_name(reply.stage),
			bounce_stage_name(row->stage));
}
END_TEST

static const struct {
	const char *text;
	bool words;
} words_rows[] = {
	{ "", FALSE },
	{ "smtp; 550 5.1.1", FALSE },
	{ "550 5.1.1 <bob@example.com>", FALSE },
	{ "[192.0.2.1]", FALSE },
	{ "550 no", TRUE },
	{ "550 https://example.com/r=1", TRUE },
	{ "\xe9\x80\x80\xe4\xbf\xa1", TRUE },
};

START_TEST(test_words)
{
	struct bounce_reply reply;

	bounce_reply_parse(words_rows[_i].text, &reply);
	ck_assert_msg(reply.has_words == words_rows[_i].words, "'%s'",
		      words_rows[_i].text);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "parse", test_parse, N_ELEMENTS(parse_rows) },
		{ "words", test_words, N_ELEMENTS(words_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("reply-parse", tables);
	lib_deinit();
	return ret;
}
