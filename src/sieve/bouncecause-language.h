#ifndef BOUNCECAUSE_LANGUAGE_H
#define BOUNCECAUSE_LANGUAGE_H

/* Languages that scripts name */

struct sieve_extension;

/* Do the rules have the language? While a script is compiled: without rules
   nobody knows, and it counts as known, since at run time it falls back to
   what there is. FALSE sets list_r (data stack) to those there are. */
bool bouncecause_language_is_known(const struct sieve_extension *ext,
				   const char *language, const char **list_r);

#endif
