#ifndef TOOL_INPUT_DIR_H
#define TOOL_INPUT_DIR_H

struct stat;

/* A file was found; single: it is one message, for it lies in a Maildir. */
typedef void tool_walk_file_t(const char *path, const struct stat *st,
			      bool single, void *context);
/* Something could not be read. */
typedef void tool_walk_error_t(const char *path, const char *error,
			       void *context);

/* Visit the files of a directory as tool_input_foreach() says. A message of a
   Maildir that is renamed meanwhile is visited by its new name. */
void tool_input_walk(const char *path, tool_walk_file_t *file,
		     tool_walk_error_t *error, void *context);
/* A file of new or cur of a Maildir is gone: where the message is now, on the
   data stack, or NULL. */
const char *tool_input_moved(const char *path);

#endif
