/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* One verdict for each message */

#include "lib.h"
#include "array.h"
#include "istream.h"
#include "mail-storage.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-result.h"
#include "sieve-message.h"
#include "sieve-execute.h"
#include "sieve-interpreter.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "bounce-rules.h"
#include "bounce-classify.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"
#include "bouncecause-settings.h"
#include "bouncecause-trace.h"
#include "bouncecause-values.h"

static const struct bounce_verdict verdict_unknown = {
	.kind = BOUNCE_KIND_NONE,
	.why = "the message could not be classified",
};

/* "" for the null sender, else NULL: where the message says so by its
   Return-Path, sieve-test and sieve-filter make up a sender out of From, and
   imapsieve has none. In a delivery both say the same. */
static const char *envelope_sender(const struct sieve_runtime_env *renv)
{
	const struct sieve_execute_env *eenv = renv->exec_env;
	const struct smtp_address *sender = eenv->msgdata->envelope.mail_from;

	if ((eenv->flags & SIEVE_EXECUTE_FLAG_NO_ENVELOPE) == 0 &&
	    sender != NULL && smtp_address_isnull(sender))
		return "";
	return NULL;
}

/* The message as it was delivered, not sieve_message_get_mail(): that is the
   copy on which editheader and the like work. */
static int
message_classify(const struct sieve_runtime_env *renv,
		 const struct ext_bouncecause_context *ctx,
		 struct bouncecause_message *msg,
		 enum bounce_classify_flags flags, const char **error_r)
{
	const struct bounce_limits limits = {
		.max_size = ctx->set.max_size,
	};
	struct mail *mail = renv->exec_env->msgdata->mail;
	struct bounce_verdict *verdict;
	struct istream *input;
	int ret;

	if (mail_get_stream(mail, NULL, NULL, &input) < 0) {
		*error_r = mailbox_get_last_internal_error(mail->box, NULL);
		return -1;
	}
	/* The stream is the mail's own, and whoever reads it next finds it at
	   its beginning. */
	i_stream_seek(input, 0);
	ret = bounce_classify(input, envelope_sender(renv), msg->rules, &limits,
			      flags, ctx->event,
			      sieve_result_pool(renv->result), &verdict,
			      error_r);
	i_stream_seek(input, 0);
	if (ret == 0) {
		msg->verdict = verdict;
		msg->flags = flags;
	}
	return ret;
}

/* A setting that is misspelt would go unnoticed. */
static void
warn_unknown_settings(const struct sieve_runtime_env *renv,
		      const struct ext_bouncecause_context *ctx)
{
	struct mail_user *user = renv->exec_env->scriptenv->user;
	const char *name, *text;
	unsigned int iter = 0;

	while ((name = bouncecause_settings_unknown(user, &iter)) != NULL) {
		text = t_strdup_printf("unknown setting %s: ignored", name);
		if (bouncecause_log_first(text))
			e_warning(ctx->event, "%s", text);
	}
}

/* The result lives as long as the scripts that run for one message. (The
   message context does not: replacing the message clears it.) */
static struct bouncecause_message *
message_get(const struct sieve_runtime_env *renv,
	    const struct sieve_extension *ext)
{
	struct ext_bouncecause_context *ctx = ext_bouncecause_context(ext);
	struct bouncecause_message *msg;

	msg = (struct bouncecause_message *)
		sieve_result_extension_get_context(renv->result, ext);
	if (msg != NULL)
		return msg;

	msg = p_new(sieve_result_pool(renv->result),
		    struct bouncecause_message, 1);
	msg->verdict = &verdict_unknown;
	sieve_result_extension_set_context(renv->result, ext, msg);
	warn_unknown_settings(renv, ctx);

	/* An instance runs scripts for one message at a time, so that the
	   rules that the last one was read with are no longer needed. */
	bounce_rules_unref(&ctx->rules);
	ctx->rules = ext_bouncecause_rules_get(ext);
	msg->rules = ctx->rules;
	msg->failed = msg->rules == NULL;
	return msg;
}

static bool
message_is_known(const struct bouncecause_message *msg,
		 enum bouncecause_need need)
{
	if (msg->failed)
		return TRUE;
	if (msg->verdict == &verdict_unknown)
		return FALSE;
	/* What is a report itself does not carry another one. */
	if ((msg->flags & BOUNCE_CLASSIFY_CARRIED) != 0 ||
	    msg->verdict->report != NULL)
		return TRUE;
	switch (need) {
	case BOUNCECAUSE_NEED_OWN:
		return TRUE;
	case BOUNCECAUSE_NEED_KIND:
		return msg->verdict->kind != BOUNCE_KIND_NONE;
	case BOUNCECAUSE_NEED_CARRIED:
		break;
	}
	return FALSE;
}

