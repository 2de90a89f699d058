/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A mail, and what the actions write about it: the explanation with the report
   enclosed, and the subject, in the language and for the reader that the size of
   the mail chooses */

#include "lib.h"
#include "istream.h"
#include "str.h"
#include "bounce-classify.h"
#include "bounce-compose.h"
#include "bounce-rules.h"
#include "fuzz.h"

#define LINE_MAX_SIZE 76

static void check_lines(const char *data, size_t size)
{
	size_t column = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = data[i];

		i_assert(c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f));
		column = c == '\n' ? 0 : column + 1;
		i_assert(column <= LINE_MAX_SIZE);
	}
}

/* The report is in it as it came. */
static void
check_enclosed(const struct bounce_compose *compose, const uint8_t *data,
	       size_t size, const char *subject)
{
	const unsigned char *body = memchr(data, '\n', size), *got;
	struct istream *report, *output;
	buffer_t *buf = t_buffer_create(size + 8192);
	const char *error;
	size_t got_size;

	report = i_stream_create_from_data(data, size);
	if (bounce_compose_enclosed(compose, data, body == NULL ? size :
				    (size_t)(body - data) + 1, subject, report,
				    &output, &error) < 0)
		i_panic("a stream in memory failed: %s", error);
	while (i_stream_read_more(output, &got, &got_size) > 0) {
		buffer_append(buf, got, got_size);
		i_stream_skip(output, got_size);
	}
	i_assert(output->stream_errno == 0);
	i_assert(size == 0 ||
		 memmem(buf->data, buf->used, data, size) != NULL);
	i_stream_unref(&output);
	i_stream_unref(&report);
}

static void
compose_one(const struct bounce_rules *rules,
	    const struct bounce_report *report, const uint8_t *data,
	    size_t size)
{
	const struct bounce_compose compose = {
		.rules = rules,
		.report = report,
		.advice = {
			.support = "postmaster@example.org",
			.now = 1700000000,
		},
		.language = size % rules->counts[BOUNCE_SECTION_LANGUAGES],
		.sent_count = size % 5,
		.forwarding = (size & 8) != 0,
		.author_only = (size & 16) != 0,
	};
	pool_t pool = pool_datastack_create();
	string_t *str = t_str_new(16384);
	const char *subject;

	/* the actions are about bounces only */
	if (!bounce_kind_is_bounce(report->kind) ||
	    bounce_report_first(report) == NULL)
		return;
	subject = bounce_compose_subject(&compose, pool);
	fuzz_check_value(subject, SIZE_MAX, FALSE);
	bounce_compose_field(str, "Subject", subject, "\n");
	bounce_compose_explanation(str, &compose, "\n");
	check_lines(str_c(str), str_len(str));
	check_enclosed(&compose, data, size, subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bounce_rules *rules = fuzz_rules();
	struct bounce_verdict *verdict;
	struct istream *input;
	const char *error;
	pool_t pool;

	T_BEGIN {
		pool = pool_alloconly_create("fuzz", 4096);
		input = i_stream_create_from_data(data, size);
		if (bounce_classify(input, "", rules, NULL,
				    BOUNCE_CLASSIFY_CARRIED, NULL, pool,
				    &verdict, &error) < 0)
			i_panic("a stream in memory failed: %s", error);
		if (verdict->report != NULL)
			compose_one(rules, verdict->report, data, size);
		if (verdict->carried != NULL)
			compose_one(rules, verdict->carried, data, size);
		i_stream_unref(&input);
		pool_unref(&pool);
	} T_END;
	return 0;
}
