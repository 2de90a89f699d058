/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "dovecot-compat.h"
#include "array.h"
#include "hex-binary.h"
#include "istream.h"
#include "message-date.h"
#include "message-header-parser.h"
#include "str.h"
#include "unichar.h"
#include "bounce-limits.h"
#include "address-find.h"
#include "message-charset.h"
#include "report-dsn.h"

#include <ctype.h>

/* RFC 3463 2: subject and detail */
#define STATUS_DIGITS_MAX 3

/* What the fields of one group (RFC 3464: per-message or per-recipient) say */
struct dsn_group {
	bool recipient;		/* it has per-recipient fields */
	bool started;
	const char *final_recipient;
	const char *original_recipient;
	const char *actual_recipient;
	const char *action;
	const char *status;
	const char *remote_mta;
	const char *retry_until;
	string_t *diagnostic;
};

struct dsn_reader {
	struct report_dsn *dsn;
	pool_t pool;
	unsigned int max_recipients;
	struct dsn_group group;
	/* where a line that is no field belongs, or NULL */
	string_t *last;
};

enum dsn_field {
	DSN_FINAL_RECIPIENT,
	DSN_ORIGINAL_RECIPIENT,
	DSN_ACTUAL_RECIPIENT,
	DSN_ACTION,
	DSN_STATUS,
	DSN_REMOTE_MTA,
	DSN_DIAGNOSTIC,
	DSN_RETRY_UNTIL,
	DSN_REMARK,
	DSN_REPORTING_MTA,
	DSN_PER_MESSAGE
};

static const struct {
	const char *name;
	enum dsn_field field;
} dsn_fields[] = {
	/* RFC 3464 2.3 */
	{ "final-recipient", DSN_FINAL_RECIPIENT },
	{ "original-recipient", DSN_ORIGINAL_RECIPIENT },
	{ "action", DSN_ACTION },
	{ "status", DSN_STATUS },
	{ "remote-mta", DSN_REMOTE_MTA },
	{ "diagnostic-code", DSN_DIAGNOSTIC },
	{ "last-attempt-date", DSN_REMARK },
	{ "final-log-id", DSN_REMARK },
	{ "will-retry-until", DSN_RETRY_UNTIL },
	/* Sendmail, Exchange, Lotus, Coremail, PMDF and others */
	{ "x-actual-recipient", DSN_ACTUAL_RECIPIENT },
	{ "x-supplementary-info", DSN_DIAGNOSTIC },
	{ "x-display-name", DSN_REMARK },
	{ "x-notes-item", DSN_REMARK },
	{ "failure-reason", DSN_DIAGNOSTIC },
	{ "reason", DSN_DIAGNOSTIC },
	{ "localized-action", DSN_REMARK },
	{ "localized-diagnostic-code", DSN_DIAGNOSTIC },
	/* RFC 3464 2.2 */
	{ "reporting-mta", DSN_REPORTING_MTA },
	{ "reporting-ua", DSN_REPORTING_MTA },
	{ "original-envelope-id", DSN_PER_MESSAGE },
	{ "dsn-gateway", DSN_PER_MESSAGE },
	{ "received-from-mta", DSN_PER_MESSAGE },
	{ "arrival-date", DSN_PER_MESSAGE },
};

static bool dsn_field_find(const char *name, enum dsn_field *field_r)
{
	for (unsigned int i = 0; i < N_ELEMENTS(dsn_fields); i++) {
		if (strcasecmp(dsn_fields[i].name, name) == 0) {
			*field_r = dsn_fields[i].field;
			return TRUE;
		}
	}
	return FALSE;
}

/* A field's value without comments at its end: "failed (relayed)" */
static const char *first_word(const char *value)
{
	size_t len = strcspn(value, " \t;,(");

	return t_strdup_until(value, value + len);
}

/* xtext (RFC 3461 4), where it hides the "@"; embedded unicode
   (RFC 6533 3) */