static void
message_failed(const struct sieve_extension *ext,
	       struct bouncecause_message *msg, const char *error)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);

	if (bounce_rules_error(msg->rules) != NULL) {
		ext_bouncecause_rules_failed(ext, error);
		msg->verdict = &verdict_unknown;
	} else {
		e_error(ctx->event, "Message cannot be read: %s", error);
	}
	msg->failed = TRUE;
}

static void
message_look(const struct sieve_runtime_env *renv,
	     const struct sieve_extension *ext,
	     struct bouncecause_message *msg, enum bouncecause_need need)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);
	bool first = msg->verdict == &verdict_unknown;
	enum bounce_classify_flags flags = 0;
	struct event *event = bouncecause_log_event_create(renv);
	const char *error;

	if (need != BOUNCECAUSE_NEED_OWN)
		flags |= BOUNCE_CLASSIFY_CARRIED;
	if (sieve_runtime_trace_active(renv, SIEVE_TRLVL_MATCHING) ||
	    event_want_debug_log(event))
		flags |= BOUNCE_CLASSIFY_EVIDENCE;
	if (message_classify(renv, ctx, msg, flags, &error) < 0) {
		message_failed(ext, msg, error);
	} else if (first) {
		bouncecause_trace_verdict(renv, msg);
		bouncecause_log_verdict(renv, ctx, msg, event);
	} else {
		bouncecause_trace_carried(renv, msg);
		/* that it carries a report is known only now */
		if (msg->verdict->kind == BOUNCE_KIND_FORWARDED)
			bouncecause_log_verdict(renv, ctx, msg, event);
	}
	event_unref(&event);
}

int bouncecause_message_get(const struct sieve_runtime_env *renv,
			    const struct sieve_extension *ext,
			    enum bouncecause_need need,
			    struct bouncecause_message **msg_r)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);
	struct bouncecause_message *msg = message_get(renv, ext);

	*msg_r = msg;
	if (!message_is_known(msg, need))
		message_look(renv, ext, msg, need);
	if (msg->failed &&
	    ctx->set.on_error == BOUNCECAUSE_ON_ERROR_TEMPFAIL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_NONE,
			"bouncecause: message cannot be classified; "
			"temporary failure");
		return SIEVE_EXEC_TEMP_FAILURE;
	}
	return SIEVE_EXEC_OK;
}

const struct bounce_report *
bouncecause_message_bounce(const struct bouncecause_message *msg,
			   bool carried)
{
	const struct bounce_report *report;

	if (!carried && !bounce_kind_is_bounce(msg->verdict->kind))
		return NULL;
	report = carried ? msg->verdict->carried : msg->verdict->report;
	if (report == NULL || !bounce_kind_is_bounce(report->kind) ||
	    bounce_report_first(report) == NULL)
		return NULL;
	return report;
}

/* The administrator's language, or auto where the rules do not have it */
static const char *
message_language(const struct ext_bouncecause_context *ctx,
		 const struct bounce_rules *rules)
{
	const char *language = ctx->set.language, *text;

	if (strcasecmp(language, "auto") == 0 ||
	    bounce_rules_find_language(rules, language) != BOUNCE_NONE)
		return language;
	text = t_strdup_printf("setting sieve_bouncecause_language = %s: "
			       "the rules have no such language; using auto",
			       language);
	if (bouncecause_log_first(text))
		e_warning(ctx->event, "%s", text);
	return "auto";
}

void bouncecause_message_value_env(const struct sieve_runtime_env *renv,
				   const struct ext_bouncecause_context *ctx,
				   const struct bouncecause_message *msg,
				   pool_t pool,
				   struct bouncecause_value_env *env_r)
{
	const struct sieve_script_env *senv = renv->exec_env->scriptenv;
	struct timeval now;

	i_zero(env_r);
	env_r->rules = msg->rules;
	env_r->kind = msg->verdict->kind;
	env_r->pool = pool;
	env_r->report = bounce_verdict_report(msg->verdict);
	if (env_r->report == NULL)
		return;
	env_r->rcpt = bounce_report_first(env_r->report);

	sieve_message_context_time(renv->msgctx, &now);
	env_r->advice.now = now.tv_sec;
	env_r->advice.support = ctx->set.support;
	if (env_r->advice.support == NULL) {
		env_r->advice.support = senv->postmaster_address == NULL ? "" :
			smtp_address_encode(sieve_get_postmaster_smtp(senv));
	}
	env_r->language = bounce_advice_language(
		msg->rules, env_r->report, message_language(ctx, msg->rules));
}
