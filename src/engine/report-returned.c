/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "unichar.h"
#include "message-address.h"
#include "message-charset.h"
#include "message-read.h"
#include "report-returned.h"

#define RETURNED_MAX_ADDRESSES 50

static const char *
field_addresses(const struct bounce_message *msg, const char *const *names,
		unsigned int max, pool_t pool)
{
	string_t *str = t_str_new(128);

	for (; *names != NULL; names++) {
		const char *value = bounce_message_field(msg, *names);
		struct message_address *addr;

		if (value == NULL)
			continue;
		addr = message_address_parse(pool_datastack_create(),
			(const unsigned char *)value, strlen(value),
			RETURNED_MAX_ADDRESSES, 0);
		for (; addr != NULL && max > 0; addr = addr->next) {
			if (addr->mailbox == NULL || addr->domain == NULL ||
			    *addr->mailbox == '\0' || *addr->domain == '\0')
				continue;
			if (str_len(str) > 0)
				str_append(str, ", ");
			str_printfa(str, "%s@%s", addr->mailbox, addr->domain);
			max--;
		}
	}
	return p_strdup(pool, str_c(str));
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

static const char *
returned_language(const struct bounce_message *msg, const char *subject)
{
	const struct bounce_part *part;
	const char *value, *charset_language = "";

	value = bounce_message_field(msg, "content-language");
	if (value == NULL)
		value = bounce_message_field(msg, "accept-language");
	if (value != NULL && *value != '\0') {
		value = t_str_trim(t_strcut(t_strcut(value, ','), ';'), " \t");
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
	const char *value;

	i_zero(returned_r);
	returned_r->message_id = returned_r->subject = returned_r->from = "";
	returned_r->to = returned_r->date = returned_r->language = "";
	if (msg == NULL)
		return;

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
		returned_r->from = field_addresses(msg, from, 1, pool);
		returned_r->to = field_addresses(msg, to,
						 RETURNED_MAX_ADDRESSES, pool);
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
