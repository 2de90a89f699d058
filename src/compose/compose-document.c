/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "compose-document.h"
#include "compose-sentences.h"
#include "compose-values.h"

ARRAY_DEFINE_TYPE(members, const struct bounce_recipient *);

/* Recipients with one cause */
struct group {
	/* what they have in common: fields that differ are "" */
	struct bounce_recipient common;
	ARRAY_TYPE(members) members;
};

struct composer {
	const struct bounce_compose *compose;
	const struct bounce_report *report;
	/* of the recipient that the banner speaks of */
	const struct bounce_recipient *first;
	struct compose_values values;
	/* "group" and the one that is written */
	ARRAY(struct group) groups;
	/* those of further causes */
	ARRAY_TYPE(members) rest;
	const struct group *group;
	struct compose_values group_values;
	struct compose_document *doc;
	pool_t pool;
};

/*
 * Blocks
 */

static struct compose_block *
add_block(struct composer *comp, enum compose_block_type type)
{
	struct compose_block *block = array_append_space(&comp->doc->blocks);

	block->type = type;
	p_array_init(&block->items, comp->pool, 4);
	return block;
}

static void
add_text(struct composer *comp, enum compose_block_type type, const char *text)
{
	if (*text != '\0')
		add_block(comp, type)->text = text;
}

static void
add_item(struct compose_block *block, const char *label, const char *text)
{
	struct compose_item *item;

	if (*text == '\0')
		return;
	item = array_append_space(&block->items);
	item->label = label;
	item->text = text;
}

static void
add_fact(struct composer *comp, struct compose_block *block,
	 const char *word, const char *text)
{
	const char *label = compose_word(&comp->values, word);
	const char *colon = compose_word(&comp->values, "colon");
	bool wide = (colon[0] & 0x80) != 0 && strchr(colon, ':') == NULL;

	/* the colons of Chinese and Japanese have their blank in them */
	add_item(block, p_strconcat(comp->pool, label, colon, wide ? "" : " ",
				    NULL), text);
}

static void
add_foreign(struct composer *comp, struct compose_block *block,
	    const char *word, const char *value)
{
	add_fact(comp, block, word, compose_foreign(value, comp->pool));
}

/*
 * Groups
 */

static bool
group_takes(const struct group *group, const struct bounce_recipient *rcpt)
{
	const struct bounce_recipient *common = &group->common;

	return (common->action == BOUNCE_ACTION_DELAYED) ==
		(rcpt->action == BOUNCE_ACTION_DELAYED) &&
		common->cause == rcpt->cause &&
		common->advice_id == rcpt->advice_id &&
		common->severity == rcpt->severity &&
		common->fixer == rcpt->fixer &&
		common->retry == rcpt->retry;
}

static void common_string(const char **common, const char *value)
{
	if (strcasecmp(*common, value) != 0)
		*common = "";
}

static void
group_join(struct group *group, const struct bounce_recipient *rcpt)
{
	struct bounce_recipient *common = &group->common;

	array_push_back(&group->members, &rcpt);
	common->recipient = common->suggestion = "";
	common_string(&common->domain, rcpt->domain);
	common_string(&common->remote_mta, rcpt->remote_mta);
	common_string(&common->status, rcpt->status);
	common_string(&common->limit, rcpt->limit);
	common_string(&common->diagnostic, rcpt->diagnostic);
	if (common->retry_until != rcpt->retry_until)
		common->retry_until = 0;
	if (common->provider != rcpt->provider)
		common->provider = BOUNCE_NONE;
	common->retry_after = I_MAX(common->retry_after,
				    rcpt->retry_after);
}

static void
group_add(struct composer *comp, const struct bounce_recipient *rcpt)
{
	struct group *group;

	array_foreach_modifiable(&comp->groups, group) {
		if (group_takes(group, rcpt)) {
			group_join(group, rcpt);
			return;
		}
	}
	if (array_count(&comp->groups) == BOUNCE_LIMIT_EXPLAINED_CAUSES) {
		array_push_back(&comp->rest, &rcpt);
		return;
	}
	group = array_append_space(&comp->groups);
	group->common = *rcpt;
	p_array_init(&group->members, comp->pool, 4);
	array_push_back(&group->members, &rcpt);
}

static void groups_get(struct composer *comp)
{
	const struct bounce_recipient *rcpt;

	p_array_init(&comp->groups, comp->pool, 4);
	p_array_init(&comp->rest, comp->pool, 1);
	/* that of the banner comes first */
	group_add(comp, comp->first);
	array_foreach(&comp->report->recipients, rcpt) {
		if (rcpt != comp->first &&
		    rcpt->action <= BOUNCE_ACTION_DELAYED)
			group_add(comp, rcpt);
	}
}

