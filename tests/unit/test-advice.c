/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "advice-fill.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "recipient-classify.h"
#include "unit.h"
#include "unit-rules.h"

/* 2026-01-31 12:00 UTC */
#define NOW 1769860800

static struct bounce_rules *rules;
static pool_t pool;

/* Placeholders and segments */
static const struct {
	const char *text;
	const char *recipient;
	const char *limit;
	const char *filled;
} fill_rows[] = {
	{ "plain", "", "", "plain" },
	{ "to {recipient}.", "bob@example.com", "", "to bob@example.com." },
	{ "to {recipient}.", "", "", "to the address." },
	{ "{recipient}{recipient}", "b", "", "bb" },
	{ "a[[ of {limit}]] z", "", "10 MB", "a of 10 MB z" },
	{ "a[[ of {limit}]] z", "", "", "a z" },
	{ "a[[ {recipient} {limit}]] z", "b", "", "a z" },
	{ "a[[ {recipient}]][[ {limit}]]", "b", "", "a b" },
	{ "[[{limit}]]{recipient}", "b", "", "b" },
	{ "a[[ b]] z", "", "", "a b z" },
	/* what is none stays */
	{ "{nonsense} {} { } [[ {", "", "", "{nonsense} {} { } [[ {" },
	{ "a]] [[z", "", "", "a]] [[z" },
	/* values are not read as texts */
	{ "to {recipient}", "{limit}[[x]]", "5", "to {limit}[[x]]" },
	{ "a[[ to {recipient}]]", "]] {limit}", "5", "a to ]] {limit}" },
};

START_TEST(test_fill)
{
	struct advice_values values = {
		.rules = rules,
		.value = {
			[ADVICE_RECIPIENT] = fill_rows[_i].recipient,
			[ADVICE_LIMIT] = fill_rows[_i].limit,
		},
	};
	string_t *dest = t_str_new(64);

	advice_fill(&values, fill_rows[_i].text, dest);
	unit_assert_str("filled form", fill_rows[_i].text, str_c(dest),
			fill_rows[_i].filled);
}
END_TEST

/* One recipient's texts */
struct advice_row {
	const char *diagnostic;
	const char *recipient;
	const char *sender;
	const char *language;

	const char *title;
	const char *reason;
	const char *advice;
};

static const struct advice_row advice_rows[] = {
	{ "550 user unknown", "bob@example.com", "", "en", "Unknown",
	  "example.com does not know bob@example.com.",
	  "Check bob@example.com or ask help@example.net." },
	{ "550 user unknown", "", "", "en", "Unknown",
	  "the domain does not know the address.",
	  "Check the address or ask help@example.net." },
	/* temporary ones have words of their own, where there are such */
	{ "450 user unknown", "bob@example.com", "", "en", "Unknown",
	  "example.com does not know bob@example.com now.", "Wait." },
	{ "452 mailbox full", "bob@example.com", "", "en", "Full",
	  "bob@example.com is full.", "Ask their provider." },
	{ "552 mailbox full, limit is 5 MB", "bob@acme.example", "", "en",
	  "Full", "bob@acme.example is full, over 5 MB.",
	  "Ask Acme Mail." },
	{ "message too large", "", "ann@example.org", "en", "Too large",
	  "their server takes from ann@example.org.",
	  "Stay below the maximum." },
	{ "host mx.example.com[192.0.2.1] said: 550 rejected", "",
	  "ann@example.org", "en", "Refused",
	  "mx.example.com said host mx.example.com[192.0.2.1] said: 550 "
	  "rejected.", "example.org asks our.example about no status." },
	/* a rule's own advice, the cause's other texts */
	{ "odd case", "bob@example.com", "", "en", "Unknown",
	  "example.com does not know bob@example.com now.",
	  "This is odd, bob@example.com." },
	/* other languages; what they lack is English */
	{ "550 user unknown", "", "", "zh-CN",
	  "\xe7\x94\xa8\xe6\x88\xb7\xe4\xb8\x8d\xe5\xad\x98\xe5\x9c\xa8",
	  "\xe6\x89\xbe\xe4\xb8\x8d\xe5\x88\xb0 \xe8\xaf\xa5\xe5\x9c\xb0"
	  "\xe5\x9d\x80\xe3\x80\x82",
	  "\xe8\xaf\xb7\xe6\xa3\x80\xe6\x9f\xa5the domain\xe3\x80\x82" },
	{ "greylisted", "", "", "zh_CN", "Greylisted", "It comes later.",
	  "Wait." },
	/* hostile values */
	{ "550 user unknown", "bob\r\nBcc: eve@example.com", "", "en",
	  "Unknown",
	  "example.com does not know bob Bcc: eve@example.com.",
	  "Check bob Bcc: eve@example.com or ask help@example.net." },
};

