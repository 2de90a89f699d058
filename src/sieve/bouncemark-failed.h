#ifndef BOUNCEMARK_FAILED_H
#define BOUNCEMARK_FAILED_H

/* Which of the recipients of a sent mail failed, by this report and by earlier
   ones. */

struct event;
struct mail_user;
struct bounce_report;
struct bouncecause_sent;

/* Earlier reports are remembered for so long. */
#define BOUNCEMARK_MEMORY_DAYS 30

struct bouncemark_failed {
	const struct bouncecause_sent *sent;
	/* Message-ID without angle brackets */
	const char *id;
	/* one for each of the recipients: failed by this report */
	const bool *failed;
	/* all of them did */
	bool all;
};

/* Look up the failed addresses of a report among those that the author wrote:
   the original address, then the final one. Where the author wrote just one,
   that is the one that failed: it may have been forwarded. Everything is
   allocated from pool, sent has to stay. */
struct bouncemark_failed *
bouncemark_failed_create(const struct bounce_report *report,
			 const struct bouncecause_sent *sent, pool_t pool);

/* Have all of the recipients failed, those of the user's earlier reports
   included? Those of this report are remembered, as hashes, in a duplicate
   database (mail-duplicate.h) in the user's home. Where there is no home, or
   it fails (which is logged to event), this report alone counts. */
bool bouncemark_failed_all(const struct bouncemark_failed *failed,
			   struct mail_user *user, struct event *event);

#endif
