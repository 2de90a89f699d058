/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The search for the returned message in Sent

   It goes through the mails from the newest on and compares their Message-ID
   fields as a mail program would: from Dovecot's cache. A field that is not
   there yet is read and put into it, so that the next search finds it. A
   full-text index is neither needed nor asked: it would have to be brought up
   to date first, and the delivery would wait for that. */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "time-util.h"
#include "message-address.h"
#include "mail-storage.h"
#include "mail-namespace.h"
#include "mailbox-list-iter.h"
#include "sieve-common.h"
#include "sieve-result.h"
#include "sieve-interpreter.h"
#include "sieve-actions.h"
#include "sieve-execute.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "bounce-limits.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-sent.h"

/* The clock is looked at once for so many mails. */
#define CLOCK_MAILS 64

static const char *const no_addresses[] = { NULL };

/* What is known of one report's message */
struct bouncecause_sent_state {
	struct bouncecause_sent_state *next;
	const struct bounce_report *report;
	struct bouncecause_sent sent;
	/* mailboxes that were searched because a script named them */
	ARRAY_TYPE(const_string) named;
	/* what is left for all mailboxes together */
	unsigned int mails_left;
	uint64_t usecs_left;
	/* there are mails that were not looked at: one mailbox that was
	   searched whole does not make up for another */
	bool incomplete;
};

struct sent_search {
	const struct sieve_runtime_env *renv;
	struct event *event;
	pool_t pool;
	struct bouncecause_sent_state *state;
	const char *id;
	uint64_t deadline;
	unsigned int mailboxes;
	/* what went wrong first; it matters only where nothing is found */
	const char *problem;
};

const char *bouncecause_sent_id(const char *value)
{
	const char *start = strchr(value, '<'), *end;
	string_t *str;

	start = start == NULL ? value : start + 1;
	end = strchr(start, '>');
	if (end == NULL)
		end = start + strlen(start);
	if (end == start || end - start > BOUNCE_LIMIT_SENT_ID_SIZE)
		return NULL;
	str = t_str_new(end - start + 1);
	for (; start < end; start++) {
		if (strchr(" \t\r\n", *start) == NULL)
			str_append_c(str, *start);
	}
	return str_len(str) == 0 ? NULL : str_c(str);
}

/*
 * The copy
 */

static void
value_addresses(const char *value, ARRAY_TYPE(const_string) *found)
{
	struct message_address *addr;
	const char *address;

	addr = message_address_parse(pool_datastack_create(),
				     (const unsigned char *)value,
				     strlen(value),
				     BOUNCE_LIMIT_SENT_RECIPIENTS, 0);
	for (; addr != NULL; addr = addr->next) {
		if (addr->mailbox == NULL || addr->domain == NULL ||
		    *addr->mailbox == '\0' || *addr->domain == '\0' ||
		    array_count(found) == BOUNCE_LIMIT_SENT_RECIPIENTS)
			continue;
		address = t_str_lcase(t_strconcat(addr->mailbox, "@",
						  addr->domain, NULL));
		array_push_back(found, &address);
	}
}

/* The bare addresses of these fields. Returns FALSE where not all of them can
   be read. */
static bool
mail_addresses(struct mail *mail, const char *const *fields,
	       ARRAY_TYPE(const_string) *found)
{
	const char *const *values;
	bool unread = FALSE;
	int ret;

	for (; *fields != NULL; fields++) {
		ret = mail_get_headers(mail, *fields, &values);
		if (ret < 0)
			unread = TRUE;
		if (ret <= 0)
			continue;
		for (; *values != NULL; values++)
			value_addresses(*values, found);
	}
	return !unread;
}

/* Sorted and each once, NULL-terminated */
static const char *const *
addresses_unique(ARRAY_TYPE(const_string) *found, pool_t pool,
		 unsigned int *count_r)
{
	ARRAY_TYPE(const_string) unique;
	const char *address, *last = NULL;

	array_sort(found, i_strcmp_p);
	p_array_init(&unique, pool, array_count(found) + 1);
	array_foreach_elem(found, address) {
		if (last == NULL || strcmp(last, address) != 0) {
			last = address;
			address = p_strdup(pool, address);
			array_push_back(&unique, &address);
		}
	}
	*count_r = array_count(&unique);
	array_append_zero(&unique);
	return array_front(&unique);
}

