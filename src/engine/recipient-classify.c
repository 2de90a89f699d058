/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "address-find.h"
#include "domain-suggest.h"
#include "reply-limit.h"
#include "reply-parse.h"
#include "rule-evidence.h"
#include "recipient-classify.h"

#include <ctype.h>

/* When a temporary refusal has no time of its own */
#define RETRY_AFTER_DEFAULT (4 * 60 * 60)

struct recipient_classifier {
	const struct bounce_rules *rules;
	struct bounce_recipient *rcpt;
	enum bounce_classify_flags flags;
	pool_t pool;

	/* the reply, and the text around it; where the reply has no words, the
	   text around it takes its place */
	struct bounce_reply reply;
	struct bounce_reply context;
	struct rule_matches matches;
	struct rule_facts facts;
	ARRAY_TYPE(rule_candidate) candidates;
	const struct rule_candidate *winner;
};

/* "5.0.0" and the like say nothing. */
static bool status_is_vague(const char *status)
{
	return *status == '\0' ||
		(i_isdigit(status[0]) && strcmp(status + 1, ".0.0") == 0);
}

static const char *first_set(const char *s1, const char *s2)
{
	return *s1 != '\0' ? s1 : s2;
}

/* host is domain, or in it */
static bool host_is_in_domain(const char *host, const char *domain)
{
	size_t host_len = strlen(host), len = strlen(domain);

	if (len == 0 || host_len < len ||
	    strcasecmp(host + host_len - len, domain) != 0)
		return FALSE;
	return host_len == len || host[host_len - len - 1] == '.';
}

static enum bounce_tristate
recipient_is_local(const struct bounce_recipient *rcpt,
		   const char *reporting_mta)
{
	if (*rcpt->domain == '\0' || strchr(reporting_mta, '.') == NULL)
		return BOUNCE_ANY;
	return host_is_in_domain(reporting_mta, rcpt->domain) ?
		BOUNCE_YES : BOUNCE_NO;
}

/* "aspmx.l.google.com. (192.0.2.1, the server for ...)" is the host alone. */
static const char *host_only(const char *host)
{
	size_t len;

	host = t_strcut(host, ' ');
	len = strlen(host);
	return len > 0 && host[len - 1] == '.' ? t_strndup(host, len - 1) :
		host;
}

/* Who can have said it: the host that said no, else the reporting system; and
   whoever has the recipient's mail. */
static void
classifier_find_providers(struct recipient_classifier *cls,
			  const char *reporting_mta)
{
	const char *remote = host_only(first_set(cls->reply.host,
						 cls->rcpt->remote_mta));
	uint32_t *providers = cls->facts.providers;

	for (unsigned int i = 0; i < N_ELEMENTS(cls->facts.providers); i++)
		providers[i] = BOUNCE_NONE;
	if (*remote != '\0')
		providers[0] = bounce_rules_find_provider_host(cls->rules,
							       remote);
	else if (*reporting_mta != '\0')
		providers[1] = bounce_rules_find_provider_host(cls->rules,
							       reporting_mta);
	if (*cls->rcpt->domain != '\0')
		providers[2] = bounce_rules_find_provider_domain(cls->rules,
						cls->rcpt->domain);
}

/* Status, code and stage of the reply come first; the report's own fields fill
   in what it leaves open. */
static void classifier_find_codes(struct recipient_classifier *cls)
{
	struct bounce_recipient *rcpt = cls->rcpt;
	struct rule_facts *facts = &cls->facts;

	facts->code = first_set(cls->reply.inner_code, rcpt->code);
	facts->code = first_set(facts->code, cls->context.inner_code);
	facts->status = first_set(cls->reply.status, rcpt->status);
	if (status_is_vague(facts->status) && *rcpt->status != '\0')
		facts->status = rcpt->status;
	if (status_is_vague(facts->status))
		facts->status = first_set(cls->context.status, facts->status);

	if (rcpt->stage == BOUNCE_STAGE_UNKNOWN)
		rcpt->stage = cls->reply.stage;
	if (rcpt->stage == BOUNCE_STAGE_UNKNOWN)
		rcpt->stage = rule_matches_stage(&cls->matches);
	if (rcpt->stage == BOUNCE_STAGE_UNKNOWN)
		rcpt->stage = cls->context.stage;
	facts->stage = rcpt->stage;

	rcpt->code = first_set(cls->reply.code, rcpt->code);
	rcpt->code = first_set(rcpt->code, cls->context.code);
	if (status_is_vague(rcpt->status))
		rcpt->status = first_set(facts->status, rcpt->status);
	rcpt->remote_mta = first_set(rcpt->remote_mta, cls->reply.host);
	rcpt->remote_mta = first_set(rcpt->remote_mta, cls->context.host);
}

static bool classifier_is_explaining(const struct recipient_classifier *cls)
{
	return (cls->flags & BOUNCE_CLASSIFY_EVIDENCE) != 0;
}

static void classifier_choose(struct recipient_classifier *cls)
{
	const struct rule_candidate *candidate;

	cls->winner = NULL;
	array_foreach(&cls->candidates, candidate) {
		if (cls->winner == NULL ||
		    rule_candidate_cmp(candidate, cls->winner) < 0)
			cls->winner = candidate;
	}
}

