/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Languages that lag behind the first one, and texts that nothing uses */

#include "lib.h"
#include "bounce-compile-private.h"
#include "bounce-lint.h"

/* One text that a language should have, as others have it. Where it is missing
   is told at the text's neighbours, or at the language's own line. */
static void
lint_text(struct bounce_compiler *compiler,
	  const struct bounce_model_language *language,
	  const struct bounce_model_text *own, const char *what,
	  const char *id, const char *key, const char *text,
	  const char *first_text)
{
	if (text != NULL || first_text == NULL)
		return;
	bounce_warning(compiler, own != NULL ? own->location :
		       language->location, "%s has no `%s` of %s `%s`",
		       language->name, key, what, id);
}

#define LINT_TEXT(what, id, key, member) \
	lint_text(compiler, language, own, what, id, key, \
		  own == NULL ? NULL : own->yaml.member, first->yaml.member)

static void
lint_cause(struct bounce_compiler *compiler,
	   const struct bounce_model_language *language, const char *id,
	   const struct bounce_model_text *first)
{
	const struct bounce_model_text *own =
		hash_table_lookup(language->causes, id);

	LINT_TEXT("cause", id, "title", title);
	LINT_TEXT("cause", id, "reason", reason);
	LINT_TEXT("cause", id, "advice", advice);
	LINT_TEXT("cause", id, "reason-temporary", reason_temporary);
	LINT_TEXT("cause", id, "advice-temporary", advice_temporary);
}

static void
lint_advice(struct bounce_compiler *compiler,
	    const struct bounce_model_language *language, const char *id,
	    const struct bounce_model_text *first)
{
	const struct bounce_model_text *own =
		hash_table_lookup(language->advices, id);

	LINT_TEXT("advice", id, "reason", reason);
	LINT_TEXT("advice", id, "advice", advice);
}

/* What any language has, all should have. */
static void
lint_language(struct bounce_compiler *compiler,
	      const struct bounce_model_language *language)
{
	const struct bounce_vocabulary *vocabulary = compiler->vocabulary;
	struct bounce_model_language *other;
	struct bounce_model_text *text;
	const char *const *word;

	array_foreach_elem(&compiler->model->language_list, other) {
		if (other == language)
			continue;
		array_foreach_elem(&other->cause_list, text)
			lint_cause(compiler, language, text->yaml.id, text);
		array_foreach_elem(&other->advice_list, text)
			lint_advice(compiler, language, text->yaml.id, text);
		/* the first one is the measure, and is itself measured by
		   the second */
		break;
	}
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
	struct bounce_model_language *language;

	array_foreach_elem(&compiler->model->language_list, language)
		lint_language(compiler, language);
	lint_unused_advices(compiler);
}
