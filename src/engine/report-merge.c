/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-classify.h"
#include "address-find.h"
#include "message-read.h"
#include "report-dsn.h"
#include "report-text.h"
#include "report-merge.h"

#define VERDICT_MIN_SIZE 10

struct report_merger {
	struct bounce_report *report;
	const struct report_text *text;
	const struct bounce_limits *limits;
	pool_t pool;
	/* X-Failed-Recipients of Exim, Gmail and others; a list or "" */
	const char *failed_field;
	/* of the report's own To field */
	const char *const *readers;
};

static const struct text_recipient *
text_find(const struct report_text *text, const char *address)
{
	const struct text_recipient *rcpt;

	if (*address == '\0')
		return NULL;
	array_foreach(&text->recipients, rcpt) {
		if (strcasecmp(rcpt->address, address) == 0)
			return rcpt;
	}
	return NULL;
}

static unsigned int announced_count(const struct report_text *text)
{
	const struct text_recipient *rcpt;
	unsigned int count = 0;

	array_foreach(&text->recipients, rcpt) {
		if (rcpt->announced)
			count++;
	}
	return count;
}

/* A verdict without a reply code, "rejected by system.(rejected by system)",
   that the words quote behind a sentence which says more */
static bool words_quote_verdict(const char *words, const char *diagnostic)
{
	const char *verdict = strchr(diagnostic, ';');
	size_t len;

	verdict = verdict == NULL ? diagnostic : verdict + 1;
	verdict += strspn(verdict, " ");
	len = strcspn(verdict, ".(");
	return len >= VERDICT_MIN_SIZE && strlen(words) > len &&
		strcspn(verdict, "0123456789") >= len &&
		strstr(words, t_strndup(verdict, len)) != NULL;
}

/* What the words say of a recipient becomes its diagnostic where the fields
   have none, else its context. */
static void
merge_words(struct report_merger *merger, struct bounce_recipient *rcpt,
	    const struct text_recipient *words, bool only)
{
	const struct report_text *text = merger->text;
	/* the comment of a status */
	const char *comment = rcpt->context, *reply = "";

	if (words != NULL && str_len(words->reply) > 0)
		reply = str_c(words->reply);
	else if (str_len(text->reply) > 0)
		reply = str_c(text->reply);
	if (*rcpt->diagnostic == '\0') {
		rcpt->diagnostic = *reply != '\0' ?
			p_strdup(merger->pool, reply) : comment;
		rcpt->context = *comment == '\0' ?
			(only ? str_c(text->words) : "") :
			p_strconcat(merger->pool, comment, "; ", only ?
				    str_c(text->words) : "", NULL);
	} else if (words_quote_verdict(reply, rcpt->diagnostic)) {
		rcpt->context = rcpt->diagnostic;
		rcpt->diagnostic = p_strdup(merger->pool, reply);
	} else if (strcmp(rcpt->diagnostic, reply) != 0) {
		rcpt->context = *reply != '\0' ? p_strdup(merger->pool, reply) :
			only ? str_c(text->words) : "";
	}
	if (*rcpt->remote_mta == '\0' && words != NULL)
		rcpt->remote_mta = words->remote_mta;
	if (*rcpt->remote_mta == '\0' && only)
		rcpt->remote_mta = text->remote_mta;
}

/* A word in place of an address: what else the report names */
static void
merge_address(struct report_merger *merger, struct bounce_recipient *rcpt)
{
	const struct text_recipient *words;
	const char *only;

	if (strchr(rcpt->recipient, '@') != NULL)
		return;
	only = address_only(merger->failed_field);
	if (only == NULL && announced_count(merger->text) == 1) {
		array_foreach(&merger->text->recipients, words) {
			if (words->announced)
				only = words->address;
		}
	}
	if (only != NULL)
		rcpt->recipient = p_strdup(merger->pool, only);
}

static struct bounce_recipient *
merge_find(struct bounce_report *report, const struct bounce_recipient *like)
{
	struct bounce_recipient *rcpt;

	array_foreach_modifiable(&report->recipients, rcpt) {
		if (*like->recipient != '\0' && rcpt->action == like->action &&
		    strcasecmp(rcpt->recipient, like->recipient) == 0)
			return rcpt;
	}
	return NULL;
}

static void
merge_dsn(struct report_merger *merger, const struct report_dsn *dsn)
{
	const struct bounce_recipient *from;
	struct bounce_recipient *rcpt;
	bool only = array_count(&dsn->recipients) == 1;

	merger->report->recipients_truncated = dsn->truncated;
	array_foreach(&dsn->recipients, from) {
		struct bounce_recipient copy = *from;

		merge_address(merger, &copy);
		/* told twice: the fuller one counts */
		rcpt = merge_find(merger->report, &copy);
		if (rcpt != NULL) {
			if (*rcpt->diagnostic == '\0')
				*rcpt = copy;
			continue;
		}
		array_push_back(&merger->report->recipients, &copy);
	}
	array_foreach_modifiable(&merger->report->recipients, rcpt) {
		merge_words(merger, rcpt,
			    text_find(merger->text, rcpt->recipient), only);
	}
}

/* The author of the returned message, to whom the report is sent, is named for
   other reasons; no heading announced this address as a recipient. */
