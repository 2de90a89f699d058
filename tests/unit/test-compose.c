/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-compose.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "compose-document.h"
#include "compose-header.h"
#include "compose-mime.h"
#include "compose-sentences.h"
#include "unit.h"
#include "unit-rules.h"

static struct bounce_rules *rules;
static pool_t pool;

static struct bounce_verdict *classify(struct istream *input)
{
	struct bounce_verdict *verdict;
	const char *error;

	i_stream_seek(input, 0);
	ck_assert_int_eq(bounce_classify(input, NULL, rules, NULL, 0, NULL,
					 pool, &verdict, &error), 0);
	return verdict;
}

static struct bounce_compose compose_of(const struct bounce_report *report)
{
	const struct bounce_compose compose = {
		.rules = rules,
		.report = report,
		.advice = { .support = "", .now = 1769860800 },
	};
	return compose;
}

/* Rows are bytes, and may hold NUL. */
#define BYTES(text) text, sizeof(text) - 1

#define REPORT_HEAD(from, reply) \
	"Return-Path: <>\n" \
	"From: MAILER-DAEMON@example.com\n" \
	"Content-Type: multipart/report; report-type=delivery-status;\n" \
	" boundary=b\n" \
	"\n" \
	"--b\n" \
	"Content-Type: text/plain\n\nundeliverable\n" \
	"--b\n" \
	"Content-Type: message/delivery-status\n\n" \
	"Reporting-MTA: dns; mx.example.com\n\n" \
	"Final-Recipient: rfc822; " from "\n" \
	"Action: failed\nStatus: 5.1.1\n" \
	"Diagnostic-Code: smtp; 550 5.1.1 " reply "\n\n" \
	"--b\n" \
	"Content-Type: text/rfc822-headers\n\n" \
	"From: me@example.com\n" \
	"To: you@example.net\n" \
	"Subject: Lunch\n" \
	"Date: Sat, 31 Jan 2026 12:00:00 +0100\n\n"
#define REPORT REPORT_HEAD("you@example.net", "user unknown") "--b--\n"

/*
 * Sentences
 */

static const struct {
	const char *text;
	/* joined by "|" */
	const char *sentences;
} sentence_rows[] = {
	{ "", "" },
	{ "One.", "One." },
	{ "One. Two! Three? Four", "One.|Two!|Three?|Four" },
	{ "Ask them (by telephone. Or so). Wait.",
	  "Ask them (by telephone. Or so).|Wait." },
	{ "Ask support[[ ({support})]]. Then wait.",
	  "Ask support[[ ({support})]].|Then wait." },
	{ "Less than 5.7.1 or e.g. this.", "Less than 5.7.1 or e.g. this." },
	{ "Versuchen Sie z. B. Gmail. Danach nicht.",
	  "Versuchen Sie z. B. Gmail.|Danach nicht." },
	{ "Type \"exit.\" Then wait.", "Type \"exit.\"|Then wait." },
	{ "Attendez, etc. {domain} le dit. {domain} aussi.",
	  "Attendez, etc.|{domain} le dit.|{domain} aussi." },
	{ "请等待。如果不行，请询问（例如：电话。）。完",
	  "请等待。|如果不行，请询问（例如：电话。）。|完" },
	{ "待つ！「はい。」と言う。", "待つ！|「はい。」と言う。" },
	{ "Broken \xff\xfe. Bytes.", "Broken \xff\xfe.|Bytes." },
};

START_TEST(test_sentences)
{
	unit_assert_str("sentences", sentence_rows[_i].text,
			t_strarray_join(compose_sentences(
				sentence_rows[_i].text, pool), "|"),
			sentence_rows[_i].sentences);
}
END_TEST

/*
 * Header
 */

