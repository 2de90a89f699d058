/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "dovecot-compat.h"
#include "array.h"
#include "str.h"
#include "bounce-classify.h"
#include "report-dsn.h"
#include "report-json.h"
#include "marker-scan.h"
#include "report-lines.h"
#include "report-returned.h"
#include "report-parts.h"

/* RFC 2046 5.1.1 */
#define BOUNDARY_MAX_SIZE 70

struct parts_finder {
	struct report_parts *parts;
	const struct bounce_rules *rules;
	struct bounce_limits *limits;
	pool_t pool;
	string_t *status;
	/* fields that stood among words, or in a file of no known type */
	string_t *untyped_status;
	string_t *words;
	string_t *html_words;
	/* so much of the words was looked at, and whether the returned message
	   begins there; where it begins in that text */
	size_t words_seen;
	bool words_returned;
	const char *returned_text;
	size_t returned_at;
	/* parts are being read that only a text shows */
	bool mended;
};

static bool type_is_delivery_status(const char *type)
{
	return str_begins_with(type, "message/delivery-status") ||
		strcmp(type, "message/global-delivery-status") == 0 ||
		strcmp(type, "message/deliverystatus") == 0;
}

static bool type_is_returned_header(const char *type)
{
	return strcmp(type, "text/rfc822-headers") == 0 ||
		strcmp(type, "text/rfc822-header") == 0 ||
		strcmp(type, "text/rfc822") == 0 ||
		strcmp(type, "message/rfc822-headers") == 0 ||
		strcmp(type, "message/global-headers") == 0 ||
		strcmp(type, "message/global") == 0 ||
		strcmp(type, "message/rfc822") == 0;
}

static bool part_is_message_file(const struct bounce_part *part)
{
	size_t len = strlen(part->filename);

	return len > 4 &&
		strcasecmp(part->filename + len - 4, ".eml") == 0;
}

/* Is there another text in the same multipart/alternative? */
static bool
part_has_plain_alternative(const struct bounce_message *msg,
			   const struct bounce_part *part)
{
	const struct bounce_part *other;

	if (part->parent == NULL ||
	    strcmp(part->parent->content_type, "multipart/alternative") != 0)
		return FALSE;
	array_foreach_elem(&msg->parts, other) {
		if (other != part && other->parent == part->parent &&
		    !other->html && *other->text != '\0')
			return TRUE;
	}
	return FALSE;
}

static void
finder_add_message(struct parts_finder *finder,
		   const struct bounce_message *msg)
{
	struct report_parts *parts = finder->parts;

	array_push_back(&parts->messages, &msg);
	if (parts->returned == NULL)
		parts->returned = msg;
}

static struct bounce_message *
finder_parse(struct parts_finder *finder, const char *text)
{
	while (*text == '\n' || *text == ' ')
		text++;
	return bounce_message_parse(text, strlen(text), finder->limits,
				    finder->pool);
}

/* Returns FALSE where the text is none. */
static bool
finder_parse_message(struct parts_finder *finder, const char *text)
{
	const struct bounce_message *msg = finder_parse(finder, text);

	if (!report_returned_is_mail(msg))
		return FALSE;
	finder_add_message(finder, msg);
	return TRUE;
}

/* Some put a MIME part with a header of its own where the fields belong. */
static void
finder_add_status(struct parts_finder *finder, string_t *dest, const char *text)
{
	const struct bounce_message *msg;
	const struct bounce_part *part;

	text += strspn(text, "\n ");
	if (strncasecmp(text, "content-", 8) != 0) {
		str_append(dest, text);
		str_append(dest, "\n\n");
		return;
	}
	msg = finder_parse(finder, text);
	array_foreach_elem(&msg->parts, part) {
		str_append(dest, part->text);
		str_append(dest, "\n\n");
	}
}

/* Has the returned message begun in the words so far? */
static bool finder_words_returned(struct parts_finder *finder)
{
	const char *words = str_c(finder->words) + finder->words_seen;

	if (!finder->words_returned && *words != '\0') {
		finder->words_returned =
			report_lines_returned(words, finder->rules) <
			strlen(words);
		finder->words_seen = str_len(finder->words);
	}
	return finder->words_returned;
}

