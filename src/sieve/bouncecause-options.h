#ifndef BOUNCECAUSE_OPTIONS_H
#define BOUNCECAUSE_OPTIONS_H

/* The tagged arguments that the commands share. */

struct sieve_extension;
struct sieve_validator;
struct sieve_command_registration;
struct sieve_dumptime_env;
struct sieve_runtime_env;

/* Codes of optional operands: they are in compiled scripts, see
   BOUNCECAUSE_EXTENSION_VERSION. */
enum bouncecause_option {
	BOUNCECAUSE_OPTION_END = 0,
	BOUNCECAUSE_OPTION_FORWARDED,
	BOUNCECAUSE_OPTION_LANGUAGE,
	BOUNCECAUSE_OPTION_SUBJECT,
	BOUNCECAUSE_OPTION_TO,
	BOUNCECAUSE_OPTION_FROM,
	BOUNCECAUSE_OPTION_DAYS,
	BOUNCECAUSE_OPTION_HANDLE,
	BOUNCECAUSE_OPTION_MAILBOX,

	BOUNCECAUSE_OPTION_COUNT
};

/* A set of them is made of these bits. */
#define BOUNCECAUSE_OPTION_BIT(option) (1U << (option))

/* What a script gave; strings are on the data stack, NULL: not given. */
struct bouncecause_options {
	bool forwarded;
	const char *language;
	const char *subject;
	const char *to;
	const char *from;
	const char *handle;
	const char *mailbox;
	bool days_given;
	sieve_number_t days;
};

/* Register the tags of that set with a command. Their parameters are checked
   when the script is compiled: a constant language has to be known, a constant
   address valid. */
void bouncecause_options_register(struct sieve_validator *valdtr,
				  const struct sieve_extension *ext,
				  struct sieve_command_registration *cmd_reg,
				  unsigned int options);

/* Dump or read the optional operands. FALSE, or an error of enum
   sieve_execution_exitcode, where the code is corrupt. */
bool bouncecause_options_dump(const struct sieve_dumptime_env *denv,
			      sieve_size_t *address);
int bouncecause_options_read(const struct sieve_runtime_env *renv,
			     sieve_size_t *address,
			     struct bouncecause_options *options_r);

#endif
