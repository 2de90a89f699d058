/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* On which line does each loaded value stand? Tree and data have the same
   shape, and the schema says where in the data each value of the tree is. */

#include "lib.h"
#include "hash.h"
#include "bounce-compile-private.h"

struct locate_ctx {
	struct bounce_compiler *compiler;
	const struct bounce_source *source;
	yaml_document_t *doc;
};

static void locate_value(struct locate_ctx *ctx,
			 const struct cyaml_schema_value *schema,
			 const yaml_node_t *node, void *data);

void bounce_location_set(struct bounce_compiler *compiler, const void *value,
			 const struct bounce_location *location)
{
	struct bounce_location *copy;
	void *key = (void *)value;

	/* a structure and its first member have the same address: then it is
	   the structure's */
	if (hash_table_lookup(compiler->locations, key) != NULL)
		return;
	copy = p_new(compiler->pool, struct bounce_location, 1);
	*copy = *location;
	hash_table_insert(compiler->locations, key, copy);
}

const struct bounce_location *
bounce_location_get(struct bounce_compiler *compiler, const void *value)
{
	return hash_table_lookup(compiler->locations, (void *)value);
}

static void
locate(struct locate_ctx *ctx, const yaml_node_t *node, const void *value)
{
	struct bounce_location location = {
		.source = ctx->source,
		.line = bounce_yaml_line(node),
	};

	bounce_location_set(ctx->compiler, value, &location);
}

static void
locate_sequence(struct locate_ctx *ctx,
		const struct cyaml_schema_value *schema,
		const yaml_node_t *node, void *data)
{
	const struct cyaml_schema_value *entry = schema->sequence.entry;
	size_t size = (entry->flags & CYAML_FLAG_POINTER) != 0 ?
		sizeof(void *) : entry->data_size;
	const yaml_node_item_t *item;
	char *value = data;

	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		locate_value(ctx, entry,
			     yaml_document_get_node(ctx->doc, *item), value);
		value += size;
	}
}

static void
locate_mapping(struct locate_ctx *ctx, const struct cyaml_schema_value *schema,
	       const yaml_node_t *node, void *data)
{
	const struct cyaml_schema_field *field;
	const yaml_node_pair_t *pair;

	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key =
			yaml_document_get_node(ctx->doc, pair->key);
		void *member;

		field = bounce_yaml_field(schema, bounce_yaml_scalar(key));
		member = PTR_OFFSET(data, field->data_offset);
		locate(ctx, key, member);
		locate_value(ctx, &field->value,
			     yaml_document_get_node(ctx->doc, pair->value),
			     member);
	}
}

static void
locate_value(struct locate_ctx *ctx, const struct cyaml_schema_value *schema,
	     const yaml_node_t *node, void *data)
{
	if ((schema->flags & CYAML_FLAG_POINTER) != 0)
		data = *(void **)data;
	if (data == NULL)
		return;

	switch (schema->type) {
	case CYAML_MAPPING:
		locate(ctx, node, data);
		locate_mapping(ctx, schema, node, data);
		break;
	case CYAML_SEQUENCE:
		locate_sequence(ctx, schema, node, data);
		break;
	case CYAML_STRING:
		locate(ctx, node, data);
		break;
	default:
		/* the member of that value has its place already */
		break;
	}
}

void bounce_yaml_locate(struct bounce_compiler *compiler,
			const struct bounce_source *source,
			const struct cyaml_schema_value *schema,
			yaml_document_t *doc, void *data)
{
	struct locate_ctx ctx = {
		.compiler = compiler,
		.source = source,
		.doc = doc,
	};

	/* not the file's structure itself: it would hide its first member */
	locate_mapping(&ctx, schema, yaml_document_get_root_node(doc), data);
}
