#ifndef BOUNCE_LINT_H
#define BOUNCE_LINT_H

struct bounce_compiler;

/* Tell what is suspicious in the checked model. words_path is a file with a
   text of ordinary prose in each line, or NULL. */
void bounce_lint(struct bounce_compiler *compiler, const char *words_path);

#endif
