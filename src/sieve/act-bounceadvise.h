#ifndef ACT_BOUNCEADVISE_H
#define ACT_BOUNCEADVISE_H

#include "bouncecause-advise-message.h"

struct sieve_runtime_env;
struct sieve_extension;
struct bouncecause_message;

/* An advice to send when the message has been stored; allocated from the
   result's pool */
struct act_bounceadvise_context {
	struct bouncecause_message *msg;
	struct bouncecause_advise_message mail;
	/* what it is about, see bouncecause_advise_about() */
	const char *about;
	/* as the script gave it, or NULL */
	const char *handle;
	/* not about the same again for so many days */
	unsigned int days;
};

/* Add it to the script's result. Where that has too many actions it is left
   out, which is logged: no mail goes astray for want of an advice. */
void act_bounceadvise_add(const struct sieve_runtime_env *renv,
			  const struct sieve_extension *ext,
			  struct act_bounceadvise_context *ctx);

#endif