/* From whom, and to whom? Returns FALSE where not all of the latter can be
   read. */
static bool
mail_read(struct mail *mail, pool_t pool, struct bouncecause_sent *sent)
{
	static const char *const author_fields[] = { "From", NULL };
	static const char *const fields[] = { "To", "Cc", "Bcc", NULL };
	ARRAY_TYPE(const_string) found, authors;
	unsigned int count;
	bool all;

	t_array_init(&found, 8);
	all = mail_addresses(mail, fields, &found);
	sent->recipients = addresses_unique(&found, pool,
					    &sent->recipients_count);
	sent->total = !all ||
		array_count(&found) == BOUNCE_LIMIT_SENT_RECIPIENTS ?
		0 : sent->recipients_count;

	t_array_init(&authors, 1);
	(void)mail_addresses(mail, author_fields, &authors);
	sent->authors = addresses_unique(&authors, pool, &count);
	return all;
}

static void
sent_found(struct sent_search *search, struct mailbox *box,
	   struct mail *mail, uint32_t uid_validity)
{
	struct bouncecause_sent *sent = &search->state->sent;

	sent->found = TRUE;
	sent->mailbox = p_strdup(search->pool, mailbox_get_vname(box));
	sent->uid_validity = uid_validity;
	sent->uid = mail->uid;
	if (!mail_read(mail, search->pool, sent)) {
		e_warning(search->event, "Recipients of the message in "
			  "mailbox %s, UID %u, cannot be read: %s",
			  sent->mailbox, sent->uid,
			  mailbox_get_last_internal_error(box, NULL));
	}
	sieve_runtime_trace(search->renv, SIEVE_TRLVL_TESTS,
		"returned message is in mailbox `%s', UID %u; it has %u "
		"recipient(s)", str_sanitize(sent->mailbox, 80), sent->uid,
		sent->recipients_count);
}

/*
 * One mailbox
 */

static void
search_failed(struct sent_search *search, const char *vname,
	      const char *problem)
{
	search->state->incomplete = TRUE;
	if (search->problem == NULL) {
		search->problem = p_strdup_printf(search->pool, "%s: %s",
						  vname, problem);
	}
}

/* 1: that is it, 0: it is not, -1: it cannot be read */
static int mail_has_id(struct mail *mail, const char *id)
{
	const char *value;
	int ret;

	ret = mail_get_first_header(mail, "Message-ID", &value);
	if (ret < 0)
		return mail->expunged ? 0 : -1;
	if (ret == 0 || strstr(value, id) == NULL)
		return 0;
	return null_strcmp(bouncecause_sent_id(value), id) == 0 ? 1 : 0;
}

static void search_mails(struct sent_search *search, struct mailbox *box)
{
	static const char *const wanted[] = { "Message-ID", NULL };
	const char *vname = mailbox_get_vname(box);
	struct mailbox_header_lookup_ctx *headers;
	struct mailbox_transaction_context *trans;
	struct mailbox_status status;
	struct mail *mail;
	unsigned int looked = 0;
	uint32_t seq;

	mailbox_get_open_status(box, STATUS_MESSAGES | STATUS_UIDVALIDITY,
				&status);
	headers = mailbox_header_lookup_init(box, wanted);
	trans = mailbox_transaction_begin(box, 0, __func__);
	mail = mail_alloc(trans, 0, headers);
	mailbox_header_lookup_unref(&headers);

	for (seq = status.messages; seq > 0 && !search->state->sent.found;
	     seq--) {
		if (search->state->mails_left == 0) {
			search->state->incomplete = TRUE;
			break;
		}
		search->state->mails_left--;
		if (looked++ % CLOCK_MAILS == 0 &&
		    i_microseconds() > search->deadline) {
			search_failed(search, vname,
				"it took too long; what was read is in its "
				"cache now");
			break;
		}
		T_BEGIN {
			int ret;

			mail_set_seq(mail, seq);
			ret = mail_has_id(mail, search->id);
			if (ret > 0) {
				sent_found(search, box, mail,
					   status.uidvalidity);
			} else if (ret < 0) {
				/* Others may be better. */
				search_failed(search, vname,
					mailbox_get_last_internal_error(
						box, NULL));
			}
		} T_END;
	}
	mail_free(&mail);
	/* keep what was read in the cache */
	if (mailbox_transaction_commit(&trans) < 0) {
		search_failed(search, vname,
			      mailbox_get_last_internal_error(box, NULL));
	}
}

