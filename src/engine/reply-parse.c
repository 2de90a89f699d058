/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "unichar.h"
#include "reply-clean.h"
#include "reply-mask.h"
#include "reply-wrapper.h"
#include "reply-parse.h"

#include <ctype.h>

#define CODE_SIZE 3

struct reply_parser {
	const char *p;
	/* what was read so far, the lines of a reply joined */
	string_t *joined;
	size_t inner;
	/* "" unless set */
	char code[CODE_SIZE + 1];
	char inner_code[CODE_SIZE + 1];
	/* one that begins no reply, as far as its place tells */
	char weak_code[CODE_SIZE + 1];
	/* the reply has several lines ("550-"): their code and status */
	char lines_code[CODE_SIZE + 1];
	const char *lines_status;
	/* joined has letters or digits */
	bool begun;
};

static char joined_prev(const struct reply_parser *parser)
{
	size_t len = str_len(parser->joined);

	return len == 0 ? ' ' : (char)str_data(parser->joined)[len - 1];
}

static void joined_append(struct reply_parser *parser, char c)
{
	if (c == ' ' && joined_prev(parser) == ' ')
		return;
	if (i_isalnum(c) || (unsigned char)c >= 0x80)
		parser->begun = TRUE;
	str_append_c(parser->joined, c);
}

/* status = ["#"] class "." subject "." detail (RFC 3463). Not parts of
   addresses, of versions, of dates. Returns its size, without the "#". */
static size_t status_size(const char *p, char prev)
{
	const char *start = p;

	if ((*p != '2' && *p != '4' && *p != '5') || i_isalnum(prev) ||
	    strchr("_./-", prev) != NULL)
		return 0;
	p++;
	for (unsigned int i = 0, max = 2; i < 2; i++, max++) {
		const char *digits;

		if (*p++ != '.')
			return 0;
		for (digits = p; i_isdigit(*p); p++) ;
		if (p == digits || p - digits > (int)max)
			return 0;
	}
	if (i_isalnum(*p) || *p == '_' || (*p == '.' && i_isdigit(p[1])))
		return 0;
	return p - start;
}

/* Is the number in front of a version: "version 5.1.2"? */
static bool is_version(const char *start, const char *p)
{
	static const char *const words[] = { "version ", "release ", "build " };

	for (unsigned int i = 0; i < N_ELEMENTS(words); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(p - start) >= len &&
		    strncasecmp(p - len, words[i], len) == 0)
			return TRUE;
	}
	return FALSE;
}

static const char *find_status(const char *text, size_t from)
{
	for (const char *p = text + from; *p != '\0'; p++) {
		size_t size = status_size(p, p == text ? ' ' : p[-1]);

		if (size > 0 && !is_version(text, p))
			return t_strndup(p, size);
	}
	return "";
}

