/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "str.h"
#include "str-sanitize.h"
#include "istream.h"
#include "message-size.h"
#include "mail-storage.h"
#include "sieve-common.h"
#include "sieve-actions.h"
#include "sieve-ast.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-dump.h"
#include "sieve-message.h"
#include "sieve-result.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "bounce-compose.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-options.h"
#include "bouncecause-origin.h"
#include "bouncecause-sent.h"
#include "bouncecause-values.h"

/*
 * Bounceexplain command
 *
 * Syntax:
 *   bounceexplain [":forwarded"] [":language" <tag: string>]
 *       [":subject" <string>]
 */

static bool
cmd_bounceexplain_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg);
static bool
cmd_bounceexplain_validate(struct sieve_validator *valdtr,
			   struct sieve_command *cmd);
static bool
cmd_bounceexplain_generate(const struct sieve_codegen_env *cgenv,
			   struct sieve_command *cmd);

const struct sieve_command_def cmd_bounceexplain = {
	.identifier = "bounceexplain",
	.type = SCT_COMMAND,
	.positional_args = 0,
	.subtests = 0,
	.block_allowed = FALSE,
	.block_required = FALSE,
	.registered = cmd_bounceexplain_registered,
	.validate = cmd_bounceexplain_validate,
	.generate = cmd_bounceexplain_generate
};

/*
 * Operation
 */

static bool
cmd_bounceexplain_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address);
static int
cmd_bounceexplain_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address);

const struct sieve_operation_def cmd_bounceexplain_operation = {
	.mnemonic = "BOUNCEEXPLAIN",
	.ext_def = &bouncecause_extension,
	.code = EXT_BOUNCECAUSE_OPERATION_EXPLAIN,
	.dump = cmd_bounceexplain_operation_dump,
	.execute = cmd_bounceexplain_operation_execute
};

/*
 * Registration
 */

#define OPTIONS \
	(BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_FORWARDED) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_LANGUAGE) | \
	 BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_SUBJECT))

static bool
cmd_bounceexplain_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg)
{
	bouncecause_options_register(valdtr, ext, cmd_reg, OPTIONS);
	return TRUE;
}

/*
 * Validation
 */

/* The loop goes through the parts of a message that would be gone. A script
   that is included in it is noticed when it runs. */
static bool
cmd_bounceexplain_validate(struct sieve_validator *valdtr,
			   struct sieve_command *cmd)
{
	struct sieve_command *parent = cmd;

	while ((parent = sieve_command_parent(parent)) != NULL) {
		if (strcasecmp(sieve_command_identifier(parent),
			       "foreverypart") == 0) {
			sieve_command_validate_error(valdtr, cmd,
				"the bounceexplain command cannot be used "
				"within a foreverypart loop");
			return FALSE;
		}
	}
	return TRUE;
}

/*
 * Code generation
 */

static bool
cmd_bounceexplain_generate(const struct sieve_codegen_env *cgenv,
			   struct sieve_command *cmd)
{
	sieve_operation_emit(cgenv->sblock, cmd->ext,
			     &cmd_bounceexplain_operation);

	/* Generate arguments */
	return sieve_generate_arguments(cgenv, cmd, NULL);
}

/*
 * Code dump
 */

static bool
cmd_bounceexplain_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address)
{
	sieve_code_dumpf(denv, "BOUNCEEXPLAIN");
	sieve_code_descend(denv);

	/* Optional operands */
	return bouncecause_options_dump(denv, address);
}

/*
 * Result
 */

struct act_bounceexplain_context {
	const char *subject;
	const char *language;
};

static void
act_bounceexplain_print(const struct sieve_action *action,
			const struct sieve_result_print_env *rpenv,
			bool *keep ATTR_UNUSED)
{
	const struct act_bounceexplain_context *act = action->context;

	sieve_result_action_printf(rpenv, "bounceexplain: the message is "
				   "stored as an explanation with the report "
				   "enclosed:");
	sieve_result_printf(rpenv, "    => subject : %s\n", act->subject);
	sieve_result_printf(rpenv, "    => language: %s\n", act->language);
}

/* Nothing is left to execute: what the other actions store is the explanation
   already. */
static const struct sieve_action_def act_bounceexplain = {
	.name = "bounceexplain",
	.print = act_bounceexplain_print
};

static void
bounceexplain_add_result(const struct sieve_runtime_env *renv,
			 const struct sieve_extension *ext,
			 const struct bounce_compose *compose,
			 const char *subject)
{
	pool_t pool = sieve_result_pool(renv->result);
	struct act_bounceexplain_context *act;

	act = p_new(pool, struct act_bounceexplain_context, 1);
	act->subject = p_strdup(pool, subject);
	act->language = bounce_rules_str(compose->rules,
		compose->rules->languages[compose->language].tag);
	sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS,
		"message becomes an explanation in `%s', subject `%s'",
		act->language, str_sanitize(act->subject, 80));
	/* It is only to be seen, and deliveries show no result: there it would
	   be one of the actions that a script may have (sieve_max_actions).
	   If it cannot be added, it is explained even so. */
	if (renv->exec_env->svinst->env_location == SIEVE_ENV_LOCATION_MDA)
		return;
	(void)sieve_result_add_action(renv, ext, NULL, &act_bounceexplain,
				      NULL, act, 0, FALSE);
}

/*
 * Code execution
 */

