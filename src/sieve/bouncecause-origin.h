#ifndef BOUNCECAUSE_ORIGIN_H
#define BOUNCECAUSE_ORIGIN_H

/* Is the message that a report returns one of ours? The strongest that holds;
   see "Origin" in doc/spec-bouncecause.txt. */

struct sieve_extension;
struct sieve_runtime_env;
struct bounce_report;
struct bouncecause_message;

enum bouncecause_origin {
	/* the report returns too little to tell */
	BOUNCECAUSE_ORIGIN_UNKNOWN = 0,
	/* nothing of the others holds: backscatter */
	BOUNCECAUSE_ORIGIN_FOREIGN,
	/* its Received fields say that it left through an own host */
	BOUNCECAUSE_ORIGIN_OWN,
	/* this mailbox passed it on */
	BOUNCECAUSE_ORIGIN_FORWARDED,
	/* it is in the owner's Sent mailbox: the only certain one */
	BOUNCECAUSE_ORIGIN_SENT
};

const char *bouncecause_origin_name(enum bouncecause_origin origin);

/* Where the returned message of that report of msg is from. Sent mailboxes
   are searched, once for each message. What goes wrong is logged; it never
   fails a script. */
enum bouncecause_origin
bouncecause_origin_get(const struct sieve_runtime_env *renv,
		       const struct sieve_extension *ext,
		       struct bouncecause_message *msg,
		       const struct bounce_report *report);

/* Does the returned header show that this mailbox passed the message on? Looks
   at header fields only. */
bool bouncecause_origin_is_forwarded(const struct sieve_runtime_env *renv,
				     const struct sieve_extension *ext,
				     const struct bounce_report *report);

#endif
