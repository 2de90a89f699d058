/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* libhs at work in a child process */

#include "lib.h"
#include "buffer.h"
#include "read-full.h"
#include "time-util.h"
#include "write-full.h"
#include "bounce-limits.h"
#include "bounce-rules-file.h"
#include "bounce-hs-child.h"

#include <hs.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct bounce_hs_child {
	pid_t pid;
	int fd;
	/* of CPU time that it may take */
	rlim_t seconds;
};

/* What the child sends: this, and the image or the message */
struct child_reply {
	bool success;
	size_t size;
};

static void
child_reply(int fd, bool success, const void *data, size_t size)
{
	struct child_reply reply;

	/* gaps, too */
	i_zero(&reply);
	reply.success = success;
	reply.size = size;
	if (write_full(fd, &reply, sizeof(reply)) < 0 ||
	    write_full(fd, data, size) < 0)
		_exit(1);
	_exit(0);
}

/* The database as it is used in place, where its memory is aligned as in the
   compiled file: see bounce-rules-file.h */
static void child_reply_image(int fd, const hs_database_t *db)
{
	char *bytes;
	size_t bytes_size, size;
	void *image;

	if (hs_serialize_database(db, &bytes, &bytes_size) != HS_SUCCESS ||
	    hs_serialized_database_size(bytes, bytes_size,
					&size) != HS_SUCCESS ||
	    posix_memalign(&image, BOUNCE_RULES_ALIGNMENT, size) != 0)
		_exit(1);
	/* gaps are the same in every file */
	memset(image, 0, size);
	if (hs_deserialize_database_at(bytes, bytes_size,
				       image) != HS_SUCCESS ||
	    !bounce_rules_database_starts(image))
		_exit(1);
	child_reply(fd, TRUE, image, size);
}

/* Whoever runs this may have a lower limit. */
static rlim_t child_seconds(unsigned int seconds)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CPU, &limit) < 0)
		i_fatal("getrlimit() failed: %m");
	return limit.rlim_max == RLIM_INFINITY || limit.rlim_max > seconds ?
		seconds : limit.rlim_max;
}

static void
child_run(int fd, const char *const *expressions, const unsigned int *flags,
	  const unsigned int *ids, unsigned int count, rlim_t seconds)
{
	/* rule files are packages: any CPU that libhs runs on must do */
	hs_platform_info_t platform = { .tune = HS_TUNE_FAMILY_GENERIC };
	const struct rlimit limit = {
		.rlim_cur = seconds,
		.rlim_max = seconds
	};
	hs_compile_error_t *error;
	hs_database_t *db;

	if (setrlimit(RLIMIT_CPU, &limit) < 0)
		_exit(1);
	if (hs_compile_multi(expressions, flags, ids, count, HS_MODE_BLOCK,
			     &platform, &db, &error) != HS_SUCCESS)
		child_reply(fd, FALSE, error->message, strlen(error->message));
	child_reply_image(fd, db);
}

struct bounce_hs_child *
bounce_hs_child_start(const char *const *expressions,
		      const unsigned int *flags, const unsigned int *ids,
		      unsigned int count, unsigned int seconds)
{
	struct bounce_hs_child *child;
	rlim_t limit = child_seconds(seconds);
	int fds[2];
	pid_t pid;

	if (pipe(fds) < 0)
		i_fatal("pipe() failed: %m");
	pid = fork();
	if (pid == -1)
		i_fatal("fork() failed: %m");
	if (pid == 0) {
		(void)close(fds[0]);
		child_run(fds[1], expressions, flags, ids, count, limit);
	}
	i_close_fd(&fds[1]);
	child = i_new(struct bounce_hs_child, 1);
	child->pid = pid;
	child->fd = fds[0];
	child->seconds = limit;
	return child;
}

/* What the child has sent, or FALSE */
static bool child_read(int fd, struct bounce_hs_result *result)
{
	struct child_reply reply;
	buffer_t *data;

	if (read_full(fd, &reply, sizeof(reply)) <= 0)
		return FALSE;
	data = buffer_create_dynamic(default_pool, reply.size + 1);
	if (read_full(fd, buffer_append_space_unsafe(data, reply.size),
		      reply.size) <= 0 && reply.size > 0) {
		buffer_free(&data);
		return FALSE;
	}
	if (reply.success) {
		result->image = data;
	} else {
		result->error = t_strndup(data->data, data->used);
		buffer_free(&data);
	}
	return TRUE;
}

/* How a child that died of a signal died. At its limit of CPU time it is killed
   as it is where memory runs out; for the limit the kernel counts in ticks,
   and may be far beyond what it tells later. */
static const char *
child_death(const struct bounce_hs_child *child, int sig,
	    const struct rusage *usage)
{
	rlim_t usecs = timeval_to_usecs(&usage->ru_utime) +
		timeval_to_usecs(&usage->ru_stime);

	if (sig == SIGXCPU ||
	    (sig == SIGKILL && usecs >= child->seconds * 500000)) {
		return t_strdup_printf("takes libhs more than %lu second%s; "
			"make several of it, with fewer alternatives that may "
			"repeat", (unsigned long)child->seconds,
			child->seconds == 1 ? "" : "s");
	}
	if (sig == SIGKILL)
		return "libhs was killed (out of memory?)";
	return t_strdup_printf("libhs died of signal %d", sig);
}

void bounce_hs_child_finish(struct bounce_hs_child **_child,
			    struct bounce_hs_result *result_r)
{
	struct bounce_hs_child *child = *_child;
	struct rusage usage;
	int status;

	*_child = NULL;
	i_zero(result_r);
	if (!child_read(child->fd, result_r))
		result_r->error = "libhs failed";
	i_close_fd(&child->fd);
	while (wait4(child->pid, &status, 0, &usage) < 0) {
		if (errno != EINTR)
			i_fatal("wait4() failed: %m");
	}
	if (WIFSIGNALED(status))
		result_r->error = child_death(child, WTERMSIG(status), &usage);
	i_free(child);
}

void bounce_hs_compile(const char *expression, unsigned int flags,
		       struct bounce_hs_result *result_r)
{
	const unsigned int id = 0;
	struct bounce_hs_child *child;

	child = bounce_hs_child_start(&expression, &flags, &id, 1,
				      BOUNCE_LIMIT_PATTERN_SECONDS);
	bounce_hs_child_finish(&child, result_r);
}
