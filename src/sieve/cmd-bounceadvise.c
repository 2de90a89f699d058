/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "str-sanitize.h"
#include "message-address.h"
#include "smtp-address.h"
#include "sieve-common.h"
#include "sieve-address.h"
#include "sieve-ast.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-result.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "sieve-dump.h"
#include "ext-bouncecause-common.h"
#include "bounce-rules.h"
#include "bouncecause-advise-limit.h"
#include "bouncecause-advise-policy.h"
#include "bouncecause-log.h"
#include "bouncecause-message.h"
#include "bouncecause-options.h"
#include "bouncecause-origin.h"
#include "bouncecause-sent.h"
#include "bouncecause-values.h"
#include "act-bounceadvise.h"

/*
 * Bounceadvise command
 *
 * Syntax:
 *   bounceadvise [":forwarded"] [":to" <address: string>]
 *       [":from" <address: string>] [":language" <tag: string>]
 *       [":subject" <string>] [":days" <number>] [":handle" <string>]
 */

static bool
cmd_bounceadvise_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg);
static bool
cmd_bounceadvise_generate(const struct sieve_codegen_env *cgenv,
			   struct sieve_command *cmd);

const struct sieve_command_def cmd_bounceadvise = {
	.identifier = "bounceadvise",
	.type = SCT_COMMAND,
	.positional_args = 0,
	.subtests = 0,
	.block_allowed = FALSE,
	.block_required = FALSE,
	.registered = cmd_bounceadvise_registered,
	.generate = cmd_bounceadvise_generate
};

/*
 * Operation
 */

static bool
cmd_bounceadvise_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address);
static int
cmd_bounceadvise_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address);

const struct sieve_operation_def cmd_bounceadvise_operation = {
	.mnemonic = "BOUNCEADVISE",
	.ext_def = &bouncecause_extension,
	.code = EXT_BOUNCECAUSE_OPERATION_ADVISE,
	.dump = cmd_bounceadvise_operation_dump,
	.execute = cmd_bounceadvise_operation_execute
};

/*
 * Registration
 */

#define OPTIONS \
	(BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_FORWARDED) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_TO) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_FROM) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_LANGUAGE) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_SUBJECT) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_DAYS) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_HANDLE))

static bool
cmd_bounceadvise_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg)
{
	bouncecause_options_register(valdtr, ext, cmd_reg, OPTIONS);
	return TRUE;
}

/*
 * Code generation
 */

static bool
cmd_bounceadvise_generate(const struct sieve_codegen_env *cgenv,
			   struct sieve_command *cmd)
{
	sieve_operation_emit(cgenv->sblock, cmd->ext,
			     &cmd_bounceadvise_operation);

	/* Generate arguments */
	return sieve_generate_arguments(cgenv, cmd, NULL);
}

/*
 * Code dump
 */

static bool
cmd_bounceadvise_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address)
{
	sieve_code_dumpf(denv, "BOUNCEADVISE");
	sieve_code_descend(denv);

	/* Optional operands */
	return bouncecause_options_dump(denv, address);
}

/*
 * Code execution
 */

/* What a script gave is no good, so that nothing is sent: a line for the
   administrator, and one for who wrote the script. The value is likely to be
   an address, or to have one in it. */
static void
advise_invalid(const struct sieve_runtime_env *renv,
	       const struct ext_bouncecause_context *ctx, const char *option,
	       const char *value, const char *error)
{
	bool full = ctx->set.log_addresses == BOUNCECAUSE_LOG_ADDRESSES_FULL;

	sieve_runtime_warning(renv, NULL,
		"bounceadvise: specified :%s%s is invalid: %s; "
		"nothing is sent", option, !full ? "" :
		t_strdup_printf(" '%s'", str_sanitize(value, 128)), error);
	bouncecause_log_advice(renv->event, renv->exec_env->scriptenv, ctx,
		NULL, t_strdup_printf("the script's :%s is invalid: %s",
				      option, error), FALSE);
}

/* The address of an option; NULL where it is none, which is told. */
static const struct smtp_address *
advise_option_address(const struct sieve_runtime_env *renv,
		      const struct ext_bouncecause_context *ctx,
		      const char *option, const char *value)
{
	const struct smtp_address *address;
	const char *error;

	address = sieve_address_parse(value, &error);
	/* the parser's words repeat some of the value */
	if (address == NULL &&
	    ctx->set.log_addresses != BOUNCECAUSE_LOG_ADDRESSES_FULL)
		error = "it is no address";
	if (address != NULL && !bouncecause_advise_is_address(address)) {
		address = NULL;
		error = "mail cannot be sent to it";
	}
	if (address == NULL)
		advise_invalid(renv, ctx, option, value, error);
	return address;
}

