/* bouncecause causes: the catalogue. */

#include "lib.h"
#include "bounce-rules.h"
#include "tool.h"
#include "tool-json.h"
#include "tool-options.h"
#include "tool-rules.h"
#include "tool-table.h"

enum causes_format {
	CAUSES_TABLE = 0,
	CAUSES_JSON,
	CAUSES_MARKDOWN
};

static struct {
	unsigned int format;
	const char *language;
	const char *rules;
} set;

static const struct tool_option causes_options[] = {
	{ "format", 'f', TOOL_OPTION_CHOICE, &set.format,
	  "table|json|markdown", "how to print it; default: table" },
	{ "language", 'l', TOOL_OPTION_STRING, &set.language, "TAG",
	  "titles, reasons and advice in that language" },
	TOOL_OPTION_RULES(set.rules),
	{ .name = NULL }
};

static const struct tool_table_column causes_columns[] = {
	{ "ROW", TRUE },
	{ "CAUSE", FALSE },
	{ "SEVERITY", FALSE },
	{ "MENDED BY", FALSE },
	{ "RETRY", FALSE },
	{ "TITLE", FALSE }
};

/* A cause, with its texts in the chosen language */
struct cause_view {
	const char *id, *keyword, *row, *severity, *fixer, *retry;
	const struct bounce_text_rec *text;
	uint32_t retry_after;
};

static const char *duration(uint32_t secs)
{
	if (secs % 86400 == 0)
		return t_strdup_printf("%ud", secs / 86400);
	if (secs % 3600 == 0)
		return t_strdup_printf("%uh", secs / 3600);
	return t_strdup_printf("%um", secs / 60);
}

static void cause_view_get(const struct bounce_rules *rules, uint32_t language,
			   uint32_t cause, struct cause_view *view_r)
{
	const struct bounce_cause_rec *rec = &rules->causes[cause];
	const struct bounce_text_rec *own;

	view_r->id = bounce_rules_str(rules, rec->id);
	view_r->keyword = bounce_rules_str(rules, rec->keyword);
	view_r->row = rec->row == 0 ? "" : dec2str(rec->row);
	view_r->severity = bounce_severity_name(rec->severity);
	view_r->fixer = bounce_fixer_name(rec->fixer);
	view_r->retry = bounce_retry_name(rec->retry);
	view_r->retry_after = rec->retry_after;
	view_r->text = bounce_rules_find_text(rules, language, cause, 0, &own);
}

static void causes_print_table(const struct bounce_rules *rules,
			       uint32_t language)
{
	struct tool_table *table;
	struct cause_view view;
	uint32_t i;

	table = tool_table_init(causes_columns, N_ELEMENTS(causes_columns));
	for (i = 0; i < rules->counts[BOUNCE_SECTION_CAUSES]; i++) T_BEGIN {
		cause_view_get(rules, language, i, &view);
		const char *cells[N_ELEMENTS(causes_columns)] = {
			view.row, view.id, view.severity, view.fixer,
			view.retry_after == 0 ? view.retry :
			t_strdup_printf("%s %s", view.retry,
					duration(view.retry_after)),
			bounce_rules_str(rules, view.text->title)
		};
		enum tool_style styles[N_ELEMENTS(causes_columns)] = { 0 };

		styles[1] = TOOL_STYLE_MARK;
		tool_table_row(table, cells, styles);
	} T_END;
	tool_table_deinit(&table);
}

static void
causes_print_json(const struct bounce_rules *rules, uint32_t language)
{
	struct cause_view view;
	json_t *object;
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_CAUSES]; i++) T_BEGIN {
		cause_view_get(rules, language, i, &view);
		object = json_object();
		tool_json_set(object, "cause", view.id);
		json_object_set_new(object, "row",
			json_integer(rules->causes[i].row));
		tool_json_set(object, "keyword", view.keyword);
		tool_json_set(object, "severity", view.severity);
		tool_json_set(object, "fixer", view.fixer);
		tool_json_set(object, "retry", view.retry);
		json_object_set_new(object, "retry_after_seconds",
				    json_integer(view.retry_after));
		tool_json_set(object, "language",
			bounce_rules_str(rules,
					 rules->languages[language].tag));
		tool_json_set(object, "title",
			bounce_rules_str(rules, view.text->title));
		tool_json_set(object, "reason",
			bounce_rules_str(rules, view.text->reason));
		tool_json_set(object, "advice",
			bounce_rules_str(rules, view.text->advice));
		tool_json_print(object);
	} T_END;
}

/* A cell of a Markdown table: a bar would end it. */
static const char *markdown_cell(const char *text)
{
	return t_str_replace(tool_escape(text), '|', '/');
}

static void causes_print_markdown(const struct bounce_rules *rules,
				  uint32_t language)
{
	struct cause_view view;
	uint32_t i;

	printf("| row | cause | severity | mended by | retry | title | reason "
	       "| advice |\n|---|---|---|---|---|---|---|---|\n");
	for (i = 0; i < rules->counts[BOUNCE_SECTION_CAUSES]; i++) T_BEGIN {
		cause_view_get(rules, language, i, &view);
		printf("| %s | `%s` | %s | %s | %s | %s | %s | %s |\n",
		       view.row, view.id, view.severity, view.fixer,
		       view.retry_after == 0 ? view.retry :
		       t_strdup_printf("%s (%s)", view.retry,
				       duration(view.retry_after)),
		       markdown_cell(bounce_rules_str(rules,
						      view.text->title)),
		       markdown_cell(bounce_rules_str(rules,
						      view.text->reason)),
		       markdown_cell(bounce_rules_str(rules,
						      view.text->advice)));
	} T_END;
}

static int cmd_causes_run(const char *const *args)
{
	struct bounce_rules *rules;
	uint32_t language;
	int ret = TOOL_EXIT_OK;

	if (args[0] != NULL) {
		tool_error("causes takes no argument: %s", args[0]);
		return TOOL_EXIT_USAGE;
	}
	if (tool_rules_open(set.rules, &rules) < 0)
		return TOOL_EXIT_USAGE;
	if (tool_rules_language(rules, set.language, &language) < 0)
		ret = TOOL_EXIT_USAGE;
	else if (set.format == CAUSES_JSON)
		causes_print_json(rules, language);
	else if (set.format == CAUSES_MARKDOWN)
		causes_print_markdown(rules, language);
	else
		causes_print_table(rules, language);
	bounce_rules_unref(&rules);
	return ret;
}

const struct tool_command cmd_causes = {
	.name = "causes",
	.syntax = "[OPTION]...",
	.summary = "list the causes that there are",
	.help =
"Lists the catalogue of causes: the row of the provider's bounce table (16 is\n"
"its note), how severe a cause is by itself, who can mend it, and whether\n"
"sending again helps. JSON is one object a line, with the texts as the rules\n"
"have them: {placeholders} are filled in for each bounce.\n",
	.options = causes_options,
	.run = cmd_causes_run
};
