/* bouncecause survey: what a mailbox of bounces says as a whole. */

#include "lib.h"
#include "array.h"
#include "istream.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "survey-addresses.h"
#include "survey-counts.h"
#include "tool.h"
#include "tool-date.h"
#include "tool-input.h"
#include "tool-options.h"
#include "tool-progress.h"
#include "tool-rules.h"

#include <time.h>

static struct {
	unsigned int format;
	bool addresses;
	bool all;
	const char *since;
	const char *rules;
} set;

static const struct tool_option survey_options[] = {
	{ "addresses", 'a', TOOL_OPTION_SWITCH, &set.addresses, NULL,
	  "the addresses that failed, which are dead" },
	{ "since", 's', TOOL_OPTION_STRING, &set.since, "DATE|7d",
	  "leave out older ones (2026-01-31, 7d, 12h)" },
	{ "format", 'f', TOOL_OPTION_CHOICE, &set.format, "table|json|csv",
	  "how to print it; default: table" },
	{ "all", 'A', TOOL_OPTION_SWITCH, &set.all, NULL,
	  "whole lists, and the rules never used" },
	TOOL_OPTION_RULES(set.rules),
	{ .name = NULL }
};

struct survey {
	struct bounce_rules *rules;
	pool_t pool;
	time_t since;
	struct survey_counts counts;
	struct survey_addresses *addresses;
};

static int survey_message(const struct tool_message *message, void *context,
			  const char **error_r)
{
	struct survey *survey = context;
	struct bounce_verdict *verdict;
	time_t when;

	p_clear(survey->pool);
	when = tool_message_date(message->input, message->received);
	/* the stream tells again what failed, if it did */
	if (message->input->stream_errno == 0 && when != 0 &&
	    when < survey->since) {
		survey->counts.older++;
		return 0;
	}
	if (bounce_classify(message->input, message->envelope_sender,
			    survey->rules, NULL, BOUNCE_CLASSIFY_CARRIED |
			    BOUNCE_CLASSIFY_NORMALISED, NULL, survey->pool,
			    &verdict, error_r) < 0)
		return -1;
	if (set.addresses)
		survey_addresses_add(survey->addresses, when, verdict);
	else {
		survey_counts_add(&survey->counts, message->file, when,
				  verdict);
	}
	return 0;
}

static int survey_run(struct survey *survey, const char *const *args)
{
	int failures;

	survey->pool = pool_alloconly_create("survey", 32 * 1024);
	survey_counts_init(&survey->counts, survey->rules);
	survey->addresses = survey_addresses_init(survey->rules);

	tool_progress_init(FALSE);
	failures = tool_input_foreach(args, survey_message, survey);
	tool_progress_deinit();
	if (failures >= 0 && set.addresses)
		survey_addresses_print(survey->addresses, set.format);
	else if (failures >= 0)
		survey_counts_print(&survey->counts, set.format, set.all);

	survey_addresses_deinit(&survey->addresses);
	survey_counts_deinit(&survey->counts);
	pool_unref(&survey->pool);
	if (failures < 0)
		return TOOL_EXIT_USAGE;
	return failures == 0 ? TOOL_EXIT_OK : TOOL_EXIT_FAILED;
}

static int cmd_survey_run(const char *const *args)
{
	struct survey survey;
	int ret;

	i_zero(&survey);
	if (set.since != NULL &&
	    tool_date_parse(set.since, time(NULL), &survey.since) < 0) {
		tool_error("--since takes a date (2026-01-31) or a duration "
			   "(7d, 12h): %s", set.since);
		return TOOL_EXIT_USAGE;
	}
	if (tool_rules_open(set.rules, &survey.rules) < 0)
		return TOOL_EXIT_USAGE;
	ret = survey_run(&survey, args);
	bounce_rules_unref(&survey.rules);
	return ret;
}

const struct tool_command cmd_survey = {
	.name = "survey",
	.syntax = "[OPTION]... [FILE|DIRECTORY|-]...",
	.summary = "count causes, providers and unknown wordings of many",
	.help =
"Counts over Maildirs, mboxes and directories: causes, providers and domains\n"
"that refuse, who can mend it, the rules that decided and those that never\n"
"did, and the wordings that no rule knows. Days are those of the reports' Date\n"
"fields, in UTC; else those of the files.\n\n"
"With --addresses it lists the addresses that failed. One is called dead when\n"
"it failed on at least two days, permanently, and by its own fault: there is no\n"
"such mailbox or domain, or it is closed or has moved.\n",
	.options = survey_options,
	.run = cmd_survey_run
};
