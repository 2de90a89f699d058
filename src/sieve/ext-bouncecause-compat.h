#ifndef EXT_BOUNCECAUSE_COMPAT_H
#define EXT_BOUNCECAUSE_COMPAT_H

/* Where the interfaces of Pigeonhole 0.5 (Dovecot 2.3) and 2.4, and of
   Dovecot's mail storage, differ. The other files do not ask for versions. */

#include "dovecot-compat.h"
#include "mail-namespace.h"
#include "mail-storage-settings.h"
#include "sieve-common.h"
#include "sieve-extensions.h"
#include "sieve-ext-variables.h"

#if DOVECOT_PREREQ(2, 4, 0)

/* What load functions return */
#define BOUNCECAUSE_LOAD_TYPE int
#define BOUNCECAUSE_LOAD_OK 0
#define BOUNCECAUSE_LOAD_FAILED -1

static inline int
bouncecause_extension_register(struct sieve_instance *svinst,
			       const struct sieve_extension_def *def,
			       const struct sieve_extension **ext_r)
{
	return sieve_extension_register(svinst, def, TRUE, ext_r);
}

static inline int
bouncecause_variables_get(struct sieve_instance *svinst,
			  const struct sieve_extension **ext_r)
{
	return sieve_ext_variables_get_extension(svinst, ext_r);
}

static inline bool
bouncecause_namespace_has_special_use(const struct mail_namespace *ns)
{
	return ns->set->parsed_have_special_use_mailboxes;
}

#else

#define BOUNCECAUSE_LOAD_TYPE bool
#define BOUNCECAUSE_LOAD_OK TRUE
#define BOUNCECAUSE_LOAD_FAILED FALSE

/* Register the extension, enabled. Returns 0, or -1 where loading it failed
   (which is logged). */
static inline int
bouncecause_extension_register(struct sieve_instance *svinst,
			       const struct sieve_extension_def *def,
			       const struct sieve_extension **ext_r)
{
	*ext_r = sieve_extension_register(svinst, def, TRUE);
	return *ext_r == NULL ? -1 : 0;
}

/* The "variables" extension of that instance. Returns 0 or -1. */
static inline int
bouncecause_variables_get(struct sieve_instance *svinst,
			  const struct sieve_extension **ext_r)
{
	*ext_r = sieve_ext_variables_get_extension(svinst);
	return *ext_r == NULL ? -1 : 0;
}

/* Has that namespace mailboxes that are configured with special_use? */
static inline bool
bouncecause_namespace_has_special_use(const struct mail_namespace *ns)
{
	return ns->special_use_mailboxes;
}

#endif

#endif
