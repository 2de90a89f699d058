/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Each bound of bounce-limits.h: messages that go to it and far beyond */

#include "lib.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "unichar.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-rules.h"
#include "unit-limits.h"

static struct bounce_rules *rules;

static const char header[] =
	"From: MAILER-DAEMON@mx.example.com\n"
	"Subject: Undelivered Mail Returned to Sender\n"
	"Return-Path: <>\n";
static const char dsn_header[] =
	"Content-Type: multipart/report; boundary=b;\n"
	" report-type=delivery-status\n\n"
	"--b\nContent-Type: text/plain\n\nIt could not be delivered.\n";
static const char status_part[] =
	"\n--b\nContent-Type: message/delivery-status\n\n"
	"Reporting-MTA: dns; mx.example.com\n\n";
static const char recipient_fields[] =
	"Final-Recipient: rfc822; ann@example.net\n"
	"Action: failed\nStatus: 5.1.1\n"
	"Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n";

static void
report_begin(string_t *mail)
{
	str_append(mail, header);
	str_append(mail, dsn_header);
}

static void report_end(string_t *mail)
{
	str_append(mail, status_part);
	str_append(mail, recipient_fields);
	str_append(mail, "--b--\n");
}

/* What makes the mail of a row: `count' of what the row is about */
typedef void make_t(string_t *mail, unsigned int count);

static void make_recipients(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, status_part);
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(mail, "Final-Recipient: rfc822; a%u@example.net\n"
			    "Action: failed\nStatus: 5.1.1\n\n", i);
	}
	str_append(mail, "--b--\n");
}

static void make_parts(string_t *mail, unsigned int count)
{
	report_begin(mail);
	unit_repeat(mail, "--b\nContent-Type: text/plain\n\nword\n", count);
	report_end(mail);
}

static void make_depth(string_t *mail, unsigned int count)
{
	str_append(mail, header);
	for (unsigned int i = 0; i < count; i++) {
		/* none begins as another does */
		str_printfa(mail, "Content-Type: multipart/mixed; "
			    "boundary=n%05u\n\n--n%05u\n", i, i);
	}
	str_append(mail, "Content-Type: text/plain\n\nword\n");
}

static void make_messages(string_t *mail, unsigned int count)
{
	str_append(mail, header);
	unit_repeat(mail, "Content-Type: message/rfc822\n\n", count);
	str_append(mail, "Subject: x\n\nword\n");
}

static void make_reports_in_reports(string_t *mail, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		str_append(mail, header);
		str_printfa(mail, "Content-Type: multipart/report; "
			    "boundary=r%05u; report-type=delivery-status\n\n"
			    "--r%05u\n\nfailed\n--r%05u\n"
			    "Content-Type: message/rfc822\n\n", i, i, i);
	}
	report_begin(mail);
	report_end(mail);
}

static void make_fields(string_t *mail, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		str_printfa(mail, "X-Field-%u: value\n", i);
	report_begin(mail);
	report_end(mail);
}

static void make_field_size(string_t *mail, unsigned int count)
{
	str_append(mail, "Subject: ");
	unit_repeat(mail, "undelivered ", count);
	str_append_c(mail, '\n');
	report_begin(mail);
	report_end(mail);
}

static void make_folded_field(string_t *mail, unsigned int count)
{
	str_append(mail, "X-Long:\n");
	unit_repeat(mail, " word\n", count);
	report_begin(mail);
	report_end(mail);
}

static void make_encoded_words(string_t *mail, unsigned int count)
{
	str_append(mail, "Subject:");
	unit_repeat(mail, " =?gb2312?B?zbbFzA==?=", count);
	str_append_c(mail, '\n');
	report_begin(mail);
	report_end(mail);
}

static void make_text(string_t *mail, unsigned int count)
{
	report_begin(mail);
	unit_repeat(mail, "user unknown\n", count);
	report_end(mail);
}

static void make_line(string_t *mail, unsigned int count)
{
	report_begin(mail);
	unit_repeat(mail, "<ann@example.net>: user unknown ", count);
	str_append_c(mail, '\n');
	report_end(mail);
}

