#ifndef BOUNCECAUSE_KEYS_H
#define BOUNCECAUSE_KEYS_H

#include "bouncecause-values.h"

struct sieve_ast_argument;
struct sieve_command;
struct sieve_match_type;
struct sieve_stringlist;
struct sieve_validator;

/* Warn about constant keys that no value of the item can be equal to, and name
   the nearest value that there is. It is no more than a warning, since a rule
   file of the site may add causes. */
void bouncecause_keys_validate(struct sieve_validator *valdtr,
			       struct sieve_command *tst,
			       enum bouncecause_value item,
			       struct sieve_ast_argument *keys);

/* Of a message that is no report its header tells that it is of the kind
   "none" or "forwarded", but not of which: does that matter to these keys?
   Returns SIEVE_EXEC_OK, or an error where the keys cannot be read. */
int bouncecause_keys_read_on(const struct sieve_match_type *mcht,
			     struct sieve_stringlist *keys, bool *matters_r);

#endif
