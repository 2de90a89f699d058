/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Which recipients failed, over several reports */

#include "lib.h"
#include "array.h"
#include "ioloop.h"
#include "sha2.h"
#include "mail-user.h"
#include "mail-duplicate.h"
#include "bounce-limits.h"
#include "bounce-verdict.h"
#include "bouncecause-sent.h"
#include "bouncemark-failed.h"

/* ~/.dovecot.bouncemark. The database that Sieve's own actions use would do,
   but one delivery's transaction there lasts till its end, and of two that
   overlap one loses what the other wrote. */
#define MEMORY_NAME "bouncemark"

/*
 * This report
 */

static bool
recipient_find(const struct bouncecause_sent *sent, const char *address,
	       unsigned int *idx_r)
{
	address = t_str_lcase(address);
	for (unsigned int i = 0; i < sent->recipients_count; i++) {
		if (strcmp(sent->recipients[i], address) == 0) {
			*idx_r = i;
			return TRUE;
		}
	}
	return FALSE;
}

static bool recipient_has_failed(const struct bounce_recipient *rcpt)
{
	return rcpt->action == BOUNCE_ACTION_FAILED ||
		rcpt->action == BOUNCE_ACTION_UNKNOWN;
}

struct bouncemark_failed *
bouncemark_failed_create(const struct bounce_report *report,
			 const struct bouncecause_sent *sent, pool_t pool)
{
	struct bouncemark_failed *failed =
		p_new(pool, struct bouncemark_failed, 1);
	const struct bounce_recipient *rcpt;
	bool *flags = p_new(pool, bool, sent->recipients_count + 1);
	unsigned int idx, count = 0;

	failed->sent = sent;
	failed->id = p_strdup(pool,
		bouncecause_sent_id(report->returned.message_id));
	failed->failed = flags;
	array_foreach(&report->recipients, rcpt) T_BEGIN {
		if (!recipient_has_failed(rcpt))
			;
		else if (recipient_find(sent, rcpt->original_recipient, &idx) ||
			 recipient_find(sent, rcpt->recipient, &idx))
			flags[idx] = TRUE;
		else if (sent->total == 1)
			flags[0] = TRUE;
	} T_END;
	for (idx = 0; idx < sent->recipients_count; idx++) {
		if (flags[idx])
			count++;
	}
	/* Nobody can be counted where none is written, as with a Bcc that is
	   not kept, or where there are more than were read. */
	failed->all = count > 0 && count == sent->total;
	return failed;
}

/*
 * Earlier reports
 */

struct memory {
	const struct bouncemark_failed *failed;
	struct mail_duplicate_transaction *trans;
	const char *username;
};

static void
memory_id(const struct memory *memory, const char *address,
	  unsigned char id_r[SHA256_RESULTLEN])
{
	const char *message_id = memory->failed->id;
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_loop(&ctx, message_id, strlen(message_id) + 1);
	sha256_loop(&ctx, address, strlen(address) + 1);
	sha256_result(&ctx, id_r);
}

/* Returns 1 where an earlier report said that it failed, 0 where none did, -1
   where the database fails. If this report says so, it is remembered. */
static int
memory_ask(const struct memory *memory, const char *address, bool failed)
{
	unsigned char id[SHA256_RESULTLEN];

	memory_id(memory, address, id);
	switch (mail_duplicate_check(memory->trans, id, sizeof(id),
				     memory->username)) {
	case MAIL_DUPLICATE_CHECK_RESULT_EXISTS:
		return 1;
	case MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND:
		break;
	default:
		return -1;
	}
	if (failed) {
		mail_duplicate_mark(memory->trans, id, sizeof(id),
				    memory->username, ioloop_time +
				    BOUNCEMARK_MEMORY_DAYS * 24 * 60 * 60);
	}
	return 0;
}

/* Returns 1 when all have failed, 0 when not, -1 where the database fails. */
static int
memory_ask_all(const struct memory *memory)
{
	const struct bouncemark_failed *failed = memory->failed;
	const struct bouncecause_sent *sent = failed->sent;
	int ret, all = 1;

	for (unsigned int i = 0; i < sent->recipients_count; i++) {
		ret = memory_ask(memory, sent->recipients[i],
				 failed->failed[i]);
		if (ret < 0)
			return -1;
		if (ret == 0 && !failed->failed[i])
			all = 0;
	}
	return all;
}

bool bouncemark_failed_all(const struct bouncemark_failed *failed,
			   struct mail_user *user, struct event *event)
{
	const struct bouncecause_sent *sent = failed->sent;
	struct memory memory = {
		.failed = failed,
		.username = user->username,
	};
	struct mail_duplicate_db *db;
	struct mail_duplicate_transaction *lock;
	int all = -1;

	if (failed->all)
		return TRUE;
	if (sent->recipients_count == 0 ||
	    sent->recipients_count > BOUNCE_LIMIT_MARK_RECIPIENTS)
		return FALSE;

	/* Whoever has the lock reads what the last one wrote. A transaction
	   that began before may not, and loses it when it writes. */
	db = mail_duplicate_db_init(user, MEMORY_NAME);
	lock = mail_duplicate_transaction_begin(db);
	if (mail_duplicate_check(lock, MEMORY_NAME, strlen(MEMORY_NAME),
				 user->username) ==
	    MAIL_DUPLICATE_CHECK_RESULT_NOT_FOUND) {
		memory.trans = mail_duplicate_transaction_begin(db);
		all = memory_ask_all(&memory);
		mail_duplicate_transaction_commit(&memory.trans);
	}
	mail_duplicate_transaction_rollback(&lock);
	mail_duplicate_db_deinit(&db);
	if (all < 0) {
		e_warning(event, "Failed addresses of earlier reports are not "
			  "known: ~/.dovecot."MEMORY_NAME" cannot be used");
	}
	/* This report is remembered even where not all recipients are known:
	   another time they may be. */
	return all > 0 && sent->total > 0;
}
