/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The tagged arguments of the commands */

#include "lib.h"
#include "str.h"
#include "str-sanitize.h"
#include "sieve-common.h"
#include "sieve-address.h"
#include "sieve-ast.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-dump.h"
#include "sieve-interpreter.h"
#include "sieve-validator.h"
#include "bounce-limits.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-language.h"
#include "bouncecause-options.h"

static bool
tag_validate_string(struct sieve_validator *valdtr,
		    struct sieve_ast_argument **arg,
		    struct sieve_command *cmd);
static bool
tag_validate_address(struct sieve_validator *valdtr,
		     struct sieve_ast_argument **arg,
		     struct sieve_command *cmd);
static bool
tag_validate_language(struct sieve_validator *valdtr,
		      struct sieve_ast_argument **arg,
		      struct sieve_command *cmd);
static bool
tag_validate_days(struct sieve_validator *valdtr,
		  struct sieve_ast_argument **arg, struct sieve_command *cmd);

static const struct sieve_argument_def
option_tags[BOUNCECAUSE_OPTION_COUNT] = {
	[BOUNCECAUSE_OPTION_FORWARDED] = {
		.identifier = "forwarded",
	},
	[BOUNCECAUSE_OPTION_LANGUAGE] = {
		.identifier = "language",
		.validate = tag_validate_language,
	},
	[BOUNCECAUSE_OPTION_SUBJECT] = {
		.identifier = "subject",
		.validate = tag_validate_string,
	},
	[BOUNCECAUSE_OPTION_TO] = {
		.identifier = "to",
		.validate = tag_validate_address,
	},
	[BOUNCECAUSE_OPTION_FROM] = {
		.identifier = "from",
		.validate = tag_validate_address,
	},
	[BOUNCECAUSE_OPTION_DAYS] = {
		.identifier = "days",
		.validate = tag_validate_days,
	},
	[BOUNCECAUSE_OPTION_HANDLE] = {
		.identifier = "handle",
		.validate = tag_validate_string,
	},
	[BOUNCECAUSE_OPTION_MAILBOX] = {
		.identifier = "mailbox",
		.validate = tag_validate_string,
	},
};

/*
 * Validation
 */

/* Take the tag off and leave its parameter; *arg becomes what follows. */
static struct sieve_ast_argument *
tag_validate_parameter(struct sieve_validator *valdtr,
		       struct sieve_ast_argument **arg,
		       struct sieve_command *cmd,
		       enum sieve_ast_argument_type type)
{
	struct sieve_ast_argument *tag = *arg, *param;

	*arg = param = sieve_ast_arguments_detach(*arg, 1);
	if (!sieve_validate_tag_parameter(valdtr, cmd, tag, param, NULL, 0,
					  type, FALSE))
		return NULL;
	*arg = sieve_ast_argument_next(param);
	return param;
}

static bool
tag_validate_string(struct sieve_validator *valdtr,
		    struct sieve_ast_argument **arg, struct sieve_command *cmd)
{
	return tag_validate_parameter(valdtr, arg, cmd, SAAT_STRING) != NULL;
}

static bool
tag_validate_address(struct sieve_validator *valdtr,
		     struct sieve_ast_argument **arg,
		     struct sieve_command *cmd)
{
	const char *tag = sieve_ast_argument_tag(*arg), *error;
	struct sieve_ast_argument *param;
	bool valid = TRUE;

	param = tag_validate_parameter(valdtr, arg, cmd, SAAT_STRING);
	if (param == NULL)
		return FALSE;
	/* others are known only at run time */
	if (!sieve_argument_is_string_literal(param))
		return TRUE;
	T_BEGIN {
		string_t *str = sieve_ast_argument_str(param);

		if (!sieve_address_validate_str(str, &error)) {
			sieve_argument_validate_error(valdtr, param,
				"specified :%s address '%s' is invalid: %s",
				tag, str_sanitize(str_c(str), 128), error);
			valid = FALSE;
		}
	} T_END;
	return valid;
}

static bool
tag_validate_language(struct sieve_validator *valdtr,
		      struct sieve_ast_argument **arg,
		      struct sieve_command *cmd)
{
	const struct sieve_extension *ext = sieve_argument_ext(*arg);
	struct sieve_ast_argument *param;
	const char *language, *list;

	param = tag_validate_parameter(valdtr, arg, cmd, SAAT_STRING);
	if (param == NULL)
		return FALSE;
	if (!sieve_argument_is_string_literal(param))
		return TRUE;
	language = sieve_ast_argument_strc(param);
	if (strcasecmp(language, "auto") == 0 ||
	    bouncecause_language_is_known(ext, language, &list))
		return TRUE;
	sieve_argument_validate_error(valdtr, param,
		"unknown :language '%s' (there are: auto, %s)",
		str_sanitize(language, 64), list);
	return FALSE;
}

