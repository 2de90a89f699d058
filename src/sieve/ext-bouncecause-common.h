#ifndef EXT_BOUNCECAUSE_COMMON_H
#define EXT_BOUNCECAUSE_COMMON_H

#include "ext-bouncecause-compat.h"
#include "ext-bouncecause-settings.h"

struct event;
struct bounce_rules;
struct own_hosts;

#define BOUNCECAUSE_EXTENSION_NAME "vnd.bouncecause"
/* In compiled scripts: raise it when the byte code of the test, the variables
   or the commands changes, or when the numbers in bouncecause-values.h do.
   Scripts that were compiled for another version are then compiled anew. */
#define BOUNCECAUSE_EXTENSION_VERSION 2

/* What a Sieve instance has of this extension (ext->context) */
struct ext_bouncecause_context {
	pool_t pool;
	const struct sieve_extension *var_ext;
	/* category "bouncecause", below the event of the instance */
	struct event *event;
	struct ext_bouncecause_settings set;
	/* those that the message in progress was read with; NULL: none yet */
	struct bounce_rules *rules;
	/* sieve_bouncecause_own_hosts; NULL: nobody has asked yet, or there
	   are none */
	struct own_hosts *own_hosts;
};

static inline struct ext_bouncecause_context *
ext_bouncecause_context(const struct sieve_extension *ext)
{
	return ext->context;
}

/*
 * Extension
 */

extern const struct sieve_extension_def bouncecause_extension;

/* Compilation of the script fails at code generation; the error itself is
   already told. For errors in places whose result Pigeonhole 0.5 does not
   look at. */
void ext_bouncecause_compile_fail(const struct sieve_extension *ext,
				  struct sieve_ast *ast);

/*
 * Rules
 */

/* The loaded rules; the caller owns a reference. NULL where they cannot be
   loaded: that is logged, once per process and state of the file. */
struct bounce_rules *
ext_bouncecause_rules_get(const struct sieve_extension *ext);
/* The same for the compiler of scripts: says nothing, since a script can be
   compiled without. */
struct bounce_rules *
ext_bouncecause_rules_get_silent(const struct sieve_extension *ext);
/* The loaded rules turned out to be good for nothing (bounce_rules_error()):
   log it in the same way. */
void ext_bouncecause_rules_failed(const struct sieve_extension *ext,
				  const char *error);

/*
 * Operations and operands
 */

enum ext_bouncecause_operation {
	EXT_BOUNCECAUSE_OPERATION_TEST = 0,
	EXT_BOUNCECAUSE_OPERATION_EXPLAIN,
	EXT_BOUNCECAUSE_OPERATION_ADVISE,
	EXT_BOUNCECAUSE_OPERATION_MARK
};

extern const struct sieve_operation_def tst_bouncecause_operation;
extern const struct sieve_operation_def cmd_bounceexplain_operation;
extern const struct sieve_operation_def cmd_bounceadvise_operation;
extern const struct sieve_operation_def cmd_bouncemark_operation;
extern const struct sieve_operand_def bouncecause_namespace_operand;

/*
 * Test and commands
 */

extern const struct sieve_command_def tst_bouncecause;
extern const struct sieve_command_def cmd_bounceexplain;
extern const struct sieve_command_def cmd_bounceadvise;
extern const struct sieve_command_def cmd_bouncemark;

/* Once in how many days bounceadvise writes, by default */
#define BOUNCECAUSE_ADVISE_DEFAULT_DAYS 1

/*
 * Variables
 */

/* Register the namespace with the validator. */
void ext_bouncecause_variables_init(const struct sieve_extension *ext,
				    struct sieve_validator *valdtr);

#endif
