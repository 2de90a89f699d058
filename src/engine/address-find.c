/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "message-charset.h"
#include "address-find.h"

#include <ctype.h>

static bool is_local_char(unsigned char c, bool utf8)
{
	if (c >= 0x80)
		return utf8;
	return i_isalnum(c) || strchr(".!#$%&'*+-/=?^_`{|}~\\", c) != NULL;
}

static bool is_domain_char(unsigned char c, bool utf8)
{
	if (c >= 0x80)
		return utf8;
	return i_isalnum(c) || c == '-' || c == '.' || c == '_';
}

/* local-part = dot-string / quoted-string, read backwards from the "@" */
static size_t
local_part_start(const char *text, size_t at, size_t min, bool utf8)
{
	size_t i = at;

	if (i > min + 1 && text[i - 1] == '"') {
		for (i--; i > min &&
		     at - i < BOUNCE_LIMIT_LOCAL_PART_SIZE; i--) {
			if (text[i - 1] == '"' &&
			    (i < min + 2 || text[i - 2] != '\\'))
				return i - 1;
		}
		return at;
	}
	while (i > min && at - i < BOUNCE_LIMIT_LOCAL_PART_SIZE &&
	       is_local_char(text[i - 1], utf8))
		i--;
	/* quotes and bullets around it */
	while (i < at && strchr("'`*=-.|/\\", text[i]) != NULL &&
	       text[i] != '\0')
		i++;
	return i;
}

/* Of an address literal: the colons of IPv6 and its zone */
static bool is_literal_char(unsigned char c)
{
	return is_domain_char(c, FALSE) || c == ':' || c == '%';
}

/* domain = sub-domain *("." sub-domain) / address-literal */
static size_t
domain_end(const char *text, size_t size, size_t at, bool utf8)
{
	size_t i = at + 1;

	if (i < size && text[i] == '[') {
		i++;
		while (i < size && i - at <= BOUNCE_LIMIT_DOMAIN_SIZE &&
		       is_literal_char(text[i]))
			i++;
		return i < size && text[i] == ']' ? i + 1 : at + 1;
	}
	while (i < size && i - at <= BOUNCE_LIMIT_DOMAIN_SIZE &&
	       is_domain_char(text[i], utf8))
		i++;
	while (i > at + 1 && strchr(".-_", text[i - 1]) != NULL)
		i--;
	return i;
}

/* What no address goes beyond, and the bracket that is not looked for */
static bool is_address_end(char c, char bracket)
{
	return c == bracket || c == '@' || c == '\0' || c == '\n' || c == '\t' ||
		c == ' ' || c == ',' || c == ';';
}

static bool is_bracketed(const char *text, size_t size, size_t at)
{
	size_t i;

	for (i = at; i > 0 && at - i <= BOUNCE_LIMIT_LOCAL_PART_SIZE; i--) {
		if (text[i - 1] == '<')
			break;
		if (is_address_end(text[i - 1], '>'))
			return FALSE;
	}
	if (i == 0 || text[i - 1] != '<')
		return FALSE;
	for (i = at + 1; i < size && i - at <= BOUNCE_LIMIT_DOMAIN_SIZE; i++) {
		if (text[i] == '>')
			return TRUE;
		if (is_address_end(text[i], '<'))
			return FALSE;
	}
	return FALSE;
}

/* RFC 6531: a local-part beyond ASCII without brackets around it; only where it
   is a word of its own, as the words of many languages touch an address. */
static bool is_utf8_word(const char *text, size_t size, size_t at, size_t min)
{
	size_t i = at;

	while (i > min && ((unsigned char)text[i - 1] >= 0x80 ||
			   i_isdigit(text[i - 1]) || text[i - 1] == '.'))
		i--;
	return i < at && (unsigned char)text[i] >= 0x80 &&
		(i == min || i_isspace(text[i - 1])) && at + 1 < size &&
		(unsigned char)text[at + 1] < 0x80;
}

/* Most of what is no address can be told by what touches the "@". */
static bool is_touched(const char *text, size_t size, size_t at, size_t min)
{
	return at > min && at + 1 < size &&
		(text[at - 1] == '"' || is_local_char(text[at - 1], TRUE)) &&
		(text[at + 1] == '[' || is_domain_char(text[at + 1], TRUE));
}

/* X.400 gateways: "dda:SMTP=user@example.com" */
static size_t skip_prefix(const char *text, size_t start, size_t at)
{
	static const char *const prefixes[] = {
		"smtp=", "rfc-822=", "rfc822="
	};

	for (unsigned int i = 0; i < N_ELEMENTS(prefixes); i++) {
		size_t len = strlen(prefixes[i]);

		if (at > start + len &&
		    strncasecmp(text + start, prefixes[i], len) == 0)
			return start + len;
	}
	return start;
}

bool address_find(const char *text, size_t size, size_t *pos,
		  struct found_address *found_r)
{
	const char *at;
	size_t start, end, i, min = *pos;

	while (*pos < size &&
	       (at = memchr(text + *pos, '@', size - *pos)) != NULL) {
		i = at - text;
		*pos = i + 1;
		if (!is_touched(text, size, i, min))
			continue;
		start = local_part_start(text, i, min, TRUE);
		end = domain_end(text, size, i, TRUE);
		if (message_has_8bit((const unsigned char *)text + start,
				     end - start) &&
		    !is_bracketed(text, size, i) &&
		    !is_utf8_word(text, size, i, min)) {
			start = local_part_start(text, i, min, FALSE);
			end = domain_end(text, size, i, FALSE);
		}
		if (start == i || end == i + 1)
			continue;
		/* an "@" within a quoted local-part */
		if (end + 1 < size && text[end] == '"' && text[end + 1] == '@')
			continue;
		start = skip_prefix(text, start, i);
		found_r->address = t_strdup_until(text + start, text + end);
		if (start > min && text[start - 1] == '<') {
			start--;
			if (end < size && text[end] == '>')
				end++;
		}
		found_r->start = start;
		found_r->end = end;
		*pos = end;
		return TRUE;
	}
	*pos = size;
	return FALSE;
}

const char *const *address_list(const char *text)
{
	ARRAY_TYPE(const_string) addresses;
	struct found_address found;
	size_t pos = 0, size = text == NULL ? 0 : strlen(text);

	t_array_init(&addresses, 8);
	while (address_find(text, size, &pos, &found))
		array_push_back(&addresses, &found.address);
	array_append_zero(&addresses);
	return array_front(&addresses);
}

const char *address_only(const char *text)
{
	struct found_address found;
	size_t pos = 0, size;

	text = t_str_trim(text, " \t\n'");
	size = strlen(text);
	if (!address_find(text, size, &pos, &found) ||
	    found.start != 0 || found.end != size)
		return NULL;
	return found.address;
}

const char *address_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}

bool address_is_reporter(const char *address)
{
	static const char *const reporters[] = {
		"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster",
		"mdaemon", "noreply", "no-reply", "no_reply", "donotreply",
		"do-not-reply", "abuse", "nobody",
	};
	const char *local = t_strcut(address, '@');

	for (unsigned int i = 0; i < N_ELEMENTS(reporters); i++) {
		if (strcasecmp(local, reporters[i]) == 0)
			return TRUE;
	}
	return FALSE;
}
