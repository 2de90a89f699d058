/* Where messages begin and end in an mbox. libdovecot knows how to read the
   line between them. */

#include "lib.h"
#include "istream.h"
#include "mbox-from.h"
#include "tool-mbox.h"

/* A line between messages is not longer */
#define MBOX_LINE_MAX 1024
/* so much of a next line is looked at */
#define MBOX_FIELD_MAX 128
/* bytes that the date parser may look at behind the line */
#define MBOX_LINE_PAD 32

#define MBOX_FROM "From "

/* Read the line at the stream's position into data_r, without its line end.
   size_r counts it, skip_r the line end, too. FALSE where the line is longer
   than max. */
static bool
line_peek(struct istream *input, size_t max, const unsigned char **data_r,
	  size_t *size_r, size_t *skip_r)
{
	const unsigned char *lf;
	size_t size = 0;
	int ret;

	do {
		ret = i_stream_read_data(input, data_r, &size, size);
		size = I_MIN(size, max);
		lf = memchr(*data_r, '\n', size);
	} while (lf == NULL && ret > 0 && size < max);
	if (lf == NULL && size >= max)
		return FALSE;
	*size_r = lf == NULL ? size : (size_t)(lf - *data_r);
	*skip_r = lf == NULL ? size : *size_r + 1;
	if (*size_r > 0 && (*data_r)[*size_r - 1] == '\r')
		*size_r -= 1;
	return TRUE;
}

static void
line_parse(const unsigned char *data, size_t size, struct tool_mbox_line *line)
{
	char *sender = NULL;
	unsigned char *copy;
	int tz;

	T_BEGIN {
		copy = t_malloc0(size + MBOX_LINE_PAD);
		memcpy(copy, data, size);
		line->valid = mbox_from_parse(copy, size, &line->received,
					      &tz, &sender) == 0;
	} T_END;
	if (!line->valid || line->received == (time_t)-1)
		line->received = 0;
	line->null_sender = size >= 13 &&
		i_memcasecmp(data, "MAILER-DAEMON", 13) == 0;
	i_free(sender);
}

/* An old header field may have blanks before its colon. */
static bool is_field_from(const unsigned char *data, size_t size)
{
	size_t i = strlen(MBOX_FROM);

	while (i < size && data[i] == ' ')
		i++;
	return i < size && data[i] == ':';
}

static bool
from_line_peek(struct istream *input, struct tool_mbox_line *line_r)
{
	const unsigned char *data;
	size_t size, skip, start = strlen(MBOX_FROM);

	i_zero(line_r);
	if (!line_peek(input, MBOX_LINE_MAX, &data, &size, &skip) ||
	    size <= start || memcmp(data, MBOX_FROM, start) != 0 ||
	    is_field_from(data, size))
		return FALSE;
	line_parse(data + start, size - start, line_r);
	line_r->message_offset = input->v_offset + skip;
	return TRUE;
}

bool tool_mbox_begins(struct istream *input, struct tool_mbox_line *line_r)
{
	i_stream_seek(input, 0);
	return from_line_peek(input, line_r);
}

/* Is a header field at the stream's position? (">From " may stand first.) */
static bool field_peek(struct istream *input)
{
	const unsigned char *data;
	size_t size, skip, i;

	if (!line_peek(input, MBOX_FIELD_MAX, &data, &size, &skip)) {
		data = i_stream_get_data(input, &size);
		size = I_MIN(size, MBOX_FIELD_MAX);
	}
	if (size > 0 && data[0] == '>')
		return TRUE;
	for (i = 0; i < size && data[i] > ' ' && data[i] < 0x7f; i++) {
		if (data[i] == ':')
			return i > 0;
	}
	return FALSE;
}

/* Skip to the start of the next line. FALSE at the end of the stream, or where
   the line goes beyond the offset stop. */
static bool line_skip(struct istream *input, uoff_t stop, bool *empty_r)
{
	const unsigned char *data, *lf;
	size_t size, length = 0;
	bool only_cr = TRUE;

	while (input->v_offset < stop &&
	       i_stream_read_more(input, &data, &size) > 0) {
		lf = memchr(data, '\n', size);
		if (lf != NULL)
			size = lf - data;
		length += size;
		only_cr = only_cr && (size == 0 || data[0] == '\r');
		i_stream_skip(input, size + (lf == NULL ? 0 : 1));
		if (lf != NULL) {
			*empty_r = length == 0 || (length == 1 && only_cr);
			return TRUE;
		}
	}
	return FALSE;
}

bool tool_mbox_next(struct istream *input, uoff_t stop,
		    struct tool_mbox_line *line_r, uoff_t *end_r)
{
	const unsigned char *data;
	bool empty = FALSE;
	size_t size;
	uoff_t at;

	for (;;) {
		at = input->v_offset;
		if (empty && i_stream_read_more(input, &data, &size) > 0 &&
		    data[0] == MBOX_FROM[0] && from_line_peek(input, line_r) &&
		    line_r->valid) {
			i_stream_seek(input, line_r->message_offset);
			if (field_peek(input)) {
				*end_r = at;
				return TRUE;
			}
			i_stream_seek(input, at);
		}
		if (!line_skip(input, stop, &empty)) {
			*end_r = input->v_offset;
			return FALSE;
		}
	}
}
