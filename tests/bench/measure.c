/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What a message costs, beside what lib-mail's reading of the same message does:

   measure RULES ROUNDS FILE...
	CPU time of the jobs, in turns, medians: a line each, and the sums
   measure --only JOB RULES ROUNDS FILE...
	one of them alone, for callgrind: header or parse, lib-mail's; classify;
	carried, that with all flags set; text, each line of the files a reply;
	own, the first line the own hosts, and Received fields, a line each;
	load, the rules
   measure --worst RULES ROUNDS FILE...
	of each message the CPU time and how much the heap grew, with all flags
	set
   measure --key
	what instructions depend on apart from our code */

#include "lib.h"
#include "array.h"
#include "sort.h"
#include "str.h"
#include "istream.h"
#include "message-parser.h"
#include "bounce-rules.h"
#include "bounce-classify.h"
#include "own-hosts.h"
#include "heap.h"

#include <gnu/libc-version.h>
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* measurements of which the median is taken */
#define TURNS 9

struct mail {
	const char *path;
	string_t *data;
};

enum job {
	JOB_HEADER = 0,
	JOB_PARSE,
	JOB_CLASSIFY,
	JOB_CARRIED,
	JOB_TEXT,
	JOB_OWN,
	JOB_LOAD,

	JOB_COUNT
};

static const char *const job_names[JOB_COUNT] = {
	"header", "parse", "classify", "carried", "text", "own", "load"
};

static const enum bounce_classify_flags all_flags =
	BOUNCE_CLASSIFY_CARRIED | BOUNCE_CLASSIFY_NORMALISED;

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

static void
header_line(struct message_header_line *hdr ATTR_UNUSED,
	    void *context ATTR_UNUSED)
{
}