static const char *address_decode(const char *value, const char *type)
{
	string_t *str;
	const char *p;

	if (strcmp(type, "utf-8") == 0 && strstr(value, "\\x{") != NULL) {
		str = t_str_new(strlen(value));
		for (p = value; *p != '\0'; p++) {
			char *end;
			unsigned long chr;

			if (!str_begins_with(p, "\\x{")) {
				str_append_c(str, *p);
				continue;
			}
			chr = strtoul(p + 3, &end, 16);
			if (*end != '}' || !uni_is_valid_ucs4(chr) || chr < 32)
				return value;
			uni_ucs4_to_utf8_c(chr, str);
			p = end;
		}
		return str_c(str);
	}
	if (strchr(value, '@') == NULL && strstr(value, "+40") != NULL) {
		str = t_str_new(strlen(value));
		for (p = value; *p != '\0'; p++) {
			if (*p == '+' && i_isxdigit(p[1]) && i_isxdigit(p[2]) &&
			    hex_to_binary(t_strndup(p + 1, 2), str) == 0)
				p += 2;
			else
				str_append_c(str, *p);
		}
		return str_c(str);
	}
	return value;
}

/* "Ann <a@example.com>": what many take for an address */
static const char *without_name(const char *value)
{
	const char *p = strchr(value, '<');

	return p != NULL && memchr(value, '@', p - value) == NULL &&
		strchr(p, '@') != NULL && value[strlen(value) - 1] == '>' ?
		p : value;
}

/* "a@example.com (Ann)": the comment is none of an address that has no quotes
   (RFC 822 3.1.4). A name in place of an address keeps it. */
static const char *without_comment(const char *value)
{
	const char *p = strchr(value, '(');

	if (p == NULL || p == value || (p[-1] != ' ' && p[-1] != '\t') ||
	    memchr(value, '@', p - value) == NULL ||
	    memchr(value, '"', p - value) != NULL)
		return value;
	return t_str_rtrim(t_strdup_until(value, p), " \t");
}

const char *report_dsn_address(const char *value, const char **type_r)
{
	const char *p = strchr(value, ';'), *only;

	*type_r = "";
	if (p != NULL && memchr(value, '@', p - value) == NULL) {
		*type_r = t_str_lcase(t_str_trim(t_strdup_until(value, p),
						 " \t"));
		value = p + 1;
	}
	value = t_str_trim(value, " \t'");
	/* quotes around it all, not those of a quoted local-part */
	if (*value == '"' && strlen(value) > 2 &&
	    value[strlen(value) - 1] == '"')
		value = t_strdup_until(value + 1, value + strlen(value) - 1);
	value = without_name(value);
	if (*value == '<' && strchr(value, '>') != NULL)
		value = t_strcut(value + 1, '>');
	else if (*value == '<')
		value++;
	value = address_decode(without_comment(value), *type_r);
	only = address_only(value);
	return only != NULL ? only : value;
}

/* "dns; mx.example.com [192.0.2.1]" */
static const char *mta_name(const char *value)
{
	const char *p = strchr(value, ';');

	if (p != NULL)
		value = p + 1;
	value = t_str_trim(value, " \t");
	return t_strdup_until(value, value + strcspn(value, " \t(,;"));
}

const char *report_dsn_status(const char *value)
{
	const char *p;
	size_t subject, detail;

	for (p = value; *p != '\0'; p++) {
		if ((*p != '2' && *p != '4' && *p != '5') || p[1] != '.' ||
		    (p > value && i_isalnum(p[-1])))
			continue;
		subject = strspn(p + 2, "0123456789");
		if (subject == 0 || subject > STATUS_DIGITS_MAX)
			continue;
		detail = p[2 + subject] != '.' ? 0 :
			strspn(p + 2 + subject + 1, "0123456789");
		if (detail == 0 || detail > STATUS_DIGITS_MAX)
			return t_strdup_until(p, p + 2 + subject);
		return t_strdup_until(p, p + 2 + subject + 1 + detail);
	}
	return "";
}

/* "5.7.1 (delivery not authorized)": a comment (RFC 822 3.1.4), or words
   behind the status */
static const char *status_comment(const char *value)
{
	const char *p = value + strspn(value, " 0123456789.");
	size_t len;

	if (*value < '2' || *value > '5' || value[1] != '.')
		return "";
	len = strlen(p);
	if (*p == '(' && p[len - 1] == ')')
		return t_strndup(p + 1, len - 2);
	return p;
}

