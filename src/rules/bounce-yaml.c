/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Loading one YAML file with libcyaml */

#include "lib.h"
#include "array.h"
#include "buffer.h"
#include "str.h"
#include "bounce-compile-private.h"

/* The keys at the top of a file say what is in it. */
static const struct bounce_yaml_kind *
yaml_kind(yaml_document_t *doc, const yaml_node_t *root)
{
	const struct bounce_yaml_kind *kind;
	const yaml_node_pair_t *pair;
	const char *key;

	for (kind = bounce_yaml_kinds; kind->name != NULL; kind++) {
		for (pair = root->data.mapping.pairs.start;
		     pair < root->data.mapping.pairs.top; pair++) {
			key = bounce_yaml_scalar(
				yaml_document_get_node(doc, pair->key));
			if (key != NULL && str_array_find(kind->keys, key))
				return kind;
		}
	}
	return NULL;
}

static const struct bounce_yaml_kind *
yaml_check_root(struct bounce_compiler *compiler,
		const struct bounce_source *source, yaml_document_t *doc)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);
	const struct bounce_yaml_kind *kind;
	string_t *keys = t_str_new(128);

	if (root == NULL) {
		bounce_problem_add(compiler->problems, BOUNCE_PROBLEM_WARNING,
				   source, 0, "holds nothing");
		return NULL;
	}
	kind = root->type != YAML_MAPPING_NODE ? NULL : yaml_kind(doc, root);
	if (kind != NULL)
		return kind;

	for (kind = bounce_yaml_kinds; kind->name != NULL; kind++) {
		str_printfa(keys, "%s`%s`", str_len(keys) == 0 ? "" :
			    kind[1].name == NULL ? " or " : ", ",
			    kind->keys[0]);
	}
	bounce_problem_add(compiler->problems, BOUNCE_PROBLEM_ERROR, source,
			   bounce_yaml_line(root), "is no rule file: "
			   "expected one of the keys %s at its top",
			   str_c(keys));
	compiler->incomplete = TRUE;
	return NULL;
}

static bool is_bad(const ARRAY_TYPE(yaml_node) *bad_nodes, int id)
{
	const int *bad;

	array_foreach(bad_nodes, bad) {
		if (*bad == id)
			return TRUE;
	}
	return FALSE;
}

/* Leave out bad items of lists and bad keys with their values. */
static void
yaml_prune(yaml_document_t *doc, const ARRAY_TYPE(yaml_node) *bad_nodes)
{
	yaml_node_t *node;
	yaml_node_item_t *item, *item_dest;
	yaml_node_pair_t *pair, *pair_dest;

	for (node = doc->nodes.start; node < doc->nodes.top; node++) {
		if (node->type == YAML_SEQUENCE_NODE) {
			item_dest = item = node->data.sequence.items.start;
			for (; item < node->data.sequence.items.top; item++) {
				if (!is_bad(bad_nodes, *item))
					*item_dest++ = *item;
			}
			node->data.sequence.items.top = item_dest;
		} else if (node->type == YAML_MAPPING_NODE) {
			pair_dest = pair = node->data.mapping.pairs.start;
			for (; pair < node->data.mapping.pairs.top; pair++) {
				if (!is_bad(bad_nodes, pair->key))
					*pair_dest++ = *pair;
			}
			node->data.mapping.pairs.top = pair_dest;
		}
	}
}

/* What is left out may be referred to: that is no second mistake. */
static void
yaml_note_broken(struct bounce_compiler *compiler, yaml_document_t *doc,
		 const ARRAY_TYPE(yaml_node) *bad_nodes)
{
	const yaml_node_pair_t *pair;
	const yaml_node_t *node;
	const char *key, *id;
	const int *bad;

	array_foreach(bad_nodes, bad) {
		node = yaml_document_get_node(doc, *bad);
		if (node->type != YAML_MAPPING_NODE)
			continue;
		for (pair = node->data.mapping.pairs.start;
		     pair < node->data.mapping.pairs.top; pair++) {
			key = bounce_yaml_scalar(
				yaml_document_get_node(doc, pair->key));
			id = bounce_yaml_scalar(
				yaml_document_get_node(doc, pair->value));
			if (null_strcmp(key, "id") == 0 && id != NULL)
				bounce_broken_add(compiler, id);
		}
	}
}

static int
dump_write(void *context, unsigned char *data, size_t size)
{
	buffer_append(context, data, size);
	return 1;
}

