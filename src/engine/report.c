/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "address-find.h"
#include "report-dsn.h"
#include "report-header.h"
#include "report-json.h"
#include "report-lines.h"
#include "report-merge.h"
#include "report-parts.h"
#include "report-returned.h"
#include "report-shape.h"
#include "report-text.h"
#include "report.h"

#define HAS_ROLE(roles, role) (((roles) & REPORT_ROLE(role)) != 0)

enum bounce_kind
report_kind_of_actions(const ARRAY_TYPE(bounce_recipient) *recipients)
{
	const struct bounce_recipient *rcpt;
	bool delayed = FALSE, done = FALSE;

	array_foreach(recipients, rcpt) {
		switch (rcpt->action) {
		case BOUNCE_ACTION_FAILED:
			return BOUNCE_KIND_FAILURE;
		case BOUNCE_ACTION_DELAYED:
			delayed = TRUE;
			break;
		case BOUNCE_ACTION_DELIVERED:
		case BOUNCE_ACTION_RELAYED:
		case BOUNCE_ACTION_EXPANDED:
			done = TRUE;
			break;
		case BOUNCE_ACTION_UNKNOWN:
			break;
		}
	}
	return delayed ? BOUNCE_KIND_DELAY :
		done ? BOUNCE_KIND_SUCCESS : BOUNCE_KIND_FAILURE;
}

/* Is there the answer of a server, by its code or below words that announce
   one? */
static bool has_reply(const struct report_text *text)
{
	const struct text_recipient *rcpt;

	if (text->shows_reply || str_len(text->reply) > 0)
		return TRUE;
	array_foreach(&text->recipients, rcpt) {
		if (shape_is_reply(str_c(rcpt->reply), str_len(rcpt->reply)))
			return TRUE;
	}
	return FALSE;
}

/* What the words of header and text say. NONE: they do not speak of a delivery
   that failed. */
static enum bounce_kind
kind_of_words(const struct report_header *header,
	      const struct report_text *text)
{
	uint32_t roles = text->roles | header->roles;

	/* a subject is plain; words also tell what will be at last */
	if (HAS_ROLE(header->roles, BOUNCE_ROLE_DELAY) &&
	    !HAS_ROLE(header->roles, BOUNCE_ROLE_FAILURE))
		return BOUNCE_KIND_DELAY;
	/* delivered at last: nothing that a server answered is shown */
	if (HAS_ROLE(roles, BOUNCE_ROLE_DELAY) &&
	    HAS_ROLE(roles, BOUNCE_ROLE_SUCCESS) &&
	    !HAS_ROLE(roles, BOUNCE_ROLE_FAILURE) &&
	    !HAS_ROLE(roles, BOUNCE_ROLE_FINAL) && !has_reply(text))
		return BOUNCE_KIND_SUCCESS;
	if (HAS_ROLE(roles, BOUNCE_ROLE_DELAY) &&
	    !HAS_ROLE(roles, BOUNCE_ROLE_FINAL))
		return BOUNCE_KIND_DELAY;
	if (HAS_ROLE(roles, BOUNCE_ROLE_FAILURE) ||
	    HAS_ROLE(roles, BOUNCE_ROLE_FINAL))
		return BOUNCE_KIND_FAILURE;
	if (HAS_ROLE(roles, BOUNCE_ROLE_SUCCESS))
		return BOUNCE_KIND_SUCCESS;
	return BOUNCE_KIND_NONE;
}

/* Does the text name somebody other than its reader? What merely poses as a
   report names the victim. */
static bool
names_another(const struct report_text *text, const struct bounce_message *msg)
{
	const struct text_recipient *rcpt;
	const char *const *to = address_list(bounce_message_field(msg, "to"));

	array_foreach(&text->recipients, rcpt) {
		if (!str_array_icase_find(to, rcpt->address))
			return TRUE;
	}
	return FALSE;
}

static bool names_announced(const struct report_text *text)
{
	const struct text_recipient *rcpt;

	array_foreach(&text->recipients, rcpt) {
		if (rcpt->announced)
			return TRUE;
	}
	return FALSE;
}

