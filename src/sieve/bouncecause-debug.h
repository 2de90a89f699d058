#ifndef BOUNCECAUSE_DEBUG_H
#define BOUNCECAUSE_DEBUG_H

struct event;
struct ext_bouncecause_context;
struct bouncecause_message;

/* Debug lines to the event, by which an administrator can follow a decision:
   what the message is taken for and why, each recipient, and each rule that
   held, where the verdict has the evidence (BOUNCE_CLASSIFY_EVIDENCE). Addresses
   as sieve_bouncecause_log_addresses says. */
void bouncecause_debug_verdict(const struct ext_bouncecause_context *ctx,
			       const struct bouncecause_message *msg,
			       struct event *event);

#endif