static void header(struct istream *input)
{
	message_parse_header(input, NULL, 0, header_line, NULL);
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

static void classify(struct istream *input, enum bounce_classify_flags flags)
{
	struct bounce_verdict *verdict;
	const char *error;
	pool_t pool = pool_alloconly_create("verdict", 4096);

	if (bounce_classify(input, NULL, rules, NULL, flags, NULL, pool,
			    &verdict, &error) < 0)
		i_fatal("%s", error);
	pool_unref(&pool);
}

static void texts(const struct mail *mail)
{
	const char *const *lines = t_strsplit(str_c(mail->data), "\n");
	struct bounce_recipient rcpt;
	pool_t pool = pool_alloconly_create("text", 4096);

	for (; *lines != NULL; lines++) T_BEGIN {
		p_clear(pool);
		bounce_classify_text(*lines, rules, 0, pool, &rcpt);
	} T_END;
	pool_unref(&pool);
}

static void own(const struct mail *mail)
{
	const char *const *lines = t_strsplit(str_c(mail->data), "\n");
	pool_t pool = pool_alloconly_create("own hosts", 4096);
	struct own_hosts *hosts;
	const char *wrong;

	hosts = own_hosts_create(pool, t_strsplit(lines[0], " "), &wrong);
	(void)own_hosts_sent(hosts, lines + 1);
	pool_unref(&pool);
}

static void load(void)
{
	struct bounce_rules *loaded = load_rules();

	bounce_rules_unref(&loaded);
}

static void run(enum job job, const struct mail *mail)
{
	struct istream *input;

	if (job == JOB_LOAD) {
		load();
		return;
	}
	if (job == JOB_TEXT) {
		texts(mail);
		return;
	}
	if (job == JOB_OWN) {
		own(mail);
		return;
	}
	input = i_stream_create_from_data(str_data(mail->data),
					  str_len(mail->data));
	if (job == JOB_HEADER)
		header(input);
	else if (job == JOB_PARSE)
		parse(input);
	else
		classify(input, job == JOB_CARRIED ? all_flags : 0);
	i_stream_unref(&input);
}

/* Microseconds of CPU time */
static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int double_cmp(const double *a, const double *b)
{
	return *a < *b ? -1 : (*a > *b ? 1 : 0);
}

/* The medians of some turns of so many rounds, microseconds a round. */
static void measure(const struct mail *mail, enum job first, enum job last,
		    unsigned int rounds, double *medians)
{
	double spent[JOB_COUNT][TURNS], start;
	unsigned int turn, i, job;

	for (turn = 0; turn < TURNS; turn++) {
		for (job = first; job <= last; job++) {
			start = now();
			for (i = 0; i < rounds; i++) T_BEGIN {
				run(job, mail);
			} T_END;
			spent[job][turn] = (now() - start) / rounds;
		}
	}
	for (job = first; job <= last; job++) {
		i_qsort(spent[job], TURNS, sizeof(double), double_cmp);
		medians[job] = spent[job][TURNS / 2];
	}
}

static void run_all(unsigned int rounds)
{
	const struct mail *mail;
	double each[JOB_COUNT], sums[JOB_COUNT] = { 0 };
	unsigned int job;

	printf("%10s %10s %10s  (microseconds)\n", "header", "parse",
	       "classify");
	array_foreach(&mails, mail) {
		measure(mail, JOB_HEADER, JOB_CLASSIFY, rounds, each);
		for (job = JOB_HEADER; job <= JOB_CLASSIFY; job++)
			sums[job] += each[job];
		printf("%10.1f %10.1f %10.1f  %s\n", each[JOB_HEADER],
		       each[JOB_PARSE], each[JOB_CLASSIFY], mail->path);
	}
	printf("%10.1f %10.1f %10.1f  all %u mails\n", sums[JOB_HEADER],
	       sums[JOB_PARSE], sums[JOB_CLASSIFY], array_count(&mails));
	measure(NULL, JOB_LOAD, JOB_LOAD, rounds, each);
	printf("%32.1f  to load the rules\n", each[JOB_LOAD]);
}

/* What the first message costs that needs a charset, and the like, is none of
   the others': each is read twice, and the second time counts. From the file,
   as deliveries read: a bound may hold only at the end of a block. */
static void run_worst(unsigned int rounds)
{
	const struct mail *mail;
	struct istream *input;
	double start, spent, least;
	size_t before, grown;
	unsigned int i;

	printf("%10s %10s  (microseconds, bytes)\n", "classify", "heap");
	array_foreach(&mails, mail) {
		least = grown = 0;
		for (i = 0; i <= rounds; i++) T_BEGIN {
			input = i_stream_create_file(mail->path,
						     IO_BLOCK_SIZE);
			data_stack_free_unused();
			before = heap_begin();
			start = now();
			classify(input, all_flags);
			spent = now() - start;
			grown = heap_peak() - before;
			if (i == 1 || (i > 1 && spent < least))
				least = spent;
			i_stream_unref(&input);
		} T_END;
		printf("%10.1f %10zu  %s\n", least, grown, mail->path);
	}
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
		i_fatal("--only header, parse, classify, carried, text, own "
			"or load");
	for (i = 0; i < rounds; i++) {
		array_foreach(&mails, mail) T_BEGIN {
			run(job, mail);
		} T_END;
	}
}

static void print_key(void)
{
	printf("dovecot %s, libhs %.5s, glibc %s, compiler %s", DOVECOT_VERSION,
	       hs_version(), gnu_get_libc_version(), __VERSION__);
#ifdef __OPTIMIZE__
	printf(", optimised");
#endif
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f") != 0)
		printf(", avx512");
	else if (__builtin_cpu_supports("avx2") != 0)
		printf(", avx2");
#endif
	printf("\n");
}

int main(int argc, char *argv[])
{
	const char *only = NULL;
	bool worst = FALSE;
	unsigned int rounds;
	pool_t pool;

	lib_init();
	if (argc > 2 && strcmp(argv[1], "--only") == 0) {
		only = argv[2];
		argc -= 2;
		argv += 2;
	}
	if (argc == 2 && strcmp(argv[1], "--key") == 0) {
		print_key();
		lib_deinit();
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "--worst") == 0) {
		worst = TRUE;
		argc--;
		argv++;
	}
	if (argc < 4 || str_to_uint(argv[2], &rounds) < 0 || rounds == 0)
		i_fatal("usage: measure [--only JOB|--worst] "
			"RULES ROUNDS FILE...");
	rules_path = argv[1];
	rules = load_rules();
	pool = pool_alloconly_create("mails", 1024*1024);
	i_array_init(&mails, 64);
	for (int i = 3; i < argc; i++)
		read_mail(pool, argv[i]);

	if (only != NULL)
		run_only(only, rounds);
	else if (worst)
		run_worst(rounds);
	else
		run_all(rounds);

	array_free(&mails);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return 0;
}
