/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "dovecot-compat.h"
#include "array.h"
#include "base64.h"
#include "buffer.h"
#include "istream.h"
#include "qp-decoder.h"
#include "str.h"
#include "unichar.h"
#include "mail-html2text.h"
#include "bounce-limits.h"
#include "message-decoder.h"
#include "message-parser.h"
#include "bounce-classify.h"
#include "charset-cache.h"
#include "message-charset.h"
#include "message-encoded.h"
#include "message-fields.h"
#include "message-html.h"
#include "message-input.h"
#include "message-read.h"

#include <ctype.h>

/* A part while it is being read */
struct part_reader {
	struct bounce_part part;
	struct bounce_message *owner;
	enum message_cte cte;
	buffer_t *body;
	struct qp_decoder *qp;
	struct base64_decoder b64;
};

struct message_reader {
	pool_t pool;
	const struct bounce_limits *limits;
	struct bounce_message *msg;
	ARRAY(struct part_reader *) readers;
	/* bytes read of bodies, and of the texts that they became */
	size_t body_size, text_size;
};

static struct bounce_message *message_create(pool_t pool)
{
	struct bounce_message *msg = p_new(pool, struct bounce_message, 1);

	p_array_init(&msg->parts, pool, 4);
	return msg;
}

static struct part_reader *
part_reader_get(struct message_reader *reader, struct message_part *mpart)
{
	struct part_reader *pr = mpart->context, *parent;

	if (pr != NULL)
		return pr;

	pr = p_new(reader->pool, struct part_reader, 1);
	mpart->context = pr;
	array_push_back(&reader->readers, &pr);
	p_array_init(&pr->part.fields, reader->pool, 8);
	pr->part.content_type = pr->part.charset = pr->part.filename = "";
	pr->part.text = "";
	pr->cte = MESSAGE_CTE_78BIT;

	if (mpart->parent == NULL) {
		pr->owner = reader->msg;
	} else {
		parent = part_reader_get(reader, mpart->parent);
		if ((mpart->parent->flags &
		     MESSAGE_PART_FLAG_MESSAGE_RFC822) != 0) {
			parent->part.message = message_create(reader->pool);
			pr->owner = parent->part.message;
		} else {
			pr->owner = parent->owner;
			pr->part.parent = &parent->part;
		}
	}
	const struct bounce_part *part = &pr->part;
	array_push_back(&pr->owner->parts, &part);
	return pr;
}

static void
part_reader_field(struct message_reader *reader, struct part_reader *pr,
		  const struct message_header_line *hdr)
{
	struct bounce_field *field;
	size_t size = I_MIN(hdr->full_value_len, BOUNCE_LIMIT_FIELD_SIZE);

	if (hdr->eoh || hdr->name_len == 0 ||
	    message_field_is_signature(hdr->name))
		return;
	if (array_count(&pr->part.fields) >= BOUNCE_LIMIT_FIELDS) {
		pr->owner->truncated = TRUE;
		return;
	}
	field = array_append_space(&pr->part.fields);
	field->name = str_lcase(p_strdup(reader->pool, hdr->name));
	field->value = message_field_value(reader->pool, hdr->full_value, size);

	if (strcmp(field->name, "content-transfer-encoding") == 0) {
		pr->cte = message_decoder_parse_cte(hdr);
	} else if (strcmp(field->name, "content-disposition") == 0) {
		const char *name = message_disposition_filename(field->value);
		if (*name != '\0')
			pr->part.filename = p_strdup(reader->pool, name);
	} else if (strcmp(field->name, "content-type") == 0) {
		const char *const *params, *type, *param;

		type = message_content_type_parse(field->value, &params);
		pr->part.content_type = p_strdup(reader->pool, type);
		param = message_params_find(params, "charset");
		if (param != NULL)
			pr->part.charset = p_strdup(reader->pool, param);
		param = message_params_find(params, "name");
		if (param != NULL && *pr->part.filename == '\0')
			pr->part.filename = p_strdup(reader->pool, param);
	}
}

