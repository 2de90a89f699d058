#ifndef BOUNCECAUSE_VALUES_H
#define BOUNCECAUSE_VALUES_H

#include "bounce-advice.h"

/* What scripts can ask for, as item of the test and as variable. The numbers
   are in compiled scripts: add at the end, and see
   BOUNCECAUSE_EXTENSION_VERSION. */
enum bouncecause_value {
	BOUNCECAUSE_VALUE_CAUSE = 0,
	BOUNCECAUSE_VALUE_KIND,
	BOUNCECAUSE_VALUE_SEVERITY,
	BOUNCECAUSE_VALUE_STATUS,
	BOUNCECAUSE_VALUE_CODE,
	BOUNCECAUSE_VALUE_RECIPIENT,
	BOUNCECAUSE_VALUE_DOMAIN,
	BOUNCECAUSE_VALUE_ORIGINAL_RECIPIENT,
	BOUNCECAUSE_VALUE_REMOTE_MTA,
	BOUNCECAUSE_VALUE_REPORTING_MTA,
	BOUNCECAUSE_VALUE_DIAGNOSTIC,
	BOUNCECAUSE_VALUE_PROVIDER,
	BOUNCECAUSE_VALUE_RULE,
	BOUNCECAUSE_VALUE_CONFIDENCE,
	BOUNCECAUSE_VALUE_FIXER,
	/* variables only */
	BOUNCECAUSE_VALUE_RECIPIENTS,
	BOUNCECAUSE_VALUE_COUNT_,
	BOUNCECAUSE_VALUE_RETRY,
	BOUNCECAUSE_VALUE_RETRY_AFTER,
	BOUNCECAUSE_VALUE_RETRY_UNTIL,
	BOUNCECAUSE_VALUE_SUGGESTION,
	BOUNCECAUSE_VALUE_TITLE,
	BOUNCECAUSE_VALUE_REASON,
	BOUNCECAUSE_VALUE_ADVICE,
	BOUNCECAUSE_VALUE_EXPLANATION,
	BOUNCECAUSE_VALUE_KEYWORD,
	BOUNCECAUSE_VALUE_ORIGINAL_MESSAGE_ID,
	BOUNCECAUSE_VALUE_ORIGINAL_SUBJECT,
	BOUNCECAUSE_VALUE_ORIGINAL_FROM,
	BOUNCECAUSE_VALUE_ORIGINAL_TO,
	BOUNCECAUSE_VALUE_ORIGINAL_DATE,
	/* an item of the test, too */
	BOUNCECAUSE_VALUE_ORIGIN,

	BOUNCECAUSE_VALUE_COUNT
};

enum bouncecause_value_flags {
	/* an item of the test; without it a variable only */
	BOUNCECAUSE_VALUE_FLAG_ITEM	= 0x01,
	/* one for the whole report, not one for each recipient */
	BOUNCECAUSE_VALUE_FLAG_REPORT	= 0x02,
	/* the variable can be had in a language: advice.zh_CN */
	BOUNCECAUSE_VALUE_FLAG_LANGUAGE	= 0x04
};

/* Of what a value is asked */
struct bouncecause_value_env {
	const struct bounce_rules *rules;
	/* what the message, or what it carries, is */
	enum bounce_kind kind;
	/* NULL: all values but the kind are empty */
	const struct bounce_report *report;
	/* NULL: what is asked of a recipient is empty */
	const struct bounce_recipient *rcpt;
	struct bounce_advice_settings advice;
	uint32_t language;
	/* name of the origin; only who asks for it has to set it, since finding
	   it out can take a search */
	const char *origin;
	/* values are allocated from it */
	pool_t pool;
};

/* Name as in scripts: tag without colon, variable without namespace. */
const char *bouncecause_value_name(enum bouncecause_value value);
enum bouncecause_value_flags
bouncecause_value_flags(enum bouncecause_value value);
/* The value with that name, in any case, which has all of these flags. */
bool bouncecause_value_find(const char *name,
			    enum bouncecause_value_flags flags,
			    enum bouncecause_value *value_r);

/* Never NULL; valid UTF-8 without control characters (line ends in the
   explanation excepted), at most BOUNCE_VALUE_MAX_SIZE bytes
   (BOUNCE_EXPLANATION_MAX_SIZE), and safe as a part of a folder name, see
   bouncecause-values.c. */
const char *bouncecause_value_get(enum bouncecause_value value,
				  const struct bouncecause_value_env *env);

/* Does the report say of this recipient that delivery failed or is delayed? */
bool bouncecause_recipient_counts(const struct bounce_recipient *rcpt);
/* How many recipients are named that failed, or, where none did, that are
   delayed. */
unsigned int bouncecause_value_count(const struct bouncecause_value_env *env);

#endif
