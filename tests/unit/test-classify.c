/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "recipient-classify.h"
#include "unit.h"
#include "unit-rules.h"

static struct bounce_rules *rules;
static pool_t pool;

struct classify_row {
	/* what the report says; NULL is "" */
	const char *diagnostic;
	const char *status;
	const char *context;
	const char *recipient;
	const char *remote_mta;
	const char *reporting_mta;
	enum bounce_action action;

	/* the answer: which rule, severity, confidence */
	const char *rule;
	const char *severity;
	const char *confidence;
};

static void classify(const struct classify_row *row,
		     struct bounce_recipient *rcpt_r)
{
	i_zero(rcpt_r);
	rcpt_r->diagnostic = row->diagnostic;
	rcpt_r->status = row->status;
	rcpt_r->context = row->context;
	rcpt_r->recipient = row->recipient;
	rcpt_r->remote_mta = row->remote_mta;
	rcpt_r->action = row->action;
	bounce_recipient_classify(rcpt_r, rules, row->reporting_mta == NULL ?
				  "" : row->reporting_mta,
				  BOUNCE_CLASSIFY_EVIDENCE, pool);
}

#define BOB .recipient = "bob@example.com"
#define PERMANENT(id, level) \
	.rule = id, .severity = "permanent", .confidence = level
#define TEMPORARY(id, level) \
	.rule = id, .severity = "temporary", .confidence = level

