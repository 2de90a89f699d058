#ifndef BOUNCECAUSE_TRACE_H
#define BOUNCECAUSE_TRACE_H

struct sieve_runtime_env;
struct bouncecause_message;

/* Tell, when it has been read, what the message was found to be (level tests),
   and for each recipient which rule decided, which others held and why they did
   not win (level matching). */
void bouncecause_trace_verdict(const struct sieve_runtime_env *renv,
			       const struct bouncecause_message *msg);
/* The same when it had to be read on for what it carries. */
void bouncecause_trace_carried(const struct sieve_runtime_env *renv,
			       const struct bouncecause_message *msg);

#endif
