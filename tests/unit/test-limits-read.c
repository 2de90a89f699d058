/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The bounds of bounce-limits.h for reading a message: what is at one of them
   is taken, what is beyond is not */

#include "dovecot-compat.h"
#include "array.h"
#include "buffer.h"
#include "istream.h"
#include "str.h"
#include "bounce-classify.h"
#include "message-html.h"
#include "message-read.h"
#include "message-charset.h"
#include "message-input.h"
#include "unit.h"
#include "unit-limits.h"

static pool_t pool;

static const struct bounce_message *parse(const string_t *mail)
{
	struct bounce_limits limits = unit_limits;

	return bounce_message_parse(str_data(mail), str_len(mail), &limits,
				    pool);
}

static const struct bounce_part *
last_part(const struct bounce_message *msg)
{
	return array_idx_elem(&msg->parts, array_count(&msg->parts) - 1);
}

/* What is read of a message, as the MIME parser gets it */
static string_t *read_input(const string_t *mail)
{
	const unsigned char *data;
	struct istream *input, *limited;
	string_t *read = str_new(pool, str_len(mail));
	size_t size;

	input = i_stream_create_from_data(str_data(mail), str_len(mail));
	limited = message_input_create(input, unit_limits.max_size);
	while (i_stream_read_more(limited, &data, &size) > 0) {
		str_append_data(read, data, size);
		i_stream_skip(limited, size);
	}
	i_stream_unref(&limited);
	i_stream_unref(&input);
	return read;
}

static unsigned int keep_size(string_t *str, unsigned int count)
{
	unit_repeat(str, "x", count);
	return str_len(read_input(str));
}

static unsigned int keep_parts(string_t *str, unsigned int count)
{
	str_append(str, "Content-Type: multipart/mixed; boundary=b\n\n");
	/* the multipart is one */
	unit_repeat(str, "--b\n\nword\n", count - 1);
	return array_count(&parse(str)->parts);
}

/* Is base64 decoded so many levels down? */
static unsigned int keep_depth(string_t *str, unsigned int count)
{
	for (unsigned int i = 1; i < count; i++) {
		str_printfa(str, "Content-Type: multipart/mixed; "
			    "boundary=n%03u\n\n--n%03u\n", i, i);
	}
	str_append(str, "Content-Transfer-Encoding: base64\n\nd29yZA==\n");
	return strcmp(last_part(parse(str))->text, "word") == 0 ? 1 : 0;
}

static unsigned int keep_text(string_t *str, unsigned int count)
{
	const struct bounce_part *part;
	const struct bounce_message *msg;
	unsigned int kept = 0, size;

	str_append(str, "Content-Type: multipart/mixed; boundary=b\n");
	for (; count > 0; count -= size) {
		size = I_MIN(count, BOUNCE_LIMIT_PART_SIZE);
		str_append(str, "\n--b\n\n");
		unit_repeat(str, "x", size);
	}
	msg = parse(str);
	array_foreach_elem(&msg->parts, part)
		kept += strlen(part->text);
	return kept;
}

static unsigned int keep_part(string_t *str, unsigned int count)
{
	str_append_c(str, '\n');
	unit_repeat(str, "x", count);
	return strlen(last_part(parse(str))->text);
}

static unsigned int keep_field(string_t *str, unsigned int count)
{
	str_append(str, "X: ");
	unit_repeat(str, "x", count);
	str_append(str, "\n\n");
	return strlen(bounce_message_field(parse(str), "x"));
}

static unsigned int keep_fields(string_t *str, unsigned int count)
{
	unit_repeat(str, "X: y\n", count);
	str_append_c(str, '\n');
	return array_count(&bounce_message_top(parse(str))->fields);
}

/* Is the text read behind headers of so many lines? */
static unsigned int keep_headers_lines(string_t *str, unsigned int count)
{
	const struct bounce_message *msg;

	unit_repeat(str, ":\n", count - 1);
	str_append(str, "\nword\n");
	msg = parse(str);
	ck_assert(msg->truncated == (count > BOUNCE_LIMIT_HEADERS_LINES));
	return *last_part(msg)->text != '\0' ? 1 : 0;
}

