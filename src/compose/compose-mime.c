/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "base64.h"
#include "guid.h"
#include "hex-binary.h"
#include "message-header-encode.h"
#include "qp-encoder.h"
#include "compose-document.h"
#include "compose-mime.h"

/* RFC 2045 6.7, 6.8; RFC 2047 2 */
#define LINE_MAX_SIZE 76
/* A text without anything to encode is folded there where it can be. */
#define WORD_MAX_SIZE 60

void compose_mime_lines(string_t *dest, const char *text, const char *eol)
{
	const char *end;
	size_t size;

	while ((end = strchr(text, '\n')) != NULL) {
		size = end - text;
		if (size > 0 && text[size - 1] == '\r')
			size--;
		str_append_data(dest, text, size);
		str_append(dest, eol);
		text = end + 1;
	}
	str_append(dest, text);
}

static string_t *encode_qp(const char *text)
{
	string_t *dest = str_new(default_pool, strlen(text) * 2);
	/* a blank at the end of a line takes it two bytes further */
	struct qp_encoder *qp = qp_encoder_init(dest, LINE_MAX_SIZE - 2, 0);

	qp_encoder_more(qp, text, strlen(text));
	qp_encoder_finish(qp);
	qp_encoder_deinit(&qp);
	return dest;
}

/* Line ends of text are CRLF before they are encoded (RFC 2045 6.8). */
static string_t *encode_base64(const char *text)
{
	string_t *crlf = str_new(default_pool, strlen(text) * 2);
	string_t *dest;

	compose_mime_lines(crlf, text, "\r\n");
	dest = str_new(default_pool,
		       MAX_BASE64_ENCODED_SIZE(str_len(crlf)) * 2);
	base64_scheme_encode(&base64_scheme, 0, LINE_MAX_SIZE, str_data(crlf),
			     str_len(crlf), dest);
	str_append_c(dest, '\n');
	str_free(&crlf);
	return dest;
}

static void
append_content_field(string_t *dest, const char *name, const char *value,
		     const char *eol)
{
	str_append(dest, "Content-");
	str_append(dest, name);
	str_append(dest, ": ");
	str_append(dest, value);
	str_append(dest, eol);
}

void compose_mime_text(string_t *dest, const char *subtype,
		       const char *language, const char *text, const char *eol)
{
	string_t *qp = encode_qp(text), *base64 = encode_base64(text);
	bool use_qp = str_len(qp) <= str_len(base64);

	append_content_field(dest, "Type",
			     t_strdup_printf("text/%s; charset=utf-8",
					     subtype), eol);
	append_content_field(dest, "Transfer-Encoding",
			     use_qp ? "quoted-printable" : "base64", eol);
	append_content_field(dest, "Language", language, eol);
	str_append(dest, eol);
	compose_mime_lines(dest, str_c(use_qp ? qp : base64), eol);
	str_free(&base64);
	str_free(&qp);
}

static void
append_delimiter(string_t *dest, const char *boundary, const char *end,
		 const char *eol)
{
	str_append(dest, eol);
	str_append(dest, "--");
	str_append(dest, boundary);
	str_append(dest, end);
	str_append(dest, eol);
}

void compose_mime_explanation(string_t *dest,
			      const struct bounce_compose *compose,
			      bool enclosed, const char *eol)
{
	struct compose_document *doc;
	guid_128_t guid;
	const char *boundary;
	string_t *text;
	pool_t pool;

	i_assert(bounce_report_first(compose->report) != NULL);
	pool = pool_alloconly_create("bounce explanation", 16 * 1024);
	doc = compose_document_create(compose, enclosed, pool);
	text = str_new(pool, 16 * 1024);

	guid_128_generate(guid);
	boundary = p_strconcat(pool, "bouncecause-texts-",
			       guid_128_to_string(guid), NULL);
	append_content_field(dest, "Type", p_strdup_printf(pool,
		"multipart/alternative;%s boundary=\"%s\"", eol, boundary),
		eol);

	append_delimiter(dest, boundary, "", eol);
	compose_text_write(text, doc);
	compose_mime_text(dest, "plain", doc->language, str_c(text), eol);
	append_delimiter(dest, boundary, "", eol);
	str_truncate(text, 0);
	compose_html_write(text, doc);
	compose_mime_text(dest, "html", doc->language, str_c(text), eol);
	append_delimiter(dest, boundary, "--", eol);
	pool_unref(&pool);
}

void bounce_compose_explanation(string_t *dest,
				const struct bounce_compose *compose,
				const char *eol)
{
	compose_mime_explanation(dest, compose, FALSE, eol);
}

/*
 * Header fields
 */

/* Can it stay as it is but for folding? Not what looks encoded, has other
   bytes, or words that do not fit on a line. */
static bool text_is_plain(const char *text)
{
	size_t word = 0;

	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~' ||
		    (*text == '=' && text[1] == '?'))
			return FALSE;
		word = *text == ' ' ? 0 : word + 1;
		if (word > WORD_MAX_SIZE)
			return FALSE;
	}
	return TRUE;
}

static void
append_folded(string_t *dest, const char *text, size_t line_size,
	      const char *eol)
{
	while (*text == ' ')
		text++;
	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (line_size + 1 + word > LINE_MAX_SIZE) {
			str_append(dest, eol);
			line_size = 0;
		}
		str_append_c(dest, ' ');
		str_append_data(dest, text, word);
		line_size += 1 + word;
		text += word;
		while (*text == ' ')
			text++;
	}
}

void bounce_compose_field(string_t *dest, const char *name, const char *text,
			  const char *eol)
{
	const unsigned char *data = (const unsigned char *)text;
	size_t size = strlen(text), name_size = strlen(name) + 1;

	str_append(dest, name);
	str_append_c(dest, ':');
	if (text_is_plain(text)) {
		append_folded(dest, text, name_size, eol);
	} else {
		/* no T_BEGIN: dest, which grows, may be on the data stack */
		string_t *q = str_new(default_pool, size * 4);
		string_t *b = str_new(default_pool, size * 3);

		message_header_encode_q(data, size, q, name_size + 1);
		message_header_encode_b(data, size, b, name_size + 1);
		str_append_c(dest, ' ');
		compose_mime_lines(dest, str_c(str_len(q) <= str_len(b) ?
					       q : b), eol);
		str_free(&b);
		str_free(&q);
	}
	str_append(dest, eol);
}
