/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-rules.h"
#include "bounce-pattern.h"
#include "reply-parse.h"
#include "rule-evidence.h"

#include <ctype.h>
#include <limits.h>

/* Above what says nothing (-4 and less), below every general wording that says
   something */
#define CONTEXT_WEIGHT (-3)

static bool is_bare(const struct bounce_rule_rec *rule)
{
	return rule->match_count == 0 && rule->url_count == 0 &&
		rule->all_count == 0;
}

static bool is_rule_pattern(const struct bounce_pattern_rec *pattern)
{
	return pattern->role >= BOUNCE_ROLE_RULE_MATCH &&
		pattern->role <= BOUNCE_ROLE_RULE_URL;
}

/* The role decides in which of the two a pattern counts. */
static void
matches_find_in(struct rule_matches *matches, const struct bounce_rules *rules,
		const char *text, size_t from, size_t to, bool url)
{
	unsigned int i, count, kept = array_count(&matches->found);
	struct bounce_marker *all;

	i = kept;
	bounce_markers_add(rules, BOUNCE_PLACE_REPLY, text + from, to - from,
			   &matches->found);
	all = array_get_modifiable(&matches->found, &count);
	for (; i < count; i++) {
		if ((all[i].pattern->role == BOUNCE_ROLE_RULE_URL) != url)
			continue;
		all[kept] = all[i];
		all[kept++].to += from;
	}
	array_delete(&matches->found, kept, count - kept);
}

/* Where the sentence ends that begins at from: behind ". ", "! " and "? "
   where what follows does not go on in lower case. */
static size_t sentence_end(const struct bounce_reply *reply, size_t from)
{
	const char *text = reply->text;

	for (size_t i = from; i + 2 < reply->size; i++) {
		if ((text[i] == '.' || text[i] == '!' || text[i] == '?') &&
		    text[i + 1] == ' ' && !i_islower(text[i + 2]) &&
		    !i_isdigit(text[i + 2]))
			return i + 2;
	}
	return reply->size;
}

/* Drop what cannot matter: most of what is found are common words of rules whose
   main words are not there. */
static void
matches_thin_out(struct rule_matches *matches, const struct bounce_rules *rules)
{
	unsigned char *hit =
		t_malloc0(rules->counts[BOUNCE_SECTION_RULES] / CHAR_BIT + 1);
	struct bounce_marker *markers;
	unsigned int i, count, kept = 0;

	markers = array_get_modifiable(&matches->found, &count);
	for (i = 0; i < count; i++) {
		const struct bounce_pattern_rec *pattern = markers[i].pattern;

		if (pattern->role == BOUNCE_ROLE_RULE_MATCH ||
		    pattern->role == BOUNCE_ROLE_RULE_URL)
			hit[pattern->owner / CHAR_BIT] |=
				1 << pattern->owner % CHAR_BIT;
	}
	for (i = 0; i < count; i++) {
		const struct bounce_pattern_rec *pattern = markers[i].pattern;
		uint32_t owner = pattern->owner;

		if (!is_rule_pattern(pattern) ||
		    (hit[owner / CHAR_BIT] & 1 << owner % CHAR_BIT) != 0 ||
		    (rules->rules[owner].match_count == 0 &&
		     rules->rules[owner].url_count == 0))
			markers[kept++] = markers[i];
	}
	array_delete(&matches->found, kept, count - kept);
}

void rule_matches_find(struct rule_matches *matches,
		       const struct bounce_rules *rules,
		       const struct bounce_reply *reply, bool sentences)
{
	const char *const *url;
	size_t from, to;

	matches->reply = reply;
	t_array_init(&matches->found, 64);
	for (from = 0; from < reply->size; from = to) {
		to = sentences ? sentence_end(reply, from) : reply->size;
		matches_find_in(matches, rules, reply->text, from, to, FALSE);
	}
	for (url = reply->urls; *url != NULL; url++)
		matches_find_in(matches, rules, *url, 0, strlen(*url), TRUE);
	matches_thin_out(matches, rules);
}

enum bounce_stage rule_matches_stage(const struct rule_matches *matches)
{
	const struct bounce_marker *marker, *first = NULL;

	array_foreach(&matches->found, marker) {
		if (marker->pattern->role == BOUNCE_ROLE_STAGE &&
		    (first == NULL || marker->to < first->to ||
		     (marker->to == first->to &&
		      marker->pattern < first->pattern)))
			first = marker;
	}
	return first == NULL ? BOUNCE_STAGE_UNKNOWN : first->pattern->detail;
}

static bool
rule_conditions_hold(const struct bounce_rule_rec *rule,
		     const struct rule_facts *facts)
{
	bool recognised = FALSE;

	if (rule->needs_provider != 0) {
		for (unsigned int i = 0; i < N_ELEMENTS(facts->providers); i++)
			recognised = recognised ||
				(rule->provider == facts->providers[i] &&
				 rule->provider != BOUNCE_NONE);
		if (!recognised)
			return FALSE;
	}
	return (rule->stages == 0 || (rule->stages & facts->stage) != 0) &&
		(rule->local == BOUNCE_ANY || rule->local == facts->local) &&
		bounce_rules_list_match(facts->rules, &rule->status,
					facts->status) &&
		bounce_rules_list_match(facts->rules, &rule->code, facts->code);
}