static void classifier_find_rule(struct recipient_classifier *cls)
{
	bool explain = classifier_is_explaining(cls);

	t_array_init(&cls->candidates, 16);
	rule_evidence_words(&cls->facts, &cls->matches, FALSE, explain,
			    &cls->candidates);
	rule_evidence_codes(&cls->facts, &cls->matches, explain,
			    &cls->candidates);
	classifier_choose(cls);

	/* the text around the reply, where it can still change something */
	if (cls->context.size > 0 &&
	    (explain || cls->winner == NULL ||
	     cls->winner->rule->rank <= BOUNCE_RANK_GENERAL)) {
		struct rule_matches matches;

		rule_matches_find(&matches, cls->rules, &cls->context, TRUE);
		rule_evidence_words(&cls->facts, &matches, TRUE, explain,
				    &cls->candidates);
		classifier_choose(cls);
	}
}

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

static uint32_t classifier_provider(const struct recipient_classifier *cls)
{
	if (cls->winner != NULL && cls->winner->rule->provider != BOUNCE_NONE)
		return cls->winner->rule->provider;
	for (unsigned int i = 0; i < N_ELEMENTS(cls->facts.providers); i++) {
		if (cls->facts.providers[i] != BOUNCE_NONE)
			return cls->facts.providers[i];
	}
	return BOUNCE_NONE;
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

static void classifier_keep_evidence(struct recipient_classifier *cls)
{
	struct bounce_recipient *rcpt = cls->rcpt;
	const struct rule_candidate *candidate, *winner;
	struct bounce_evidence *evidence;

	rcpt->normalised = p_strdup(cls->pool, cls->matches.reply->text);
	p_array_init(&rcpt->evidence, cls->pool,
		     array_count(&cls->candidates) + 1);
	if (array_count(&cls->candidates) == 0)
		return;
	array_sort(&cls->candidates, rule_candidate_cmp);
	winner = array_front(&cls->candidates);
	array_foreach(&cls->candidates, candidate) {
		evidence = array_append_space(&rcpt->evidence);
		evidence->rule = candidate->rule;
		evidence->matched = p_strdup(cls->pool, candidate->matched);
		evidence->width = candidate->width;
		evidence->end = candidate->end;
		evidence->won = candidate == winner;
		evidence->why_not = evidence->won ? "" :
			rule_candidate_why_not(winner, candidate);
	}
}

static void recipient_prepare(struct bounce_recipient *rcpt)
{
	const char **values[] = {
		&rcpt->recipient, &rcpt->domain, &rcpt->original_recipient,
		&rcpt->status, &rcpt->code, &rcpt->diagnostic,
		&rcpt->remote_mta, &rcpt->context,
	};

	for (unsigned int i = 0; i < N_ELEMENTS(values); i++) {
		if (*values[i] == NULL)
			*values[i] = "";
	}
	rcpt->provider_id = rcpt->limit = rcpt->suggestion = "";
	rcpt->normalised = "";
}

/* Only now, as the reply was read from the whole of the text */
static void recipient_clean(struct bounce_recipient *rcpt, pool_t pool)
{
	const char **values[] = {
		&rcpt->recipient, &rcpt->domain, &rcpt->original_recipient,
		&rcpt->status, &rcpt->code, &rcpt->diagnostic,
		&rcpt->remote_mta, &rcpt->context, &rcpt->limit,
		&rcpt->suggestion,
	};

	for (unsigned int i = 0; i < N_ELEMENTS(values); i++)
		*values[i] = bounce_value_clean(*values[i],
						BOUNCE_VALUE_MAX_SIZE, pool);
}

void bounce_recipient_classify(struct bounce_recipient *rcpt,
			       const struct bounce_rules *rules,
			       const char *reporting_mta,
			       enum bounce_classify_flags flags, pool_t pool)
{
	struct recipient_classifier cls = {
		.rules = rules,
		.rcpt = rcpt,
		.flags = flags,
		.pool = pool,
		.facts.rules = rules,
	};
	const struct bounce_reply *words;

	T_BEGIN {
		recipient_prepare(rcpt);
		bounce_reply_parse(rcpt->diagnostic, &cls.reply);
		bounce_reply_parse(rcpt->context, &cls.context);
		words = cls.reply.has_words || !cls.context.has_words ?
			&cls.reply : &cls.context;
		rule_matches_find(&cls.matches, rules, words,
				  words == &cls.context);
		if (words == &cls.context)
			cls.context.size = 0;
		if (*rcpt->domain == '\0')
			rcpt->domain = address_domain(rcpt->recipient);

		reporting_mta = host_only(reporting_mta);
		classifier_find_codes(&cls);
		classifier_find_providers(&cls, reporting_mta);
		cls.facts.local = recipient_is_local(rcpt, reporting_mta);
		classifier_find_rule(&cls);

		classifier_set_cause(&cls);
		rcpt->limit = classifier_limit(&cls);
		rcpt->suggestion = classifier_suggestion(&cls);
		if (classifier_is_explaining(&cls))
			classifier_keep_evidence(&cls);
		recipient_clean(rcpt, pool);
	} T_END;
}
