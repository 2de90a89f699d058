#ifndef RULE_EVIDENCE_H
#define RULE_EVIDENCE_H

#include "bounce-rules-file.h"
#include "marker-scan.h"

struct bounce_rules;
struct bounce_reply;

/* What the conditions of rules are about, beside the words */
struct rule_facts {
	const struct bounce_rules *rules;
	/* BOUNCE_CLASSIFY_EXACT_WORDS */
	bool exact_words;
	/* of the innermost reply; "" unknown */
	const char *status;
	const char *code;
	enum bounce_stage stage;
	/* is the recipient's domain the reporting system's own */
	enum bounce_tristate local;
	/* who may have said it, by the hosts and domains of the report; each
	   index or BOUNCE_NONE */
	uint32_t providers[3];
};

/* A rule that holds */
struct rule_candidate {
	const struct bounce_rule_rec *rule;
	const char *id;
	/* what it weighs, in this order: see rule_candidate_cmp() */
	unsigned int level;
	bool inner;
	int weight;
	/* the rule's own rank and weight, where the context changed them */
	int context_weight;
	uint32_t width;
	uint32_t end;
	/* its words stand in the context of the reply, not in the reply */
	bool context;
	/* the words, or the status or code (data stack), NULL unless asked */
	const char *matched;
};
ARRAY_DEFINE_TYPE(rule_candidate, struct rule_candidate);

/* What was found in one text, in no order: patterns of rules, as far as they can
   matter, and reply markers. URL patterns count in URLs only, all others in the
   text. */
struct rule_matches {
	const struct bounce_reply *reply;
	ARRAY_TYPE(bounce_marker) found;
};

/* Match all patterns in one pass over the reply's text (and its URLs).
   sentences: the text is prose, and no pattern reaches beyond a sentence.
   Allocates from the data stack. */
void rule_matches_find(struct rule_matches *matches,
		       const struct bounce_rules *rules,
		       const struct bounce_reply *reply, bool sentences);
/* The stage that a marker in the text tells; BOUNCE_STAGE_UNKNOWN for none. */
enum bounce_stage rule_matches_stage(const struct rule_matches *matches);

/* Append the rules whose words are in the text and whose other conditions
   hold. context: the text is the context of a reply and weighs less. */
void rule_evidence_words(const struct rule_facts *facts,
			 struct rule_matches *matches, bool context,
			 bool want_matched,
			 ARRAY_TYPE(rule_candidate) *candidates);
/* Append the rules that need no words, only a status or a code, and hold.
   Words may rule them out. */
void rule_evidence_codes(const struct rule_facts *facts,
			 const struct rule_matches *matches, bool want_matched,
			 ARRAY_TYPE(rule_candidate) *candidates);

/* The stronger one first: by level (rank), the inner reply before the outer
   ones, weight, least width of the words, later end, id. */
int rule_candidate_cmp(const struct rule_candidate *c1,
		       const struct rule_candidate *c2);
/* Why c, which is weaker, did not win. */
const char *rule_candidate_why_not(const struct rule_candidate *winner,
				   const struct rule_candidate *c);

#endif
