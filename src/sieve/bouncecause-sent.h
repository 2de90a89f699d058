#ifndef BOUNCECAUSE_SENT_H
#define BOUNCECAUSE_SENT_H

/* The copy of a returned message in the owner's Sent mailbox. */

struct sieve_extension;
struct sieve_runtime_env;
struct bounce_report;
struct bouncecause_message;

struct bouncecause_sent {
	/* the Sent mailboxes could be searched, each to its end, or it was
	   found */
	bool searched;
	/* the copy is there */
	bool found;
	/* where: mailbox name (UTF-8), its UIDVALIDITY and UID */
	const char *mailbox;
	uint32_t uid_validity;
	uint32_t uid;
	/* bare addresses of its From, and of its To, Cc and Bcc: lower case,
	   without doubles, NULL-terminated; never NULL */
	const char *const *authors;
	const char *const *recipients;
	unsigned int recipients_count;
	/* how many it names; 0 where that is not known, as no more are read */
	unsigned int total;
};

/* Search the Sent mailboxes for the Message-ID that the report returns, unless
   that was done for this message; mailbox is one more to search, or NULL.
   Never NULL. What goes wrong is logged, and counts as not found. */
const struct bouncecause_sent *
bouncecause_sent_find(const struct sieve_runtime_env *renv,
		      const struct sieve_extension *ext,
		      struct bouncecause_message *msg,
		      const struct bounce_report *report,
		      const char *mailbox);
/* What is known already: NULL where nobody has asked. Never searches. */
const struct bouncecause_sent *
bouncecause_sent_known(const struct bouncecause_message *msg,
		       const struct bounce_report *report);

/* What is between the angle brackets of a Message-ID field, without blanks:
   two copies of a message have the same, however the field is folded. NULL
   where there is nothing. Allocated from the data stack. */
const char *bouncecause_sent_id(const char *value);

#endif
