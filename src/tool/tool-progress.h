#ifndef TOOL_PROGRESS_H
#define TOOL_PROGRESS_H

/* A line on the terminal that says how far a long run has got. It appears
   after a while, only when stderr is a terminal and results do not go to the
   same terminal meanwhile. */

/* Start to show progress. streaming: results are printed as they come, so
   that a terminal is in use already. */
void tool_progress_init(bool streaming);
/* One more message; where says which. */
void tool_progress_step(const char *where);
/* Take the line away, for something else is to be printed. */
void tool_progress_clear(void);
void tool_progress_deinit(void);

#endif
