/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Which hosts are ours, and did a message leave through one of them? */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "wildcard-match.h"
#include "received-field.h"
#include "own-hosts.h"

#include <ctype.h>

/* RFC 1035, 2.3.4, with its last dot */
#define MAX_HOST_NAME 256

struct own_network {
	struct ip_addr ip;
	unsigned int bits;
};

struct own_hosts {
	/* names and patterns */
	ARRAY_TYPE(const_string) names;
	ARRAY(struct own_network) networks;
};

/*
 * The list
 */

/* Labels of letters, digits, "-" and "_", and "*" for some of them, but at
   least one that is not "*", nor a number: that is an address gone wrong. */
static bool entry_is_name(const char *entry)
{
	bool letters = FALSE;
	const char *p;

	for (p = entry; *p != '\0'; p++) {
		if (*p == '.' && (p == entry || p[1] == '.'))
			return FALSE;
		if (i_isalpha(*p) || (unsigned char)*p >= 0x80)
			letters = TRUE;
		else if (!i_isdigit(*p) && strchr("-_.*", *p) == NULL)
			return FALSE;
	}
	return letters;
}

/* "10" and "10.1" are not taken for 0.0.0.10 and 10.0.0.1. */
static bool entry_is_network(const char *entry, struct own_network *net_r)
{
	const char *p;
	unsigned int dots = 0;

	for (p = entry; *p != '\0' && *p != '/'; p++) {
		if (*p == '.')
			dots++;
	}
	if (dots != 3 && strchr(entry, ':') == NULL)
		return FALSE;
	return net_parse_range(entry, &net_r->ip, &net_r->bits) == 0;
}

static const char *name_without_root(const char *name)
{
	size_t len = strlen(name);

	return len > 1 && name[len - 1] == '.' ?
		t_strndup(name, len - 1) : name;
}

struct own_hosts *
own_hosts_create(pool_t pool, const char *const *entries,
		 const char **wrong_r)
{
	struct own_hosts *hosts = p_new(pool, struct own_hosts, 1);
	string_t *wrong = t_str_new(64);
	struct own_network net;
	const char *name;

	p_array_init(&hosts->names, pool, 4);
	p_array_init(&hosts->networks, pool, 4);
	for (; *entries != NULL; entries++) {
		name = name_without_root(*entries);
		if (entry_is_network(*entries, &net)) {
			array_push_back(&hosts->networks, &net);
		} else if (entry_is_name(name)) {
			name = p_strdup(pool, name);
			array_push_back(&hosts->names, &name);
		} else {
			str_append(wrong, str_len(wrong) > 0 ? ", " : "");
			str_append(wrong, str_sanitize(*entries, 80));
		}
	}
	*wrong_r = str_len(wrong) == 0 ? NULL : p_strdup(pool, str_c(wrong));
	return hosts;
}

bool own_hosts_is_empty(const struct own_hosts *hosts)
{
	return array_is_empty(&hosts->names) &&
		array_is_empty(&hosts->networks);
}

bool own_hosts_has_name(const struct own_hosts *hosts, const char *name)
{
	const char *pattern;

	if (*name == '\0' || strlen(name) > MAX_HOST_NAME)
		return FALSE;
	name = name_without_root(name);
	array_foreach_elem(&hosts->names, pattern) {
		if (wildcard_match_icase(name, pattern))
			return TRUE;
	}
	return FALSE;
}

bool own_hosts_has_ip(const struct own_hosts *hosts, const struct ip_addr *ip)
{
	const struct own_network *net;

	if (ip->family == 0)
		return FALSE;
	array_foreach(&hosts->networks, net) {
		if (net_is_in_network(ip, &net->ip, net->bits))
			return TRUE;
	}
	return FALSE;
}

/*
 * Received fields
 */

/* What a client says of itself (HELO) counts only where the host that took the
   message wrote nothing better: spammers like to say a name of the victim. */
static bool
field_is_from_own(const struct own_hosts *hosts,
		  const struct received_field *field)
{
	const char *const *names;

	if (own_hosts_has_ip(hosts, &field->from_ip))
		return TRUE;
	for (names = field->from_names; *names != NULL; names++) {
		if (own_hosts_has_name(hosts, *names))
			return TRUE;
	}
	return field->from_ip.family == 0 && field->from_names[0] == NULL &&
		own_hosts_has_name(hosts, field->from);
}

static bool
field_is_by_own(const struct own_hosts *hosts,
		const struct received_field *field)
{
	return own_hosts_has_ip(hosts, &field->by_ip) ||
		own_hosts_has_name(hosts, field->by);
}

bool own_hosts_sent(const struct own_hosts *hosts,
		    const char *const *received)
{
	struct received_field field;
	unsigned int i = str_array_length(received);
	bool own = FALSE, outside = FALSE;

	/* Mail that came in from outside and was passed on by us went through
	   own hosts, too, but it is not ours. */
	while (i-- > 0 && !own && !outside) T_BEGIN {
		received_field_parse(received[i], &field);
		if (field_is_from_own(hosts, &field))
			own = TRUE;
		else if (received_field_is_outside(&field))
			outside = TRUE;
		else
			own = field_is_by_own(hosts, &field);
	} T_END;
	return own;
}