/* To whom? NULL where that is nobody, which is told. */
static const struct smtp_address *
advise_to(const struct sieve_runtime_env *renv,
	  const struct ext_bouncecause_context *ctx,
	  const struct bouncecause_options *options)
{
	const struct sieve_script_env *senv = renv->exec_env->scriptenv;
	const struct smtp_address *owner;

	if (options->to != NULL)
		return advise_option_address(renv, ctx, "to", options->to);
	owner = bouncecause_advise_owner(renv);
	if (owner == NULL || !bouncecause_advise_is_address(owner)) {
		bouncecause_log_advice(renv->event, senv, ctx, NULL,
			"the owner of the mailbox has no address", FALSE);
		return NULL;
	}
	return owner;
}

static void
advise_from_set(struct bouncecause_advise_message *mail,
		const struct message_address *name,
		const struct smtp_address *from, pool_t pool)
{
	mail->from = smtp_address_clone(pool, from);
	mail->from_name = p_strdup(pool, bouncecause_advise_name(name));
}

static void
advise_from_postmaster(const struct sieve_script_env *senv, pool_t pool,
		       struct bouncecause_advise_message *mail)
{
	advise_from_set(mail, sieve_get_postmaster(senv),
			sieve_get_postmaster_smtp(senv), pool);
}

/* From whom? FALSE where that is no address, which is told. */
static bool
advise_from(const struct sieve_runtime_env *renv,
	    const struct ext_bouncecause_context *ctx,
	    const struct bouncecause_options *options, pool_t pool,
	    struct bouncecause_advise_message *mail)
{
	const struct smtp_address *from;

	if (options->from == NULL) {
		advise_from_postmaster(renv->exec_env->scriptenv, pool, mail);
		return TRUE;
	}
	from = advise_option_address(renv, ctx, "from", options->from);
	if (from == NULL)
		return FALSE;
	advise_from_set(mail, message_address_parse(
		pool_datastack_create(), (const unsigned char *)options->from,
		strlen(options->from), 1, 0), from, pool);
	return TRUE;
}

/* In which language? FALSE where it is unknown, which is told. */
static bool
advise_language(const struct sieve_runtime_env *renv,
		const struct ext_bouncecause_context *ctx,
		const struct bouncecause_options *options,
		struct bounce_compose *body)
{
	if (options->language == NULL)
		return TRUE;
	if (strcasecmp(options->language, "auto") != 0 &&
	    bounce_rules_find_language(body->rules,
				       options->language) == BOUNCE_NONE) {
		advise_invalid(renv, ctx, "language", options->language,
			       "there is no such language");
		return FALSE;
	}
	body->language = bounce_advice_language(body->rules, body->report,
						options->language);
	return TRUE;
}

/* What it is about, and in the words of the settings */
static void
advise_body_init(const struct sieve_runtime_env *renv,
		 const struct ext_bouncecause_context *ctx,
		 const struct bouncecause_message *msg,
		 const struct bounce_report *report, pool_t pool,
		 struct bounce_compose *body)
{
	struct bouncecause_value_env env;

	bouncecause_message_value_env(renv, ctx, msg, pool, &env);
	body->rules = msg->rules;
	body->report = report;
	body->advice = env.advice;
	body->advice.support = p_strdup(pool, env.advice.support);
	body->language = env.language;
}

/* Whoever wrote the copy in Sent knows to whom. A forged report may call
   somebody else the author, who must not get to know whom its Bcc names. */
static bool
advise_sent_is_by(const struct bouncecause_sent *sent,
		  const struct smtp_address *to)
{
	return str_array_icase_find(sent->authors, t_strdup_printf(
		"%s@%s", to->localpart, to->domain));
}

/* Who reads it, and what is known of the returned message by now */
static void
advise_body_reader(const struct sieve_runtime_env *renv,
		   const struct sieve_extension *ext,
		   const struct bouncecause_message *msg,
		   const struct smtp_address *to, struct bounce_compose *body)
{
	const struct bouncecause_sent *sent =
		bouncecause_sent_known(msg, body->report);

	body->author_only = !bouncecause_advise_is_owner(renv, to);
	body->forwarding = !body->author_only &&
		bouncecause_origin_is_forwarded(renv, ext, body->report);
	if (sent != NULL && sent->found &&
	    (!body->author_only || advise_sent_is_by(sent, to))) {
		body->sent_count = sent->total;
		body->known_recipients = sent->recipients;
	}
}

