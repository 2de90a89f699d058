#ifndef UNICHAR_RANGE_H
#define UNICHAR_RANGE_H

#include "unichar.h"

struct unichar_range {
	unichar_t first, last;
};

/* Is the character in one of these ranges, which are sorted? */
static inline bool
unichar_in_ranges(unichar_t chr, const struct unichar_range *ranges,
		  unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (chr <= ranges[i].last)
			return chr >= ranges[i].first;
	}
	return FALSE;
}

#endif
