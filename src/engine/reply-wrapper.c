/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "reply-mask.h"
#include "reply-parse.h"
#include "reply-wrapper.h"

#include <ctype.h>

#define HOST_MAX_SIZE 255
#define IN_REPLY_MAX_SIZE 60
#define TYPE_MAX_SIZE 30
/* "er", " server" */
#define NAME_MAX_SIZE 10
#define ERROR_MAX_SIZE 400

#define UTF8_IS_CONTINUATION(c) (((unsigned char)(c) & 0xc0) == 0x80)

struct unwrap_parser {
	struct reply_wrapper *wrapper;
	const char *p;
	const char *end;
};

/* Commands and phases, and the names that mail systems have for them */
static const struct {
	const char *name;
	enum bounce_stage stage;
} stage_names[] = {
	{ "rcpt", BOUNCE_STAGE_RCPT },
	{ "mail from", BOUNCE_STAGE_MAIL },
	{ "data", BOUNCE_STAGE_DATA },
	{ "bdat", BOUNCE_STAGE_DATA },
	{ "dot", BOUNCE_STAGE_DATA },
	{ "end of data", BOUNCE_STAGE_DATA },
	{ "end-of-data", BOUNCE_STAGE_DATA },
	{ "sending data", BOUNCE_STAGE_DATA },
	{ "helo", BOUNCE_STAGE_HELO },
	{ "ehlo", BOUNCE_STAGE_HELO },
	{ "lhlo", BOUNCE_STAGE_HELO },
	{ "starttls", BOUNCE_STAGE_TLS },
	{ "auth", BOUNCE_STAGE_AUTH },
	{ "initial connection", BOUNCE_STAGE_CONNECT },
	{ "connect", BOUNCE_STAGE_CONNECT },
};

/* The words are in lower case. */
static bool begins(const char *p, const char *words)
{
	/* mostly the first letter tells */
	return i_tolower(*p) == words[0] &&
		strncasecmp(p, words, strlen(words)) == 0;
}

static bool skip_words(const char **p, const char *words)
{
	if (!begins(*p, words))
		return FALSE;
	*p += strlen(words);
	return TRUE;
}

enum bounce_stage bounce_reply_stage(const char *p)
{
	for (unsigned int i = 0; i < N_ELEMENTS(stage_names); i++) {
		if (begins(p, stage_names[i].name) &&
		    !i_isalnum(p[strlen(stage_names[i].name)]))
			return stage_names[i].stage;
	}
	return BOUNCE_STAGE_UNKNOWN;
}

/* name = 1*(alnum / "." / "-" / "_"). Returns NULL where there is none. */
static const char *parse_name(const char **p)
{
	const char *start = *p, *end;

	while (i_isalnum(**p) || (**p != '\0' && strchr(".-_", **p) != NULL))
		(*p)++;
	for (end = *p; end > start && end[-1] == '.'; end--) ;
	if (end == start || end - start > HOST_MAX_SIZE)
		return NULL;
	return t_strdup_until(start, end);
}

/* literal = [" "] ("[" address "]" / "(" address ")") [":" port] */
static const char *parse_literal(struct unwrap_parser *parser, const char **_p)
{
	const char *p = *_p, *ip;
	size_t size;
	char close;

	if (*p == ' ')
		p++;
	if (*p != '[' && *p != '(')
		return NULL;
	close = *p++ == '[' ? ']' : ')';
	size = reply_ip_size(p, parser->end, ' ');
	if (size == 0 || p[size] != close)
		return NULL;
	ip = t_strndup(p, size);
	p += size + 1;
	if (*p == ':' && i_isdigit(p[1])) {
		for (p++; i_isdigit(*p); p++) ;
	}
	*_p = p;
	return ip;
}

static bool is_reply_code(const char *p)
{
	return (p[0] == '4' || p[0] == '5') && i_isdigit(p[1]) &&
		i_isdigit(p[2]) && !i_isalnum(p[3]);
}

/* stage-said = " " stage " said ": Coremail tells the stage before the
   reply. */
static bool parse_stage_said(struct unwrap_parser *parser, const char **_p)
{
	const char *p = *_p;
	enum bounce_stage stage;

	if (*p++ != ' ')
		return FALSE;
	stage = bounce_reply_stage(p);
	if (stage == BOUNCE_STAGE_UNKNOWN)
		return FALSE;
	while (!skip_words(&p, " said ")) {
		if (!i_isalpha(*p) && *p != ' ')
			return FALSE;
		p++;
	}
	parser->wrapper->stage = stage;
	*_p = p;
	return TRUE;
}

