#ifndef BOUNCE_YAML_H
#define BOUNCE_YAML_H

#include <cyaml/cyaml.h>
#include <yaml.h>

struct bounce_source;
struct bounce_compiler;

/* Reading one YAML file. libcyaml loads the data by a schema, but stops at the
   first thing that it does not like and forgets where things stood. So libyaml
   parses the file into a tree first, and the same schema is walked over the
   tree: that finds all problems, each with its line. Items with a problem are
   left out, so that the rest can be loaded by libcyaml and looked at further;
   then a walk over tree and data notes on which line each value stands. */

/* A kind of rule file, told by the keys at its top */
struct bounce_yaml_kind {
	/* what is in it, for problems */
	const char *name;
	/* a file with one of these keys is of this kind; NULL-terminated */
	const char *const *keys;
	/* of type CYAML_MAPPING, with CYAML_FLAG_POINTER */
	const struct cyaml_schema_value *schema;
};

struct bounce_yaml_file {
	const struct bounce_source *source;
	const struct bounce_yaml_kind *kind;
	/* the structure of the kind's schema, as libcyaml loaded it */
	void *data;
};

/* All kinds of rule files, in the order in which they are tried; the last one
   has no name. (bounce-schema.c) */
extern const struct bounce_yaml_kind bounce_yaml_kinds[];

/* Load the file of that source by its kind. Problems go to the compiler's
   list, the lines of values to its locations. Returns FALSE where nothing of
   the file can be used. */
bool bounce_yaml_load(struct bounce_compiler *compiler,
		      const struct bounce_source *source,
		      struct bounce_yaml_file *file_r);
void bounce_yaml_unload(struct bounce_yaml_file *file);

/* Read the text of a file and see that it is sane YAML: UTF-8, one document,
   no aliases, nothing deeper or larger than rules can be. Returns the text
   (to be freed by buffer_free()), or NULL, with the problem told. */
buffer_t *bounce_yaml_read(struct bounce_compiler *compiler,
			   const struct bounce_source *source);

/* Parse text that bounce_yaml_read() has passed into a tree. */
void bounce_yaml_parse(const buffer_t *text, yaml_document_t *doc_r);

/* Check a file's tree by its kind's schema and tell all problems. Nodes with
   a problem that have to be left out are added to bad_nodes: items of the
   lists at the top, and values of its keys. Returns FALSE where nothing is
   left to load. */
ARRAY_DEFINE_TYPE(yaml_node, int);
bool bounce_yaml_check(struct bounce_compiler *compiler,
		       const struct bounce_source *source,
		       const struct bounce_yaml_kind *kind,
		       yaml_document_t *doc, ARRAY_TYPE(yaml_node) *bad_nodes);

/* Note the lines of all values of data, which was loaded from doc. */
void bounce_yaml_locate(struct bounce_compiler *compiler,
			const struct bounce_source *source,
			const struct cyaml_schema_value *schema,
			yaml_document_t *doc, void *data);

/* Line of a node, counted from 1 */
static inline unsigned int bounce_yaml_line(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

/* The field of that key, or NULL */
const struct cyaml_schema_field *
bounce_yaml_field(const struct cyaml_schema_value *schema, const char *key);
/* Text of a scalar, or NULL where the node is no scalar */
const char *bounce_yaml_scalar(const yaml_node_t *node);

#endif
