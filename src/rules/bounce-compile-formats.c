/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Formats of reports: markers in the places where they mean something */

#include "lib.h"
#include "bounce-rules.h"
#include "bounce-compile-private.h"

#define IN(place) (1U << (place))
#define IN_HEADER IN(BOUNCE_PLACE_HEADER)
#define IN_BODY IN(BOUNCE_PLACE_BODY)
#define IN_REPLY IN(BOUNCE_PLACE_REPLY)

/* Where a marker of each role may be */
static const unsigned int role_places[BOUNCE_ROLE_COUNT] = {
	[BOUNCE_ROLE_IDENTIFY] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_CANDIDATE] = IN_HEADER,
	[BOUNCE_ROLE_MDN] = IN_HEADER,
	[BOUNCE_ROLE_FEEDBACK] = IN_HEADER,
	[BOUNCE_ROLE_ORDINARY] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_AUTO_REPLY] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_QUOTED] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_FAILURE] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_DELAY] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_SUCCESS] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_FINAL] = IN_HEADER | IN_BODY,
	[BOUNCE_ROLE_RECIPIENT] = IN_BODY,
	[BOUNCE_ROLE_REPLY] = IN_BODY,
	[BOUNCE_ROLE_REMOTE_MTA] = IN_BODY,
	[BOUNCE_ROLE_REPORTING_MTA] = IN_BODY,
	[BOUNCE_ROLE_SENDER] = IN_BODY,
	[BOUNCE_ROLE_SKIP] = IN_BODY,
	[BOUNCE_ROLE_RETURNED] = IN_BODY,
	[BOUNCE_ROLE_FORWARDED] = IN_BODY,
	[BOUNCE_ROLE_LIMIT] = IN_REPLY,
	[BOUNCE_ROLE_STAGE] = IN_REPLY,
};

static const char *const place_names[] = { "header", "body", "reply", NULL };

static enum bounce_pattern_place
marker_place(const struct bounce_yaml_marker *marker)
{
	return marker->in == 0 ? BOUNCE_PLACE_BODY : marker->in - 1;
}

static enum bounce_role marker_role(const struct bounce_yaml_marker *marker)
{
	return marker->role & ((1U << BOUNCE_YAML_ROLE_STAGE_SHIFT) - 1);
}

static void
marker_check(struct bounce_compiler *compiler,
	     const struct bounce_yaml_marker *marker)
{
	const struct bounce_location *location =
		bounce_location_get(compiler, marker);
	enum bounce_pattern_place place = marker_place(marker);
	unsigned int places = role_places[marker_role(marker)];
	const char *allowed[N_ELEMENTS(place_names)];
	unsigned int i, count = 0;

	if ((places & IN(place)) == 0) {
		for (i = 0; place_names[i] != NULL; i++) {
			if ((places & IN(i)) != 0)
				allowed[count++] = place_names[i];
		}
		allowed[count] = NULL;
		bounce_error(compiler, location, "a marker of the role `%s` "
			     "cannot be in the %s: expected `in` to be %s",
			     bounce_role_name(marker_role(marker)),
			     place_names[place], bounce_problem_list(allowed));
	}
	if (marker->match_count == 0) {
		bounce_error(compiler, location,
			     "`match` of a marker is empty: expected patterns");
	}
	if (marker->language != NULL) {
		bounce_check_language(compiler, bounce_location_get(compiler,
			marker->language), marker->language);
	}
}

static void
marker_add_patterns(struct bounce_compiler *compiler, uint32_t format,
		    const struct bounce_yaml_format *yaml,
		    const struct bounce_yaml_marker *marker)
{
	struct bounce_model_pattern *pattern;
	unsigned int i;

	for (i = 0; i < marker->match_count; i++) {
		pattern = array_append_space(&compiler->model->patterns);
		pattern->text = marker->match[i];
		pattern->location = bounce_location_get(compiler,
							marker->match[i]);
		pattern->place = marker_place(marker);
		pattern->role = marker_role(marker);
		pattern->detail = marker->role >> BOUNCE_YAML_ROLE_STAGE_SHIFT;
		pattern->owner = format;
		pattern->always = marker->always == BOUNCE_YES;
		pattern->language = marker->language != NULL ?
			marker->language : yaml->language;
	}
}

void bounce_compile_formats(struct bounce_compiler *compiler)
{
	struct bounce_model_format *format;
	uint32_t idx = 0;
	unsigned int i;

	array_foreach_elem(&compiler->model->format_list, format) T_BEGIN {
		const struct bounce_yaml_format *yaml = &format->yaml;

		bounce_check_id(compiler, format->location, "format",
				yaml->format, FALSE);
		if (yaml->language != NULL) {
			bounce_check_language(compiler, bounce_location_get(
				compiler, yaml->language), yaml->language);
		}
		for (i = 0; i < yaml->markers_count; i++) {
			marker_check(compiler, &yaml->markers[i]);
			marker_add_patterns(compiler, idx, yaml,
					    &yaml->markers[i]);
		}
		idx++;
	} T_END;
}