static const struct classify_row classify_rows[] = {
	{ .diagnostic = "", PERMANENT("", "low") },
	{ .diagnostic = "zzz", PERMANENT("", "low") },

	/* words: match, all, none, apostrophes, blanks */
	{ .diagnostic = "550 User  Unknown", PERMANENT("words.unknown", "high") },
	{ .diagnostic = "couldn\xe2\x80\x99t find\r\n user",
	  PERMANENT("words.unknown", "high") },
	{ .diagnostic = "mailbox is full", PERMANENT("words.full", "high") },
	{ .diagnostic = "quota of the sending quota", PERMANENT("", "low") },
	{ .diagnostic = "this message is too large",
	  PERMANENT("words.large", "high") },
	{ .diagnostic = "552 too large", PERMANENT("code.552", "low") },

	/* rank before weight before width before place before id */
	{ .diagnostic = "550 5.1.2 user unknown",
	  PERMANENT("words.unknown", "high") },
	{ .diagnostic = "550 5.1.2 rejected",
	  PERMANENT("status.host", "medium") },
	{ .diagnostic = "550 rejected", PERMANENT("words.general", "medium") },
	{ .diagnostic = "550 zzz", PERMANENT("code.550", "low") },
	{ .diagnostic = "very, very heavy",
	  PERMANENT("words.large-heavy", "high") },
	{ .diagnostic = "bbbb mailbox is full, too large a message",
	  PERMANENT("words.large", "medium") },
	/* words that are disputed by others as good are no longer sure */
	{ .diagnostic = "mailbox full, user unknown",
	  PERMANENT("words.unknown", "medium") },
	{ .diagnostic = "aaaa bbbb", PERMANENT("later.b", "medium") },
	{ .diagnostic = "bbbb aaaa", PERMANENT("later.a", "medium") },
	{ .diagnostic = "twins", PERMANENT("alike.a", "medium") },
	{ .diagnostic = "mailbox full, quota", PERMANENT("words.full", "high") },

	/* URLs are no words, words are no URLs */
	{ .diagnostic = "550 https://example.com/policy/1",
	  PERMANENT("words.url", "high") },
	{ .diagnostic = "550 https://example.com/user%20unknown/blocked",
	  PERMANENT("words.url", "high") },
	{ .diagnostic = "550 blocked /policy/", PERMANENT("code.550", "low") },
	{ .diagnostic = "see http://example.com/full",
	  PERMANENT("words.url-and-text", "high") },
	{ .diagnostic = "http://example.com/full", PERMANENT("", "low") },
	/* anchors are those of the text, and of each URL */
	{ .diagnostic = "retry", TEMPORARY("words.grey", "high") },
	{ .diagnostic = "do retry", PERMANENT("", "low") },

	/* the innermost reply decides, the outer one tells the severity */
	{ .diagnostic = "550 5.4.7 expired (421 greylisted)",
	  PERMANENT("words.grey", "high") },
	{ .diagnostic = "450 4.4.7 expired, host a.example.com said: "
	  "550 user unknown", TEMPORARY("words.unknown", "high") },
	{ .diagnostic = "450 expired: 450 zzz",
	  TEMPORARY("words.expired", "high") },
	/* severity: reply, status, action, cause */
	{ .diagnostic = "450 5.1.1 zzz",
	  TEMPORARY("status.unknown", "medium") },
	{ .diagnostic = "zzz", .status = "4.1.1",
	  TEMPORARY("status.unknown", "medium") },
	{ .diagnostic = "user unknown", .action = BOUNCE_ACTION_DELAYED,
	  TEMPORARY("words.unknown", "high") },
	{ .diagnostic = "zzz greylist", TEMPORARY("words.grey", "high") },
	{ .diagnostic = "550 odd case", TEMPORARY("override.all", "low") },

	/* status: the reply's before the report's, unless it says nothing */
	{ .diagnostic = "550 5.1.1 zzz", .status = "5.4.7",
	  PERMANENT("status.unknown", "medium") },
	{ .diagnostic = "550 5.0.0 zzz", .status = "5.4.7",
	  PERMANENT("status.expired", "medium") },
	{ .status = "5.1.1", PERMANENT("status.unknown", "medium") },
	{ .diagnostic = "550 5.7.9 zzz",
	  PERMANENT("status.policy", "medium") },
	{ .diagnostic = "550 5.7.9 but really",
	  PERMANENT("code.550", "low") },
	{ .diagnostic = "552 storage", PERMANENT("code.words", "high") },
	{ .diagnostic = "452 storage", TEMPORARY("code.words", "high") },
	{ .diagnostic = "550 storage", PERMANENT("code.550", "low") },
	{ .diagnostic = "552 a (550 storage)", PERMANENT("code.550", "low") },

	/* stage: by the wrapper, by a marker */
	{ .diagnostic = "host a.example.com[192.0.2.1] said: 550 refused "
	  "(in reply to end of DATA command)",
	  PERMANENT("stage.data", "high") },
	{ .diagnostic = "host a.example.com[192.0.2.1] said: 550 refused "
	  "(in reply to MAIL FROM command)",
	  PERMANENT("stage.rcpt", "high") },
	{ .diagnostic = "at the dot: 550 refused",
	  PERMANENT("stage.data", "high") },
	{ .diagnostic = "550 refused", PERMANENT("code.550", "low") },

	/* is the recipient's domain the reporting system's own */
	{ .diagnostic = "unrouteable", BOB,
	  .reporting_mta = "mx.example.com",
	  PERMANENT("local.yes", "high") },
	{ .diagnostic = "unrouteable", BOB, .reporting_mta = "example.com",
	  PERMANENT("local.yes", "high") },
	{ .diagnostic = "unrouteable", BOB,
	  .reporting_mta = "notexample.com",
	  PERMANENT("local.no", "high") },
	{ .diagnostic = "unrouteable", BOB, .reporting_mta = "localhost",
	  PERMANENT("local.any", "high") },
	{ .diagnostic = "unrouteable", .reporting_mta = "mx.example.com",
	  PERMANENT("local.any", "high") },

	/* providers: by words, by the host that said it, by the domain */
	{ .diagnostic = "user unknown to acme",
	  TEMPORARY("acme.busy", "high") },
	{ .diagnostic = "550 no thanks", PERMANENT("code.550", "low") },
	{ .diagnostic = "550 no thanks", .remote_mta = "a.acme.example",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "550 no thanks",
	  .remote_mta = "mx.acme.test. (192.0.2.1, for you)",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "550 no thanks", .remote_mta = "a.acme.example:25",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "host a.acme.example[192.0.2.1] said: 550 no thanks",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "550 no thanks", .recipient = "bob@acme.example",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "550 no thanks", .reporting_mta = "a.acme.example",
	  PERMANENT("acme.lies", "high") },
	{ .diagnostic = "550 no thanks", .remote_mta = "a.example.com",
	  .reporting_mta = "a.acme.example", PERMANENT("code.550", "low") },
	{ .diagnostic = "550 5.9.9 zzz", .recipient = "bob@a.acme.test",
	  PERMANENT("acme.status", "high") },

	/* context: below words and status, above a code */
	{ .diagnostic = "550 user unknown", .context = "mailbox full",
	  PERMANENT("words.unknown", "high") },
	{ .diagnostic = "550 5.1.1 zzz", .context = "mailbox full",
	  PERMANENT("status.unknown", "medium") },
	{ .diagnostic = "550 zzz", .context = "mailbox full",
	  PERMANENT("words.full", "medium") },
	{ .diagnostic = "550 zzz", .context = "rejected",
	  PERMANENT("words.general", "medium") },
	{ .diagnostic = "550 rejected", .context = "mailbox full",
	  PERMANENT("words.general", "medium") },
	{ .diagnostic = "rejected", .context = "user unknown to acme",
	  TEMPORARY("acme.busy", "medium") },
	{ .diagnostic = "550 zzz", .context = "user unknown, heavy",
	  PERMANENT("words.large-heavy", "medium") },
	/* in place of a reply without words */
	{ .diagnostic = "smtp; 450 5.1.2 <bob@example.com>",
	  .context = "mailbox full", TEMPORARY("words.full", "medium") },
	{ .context = "452 4.2.2 mailbox full",
	  TEMPORARY("words.full", "medium") },
};

