#ifndef BOUNCE_LINT_H
#define BOUNCE_LINT_H

/* What is allowed in rule files, but suspicious: warnings about the checked
   model of a compiler. */

struct bounce_compiler;

/* All of it. words_path is a file with a text of ordinary prose in each line,
   or NULL. */
void bounce_lint(struct bounce_compiler *compiler, const char *words_path);

/* Rules that others always beat, or whose conditions cannot hold. */
void bounce_lint_shadow(struct bounce_compiler *compiler);
/* Languages that lack what others have, advices that no rule names. */
void bounce_lint_texts(struct bounce_compiler *compiler);
/* Patterns that cannot match the text as it is, or that cost libhs too much */
void bounce_lint_patterns(struct bounce_compiler *compiler);
/* Rules and markers that ordinary prose sets off. */
void bounce_lint_words(struct bounce_compiler *compiler, const char *path);

#endif
