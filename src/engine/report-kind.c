/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "message-read.h"
#include "address-find.h"
#include "report-header.h"
#include "report-parts.h"
#include "report-sender.h"
#include "report-shape.h"
#include "report-text.h"
#include "report.h"
#include "report-kind.h"

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

static bool has_answer(const struct text_recipient *rcpt)
{
	return shape_is_reply(str_c(rcpt->reply), str_len(rcpt->reply));
}

/* Is there the answer of a server, by its code or below words that announce
   one? */
static bool has_reply(const struct report_text *text)
{
	const struct text_recipient *rcpt;

	if (text->shows_reply || str_len(text->reply) > 0)
		return TRUE;
	array_foreach(&text->recipients, rcpt) {
		if (has_answer(rcpt))
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

/* By all that the header says */
static bool
is_written_by_person(const struct report_header *header,
		     const struct bounce_message *msg)
{
	return !header->null_sender && *header->report_type == '\0' &&
		report_sender_is_person(msg);
}

/* Does a heading announce a recipient, or a reply follow one, and not only a
   sentence name one? */
static bool names_below_heading(const struct report_text *text)
{
	const struct text_recipient *rcpt;

	array_foreach(&text->recipients, rcpt) {
		if (!rcpt->sentence && (rcpt->announced || has_answer(rcpt)))
			return TRUE;
	}
	return FALSE;
}

/* A list or a forum has passed on what a person wrote: address or name tells.
   Without a sender nothing but an error comes to a list. */
static bool
is_posted(const struct report_header *header, const struct bounce_message *msg)
{
	static const char *const list_fields[] = {
		"list-id", "list-post", "mailing-list", "x-mailing-list",
	};

	if (header->null_sender || *header->report_type != '\0' ||
	    report_sender_is_reporter(msg) ||
	    (report_sender_is_program(msg) && !report_sender_is_person(msg)))
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
	return header->null_sender && report_sender_is_mail_service(msg) &&
		(report_header_is_telling(header) || text->shows_reply) &&
		(text->announced || names_below_heading(text));
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
	return report_sender_is_person(msg) && *header->report_type == '\0' &&
		!header->identified && !is_sent_by_service(header, text, msg) &&
		((!report_header_is_telling(header) &&
		  !(header->null_sender && text->shows_reply)) ||
		 !names_below_heading(text) || report_sender_is_author(msg)) &&
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
	return header->auto_replied && !report_sender_is_program(msg) &&
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
	return report_sender_is_service(msg) &&
		is_formless(header, text, parts) &&
		!text->announced && !has_reply(text);
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
	return header->null_sender && !report_sender_is_person(msg) &&
		(!header->auto_replied || report_sender_is_reporter(msg));
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
	return header->null_sender && !header->auto_replied &&
		HAS_ROLE(header->roles, BOUNCE_ROLE_FAILURE) &&
		report_sender_is_reporter(msg) &&
		array_is_empty(&text->recipients) &&
		strchr(str_c(text->words), '@') == NULL &&
		strstr(str_c(text->words), "://") == NULL &&
		str_len(text->words) < BOUNCE_LIMIT_SHOWN_SIZE;
}

/* Somebody can answer to it, it announces no recipient and shows no reply: a
   notice to many, say, which names whom to ask. */
static bool
is_announcement(const struct report_header *header,
		const struct report_text *text)
{
	return !header->null_sender &&
		!HAS_ROLE(header->roles, BOUNCE_ROLE_FAILURE) &&
		!text->announced && !text->shows_reply;
}

enum bounce_kind
report_kind_of_no_report(const struct report_header *header)
{
	return header->auto_replied ? BOUNCE_KIND_AUTO_REPLY :
		BOUNCE_KIND_NONE;
}

/* Is a message without a delivery status a report, by its words? */
enum bounce_kind
report_kind_of_text(struct report_context *ctx,
		    const struct report_header *header,
		    const struct report_text *text,
		    const struct report_parts *parts,
		    const struct bounce_message *msg)
{
	enum bounce_kind kind = kind_of_words(header, text);
	bool identified = header->formats.first != BOUNCE_NONE;

	if (HAS_ROLE(text->roles, BOUNCE_ROLE_ORDINARY)) {
		ctx->why = "a wording that no report has";
		return report_kind_of_no_report(header);
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
		return report_kind_of_no_report(header);
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
		return report_kind_of_no_report(header);
	}
	/* words alone are talk, and newsletters quote those of mail systems:
	   something of a report must be there, too */
	if (parts->returned == NULL && *text->returned == '\0' &&
	    !is_bare(header, text, msg) &&
	    (text->announced ||
	     (!identified && *header->report_type == '\0') ||
	     (array_is_empty(&text->recipients) &&
	      is_written_by_person(header, msg))) &&
	    (!names_another(text, msg) || is_announcement(header, text))) {
		ctx->why = "words about a failed delivery, but no report";
		return report_kind_of_no_report(header);
	}
	ctx->why = "words about a failed delivery";
	return kind;
}

enum bounce_kind
report_kind_shown(struct report_context *ctx,
		  const struct report_header *header,
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
