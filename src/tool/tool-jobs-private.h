#ifndef TOOL_JOBS_PRIVATE_H
#define TOOL_JOBS_PRIVATE_H

#include "buffer.h"
#include "tool-jobs.h"

/* What goes between the processes: a size in bytes, of what follows it, and
   then items. Each is a kind and two strings with their sizes. All numbers are
   those of this machine. */

enum tool_jobs_kind {
	/* to a worker; the first string names the input */
	TOOL_JOBS_FILE = 0,
	TOOL_JOBS_FILE_SINGLE,
	/* the second string is the message; its sender is not known, or null */
	TOOL_JOBS_MESSAGE,
	TOOL_JOBS_MESSAGE_NULL_SENDER,
	/* to a worker and back: the input failed, and why */
	TOOL_JOBS_FAILED,
	/* back: a message begins; and its result, in the second string */
	TOOL_JOBS_STEP,
	TOOL_JOBS_RESULT
};

/* At no item: the request is still to be read. */
#define TOOL_JOBS_NOT_BEGUN UINT_MAX

struct tool_jobs_item {
	enum tool_jobs_kind kind;
	const char *name;		/* ends in NUL */
	const unsigned char *data;
	size_t size;
};

/* Make room for the size that a buffer begins with, and fill it in. */
void tool_jobs_begin(buffer_t *buf);
void tool_jobs_end(buffer_t *buf);
void tool_jobs_add(buffer_t *buf, enum tool_jobs_kind kind, const char *name,
		   const void *data, size_t size);
/* The next item at the offset, which is moved. FALSE at the end. */
bool tool_jobs_next(const buffer_t *buf, size_t *offset,
		    struct tool_jobs_item *item_r);
/* Is all there of what the buffer begins with the size of? */
bool tool_jobs_is_complete(const buffer_t *buf);
/* Send all of it. Returns -1 where the other end is gone. */
int tool_jobs_send(int fd, const buffer_t *buf);
/* Read what there is. Returns -1 where the other end is gone. */
int tool_jobs_receive(int fd, buffer_t *buf);

/* Work until the other end is gone, and exit. at is memory that both share:
   the index of the item that is worked at. */
void tool_jobs_work(int fd, volatile unsigned int *at,
		    const struct tool_jobs_callbacks *callbacks, void *context)
	ATTR_NORETURN;

#endif
