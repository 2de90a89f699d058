/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Once about the same, and a few a day whatever about */

#include "lib.h"
#include "ioloop.h"
#include "sha2.h"
#include "mail-user.h"
#include "mail-duplicate.h"
#include "bounce-limits.h"
#include "bounce-verdict.h"
#include "bouncecause-advise-limit.h"

/* A database of our own. That of vacation and redirect is written when the
   delivery is over, by everybody as they have read it long before: too late
   to know whether it can be written at all, with its records locked for as long
   as the submission server takes, and what others wrote meanwhile is lost. */
#define ADVISE_DATABASE "bounceadvise"

#define DAY_SECS (24 * 60 * 60)

struct advise_id {
	unsigned char digest[SHA256_RESULTLEN];
};

struct advise_transaction {
	struct mail_duplicate_transaction *trans;
	const char *username;
};

const char *
bouncecause_advise_about(const struct bounce_report *report,
			 const char *handle)
{
	const struct bounce_returned *returned = &report->returned;
	const struct bounce_recipient *rcpt;

	if (handle != NULL)
		return t_strconcat("handle ", handle, NULL);
	if (*returned->message_id != '\0')
		return t_strconcat("message ", returned->message_id, NULL);
	if (*returned->subject != '\0' || *returned->date != '\0') {
		return t_strdup_printf("mail %s\n%s\n%s", returned->from,
				       returned->subject, returned->date);
	}
	rcpt = bounce_report_first(report);
	return t_strconcat("recipient ", rcpt == NULL ? "" : rcpt->recipient,
			   NULL);
}

/* The mailbox behind the address: no detail, in lower case, so that nobody is
   written to more often under many names. */
static const char *
address_mailbox(const char *address, const char *delimiters)
{
	const char *at = strrchr(address, '@');
	size_t len;

	if (at != NULL && at > address) {
		/* A local part that begins with a delimiter has no detail. */
		len = 1 + strcspn(address + 1, delimiters);
		if (address + len < at) {
			address = t_strconcat(t_strndup(address, len), at,
					      NULL);
		}
	}
	return t_str_lcase(address);
}

static struct advise_id
advise_id(const char *purpose, const char *mailbox, const char *what)
{
	struct sha256_ctx ctx;
	struct advise_id id;

	sha256_init(&ctx);
	sha256_loop(&ctx, "bounceadvise", sizeof("bounceadvise"));
	sha256_loop(&ctx, purpose, strlen(purpose) + 1);
	sha256_loop(&ctx, mailbox, strlen(mailbox) + 1);
	sha256_loop(&ctx, what, strlen(what) + 1);
	sha256_result(&ctx, id.digest);
	return id;
}

/* Is there such a record? It is locked from now on. */
static enum mail_duplicate_check_result
advise_check(const struct advise_transaction *t, const struct advise_id *id)
{
	return mail_duplicate_check(t->trans, id->digest, sizeof(id->digest),
				    t->username);
}

static void
advise_mark(const struct advise_transaction *t, const struct advise_id *id,
	    time_t until)
{
	mail_duplicate_mark(t->trans, id->digest, sizeof(id->digest),
			    t->username, until);
}

/* Take the first free one of the numbered places of the day. */
static enum bouncecause_advise_permit
advise_take_place(const struct advise_transaction *t, const char *mailbox,
		  unsigned int limit)
{
	struct advise_id id;

	for (unsigned int i = 0; i < limit; i++) {
		id = advise_id("place", mailbox, dec2str(i));
		switch (advise_check(t, &id)) {
		case MAIL_DUPLICATE_CHECK_RESULT_EXISTS:
			break;
		case MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND:
			advise_mark(t, &id, ioloop_time + DAY_SECS);
			return BOUNCECAUSE_ADVISE_PERMITTED;
		default:
			return BOUNCECAUSE_ADVISE_NO_DATABASE;
		}
	}
	return BOUNCECAUSE_ADVISE_LIMIT_REACHED;
}

static enum bouncecause_advise_permit
advise_take(const struct advise_transaction *t, const struct advise_id *id,
	    const char *mailbox, unsigned int days, unsigned int limit)
{
	enum bouncecause_advise_permit permit;

	switch (advise_check(t, id)) {
	case MAIL_DUPLICATE_CHECK_RESULT_EXISTS:
		return BOUNCECAUSE_ADVISE_DUPLICATE;
	case MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND:
		break;
	default:
		return BOUNCECAUSE_ADVISE_NO_DATABASE;
	}
	permit = advise_take_place(t, mailbox, limit);
	if (permit == BOUNCECAUSE_ADVISE_PERMITTED)
		advise_mark(t, id, ioloop_time + (time_t)days * DAY_SECS);
	return permit;
}

/* With the lock */
static enum bouncecause_advise_permit
advise_ask(struct mail_duplicate_db *db, const char *username,
	   const struct advise_id *id, const char *mailbox,
	   unsigned int days, unsigned int limit)
{
	struct advise_transaction t = { .username = username };
	enum bouncecause_advise_permit permit;

	t.trans = mail_duplicate_transaction_begin(db);
	permit = advise_take(&t, id, mailbox, days, limit);
	if (permit != BOUNCECAUSE_ADVISE_PERMITTED) {
		mail_duplicate_transaction_rollback(&t.trans);
		return permit;
	}
	mail_duplicate_transaction_commit(&t.trans);
	/* Nothing says whether that was written (a full disk), or whether
	   there is a database (a user without a home). */
	t.trans = mail_duplicate_transaction_begin(db);
	if (advise_check(&t, id) != MAIL_DUPLICATE_CHECK_RESULT_EXISTS)
		permit = BOUNCECAUSE_ADVISE_NO_DATABASE;
	mail_duplicate_transaction_rollback(&t.trans);
	return permit;
}

enum bouncecause_advise_permit
bouncecause_advise_ask(struct mail_user *user, const char *address,
		       const char *delimiters, const char *about,
		       unsigned int days, unsigned int limit)
{
	struct mail_duplicate_db *db =
		mail_duplicate_db_init(user, ADVISE_DATABASE);
	const char *mailbox = address_mailbox(address, delimiters);
	const struct advise_id id = advise_id("about", mailbox, about);
	const struct advise_id lock_id = advise_id("lock", "", "");
	struct advise_transaction lock = { .username = user->username };
	enum bouncecause_advise_permit permit = BOUNCECAUSE_ADVISE_NO_DATABASE;

	/* One delivery after the other. Whoever has the lock reads what the
	   last one wrote: a transaction that began before may not, and loses
	   it when it writes. */
	lock.trans = mail_duplicate_transaction_begin(db);
	if (advise_check(&lock, &lock_id) ==
	    MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND) {
		permit = advise_ask(db, user->username, &id, mailbox, days,
				    limit);
	}
	mail_duplicate_transaction_rollback(&lock.trans);
	mail_duplicate_db_deinit(&db);
	return permit;
}
