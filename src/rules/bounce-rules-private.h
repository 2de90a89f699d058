#ifndef BOUNCE_RULES_PRIVATE_H
#define BOUNCE_RULES_PRIVATE_H

#include "bounce-rules.h"

struct stat;

/* Is the mapped file a whole compiled rule file of this version and size, and
   does every offset, index and enum in it hold? If so, set the arrays and
   counts of rules and return 0; else return -1 and what is wrong in error_r,
   without the path. */
int bounce_rules_check(struct bounce_rules *rules, int fd, const void *map,
		       size_t size, const char **error_r);

/* Find the pattern databases of the map, which was checked. */
int bounce_rules_databases_init(struct bounce_rules *rules,
				const char **error_r);
void bounce_rules_databases_deinit(struct bounce_rules *rules);

/* Patterns that tell where they start; compiled later. */
void bounce_rules_starts_init(struct bounce_rules *rules);
void bounce_rules_starts_deinit(struct bounce_rules *rules);

/* Which header fields patterns look at */
void bounce_rules_fields_init(struct bounce_rules *rules);
void bounce_rules_fields_deinit(struct bounce_rules *rules);

/* Names and globs of providers; looked up later. */
void bounce_rules_providers_init(struct bounce_rules *rules);
void bounce_rules_providers_deinit(struct bounce_rules *rules);

/* Is the file of this stat the one that was loaded? */
bool bounce_rules_is_same_file(const struct bounce_rules *rules,
			       const struct stat *st);
/* Was the loaded file itself written to or cut off, in place of being replaced?
   Then the map is no longer what was checked, and may end early: it must not
   be touched. */
bool bounce_rules_is_overwritten(const struct bounce_rules *rules,
				 const struct stat *st);

#endif
