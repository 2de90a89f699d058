#include "lib.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

void bounce_lint(struct bounce_compiler *compiler, const char *words_path)
{
}
