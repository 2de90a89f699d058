/* The messages that a command line names, one after the other. */

#include "lib.h"
#include "istream.h"
#include "istream-seekable.h"
#include "istream-sized.h"
#include "tool.h"
#include "tool-input.h"
#include "tool-input-dir.h"
#include "tool-mbox.h"
#include "tool-progress.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_BLOCK_SIZE (64 * 1024)
/* what is kept of a pipe is in memory up to here, then in a temporary file */
#define INPUT_PIPE_MEMORY (4 * 1024 * 1024)
/* messages of so many bytes are kept no longer once they are done */
#define INPUT_PIPE_DONE (1024 * 1024)
/* a message in an mbox from a pipe, which may never end */
#define INPUT_PIPE_MESSAGE_MAX (256 * 1024 * 1024)

struct tool_input {
	const struct tool_input_handler *handler;
	void *context;
};

/* A file or a pipe */
struct input_source {
	const char *path;
	time_t received;
	/* seekable */
	struct istream *input;
	/* where the data of input comes from, and so many bytes of it before
	   the first one there; NULL: a file */
	struct istream *pipe;
	uoff_t pipe_done;
};

static void
input_failed(struct tool_input *tool_input, const char *file,
	     const char *error)
{
	tool_input->handler->failed(file, error, tool_input->context);
}

/* The error of a stream: that of one of known size has ended before. */
static const char *input_error(struct istream *input, const char *error)
{
	return input->stream_errno == EPIPE ?
		"was cut off while being read" : error;
}

static void
input_message(struct tool_input *tool_input, const struct tool_message *message)
{
	T_BEGIN {
		const char *error;

		if (tool_input->handler->message(message, tool_input->context,
						 &error) < 0) {
			input_failed(tool_input, message->file,
				     input_error(message->input, error));
		}
	} T_END;
}

/* A message from start up to end, UOFF_T_MAX: to the end of the stream. */
static void
input_range(struct tool_input *tool_input, struct istream *input,
	    struct tool_message *message, uoff_t start, uoff_t end)
{
	i_stream_seek(input, 0);
	message->input = i_stream_create_range(input, start,
		end == UOFF_T_MAX ? UOFF_T_MAX : end - start);
	input_message(tool_input, message);
	i_stream_unref(&message->input);
}

/* The message of an mbox that begins at line, which becomes the next one's.
   Returns FALSE after the last one. */
static bool
input_mbox_message(struct tool_input *tool_input, struct input_source *source,
		   struct tool_mbox_line *line, unsigned int number)
{
	struct istream *input = source->input;
	struct tool_message message;
	struct tool_mbox_line next;
	uoff_t end, stop = UOFF_T_MAX;
	bool more;

	if (source->pipe != NULL)
		stop = line->message_offset + INPUT_PIPE_MESSAGE_MAX;
	i_stream_seek(input, line->message_offset);
	more = tool_mbox_next(input, stop, &next, &end);
	i_zero(&message);
	message.file = !more && number == 1 ? source->path :
		t_strdup_printf("%s:%u", source->path, number);
	if (input->stream_errno != 0) {
		input_failed(tool_input, message.file,
			     input_error(input, i_stream_get_error(input)));
		return FALSE;
	}
	if (!more && end >= stop) {
		input_failed(tool_input, message.file, t_strdup_printf(
			"is larger than %u MB; what follows is not read",
			INPUT_PIPE_MESSAGE_MAX / 1024 / 1024));
		return FALSE;
	}
	message.envelope_sender = line->null_sender ? "" : NULL;
	message.received = line->received;
	input_range(tool_input, input, &message, line->message_offset, end);
	*line = next;
	return more;
}

static struct istream *
input_create_seekable(struct istream *inputs[], const char *path)
{
	const char *dir = getenv("TMPDIR");
	struct istream *input;

	input = i_stream_create_seekable_path(inputs, INPUT_PIPE_MEMORY,
		t_strconcat(dir != NULL && *dir != '\0' ? dir : "/tmp",
			    "/bouncecause.", NULL));
	i_stream_set_name(input, path);
	return input;
}

/* Of a pipe keep only what has been read of it from the next message on. */
static void
input_pipe_forget(struct input_source *source, struct tool_mbox_line *next)
{
	struct istream *inputs[] = { NULL, source->pipe, NULL };
	uoff_t done = source->pipe_done + next->message_offset;
	const unsigned char *data;
	size_t size;

	i_stream_seek(source->input, next->message_offset);
	if (i_stream_read_bytes(source->input, &data, &size,
				source->pipe->v_offset - done) <= 0)
		return;
	inputs[0] = i_stream_create_copy_from_data(data, size);
	i_stream_unref(&source->input);
	source->input = input_create_seekable(inputs, source->path);
	i_stream_unref(&inputs[0]);
	source->pipe_done = done;
	next->message_offset = 0;
}

static void
input_mbox(struct tool_input *tool_input, struct input_source *source,
	   struct tool_mbox_line line)
{
	unsigned int number = 1;
	bool more;

	do T_BEGIN {
		more = input_mbox_message(tool_input, source, &line, number++);
		if (more && source->pipe != NULL &&
		    line.message_offset >= INPUT_PIPE_DONE)
			input_pipe_forget(source, &line);
	} T_END; while (more);
}

