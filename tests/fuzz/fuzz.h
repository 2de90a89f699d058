#ifndef FUZZ_H
#define FUZZ_H

#include "lib.h"

struct bounce_rules;
struct bounce_report;
struct bounce_verdict;

/* The entry point of libFuzzer. The programs are linked with libFuzzer where
   configure was given --enable-fuzzing, else with run-inputs.c, which runs the
   files that it is given. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once: libdovecot and the compiled rules, of the file that the environment
   variable BOUNCECAUSE_FUZZ_RULES names, else of this build. Ends the program
   where there are none. */
const struct bounce_rules *fuzz_rules(void);
/* Once: libdovecot alone */
void fuzz_init(void);

/* What must hold of everything that leaves the engine; panics where not.
   hostile_rules: texts of the rules are not looked at, only what is made of
   the message. */
void fuzz_check_value(const char *value, size_t max_size, bool lines);
void fuzz_check_report(const struct bounce_rules *rules,
		       const struct bounce_report *report,
		       bool hostile_rules);

#endif
