/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Is the returned message one of ours? */

#include "lib.h"
#include "strfuncs.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-interpreter.h"
#include "sieve-message.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "bounce-verdict.h"
#include "own-hosts.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"
#include "bouncecause-origin.h"
#include "bouncecause-sent.h"

static const char *const origin_names[] = {
	[BOUNCECAUSE_ORIGIN_UNKNOWN] = "unknown",
	[BOUNCECAUSE_ORIGIN_FOREIGN] = "foreign",
	[BOUNCECAUSE_ORIGIN_OWN] = "own",
	[BOUNCECAUSE_ORIGIN_FORWARDED] = "forwarded",
	[BOUNCECAUSE_ORIGIN_SENT] = "sent",
};

const char *bouncecause_origin_name(enum bouncecause_origin origin)
{
	i_assert(origin < N_ELEMENTS(origin_names));
	return origin_names[origin];
}

/*
 * Own hosts
 */

/* Nobody needs them but who asks for an origin. */
static const struct own_hosts *
own_hosts_get(struct ext_bouncecause_context *ctx)
{
	const char *wrong, *text;

	if (ctx->own_hosts != NULL || ctx->set.own_hosts == NULL)
		return ctx->own_hosts;

	ctx->own_hosts = own_hosts_create(ctx->pool, ctx->set.own_hosts,
					  &wrong);
	if (wrong != NULL) {
		text = t_strdup_printf(
			"setting sieve_bouncecause_own_hosts: neither host "
			"name nor address, ignored: %s", wrong);
		if (bouncecause_log_first(text))
			e_warning(ctx->event, "%s", text);
	}
	return ctx->own_hosts;
}

/*
 * Own addresses
 */

/* The local part without +detail, and the domain */
static bool
address_equals(const char *address, const char *localpart, const char *domain,
	       const char *delimiters)
{
	const char *at = strrchr(address, '@');
	size_t len;

	if (at == NULL || strcasecmp(at + 1, domain) != 0)
		return FALSE;
	/* A local part that begins with a delimiter has no detail. */
	if (*address != '\0' && *delimiters != '\0') {
		len = 1 + strcspn(address + 1, delimiters);
		if (address + len < at)
			at = address + len;
	}
	len = at - address;
	return strlen(localpart) == len &&
		strncasecmp(address, localpart, len) == 0;
}

static bool
address_is(const char *address, const struct smtp_address *own,
	   const char *delimiters)
{
	const char *localpart;
	size_t len;

	if (own == NULL || own->localpart == NULL || own->domain == NULL ||
	    *own->localpart == '\0')
		return FALSE;
	localpart = own->localpart;
	if (*delimiters != '\0') {
		len = 1 + strcspn(localpart + 1, delimiters);
		localpart = t_strndup(localpart, len);
	}
	return address_equals(address, localpart, own->domain, delimiters);
}

bool bouncecause_origin_is_forwarded(const struct sieve_runtime_env *renv,
				     const struct sieve_extension *ext,
				     const struct bounce_report *report)
{
	const struct smtp_address *const own[] = {
		sieve_message_get_final_recipient(renv->msgctx),
		sieve_message_get_orig_recipient(renv->msgctx),
		sieve_get_user_email(ext->svinst),
	};
	const char *delimiters =
		ext_bouncecause_context(ext)->set.recipient_delimiter;
	const char *const *passed_on = report->returned.passed_on;
	bool forwarded = FALSE;

	for (; *passed_on != NULL && !forwarded; passed_on++) T_BEGIN {
		for (unsigned int i = 0; i < N_ELEMENTS(own); i++) {
			if (address_is(*passed_on, own[i], delimiters))
				forwarded = TRUE;
		}
	} T_END;
	return forwarded;
}

/*
 * Origin
 */

static enum bouncecause_origin
origin_find(const struct sieve_runtime_env *renv,
	    const struct sieve_extension *ext, struct bouncecause_message *msg,
	    const struct bounce_report *report)
{
	const struct bounce_returned *returned = &report->returned;
	const struct bouncecause_sent *sent;
	const struct own_hosts *hosts;
	bool compared = FALSE;

	sent = bouncecause_sent_find(renv, ext, msg, report, NULL);
	if (sent->found)
		return BOUNCECAUSE_ORIGIN_SENT;
	if (bouncecause_origin_is_forwarded(renv, ext, report))
		return BOUNCECAUSE_ORIGIN_FORWARDED;

	hosts = own_hosts_get(ext_bouncecause_context(ext));
	if (hosts != NULL && !own_hosts_is_empty(hosts) &&
	    returned->received[0] != NULL) {
		compared = TRUE;
		if (own_hosts_sent(hosts, returned->received))
			return BOUNCECAUSE_ORIGIN_OWN;
	}
	return returned->header && (sent->searched || compared) ?
		BOUNCECAUSE_ORIGIN_FOREIGN : BOUNCECAUSE_ORIGIN_UNKNOWN;
}

enum bouncecause_origin
bouncecause_origin_get(const struct sieve_runtime_env *renv,
		       const struct sieve_extension *ext,
		       struct bouncecause_message *msg,
		       const struct bounce_report *report)
{
	enum bouncecause_origin origin;

	origin = origin_find(renv, ext, msg, report);
	sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, "origin: %s",
			    bouncecause_origin_name(origin));
	return origin;
}