/* Pictures and archives have no words */
static bool part_has_text(const struct bounce_part *part)
{
	static const char *const wordless[] = {
		"image/", "audio/", "video/", "font/", "application/pdf",
		"application/zip", "application/pkcs7",
	};

	for (unsigned int i = 0; i < N_ELEMENTS(wordless); i++) {
		if (str_begins_with(part->content_type, wordless[i]))
			return FALSE;
	}
	return TRUE;
}

static void
part_reader_body(struct message_reader *reader, struct part_reader *pr,
		 const unsigned char *data, size_t size)
{
	size_t room, before, pos;
	const char *error;

	if (!part_has_text(&pr->part))
		return;
	if (pr->body == NULL) {
		pr->body = buffer_create_dynamic(default_pool, 4096);
		base64_decode_init(&pr->b64, &base64_scheme, 0);
	}
	before = pr->body->used;
	room = BOUNCE_LIMIT_PART_SIZE - I_MIN(BOUNCE_LIMIT_PART_SIZE, before);
	room = I_MIN(room, reader->limits->max_text -
		     I_MIN(reader->limits->max_text, reader->body_size));
	/* base64 takes four bytes to say three */
	if (size > (pr->cte == MESSAGE_CTE_BASE64 ? room / 3 * 4 : room))
		pr->owner->truncated = TRUE;
	if (room == 0)
		return;

	switch (pr->cte) {
	case MESSAGE_CTE_QP:
		if (pr->qp == NULL)
			pr->qp = qp_decoder_init(pr->body);
		(void)qp_decoder_more(pr->qp, data, I_MIN(size, room),
				      &pos, &error);
		break;
	case MESSAGE_CTE_BASE64:
		/* what is not base64 ends it */
		if (!base64_decode_is_finished(&pr->b64) &&
		    base64_decode_more(&pr->b64, data,
				       I_MIN(size, room / 3 * 4),
				       &pos, pr->body) <= 0)
			(void)base64_decode_finish(&pr->b64);
		break;
	case MESSAGE_CTE_UNKNOWN:
	case MESSAGE_CTE_78BIT:
	case MESSAGE_CTE_BINARY:
		buffer_append(pr->body, data, I_MIN(size, room));
		break;
	}
	reader->body_size += pr->body->used - before;
}

/* CR LF and bare CR to LF; NUL, which an entity of HTML can be and which would
   end the text, to a blank */
static void text_unify_lines(buffer_t *text)
{
	char *data = buffer_get_modifiable_data(text, NULL);
	size_t i, out = 0;

	for (i = 0; i < text->used; i++) {
		if (data[i] == '\r') {
			data[out++] = '\n';
			if (i + 1 < text->used && data[i + 1] == '\n')
				i++;
		} else {
			data[out++] = data[i] == '\0' ? ' ' : data[i];
		}
	}
	buffer_set_used_size(text, out);
}

static bool text_looks_html(const buffer_t *text)
{
	const char *start = t_strndup(text->data, I_MIN(text->used, 256));

	start = t_str_ltrim(start, " \t\r\n");
	return strncasecmp(start, "<html", 5) == 0 ||
		strncasecmp(start, "<!doctype html", 14) == 0;
}

/* An attachment that may be text by its type, and is none */
static bool part_is_binary(const struct part_reader *pr)
{
	return *pr->part.content_type != '\0' &&
		!str_begins_with(pr->part.content_type, "text/") &&
		memchr(pr->body->data, '\0',
		       I_MIN(pr->body->used,
			     BOUNCE_LIMIT_BINARY_SAMPLE_SIZE)) != NULL;
}

