#ifndef BOUNCECAUSE_MESSAGE_H
#define BOUNCECAUSE_MESSAGE_H

#include "bounce-classify.h"

struct sieve_extension;
struct sieve_runtime_env;
struct ext_bouncecause_context;
struct bouncecause_value_env;
struct bouncecause_sent_state;

/* What is known of the message that a script runs for. There is one for each
   delivery, whatever the number of scripts, tests and variables, and it speaks
   of the message as it was delivered: what editheader, filter and the like do
   to the copy that is stored changes nothing. */
struct bouncecause_message {
	/* NULL where they could not be loaded */
	const struct bounce_rules *rules;
	/* never NULL; of kind none where the message could not be classified */
	const struct bounce_verdict *verdict;
	/* what the verdict was asked for */
	enum bounce_classify_flags flags;
	/* rules or message could not be read; logged */
	bool failed;
	/* what is stored is the explanation already */
	bool explained;
	/* an advice was to be sent, and nothing answered */
	bool no_answer;
	/* what was found in Sent mailboxes, one for each report */
	struct bouncecause_sent_state *sent;
};

/* How much has to be known */
enum bouncecause_need {
	/* whether the message itself is a report, and that report: for all
	   others its header is enough */
	BOUNCECAUSE_NEED_OWN = 0,
	/* the exact kind: reads on where the header says nothing */
	BOUNCECAUSE_NEED_KIND,
	/* the carried report, too: reads on where the message itself is no
	   report */
	BOUNCECAUSE_NEED_CARRIED
};

/* Look at the message, unless that was done before. Returns SIEVE_EXEC_OK, or
   SIEVE_EXEC_TEMP_FAILURE where it cannot be classified and the administrator
   wants that. */
int bouncecause_message_get(const struct sieve_runtime_env *renv,
			    const struct sieve_extension *ext,
			    enum bouncecause_need need,
			    struct bouncecause_message **msg_r);

/* The own or the carried report where it is one of a failure or a delay, else
   NULL. */
const struct bounce_report *
bouncecause_message_bounce(const struct bouncecause_message *msg,
			   bool carried);

/* For values of the report that variables speak of and its first recipient,
   in the language of the settings. */
void bouncecause_message_value_env(const struct sieve_runtime_env *renv,
				   const struct ext_bouncecause_context *ctx,
				   const struct bouncecause_message *msg,
				   pool_t pool,
				   struct bouncecause_value_env *env_r);

#endif
