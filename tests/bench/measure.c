/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Time per message, against lib-mail's bare parse of the same messages:

   measure RULES ROUNDS FILE...            all of them, a line each, and the sums
   measure --only parse|classify|load RULES ROUNDS FILE...
                                         one of them alone, for callgrind */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "istream.h"
#include "message-parser.h"
#include "bounce-rules.h"
#include "bounce-classify.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct mail {
	const char *path;
	string_t *data;
};

enum job {
	JOB_PARSE = 0,
	JOB_CLASSIFY,
	JOB_LOAD,

	JOB_COUNT
};

static const char *const job_names[JOB_COUNT] = {
	"parse", "classify", "load"
};

static ARRAY(struct mail) mails;
static const char *rules_path;
static struct bounce_rules *rules;

static struct bounce_rules *load_rules(void)
{
	struct bounce_rules *loaded;
	const char *error;

	if (bounce_rules_open(rules_path, &loaded, &error) < 0)
		i_fatal("%s", error);
	return loaded;
}

static void read_mail(pool_t pool, const char *path)
{
	struct istream *input = i_stream_create_file(path, IO_BLOCK_SIZE);
	struct mail *mail = array_append_space(&mails);
	const unsigned char *data;
	size_t size;

	mail->path = path;
	mail->data = str_new(pool, 4096);
	while (i_stream_read_more(input, &data, &size) > 0) {
		str_append_data(mail->data, data, size);
		i_stream_skip(input, size);
	}
	if (input->stream_errno != 0)
		i_fatal("%s: %s", path, i_stream_get_error(input));
	i_stream_unref(&input);
}

static void parse(struct istream *input)
{
	const struct message_parser_settings set = { .flags = 0 };
	struct message_parser_ctx *ctx;
	struct message_block block;
	struct message_part *parts;
	pool_t pool = pool_alloconly_create("parse", 4096);

	ctx = message_parser_init(pool, input, &set);
	while (message_parser_parse_next_block(ctx, &block) > 0)
		;
	message_parser_deinit(&ctx, &parts);
	pool_unref(&pool);
}

static void classify(struct istream *input)
{
	struct bounce_verdict *verdict;
	const char *error;
	pool_t pool = pool_alloconly_create("verdict", 4096);

	if (bounce_classify(input, NULL, rules, NULL, 0, NULL, pool, &verdict,
			    &error) < 0)
		i_fatal("%s", error);
	pool_unref(&pool);
}

static void run(enum job job, const struct mail *mail)
{
	struct istream *input;
	struct bounce_rules *loaded;

	if (job == JOB_LOAD) {
		loaded = load_rules();
		bounce_rules_unref(&loaded);
		return;
	}
	input = i_stream_create_from_data(str_data(mail->data),
					  str_len(mail->data));
	if (job == JOB_PARSE)
		parse(input);
	else
		classify(input);
	i_stream_unref(&input);
}

/* The shortest of some turns of so many rounds, microseconds a round. */
static double measure(enum job job, const struct mail *mail,
		      unsigned int rounds)
{
	struct timespec start, end;
	double spent, best = 0;
	unsigned int turn, i;

	for (turn = 0; turn < 5; turn++) {
		(void)clock_gettime(CLOCK_MONOTONIC, &start);
		for (i = 0; i < rounds; i++) T_BEGIN {
			run(job, mail);
		} T_END;
		(void)clock_gettime(CLOCK_MONOTONIC, &end);
		spent = (end.tv_sec - start.tv_sec) * 1e6 +
			(end.tv_nsec - start.tv_nsec) / 1e3;
		if (turn == 0 || spent < best)
			best = spent;
	}
	return best / rounds;
}

static void run_all(unsigned int rounds)
{
	const struct mail *mail;
	double parsed, classified, sum_parsed = 0, sum_classified = 0;

	printf("%10s %10s %6s  (microseconds)\n", "parse", "classify",
	       "ratio");
	array_foreach(&mails, mail) {
		parsed = measure(JOB_PARSE, mail, rounds);
		classified = measure(JOB_CLASSIFY, mail, rounds);
		sum_parsed += parsed;
		sum_classified += classified;
		printf("%10.1f %10.1f %6.2f  %s\n", parsed, classified,
		       classified / parsed, mail->path);
	}
	printf("%10.1f %10.1f %6.2f  all %u mails\n", sum_parsed,
	       sum_classified, sum_classified / sum_parsed,
	       array_count(&mails));
	printf("%10.1f  to load the rules\n", measure(JOB_LOAD, NULL, rounds));
}

static void run_only(const char *name, unsigned int rounds)
{
	const struct mail *mail;
	unsigned int i, job;

	for (job = 0; job < JOB_COUNT; job++) {
		if (strcmp(name, job_names[job]) == 0)
			break;
	}
	if (job == JOB_COUNT)
		i_fatal("--only parse, classify or load");
	for (i = 0; i < rounds; i++) {
		array_foreach(&mails, mail) T_BEGIN {
			run(job, mail);
		} T_END;
	}
}

int main(int argc, char *argv[])
{
	const char *only = NULL;
	unsigned int rounds;
	pool_t pool;

	lib_init();
	if (argc > 2 && strcmp(argv[1], "--only") == 0) {
		only = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc < 4 || str_to_uint(argv[2], &rounds) < 0 || rounds == 0)
		i_fatal("usage: measure [--only WHAT] RULES ROUNDS FILE...");
	rules_path = argv[1];
	rules = load_rules();
	pool = pool_alloconly_create("mails", 1024*1024);
	i_array_init(&mails, 64);
	for (int i = 3; i < argc; i++)
		read_mail(pool, argv[i]);

	if (only != NULL)
		run_only(only, rounds);
	else
		run_all(rounds);

	array_free(&mails);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return 0;
}
