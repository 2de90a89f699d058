/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The known names nearest to an unknown one */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"

#include <ctype.h>

/* Longer names are not looked at: they are no typing errors. */
#define NAME_MAX_LEN 64

struct near_name {
	const char *name;
	unsigned int distance;
};

/* How many characters have to be inserted, deleted, changed or swapped with
   their neighbour to get from one name to the other, in any case. */
static unsigned int name_distance(const char *a, const char *b)
{
	unsigned int rows[3][NAME_MAX_LEN + 1];
	unsigned int *before = rows[0], *last = rows[1], *row = rows[2], *tmp;
	unsigned int i, j, best, a_len = strlen(a), b_len = strlen(b);

	i_assert(a_len <= NAME_MAX_LEN && b_len <= NAME_MAX_LEN);

	for (j = 0; j <= b_len; j++)
		last[j] = j;
	for (i = 1; i <= a_len; i++) {
		row[0] = i;
		for (j = 1; j <= b_len; j++) {
			char x = i_tolower(a[i-1]), y = i_tolower(b[j-1]);

			best = last[j-1] + (x == y ? 0 : 1);
			best = I_MIN(best, last[j] + 1);
			best = I_MIN(best, row[j-1] + 1);
			if (i > 1 && j > 1 && x == i_tolower(b[j-2]) &&
			    y == i_tolower(a[i-2]))
				best = I_MIN(best, before[j-2] + 1);
			row[j] = best;
		}
		tmp = before; before = last; last = row; row = tmp;
	}
	return last[b_len];
}

/* One of the two is a part of the other: "full" and "mailbox-full". */
static bool name_contains(const char *a, const char *b)
{
	return strlen(b) >= 3 && strstr(a, b) != NULL;
}

static int near_name_cmp(const struct near_name *a, const struct near_name *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance ? -1 : 1;
	return strcmp(a->name, b->name);
}

const char *const *
bounce_names_nearest(const char *const *names, const char *wanted,
		     unsigned int max)
{
	ARRAY(struct near_name) near_names;
	ARRAY_TYPE(const_string) result;
	const struct near_name *near;
	unsigned int limit = 1 + strlen(wanted) / 4;

	t_array_init(&result, max + 1);
	t_array_init(&near_names, 16);
	for (; *names != NULL && strlen(wanted) <= NAME_MAX_LEN; names++) {
		struct near_name new_name = { .name = *names };

		if (strlen(*names) > NAME_MAX_LEN)
			continue;
		new_name.distance = name_distance(*names, wanted);
		if (new_name.distance <= limit ||
		    name_contains(*names, wanted) ||
		    name_contains(wanted, *names))
			array_push_back(&near_names, &new_name);
	}
	array_sort(&near_names, near_name_cmp);
	array_foreach(&near_names, near) {
		if (array_count(&result) == max)
			break;
		array_push_back(&result, &near->name);
	}
	array_append_zero(&result);
	return array_front(&result);
}