/* In the context a provider's words count more than a general wording of the
   reply itself and less than a status; specific words like a general wording
   that yields to all that say something; what is general there only more than
   a reply code. */
static void
candidate_set_level(struct rule_candidate *candidate, bool context)
{
	const struct bounce_rule_rec *rule = candidate->rule;

	candidate->level = rule->rank * 2;
	candidate->weight = rule->weight;
	candidate->context = context;
	if (!context)
		return;
	candidate->context_weight = rule->rank * 20 + rule->weight;
	if (rule->rank == BOUNCE_RANK_PROVIDER) {
		candidate->level = BOUNCE_RANK_GENERAL * 2 + 1;
	} else if (rule->rank > BOUNCE_RANK_GENERAL) {
		candidate->level = BOUNCE_RANK_GENERAL * 2;
		candidate->weight = CONTEXT_WEIGHT;
	} else {
		candidate->level = BOUNCE_RANK_CODE * 2 + 1;
	}
}

/* Sorts the patterns of a rule together, by what they are for. */
static int
marker_owner_cmp(const struct bounce_marker *m1, const struct bounce_marker *m2)
{
	const struct bounce_pattern_rec *p1 = m1->pattern, *p2 = m2->pattern;
	bool rule1 = is_rule_pattern(p1), rule2 = is_rule_pattern(p2);

	if (rule1 != rule2)
		return rule1 ? -1 : 1;
	if (p1->owner != p2->owner)
		return p1->owner < p2->owner ? -1 : 1;
	if (p1->role != p2->role)
		return p1->role < p2->role ? -1 : 1;
	if (p1->detail != p2->detail)
		return p1->detail < p2->detail ? -1 : 1;
	if (m1->to != m2->to)
		return m1->to < m2->to ? -1 : 1;
	return p1 < p2 ? -1 : p1 > p2 ? 1 : 0;
}

static const char *
matched_words(const struct rule_facts *facts, const struct bounce_reply *reply,
	      const struct bounce_marker *marker)
{
	size_t from, to = I_MIN(marker->to, reply->size);

	if (marker->pattern->role == BOUNCE_ROLE_RULE_URL)
		return "url";
	if (!facts->exact_words ||
	    !bounce_pattern_find_start(facts->rules,
				       marker->pattern - facts->rules->patterns,
				       reply->text, reply->size, to, &from)) {
		/* the least that it can be, from where a word begins */
		from = to - I_MIN(to, marker->pattern->min_width);
		while (from > 0 && reply->text[from - 1] != ' ')
			from--;
	}
	return t_strdup_until(reply->text + from, reply->text + to);
}

static bool
match_is_better(const struct bounce_reply *reply,
		const struct bounce_marker *m, const struct bounce_marker *than)
{
	bool inner = m->to > reply->inner, than_inner;

	if (than == NULL)
		return TRUE;
	than_inner = than->to > reply->inner;
	if (inner != than_inner)
		return inner;
	if (m->pattern->min_width != than->pattern->min_width)
		return m->pattern->min_width > than->pattern->min_width;
	return m->to > than->to;
}

static void
candidate_add(struct rule_candidate *candidate,
	      const struct rule_facts *facts, const struct bounce_reply *reply,
	      const struct bounce_marker *marker, string_t *matched)
{
	candidate->width += marker->pattern->min_width;
	if (marker->pattern->role != BOUNCE_ROLE_RULE_URL)
		candidate->end = I_MAX(candidate->end, marker->to);
	if (matched != NULL) {
		if (str_len(matched) > 0)
			str_append(matched, " + ");
		str_append(matched, matched_words(facts, reply, marker));
	}
}

/* Weighs the count markers of one rule, sorted by marker_owner_cmp(). Returns
   FALSE where its patterns do not hold. */
static bool
candidate_weigh(struct rule_candidate *candidate,
		const struct rule_facts *facts,
		const struct bounce_reply *reply,
		const struct bounce_marker *markers, unsigned int count,
		string_t *matched)
{
	const struct bounce_rule_rec *rule = candidate->rule;
	const struct bounce_marker *match = NULL, *url = NULL;
	unsigned int i, all_count = 0;

	for (i = 0; i < count; i++) {
		const struct bounce_marker *m = &markers[i];

		if (m->pattern->role == BOUNCE_ROLE_RULE_NONE)
			return FALSE;
		if (m->pattern->role == BOUNCE_ROLE_RULE_MATCH &&
		    match_is_better(reply, m, match))
			match = m;
		else if (m->pattern->role == BOUNCE_ROLE_RULE_URL &&
			 match_is_better(reply, m, url))
			url = m;
	}
	if ((rule->match_count > 0 && match == NULL) ||
	    (rule->url_count > 0 && url == NULL))
		return FALSE;

	if (match != NULL)
		candidate_add(candidate, facts, reply, match, matched);
	for (i = 0; i < count; i++) {
		const struct bounce_pattern_rec *pattern = markers[i].pattern;

		/* the last one of each pattern */
		if (pattern->role != BOUNCE_ROLE_RULE_ALL ||
		    (i + 1 < count && markers[i + 1].pattern == pattern))
			continue;
		all_count++;
		candidate_add(candidate, facts, reply, &markers[i], matched);
	}
	if (url != NULL)
		candidate_add(candidate, facts, reply, url, matched);
	candidate->inner = candidate->end > reply->inner ||
		(match == NULL && all_count == 0) || reply->inner == 0;
	return all_count == rule->all_count;
}

