/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Received fields as mail systems write them

   Received      = "Received:" [From-domain] By-domain [With] ... ";" date-time
   From-domain   = "from" Extended-Domain
   By-domain     = "by" Extended-Domain
   With          = "with" Protocol
   Extended-Domain = Domain / ( Domain "(" TCP-info ")" ) /
                   ( address-literal "(" TCP-info ")" )
   TCP-info      = address-literal / ( Domain address-literal )

   Postfix       from HELO (name [192.0.2.1]) by ...
   Sendmail      from HELO (ident@name [192.0.2.1] (may be forged)) by ...
   Exim          from name ([192.0.2.1] helo=HELO) by ...
   qmail         from unknown (HELO name) (192.0.2.1) by ...
   Exchange      from HELO (192.0.2.1) by name (192.0.2.2) with ...
 */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "rfc822-parser.h"
#include "bounce-limits.h"
#include "received-field.h"

#include <ctype.h>

#define LWSP " \t\r\n"

enum received_clause {
	CLAUSE_NONE = 0,
	CLAUSE_FROM,
	CLAUSE_BY,
	CLAUSE_WITH,
	/* of no interest: via, id, for */
	CLAUSE_OTHER
};

static const struct {
	const char *word;
	enum received_clause clause;
} clause_words[] = {
	{ "from", CLAUSE_FROM },
	{ "by", CLAUSE_BY },
	{ "with", CLAUSE_WITH },
	{ "via", CLAUSE_OTHER },
	{ "id", CLAUSE_OTHER },
	{ "for", CLAUSE_OTHER },
};

struct received_parser {
	struct rfc822_parser_context rfc822;
	string_t *comment;

	struct received_field *field;
	ARRAY_TYPE(const_string) from_names;
	/* the clause at hand, and whether it has its value */
	enum received_clause clause;
	bool have_value;
	/* of the from-clause */
	bool have_comment;
	unsigned int clauses_seen;
};

/* [192.0.2.1], [IPv6:2001:db8::1], [192.0.2.1]:25, 192.0.2.1 */
static bool parse_ip(const char *text, struct ip_addr *ip_r)
{
	unsigned int dots = 0;
	const char *p;

	if (*text == '[')
		text = t_strcut(text + 1, ']');
	if (strncasecmp(text, "IPv6:", 5) == 0)
		text += 5;
	for (p = text; *p != '\0'; p++) {
		if (*p == '.')
			dots++;
		else if (!i_isxdigit(*p) && *p != ':')
			return FALSE;
	}
	/* inet_aton() takes a version number for an address. */
	if (strchr(text, ':') == NULL && dots != 3)
		return FALSE;
	return net_addr2ip(text, ip_r) == 0;
}

static bool is_host_name(const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (!i_isalnum(*p) && (unsigned char)*p < 0x80 &&
		    strchr("-_.", *p) == NULL)
			return FALSE;
	}
	return strchr(text, '.') != NULL;
}

static void names_add(struct received_parser *parser, const char *name)
{
	if (is_host_name(name) &&
	    array_count(&parser->from_names) < BOUNCE_LIMIT_COMMENT_NAMES)
		array_push_back(&parser->from_names, &name);
}

/* name [192.0.2.1] (may be forged)

   Only the first comment is about the host. What is in others, as the name in
   a certificate, nobody need have verified; but qmail's address. */
static void parse_from_comment(struct received_parser *parser)
{
	struct received_field *field = parser->field;
	const char *comment = str_c(parser->comment);
	const char *const *words, *word, *at;
	bool names, helo = FALSE, said = FALSE;

	if (strncasecmp(comment, "authenticated", 13) == 0)
		field->authenticated = TRUE;
	names = !parser->have_comment &&
		strstr(comment, "may be forged") == NULL;
	parser->have_comment = TRUE;

	words = (const char *const *)t_strsplit_spaces(comment, " \t,;=()<>");
	for (; *words != NULL; words++) {
		word = *words;
		if (strcasecmp(word, "helo") == 0 ||
		    strcasecmp(word, "ehlo") == 0) {
			/* The name that follows is only said. */
			helo = said = TRUE;
			continue;
		}
		at = strrchr(word, '@');
		if (at != NULL)
			word = at + 1;
		if (said)
			said = FALSE;
		else if (field->from_ip.family == 0 &&
			 parse_ip(word, &field->from_ip))
			;
		else if (names)
			names_add(parser, word);
	}
	/* Exim and qmail: the name before the comment was looked up. */
	if (helo && names)
		names_add(parser, field->from);
}