START_TEST(test_classify)
{
	const struct classify_row *row = &classify_rows[_i];
	struct bounce_recipient rcpt;
	const char *input;

	classify(row, &rcpt);
	input = t_strdup_printf("%s / %s / %s", rcpt.diagnostic, rcpt.status,
				rcpt.context);
	unit_assert_str("rule", input, rcpt.rule_id, row->rule);
	unit_assert_str("severity", input,
			bounce_severity_name(rcpt.severity), row->severity);
	unit_assert_str("confidence", input,
			bounce_confidence_name(rcpt.confidence),
			row->confidence);
	ck_assert_str_eq(rcpt.cause_id, row->rule[0] == '\0' ? "unclassified" :
			 bounce_rules_str(rules, rules->causes[
				rules->rules[rcpt.rule].cause].id));
}
END_TEST

/* What else is filled in */
struct value_row {
	struct classify_row in;
	const char *status;
	const char *code;
	const char *remote_mta;
	const char *domain;
	const char *provider;
	const char *limit;
	const char *suggestion;
};

static const struct value_row value_rows[] = {
	{ { .diagnostic = "host mx.example.com[192.0.2.1] said: 550 5.1.1 no",
	    .status = "5.0.0", BOB },
	  "5.1.1", "550", "mx.example.com", "example.com", "", "", "" },
	{ { .diagnostic = "550 5.1.1 no", .status = "5.1.2",
	    .remote_mta = "a.acme.example", BOB },
	  "5.1.2", "550", "a.acme.example", "example.com", "acme", "", "" },
	{ { .diagnostic = "user unknown to acme" },
	  "", "", "", "", "acme", "", "" },
	{ { .diagnostic = "user unknown to acme",
	    .remote_mta = "mx.example.com" },
	  "", "", "mx.example.com", "", "", "", "" },
	{ { .diagnostic = "user unknown to acme", .remote_mta = "192.0.2.1" },
	  "", "", "192.0.2.1", "", "acme", "", "" },
	{ { .diagnostic = "550 to bob@acme.example: 451 no" },
	  "", "550", "", "", "", "", "" },
	{ { .diagnostic = "message too large, limit is 10485760 bytes" },
	  "", "", "", "", "", "10 MB", "" },
	{ { .diagnostic = "message too large. Maximum: 26214400" },
	  "", "", "", "", "", "25 MB", "" },
	{ { .diagnostic = "rejected, limited to 20 recipients" },
	  "", "", "", "", "", "20", "" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@gmial.com" },
	  "5.1.2", "550", "", "gmial.com", "", "", "bob@gmail.com" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@Hotmal.com" },
	  "5.1.2", "550", "", "Hotmal.com", "", "", "bob@hotmail.com" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@yahoo.con" },
	  "5.1.2", "550", "", "yahoo.con", "", "", "bob@yahoo.com" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@qqq.com" },
	  "5.1.2", "550", "", "qqq.com", "", "", "bob@qq.com" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@qw.com" },
	  "5.1.2", "550", "", "qw.com", "", "", "" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@169.com" },
	  "5.1.2", "550", "", "169.com", "", "", "" },
	/* real ones are not corrected, others are too far away */
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@email.com" },
	  "5.1.2", "550", "", "email.com", "", "", "" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@gmail.com" },
	  "5.1.2", "550", "", "gmail.com", "", "", "" },
	{ { .diagnostic = "550 5.1.2 zzz", .recipient = "bob@example.com" },
	  "5.1.2", "550", "", "example.com", "", "", "" },
	/* the address is no question of the domain */
	{ { .diagnostic = "550 5.1.1 zzz", .recipient = "bob@gmial.com" },
	  "5.1.1", "550", "", "gmial.com", "", "", "" },
};

