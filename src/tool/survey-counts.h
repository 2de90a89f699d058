#ifndef SURVEY_COUNTS_H
#define SURVEY_COUNTS_H

#include "survey-tally.h"

struct bounce_rules;
struct bounce_verdict;

/* What a survey counts of the recipients that failed or were delayed. */
enum survey_subject {
	SURVEY_KIND = 0,	/* of messages: failure, delay, none ... */
	SURVEY_CAUSE,
	SURVEY_PROVIDER,	/* that the rules recognise */
	SURVEY_DOMAIN,		/* of the recipients */
	SURVEY_FIXER,
	SURVEY_RULE,		/* that decided */
	SURVEY_WORDING,		/* that no rule knows */

	SURVEY_SUBJECT_COUNT
};

struct survey_counts {
	const struct bounce_rules *rules;
	struct survey_tally *tallies[SURVEY_SUBJECT_COUNT];
	/* messages that were counted; that --since left out */
	unsigned int messages;
	unsigned int older;
};

enum survey_format {
	SURVEY_TABLE = 0,
	SURVEY_JSON,
	SURVEY_CSV
};

void survey_counts_init(struct survey_counts *counts,
			const struct bounce_rules *rules);
void survey_counts_deinit(struct survey_counts *counts);
/* Count a message; it was classified with BOUNCE_CLASSIFY_NORMALISED. */
void survey_counts_add(struct survey_counts *counts, const char *file,
		       time_t when, const struct bounce_verdict *verdict);
/* Print all counts; a table shows the most frequent ones unless all. */
void survey_counts_print(const struct survey_counts *counts,
			 enum survey_format format, bool all);

/* What each subject is called in JSON and CSV: "kind", "cause" ... */
extern const char *const survey_subject_names[SURVEY_SUBJECT_COUNT];

#endif
