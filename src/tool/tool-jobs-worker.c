/* What goes between the processes, and what a worker does with it. */

#include "lib.h"
#include "istream.h"
#include "str.h"
#include "tool-jobs-private.h"
#include "tool-progress.h"

#include <sys/socket.h>
#include <unistd.h>

/* bytes read at once */
#define JOBS_READ_SIZE (64 * 1024)

struct jobs_worker {
	const struct tool_jobs_callbacks *callbacks;
	void *context;
	buffer_t *answer;
	string_t *result;
};

static void jobs_add_number(buffer_t *buf, size_t number)
{
	uint32_t value = number;

	i_assert(number <= UINT32_MAX);
	buffer_append(buf, &value, sizeof(value));
}

static uint32_t jobs_get_number(const buffer_t *buf, size_t *offset)
{
	uint32_t value;

	i_assert(*offset + sizeof(value) <= buf->used);
	memcpy(&value, CONST_PTR_OFFSET(buf->data, *offset), sizeof(value));
	*offset += sizeof(value);
	return value;
}

void tool_jobs_begin(buffer_t *buf)
{
	buffer_set_used_size(buf, 0);
	jobs_add_number(buf, 0);
}

void tool_jobs_end(buffer_t *buf)
{
	uint32_t size = buf->used - sizeof(size);

	i_assert(buf->used - sizeof(size) <= UINT32_MAX);
	buffer_write(buf, 0, &size, sizeof(size));
}

void tool_jobs_add(buffer_t *buf, enum tool_jobs_kind kind, const char *name,
		   const void *data, size_t size)
{
	size_t name_size = strlen(name) + 1;

	jobs_add_number(buf, kind);
	jobs_add_number(buf, name_size);
	jobs_add_number(buf, size);
	buffer_append(buf, name, name_size);
	buffer_append(buf, data, size);
}

bool tool_jobs_next(const buffer_t *buf, size_t *offset,
		    struct tool_jobs_item *item_r)
{
	size_t name_size;

	if (*offset == 0)
		*offset = sizeof(uint32_t);
	if (*offset >= buf->used)
		return FALSE;
	item_r->kind = jobs_get_number(buf, offset);
	name_size = jobs_get_number(buf, offset);
	item_r->size = jobs_get_number(buf, offset);
	item_r->name = CONST_PTR_OFFSET(buf->data, *offset);
	item_r->data = CONST_PTR_OFFSET(item_r->name, name_size);
	*offset += name_size + item_r->size;
	return TRUE;
}

bool tool_jobs_is_complete(const buffer_t *buf)
{
	size_t offset = 0;

	return buf->used >= sizeof(uint32_t) &&
		buf->used - sizeof(uint32_t) >= jobs_get_number(buf, &offset);
}

int tool_jobs_send(int fd, const buffer_t *buf)
{
	size_t sent = 0;
	ssize_t ret;

	while (sent < buf->used) {
		ret = send(fd, CONST_PTR_OFFSET(buf->data, sent),
			   buf->used - sent, MSG_NOSIGNAL);
		if (ret >= 0)
			sent += ret;
		else if (errno != EINTR)
			return -1;
	}
	return 0;
}

int tool_jobs_receive(int fd, buffer_t *buf)
{
	size_t used = buf->used;
	void *space = buffer_append_space_unsafe(buf, JOBS_READ_SIZE);
	ssize_t ret;

	do {
		ret = recv(fd, space, JOBS_READ_SIZE, 0);
	} while (ret < 0 && errno == EINTR);
	buffer_set_used_size(buf, used + I_MAX(ret, 0));
	return ret > 0 ? 0 : -1;
}

static int
jobs_worker_message(const struct tool_message *message, void *context,
		    const char **error_r)
{
	struct jobs_worker *worker = context;

	tool_jobs_add(worker->answer, TOOL_JOBS_STEP, message->file, "", 0);
	str_truncate(worker->result, 0);
	if (worker->callbacks->message(message, worker->result,
				       worker->context, error_r) < 0)
		return -1;
	tool_jobs_add(worker->answer, TOOL_JOBS_RESULT, "",
		      str_data(worker->result), str_len(worker->result));
	return 0;
}

static void
jobs_worker_failed(const char *file, const char *error, void *context)
{
	struct jobs_worker *worker = context;

	tool_jobs_add(worker->answer, TOOL_JOBS_FAILED, file, error,
		      strlen(error));
}

static const struct tool_input_handler jobs_worker_handler = {
	.message = jobs_worker_message,
	.failed = jobs_worker_failed
};

static void
jobs_worker_data(struct jobs_worker *worker, const struct tool_jobs_item *item)
{
	struct tool_message message = {
		.file = item->name,
		.envelope_sender =
			item->kind == TOOL_JOBS_MESSAGE ? NULL : "",
	};
	const char *error;

	message.input = i_stream_create_from_data(item->data, item->size);
	if (jobs_worker_message(&message, worker, &error) < 0)
		jobs_worker_failed(item->name, error, worker);
	i_stream_unref(&message.input);
}

static void
jobs_worker_item(struct jobs_worker *worker, const struct tool_jobs_item *item)
{
	switch (item->kind) {
	case TOOL_JOBS_FILE:
	case TOOL_JOBS_FILE_SINGLE:
		tool_input_file(item->name,
				item->kind == TOOL_JOBS_FILE_SINGLE,
				&jobs_worker_handler, worker);
		return;
	case TOOL_JOBS_MESSAGE:
	case TOOL_JOBS_MESSAGE_NULL_SENDER:
		jobs_worker_data(worker, item);
		return;
	case TOOL_JOBS_FAILED:
		tool_jobs_add(worker->answer, item->kind, item->name,
			      item->data, item->size);
		return;
	case TOOL_JOBS_STEP:
	case TOOL_JOBS_RESULT:
		break;
	}
	i_unreached();
}

void tool_jobs_work(int fd, volatile unsigned int *at,
		    const struct tool_jobs_callbacks *callbacks, void *context)
{
	struct jobs_worker worker = {
		.callbacks = callbacks,
		.context = context
	};
	buffer_t *request = buffer_create_dynamic(default_pool, 1024);
	struct tool_jobs_item item;
	size_t offset;

	worker.answer = buffer_create_dynamic(default_pool, 1024);
	worker.result = str_new(default_pool, 1024);
	tool_progress_deinit();
	while (tool_jobs_receive(fd, request) == 0) {
		if (!tool_jobs_is_complete(request))
			continue;
		tool_jobs_begin(worker.answer);
		*at = 0;
		for (offset = 0; tool_jobs_next(request, &offset, &item);
		     (*at)++) T_BEGIN {
			jobs_worker_item(&worker, &item);
		} T_END;
		tool_jobs_end(worker.answer);
		if (tool_jobs_send(fd, worker.answer) < 0)
			break;
		buffer_set_used_size(request, 0);
	}
	_exit(0);
}
