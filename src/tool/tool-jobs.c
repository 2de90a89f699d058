/* Several processes: who does what, and in which order it is told. */

#include "lib.h"
#include "array.h"
#include "istream.h"
#include "str.h"
#include "bounce-limits.h"
#include "tool.h"
#include "tool-jobs-private.h"
#include "tool-progress.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A batch has so many inputs; the first ones fewer, so that all have work
   soon. */
#define JOBS_BATCH_ITEMS 32
/* and about so many bytes */
#define JOBS_BATCH_SIZE (256 * 1024)
/* batches for each worker whose turn has not come */
#define JOBS_BATCHES_AHEAD 8
/* A larger file that may be an mbox is read here. */
#define JOBS_FILE_MAX (256 * 1024)

struct jobs_batch {
	buffer_t *request;
	unsigned int items;
	/* a worker died before it began with it */
	bool lost;
	/* NULL: not there yet */
	buffer_t *answer;
};

struct jobs_worker {
	pid_t pid;
	int fd;
	/* what it works at, NULL: nothing */
	struct jobs_batch *batch;
	buffer_t *received;
};

struct tool_jobs {
	const struct tool_jobs_callbacks *callbacks;
	void *context;
	ARRAY(struct jobs_worker) workers;
	unsigned int max_workers;
	/* for each worker the item that it is at, shared with it */
	volatile unsigned int *at;
	/* batches in order, the first the one that is told next */
	ARRAY(struct jobs_batch *) batches;
	/* the one that is being filled */
	struct jobs_batch *open;
	unsigned int opened;
	int failures;
};

static volatile unsigned int *
jobs_worker_at(struct tool_jobs *jobs, const struct jobs_worker *worker)
{
	return &jobs->at[array_ptr_to_idx(&jobs->workers, worker)];
}

/* A child holds no end of another's socket: else that one would not see that
   all is over. */
static void jobs_child_close(struct tool_jobs *jobs)
{
	struct jobs_worker *worker;

	array_foreach_modifiable(&jobs->workers, worker) {
		if (worker->fd != -1)
			i_close_fd(&worker->fd);
	}
}

/* Returns -1 where the system has no process or no descriptors left. */
static int
jobs_worker_start(struct tool_jobs *jobs, struct jobs_worker *worker)
{
	int fds[2];

	worker->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	/* else the child would have it to print, too */
	if (fflush(stdout) != 0)
		tool_write_failed();
	worker->pid = fork();
	if (worker->pid < 0) {
		i_close_fd(&fds[0]);
		i_close_fd(&fds[1]);
		return -1;
	}
	if (worker->pid == 0) {
		jobs_child_close(jobs);
		i_close_fd(&fds[0]);
		tool_jobs_work(fds[1], jobs_worker_at(jobs, worker),
			       jobs->callbacks, jobs->context);
	}
	i_close_fd(&fds[1]);
	worker->fd = fds[0];
	buffer_set_used_size(worker->received, 0);
	return 0;
}

static const char *jobs_worker_stop(struct jobs_worker *worker)
{
	int status;

	i_close_fd(&worker->fd);
	while (waitpid(worker->pid, &status, 0) < 0) {
		if (errno != EINTR)
			i_fatal("waitpid() failed: %m");
	}
	if (WIFSIGNALED(status)) {
		return t_strdup_printf("signal %d, %s", WTERMSIG(status),
				       strsignal(WTERMSIG(status)));
	}
	return t_strdup_printf("exit status %d", WEXITSTATUS(status));
}

/* The item that a worker died at becomes one that failed. */
static void
jobs_batch_set_failed(struct jobs_batch *batch, unsigned int at,
		      const char *error)
{
	buffer_t *request = buffer_create_dynamic(default_pool,
						  batch->request->used);
	struct tool_jobs_item item;
	unsigned int i;
	size_t offset = 0;

	tool_jobs_begin(request);
	for (i = 0; tool_jobs_next(batch->request, &offset, &item); i++) {
		if (i == at) {
			item.kind = TOOL_JOBS_FAILED;
			item.data = (const unsigned char *)error;
			item.size = strlen(error);
		}
		tool_jobs_add(request, item.kind, item.name, item.data,
			      item.size);
	}
	tool_jobs_end(request);
	buffer_free(&batch->request);
	batch->request = request;
}

static void
jobs_worker_send(struct tool_jobs *jobs, struct jobs_worker *worker)
{
	*jobs_worker_at(jobs, worker) = TOOL_JOBS_NOT_BEGUN;
	/* one that is gone is seen when its answer is read */
	(void)tool_jobs_send(worker->fd, worker->batch->request);
}

