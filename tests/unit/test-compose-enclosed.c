/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Messages that bounceexplain makes: an explanation with the report enclosed */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "explained-message.h"
#include "unit-compose.h"

/* Rows are bytes, and may hold NUL. */
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *report;
	size_t size;
	const char *encoding;
} enclosed_rows[] = {
	{ BYTES(UNIT_REPORT), "7bit" },
	{ BYTES(UNIT_REPORT "no line end"), "7bit" },
	{ BYTES(UNIT_REPORT "8-bit \xfc\n"), "8bit" },
	{ BYTES(UNIT_REPORT "8-bit \xfc and NUL \0\n"), "binary" },
	{ BYTES(UNIT_REPORT "CR \r alone\n"), "binary" },
	{ BYTES(UNIT_REPORT "CR at the end\r"), "binary" },
	{ BYTES(UNIT_REPORT "CRLF\r\n"), "7bit" },
	{ BYTES(UNIT_REPORT "\n--bouncecause-explained-0--\n"), "7bit" },
	{ BYTES("From mailer Sat Jan 31\n" UNIT_REPORT), "7bit" },
	{ BYTES("\n" UNIT_REPORT), "7bit" },
};

static string_t *read_all(struct istream *input)
{
	string_t *str = str_new(unit_compose_pool, 8192);
	const unsigned char *data;
	size_t size;

	i_stream_seek(input, 0);
	while (i_stream_read_more(input, &data, &size) > 0) {
		str_append_data(str, data, size);
		i_stream_skip(input, size);
	}
	return str;
}

static unsigned int lines_of(const string_t *str)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < str_len(str); i++) {
		if (str_data(str)[i] == '\n')
			lines++;
	}
	return lines;
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
	const char *error, *text, *wanted;
	string_t *str;

	known = i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	verdict = unit_compose_classify(known);
	compose = unit_compose_of(verdict->report);
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
	wanted = t_strdup_printf(
		"\nContent-Transfer-Encoding: %s\nFrom: x@example.com\n\n"
		"--bouncecause-explained-", enclosed_rows[_i].encoding);
	ck_assert_msg(strstr(text, wanted) != NULL, "%.1000s", text);

	again = unit_compose_classify(output);
	verdict = unit_compose_classify(input);
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

	input = i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	verdict = unit_compose_classify(input);
	compose = unit_compose_of(verdict->report);
	ck_assert_int_eq(bounce_compose_enclosed(
		&compose, shape_rows[_i].header, shape_rows[_i].size, "",
		input, &output, &error), 0);
	verdict = unit_compose_classify(output);
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
	input = i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	verdict = unit_compose_classify(input);
	compose = unit_compose_of(verdict->report);
	ck_assert_int_eq(bounce_compose_enclosed(
		&compose, str_data(header), str_len(header), "x", input,
		&output, &error), 0);
	ck_assert(contains(read_all(output), str_data(header),
			   str_len(header)));
	ck_assert(unit_compose_classify(output)->explained);
	i_stream_unref(&output);
	i_stream_unref(&input);
	str_free(&header);
}
END_TEST

/* As many recipients and causes as there can be, whose addresses get as long
   as they can: it stays within the limit, and is known again. */
START_TEST(test_largest)
{
	const uint32_t causes = unit_compose_rules->counts[BOUNCE_SECTION_CAUSES];
	struct istream *input =
		i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	struct bounce_verdict *verdict = unit_compose_classify(input);
	struct bounce_compose compose = unit_compose_of(verdict->report);
	struct bounce_recipient *rcpt, first;
	struct istream *output;
	const char *error;
	char *value;
	string_t *str;

	value = p_malloc(unit_compose_pool, BOUNCE_VALUE_MAX_SIZE + 1);
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
		rcpt->diagnostic = p_strdup_printf(unit_compose_pool, "%u%s", i, value);
	}
	ck_assert_int_eq(bounce_compose_enclosed(&compose, "", 0, "x", input,
						 &output, &error), 0);
	str = read_all(output);
	ck_assert_uint_lt(str_len(str), BOUNCE_LIMIT_EXPLANATION_SIZE);
	ck_assert_uint_lt(lines_of(str), BOUNCE_LIMIT_EXPLANATION_LINES);
	verdict = unit_compose_classify(output);
	ck_assert(verdict->explained);
	i_stream_unref(&output);
	i_stream_unref(&input);
}
END_TEST

