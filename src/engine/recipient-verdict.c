/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "domain-suggest.h"
#include "reply-limit.h"
#include "recipient-classify-private.h"

/* When a temporary refusal has no time of its own */
#define RETRY_AFTER_DEFAULT (4 * 60 * 60)

/* The reply's class, else the status's, else what the action says. */
static enum bounce_severity
classifier_severity(const struct recipient_classifier *cls)
{
	const struct bounce_recipient *rcpt = cls->rcpt;
	const struct bounce_cause_rec *cause = &cls->rules->causes[rcpt->cause];
	const char *class;

	if (cls->winner != NULL &&
	    cls->winner->rule->severity != BOUNCE_SEVERITY_UNSET)
		return cls->winner->rule->severity;
	class = *rcpt->code == '4' || *rcpt->code == '5' ? rcpt->code :
		rcpt->status;
	if (*class == '4')
		return BOUNCE_SEVERITY_TEMPORARY;
	if (*class == '5')
		return BOUNCE_SEVERITY_PERMANENT;
	if (rcpt->action == BOUNCE_ACTION_DELAYED)
		return BOUNCE_SEVERITY_TEMPORARY;
	return cause->severity;
}

/* Do other words of the same weight name another cause? */
static bool classifier_is_disputed(const struct recipient_classifier *cls)
{
	const struct rule_candidate *winner = cls->winner, *candidate;

	array_foreach(&cls->candidates, candidate) {
		if (candidate->level == winner->level &&
		    candidate->inner == winner->inner &&
		    candidate->rule->cause != winner->rule->cause &&
		    candidate->weight == winner->weight)
			return TRUE;
	}
	return FALSE;
}

static enum bounce_confidence
classifier_confidence(const struct recipient_classifier *cls)
{
	enum bounce_confidence confidence;

	if (cls->winner == NULL)
		return BOUNCE_CONFIDENCE_LOW;
	confidence = cls->winner->rule->confidence;
	return cls->winner->context || cls->matches.reply == &cls->context ||
		classifier_is_disputed(cls) ?
		I_MIN(confidence, BOUNCE_CONFIDENCE_MEDIUM) : confidence;
}

static void classifier_set_retry(struct recipient_classifier *cls)
{
	struct bounce_recipient *rcpt = cls->rcpt;
	const struct bounce_cause_rec *cause = &cls->rules->causes[rcpt->cause];
	const struct bounce_rule_rec *rule =
		cls->winner == NULL ? NULL : cls->winner->rule;

	rcpt->retry = cause->retry;
	rcpt->retry_after = cause->retry_after;
	if (rule != NULL && rule->retry != BOUNCE_RETRY_UNSET) {
		rcpt->retry = rule->retry;
		rcpt->retry_after = rule->retry_after;
	} else if (rcpt->retry == BOUNCE_RETRY_NEVER &&
		   rcpt->severity == BOUNCE_SEVERITY_TEMPORARY) {
		/* the receiver itself says that it may change */
		rcpt->retry = BOUNCE_RETRY_LATER;
	}
	if (rule != NULL && rule->retry_after != 0)
		rcpt->retry_after = rule->retry_after;
	if (rcpt->retry != BOUNCE_RETRY_LATER)
		rcpt->retry_after = 0;
	else if (rcpt->retry_after == 0)
		rcpt->retry_after = RETRY_AFTER_DEFAULT;
}

/* Who is known to have said it, by the host or the recipient's domain */
static bool
provider_is_named(const struct recipient_classifier *cls, uint32_t provider)
{
	for (unsigned int i = 0; i < N_ELEMENTS(cls->facts.providers); i++) {
		if (cls->facts.providers[i] == provider)
			return TRUE;
	}
	return FALSE;
}

/* The provider whose words won, unless somebody else is known to have said
   them; a mail system, which has no hosts of its own, gives way to whoever runs
   it. */
static uint32_t classifier_provider(const struct recipient_classifier *cls)
{
	uint32_t words = cls->winner == NULL ? BOUNCE_NONE :
		cls->winner->rule->provider;
	bool has_hosts = words != BOUNCE_NONE &&
		cls->rules->providers[words].hosts.count > 0;

	if (has_hosts && (!cls->host_is_named || provider_is_named(cls, words)))
		return words;
	for (unsigned int i = 0; i < N_ELEMENTS(cls->facts.providers); i++) {
		if (cls->facts.providers[i] != BOUNCE_NONE)
			return cls->facts.providers[i];
	}
	return has_hosts ? BOUNCE_NONE : words;
}

static void classifier_set_cause(struct recipient_classifier *cls)
{
	const struct bounce_rules *rules = cls->rules;
	struct bounce_recipient *rcpt = cls->rcpt;
	const struct bounce_cause_rec *cause;

	rcpt->rule = BOUNCE_NONE;
	rcpt->rule_id = "";
	rcpt->advice_id = 0;
	if (cls->winner != NULL) {
		rcpt->cause = cls->winner->rule->cause;
		rcpt->rule = cls->winner->rule - rules->rules;
		rcpt->rule_id = bounce_rules_str(rules, cls->winner->rule->id);
		rcpt->advice_id = cls->winner->rule->advice_id;
	} else {
		rcpt->cause = bounce_rules_find_cause(rules, "unclassified");
		if (rcpt->cause == BOUNCE_NONE)
			rcpt->cause = 0;
	}
	cause = &rules->causes[rcpt->cause];
	rcpt->cause_id = bounce_rules_str(rules, cause->id);
	rcpt->provider = classifier_provider(cls);
	rcpt->provider_id = rcpt->provider == BOUNCE_NONE ? "" :
		bounce_rules_str(rules, rules->providers[rcpt->provider].id);
	rcpt->severity = classifier_severity(cls);
	rcpt->confidence = classifier_confidence(cls);
	rcpt->fixer = cls->winner != NULL &&
		cls->winner->rule->fixer != BOUNCE_FIXER_UNSET ?
		cls->winner->rule->fixer : cause->fixer;
	classifier_set_retry(cls);
}

static const char *classifier_limit(const struct recipient_classifier *cls)
{
	const struct bounce_marker *marker;
	const char *limit, *text = cls->matches.reply->text;
	bool size;

	size = strcmp(cls->rcpt->cause_id, "message-too-large") == 0 ||
		strcmp(cls->rcpt->cause_id, "mailbox-full") == 0;
	array_foreach(&cls->matches.found, marker) {
		if (marker->pattern->role != BOUNCE_ROLE_LIMIT)
			continue;
		limit = reply_limit_parse(text + marker->to, size);
		if (limit != NULL)
			return limit;
	}
	return "";
}

static const char *
classifier_suggestion(const struct recipient_classifier *cls)
{
	static const char *const causes[] = {
		"host-unknown", "mx-missing", "mx-lookup-failed",
	};
	const struct bounce_recipient *rcpt = cls->rcpt;
	const char *domain;

	for (unsigned int i = 0; i < N_ELEMENTS(causes); i++) {
		if (strcmp(rcpt->cause_id, causes[i]) != 0)
			continue;
		domain = bounce_domain_suggest(cls->rules, rcpt->domain);
		if (domain == NULL)
			break;
		return t_strconcat(t_strcut(rcpt->recipient, '@'), "@", domain,
				   NULL);
	}
	return "";
}

void recipient_set_verdict(struct recipient_classifier *cls)
{
	classifier_set_cause(cls);
	cls->rcpt->limit = classifier_limit(cls);
	cls->rcpt->suggestion = classifier_suggestion(cls);
}