static void
jobs_worker_died(struct tool_jobs *jobs, struct jobs_worker *worker)
{
	struct jobs_batch *batch = worker->batch;
	unsigned int at = *jobs_worker_at(jobs, worker);
	const char *how = jobs_worker_stop(worker);

	if (batch != NULL && at == TOOL_JOBS_NOT_BEGUN && !batch->lost) {
		/* it is none of its doing, the first time */
		batch->lost = TRUE;
	} else if (batch != NULL) {
		jobs_batch_set_failed(batch, at == TOOL_JOBS_NOT_BEGUN ?
				      0 : at,
			t_strdup_printf("The process that read it ended: %s",
					how));
	}
	if (jobs_worker_start(jobs, worker) < 0) {
		/* what the others read comes behind what this one had */
		tool_error("No process can be started in place of one that "
			   "ended: %m");
		exit(TOOL_EXIT_FAILED);
	}
	if (worker->batch != NULL)
		jobs_worker_send(jobs, worker);
}

static void
jobs_worker_receive(struct tool_jobs *jobs, struct jobs_worker *worker)
{
	if (tool_jobs_receive(worker->fd, worker->received) < 0) T_BEGIN {
		jobs_worker_died(jobs, worker);
	} T_END; else if (tool_jobs_is_complete(worker->received)) {
		worker->batch->answer = worker->received;
		worker->received = buffer_create_dynamic(default_pool, 1024);
		worker->batch = NULL;
	}
}

/* Wait until a worker has something to say. */
static void jobs_wait(struct tool_jobs *jobs)
{
	struct jobs_worker *workers;
	unsigned int i, count;
	struct pollfd *fds;

	workers = array_get_modifiable(&jobs->workers, &count);
	fds = t_new(struct pollfd, count);
	for (i = 0; i < count; i++) {
		fds[i].fd = workers[i].fd;
		fds[i].events = POLLIN;
	}
	if (poll(fds, count, -1) < 0) {
		if (errno != EINTR)
			i_fatal("poll() failed: %m");
		return;
	}
	for (i = 0; i < count; i++) {
		if (fds[i].revents != 0)
			jobs_worker_receive(jobs, &workers[i]);
	}
}

static void
jobs_tell_item(struct tool_jobs *jobs, const struct tool_jobs_item *item)
{
	switch (item->kind) {
	case TOOL_JOBS_STEP:
		tool_progress_step(item->name);
		return;
	case TOOL_JOBS_RESULT:
		jobs->callbacks->result(item->data, item->size, jobs->context);
		return;
	case TOOL_JOBS_FAILED:
		tool_error("%s: %s", item->name,
			   t_strndup(item->data, item->size));
		jobs->failures++;
		return;
	default:
		i_unreached();
	}
}

/* Tell the first batch. FALSE where it is not ready, or there is none. */
static bool jobs_tell(struct tool_jobs *jobs)
{
	struct jobs_batch *batch;
	struct tool_jobs_item item;
	size_t offset = 0;

	if (array_count(&jobs->batches) == 0)
		return FALSE;
	batch = array_idx_elem(&jobs->batches, 0);
	if (batch->answer == NULL)
		return FALSE;
	array_pop_front(&jobs->batches);
	while (tool_jobs_next(batch->answer, &offset, &item)) T_BEGIN {
		jobs_tell_item(jobs, &item);
	} T_END;
	buffer_free(&batch->answer);
	buffer_free(&batch->request);
	i_free(batch);
	return TRUE;
}

/* A new worker, NULL where there can be no more. */
static struct jobs_worker *jobs_worker_add(struct tool_jobs *jobs)
{
	struct jobs_worker *worker = array_append_space(&jobs->workers);
	unsigned int count;

	worker->received = buffer_create_dynamic(default_pool, 1024);
	if (jobs_worker_start(jobs, worker) == 0)
		return worker;
	buffer_free(&worker->received);
	array_pop_back(&jobs->workers);
	count = array_count(&jobs->workers);
	tool_hint("Not %u processes but %u: no more can be started: %m",
		  jobs->max_workers, I_MAX(count, 1));
	jobs->max_workers = count;
	return NULL;
}

/* A worker that has nothing to do; a new one while there may be more. */
static struct jobs_worker *jobs_worker_idle(struct tool_jobs *jobs)
{
	struct jobs_worker *worker;

	array_foreach_modifiable(&jobs->workers, worker) {
		if (worker->batch == NULL)
			return worker;
	}
	if (array_count(&jobs->workers) >= jobs->max_workers)
		return NULL;
	return jobs_worker_add(jobs);
}

/* Hand out the batch that is being filled: that comes first, telling second. */
static void jobs_hand_out(struct tool_jobs *jobs)
{
	struct jobs_batch *batch = jobs->open;
	struct jobs_worker *worker = NULL;
	unsigned int ahead = jobs->max_workers * JOBS_BATCHES_AHEAD;

	if (batch == NULL)
		return;
	jobs->open = NULL;
	tool_jobs_end(batch->request);
	while (array_count(&jobs->batches) >= ahead ||
	       (worker = jobs_worker_idle(jobs)) == NULL) {
		if (!jobs_tell(jobs)) T_BEGIN {
			jobs_wait(jobs);
		} T_END;
	}
	array_push_back(&jobs->batches, &batch);
	worker->batch = batch;
	jobs_worker_send(jobs, worker);
}