/* Where in a text the returned message begins, which may have begun in an
   earlier one. It is asked only where something stands in the text that would
   count otherwise. */
static size_t finder_returned(struct parts_finder *finder, const char *text)
{
	if (finder->returned_text != text) T_BEGIN {
		finder->returned_text = text;
		finder->returned_at = finder_words_returned(finder) ? 0 :
			report_lines_returned(text, finder->rules);
	} T_END;
	return finder->returned_at;
}

/* Is that place of a text in the returned message? */
static bool
finder_is_returned(struct parts_finder *finder, const char *text,
		   const char *place)
{
	return finder_returned(finder, text) < (size_t)(place - text);
}

/* Fields of a delivery status where words were announced: the words around
   them stay words */
static void
finder_add_words(struct parts_finder *finder, string_t *dest, const char *text)
{
	const char *start, *end;

	start = report_dsn_find(text, strlen(text), &end);
	if (start != NULL && finder_is_returned(finder, text, end)) {
		start = report_dsn_find(text, finder_returned(finder, text),
					&end);
	}
	if (start == NULL) {
		str_append(dest, text);
	} else {
		str_append_data(dest, text, start - text);
		str_append_c(dest, '\n');
		str_append(dest, end);
		str_append_data(finder->untyped_status, start, end - start);
		str_append(finder->untyped_status, "\n\n");
	}
	str_append_c(dest, '\n');
}

/* The boundary of MIME parts that a text shows, because its header does not
   name it or there is no header that could; NULL for none. *place_r is where
   it shows it. */
static const char *shown_boundary(const char *text, const char **place_r)
{
	const char *p = text, *eol;

	for (; *p != '\0'; p = *eol == '\0' ? eol : eol + 1) {
		size_t size = strcspn(p, " \t\n\"\\");

		eol = p + strcspn(p, "\n");
		if (str_begins_with(p, "--") && p + size == eol &&
		    size > 2 && size <= 2 + BOUNDARY_MAX_SIZE &&
		    strncasecmp(eol, "\ncontent-", 9) == 0) {
			*place_r = p;
			return t_strdup_until(p + 2, eol);
		}
	}
	return NULL;
}

static void
finder_part(struct parts_finder *finder, const struct bounce_message *msg,
	    const struct bounce_part *part);

static void
finder_words(struct parts_finder *finder, const struct bounce_part *part)
{
	const struct bounce_message *msg;
	const struct bounce_part *shown;
	const char *place, *boundary = finder->mended ? NULL :
		shown_boundary(part->text, &place);

	if (boundary == NULL ||
	    finder_is_returned(finder, part->text, place)) {
		finder_add_words(finder, finder->words, part->text);
		return;
	}
	msg = finder_parse(finder, t_strdup_printf(
		"Content-Type: multipart/mixed; boundary=\"%s\"\n\n%s",
		boundary, part->text));
	finder->mended = TRUE;
	array_foreach_elem(&msg->parts, shown) {
		if (shown == bounce_message_top(msg))
			finder_add_words(finder, finder->words, shown->text);
		else
			finder_part(finder, msg, shown);
	}
	finder->mended = FALSE;
}

static bool
part_has_parts(const struct bounce_message *msg, const struct bounce_part *part)
{
	const struct bounce_part *other;

	array_foreach_elem(&msg->parts, other) {
		if (other->parent == part)
			return TRUE;
	}
	return FALSE;
}

/* A file of no known type: a message, a status, or nothing for us */
static void
finder_file(struct parts_finder *finder, const struct bounce_part *part)
{
	const char *start, *end;

	if (finder_parse_message(finder, part->text))
		return;
	start = report_dsn_find(part->text, strlen(part->text), &end);
	if (start != NULL) {
		finder_add_status(finder, finder->untyped_status,
				  t_strdup_until(start, end));
	}
}