/* Returns FALSE where there is no such mailbox. */
static bool search_mailbox(struct sent_search *search, struct mailbox *box)
{
	const char *vname = mailbox_get_vname(box);
	enum mailbox_existence existence;

	/* Opening one that is only configured would create it. */
	if (mailbox_exists(box, FALSE, &existence) == 0 &&
	    existence != MAILBOX_EXISTENCE_SELECT)
		return FALSE;
	/* Where somebody else has the lock, whatever follows would wait for it
	   once more. */
	if (mailbox_open(box) < 0 || mailbox_sync(box, 0) < 0) {
		search_failed(search, vname,
			      mailbox_get_last_internal_error(box, NULL));
		return TRUE;
	}
	search->mailboxes++;
	search_mails(search, box);
	return TRUE;
}

/*
 * All of them
 */

/* The owner's own mailboxes with special-use \Sent, but for what others share
   and what is public. */
static void
sent_mailboxes(struct sent_search *search, struct mail_namespace *ns,
	       ARRAY_TYPE(const_string) *vnames)
{
	struct mailbox_list_iterate_context *iter;
	const struct mailbox_info *info;
	const char *vname;

	iter = mailbox_list_iter_init(ns->list, "*",
		MAILBOX_LIST_ITER_SELECT_SPECIALUSE |
		MAILBOX_LIST_ITER_RETURN_SPECIALUSE |
		MAILBOX_LIST_ITER_SKIP_ALIASES);
	while ((info = mailbox_list_iter_next(iter)) != NULL) {
		if ((info->flags &
		     (MAILBOX_NOSELECT | MAILBOX_NONEXISTENT)) != 0 ||
		    info->special_use == NULL ||
		    !str_array_icase_find(
			(const char *const *)t_strsplit_spaces(
				info->special_use, " "), "\\Sent"))
			continue;
		vname = t_strdup(info->vname);
		array_push_back(vnames, &vname);
	}
	if (mailbox_list_iter_deinit(&iter) < 0) {
		search_failed(search, t_strconcat(ns->prefix, "*", NULL),
			      mailbox_list_get_last_error(ns->list, NULL));
	}
}

static void
search_vname(struct sent_search *search, struct mailbox_list *list,
	     const char *vname)
{
	struct mailbox *box;

	box = mailbox_alloc(list, vname, MAILBOX_FLAG_READONLY);
	(void)search_mailbox(search, box);
	mailbox_free(&box);
}

static void search_special_use(struct sent_search *search)
{
	struct mail_user *user = search->renv->exec_env->scriptenv->user;
	ARRAY_TYPE(const_string) vnames;
	struct mail_namespace *ns;
	const char *vname;

	t_array_init(&vnames, 4);
	for (ns = user->namespaces; ns != NULL; ns = ns->next) {
		if (ns->type != MAIL_NAMESPACE_TYPE_PRIVATE ||
		    ns->owner != user || ns->alias_for != NULL ||
		    !bouncecause_namespace_has_special_use(ns))
			continue;
		array_clear(&vnames);
		sent_mailboxes(search, ns, &vnames);
		array_foreach_elem(&vnames, vname) {
			if (!search->state->sent.found)
				search_vname(search, ns->list, vname);
		}
	}
}

static void search_named(struct sent_search *search, const char *name)
{
	struct mail_user *user = search->renv->exec_env->scriptenv->user;
	struct mailbox *box;
	const char *error;

	if (!sieve_mailbox_check_name(name, &error)) {
		sieve_runtime_warning(search->renv, NULL,
			"mailbox name `%s' is invalid: %s",
			str_sanitize(name, 80), error);
		return;
	}
	box = mailbox_alloc_for_user(user, name, MAILBOX_FLAG_READONLY);
	if (!search_mailbox(search, box)) {
		sieve_runtime_trace(search->renv, SIEVE_TRLVL_COMMANDS,
			"there is no mailbox `%s'", str_sanitize(name, 80));
	}
	mailbox_free(&box);
}

