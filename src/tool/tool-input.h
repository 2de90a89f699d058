#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

struct istream;

/* Messages from what a command line names: single files, mboxes, Maildirs,
   directories of either, standard input. */

struct tool_message {
	/* as given on the command line, or below the directory given there;
	   with ":N" for the Nth message of an mbox that holds several */
	const char *file;
	/* seekable and blocking, at the start of the header; closed by the
	   caller of the callback */
	struct istream *input;
	/* the null sender "", where the mbox says so, else NULL: not known */
	const char *envelope_sender;
	/* when it came in: the mbox's time, else the file's; 0 unknown */
	time_t received;
};

/* Called for each message. Returns 0, or -1 and an error in error_r (data
   stack), which is then told with the file's name. */
typedef int tool_input_callback_t(const struct tool_message *message,
				  void *context, const char **error_r);

/* Call back for every message of the paths, NULL-terminated, each in turn:
   - a file is one message or, where its content is of that form, an mbox; a
     file whose name ends in .eml or .msg is always one message. A leading
     mbox line "From ..." is no part of the message;
   - of a Maildir, new/ and cur/ are read, and so are the folders in it;
   - of any other directory, all files in it and below, sorted by name, save
     those whose names begin with a dot; symbolic links to directories are
     not followed;
   - "-" is standard input, a message or an mbox; where it is empty, nothing.
   Of a pipe no more is read, and kept, than the messages in it need.
   Without paths standard input is read, unless it is a terminal.

   What cannot be read is told on stderr, and the next one is read. Returns
   how many could not, or -1 when there was nothing to read at all and that
   has been told. */
int tool_input_foreach(const char *const *paths,
		       tool_input_callback_t *callback, void *context);

/* What is done with the inputs, each called with the context that was given */
struct tool_input_handler {
	/* a message; where it returns -1, failed() is called */
	tool_input_callback_t *message;
	/* an input that cannot be read, and why */
	void (*failed)(const char *file, const char *error, void *context);
	/* A regular file of that size, not opened yet; single: it is one
	   message. Returns TRUE where it has been taken as it is, to be read
	   by tool_input_file() at another time; else its messages follow.
	   NULL: no file is taken. */
	bool (*file)(const char *path, uoff_t size, bool single,
		     void *context);
};

/* As tool_input_foreach(), with all that happens left to a handler. Returns -1
   when there was nothing to read at all and that has been told, else 0. */
int tool_input_run(const char *const *paths,
		   const struct tool_input_handler *handler, void *context);
/* The messages of one file. */
void tool_input_file(const char *path, bool single,
		     const struct tool_input_handler *handler, void *context);

#endif