static unsigned int keep_uufiles(string_t *str, unsigned int count)
{
	str_append(str, "\nword\n");
	unit_repeat(str, "begin 644 x\n#0V%T\n`\nend\n", count);
	/* the text is one */
	return array_count(&parse(str)->parts) - 1;
}

static bool html_shows(const string_t *html, const char *word)
{
	string_t *text = str_new(default_pool, 1024);
	bool shows;

	message_html_to_text(str_data(html), str_len(html), text);
	shows = strstr(str_c(text), word) != NULL;
	str_free(&text);
	return shows;
}

/* Is it hidden where its end is so many tags away? */
static unsigned int keep_hidden_tags(string_t *str, unsigned int count)
{
	str_append(str, "<div style=display:none>hidden");
	unit_repeat(str, "<i>", count - 1);
	str_append(str, "</div>seen");
	ck_assert(html_shows(str, "seen"));
	return html_shows(str, "hidden") ? 0 : 1;
}

/* ... and where it is the last of so many, and the first that has an end? */
static unsigned int keep_unclosed(string_t *str, unsigned int count)
{
	unit_repeat(str, "<p style=display:none>", count - 1);
	str_append(str, "<div style=display:none>hidden</div>seen");
	ck_assert(html_shows(str, "seen"));
	return html_shows(str, "hidden") ? 0 : 1;
}

/* Is a line end mended where that many bytes show that it is broken? */
static unsigned int keep_peek(string_t *str, unsigned int count)
{
	/* the byte behind it shows it */
	unit_repeat(str, "x", count - 2);
	str_append(str, "\rword\n");
	return strchr(str_c(read_input(str)), '\r') == NULL ? 1 : 0;
}

/* Is a part data where so many bytes tell it? */
static unsigned int keep_binary(string_t *str, unsigned int count)
{
	str_append(str, "Content-Type: application/x\n\n");
	unit_repeat(str, "x", count - 1);
	str_append_c(str, '\0');
	str_append(str, "word");
	return *last_part(parse(str))->text == '\0' ? 1 : 0;
}

/* Does a byte that the guessed charset does not have, at that place, speak
   against it? */
static unsigned int keep_charset(string_t *str, unsigned int count)
{
	static const char chars[] = "\xd3\xca";
	string_t *text = str_new(default_pool, 1024);
	bool read;

	if (count % 2 == 0) {
		unit_repeat(str, chars, 1);
		str_append_c(str, 'a');
	}
	while (str_len(str) < count - 1)
		unit_repeat(str, chars, 1);
	ck_assert_uint_eq(str_len(str), count - 1);
	str_append_c(str, '\xff');
	message_charset_to_utf8(NULL, str_data(str), str_len(str), text);
	read = str_begins_with(str_c(text), "\xe9\x82\xae");
	str_free(&text);
	return read ? 0 : 1;
}

static const struct unit_limit rows[] = {
	{ "message size", keep_size, BOUNCE_LIMIT_MESSAGE_SIZE, FALSE },
	{ "parts", keep_parts, BOUNCE_LIMIT_PARTS, FALSE },
	{ "lines of headers", keep_headers_lines,
	  BOUNCE_LIMIT_HEADERS_LINES, TRUE },
	{ "depth", keep_depth, BOUNCE_LIMIT_DEPTH, TRUE },
	{ "text size", keep_text, BOUNCE_LIMIT_TEXT_SIZE, FALSE },
	{ "part size", keep_part, BOUNCE_LIMIT_PART_SIZE, FALSE },
	{ "field size", keep_field, BOUNCE_LIMIT_FIELD_SIZE, FALSE },
	{ "fields", keep_fields, BOUNCE_LIMIT_FIELDS, FALSE },
	{ "uuencoded files", keep_uufiles, BOUNCE_LIMIT_UUFILES, FALSE },
	{ "hidden tags", keep_hidden_tags, BOUNCE_LIMIT_HTML_HIDDEN_TAGS,
	  TRUE },
	{ "unclosed", keep_unclosed, BOUNCE_LIMIT_HTML_UNCLOSED, TRUE },
	{ "peek size", keep_peek, BOUNCE_LIMIT_PEEK_SIZE, TRUE },
	{ "binary sample", keep_binary, BOUNCE_LIMIT_BINARY_SAMPLE_SIZE,
	  TRUE },
	{ "charset sample", keep_charset, BOUNCE_LIMIT_CHARSET_SAMPLE_SIZE,
	  TRUE },
};

