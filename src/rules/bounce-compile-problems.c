/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What the steps of the compiler have to tell */

#include "lib.h"
#include "hash.h"
#include "bounce-compile-private.h"

static void ATTR_FORMAT(4, 0)
add_problem(struct bounce_compiler *compiler, enum bounce_problem_level level,
	    const struct bounce_location *location,
	    const char *fmt, va_list args)
{
	T_BEGIN {
		bounce_problem_add(compiler->problems, level,
				   location == NULL ? NULL : location->source,
				   location == NULL ? 0 : location->line, "%s",
				   t_strdup_vprintf(fmt, args));
	} T_END;
}

void bounce_error(struct bounce_compiler *compiler,
		  const struct bounce_location *location, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_problem(compiler, BOUNCE_PROBLEM_ERROR, location, fmt, args);
	va_end(args);
}

void bounce_warning(struct bounce_compiler *compiler,
		    const struct bounce_location *location,
		    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_problem(compiler, BOUNCE_PROBLEM_WARNING, location, fmt, args);
	va_end(args);
}

void bounce_broken_add(struct bounce_compiler *compiler, const char *id)
{
	const char *key = p_strdup(compiler->pool, id);

	hash_table_update(compiler->broken, key, POINTER_CAST(1));
}

void bounce_unknown(struct bounce_compiler *compiler,
		    const struct bounce_location *location, const char *what,
		    const char *id, const char *const *known)
{
	if (compiler->incomplete ||
	    hash_table_lookup(compiler->broken, id) != NULL)
		return;
	T_BEGIN {
		bounce_error(compiler, location, "%s `%s` does not exist%s",
			     what, id, bounce_problem_did_you_mean(known, id));
	} T_END;
}
