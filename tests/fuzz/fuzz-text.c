/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A reply text: the normaliser and all rules */

#include "lib.h"
#include "unichar.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bounce_rules *rules = fuzz_rules();
	struct bounce_recipient rcpt;
	pool_t pool;

	T_BEGIN {
		pool = pool_alloconly_create("fuzz", 4096);
		bounce_classify_text(p_strndup(pool, data, size), rules,
				     BOUNCE_CLASSIFY_NORMALISED, pool, &rcpt);
		i_assert(rcpt.cause < rules->counts[BOUNCE_SECTION_CAUSES]);
		i_assert(uni_utf8_str_is_valid(rcpt.normalised));
		fuzz_check_value(rcpt.diagnostic, 1000, FALSE);
		pool_unref(&pool);
	} T_END;
	return 0;
}