void rule_evidence_words(const struct rule_facts *facts,
			 struct rule_matches *matches, bool context,
			 bool want_matched,
			 ARRAY_TYPE(rule_candidate) *candidates)
{
	const struct bounce_marker *markers;
	unsigned int i, next, count;

	array_sort(&matches->found, marker_owner_cmp);
	markers = array_get(&matches->found, &count);
	for (i = 0; i < count && is_rule_pattern(markers[i].pattern);
	     i = next) {
		uint32_t owner = markers[i].pattern->owner;
		struct rule_candidate candidate = {
			.rule = &facts->rules->rules[owner],
		};
		string_t *matched = want_matched ? t_str_new(64) : NULL;

		for (next = i + 1; next < count &&
		     is_rule_pattern(markers[next].pattern) &&
		     markers[next].pattern->owner == owner; next++) ;
		if (is_bare(candidate.rule) ||
		    !rule_conditions_hold(candidate.rule, facts) ||
		    !candidate_weigh(&candidate, facts, matches->reply,
				     markers + i, next - i, matched))
			continue;
		candidate.id = bounce_rules_str(facts->rules,
						candidate.rule->id);
		candidate_set_level(&candidate, context);
		if (matched != NULL)
			candidate.matched = str_c(matched);
		array_push_back(candidates, &candidate);
	}
}

static bool
words_rule_out(const struct rule_matches *matches, uint32_t rule_idx)
{
	const struct bounce_marker *marker;

	array_foreach(&matches->found, marker) {
		if (marker->pattern->role == BOUNCE_ROLE_RULE_NONE &&
		    marker->pattern->owner == rule_idx)
			return TRUE;
	}
	return FALSE;
}

static const char *
matched_codes(const struct rule_facts *facts,
	      const struct bounce_rule_rec *rule)
{
	if (rule->status.count == 0)
		return facts->code;
	if (rule->code.count == 0)
		return facts->status;
	return t_strconcat(facts->code, " ", facts->status, NULL);
}

void rule_evidence_codes(const struct rule_facts *facts,
			 const struct rule_matches *matches, bool want_matched,
			 ARRAY_TYPE(rule_candidate) *candidates)
{
	for (uint32_t i = 0; i < facts->rules->bare_count; i++) {
		uint32_t rule_idx = facts->rules->bare_rules[i];
		struct rule_candidate candidate = {
			.rule = &facts->rules->rules[rule_idx],
			.inner = TRUE,
		};

		if (!rule_conditions_hold(candidate.rule, facts) ||
		    (candidate.rule->none_count > 0 &&
		     words_rule_out(matches, rule_idx)))
			continue;
		candidate.id = bounce_rules_str(facts->rules,
						candidate.rule->id);
		candidate_set_level(&candidate, FALSE);
		if (want_matched)
			candidate.matched = matched_codes(facts,
							  candidate.rule);
		array_push_back(candidates, &candidate);
	}
}

int rule_candidate_cmp(const struct rule_candidate *c1,
		       const struct rule_candidate *c2)
{
	if (c1->level != c2->level)
		return c1->level > c2->level ? -1 : 1;
	if (c1->inner != c2->inner)
		return c1->inner ? -1 : 1;
	if (c1->weight != c2->weight)
		return c1->weight > c2->weight ? -1 : 1;
	if (c1->context_weight != c2->context_weight)
		return c1->context_weight > c2->context_weight ? -1 : 1;
	if (c1->width != c2->width)
		return c1->width > c2->width ? -1 : 1;
	if (c1->end != c2->end)
		return c1->end > c2->end ? -1 : 1;
	return strcmp(c1->id, c2->id);
}

const char *rule_candidate_why_not(const struct rule_candidate *winner,
				   const struct rule_candidate *c)
{
	if (c->context && !winner->context)
		return "stands in the context of the reply only";
	if (c->level != winner->level)
		return "is of a lower rank";
	if (c->inner != winner->inner)
		return "stands in front of the reply that is quoted";
	if (c->weight != winner->weight ||
	    c->context_weight != winner->context_weight)
		return "has a lower weight";
	if (c->width != winner->width)
		return "matches fewer characters";
	if (c->end != winner->end)
		return "stands further in front";
	return "comes later by its id";
}