START_TEST(test_values)
{
	const struct value_row *row = &value_rows[_i];
	struct bounce_recipient rcpt;
	const char *input = row->in.diagnostic;

	classify(&row->in, &rcpt);
	unit_assert_str("status", input, rcpt.status, row->status);
	unit_assert_str("code", input, rcpt.code, row->code);
	unit_assert_str("remote MTA", input, rcpt.remote_mta, row->remote_mta);
	unit_assert_str("domain", input, rcpt.domain, row->domain);
	unit_assert_str("provider", input, rcpt.provider_id, row->provider);
	unit_assert_str("limit", input, rcpt.limit, row->limit);
	unit_assert_str("suggestion", rcpt.recipient, rcpt.suggestion,
			row->suggestion);
}
END_TEST

/* Who can mend it, and when to send again */
static const struct {
	const char *diagnostic;
	const char *fixer;
	const char *retry;
	unsigned int retry_after;
} remedy_rows[] = {
	{ "550 user unknown", "author", "never", 0 },
	{ "450 user unknown", "author", "later", 4 * 3600 },
	{ "mailbox full", "recipient", "later", 24 * 3600 },
	{ "550 rejected", "recipient", "fixed", 0 },
	{ "greylisted", "nobody", "later", 1800 },
	{ "odd case", "nobody", "later", 2 * 3600 },
	{ "zzz", "postmaster", "later", 24 * 3600 },
};

START_TEST(test_remedy)
{
	struct classify_row row = { .diagnostic = remedy_rows[_i].diagnostic };
	struct bounce_recipient rcpt;

	classify(&row, &rcpt);
	unit_assert_str("fixer", row.diagnostic, bounce_fixer_name(rcpt.fixer),
			remedy_rows[_i].fixer);
	unit_assert_str("retry", row.diagnostic, bounce_retry_name(rcpt.retry),
			remedy_rows[_i].retry);
	ck_assert_uint_eq(rcpt.retry_after, remedy_rows[_i].retry_after);
}
END_TEST

