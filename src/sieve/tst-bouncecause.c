/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The test */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "sieve-common.h"
#include "sieve-commands.h"
#include "sieve-stringlist.h"
#include "sieve-code.h"
#include "sieve-binary.h"
#include "sieve-comparators.h"
#include "sieve-match-types.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-dump.h"
#include "sieve-match.h"
#include "bounce-rules.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-keys.h"
#include "bouncecause-message.h"
#include "bouncecause-origin.h"
#include "bouncecause-stringlist.h"
#include "bouncecause-values.h"

/*
 * Bouncecause test
 *
 * Syntax:
 *   bouncecause [":forwarded"] [ITEM] [COMPARATOR] [MATCH-TYPE]
 *       [<key-list: string-list>]
 *
 *   ITEM = ":cause" / ":kind" / ":severity" / ":status" / ":code" /
 *          ":recipient" / ":domain" / ":original_recipient" /
 *          ":remote_mta" / ":reporting_mta" / ":diagnostic" / ":provider" /
 *          ":rule" / ":confidence" / ":fixer" / ":origin"
 */

static bool
tst_bouncecause_registered(struct sieve_validator *valdtr,
			   const struct sieve_extension *ext,
			   struct sieve_command_registration *cmd_reg);
static bool
tst_bouncecause_validate(struct sieve_validator *valdtr,
			 struct sieve_command *tst);
static bool
tst_bouncecause_generate(const struct sieve_codegen_env *cgenv,
			 struct sieve_command *tst);

const struct sieve_command_def tst_bouncecause = {
	.identifier = "bouncecause",
	.type = SCT_TEST,
	.positional_args = -1, /* checked by tst_bouncecause_validate() */
	.subtests = 0,
	.block_allowed = FALSE,
	.block_required = FALSE,
	.registered = tst_bouncecause_registered,
	.validate = tst_bouncecause_validate,
	.generate = tst_bouncecause_generate
};

/*
 * Operation
 */

static bool
tst_bouncecause_operation_dump(const struct sieve_dumptime_env *denv,
			       sieve_size_t *address);
static int
tst_bouncecause_operation_execute(const struct sieve_runtime_env *renv,
				  sieve_size_t *address);

const struct sieve_operation_def tst_bouncecause_operation = {
	.mnemonic = "BOUNCECAUSE",
	.ext_def = &bouncecause_extension,
	.code = EXT_BOUNCECAUSE_OPERATION_TEST,
	.dump = tst_bouncecause_operation_dump,
	.execute = tst_bouncecause_operation_execute
};

/*
 * Tagged arguments
 */

enum tst_bouncecause_optional {
	OPT_ITEM = SIEVE_MATCH_OPT_LAST,
	OPT_FORWARDED
};

static bool
tag_item_is_instance_of(struct sieve_validator *valdtr,
			struct sieve_command *cmd,
			const struct sieve_extension *ext,
			const char *identifier, void **data);
static bool
tag_item_generate(const struct sieve_codegen_env *cgenv,
		  struct sieve_ast_argument *arg, struct sieve_command *cmd);

static const struct sieve_argument_def bouncecause_item_tag = {
	.identifier = "ITEM",
	.is_instance_of = tag_item_is_instance_of,
	.generate = tag_item_generate
};

static const struct sieve_argument_def bouncecause_forwarded_tag = {
	.identifier = "forwarded"
};

static bool
tag_item_is_instance_of(struct sieve_validator *valdtr ATTR_UNUSED,
			struct sieve_command *cmd,
			const struct sieve_extension *ext ATTR_UNUSED,
			const char *identifier, void **data)
{
	enum bouncecause_value item, *copy;

	if (!bouncecause_value_find(identifier, BOUNCECAUSE_VALUE_FLAG_ITEM,
				    &item))
		return FALSE;
	if (data != NULL) {
		copy = p_new(sieve_command_pool(cmd),
			     enum bouncecause_value, 1);
		*copy = item;
		*data = copy;
	}
	return TRUE;
}