/* What stands around the report does not count against what may be read of it:
   parts and levels. (Where there are more, the report is all that follows.) */
static const struct bounce_limits limits_rows[] = {
	{ .max_parts = 1, .max_depth = 1 },
	{ .max_parts = 1, .max_depth = BOUNCE_LIMIT_DEPTH },
	{ .max_parts = BOUNCE_LIMIT_PARTS, .max_depth = 1 },
};

START_TEST(test_limits)
{
	struct bounce_limits limits = limits_rows[_i];
	struct istream *input, *output, *report;
	struct bounce_compose compose;
	const char *error;

	input = i_stream_create_from_data(UNIT_REPORT, strlen(UNIT_REPORT));
	compose = unit_compose_of(unit_compose_classify(input)->report);
	ck_assert_int_eq(bounce_compose_enclosed(&compose, "", 0, "", input,
						 &output, &error), 0);
	limits.max_size = strlen(UNIT_REPORT);
	report = explained_report_open(output, 0, &limits);
	ck_assert_ptr_nonnull(report);
	ck_assert_int_eq(strncmp(str_c(read_all(report)), UNIT_REPORT,
				 strlen(UNIT_REPORT)), 0);
	i_stream_unref(&report);
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
	struct bounce_verdict *verdict = unit_compose_classify(input);

	ck_assert(!verdict->explained);
	ck_assert_int_eq(verdict->kind, BOUNCE_KIND_NONE);
	i_stream_unref(&input);
}
END_TEST

/* An explanation of so many lines */
static const struct {
	unsigned int lines;
	bool explained;
} lines_rows[] = {
	{ BOUNCE_LIMIT_EXPLANATION_LINES, TRUE },
	{ BOUNCE_LIMIT_EXPLANATION_LINES + 1, FALSE },
	{ BOUNCE_LIMIT_EXPLANATION_LINES * 2, FALSE },
};

START_TEST(test_lines)
{
	string_t *str = str_new(unit_compose_pool, 1024);
	struct istream *input;

	str_append(str, "Content-Type: multipart/mixed; "
		   "boundary=bouncecause-explained-1\n\n"
		   "--bouncecause-explained-1\n\n");
	/* three are in headers; one of these belongs to the boundary, which is
	   the one that the first boundary is */
	for (unsigned int i = 0; i < lines_rows[_i].lines - 3; i++)
		str_append(str, "\n");
	str_append(str, "--bouncecause-explained-1\n"
		   "Content-Type: message/rfc822\n\n" UNIT_REPORT
		   "\n--bouncecause-explained-1--\n");
	input = i_stream_create_from_data(str_data(str), str_len(str));
	ck_assert(unit_compose_classify(input)->explained ==
		  lines_rows[_i].explained);
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

int main(void)
{
	const struct unit_table tables[] = {
		{ "enclosed", test_enclosed, N_ELEMENTS(enclosed_rows) },
		{ "shape", test_shape, N_ELEMENTS(shape_rows) },
		{ "long field", test_long_field, 1 },
		{ "largest", test_largest, 1 },
		{ "limits", test_limits, N_ELEMENTS(limits_rows) },
		{ "lines", test_lines, N_ELEMENTS(lines_rows) },
		{ "pretended", test_pretended, N_ELEMENTS(pretended_rows) },
		{ "type", test_type, N_ELEMENTS(type_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_compose_run("compose-enclosed", tables);
	lib_deinit();
	return ret;
}
