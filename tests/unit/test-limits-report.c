/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The bounds of bounce-limits.h for finding the report, choosing the cause and
   saying it: what is at one of them is taken, what is beyond is not */

#include "dovecot-compat.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "address-find.h"
#include "advice-values.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "message-read.h"
#include "received-field.h"
#include "reply-clean.h"
#include "report-dsn.h"
#include "report-header.h"
#include "report-json.h"
#include "report-lines.h"
#include "report-returned.h"
#include "report-text.h"
#include "unit.h"
#include "unit-compile.h"
#include "unit-limits.h"
#include "unit-rules.h"

static const char format[] =
"format: x\n"
"markers:\n"
"  - {role: failure, in: header, always: yes,"
" match: ['^subject: .*it failed!']}\n"
"  - {role: failure, always: yes, match: ['^it failed']}\n"
"  - {role: recipient, always: yes, match: ['^gone: ']}\n"
"  - {role: forwarded, always: yes, match: ['^forwarded:']}\n";

static const char status[] =
"Content-Type: multipart/report; boundary=b; report-type=delivery-status\n\n"
"--b\nContent-Type: message/delivery-status\n\n"
"Reporting-MTA: dns; mx.example.com\n";
static const char recipient[] =
"Action: failed\nStatus: 5.1.1\n"
"Final-Recipient: rfc822; ann@example.net\n";

static struct bounce_rules *rules;
static pool_t pool;

static const struct bounce_verdict *
classify_within(const string_t *mail, const struct bounce_limits *limits)
{
	struct istream *input =
		i_stream_create_from_data(str_data(mail), str_len(mail));
	struct bounce_verdict *verdict;
	const char *error;

	if (bounce_classify(input, NULL, rules, limits,
			    BOUNCE_CLASSIFY_CARRIED, NULL, pool, &verdict,
			    &error) < 0)
		ck_abort_msg("%s", error);
	i_stream_unref(&input);
	return verdict;
}

static const struct bounce_verdict *classify(const string_t *mail)
{
	return classify_within(mail, NULL);
}

static unsigned int keep_recipients(string_t *str, unsigned int count)
{
	str_append(str, status);
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(str, "\nAction: failed\n"
			    "Final-Recipient: rfc822; a%u@example.net\n", i);
	}
	return array_count(&classify(str)->report->recipients);
}

static const struct bounce_message *parse(const string_t *str)
{
	struct bounce_limits limits = unit_limits;

	return bounce_message_parse(str_data(str), str_len(str), &limits,
				    pool);
}

/* Of a subject of that many bytes the last one is seen. */
static unsigned int keep_field_scan(string_t *str, unsigned int count)
{
	static const char failed[] = "it failed!";
	struct report_header header;

	str_append(str, "Subject: ");
	unit_repeat(str, "x", count - strlen(failed));
	str_append(str, failed);
	str_append(str, "\n\n");

	report_header_read(&header, parse(str), rules, pool);
	return report_header_is_telling(&header) ? 1 : 0;
}

/* A subject is seen that is the last byte of so many. */
static unsigned int keep_header_scan(string_t *str, unsigned int count)
{
	static const char name[] = "subject: ";
	unsigned int size;
	struct report_header header;

	for (count--; count > 0; count -= size + strlen(name) + 1) {
		/* the rest is no less than a field takes */
		size = I_MIN(count - strlen(name) - 1,
			     BOUNCE_LIMIT_FIELD_SCAN_SIZE / 2);
		if (count - size - strlen(name) - 1 < strlen(name) + 1)
			size = count - strlen(name) - 1;
		str_append(str, name);
		unit_repeat(str, "x", size);
		str_append_c(str, '\n');
	}
	str_append(str, "Subject: it failed!\n\n");
	report_header_read(&header, parse(str), rules, pool);
	return report_header_is_telling(&header) ? 1 : 0;
}

/* Is a subject seen that is the last of so many lines? */
static unsigned int keep_headers_lines(string_t *str, unsigned int count)
{
	struct report_header header;
	struct istream *input;
	const char *error;

	unit_repeat(str, ":\n", count - 1);
	str_append(str, "Subject: it failed!\n\n");
	input = i_stream_create_from_data(str_data(str), str_len(str));
	ck_assert_int_eq(report_header_read_stream(
		&header, input, &unit_limits, NULL, rules, pool, &error), 0);
	i_stream_unref(&input);
	ck_assert(header.truncated == (count >= BOUNCE_LIMIT_HEADERS_LINES));
	return report_header_is_telling(&header) ? 1 : 0;
}

