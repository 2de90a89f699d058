/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The action bounceadvise: a mail is sent. It does so when the whole delivery
   is over and has succeeded, and never fails it. */

#include "lib.h"
#include "str.h"
#include "str-sanitize.h"
#include "ostream.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-actions.h"
#include "sieve-execute.h"
#include "sieve-interpreter.h"
#include "sieve-result.h"
#include "sieve-smtp.h"
#include "bounce-limits.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-advise-limit.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"
#include "act-bounceadvise.h"

#include <ctype.h>

static int
act_bounceadvise_check_duplicate(const struct sieve_runtime_env *renv,
				 const struct sieve_action *act,
				 const struct sieve_action *act_other);
static void
act_bounceadvise_print(const struct sieve_action *action,
		       const struct sieve_result_print_env *rpenv,
		       bool *keep);
static void
act_bounceadvise_finish(const struct sieve_action_exec_env *aenv,
			void *tr_context, int status);

/* There is no commit: that of the implicit keep comes later. */
static const struct sieve_action_def act_bounceadvise = {
	.name = "bounceadvise",
	.check_duplicate = act_bounceadvise_check_duplicate,
	.print = act_bounceadvise_print,
	.finish = act_bounceadvise_finish
};

void act_bounceadvise_add(const struct sieve_runtime_env *renv,
			  const struct sieve_extension *ext,
			  struct act_bounceadvise_context *ctx)
{
	if (sieve_result_add_action(renv, ext, "bounceadvise",
				    &act_bounceadvise, NULL, ctx, 0,
				    FALSE) >= 0)
		return;
	bouncecause_log_advice(renv->event, renv->exec_env->scriptenv,
			       ext_bouncecause_context(ext), ctx->mail.to,
			       "the script has too many actions", FALSE);
}

/*
 * Verification
 */

/* The same to the same is once, in whatever script. */
static int
act_bounceadvise_check_duplicate(
	const struct sieve_runtime_env *renv ATTR_UNUSED,
	const struct sieve_action *act, const struct sieve_action *act_other)
{
	const struct act_bounceadvise_context *ctx = act->context;
	const struct act_bounceadvise_context *other = act_other->context;

	return smtp_address_equals_icase(ctx->mail.to, other->mail.to) &&
		strcmp(ctx->about, other->about) == 0 ? 1 : 0;
}

/*
 * Printing
 */

static void
act_bounceadvise_print(const struct sieve_action *action,
		       const struct sieve_result_print_env *rpenv,
		       bool *keep ATTR_UNUSED)
{
	const struct act_bounceadvise_context *ctx = action->context;

	sieve_result_action_printf(rpenv, "send advice about a bounce:");
	sieve_result_printf(rpenv, "    => to      : <%s>\n",
			    smtp_address_encode(ctx->mail.to));
	sieve_result_printf(rpenv, "    => from    : <%s>\n",
			    smtp_address_encode(ctx->mail.from));
	sieve_result_printf(rpenv, "    => subject : %s\n",
			    str_sanitize_utf8(ctx->mail.subject, 200));
	sieve_result_printf(rpenv, "    => days    : %u\n", ctx->days);
	if (ctx->handle != NULL) {
		sieve_result_printf(rpenv, "    => handle  : %s\n",
				    str_sanitize(ctx->handle, 200));
	}
}

/*
 * Execution
 */

/* Did the server itself say that? Dovecot passes its reply on as "RCPT TO
   failed: 450 4.2.0 later", and has words of its own where there is none: it
   timed out, the connection failed or was lost. */
static bool error_is_reply(const char *error)
{
	const char *p = error;

	while ((p = strstr(p, " failed: ")) != NULL) {
		p += strlen(" failed: ");
		if (i_isdigit(p[0]) && i_isdigit(p[1]) && i_isdigit(p[2]) &&
		    (p[3] == ' ' || p[3] == '\0'))
			return TRUE;
	}
	return FALSE;
}

