#ifndef BOUNCE_PATTERN_H
#define BOUNCE_PATTERN_H

#include "bounce-rules-file.h"

struct bounce_rules;

/* The pattern of a rule file as libhs takes it, on the data stack: a run of
   blanks outside of a character class is white space of any kind, in a body
   line ends too, and apostrophes are gone, as they are from the text. */
const char *bounce_pattern_expression(const char *pattern,
				      enum bounce_pattern_place place);
/* The flags (HS_FLAG_*) that it is compiled with for a place. */
unsigned int bounce_pattern_flags(const char *pattern,
				  enum bounce_pattern_place place);

/* Behind the escape, the character class or else the byte at p, which is not the
   end of the pattern */
const char *bounce_pattern_skip(const char *p);

/* A header pattern `^NAME: .*REST` means REST in that field: the size of
   "NAME: ", or 0 where the pattern is none of these. */
size_t bounce_header_pattern_field(const char *pattern);
/* How any match of a header pattern begins at the beginning of a line: the size
   of what stands behind the `^`, a field's name with its colon or the beginning
   of one; 0 where nothing is certain. */
size_t bounce_header_pattern_name(const char *pattern);
/* libhs tells a match of the expression with that id, which ends at offset to
   of the text. Where it is a literal of the pattern (as written): do words
   begin and end where the pattern says so, and is the literal in its field, or
   at the beginning of a line, if the pattern begins with `^`? */
bool bounce_expression_holds(unsigned int id, const char *pattern,
			     const char *text, size_t size, size_t to);

/* Where does the match of a reply pattern (index of the pattern) that ends at
   offset end of the text start? Returns TRUE and the first such offset in
   start_r. The first time for a pattern this compiles it, which takes
   milliseconds: for the command's explanations only, and no more than
   BOUNCE_LIMIT_PATTERN_STARTS patterns of one rule file. FALSE for further ones,
   and where libhs cannot tell. */
bool bounce_pattern_find_start(const struct bounce_rules *rules,
			       uint32_t pattern, const char *text, size_t size,
			       size_t end, size_t *start_r);

#endif
