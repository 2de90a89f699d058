/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Languages that lag behind the first one, and texts that nothing uses */

#include "lib.h"
#include "str.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

/* What a text of a cause or an advice consists of */
static const struct {
	const char *key;
	size_t offset;
} text_keys[] = {
	{ "title", offsetof(struct bounce_yaml_text, title) },
	{ "reason", offsetof(struct bounce_yaml_text, reason) },
	{ "advice", offsetof(struct bounce_yaml_text, advice) },
	{ "reason-temporary",
	  offsetof(struct bounce_yaml_text, reason_temporary) },
	{ "advice-temporary",
	  offsetof(struct bounce_yaml_text, advice_temporary) },
};

/* A text that other languages should have, too */
struct lint_text {
	const char *what;
	const struct bounce_model_text *text;
	/* where languages are told that are of an earlier directory: those that
	   have nothing of it, and by key those that have some of it */
	const struct bounce_location *location;
	string_t *nothing;
	string_t *keys[N_ELEMENTS(text_keys)];
};

static const char *
text_member(const struct bounce_model_text *text, unsigned int key)
{
	const char *const *member =
		CONST_PTR_OFFSET(&text->yaml, text_keys[key].offset);

	return *member;
}

static void add_name(string_t *names, const char *name)
{
	if (str_len(names) > 0)
		str_append(names, ", ");
	str_append(names, name);
}

/* Where something is missing is told at the text's neighbours, or at the
   language's own line. But where these are of an earlier directory, as ours are
   for an administrator, it is told at what came to them. */
static void
lint_text_language(struct bounce_compiler *compiler, struct lint_text *lint,
		   const struct bounce_model_language *language,
		   const struct bounce_model_text *own)
{
	const struct bounce_location *location =
		own != NULL ? own->location : language->location;
	bool earlier = location->source->layer < lint->text->layer;
	unsigned int i;

	if (own == NULL && earlier) {
		add_name(lint->nothing, language->name);
		return;
	}
	for (i = 0; i < N_ELEMENTS(text_keys); i++) {
		if (text_member(lint->text, i) == NULL ||
		    (own != NULL && text_member(own, i) != NULL))
			continue;
		if (earlier) {
			add_name(lint->keys[i], language->name);
			continue;
		}
		bounce_warning(compiler, location, "%s has no `%s` of %s `%s`",
			       language->name, text_keys[i].key, lint->what,
			       lint->text->yaml.id);
	}
}

static void
lint_text_earlier(struct bounce_compiler *compiler,
		  const struct lint_text *lint)
{
	const char *id = lint->text->yaml.id;
	unsigned int i;

	if (str_len(lint->nothing) > 0) {
		bounce_warning(compiler, lint->location,
			       "%s `%s` has no texts in %s", lint->what, id,
			       str_c(lint->nothing));
	}
	for (i = 0; i < N_ELEMENTS(text_keys); i++) {
		if (str_len(lint->keys[i]) == 0)
			continue;
		bounce_warning(compiler, lint->location,
			       "%s `%s` has no `%s` in %s", lint->what, id,
			       text_keys[i].key, str_c(lint->keys[i]));
	}
}

/* Do these languages have what another one has? */
static void
lint_text(struct bounce_compiler *compiler,
	  struct bounce_model_language *const *languages, unsigned int count,
	  const struct bounce_model_text *text, bool advice)
{
	struct lint_text lint = {
		.what = advice ? "advice" : "cause",
		.text = text,
		.location = text->location,
		.nothing = t_str_new(128)
	};
	const struct bounce_model_cause *cause = advice ? NULL :
		hash_table_lookup(compiler->model->causes, text->yaml.id);
	unsigned int i;

	/* the cause's own entry, unless it is older than the text */
	if (cause != NULL && cause->layer >= text->layer)
		lint.location = cause->location;
	for (i = 0; i < N_ELEMENTS(lint.keys); i++)
		lint.keys[i] = t_str_new(128);
	for (i = 0; i < count; i++) {
		lint_text_language(compiler, &lint, languages[i],
			hash_table_lookup(advice ? languages[i]->advices :
					  languages[i]->causes,
					  text->yaml.id));
	}
	lint_text_earlier(compiler, &lint);
}

static void
lint_language(struct bounce_compiler *compiler,
	      const struct bounce_model_language *measure,
	      struct bounce_model_language *const *languages,
	      unsigned int count)
{
	struct bounce_model_text *text;

	array_foreach_elem(&measure->cause_list, text) T_BEGIN {
		lint_text(compiler, languages, count, text, FALSE);
	} T_END;
	array_foreach_elem(&measure->advice_list, text) T_BEGIN {
		lint_text(compiler, languages, count, text, TRUE);
	} T_END;
}

static void
lint_words(struct bounce_compiler *compiler,
	   const struct bounce_model_language *language)
{
	const struct bounce_vocabulary *vocabulary = compiler->vocabulary;
	const char *const *word;

	if (vocabulary == NULL)
		return;
	for (word = vocabulary->words; *word != NULL; word++) {
		if (hash_table_lookup(language->words, *word) != NULL)
			continue;
		bounce_warning(compiler, language->location,
			       "%s has no word `%s`", language->name, *word);
	}
}

/* Told once, in the first language that has it */
static void lint_unused_advices(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	/* by advice: a rule that names it, or that it was told */
	HASH_TABLE(const char *, void *) known;
	struct bounce_model_language *language;
	struct bounce_model_text *text;
	struct bounce_model_rule *rule;

	hash_table_create(&known, default_pool, 0, str_hash, strcmp);
	array_foreach_elem(&model->rule_list, rule) {
		if (rule->yaml.advice != NULL)
			hash_table_update(known, rule->yaml.advice,
					  (void *)rule);
	}
	array_foreach_elem(&model->language_list, language) {
		array_foreach_elem(&language->advice_list, text) {
			if (hash_table_lookup(known, text->yaml.id) != NULL)
				continue;
			hash_table_insert(known, text->yaml.id, (void *)text);
			bounce_warning(compiler, text->location,
				       "no rule names the advice `%s`",
				       text->yaml.id);
		}
	}
	hash_table_destroy(&known);
}

void bounce_lint_texts(struct bounce_compiler *compiler)
{
	struct bounce_model_language *const *languages;
	unsigned int i, count;

	/* what the first one has, all should have; it is itself measured by
	   the second */
	languages = array_get(&compiler->model->language_list, &count);
	if (count > 1) {
		lint_language(compiler, languages[0], languages + 1, count - 1);
		lint_language(compiler, languages[1], languages, 1);
	}
	for (i = 0; i < count; i++)
		lint_words(compiler, languages[i]);
	lint_unused_advices(compiler);
}