static bool
tag_item_generate(const struct sieve_codegen_env *cgenv,
		  struct sieve_ast_argument *arg,
		  struct sieve_command *cmd ATTR_UNUSED)
{
	const enum bouncecause_value *item = arg->argument->data;

	(void)sieve_binary_emit_unsigned(cgenv->sblock, *item);
	return TRUE;
}

/*
 * Registration
 */

static bool
tst_bouncecause_registered(struct sieve_validator *valdtr,
			   const struct sieve_extension *ext,
			   struct sieve_command_registration *cmd_reg)
{
	sieve_comparators_link_tag(valdtr, cmd_reg, SIEVE_MATCH_OPT_COMPARATOR);
	sieve_match_types_link_tags(valdtr, cmd_reg,
				    SIEVE_MATCH_OPT_MATCH_TYPE);
	sieve_validator_register_tag(valdtr, cmd_reg, ext,
				     &bouncecause_item_tag, OPT_ITEM);
	sieve_validator_register_tag(valdtr, cmd_reg, ext,
				     &bouncecause_forwarded_tag,
				     OPT_FORWARDED);
	return TRUE;
}

/*
 * Validation
 */

/* Without keys there is nothing that the other arguments could be about. */
static bool
tst_bouncecause_validate_no_keys(struct sieve_validator *valdtr,
				 struct sieve_command *tst)
{
	struct sieve_ast_argument *arg = sieve_command_first_argument(tst);
	const char *what;

	for (; arg != NULL; arg = sieve_ast_argument_next(arg)) {
		if (sieve_argument_is(arg, bouncecause_forwarded_tag))
			continue;
		if (sieve_argument_is(arg, bouncecause_item_tag))
			what = "item";
		else if (sieve_argument_is_match_type(arg))
			what = "match type";
		else
			what = "comparator";
		sieve_argument_validate_error(valdtr, arg,
			"the bouncecause test has the %s :%s, but no keys to "
			"compare with", what, sieve_ast_argument_tag(arg));
		return FALSE;
	}
	return TRUE;
}

static bool
tst_bouncecause_validate(struct sieve_validator *valdtr,
			 struct sieve_command *tst)
{
	const struct sieve_match_type mcht_default =
		SIEVE_MATCH_TYPE_DEFAULT(is_match_type);
	const struct sieve_comparator cmp_default =
		SIEVE_COMPARATOR_DEFAULT(i_ascii_casemap_comparator);
	struct sieve_ast_argument *keys = tst->first_positional, *item;
	enum bouncecause_value value = BOUNCECAUSE_VALUE_CAUSE;

	if (keys == NULL)
		return tst_bouncecause_validate_no_keys(valdtr, tst);

	if (!sieve_validate_positional_argument(valdtr, tst, keys, "key list",
						1, SAAT_STRING_LIST))
		return FALSE;
	if (sieve_ast_argument_next(keys) != NULL) {
		sieve_argument_validate_error(valdtr,
			sieve_ast_argument_next(keys),
			"the bouncecause test takes one list of keys, but "
			"something follows it");
		return FALSE;
	}
	if (!sieve_validator_argument_activate(valdtr, tst, keys, FALSE))
		return FALSE;
	if (!sieve_match_type_validate(valdtr, tst, keys, &mcht_default,
				       &cmp_default))
		return FALSE;

	item = sieve_command_find_argument(tst, &bouncecause_item_tag);
	if (item != NULL)
		value = *(const enum bouncecause_value *)item->argument->data;
	bouncecause_keys_validate(valdtr, tst, value, keys);
	return TRUE;
}

/*
 * Code generation
 */

static bool
tst_bouncecause_generate(const struct sieve_codegen_env *cgenv,
			 struct sieve_command *tst)
{
	sieve_operation_emit(cgenv->sblock, tst->ext,
			     &tst_bouncecause_operation);

