/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "advice-values.h"

struct explanation {
	const struct bounce_rules *rules;
	const struct bounce_report *report;
	const struct bounce_recipient *rcpt;
	const struct bounce_advice_settings *set;
	struct advice_values values;
	uint32_t language;
	string_t *text;
};

/* A word of the language, filled in, behind the separator */
static void
append_word(struct explanation *exp, const char *separator, const char *word)
{
	const char *text = bounce_rules_find_word(exp->rules, exp->language,
						  word);

	if (*text == '\0')
		return;
	str_append(exp->text, separator);
	advice_fill(&exp->values, text, exp->text);
}

/* A heading and what is below it */
static void
append_section(struct explanation *exp, const char *heading, const char *text)
{
	if (*text == '\0')
		return;
	append_word(exp, "\n\n", heading);
	str_append_c(exp->text, '\n');
	str_append(exp->text, text);
}

/* What happened, to whom */
static void append_summary(struct explanation *exp)
{
	append_word(exp, "", exp->rcpt->action == BOUNCE_ACTION_DELAYED ?
		    "explanation-delayed" : "explanation-failed");
}

static void append_why(struct explanation *exp, pool_t pool)
{
	append_section(exp, "explanation-why",
		       bounce_advice_reason(exp->rules, exp->report, exp->rcpt,
					    exp->set, exp->language, pool));
}

/* The advice, whom it is for, and when to send again */
static void append_what_to_do(struct explanation *exp, pool_t pool)
{
	const struct bounce_recipient *rcpt = exp->rcpt;

	append_section(exp, "explanation-do",
		       bounce_advice_advice(exp->rules, exp->report, rcpt,
					    exp->set, exp->language, pool));
	if (*exp->values.value[ADVICE_SUGGESTION] != '\0')
		append_word(exp, "\n", "suggestion");
	if (rcpt->fixer != BOUNCE_FIXER_UNSET)
		append_word(exp, "\n", t_strconcat("fixer-",
				bounce_fixer_name(rcpt->fixer), NULL));
	/* whoever is told of a delay need not send again */
	if (rcpt->retry != BOUNCE_RETRY_UNSET &&
	    rcpt->action != BOUNCE_ACTION_DELAYED)
		append_word(exp, "\n", t_strconcat("retry-",
				bounce_retry_name(rcpt->retry), NULL));
}

static void append_others(struct explanation *exp, pool_t pool)
{
	const struct bounce_recipient *other;
	unsigned int count = 0;

	if (*exp->values.value[ADVICE_COUNT] == '\0')
		return;
	append_word(exp, "\n\n", "explanation-more");
	array_foreach(&exp->report->recipients, other) {
		if (other == exp->rcpt ||
		    other->action > BOUNCE_ACTION_DELAYED ||
		    *other->recipient == '\0')
			continue;
		if (count++ == BOUNCE_LIMIT_EXPLANATION_OTHERS) {
			str_append(exp->text, "\n...");
			break;
		}
		str_printfa(exp->text, "\n%s: %s", other->recipient,
			    bounce_advice_title(exp->rules, exp->report, other,
						exp->set, exp->language,
						pool));
	}
}

const char *bounce_advice_explanation(const struct bounce_rules *rules,
				      const struct bounce_report *report,
				      const struct bounce_recipient *rcpt,
				      const struct bounce_advice_settings *set,
				      uint32_t language, pool_t pool)
{
	struct explanation exp = {
		.rules = rules,
		.report = report,
		.rcpt = rcpt,
		.set = set,
		.language = language,
	};
	const char *result;
	pool_t temp_pool;

	temp_pool = pool_alloconly_create("bounce explanation", 8192);
	exp.text = str_new(temp_pool, BOUNCE_EXPLANATION_MAX_SIZE);
	advice_values_get(&exp.values, rules, report, rcpt, set, language,
			  temp_pool);
	append_summary(&exp);
	append_why(&exp, temp_pool);
	append_what_to_do(&exp, temp_pool);
	append_section(&exp, "explanation-reply",
		       exp.values.value[ADVICE_REPLY]);
	append_others(&exp, temp_pool);
	str_append_c(exp.text, '\n');
	if (str_len(exp.text) > BOUNCE_EXPLANATION_MAX_SIZE)
		str_truncate_utf8(exp.text, BOUNCE_EXPLANATION_MAX_SIZE);
	result = p_strdup(pool, str_c(exp.text));
	pool_unref(&temp_pool);
	return result;
}