static bool names_program(const char *name)
{
	static const char *const program_words[] = {
		"system", "admin", "daemon", "deliver", "server", "postmaster",
		"gateway", "notif", "service", "robot", "automat", "mail",
		"router", "bounce", "correo", "correio", "courrie",
		"messagerie", "zustell", "versand", "dienst", "listserv",
		"sistem", "servid", "relay", "queue", "poststelle", "postfach",
		"passerelle", "sunucu", "poczt", "po\xc5\xa1t",
		"h\xe1\xbb\x87 th\xe1\xbb\x91ng",	/* Vietnamese */
		"\xcf\x8d\xcf\x83\xcf\x84\xce\xb7\xce\xbc",	/* Greek */
		"\xd0\xbe\xd1\x87\xd1\x82",	/* "mail", Russian, from its 2nd letter */
		"\xd0\xbe\xd1\x88\xd1\x82",	/* Ukrainian, Bulgarian */
		"\xe9\x82\xae",		/* Chinese */
		"\xe9\x83\xb5",
		"\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab",	/* Japanese */
		"\xe9\x85\x8d\xe4\xbf\xa1",	/* "delivery" */
		"\xeb\xa9\x94\xec\x9d\xbc",	/* Korean */
		"\xe7\xb3\xbb\xe7\xbb\x9f",	/* "system", Chinese */
		"\xe7\xb3\xbb\xe7\xb5\xb1",
		"\xe7\xae\xa1\xe7\x90\x86",	/* "administrator" */
	};

	name = t_str_lcase(name);
	for (unsigned int i = 0; i < N_ELEMENTS(program_words); i++) {
		if (strstr(name, program_words[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* The mailbox of a service, whatever name it shows */
static bool names_service(const char *localpart)
{
	static const char *const service_words[] = {
		"noreply", "no-reply", "no_reply", "donotreply",
		"do-not-reply", "notification",
		"noresponder", "no-responder", "naoresponda", "nao-responda",
		"ne-pas-repondre", "nepasrepondre", "nicht-antworten",
		"nichtantworten", "robot",
		"support", "soporte", "suporte", "supporto", "hosting",
	};

	localpart = t_str_lcase(localpart);
	for (unsigned int i = 0; i < N_ELEMENTS(service_words); i++) {
		if (strstr(localpart, service_words[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* One that does nothing but pass on mail */
static bool names_mail_service(const char *localpart)
{
	localpart = t_str_lcase(localpart);
	return strstr(localpart, "bounce") != NULL ||
		strstr(localpart, "forward") != NULL;
}

/* One word in capitals: an abbreviation, or the name of a program */
static bool is_abbreviation(const char *name)
{
	size_t size = 0;

	name = t_str_trim(name, " \t\"");
	for (; name[size] != '\0'; size++) {
		if ((name[size] < 'A' || name[size] > 'Z') &&
		    !i_isdigit(name[size]))
			return FALSE;
	}
	return size >= 3;
}

/* By address and display name; the address tells more where it is alone. */
static bool is_from_person(const struct bounce_message *msg)
{
	const char *from = bounce_message_field(msg, "from");
	struct found_address found;
	size_t pos = 0;

	if (from == NULL || !address_find(from, strlen(from), &pos, &found) ||
	    address_is_reporter(found.address))
		return FALSE;
	if (found.start == 0)
		return !names_program(t_strcut(found.address, '@'));
	from = t_strdup_until(from, from + found.start);
	return !names_program(from) && !is_abbreviation(from);
}

/* By all that the header says */
static bool
is_written_by_person(const struct report_header *header,
		     const struct bounce_message *msg)
{
	return !header->null_sender && *header->report_type == '\0' &&
		is_from_person(msg);
}

/* Does a heading announce a recipient, or a reply follow one, and not only a
   sentence name one? */
static bool names_below_heading(const struct report_text *text)
{
	const struct text_recipient *rcpt;

	array_foreach(&text->recipients, rcpt) {
		if (!rcpt->sentence &&
		    (rcpt->announced || shape_is_reply(str_c(rcpt->reply),
						       str_len(rcpt->reply))))
			return TRUE;
	}
	return FALSE;
}

/* Did a person who wrote it send it, so that an error would come back to them?
   Few programs send reports like that (RFC 3464 2). */
static bool is_sent_by_author(const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];
	const char *sender =
		address_list(bounce_message_field(msg, "return-path"))[0];

	return from != NULL && sender != NULL &&
		strcasecmp(from, sender) == 0 &&
		!names_program(t_strcut(from, '@'));
}

/* A list or a forum has passed on what a person wrote: address or name tells.
   Without a sender nothing but an error comes to a list. */
static bool
is_posted(const struct report_header *header, const struct bounce_message *msg)
{
	static const char *const list_fields[] = {
		"list-id", "list-post", "mailing-list", "x-mailing-list",
	};
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	if (header->null_sender || *header->report_type != '\0' ||
	    from == NULL || address_is_reporter(from) ||
	    (names_program(t_strcut(from, '@')) && !is_from_person(msg)))
		return FALSE;
	for (unsigned int i = 0; i < N_ELEMENTS(list_fields); i++) {
		if (bounce_message_field(msg, list_fields[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}

/* Nobody answers to what a service tells without a sender: a host, a forwarder
   or a sender of bulk mail that reports in its own words. */
static bool
is_sent_by_service(const struct report_header *header,
		   const struct report_text *text,
		   const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	return header->null_sender && from != NULL &&
		(report_header_is_telling(header) || text->shows_reply) &&
		(names_announced(text) || names_below_heading(text)) &&
		(names_service(t_strcut(from, '@')) ||
		 names_mail_service(t_strcut(from, '@')));
}

/* Some send what people wrote with a null sender, and some subjects look like
   those of reports. No mail system that is known writes like that, and nothing
   is returned, or at least a heading would announce who failed: a person tells
   of failed mail. */
static bool
is_told_by_person(const struct report_header *header,
		  const struct report_text *text,
		  const struct report_parts *parts,
		  const struct bounce_message *msg)
{
	return is_from_person(msg) && *header->report_type == '\0' &&
		!header->identified && !is_sent_by_service(header, text, msg) &&
		((!report_header_is_telling(header) &&
		  !(header->null_sender && text->shows_reply)) ||
		 !names_below_heading(text) || is_sent_by_author(msg)) &&
		parts->returned == NULL && *text->returned == '\0';
}

/* Nothing has the form of a report: the header does not look like one's, and
   no mail system that is known writes like that; nothing is returned. */
static bool
is_formless(const struct report_header *header, const struct report_text *text,
	    const struct report_parts *parts)
{
	return !report_header_is_telling(header) &&
		header->formats.first == BOUNCE_NONE &&
		parts->returned == NULL && *text->returned == '\0';
}

/* An answer by its header, and a person's by its address: who has left, and
   where to write now, in whatever language */
static bool
is_auto_reply(const struct report_header *header,
	      const struct report_text *text, const struct report_parts *parts,
	      const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	return header->auto_replied && from != NULL &&
		!names_program(t_strcut(from, '@')) &&
		is_formless(header, text, parts) &&
		!(names_below_heading(text) && has_reply(text));
}

/* Services tell of payments, invitations and members without a sender, too,
   and name whom they are about. Of failed mail they tell in the subject, or
   by words that announce whom it did not reach, or they show a reply. */
static bool
is_notice(const struct report_header *header, const struct report_text *text,
	  const struct report_parts *parts, const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	return from != NULL && names_service(t_strcut(from, '@')) &&
		is_formless(header, text, parts) &&
		!names_announced(text) && !has_reply(text);
}

/* Has every recipient an answer of its own? Or an announced one, below a
   heading that announced it? */
static bool names_answered(const struct report_text *text, bool announced)
{
	const struct text_recipient *rcpt;

	array_foreach(&text->recipients, rcpt) {
		if (str_len(rcpt->reply) == 0 ||
		    (announced && (!rcpt->announced || rcpt->sentence)))
			return FALSE;
	}
	return array_count(&text->recipients) > 0;
}

/* Nobody can answer to it. Most automatic replies are, too, but those of
   people are not sent in the name of a mail system. */
static bool
is_written_by_program(const struct report_header *header,
		      const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	return header->null_sender && !is_from_person(msg) &&
		(!header->auto_replied ||
		 (from != NULL && address_is_reporter(from)));
}

/* In a language that no marker knows: a mail system writes, in few words, of
   one address that is not its reader's, and shows a reply. */
static bool
is_shown(const struct report_header *header, const struct report_text *text,
	 const struct bounce_message *msg)
{
	return is_written_by_program(header, msg) && text->shows_reply &&
		(array_count(&text->recipients) == 1 ||
		 names_answered(text, FALSE)) &&
		names_another(text, msg) &&
		str_len(text->words) < BOUNCE_LIMIT_SHOWN_SIZE;
}

/* A mail system whose subject tells of failed mail, in words that no marker
   knows, announces of whom it speaks and what the answer was. */
static bool
is_answered(const struct report_header *header, const struct report_text *text,
	    const struct bounce_message *msg)
{
	return is_written_by_program(header, msg) &&
		(text->shows_reply || header->telling_subject) &&
		names_answered(text, TRUE) && names_another(text, msg) &&
		str_len(text->words) < BOUNCE_LIMIT_SHOWN_SIZE;
}

/* A mail system tells, by its name and in its subject, too, of a failure, and
   names nobody at all. What poses as a report names its reader, or links. */
static bool
is_bare(const struct report_header *header, const struct report_text *text,
	const struct bounce_message *msg)
{
	const char *from = address_list(bounce_message_field(msg, "from"))[0];

	return header->null_sender && !header->auto_replied &&
		HAS_ROLE(header->roles, BOUNCE_ROLE_FAILURE) &&
		from != NULL && address_is_reporter(from) &&
		array_is_empty(&text->recipients) &&
		strchr(str_c(text->words), '@') == NULL &&
		strstr(str_c(text->words), "://") == NULL &&
		str_len(text->words) < BOUNCE_LIMIT_SHOWN_SIZE;
}

/* Somebody can answer to it, it announces no recipient and shows no reply: a
   notice to many, say, which names whom to ask. */
static bool
is_announcement(const struct report_header *header, const struct report_text *text)
{
	return !header->null_sender &&
		!HAS_ROLE(header->roles, BOUNCE_ROLE_FAILURE) &&
		!names_announced(text) && !text->shows_reply;
}

static enum bounce_kind
kind_of_no_report(const struct report_header *header)
{
	return header->auto_replied ? BOUNCE_KIND_AUTO_REPLY :
		BOUNCE_KIND_NONE;
}

/* Is a message without a delivery status a report, by its words? */
static enum bounce_kind
text_report_kind(struct report_context *ctx,
		 const struct report_header *header,
		 const struct report_text *text,
		 const struct report_parts *parts,
		 const struct bounce_message *msg)
{
	enum bounce_kind kind = kind_of_words(header, text);
	bool identified = header->formats.first != BOUNCE_NONE;

	if (HAS_ROLE(text->roles, BOUNCE_ROLE_ORDINARY)) {
		ctx->why = "a wording that no report has";
		return kind_of_no_report(header);
	}
	/* passed on, as mail clients quote */
	if (text->passed_on && is_written_by_person(header, msg)) {
		ctx->why = "a person quotes a report";
		return BOUNCE_KIND_NONE;
	}
	if ((is_told_by_person(header, text, parts, msg) ||
	     (is_posted(header, msg) && parts->returned == NULL)) &&
	    kind != BOUNCE_KIND_NONE &&
	    !HAS_ROLE(header->roles | text->roles, BOUNCE_ROLE_AUTO_REPLY)) {
		ctx->why = "a person tells of failed mail";
		return kind_of_no_report(header);
	}
	if (HAS_ROLE(header->roles, BOUNCE_ROLE_AUTO_REPLY) ||
	    (HAS_ROLE(text->roles, BOUNCE_ROLE_AUTO_REPLY) && !identified)) {
		ctx->why = "an automatic reply of a person";
		return BOUNCE_KIND_AUTO_REPLY;
	}
	if (kind == BOUNCE_KIND_NONE &&
	    (is_shown(header, text, msg) || is_answered(header, text, msg))) {
		ctx->why = "a mail system shows a reply about an address";
		return BOUNCE_KIND_FAILURE;
	}
	if ((kind == BOUNCE_KIND_NONE && header->auto_replied) ||
	    is_auto_reply(header, text, parts, msg)) {
		ctx->why = "an automatic reply by its header";
		return BOUNCE_KIND_AUTO_REPLY;
	}
	if (kind == BOUNCE_KIND_NONE) {
		ctx->why = "no words about a failed delivery";
		return kind;
	}
	if (is_notice(header, text, parts, msg)) {
		ctx->why = "a service tells of something else";
		return kind_of_no_report(header);
	}
	/* words alone are talk, and newsletters quote those of mail systems:
	   something of a report must be there, too */
	if (parts->returned == NULL && *text->returned == '\0' &&
	    !is_bare(header, text, msg) &&
	    (names_announced(text) ||
	     (!identified && *header->report_type == '\0') ||
	     (array_is_empty(&text->recipients) &&
	      is_written_by_person(header, msg))) &&
	    (!names_another(text, msg) ||
	     is_announcement(header, text))) {
		ctx->why = "words about a failed delivery, but no report";
		return kind_of_no_report(header);
	}
	ctx->why = "words about a failed delivery";
	return kind;
}

/* A status or a notice of a mail system stands in what a person, or a program
   of one, has written: it is shown, and does not say what the mail is. Returns
   FAILURE where that is not so. */
static enum bounce_kind
shown_by_person(struct report_context *ctx, const struct report_header *header,
		const struct report_parts *parts,
		const struct bounce_message *msg)
{
	if ((parts->json == NULL && parts->delivery_status == NULL) ||
	    *header->report_type != '\0')
		return BOUNCE_KIND_FAILURE;
	if (HAS_ROLE(header->roles, BOUNCE_ROLE_AUTO_REPLY)) {
		ctx->why = "an automatic reply that shows a report";
		return BOUNCE_KIND_AUTO_REPLY;
	}
	if (is_written_by_person(header, msg)) {
		ctx->why = "a person shows a report";
		return BOUNCE_KIND_NONE;
	}
	return BOUNCE_KIND_FAILURE;
}

static struct bounce_report *
report_create(struct report_context *ctx, enum bounce_kind kind)
{
	struct bounce_report *report =
		p_new(ctx->pool, struct bounce_report, 1);

	report->kind = kind;
	report->format = report->reporting_mta = report->language = "";
	report->returned = bounce_returned_nothing;
	p_array_init(&report->recipients, ctx->pool, 4);
	return report;
}

/* Which of the two wordings names recipients: the plain text or the HTML? */
static const struct report_text *
report_text_choose(struct report_context *ctx, struct report_message *message,
		   struct bounce_formats *formats)
{
	const struct report_text *text, *html;

	text = report_message_words(ctx, message, FALSE, formats);
	if (array_count(&text->recipients) > 0 ||
	    *message->parts.html_words == '\0')
		return text;
	html = report_message_words(ctx, message, TRUE, formats);
	return array_count(&html->recipients) > 0 || text->roles == 0 ?
		html : text;
}

static const struct bounce_message *
returned_message(struct report_context *ctx, const struct report_parts *parts,
		 const struct report_text *text)
{
	const struct bounce_message *msg;
	const char *returned = text->returned;

	if (parts->returned != NULL || *returned == '\0')
		return parts->returned;
	while (*returned == '\n' || *returned == ' ')
		returned++;
	msg = bounce_message_parse(returned, strlen(returned),
				   ctx->inner_limits, ctx->pool);
	return report_returned_is_mail(msg) ? msg : NULL;
}

static struct bounce_report *
report_assemble(struct report_context *ctx, enum bounce_kind kind,
		const struct bounce_message *msg,
		const struct report_header *header,
		const struct report_parts *parts,
		const struct report_dsn *dsn, const struct report_text *text)
{
	struct bounce_report *report = report_create(ctx, kind);

	report_returned_read(&report->returned,
			     returned_message(ctx, parts, text), ctx->pool);
	report->reporting_mta = *dsn->reporting_mta != '\0' ?
		dsn->reporting_mta : text->reporting_mta;
	report->language = text->language;
	if (header->formats.first != BOUNCE_NONE) {
		report->format = bounce_rules_str(ctx->rules,
			ctx->rules->formats[header->formats.first].id);
	}
	report_merge(report, msg, dsn, text, ctx->limits, ctx->pool);
	return report;
}

/* A notice in JSON: its fields are a delivery status, and there are no words */
static enum bounce_kind
read_json(struct report_context *ctx, const struct bounce_message *msg,
	  const struct report_json *json, struct bounce_report **report_r)
{
	struct report_text text;
	enum bounce_kind kind = json->kind;

	if (kind == BOUNCE_KIND_FAILURE)
		kind = report_kind_of_actions(&json->dsn.recipients);
	ctx->why = kind == BOUNCE_KIND_NONE ?
		"a notice about no failed delivery" :
		"a notice about a delivery, in JSON";
	if (kind == BOUNCE_KIND_NONE || kind == BOUNCE_KIND_FEEDBACK)
		return kind;
	report_text_init(&text, ctx->pool);
	*report_r = report_create(ctx, kind);
	(*report_r)->format = "ses";
	(*report_r)->reporting_mta = json->dsn.reporting_mta;
	(*report_r)->returned = json->returned;
	report_merge(*report_r, msg, &json->dsn, &text, ctx->limits,
		     ctx->pool);
	return kind;
}

/* A gateway that reports a report names nobody: what it returns does. */
static enum bounce_kind
report_inner(struct report_context *ctx, const struct bounce_message *msg,
	     enum bounce_kind kind, struct bounce_report **report_r)
{
	const struct bounce_recipient *rcpt = bounce_report_first(*report_r);
	struct bounce_report *inner;

	if (rcpt == NULL || *rcpt->recipient != '\0' ||
	    ctx->depth >= BOUNCE_LIMIT_INNER_DEPTH)
		return kind;
	ctx->depth++;
	inner = report_read_carried(ctx, msg, 0);
	ctx->depth--;
	rcpt = inner == NULL ? NULL : bounce_report_first(inner);
	if (rcpt == NULL || *rcpt->recipient == '\0')
		return kind;
	*report_r = inner;
	return inner->kind;
}

enum bounce_kind
report_read(struct report_context *ctx, const struct bounce_message *msg,
	    struct report_header *header, struct bounce_report **report_r)
{
	struct report_message *message = report_message_get(ctx, msg);
	const struct report_parts *parts = &message->parts;
	const struct report_text *text;
	struct report_dsn dsn;
	struct report_json json;
	enum bounce_kind kind;

	*report_r = NULL;
	if (parts->feedback != NULL ||
	    strcmp(header->report_type, "feedback-report") == 0 ||
	    HAS_ROLE(header->roles, BOUNCE_ROLE_FEEDBACK)) {
		ctx->why = "a feedback report";
		return BOUNCE_KIND_FEEDBACK;
	}

	/* a list may add its fields to whatever passes through it */
	if (HAS_ROLE(header->roles, BOUNCE_ROLE_ORDINARY) &&
	    !(parts->delivery_status_part && header->null_sender &&
	      strcmp(header->report_type, "delivery-status") == 0)) {
		ctx->why = "a header field that no report has";
		return kind_of_no_report(header);
	}
	kind = shown_by_person(ctx, header, parts, msg);
	if (kind != BOUNCE_KIND_FAILURE)
		return kind;

	if (parts->json != NULL && !parts->delivery_status_part &&
	    report_json_read(&json, parts->json, ctx->limits, ctx->pool))
		return read_json(ctx, msg, &json, report_r);

	report_dsn_read(&dsn, parts->delivery_status == NULL ? "" :
			parts->delivery_status, ctx->limits->max_recipients,
			ctx->pool);
	text = report_text_choose(ctx, message, &header->formats);

	if (parts->disposition != NULL) {
		/* a disposition that in truth says that the message was
		   refused says so in its words */
		if (!HAS_ROLE(text->roles | header->roles,
			      BOUNCE_ROLE_FAILURE)) {
			ctx->why = "a disposition notification";
			return BOUNCE_KIND_MDN;
		}
		report_dsn_read(&dsn, parts->disposition->text,
				ctx->limits->max_recipients, ctx->pool);
		ctx->why = "a disposition notification about a refusal";
		kind = report_kind_of_actions(&dsn.recipients);
	} else if (!HAS_ROLE(text->roles | header->roles,
			     BOUNCE_ROLE_FAILURE) &&
		   (HAS_ROLE(header->roles, BOUNCE_ROLE_MDN) ||
		    strcmp(header->report_type,
			   "disposition-notification") == 0)) {
		ctx->why = "a disposition notification";
		return BOUNCE_KIND_MDN;
	} else if (array_count(&dsn.recipients) > 0) {
		ctx->why = "a delivery status notification";
		kind = report_kind_of_actions(&dsn.recipients);
	} else {
		kind = text_report_kind(ctx, header, text, parts, msg);
		if (kind != BOUNCE_KIND_FAILURE && kind != BOUNCE_KIND_DELAY &&
		    kind != BOUNCE_KIND_SUCCESS)
			return kind;
	}
	*report_r = report_assemble(ctx, kind, msg, header, parts, &dsn,
				    text);
	return report_inner(ctx, msg, kind, report_r);
}
