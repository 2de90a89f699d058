/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "sieve-common.h"
#include "sieve-ast.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-dump.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-message.h"
#include "bouncecause-options.h"

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
 * Code execution
 */

static int
cmd_bounceexplain_operation_execute(const struct sieve_runtime_env *renv,
				    sieve_size_t *address)
{
	const struct sieve_extension *this_ext = renv->oprtn->ext;
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

	ret = bouncecause_message_get(renv, this_ext, options.forwarded ?
				      BOUNCECAUSE_NEED_CARRIED :
				      BOUNCECAUSE_NEED_OWN, &msg);
	if (ret <= 0)
		return ret;
	return SIEVE_EXEC_OK;
}
