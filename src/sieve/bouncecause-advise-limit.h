#ifndef BOUNCECAUSE_ADVISE_LIMIT_H
#define BOUNCECAUSE_ADVISE_LIMIT_H

/* How often bounceadvise writes, kept in a duplicate database of Dovecot:
   ~/.dovecot.bounceadvise. */

struct mail_user;
struct bounce_report;

enum bouncecause_advise_permit {
	/* It may be sent; it counts from now on, whether it arrives or not. */
	BOUNCECAUSE_ADVISE_PERMITTED,
	/* there was one about the same within those days */
	BOUNCECAUSE_ADVISE_DUPLICATE,
	/* the addressee has had as many as are allowed */
	BOUNCECAUSE_ADVISE_LIMIT_REACHED,
	/* all addressees but the owner together have */
	BOUNCECAUSE_ADVISE_OTHERS_LIMIT_REACHED,
	/* the database cannot be read and written; Dovecot logs why */
	BOUNCECAUSE_ADVISE_NO_DATABASE
};

struct bouncecause_advise_request {
	/* to whom, without brackets; what follows one of the delimiters in the
	   local part does not count */
	const char *address;
	const char *delimiters;
	/* it is the owner of the mailbox: those are limited by themselves */
	bool to_owner;
	/* see bouncecause_advise_about(); not again for so many days */
	const char *about;
	unsigned int days;
	/* how many in a day to that address */
	unsigned int limit;
};

/* What an advice is about, as a name for it: the handle, else the returned
   message's Message-ID, else what the report tells of that message or of its
   recipient. Data stack. */
const char *
bouncecause_advise_about(const struct bounce_report *report,
			 const char *handle);

/* May it be sent? The database is written, and read again, before this returns:
   what it cannot count is not permitted. Nothing in it stays locked. */
enum bouncecause_advise_permit
bouncecause_advise_ask(struct mail_user *user,
		       const struct bouncecause_advise_request *request);

#endif
