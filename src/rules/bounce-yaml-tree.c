/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Looking at a parsed file, side by side with its schema */

#include "lib.h"
#include "bounce-yaml.h"

const char *bounce_yaml_scalar(const yaml_node_t *node)
{
	return node->type != YAML_SCALAR_NODE ? NULL :
		(const char *)node->data.scalar.value;
}

const struct cyaml_schema_field *
bounce_yaml_field(const struct cyaml_schema_value *schema, const char *key)
{
	const struct cyaml_schema_field *field;

	for (field = schema->mapping.fields; field->key != NULL; field++) {
		if (strcmp(field->key, key) == 0)
			return field;
	}
	return NULL;
}
