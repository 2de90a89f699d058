#ifndef TOOL_MBOX_H
#define TOOL_MBOX_H

struct istream;

/* The line that stands before each message of an mbox */
struct tool_mbox_line {
	/* bytes from the stream's start to the message itself */
	uoff_t message_offset;
	/* does the line have a date as an mbox has it? (Some programs write
	   "From -" and the like before a single message.) */
	bool valid;
	time_t received;		/* 0 unknown */
	bool null_sender;		/* from MAILER-DAEMON */
};

/* Does the stream, at its start, begin with such a line? Fills in line_r and
   leaves the stream anywhere. */
bool tool_mbox_begins(struct istream *input, struct tool_mbox_line *line_r);
/* Find where the message at the stream's position ends: at the next such line
   that is valid, follows an empty line and is followed by a header field, else
   at the end of the stream. Returns TRUE and that next line in line_r (its
   offset counted from the stream's start), or FALSE at the end of the stream
   and at the offset stop, from which on nothing is looked for; end_r is where
   the message ends. Leaves the stream anywhere. */
bool tool_mbox_next(struct istream *input, uoff_t stop,
		    struct tool_mbox_line *line_r, uoff_t *end_r);

#endif