/* Is a recipient named that is on the last of so many lines? */
static unsigned int keep_status_lines(string_t *str, unsigned int count)
{
	const struct bounce_recipient *rcpt;
	struct report_dsn dsn;

	str_append(str, "Action: failed\n");
	unit_repeat(str, "X: y\n", count - 2);
	str_append(str, "Final-Recipient: rfc822; ann@example.net");
	report_dsn_read(&dsn, str_c(str), BOUNCE_LIMIT_RECIPIENTS, pool);
	ck_assert(dsn.truncated == (count > BOUNCE_LIMIT_STATUS_LINES));
	rcpt = array_front(&dsn.recipients);
	return *rcpt->recipient != '\0' ? 1 : 0;
}

static void read_text(struct report_text *text_r, string_t *str)
{
	struct bounce_formats formats;

	bounce_formats_init(&formats, rules, pool);
	report_text_read(text_r, str_c(str), rules, &formats,
			 BOUNCE_LIMIT_RECIPIENTS, pool);
}

static unsigned int keep_lines(string_t *str, unsigned int count)
{
	struct bounce_formats formats;
	struct report_lines lines;

	unit_repeat(str, "word\n", count);
	bounce_formats_init(&formats, rules, pool);
	report_lines_init(&lines, str_c(str), rules, &formats, pool);
	return array_count(&lines.lines);
}

static unsigned int keep_markers(string_t *str, unsigned int count)
{
	ARRAY_TYPE(bounce_marker) markers;

	unit_repeat(str, "gone: x\n", count);
	p_array_init(&markers, pool, 32);
	bounce_markers_scan(rules, BOUNCE_PLACE_BODY, str_c(str), str_len(str),
			    &markers);
	return array_count(&markers);
}

static bool carries(const string_t *mail)
{
	return classify(mail)->carried != NULL;
}

/* Is a report found in so many messages, the outermost not counted? */
static unsigned int keep_carried(string_t *str, unsigned int count)
{
	for (unsigned int i = 0; i <= count; i++) {
		str_append(str, "From: bob@example.org\n"
			   "Content-Type: message/rfc822\n\n");
	}
	str_append(str, status);
	str_append_c(str, '\n');
	str_append(str, recipient);
	return carries(str) ? 1 : 0;
}

/* Is a report read that is the last of messages with so many bytes of words? */
static unsigned int keep_words_read(string_t *str, unsigned int count)
{
	static const char attached[] =
		"\n--b\nContent-Type: message/rfc822\n\n"
		"Return-Path: <>\nFrom: MAILER-DAEMON@example.org\n\n";
	static const char words[] = "Gone: ann@example.net\nit failed";
	const struct bounce_limits limits = {
		.max_text = BOUNCE_LIMIT_WORDS_READ * 2,
	};
	unsigned int size;

	str_append(str, "From: bob@example.org\n"
		   "Content-Type: multipart/mixed; boundary=b\n");
	/* a line end more of each but the last */
	for (count -= strlen(words); count > 0; count -= size + 1) {
		size = I_MIN(count - 1, BOUNCE_LIMIT_PART_SIZE / 2);
		if (count - size - 1 == 1)
			size--;
		str_append(str, attached);
		unit_repeat(str, "x", size);
	}
	str_append(str, attached);
	str_append(str, words);
	str_append(str, "\n--b--\n");
	return classify_within(str, &limits)->carried != NULL ? 1 : 0;
}

/* Does a report that names nobody get the recipient of a report in so many
   reports? */
static unsigned int keep_inner(string_t *str, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(str, "Content-Type: multipart/report; boundary=r%u;"
			    " report-type=delivery-status\n\n--r%u\n"
			    "Content-Type: message/delivery-status\n\n"
			    "Reporting-MTA: dns; mx.example.com\n\n"
			    "Action: failed\nStatus: 5.0.0\n\n--r%u\n"
			    "Content-Type: message/rfc822\n\n", i, i, i);
	}
	str_append(str, status);
	str_append_c(str, '\n');
	str_append(str, recipient);
	return *bounce_report_first(classify(str)->report)->recipient != '\0' ?
		1 : 0;
}

static void add_quoted(string_t *str, unsigned int depth, const char *line)
{
	unit_repeat(str, "> ", depth);
	str_append(str, line);
	str_append_c(str, '\n');
}

