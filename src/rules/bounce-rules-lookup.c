/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Looking things up in loaded rules */

#include "lib.h"
#include "wildcard-match.h"
#include "bounce-rules.h"

#include <ctype.h>

uint32_t bounce_rules_find_cause(const struct bounce_rules *rules,
				 const char *id)
{
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_CAUSES]; i++) {
		if (strcmp(bounce_rules_str(rules, rules->causes[i].id),
			   id) == 0)
			return i;
	}
	return BOUNCE_NONE;
}

static uint32_t
find_language_exact(const struct bounce_rules *rules, const char *tag)
{
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_LANGUAGES]; i++) {
		const struct bounce_language_rec *rec = &rules->languages[i];

		if (strcasecmp(bounce_rules_str(rules, rec->tag), tag) == 0)
			return i;
	}
	return BOUNCE_NONE;
}

/* Chinese is told by its script, not by its first subtag: whoever names none
   writes the simplified one, but for the places that use the traditional. */
static const char *language_chinese(const char *tag)
{
	static const char *const traditional[] = {
		"hant", "tw", "hk", "mo", NULL
	};
	const char *const *subtags = t_strsplit(tag, "-");

	if (subtags[0] == NULL || strcasecmp(subtags[0], "zh") != 0)
		return NULL;
	for (subtags++; *subtags != NULL; subtags++) {
		if (strcasecmp(*subtags, "hans") == 0)
			break;
		if (str_array_icase_find(traditional, *subtags))
			return "zh-TW";
	}
	return "zh-CN";
}

uint32_t bounce_rules_find_language(const struct bounce_rules *rules,
				    const char *tag)
{
	uint32_t result = BOUNCE_NONE;

	T_BEGIN {
		const char *p, *chinese;

		tag = t_str_replace(tag, '_', '-');
		result = find_language_exact(rules, tag);
		chinese = language_chinese(tag);
		if (result == BOUNCE_NONE && chinese != NULL)
			result = find_language_exact(rules, chinese);
		/* a longer tag is a variety of the shorter one (RFC 4647) */
		while (result == BOUNCE_NONE &&
		       (p = strrchr(tag, '-')) != NULL) {
			tag = t_strdup_until(tag, p);
			result = find_language_exact(rules, tag);
		}
	} T_END;
	return result;
}

const struct bounce_text_rec *
bounce_rules_find_text(const struct bounce_rules *rules, uint32_t language,
		       uint32_t cause, uint32_t advice_id,
		       const struct bounce_text_rec **own_r)
{
	uint32_t causes = rules->counts[BOUNCE_SECTION_CAUSES];
	uint32_t languages = rules->counts[BOUNCE_SECTION_LANGUAGES];
	uint32_t i;

	i_assert(cause < causes && language < languages);

	*own_r = NULL;
	for (i = languages * causes;
	     advice_id != 0 && i < rules->counts[BOUNCE_SECTION_TEXTS]; i++) {
		if (rules->texts[i].language == language &&
		    rules->texts[i].advice_id == advice_id) {
			*own_r = &rules->texts[i];
			break;
		}
	}
	return &rules->texts[language * causes + cause];
}

const char *bounce_rules_find_word(const struct bounce_rules *rules,
				   uint32_t language, const char *id)
{
	const char *first = "";
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_WORDS]; i++) {
		const struct bounce_word_rec *word = &rules->words[i];

		if (word->language != language && word->language != 0)
			continue;
		if (strcmp(bounce_rules_str(rules, word->id), id) != 0)
			continue;
		if (word->language == language)
			return bounce_rules_str(rules, word->text);
		first = bounce_rules_str(rules, word->text);
	}
	return first;
}

/* Most globs are a plain name or end like one: these need no real glob. */
static bool glob_match(const char *glob, const char *value, size_t value_len)
{
	size_t glob_len = strlen(glob);
	char last = glob_len == 0 ? '\0' : glob[glob_len - 1];

	/* few end alike */
	if (last != '*' && last != '?' &&
	    (value_len == 0 ||
	     i_tolower(value[value_len - 1]) != i_tolower(last)))
		return FALSE;
	if (glob[0] != '*' || !wildcard_is_literal(glob + 1))
		return wildcard_match_icase(value, glob);
	glob++;
	glob_len--;
	return value_len >= glob_len &&
		strcasecmp(value + value_len - glob_len, glob) == 0;
}

bool bounce_rules_list_match(const struct bounce_rules *rules,
			     const struct bounce_list *list, const char *value)
{
	size_t value_len = strlen(value);
	uint32_t i;

	for (i = 0; i < list->count; i++) {
		if (glob_match(bounce_rules_str(rules,
					rules->lists[list->first + i]),
			       value, value_len))
			return TRUE;
	}
	return list->count == 0;
}

const struct bounce_domain_rec *
bounce_rules_find_domain(const struct bounce_rules *rules, const char *domain)
{
	uint32_t left = 0, right = rules->counts[BOUNCE_SECTION_DOMAINS];

	while (left < right) {
		uint32_t middle = left + (right - left) / 2;
		const struct bounce_domain_rec *rec = &rules->domains[middle];
		int ret = strcasecmp(domain,
			bounce_rules_str(rules, rec->domain));

		if (ret == 0)
			return rec;
		if (ret < 0)
			right = middle;
		else
			left = middle + 1;
	}
	return NULL;
}
