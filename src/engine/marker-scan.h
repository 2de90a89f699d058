#ifndef MARKER_SCAN_H
#define MARKER_SCAN_H

#include "bounce-rules-file.h"

struct bounce_rules;

/* Roles as a set of bits */
#define REPORT_ROLE(role) (1U << (role))
#define HAS_ROLE(roles, role) (((roles) & REPORT_ROLE(role)) != 0)

/* A marker (rules/format) that was found in a text */
struct bounce_marker {
	const struct bounce_pattern_rec *pattern;
	/* where it ends in the text that was scanned, of all places on a line
	   the last, and the first */
	uint32_t to, first_to;
};
ARRAY_DEFINE_TYPE(bounce_marker, struct bounce_marker);

/* Find all markers of a place (header or body) in folded text, in one pass.
   Appends to markers, sorted by where they end; of a pattern's matches that
   end on the same line the last one is told. What a line quotes (the role
   quoted) has none. */
void bounce_markers_scan(const struct bounce_rules *rules,
			 enum bounce_pattern_place place,
			 const char *text, size_t size,
			 ARRAY_TYPE(bounce_marker) *markers);
/* The same of any place, in no order and with what is quoted. In replies most
   of what is found is dropped at once. */
void bounce_markers_add(const struct bounce_rules *rules,
			enum bounce_pattern_place place,
			const char *text, size_t size,
			ARRAY_TYPE(bounce_marker) *markers);

/* Leave out the markers of formats that are not identified by one of these
   (or by one in identified, a bit set of format indexes that is extended). */
struct bounce_formats {
	/* one byte a format: was it identified? */
	ARRAY(bool) found;
	/* the first one identified, or BOUNCE_NONE */
	uint32_t first;
};
void bounce_formats_init(struct bounce_formats *formats,
			 const struct bounce_rules *rules, pool_t pool);
void bounce_formats_identify(struct bounce_formats *formats,
			     const ARRAY_TYPE(bounce_marker) *markers);
void bounce_markers_filter(ARRAY_TYPE(bounce_marker) *markers,
			   const struct bounce_formats *formats);

#endif
