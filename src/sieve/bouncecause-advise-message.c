/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "ioloop.h"
#include "str.h"
#include "strescape.h"
#include "randgen.h"
#include "hex-binary.h"
#include "bounce-limits.h"
#include "message-address.h"
#include "message-date.h"
#include "message-header-decode.h"
#include "message-header-encode.h"
#include "rfc822-parser.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "bouncecause-advise-message.h"
#include "bouncecause-advise-policy.h"

#define EOL "\r\n"

/*
 * Message-ID (RFC 5322, 3.6.4)
 */

/* dot-atom-text up to a character */
static const char *parse_dot_atom(const char *p)
{
	const char *start;

	for (;; p++) {
		start = p;
		while (*p > ' ' && *p < 0x7f && IS_ATEXT(*p))
			p++;
		if (p == start)
			return NULL;
		if (*p != '.')
			return p;
	}
}

/* no-fold-literal */
static const char *parse_literal(const char *p)
{
	if (*p++ != '[')
		return NULL;
	while (*p > ' ' && *p < 0x7f && *p != '[' && *p != ']' && *p != '\\')
		p++;
	return *p == ']' ? p + 1 : NULL;
}

static bool message_id_is_valid(const char *id)
{
	const char *p = id;

	if (*p++ != '<' || strlen(id) > BOUNCE_LIMIT_ADVISE_ID_SIZE)
		return FALSE;
	p = parse_dot_atom(p);
	if (p == NULL || *p++ != '@')
		return FALSE;
	p = *p == '[' ? parse_literal(p) : parse_dot_atom(p);
	return p != NULL && strcmp(p, ">") == 0;
}

static void append_threading(string_t *dest,
			     const struct bounce_returned *returned)
{
	const char *const *ids;
	unsigned int count;

	if (!message_id_is_valid(returned->message_id))
		return;
	str_printfa(dest, "In-Reply-To: %s"EOL, returned->message_id);

	ids = t_strsplit_spaces(returned->references, " \t\r\n");
	count = str_array_length(ids);
	if (count > BOUNCE_LIMIT_ADVISE_REFERENCES)
		ids += count - BOUNCE_LIMIT_ADVISE_REFERENCES;
	str_append(dest, "References:");
	for (; *ids != NULL; ids++) {
		if (message_id_is_valid(*ids) &&
		    strcmp(*ids, returned->message_id) != 0)
			str_printfa(dest, " %s"EOL, *ids);
	}
	str_printfa(dest, " %s"EOL, returned->message_id);
}

/* Unlike all others, and yet known again */
static void append_message_id(string_t *dest, struct sieve_instance *svinst)
{
	unsigned char random[12];

	random_fill(random, sizeof(random));
	str_printfa(dest, "Message-ID: "BOUNCECAUSE_ADVISE_MESSAGE_ID
		    "%s.%s@%s>"EOL, dec2str(ioloop_time),
		    binary_to_hex(random, sizeof(random)), svinst->hostname);
}

/*
 * Addresses
 */

const char *
bouncecause_advise_name(const struct message_address *address)
{
	string_t *name;

	if (address == NULL || address->name == NULL)
		return NULL;
	name = t_str_new(64);
	message_header_decode_utf8((const unsigned char *)address->name,
				   strlen(address->name), name, NULL);
	return bounce_value_clean(str_c(name), BOUNCE_LIMIT_ADVISE_NAME_SIZE,
				  pool_datastack_create());
}

/* A phrase (RFC 5322, 3.2.5) is a quoted string, or encoded words. */
static void append_phrase(string_t *dest, const char *name)
{
	const char *p;
	string_t *encoded;

	for (p = name; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x7f)
			break;
	}
	if (*p == '\0' && strstr(name, "=?") == NULL) {
		str_printfa(dest, "\"%s\"", str_escape(name));
		return;
	}
	encoded = t_str_new(128);
	message_header_encode_b((const unsigned char *)name, strlen(name),
				encoded, strlen("From: "));
	for (p = str_c(encoded); *p != '\0'; p++) {
		if (*p == '\n')
			str_append(dest, EOL);
		else
			str_append_c(dest, *p);
	}
}

static void append_from(string_t *dest, const char *name,
			const struct smtp_address *address)
{
	str_append(dest, "From: ");
	if (name != NULL && *name != '\0') {
		append_phrase(dest, name);
		/* of two things that may be long each, one a line */
		str_append(dest, EOL" ");
	}
	str_printfa(dest, "<%s>"EOL, smtp_address_encode(address));
}

/*
 * Message
 */

void bouncecause_advise_compose(string_t *dest,
				const struct bouncecause_advise_message *mail,
				struct sieve_instance *svinst)
{
	append_from(dest, mail->from_name, mail->from);
	str_printfa(dest, "To: <%s>"EOL, smtp_address_encode(mail->to));
	bounce_compose_field(dest, "Subject", mail->subject, EOL);
	str_printfa(dest, "Date: %s"EOL, message_date_create(ioloop_time));
	append_message_id(dest, svinst);
	append_threading(dest, &mail->body.report->returned);
	/* RFC 3834, and the same for Exchange: nobody shall answer it */
	str_append(dest, "Auto-Submitted: auto-generated"EOL
		   "X-Auto-Response-Suppress: All"EOL
		   "MIME-Version: 1.0"EOL);
	bounce_compose_explanation(dest, &mail->body, EOL);
}
