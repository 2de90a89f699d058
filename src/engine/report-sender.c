/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "message-read.h"
#include "address-find.h"
#include "report-sender.h"

#include <ctype.h>

/* Is one of the words (lower case) in the name? */
static bool
has_word(const char *name, const char *const *words, unsigned int count)
{
	name = t_str_lcase(name);
	for (unsigned int i = 0; i < count; i++) {
		if (strstr(name, words[i]) != NULL)
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
		/* "mail" from its second letter, Russian */
		"\xd0\xbe\xd1\x87\xd1\x82",
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

	return has_word(name, program_words, N_ELEMENTS(program_words));
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

	return has_word(localpart, service_words, N_ELEMENTS(service_words));
}

/* One that does nothing but pass on mail */
static bool names_mail_service(const char *localpart)
{
	static const char *const mail_words[] = { "bounce", "forward" };

	return has_word(localpart, mail_words, N_ELEMENTS(mail_words));
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

bool report_sender_is_person(const struct bounce_message *msg)
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

/* The first address in From, or NULL */
static const char *sender_address(const struct bounce_message *msg)
{
	return address_list(bounce_message_field(msg, "from"))[0];
}

bool report_sender_is_author(const struct bounce_message *msg)
{
	const char *from = sender_address(msg);
	const char *sender =
		address_list(bounce_message_field(msg, "return-path"))[0];

	return from != NULL && sender != NULL &&
		strcasecmp(from, sender) == 0 &&
		!names_program(t_strcut(from, '@'));
}

static const char *sender_localpart(const struct bounce_message *msg)
{
	const char *from = sender_address(msg);

	return from == NULL ? "" : t_strcut(from, '@');
}

bool report_sender_is_program(const struct bounce_message *msg)
{
	const char *localpart = sender_localpart(msg);

	return *localpart == '\0' || names_program(localpart);
}

bool report_sender_is_service(const struct bounce_message *msg)
{
	return names_service(sender_localpart(msg));
}

bool report_sender_is_mail_service(const struct bounce_message *msg)
{
	const char *localpart = sender_localpart(msg);

	return names_service(localpart) || names_mail_service(localpart);
}

bool report_sender_is_reporter(const struct bounce_message *msg)
{
	const char *from = sender_address(msg);

	return from != NULL && address_is_reporter(from);
}