static void make_entities(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, "--b\nContent-Type: text/html\n\n");
	/* the longest expansion of the shortest entity */
	unit_repeat(mail, "&#x10ffff;&lt;&nbsp;", count);
	report_end(mail);
}

static void make_tags(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, "--b\nContent-Type: text/html\n\n");
	unit_repeat(mail, "<td><!--", count);
	report_end(mail);
}

static void make_hidden(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, "--b\nContent-Type: text/html\n\n");
	unit_repeat(mail, "<p style=display:none>", count);
	report_end(mail);
}

static void make_charset(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, "--b\nContent-Type: text/plain; charset=gb18030\n\n");
	unit_repeat(mail, "\x81\x30\x81\x30", count);
	report_end(mail);
}

static void make_charsets(string_t *mail, unsigned int count)
{
	report_begin(mail);
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(mail, "--b\nContent-Type: text/plain; "
			    "charset=iso-8859-%u\n\n\xe4\n", i % 20);
	}
	report_end(mail);
}

static void make_diagnostic(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, status_part);
	str_append(mail, "Final-Recipient: rfc822; ann@example.net\n"
		   "Action: failed\nDiagnostic-Code: smtp; 550");
	unit_repeat(mail, " user unknown", count);
	str_append(mail, "\n\n--b--\n");
}

static void make_quotes(string_t *mail, unsigned int count)
{
	str_append(mail, "From: bob@example.org\nSubject: Fwd: failure\n\n"
		   "---------- Forwarded message ----------\n");
	unit_repeat(mail, "> ", count);
	str_append(mail, "<ann@example.net>: user unknown\n");
}

static void make_json(string_t *mail, unsigned int count)
{
	str_append(mail, header);
	str_append(mail, "Content-Type: application/json\n\n"
		   "{\"notificationType\": ");
	unit_repeat(mail, "{\"a\": ", count);
	str_append(mail, "1");
	unit_repeat(mail, "}", count);
	str_append(mail, "}\n");
}

static void make_uuencoded(string_t *mail, unsigned int count)
{
	str_append(mail, header);
	str_append(mail, "\n");
	unit_repeat(mail, "begin 644 x\n#0V%T\n`\nend\n", count);
}

static void make_headers(string_t *mail, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(mail, "X-Field-%u:", i);
		unit_repeat(mail, " word", BOUNCE_LIMIT_FIELD_SIZE / 5);
		str_append_c(mail, '\n');
	}
	report_begin(mail);
	report_end(mail);
}

static void make_carried(string_t *mail, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(mail, "From: bob@example.org\nSubject: Fwd: it\n"
			    "Content-Type: multipart/mixed; boundary=c%05u\n\n"
			    "--c%05u\n\nsee below\n--c%05u\n"
			    "Content-Type: message/rfc822\n\n", i, i, i);
	}
	report_begin(mail);
	report_end(mail);
}

/* Addresses without a word about them, and long ones */
static void make_mentioned(string_t *mail, unsigned int count)
{
	str_append(mail, header);
	str_append(mail, "\nIt could not be delivered.\n");
	for (unsigned int i = 0; i < count; i++) {
		str_printfa(mail, "see a%u@example.net or ", i);
		unit_repeat(mail, "x", BOUNCE_LIMIT_LOCAL_PART_SIZE + i % 3);
		str_append_c(mail, '@');
		unit_repeat(mail, "long.",
			    BOUNCE_LIMIT_DOMAIN_SIZE / 5 + i % 3);
		str_append(mail, "example.net\n");
	}
}

static void make_shown_fields(string_t *mail, unsigned int count)
{
	str_append(mail, "From: bob@example.org\nSubject: Fwd: failure\n\n"
		   "From: MAILER-DAEMON@mx.example.com\n");
	for (unsigned int i = 0; i < count; i++)
		str_printfa(mail, "Shown%u: value\n", i);
	str_append(mail, "\n<ann@example.net>: user unknown\n");
}

