/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-classify.h"
#include "report-json.h"
#include "unit.h"

static pool_t pool;

#define MAIL "\"mail\":{\"destination\":[\"a@example.com\",\"b@example.com\"]}"
#define BOUNCE(recipients) \
	"{\"notificationType\":\"Bounce\"," MAIL ",\"bounce\":{" \
	"\"bounceType\":\"Transient\",\"bounceSubType\":\"MailboxFull\"," \
	"\"bouncedRecipients\":" recipients "}}"

static const struct json_row {
	const char *text;
	/* "kind: address status diagnostic; ...", or NULL: no notice */
	const char *notice;
} json_rows[] = {
	{ BOUNCE("[{\"emailAddress\":\"a@example.com\"}]"),
	  "failure: a@example.com 4.0.0 Mailbox Full;" },
	{ BOUNCE("[{\"emailAddress\":\"A <a@example.com>\","
		 "\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 no\"},"
		 "{\"emailAddress\":\"<b@example.com>\"}]"),
	  "failure: A <a@example.com> 5.1.1 smtp; 550 no;"
	  " b@example.com 4.0.0 Mailbox Full;" },
	/* words behind it, a line that was broken */
	{ BOUNCE("[\"a@exam!\n ple.com\"]") "\n--\nunsubscribe }",
	  "failure: a@example.com 4.0.0 Mailbox Full;" },
	{ BOUNCE("[\"a@example.com\n\"]"),
	  "failure: a@example.com 4.0.0 Mailbox Full;" },
	/* of a wrong type */
	{ BOUNCE("[1,null,{},[[]],{\"emailAddress\":{}}]"),
	  "failure:  4.0.0 Mailbox Full;  4.0.0 Mailbox Full;"
	  "  4.0.0 Mailbox Full;" },
	{ BOUNCE("{\"emailAddress\":\"a@example.com\"}"), "failure:" },
	{ "{\"eventType\":\"Bounce\",\"mail\":7,\"bounce\":[]}", "failure:" },
	{ "{\"eventType\":\"Reject\"," MAIL ",\"reject\":"
	  "{\"reason\":\"Bad content\"}}",
	  "failure: a@example.com  Bad content; b@example.com  Bad content;" },
	{ "{\"eventType\":\"Click\"," MAIL "}", "none:" },
	{ "{\"eventType\":[\"Bounce\"]," MAIL "}", NULL },
	{ "{\"eventType\":\"Bounce\"}", NULL },
	{ "[\"eventType\",\"Bounce\"]", NULL },
	/* envelopes */
	{ "{\"Type\":\"Notification\",\"Message\":\"{\\\"eventType\\\":"
	  "\\\"Click\\\",\\\"mail\\\":{}}\"}", "none:" },
	{ "{\"Message\":\"{\\\"eventType\\\":\\\"Click\"}", NULL },
	{ "{\"Message\":{\"eventType\":\"Click\",\"mail\":{}}}", NULL },
	{ "{\"detail\":{\"eventType\":\"Click\",\"mail\":{}}}", "none:" },
	/* broken */
	{ "{\"eventType\":\"Bounce\"," MAIL, NULL },
	{ "{\"eventType\":\"Bounce\\", NULL },
	{ "{\"eventType\":\"Bounce\",\"\xff\":0," MAIL "}", NULL },
	{ "{\"eventType\":\"Bounce\\u0000\"," MAIL "}", NULL },
	{ "{]", NULL },
	{ "}", NULL },
	{ "", NULL },
};

static const char *read_notice(const char *text)
{
	const struct bounce_limits limits = { .max_recipients = 3 };
	const struct bounce_recipient *rcpt;
	struct report_json json;
	string_t *str = t_str_new(128);

	if (!report_json_read(&json, text, &limits, pool))
		return NULL;
	str_printfa(str, "%s:", bounce_kind_name(json.kind));
	array_foreach(&json.dsn.recipients, rcpt) {
		str_printfa(str, " %s %s %s;", rcpt->recipient, rcpt->status,
			    rcpt->diagnostic);
	}
	return str_c(str);
}

START_TEST(test_json)
{
	const struct json_row *row = &json_rows[_i];
	const char *notice = read_notice(row->text);

	unit_assert_str("notice", row->text,
			notice == NULL ? "(none)" : notice,
			row->notice == NULL ? "(none)" : row->notice);
}
END_TEST

/* Nested without end, of every kind of bracket */
START_TEST(test_json_depth)
{
	string_t *str = t_str_new(200000);

	str_append(str, "{\"eventType\":\"Bounce\",\"mail\":");
	while (str_len(str) < 100000)
		str_append(str, _i == 0 ? "[" : "{\"a\":");
	ck_assert(read_notice(str_c(str)) == NULL);
}
END_TEST

static const struct find_row {
	const char *text;
	int at;
} find_rows[] = {
	{ "{\"eventType\":1}", 0 },
	{ "see below\n\n  {\n\"notificationType\":1}", 13 },
	{ "about {eventType}", -1 },
	{ "{}", -1 },
	{ "eventType", -1 },
	{ "", -1 },
};

START_TEST(test_find)
{
	const char *text = find_rows[_i].text;
	const char *start = report_json_find(text);

	ck_assert_int_eq(start == NULL ? -1 : (int)(start - text),
			 find_rows[_i].at);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "json", test_json, N_ELEMENTS(json_rows) },
		{ "json-depth", test_json_depth, 2 },
		{ "find", test_find, N_ELEMENTS(find_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	pool = pool_alloconly_create("test report json", 4096);
	ret = unit_run("report-json", tables);
	pool_unref(&pool);
	lib_deinit();
	return ret;
}
