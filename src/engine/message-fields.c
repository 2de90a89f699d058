/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "rfc822-parser.h"
#include "rfc2231-parser.h"
#include "message-charset.h"
#include "message-fields.h"
#include "message-read.h"

const struct bounce_part *
bounce_message_top(const struct bounce_message *msg)
{
	return array_idx_elem(&msg->parts, 0);
}

const char *
bounce_fields_find(const ARRAY_TYPE(bounce_field) *fields, const char *name)
{
	const struct bounce_field *field;

	array_foreach(fields, field) {
		if (strcmp(field->name, name) == 0)
			return field->value;
	}
	return NULL;
}

const char *
bounce_message_field(const struct bounce_message *msg, const char *name)
{
	return bounce_fields_find(&bounce_message_top(msg)->fields, name);
}

const char *message_content_type_parse(const char *value,
				       const char *const **params_r)
{
	struct rfc822_parser_context parser;
	string_t *type = t_str_new(64);

	*params_r = NULL;
	rfc822_parser_init(&parser, (const unsigned char *)value,
			   strlen(value), NULL);
	rfc822_skip_lwsp(&parser);
	if (rfc822_parse_content_type(&parser, type) >= 0)
		rfc2231_parse(&parser, params_r);
	rfc822_parser_deinit(&parser);
	return str_lcase(str_c_modifiable(type));
}

const char *message_params_find(const char *const *params, const char *name)
{
	for (; params != NULL && *params != NULL; params += 2) {
		if (strcasecmp(params[0], name) == 0)
			return params[1];
	}
	return NULL;
}

const char *bounce_content_type_param(const char *value, const char *name)
{
	const char *const *params;

	if (value == NULL)
		return NULL;
	(void)message_content_type_parse(value, &params);
	return message_params_find(params, name);
}

const char *message_disposition_filename(const char *value)
{
	const char *name =
		bounce_content_type_param(t_strconcat("a/", value, NULL),
					  "filename");

	return name == NULL ? "" : name;
}

bool message_field_is_signature(const char *name)
{
	static const char *const names[] = {
		"dkim-signature", "domainkey-signature", "arc-seal",
		"arc-message-signature", "arc-authentication-results",
		"x-google-dkim-signature", "x-gm-message-state",
	};

	if (strchr("dDaAxX", name[0]) == NULL)
		return FALSE;
	for (unsigned int i = 0; i < N_ELEMENTS(names); i++) {
		if (strcasecmp(names[i], name) == 0)
			return TRUE;
	}
	return FALSE;
}

const char *message_field_value(pool_t pool, const unsigned char *data,
				size_t size)
{
	string_t *value;

	for (size_t i = 0; i < size; i++) {
		if (data[i] >= 0x80 || data[i] == '\0' || data[i] == '\033' ||
		    (data[i] == '=' && i + 1 < size && data[i + 1] == '?')) {
			value = t_str_new(size + 16);
			message_charset_decode_header(data, size, value);
			return p_strdup(pool,
					t_str_trim(str_c(value), " \t"));
		}
	}
	while (size > 0 && (*data == ' ' || *data == '\t')) {
		data++;
		size--;
	}
	while (size > 0 && (data[size - 1] == ' ' || data[size - 1] == '\t'))
		size--;
	return p_strndup(pool, data, size);
}
