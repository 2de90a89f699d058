#ifndef SURVEY_TALLY_H
#define SURVEY_TALLY_H

#include "bounce-rules-file.h"

/* Counting how often each of some names occurs. */

struct survey_count {
	const char *name;
	unsigned int count;
	/* those that are permanent, temporary */
	unsigned int permanent;
	unsigned int temporary;
	/* when first and last, 0 unknown */
	time_t first;
	time_t last;
	/* a file where it occurs */
	const char *file;
};

struct survey_tally;

struct survey_tally *survey_tally_init(void);
void survey_tally_deinit(struct survey_tally **tally);
/* Count a name (copied) once more. severity may be UNSET. */
void survey_tally_add(struct survey_tally *tally, const char *name,
		      enum bounce_severity severity, time_t when,
		      const char *file);
/* How often a name has occurred */
unsigned int survey_tally_get(const struct survey_tally *tally,
			      const char *name);
/* All names, the most frequent first, then by name; on the data stack. */
const struct survey_count *const *
survey_tally_sorted(const struct survey_tally *tally, unsigned int *count_r);

#endif
