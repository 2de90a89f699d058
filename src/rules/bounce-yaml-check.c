/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Walking libcyaml's schema over a parsed file, to tell all that is wrong */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "bounce-limits.h"
#include "bounce-compile-private.h"

#include <ctype.h>
#include <stdlib.h>

/* Longest piece of a value that is quoted in a problem */
#define QUOTE_MAX_LEN 60

struct check_ctx {
	struct bounce_compiler *compiler;
	const struct bounce_source *source;
	yaml_document_t *doc;
	/* what is walked is in this node, which is left out if it is bad */
	int unit;
	/* "rule `a.b`: " in front of problems */
	const char *unit_label;
	ARRAY_TYPE(yaml_node) *bad_nodes;
	bool unusable;
};

static void check_value(struct check_ctx *ctx,
			const struct cyaml_schema_value *schema,
			const char *name, const yaml_node_t *node);

static void ATTR_FORMAT(3, 4)
check_error(struct check_ctx *ctx, const yaml_node_t *node,
	    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	bounce_problem_add(ctx->compiler->problems, BOUNCE_PROBLEM_ERROR,
			   ctx->source, bounce_yaml_line(node), "%s%s",
			   ctx->unit_label, t_strdup_vprintf(fmt, args));
	va_end(args);
	if (ctx->unit == 0 ||
	    array_count(ctx->bad_nodes) >= BOUNCE_LIMIT_YAML_BAD_NODES)
		ctx->unusable = TRUE;
	else if (!array_is_empty(ctx->bad_nodes) &&
		 *array_back(ctx->bad_nodes) == ctx->unit)
		; /* known to be bad */
	else
		array_push_back(ctx->bad_nodes, &ctx->unit);
}

static const char *quote(const char *value)
{
	return t_strdup_printf("`%s`", str_sanitize_utf8(value, QUOTE_MAX_LEN));
}

static const char *const *
field_names(const struct cyaml_schema_value *schema)
{
	const struct cyaml_schema_field *field;
	ARRAY_TYPE(const_string) names;

	t_array_init(&names, 32);
	for (field = schema->mapping.fields; field->key != NULL; field++)
		array_push_back(&names, &field->key);
	array_append_zero(&names);
	return array_front(&names);
}

static const char *const *
enum_names(const struct cyaml_schema_value *schema)
{
	ARRAY_TYPE(const_string) names;
	uint32_t i;

	t_array_init(&names, 32);
	for (i = 0; i < schema->enumeration.count; i++)
		array_push_back(&names, &schema->enumeration.strings[i].str);
	array_append_zero(&names);
	return array_front(&names);
}

static const char *type_name(const struct cyaml_schema_value *schema)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return "keys and values (key: value)";
	case CYAML_SEQUENCE:
	case CYAML_FLAGS:
		return "a list ([a, b], or a line `- a` for each)";
	case CYAML_INT:
	case CYAML_UINT:
		return "a whole number";
	default:
		return "a text";
	}
}

static yaml_node_type_t node_type(const struct cyaml_schema_value *schema)
{
	switch (schema->type) {
	case CYAML_MAPPING:
		return YAML_MAPPING_NODE;
	case CYAML_SEQUENCE:
	case CYAML_FLAGS:
		return YAML_SEQUENCE_NODE;
	default:
		return YAML_SCALAR_NODE;
	}
}

static void
check_string(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	     const char *name, const yaml_node_t *node)
{
	size_t len = node->data.scalar.length;

	if (strlen(bounce_yaml_scalar(node)) != len)
		check_error(ctx, node, "`%s` holds a NUL character", name);
	else if (len == 0)
		check_error(ctx, node, "`%s` is empty: expected a text", name);
	else if (len > schema->string.max)
		check_error(ctx, node, "`%s` has %zu bytes, allowed are %u",
			    name, len, schema->string.max);
}

