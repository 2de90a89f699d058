/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The variables namespace

   ${bouncecause.cause}, ${bouncecause.advice.zh_CN}; read-only
 */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "sieve-common.h"
#include "sieve-ast.h"
#include "sieve-binary.h"
#include "sieve-code.h"
#include "sieve-commands.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "sieve-interpreter.h"
#include "sieve-dump.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-language.h"
#include "bouncecause-message.h"
#include "bouncecause-origin.h"
#include "bouncecause-values.h"

#define NAMESPACE "bouncecause"

/*
 * Namespace
 */

static bool
vnspc_bouncecause_validate(struct sieve_validator *valdtr,
			   const struct sieve_variables_namespace *nspc,
			   struct sieve_ast_argument *arg,
			   struct sieve_command *cmd,
			   ARRAY_TYPE(sieve_variable_name) *var_name,
			   void **var_data, bool assignment);
static bool
vnspc_bouncecause_generate(const struct sieve_codegen_env *cgenv,
			   const struct sieve_variables_namespace *nspc,
			   struct sieve_ast_argument *arg,
			   struct sieve_command *cmd, void *var_data);
static bool
vnspc_bouncecause_dump(const struct sieve_dumptime_env *denv,
		       const struct sieve_variables_namespace *nspc,
		       const struct sieve_operand *oprnd,
		       sieve_size_t *address);
static int
vnspc_bouncecause_read(const struct sieve_runtime_env *renv,
		       const struct sieve_variables_namespace *nspc,
		       const struct sieve_operand *oprnd,
		       sieve_size_t *address, string_t **str_r);

static const struct sieve_variables_namespace_def bouncecause_namespace = {
	SIEVE_OBJECT(NAMESPACE, &bouncecause_namespace_operand, 0),
	.validate = vnspc_bouncecause_validate,
	.generate = vnspc_bouncecause_generate,
	.dump_variable = vnspc_bouncecause_dump,
	.read_variable = vnspc_bouncecause_read
};

/* A variable, while the script is compiled */
struct bouncecause_variable {
	enum bouncecause_value value;
	/* as the script has it; "" for the language of the settings */
	const char *language;
};

/*
 * Validation
 */

/* All variables there are */
static const char *variables_list(void)
{
	string_t *str = t_str_new(256);
	unsigned int i;

	for (i = 0; i < BOUNCECAUSE_VALUE_COUNT; i++) {
		if (i > 0)
			str_append(str, ", ");
		str_append(str, bouncecause_value_name(i));
		if ((bouncecause_value_flags(i) &
		     BOUNCECAUSE_VALUE_FLAG_LANGUAGE) != 0)
			str_append(str, "[.<language>]");
	}
	return str_c(str);
}

/* ": did you mean `advice'?", or "" */
static const char *variables_nearest(const char *name)
{
	const char *names[BOUNCECAUSE_VALUE_COUNT + 1];
	const char *const *nearest;
	unsigned int i;

	for (i = 0; i < BOUNCECAUSE_VALUE_COUNT; i++)
		names[i] = bouncecause_value_name(i);
	names[i] = NULL;
	nearest = bounce_names_nearest(names, name, 1);
	return nearest[0] == NULL ? "" :
		t_strdup_printf(": did you mean `%s'?", nearest[0]);
}

static bool
variable_parse(struct sieve_validator *valdtr,
	       const struct sieve_extension *ext,
	       struct sieve_ast_argument *arg,
	       const struct sieve_variable_name *names, unsigned int count,
	       struct bouncecause_variable *var)
{
	const char *name, *list;

	/* names[0] is the namespace */
	if (count < 2 || names[1].num_variable >= 0 ||
	    !bouncecause_value_find(str_c(names[1].identifier), 0,
				    &var->value)) {
		name = count < 2 ? "" : names[1].num_variable >= 0 ?
			dec2str(names[1].num_variable) :
			str_c(names[1].identifier);
		sieve_argument_validate_error(valdtr, arg,
			BOUNCECAUSE_EXTENSION_NAME": "
			"unknown variable `%s.%s'%s (there are: %s)",
			NAMESPACE, str_sanitize(name, 64),
			variables_nearest(name), variables_list());
		return FALSE;
	}
	name = bouncecause_value_name(var->value);
	if (count == 2)
		return TRUE;

