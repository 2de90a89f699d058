/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "sieve-common.h"
#include "bounce-verdict.h"
#include "bouncecause-message.h"
#include "bouncecause-sent.h"

static const struct bouncecause_sent sent_unknown;

const struct bouncecause_sent *
bouncecause_sent_find(const struct sieve_runtime_env *renv ATTR_UNUSED,
		      const struct sieve_extension *ext ATTR_UNUSED,
		      struct bouncecause_message *msg ATTR_UNUSED,
		      const struct bounce_report *report ATTR_UNUSED,
		      const char *mailbox ATTR_UNUSED)
{
	return &sent_unknown;
}

const struct bouncecause_sent *
bouncecause_sent_known(const struct bouncecause_message *msg ATTR_UNUSED,
		       const struct bounce_report *report ATTR_UNUSED)
{
	return NULL;
}