	/* Whether a key list follows the optional operands */
	sieve_binary_emit_byte(cgenv->sblock,
			       tst->first_positional == NULL ? 0 : 1);

	/* Generate arguments */
	return sieve_generate_arguments(cgenv, tst, NULL);
}

static bool
item_operand_read(struct sieve_binary_block *sblock, sieve_size_t *address,
		  enum bouncecause_value *item_r)
{
	unsigned int value;

	if (!sieve_binary_read_unsigned(sblock, address, &value) ||
	    value >= BOUNCECAUSE_VALUE_COUNT ||
	    (bouncecause_value_flags(value) &
	     BOUNCECAUSE_VALUE_FLAG_ITEM) == 0)
		return FALSE;
	*item_r = value;
	return TRUE;
}

/*
 * Code dump
 */

static bool
tst_bouncecause_operation_dump(const struct sieve_dumptime_env *denv,
			       sieve_size_t *address)
{
	enum bouncecause_value item;
	unsigned int have_keys;
	int opt, opt_code = 0;

	sieve_code_dumpf(denv, "BOUNCECAUSE");
	sieve_code_descend(denv);

	if (!sieve_binary_read_byte(denv->sblock, address, &have_keys))
		return FALSE;

	/* Optional operands */
	for (;;) {
		opt = sieve_match_opr_optional_dump(denv, address, &opt_code);
		if (opt < 0)
			return FALSE;
		if (opt == 0)
			break;

		switch (opt_code) {
		case OPT_ITEM:
			if (!item_operand_read(denv->sblock, address, &item))
				return FALSE;
			sieve_code_dumpf(denv, "item: %s",
					 bouncecause_value_name(item));
			break;
		case OPT_FORWARDED:
			sieve_code_dumpf(denv, "forwarded");
			break;
		default:
			return FALSE;
		}
	}

	if (have_keys == 0)
		return TRUE;
	return sieve_opr_stringlist_dump(denv, address, "key list");
}

/*
 * Code execution
 */

struct tst_bouncecause_operands {
	struct sieve_match_type mcht;
	struct sieve_comparator cmp;
	enum bouncecause_value item;
	bool forwarded;
	/* NULL: none */
	struct sieve_stringlist *keys;
};

static int
operands_read(const struct sieve_runtime_env *renv, sieve_size_t *address,
	      struct tst_bouncecause_operands *ops)
{
	unsigned int have_keys;
	int ret, opt, opt_code = 0;

	if (!sieve_binary_read_byte(renv->sblock, address, &have_keys)) {
		sieve_runtime_trace_error(renv, "truncated operands");
		return SIEVE_EXEC_BIN_CORRUPT;
	}

	for (;;) {
		opt = sieve_match_opr_optional_read(renv, address, &opt_code,
						    &ret, &ops->cmp,
						    &ops->mcht);
		if (opt < 0)
			return ret;
		if (opt == 0)
			break;

		switch (opt_code) {
		case OPT_ITEM:
			if (!item_operand_read(renv->sblock, address,
					       &ops->item)) {
				sieve_runtime_trace_error(
					renv, "invalid item operand");
				return SIEVE_EXEC_BIN_CORRUPT;
			}
			break;
		case OPT_FORWARDED:
			ops->forwarded = TRUE;
			break;
		default:
			sieve_runtime_trace_error(renv,
						  "unknown optional operand");
			return SIEVE_EXEC_BIN_CORRUPT;
		}
	}
	if (have_keys == 0)
		return SIEVE_EXEC_OK;
	return sieve_opr_stringlist_read(renv, address, "key list",
					 &ops->keys);
}

/* How much of the message has to be read for this test? */
static int
operands_need(const struct tst_bouncecause_operands *ops,
	      enum bouncecause_need *need_r)
{
	bool matters;
	int ret;