static enum bounce_action
action_parse(const char *value, const char *status)
{
	static const struct {
		const char *name;
		enum bounce_action action;
	} actions[] = {
		{ "fail", BOUNCE_ACTION_FAILED },
		{ "error", BOUNCE_ACTION_FAILED },
		{ "undeliver", BOUNCE_ACTION_FAILED },
		{ "reject", BOUNCE_ACTION_FAILED },
		{ "delay", BOUNCE_ACTION_DELAYED },
		{ "defer", BOUNCE_ACTION_DELAYED },
		{ "deliver", BOUNCE_ACTION_DELIVERED },
		{ "success", BOUNCE_ACTION_DELIVERED },
		{ "relay", BOUNCE_ACTION_RELAYED },
		{ "expand", BOUNCE_ACTION_EXPANDED },
	};

	for (unsigned int i = 0; i < N_ELEMENTS(actions); i++) {
		if (strncasecmp(value, actions[i].name,
				strlen(actions[i].name)) == 0)
			return actions[i].action;
	}
	/* an action that RFC 3464 does not know: what the status says */
	switch (*status) {
	case '2':
		return BOUNCE_ACTION_DELIVERED;
	case '4':
	case '5':
		return BOUNCE_ACTION_FAILED;
	}
	return *value == '\0' ? BOUNCE_ACTION_UNKNOWN : BOUNCE_ACTION_FAILED;
}

static time_t date_parse(const char *value)
{
	time_t t;
	int tz;

	if (value == NULL ||
	    !message_date_parse((const unsigned char *)value, strlen(value),
				&t, &tz))
		return 0;
	return t;
}

static void group_end(struct dsn_reader *reader)
{
	struct dsn_group *group = &reader->group;
	struct bounce_recipient *rcpt;
	const char *type, *original = "", *address = "", *actual = "";

	reader->last = NULL;
	if (group->recipient &&
	    array_count(&reader->dsn->recipients) >= reader->max_recipients) {
		reader->dsn->truncated = TRUE;
		group->recipient = FALSE;
	}
	if (!group->recipient) {
		i_zero(group);
		return;
	}
	if (group->original_recipient != NULL)
		original = report_dsn_address(group->original_recipient, &type);
	if (group->actual_recipient != NULL)
		actual = report_dsn_address(group->actual_recipient, &type);
	if (group->final_recipient != NULL)
		address = report_dsn_address(group->final_recipient, &type);
	/* a file, a pipe or a bare name: the address that was written */
	if (strchr(address, '@') == NULL) {
		if (strchr(original, '@') != NULL)
			address = original;
		else if (strchr(actual, '@') != NULL)
			address = actual;
	}
	rcpt = bounce_recipient_add(&reader->dsn->recipients);
	rcpt->recipient = p_strdup(reader->pool, address);
	rcpt->original_recipient = p_strdup(reader->pool, original);
	rcpt->status = p_strdup(reader->pool, group->status == NULL ? "" :
				report_dsn_status(group->status));
	rcpt->action = action_parse(group->action == NULL ? "" : group->action,
				    rcpt->status);
	rcpt->remote_mta = p_strdup(reader->pool, group->remote_mta == NULL ?
				    "" : mta_name(group->remote_mta));
	rcpt->diagnostic = group->diagnostic == NULL ? "" :
		p_strdup(reader->pool, str_c(group->diagnostic));
	/* what else there is to read weighs more */
	rcpt->context = p_strdup(reader->pool, group->status == NULL ? "" :
				 status_comment(group->status));
	rcpt->retry_until = date_parse(group->retry_until);
	i_zero(group);
}

static void
group_append(struct dsn_reader *reader, string_t **dest, const char *value)
{
	if (*dest == NULL)
		*dest = t_str_new(256);
	else if (str_len(*dest) > 0)
		str_append_c(*dest, ' ');
	str_append(*dest, value);
	reader->last = *dest;
}

static void
dsn_reader_field(struct dsn_reader *reader, enum dsn_field field,
		 const char *value)
{
	struct dsn_group *group = &reader->group;

	/* the next recipient where the blank line is missing */
	if ((field == DSN_FINAL_RECIPIENT && group->final_recipient != NULL) ||
	    (field == DSN_ORIGINAL_RECIPIENT &&
	     group->original_recipient != NULL))
		group_end(reader);
	group->started = TRUE;
	reader->dsn->found = TRUE;
	reader->last = NULL;

	switch (field) {
	case DSN_FINAL_RECIPIENT:
		group->final_recipient = value;
		group->recipient = TRUE;
		break;
	case DSN_ORIGINAL_RECIPIENT:
		group->original_recipient = value;
		group->recipient = TRUE;
		break;
	case DSN_ACTUAL_RECIPIENT:
		group->actual_recipient = value;
		group->recipient = TRUE;
		break;
	case DSN_ACTION:
		group->action = first_word(value);
		group->recipient = TRUE;
		break;
	case DSN_STATUS:
		group->status = value;
		group->recipient = TRUE;
		break;
	case DSN_REMOTE_MTA:
		group->remote_mta = value;
		break;
	case DSN_DIAGNOSTIC:
		group_append(reader, &group->diagnostic, value);
		break;
	case DSN_RETRY_UNTIL:
		group->retry_until = value;
		break;
	case DSN_REMARK:
		break;
	case DSN_REPORTING_MTA:
		if (*reader->dsn->reporting_mta == '\0')
			reader->dsn->reporting_mta =
				p_strdup(reader->pool, mta_name(value));
		break;
	case DSN_PER_MESSAGE:
		break;
	}
}

