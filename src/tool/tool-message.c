/* Words to the user, on stderr. */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-progress.h"
#include "tool-term.h"

#include <stdio.h>

static void ATTR_FORMAT(1, 0)
tool_say(const char *format, va_list args, bool error)
{
	tool_progress_clear();
	T_BEGIN {
		const char *text =
			tool_escape(t_strdup_vprintf(format, args));

		if (error) {
			fprintf(stderr, "bouncecause: %serror:%s %s\n",
				tool_style(stderr, TOOL_STYLE_BAD),
				tool_style(stderr, TOOL_STYLE_OFF), text);
		} else {
			fprintf(stderr, "  %s\n", text);
		}
	} T_END;
}

void tool_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tool_say(format, args, TRUE);
	va_end(args);
}

void tool_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tool_say(format, args, FALSE);
	va_end(args);
}

void tool_error_unknown(const char *what, const char *name,
			const char *const *known, bool all)
{
	const char *const *near = bounce_names_nearest(known, name, 1);

	tool_error("Unknown %s: %s", what, name);
	if (near[0] != NULL)
		tool_hint("Did you mean %s?", near[0]);
	else if (all)
		tool_hint("Known are: %s", t_strarray_join(known, ", "));
}
