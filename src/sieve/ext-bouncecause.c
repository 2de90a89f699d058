/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Extension vnd.bouncecause

   Specification: doc/spec-bouncecause.txt
   Implementation: full
 */

#include "lib.h"
#include "sieve-common.h"
#include "sieve-ast.h"
#include "sieve-validator.h"
#include "sieve-generator.h"
#include "bounce-rules.h"
#include "bouncecause-log.h"
#include "ext-bouncecause-common.h"

/*
 * Extension
 */

static BOUNCECAUSE_LOAD_TYPE
ext_bouncecause_load(const struct sieve_extension *ext, void **context);
static void ext_bouncecause_unload(const struct sieve_extension *ext);
static bool
ext_bouncecause_validator_load(const struct sieve_extension *ext,
			       struct sieve_validator *valdtr);
static bool
ext_bouncecause_generator_load(const struct sieve_extension *ext,
			       const struct sieve_codegen_env *cgenv);

/* by their numbers in enum ext_bouncecause_operation */
static const struct sieve_operation_def *const bouncecause_operations[] = {
	&tst_bouncecause_operation,
	&cmd_bounceexplain_operation,
	&cmd_bounceadvise_operation,
	&cmd_bouncemark_operation,
};

const struct sieve_extension_def bouncecause_extension = {
	.name = BOUNCECAUSE_EXTENSION_NAME,
	.version = BOUNCECAUSE_EXTENSION_VERSION,
	.load = ext_bouncecause_load,
	.unload = ext_bouncecause_unload,
	.validator_load = ext_bouncecause_validator_load,
	.generator_load = ext_bouncecause_generator_load,
	SIEVE_EXT_DEFINE_OPERATIONS(bouncecause_operations),
	SIEVE_EXT_DEFINE_OPERAND(bouncecause_namespace_operand)
};

static BOUNCECAUSE_LOAD_TYPE
ext_bouncecause_load(const struct sieve_extension *ext, void **context)
{
	struct ext_bouncecause_context *ctx;
	const struct sieve_extension *var_ext;
	pool_t pool;

	if (*context != NULL) {
		ext_bouncecause_unload(ext);
		*context = NULL;
	}
	if (bouncecause_variables_get(ext->svinst, &var_ext) < 0)
		return BOUNCECAUSE_LOAD_FAILED;

	pool = pool_alloconly_create("ext bouncecause", 512);
	ctx = p_new(pool, struct ext_bouncecause_context, 1);
	ctx->pool = pool;
	ctx->var_ext = var_ext;
	ctx->event = event_create(ext->svinst->event);
	event_add_category(ctx->event, &event_category_bouncecause);
	event_set_append_log_prefix(ctx->event, "bouncecause: ");
	ext_bouncecause_settings_read(ext->svinst, ctx->event, pool,
				      &ctx->set);
	*context = ctx;
	return BOUNCECAUSE_LOAD_OK;
}

static void ext_bouncecause_unload(const struct sieve_extension *ext)
{
	struct ext_bouncecause_context *ctx = ext_bouncecause_context(ext);

	if (ctx == NULL)
		return;
	bounce_rules_unref(&ctx->rules);
	event_unref(&ctx->event);
	pool_unref(&ctx->pool);
}

/*
 * Compilation
 */

static bool
ext_bouncecause_validator_load(const struct sieve_extension *ext,
			       struct sieve_validator *valdtr)
{
	sieve_validator_register_command(valdtr, ext, &tst_bouncecause);
	sieve_validator_register_command(valdtr, ext, &cmd_bounceexplain);
	sieve_validator_register_command(valdtr, ext, &cmd_bounceadvise);
	sieve_validator_register_command(valdtr, ext, &cmd_bouncemark);
	ext_bouncecause_variables_init(ext, valdtr);
	return TRUE;
}

void ext_bouncecause_compile_fail(const struct sieve_extension *ext,
				  struct sieve_ast *ast)
{
	sieve_ast_extension_set_context(ast, ext, ast);
}

static bool
ext_bouncecause_generator_load(const struct sieve_extension *ext,
			       const struct sieve_codegen_env *cgenv)
{
	return sieve_ast_extension_get_context(cgenv->ast, ext) == NULL;
}

/*
 * Rules
 */

void ext_bouncecause_rules_failed(const struct sieve_extension *ext,
				  const char *error)
{
	struct ext_bouncecause_context *ctx = ext_bouncecause_context(ext);

	if (!bouncecause_log_first_file(ctx->set.rules_path, error))
		return;
	e_error(ctx->event, "%s - until this is mended %s", error,
		ctx->set.on_error == BOUNCECAUSE_ON_ERROR_TEMPFAIL ?
		"scripts that ask for bounces fail temporarily" :
		"no message is taken for a bounce");
}

struct bounce_rules *
ext_bouncecause_rules_get(const struct sieve_extension *ext)
{
	struct ext_bouncecause_context *ctx = ext_bouncecause_context(ext);
	struct bounce_rules *rules;
	const char *error;

	if (bounce_rules_get(ctx->set.rules_path, ctx->event, &rules,
			     &error) == 0)
		return rules;
	ext_bouncecause_rules_failed(ext, error);
	return NULL;
}

struct bounce_rules *
ext_bouncecause_rules_get_silent(const struct sieve_extension *ext)
{
	struct ext_bouncecause_context *ctx = ext_bouncecause_context(ext);
	struct bounce_rules *rules;
	const char *error;

	if (bounce_rules_get(ctx->set.rules_path, ctx->event, &rules,
			     &error) == 0)
		return rules;
	e_debug(ctx->event, "compiling without the rules: %s", error);
	return NULL;
}
