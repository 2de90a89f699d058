#ifndef SIEVE_BOUNCECAUSE_PLUGIN_H
#define SIEVE_BOUNCECAUSE_PLUGIN_H

/* The entry points of the module; nothing else is visible outside of it.
   _load and _unload are called for each Sieve instance (that is, in LMTP, for
   each delivery), _init and _deinit for each process. */

#include "ext-bouncecause-compat.h"

extern const char *sieve_bouncecause_plugin_version;

BOUNCECAUSE_LOAD_TYPE
sieve_bouncecause_plugin_load(struct sieve_instance *svinst, void **context);
void sieve_bouncecause_plugin_unload(struct sieve_instance *svinst,
				     void *context);

void sieve_bouncecause_plugin_init(void);
void sieve_bouncecause_plugin_deinit(void);

#endif