/* said = " said:" / " refused to talk to me:" / stage-said / ":"
   The last is Exim's. p is behind the host. */
static bool
parse_said(struct unwrap_parser *parser, const char **_p, bool literal)
{
	const char *p = *_p;

	if (skip_words(&p, " refused to talk to me:"))
		parser->wrapper->stage = BOUNCE_STAGE_CONNECT;
	else if (skip_words(&p, ":")) {
		if (!literal && !(*p == ' ' && is_reply_code(p + 1)))
			return FALSE;
	} else if (!skip_words(&p, " said:") && !parse_stage_said(parser, &p))
		return FALSE;
	*_p = p;
	return TRUE;
}

/* host-said = "host " name [literal] said
           / "host " name literal, in front of Exim's "SMTP error from"
           / "H=" name literal said, in Exim's log and later warnings */
static bool parse_host_said(struct unwrap_parser *parser)
{
	const char *p = parser->p, *name, *ip;

	if ((!skip_words(&p, "host ") && !skip_words(&p, "h=")) ||
	    (name = parse_name(&p)) == NULL)
		return FALSE;
	ip = parse_literal(parser, &p);
	if (ip == NULL && strchr(name, '.') == NULL)
		return FALSE;
	if (parse_said(parser, &p, ip != NULL))
		str_append_c(parser->wrapper->body, REPLY_QUOTE_MARK);
	else if (ip == NULL || !begins(p, " smtp error from "))
		return FALSE;
	parser->wrapper->host = name;
	parser->p = p;
	return TRUE;
}

/* qmail: "Remote host said: " */
static bool parse_remote_host_said(struct unwrap_parser *parser)
{
	if (!skip_words(&parser->p, "remote host said:"))
		return FALSE;
	str_append_c(parser->wrapper->body, REPLY_QUOTE_MARK);
	return TRUE;
}

/* in-reply = "(in reply to " command " command)" */
static bool parse_in_reply_to(struct unwrap_parser *parser)
{
	const char *p = parser->p;
	enum bounce_stage stage;

	if (!skip_words(&p, "(in reply to "))
		return FALSE;
	stage = bounce_reply_stage(p);
	if (stage == BOUNCE_STAGE_UNKNOWN)
		return FALSE;
	while (*p != '\0' && *p != ')' && p - parser->p < IN_REPLY_MAX_SIZE)
		p++;
	/* not within a character */
	while (UTF8_IS_CONTINUATION(*p))
		p++;
	if (*p == ')')
		p++;
	parser->wrapper->stage = stage;
	parser->p = p;
	return TRUE;
}

/* Exchange: "<" name " #" status " smtp;" reply ">"; the name is taken off. */
static bool parse_exchange(struct unwrap_parser *parser)
{
	const char *p = parser->p, *name;

	if (*p++ != '<' || (name = parse_name(&p)) == NULL ||
	    p[0] != ' ' || p[1] != '#' || !i_isdigit(p[2]))
		return FALSE;
	parser->wrapper->host = name;
	parser->p = p + 1;
	return TRUE;
}

/* diagnostic-type = ("smtp" / "x-" name) ";" (RFC 3464 2.3.6)
   At the beginning, or in front of a reply that Exchange quotes. */
static bool parse_type(struct unwrap_parser *parser)
{
	const char *p = parser->p, *type;

	if (strchr("sSlLxX", *p) == NULL)
		return FALSE;
	type = parse_name(&p);
	if (type == NULL || *p != ';' || strlen(type) > TYPE_MAX_SIZE ||
	    (strcasecmp(type, "smtp") != 0 && strcasecmp(type, "lmtp") != 0 &&
	     !begins(type, "x-")))
		return FALSE;
	for (p++; *p == ' '; p++) ;
	if (str_len(parser->wrapper->body) > 0 && !is_reply_code(p))
		return FALSE;
	str_append_c(parser->wrapper->body, REPLY_QUOTE_MARK);
	parser->p = p;
	return TRUE;
}

/* named-host = lead name literal / "while talking to " name
   What the words say stays in the text. */
static void parse_named_host(struct unwrap_parser *parser)
{
	static const char *const leads[] = {
		"connect to ", "connection with ", "connection to ",
		"conversation with ", "by ", "server ", "to ",
	};
	const char *p = parser->p, *name;

	if (skip_words(&p, "talking to ")) {
		name = parse_name(&p);
		if (name != NULL)
			parser->wrapper->host = name;
		return;
	}
	for (unsigned int i = 0; i < N_ELEMENTS(leads); i++) {
		if (!skip_words(&p, leads[i]))
			continue;
		name = parse_name(&p);
		if (name != NULL && parse_literal(parser, &p) != NULL)
			parser->wrapper->host = name;
		return;
	}
}

