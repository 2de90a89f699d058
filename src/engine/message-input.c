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

/* Does the first line end in LF? Then CR alone is no line end of the header,
   where it would make a field of what a stranger put into another. */
static bool line_ends_in_lf(const unsigned char *data, size_t size)
{
	const unsigned char *p = data, *end = data + size;

	while (p < end && *p != '\r' && *p != '\n')
		p++;
	while (p < end && *p == '\r')
		p++;
	return p < end && *p == '\n';
}

/* line-end = *CR LF / CR; it becomes LF. In place, as it gets no longer;
   returns the new size. */
static size_t line_ends_mend(unsigned char *data, size_t size)
{
	const unsigned char *p = data, *end = data + size, *cr;
	unsigned char *dest = data, alone;
	bool header = line_ends_in_lf(data, size);

	while (p < end) {
		if (*p == '\n' && (dest == data || dest[-1] == '\n'))
			header = FALSE;
		if (*p != '\r') {
			*dest++ = *p++;
			continue;
		}
		for (cr = p; p < end && *p == '\r'; p++) ;
		if (p < end && *p == '\n') {
			/* the next turn takes it */
			continue;
		}
		/* alone, each ends a line */
		alone = header ? ' ' : '\n';
		for (; cr < p; cr++)
			*dest++ = alone;
	}
	return dest - data;
}

struct istream *message_input_create(struct istream *input, uoff_t max_size)
{
	struct istream *limited = i_stream_create_limit(input, max_size);
	struct istream *mended;
	const unsigned char *data;
	size_t size;
	buffer_t *raw;

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
	buffer_set_used_size(raw, line_ends_mend(
		buffer_get_modifiable_data(raw, NULL), raw->used));
	mended = i_stream_create_copy_from_buffer(raw);
	buffer_free(&raw);
	i_stream_unref(&limited);
	return mended;
}
