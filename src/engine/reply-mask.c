/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "net.h"
#include "unichar.h"
#include "reply-mask.h"

#include <ctype.h>

/* "[IPv6:" address "]" (RFC 5321 4.1.3) */
#define LITERAL_MAX_SIZE (7 + INET6_ADDRSTRLEN)

/* Chinese, Japanese and Korean characters, of three bytes or more, end a word:
   there words follow each other without a blank. */
#define WIDE_FIRST_BYTE 0xe0

/* The size of the character at p if it can be in a name, else 0 */
static size_t word_char_size(const char *p, const char *end)
{
	unsigned char c;

	if (p == end)
		return 0;
	c = *p;
	if (c < 0x80)
		return i_isalnum(c) || c == '_' ? 1 : 0;
	return c >= 0xc0 && c < WIDE_FIRST_BYTE && end - p >= 2 ? 2 : 0;
}

/* The same for the local part of an address */
static size_t local_char_size(const char *p, const char *end)
{
	if (p < end && *p != '\0' && strchr(".+=/!#$%&*~^{}|-", *p) != NULL)
		return 1;
	return word_char_size(p, end);
}

static bool is_word_char(unsigned char c)
{
	return i_isalnum(c) || c == '_' || c >= 0x80;
}

static bool is_url_end(unsigned char c)
{
	return c <= ' ' || strchr("<>\"", c) != NULL;
}

/* Full stops and brackets of East Asian texts, which follow a URL */
static bool is_wide_stop(const char *p, const char *end)
{
	static const char *const stops[] = { "。", "、", "」" };

	for (unsigned int i = 0; i < N_ELEMENTS(stops); i++) {
		if (end - p >= 3 && memcmp(p, stops[i], 3) == 0)
			return TRUE;
	}
	return FALSE;
}

static size_t url_size(const char *p, const char *end)
{
	static const char *const starts[] = { "http://", "https://", "www." };
	const char *start = p;

	if (strchr("hHwW", *p) == NULL)
		return 0;
	for (unsigned int i = 0; i < N_ELEMENTS(starts); i++) {
		size_t len = strlen(starts[i]);

		if ((size_t)(end - p) > len &&
		    strncasecmp(p, starts[i], len) == 0 &&
		    !is_url_end(p[len])) {
			for (p += len; p < end && !is_url_end(*p) &&
			     !is_wide_stop(p, end); p++) ;
			return p - start;
		}
	}
	return 0;
}

static size_t ip4_size(const char *p, const char *end)
{
	const char *start = p;

	for (unsigned int i = 0; i < 4; i++) {
		const char *digits;

		if (i > 0 && (p == end || *p++ != '.'))
			return 0;
		for (digits = p; p < end && i_isdigit(*p); p++) ;
		if (p == digits || p - digits > 3)
			return 0;
	}
	if (word_char_size(p, end) > 0 ||
	    (end - p > 1 && *p == '.' && i_isdigit(p[1])))
		return 0;
	return p - start;
}

static size_t ip6_size(const char *p, const char *end)
{
	const char *start = p;
	char buf[MAX_IP_LEN + 1];
	unsigned int colons = 0;
	struct ip_addr ip;

	if (end - p > 5 && strncasecmp(p, "IPv6:", 5) == 0)
		p += 5;
	size_t len = 0;
	while (p + len < end && len < MAX_IP_LEN &&
	       (i_isxdigit(p[len]) || p[len] == ':' || p[len] == '.'))
		colons += p[len++] == ':' ? 1 : 0;
	/* the full stop of the sentence, the colon of "said:" */
	while (len > 0 && (p[len - 1] == '.' ||
			   (p[len - 1] == ':' &&
			    (len < 2 || p[len - 2] != ':'))))
		len--;
	if (colons < 2 || word_char_size(p + len, end) > 0)
		return 0;
	memcpy(buf, p, len);
	buf[len] = '\0';
	if (net_addr2ip(buf, &ip) < 0)
		return 0;
	return p + len - start;
}

size_t reply_ip_size(const char *p, const char *end, char prev)
{
	size_t size = 0;

	if (is_word_char(prev) || prev == '.')
		return 0;
	if (p < end && i_isdigit(*p))
		size = ip4_size(p, end);
	if (size == 0 && p < end && prev != ':' &&
	    (i_isxdigit(*p) || *p == ':' || i_toupper(*p) == 'I'))
		size = ip6_size(p, end);
	return size;
}

/* domain = "[" address "]" / 1*"*" / name; p is behind the "@". Returns where
   it ends, p itself where there is none. */
static const char *domain_end(const char *p, const char *end)
{
	const char *start = p;
	bool wide = p < end && (unsigned char)*p >= WIDE_FIRST_BYTE;
	size_t size;

	if (p < end && *p == '[') {
		/* what is longer is none, and need not be read each time */
		if ((size_t)(end - p) > LITERAL_MAX_SIZE)
			end = p + LITERAL_MAX_SIZE;
		while (p < end && *p != ']' && *p != ' ')
			p++;
		return p < end && *p == ']' ? p + 1 : start;
	}
	while (p < end) {
		if (*p == '.' || *p == '-' || *p == '*')
			size = 1;
		else if (wide && (unsigned char)*p >= 0x80)
			size = uni_utf8_char_bytes(*p);
		else if ((size = word_char_size(p, end)) == 0)
			break;
		p += size;
	}
	while (p > start && (p[-1] == '.' || p[-1] == '-'))
		p--;
	return p;
}