static bool
part_is_returned(const struct bounce_part *part)
{
	/* a returned header in place of the part's own */
	return bounce_fields_find(&part->fields, "from") != NULL &&
		(bounce_fields_find(&part->fields, "message-id") != NULL ||
		 bounce_fields_find(&part->fields, "received") != NULL ||
		 bounce_fields_find(&part->fields, "subject") != NULL);
}

static void
finder_returned_part(struct parts_finder *finder,
		     const struct bounce_part *part)
{
	struct bounce_message *msg =
		p_new(finder->pool, struct bounce_message, 1);

	p_array_init(&msg->parts, finder->pool, 1);
	array_push_back(&msg->parts, &part);
	finder_add_message(finder, msg);
}

static bool
finder_json(struct parts_finder *finder, const struct bounce_part *part)
{
	const char *type = part->content_type, *json;

	if (finder->parts->json != NULL ||
	    (*type != '\0' && !str_begins_with(type, "text/") &&
	     strcmp(type, "application/json") != 0))
		return FALSE;
	json = report_json_find(part->text);
	if (json == NULL || finder_is_returned(finder, part->text, json))
		return FALSE;
	finder->parts->json = json;
	return TRUE;
}

static void
finder_part(struct parts_finder *finder, const struct bounce_message *msg,
	    const struct bounce_part *part)
{
	struct report_parts *parts = finder->parts;
	const char *type = part->content_type;

	if (part->message != NULL && part_is_returned(part) &&
	    !report_returned_is_mail(part->message)) {
		/* no blank line between the part's header and the message's */
		finder_returned_part(finder, part);
	} else if (part->message != NULL) {
		finder_add_message(finder, part->message);
	} else if (type_is_delivery_status(type)) {
		parts->delivery_status_part = TRUE;
		finder_add_status(finder, finder->status, part->text);
	} else if (strcmp(type, "message/disposition-notification") == 0 ||
		   strcmp(type,
			  "message/global-disposition-notification") == 0) {
		parts->disposition = part;
	} else if (strcmp(type, "message/feedback-report") == 0) {
		parts->feedback = part;
	} else if (type_is_returned_header(type) ||
		   part_is_message_file(part)) {
		(void)finder_parse_message(finder, part->text);
	} else if (part != bounce_message_top(msg) && part_is_returned(part)) {
		finder_returned_part(finder, part);
	} else if (finder_json(finder, part)) {
		/* no words for people */
	} else if (part->multipart && part_has_parts(msg, part)) {
		/* preamble and epilogue */
	} else if (part->html && part_has_plain_alternative(msg, part)) {
		finder_add_words(finder, finder->html_words, part->text);
	} else if (part->multipart || *type == '\0' ||
		   str_begins_with(type, "text/") ||
		   str_begins_with(type, "message/") ||
		   str_begins_with(type, "multipart/")) {
		finder_words(finder, part);
	} else if (strcmp(type, "application/octet-stream") == 0) {
		finder_file(finder, part);
	}
}

void report_parts_find(struct report_parts *parts_r,
		       const struct bounce_message *msg,
		       const struct bounce_rules *rules,
		       struct bounce_limits *inner_limits, pool_t pool)
{
	struct parts_finder finder = {
		.parts = parts_r,
		.rules = rules,
		.limits = inner_limits,
		.pool = pool,
	};
	const struct bounce_part *part;

	i_zero(parts_r);
	p_array_init(&parts_r->messages, pool, 2);
	T_BEGIN {
		finder.status = t_str_new(1024);
		finder.untyped_status = t_str_new(64);
		finder.words = t_str_new(1024);
		finder.html_words = t_str_new(64);
		array_foreach_elem(&msg->parts, part)
			finder_part(&finder, msg, part);
		if (!parts_r->delivery_status_part)
			str_append_str(finder.status, finder.untyped_status);
		if (str_len(finder.status) > 0) {
			parts_r->delivery_status =
				p_strdup(pool, str_c(finder.status));
		}
		parts_r->words = p_strdup(pool, str_c(finder.words));
		parts_r->html_words = p_strdup(pool, str_c(finder.html_words));
	} T_END;
}