static bool
is_excluded(const struct report_merger *merger,
	    const struct text_recipient *rcpt)
{
	const char *sender, *address = rcpt->address;

	if (!rcpt->announced &&
	    (str_array_icase_find(merger->readers, address) ||
	     strcasecmp(merger->report->returned.from, address) == 0))
		return TRUE;

	array_foreach_elem(&merger->text->senders, sender) {
		if (strcasecmp(sender, address) == 0)
			return TRUE;
	}
	return FALSE;
}

static struct bounce_recipient *
merge_add(struct report_merger *merger, const char *address)
{
	struct bounce_recipient *rcpt;

	array_foreach_modifiable(&merger->report->recipients, rcpt) {
		if (strcasecmp(rcpt->recipient, address) == 0)
			return NULL;
	}
	if (array_count(&merger->report->recipients) >=
	    merger->limits->max_recipients) {
		merger->report->recipients_truncated = TRUE;
		return NULL;
	}
	rcpt = bounce_recipient_add(&merger->report->recipients);
	rcpt->recipient = p_strdup(merger->pool, address);
	rcpt->action = merger->report->kind == BOUNCE_KIND_DELAY ?
		BOUNCE_ACTION_DELAYED :
		merger->report->kind == BOUNCE_KIND_SUCCESS ?
		BOUNCE_ACTION_DELIVERED : BOUNCE_ACTION_FAILED;
	return rcpt;
}

static void merge_failed_field(struct report_merger *merger)
{
	const char *const *failed = address_list(merger->failed_field);

	for (; *failed != NULL; failed++)
		(void)merge_add(merger, *failed);
}

static void merge_text(struct report_merger *merger)
{
	const struct report_text *text = merger->text;
	const struct text_recipient *words;
	struct bounce_recipient *rcpt;

	merge_failed_field(merger);
	if (array_count(&merger->report->recipients) == 0) {
		merger->report->recipients_truncated = text->truncated;
		array_foreach(&text->recipients, words) {
			if (words->announced == text->announced &&
			    !is_excluded(merger, words))
				(void)merge_add(merger, words->address);
		}
	}
	bool only = array_count(&merger->report->recipients) == 1;
	array_foreach_modifiable(&merger->report->recipients, rcpt) {
		words = text_find(text, rcpt->recipient);
		if (words == NULL && only &&
		    array_count(&text->recipients) == 1)
			words = array_front(&text->recipients);
		merge_words(merger, rcpt, words, only);
	}
}

static int
recipient_order(const struct bounce_recipient *rcpt)
{
	switch (rcpt->action) {
	case BOUNCE_ACTION_FAILED:
	case BOUNCE_ACTION_UNKNOWN:
		return 0;
	case BOUNCE_ACTION_DELAYED:
		return 1;
	default:
		return 2;
	}
}

/* Failed ones first, then delayed ones; a stable sort, as array_sort() is
   none. Beside those the ones that were delivered are no news. */
static void merge_sort(struct bounce_report *report, pool_t pool)
{
	ARRAY_TYPE(bounce_recipient) sorted;
	const struct bounce_recipient *rcpt;

	p_array_init(&sorted, pool, array_count(&report->recipients));
	for (int order = 0; order <= 2; order++) {
		if (order == 2 && array_count(&sorted) > 0)
			break;
		array_foreach(&report->recipients, rcpt) {
			if (recipient_order(rcpt) == order)
				array_push_back(&sorted, rcpt);
		}
	}
	report->recipients = sorted;
}

/* Exim begins another field where there are many. */
static const char *failed_fields(const struct bounce_message *msg)
{
	const struct bounce_field *field;
	string_t *list = t_str_new(128);

	array_foreach(&bounce_message_top(msg)->fields, field) {
		if (strcasecmp(field->name, "x-failed-recipients") != 0)
			continue;
		if (str_len(list) > 0)
			str_append(list, ", ");
		str_append(list, field->value);
	}
	return str_c(list);
}

void report_merge(struct bounce_report *report,
		  const struct bounce_message *msg,
		  const struct report_dsn *dsn, const struct report_text *text,
		  const struct bounce_limits *limits, pool_t pool)
{
	struct report_merger merger = {
		.report = report,
		.text = text,
		.limits = limits,
		.pool = pool,
	};
	struct bounce_recipient *rcpt;

	merger.readers = address_list(bounce_message_field(msg, "to"));
	merger.failed_field = failed_fields(msg);

	if (array_count(&dsn->recipients) > 0)
		merge_dsn(&merger, dsn);
	else
		merge_text(&merger);
	if (array_count(&report->recipients) == 0) {
		rcpt = merge_add(&merger, "");
		merge_words(&merger, rcpt, NULL, TRUE);
	}
	merge_sort(report, pool);

	array_foreach_modifiable(&report->recipients, rcpt) {
		rcpt->domain = address_domain(rcpt->recipient);
		/* the author wrote to one: that one, whatever it became */
		if (*rcpt->original_recipient == '\0' &&
		    array_count(&report->recipients) == 1 &&
		    address_only(report->returned.to) != NULL)
			rcpt->original_recipient = report->returned.to;
	}
}