/*
 * Once for each message
 */

static struct bouncecause_sent_state *
sent_state_find(const struct bouncecause_message *msg,
		const struct bounce_report *report)
{
	struct bouncecause_sent_state *state;

	for (state = msg->sent; state != NULL; state = state->next) {
		if (state->report == report)
			return state;
	}
	return NULL;
}

static struct bouncecause_sent_state *
sent_state_create(struct bouncecause_message *msg,
		  const struct bounce_report *report, pool_t pool)
{
	struct bouncecause_sent_state *state;

	state = p_new(pool, struct bouncecause_sent_state, 1);
	state->report = report;
	state->sent.authors = no_addresses;
	state->sent.recipients = no_addresses;
	p_array_init(&state->named, pool, 2);
	state->mails_left = BOUNCE_LIMIT_SENT_MAILS;
	state->usecs_left = BOUNCE_LIMIT_SENT_MSECS * 1000;
	state->next = msg->sent;
	msg->sent = state;
	return state;
}

static void search_end(struct sent_search *search)
{
	struct bouncecause_sent_state *state = search->state;
	struct bouncecause_sent *sent = &state->sent;

	if (sent->found) {
		sent->searched = TRUE;
		return;
	}
	if (search->problem != NULL) {
		e_warning(search->event, "Sent cannot be searched: %s",
			  search->problem);
	}
	sent->searched = !state->incomplete &&
		(sent->searched || search->mailboxes > 0);
	sieve_runtime_trace(search->renv, SIEVE_TRLVL_TESTS,
		"returned message is not in Sent (%u mailbox(es) searched%s)",
		search->mailboxes,
		state->incomplete ? ", but not to the end" : "");
}

/* Is the report's message still to be looked for, in that mailbox? */
static bool
sent_state_needs(struct bouncecause_sent_state *state, const char *mailbox)
{
	const char *name;

	if (state->sent.found || mailbox == NULL)
		return FALSE;
	array_foreach_elem(&state->named, name) {
		if (strcmp(name, mailbox) == 0)
			return FALSE;
	}
	return TRUE;
}

static void
sent_search_run(struct sent_search *search, const char *mailbox, bool first)
{
	struct bouncecause_sent_state *state = search->state;
	uint64_t now = i_microseconds();

	search->deadline = now + state->usecs_left;
	if (first)
		search_special_use(search);
	if (mailbox != NULL && !state->sent.found)
		search_named(search, mailbox);
	search_end(search);
	now = i_microseconds();
	state->usecs_left = now < search->deadline ?
		search->deadline - now : 0;
}

const struct bouncecause_sent *
bouncecause_sent_find(const struct sieve_runtime_env *renv,
		      const struct sieve_extension *ext,
		      struct bouncecause_message *msg,
		      const struct bounce_report *report,
		      const char *mailbox)
{
	struct sent_search search = {
		.renv = renv,
		.event = ext_bouncecause_context(ext)->event,
		.pool = sieve_result_pool(renv->result),
	};
	struct bouncecause_sent_state *state = sent_state_find(msg, report);
	bool first = state == NULL;

	if (first)
		state = sent_state_create(msg, report, search.pool);
	else if (!sent_state_needs(state, mailbox))
		return &state->sent;
	if (mailbox != NULL) {
		const char *name = p_strdup(search.pool, mailbox);

		array_push_back(&state->named, &name);
	}
	if (renv->exec_env->scriptenv->user == NULL)
		return &state->sent;

	T_BEGIN {
		search.state = state;
		search.id = bouncecause_sent_id(report->returned.message_id);
		if (search.id == NULL) {
			sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS,
				"no Message-ID is returned to search Sent for");
		} else {
			sent_search_run(&search, mailbox, first);
		}
	} T_END;
	return &state->sent;
}

const struct bouncecause_sent *
bouncecause_sent_known(const struct bouncecause_message *msg,
		       const struct bounce_report *report)
{
	const struct bouncecause_sent_state *state =
		sent_state_find(msg, report);

	return state == NULL ? NULL : &state->sent;
}