	*need_r = ops->forwarded ? BOUNCECAUSE_NEED_CARRIED :
		BOUNCECAUSE_NEED_OWN;
	if (ops->forwarded || ops->keys == NULL ||
	    ops->item != BOUNCECAUSE_VALUE_KIND)
		return SIEVE_EXEC_OK;
	ret = bouncecause_keys_read_on(&ops->mcht, ops->keys, &matters);
	if (ret > 0 && matters)
		*need_r = BOUNCECAUSE_NEED_KIND;
	return ret;
}

/* The item's values: one for each recipient, or one for all */
static struct sieve_stringlist *
values_create(const struct sieve_runtime_env *renv,
	      struct bouncecause_message *msg,
	      const struct tst_bouncecause_operands *ops)
{
	struct bouncecause_value_env env = {
		.rules = msg->rules,
		.kind = msg->verdict->kind,
		.report = bouncecause_message_bounce(msg, ops->forwarded),
		.pool = pool_datastack_create(),
	};
	const struct bounce_recipient *rcpt;
	struct bouncecause_stringlist *list;

	list = bouncecause_stringlist_create(renv);
	if (ops->item == BOUNCECAUSE_VALUE_ORIGIN && env.report != NULL) {
		env.origin = bouncecause_origin_name(bouncecause_origin_get(
			renv, renv->oprtn->ext, msg, env.report));
	}
	if (ops->forwarded) {
		env.kind = msg->verdict->carried == NULL ? BOUNCE_KIND_NONE :
			msg->verdict->carried->kind;
	}
	if (ops->item == BOUNCECAUSE_VALUE_KIND ||
	    (env.report != NULL && (bouncecause_value_flags(ops->item) &
				    BOUNCECAUSE_VALUE_FLAG_REPORT) != 0)) {
		bouncecause_stringlist_add(
			list, bouncecause_value_get(ops->item, &env));
	} else if (env.report != NULL) {
		array_foreach(&env.report->recipients, rcpt) {
			if (!bouncecause_recipient_counts(rcpt))
				continue;
			env.rcpt = rcpt;
			bouncecause_stringlist_add(
				list, bouncecause_value_get(ops->item, &env));
		}
	}
	return bouncecause_stringlist_get(list);
}

static int
tst_bouncecause_operation_execute(const struct sieve_runtime_env *renv,
				  sieve_size_t *address)
{
	const struct sieve_extension *this_ext = renv->oprtn->ext;
	struct tst_bouncecause_operands ops = {
		.mcht = SIEVE_MATCH_TYPE_DEFAULT(is_match_type),
		.cmp = SIEVE_COMPARATOR_DEFAULT(i_ascii_casemap_comparator),
		.item = BOUNCECAUSE_VALUE_CAUSE,
	};
	struct bouncecause_message *msg;
	enum bouncecause_need need;
	int match, ret;

	/*
	 * Read operands
	 */

	if ((ret = operands_read(renv, address, &ops)) <= 0)
		return ret;
	if ((ret = operands_need(&ops, &need)) <= 0)
		return ret;

	/*
	 * Perform operation
	 */

	sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS, "bouncecause test%s%s",
			    ops.forwarded ? " :forwarded" : "",
			    ops.keys == NULL ? "" : t_strconcat(
				" :", bouncecause_value_name(ops.item), NULL));

	if ((ret = bouncecause_message_get(renv, this_ext, need, &msg)) <= 0)
		return ret;

	if (ops.keys == NULL) {
		match = bouncecause_message_bounce(msg, ops.forwarded) != NULL;
		sieve_runtime_trace_descend(renv);
		sieve_runtime_trace(renv, SIEVE_TRLVL_TESTS,
				    "%s a bounce => %d",
				    ops.forwarded ? "carries" : "is", match);
		sieve_runtime_trace_ascend(renv);
	} else {
		match = sieve_match(renv, &ops.mcht, &ops.cmp,
				    values_create(renv, msg, &ops), ops.keys,
				    &ret);
		if (match < 0)
			return ret;
	}

	/* Set test result for subsequent conditional jump */
	sieve_interpreter_set_test_result(renv->interp, match > 0);
	return SIEVE_EXEC_OK;
}