static const struct bounce_advice_settings settings = {
	.support = "help@example.net",
	.now = NOW,
};

static struct bounce_recipient *
report_add(struct bounce_report *report, const char *diagnostic,
	   const char *recipient, enum bounce_action action)
{
	struct bounce_recipient *rcpt =
		array_append_space(&report->recipients);

	rcpt->diagnostic = diagnostic;
	rcpt->recipient = recipient;
	rcpt->action = action;
	bounce_recipient_classify(rcpt, rules, "", 0, pool);
	return rcpt;
}

static void report_init(struct bounce_report *report, const char *sender)
{
	i_zero(report);
	report->kind = BOUNCE_KIND_FAILURE;
	report->reporting_mta = "our.example";
	report->returned.from = sender;
	p_array_init(&report->recipients, pool, 32);
}

START_TEST(test_advice)
{
	const struct advice_row *row = &advice_rows[_i];
	struct bounce_report report;
	const struct bounce_recipient *rcpt;
	uint32_t language;

	report_init(&report, row->sender);
	rcpt = report_add(&report, row->diagnostic, row->recipient,
			  BOUNCE_ACTION_FAILED);
	language = bounce_advice_language(rules, &report, row->language);
	unit_assert_str("title", row->diagnostic,
			bounce_advice_title(rules, &report, rcpt, &settings,
					    language, pool), row->title);
	unit_assert_str("reason", row->diagnostic,
			bounce_advice_reason(rules, &report, rcpt, &settings,
					     language, pool), row->reason);
	unit_assert_str("advice", row->diagnostic,
			bounce_advice_advice(rules, &report, rcpt, &settings,
					     language, pool), row->advice);
}
END_TEST

/* The language for `auto` */
static const struct {
	const char *wanted;
	const char *returned;
	const char *report;
	const char *language;
} language_rows[] = {
	{ NULL, "", "", "en" },
	{ "auto", "", "", "en" },
	{ "auto", "zh-CN", "en", "zh-CN" },
	{ "auto", "", "zh-Hans", "zh-CN" },
	{ "auto", "xx", "zh-CN", "zh-CN" },
	{ "AUTO", NULL, NULL, "en" },
	{ "en", "zh-CN", "zh-CN", "en" },
	{ "zh_CN", "en", "en", "zh-CN" },
	{ "nonsense", "zh-CN", "", "zh-CN" },
};

START_TEST(test_language)
{
	struct bounce_report report;
	uint32_t language;

	report_init(&report, "");
	report.returned.language = language_rows[_i].returned;
	report.language = language_rows[_i].report;
	language = bounce_advice_language(rules, &report,
					  language_rows[_i].wanted);
	ck_assert_str_eq(bounce_rules_str(rules,
					  rules->languages[language].tag),
			 language_rows[_i].language);
	ck_assert_uint_eq(bounce_advice_language(rules, NULL, "auto"), 0);
}
END_TEST

START_TEST(test_explanation)
{
	struct bounce_report report;
	const struct bounce_recipient *rcpt;

	report_init(&report, "ann@example.org");
	report.returned.subject = "Plans\nfor today";
	rcpt = report_add(&report, "550 5.1.2 zzz", "bob@gmial.com",
			  BOUNCE_ACTION_FAILED);
	(void)report_add(&report, "550 user unknown", "carol@example.com",
			 BOUNCE_ACTION_FAILED);
	(void)report_add(&report, "452 mailbox full", "dave@example.com",
			 BOUNCE_ACTION_DELAYED);
	(void)report_add(&report, "250 ok", "erin@example.com",
			 BOUNCE_ACTION_DELIVERED);
	ck_assert_str_eq(
		bounce_advice_explanation(rules, &report, rcpt, &settings, 0,
					  pool),
		"Your message \"Plans for today\" did not reach "
		"bob@gmial.com.\n\n"
		"Why\ngmial.com does not exist.\n\n"
		"What to do\nCheck it.\n"
		"Did you mean bob@gmail.com?\n"
		"You can mend it.\n"
		"Do not send it again.\n\n"
		"The server said\n550 5.1.2 zzz\n\n"
		"And others: 2\n"
		"carol@example.com: Unknown\n"
		"dave@example.com: Full\n");
}
END_TEST

