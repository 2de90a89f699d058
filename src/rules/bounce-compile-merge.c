/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Laying later directories over earlier ones */

#include "lib.h"
#include "bounce-compile-private.h"

/* Copy what src gives to dest, which is of an earlier layer or empty. */
static void
overlay_fields(struct bounce_compiler *compiler,
	       const cyaml_schema_field_t *fields, void *dest, const void *src)
{
	const cyaml_schema_field_t *field;

	for (field = fields; field->key != NULL; field++) {
		const void *from = CONST_PTR_OFFSET(src, field->data_offset);
		void *to = PTR_OFFSET(dest, field->data_offset);
		const struct bounce_location *location =
			bounce_location_get(compiler, from);

		if (location == NULL)
			continue;
		if ((field->value.flags & CYAML_FLAG_POINTER) != 0)
			memcpy(to, from, sizeof(void *));
		else
			memcpy(to, from, field->value.data_size);
		if (field->value.type == CYAML_SEQUENCE) {
			memcpy(PTR_OFFSET(dest, field->count_offset),
			       CONST_PTR_OFFSET(src, field->count_offset),
			       field->count_size);
		}
		bounce_location_set(compiler, to, location);
	}
}

/* An item of an id that exists. Returns FALSE, and tells it, where the one is
   not of an earlier layer. */
static bool
may_overlay(struct bounce_compiler *compiler, const char *what, const char *id,
	    const struct bounce_location *location, unsigned int layer,
	    const struct bounce_location *old_location)
{
	if (layer < location->source->layer)
		return TRUE;
	bounce_error(compiler, location, "%s `%s` is given twice, "
		     "first in %s:%u", what, id, old_location->source->path,
		     old_location->line);
	return FALSE;
}

static void
merge_cause(struct bounce_compiler *compiler,
	    const struct bounce_yaml_cause *yaml)
{
	struct bounce_model *model = compiler->model;
	const struct bounce_location *location =
		bounce_location_get(compiler, yaml);
	struct bounce_model_cause *cause;

	cause = hash_table_lookup(model->causes, yaml->id);
	if (cause == NULL) {
		cause = p_new(compiler->pool, struct bounce_model_cause, 1);
		hash_table_insert(model->causes, yaml->id, cause);
		array_push_back(&model->cause_list, &cause);
	} else if (!may_overlay(compiler, "cause", yaml->id, location,
				cause->layer, cause->location)) {
		return;
	}
	cause->layer = location->source->layer;
	cause->location = location;
	overlay_fields(compiler, bounce_schema_cause_fields, &cause->yaml,
		       yaml);
}

static struct bounce_model_language *
merge_language(struct bounce_compiler *compiler, const char *tag)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_language *language;

	language = hash_table_lookup(model->languages, tag);
	if (language != NULL)
		return language;

	language = p_new(compiler->pool, struct bounce_model_language, 1);
	language->tag = tag;
	language->script_name = p_strdup(compiler->pool,
					 t_str_replace(tag, '-', '_'));
	language->name = tag;
	language->location = bounce_location_get(compiler, tag);
	hash_table_create(&language->words, default_pool, 0, str_hash, strcmp);
	hash_table_create(&language->causes, default_pool, 0, str_hash, strcmp);
	hash_table_create(&language->advices, default_pool, 0,
			  str_hash, strcmp);
	p_array_init(&language->word_list, compiler->pool, 32);
	p_array_init(&language->cause_list, compiler->pool, 64);
	p_array_init(&language->advice_list, compiler->pool, 32);
	hash_table_insert(model->languages, language->tag, language);
	array_push_back(&model->language_list, &language);
	return language;
}

static void
merge_word(struct bounce_compiler *compiler,
	   struct bounce_model_language *language,
	   const struct bounce_yaml_word *yaml)
{
	const struct bounce_location *location =
		bounce_location_get(compiler, yaml);
	struct bounce_model_word *word;

	word = hash_table_lookup(language->words, yaml->id);
	if (word == NULL) {
		word = p_new(compiler->pool, struct bounce_model_word, 1);
		hash_table_insert(language->words, yaml->id, word);
		array_push_back(&language->word_list, &word);
	} else if (!may_overlay(compiler, "word", yaml->id, location,
				word->layer, word->location)) {
		return;
	}
	word->layer = location->source->layer;
	word->location = location;
	word->yaml = *yaml;
}

