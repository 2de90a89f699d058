/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "text-fold.h"
#include "report-lines.h"
#include "report-shape.h"

#include <ctype.h>

/* Markers after which something follows */
#define ROLES_ANNOUNCING \
	(REPORT_ROLE(BOUNCE_ROLE_RECIPIENT) | \
	 REPORT_ROLE(BOUNCE_ROLE_REPLY) | \
	 REPORT_ROLE(BOUNCE_ROLE_REMOTE_MTA) | \
	 REPORT_ROLE(BOUNCE_ROLE_REPORTING_MTA))

/* Returns how much of the text they are. */
static size_t lines_split(struct report_lines *lines)
{
	const char *p = lines->text, *eol;
	struct report_line *line;

	while (*p != '\0' && array_count(&lines->lines) < BOUNCE_LIMIT_LINES) {
		eol = strchr(p, '\n');
		if (eol == NULL)
			eol = p + strlen(p);
		line = array_append_space(&lines->lines);
		line->language = "";
		line->text = p;
		while (line->text < eol && i_isspace(*line->text)) {
			line->text++;
			line->indent++;
		}
		line->size = eol - line->text;
		while (line->size > 0 &&
		       i_isspace(line->text[line->size - 1]))
			line->size--;
		p = *eol == '\0' ? eol : eol + 1;
	}
	return p - lines->text;
}

/* The line that an offset of the text is on */
static struct report_line *
lines_find(struct report_lines *lines, size_t offset)
{
	const char *at = lines->text + offset;
	struct report_line *all;
	unsigned int count, low = 0, high;

	all = array_get_modifiable(&lines->lines, &count);
	high = count;
	while (high - low > 1) {
		unsigned int mid = (low + high) / 2;

		if (all[mid].text - all[mid].indent <= at)
			low = mid;
		else
			high = mid;
	}
	return &all[low];
}

static void
lines_mark(struct report_lines *lines, const struct bounce_rules *rules,
	   const struct bounce_marker *marker, const uint32_t *map)
{
	/* map is of the folded text; the last byte of the match is on the
	   line that counts, also where the match began lines before */
	size_t to = map[marker->to - 1];
	struct report_line *line = lines_find(lines, to);
	const char *at = lines->text + to + 1;
	size_t pos;

	/* a full-width colon is one byte when folded */
	while (((unsigned char)*at & 0xc0) == 0x80)
		at++;
	pos = at <= line->text ? 0 :
		I_MIN((size_t)(at - line->text), line->size);

	line->roles |= REPORT_ROLE(marker->pattern->role);
	if (marker->pattern->role == BOUNCE_ROLE_SKIP &&
	    marker->pattern->always == 0)
		line->skip = TRUE;
	if ((REPORT_ROLE(marker->pattern->role) & ROLES_ANNOUNCING) != 0 &&
	    pos > line->marker_to)
		line->marker_to = pos;
	if (marker->pattern->language != 0) {
		line->language = bounce_rules_str(rules,
						  marker->pattern->language);
	}
}

void report_lines_init(struct report_lines *lines, const char *text,
		       const struct bounce_rules *rules,
		       struct bounce_formats *formats, pool_t pool)
{
	ARRAY_TYPE(bounce_marker) markers;
	const struct bounce_marker *marker;
	ARRAY_TYPE(uint32_t) map;
	string_t *folded;
	size_t size;

	i_zero(lines);
	lines->text = text;
	p_array_init(&lines->lines, pool, 64);
	size = lines_split(lines);
	if (array_count(&lines->lines) == 0)
		return;

	T_BEGIN {
		folded = t_str_new(size + 1);
		t_array_init(&map, size + 1);
		t_array_init(&markers, 32);
		text_fold(text, size, folded, &map);
		bounce_markers_scan(rules, BOUNCE_PLACE_BODY, str_c(folded),
				    str_len(folded), &markers);
		bounce_formats_identify(formats, &markers);
		bounce_markers_filter(&markers, formats);
		array_foreach(&markers, marker) {
			if (marker->to > 0)
				lines_mark(lines, rules, marker,
					   array_front(&map));
		}
	} T_END;
}

size_t
report_lines_returned(const char *text, const struct bounce_rules *rules)
{
	const struct report_line *line;
	struct bounce_formats formats;
	struct report_lines lines;
	size_t pos = strlen(text);
	bool field = FALSE;
	pool_t pool = pool_alloconly_create("report lines", 4096);

	bounce_formats_init(&formats, rules, pool);
	report_lines_init(&lines, text, rules, &formats, pool);
	array_foreach(&lines.lines, line) {
		/* or it goes on, folded */
		field = shape_is_field(line->text, line->size) ||
			(field && line->indent > 0);
		/* a header alone can be that of a report, which is shown whole */
		if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_RETURNED)) != 0 &&
		    !field) {
			pos = line->text - text;
			break;
		}
	}
	pool_unref(&pool);
	return pos;
}
