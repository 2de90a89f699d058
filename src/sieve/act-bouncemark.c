/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Everything is done when the actions have been carried out and the report is
   where the script wanted it: whatever goes wrong here, it is not lost. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "mail-storage-private.h"
#include "sieve-common.h"
#include "sieve-actions.h"
#include "sieve-execute.h"
#include "sieve-interpreter.h"
#include "sieve-result.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-sent.h"
#include "bouncecause-values.h"
#include "bouncemark-failed.h"
#include "act-bouncemark.h"

struct act_bouncemark_context {
	const struct bouncecause_sent *sent;
	/* NULL: the script gave the flags, or nothing has failed yet */
	const struct bouncemark_failed *failed;
	/* without those that depend on earlier reports */
	enum mail_flags flags;
	ARRAY_TYPE(const_string) keywords;
};

static bool
act_bouncemark_equals(const struct sieve_script_env *senv,
		      const struct sieve_action *act1,
		      const struct sieve_action *act2);
static int
act_bouncemark_check_duplicate(const struct sieve_runtime_env *renv,
			       const struct sieve_action *act,
			       const struct sieve_action *act_other);
static void
act_bouncemark_print(const struct sieve_action *action,
		     const struct sieve_result_print_env *rpenv, bool *keep);
static void
act_bouncemark_finish(const struct sieve_action_exec_env *aenv,
		      void *tr_context, int status);

static const struct sieve_action_def act_bouncemark = {
	.name = "bouncemark",
	.equals = act_bouncemark_equals,
	.check_duplicate = act_bouncemark_check_duplicate,
	.print = act_bouncemark_print,
	.finish = act_bouncemark_finish
};

/*
 * Flags
 */

static const struct {
	const char *name;
	enum mail_flags flag;
} system_flags[] = {
	{ "\\Answered", MAIL_ANSWERED },
	{ "\\Flagged", MAIL_FLAGGED },
	{ "\\Deleted", MAIL_DELETED },
	{ "\\Seen", MAIL_SEEN },
	{ "\\Draft", MAIL_DRAFT },
};

static enum mail_flags system_flag_find(const char *name)
{
	for (unsigned int i = 0; i < N_ELEMENTS(system_flags); i++) {
		if (strcasecmp(system_flags[i].name, name) == 0)
			return system_flags[i].flag;
	}
	return 0;
}

static void
keyword_add(struct act_bouncemark_context *act, const char *keyword)
{
	const char *other;

	array_foreach_elem(&act->keywords, other) {
		if (strcasecmp(other, keyword) == 0)
			return;
	}
	array_push_back(&act->keywords, &keyword);
}

static void
flag_add(struct act_bouncemark_context *act, const char *flag, pool_t pool)
{
	if (*flag == '\\')
		act->flags |= system_flag_find(flag);
	else
		keyword_add(act, p_strdup(pool, flag));
}

/* Of all recipients that failed, or, where none did, that are delayed: a mail
   may fail in several ways. */
static void
cause_keywords_add(struct act_bouncemark_context *act,
		   const struct bouncecause_message *msg,
		   const struct bounce_report *report, pool_t pool)
{
	struct bouncecause_value_env env = {
		.rules = msg->rules,
		.report = report,
		.pool = pool,
	};
	const struct bounce_recipient *first, *rcpt;
	const char *keyword;

	first = bounce_report_first(report);
	if (first == NULL)
		return;
	array_foreach(&report->recipients, rcpt) {
		if (!bouncecause_recipient_counts(rcpt) ||
		    (rcpt->action == BOUNCE_ACTION_DELAYED) !=
		    (first->action == BOUNCE_ACTION_DELAYED))
			continue;
		env.rcpt = rcpt;
		keyword = bouncecause_value_get(BOUNCECAUSE_VALUE_KEYWORD,
						&env);
		if (*keyword != '\0')
			keyword_add(act, keyword);
	}
}

/*
 * Add to result
 */

