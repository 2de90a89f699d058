/* Reply texts, one a line. */

#include "lib.h"
#include "array.h"
#include "buffer.h"
#include "istream.h"
#include "str.h"
#include "unichar.h"
#include "bounce-verdict.h"
#include "tool.h"
#include "tool-texts.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* so much of a line is looked at */
#define TEXT_MAX_SIZE (64 * 1024)
#define TEXT_BLOCK_SIZE (64 * 1024)

static void text_call(string_t *line, tool_text_callback_t *callback,
		      void *context)
{
	unsigned char *data;
	string_t *text;
	size_t size, i;

	if (str_len(line) > 0 && str_data(line)[str_len(line) - 1] == '\r')
		str_truncate(line, str_len(line) - 1);
	data = buffer_get_modifiable_data(line, &size);
	for (i = 0; i < size; i++) {
		if (data[i] == '\0')
			data[i] = ' ';
	}
	T_BEGIN {
		text = t_str_new(size + 16);
		if (uni_utf8_get_valid_data(data, size, text))
			str_append_data(text, data, size);
		callback(str_c(text), context);
	} T_END;
	str_truncate(line, 0);
}

static void texts_stream(struct istream *input, tool_text_callback_t *callback,
			 void *context)
{
	const unsigned char *data, *lf;
	bool open_line = FALSE;
	string_t *line;
	size_t size, len;

	line = str_new(default_pool, 1024);
	for (;;) {
		data = i_stream_get_data(input, &size);
		if (size == 0) {
			if (fflush(stdout) != 0)
				tool_write_failed();
			if (i_stream_read_more(input, &data, &size) <= 0)
				break;
		}
		lf = memchr(data, '\n', size);
		len = lf == NULL ? size : (size_t)(lf - data);
		str_append_data(line, data,
				I_MIN(len, TEXT_MAX_SIZE - str_len(line)));
		open_line = lf == NULL;
		i_stream_skip(input, open_line ? len : len + 1);
		if (!open_line)
			text_call(line, callback, context);
	}
	if (open_line)
		text_call(line, callback, context);
	str_free(&line);
}

static int texts_file(const char *file, tool_text_callback_t *callback,
		      void *context)
{
	struct istream *input;
	int fd, ret = 0;

	fd = strcmp(file, "-") == 0 ? dup(STDIN_FILENO) :
		open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		tool_error("%s: %m", file);
		return -1;
	}
	input = i_stream_create_fd_autoclose(&fd, TEXT_BLOCK_SIZE);
	i_stream_set_blocking(input, TRUE);
	texts_stream(input, callback, context);
	if (input->stream_errno != 0) {
		tool_error("%s: %s", file, strerror(input->stream_errno));
		ret = -1;
	}
	i_stream_unref(&input);
	return ret;
}

int tool_texts_foreach(const char *const *files,
		       tool_text_callback_t *callback, void *context)
{
	int status = TOOL_EXIT_OK;

	if (files[0] == NULL) {
		return texts_file("-", callback, context) < 0 ?
			TOOL_EXIT_FAILED : TOOL_EXIT_OK;
	}
	for (; *files != NULL; files++) {
		if (texts_file(*files, callback, context) < 0)
			status = TOOL_EXIT_FAILED;
	}
	return status;
}

struct bounce_report *
tool_texts_report(const struct bounce_recipient *rcpt, pool_t pool)
{
	struct bounce_report *report;

	report = p_new(pool, struct bounce_report, 1);
	report->kind = BOUNCE_KIND_FAILURE;
	report->format = report->reporting_mta = report->language = "";
	report->returned = bounce_returned_nothing;
	p_array_init(&report->recipients, pool, 1);
	array_push_back(&report->recipients, rcpt);
	return report;
}
