/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "net.h"
#include "bounce-advice.h"
#include "bounce-rules.h"
#include "address-find.h"
#include "recipient-classify.h"
#include "recipient-classify-private.h"

#include <ctype.h>

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

/* "aspmx.l.google.com. (192.0.2.1, the server for ...)" is the host alone, and
   so is "mx.example.com:25"; "[192.0.2.1]" is the address. */
static const char *host_only(const char *host)
{
	size_t len;

	if (*host == '[')
		return t_strcut(host + 1, ']');
	len = strcspn(host, " :(");
	if (host[len] == ':' && !i_isdigit(host[len + 1]))
		return host;
	while (len > 0 && host[len - 1] == '.')
		len--;
	return t_strndup(host, len);
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
	struct ip_addr ip;

	cls->host_is_named = strchr(remote, '.') != NULL &&
		net_addr2ip(remote, &ip) < 0;
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
	if (cls->words != &cls->context && cls->context.size > 0 &&
	    (explain || cls->winner == NULL ||
	     cls->winner->rule->rank <= BOUNCE_RANK_GENERAL)) {
		struct rule_matches matches;

		rule_matches_find(&matches, cls->rules, &cls->context, TRUE);
		rule_evidence_words(&cls->facts, &matches, TRUE, explain,
				    &cls->candidates);
		classifier_choose(cls);
	}
}

static void classifier_keep_evidence(struct recipient_classifier *cls)
{
	struct bounce_recipient *rcpt = cls->rcpt;
	const struct rule_candidate *candidate, *winner;
	struct bounce_evidence *evidence;

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
		.facts.exact_words = (flags & BOUNCE_CLASSIFY_EXACT_WORDS) != 0,
	};

	T_BEGIN {
		recipient_prepare(rcpt);
		bounce_reply_parse(rcpt->diagnostic, &cls.reply);
		bounce_reply_parse(rcpt->context, &cls.context);
		cls.words = cls.reply.has_words || !cls.context.has_words ?
			&cls.reply : &cls.context;
		rule_matches_find(&cls.matches, rules, cls.words,
				  cls.words == &cls.context);
		if (*rcpt->domain == '\0')
			rcpt->domain = address_domain(rcpt->recipient);

		reporting_mta = host_only(reporting_mta);
		classifier_find_codes(&cls);
		classifier_find_providers(&cls, reporting_mta);
		cls.facts.local = recipient_is_local(rcpt, reporting_mta);
		classifier_find_rule(&cls);

		recipient_set_verdict(&cls);
		if ((cls.flags & (BOUNCE_CLASSIFY_NORMALISED |
				  BOUNCE_CLASSIFY_EVIDENCE)) != 0)
			rcpt->normalised = p_strdup(pool, cls.words->text);
		if (classifier_is_explaining(&cls))
			classifier_keep_evidence(&cls);
		recipient_clean(rcpt, pool);
	} T_END;
}