static void make_comments(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, status_part);
	str_append(mail, recipient_fields);
	str_append(mail, "--b\nContent-Type: message/rfc822\n\n"
		   "Received: from a.example.org (");
	for (unsigned int i = 0; i < count; i++)
		str_printfa(mail, "h%u.example.org ", i);
	str_append(mail, "[192.0.2.1])\n by b.example.org with SMTP\n"
		   "Message-ID: <");
	unit_repeat(mail, "x", count);
	str_append(mail, "@example.org>\n\nhello\n--b--\n");
}

static void make_returned(string_t *mail, unsigned int count)
{
	report_begin(mail);
	str_append(mail, status_part);
	str_append(mail, recipient_fields);
	str_append(mail, "--b\nContent-Type: message/rfc822\n\n"
		   "From: bob@example.org\nTo: ");
	for (unsigned int i = 0; i < count; i++)
		str_printfa(mail, "a%u@example.net,\n ", i);
	str_append(mail, "z@example.net\n");
	unit_repeat(mail, "Received: from a.example.org by b.example.org\n",
		    count);
	str_append(mail, "\nhello\n--b--\n");
}

static const struct {
	const char *name;
	make_t *make;
	/* far beyond the limit */
	unsigned int count;
	/* is there a report in it? */
	bool report;
} limit_rows[] = {
	{ "recipients", make_recipients, 20 * BOUNCE_LIMIT_RECIPIENTS, TRUE },
	{ "parts", make_parts, 20 * BOUNCE_LIMIT_PARTS, FALSE },
	{ "depth", make_depth, 200 * BOUNCE_LIMIT_DEPTH, FALSE },
	{ "messages", make_messages, 200 * BOUNCE_LIMIT_DEPTH, FALSE },
	{ "reports in reports", make_reports_in_reports,
	  200 * BOUNCE_LIMIT_INNER_DEPTH, FALSE },
	{ "fields", make_fields, 20 * BOUNCE_LIMIT_FIELDS, TRUE },
	{ "field size", make_field_size, 10 * BOUNCE_LIMIT_FIELD_SIZE, TRUE },
	{ "folded field", make_folded_field, 10 * BOUNCE_LIMIT_FIELD_SIZE,
	  TRUE },
	{ "encoded words", make_encoded_words, BOUNCE_LIMIT_FIELD_SIZE, TRUE },
	{ "text", make_text, BOUNCE_LIMIT_PART_SIZE, TRUE },
	{ "line", make_line, BOUNCE_LIMIT_TEXT_SIZE / 16, TRUE },
	{ "entities", make_entities, BOUNCE_LIMIT_TEXT_SIZE / 8, TRUE },
	{ "tags", make_tags, BOUNCE_LIMIT_TEXT_SIZE / 4, TRUE },
	{ "hidden elements", make_hidden,
	  2 * BOUNCE_LIMIT_HTML_HIDDEN_TAGS + BOUNCE_LIMIT_HTML_UNCLOSED,
	  TRUE },
	{ "charset", make_charset, BOUNCE_LIMIT_TEXT_SIZE / 2, TRUE },
	{ "charsets", make_charsets, BOUNCE_LIMIT_PARTS - 5, TRUE },
	{ "diagnostic", make_diagnostic, 10 * BOUNCE_LIMIT_REPLY_SIZE, TRUE },
	{ "quotes", make_quotes, 10000 * BOUNCE_LIMIT_QUOTE_DEPTH, FALSE },
	{ "json", make_json, 1000 * BOUNCE_LIMIT_JSON_DEPTH, FALSE },
	{ "uuencoded files", make_uuencoded, 1000 * BOUNCE_LIMIT_UUFILES,
	  FALSE },
	{ "headers", make_headers, 2 * BOUNCE_LIMIT_HEADERS_SIZE /
	  BOUNCE_LIMIT_FIELD_SIZE, FALSE },
	{ "carried", make_carried, 100 * BOUNCE_LIMIT_CARRIED_DEPTH, FALSE },
	{ "mentioned", make_mentioned, 50 * BOUNCE_LIMIT_MENTIONED, FALSE },
	{ "shown fields", make_shown_fields, 100 * BOUNCE_LIMIT_SHOWN_FIELDS,
	  FALSE },
	{ "comments", make_comments, 100 * BOUNCE_LIMIT_COMMENT_NAMES, TRUE },
	{ "returned header", make_returned, 100 * BOUNCE_LIMIT_ADDRESSES,
	  TRUE },
};