/* Why it cannot be sent, or NULL. */
static const char *
advise_send(const struct sieve_action_exec_env *aenv,
	    const struct act_bounceadvise_context *ctx)
{
	const struct sieve_execute_env *eenv = aenv->exec_env;
	struct sieve_smtp_context *sctx;
	struct ostream *output;
	const char *error;
	string_t *mail;

	sctx = sieve_smtp_start_single(eenv->scriptenv, ctx->mail.to, NULL,
				       &output);
	mail = str_new(default_pool, 8192);
	bouncecause_advise_compose(mail, &ctx->mail, eenv->svinst);
	o_stream_nsend(output, str_data(mail), str_len(mail));
	str_free(&mail);
	if (sieve_smtp_finish(sctx, &error) > 0) {
		eenv->exec_status->significant_action_executed = TRUE;
		return NULL;
	}
	ctx->msg->no_answer = !error_is_reply(error);
	return error;
}

/* Is there a reason not to try? is_error_r: somebody has to mend it. */
static const char *
advise_prevented(const struct sieve_action_exec_env *aenv,
		 const struct act_bounceadvise_context *ctx, int status,
		 bool *is_error_r)
{
	const struct ext_bouncecause_context *ext_ctx =
		ext_bouncecause_context(aenv->action->ext);
	const struct sieve_execute_env *eenv = aenv->exec_env;
	const struct sieve_script_env *senv = eenv->scriptenv;
	const struct bouncecause_advise_request request = {
		.address = smtp_address_encode(ctx->mail.to),
		.delimiters = ext_ctx->set.recipient_delimiter,
		.to_owner = !ctx->mail.body.author_only,
		.about = ctx->about,
		.days = ctx->days,
		.limit = ext_ctx->set.advise_limit,
	};

	*is_error_r = FALSE;
	if (status != SIEVE_EXEC_OK)
		return "the delivery has not succeeded";
	if ((eenv->flags & SIEVE_EXECUTE_FLAG_SKIP_RESPONSES) != 0)
		return "responses are skipped";
	if (!sieve_smtp_available(senv))
		return "there is no means to send mail here";
	if (!sieve_action_duplicate_check_available(aenv) ||
	    senv->user == NULL)
		return "duplicates cannot be checked here";
	/* The delivery has waited for it once. */
	if (ctx->msg->no_answer)
		return "another one of this delivery got no answer";

	switch (bouncecause_advise_ask(senv->user, &request)) {
	case BOUNCECAUSE_ADVISE_PERMITTED:
		return NULL;
	case BOUNCECAUSE_ADVISE_DUPLICATE:
		return "it was sent before";
	case BOUNCECAUSE_ADVISE_LIMIT_REACHED:
		return "sieve_bouncecause_advise_limit is reached";
	case BOUNCECAUSE_ADVISE_OTHERS_LIMIT_REACHED:
		return t_strdup_printf(
			"%d were sent from this mailbox in a day",
			BOUNCE_LIMIT_ADVISE_OTHERS_PER_DAY);
	case BOUNCECAUSE_ADVISE_NO_DATABASE:
		break;
	}
	*is_error_r = TRUE;
	return "the duplicate database cannot be used";
}

static void
act_bounceadvise_finish(const struct sieve_action_exec_env *aenv,
			void *tr_context ATTR_UNUSED, int status)
{
	const struct act_bounceadvise_context *ctx = aenv->action->context;
	const struct ext_bouncecause_context *ext_ctx =
		ext_bouncecause_context(aenv->action->ext);
	const char *why;
	bool is_error;

	T_BEGIN {
		why = advise_prevented(aenv, ctx, status, &is_error);
		if (why == NULL) {
			why = advise_send(aenv, ctx);
			is_error = why != NULL;
		}
		bouncecause_log_advice(aenv->event, NULL, ext_ctx,
				       ctx->mail.to, why, is_error);
	} T_END;
}