static bool has_several(const struct composer *comp)
{
	const struct group *group = array_front(&comp->groups);

	return array_count(&comp->groups) > 1 ||
		array_count(&group->members) > 1;
}

static const char *
group_text(const struct composer *comp, enum advice_part part)
{
	const struct bounce_compose *compose = comp->compose;

	return advice_part_template(compose->rules, &comp->group->common,
				    compose->language, part);
}

static enum compose_tone recipient_tone(const struct bounce_recipient *rcpt)
{
	if (rcpt->action == BOUNCE_ACTION_DELAYED)
		return COMPOSE_TONE_DELAYED;
	return rcpt->severity == BOUNCE_SEVERITY_TEMPORARY ?
		COMPOSE_TONE_TEMPORARY : COMPOSE_TONE_PERMANENT;
}

/*
 * What the document says
 */

static void write_banner(struct composer *comp)
{
	const struct compose_values *values = &comp->values;
	struct compose_document *doc = comp->doc;
	bool delayed = comp->first->action == BOUNCE_ACTION_DELAYED;

	doc->tone = recipient_tone(comp->first);
	doc->state = compose_word(values, delayed ? "state-delayed" :
				  comp->compose->forwarding ?
				  "state-forwarding" : "state-failed");
	/* whoever passes mail on did not write to the others */
	if (!comp->compose->forwarding &&
	    *comp->values.advice.value[ADVICE_TOTAL] != '\0')
		doc->count = compose_word(values, "state-count");
	doc->title = comp->values.advice.value[ADVICE_TITLE];
}

/* The sentence that says what happened, and to which message */
static void write_summary(struct composer *comp)
{
	bool delayed = comp->first->action == BOUNCE_ACTION_DELAYED;
	const struct bounce_returned *returned = &comp->report->returned;
	struct compose_block *block;
	const char *word;

	if (comp->compose->forwarding)
		word = delayed ? "forwarding-delayed" : "forwarding-failed";
	else if (has_several(comp))
		word = delayed ? "explanation-delayed-several" :
			"explanation-failed-several";
	else
		word = delayed ? "explanation-delayed" : "explanation-failed";
	add_text(comp, COMPOSE_TEXT, compose_word(&comp->values, word));

	block = add_block(comp, COMPOSE_FACTS);
	add_foreign(comp, block, "label-subject", returned->subject);
	add_fact(comp, block, "label-date",
		 compose_date(comp->compose, returned->date, comp->pool));
	if (array_count(&comp->groups) == 1) {
		add_fact(comp, block, "label-retry-until",
			 compose_time(comp->first->retry_until, 0, comp->pool));
	}
}

static void
write_addresses(struct composer *comp, const ARRAY_TYPE(members) *members)
{
	const unsigned int max = BOUNCE_LIMIT_EXPLAINED_ADDRESSES;
	const struct bounce_recipient *rcpt;
	struct compose_block *block;
	unsigned int count = 0;

	block = add_block(comp, COMPOSE_LIST);
	array_foreach_elem(members, rcpt) {
		if (count++ < max) {
			add_item(block, NULL,
				 compose_foreign(rcpt->recipient, comp->pool));
		}
	}
	if (count > max) {
		add_item(block, NULL, p_strdup_printf(comp->pool, "… (+%u)",
						      count - max));
	}
}

/* Each "did you mean" is for an address of its own. */
static void write_suggestions(struct composer *comp)
{
	const struct bounce_recipient *rcpt;
	struct compose_values values;
	unsigned int count = 0;

	array_foreach_elem(&comp->group->members, rcpt) {
		if (*rcpt->suggestion == '\0')
			continue;
		if (count++ == BOUNCE_LIMIT_EXPLAINED_ADDRESSES)
			break;
		values = comp->group_values;
		values.advice.value[ADVICE_SUGGESTION] =
			compose_foreign(rcpt->suggestion, comp->pool);
		add_text(comp, COMPOSE_HINT,
			 compose_word(&values, "suggestion"));
	}
}

static void
write_steps(struct composer *comp, const char *text, const char *last)
{
	struct compose_block *block = add_block(comp, COMPOSE_LIST);
	const char *const *sentences = compose_sentences(text, comp->pool);

	for (; *sentences != NULL; sentences++) {
		add_item(block, NULL,
			 compose_fill(&comp->group_values, *sentences));
	}
	add_item(block, NULL, last);
}

