/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Explanations of reports, and their parts */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "compose-document.h"
#include "compose-header.h"
#include "compose-mime.h"
#include "compose-sentences.h"
#include "unit-compose.h"

/* Rows are bytes, and may hold NUL. */
#define BYTES(text) text, sizeof(text) - 1

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
				sentence_rows[_i].text, unit_compose_pool), "|"),
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
		UNIT_REPORT_HEAD("you@example.net", "%s") "--b--\n",
		html_rows[_i].reply);
	struct istream *input = i_stream_create_from_data(data, strlen(data));
	struct bounce_verdict *verdict = unit_compose_classify(input);
	struct bounce_compose compose;
	string_t *str = t_str_new(8192);

	ck_assert(verdict->report != NULL);
	compose = unit_compose_of(verdict->report);
	compose_html_write(str, compose_document_create(&compose, TRUE,
							unit_compose_pool));
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
	const char *data = UNIT_REPORT_HEAD("you@example.net",
		"<secret@b.example> user unknown at mx.b.example") "--b--\n";
	struct istream *input = i_stream_create_from_data(data, strlen(data));
	struct bounce_verdict *verdict = unit_compose_classify(input);
	struct bounce_compose compose = unit_compose_of(verdict->report);
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
	doc = compose_document_create(&compose, FALSE, unit_compose_pool);
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

static const struct {
	const char *date;
	/* in the explanation: for the owner, and for the author */
	const char *owner;
	const char *author;
} date_rows[] = {
	{ "Sat, 31 Jan 2026 12:00:00 +0100", "2026-01-31 12:00 UTC+01:00",
	  "2026-01-31 12:00 UTC+01:00" },
	{ "Sat, 31 Jan 2026 12:00:00 +0000 (call +1 555 0100)",
	  "2026-01-31 12:00 UTC", "2026-01-31 12:00 UTC" },
	{ "call +1 555 0100", "call +1 555 0100", NULL },
	{ "", NULL, NULL },
};

START_TEST(test_date)
{
	struct istream *input =
		i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	struct bounce_verdict *verdict = unit_compose_classify(input);
	struct bounce_report report = *verdict->report;
	struct bounce_compose compose = unit_compose_of(&report);
	const char *shown;
	string_t *str = t_str_new(8192);

	report.returned.date = date_rows[_i].date;
	for (unsigned int i = 0; i < 2; i++) {
		compose.author_only = i > 0;
		shown = i > 0 ? date_rows[_i].author : date_rows[_i].owner;
		str_truncate(str, 0);
		compose_text_write(str, compose_document_create(
			&compose, FALSE, unit_compose_pool));
		ck_assert_msg(strstr(str_c(str), shown != NULL ? shown :
				     "Lunch") != NULL, "%s", str_c(str));
		ck_assert_msg(strstr(str_c(str), "555") == NULL ||
			      (shown != NULL && strstr(shown, "555") != NULL),
			      "%s", str_c(str));
		ck_assert_msg((strstr(str_c(str), "\nDate: ") != NULL) ==
			      (shown != NULL), "%s", str_c(str));
	}
	i_stream_unref(&input);
}
END_TEST

/* Text and HTML, all in lines that are short enough, whatever ends them */
START_TEST(test_explanation)
{
	struct istream *input =
		i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	struct bounce_verdict *verdict = unit_compose_classify(input);
	struct bounce_compose compose = unit_compose_of(verdict->report);
	string_t *str = t_str_new(8192);
	const char *text;

	compose.sent_count = 7;
	bounce_compose_explanation(str, &compose, "\n");
	check_lines("explanation", str_c(str), FALSE);
	text = str_c(str);
	ck_assert(strstr(text, "1 of 7 addresses") != NULL);
	ck_assert(strstr(text, "Subject: Lunch") != NULL);
	ck_assert(strstr(text, "2026-01-31 12:00 UTC+01:00") != NULL);
	ck_assert_str_eq(bounce_compose_subject(&compose, unit_compose_pool),
			 t_strconcat(bounce_advice_title(unit_compose_rules,
				verdict->report,
				bounce_report_first(verdict->report),
				&compose.advice, 0, unit_compose_pool), ": Lunch", NULL));
	compose.forwarding = TRUE;
	ck_assert_str_eq(bounce_compose_subject(&compose, unit_compose_pool),
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
		{ "date", test_date, N_ELEMENTS(date_rows) },
		{ "explanation", test_explanation, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_compose_run("compose", tables);
	lib_deinit();
	return ret;
}