static void
merge_text(struct bounce_compiler *compiler, const char *what,
	   HASH_TABLE_TYPE(bounce_model_text) texts,
	   ARRAY_TYPE(bounce_model_text) *list,
	   const struct bounce_yaml_text *yaml)
{
	const struct bounce_location *location =
		bounce_location_get(compiler, yaml);
	struct bounce_model_text *text;

	text = hash_table_lookup(texts, yaml->id);
	if (text == NULL) {
		text = p_new(compiler->pool, struct bounce_model_text, 1);
		hash_table_insert(texts, yaml->id, text);
		array_push_back(list, &text);
	} else if (!may_overlay(compiler, what, yaml->id, location,
				text->layer, text->location)) {
		return;
	}
	text->layer = location->source->layer;
	text->location = location;
	overlay_fields(compiler, bounce_schema_text_fields, &text->yaml, yaml);
}

static void
merge_texts(struct bounce_compiler *compiler,
	    const struct bounce_yaml_texts *yaml)
{
	struct bounce_model_language *language =
		merge_language(compiler, yaml->language);
	unsigned int i;

	if (yaml->name != NULL)
		language->name = yaml->name;
	for (i = 0; i < yaml->words_count; i++)
		merge_word(compiler, language, &yaml->words[i]);
	for (i = 0; i < yaml->causes_count; i++) {
		merge_text(compiler, "text of cause", language->causes,
			   &language->cause_list, &yaml->causes[i]);
	}
	for (i = 0; i < yaml->advices_count; i++) {
		merge_text(compiler, "advice", language->advices,
			   &language->advice_list, &yaml->advices[i]);
	}
}

/* A provider's rules may be in several files, but what recognises it is given
   once in a layer. */
static struct bounce_model_provider *
merge_provider(struct bounce_compiler *compiler,
	       const struct bounce_yaml_rules *yaml)
{
	struct bounce_model *model = compiler->model;
	const struct bounce_location *location;
	struct bounce_model_provider *provider;
	bool gives = yaml->name != NULL || yaml->hosts_count > 0 ||
		yaml->domains_count > 0;

	if (yaml->provider == NULL)
		return NULL;
	location = bounce_location_get(compiler, yaml->provider);
	provider = hash_table_lookup(model->providers, yaml->provider);
	if (provider == NULL) {
		provider = p_new(compiler->pool,
				 struct bounce_model_provider, 1);
		provider->id = provider->name = yaml->provider;
		provider->idx = array_count(&model->provider_list);
		hash_table_insert(model->providers, provider->id, provider);
		array_push_back(&model->provider_list, &provider);
	} else if (gives && provider->layer > 0 &&
		   !may_overlay(compiler, "provider", yaml->provider, location,
				provider->layer, provider->location)) {
		return provider;
	}
	if (provider->location == NULL || gives)
		provider->location = location;
	if (gives)
		provider->layer = location->source->layer;
	if (yaml->name != NULL)
		provider->name = yaml->name;
	if (bounce_given(compiler, &yaml->hosts)) {
		provider->hosts = yaml->hosts;
		provider->hosts_count = yaml->hosts_count;
	}
	if (bounce_given(compiler, &yaml->domains)) {
		provider->domains = yaml->domains;
		provider->domains_count = yaml->domains_count;
	}
	return provider;
}

static void
merge_rule(struct bounce_compiler *compiler,
	   struct bounce_model_provider *provider, const char *file_source,
	   const struct bounce_yaml_rule *yaml)
{
	struct bounce_model *model = compiler->model;
	const struct bounce_location *location =
		bounce_location_get(compiler, yaml);
	struct bounce_model_rule *rule;

	rule = hash_table_lookup(model->rules, yaml->id);
	if (rule == NULL) {
		rule = p_new(compiler->pool, struct bounce_model_rule, 1);
		hash_table_insert(model->rules, yaml->id, rule);
		array_push_back(&model->all_rules, &rule);
	} else if (!may_overlay(compiler, "rule", yaml->id, location,
				rule->layer, rule->location)) {
		return;
	}
	rule->layer = location->source->layer;
	rule->location = location;
	if (provider != NULL)
		rule->provider = provider;
	if (yaml->source != NULL)
		rule->source = yaml->source;
	else if (rule->source == NULL)
		rule->source = file_source;
	overlay_fields(compiler, bounce_schema_rule_fields, &rule->yaml, yaml);
	rule->enabled = rule->yaml.enabled != BOUNCE_NO;
}