/* Of the message as it is now: editheader may have been at it. */
static int
bounceexplain_header(const struct sieve_runtime_env *renv, string_t *header,
		     const char **error_r)
{
	struct mail *mail = sieve_message_get_mail(renv->msgctx);
	struct message_size hdr_size;
	struct istream *input;
	const unsigned char *data;
	size_t size, max_size;

	/* the stream goes on with the body */
	if (mail_get_hdr_stream(mail, &hdr_size, &input) < 0) {
		*error_r = mailbox_get_last_internal_error(mail->box, NULL);
		return -1;
	}
	i_stream_seek(input, 0);
	max_size = I_MIN(hdr_size.physical_size,
			 BOUNCE_LIMIT_EXPLAINED_HEADER_SIZE);
	while (str_len(header) < max_size &&
	       i_stream_read_more(input, &data, &size) > 0) {
		size = I_MIN(size, max_size - str_len(header));
		str_append_data(header, data, size);
		i_stream_skip(input, size);
	}
	if (input->stream_errno != 0) {
		*error_r = t_strdup(i_stream_get_error(input));
		return -1;
	}
	return 0;
}

static void
bounceexplain_compose(const struct sieve_runtime_env *renv,
		      const struct sieve_extension *ext,
		      const struct bouncecause_message *msg,
		      const struct bounce_report *report,
		      const struct bouncecause_options *options, pool_t pool,
		      struct bounce_compose *compose_r)
{
	const struct bouncecause_sent *sent =
		bouncecause_sent_known(msg, report);
	struct bouncecause_value_env env;

	bouncecause_message_value_env(renv, ext_bouncecause_context(ext), msg,
				      pool, &env);
	i_zero(compose_r);
	compose_r->rules = msg->rules;
	compose_r->report = report;
	compose_r->advice = env.advice;
	compose_r->language = env.language;
	if (options->language != NULL &&
	    (strcasecmp(options->language, "auto") == 0 ||
	     bounce_rules_find_language(msg->rules, options->language) !=
	     BOUNCE_NONE)) {
		compose_r->language = bounce_advice_language(
			msg->rules, report, options->language);
	}
	compose_r->sent_count = sent != NULL && sent->found ?
		sent->total : bounce_compose_returned_count(report);
	compose_r->forwarding =
		bouncecause_origin_is_forwarded(renv, ext, report);
}

/* The stored message becomes the explanation. The report in it is read from
   the message as it was delivered, which stays as it is while scripts run. */
static int
bounceexplain_substitute(const struct sieve_runtime_env *renv,
			 const struct bounce_compose *compose,
			 const char *subject, string_t *header,
			 const char **error_r)
{
	struct mail *mail = renv->exec_env->msgdata->mail;
	struct istream *report, *output;
	int ret;

	if (mail_get_stream(mail, NULL, NULL, &report) < 0) {
		*error_r = mailbox_get_last_internal_error(mail->box, NULL);
		return -1;
	}
	if (bounceexplain_header(renv, header, error_r) < 0 ||
	    bounce_compose_enclosed(compose, str_data(header), str_len(header),
				    subject, report, &output, error_r) < 0)
		return -1;
	ret = sieve_message_substitute(renv->msgctx, output);
	i_stream_unref(&output);
	if (ret < 0) {
		*error_r = "the new message cannot be opened";
		return -1;
	}
	return 0;
}

static void
bounceexplain_report(const struct sieve_runtime_env *renv,
		     const struct sieve_extension *ext,
		     struct bouncecause_message *msg,
		     const struct bounce_report *report,
		     const struct bouncecause_options *options)
{
	struct bounce_compose compose;
	const char *subject, *error;
	string_t *header;
	pool_t pool;

	pool = pool_alloconly_create("bounceexplain", 4096);
	header = str_new(default_pool, 4096);
	bounceexplain_compose(renv, ext, msg, report, options, pool, &compose);
	subject = options->subject == NULL ?
		bounce_compose_subject(&compose, pool) :
		bounce_value_clean(options->subject, BOUNCE_VALUE_MAX_SIZE,
				   pool);
	if (bounceexplain_substitute(renv, &compose, subject, header,
				     &error) < 0) {
		e_error(ext_bouncecause_context(ext)->event,
			"bounceexplain: the message stays as it is: %s",
			error);
	} else {
		msg->explained = TRUE;
		bounceexplain_add_result(renv, ext, &compose, subject);
	}
	str_free(&header);
	pool_unref(&pool);
}

/* A loop of this script, or of one that includes it, walks through the parts
   of the message, which are freed with it when another one takes its place. */
static bool bounceexplain_is_in_loop(const struct sieve_runtime_env *renv)
{
	return sieve_interpreter_loop_get_global(renv->interp, NULL,
						 NULL) != NULL;
}

static int
cmd_bounceexplain_operation_execute(const struct sieve_runtime_env *renv,
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

	sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS, "bounceexplain action");
	sieve_runtime_trace_descend(renv);

	ret = bouncecause_message_get(renv, this_ext, options.forwarded ?
				      BOUNCECAUSE_NEED_CARRIED :
				      BOUNCECAUSE_NEED_OWN, &msg);
	if (ret <= 0)
		return ret;
	report = bouncecause_message_bounce(msg, FALSE);
	if (report == NULL && options.forwarded)
		report = bouncecause_message_bounce(msg, TRUE);
	if (msg->explained || msg->verdict->explained) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS,
				    "it is explained already");
	} else if (report == NULL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_ACTIONS,
				    "it is no bounce: nothing to explain");
	} else if (bounceexplain_is_in_loop(renv)) {
		sieve_runtime_warning(renv, NULL,
			"bounceexplain: cannot be used within a foreverypart "
			"loop; the message stays as it is");
	} else T_BEGIN {
		bounceexplain_report(renv, this_ext, msg, report, &options);
	} T_END;
	return SIEVE_EXEC_OK;
}