/* Words that a quoted reply follows */
static bool is_quoting_word(const char *word, size_t len)
{
	static const char *const words[] = {
		"said", "says", "saying", "respond", "responded", "responds",
		"with", "reply", "replied", "returned", "response", "was",
		"answer", "answered", "got", "error", "reason", "code",
		"message",
	};

	for (unsigned int i = 0; i < N_ELEMENTS(words); i++) {
		if (strlen(words[i]) == len &&
		    strncasecmp(words[i], word, len) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Does what was read so far end in something that a reply follows: brackets,
   quotes, a colon, an arrow, a quoting word? */
static bool is_quoted(const struct reply_parser *parser)
{
	const char *start = str_c(parser->joined);
	const char *end = start + str_len(parser->joined), *p;

	for (p = end; p > start && p[-1] == ' '; p--) ;
	if (p == start)
		return FALSE;
	if (p[-1] == ':' && p == end && p - 1 > start &&
	    (i_isdigit(p[-2]) || p[-2] == ']')) {
		/* a port, a part of an address */
		return FALSE;
	}
	if (strchr("<>[]:(\"'`;", p[-1]) != NULL)
		return TRUE;
	for (end = p; p > start && i_isalpha(p[-1]); p--) ;
	return is_quoting_word(p, end - p);
}

static bool is_code(const char *p, char prev)
{
	if (p[0] < '2' || p[0] > '6' || !i_isdigit(p[1]) || !i_isdigit(p[2]) ||
	    i_isalnum(p[3]) || p[3] == '_' || (unsigned char)p[3] >= 0x80)
		return FALSE;
	if (p[3] == '.' && i_isdigit(p[4]))
		return FALSE;
	return !i_isalnum(prev) && strchr("_.-/=", prev) == NULL;
}

/* A number that is surely a reply code */
static bool is_failure_code(const char *p)
{
	return (p[0] == '4' || p[0] == '5') && p[1] <= '7';
}

/* Nothing but punctuation follows. */
static bool is_last(const char *p)
{
	for (; *p != '\0'; p++) {
		if (i_isalnum(*p) || (unsigned char)*p >= 0x80)
			return FALSE;
	}
	return TRUE;
}

/* A code that a status or a word follows, as replies have it */
static bool is_described(const char *p)
{
	p += CODE_SIZE;
	if (*p != ' ' && *p != '-')
		return FALSE;
	p++;
	return i_isalpha(*p) || *p == '<' || (*p == '#' && i_isdigit(p[1])) ||
		status_size(p, ' ') > 0;
}

/* A number of things, not a code: "limit: 500 messages" */
static bool is_counted(const char *p)
{
	static const char *const words[] = {
		"per", "recipients", "messages", "mails", "emails", "bytes",
		"octets", "characters", "connections", "seconds", "minutes",
		"sec", "sent", "times",
	};
	size_t len;

	p += CODE_SIZE;
	if (*p++ != ' ')
		return FALSE;
	for (len = 0; i_isalpha(p[len]); len++) ;
	for (unsigned int i = 0; i < N_ELEMENTS(words); i++) {
		if (strlen(words[i]) == len &&
		    strncasecmp(words[i], p, len) == 0)
			return TRUE;
	}
	return FALSE;
}

/* line = code ("-" / " ") [status " "]: one more line of the reply. Returns
   where its text begins, or NULL. */
static const char *continued_line(const struct reply_parser *parser)
{
	const char *p = parser->p;
	size_t len = strlen(parser->lines_status);

	if (*parser->lines_code == '\0' ||
	    strncmp(p, parser->lines_code, CODE_SIZE) != 0)
		return NULL;
	p += CODE_SIZE;
	if (*p == '-')
		p++;
	else if (*p != ' ' && *p != '\0')
		return NULL;
	while (*p == ' ')
		p++;
	if (len > 0 && strncmp(p, parser->lines_status, len) == 0 &&
	    (p[len] == ' ' || p[len] == '\0'))
		p += len;
	return p;
}

static void begin_reply(struct reply_parser *parser)
{
	const char *p = parser->p;
	size_t status;

	i_strocpy(parser->inner_code, t_strndup(p, CODE_SIZE),
		  sizeof(parser->inner_code));
	if (*parser->code == '\0')
		memcpy(parser->code, parser->inner_code, sizeof(parser->code));
	if (parser->begun)
		parser->inner = str_len(parser->joined);
	for (unsigned int i = 0; i < CODE_SIZE; i++)
		joined_append(parser, *p++);

	parser->lines_code[0] = '\0';
	if (*p == '-' && p[1] != '\0') {
		memcpy(parser->lines_code, parser->inner_code,
		       sizeof(parser->lines_code));
		joined_append(parser, ' ');
		for (p++; *p == ' '; p++) ;
		status = status_size(p, ' ');
		parser->lines_status = t_strndup(p, status);
	}
	parser->p = p;
}

/* p is at a code. Returns FALSE if it is an ordinary number. */
static bool parse_code(struct reply_parser *parser, bool quoted)
{
	const char *p = parser->p, *line;
	bool first = !parser->begun;

	if (!quoted && (line = continued_line(parser)) != NULL) {
		parser->p = line;
		return TRUE;
	}
	if (!first && (!is_failure_code(p) || is_counted(p)))
		return FALSE;
	/* a number at the very end is no reply behind another */
	if ((first || quoted || is_quoted(parser)) &&
	    (strchr(" -#:.,", p[CODE_SIZE]) != NULL ||
	     (*parser->code == '\0' && is_last(p + CODE_SIZE))) &&
	    !(p[CODE_SIZE] == ':' && joined_prev(parser) == ':')) {
		begin_reply(parser);
		return TRUE;
	}
	if (*parser->weak_code == '\0' && is_described(p))
		i_strocpy(parser->weak_code, t_strndup(p, CODE_SIZE),
			  sizeof(parser->weak_code));
	return FALSE;
}

static void parse_codes(struct reply_parser *parser)
{
	bool quoted = FALSE;

	while (*parser->p != '\0') {
		if (*parser->p == REPLY_QUOTE_MARK) {
			quoted = TRUE;
			parser->p++;
			continue;
		}
		if (is_code(parser->p, joined_prev(parser)) &&
		    parse_code(parser, quoted)) {
			quoted = FALSE;
			continue;
		}
		if (*parser->p != ' ')
			quoted = FALSE;
		joined_append(parser, *parser->p++);
	}
	if (*parser->code == '\0') {
		memcpy(parser->code, parser->weak_code, sizeof(parser->code));
		memcpy(parser->inner_code, parser->weak_code,
		       sizeof(parser->inner_code));
	}
}

/* Is there a word but those that stand for addresses and URLs? */
static bool has_words(const char *text)
{
	static const char *const masks[] = { "addr", "url", "ip" };
	const char *word;

	while (*text != '\0') {
		if ((unsigned char)*text >= 0x80)
			return TRUE;
		for (word = text; i_isalpha(*text); text++) ;
		if (text - word > 1) {
			unsigned int i;

			for (i = 0; i < N_ELEMENTS(masks); i++) {
				if (strncmp(word, masks[i], text - word) == 0)
					break;
			}
			if (i == N_ELEMENTS(masks))
				return TRUE;
		}
		if (text == word)
			text++;
	}
	return FALSE;
}

void bounce_reply_parse(const char *text, struct bounce_reply *reply_r)
{
	struct reply_wrapper wrapper;
	struct reply_parser parser;
	struct reply_mask mask;
	string_t *clean = t_str_new(512);
	const char *joined;

	reply_clean(text, clean);
	reply_unwrap(str_c(clean), &wrapper);

	i_zero(&parser);
	parser.p = str_c(wrapper.body);
	parser.joined = t_str_new(str_len(wrapper.body) + 1);
	parser.lines_status = "";
	parse_codes(&parser);
	joined = str_c(parser.joined);

	i_zero(&mask);
	mask.dest = t_str_new(str_len(parser.joined) + 1);
	mask.urls = t_str_new(128);
	reply_mask_append(&mask, joined, parser.inner);
	i_zero(reply_r);
	reply_r->inner = str_len(mask.dest);
	reply_mask_append(&mask, joined + parser.inner,
			  str_len(parser.joined) - parser.inner);
	if (str_len(mask.dest) > 0 &&
	    str_data(mask.dest)[str_len(mask.dest) - 1] == ' ')
		str_truncate(mask.dest, str_len(mask.dest) - 1);

	reply_r->text = str_c(mask.dest);
	reply_r->size = str_len(mask.dest);
	reply_r->inner = I_MIN(reply_r->inner, reply_r->size);
	reply_r->urls = t_strsplit_spaces(str_c(mask.urls), "\n");
	reply_r->has_words = *reply_r->urls != NULL ||
		has_words(reply_r->text);
	reply_r->code = t_strdup(parser.code);
	reply_r->inner_code = t_strdup(parser.inner_code);
	reply_r->status = find_status(joined, parser.inner);
	if (*reply_r->status == '\0')
		reply_r->status = find_status(joined, 0);
	reply_r->host = wrapper.host;
	reply_r->stage = wrapper.stage;
	reply_r->address = mask.address == NULL ? "" : mask.address;
}
