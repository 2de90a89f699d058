/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "sieve-common.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-origin.h"

static const char *const origin_names[] = {
	[BOUNCECAUSE_ORIGIN_UNKNOWN] = "unknown",
	[BOUNCECAUSE_ORIGIN_FOREIGN] = "foreign",
	[BOUNCECAUSE_ORIGIN_OWN] = "own",
	[BOUNCECAUSE_ORIGIN_FORWARDED] = "forwarded",
	[BOUNCECAUSE_ORIGIN_SENT] = "sent",
};

const char *bouncecause_origin_name(enum bouncecause_origin origin)
{
	i_assert(origin < N_ELEMENTS(origin_names));
	return origin_names[origin];
}

enum bouncecause_origin
bouncecause_origin_get(const struct sieve_runtime_env *renv ATTR_UNUSED,
		       const struct sieve_extension *ext ATTR_UNUSED,
		       struct bouncecause_message *msg ATTR_UNUSED,
		       const struct bounce_report *report ATTR_UNUSED)
{
	return BOUNCECAUSE_ORIGIN_UNKNOWN;
}

bool bouncecause_origin_is_forwarded(
	const struct sieve_runtime_env *renv ATTR_UNUSED,
	const struct sieve_extension *ext ATTR_UNUSED,
	const struct bounce_report *report ATTR_UNUSED)
{
	return FALSE;
}