void act_bouncemark_add_to_result(const struct sieve_runtime_env *renv,
				  const struct sieve_extension *ext,
				  const struct bouncecause_message *msg,
				  const struct bounce_report *report,
				  const struct bouncecause_sent *sent,
				  const char *const *flags)
{
	pool_t pool = sieve_result_pool(renv->result);
	struct act_bouncemark_context *act;

	act = p_new(pool, struct act_bouncemark_context, 1);
	act->sent = sent;
	p_array_init(&act->keywords, pool, 4);
	if (flags == NULL && report->kind == BOUNCE_KIND_FAILURE) {
		act->failed = bouncemark_failed_create(report, sent, pool);
	} else if (flags != NULL) {
		for (; *flags != NULL; flags++)
			flag_add(act, *flags, pool);
	}
	cause_keywords_add(act, msg, report, pool);

	if (sieve_result_add_action(renv, ext, "bouncemark", &act_bouncemark,
				    NULL, act, 0, FALSE) < 0) {
		e_warning(ext_bouncecause_context(ext)->event,
			  "Returned message in mailbox %s, UID %u, is not "
			  "marked: the script has too many actions",
			  sent->mailbox, sent->uid);
	}
}

/* One mail, the same flags */
static bool
act_bouncemark_equals(const struct sieve_script_env *senv ATTR_UNUSED,
		      const struct sieve_action *act1,
		      const struct sieve_action *act2)
{
	const struct act_bouncemark_context *ctx1 = act1->context;
	const struct act_bouncemark_context *ctx2 = act2->context;
	const char *keyword1, *const *keyword2;
	unsigned int i = 0;

	if (ctx1->sent != ctx2->sent || ctx1->flags != ctx2->flags ||
	    (ctx1->failed == NULL) != (ctx2->failed == NULL) ||
	    array_count(&ctx1->keywords) != array_count(&ctx2->keywords))
		return FALSE;
	array_foreach_elem(&ctx1->keywords, keyword1) {
		keyword2 = array_idx(&ctx2->keywords, i++);
		if (strcasecmp(keyword1, *keyword2) != 0)
			return FALSE;
	}
	return TRUE;
}

static int
act_bouncemark_check_duplicate(const struct sieve_runtime_env *renv,
			       const struct sieve_action *act,
			       const struct sieve_action *act_other)
{
	return act_bouncemark_equals(renv->exec_env->scriptenv, act,
				     act_other) ? 1 : 0;
}

/*
 * Print
 */

/* $Bounced $BounceMailboxFull \Flagged */
static const char *
flags_text(enum mail_flags flags, const char *const *keywords)
{
	string_t *str = t_str_new(64);
	unsigned int i;

	for (; *keywords != NULL; keywords++)
		str_printfa(str, " %s", str_sanitize(*keywords, 64));
	for (i = 0; i < N_ELEMENTS(system_flags); i++) {
		if ((flags & system_flags[i].flag) != 0)
			str_printfa(str, " %s", system_flags[i].name);
	}
	return str_c(str) + (str_len(str) > 0 ? 1 : 0);
}

/* Including $Bounced or $BouncedPartly */
static const char *const *
all_keywords(const struct act_bouncemark_context *act, bool all_failed)
{
	ARRAY_TYPE(const_string) keywords;
	const char *keyword;

	t_array_init(&keywords, array_count(&act->keywords) + 2);
	if (act->failed != NULL) {
		keyword = all_failed ? BOUNCEMARK_KEYWORD_ALL :
			BOUNCEMARK_KEYWORD_PARTLY;
		array_push_back(&keywords, &keyword);
	}
	array_append_array(&keywords, &act->keywords);
	array_append_zero(&keywords);
	return array_front(&keywords);
}

static void
act_bouncemark_print(const struct sieve_action *action,
		     const struct sieve_result_print_env *rpenv,
		     bool *keep ATTR_UNUSED)
{
	const struct act_bouncemark_context *act = action->context;

	sieve_result_action_printf(rpenv,
		"mark returned message in mailbox `%s', UID %u: %s",
		str_sanitize(act->sent->mailbox, 128), act->sent->uid,
		flags_text(act->flags,
			   all_keywords(act, act->failed != NULL &&
					act->failed->all)));
}

/*
 * Execution
 */