/* Bytes of the text that may be kept: charsets and entities expand it */
static size_t text_keep(struct message_reader *reader, const buffer_t *text)
{
	size_t room = I_MIN(BOUNCE_LIMIT_PART_SIZE,
			    reader->limits->max_text - reader->text_size);
	size_t size = text->used;

	if (size > room) {
		size = uni_utf8_data_truncate(text->data, size, room);
		reader->msg->truncated = TRUE;
	}
	reader->text_size += size;
	return size;
}

static void
part_set_text(struct message_reader *reader, struct bounce_part *part,
	      const buffer_t *body)
{
	buffer_t *text, *plain;

	text = buffer_create_dynamic(default_pool, body->used + 64);
	message_charset_to_utf8(part->charset, body->data, body->used, text);
	if (mail_html2text_content_type_match(part->content_type) ||
	    text_looks_html(text)) {
		plain = buffer_create_dynamic(default_pool, text->used + 64);
		message_html_to_text(text->data, text->used, plain);
		buffer_free(&text);
		text = plain;
		part->html = TRUE;
	}
	text_unify_lines(text);
	part->text = p_strndup(reader->pool, text->data,
			       text_keep(reader, text));
	buffer_free(&text);
}

static bool is_blank(const unsigned char *data, size_t size)
{
	while (size > 0 && i_isspace(data[size - 1]))
		size--;
	return size == 0;
}

/* A file becomes a part of its own; one that is all there is takes the place
   of the text. */
static void
part_reader_uufiles(struct message_reader *reader, struct part_reader *pr)
{
	struct message_uufile file;
	struct bounce_part *part;
	buffer_t *data = t_buffer_create(1024);

	for (unsigned int i = 0; i < BOUNCE_LIMIT_UUFILES; i++) {
		buffer_set_used_size(data, 0);
		if (!message_uudecode(pr->body->data, pr->body->used, 0,
				      &file, data))
			return;
		buffer_delete(pr->body, file.start, file.end - file.start);
		if (is_blank(pr->body->data, pr->body->used)) {
			buffer_set_used_size(pr->body, 0);
			buffer_append_buf(pr->body, data, 0, SIZE_MAX);
			return;
		}
		part = p_new(reader->pool, struct bounce_part, 1);
		p_array_init(&part->fields, reader->pool, 1);
		part->content_type = "application/octet-stream";
		part->charset = "";
		part->filename = p_strdup(reader->pool, file.name);
		part->parent = pr->part.parent;
		part_set_text(reader, part, data);
		const struct bounce_part *added = part;
		array_push_back(&pr->owner->parts, &added);
	}
}

/* What no field of the part's header says */
static void
part_reader_decode(struct message_reader *reader, struct part_reader *pr)
{
	buffer_t *data;

	if ((pr->cte != MESSAGE_CTE_78BIT && pr->cte != MESSAGE_CTE_UNKNOWN) ||
	    (*pr->part.content_type != '\0' &&
	     !str_begins_with(pr->part.content_type, "text/")))
		return;
	data = t_buffer_create(pr->body->used);
	if (message_base64_decode(pr->body->data, pr->body->used, data)) {
		buffer_set_used_size(pr->body, 0);
		buffer_append_buf(pr->body, data, 0, SIZE_MAX);
	} else {
		part_reader_uufiles(reader, pr);
	}
}

static void
part_reader_finish(struct message_reader *reader, struct part_reader *pr)
{
	const char *error;

	if (pr->qp != NULL) {
		(void)qp_decoder_finish(pr->qp, &error);
		qp_decoder_deinit(&pr->qp);
	}
	if (pr->body == NULL)
		return;
	if (!part_is_binary(pr)) {
		part_reader_decode(reader, pr);
		part_set_text(reader, &pr->part, pr->body);
	}
	buffer_free(&pr->body);
}

