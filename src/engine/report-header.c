/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "message-parser.h"
#include "bounce-classify.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "explained-message.h"
#include "message-fields.h"
#include "message-input.h"
#include "message-read.h"
#include "text-fold.h"
#include "report-header.h"

/* What is collected of a header while its fields come by */
struct header_reader {
	struct report_header *header;
	const struct bounce_rules *rules;
	pool_t pool;
	const char *envelope_sender;
	/* the fields that patterns look at, a line each */
	string_t *text;
	/* of a field that is there twice the first one counts */
	bool return_path, auto_submitted, content_type;
};

/* Path = "<" [...] ">" (RFC 5321 4.1.2); programs leave the brackets out */
static bool path_is_null(const char *path)
{
	path = t_str_trim(path, " \t");
	return strcmp(path, "<>") == 0 ||
		strncasecmp(path, "<mailer-daemon>", 15) == 0;
}

static void
header_reader_init(struct header_reader *reader, struct report_header *header,
		   const char *envelope_sender,
		   const struct bounce_rules *rules, pool_t pool)
{
	i_zero(header);
	header->report_type = "";
	header->null_sender = envelope_sender != NULL &&
		*envelope_sender == '\0';

	i_zero(reader);
	reader->header = header;
	reader->rules = rules;
	reader->pool = pool;
	reader->envelope_sender = envelope_sender;
	/* it grows in data stack frames of others */
	reader->text = str_new(default_pool, 1024);
}

/* RFC 6522 3 */
static const char *report_type(const char *content_type, pool_t pool)
{
	const char *const *params, *type;

	/* most are not even parsed */
	if (strstr(t_str_lcase(content_type), "report") == NULL ||
	    strcmp(message_content_type_parse(content_type, &params),
		   "multipart/report") != 0)
		return "";
	type = message_params_find(params, "report-type");
	/* without it, the usual one */
	return type == NULL ? "delivery-status" :
		str_lcase(p_strdup(pool, type));
}

/* Does the field say something beside the words that patterns know? */
static bool
field_is_known(const struct header_reader *reader, const char *name)
{
	switch (name[0]) {
	case 'a':
	case 'A':
		return !reader->auto_submitted &&
			strcasecmp(name, "auto-submitted") == 0;
	case 'c':
	case 'C':
		return !reader->content_type &&
			strcasecmp(name, "content-type") == 0;
	case 'r':
	case 'R':
		return !reader->return_path &&
			strcasecmp(name, "return-path") == 0;
	default:
		return FALSE;
	}
}

static bool
header_reader_wants(const struct header_reader *reader, const char *name)
{
	if (field_is_known(reader, name))
		return TRUE;
	return str_len(reader->text) < BOUNCE_LIMIT_HEADER_SCAN_SIZE &&
		bounce_rules_has_field(reader->rules, name);
}

/* A field that is wanted; its value is decoded, on one line. */
static void
header_reader_add(struct header_reader *reader, const char *name,
		  const char *value)
{
	struct report_header *header = reader->header;

	name = t_str_lcase(name);
	if (strcmp(name, "return-path") == 0 && !reader->return_path) {
		reader->return_path = TRUE;
		if (reader->envelope_sender == NULL)
			header->null_sender = path_is_null(value);
	} else if (strcmp(name, "auto-submitted") == 0 &&
		   !reader->auto_submitted) {
		reader->auto_submitted = TRUE;
		header->auto_replied =
			strncasecmp(value, "auto-replied", 12) == 0;
	} else if (strcmp(name, "content-type") == 0 &&
		   !reader->content_type) {
		reader->content_type = TRUE;
		header->explained = explained_content_type(value);
		header->report_type = report_type(value, reader->pool);
	}
	if (str_len(reader->text) >= BOUNCE_LIMIT_HEADER_SCAN_SIZE)
		return;
	str_append(reader->text, name);
	str_append(reader->text, ": ");
	str_append_max(reader->text, value, BOUNCE_LIMIT_FIELD_SCAN_SIZE);
	str_append_c(reader->text, '\n');
}

static void
header_reader_add_line(struct header_reader *reader,
		       const struct message_header_line *hdr)
{
	size_t size = I_MIN(hdr->full_value_len, BOUNCE_LIMIT_FIELD_SIZE);

	T_BEGIN {
		header_reader_add(reader, hdr->name,
				  message_field_value(unsafe_data_stack_pool,
						      hdr->full_value, size));
	} T_END;
}

