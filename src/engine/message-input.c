/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "istream.h"
#include "bounce-limits.h"
#include "message-input.h"

/* RFC 5321 2.3.8: CR and LF only together; LF alone is what files have */
static bool line_ends_broken(const unsigned char *data, size_t size)
{
	const unsigned char *p = data, *end = data + size;

	while ((p = memchr(p, '\r', end - p)) != NULL) {
		if (++p == end)
			return FALSE;
		if (*p != '\n')
			return TRUE;
	}
	return FALSE;
}

/* line-end = *CR LF / CR; it becomes LF */
static void line_ends_mend(buffer_t *dest, const unsigned char *data,
			   size_t size)
{
	const unsigned char *cr, *end = data + size;

	while ((cr = memchr(data, '\r', end - data)) != NULL) {
		buffer_append(dest, data, cr - data);
		for (data = cr; data < end && *data == '\r'; data++) ;
		if (data < end && *data == '\n') {
			data++;
			cr = data - 1;
		}
		/* alone, each ends a line */
		for (; cr < data; cr++)
			buffer_append_c(dest, '\n');
	}
	buffer_append(dest, data, end - data);
}

struct istream *message_input_create(struct istream *input, uoff_t max_size)
{
	struct istream *limited = i_stream_create_limit(input, max_size);
	struct istream *mended;
	const unsigned char *data;
	size_t size;
	buffer_t *raw, *text;

	(void)i_stream_read_bytes(limited, &data, &size,
				  BOUNCE_LIMIT_PEEK_SIZE);
	if (!line_ends_broken(data, I_MIN(size, BOUNCE_LIMIT_PEEK_SIZE)))
		return limited;

	raw = buffer_create_dynamic(default_pool, BOUNCE_LIMIT_PEEK_SIZE);
	while (i_stream_read_more(limited, &data, &size) > 0) {
		buffer_append(raw, data, size);
		i_stream_skip(limited, size);
	}
	if (limited->stream_errno != 0) {
		/* the error is told by whoever reads on */
		buffer_free(&raw);
		return limited;
	}
	text = buffer_create_dynamic(default_pool, raw->used + 1);
	line_ends_mend(text, raw->data, raw->used);
	mended = i_stream_create_copy_from_buffer(text);
	buffer_free(&text);
	buffer_free(&raw);
	i_stream_unref(&limited);
	return mended;
}
