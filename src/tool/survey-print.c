/* Printing what a survey counted. */

#include "lib.h"
#include "bounce-rules.h"
#include "survey-counts.h"
#include "tool-csv.h"
#include "tool-date.h"
#include "tool-json.h"
#include "tool-table.h"

#include <stdio.h>

/* A table shows so many names of a subject */
#define TABLE_NAMES_SHOWN 20

static const char *const subject_titles[SURVEY_SUBJECT_COUNT] = {
	[SURVEY_KIND] = "MESSAGES",
	[SURVEY_CAUSE] = "CAUSE",
	[SURVEY_PROVIDER] = "PROVIDER",
	[SURVEY_DOMAIN] = "DOMAIN",
	[SURVEY_FIXER] = "MENDED BY",
	[SURVEY_RULE] = "DECIDED BY RULE",
	[SURVEY_WORDING] = "WORDING THAT NO RULE KNOWS"
};

/* What an empty name means */
static const char *const subject_empty[SURVEY_SUBJECT_COUNT] = {
	[SURVEY_KIND] = "",
	[SURVEY_CAUSE] = "(none)",
	[SURVEY_PROVIDER] = "(not recognised)",
	[SURVEY_DOMAIN] = "(address not told)",
	[SURVEY_FIXER] = "(none)",
	[SURVEY_RULE] = "(no rule)",
	[SURVEY_WORDING] = "(no reply quoted)"
};

typedef void rule_callback_t(const char *rule_id, void *context);

/* Call back for each rule that never decided. Returns how many. */
static unsigned int
unused_rules_foreach(const struct survey_counts *counts,
		     rule_callback_t *callback, void *context)
{
	const struct bounce_rules *rules = counts->rules;
	uint32_t i, unused = 0;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_RULES]; i++) {
		const char *id = bounce_rules_str(rules, rules->rules[i].id);

		if (survey_tally_get(counts->tallies[SURVEY_RULE], id) > 0)
			continue;
		if (callback != NULL)
			callback(id, context);
		unused++;
	}
	return unused;
}

static void table_print_subject(const struct survey_counts *counts,
				enum survey_subject subject, bool all)
{
	/* what is to be learnt is told with a place where it can be seen */
	bool file = subject == SURVEY_WORDING, kind = subject == SURVEY_KIND;
	const struct tool_table_column columns[] = {
		{ "COUNT", TRUE },
		{ "PERMANENT", TRUE },
		{ "TEMPORARY", TRUE },
		{ "FIRST", FALSE },
		{ "LAST", FALSE },
		{ file ? "SEEN IN" : subject_titles[subject], FALSE },
		{ subject_titles[subject], FALSE }
	};
	const struct survey_count *const *names;
	unsigned int i, count, shown;
	struct tool_table *table;

	names = survey_tally_sorted(counts->tallies[subject], &count);
	if (count == 0)
		return;
	shown = all ? count : I_MIN(count, TABLE_NAMES_SHOWN);
	putchar('\n');
	table = tool_table_init(columns, N_ELEMENTS(columns) - (file ? 0 : 1));
	for (i = 0; i < shown; i++) T_BEGIN {
		const struct survey_count *one = names[i];
		const char *name = *one->name == '\0' ?
			subject_empty[subject] : one->name;
		const char *cells[] = {
			dec2str(one->count),
			kind ? "" : dec2str(one->permanent),
			kind ? "" : dec2str(one->temporary),
			tool_day(one->first), tool_day(one->last),
			file ? one->file : name, name
		};

		tool_table_row(table, cells, NULL);
	} T_END;
	tool_table_deinit(&table);
	if (shown < count)
		printf("  and %u more (--all shows them)\n", count - shown);
}

static void table_print_unused(const char *rule_id, void *context ATTR_UNUSED)
{
	T_BEGIN {
		printf("  %s\n", tool_escape(rule_id));
	} T_END;
}