static void
jobs_add(struct tool_jobs *jobs, enum tool_jobs_kind kind, const char *name,
	 const void *data, size_t size)
{
	struct jobs_batch *batch = jobs->open;

	if (batch == NULL) {
		batch = i_new(struct jobs_batch, 1);
		batch->request = buffer_create_dynamic(default_pool, 4096);
		tool_jobs_begin(batch->request);
		jobs->open = batch;
		jobs->opened++;
	}
	tool_jobs_add(batch->request, kind, name, data, size);
	batch->items++;
	if (batch->items >= I_MIN(JOBS_BATCH_ITEMS, jobs->opened) ||
	    batch->request->used >= JOBS_BATCH_SIZE)
		jobs_hand_out(jobs);
}

static bool jobs_file(const char *path, uoff_t size, bool single, void *context)
{
	if (!single && size > JOBS_FILE_MAX)
		return FALSE;
	jobs_add(context, single ? TOOL_JOBS_FILE_SINGLE : TOOL_JOBS_FILE,
		 path, "", 0);
	return TRUE;
}

static void jobs_failed(const char *file, const char *error, void *context)
{
	jobs_add(context, TOOL_JOBS_FAILED, file, error, strlen(error));
}

/* A message that is read here: as much of it as the engine reads, and a byte
   more, so that it can see that there is more. */
static int jobs_message(const struct tool_message *message, void *context,
			const char **error_r)
{
	buffer_t *copy = buffer_create_dynamic(default_pool, 4096);
	const unsigned char *data;
	size_t size, room = BOUNCE_LIMIT_MESSAGE_SIZE + 1;
	int ret = 0;

	while (room > 0 &&
	       i_stream_read_more(message->input, &data, &size) > 0) {
		size = I_MIN(size, room);
		buffer_append(copy, data, size);
		i_stream_skip(message->input, size);
		room -= size;
	}
	if (message->input->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(message->input));
		ret = -1;
	} else {
		jobs_add(context, message->envelope_sender == NULL ?
			 TOOL_JOBS_MESSAGE : TOOL_JOBS_MESSAGE_NULL_SENDER,
			 message->file, copy->data, copy->used);
	}
	buffer_free(&copy);
	return ret;
}

static int jobs_run(struct tool_jobs *jobs, const char *const *paths)
{
	static const struct tool_input_handler handler = {
		.message = jobs_message,
		.failed = jobs_failed,
		.file = jobs_file
	};
	struct jobs_worker *worker;
	int ret;

	ret = tool_input_run(paths, &handler, jobs);
	jobs_hand_out(jobs);
	while (array_count(&jobs->batches) > 0) {
		if (!jobs_tell(jobs)) T_BEGIN {
			jobs_wait(jobs);
		} T_END;
	}
	array_foreach_modifiable(&jobs->workers, worker) T_BEGIN {
		(void)jobs_worker_stop(worker);
		buffer_free(&worker->received);
	} T_END;
	return ret;
}

struct jobs_single {
	const struct tool_jobs_callbacks *callbacks;
	void *context;
	string_t *result;
};

static int jobs_single_message(const struct tool_message *message,
			       void *context, const char **error_r)
{
	struct jobs_single *single = context;

	str_truncate(single->result, 0);
	if (single->callbacks->message(message, single->result,
				       single->context, error_r) < 0)
		return -1;
	single->callbacks->result(str_data(single->result),
				  str_len(single->result), single->context);
	return 0;
}

static int
jobs_run_single(const char *const *paths,
		const struct tool_jobs_callbacks *callbacks, void *context)
{
	struct jobs_single single = {
		.callbacks = callbacks,
		.context = context
	};
	int ret;

	single.result = str_new(default_pool, 4096);
	ret = tool_input_foreach(paths, jobs_single_message, &single);
	str_free(&single.result);
	return ret;
}

int tool_jobs_foreach(const char *const *paths, unsigned int jobs_count,
		      const struct tool_jobs_callbacks *callbacks,
		      void *context)
{
	struct tool_jobs jobs = {
		.callbacks = callbacks,
		.context = context,
		.max_workers = jobs_count
	};
	size_t size = jobs_count * sizeof(*jobs.at);
	void *shared;
	int ret;

	i_assert(jobs_count >= 1 && jobs_count <= TOOL_JOBS_MAX);
	if (jobs_count == 1)
		return jobs_run_single(paths, callbacks, context);

	shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		i_fatal("mmap() failed: %m");
	jobs.at = shared;
	i_array_init(&jobs.workers, jobs_count);
	i_array_init(&jobs.batches, jobs_count * JOBS_BATCHES_AHEAD);
	if (jobs_worker_add(&jobs) != NULL)
		ret = jobs_run(&jobs, paths);
	else
		ret = jobs_run_single(paths, callbacks, context);
	tool_progress_clear();
	array_free(&jobs.batches);
	array_free(&jobs.workers);
	(void)munmap(shared, size);
	return ret < 0 ? -1 : jobs.failures;
}
