#ifndef RECIPIENT_CLASSIFY_H
#define RECIPIENT_CLASSIFY_H

#include "bounce-classify.h"

/* Tell why delivery to one recipient failed. What the report says of it
   (recipient, action, status, code, diagnostic, remote_mta, stage, context)
   is set; NULL counts as "". Fills in the rest, and status, code, remote_mta,
   stage and domain where the report leaves them to the reply text. All strings
   are cleaned (bounce_value_clean()) and allocated from pool.

   reporting_mta is the host that wrote the report, or "". */
void bounce_recipient_classify(struct bounce_recipient *rcpt,
			       const struct bounce_rules *rules,
			       const char *reporting_mta,
			       enum bounce_classify_flags flags, pool_t pool);

#endif