/* What the author can do, or for a forwarding its owner */
static void write_what_to_do(struct composer *comp)
{
	const struct bounce_recipient *common = &comp->group->common;
	const struct compose_values *values = &comp->group_values;
	const struct bounce_compose *compose = comp->compose;
	const char *last = "";

	add_text(comp, COMPOSE_HEADING, compose_word(values, "explanation-do"));
	write_suggestions(comp);
	if (compose->forwarding) {
		write_steps(comp, bounce_rules_find_word(compose->rules,
							 compose->language,
							 "forwarding-do"), "");
		return;
	}
	if (common->fixer != BOUNCE_FIXER_UNSET) {
		add_text(comp, COMPOSE_TEXT,
			 compose_word(values, t_strconcat("fixer-",
				bounce_fixer_name(common->fixer), NULL)));
	}
	/* whoever is told of a delay need not send again */
	if (common->retry != BOUNCE_RETRY_UNSET &&
	    common->action != BOUNCE_ACTION_DELAYED) {
		last = compose_word(values, t_strconcat("retry-",
				bounce_retry_name(common->retry), NULL));
	}
	write_steps(comp, group_text(comp, ADVICE_PART_ADVICE), last);
}

static void group_begin(struct composer *comp, const struct group *group)
{
	comp->group = group;
	compose_values_get(&comp->group_values, comp->compose, comp->report,
			   &group->common, comp->pool);
}

/* One of several: its title, and whether all is lost for these addresses */
static void write_cause(struct composer *comp)
{
	const struct bounce_recipient *common = &comp->group->common;
	bool delayed = common->action == BOUNCE_ACTION_DELAYED;
	struct compose_block *block = add_block(comp, COMPOSE_CAUSE);

	block->tone = recipient_tone(common);
	block->text = compose_fill(&comp->group_values,
				   group_text(comp, ADVICE_PART_TITLE));
	add_text(comp, COMPOSE_SMALL_TEXT,
		 compose_word(&comp->values,
			      delayed ? "state-delayed" : "state-failed"));
	if (common->retry_until != 0) {
		add_fact(comp, add_block(comp, COMPOSE_SMALL_FACTS),
			 "label-retry-until",
			 compose_time(common->retry_until, 0, comp->pool));
	}
}

static void write_group(struct composer *comp)
{
	const struct group *group = comp->group;
	bool single = array_count(&comp->groups) == 1;

	if (!single) {
		write_cause(comp);
		write_addresses(comp, &group->members);
	} else if (array_count(&group->members) > 1) {
		add_text(comp, COMPOSE_HEADING,
			 compose_word(&comp->values, "label-recipients"));
		write_addresses(comp, &group->members);
	}
	if (single) {
		add_text(comp, COMPOSE_HEADING,
			 compose_word(&comp->values, "explanation-why"));
	}
	add_text(comp, COMPOSE_TEXT,
		 compose_fill(&comp->group_values,
			      group_text(comp, ADVICE_PART_REASON)));
	write_what_to_do(comp);
}

/*
 * For the administrator
 */

/* Would the facts of the two be the same but for the address? */
static bool
replies_equal(const struct bounce_recipient *rcpt1,
	      const struct bounce_recipient *rcpt2)
{
	return strcmp(rcpt1->diagnostic, rcpt2->diagnostic) == 0 &&
		strcmp(rcpt1->status, rcpt2->status) == 0 &&
		strcmp(rcpt1->code, rcpt2->code) == 0 &&
		strcmp(rcpt1->remote_mta, rcpt2->remote_mta) == 0 &&
		strcmp(rcpt1->rule_id, rcpt2->rule_id) == 0;
}

