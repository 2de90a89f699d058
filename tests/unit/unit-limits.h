#ifndef UNIT_LIMITS_H
#define UNIT_LIMITS_H

#include "bounce-classify.h"

/* What is tested at a bound of bounce-limits.h, and just beyond. */
struct unit_limit {
	const char *name;
	/* How much is kept of so much? Or, for what is one thing, is it taken
	   (1) where it is there? str is empty, to be filled. */
	unsigned int (*keep)(string_t *str, unsigned int count);
	unsigned int limit;
	/* what is left of one thing beyond it */
	bool one;
};

/* The default bounds for a message */
extern const struct bounce_limits unit_limits;

/* All is kept up to the limit, and no more of what is larger. */
void unit_assert_limit(const struct unit_limit *limit);

/* Append the text so often. */
void unit_repeat(string_t *dest, const char *text, unsigned int count);

#endif
