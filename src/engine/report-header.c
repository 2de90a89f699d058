/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "message-read.h"
#include "text-fold.h"
#include "report-header.h"

/* Fields that are long and say nothing of the kind */
static const char *const bulky_fields[] = {
	"received", "authentication-results", "received-spf", "x-spam-report",
	"x-received", "references",
};

static bool field_is_bulky(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(bulky_fields); i++) {
		if (strcmp(bulky_fields[i], name) == 0)
			return TRUE;
	}
	return FALSE;
}

/* Path = "<" [...] ">" (RFC 5321 4.1.2); programs leave the brackets out */
static bool path_is_null(const char *path)
{
	path = t_str_trim(path, " \t");
	return strcmp(path, "<>") == 0 ||
		strncasecmp(path, "<mailer-daemon>", 15) == 0;
}

void report_header_read(struct report_header *header_r,
			const struct bounce_message *msg,
			const char *envelope_sender,
			const struct bounce_rules *rules, pool_t pool)
{
	const struct bounce_part *top = bounce_message_top(msg);
	const struct bounce_field *field;
	const struct bounce_marker *marker;
	ARRAY_TYPE(bounce_marker) markers;
	const char *value;
	string_t *text, *folded;

	i_zero(header_r);
	header_r->report_type = "";
	bounce_formats_init(&header_r->formats, rules, pool);

	value = bounce_message_field(msg, "return-path");
	if (envelope_sender != NULL)
		header_r->null_sender = *envelope_sender == '\0';
	else
		header_r->null_sender = value != NULL && path_is_null(value);
	value = bounce_message_field(msg, "auto-submitted");
	header_r->auto_replied = value != NULL &&
		strncasecmp(value, "auto-replied", 12) == 0;
	if (strcmp(top->content_type, "multipart/report") == 0) T_BEGIN {
		value = bounce_content_type_param(
			bounce_message_field(msg, "content-type"),
			"report-type");
		/* without it, the usual one */
		header_r->report_type = value == NULL ? "delivery-status" :
			str_lcase(p_strdup(pool, value));
	} T_END;

	T_BEGIN {
		text = t_str_new(2048);
		array_foreach(&top->fields, field) {
			if (field_is_bulky(field->name))
				continue;
			if (str_len(text) >= BOUNCE_LIMIT_HEADER_SCAN_SIZE)
				break;
			str_append(text, field->name);
			str_append(text, ": ");
			str_append_max(text, field->value,
				       BOUNCE_LIMIT_FIELD_SCAN_SIZE);
			str_append_c(text, '\n');
		}
		folded = t_str_new(str_len(text) + 1);
		text_fold(str_c(text), str_len(text), folded, NULL);
		t_array_init(&markers, 16);
		bounce_markers_scan(rules, BOUNCE_PLACE_HEADER, str_c(folded),
				    str_len(folded), &markers);
		bounce_formats_identify(&header_r->formats, &markers);
		array_foreach(&markers, marker)
			header_r->roles |= REPORT_ROLE(marker->pattern->role);
	} T_END;
}

bool report_header_is_telling(const struct report_header *header)
{
	return *header->report_type != '\0' ||
		(header->roles & (REPORT_ROLE(BOUNCE_ROLE_CANDIDATE) |
				  REPORT_ROLE(BOUNCE_ROLE_IDENTIFY) |
				  REPORT_ROLE(BOUNCE_ROLE_FAILURE) |
				  REPORT_ROLE(BOUNCE_ROLE_DELAY) |
				  REPORT_ROLE(BOUNCE_ROLE_MDN) |
				  REPORT_ROLE(BOUNCE_ROLE_FEEDBACK))) != 0;
}

bool report_header_is_candidate(const struct report_header *header)
{
	return header->null_sender || report_header_is_telling(header);
}