/* Is a report read that is quoted so often? */
static unsigned int keep_quotes(string_t *str, unsigned int count)
{
	str_append(str, "From: bob@example.org\n\nforwarded:\n");
	add_quoted(str, count, "Reporting-MTA: dns; mx.example.com");
	add_quoted(str, count, "");
	add_quoted(str, count, "Final-Recipient: rfc822; ann@example.net");
	add_quoted(str, count, "Action: failed");
	add_quoted(str, count, "Status: 5.1.1");
	return carries(str) ? 1 : 0;
}

/* A shown header of so many fields is passed over: none of it is read as a
   word of the report. */
static unsigned int keep_shown_fields(string_t *str, unsigned int count)
{
	const struct bounce_report *report;

	str_append(str, "From: bob@example.org\n\nforwarded:\n\n");
	unit_repeat(str, "To: x\n", count - 1);
	str_append(str, "Gone: carol@example.net\n\n"
		   "Gone: ann@example.net\nit failed\n");
	report = classify(str)->carried;
	if (report == NULL)
		return 0;
	return array_count(&report->recipients) == 1 ? 1 : 0;
}

static unsigned int keep_json(string_t *str, unsigned int count)
{
	struct report_json json;

	str_append(str, "{\"eventType\": \"Click\", \"mail\": ");
	unit_repeat(str, "[", count - 1);
	unit_repeat(str, "]", count - 1);
	str_append_c(str, '}');
	return report_json_read(&json, str_c(str), &unit_limits, pool) ? 1 : 0;
}

static const char *found_address(string_t *str)
{
	struct found_address found;
	size_t pos = 0;

	ck_assert(address_find(str_c(str), str_len(str), &pos, &found));
	return found.address;
}

static unsigned int keep_local(string_t *str, unsigned int count)
{
	str_append_c(str, '<');
	unit_repeat(str, "x", count);
	str_append(str, "@example.net>");
	return strlen(t_strcut(found_address(str), '@'));
}

static unsigned int keep_domain(string_t *str, unsigned int count)
{
	str_append(str, "<ann@");
	unit_repeat(str, "x", count);
	str_append_c(str, '>');
	return strlen(address_domain(found_address(str)));
}

static unsigned int keep_comment(string_t *str, unsigned int count)
{
	struct received_field field;

	str_append(str, "from a (");
	unit_repeat(str, "b.example.net ", count);
	str_append(str, "[192.0.2.1])");
	received_field_parse(str_c(str), &field);
	return str_array_length(field.from_names);
}

static void read_returned(string_t *str, struct bounce_returned *returned_r)
{
	str_append_c(str, '\n');
	report_returned_read(returned_r, parse(str), pool);
}

static unsigned int keep_addresses(string_t *str, unsigned int count)
{
	struct bounce_returned returned;

	str_append(str, "To: a@example.net");
	unit_repeat(str, ", a@example.net", count - 1);
	str_append_c(str, '\n');
	read_returned(str, &returned);
	return str_array_length(returned.recipients);
}

static unsigned int keep_received(string_t *str, unsigned int count)
{
	struct bounce_returned returned;

	unit_repeat(str, "Received: by mx.example.net\n", count);
	read_returned(str, &returned);
	return str_array_length(returned.received);
}

/* A reply in an unknown language, among so many words: is it a report? */
static unsigned int keep_shown(string_t *str, unsigned int count)
{
	static const char reply[] = "550 5.1.1 <ann@example.net> zzz";

	str_append(str, "Return-Path: <>\nFrom: MAILER-DAEMON@example.org\n"
		   "To: bob@example.org\n\n");
	/* the blank between the lines, and the first that is too much */
	unit_repeat(str, "x", count - 1 - strlen(reply) - 1);
	str_append_c(str, '\n');
	str_append(str, reply);
	str_append_c(str, '\n');
	return classify(str)->report != NULL ? 1 : 0;
}

static unsigned int keep_reply(string_t *str, unsigned int count)
{
	const struct text_recipient *rcpt;
	struct report_text text;

	str_append(str, "Gone: ann@example.net\n");
	unit_repeat(str, "x", BOUNCE_LIMIT_REPLY_SIZE - 9);
	str_append_c(str, '\n');
	unit_repeat(str, "y", count - (BOUNCE_LIMIT_REPLY_SIZE - 9) - 1);
	read_text(&text, str);
	rcpt = array_front(&text.recipients);
	return str_len(rcpt->reply) == count ? 1 : 0;
}

static unsigned int keep_words(string_t *str, unsigned int count)
{
	struct report_text text;

	unit_repeat(str, "x", count - 2);
	str_append(str, "\ny\n");
	read_text(&text, str);
	return str_len(text.words) == count ? 1 : 0;
}