/* name = 1*(label ".") label: the size of a host's name that is all of a run, or
   all but the full stop of the sentence; 0 for none. Exchange's
   "RESOLVER.ADR.RecipLimit" is none: small and capital letters together. */
static size_t host_size(const char *p, const char *end)
{
	const char *start = p, *label = p;
	bool lower = FALSE, upper = FALSE;
	unsigned int dots = 0;

	while (end > p && end[-1] == '.')
		end--;
	for (; p < end; p++) {
		if (*p == '.') {
			if (p == label)
				return 0;
			label = p + 1;
			dots++;
		} else if (i_isalpha(*p)) {
			lower = lower || i_islower(*p);
			upper = upper || i_isupper(*p);
		} else if (!i_isdigit(*p) && *p != '-' && *p != '_') {
			return 0;
		}
	}
	if (dots == 0 || (lower && upper) || !i_isalpha(*label) ||
	    end - label < 2)
		return 0;
	return end - start;
}

static bool has_letters(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (i_isalpha(*p) || (unsigned char)*p >= 0x80)
			return TRUE;
	}
	return FALSE;
}

/* Does the address or the port of the host follow whose name ends at p:
   "[address", " (address", ". address" or ":port"? */
static bool is_peer(const char *p, const char *end)
{
	bool marked = p < end && *p == '.';

	if (end - p > 1 && *p == ':' && i_isdigit(p[1]))
		return TRUE;
	if (marked)
		p++;
	if (p < end && *p == ' ')
		p++;
	if (p < end && (*p == '[' || *p == '(')) {
		marked = TRUE;
		p++;
	}
	return marked && p < end && reply_ip_size(p, end, ' ') > 0;
}

/* The host who speaks, at the beginning, and the one that is spoken to may be
   called anything, "antispam.example.com": their letters say nothing. Other
   names may, "blocked using dnsbl.example.org". Returns the size of the name at
   p, 0 for none; *plain is how far there are no letters. */
static size_t
speaker_size(const char **plain, const char *p, const char *run_end,
	     const char *end)
{
	size_t size = host_size(p, run_end);

	if (size == 0 || url_size(p, end) > 0)
		return 0;
	if (is_peer(p + size, end))
		return size;
	/* once found, and not read again */
	while (*plain < p && !has_letters(*plain, *plain + 1))
		(*plain)++;
	if (*plain == p && has_letters(run_end, end))
		return size;
	return 0;
}

static void mask_host(struct reply_mask *mask, const char *p, size_t size)
{
	for (; size > 0; p++, size--)
		str_append_c(mask->dest, i_isalpha(*p) ? 'x' : *p);
}

static void
mask_address(struct reply_mask *mask, const char *start, const char *end)
{
	if (mask->address == NULL)
		mask->address = t_strdup_until(start, end);
	str_append(mask->dest, "addr@");
}

/* "john doe"@example.com; returns where the address ends, or NULL */
static const char *quoted_address_end(const char *p, const char *end)
{
	const char *q;

	for (p++; p < end && *p != '"' && *p != ' '; p++) ;
	if (end - p < 3 || p[0] != '"' || p[1] != '@')
		return NULL;
	q = domain_end(p + 2, end);
	return q > p + 2 ? q : NULL;
}

/* A run of characters that an address may have, but which is none: URLs and IP
   addresses are found in it. Returns how far it went; a URL may go beyond. */
static const char *
mask_run(struct reply_mask *mask, const char *p, const char *run_end,
	 const char *end)
{
	char prev = '\0';
	size_t size;

	while (p < run_end) {
		if ((size = url_size(p, end)) > 0) {
			str_append(mask->dest, "url");
			str_append_data(mask->urls, p, size);
			str_append_c(mask->urls, '\n');
			prev = ' ';
		} else if ((size = reply_ip_size(p, end, prev)) > 0) {
			str_append(mask->dest, "ip@");
			prev = '@';
		} else {
			size = 1;
			str_append_c(mask->dest, *p);
			prev = *p;
		}
		p += size;
	}
	return p;
}

void reply_mask_append(struct reply_mask *mask, const char *data, size_t size)
{
	const char *p = data, *end = data + size, *run_end, *q;
	/* no letters are before that */
	const char *plain = data;

	while (p < end) {
		if (*p == '"' && (q = quoted_address_end(p, end)) != NULL) {
			mask_address(mask, p, q);
			p = q;
			continue;
		}
		for (run_end = p; (size = local_char_size(run_end, end)) > 0;
		     run_end += size) ;
		if (run_end == p) {
			if (*p == ':' &&
			    (size = reply_ip_size(p, end, p == data ? ' ' :
						  p[-1])) > 0) {
				str_append(mask->dest, "ip@");
			} else {
				size = uni_utf8_char_bytes(*p);
				str_append_data(mask->dest, p, size);
			}
			p += size;
		} else if (run_end < end && *run_end == '@' &&
			   (q = domain_end(run_end + 1, end)) > run_end + 1) {
			mask_address(mask, p, q);
			p = q;
		} else if ((size = speaker_size(&plain, p, run_end, end)) > 0) {
			mask_host(mask, p, size);
			p += size;
		} else {
			p = mask_run(mask, p, run_end, end);
		}
	}
}