	if ((bouncecause_value_flags(var->value) &
	     BOUNCECAUSE_VALUE_FLAG_LANGUAGE) == 0) {
		sieve_argument_validate_error(valdtr, arg,
			BOUNCECAUSE_EXTENSION_NAME": "
			"variable `%s.%s' is the same in all languages; "
			"nothing may follow its name", NAMESPACE, name);
		return FALSE;
	}
	if (count > 3 || names[2].num_variable >= 0) {
		sieve_argument_validate_error(valdtr, arg,
			BOUNCECAUSE_EXTENSION_NAME": "
			"only the name of a language may follow `%s.%s'",
			NAMESPACE, name);
		return FALSE;
	}
	var->language = str_c(names[2].identifier);
	if (!bouncecause_language_is_known(ext, var->language, &list)) {
		sieve_argument_validate_error(valdtr, arg,
			BOUNCECAUSE_EXTENSION_NAME": "
			"unknown language `%s' of variable `%s.%s' "
			"(there are: %s)", str_sanitize(var->language, 64),
			NAMESPACE, name, list);
		return FALSE;
	}
	return TRUE;
}

static bool
vnspc_bouncecause_validate(struct sieve_validator *valdtr,
			   const struct sieve_variables_namespace *nspc,
			   struct sieve_ast_argument *arg,
			   struct sieve_command *cmd ATTR_UNUSED,
			   ARRAY_TYPE(sieve_variable_name) *var_name,
			   void **var_data, bool assignment)
{
	const struct sieve_extension *ext = SIEVE_OBJECT_EXTENSION(nspc);
	pool_t pool = sieve_ast_pool(arg->ast);
	const struct sieve_variable_name *names;
	struct bouncecause_variable *var;
	unsigned int count;

	var = p_new(pool, struct bouncecause_variable, 1);
	var->language = "";
	names = array_get(var_name, &count);
	if (!variable_parse(valdtr, ext, arg, names, count, var)) {
		/* In a string Pigeonhole tells the error, leaves the variable
		   out and goes on. */
		ext_bouncecause_compile_fail(ext, arg->ast);
		return FALSE;
	}
	if (assignment) {
		sieve_argument_validate_error(valdtr, arg,
			BOUNCECAUSE_EXTENSION_NAME": "
			"cannot assign to variable `%s.%s': it is read-only",
			NAMESPACE, bouncecause_value_name(var->value));
		return FALSE;
	}
	var->language = p_strdup(pool, var->language);
	*var_data = var;
	return TRUE;
}

/*
 * Code generation
 */

static bool
vnspc_bouncecause_generate(const struct sieve_codegen_env *cgenv,
			   const struct sieve_variables_namespace *nspc,
			   struct sieve_ast_argument *arg ATTR_UNUSED,
			   struct sieve_command *cmd ATTR_UNUSED,
			   void *var_data)
{
	const struct sieve_extension *ext = SIEVE_OBJECT_EXTENSION(nspc);
	const struct bouncecause_variable *var = var_data;

	if (ext == NULL || var == NULL)
		return FALSE;

	sieve_variables_opr_namespace_variable_emit(
		cgenv->sblock, ext_bouncecause_context(ext)->var_ext, ext,
		&bouncecause_namespace);
	(void)sieve_binary_emit_unsigned(cgenv->sblock, var->value);
	(void)sieve_binary_emit_cstring(cgenv->sblock, var->language);
	return TRUE;
}

static bool
variable_operand_read(struct sieve_binary_block *sblock, sieve_size_t *address,
		      enum bouncecause_value *value_r, const char **language_r)
{
	unsigned int value;
	string_t *language;