/* What explain shows: rule, words, why it did not win; best first */
static const struct {
	const char *diagnostic;
	const char *evidence;
} evidence_rows[] = {
	{ "zzz", "" },
	{ "550 5.1.2 the user unknown, rejected",
	  "words.unknown [user unknown] ; "
	  "status.host [5.1.2] is of a lower rank; "
	  "words.general [rejected] is of a lower rank; "
	  "code.550 [550] is of a lower rank; " },
	{ "this message is too large: 550 mailbox full",
	  "words.full [mailbox full] ; "
	  "words.large [too large + message] stands in front of the reply "
	  "that is quoted; "
	  "code.550 [550] is of a lower rank; " },
	{ "very, very heavy",
	  "words.large-heavy [heavy] ; "
	  "words.large-light [very, very heavy] has a lower weight; " },
	{ "user unknown, grey list",
	  "words.unknown [user unknown] ; "
	  "words.grey [grey list] matches fewer characters; " },
	{ "aaaa bbbb",
	  "later.b [bbbb] ; later.a [aaaa] stands further in front; " },
	{ "twins", "alike.a [twins] ; alike.b [twins] comes later by its id; " },
	{ "550 https://example.com/policy/",
	  "words.url [url] ; code.550 [550] is of a lower rank; " },
};

START_TEST(test_evidence)
{
	struct classify_row row = {
		.diagnostic = evidence_rows[_i].diagnostic
	};
	struct bounce_recipient rcpt;
	const struct bounce_evidence *evidence;
	const char *text = "";

	classify(&row, &rcpt);
	array_foreach(&rcpt.evidence, evidence) {
		ck_assert(evidence->won == (*evidence->why_not == '\0'));
		text = t_strdup_printf("%s%s [%s] %s; ", text,
			bounce_rules_str(rules, evidence->rule->id),
			evidence->matched, evidence->why_not);
	}
	unit_assert_str("evidence", row.diagnostic, text,
			evidence_rows[_i].evidence);
}
END_TEST

/* A reply text alone */
START_TEST(test_text)
{
	struct bounce_recipient rcpt;

	bounce_classify_text("host a.acme.example[192.0.2.1] said: 452 4.2.2 "
			     "<bob@example.com>: mailbox full (in reply to "
			     "RCPT TO command)", rules, 0, pool, &rcpt);
	ck_assert_str_eq(rcpt.cause_id, "mailbox-full");
	ck_assert_str_eq(rcpt.recipient, "bob@example.com");
	ck_assert_str_eq(rcpt.domain, "example.com");
	ck_assert_str_eq(rcpt.remote_mta, "a.acme.example");
	ck_assert_str_eq(rcpt.provider_id, "acme");
	ck_assert_str_eq(rcpt.status, "4.2.2");
	ck_assert_str_eq(rcpt.code, "452");
	ck_assert_int_eq(rcpt.stage, BOUNCE_STAGE_RCPT);
	ck_assert_int_eq(rcpt.severity, BOUNCE_SEVERITY_TEMPORARY);
	ck_assert_str_eq(rcpt.original_recipient, "");
	ck_assert_str_eq(rcpt.normalised, "");
}
END_TEST

/* A mail system's own words, and who runs it */
static const struct {
	const char *text, *provider;
} provider_rows[] = {
	{ "552 brand x says full", "brandx" },
	{ "host a.acme.example[192.0.2.1] said: 552 brand x says full",
	  "acme" },
	{ "host mx.example.com[192.0.2.1] said: 552 brand x says full",
	  "brandx" },
	{ "552 <bob@acme.example>: brand x says full", "acme" },
	{ "host mx.example.com[192.0.2.1] said: 552 user unknown to acme", "" },
	{ "552 zzz", "" },
};

START_TEST(test_provider)
{
	struct bounce_recipient rcpt;

	bounce_classify_text(provider_rows[_i].text, rules, 0, pool, &rcpt);
	unit_assert_str("provider", provider_rows[_i].text, rcpt.provider_id,
			provider_rows[_i].provider);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "classify", test_classify, N_ELEMENTS(classify_rows) },
		{ "values", test_values, N_ELEMENTS(value_rows) },
		{ "remedy", test_remedy, N_ELEMENTS(remedy_rows) },
		{ "evidence", test_evidence, N_ELEMENTS(evidence_rows) },
		{ "text", test_text, 1 },
		{ "provider", test_provider, N_ELEMENTS(provider_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	rules = unit_rules_load("engine-rules");
	pool = pool_alloconly_create("test", 4096);
	ret = unit_run("classify", tables);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
