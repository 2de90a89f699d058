/* Printing the addresses that failed. */

#include "lib.h"
#include "array.h"
#include "bounce-rules.h"
#include "survey-addresses.h"
#include "tool-csv.h"
#include "tool-date.h"
#include "tool-json.h"
#include "tool-table.h"

static const struct tool_table_column address_columns[] = {
	{ "ADDRESS", FALSE },
	{ "DEAD", FALSE },
	{ "COUNT", TRUE },
	{ "DAYS", TRUE },
	{ "FIRST", FALSE },
	{ "LAST", FALSE },
	{ "SEVERITY", FALSE },
	{ "CAUSE", FALSE }
};
#define COLUMN_DEAD 1

static void print_table(const struct survey_address *const *addresses,
			unsigned int count)
{
	struct tool_table *table;
	unsigned int i;

	table = tool_table_init(address_columns, N_ELEMENTS(address_columns));
	for (i = 0; i < count; i++) T_BEGIN {
		const struct survey_address *one = addresses[i];
		bool dead = survey_address_is_dead(one);
		enum tool_style styles[N_ELEMENTS(address_columns)] = {
			[COLUMN_DEAD] = TOOL_STYLE_BAD
		};
		const char *cells[N_ELEMENTS(address_columns)] = {
			one->address, dead ? "dead" : "",
			dec2str(one->count), dec2str(array_count(&one->days)),
			tool_day(one->first), tool_day(one->last),
			bounce_severity_name(one->severity), one->cause
		};

		tool_table_row(table, cells, styles);
	} T_END;
	tool_table_deinit(&table);
}

static void print_csv(const struct survey_address *const *addresses,
		      unsigned int count)
{
	static const char *const titles[] = {
		"address", "dead", "count", "days", "first", "last",
		"severity", "cause", "original_recipient"
	};
	unsigned int i;

	tool_csv_row(titles, N_ELEMENTS(titles));
	for (i = 0; i < count; i++) T_BEGIN {
		const struct survey_address *one = addresses[i];
		const char *fields[N_ELEMENTS(titles)] = {
			one->address,
			survey_address_is_dead(one) ? "yes" : "no",
			dec2str(one->count), dec2str(array_count(&one->days)),
			tool_day(one->first), tool_day(one->last),
			bounce_severity_name(one->severity), one->cause,
			one->original
		};

		tool_csv_row(fields, N_ELEMENTS(fields));
	} T_END;
}

static void print_json(const struct survey_address *one)
{
	json_t *object = json_object();

	tool_json_set(object, "address", one->address);
	json_object_set_new(object, "dead",
			    json_boolean(survey_address_is_dead(one)));
	json_object_set_new(object, "count", json_integer(one->count));
	json_object_set_new(object, "days",
			    json_integer(array_count(&one->days)));
	tool_json_set(object, "first", tool_day(one->first));
	tool_json_set(object, "last", tool_day(one->last));
	tool_json_set(object, "severity", bounce_severity_name(one->severity));
	tool_json_set(object, "cause", one->cause);
	tool_json_set(object, "original_recipient", one->original);
	tool_json_print(object);
}

void survey_addresses_print(const struct survey_addresses *addresses,
			    enum survey_format format)
{
	const struct survey_address *const *sorted;
	unsigned int i, count;

	T_BEGIN {
		sorted = survey_addresses_sorted(addresses, &count);
		switch (format) {
		case SURVEY_TABLE:
			print_table(sorted, count);
			break;
		case SURVEY_CSV:
			print_csv(sorted, count);
			break;
		case SURVEY_JSON:
			for (i = 0; i < count; i++) T_BEGIN {
				print_json(sorted[i]);
			} T_END;
			break;
		}
	} T_END;
}