static void
write_reply(struct composer *comp, const struct bounce_recipient *rcpt)
{
	const struct bounce_rules *rules = comp->compose->rules;
	struct compose_block *block = add_block(comp, COMPOSE_SMALL_FACTS);

	if (has_several(comp))
		add_foreign(comp, block, "label-recipient", rcpt->recipient);
	else
		add_foreign(comp, block, "label-reporting-mta",
			    comp->report->reporting_mta);
	add_foreign(comp, block, "explanation-reply", rcpt->diagnostic);
	add_foreign(comp, block, "label-status", rcpt->status);
	add_foreign(comp, block, "label-code", rcpt->code);
	add_foreign(comp, block, "label-remote-mta", rcpt->remote_mta);
	if (rcpt->provider != BOUNCE_NONE) {
		add_fact(comp, block, "label-provider", bounce_rules_str(
			rules, rules->providers[rcpt->provider].name));
	}
	add_fact(comp, block, "label-cause", rcpt->cause_id);
	if (rcpt->severity != BOUNCE_SEVERITY_UNSET) {
		add_fact(comp, block, "label-severity",
			 compose_word(&comp->values, t_strconcat("severity-",
				bounce_severity_name(rcpt->severity), NULL)));
	}
	add_fact(comp, block, "label-rule", rcpt->rule_id);
	if (*bounce_confidence_name(rcpt->confidence) != '\0') {
		add_fact(comp, block, "label-confidence",
			 compose_word(&comp->values, t_strconcat("confidence-",
				bounce_confidence_name(rcpt->confidence),
				NULL)));
	}
}

static void
write_group_replies(struct composer *comp, const struct group *group)
{
	const struct bounce_recipient *rcpt, *last = NULL;
	unsigned int count = 0;

	array_foreach_elem(&group->members, rcpt) {
		if (last != NULL && replies_equal(last, rcpt))
			continue;
		if (count++ == BOUNCE_LIMIT_EXPLAINED_REPLIES) {
			add_text(comp, COMPOSE_SMALL_TEXT, "…");
			break;
		}
		write_reply(comp, rcpt);
		last = rcpt;
	}
}

static void write_administrator(struct composer *comp)
{
	const struct group *group;

	add_text(comp, COMPOSE_SMALL_HEADING,
		 compose_word(&comp->values, "label-admin"));
	array_foreach(&comp->groups, group)
		write_group_replies(comp, group);
	if (has_several(comp)) {
		add_foreign(comp, add_block(comp, COMPOSE_SMALL_FACTS),
			    "label-reporting-mta",
			    comp->report->reporting_mta);
	}
}

/*
 * The document
 */

/* What happened, in a few words: the title of the only cause, or that there
   are several */
static const char *title_get(const struct composer *comp)
{
	const struct bounce_compose *compose = comp->compose;

	if (compose->forwarding)
		return compose_word(&comp->values, "forwarding-title");
	if (array_count(&comp->groups) > 1)
		return compose_word(&comp->values, "title-several");
	return compose_fill(&comp->values,
			    advice_part_template(compose->rules, comp->first,
						 compose->language,
						 ADVICE_PART_TITLE));
}

static void
composer_init(struct composer *comp, const struct bounce_compose *compose,
	      pool_t pool)
{
	i_zero(comp);
	comp->compose = compose;
	comp->pool = pool;
	comp->report = compose_report_get(compose, pool);
	comp->first = bounce_report_first(comp->report);
	i_assert(comp->first != NULL);
	compose_values_get(&comp->values, compose, comp->report, comp->first,
			   pool);
	groups_get(comp);
	comp->values.advice.value[ADVICE_TITLE] = title_get(comp);
}

struct compose_document *
compose_document_create(const struct bounce_compose *compose, bool enclosed,
			pool_t pool)
{
	const struct bounce_rules *rules = compose->rules;
	const struct group *group;
	struct composer comp;

	composer_init(&comp, compose, pool);
	comp.doc = p_new(pool, struct compose_document, 1);
	comp.doc->language =
		bounce_rules_str(rules,
				 rules->languages[compose->language].tag);
	p_array_init(&comp.doc->blocks, pool, 16);
	write_banner(&comp);
	write_summary(&comp);
	array_foreach(&comp.groups, group) {
		group_begin(&comp, group);
		write_group(&comp);
	}
	if (array_count(&comp.rest) > 0) {
		add_text(&comp, COMPOSE_SMALL_TEXT, "…");
		write_addresses(&comp, &comp.rest);
	}
	write_administrator(&comp);
	if (enclosed) {
		add_text(&comp, COMPOSE_SMALL_TEXT,
			 compose_word(&comp.values, "enclosed"));
	}
	return comp.doc;
}

const char *
bounce_compose_subject(const struct bounce_compose *compose, pool_t pool)
{
	struct composer comp;
	const char *subject;
	pool_t temp_pool;

	temp_pool = pool_alloconly_create("bounce subject", 8192);
	composer_init(&comp, compose, temp_pool);
	subject = compose_unmarked(compose_word(&comp.values, "subject-line"),
				   temp_pool);
	subject = bounce_value_clean(subject, BOUNCE_VALUE_MAX_SIZE, pool);
	pool_unref(&temp_pool);
	return subject;
}
