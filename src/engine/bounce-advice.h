#ifndef BOUNCE_ADVICE_H
#define BOUNCE_ADVICE_H

#include "bounce-limits.h"
#include "bounce-verdict.h"

struct bounce_rules;

struct bounce_advice_settings {
	/* an address or URL for "submit it to us"; "" for none */
	const char *support;
	/* what time it is, for retry_after; 0: ask the clock */
	time_t now;
};

/* The language for `auto`: the returned message's, else the report's own,
   where the rules have it, else the first one (English). wanted is the
   setting: "auto", NULL, or a tag; an unknown tag counts as auto. Returns the
   index of the language. */
uint32_t bounce_advice_language(const struct bounce_rules *rules,
				const struct bounce_report *report,
				const char *wanted);

/* The texts about one recipient in a language, filled in for this bounce. Each
   is one line of valid UTF-8, at most BOUNCE_VALUE_MAX_SIZE bytes, cut between
   characters; allocated from pool. */
const char *bounce_advice_title(const struct bounce_rules *rules,
				const struct bounce_report *report,
				const struct bounce_recipient *rcpt,
				const struct bounce_advice_settings *set,
				uint32_t language, pool_t pool);
const char *bounce_advice_reason(const struct bounce_rules *rules,
				 const struct bounce_report *report,
				 const struct bounce_recipient *rcpt,
				 const struct bounce_advice_settings *set,
				 uint32_t language, pool_t pool);
const char *bounce_advice_advice(const struct bounce_rules *rules,
				 const struct bounce_report *report,
				 const struct bounce_recipient *rcpt,
				 const struct bounce_advice_settings *set,
				 uint32_t language, pool_t pool);
/* Several lines, LF line ends, at most BOUNCE_EXPLANATION_MAX_SIZE bytes: what
   happened, to whom, why, what to do, the technical reply; then the other
   recipients of the report where there are some. */
const char *bounce_advice_explanation(const struct bounce_rules *rules,
				      const struct bounce_report *report,
				      const struct bounce_recipient *rcpt,
				      const struct bounce_advice_settings *set,
				      uint32_t language, pool_t pool);

/* From when sending again helps, ISO 8601 in UTC ("2026-01-31T12:00:00Z"), ""
   unless the recipient's retry is `later`. */
const char *bounce_advice_retry_after(const struct bounce_recipient *rcpt,
				      const struct bounce_advice_settings *set,
				      pool_t pool);
/* A UNIX time as ISO 8601 in UTC, "" for 0. */
const char *bounce_advice_time(time_t t, pool_t pool);

/* A value made safe for scripts: valid UTF-8, no control characters (they and
   runs of white space become one blank), at most max_size bytes, cut between
   characters. */
const char *bounce_value_clean(const char *value, size_t max_size,
			       pool_t pool);

/* What texts refer to, for the compiler, NULL-terminated: the placeholders of
   all texts, those that only words have, and the words that there must be. */
extern const char *const bounce_advice_placeholders[];
extern const char *const bounce_advice_word_placeholders[];
extern const char *const bounce_advice_words[];

#endif