/* Of what is matched only the middle is left out. */
static unsigned int keep_matched(string_t *str, unsigned int count)
{
	string_t *dest = str_new(default_pool, count);

	unit_repeat(str, "x", BOUNCE_LIMIT_REPLY_HEAD_SIZE);
	unit_repeat(str, "y", count - BOUNCE_LIMIT_REPLY_HEAD_SIZE);
	reply_clean(str_c(str), dest);
	count = str_len(dest);
	if (strchr(str_c(dest), ' ') != NULL) {
		/* it stands for what is missing */
		count--;
		ck_assert_uint_eq(strcspn(str_c(dest), " "),
				  BOUNCE_LIMIT_REPLY_HEAD_SIZE);
	}
	str_free(&dest);
	return count;
}

static struct bounce_report *report_new(struct bounce_recipient **rcpt_r)
{
	struct bounce_report *report = p_new(pool, struct bounce_report, 1);
	struct bounce_recipient *rcpt;

	report->reporting_mta = report->language = "";
	report->returned = bounce_returned_nothing;
	p_array_init(&report->recipients, pool, 64);
	rcpt = array_append_space(&report->recipients);
	bounce_classify_text("550 user unknown", rules, 0, pool, rcpt);
	rcpt->action = BOUNCE_ACTION_FAILED;
	*rcpt_r = rcpt;
	return report;
}

static const struct bounce_advice_settings settings = { .support = "" };

static unsigned int
value_size(const struct bounce_report *report,
	   const struct bounce_recipient *rcpt, enum advice_placeholder value)
{
	struct advice_values values;

	advice_values_get(&values, rules, report, rcpt, &settings, 0, pool);
	return strlen(values.value[value]);
}

static unsigned int keep_named(string_t *str, unsigned int count)
{
	struct bounce_recipient *rcpt;
	struct bounce_report *report = report_new(&rcpt);

	unit_repeat(str, "x", count);
	rcpt->recipient = str_c(str);
	return value_size(report, rcpt, ADVICE_RECIPIENT);
}

static unsigned int keep_subject(string_t *str, unsigned int count)
{
	struct bounce_recipient *rcpt;
	struct bounce_report *report = report_new(&rcpt);

	unit_repeat(str, "x", count);
	report->returned.subject = str_c(str);
	return value_size(report, rcpt, ADVICE_SUBJECT);
}

static unsigned int keep_value(string_t *str, unsigned int count)
{
	struct bounce_recipient *rcpt;
	struct bounce_report *report = report_new(&rcpt);

	unit_repeat(str, "x", count);
	rcpt->diagnostic = str_c(str);
	return value_size(report, rcpt, ADVICE_REPLY);
}

static const char *explanation(const struct bounce_report *report)
{
	return bounce_advice_explanation(rules, report,
					 array_front(&report->recipients),
					 &settings, 0, pool);
}

static unsigned int keep_others(string_t *str ATTR_UNUSED, unsigned int count)
{
	struct bounce_recipient *rcpt, other;
	struct bounce_report *report = report_new(&rcpt);
	const char *text, *p;
	unsigned int kept = 0;

	other = *rcpt;
	other.recipient = "other@";
	for (unsigned int i = 0; i < count; i++)
		array_push_back(&report->recipients, &other);
	text = explanation(report);
	for (p = text; (p = strstr(p, "\nother@: ")) != NULL; p++)
		kept++;
	/* and it says so */
	ck_assert((strstr(text, "\n...\n") != NULL) == (kept < count));
	return kept;
}

static unsigned int keep_explanation(string_t *str, unsigned int count)
{
	struct bounce_recipient *rcpt;
	struct bounce_report *report = report_new(&rcpt);

	/* another's name makes it as long as it shall be */
	rcpt = array_append_space(&report->recipients);
	*rcpt = *array_front(&report->recipients);
	rcpt->recipient = "x";
	unit_repeat(str, "x", count - strlen(explanation(report)) + 1);
	rcpt->recipient = str_c(str);
	return strlen(explanation(report));
}

