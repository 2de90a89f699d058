/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "bounce-rules.h"
#include "advice-values.h"

uint32_t bounce_advice_language(const struct bounce_rules *rules,
				const struct bounce_report *report,
				const char *wanted)
{
	const char *const tags[] = {
		wanted == NULL || strcasecmp(wanted, "auto") == 0 ? "" : wanted,
		report == NULL ? "" : report->returned.language,
		report == NULL ? "" : report->language,
	};
	uint32_t language;

	for (unsigned int i = 0; i < N_ELEMENTS(tags); i++) {
		if (tags[i] == NULL || *tags[i] == '\0')
			continue;
		language = bounce_rules_find_language(rules, tags[i]);
		if (language != BOUNCE_NONE)
			return language;
	}
	return 0;
}

/* The offset of a part's text in a record, 0 where there is none */
static uint32_t
text_part(const struct bounce_text_rec *text, enum advice_part part,
	  bool temporary)
{
	switch (part) {
	case ADVICE_PART_TITLE:
		return text->title;
	case ADVICE_PART_REASON:
		return temporary && text->reason_temporary != 0 ?
			text->reason_temporary : text->reason;
	case ADVICE_PART_ADVICE:
		return temporary && text->advice_temporary != 0 ?
			text->advice_temporary : text->advice;
	}
	i_unreached();
}

const char *
advice_part_template(const struct bounce_rules *rules,
		     const struct bounce_recipient *rcpt, uint32_t language,
		     enum advice_part part)
{
	bool temporary = rcpt->severity == BOUNCE_SEVERITY_TEMPORARY;
	const struct bounce_text_rec *text, *own;
	uint32_t offset = 0;

	text = bounce_rules_find_text(rules, language, rcpt->cause,
				      rcpt->advice_id, &own);
	if (own != NULL)
		offset = text_part(own, part, temporary);
	if (offset == 0)
		offset = text_part(text, part, temporary);
	return bounce_rules_str(rules, offset);
}

static const char *
advice_part_get(const struct bounce_rules *rules,
		const struct bounce_report *report,
		const struct bounce_recipient *rcpt,
		const struct bounce_advice_settings *set, uint32_t language,
		enum advice_part part, pool_t pool)
{
	struct advice_values values;
	const char *result;
	string_t *dest;
	pool_t temp_pool;

	temp_pool = pool_alloconly_create("bounce advice", 4096);
	advice_values_get(&values, rules, report, rcpt, set, language,
			  temp_pool);
	dest = str_new(temp_pool, 1024);
	advice_fill(&values, advice_part_template(rules, rcpt, language, part),
		    dest);
	result = bounce_value_clean(str_c(dest), BOUNCE_VALUE_MAX_SIZE, pool);
	pool_unref(&temp_pool);
	return result;
}

const char *bounce_advice_title(const struct bounce_rules *rules,
				const struct bounce_report *report,
				const struct bounce_recipient *rcpt,
				const struct bounce_advice_settings *set,
				uint32_t language, pool_t pool)
{
	return advice_part_get(rules, report, rcpt, set, language,
			       ADVICE_PART_TITLE, pool);
}

const char *bounce_advice_reason(const struct bounce_rules *rules,
				 const struct bounce_report *report,
				 const struct bounce_recipient *rcpt,
				 const struct bounce_advice_settings *set,
				 uint32_t language, pool_t pool)
{
	return advice_part_get(rules, report, rcpt, set, language,
			       ADVICE_PART_REASON, pool);
}

const char *bounce_advice_advice(const struct bounce_rules *rules,
				 const struct bounce_report *report,
				 const struct bounce_recipient *rcpt,
				 const struct bounce_advice_settings *set,
				 uint32_t language, pool_t pool)
{
	return advice_part_get(rules, report, rcpt, set, language,
			       ADVICE_PART_ADVICE, pool);
}
