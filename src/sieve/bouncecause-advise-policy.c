/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A forged report must not make us write to strangers, nor to each other */

#include "lib.h"
#include "array.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-interpreter.h"
#include "sieve-message.h"
#include "sieve-runtime.h"
#include "bounce-limits.h"
#include "address-find.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-origin.h"
#include "bouncecause-advise-message.h"
#include "bouncecause-advise-policy.h"

#include <ctype.h>

/*
 * The owner
 */

static const struct smtp_address *
owner_recipient(const struct sieve_runtime_env *renv)
{
	const struct smtp_address *rcpt;

	rcpt = sieve_message_get_final_recipient(renv->msgctx);
	return smtp_address_isnull(rcpt) || rcpt->domain == NULL ? NULL : rcpt;
}

const struct smtp_address *
bouncecause_advise_owner(const struct sieve_runtime_env *renv)
{
	const struct smtp_address *user;

	user = sieve_get_user_email(renv->exec_env->svinst);
	if (!smtp_address_isnull(user) && user->domain != NULL)
		return user;
	return owner_recipient(renv);
}

bool bouncecause_advise_is_owner(const struct sieve_runtime_env *renv,
				 const struct smtp_address *address)
{
	const struct smtp_address *rcpt = owner_recipient(renv);
	const struct smtp_address *user = bouncecause_advise_owner(renv);

	return (user != NULL && smtp_address_equals_icase(address, user)) ||
		(rcpt != NULL && smtp_address_equals_icase(address, rcpt));
}

/*
 * Addresses
 */

static bool has_prefix(const char *text, const char *prefix)
{
	return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t length = strlen(text), suffix_length = strlen(suffix);

	return length > suffix_length &&
		strcasecmp(text + length - suffix_length, suffix) == 0;
}

bool bouncecause_advise_is_address(const struct smtp_address *address)
{
	const char *p = smtp_address_encode(address);
	size_t length = strlen(p);

	if (smtp_address_isnull(address) || address->domain == NULL ||
	    length > BOUNCE_LIMIT_ADDRESS_SIZE)
		return FALSE;
	for (; *p >= ' ' && *p < 0x7f; p++) ;
	return *p == '\0';
}

/* The detail of an address does not make it another one; any of these
   characters begins it. */
static bool is_name_end(const char *p, const char *delimiters)
{
	return *p == '\0' || strchr(delimiters, *p) != NULL;
}

static bool
local_part_is(const struct smtp_address *address, const char *name,
	      const char *delimiters)
{
	return has_prefix(address->localpart, name) &&
		is_name_end(address->localpart + strlen(name), delimiters);
}

static bool
local_part_ends(const struct smtp_address *address, const char *suffix,
		const char *delimiters)
{
	const char *p = t_str_lcase(address->localpart);

	if (*p == '\0')
		return FALSE;
	while ((p = strstr(p + 1, suffix)) != NULL) {
		if (is_name_end(p + strlen(suffix), delimiters))
			return TRUE;
	}
	return FALSE;
}

/* Programs, not people: those that vacation does not answer either */
static bool
is_system_address(const struct smtp_address *address, const char *delimiters)
{
	static const char *const names[] = {
		"mailer-daemon", "listserv", "majordomo",
	};

	for (unsigned int i = 0; i < N_ELEMENTS(names); i++) {
		if (local_part_is(address, names[i], delimiters))
			return TRUE;
	}
	return has_prefix(address->localpart, "owner-") ||
		local_part_ends(address, "-request", delimiters);
}

static bool
is_failed_recipient(const struct bounce_report *report, const char *address)
{
	const struct bounce_recipient *rcpt;

	array_foreach(&report->recipients, rcpt) {
		if (strcasecmp(rcpt->recipient, address) == 0 ||
		    strcasecmp(rcpt->original_recipient, address) == 0)
			return TRUE;
	}
	return FALSE;
}

/* "example.com" is that domain alone; "*.example.com", or ".example.com", is
   what is below it. */
static bool
domain_is_listed(const char *domain, const char *const *list)
{
	for (; *list != NULL; list++) {
		const char *entry = **list == '*' ? *list + 1 : *list;

		if (*entry == '.' ? has_suffix(domain, entry) :
		    strcasecmp(domain, entry) == 0)
			return TRUE;
	}
	return FALSE;
}

static bool
is_advise_domain(const struct sieve_runtime_env *renv,
		 const struct ext_bouncecause_context *ctx, const char *domain)
{
	const struct smtp_address *owner;

	if (ctx->set.advise_domains != NULL)
		return domain_is_listed(domain, ctx->set.advise_domains);
	owner = bouncecause_advise_owner(renv);
	return owner != NULL && strcasecmp(owner->domain, domain) == 0;
}

/*
 * May it be sent?
 */

/* Some notices give a Message-ID without its angle brackets. */
static bool is_advice_id(const char *id)
{
	const char *prefix = BOUNCECAUSE_ADVISE_MESSAGE_ID;

	return has_prefix(id, *id == '<' ? prefix : prefix + 1);
}

static const char *
refuse_report(const struct sieve_runtime_env *renv,
	      const struct bounce_report *report)
{
	const char *id = renv->exec_env->msgdata->id;

	if (is_advice_id(report->returned.message_id) ||
	    (id != NULL && is_advice_id(id)))
		return "the message is an advice itself";
	if (report->returned.automatic)
		return "the returned message was sent automatically";
	return NULL;
}