static bool name_has_end(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

static bool input_is_empty(struct istream *input)
{
	const unsigned char *data;
	size_t size;

	i_stream_seek(input, 0);
	return i_stream_read_more(input, &data, &size) <= 0 &&
		input->stream_errno == 0;
}

static void
input_source(struct tool_input *tool_input, struct input_source *source,
	     bool single)
{
	struct istream *input = source->input;
	struct tool_message message;
	struct tool_mbox_line line;

	i_zero(&message);
	message.file = source->path;
	message.received = source->received;
	if (!tool_mbox_begins(input, &line)) {
		input_range(tool_input, input, &message, 0, UOFF_T_MAX);
	} else if (single || !line.valid) {
		message.envelope_sender = line.null_sender ? "" : NULL;
		input_range(tool_input, input, &message, line.message_offset,
			    UOFF_T_MAX);
	} else {
		input_mbox(tool_input, source, line);
	}
}

static void
input_source_open(struct input_source *source, int fd, const struct stat *st)
{
	struct istream *file = i_stream_create_fd_autoclose(&fd,
							    INPUT_BLOCK_SIZE);
	struct istream *inputs[] = { file, NULL };

	i_stream_set_name(file, source->path);
	if (!S_ISREG(st->st_mode)) {
		i_stream_set_blocking(file, TRUE);
		source->pipe = file;
		source->input = input_create_seekable(inputs, source->path);
		return;
	}
	source->received = st->st_mtime;
	source->input = file;
	/* (files of /proc do not tell theirs) */
	if (st->st_size > 0) {
		source->input = i_stream_create_min_sized(file, st->st_size);
		i_stream_unref(&file);
	}
}

static void input_fd(struct tool_input *tool_input, const char *path, int fd,
		     bool single)
{
	struct input_source source = { .path = path };
	struct stat st;

	if (fstat(fd, &st) < 0) {
		input_failed(tool_input, path, strerror(errno));
		i_close_fd(&fd);
		return;
	}
	input_source_open(&source, fd, &st);
	/* an empty file is a message, but nothing comes from /dev/null */
	if ((source.pipe == NULL && strcmp(path, "-") != 0) ||
	    !input_is_empty(source.input))
		input_source(tool_input, &source, single);
	i_stream_unref(&source.input);
	i_stream_unref(&source.pipe);
}

static void
input_open(struct tool_input *tool_input, const char *path, bool single)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *error, *moved;

	if (fd < 0) {
		error = strerror(errno);
		moved = errno == ENOENT ? tool_input_moved(path) : NULL;
		if (moved == NULL ||
		    (fd = open(moved, O_RDONLY | O_CLOEXEC)) < 0) {
			input_failed(tool_input, path, error);
			return;
		}
		path = moved;
	}
	input_fd(tool_input, path, fd, single);
}

/* A file; single: it is known to be one message. */
static void
input_file(const char *path, const struct stat *st, bool single, void *context)
{
	struct tool_input *tool_input = context;

	single = single || name_has_end(path, ".eml") ||
		name_has_end(path, ".msg");
	if (tool_input->handler->file == NULL || !S_ISREG(st->st_mode) ||
	    !tool_input->handler->file(path, st->st_size, single,
				       tool_input->context))
		input_open(tool_input, path, single);
}

static void input_dir_failed(const char *path, const char *error,
			     void *context)
{
	input_failed(context, path, error);
}

static void input_stdin(struct tool_input *tool_input)
{
	int fd = dup(STDIN_FILENO);

	if (fd < 0)
		input_failed(tool_input, "-", strerror(errno));
	else
		input_fd(tool_input, "-", fd, FALSE);
}

static void input_path(struct tool_input *tool_input, const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		input_stdin(tool_input);
	else if (stat(path, &st) < 0)
		input_failed(tool_input, path, strerror(errno));
	else if (S_ISDIR(st.st_mode)) {
		tool_input_walk(path, input_file, input_dir_failed,
				tool_input);
	} else {
		input_file(path, &st, FALSE, tool_input);
	}
}

int tool_input_run(const char *const *paths,
		   const struct tool_input_handler *handler, void *context)
{
	struct tool_input tool_input = {
		.handler = handler,
		.context = context
	};

	if (paths[0] == NULL) {
		if (isatty(STDIN_FILENO) != 0) {
			tool_error("Nothing to read: name a file or a "
				   "directory, or - for standard input");
			return -1;
		}
		input_stdin(&tool_input);
	}
	for (; *paths != NULL; paths++) T_BEGIN {
		input_path(&tool_input, *paths);
	} T_END;
	return 0;
}

void tool_input_file(const char *path, bool single,
		     const struct tool_input_handler *handler, void *context)
{
	struct tool_input tool_input = {
		.handler = handler,
		.context = context
	};

	input_open(&tool_input, path, single);
}

/* Each message in turn, in this process */

struct input_foreach {
	tool_input_callback_t *callback;
	void *context;
	/* how many inputs failed */
	int failures;
};

static int
foreach_message(const struct tool_message *message, void *context,
		const char **error_r)
{
	struct input_foreach *foreach = context;

	tool_progress_step(message->file);
	return foreach->callback(message, foreach->context, error_r);
}

static void
foreach_failed(const char *file, const char *error, void *context)
{
	struct input_foreach *foreach = context;

	tool_error("%s: %s", file, error);
	foreach->failures++;
}

int tool_input_foreach(const char *const *paths,
		       tool_input_callback_t *callback, void *context)
{
	static const struct tool_input_handler handler = {
		.message = foreach_message,
		.failed = foreach_failed
	};
	struct input_foreach foreach = {
		.callback = callback,
		.context = context
	};
	int ret = tool_input_run(paths, &handler, &foreach);

	tool_progress_clear();
	return ret < 0 ? -1 : foreach.failures;
}
