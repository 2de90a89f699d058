#ifndef BOUNCE_COMPILE_H
#define BOUNCE_COMPILE_H

/* Rule sources (YAML) to the compiled rule file. Only the command uses this:
   no mail process reads YAML. */

struct bounce_compiler;

enum bounce_problem_level {
	/* nothing is written */
	BOUNCE_PROBLEM_ERROR = 0,
	/* lint tells it, compile does not mind */
	BOUNCE_PROBLEM_WARNING
};

/* Called for every problem, in the order of files and lines. file and text are
   valid during the call; line is 0 where it is not known. */
typedef void bounce_problem_callback_t(enum bounce_problem_level level,
				       const char *file, unsigned int line,
				       const char *text, void *context);

/* What texts may refer to. The engine fills texts in and knows it (see
   bounce-advice.h); rules know nothing of the engine. */
struct bounce_vocabulary {
	/* ids of the words that every language needs, NULL-terminated */
	const char *const *words;
	/* names of placeholders in the texts of causes and advices */
	const char *const *placeholders;
	/* further ones, for words */
	const char *const *word_placeholders;
};

/* Start a compiler. Every problem that is found goes to the callback. */
struct bounce_compiler *
bounce_compiler_init(bounce_problem_callback_t *callback, void *context);
void bounce_compiler_deinit(struct bounce_compiler **compiler);

/* Check texts by this vocabulary, which has to last as long as the compiler.
   Without it words and placeholders are not checked. */
void bounce_compiler_set_vocabulary(struct bounce_compiler *compiler,
				    const struct bounce_vocabulary *vocabulary);

/* Read a directory (all *.yaml in it and below, sorted by path) or one file.
   A later call overlays the earlier ones: what has the same id replaces it
   field by field. Returns the number of errors told. */
unsigned int bounce_compiler_read(struct bounce_compiler *compiler,
				  const char *path);
struct stat;

/* Is that one of the files that were read? */
bool bounce_compiler_has_read(struct bounce_compiler *compiler,
			      const struct stat *st);
/* Check what was read as a whole: references, values, texts, patterns. With
   lint also what is suspicious: shadowed and unreachable rules, patterns that
   are heavy or match ordinary prose (one text a line in the file words_path,
   NULL: none), languages that lag, rules without examples or source. Returns
   the number of errors told. */
unsigned int bounce_compiler_check(struct bounce_compiler *compiler,
				   bool lint, const char *words_path);
/* Write the compiled file: to a temporary name beside it, then renamed, so that
   readers see the old or the new one. Only after a check, and only where no
   call before has told an error. The same input gives the same bytes. Returns
   0, or -1 with error_r. */
int bounce_compiler_write(struct bounce_compiler *compiler, const char *path,
			  const char **error_r);

/* The examples of the rules that were read */
struct bounce_example {
	const char *rule_id;
	const char *cause_id;
	const char *text;
	const char *file;
	unsigned int line;
};
/* All examples of the rules that are not switched off, in order of files and
   lines; known after the check, valid until deinit. */
const struct bounce_example *
bounce_compiler_examples(struct bounce_compiler *compiler,
			 unsigned int *count_r);

#endif