static const struct {
	const char *header;
	size_t size;
	const char *copy;
} header_rows[] = {
	{ BYTES(""), "" },
	{ BYTES("A: 1\nSubject: x\n y\nB: 2\n"), "A: 1\nB: 2\n" },
	{ BYTES("A: 1\r\n folded\r\n\r\n"), "A: 1\n folded\n" },
	{ BYTES("mime-version: 1\ncontent-TYPE: a/b;\n\tc=d\nContent-X: y\n"
		"Contents: z\n"), "Contents: z\n" },
	{ BYTES("From me@example.com Sat Jan 31\nFrom: me\n"), "From: me\n" },
	{ BYTES("no field here\n at all\nA: 1\n"), "A: 1\n" },
	{ BYTES(" begins folded\nA: 1\n"), "A: 1\n" },
	{ BYTES("A: 1\0\nB: 2\n"), "B: 2\n" },
	{ BYTES("A: 1\n x\ry\n z\nB: 2\n"), "B: 2\n" },
	{ BYTES("A: 1\n \t\n x\nB: 2"), "A: 1\n x\nB: 2\n" },
	{ BYTES("A : 1\n: 2\nB\xc3: 3\n"), "A : 1\n" },
	{ BYTES("Subject : x\nA:\n"), "A:\n" },
	{ BYTES("A: 1\n\nB: 2\n"), "A: 1\n" },
};

START_TEST(test_header)
{
	string_t *str = t_str_new(256);

	compose_header_copy(str, (const void *)header_rows[_i].header,
			    header_rows[_i].size, "\n");
	unit_assert_str("header", header_rows[_i].header, str_c(str),
			header_rows[_i].copy);
}
END_TEST

static const char *const field_rows[] = {
	"", " ", "Lunch", "Gr\xc3\xbc\xc3\x9f" "e", "=?utf-8?q?x?=",
	"a long line of many words that does not fit on one line, so that it "
	"is folded between the words, once or twice, whatever the words are",
	"https://example.com/a-word-that-is-longer-than-a-line-can-be/"
	"0123456789012345678901234567890123456789",
	"\xe6\x94\xb6\xe4\xbb\xb6\xe4\xba\xba\xe7\x9a\x84\xe9\x82\xae\xe7\xae"
	"\xb1\xe5\xb7\xb2\xe6\xbb\xa1\xef\xbc\x9a\xe5\x8d\x81\xe6\x9c\x88\xe4"
	"\xbb\xbd\xe5\xaf\xb9\xe8\xb4\xa6\xe5\x8d\x95\xe5\x8d\x81\xe6\x9c\x88",
	"control\r\nBcc: eve@example.com", "\xff\xfe", "tab\there",
};

/* Every line is at most 76 bytes of ASCII, and all but the first are folded. */
static void check_lines(const char *what, const char *text, bool folded)
{
	const char *const *line = t_strsplit(text, "\n");

	for (bool first = TRUE; *line != NULL; line++, first = FALSE) {
		ck_assert_msg(strlen(*line) <= 76, "%s: %s", what, *line);
		for (const char *p = *line; *p != '\0'; p++)
			ck_assert_msg((*p >= ' ' && *p < 0x7f) || *p == '\t',
				      "%s: %s", what, *line);
		if (folded && !first && **line != '\0')
			ck_assert_msg(**line == ' ' || **line == '\t',
				      "%s: %s", what, *line);
	}
}

START_TEST(test_field)
{
	string_t *str = t_str_new(256);

	bounce_compose_field(str, "Subject", field_rows[_i], "\n");
	ck_assert_msg(strncmp(str_c(str), "Subject:", 8) == 0, "%s",
		      str_c(str));
	check_lines(field_rows[_i], str_c(str), TRUE);
}
END_TEST

/* Longer than the string has room for, which is on the data stack */
START_TEST(test_grown_field)
{
	static const char *const units[] = { "x", "word ", "\xe9\x82\xae" };
	string_t *text = t_str_new(16384), *str = t_str_new(16);

	while (str_len(text) < 5000)
		str_append(text, units[_i]);
	bounce_compose_field(str, "Subject", str_c(text), "\n");
	ck_assert_uint_gt(str_len(str), 5000);
	check_lines(units[_i], str_c(str), TRUE);
}
END_TEST

/*
 * HTML
 */

