/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "bounce-rules.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-language.h"

static const char *languages_list(const struct bounce_rules *rules)
{
	string_t *str = t_str_new(64);
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_LANGUAGES]; i++) {
		if (i > 0)
			str_append(str, ", ");
		str_append(str, bounce_rules_str(
			rules, rules->languages[i].script_name));
	}
	return str_c(str);
}

bool bouncecause_language_is_known(const struct sieve_extension *ext,
				   const char *language, const char **list_r)
{
	struct bounce_rules *rules = ext_bouncecause_rules_get_silent(ext);
	bool known;

	if (rules == NULL)
		return TRUE;
	known = bounce_rules_find_language(rules, language) != BOUNCE_NONE;
	if (!known)
		*list_r = languages_list(rules);
	bounce_rules_unref(&rules);
	return known;
}
