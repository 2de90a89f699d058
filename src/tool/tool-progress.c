/* Progress of a long run, on stderr. */

#include "lib.h"
#include "time-util.h"
#include "tool-progress.h"
#include "tool-term.h"

#include <stdlib.h>
#include <unistd.h>

/* milliseconds */
#define PROGRESS_FIRST 500
#define PROGRESS_INTERVAL 100

static struct {
	bool enabled;
	bool shown;
	unsigned int count;
	unsigned int columns;
	struct timeval next;
} progress;

static void progress_wait(unsigned int msecs)
{
	i_gettimeofday(&progress.next);
	timeval_add_msecs(&progress.next, msecs);
}

void tool_progress_init(bool streaming)
{
	const char *term = getenv("TERM");

	i_zero(&progress);
	progress.enabled = isatty(STDERR_FILENO) != 0 &&
		term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
		(!streaming || isatty(STDOUT_FILENO) == 0);
	progress.columns = tool_term_columns(stderr);
	progress_wait(PROGRESS_FIRST);
}

void tool_progress_step(const char *where)
{
	struct timeval now;

	progress.count++;
	if (!progress.enabled)
		return;
	i_gettimeofday(&now);
	if (timeval_cmp(&now, &progress.next) < 0)
		return;
	T_BEGIN {
		const char *line =
			t_strdup_printf("%u messages, now %s", progress.count,
					tool_escape(where));

		fprintf(stderr, "\r\033[K%s",
			tool_cut(line, progress.columns - 1));
		fflush(stderr);
	} T_END;
	progress.shown = TRUE;
	progress_wait(PROGRESS_INTERVAL);
}

void tool_progress_clear(void)
{
	if (!progress.shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress.shown = FALSE;
}

void tool_progress_deinit(void)
{
	tool_progress_clear();
	progress.enabled = FALSE;
}