static const struct {
	const char *reply;
	const char *present;
	const char *absent;
} html_rows[] = {
	{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)", "<script" },
	{ "\"onclick='x'&", "&quot;onclick=&#39;x&#39;&amp;", "\"onclick" },
	{ "<!--[if mso]><img src=x><![endif]-->", "&lt;!--[if", "<img" },
	{ "a\002</bdi>\003z", "a &lt;/bdi&gt; z", "</bdi> z" },
	{ "=?utf-8?q?=E2=80=AEtxt.exe?=", "<bdi>", "\xe2\x80\xae" },
};

START_TEST(test_html)
{
	const char *data = t_strdup_printf(
		REPORT_HEAD("you@example.net", "%s") "--b--\n",
		html_rows[_i].reply);
	struct istream *input = i_stream_create_from_data(data, strlen(data));
	struct bounce_verdict *verdict = classify(input);
	struct bounce_compose compose;
	string_t *str = t_str_new(8192);

	ck_assert(verdict->report != NULL);
	compose = compose_of(verdict->report);
	compose_html_write(str, compose_document_create(&compose, TRUE, pool));
	ck_assert_msg(strstr(str_c(str), html_rows[_i].present) != NULL,
		      "%s: %s", html_rows[_i].reply, str_c(str));
	ck_assert_msg(strstr(str_c(str), html_rows[_i].absent) == NULL,
		      "%s: %s", html_rows[_i].reply, str_c(str));
	i_stream_unref(&input);
}
END_TEST

/*
 * What the author may see
 */

static const struct {
	const char *final;
	const char *original;
	const char *known[3];
	const char *shown;
	const char *hidden;
} author_rows[] = {
	{ "you@example.net", "", { NULL }, "you@example.net", "mx.example.com" },
	/* forwarded: the author wrote to you@ */
	{ "secret@b.example", "you@example.net", { NULL }, "you@example.net",
	  "b.example" },
	{ "secret@b.example", "", { NULL }, "you@example.net", "b.example" },
	/* whoever forwards anew makes it the original one */
	{ "secret@b.example", "secret@b.example", { NULL }, "the address",
	  "b.example" },
	/* Bcc */
	{ "bcc@example.net", "bcc@example.net", { "bcc@example.net", NULL },
	  "bcc@example.net", "mx.example.com" },
};

START_TEST(test_author)
{
	const char *data = REPORT_HEAD("you@example.net",
		"<secret@b.example> user unknown at mx.b.example") "--b--\n";
	struct istream *input = i_stream_create_from_data(data, strlen(data));
	struct bounce_verdict *verdict = classify(input);
	struct bounce_compose compose = compose_of(verdict->report);
	struct bounce_recipient *rcpt =
		array_front_modifiable(&verdict->report->recipients);
	struct compose_document *doc;
	string_t *str = t_str_new(8192);
	const char *row = author_rows[_i].final;

	rcpt->recipient = author_rows[_i].final;
	rcpt->domain = "b.example";
	rcpt->original_recipient = author_rows[_i].original;
	rcpt->remote_mta = "mx.b.example";
	compose.author_only = TRUE;
	compose.known_recipients = author_rows[_i].known;
	doc = compose_document_create(&compose, FALSE, pool);
	compose_text_write(str, doc);
	compose_html_write(str, doc);
	ck_assert_msg(strstr(str_c(str), author_rows[_i].shown) != NULL,
		      "%s: %s", row, str_c(str));
	ck_assert_msg(strstr(str_c(str), author_rows[_i].hidden) == NULL,
		      "%s: %s", row, str_c(str));
	ck_assert_msg(strstr(str_c(str), "5.1.1") != NULL, "%s", row);
	i_stream_unref(&input);
}
END_TEST

/*
 * The message
 */

