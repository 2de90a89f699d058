#ifndef RECIPIENT_CLASSIFY_PRIVATE_H
#define RECIPIENT_CLASSIFY_PRIVATE_H

#include "bounce-classify.h"
#include "reply-parse.h"
#include "rule-evidence.h"

/* One recipient at work: read, matched, and the rule chosen */
struct recipient_classifier {
	const struct bounce_rules *rules;
	struct bounce_recipient *rcpt;
	enum bounce_classify_flags flags;
	pool_t pool;

	/* the reply, and the text around it; where the reply has no words, the
	   text around it takes its place */
	struct bounce_reply reply;
	struct bounce_reply context;
	const struct bounce_reply *words;
	struct rule_matches matches;
	struct rule_facts facts;
	/* the host that said it is known by its name */
	bool host_is_named;
	ARRAY_TYPE(rule_candidate) candidates;
	const struct rule_candidate *winner;
};

/* Fill in what follows from the choice: the cause, severity, confidence,
   provider, remedy, limit and suggestion. On the data stack. */
void recipient_set_verdict(struct recipient_classifier *cls);

#endif
