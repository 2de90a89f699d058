#ifndef ACT_BOUNCEMARK_H
#define ACT_BOUNCEMARK_H

/* The action of bouncemark: the copy of the returned message in Sent gets
   flags once the report is stored. */

struct sieve_runtime_env;
struct sieve_extension;
struct bounce_report;
struct bouncecause_message;
struct bouncecause_sent;

/* Keyword of a mail all of whose recipients failed, or some of them */
#define BOUNCEMARK_KEYWORD_ALL "$Bounced"
#define BOUNCEMARK_KEYWORD_PARTLY "$BouncedPartly"

/* Add the action to the result. flags is NULL-terminated, system flags and
   keywords, checked; NULL: the default ones. Where there are too many
   actions it is left out, which is logged. */
void act_bouncemark_add_to_result(const struct sieve_runtime_env *renv,
				  const struct sieve_extension *ext,
				  const struct bouncecause_message *msg,
				  const struct bounce_report *report,
				  const struct bouncecause_sent *sent,
				  const char *const *flags);

#endif
