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

/* Find the first free one of the numbered places of the day. It is locked from
   now on. */
static enum bouncecause_advise_permit
advise_find_place(const struct advise_transaction *t, const char *purpose,
		  const char *mailbox, unsigned int limit,
		  struct advise_id *id_r)
{
	for (unsigned int i = 0; i < limit; i++) {
		*id_r = advise_id(purpose, mailbox, dec2str(i));
		switch (advise_check(t, id_r)) {
		case MAIL_DUPLICATE_CHECK_RESULT_EXISTS:
			break;
		case MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND:
			return BOUNCECAUSE_ADVISE_PERMITTED;
		default:
			return BOUNCECAUSE_ADVISE_NO_DATABASE;
		}
	}
	return BOUNCECAUSE_ADVISE_LIMIT_REACHED;
}

/* Find one of those that all but the owner share, and lock it. They are looked
   through in another transaction, as one cannot lock the records of two limits.
   That one may let go of them: nobody else gets here meanwhile. */
static enum bouncecause_advise_permit
advise_find_others_place(const struct advise_transaction *t,
			 struct mail_duplicate_db *db, struct advise_id *id_r)
{
	struct advise_transaction look = { .username = t->username };
	enum bouncecause_advise_permit permit;

	look.trans = mail_duplicate_transaction_begin(db);
	permit = advise_find_place(&look, "others", "",
				   BOUNCE_LIMIT_ADVISE_OTHERS_PER_DAY, id_r);
	mail_duplicate_transaction_rollback(&look.trans);
	if (permit == BOUNCECAUSE_ADVISE_LIMIT_REACHED)
		return BOUNCECAUSE_ADVISE_OTHERS_LIMIT_REACHED;
	if (permit == BOUNCECAUSE_ADVISE_PERMITTED &&
	    advise_check(t, id_r) != MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND)
		return BOUNCECAUSE_ADVISE_NO_DATABASE;
	return permit;
}

static enum bouncecause_advise_permit
advise_take(const struct advise_transaction *t, struct mail_duplicate_db *db,
	    const struct bouncecause_advise_request *request,
	    const struct advise_id *id, const char *mailbox)
{
	enum bouncecause_advise_permit permit;
	struct advise_id place, others_place;

	switch (advise_check(t, id)) {
	case MAIL_DUPLICATE_CHECK_RESULT_EXISTS:
		return BOUNCECAUSE_ADVISE_DUPLICATE;
	case MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND:
		break;
	default:
		return BOUNCECAUSE_ADVISE_NO_DATABASE;
	}
	permit = advise_find_place(t, "place", mailbox, request->limit,
				   &place);
	if (permit == BOUNCECAUSE_ADVISE_PERMITTED && !request->to_owner) {
		permit = advise_find_others_place(t, db, &others_place);
	}
	if (permit != BOUNCECAUSE_ADVISE_PERMITTED)
		return permit;

	if (!request->to_owner)
		advise_mark(t, &others_place, ioloop_time + DAY_SECS);
	advise_mark(t, &place, ioloop_time + DAY_SECS);
	advise_mark(t, id, ioloop_time + (time_t)request->days * DAY_SECS);
	return BOUNCECAUSE_ADVISE_PERMITTED;
}

/* With the lock */
static enum bouncecause_advise_permit
advise_ask(struct mail_duplicate_db *db, const char *username,
	   const struct bouncecause_advise_request *request)
{
	const char *mailbox = address_mailbox(request->address,
					      request->delimiters);
	const struct advise_id id = advise_id("about", mailbox,
					      request->about);
	struct advise_transaction t = { .username = username };
	enum bouncecause_advise_permit permit;

	t.trans = mail_duplicate_transaction_begin(db);
	permit = advise_take(&t, db, request, &id, mailbox);
	if (permit != BOUNCECAUSE_ADVISE_PERMITTED) {
		mail_duplicate_transaction_rollback(&t.trans);
		return permit;
	}
	mail_duplicate_transaction_commit(&t.trans);
	/* Nothing says whether that was written (a full disk), or whether
	   there is a database (a user without a home). */
	t.trans = mail_duplicate_transaction_begin(db);
	if (advise_check(&t, &id) != MAIL_DUPLICATE_CHECK_RESULT_EXISTS)
		permit = BOUNCECAUSE_ADVISE_NO_DATABASE;
	mail_duplicate_transaction_rollback(&t.trans);
	return permit;
}

enum bouncecause_advise_permit
bouncecause_advise_ask(struct mail_user *user,
		       const struct bouncecause_advise_request *request)
{
	struct mail_duplicate_db *db =
		mail_duplicate_db_init(user, ADVISE_DATABASE);
	const struct advise_id lock_id = advise_id("lock", "", "");
	struct advise_transaction lock = { .username = user->username };
	enum bouncecause_advise_permit permit = BOUNCECAUSE_ADVISE_NO_DATABASE;

	/* One delivery after the other. Whoever has the lock reads what the
	   last one wrote: a transaction that began before may not, and loses
	   it when it writes. */
	lock.trans = mail_duplicate_transaction_begin(db);
	if (advise_check(&lock, &lock_id) ==
	    MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND)
		permit = advise_ask(db, user->username, request);
	mail_duplicate_transaction_rollback(&lock.trans);
	mail_duplicate_db_deinit(&db);
	return permit;
}