static void parse_comment(struct received_parser *parser)
{
	(void)rfc822_skip_comment(&parser->rfc822);

	switch (parser->clause) {
	case CLAUSE_FROM:
		parse_from_comment(parser);
		break;
	case CLAUSE_BY:
		if (parser->field->by_ip.family == 0) {
			(void)parse_ip(str_c(parser->comment),
				       &parser->field->by_ip);
		}
		break;
	default:
		break;
	}
}

/* The first value of a clause is the one; what follows it, as in "with
   Microsoft SMTP Server", is of no interest. */
static void parse_value(struct received_parser *parser, const char *word)
{
	struct received_field *field = parser->field;

	switch (parser->clause) {
	case CLAUSE_FROM:
		field->from = word;
		break;
	case CLAUSE_BY:
		field->by = word;
		(void)parse_ip(word, &field->by_ip);
		break;
	case CLAUSE_WITH:
		field->with = word;
		break;
	case CLAUSE_NONE:
	case CLAUSE_OTHER:
		break;
	}
	parser->have_value = TRUE;
}

static void parse_word(struct received_parser *parser)
{
	struct rfc822_parser_context *rfc822 = &parser->rfc822;
	const unsigned char *start = rfc822->data;
	const char *word;
	unsigned int i;

	while (rfc822->data < rfc822->end &&
	       strchr(LWSP"(;", *rfc822->data) == NULL)
		rfc822->data++;
	word = t_strdup_until(start, rfc822->data);

	if (parser->clause != CLAUSE_NONE && !parser->have_value) {
		parse_value(parser, word);
		return;
	}
	for (i = 0; i < N_ELEMENTS(clause_words); i++) {
		if (strcasecmp(word, clause_words[i].word) != 0)
			continue;
		parser->clause = clause_words[i].clause;
		parser->have_value = FALSE;
		/* only the first one of each kind */
		if ((parser->clauses_seen & (1U << parser->clause)) != 0)
			parser->clause = CLAUSE_OTHER;
		parser->clauses_seen |= 1U << parser->clause;
		break;
	}
}

/* RFC 3848: ESMTPA, ESMTPSA and the like */
static bool protocol_is_authenticated(const char *with)
{
	static const char *const names[] = {
		"ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA", "ASMTP", NULL
	};

	return str_array_icase_find(names, with);
}

void received_field_parse(const char *value, struct received_field *field_r)
{
	struct received_parser parser;
	size_t len = strlen(value);

	i_zero(field_r);
	field_r->from = field_r->by = field_r->with = "";

	i_zero(&parser);
	parser.field = field_r;
	parser.comment = t_str_new(128);
	t_array_init(&parser.from_names, BOUNCE_LIMIT_COMMENT_NAMES + 1);

	rfc822_parser_init(&parser.rfc822, (const unsigned char *)value, len,
			   parser.comment);
	while (parser.rfc822.data < parser.rfc822.end &&
	       *parser.rfc822.data != ';') {
		if (strchr(LWSP, *parser.rfc822.data) != NULL)
			parser.rfc822.data++;
		else if (*parser.rfc822.data == '(')
			parse_comment(&parser);
		else
			parse_word(&parser);
	}
	rfc822_parser_deinit(&parser.rfc822);

	if (field_r->from_ip.family == 0)
		(void)parse_ip(field_r->from, &field_r->from_ip);
	if (protocol_is_authenticated(field_r->with))
		field_r->authenticated = TRUE;
	array_append_zero(&parser.from_names);
	field_r->from_names = array_front(&parser.from_names);
}

/* Addresses that nobody has on the Internet: RFC 1918, 6598, 4193, 4291,
   1122 */
static bool ip_is_private(const struct ip_addr *ip)
{
	static const char *const ranges[] = {
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
		"127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10",
		"::1/128", "fc00::/7", "fe80::/10",
	};
	struct ip_addr net;
	unsigned int i, bits;

	for (i = 0; i < N_ELEMENTS(ranges); i++) {
		if (net_parse_range(ranges[i], &net, &bits) < 0)
			i_unreached();
		if (net_is_in_network(ip, &net, bits))
			return TRUE;
	}
	return FALSE;
}

bool received_field_is_outside(const struct received_field *field)
{
	static const char *const names[] = {
		"SMTP", "ESMTP", "SMTPS", "ESMTPS", "UTF8SMTP", "UTF8SMTPS",
		NULL
	};

	return !field->authenticated && field->from_ip.family != 0 &&
		str_array_icase_find(names, field->with) &&
		!ip_is_private(&field->from_ip);
}
