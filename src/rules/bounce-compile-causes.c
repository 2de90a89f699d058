/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The catalogue of causes: what each of them needs */

#include "lib.h"
#include "str.h"
#include "bounce-compile-private.h"

#include <ctype.h>

/* 15 rows and the closing note */
#define CAUSE_ROW_MAX 16

/* user-unknown: $BounceUserUnknown */
static const char *cause_keyword(const char *id)
{
	string_t *str = t_str_new(64);
	bool upper = TRUE;

	str_append(str, "$Bounce");
	for (; *id != '\0'; id++) {
		if (*id == '-') {
			upper = TRUE;
			continue;
		}
		str_append_c(str, upper ? i_toupper(*id) : *id);
		upper = FALSE;
	}
	return str_c(str);
}

static void
cause_check(struct bounce_compiler *compiler, struct bounce_model_cause *cause)
{
	const struct bounce_yaml_cause *yaml = &cause->yaml;

	bounce_check_id(compiler, cause->location, "cause", yaml->id, FALSE);
	if (yaml->severity == BOUNCE_SEVERITY_UNSET) {
		bounce_error(compiler, cause->location, "cause `%s`: "
			     "`severity` is missing: where the report does not "
			     "tell, is it permanent or temporary?", yaml->id);
	}
	if (yaml->fixer == BOUNCE_FIXER_UNSET) {
		bounce_error(compiler, cause->location, "cause `%s`: `fixer` "
			     "is missing: author, postmaster, recipient or "
			     "nobody?", yaml->id);
	}
	if (yaml->retry == BOUNCE_RETRY_UNSET) {
		bounce_error(compiler, cause->location, "cause `%s`: `retry` "
			     "is missing: never, fixed or later?", yaml->id);
	}
	if (bounce_given(compiler, &yaml->row) &&
	    (yaml->row == 0 || yaml->row > CAUSE_ROW_MAX)) {
		bounce_error(compiler, bounce_location_get(compiler,
							   &yaml->row),
			     "cause `%s`: `row` is %u: expected 1 to %u",
			     yaml->id, yaml->row, CAUSE_ROW_MAX);
	}
	if (yaml->retry_after != NULL) {
		cause->retry_after = bounce_check_duration(compiler,
			"retry-after", yaml->retry_after);
	} else if (yaml->retry == BOUNCE_RETRY_LATER) {
		bounce_error(compiler, cause->location, "cause `%s`: "
			     "`retry-after` is missing: how much later?",
			     yaml->id);
	}
	/* an overlay that says `never` leaves the time where it is */
	if (yaml->retry != BOUNCE_RETRY_LATER)
		cause->retry_after = 0;
}

/* Keywords are the same in any case (RFC 3501), and rows are one cause's. */
static void
cause_check_unique(struct bounce_compiler *compiler,
		   const struct bounce_model_cause *cause)
{
	struct bounce_model_cause *other;

	array_foreach_elem(&compiler->model->cause_list, other) {
		if (other == cause)
			break;
		if (strcasecmp(other->keyword, cause->keyword) == 0) {
			bounce_error(compiler, cause->location, "cause `%s`: "
				     "its keyword %s is that of cause `%s`",
				     cause->yaml.id, cause->keyword,
				     other->yaml.id);
		}
		if (cause->yaml.row != 0 &&
		    other->yaml.row == cause->yaml.row) {
			bounce_error(compiler, cause->location, "cause `%s`: "
				     "row %u is that of cause `%s`",
				     cause->yaml.id, cause->yaml.row,
				     other->yaml.id);
		}
	}
}

void bounce_compile_causes(struct bounce_compiler *compiler)
{
	struct bounce_model_cause *cause;
	uint32_t idx = 0;

	array_foreach_elem(&compiler->model->cause_list, cause) T_BEGIN {
		cause->idx = idx++;
		cause->keyword = p_strdup(compiler->pool,
					  cause_keyword(cause->yaml.id));
		cause_check(compiler, cause);
		cause_check_unique(compiler, cause);
	} T_END;
	if (idx == 0 && !compiler->incomplete) {
		bounce_error(compiler, NULL, "there are no causes: "
			     "is the directory of the rules that come with "
			     "bouncecause missing?");
	}
}