START_TEST(test_explanation_delayed)
{
	struct bounce_report report;
	const struct bounce_recipient *rcpt;

	report_init(&report, "");
	rcpt = report_add(&report, "greylisted", "", BOUNCE_ACTION_DELAYED);
	ck_assert_str_eq(
		bounce_advice_explanation(rules, &report, rcpt, &settings, 0,
					  pool),
		"Your message is late for the address.\n\n"
		"Why\nIt comes later.\n\n"
		"What to do\nWait.\n"
		"Just wait.\n\n"
		"The server said\ngreylisted\n");
}
END_TEST

/* However long the values are */
START_TEST(test_explanation_long)
{
	struct bounce_report report;
	const struct bounce_recipient *rcpt;
	string_t *str = t_str_new(20000);
	const char *text;

	str_append(str, "552 mailbox full ");
	for (unsigned int i = 0; i < 5000; i++)
		str_append(str, "\xe9\x80\x80");
	report_init(&report, str_c(str));
	report.returned.subject = str_c(str);
	(void)report_add(&report, str_c(str),
			 t_strconcat(str_c(str), "@example.com", NULL),
			 BOUNCE_ACTION_FAILED);
	for (unsigned int i = 0; i < 100; i++)
		(void)report_add(&report, "552 mailbox full",
				 "bob@example.com", BOUNCE_ACTION_FAILED);
	rcpt = array_front(&report.recipients);
	text = bounce_advice_explanation(rules, &report, rcpt, &settings, 0,
					 pool);
	ck_assert_uint_le(strlen(text), BOUNCE_EXPLANATION_MAX_SIZE);
	ck_assert(uni_utf8_str_is_valid(text));
	text = bounce_advice_reason(rules, &report, rcpt, &settings, 0, pool);
	ck_assert_uint_le(strlen(text), BOUNCE_VALUE_MAX_SIZE);
	ck_assert(uni_utf8_str_is_valid(text));
}
END_TEST

static const struct {
	const char *diagnostic;
	const char *time;
} retry_rows[] = {
	{ "552 mailbox full", "2026-02-01T12:00:00Z" },
	{ "greylisted", "2026-01-31T12:30:00Z" },
	{ "550 user unknown", "" },
	{ "550 rejected", "" },
};

START_TEST(test_retry)
{
	struct bounce_report report;
	const struct bounce_recipient *rcpt;

	report_init(&report, "");
	rcpt = report_add(&report, retry_rows[_i].diagnostic, "",
			  BOUNCE_ACTION_FAILED);
	unit_assert_str("time", retry_rows[_i].diagnostic,
			bounce_advice_retry_after(rcpt, &settings, pool),
			retry_rows[_i].time);
	ck_assert_str_eq(bounce_advice_time(0, pool), "");
}
END_TEST

START_TEST(test_known)
{
	ck_assert_str_eq(bounce_advice_placeholders[0], "recipient");
	ck_assert(str_array_find(bounce_advice_placeholders, "reply"));
	ck_assert(!str_array_find(bounce_advice_placeholders, "subject"));
	ck_assert(str_array_find(bounce_advice_word_placeholders, "subject"));
	for (unsigned int i = 0; bounce_advice_words[i] != NULL; i++)
		ck_assert_msg(*bounce_rules_find_word(rules, 0,
			bounce_advice_words[i]) != '\0', "%s",
			bounce_advice_words[i]);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "fill", test_fill, N_ELEMENTS(fill_rows) },
		{ "advice", test_advice, N_ELEMENTS(advice_rows) },
		{ "language", test_language, N_ELEMENTS(language_rows) },
		{ "explanation", test_explanation, 1 },
		{ "explanation of a delay", test_explanation_delayed, 1 },
		{ "explanation, long", test_explanation_long, 1 },
		{ "retry", test_retry, N_ELEMENTS(retry_rows) },
		{ "known", test_known, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	rules = unit_rules_load("engine-rules");
	pool = pool_alloconly_create("test", 65536);
	ret = unit_run("advice", tables);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