/* Is the marker in the subject? */
static bool
is_in_subject(const char *start, size_t size,
	      const struct bounce_marker *marker)
{
	const char *line = start + I_MIN(marker->first_to, size);

	if (line > start)
		line--;
	while (line > start && line[-1] != '\n')
		line--;
	return strncmp(line, "subject: ", 9) == 0;
}

/* Look for patterns in the fields. */
static void header_reader_finish(struct header_reader *reader)
{
	struct report_header *header = reader->header;
	const struct bounce_marker *marker;
	ARRAY_TYPE(bounce_marker) markers;
	string_t *folded;

	bounce_formats_init(&header->formats, reader->rules, reader->pool);
	T_BEGIN {
		folded = t_str_new(str_len(reader->text) + 1);
		text_fold(str_c(reader->text), str_len(reader->text), folded,
			  NULL);
		t_array_init(&markers, 16);
		bounce_markers_scan(reader->rules, BOUNCE_PLACE_HEADER,
				    str_c(folded), str_len(folded), &markers);
		bounce_formats_identify(&header->formats, &markers);
		header->identified = header->formats.first != BOUNCE_NONE;
		array_foreach(&markers, marker) {
			header->roles |= REPORT_ROLE(marker->pattern->role);
			if ((marker->pattern->role == BOUNCE_ROLE_CANDIDATE ||
			     marker->pattern->role == BOUNCE_ROLE_FAILURE ||
			     marker->pattern->role == BOUNCE_ROLE_DELAY) &&
			    is_in_subject(str_c(folded), str_len(folded),
					  marker))
				header->telling_subject = TRUE;
		}
	} T_END;
	str_free(&reader->text);
}

void report_header_read(struct report_header *header_r,
			const struct bounce_message *msg,
			const struct bounce_rules *rules, pool_t pool)
{
	const struct bounce_field *field;
	struct header_reader reader;

	header_reader_init(&reader, header_r, NULL, rules, pool);
	array_foreach(&bounce_message_top(msg)->fields, field) T_BEGIN {
		if (header_reader_wants(&reader, field->name)) {
			header_reader_add(&reader, field->name, field->value);
		}
	} T_END;
	header_reader_finish(&reader);
}

int report_header_read_stream(struct report_header *header_r,
			      struct istream *input,
			      const struct bounce_limits *limits,
			      const char *envelope_sender,
			      const struct bounce_rules *rules, pool_t pool,
			      const char **error_r)
{
	const enum message_header_parser_flags flags =
		MESSAGE_HEADER_PARSER_FLAG_SKIP_INITIAL_LWSP |
		MESSAGE_HEADER_PARSER_FLAG_CLEAN_ONELINE |
		MESSAGE_HEADER_PARSER_FLAG_DROP_CR;
	struct istream *limited = message_input_create(input, limits->max_size);
	struct message_header_parser_ctx *parser;
	struct message_header_line *hdr;
	struct header_reader reader;
	unsigned int lines = 0;
	bool wanted = FALSE;
	int ret = 0;

	header_reader_init(&reader, header_r, envelope_sender, rules, pool);
	parser = message_parse_header_init(limited, NULL, flags);
	while (lines++ < BOUNCE_LIMIT_HEADERS_LINES &&
	       message_parse_header_next(parser, &hdr) > 0) {
		if (hdr->eoh)
			break;
		if (!hdr->continued) {
			wanted = hdr->name_len > 0 &&
				header_reader_wants(&reader, hdr->name);
		}
		if (wanted && hdr->continues &&
		    hdr->full_value_len < BOUNCE_LIMIT_FIELD_SIZE) {
			hdr->use_full_value = TRUE;
		} else if (wanted) {
			header_reader_add_line(&reader, hdr);
			/* the rest of it is not */
			wanted = FALSE;
		}
	}
	message_parse_header_deinit(&parser);
	header_r->truncated = limited->v_offset >= limits->max_size ||
		lines > BOUNCE_LIMIT_HEADERS_LINES;
	if (limited->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(limited));
		ret = -1;
	}
	i_stream_unref(&limited);
	header_reader_finish(&reader);
	return ret;
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
