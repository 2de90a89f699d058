/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "guid.h"
#include "hex-binary.h"
#include "istream.h"
#include "istream-concat.h"
#include "explained-message.h"
#include "compose-document.h"
#include "compose-header.h"
#include "compose-mime.h"

/* RFC 5322 2.1.1, RFC 2045 2.7 */
#define LINE_MAX_SIZE 998

/* What is in a message, for its Content-Transfer-Encoding (RFC 2045 6.2) */
struct content_scan {
	uoff_t size;
	size_t line;
	bool bit8;
	bool binary;
	/* the last byte was a CR */
	bool cr;
	/* line end of the first line, or NULL */
	const char *eol;
};

static void
scan_line(struct content_scan *scan, const unsigned char *data, size_t size)
{
	unsigned char all = 0;

	if (size == 0)
		return;
	/* a CR that no LF followed */
	if (scan->cr)
		scan->binary = TRUE;
	for (size_t i = 0; i < size; i++)
		all |= data[i];
	if ((all & 0x80) != 0)
		scan->bit8 = TRUE;
	scan->cr = data[size - 1] == '\r';
	scan->line += size - (scan->cr ? 1 : 0);
	if (scan->line > LINE_MAX_SIZE ||
	    memchr(data, '\0', size) != NULL ||
	    memchr(data, '\r', size - 1) != NULL)
		scan->binary = TRUE;
}

static void
scan_block(struct content_scan *scan, const unsigned char *data, size_t size)
{
	const unsigned char *lf;

	scan->size += size;
	while ((lf = memchr(data, '\n', size)) != NULL) {
		scan_line(scan, data, lf - data);
		if (scan->eol == NULL)
			scan->eol = scan->cr ? "\r\n" : "\n";
		scan->line = 0;
		scan->cr = FALSE;
		size -= lf + 1 - data;
		data = lf + 1;
	}
	scan_line(scan, data, size);
}

static int
content_scan(struct content_scan *scan_r, struct istream *input,
	     const char **error_r)
{
	const unsigned char *data;
	size_t size;

	i_zero(scan_r);
	i_stream_seek(input, 0);
	while (i_stream_read_more(input, &data, &size) > 0) {
		scan_block(scan_r, data, size);
		i_stream_skip(input, size);
	}
	if (input->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(input));
		return -1;
	}
	if (scan_r->cr)
		scan_r->binary = TRUE;
	i_stream_seek(input, 0);
	return 0;
}

static const char *content_encoding(const struct content_scan *scan)
{
	return scan->binary ? "binary" : scan->bit8 ? "8bit" : "7bit";
}

/* Our own fields are in front of those that may be too many to be read */
static void
append_header(string_t *dest, const void *header, size_t header_size,
	      const char *subject, const char *encoding, const char *boundary,
	      const char *eol)
{
	string_t *fields = t_str_new(512);
	size_t pos;

	bounce_compose_field(fields, "Subject", subject, eol);
	str_printfa(fields, "MIME-Version: 1.0%s"
		    "Content-Type: multipart/mixed;%s boundary=\"%s\"%s"
		    "Content-Transfer-Encoding: %s%s",
		    eol, eol, boundary, eol, encoding, eol);
	pos = compose_header_copy(dest, header, header_size, eol);
	str_insert(dest, pos, str_c(fields));
	str_append(dest, eol);
}

/* Everything in front of the report */
static void
append_begin(string_t *dest, const struct bounce_compose *compose,
	     const void *header, size_t header_size, const char *subject,
	     const char *encoding, const char *boundary, const char *eol)
{
	append_header(dest, header, header_size, subject, encoding, boundary,
		      eol);
	str_printfa(dest, "--%s%s", boundary, eol);
	compose_mime_explanation(dest, compose, TRUE, eol);
	str_printfa(dest, "%s--%s%s"
		    "Content-Type: message/rfc822%s"
		    "Content-Disposition: attachment; filename=\"report.eml\"%s"
		    "Content-Transfer-Encoding: %s%s%s",
		    eol, boundary, eol, eol, eol, encoding, eol, eol);
}

int bounce_compose_enclosed(const struct bounce_compose *compose,
			    const void *header, size_t header_size,
			    const char *subject, struct istream *report,
			    struct istream **output_r, const char **error_r)
{
	struct istream *inputs[4];
	struct content_scan scan;
	const char *eol, *boundary;
	guid_128_t guid;
	string_t *str;

	if (content_scan(&scan, report, error_r) < 0)
		return -1;
	eol = compose_header_eol(header, header_size);
	if (eol == NULL)
		eol = scan.eol != NULL ? scan.eol : "\n";
	guid_128_generate(guid);
	boundary = t_strconcat(BOUNCE_EXPLAINED_BOUNDARY,
			       guid_128_to_string(guid), NULL);

	str = str_new(default_pool, header_size + 16 * 1024);
	append_begin(str, compose, header, header_size, subject,
		     content_encoding(&scan), boundary, eol);
	inputs[0] = i_stream_create_copy_from_data(str_data(str),
						   str_len(str));
	inputs[1] = i_stream_create_limit(report, scan.size);
	str_truncate(str, 0);
	str_printfa(str, "%s--%s--%s", eol, boundary, eol);
	inputs[2] = i_stream_create_copy_from_data(str_data(str),
						   str_len(str));
	inputs[3] = NULL;
	str_free(&str);

	*output_r = i_stream_create_concat(inputs);
	(*output_r)->blocking = TRUE;
	i_stream_set_name(*output_r, "bounce explained");
	for (unsigned int i = 0; inputs[i] != NULL; i++)
		i_stream_unref(&inputs[i]);
	return 0;
}

bool bounce_compose_is_explained(const char *content_type)
{
	return explained_content_type(content_type);
}
