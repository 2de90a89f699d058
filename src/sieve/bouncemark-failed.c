/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Which recipients failed, over several reports */

#include "lib.h"
#include "array.h"
#include "ioloop.h"
#include "sha2.h"
#include "sieve-common.h"
#include "sieve-actions.h"
#include "bounce-verdict.h"
#include "bouncecause-sent.h"
#include "bouncemark-failed.h"

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
		else if (sent->recipients_count == 1)
			flags[0] = TRUE;
	} T_END;
	for (idx = 0; idx < sent->recipients_count; idx++) {
		if (flags[idx])
			count++;
	}
	/* Nobody can be counted where none is written, as with a Bcc that is
	   not kept, or where there are more than were read. */
	failed->all = count > 0 && count == sent->recipients_count &&
		count < BOUNCECAUSE_SENT_MAX_RECIPIENTS;
	return failed;
}

/*
 * Earlier reports
 */

/* Of the mail itself (address "") or of one of its recipients */
static void
memory_id(const struct bouncemark_failed *failed, const char *address,
	  unsigned char id_r[SHA256_RESULTLEN])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_loop(&ctx, "bouncemark", strlen("bouncemark") + 1);
	sha256_loop(&ctx, failed->id, strlen(failed->id) + 1);
	sha256_loop(&ctx, address, strlen(address) + 1);
	sha256_result(&ctx, id_r);
}

/* Returns 0, or -1 where the database fails. */
static int
memory_check(const struct bouncemark_failed *failed,
	     const struct sieve_action_exec_env *aenv, const char *address,
	     bool *known_r)
{
	unsigned char id[SHA256_RESULTLEN];

	memory_id(failed, address, id);
	if (sieve_action_duplicate_check(aenv, id, sizeof(id),
					 known_r) == SIEVE_EXEC_OK)
		return 0;
	e_warning(aenv->event, "Failed addresses of earlier reports are not "
		  "known: the duplicate database failed");
	return -1;
}

static void
memory_mark(const struct bouncemark_failed *failed,
	    const struct sieve_action_exec_env *aenv, const char *address)
{
	unsigned char id[SHA256_RESULTLEN];

	memory_id(failed, address, id);
	sieve_action_duplicate_mark(aenv, id, sizeof(id), ioloop_time +
				    BOUNCEMARK_MEMORY_DAYS * 24 * 60 * 60);
}

bool bouncemark_failed_all(const struct bouncemark_failed *failed,
			   const struct sieve_action_exec_env *aenv)
{
	const struct bouncecause_sent *sent = failed->sent;
	bool known, all = TRUE;
	unsigned int i;

	if (failed->all)
		return TRUE;
	if (sent->recipients_count == 0 ||
	    sent->recipients_count > BOUNCEMARK_MEMORY_MAX_RECIPIENTS ||
	    !sieve_action_duplicate_check_available(aenv))
		return FALSE;

	/* What is checked stays locked until the delivery ends. The mail comes
	   first, so that reports on the same mail which come at the same time
	   wait for each other there, and nowhere else. */
	if (memory_check(failed, aenv, "", &known) < 0)
		return FALSE;
	for (i = 0; i < sent->recipients_count; i++) {
		if (memory_check(failed, aenv, sent->recipients[i],
				 &known) < 0)
			return FALSE;
		if (known)
			continue;
		if (failed->failed[i])
			memory_mark(failed, aenv, sent->recipients[i]);
		else
			all = FALSE;
	}
	return all;
}
