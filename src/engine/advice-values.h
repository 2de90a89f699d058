#ifndef ADVICE_VALUES_H
#define ADVICE_VALUES_H

#include "advice-fill.h"
#include "bounce-advice.h"

/* What the placeholders stand for in texts about one recipient. The values are
   cleaned; they are allocated from pool. */
void advice_values_get(struct advice_values *values_r,
		       const struct bounce_rules *rules,
		       const struct bounce_report *report,
		       const struct bounce_recipient *rcpt,
		       const struct bounce_advice_settings *set,
		       uint32_t language, pool_t pool);

enum advice_part {
	ADVICE_PART_TITLE,
	ADVICE_PART_REASON,
	ADVICE_PART_ADVICE
};

/* The text about that recipient, as the rules have it: placeholders are not
   filled in. */
const char *
advice_part_template(const struct bounce_rules *rules,
		     const struct bounce_recipient *rcpt, uint32_t language,
		     enum advice_part part);

/* From when sending again helps, 0 unless the recipient's retry is `later` */
time_t advice_retry_time(const struct bounce_recipient *rcpt,
			 const struct bounce_advice_settings *set);

#endif
