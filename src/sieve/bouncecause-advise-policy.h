#ifndef BOUNCECAUSE_ADVISE_POLICY_H
#define BOUNCECAUSE_ADVISE_POLICY_H

/* To whom bounceadvise may write, and about what. */

struct smtp_address;
struct sieve_extension;
struct sieve_runtime_env;
struct bounce_report;
struct bouncecause_message;
struct bouncecause_advise_message;

/* What the Message-ID of every advice begins with, so that one is known where
   a report returns little of it; rules/format/header.yaml has it, too */
#define BOUNCECAUSE_ADVISE_MESSAGE_ID "<bounceadvise."

/* The owner of the mailbox: the user's address, else the recipient of the
   message's envelope; NULL where neither is known. */
const struct smtp_address *
bouncecause_advise_owner(const struct sieve_runtime_env *renv);
/* Is it an address of the owner: one of those two? */
bool bouncecause_advise_is_owner(const struct sieve_runtime_env *renv,
				 const struct smtp_address *address);

/* Is it an address that mail can be sent to, and that a header field can hold:
   with a domain, us-ascii, not too long (RFC 5321, 4.5.3.1.3)? */
bool bouncecause_advise_is_address(const struct smtp_address *address);

/* Why no advice about that report of msg may go to that address, in the words
   of a log line; NULL where it may. Asks for the origin last, since that may
   search a mailbox. */
const char *
bouncecause_advise_refuse(const struct sieve_runtime_env *renv,
			  const struct sieve_extension *ext,
			  struct bouncecause_message *msg,
			  const struct bounce_report *report,
			  const struct smtp_address *to);

/* What bounce_compose has to hide from the author of the returned message, for
   words of the mail that it did not choose: does the text name an address that
   they are not known to have written to, the domain of one that the report is
   about, or a host of the report? To, From and the postmaster are named as it
   is. */
bool bouncecause_advise_names_hidden(
	const struct bouncecause_advise_message *mail,
	const struct smtp_address *postmaster, const char *text);

#endif