/* The script's own words must not tell the author what they did not know. */
static bool
advise_is_hidden(const struct sieve_runtime_env *renv,
		 const struct bouncecause_advise_message *mail,
		 const char *option, const char *text)
{
	const struct smtp_address *postmaster =
		sieve_get_postmaster_smtp(renv->exec_env->scriptenv);

	if (text == NULL || !mail->body.author_only ||
	    !bouncecause_advise_names_hidden(mail, postmaster, text))
		return FALSE;
	sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "the :%s names what the "
			    "author does not know: not used", option);
	return TRUE;
}

static void
advise_from_hide(const struct sieve_runtime_env *renv, pool_t pool,
		 struct bouncecause_advise_message *mail)
{
	if (advise_is_hidden(renv, mail, "from", mail->from_name) ||
	    advise_is_hidden(renv, mail, "from",
			     smtp_address_encode(mail->from)))
		advise_from_postmaster(renv->exec_env->scriptenv, pool, mail);
}

static const char *
advise_subject(const struct sieve_runtime_env *renv,
	       const struct bouncecause_options *options, pool_t pool,
	       const struct bouncecause_advise_message *mail)
{
	const char *subject;

	if (options->subject != NULL) {
		subject = bounce_value_clean(options->subject,
					     BOUNCE_VALUE_MAX_SIZE, pool);
		if (*subject != '\0' &&
		    !advise_is_hidden(renv, mail, "subject", subject))
			return subject;
	}
	return bounce_compose_subject(&mail->body, pool);
}

static void
advise_execute(const struct sieve_runtime_env *renv,
	       const struct sieve_extension *ext,
	       const struct bouncecause_options *options,
	       struct bouncecause_message *msg,
	       const struct bounce_report *report)
{
	const struct ext_bouncecause_context *ctx =
		ext_bouncecause_context(ext);
	pool_t pool = sieve_result_pool(renv->result);
	struct act_bounceadvise_context *act;
	struct bounce_compose *body;
	const struct smtp_address *to;
	const char *why;

	if ((to = advise_to(renv, ctx, options)) == NULL)
		return;
	act = p_new(pool, struct act_bounceadvise_context, 1);
	act->msg = msg;
	body = &act->mail.body;
	advise_body_init(renv, ctx, msg, report, pool, body);
	if (!advise_from(renv, ctx, options, pool, &act->mail) ||
	    !advise_language(renv, ctx, options, body))
		return;

	why = bouncecause_advise_refuse(renv, ext, msg, report, to);
	if (why != NULL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS,
			"advice to <%s> not sent: %s",
			smtp_address_encode(to), why);
		bouncecause_log_advice(renv->event,
				       renv->exec_env->scriptenv, ctx, to,
				       why, FALSE);
		return;
	}
	sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "advice to <%s>",
			    smtp_address_encode(to));

	act->mail.to = smtp_address_clone(pool, to);
	advise_body_reader(renv, ext, msg, to, body);
	if (options->from != NULL)
		advise_from_hide(renv, pool, &act->mail);
	act->mail.subject = advise_subject(renv, options, pool, &act->mail);
	act->handle = p_strdup(pool, options->handle);
	act->about = p_strdup(pool, bouncecause_advise_about(report,
							     act->handle));
	act->days = options->days_given ? options->days :
		BOUNCECAUSE_ADVISE_DEFAULT_DAYS;
	act_bounceadvise_add(renv, ext, act);
}

static int
cmd_bounceadvise_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address)
{
	const struct sieve_extension *this_ext = renv->oprtn->ext;
	const struct bounce_report *report;
	struct bouncecause_options options;
	struct bouncecause_message *msg;
	int ret;

	/*
	 * Read operands
	 */

	if ((ret = bouncecause_options_read(renv, address, &options)) <= 0)
		return ret;

	/*
	 * Perform operation
	 */

	sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "bounceadvise action");
	sieve_runtime_trace_descend(renv);
	ret = bouncecause_message_get(renv, this_ext, options.forwarded ?
				      BOUNCECAUSE_NEED_CARRIED :
				      BOUNCECAUSE_NEED_OWN, &msg);
	if (ret <= 0)
		return ret;
	report = bouncecause_message_bounce(msg, options.forwarded);
	if (report == NULL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS,
				    "no bounce: nothing to do");
		return SIEVE_EXEC_OK;
	}
	advise_execute(renv, this_ext, &options, msg, report);
	return SIEVE_EXEC_OK;
}