static void
merge_rules(struct bounce_compiler *compiler,
	    const struct bounce_yaml_rules *yaml)
{
	struct bounce_model_provider *provider = merge_provider(compiler, yaml);
	unsigned int i;

	if (provider == NULL && (yaml->hosts_count > 0 ||
				 yaml->domains_count > 0)) {
		bounce_error(compiler, bounce_location_get(compiler,
			yaml->hosts_count > 0 ? (const void *)&yaml->hosts :
			&yaml->domains),
			"`provider` is missing: whose names are these?");
	}
	for (i = 0; i < yaml->rules_count; i++)
		merge_rule(compiler, provider, yaml->source, &yaml->rules[i]);
}

static void
merge_format(struct bounce_compiler *compiler,
	     const struct bounce_yaml_format *yaml)
{
	struct bounce_model *model = compiler->model;
	const struct bounce_location *location =
		bounce_location_get(compiler, yaml->format);
	struct bounce_model_format *format;

	format = hash_table_lookup(model->formats, yaml->format);
	if (format == NULL) {
		format = p_new(compiler->pool, struct bounce_model_format, 1);
		hash_table_insert(model->formats, yaml->format, format);
		array_push_back(&model->format_list, &format);
	} else if (!may_overlay(compiler, "format", yaml->format, location,
				format->layer, format->location)) {
		return;
	}
	format->layer = location->source->layer;
	format->location = location;
	overlay_fields(compiler, bounce_schema_format_fields, &format->yaml,
		       yaml);
}

static void
merge_domain_list(struct bounce_compiler *compiler, const char *const *domains,
		  unsigned int count, bool well_known)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_domain *domain;
	unsigned int i;

	for (i = 0; i < count; i++) {
		domain = hash_table_lookup(model->domains, domains[i]);
		if (domain == NULL) {
			domain = p_new(compiler->pool,
				       struct bounce_model_domain, 1);
			domain->domain = domains[i];
			hash_table_insert(model->domains, domain->domain,
					  domain);
			array_push_back(&model->domain_list, &domain);
		}
		if (well_known)
			domain->well_known = TRUE;
	}
}

static void
merge_domains(struct bounce_compiler *compiler,
	      const struct bounce_yaml_domains *yaml)
{
	merge_domain_list(compiler, yaml->well_known, yaml->well_known_count,
			  TRUE);
	merge_domain_list(compiler, yaml->real, yaml->real_count, FALSE);
}

static struct bounce_model *model_new(pool_t pool)
{
	struct bounce_model *model = p_new(pool, struct bounce_model, 1);

	hash_table_create(&model->causes, default_pool, 0, str_hash, strcmp);
	/* tags and domains are the same in any case */
	hash_table_create(&model->languages, default_pool, 0,
			  strcase_hash, strcasecmp);
	hash_table_create(&model->providers, default_pool, 0,
			  str_hash, strcmp);
	hash_table_create(&model->rules, default_pool, 0, str_hash, strcmp);
	hash_table_create(&model->formats, default_pool, 0, str_hash, strcmp);
	hash_table_create(&model->domains, default_pool, 0,
			  strcase_hash, strcasecmp);
	p_array_init(&model->cause_list, pool, 64);
	p_array_init(&model->language_list, pool, 8);
	p_array_init(&model->provider_list, pool, 128);
	p_array_init(&model->all_rules, pool, 1024);
	p_array_init(&model->rule_list, pool, 1024);
	p_array_init(&model->format_list, pool, 64);
	p_array_init(&model->domain_list, pool, 256);
	p_array_init(&model->patterns, pool, 2048);
	return model;
}

void bounce_compile_merge(struct bounce_compiler *compiler)
{
	const struct bounce_yaml_file *file;

	compiler->model = model_new(compiler->pool);
	array_foreach(&compiler->files, file) T_BEGIN {
		const cyaml_schema_value_t *schema = file->kind->schema;

		if (schema == &bounce_schema_causes) {
			const struct bounce_yaml_causes *causes = file->data;
			unsigned int i;

			for (i = 0; i < causes->causes_count; i++)
				merge_cause(compiler, &causes->causes[i]);
		} else if (schema == &bounce_schema_texts) {
			merge_texts(compiler, file->data);
		} else if (schema == &bounce_schema_rules) {
			merge_rules(compiler, file->data);
		} else if (schema == &bounce_schema_format) {
			merge_format(compiler, file->data);
		} else {
			merge_domains(compiler, file->data);
		}
	} T_END;
}