/* The document as text again. This uses it up. */
static void yaml_dump(yaml_document_t *doc, buffer_t *text)
{
	yaml_emitter_t emitter;

	buffer_set_used_size(text, 0);
	if (yaml_emitter_initialize(&emitter) == 0)
		i_fatal_status(FATAL_OUTOFMEM, "libyaml: out of memory");
	yaml_emitter_set_output(&emitter, dump_write, text);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	if (yaml_emitter_open(&emitter) == 0 ||
	    yaml_emitter_dump(&emitter, doc) == 0 ||
	    yaml_emitter_close(&emitter) == 0)
		i_fatal_status(FATAL_OUTOFMEM, "libyaml: out of memory");
	yaml_emitter_delete(&emitter);
}

/* libcyaml tells what is wrong in its log; the first line says it. */
static void ATTR_FORMAT(3, 0)
cyaml_log_first(cyaml_log_t level ATTR_UNUSED, void *context,
		const char *fmt, va_list args)
{
	string_t *str = context;

	if (str_len(str) == 0)
		str_vprintfa(str, fmt, args);
}

static cyaml_config_t cyaml_config(string_t *log)
{
	cyaml_config_t config = {
		.log_fn = cyaml_log_first,
		.log_ctx = log,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
		.flags = CYAML_CFG_NO_ALIAS,
	};
	return config;
}

static bool
yaml_load_data(struct bounce_compiler *compiler, struct bounce_yaml_file *file,
	       const buffer_t *text)
{
	string_t *log = t_str_new(128);
	cyaml_config_t config = cyaml_config(log);
	cyaml_err_t ret;

	ret = cyaml_load_data(text->data, text->used, &config,
			      file->kind->schema, &file->data, NULL);
	if (ret == CYAML_OK)
		return file->data != NULL;
	bounce_problem_add(compiler->problems, BOUNCE_PROBLEM_ERROR,
			   file->source, 0, "libcyaml refuses it: %s (%s)",
			   cyaml_strerror(ret), t_str_trim(str_c(log), "\n"));
	compiler->incomplete = TRUE;
	return FALSE;
}

static bool
yaml_load_text(struct bounce_compiler *compiler, struct bounce_yaml_file *file,
	       buffer_t *text)
{
	ARRAY_TYPE(yaml_node) bad_nodes;
	yaml_document_t doc, dump_doc;
	buffer_t *dumped = NULL;
	bool ok;

	bounce_yaml_parse(text, &doc);
	file->kind = yaml_check_root(compiler, file->source, &doc);
	if (file->kind == NULL) {
		yaml_document_delete(&doc);
		return FALSE;
	}

	t_array_init(&bad_nodes, 16);
	if (!bounce_yaml_check(compiler, file->source, file->kind, &doc,
			       &bad_nodes)) {
		compiler->incomplete = TRUE;
		yaml_document_delete(&doc);
		return FALSE;
	}
	if (array_count(&bad_nodes) > 0) {
		yaml_note_broken(compiler, &doc, &bad_nodes);
		yaml_prune(&doc, &bad_nodes);
		/* dumping uses up the document, the lines need it */
		dumped = buffer_create_dynamic(default_pool, text->used);
		bounce_yaml_parse(text, &dump_doc);
		yaml_prune(&dump_doc, &bad_nodes);
		yaml_dump(&dump_doc, dumped);
	}
	ok = yaml_load_data(compiler, file, dumped != NULL ? dumped : text);
	if (ok) {
		bounce_yaml_locate(compiler, file->source, file->kind->schema,
				   &doc, file->data);
	}
	buffer_free(&dumped);
	yaml_document_delete(&doc);
	return ok;
}

bool bounce_yaml_load(struct bounce_compiler *compiler,
		      const struct bounce_source *source,
		      struct bounce_yaml_file *file_r)
{
	buffer_t *text;
	bool ok;

	i_zero(file_r);
	file_r->source = source;
	text = bounce_yaml_read(compiler, source);
	if (text == NULL) {
		compiler->incomplete = TRUE;
		return FALSE;
	}
	T_BEGIN {
		ok = yaml_load_text(compiler, file_r, text);
	} T_END;
	buffer_free(&text);
	return ok;
}

void bounce_yaml_unload(struct bounce_yaml_file *file)
{
	T_BEGIN {
		cyaml_config_t config = cyaml_config(t_str_new(128));

		(void)cyaml_free(&config, file->kind->schema, file->data, 0);
	} T_END;
	file->data = NULL;
}
