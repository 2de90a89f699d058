/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "bounce-rules.h"
#include "domain-suggest.h"

#include <ctype.h>

/* In shorter names another letter is another name: every .com of two letters
   exists, and 126, 136, 163, 169 are all providers. */
#define CHANGED_MIN_SIZE 4

/* Of the names that are one keystroke away, the likelier one is ... */
enum keystroke {
	KEYSTROKE_NO = 0,
	/* with another first letter: people look at that one */
	KEYSTROKE_FIRST,
	KEYSTROKE_CHANGED,
	/* doubled or left out */
	KEYSTROKE_MISSED,
	KEYSTROKE_SWAPPED
};

static enum keystroke keystroke_between(const char *typed, const char *meant)
{
	size_t typed_len = strlen(typed), meant_len = strlen(meant), same;
	size_t label = strcspn(meant, ".");
	const char *p, *q;

	for (same = 0; typed[same] != '\0' &&
	     i_tolower(typed[same]) == i_tolower(meant[same]); same++) ;
	p = typed + same;
	q = meant + same;

	if (typed_len == meant_len) {
		if (*p == '\0')
			return KEYSTROKE_NO;
		if (strcasecmp(p + 1, q + 1) == 0)
			return same < label && label < CHANGED_MIN_SIZE ?
				KEYSTROKE_NO : same == 0 ?
				KEYSTROKE_FIRST : KEYSTROKE_CHANGED;
		if (i_tolower(p[0]) == i_tolower(q[1]) &&
		    i_tolower(p[1]) == i_tolower(q[0]) &&
		    strcasecmp(p + 2, q + 2) == 0)
			return KEYSTROKE_SWAPPED;
		return KEYSTROKE_NO;
	}
	if ((typed_len == meant_len + 1 && strcasecmp(p + 1, q) == 0) ||
	    (typed_len + 1 == meant_len && strcasecmp(p, q + 1) == 0))
		return same == 0 ? KEYSTROKE_FIRST : KEYSTROKE_MISSED;
	return KEYSTROKE_NO;
}

const char *bounce_domain_suggest(const struct bounce_rules *rules,
				  const char *domain)
{
	const char *best = NULL;
	enum keystroke keystroke, best_keystroke = KEYSTROKE_NO;
	uint32_t i;

	if (*domain == '\0' || bounce_rules_find_domain(rules, domain) != NULL)
		return NULL;
	for (i = 0; i < rules->counts[BOUNCE_SECTION_DOMAINS]; i++) {
		const char *meant;

		if (rules->domains[i].well_known == 0)
			continue;
		meant = bounce_rules_str(rules, rules->domains[i].domain);
		keystroke = keystroke_between(domain, meant);
		if (keystroke > best_keystroke) {
			best_keystroke = keystroke;
			best = meant;
		}
	}
	return best;
}
