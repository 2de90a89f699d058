/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A mail, as it is in the file: the message reader, the readers of reports, the
   choice of the cause, and the words that are said about it */

#include "lib.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "fuzz.h"

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
		if (bounce_classify(input, NULL, rules, NULL,
				    BOUNCE_CLASSIFY_CARRIED |
				    BOUNCE_CLASSIFY_NORMALISED, NULL, pool,
				    &verdict, &error) < 0)
			i_panic("a stream in memory failed: %s", error);
		fuzz_check_report(rules, verdict->report, FALSE);
		fuzz_check_report(rules, verdict->carried, FALSE);
		i_stream_unref(&input);
		pool_unref(&pool);
	} T_END;
	return 0;
}
