/* The messages that a command line names, one after the other. */

#include "lib.h"
#include "istream.h"
#include "istream-seekable.h"
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
/* a pipe is kept in memory up to here, then in a temporary file */
#define INPUT_PIPE_MEMORY (4 * 1024 * 1024)

struct tool_input {
	const struct tool_input_handler *handler;
	void *context;
};

static void
input_failed(struct tool_input *tool_input, const char *file,
	     const char *error)
{
	tool_input->handler->failed(file, error, tool_input->context);
}

static void
input_message(struct tool_input *tool_input, const struct tool_message *message)
{
	T_BEGIN {
		const char *error;

		if (tool_input->handler->message(message, tool_input->context,
						 &error) < 0)
			input_failed(tool_input, message->file, error);
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
input_mbox_message(struct tool_input *tool_input, const char *path,
		   struct istream *input, struct tool_mbox_line *line,
		   unsigned int number)
{
	struct tool_message message;
	struct tool_mbox_line next;
	uoff_t end;
	bool more;

	i_stream_seek(input, line->message_offset);
	more = tool_mbox_next(input, &next, &end);
	if (input->stream_errno != 0) {
		input_failed(tool_input, path, strerror(input->stream_errno));
		return FALSE;
	}
	i_zero(&message);
	message.file = !more && number == 1 ? path :
		t_strdup_printf("%s:%u", path, number);
	message.envelope_sender = line->null_sender ? "" : NULL;
	message.received = line->received;
	input_range(tool_input, input, &message, line->message_offset, end);
	*line = next;
	return more;
}

static void
input_mbox(struct tool_input *tool_input, const char *path,
	   struct istream *input, struct tool_mbox_line line)
{
	unsigned int number = 1;
	bool more;

	do T_BEGIN {
		more = input_mbox_message(tool_input, path, input, &line,
					  number++);
	} T_END; while (more);
}

static bool name_has_end(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcasecmp(name + len - end_len, end) == 0;
}

static void
input_stream(struct tool_input *tool_input, const char *path,
	     struct istream *input, bool single)
{
	struct tool_message message;
	struct tool_mbox_line line;
	const struct stat *st;

	i_zero(&message);
	message.file = path;
	if (i_stream_stat(input, FALSE, &st) == 0)
		message.received = st->st_mtime;
	if (!tool_mbox_begins(input, &line)) {
		input_range(tool_input, input, &message, 0, UOFF_T_MAX);
	} else if (single || !line.valid) {
		message.envelope_sender = line.null_sender ? "" : NULL;
		input_range(tool_input, input, &message, line.message_offset,
			    UOFF_T_MAX);
	} else {
		input_mbox(tool_input, path, input, line);
	}
}

static struct istream *input_create_pipe(struct istream *pipe)
{
	struct istream *inputs[] = { pipe, NULL };
	const char *dir = getenv("TMPDIR");
	struct istream *input;

	i_stream_set_blocking(pipe, TRUE);
	input = i_stream_create_seekable_path(inputs, INPUT_PIPE_MEMORY,
		t_strconcat(dir != NULL && *dir != '\0' ? dir : "/tmp",
			    "/bouncecause.", NULL));
	i_stream_unref(&pipe);
	return input;
}

static void input_fd(struct tool_input *tool_input, const char *path, int fd,
		     bool single)
{
	struct istream *input;
	struct stat st;

	if (fstat(fd, &st) < 0) {
		input_failed(tool_input, path, strerror(errno));
		i_close_fd(&fd);
		return;
	}
	input = i_stream_create_fd_autoclose(&fd, INPUT_BLOCK_SIZE);
	if (!S_ISREG(st.st_mode))
		input = input_create_pipe(input);
	i_stream_set_name(input, path);
	input_stream(tool_input, path, input, single);
	i_stream_unref(&input);
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