/* Those that are not valid in that mailbox are left out; *wrong_r has them. */
static struct mail_keywords *
keywords_create(struct mailbox *box, const char *const *keywords,
		const char **wrong_r)
{
	ARRAY_TYPE(const_string) valid;
	struct mail_keywords *result = NULL;
	const char *error;

	*wrong_r = NULL;
	t_array_init(&valid, 8);
	for (; *keywords != NULL; keywords++) {
		if (mailbox_keyword_is_valid(box, *keywords, &error))
			array_push_back(&valid, keywords);
		else
			*wrong_r = t_strdup_printf("keyword %s: %s",
				str_sanitize(*keywords, 64), error);
	}
	if (array_is_empty(&valid))
		return NULL;
	array_append_zero(&valid);
	if (mailbox_keywords_create(box, array_front(&valid), &result) < 0) {
		*wrong_r = mailbox_get_last_internal_error(box, NULL);
		return NULL;
	}
	return result;
}

static void
mail_mark(struct mail *mail, enum mail_flags flags,
	  struct mail_keywords *keywords, bool all_failed)
{
	static const char *const partly[] = {
		BOUNCEMARK_KEYWORD_PARTLY, NULL
	};
	struct mail_keywords *remove;

	if (all_failed &&
	    str_array_icase_find(mail_get_keywords(mail), partly[0]) &&
	    mailbox_keywords_create(mail->box, partly, &remove) == 0) {
		mail_update_keywords(mail, MODIFY_REMOVE, remove);
		mailbox_keywords_unref(&remove);
	}
	if (keywords != NULL)
		mail_update_keywords(mail, MODIFY_ADD, keywords);
	if (flags != 0)
		mail_update_flags(mail, MODIFY_ADD, flags);
}

/* Two deliveries at the same time do not see what the other one sets: whoever
   is last finds both keywords. */
static int mail_tidy(struct mailbox *box, uint32_t uid)
{
	struct mailbox_transaction_context *trans;
	struct mail *mail;
	bool both = FALSE;

	trans = mailbox_transaction_begin(box, 0, __func__);
	mail = mail_alloc(trans, MAIL_FETCH_FLAGS, NULL);
	if (mail_set_uid(mail, uid)) {
		const char *const *found = mail_get_keywords(mail);

		both = str_array_icase_find(found, BOUNCEMARK_KEYWORD_ALL) &&
			str_array_icase_find(found, BOUNCEMARK_KEYWORD_PARTLY);
		if (both)
			mail_mark(mail, 0, NULL, TRUE);
	}
	mail_free(&mail);
	if (!both) {
		mailbox_transaction_rollback(&trans);
		return 0;
	}
	return mailbox_transaction_commit(&trans) < 0 ||
		mailbox_sync(box, 0) < 0 ? -1 : 0;
}

/* $Bounced may have taken the place of $BouncedPartly meanwhile. */
static bool
keyword_is_set(const char *const *found, const char *keyword)
{
	return str_array_icase_find(found, keyword) ||
		(strcmp(keyword, BOUNCEMARK_KEYWORD_PARTLY) == 0 &&
		 str_array_icase_find(found, BOUNCEMARK_KEYWORD_ALL));
}

/* ACL ignores without a word what it does not allow. */
static bool
mail_is_marked(struct mailbox *box, uint32_t uid, enum mail_flags flags,
	       const char *const *keywords)
{
	struct mailbox_transaction_context *trans;
	const char *const *found;
	struct mail *mail;
	bool marked = TRUE;

	trans = mailbox_transaction_begin(box, 0, __func__);
	mail = mail_alloc(trans, 0, NULL);
	if (mail_set_uid(mail, uid)) {
		found = mail_get_keywords(mail);
		for (; *keywords != NULL; keywords++) {
			if (!keyword_is_set(found, *keywords))
				marked = FALSE;
		}
		if ((mail_get_flags(mail) & flags) != flags)
			marked = FALSE;
	}
	mail_free(&mail);
	mailbox_transaction_rollback(&trans);
	return marked;
}

/* A full disk is no error to Dovecot: it goes on in memory, maybe already when
   it opens or synchronises. An index that is configured so has no path. */
