/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "advice-fill.h"

/* in the order of enum advice_placeholder */
#define TEXT_PLACEHOLDERS \
	"recipient", "domain", "sender", "sender-domain", "remote-mta", \
	"reporting-mta", "limit", "support", "provider", "status", "reply"
#define WORD_PLACEHOLDERS \
	"subject", "count", "retry-after", "suggestion", "title", "failed", \
	"total"

static const char *const placeholder_names[ADVICE_PLACEHOLDER_COUNT] = {
	TEXT_PLACEHOLDERS, WORD_PLACEHOLDERS
};

const char *const bounce_advice_placeholders[] = { TEXT_PLACEHOLDERS, NULL };
const char *const bounce_advice_word_placeholders[] = {
	WORD_PLACEHOLDERS, NULL
};

const char *const bounce_advice_words[] = {
	"no-recipient", "no-domain", "no-sender", "no-sender-domain",
	"no-remote-mta", "no-reporting-mta", "no-limit", "no-support",
	"no-provider", "no-status", "no-reply",
	"explanation-failed", "explanation-delayed", "explanation-why",
	"explanation-do", "explanation-reply", "explanation-more",
	"fixer-author", "fixer-postmaster", "fixer-recipient", "fixer-nobody",
	"retry-never", "retry-fixed", "retry-later", "suggestion",
	"severity-permanent", "severity-temporary",
	"explanation-failed-several", "explanation-delayed-several",
	"state-failed", "state-delayed", "state-forwarding", "state-count",
	"title-several", "subject-line", "enclosed",
	"forwarding-title", "forwarding-failed", "forwarding-delayed",
	"forwarding-do",
	"colon", "label-recipients", "label-recipient", "label-subject",
	"label-date",
	"label-retry-until", "label-admin", "label-status", "label-code",
	"label-cause", "label-severity", "label-remote-mta",
	"label-reporting-mta", "label-provider", "label-rule",
	"label-confidence",
	"confidence-high", "confidence-medium", "confidence-low",
	NULL
};

static int placeholder_find(const char *name, size_t len)
{
	for (int i = 0; i < ADVICE_PLACEHOLDER_COUNT; i++) {
		if (strlen(placeholder_names[i]) == len &&
		    memcmp(placeholder_names[i], name, len) == 0)
			return i;
	}
	return -1;
}

/* Fill in what stands from *text to end. Returns FALSE where a placeholder is
   empty and has no word; with words, there is one. */
static bool
fill_range(const struct advice_values *values, const char *p, const char *end,
	   bool words, string_t *dest)
{
	const char *close, *value;
	int placeholder;
	bool full = TRUE;

	while (p < end) {
		placeholder = -1;
		close = *p == '{' ? memchr(p, '}', end - p) : NULL;
		if (close != NULL)
			placeholder = placeholder_find(p + 1, close - p - 1);
		if (placeholder < 0) {
			str_append_c(dest, *p++);
			continue;
		}
		value = values->value[placeholder];
		if (value == NULL || *value == '\0') {
			full = FALSE;
			value = !words ? "" :
				bounce_rules_find_word(values->rules,
					values->language, t_strconcat("no-",
					placeholder_names[placeholder], NULL));
		}
		str_append(dest, value);
		p = close + 1;
	}
	return full;
}

void advice_fill(const struct advice_values *values, const char *text,
		 string_t *dest)
{
	const char *open, *close;
	size_t before;

	while ((open = strstr(text, "[[")) != NULL &&
	       (close = strstr(open, "]]")) != NULL) {
		(void)fill_range(values, text, open, TRUE, dest);
		before = str_len(dest);
		if (!fill_range(values, open + 2, close, FALSE, dest))
			str_truncate(dest, before);
		text = close + 2;
	}
	(void)fill_range(values, text, text + strlen(text), TRUE, dest);
}