static const struct {
	const char *report;
	size_t size;
	const char *encoding;
} enclosed_rows[] = {
	{ BYTES(REPORT), "7bit" },
	{ BYTES(REPORT "no line end"), "7bit" },
	{ BYTES(REPORT "8-bit \xfc\n"), "8bit" },
	{ BYTES(REPORT "8-bit \xfc and NUL \0\n"), "binary" },
	{ BYTES(REPORT "CR \r alone\n"), "binary" },
	{ BYTES(REPORT "CR at the end\r"), "binary" },
	{ BYTES(REPORT "CRLF\r\n"), "7bit" },
	{ BYTES(REPORT "\n--bouncecause-explained-0--\n"), "7bit" },
	{ BYTES("From mailer Sat Jan 31\n" REPORT), "7bit" },
	{ BYTES("\n" REPORT), "7bit" },
};

static string_t *read_all(struct istream *input)
{
	string_t *str = str_new(pool, 8192);
	const unsigned char *data;
	size_t size;

	i_stream_seek(input, 0);
	while (i_stream_read_more(input, &data, &size) > 0) {
		str_append_data(str, data, size);
		i_stream_skip(input, size);
	}
	return str;
}

static bool
contains(const string_t *str, const void *data, size_t size)
{
	for (size_t i = 0; i + size <= str_len(str); i++) {
		if (memcmp(str_data(str) + i, data, size) == 0)
			return TRUE;
	}
	return FALSE;
}

/* It encloses the report as it is, and counts as what the report is, or as
   what it would be. */
START_TEST(test_enclosed)
{
	const char *const head = "Return-Path: <>\nFrom: x@example.com\n";
	struct istream *known, *input, *output;
	struct bounce_verdict *verdict, *again;
	const struct bounce_recipient *rcpt, *other;
	struct bounce_compose compose;
	const char *error, *text;
	string_t *str;

	known = i_stream_create_from_data(REPORT, strlen(REPORT));
	verdict = classify(known);
	compose = compose_of(verdict->report);
	input = i_stream_create_from_data(enclosed_rows[_i].report,
					  enclosed_rows[_i].size);
	ck_assert_int_eq(bounce_compose_enclosed(&compose, head, strlen(head),
						 "Title", input, &output,
						 &error), 0);
	str = read_all(output);
	text = str_c(str);
	ck_assert_msg(strncmp(text, "Return-Path: <>\nSubject: Title\nMIME",
			      35) == 0, "%.1000s", text);
	ck_assert_msg(contains(str, enclosed_rows[_i].report,
			       enclosed_rows[_i].size), "%.1000s", text);
	ck_assert_msg(strstr(text, t_strdup_printf(
		"\nContent-Transfer-Encoding: %s\nFrom: x@example.com\n\n"
		"--bouncecause-explained-", enclosed_rows[_i].encoding)) != NULL, "%.1000s", text);

	again = classify(output);
	verdict = classify(input);
	ck_assert(again->explained && !verdict->explained);
	ck_assert_int_eq(again->kind, verdict->kind);
	ck_assert((again->report == NULL) == (verdict->report == NULL));
	if (again->report != NULL) {
		rcpt = bounce_report_first(again->report);
		other = bounce_report_first(verdict->report);
		ck_assert_str_eq(rcpt->recipient, other->recipient);
		ck_assert_str_eq(rcpt->cause_id, other->cause_id);
		ck_assert_str_eq(rcpt->rule_id, other->rule_id);
		ck_assert_str_eq(rcpt->diagnostic, other->diagnostic);
		ck_assert_str_eq(again->report->returned.subject,
				 verdict->report->returned.subject);
	}
	i_stream_unref(&output);
	i_stream_unref(&input);
	i_stream_unref(&known);
}
END_TEST

/* Headers of all shapes, in front of which the parts must still be found */
static const struct {
	const char *header;
	size_t size;
} shape_rows[] = {
	{ BYTES("") },
	{ BYTES("\n") },
	{ BYTES("\r\n") },
	{ BYTES("only a body\nin two lines\n") },
	{ BYTES("From x Sat Jan 31\nFrom: x\n") },
	{ BYTES(" folded\n") },
	{ BYTES("A: 1\rContent-Type: text/plain\nB: 2\n") },
	{ BYTES("A: 1\0\n\n\nB: 2\n") },
	{ BYTES("A: 1\n\nContent-Type: text/plain\n") },
	{ BYTES("Content-Type: text/plain\nMIME-Version: 2.0\nSubject: a\n") },
	{ BYTES("no line end") },
	{ BYTES("A: no line end") },
	{ BYTES("A: 1\r\nB: 2\r") },
};