static void
message_reader_block(struct message_reader *reader,
		     const struct message_block *block)
{
	struct part_reader *pr = part_reader_get(reader, block->part);

	pr->part.multipart =
		(block->part->flags & MESSAGE_PART_FLAG_MULTIPART) != 0;
	if (block->hdr != NULL) {
		if (block->hdr->continues) {
			block->hdr->use_full_value =
				!message_field_is_signature(block->hdr->name);
		}
		else T_BEGIN {
			part_reader_field(reader, pr, block->hdr);
		} T_END;
	} else if (block->size > 0) {
		part_reader_body(reader, pr, block->data, block->size);
	}
}

/* inner_parts_r: for a message within one, how many parts it has, with those of
   messages in it; NULL for one that stands alone */
static int
message_read(struct istream *input, const struct bounce_limits *limits,
	     unsigned int *inner_parts_r, pool_t pool,
	     struct bounce_message **msg_r, const char **error_r)
{
	const struct message_parser_settings set = {
		.hdr_flags = MESSAGE_HEADER_PARSER_FLAG_SKIP_INITIAL_LWSP |
			MESSAGE_HEADER_PARSER_FLAG_CLEAN_ONELINE |
			MESSAGE_HEADER_PARSER_FLAG_DROP_CR,
		.flags = MESSAGE_PARSER_FLAG_INCLUDE_MULTIPART_BLOCKS,
		.max_nested_mime_parts = limits->max_depth,
		.max_total_mime_parts = limits->max_parts,
		.all_headers_max_size = BOUNCE_LIMIT_HEADERS_SIZE,
	};
	struct message_reader reader;
	struct message_parser_ctx *parser;
	struct message_part *parts;
	struct message_block block;
	struct part_reader *pr;
	struct istream *limited;
	unsigned int lines = 0;
	int ret;

	i_zero(&reader);
	reader.pool = pool;
	reader.limits = limits;
	reader.msg = message_create(pool);
	p_array_init(&reader.readers, pool, 8);

	limited = message_input_create(input, limits->max_size);
	parser = message_parser_init(pool, limited, &set);
	while ((ret = message_parser_parse_next_block(parser, &block)) > 0) {
		if (block.hdr != NULL && ++lines > BOUNCE_LIMIT_HEADERS_LINES)
			break;
		message_reader_block(&reader, &block);
	}
	message_parser_deinit(&parser, &parts);
	if (limited->v_offset >= limits->max_size || ret > 0)
		reader.msg->truncated = TRUE;
	if (ret < 0 && limited->stream_errno != 0)
		*error_r = t_strdup(i_stream_get_error(limited));
	else
		ret = 0;
	i_stream_unref(&limited);

	if (array_count(&reader.msg->parts) == 0) {
		/* an empty message still has a top */
		struct message_part *none =
			p_new(pool, struct message_part, 1);
		(void)part_reader_get(&reader, none);
	}
	/* header fields that a stranger wrote leave enough for the texts */
	if (inner_parts_r == NULL)
		charset_cache_begin_message();
	else
		*inner_parts_r = array_count(&reader.readers);
	array_foreach_elem(&reader.readers, pr) T_BEGIN {
		part_reader_finish(&reader, pr);
	} T_END;
	*msg_r = reader.msg;
	return ret < 0 ? -1 : 0;
}

int bounce_message_read(struct istream *input,
			const struct bounce_limits *limits, pool_t pool,
			struct bounce_message **msg_r, const char **error_r)
{
	return message_read(input, limits, NULL, pool, msg_r, error_r);
}

struct bounce_message *
bounce_message_parse(const void *data, size_t size,
		     struct bounce_limits *limits, pool_t pool)
{
	const struct bounce_limits nothing = { .max_parts = 1, .max_depth = 1 };
	struct istream *input = i_stream_create_from_data(data, size);
	struct bounce_message *msg;
	unsigned int parts;
	const char *error;

	if (message_read(input, limits->max_parts > 0 ? limits : &nothing,
			 &parts, pool, &msg, &error) < 0)
		i_unreached();
	i_stream_unref(&input);
	limits->max_parts -= I_MIN(parts, limits->max_parts);
	return msg;
}