static const struct unit_limit rows[] = {
	{ "recipients", keep_recipients, BOUNCE_LIMIT_RECIPIENTS, FALSE },
	{ "field scan", keep_field_scan, BOUNCE_LIMIT_FIELD_SCAN_SIZE, TRUE },
	{ "header scan", keep_header_scan, BOUNCE_LIMIT_HEADER_SCAN_SIZE,
	  TRUE },
	{ "lines of headers", keep_headers_lines,
	  BOUNCE_LIMIT_HEADERS_LINES, TRUE },
	{ "lines of a status", keep_status_lines, BOUNCE_LIMIT_STATUS_LINES,
	  TRUE },
	{ "lines", keep_lines, BOUNCE_LIMIT_LINES, FALSE },
	{ "markers", keep_markers, BOUNCE_LIMIT_MARKERS, FALSE },
	{ "carried", keep_carried, BOUNCE_LIMIT_CARRIED_DEPTH, TRUE },
	{ "words read", keep_words_read, BOUNCE_LIMIT_WORDS_READ, TRUE },
	{ "inner", keep_inner, BOUNCE_LIMIT_INNER_DEPTH, TRUE },
	{ "quotes", keep_quotes, BOUNCE_LIMIT_QUOTE_DEPTH, TRUE },
	{ "json", keep_json, BOUNCE_LIMIT_JSON_DEPTH, TRUE },
	{ "local part", keep_local, BOUNCE_LIMIT_LOCAL_PART_SIZE, FALSE },
	{ "domain", keep_domain, BOUNCE_LIMIT_DOMAIN_SIZE, FALSE },
	{ "shown fields", keep_shown_fields, BOUNCE_LIMIT_SHOWN_FIELDS, TRUE },
	{ "shown", keep_shown, BOUNCE_LIMIT_SHOWN_SIZE, TRUE },
	{ "comment", keep_comment, BOUNCE_LIMIT_COMMENT_NAMES, FALSE },
	{ "addresses", keep_addresses, BOUNCE_LIMIT_ADDRESSES, FALSE },
	{ "received", keep_received, BOUNCE_LIMIT_RECEIVED, FALSE },
	{ "reply", keep_reply, BOUNCE_LIMIT_REPLY_SIZE, TRUE },
	{ "words", keep_words, BOUNCE_LIMIT_WORDS_SIZE, TRUE },
	{ "matched", keep_matched, BOUNCE_LIMIT_REPLY_HEAD_SIZE +
	  BOUNCE_LIMIT_REPLY_TAIL_SIZE, FALSE },
	{ "named", keep_named, BOUNCE_LIMIT_NAMED_SIZE, FALSE },
	{ "subject", keep_subject, BOUNCE_LIMIT_NAMED_SUBJECT_SIZE, FALSE },
	{ "value", keep_value, BOUNCE_VALUE_MAX_SIZE, FALSE },
	{ "others", keep_others, BOUNCE_LIMIT_EXPLANATION_OTHERS, FALSE },
	{ "explanation", keep_explanation, BOUNCE_EXPLANATION_MAX_SIZE,
	  FALSE },
};

START_TEST(test_bound)
{
	static const char *const dirs[] = { "base", NULL };
	struct unit_compile unit;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml", format);
	rules = unit_compile_load(&unit, dirs);
	unit_compile_deinit(&unit);
	unit_assert_limit(&rows[_i]);
	bounce_rules_unref(&rules);
}
END_TEST

/* Recipients share a long reply: those that all of it is looked at for, and the
   others */
START_TEST(test_replies)
{
	const unsigned int size = 2048, full = BOUNCE_LIMIT_REPLIES_SIZE / size;
	const struct bounce_report *report;
	const struct bounce_recipient *rcpt;
	string_t *str = str_new(pool, 65536);
	unsigned int count = 0;

	str_append(str, "Return-Path: <>\nContent-Type: multipart/report; "
		   "report-type=delivery-status; boundary=b\n\n--b\n\n550 ");
	unit_repeat(str, "x", size - strlen("550 "));
	str_append(str, "\n--b\nContent-Type: message/delivery-status\n\n"
		   "Reporting-MTA: dns; mx.example.com\n\n");
	for (unsigned int i = 0; i < full + 2; i++) {
		str_printfa(str, "Final-Recipient: rfc822; u%u@example.com\n"
			    "Action: failed\n\n", i);
	}
	rules = unit_rules_load("engine-rules");
	report = classify(str)->report;
	ck_assert_uint_eq(array_count(&report->recipients), full + 2);
	array_foreach(&report->recipients, rcpt) {
		ck_assert_uint_eq(strlen(rcpt->diagnostic), count++ < full ?
				  BOUNCE_VALUE_MAX_SIZE :
				  BOUNCE_LIMIT_SHORT_REPLY_SIZE);
	}
	bounce_rules_unref(&rules);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "bound", test_bound, N_ELEMENTS(rows) },
		{ "replies", test_replies, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	pool = pool_alloconly_create("limits", 65536);
	ret = unit_run("limits-report", tables);
	pool_unref(&pool);
	lib_deinit();
	return ret;
}