START_TEST(test_shape)
{
	struct istream *input, *output;
	struct bounce_verdict *verdict;
	struct bounce_compose compose;
	const char *error;

	input = i_stream_create_from_data(REPORT, strlen(REPORT));
	verdict = classify(input);
	compose = compose_of(verdict->report);
	ck_assert_int_eq(bounce_compose_enclosed(
		&compose, shape_rows[_i].header, shape_rows[_i].size, "",
		input, &output, &error), 0);
	verdict = classify(output);
	ck_assert(verdict->explained);
	ck_assert_int_eq(verdict->kind, BOUNCE_KIND_FAILURE);
	i_stream_unref(&output);
	i_stream_unref(&input);
}
END_TEST

/* A field of 1 MB stays; so does the message that has it. */
START_TEST(test_long_field)
{
	const size_t size = 1024 * 1024;
	string_t *header = str_new(default_pool, size + 16);
	struct istream *input, *output;
	struct bounce_compose compose;
	struct bounce_verdict *verdict;
	const char *error;

	str_append(header, "X-Long: ");
	while (str_len(header) < size)
		str_append(header, "0123456789abcdef");
	str_append_c(header, '\n');
	for (unsigned int i = 0; i < BOUNCE_LIMIT_FIELDS; i++)
		str_append(header, "X: y\n");
	input = i_stream_create_from_data(REPORT, strlen(REPORT));
	verdict = classify(input);
	compose = compose_of(verdict->report);
	ck_assert_int_eq(bounce_compose_enclosed(
		&compose, str_data(header), str_len(header), "x", input,
		&output, &error), 0);
	ck_assert(contains(read_all(output), str_data(header),
			   str_len(header)));
	ck_assert(classify(output)->explained);
	i_stream_unref(&output);
	i_stream_unref(&input);
	str_free(&header);
}
END_TEST

/* As many recipients and causes as there can be, whose addresses get as long
   as they can: it stays within the limit, and is known again. */
START_TEST(test_largest)
{
	const uint32_t causes = rules->counts[BOUNCE_SECTION_CAUSES];
	struct istream *input =
		i_stream_create_from_data(REPORT, strlen(REPORT));
	struct bounce_verdict *verdict = classify(input);
	struct bounce_compose compose = compose_of(verdict->report);
	struct bounce_recipient *rcpt, first;
	struct istream *output;
	const char *error;
	char *value;
	string_t *str;

	value = p_malloc(pool, BOUNCE_VALUE_MAX_SIZE + 1);
	memset(value, '"', BOUNCE_VALUE_MAX_SIZE);
	first = *array_front(&verdict->report->recipients);
	array_clear(&verdict->report->recipients);
	for (unsigned int i = 0; i < BOUNCE_LIMIT_RECIPIENTS; i++) {
		rcpt = array_append_space(&verdict->report->recipients);
		*rcpt = first;
		rcpt->cause = i % causes;
		rcpt->fixer = (i / causes) % (BOUNCE_FIXER_NOBODY + 1);
		rcpt->recipient = rcpt->suggestion = rcpt->domain = value;
		rcpt->remote_mta = rcpt->status = value;
		rcpt->diagnostic = p_strdup_printf(pool, "%u%s", i, value);
	}
	ck_assert_int_eq(bounce_compose_enclosed(&compose, "", 0, "x", input,
						 &output, &error), 0);
	str = read_all(output);
	ck_assert_uint_lt(str_len(str), BOUNCE_LIMIT_EXPLANATION_SIZE);
	verdict = classify(output);
	ck_assert(verdict->explained);
	i_stream_unref(&output);
	i_stream_unref(&input);
}
END_TEST

