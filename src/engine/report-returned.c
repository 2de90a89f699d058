/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "bounce-limits.h"
#include "message-address.h"
#include "message-charset.h"
#include "message-read.h"
#include "report-returned.h"

#include <ctype.h>

/* RFC 5646, 4.4.1 */
#define LANGUAGE_TAG_MAX 35

static const char *const no_strings[] = { NULL };

const struct bounce_returned bounce_returned_nothing = {
	.message_id = "",
	.subject = "",
	.from = "",
	.to = "",
	.date = "",
	.language = "",
	.recipients = no_strings,
	.passed_on = no_strings,
	.received = no_strings,
	.references = "",
};

/* Bare addresses of all fields with these names, NULL-terminated */
static const char *const *
field_addresses(const struct bounce_message *msg, const char *const *names,
		unsigned int max, pool_t pool)
{
	const struct bounce_part *top = bounce_message_top(msg);
	ARRAY_TYPE(const_string) addresses;
	const struct bounce_field *field;
	struct message_address *addr;
	const char *address;

	p_array_init(&addresses, pool, 4);
	for (; *names != NULL; names++) {
		array_foreach(&top->fields, field) {
			if (strcmp(field->name, *names) != 0)
				continue;
			addr = message_address_parse(pool_datastack_create(),
				(const unsigned char *)field->value,
				strlen(field->value), max, 0);
			for (; addr != NULL; addr = addr->next) {
				if (addr->mailbox == NULL ||
				    addr->domain == NULL ||
				    *addr->mailbox == '\0' ||
				    *addr->domain == '\0' ||
				    array_count(&addresses) == max)
					continue;
				address = p_strdup_printf(pool, "%s@%s",
					addr->mailbox, addr->domain);
				array_push_back(&addresses, &address);
			}
		}
	}
	array_append_zero(&addresses);
	return array_front(&addresses);
}

static const char *const *
returned_received(const struct bounce_message *msg, pool_t pool)
{
	const struct bounce_part *top = bounce_message_top(msg);
	ARRAY_TYPE(const_string) received;
	const struct bounce_field *field;
	const char *value;

	p_array_init(&received, pool, 8);
	array_foreach(&top->fields, field) {
		if (strcmp(field->name, "received") != 0)
			continue;
		if (array_count(&received) == BOUNCE_LIMIT_RECEIVED)
			break;
		value = p_strdup(pool, field->value);
		array_push_back(&received, &value);
	}
	array_append_zero(&received);
	return array_front(&received);
}

bool report_returned_is_automatic(const char *auto_submitted,
				  const char *return_path)
{
	/* all values but "no" tell of a program */
	if (auto_submitted != NULL && *auto_submitted != '\0' &&
	    strcasecmp(t_str_trim(t_strcut(t_strcut(auto_submitted, ';'), '('),
				  " \t"), "no") != 0)
		return TRUE;
	return return_path != NULL &&
		strcmp(t_str_trim(return_path, " \t"), "<>") == 0;
}

/* Language that the letters show where no field names one */
static const char *script_language(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned int han = 0;
	unichar_t chr;

	while (*p != '\0') {
		int len = uni_utf8_get_char((const char *)p, &chr);
		if (len <= 0)
			break;
		p += len;
		if (chr >= 0x3041 && chr <= 0x30ff)
			return "ja";
		if (chr >= 0xac00 && chr <= 0xd7a3)
			return "ko";
		if (chr >= 0x0410 && chr <= 0x044f)
			return "ru";
		if (chr >= 0x4e00 && chr <= 0x9fff)
			han++;
	}
	return han > 0 ? "zh-CN" : "";
}

/* The first language of a field, "" for none */
static const char *language_tag(const char *value)
{
	size_t size = 0;

	value += strspn(value, " \t");
	while (i_isalnum(value[size]) || value[size] == '-')
		size++;
	return size > LANGUAGE_TAG_MAX ? "" : t_strndup(value, size);
}

static const char *
returned_language(const struct bounce_message *msg, const char *subject)
{
	const struct bounce_part *part;
	const char *value, *charset_language = "";

	value = bounce_message_field(msg, "content-language");
	if (value == NULL)
		value = bounce_message_field(msg, "accept-language");
	value = value == NULL ? "" : language_tag(value);
	if (*value != '\0') {
		/* every Western client sends en-US without being asked */
		if (strncasecmp(value, "en", 2) != 0)
			return value;
	}
	array_foreach_elem(&msg->parts, part) {
		if (*charset_language == '\0')
			charset_language =
				message_charset_language(part->charset);
	}
	if (*charset_language != '\0')
		return charset_language;
	return script_language(subject);
}

void report_returned_read(struct bounce_returned *returned_r,
			  const struct bounce_message *msg, pool_t pool)
{
	static const char *const from[] = { "from", NULL };
	static const char *const to[] = { "to", "cc", NULL };
	static const char *const passed_on[] = {
		"x-sieve-redirected-from", "delivered-to", "x-original-to",
		"resent-from", NULL
	};
	const char *value;

	*returned_r = bounce_returned_nothing;
	if (msg == NULL)
		return;

	returned_r->header = array_count(&bounce_message_top(msg)->fields) > 1;
	value = bounce_message_field(msg, "message-id");
	if (value != NULL)
		returned_r->message_id = p_strdup(pool, value);
	value = bounce_message_field(msg, "subject");
	if (value != NULL)
		returned_r->subject = p_strdup(pool, value);
	value = bounce_message_field(msg, "date");
	if (value != NULL)
		returned_r->date = p_strdup(pool, value);
	T_BEGIN {
		value = field_addresses(msg, from, 1, pool)[0];
		returned_r->from = value == NULL ? "" : value;
		returned_r->recipients = field_addresses(
			msg, to, BOUNCE_LIMIT_ADDRESSES, pool);
		returned_r->to = p_strdup(pool,
			t_strarray_join(returned_r->recipients, ", "));
		returned_r->passed_on = field_addresses(
			msg, passed_on, BOUNCE_LIMIT_ADDRESSES, pool);
		returned_r->received = returned_received(msg, pool);
		returned_r->automatic = report_returned_is_automatic(
			bounce_message_field(msg, "auto-submitted"),
			bounce_message_field(msg, "return-path"));
		value = bounce_message_field(msg, "references");
		returned_r->references = value == NULL ? "" :
			p_strdup(pool, value);
		returned_r->language = p_strdup(pool,
			returned_language(msg, returned_r->subject));
	} T_END;
}

bool report_returned_is_mail(const struct bounce_message *msg)
{
	static const char *const others[] = {
		"to", "subject", "date", "message-id", "received",
	};

	if (bounce_message_field(msg, "from") == NULL)
		return FALSE;
	for (unsigned int i = 0; i < N_ELEMENTS(others); i++) {
		if (bounce_message_field(msg, others[i]) != NULL)
			return TRUE;
	}
	return FALSE;
}