static void
check_enum(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	   const char *name, const yaml_node_t *node)
{
	const char *value = bounce_yaml_scalar(node);
	const char *const *names = enum_names(schema);

	if (str_array_find(names, value))
		return;
	check_error(ctx, node, "`%s` is %s: expected %s%s", name, quote(value),
		    bounce_problem_list(names),
		    bounce_problem_did_you_mean(names, value));
}

static void
check_int(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	  const char *name, const yaml_node_t *node)
{
	const char *value = bounce_yaml_scalar(node);
	const char *digits = value;
	bool valid;
	int number;

	if (*digits == '+' || *digits == '-')
		digits++;
	/* +-3 is none for libcyaml */
	valid = i_isdigit(*digits) &&
		str_to_int(value[0] == '+' ? digits : value, &number) == 0;
	if (!valid || (number < 0 && schema->type == CYAML_UINT)) {
		check_error(ctx, node, "`%s` is %s: expected a whole number",
			    name, quote(value));
		return;
	}
	/* which libcyaml takes for octal */
	if (digits[0] == '0' && digits[1] != '\0') {
		check_error(ctx, node, "`%s` is %s: expected a whole number "
			    "without zeros in front", name, quote(value));
	}
}

/* One of a list */
static void
check_item(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	   const char *name, const yaml_node_t *node)
{
	const struct cyaml_schema_value *entry = schema->sequence.entry;
	bool flags = schema->type == CYAML_FLAGS;

	if (node->type != (flags ? YAML_SCALAR_NODE : node_type(entry))) {
		check_error(ctx, node, "each of `%s` must be %s", name,
			    flags ? "a text" : type_name(entry));
	} else if (flags) {
		check_enum(ctx, schema, name, node);
	} else {
		check_value(ctx, entry, name, node);
	}
}

static void
check_sequence(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	       const char *name, const yaml_node_t *node)
{
	const yaml_node_item_t *item;
	size_t count = node->data.sequence.items.top -
		node->data.sequence.items.start;
	bool at_top = ctx->unit == 0;

	if (schema->type == CYAML_SEQUENCE && count > schema->sequence.max) {
		check_error(ctx, node, "`%s` has %zu items, allowed are %u",
			    name, count, schema->sequence.max);
		return;
	}
	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++) {
		if (at_top)
			ctx->unit = *item;
		check_item(ctx, schema, name,
			   yaml_document_get_node(ctx->doc, *item));
		if (at_top)
			ctx->unit = 0;
	}
}

/* The item's name in problems: its list's key, less the plural, and its id */
static const char *
unit_label(struct check_ctx *ctx, const char *name, const yaml_node_t *node)
{
	const yaml_node_pair_t *pair;
	const char *key, *id;
	size_t len = strlen(name);

	if (len > 0 && name[len-1] == 's')
		len--;
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		key = bounce_yaml_scalar(
			yaml_document_get_node(ctx->doc, pair->key));
		id = bounce_yaml_scalar(
			yaml_document_get_node(ctx->doc, pair->value));
		if (null_strcmp(key, "id") != 0 || id == NULL)
			continue;
		return t_strdup_printf("%.*s %s: ", (int)len, name, quote(id));
	}
	return t_strdup_printf("%.*s: ", (int)len, name);
}

/* "; rules are in a file of their own", for a key at the top that another kind
   of file has */
static const char *other_kind_hint(const char *key)
{
	const struct bounce_yaml_kind *kind;

	for (kind = bounce_yaml_kinds; kind->name != NULL; kind++) {
		if (str_array_find(kind->keys, key)) {
			return t_strdup_printf("; `%s` belongs into a file of "
					       "its own", key);
		}
	}
	return "";
}