/* Messages that only say that they are explained */
static const char *const pretended_rows[] = {
	"Content-Type: multipart/mixed; boundary=bouncecause-explained-1\n\n",
	"Content-Type: multipart/mixed; boundary=bouncecause-explained-1\n\n"
	"--bouncecause-explained-1\n\ntext\n--bouncecause-explained-1\n\ntext\n"
	"--bouncecause-explained-1--\n",
	"Content-Type: multipart/mixed; boundary=bouncecause-explained-1\n\n"
	"--bouncecause-explained-1\n\n--bouncecause-explained-1\n"
	"Content-Type: message/rfc822\n\nSubject: x\n\n"
	"--bouncecause-explained-1\n\nthird\n--bouncecause-explained-1--\n",
};

START_TEST(test_pretended)
{
	struct istream *input = i_stream_create_from_data(
		pretended_rows[_i], strlen(pretended_rows[_i]));
	struct bounce_verdict *verdict = classify(input);

	ck_assert(!verdict->explained);
	ck_assert_int_eq(verdict->kind, BOUNCE_KIND_NONE);
	i_stream_unref(&input);
}
END_TEST

static const struct {
	const char *content_type;
	bool explained;
} type_rows[] = {
	{ NULL, FALSE },
	{ "", FALSE },
	{ "multipart/mixed", FALSE },
	{ "multipart/mixed; boundary=x", FALSE },
	{ "Multipart/Mixed; x=y; Boundary=\"bouncecause-explained-1\"", TRUE },
	{ "multipart/report; boundary=bouncecause-explained-1", FALSE },
	{ "text/plain; x=bouncecause-explained-1", FALSE },
};

START_TEST(test_type)
{
	ck_assert(bounce_compose_is_explained(type_rows[_i].content_type) ==
		  type_rows[_i].explained);
}
END_TEST

/* Text and HTML, all in lines that are short enough, whatever ends them */
START_TEST(test_explanation)
{
	struct istream *input =
		i_stream_create_from_data(REPORT, strlen(REPORT));
	struct bounce_verdict *verdict = classify(input);
	struct bounce_compose compose = compose_of(verdict->report);
	string_t *str = t_str_new(8192);
	const char *text;

	compose.sent_count = 7;
	bounce_compose_explanation(str, &compose, "\n");
	check_lines("explanation", str_c(str), FALSE);
	text = str_c(str);
	ck_assert(strstr(text, "1 of 7 addresses") != NULL);
	ck_assert(strstr(text, "Subject: Lunch") != NULL);
	ck_assert(strstr(text, "2026-01-31 12:00 UTC+01:00") != NULL);
	ck_assert_str_eq(bounce_compose_subject(&compose, pool),
			 t_strconcat(bounce_advice_title(rules,
				verdict->report,
				bounce_report_first(verdict->report),
				&compose.advice, 0, pool), ": Lunch", NULL));
	compose.forwarding = TRUE;
	ck_assert_str_eq(bounce_compose_subject(&compose, pool),
			 "Your forwarding to you@example.net fails: Lunch");
	str_truncate(str, 0);
	bounce_compose_explanation(str, &compose, "\r\n");
	for (const char *p = str_c(str); (p = strchr(p, '\n')) != NULL; p++)
		ck_assert(p[-1] == '\r');
	i_stream_unref(&input);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "sentences", test_sentences, N_ELEMENTS(sentence_rows) },
		{ "header", test_header, N_ELEMENTS(header_rows) },
		{ "field", test_field, N_ELEMENTS(field_rows) },
		{ "grown field", test_grown_field, 3 },
		{ "HTML", test_html, N_ELEMENTS(html_rows) },
		{ "author", test_author, N_ELEMENTS(author_rows) },
		{ "enclosed", test_enclosed, N_ELEMENTS(enclosed_rows) },
		{ "shape", test_shape, N_ELEMENTS(shape_rows) },
		{ "long field", test_long_field, 1 },
		{ "largest", test_largest, 1 },
		{ "pretended", test_pretended, N_ELEMENTS(pretended_rows) },
		{ "type", test_type, N_ELEMENTS(type_rows) },
		{ "explanation", test_explanation, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	rules = unit_rules_load("engine-rules");
	pool = pool_alloconly_create("test", 65536);
	ret = unit_run("compose", tables);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