static void
assert_report(const char *name, const struct bounce_report *report)
{
	const struct bounce_recipient *rcpt;

	ck_assert_msg(array_count(&report->recipients) <=
		      BOUNCE_LIMIT_RECIPIENTS, "%s: %u recipients", name,
		      array_count(&report->recipients));
	array_foreach(&report->recipients, rcpt) {
		ck_assert_msg(strlen(rcpt->diagnostic) <= 2 *
			      BOUNCE_LIMIT_REPLY_SIZE, "%s: diagnostic", name);
		ck_assert(uni_utf8_str_is_valid(rcpt->diagnostic));
	}
	ck_assert(str_array_length(report->returned.recipients) <=
		  BOUNCE_LIMIT_ADDRESSES);
	ck_assert(str_array_length(report->returned.received) <=
		  BOUNCE_LIMIT_RECEIVED);
}

START_TEST(test_limit)
{
	struct bounce_verdict *verdict;
	struct istream *input;
	const char *name = limit_rows[_i].name, *error;
	string_t *mail = str_new(default_pool, 65536);
	pool_t pool = pool_alloconly_create("limit", 4096);
	size_t used;

	limit_rows[_i].make(mail, limit_rows[_i].count);
	input = i_stream_create_from_data(str_data(mail), str_len(mail));
	ck_assert_int_eq(bounce_classify(input, "", rules, NULL,
					 BOUNCE_CLASSIFY_CARRIED, NULL, pool,
					 &verdict, &error), 0);
	ck_assert_msg((verdict->report != NULL) == limit_rows[_i].report,
		      "%s: %s", name, bounce_kind_name(verdict->kind));
	if (verdict->report != NULL)
		assert_report(name, verdict->report);
	if (verdict->carried != NULL)
		assert_report(name, verdict->carried);
	/* what is kept of a message does not grow with it */
	used = pool_alloconly_get_total_used_size(pool);
	ck_assert_msg(used <= 2 * BOUNCE_LIMIT_MESSAGE_SIZE, "%s: %zu bytes",
		      name, used);
	i_stream_unref(&input);
	pool_unref(&pool);
	str_free(&mail);
}
END_TEST

/* No more than max_size is read, and the verdict says so. */
START_TEST(test_size)
{
	static const uoff_t sizes[] = { 16 * 1024, 0 };
	const struct bounce_limits limits = { .max_size = sizes[_i] };
	uoff_t max_size = sizes[_i] == 0 ? BOUNCE_LIMIT_MESSAGE_SIZE :
		sizes[_i];
	struct bounce_verdict *verdict;
	string_t *mail = str_new(default_pool, 65536);
	pool_t pool = pool_alloconly_create("limit", 4096);
	struct istream *input;
	const char *error;

	report_begin(mail);
	while (str_len(mail) < 2 * max_size)
		str_append(mail, "0123456789abcdef 0123456789abcdef\n");
	report_end(mail);
	input = i_stream_create_from_data(str_data(mail), str_len(mail));
	ck_assert_int_eq(bounce_classify(input, "", rules, &limits, 0, NULL,
					 pool, &verdict, &error), 0);
	ck_assert(verdict->truncated);
	ck_assert(input->v_offset <= max_size);
	i_stream_unref(&input);
	pool_unref(&pool);
	str_free(&mail);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "limit", test_limit, N_ELEMENTS(limit_rows) },
		{ "size", test_size, 2 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	rules = unit_rules_load("engine-rules");
	ret = unit_run("limits", tables);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