/* dma: name literal " did not like our " command ":" */
static void parse_dma_host(struct unwrap_parser *parser)
{
	const char *p = parser->p, *name = parse_name(&p);

	if (name != NULL && parse_literal(parser, &p) != NULL &&
	    begins(p, " did not like our "))
		parser->wrapper->host = name;
}

/* qmail: "192.0.2.1 does not like recipient.", "Connected to 192.0.2.1 but",
   "192.0.2.1 failed after I sent the message.", "Giving up on 192.0.2.1." */
static void parse_qmail_host(struct unwrap_parser *parser)
{
	const char *p = parser->p, *ip;
	bool lead;
	size_t size;

	lead = skip_words(&p, "connected to ") ||
		skip_words(&p, "giving up on ");
	size = reply_ip_size(p, parser->end, ' ');
	if (size == 0)
		return;
	ip = t_strndup(p, size);
	p += size;
	if (lead || begins(p, " does not like ") || begins(p, " failed "))
		parser->wrapper->host = ip;
}

/* error = ("SMTP" / "LMTP") " error from remote mail" ... " after " stage ...
           ": " / "SMTP error, " stage ... ":"
   The first is Exim's, the second Coremail's. That there was an error is no
   news; the reply follows. */
static bool parse_error(struct unwrap_parser *parser)
{
	const char *p = parser->p, *after;
	enum bounce_stage stage;

	if (skip_words(&p, "smtp error, ")) {
		after = p;
	} else {
		if (!skip_words(&p, "smtp error from remote mail") &&
		    !skip_words(&p, "lmtp error from remote mail"))
			return FALSE;
		for (after = p; !begins(after, " after "); after++) {
			if (*after == '\0' || after - p >= NAME_MAX_SIZE)
				return FALSE;
		}
		after += strlen(" after ");
		(void)skip_words(&after, "pipelined ");
	}
	stage = bounce_reply_stage(after);
	if (stage == BOUNCE_STAGE_UNKNOWN)
		return FALSE;
	/* "RCPT TO:<user@example.com>:" */
	for (p = after; *p != '\0' && !(p[0] == ':' && p[1] != '<'); p++) {
		if (p - after > ERROR_MAX_SIZE)
			return FALSE;
	}
	if (*p == ':')
		p++;
	str_append_c(parser->wrapper->body, REPLY_QUOTE_MARK);
	parser->wrapper->stage = stage;
	parser->p = p;
	return TRUE;
}

/* Sendmail: ">>> RCPT To:<user@example.com>" */
static void parse_stage(struct unwrap_parser *parser)
{
	const char *p = parser->p;
	enum bounce_stage stage;

	if (skip_words(&p, "after ") || skip_words(&p, ">>> ")) {
		stage = bounce_reply_stage(p);
		if (stage != BOUNCE_STAGE_UNKNOWN)
			parser->wrapper->stage = stage;
	}
}

/* Called where a word begins. Returns TRUE if parser->p was moved beyond
   something that is taken off. */
static bool parse_wrapper(struct unwrap_parser *parser)
{
	if (parse_host_said(parser) || parse_remote_host_said(parser) ||
	    parse_in_reply_to(parser) ||
	    parse_exchange(parser) || parse_type(parser) ||
	    parse_error(parser))
		return TRUE;
	if (*parser->wrapper->host == '\0') {
		parse_named_host(parser);
		parse_qmail_host(parser);
		parse_dma_host(parser);
	}
	parse_stage(parser);
	return FALSE;
}

void reply_unwrap(const char *text, struct reply_wrapper *wrapper_r)
{
	struct unwrap_parser parser = {
		.wrapper = wrapper_r,
		.p = text,
		.end = text + strlen(text),
	};
	char prev = ' ';

	i_zero(wrapper_r);
	wrapper_r->host = "";
	wrapper_r->body = t_str_new(parser.end - text + 16);

	while (*parser.p != '\0') {
		if (strchr(" \"(:#<[;", prev) != NULL &&
		    parse_wrapper(&parser)) {
			while (*parser.p == ' ')
				parser.p++;
			prev = ' ';
		} else {
			prev = *parser.p++;
			str_append_c(wrapper_r->body, prev);
		}
	}
}