static void
dsn_reader_line(struct dsn_reader *reader,
		const struct message_header_line *hdr)
{
	enum dsn_field field;
	bool known = hdr->name_len > 0 && dsn_field_find(hdr->name, &field);
	string_t *value;
	const char *str;

	if (!known && reader->last == NULL)
		return;
	value = t_str_new(hdr->full_value_len + 1);
	message_charset_decode_header(hdr->full_value, hdr->full_value_len,
				      value);
	str = t_str_trim(str_c(value), " \t");
	if (known) {
		dsn_reader_field(reader, field, str);
	} else {
		/* a line that lost its folding, perhaps with a colon in it */
		if (hdr->name_len > 0 &&
		    str_begins_with(t_str_lcase(hdr->name), "x-")) {
			reader->last = NULL;
			return;
		}
		str_append_c(reader->last, ' ');
		if (hdr->name_len > 0)
			str_printfa(reader->last, "%s: ", hdr->name);
		str_append(reader->last, str);
	}
}

void report_dsn_read(struct report_dsn *dsn_r, const char *text,
		     unsigned int max_recipients, pool_t pool)
{
	struct message_header_parser_ctx *parser;
	struct message_header_line *hdr;
	unsigned int lines = 0;
	struct istream *input;
	struct dsn_reader reader;

	i_zero(dsn_r);
	p_array_init(&dsn_r->recipients, pool, 4);
	dsn_r->reporting_mta = "";

	i_zero(&reader);
	reader.dsn = dsn_r;
	reader.pool = pool;
	reader.max_recipients = max_recipients;

	input = i_stream_create_from_data(text, strlen(text));
	/* each group is a header of its own */
	while (!dsn_r->truncated && !i_stream_read_eof(input)) {
		parser = message_parse_header_init(input, NULL,
			MESSAGE_HEADER_PARSER_FLAG_SKIP_INITIAL_LWSP |
			MESSAGE_HEADER_PARSER_FLAG_CLEAN_ONELINE);
		while (message_parse_header_next(parser, &hdr) > 0) {
			if (++lines > BOUNCE_LIMIT_STATUS_LINES) {
				dsn_r->truncated = TRUE;
				break;
			}
			if (hdr->continues)
				hdr->use_full_value = TRUE;
			else if (!hdr->eoh)
				dsn_reader_line(&reader, hdr);
		}
		message_parse_header_deinit(&parser);
		group_end(&reader);
	}
	i_stream_unref(&input);
}

/* The end of the line that begins there */
static const char *line_end(const char *p, const char *end)
{
	const char *eol = memchr(p, '\n', end - p);

	return eol == NULL ? end : eol;
}

const char *
report_dsn_find(const char *text, size_t size, const char **end_r)
{
	const char *p = text, *end = text + size, *eol;
	const char *start = NULL, *last = NULL;
	unsigned int fields = 0;
	enum dsn_field field;

	while (p < end) {
		eol = line_end(p, end);
		const char *colon = memchr(p, ':', eol - p);
		if (colon != NULL && colon - p < 32) {
			const char *name = t_strdup_until(p, colon);

			if (dsn_field_find(name, &field) &&
			    field != DSN_REMARK &&
			    strcasecmp(name, "reason") != 0 &&
			    strcasecmp(name, "status") != 0) {
				if (start == NULL)
					start = p;
				last = eol;
				if (field == DSN_FINAL_RECIPIENT ||
				    field == DSN_ACTION ||
				    field == DSN_REPORTING_MTA ||
				    field == DSN_DIAGNOSTIC)
					fields++;
			}
		}
		p = eol == end ? eol : eol + 1;
	}
	if (fields < 2)
		return NULL;
	/* what is folded below the last field is still its own */
	while (last + 1 < end && (last[1] == ' ' || last[1] == '\t'))
		last = line_end(last + 1, end);
	*end_r = last;
	return start;
}