	if (!sieve_binary_read_unsigned(sblock, address, &value) ||
	    value >= BOUNCECAUSE_VALUE_COUNT ||
	    !sieve_binary_read_string(sblock, address, &language))
		return FALSE;
	*value_r = value;
	*language_r = str_c(language);
	return TRUE;
}

/*
 * Code dump
 */

static bool
vnspc_bouncecause_dump(const struct sieve_dumptime_env *denv,
		       const struct sieve_variables_namespace *nspc ATTR_UNUSED,
		       const struct sieve_operand *oprnd,
		       sieve_size_t *address)
{
	enum bouncecause_value value;
	const char *language;

	if (!variable_operand_read(denv->sblock, address, &value, &language))
		return FALSE;

	sieve_code_dumpf(denv, "%s%sVAR ${%s.%s%s%s}",
			 oprnd->field_name == NULL ? "" : oprnd->field_name,
			 oprnd->field_name == NULL ? "" : ": ",
			 NAMESPACE, bouncecause_value_name(value),
			 *language == '\0' ? "" : ".", language);
	return TRUE;
}

/*
 * Run time
 */

static const char *
variable_get(const struct sieve_runtime_env *renv,
	     const struct sieve_extension *ext,
	     struct bouncecause_message *msg,
	     enum bouncecause_value value, const char *language)
{
	struct bouncecause_value_env env;
	uint32_t idx;

	bouncecause_message_value_env(renv, ext_bouncecause_context(ext), msg,
				      pool_datastack_create(), &env);
	if (*language != '\0' && env.report != NULL) {
		/* The rules may have had it when the script was compiled. */
		idx = bounce_rules_find_language(env.rules, language);
		if (idx != BOUNCE_NONE)
			env.language = idx;
	}
	if (value == BOUNCECAUSE_VALUE_ORIGIN && env.report != NULL) {
		/* a report of success is no bounce */
		env.origin = !bounce_kind_is_bounce(env.report->kind) ? "" :
			bouncecause_origin_name(bouncecause_origin_get(
				renv, ext, msg, env.report));
	}
	return bouncecause_value_get(value, &env);
}

static int
vnspc_bouncecause_read(const struct sieve_runtime_env *renv,
		       const struct sieve_variables_namespace *nspc,
		       const struct sieve_operand *oprnd,
		       sieve_size_t *address, string_t **str_r)
{
	const struct sieve_extension *ext = SIEVE_OBJECT_EXTENSION(nspc);
	struct bouncecause_message *msg;
	enum bouncecause_value value;
	const char *language, *str;
	int ret;

	if (!variable_operand_read(renv->sblock, address, &value, &language)) {
		sieve_runtime_trace_operand_error(renv, oprnd,
			"bouncecause variable operand corrupt");
		return SIEVE_EXEC_BIN_CORRUPT;
	}
	/* NULL: skip it */
	if (str_r == NULL)
		return SIEVE_EXEC_OK;

	ret = bouncecause_message_get(renv, ext,
				      value == BOUNCECAUSE_VALUE_KIND ?
				      BOUNCECAUSE_NEED_KIND :
				      BOUNCECAUSE_NEED_CARRIED, &msg);
	if (ret <= 0)
		return ret;
	str = variable_get(renv, ext, msg, value, language);
	*str_r = t_str_new_const(str, strlen(str));
	return SIEVE_EXEC_OK;
}

/*
 * Registration
 */

static const struct sieve_extension_objects bouncecause_namespaces =
	SIEVE_VARIABLES_DEFINE_NAMESPACE(bouncecause_namespace);

const struct sieve_operand_def bouncecause_namespace_operand = {
	.name = "bouncecause-namespace",
	.ext_def = &bouncecause_extension,
	.class = &sieve_variables_namespace_operand_class,
	.interface = &bouncecause_namespaces
};

void ext_bouncecause_variables_init(const struct sieve_extension *ext,
				    struct sieve_validator *valdtr)
{
	sieve_variables_namespace_register(
		ext_bouncecause_context(ext)->var_ext, valdtr, ext,
		&bouncecause_namespace);
}
