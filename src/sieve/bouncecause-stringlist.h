#ifndef BOUNCECAUSE_STRINGLIST_H
#define BOUNCECAUSE_STRINGLIST_H

struct sieve_runtime_env;
struct sieve_stringlist;
struct bouncecause_stringlist;

/* A list of values for sieve_match(), on the data stack. Each value is compared
   with, the empty ones too; :count counts those that are not empty, as it does
   elsewhere in Sieve (RFC 5229, section 5; the environment test). */
struct bouncecause_stringlist *
bouncecause_stringlist_create(const struct sieve_runtime_env *renv);
/* The value is not copied. */
void bouncecause_stringlist_add(struct bouncecause_stringlist *list,
				const char *value);
struct sieve_stringlist *
bouncecause_stringlist_get(struct bouncecause_stringlist *list);

#endif
