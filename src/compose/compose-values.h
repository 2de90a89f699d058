#ifndef COMPOSE_VALUES_H
#define COMPOSE_VALUES_H

#include "advice-values.h"
#include "bounce-compose.h"

/* Words and values for documents */

struct compose_values {
	const struct bounce_compose *compose;
	struct advice_values advice;
	pool_t pool;
};

/* The report as the reader may see it: that of compose, or one without what
   the author of the message does not know (author_only); allocated from
   pool. */
const struct bounce_report *
compose_report_get(const struct bounce_compose *compose, pool_t pool);

/* What placeholders stand for in texts about that recipient. What is from the
   report is marked as such (COMPOSE_FOREIGN_BEGIN). */
void compose_values_get(struct compose_values *values_r,
			const struct bounce_compose *compose,
			const struct bounce_report *report,
			const struct bounce_recipient *rcpt, pool_t pool);

/* A text or a word of the rules with these values, allocated from the pool */
const char *compose_fill(const struct compose_values *values,
			 const char *template);
const char *compose_word(const struct compose_values *values, const char *id);

/* What is from the report, on one line and marked as such; "" stays "" */
const char *compose_foreign(const char *value, pool_t pool);
/* The same without marks */
const char *compose_unmarked(const char *text, pool_t pool);

/* The date of a header field for people: in the time of who wrote it. As it is
   where nobody understands it; "" if the reader is the author (author_only),
   to whom a forged report could say anything there. */
const char *compose_date(const struct bounce_compose *compose,
			 const char *date, pool_t pool);
const char *compose_time(time_t t, int timezone_minutes, pool_t pool);

#endif
