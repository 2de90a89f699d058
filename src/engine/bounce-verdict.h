#ifndef BOUNCE_VERDICT_H
#define BOUNCE_VERDICT_H

#include "bounce-rules-file.h"

/* What the engine found out about one message. Everything is allocated from
   the pool that bounce_classify() was given; strings are never NULL, valid
   UTF-8 and without control characters, an empty string where the message says
   nothing. */

/* What a message is. The names are those that scripts see. */
enum bounce_kind {
	BOUNCE_KIND_NONE = 0,
	BOUNCE_KIND_FAILURE,
	BOUNCE_KIND_DELAY,
	BOUNCE_KIND_SUCCESS,		/* delivered, relayed, expanded */
	BOUNCE_KIND_FEEDBACK,		/* RFC 5965 */
	BOUNCE_KIND_AUTO_REPLY,		/* RFC 3834 */
	BOUNCE_KIND_MDN,		/* RFC 8098 */
	BOUNCE_KIND_FORWARDED		/* carries a report */
};

/* RFC 3464 action of a recipient */
enum bounce_action {
	BOUNCE_ACTION_UNKNOWN = 0,
	BOUNCE_ACTION_FAILED,
	BOUNCE_ACTION_DELAYED,
	BOUNCE_ACTION_DELIVERED,
	BOUNCE_ACTION_RELAYED,
	BOUNCE_ACTION_EXPANDED
};

/* One piece of evidence: a rule that held. Kept for explain. */
struct bounce_evidence {
	const struct bounce_rule_rec *rule;
	/* what the rule matched: words of the normalised text, a status or a
	   reply code */
	const char *matched;
	/* minimum width and end of the match, as the choice weighs them */
	uint32_t width;
	uint32_t end;
	/* the one that decided */
	bool won;
	/* why it did not win, or "" */
	const char *why_not;
};
ARRAY_DEFINE_TYPE(bounce_evidence, struct bounce_evidence);

struct bounce_recipient {
	/* the failed address as the report states it; its domain */
	const char *recipient;
	const char *domain;
	/* the address that the author wrote (RFC 3461 ORCPT), "" unknown */
	const char *original_recipient;
	enum bounce_action action;
	/* RFC 3463 status, reply code, reply text on one line */
	const char *status;
	const char *code;
	const char *diagnostic;
	/* the host that said no */
	const char *remote_mta;
	enum bounce_stage stage;
	/* till when the reporting system tries, UNIX time, 0 unknown */
	time_t retry_until;
	/* more of the report that speaks of this recipient (a heading, the
	   human-readable sentence), weighed below the diagnostic; may be "" */
	const char *context;

	/* the choice; the indexes are those of the rule set */
	uint32_t cause;
	uint32_t provider;		/* or BOUNCE_NONE */
	uint32_t rule;			/* or BOUNCE_NONE: a default */
	/* names, for those who do not hold the rule set */
	const char *cause_id;
	const char *provider_id;
	const char *rule_id;
	enum bounce_severity severity;
	enum bounce_confidence confidence;
	enum bounce_fixer fixer;
	enum bounce_retry retry;
	uint32_t retry_after;		/* seconds from now, for later */
	/* a number with its unit that the reply states, e.g. "20", "10 MB" */
	const char *limit;
	/* did you mean; "" for none */
	const char *suggestion;
	/* texts of the rule, 0 for the cause's */
	uint32_t advice_id;

	/* the normalised text that was matched, only with
	   BOUNCE_CLASSIFY_NORMALISED or _EVIDENCE; and what was found in it,
	   only with the latter */
	const char *normalised;
	ARRAY_TYPE(bounce_evidence) evidence;
};
ARRAY_DEFINE_TYPE(bounce_recipient, struct bounce_recipient);

/* The message that the report is about */
struct bounce_returned {
	const char *message_id;		/* with its angle brackets */
	const char *subject;		/* decoded */
	const char *from;		/* bare address */
	const char *to;			/* bare addresses, joined by ", " */
	const char *date;		/* as written */
	const char *language;		/* BCP 47 tag it shows, or "" */

	/* At least a header field or two of it are returned, so that what is
	   empty here was not there (or was left out by who wrote the report) */
	bool header;
	/* a program wrote it: Auto-Submitted (RFC 3834) says so, or its
	   sender was null */
	bool automatic;
	/* bare addresses of To and Cc, NULL-terminated */
	const char *const *recipients;
	/* bare addresses through which it went on: X-Sieve-Redirected-From,
	   Delivered-To, X-Original-To, Resent-From; NULL-terminated */
	const char *const *passed_on;
	/* Received fields (RFC 5321, 4.4), the topmost first, each on one line;
	   NULL-terminated */
	const char *const *received;
	/* Message-IDs of its References, "" where there are none */
	const char *references;
};

/* Nothing is returned: all strings and lists are empty. */
extern const struct bounce_returned bounce_returned_nothing;

struct bounce_report {
	enum bounce_kind kind;
	/* id of the format that the free text was recognised as, or "" */
	const char *format;
	const char *reporting_mta;
	/* language that the report's own wording shows, or "" */
	const char *language;
	/* failed recipients first, then delayed ones, then the others; each
	   in the order of the report */
	ARRAY_TYPE(bounce_recipient) recipients;
	/* there were more than the limit allows */
	bool recipients_truncated;
	struct bounce_returned returned;
};

struct bounce_verdict {
	enum bounce_kind kind;
	/* the message's own report; NULL unless kind is failure, delay or
	   success */
	struct bounce_report *report;
	/* the report that the message carries; NULL where there is none or
	   where nobody asked (BOUNCE_CLASSIFY_CARRIED) */
	struct bounce_report *carried;
	/* the message was longer than max_size, or a limit was hit */
	bool truncated;
	/* dismissed on its header */
	bool header_only;
	/* the message is an explanation with the report enclosed (see
	   bounce-compose.h); all else is about that report */
	bool explained;
	/* why it is taken for what it is, one line, for traces */
	const char *why;
};

const char *bounce_kind_name(enum bounce_kind kind);
const char *bounce_action_name(enum bounce_action action);
/* FALSE where the name is not known */
bool bounce_kind_parse(const char *name, enum bounce_kind *kind_r);

/* Is it what the test without keys asks: failure or delay? */
static inline bool bounce_kind_is_bounce(enum bounce_kind kind)
{
	return kind == BOUNCE_KIND_FAILURE || kind == BOUNCE_KIND_DELAY;
}

/* The report that variables speak of: the message's own, else the carried
   one, else NULL. */
const struct bounce_report *
bounce_verdict_report(const struct bounce_verdict *verdict);
/* The recipient that variables speak of: the first failed one, else the first
   delayed one; NULL where the report names none. A report about a failure
   whose recipients are not named has one recipient with an empty address, so
   that its cause can be told. */
const struct bounce_recipient *
bounce_report_first(const struct bounce_report *report);

/* Append a recipient with nothing known: all strings "". */
struct bounce_recipient *
bounce_recipient_add(ARRAY_TYPE(bounce_recipient) *recipients);

#endif
