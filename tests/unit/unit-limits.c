/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "bounce-limits.h"
#include "unit.h"
#include "unit-limits.h"

const struct bounce_limits unit_limits = {
	.max_size = BOUNCE_LIMIT_MESSAGE_SIZE,
	.max_parts = BOUNCE_LIMIT_PARTS,
	.max_depth = BOUNCE_LIMIT_DEPTH,
	.max_recipients = BOUNCE_LIMIT_RECIPIENTS,
	.max_text = BOUNCE_LIMIT_TEXT_SIZE,
};

void unit_assert_limit(const struct unit_limit *limit)
{
	string_t *str = str_new(default_pool, 65536);
	unsigned int kept, wanted;

	for (unsigned int count = limit->limit - 1; count <= limit->limit + 1;
	     count++) {
		str_truncate(str, 0);
		kept = limit->keep(str, count);
		wanted = limit->one ? (count <= limit->limit ? 1 : 0) :
			I_MIN(count, limit->limit);
		ck_assert_msg(kept == wanted, "%s: of %u %u, not %u",
			      limit->name, count, kept, wanted);
	}
	str_free(&str);
}

void unit_repeat(string_t *dest, const char *text, unsigned int count)
{
	while (count-- > 0)
		str_append(dest, text);
}
