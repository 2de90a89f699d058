#ifndef UNIT_RULES_H
#define UNIT_RULES_H

struct bounce_rules;

/* Compile the rule files of a directory (relative to the source directory of
   the tests) into memory. Ends the program where that fails: then no row can
   be tested. */
struct bounce_rules *unit_rules_load(const char *directory);

#endif