static bool
tag_validate_days(struct sieve_validator *valdtr,
		  struct sieve_ast_argument **arg, struct sieve_command *cmd)
{
	struct sieve_ast_argument *param;

	param = tag_validate_parameter(valdtr, arg, cmd, SAAT_NUMBER);
	if (param == NULL)
		return FALSE;
	if (sieve_ast_argument_number(param) == 0 ||
	    sieve_ast_argument_number(param) > BOUNCE_LIMIT_ADVISE_DAYS) {
		sieve_argument_validate_error(valdtr, param,
			":days is a number from 1 to %u",
			BOUNCE_LIMIT_ADVISE_DAYS);
		return FALSE;
	}
	return TRUE;
}

void bouncecause_options_register(struct sieve_validator *valdtr,
				  const struct sieve_extension *ext,
				  struct sieve_command_registration *cmd_reg,
				  unsigned int options)
{
	for (unsigned int i = 0; i < BOUNCECAUSE_OPTION_COUNT; i++) {
		if ((options & BOUNCECAUSE_OPTION_BIT(i)) != 0) {
			sieve_validator_register_tag(valdtr, cmd_reg, ext,
						     &option_tags[i], i);
		}
	}
}

/*
 * Operands
 */

bool bouncecause_options_dump(const struct sieve_dumptime_env *denv,
			      sieve_size_t *address)
{
	int opt, opt_code = 0;
	bool ok;

	for (;;) {
		opt = sieve_opr_optional_dump(denv, address, &opt_code);
		if (opt <= 0)
			return opt == 0;

		switch ((enum bouncecause_option)opt_code) {
		case BOUNCECAUSE_OPTION_FORWARDED:
			sieve_code_dumpf(denv, "forwarded");
			ok = TRUE;
			break;
		case BOUNCECAUSE_OPTION_DAYS:
			ok = sieve_opr_number_dump(denv, address, "days");
			break;
		case BOUNCECAUSE_OPTION_LANGUAGE:
		case BOUNCECAUSE_OPTION_SUBJECT:
		case BOUNCECAUSE_OPTION_TO:
		case BOUNCECAUSE_OPTION_FROM:
		case BOUNCECAUSE_OPTION_HANDLE:
		case BOUNCECAUSE_OPTION_MAILBOX:
			ok = sieve_opr_string_dump(
				denv, address,
				option_tags[opt_code].identifier);
			break;
		default:
			ok = FALSE;
			break;
		}
		if (!ok)
			return FALSE;
	}
}

static const char **
option_string(struct bouncecause_options *options,
	      enum bouncecause_option option)
{
	switch (option) {
	case BOUNCECAUSE_OPTION_LANGUAGE:
		return &options->language;
	case BOUNCECAUSE_OPTION_SUBJECT:
		return &options->subject;
	case BOUNCECAUSE_OPTION_TO:
		return &options->to;
	case BOUNCECAUSE_OPTION_FROM:
		return &options->from;
	case BOUNCECAUSE_OPTION_HANDLE:
		return &options->handle;
	case BOUNCECAUSE_OPTION_MAILBOX:
		return &options->mailbox;
	default:
		return NULL;
	}
}

int bouncecause_options_read(const struct sieve_runtime_env *renv,
			     sieve_size_t *address,
			     struct bouncecause_options *options_r)
{
	const char **value_r;
	string_t *str;
	int opt, opt_code = 0, ret;

	i_zero(options_r);
	for (;;) {
		opt = sieve_opr_optional_read(renv, address, &opt_code);
		if (opt < 0)
			return SIEVE_EXEC_BIN_CORRUPT;
		if (opt == 0)
			return SIEVE_EXEC_OK;

		ret = SIEVE_EXEC_OK;
		value_r = option_string(options_r, opt_code);
		if (value_r != NULL) {
			ret = sieve_opr_string_read(
				renv, address,
				option_tags[opt_code].identifier, &str);
			if (ret > 0)
				*value_r = t_strdup(str_c(str));
		} else if (opt_code == BOUNCECAUSE_OPTION_DAYS) {
			options_r->days_given = TRUE;
			ret = sieve_opr_number_read(renv, address, "days",
						    &options_r->days);
		} else if (opt_code == BOUNCECAUSE_OPTION_FORWARDED) {
			options_r->forwarded = TRUE;
		} else {
			sieve_runtime_trace_error(renv,
						  "unknown optional operand");
			ret = SIEVE_EXEC_BIN_CORRUPT;
		}
		if (ret <= 0)
			return ret;
	}
}