static void counts_print_table(const struct survey_counts *counts, bool all)
{
	unsigned int subject, unused;

	printf("%u message%s", counts->messages,
	       counts->messages == 1 ? "" : "s");
	if (counts->older > 0) {
		printf("; %u older one%s left out", counts->older,
		       counts->older == 1 ? "" : "s");
	}
	putchar('\n');
	for (subject = 0; subject < SURVEY_SUBJECT_COUNT; subject++) T_BEGIN {
		table_print_subject(counts, subject, all);
	} T_END;

	unused = unused_rules_foreach(counts, NULL, NULL);
	printf("\n%u of %u rules never decided%s\n", unused,
	       counts->rules->counts[BOUNCE_SECTION_RULES],
	       unused == 0 || all ? "" : " (--all shows them)");
	if (all)
		(void)unused_rules_foreach(counts, table_print_unused, NULL);
}

static void csv_print_unused(const char *rule_id, void *context ATTR_UNUSED)
{
	const char *fields[] = {
		"unused-rule", rule_id, "0", "0", "0", "", "", ""
	};

	tool_csv_row(fields, N_ELEMENTS(fields));
}

static void counts_print_csv(const struct survey_counts *counts)
{
	static const char *const titles[] = {
		"subject", "name", "count", "permanent", "temporary",
		"first", "last", "file"
	};
	const struct survey_count *const *names;
	unsigned int subject, i, count;

	tool_csv_row(titles, N_ELEMENTS(titles));
	for (subject = 0; subject < SURVEY_SUBJECT_COUNT; subject++) T_BEGIN {
		names = survey_tally_sorted(counts->tallies[subject], &count);
		for (i = 0; i < count; i++) T_BEGIN {
			const char *fields[] = {
				survey_subject_names[subject], names[i]->name,
				dec2str(names[i]->count),
				dec2str(names[i]->permanent),
				dec2str(names[i]->temporary),
				tool_day(names[i]->first),
				tool_day(names[i]->last), names[i]->file
			};

			tool_csv_row(fields, N_ELEMENTS(fields));
		} T_END;
	} T_END;
	(void)unused_rules_foreach(counts, csv_print_unused, NULL);
}

static json_t *
json_subject(const struct survey_counts *counts, enum survey_subject subject)
{
	const struct survey_count *const *names;
	json_t *array = json_array(), *object;
	unsigned int i, count;

	names = survey_tally_sorted(counts->tallies[subject], &count);
	for (i = 0; i < count; i++) T_BEGIN {
		object = json_object();
		tool_json_set(object, survey_subject_names[subject],
			      names[i]->name);
		json_object_set_new(object, "count",
				    json_integer(names[i]->count));
		json_object_set_new(object, "permanent",
				    json_integer(names[i]->permanent));
		json_object_set_new(object, "temporary",
				    json_integer(names[i]->temporary));
		tool_json_set(object, "first", tool_day(names[i]->first));
		tool_json_set(object, "last", tool_day(names[i]->last));
		tool_json_set_file(object, "file", names[i]->file);
		json_array_append_new(array, object);
	} T_END;
	return array;
}

static void json_add_unused(const char *rule_id, void *context)
{
	json_array_append_new(context, json_string(rule_id));
}

static void counts_print_json(const struct survey_counts *counts)
{
	json_t *object = json_object(), *unused = json_array();
	unsigned int subject;

	json_object_set_new(object, "messages",
			    json_integer(counts->messages));
	json_object_set_new(object, "older", json_integer(counts->older));
	for (subject = 0; subject < SURVEY_SUBJECT_COUNT; subject++) T_BEGIN {
		json_object_set_new(object,
			t_strconcat(survey_subject_names[subject], "s", NULL),
			json_subject(counts, subject));
	} T_END;
	(void)unused_rules_foreach(counts, json_add_unused, unused);
	json_object_set_new(object, "unused_rules", unused);
	tool_json_print(object);
}

void survey_counts_print(const struct survey_counts *counts,
			 enum survey_format format, bool all)
{
	switch (format) {
	case SURVEY_TABLE:
		counts_print_table(counts, all);
		break;
	case SURVEY_JSON:
		counts_print_json(counts);
		break;
	case SURVEY_CSV:
		counts_print_csv(counts);
		break;
	}
}