static const char *
refuse_other(const struct sieve_runtime_env *renv,
	     const struct sieve_extension *ext,
	     struct bouncecause_message *msg,
	     const struct bounce_report *report,
	     const struct smtp_address *to)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);
	enum bouncecause_origin origin;

	/* Those who own that mailbox get enough about bounces. */
	if (local_part_is(to, "postmaster", ctx->set.recipient_delimiter))
		return "it is a system address";
	if (!is_advise_domain(renv, ctx, to->domain)) {
		return "its domain is none of "
			"sieve_bouncecause_advise_domains";
	}
	origin = bouncecause_origin_get(renv, ext, msg, report);
	if (origin == BOUNCECAUSE_ORIGIN_SENT ||
	    origin == BOUNCECAUSE_ORIGIN_OWN)
		return NULL;
	return t_strdup_printf("the origin of the returned message is %s",
			       bouncecause_origin_name(origin));
}

const char *
bouncecause_advise_refuse(const struct sieve_runtime_env *renv,
			  const struct sieve_extension *ext,
			  struct bouncecause_message *msg,
			  const struct bounce_report *report,
			  const struct smtp_address *to)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);
	const char *address = smtp_address_encode(to);
	const char *why;

	if ((why = refuse_report(renv, report)) != NULL)
		return why;
	if (is_system_address(to, ctx->set.recipient_delimiter))
		return "it is a system address";
	if (is_failed_recipient(report, address))
		return "it is an address that the report is about";
	if (bouncecause_advise_is_owner(renv, to))
		return NULL;
	return refuse_other(renv, ext, msg, report, to);
}

/*
 * What the author did not write
 */

typedef bool address_match_t(const char *address, const char *part);

static bool
list_has(const char *const *addresses, const char *part,
	 address_match_t *matches)
{
	if (addresses == NULL)
		return FALSE;
	for (; *addresses != NULL; addresses++) {
		if (matches(*addresses, part))
			return TRUE;
	}
	return FALSE;
}

static bool address_equals(const char *address, const char *part)
{
	return strcasecmp(address, part) == 0;
}

static bool address_is_in(const char *address, const char *part)
{
	return has_suffix(address, t_strconcat("@", part, NULL));
}

static bool
author_wrote_to(const struct bounce_compose *compose, const char *part,
		address_match_t *matches)
{
	return list_has(compose->report->returned.recipients, part, matches) ||
		list_has(compose->known_recipients, part, matches);
}

static bool is_host_char(char c)
{
	return i_isalnum(c) || c == '-' || c == '_';
}

/* As the end of a longer name, too: "example.com" is in "mx.example.com", but
   not in "example.com.au". */
static bool has_host(const char *text, const char *host)
{
	size_t length = strlen(host);
	const char *p, *end;

	for (p = text; (p = strstr(p, host)) != NULL; p++) {
		end = p + length;
		if ((p == text || !is_host_char(p[-1])) &&
		    !is_host_char(*end) &&
		    (*end != '.' || !is_host_char(end[1])))
			return TRUE;
	}
	return FALSE;
}

/* The domains of those who read it, and who answer for it, are no secret. */
static bool
domain_is_ours(const struct bouncecause_advise_message *mail,
	       const struct smtp_address *postmaster, const char *domain)
{
	return strcasecmp(mail->to->domain, domain) == 0 ||
		(postmaster != NULL &&
		 null_strcasecmp(postmaster->domain, domain) == 0);
}

/* A name without dots is a word like any other. */
static bool
names_host(const struct bouncecause_advise_message *mail,
	   const struct smtp_address *postmaster, const char *text,
	   const char *host)
{
	return strpbrk(host, ".:") != NULL &&
		has_host(text, t_str_lcase(host)) &&
		!author_wrote_to(&mail->body, host, address_is_in) &&
		!domain_is_ours(mail, postmaster, host);
}

static bool
names_recipient(const struct bouncecause_advise_message *mail,
		const struct smtp_address *postmaster, const char *text,
		const char *address)
{
	if (*address == '\0')
		return FALSE;
	return (strstr(text, t_str_lcase(address)) != NULL &&
		!author_wrote_to(&mail->body, address, address_equals)) ||
		names_host(mail, postmaster, text, address_domain(address));
}

/* Somebody whom the reply names, for one */
static bool
names_anybody(const struct bouncecause_advise_message *mail,
	      const struct smtp_address *postmaster, const char *text)
{
	const char *const ours[] = {
		smtp_address_encode(mail->to),
		smtp_address_encode(mail->from),
		smtp_address_encode(postmaster), NULL
	};
	const char *const *addresses = address_list(text);

	for (; *addresses != NULL; addresses++) {
		if (!list_has(ours, *addresses, address_equals) &&
		    !author_wrote_to(&mail->body, *addresses, address_equals))
			return TRUE;
	}
	return FALSE;
}

bool bouncecause_advise_names_hidden(
	const struct bouncecause_advise_message *mail,
	const struct smtp_address *postmaster, const char *text)
{
	const struct bounce_report *report = mail->body.report;
	const struct bounce_recipient *rcpt;

	text = t_str_lcase(text);
	if (names_anybody(mail, postmaster, text) ||
	    names_host(mail, postmaster, text, report->reporting_mta))
		return TRUE;
	array_foreach(&report->recipients, rcpt) {
		if (names_recipient(mail, postmaster, text, rcpt->recipient) ||
		    names_recipient(mail, postmaster, text,
				    rcpt->original_recipient) ||
		    names_host(mail, postmaster, text, rcpt->remote_mta))
			return TRUE;
	}
	return FALSE;
}