START_TEST(test_bound)
{
	unit_assert_limit(&rows[_i]);
}
END_TEST

/* Bytes kept of so many fields of 2000 bytes; lib-mail counts names and values,
   and values that are wanted as a whole twice. */
static size_t kept_of_headers(unsigned int fields)
{
	string_t *str = str_new(default_pool, BOUNCE_LIMIT_HEADERS_SIZE);
	const struct bounce_field *field;
	size_t kept = 0;

	for (unsigned int i = 0; i < fields; i++)
		str_printfa(str, "X: %01997u\n", i);
	str_append_c(str, '\n');
	array_foreach(&bounce_message_top(parse(str))->fields, field)
		kept += strlen("X: ") + strlen(field->value);
	str_free(&str);
	return kept;
}

START_TEST(test_headers)
{
	const unsigned int fields = BOUNCE_LIMIT_HEADERS_SIZE / 2000;

	ck_assert_uint_lt(fields + 2, BOUNCE_LIMIT_FIELDS);
	ck_assert_uint_eq(kept_of_headers(fields / 2), fields / 2 * 2000);
	/* a name is kept, and what there is room for of its value */
	ck_assert_uint_le(kept_of_headers(fields + 2),
			  BOUNCE_LIMIT_HEADERS_SIZE + 2 * strlen("X: "));
}
END_TEST

#define NESTED "Content-Type: message/rfc822\n\n" \
	"Content-Type: multipart/mixed; boundary=b\n\n" \
	"--b\n\none\n--b\n\ntwo\n--b--\n"

/* What is left of the parts holds for all messages that are parsed. */
START_TEST(test_inner_parts)
{
	struct bounce_limits limits = unit_limits;
	const struct bounce_message *msg;
	string_t *str = t_str_new(8192);

	str_append(str, "Content-Type: multipart/mixed; boundary=b\n\n");
	unit_repeat(str, "--b\n\nword\n", BOUNCE_LIMIT_PARTS / 2 - 1);
	ck_assert_uint_eq(BOUNCE_LIMIT_PARTS % 2, 0);
	/* parts of a message in it are parts, too */
	msg = bounce_message_parse(NESTED, strlen(NESTED), &limits, pool);
	ck_assert_uint_eq(array_count(&msg->parts), 1);
	ck_assert_uint_eq(limits.max_parts, BOUNCE_LIMIT_PARTS - 4);
	limits = unit_limits;
	for (unsigned int i = 0; i < 2; i++) {
		msg = bounce_message_parse(str_data(str), str_len(str),
					   &limits, pool);
		ck_assert_uint_eq(array_count(&msg->parts),
				  BOUNCE_LIMIT_PARTS / 2);
	}
	for (unsigned int i = 0; i < 2; i++) {
		msg = bounce_message_parse(str_data(str), str_len(str),
					   &limits, pool);
		ck_assert_uint_eq(array_count(&msg->parts), 1);
		ck_assert_str_eq(last_part(msg)->text, "");
	}
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "bound", test_bound, N_ELEMENTS(rows) },
		{ "headers", test_headers, 1 },
		{ "inner parts", test_inner_parts, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	pool = pool_alloconly_create("limits", 65536);
	ret = unit_run("limits-read", tables);
	pool_unref(&pool);
	lib_deinit();
	return ret;
}
