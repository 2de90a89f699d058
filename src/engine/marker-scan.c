/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "marker-scan.h"

struct marker_scan {
	const struct bounce_rules *rules;
	const char *text;
	ARRAY_TYPE(bounce_marker) *markers;
	unsigned int markers_max;
	/* by pattern: its last marker + 1. Longer than many a text, so that it
	   is not made and cleared for each. */
	uint32_t *last;
};

static bool marker_found(uint32_t id, size_t to, void *context)
{
	struct marker_scan *scan = context;
	struct bounce_marker *marker;

	if (scan->last[id] > 0) {
		marker = array_idx_modifiable(scan->markers,
					      scan->last[id] - 1);
		/* matches come in no order */
		if (to <= marker->to) {
			marker->first_to = I_MIN(marker->first_to, to);
			return TRUE;
		}
		if (memchr(scan->text + marker->to, '\n',
			   to - marker->to) == NULL) {
			marker->to = to;
			return TRUE;
		}
	}
	if (array_count(scan->markers) >= scan->markers_max)
		return FALSE;
	marker = array_append_space(scan->markers);
	marker->pattern = &scan->rules->patterns[id];
	marker->to = marker->first_to = to;
	scan->last[id] = array_count(scan->markers);
	return TRUE;
}

static int
marker_cmp(const struct bounce_marker *m1, const struct bounce_marker *m2)
{
	if (m1->to != m2->to)
		return m1->to < m2->to ? -1 : 1;
	return m1->pattern < m2->pattern ? -1 :
		m1->pattern > m2->pattern ? 1 : 0;
}

/* Leave out what is found in the author's words: reports quote the subject of
   the message that they are about. */
static void
markers_unquote(ARRAY_TYPE(bounce_marker) *markers, const char *text,
		size_t size)
{
	struct bounce_marker *all;
	unsigned int i, count, kept = 0;
	size_t quoted_from = 0, quoted_to = 0;

	all = array_get_modifiable(markers, &count);
	for (i = 0; i < count; i++) {
		if (all[i].to > quoted_from && all[i].to <= quoted_to) {
			/* perhaps it is there twice */
			if (all[i].first_to > quoted_from)
				continue;
			all[i].to = all[i].first_to;
		}
		if (all[i].pattern->role == BOUNCE_ROLE_QUOTED &&
		    all[i].to > quoted_to) {
			const char *eol;

			quoted_from = all[i].to;
			eol = memchr(text + quoted_from, '\n',
				     size - quoted_from);
			quoted_to = eol == NULL ? size : (size_t)(eol - text);
		}
		all[kept++] = all[i];
	}
	array_delete(markers, kept, count - kept);
}

void bounce_markers_add(const struct bounce_rules *rules,
			enum bounce_pattern_place place,
			const char *text, size_t size,
			ARRAY_TYPE(bounce_marker) *markers)
{
	unsigned int i, count, first = array_count(markers);
	struct marker_scan scan = {
		.rules = rules,
		.text = text,
		.markers = markers,
		.markers_max = first + BOUNCE_LIMIT_MARKERS,
		.last = bounce_rules_numbers(rules),
	};
	const struct bounce_marker *all;

	bounce_rules_scan(rules, place, text, size, marker_found, &scan);
	all = array_get(markers, &count);
	for (i = first; i < count; i++)
		scan.last[all[i].pattern - rules->patterns] = 0;
}

void bounce_markers_scan(const struct bounce_rules *rules,
			 enum bounce_pattern_place place,
			 const char *text, size_t size,
			 ARRAY_TYPE(bounce_marker) *markers)
{
	bounce_markers_add(rules, place, text, size, markers);
	array_sort(markers, marker_cmp);
	markers_unquote(markers, text, size);
}

void bounce_formats_init(struct bounce_formats *formats,
			 const struct bounce_rules *rules, pool_t pool)
{
	p_array_init(&formats->found, pool, 8);
	(void)array_idx_get_space(&formats->found,
		I_MAX(rules->counts[BOUNCE_SECTION_FORMATS], 1) - 1);
	formats->first = BOUNCE_NONE;
}

void bounce_formats_identify(struct bounce_formats *formats,
			     const ARRAY_TYPE(bounce_marker) *markers)
{
	const struct bounce_marker *marker;

	array_foreach(markers, marker) {
		const bool yes = TRUE;

		if (marker->pattern->role != BOUNCE_ROLE_IDENTIFY)
			continue;
		array_idx_set(&formats->found, marker->pattern->owner, &yes);
		if (formats->first == BOUNCE_NONE)
			formats->first = marker->pattern->owner;
	}
}

void bounce_markers_filter(ARRAY_TYPE(bounce_marker) *markers,
			   const struct bounce_formats *formats)
{
	struct bounce_marker *all;
	unsigned int i, count, kept = 0;

	all = array_get_modifiable(markers, &count);
	for (i = 0; i < count; i++) {
		const bool *found = array_idx(&formats->found,
					      all[i].pattern->owner);
		if (all[i].pattern->always != 0 || *found)
			all[kept++] = all[i];
	}
	array_delete(markers, kept, count - kept);
}
