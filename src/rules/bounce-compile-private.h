#ifndef BOUNCE_COMPILE_PRIVATE_H
#define BOUNCE_COMPILE_PRIVATE_H

#include "array.h"
#include "hash.h"
#include "bounce-compile.h"
#include "bounce-model.h"
#include "bounce-problems.h"
#include "bounce-yaml.h"

/* Where something stands */
struct bounce_location {
	const struct bounce_source *source;
	unsigned int line;
};

struct bounce_compiler {
	pool_t pool;
	struct bounce_problems *problems;
	const struct bounce_vocabulary *vocabulary;

	/* files that were read, with their data */
	ARRAY(struct bounce_yaml_file) files;
	unsigned int source_count;
	unsigned int layer_count;
	/* by the address of a loaded value, or of the member that holds it */
	HASH_TABLE(void *, struct bounce_location *) locations;
	/* ids of items that were left out */
	HASH_TABLE(const char *, void *) broken;
	/* a file could not be used: what is not there may be in it */
	bool incomplete;

	/* NULL until bounce_compiler_check() */
	struct bounce_model *model;
	unsigned int errors;
	ARRAY(struct bounce_example) examples;
};

/* --- locations (bounce-yaml-locate.c) */

/* Note where the value at that address stands, unless it is noted. */
void bounce_location_set(struct bounce_compiler *compiler, const void *value,
			 const struct bounce_location *location);
/* Where it stands, or NULL: a member that was not given stands nowhere. */
const struct bounce_location *
bounce_location_get(struct bounce_compiler *compiler, const void *value);
static inline bool
bounce_given(struct bounce_compiler *compiler, const void *member)
{
	return bounce_location_get(compiler, member) != NULL;
}

/* --- problems (bounce-compile.c) */

void bounce_error(struct bounce_compiler *compiler,
		  const struct bounce_location *location,
		  const char *fmt, ...) ATTR_FORMAT(3, 4);
void bounce_warning(struct bounce_compiler *compiler,
		    const struct bounce_location *location,
		    const char *fmt, ...) ATTR_FORMAT(3, 4);
/* Note that an item of that id was left out. */
void bounce_broken_add(struct bounce_compiler *compiler, const char *id);
/* Something refers to an id that does not exist. Tells it, with the names next
   to it, unless the thing may be among what was left out. */
void bounce_unknown(struct bounce_compiler *compiler,
		    const struct bounce_location *location, const char *what,
		    const char *id, const char *const *known);

/* --- steps of bounce_compiler_check(); each tells its problems */

/* Lay what was read over each other (bounce-compile-merge.c). */
void bounce_compile_merge(struct bounce_compiler *compiler);
void bounce_compile_causes(struct bounce_compiler *compiler);
void bounce_compile_texts(struct bounce_compiler *compiler);
void bounce_compile_rules(struct bounce_compiler *compiler);
/* Providers and domains */
void bounce_compile_domains(struct bounce_compiler *compiler);
void bounce_compile_formats(struct bounce_compiler *compiler);
/* Collect all patterns of rules and formats, and see that libhs takes them. */
void bounce_compile_patterns(struct bounce_compiler *compiler);
void bounce_compile_databases(struct bounce_compiler *compiler);

/* --- what the steps share (bounce-compile-values.c) */

/* Ids of all causes, NULL-terminated, on the data stack */
const char *const *bounce_cause_names(struct bounce_compiler *compiler);

/* ids of causes, providers, formats: [a-z][a-z0-9-]*, with dots also those of
   rules */
void bounce_check_id(struct bounce_compiler *compiler,
		     const struct bounce_location *location, const char *what,
		     const char *id, bool dots);
/* <n>(m|h|d) in seconds; 0, and told, where it is none. */
uint32_t bounce_check_duration(struct bounce_compiler *compiler,
			       const char *name, const char *value);
/* A BCP 47 tag */
void bounce_check_language(struct bounce_compiler *compiler,
			   const struct bounce_location *location,
			   const char *tag);
/* Globs that cannot match what they are for */
void bounce_check_status_glob(struct bounce_compiler *compiler,
			      const char *glob);
void bounce_check_code_glob(struct bounce_compiler *compiler,
			    const char *glob);
void bounce_check_host_glob(struct bounce_compiler *compiler,
			    const char *name, const char *glob);

#endif
