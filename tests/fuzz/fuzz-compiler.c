/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A rule source: YAML, its schema, the checks of it as a whole. It is laid
   over a small catalogue, so that rules have causes to name. */

#include "lib.h"
#include "write-full.h"
#include "bounce-compile.h"
#include "fuzz.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

static void
problem(enum bounce_problem_level level ATTR_UNUSED, const char *file,
	unsigned int line ATTR_UNUSED, const char *text,
	void *context ATTR_UNUSED)
{
	/* what is told has to be printable */
	i_assert(file != NULL);
	fuzz_check_value(text, SIZE_MAX, FALSE);
}

/* libFuzzer's clock interrupts system calls, which is nothing that happens to
   the command. */
static void block_alarm(int how)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGALRM);
	if (sigprocmask(how, &signals, NULL) < 0)
		i_fatal("sigprocmask() failed: %m");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bounce_compiler *compiler;
	unsigned int errors;
	const char *error;
	int fd;

	fuzz_init();
	fd = memfd_create("rules", MFD_CLOEXEC);
	if (fd == -1)
		i_fatal("memfd_create() failed: %m");
	if (write_full(fd, data, size) < 0)
		i_fatal("write() failed: %m");
	block_alarm(SIG_BLOCK);
	T_BEGIN {
		compiler = bounce_compiler_init(problem, NULL);
		errors = bounce_compiler_read(compiler, FUZZ_BASE_RULES);
		i_assert(errors == 0);
		errors = bounce_compiler_read(compiler, t_strdup_printf(
			"/proc/self/fd/%d", fd));
		if (errors == 0)
			errors = bounce_compiler_check(compiler, FALSE, NULL);
		if (errors == 0) {
			const char *path = t_strdup_printf("fuzz-%ld.rules",
							   (long)getpid());

			if (bounce_compiler_write(compiler, path, &error) < 0)
				i_panic("cannot write: %s", error);
			i_unlink(path);
		}
		bounce_compiler_deinit(&compiler);
	} T_END;
	block_alarm(SIG_UNBLOCK);
	i_close_fd(&fd);
	return 0;
}