static void
check_key(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	  const yaml_node_t *key_node, const char *const *seen)
{
	const char *key = bounce_yaml_scalar(key_node);
	const char *const *names = field_names(schema);

	if (key == NULL) {
		check_error(ctx, key_node, "a key must be a plain word");
	} else if (!str_array_find(names, key)) {
		const char *hint = bounce_problem_did_you_mean(names, key);

		if (*ctx->unit_label == '\0' && *other_kind_hint(key) != '\0')
			hint = other_kind_hint(key);
		check_error(ctx, key_node, "unknown key %s%s", quote(key),
			    *hint != '\0' ? hint :
			    t_strdup_printf(": expected %s",
					    bounce_problem_list(names)));
	} else if (str_array_find(seen, key)) {
		check_error(ctx, key_node, "`%s` is given twice", key);
	}
}

static void
check_missing(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	      const yaml_node_t *node, const char *const *seen)
{
	const struct cyaml_schema_field *field;

	for (field = schema->mapping.fields; field->key != NULL; field++) {
		if ((field->value.flags & CYAML_FLAG_OPTIONAL) == 0 &&
		    !str_array_find(seen, field->key))
			check_error(ctx, node, "`%s` is missing", field->key);
	}
}

static void
check_pairs(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	    const yaml_node_t *node, bool at_top)
{
	const struct cyaml_schema_field *field;
	const yaml_node_pair_t *pair;
	ARRAY_TYPE(const_string) seen;
	const yaml_node_t *value;
	const char *key;

	t_array_init(&seen, 16);
	array_append_zero(&seen);
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key_node =
			yaml_document_get_node(ctx->doc, pair->key);

		/* at the top a key that is wrong goes, its file stays */
		if (at_top)
			ctx->unit = pair->key;
		check_key(ctx, schema, key_node, array_front(&seen));
		key = bounce_yaml_scalar(key_node);
		field = key == NULL ? NULL : bounce_yaml_field(schema, key);
		value = yaml_document_get_node(ctx->doc, pair->value);
		if (field != NULL) {
			if (!str_array_find(array_front(&seen), key))
				array_insert(&seen, 0, &key, 1);
			/* the items of a list at the top are units */
			if (at_top && value->type == YAML_SEQUENCE_NODE &&
			    field->value.type == CYAML_SEQUENCE)
				ctx->unit = 0;
			check_value(ctx, &field->value, key, value);
		}
		if (at_top)
			ctx->unit = 0;
	}
	check_missing(ctx, schema, node, array_front(&seen));
}

static void
check_value(struct check_ctx *ctx, const struct cyaml_schema_value *schema,
	    const char *name, const yaml_node_t *node)
{
	const char *outer_label = ctx->unit_label;

	if (node->type != node_type(schema)) {
		check_error(ctx, node, "`%s` must be %s", name,
			    type_name(schema));
		return;
	}
	switch (schema->type) {
	case CYAML_MAPPING:
		ctx->unit_label = unit_label(ctx, name, node);
		check_pairs(ctx, schema, node, FALSE);
		ctx->unit_label = outer_label;
		break;
	case CYAML_SEQUENCE:
	case CYAML_FLAGS:
		check_sequence(ctx, schema, name, node);
		break;
	case CYAML_INT:
	case CYAML_UINT:
		check_int(ctx, schema, name, node);
		break;
	case CYAML_ENUM:
		check_enum(ctx, schema, name, node);
		break;
	case CYAML_STRING:
		check_string(ctx, schema, name, node);
		break;
	default:
		i_unreached();
	}
}

bool bounce_yaml_check(struct bounce_compiler *compiler,
		       const struct bounce_source *source,
		       const struct bounce_yaml_kind *kind,
		       yaml_document_t *doc, ARRAY_TYPE(yaml_node) *bad_nodes)
{
	struct check_ctx ctx = {
		.compiler = compiler,
		.source = source,
		.doc = doc,
		.unit_label = "",
		.bad_nodes = bad_nodes,
	};

	check_pairs(&ctx, kind->schema, yaml_document_get_root_node(doc), TRUE);
	return !ctx.unusable;
}