static bool index_is_lost(struct mailbox *box)
{
	const char *path;

	return mail_index_is_in_memory(box->index) &&
		mailbox_get_path_to(box, MAILBOX_LIST_PATH_TYPE_INDEX,
				    &path) > 0;
}

/* An earlier report, or one that is dealt with at the same time, may have said
   of all recipients what this one says of some. */
static bool
mail_all_failed(const struct act_bouncemark_context *act, struct mail *mail,
		bool all_failed)
{
	return all_failed ||
		(act->failed != NULL &&
		 str_array_icase_find(mail_get_keywords(mail),
				      BOUNCEMARK_KEYWORD_ALL));
}

/* Returns NULL and the keywords that were set, or what is wrong. */
static const char *
mailbox_mark(const struct act_bouncemark_context *act, struct mailbox *box,
	     bool all_failed, const char *const **names_r)
{
	const char *const *names = NULL;
	const struct bouncecause_sent *sent = act->sent;
	struct mailbox_transaction_context *trans;
	struct mail_keywords *keywords;
	struct mailbox_status status;
	struct mail *mail;
	const char *wrong;
	bool gone;

	if (mailbox_open(box) < 0 || mailbox_sync(box, 0) < 0)
		return mailbox_get_last_internal_error(box, NULL);
	if (mailbox_is_readonly(box))
		return "the mailbox is read-only";
	mailbox_get_open_status(box, STATUS_UIDVALIDITY, &status);
	if (status.uidvalidity != sent->uid_validity)
		return "the mailbox is another one now";

	trans = mailbox_transaction_begin(box, 0, __func__);
	mail = mail_alloc(trans, MAIL_FETCH_FLAGS, NULL);
	gone = !mail_set_uid(mail, sent->uid);
	keywords = NULL;
	wrong = NULL;
	if (!gone) {
		all_failed = mail_all_failed(act, mail, all_failed);
		names = all_keywords(act, all_failed);
		keywords = keywords_create(box, names, &wrong);
		mail_mark(mail, act->flags, keywords, all_failed);
	}
	mail_free(&mail);
	if (keywords != NULL)
		mailbox_keywords_unref(&keywords);
	if (mailbox_transaction_commit(&trans) < 0 ||
	    mailbox_sync(box, 0) < 0 ||
	    (act->failed != NULL && mail_tidy(box, sent->uid) < 0))
		return mailbox_get_last_internal_error(box, NULL);
	if (index_is_lost(box))
		return "its index cannot be written";
	if (gone)
		return "the message is no longer there";
	if (wrong != NULL)
		return wrong;
	if (!mail_is_marked(box, sent->uid, act->flags, names))
		return "flags or keywords are not permitted in the mailbox";
	*names_r = names;
	return NULL;
}

static void
act_bouncemark_finish(const struct sieve_action_exec_env *aenv,
		      void *tr_context ATTR_UNUSED, int status)
{
	const struct sieve_script_env *senv = aenv->exec_env->scriptenv;
	const struct act_bouncemark_context *act = aenv->action->context;
	const char *name = act->sent->mailbox;
	struct mailbox *box;

	/* A report that could not be dealt with comes again, or the script's
	   result was given up and it was kept. */
	if (status != SIEVE_EXEC_OK) {
		e_debug(aenv->event, "Not marking (status=%s)",
			sieve_execution_exitcode_to_str(status));
		return;
	}

	T_BEGIN {
		bool all_failed = act->failed != NULL &&
			bouncemark_failed_all(act->failed, senv->user,
					      aenv->event);
		const char *const *keywords = NULL;
		const char *problem;

		box = mailbox_alloc_for_user(senv->user, name, 0);
		problem = mailbox_mark(act, box, all_failed, &keywords);
		if (problem != NULL) {
			e_warning(aenv->event, "Returned message in mailbox "
				  "%s, UID %u, cannot be marked: %s", name,
				  act->sent->uid, problem);
		} else {
			aenv->exec_env->exec_status->
				significant_action_executed = TRUE;
			e_debug(aenv->event, "Marked returned message in "
				"mailbox %s, UID %u: %s", name,
				act->sent->uid,
				flags_text(act->flags, keywords));
		}
		mailbox_free(&box);
	} T_END;
}
