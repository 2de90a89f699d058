#ifndef BOUNCE_HS_CHILD_H
#define BOUNCE_HS_CHILD_H

/* libhs compiles some patterns for minutes, and cannot be interrupted. So it
   works in a child process, which has so much CPU time and no more; the
   databases are compiled side by side. */

struct bounce_hs_child;

struct bounce_hs_result {
	/* the database in the form in which the rule file holds it, to be
	   freed; NULL on error */
	buffer_t *image;
	/* why it failed, on the data stack, or NULL */
	const char *error;
};

/* Start to compile expressions for any CPU. Their arrays are not needed after
   the call. */
struct bounce_hs_child *
bounce_hs_child_start(const char *const *expressions,
		      const unsigned int *flags, const unsigned int *ids,
		      unsigned int count, unsigned int seconds);
/* Wait for the result. */
void bounce_hs_child_finish(struct bounce_hs_child **child,
			    struct bounce_hs_result *result_r);

/* Compile one expression, with the time for one. */
void bounce_hs_compile(const char *expression, unsigned int flags,
		       struct bounce_hs_result *result_r);

#endif
