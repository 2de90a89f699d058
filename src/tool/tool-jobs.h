#ifndef TOOL_JOBS_H
#define TOOL_JOBS_H

#include "tool-input.h"

/* Messages read by several processes at once, their results told in the order
   of the messages.

   This process walks the inputs and hands out batches of them, to whichever
   worker is idle: names of files, and the messages themselves of what it must
   read on its own (standard input, large mboxes). A worker returns what its
   messages came to, and that is told when its batch's turn comes. A worker that
   dies costs one input, which is named; another one does the rest. */

#define TOOL_JOBS_MAX 256

struct tool_jobs_callbacks {
	/* What a message comes to, appended to result: any bytes. Returns 0,
	   or -1 and an error in error_r. Called in a worker: what it changes
	   besides is lost. */
	int (*message)(const struct tool_message *message, string_t *result,
		       void *context, const char **error_r);
	/* Tell such a result. Called in this process, in order. */
	void (*result)(const unsigned char *data, size_t size, void *context);
};

/* As tool_input_foreach(), by so many processes; with one of them, in this
   one. */
int tool_jobs_foreach(const char *const *paths, unsigned int jobs,
		      const struct tool_jobs_callbacks *callbacks,
		      void *context);

#endif
