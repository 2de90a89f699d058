/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "sieve-common.h"
#include "sieve-ast.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-dump.h"
#include "sieve-extensions.h"
#include "sieve-ext-imap4flags.h"
#include "sieve-runtime.h"
#include "sieve-runtime-trace.h"
#include "sieve-stringlist.h"
#include "ext-bouncecause-common.h"
#include "act-bouncemark.h"
#include "bouncecause-message.h"
#include "bouncecause-options.h"
#include "bouncecause-sent.h"

/*
 * Bouncemark command
 *
 * Syntax:
 *   bouncemark [":mailbox" <name: string>] [<flags: string-list>]
 */

static bool
cmd_bouncemark_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg);
static bool
cmd_bouncemark_validate(struct sieve_validator *valdtr,
			struct sieve_command *cmd);
static bool
cmd_bouncemark_generate(const struct sieve_codegen_env *cgenv,
			struct sieve_command *cmd);

const struct sieve_command_def cmd_bouncemark = {
	.identifier = "bouncemark",
	.type = SCT_COMMAND,
	.positional_args = -1, /* checked by cmd_bouncemark_validate() */
	.subtests = 0,
	.block_allowed = FALSE,
	.block_required = FALSE,
	.registered = cmd_bouncemark_registered,
	.validate = cmd_bouncemark_validate,
	.generate = cmd_bouncemark_generate
};

/*
 * Operation
 */

static bool
cmd_bouncemark_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address);
static int
cmd_bouncemark_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address);

const struct sieve_operation_def cmd_bouncemark_operation = {
	.mnemonic = "BOUNCEMARK",
	.ext_def = &bouncecause_extension,
	.code = EXT_BOUNCECAUSE_OPERATION_MARK,
	.dump = cmd_bouncemark_operation_dump,
	.execute = cmd_bouncemark_operation_execute
};

/*
 * Registration
 */

#define OPTIONS \
	(BOUNCECAUSE_OPTION_BIT(BOUNCECAUSE_OPTION_MAILBOX))

static bool
cmd_bouncemark_registered(struct sieve_validator *valdtr,
			     const struct sieve_extension *ext,
			     struct sieve_command_registration *cmd_reg)
{
	bouncecause_options_register(valdtr, ext, cmd_reg, OPTIONS);
	return TRUE;
}

/*
 * Validation
 */

static bool
cmd_bouncemark_validate(struct sieve_validator *valdtr,
			struct sieve_command *cmd)
{
	struct sieve_ast_argument *flags = cmd->first_positional;

	if (flags == NULL)
		return TRUE;
	if (!sieve_validate_positional_argument(valdtr, cmd, flags, "flags", 1,
						SAAT_STRING_LIST))
		return FALSE;
	if (sieve_ast_argument_next(flags) != NULL) {
		sieve_argument_validate_error(valdtr,
			sieve_ast_argument_next(flags),
			"the bouncemark command takes one list of flags, but "
			"something follows it");
		return FALSE;
	}
	return sieve_validator_argument_activate(valdtr, cmd, flags, FALSE);
}

/*
 * Code generation
 */

static bool
cmd_bouncemark_generate(const struct sieve_codegen_env *cgenv,
			   struct sieve_command *cmd)
{
	sieve_operation_emit(cgenv->sblock, cmd->ext,
			     &cmd_bouncemark_operation);

	/* Whether a list of flags follows the optional operands */
	sieve_binary_emit_byte(cgenv->sblock,
			       cmd->first_positional == NULL ? 0 : 1);

	/* Generate arguments */
	return sieve_generate_arguments(cgenv, cmd, NULL);
}

/*
 * Code dump
 */

static bool
cmd_bouncemark_operation_dump(const struct sieve_dumptime_env *denv,
				 sieve_size_t *address)
{
	unsigned int have_flags;

	sieve_code_dumpf(denv, "BOUNCEMARK");
	sieve_code_descend(denv);

	if (!sieve_binary_read_byte(denv->sblock, address, &have_flags))
		return FALSE;

	/* Optional operands */
	if (!bouncecause_options_dump(denv, address))
		return FALSE;
	return have_flags == 0 ||
		sieve_opr_stringlist_dump(denv, address, "flags");
}

/*
 * Code execution
 */

/* Each string is one flag or several, as with imap4flags (RFC 5232, 2); what
   is no flag is left out. Returns SIEVE_EXEC_OK, or the list's error. */
static int
flags_read(struct sieve_stringlist *flags, pool_t pool,
	   const char *const **flags_r)
{
	ARRAY_TYPE(const_string) names;
	const char *const *words, *name;
	string_t *item = NULL;
	int ret;

	p_array_init(&names, pool, 4);
	while ((ret = sieve_stringlist_next_item(flags, &item)) > 0) {
		words = (const char *const *)t_strsplit_spaces(str_c(item),
							       " \t\r\n");
		for (; *words != NULL; words++) {
			if (!sieve_ext_imap4flags_flag_is_valid(*words))
				continue;
			name = p_strdup(pool, *words);
			array_push_back(&names, &name);
		}
	}
	if (ret < 0)
		return flags->exec_status;
	array_append_zero(&names);
	*flags_r = array_front(&names);
	return SIEVE_EXEC_OK;
}

static int
bouncemark(const struct sieve_runtime_env *renv,
	   const struct sieve_extension *ext, struct bouncecause_message *msg,
	   const struct bouncecause_options *options,
	   struct sieve_stringlist *flags)
{
	const struct bounce_report *report =
		bouncecause_message_bounce(msg, FALSE);
	const struct bouncecause_sent *sent;
	const char *const *names = NULL;
	int ret;

	if (report == NULL) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_COMMANDS,
				    "message is no bounce; nothing is marked");
		return SIEVE_EXEC_OK;
	}
	if (flags != NULL &&
	    (ret = flags_read(flags, pool_datastack_create(), &names)) <= 0)
		return ret;
	sent = bouncecause_sent_find(renv, ext, msg, report,
				     options->mailbox);
	if (!sent->found) {
		sieve_runtime_trace(renv, SIEVE_TRLVL_COMMANDS,
			"returned message is not in Sent; nothing is marked");
		return SIEVE_EXEC_OK;
	}
	act_bouncemark_add_to_result(renv, ext, msg, report, sent, names);
	return SIEVE_EXEC_OK;
}

static int
cmd_bouncemark_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address)
{
	const struct sieve_extension *this_ext = renv->oprtn->ext;
	struct bouncecause_options options;
	struct bouncecause_message *msg;
	struct sieve_stringlist *flags = NULL;
	unsigned int have_flags;
	int ret;

	/*
	 * Read operands
	 */

	if (!sieve_binary_read_byte(renv->sblock, address, &have_flags)) {
		sieve_runtime_trace_error(renv, "truncated operands");
		return SIEVE_EXEC_BIN_CORRUPT;
	}
	if ((ret = bouncecause_options_read(renv, address, &options)) <= 0)
		return ret;
	if (have_flags != 0 &&
	    (ret = sieve_opr_stringlist_read(renv, address, "flags",
					     &flags)) <= 0)
		return ret;

	/*
	 * Perform operation
	 */

	sieve_runtime_trace(renv, SIEVE_TRLVL_COMMANDS, "bouncemark command");
	sieve_runtime_trace_descend(renv);
	ret = bouncecause_message_get(renv, this_ext, BOUNCECAUSE_NEED_OWN,
				      &msg);
	if (ret > 0)
		ret = bouncemark(renv, this_ext, msg, &options, flags);
	sieve_runtime_trace_ascend(renv);
	return ret;
}
