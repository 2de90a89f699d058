/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Texts in languages: placeholders, segments, and what each cause needs */

#include "lib.h"
#include "str.h"
#include "unichar.h"
#include "bounce-compile-private.h"

#include <ctype.h>

/* The language that stands in for what others lack */
#define FIRST_LANGUAGE "en"

static const char *const *
str_array_join(const char *const *a, const char *const *b)
{
	ARRAY_TYPE(const_string) joined;

	t_array_init(&joined, 64);
	for (; *a != NULL; a++)
		array_push_back(&joined, a);
	for (; b != NULL && *b != NULL; b++)
		array_push_back(&joined, b);
	array_append_zero(&joined);
	return array_front(&joined);
}

/* {name} with a name of small letters and - */
static void
text_check_placeholders(struct bounce_compiler *compiler, const char *text,
			const char *label, const char *const *known)
{
	const char *p = text, *end, *name;

	while ((p = strchr(p, '{')) != NULL) {
		end = p + 1 + strspn(p + 1, "abcdefghijklmnopqrstuvwxyz-_");
		name = t_strdup_until(p + 1, end);
		if (*end != '}') {
			bounce_error(compiler,
				     bounce_location_get(compiler, text),
				     "%s: `{%s` is not closed by a }", label,
				     name);
		} else if (known != NULL && !str_array_find(known, name)) {
			const char *hint =
				bounce_problem_did_you_mean(known, name);

			bounce_error(compiler,
				     bounce_location_get(compiler, text),
				     "%s: unknown placeholder {%s}%s", label,
				     name, *hint != '\0' ? hint :
				     t_strdup_printf(": expected %s",
					bounce_problem_list(known)));
		}
		p = end;
	}
}

/* [[ and ]] in pairs, not nested */
static void
text_check_segments(struct bounce_compiler *compiler, const char *text,
		    const char *label)
{
	const char *p = text;
	bool open = FALSE;

	for (; *p != '\0'; p++) {
		if (p[0] == '[' && p[1] == '[') {
			if (open)
				break;
			open = TRUE;
			p++;
		} else if (p[0] == ']' && p[1] == ']') {
			if (!open)
				break;
			open = FALSE;
			p++;
		}
	}
	if (open || *p != '\0') {
		bounce_error(compiler, bounce_location_get(compiler, text),
			     "%s: [[ and ]] are not in pairs", label);
	}
}

/* Texts are one line of plain text. */
static void
text_check_characters(struct bounce_compiler *compiler, const char *text,
		      const char *label)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++) {
		if (*p < ' ' || *p == 0x7f) {
			bounce_error(compiler,
				     bounce_location_get(compiler, text),
				     "%s: has a line end or another control "
				     "character; texts are one line "
				     "(YAML's `>-` folds several)", label);
			break;
		}
	}
}

static void
text_check(struct bounce_compiler *compiler, const char *text,
	   const char *label, const char *const *known)
{
	if (text == NULL)
		return;
	text_check_placeholders(compiler, text, label, known);
	text_check_segments(compiler, text, label);
	text_check_characters(compiler, text, label);
}

static void
texts_check(struct bounce_compiler *compiler, const char *what,
	    const ARRAY_TYPE(bounce_model_text) *list)
{
	const struct bounce_vocabulary *vocabulary = compiler->vocabulary;
	const char *const *known = vocabulary == NULL ? NULL :
		vocabulary->placeholders;
	struct bounce_model_text *text;

	array_foreach_elem(list, text) T_BEGIN {
		const char *label = t_strdup_printf("%s `%s`", what,
						    text->yaml.id);

		text_check(compiler, text->yaml.title, label, known);
		text_check(compiler, text->yaml.reason, label, known);
		text_check(compiler, text->yaml.advice, label, known);
		text_check(compiler, text->yaml.reason_temporary, label,
			   known);
		text_check(compiler, text->yaml.advice_temporary, label,
			   known);
	} T_END;
}

static void
words_check(struct bounce_compiler *compiler,
	    const struct bounce_model_language *language)
{
	const struct bounce_vocabulary *vocabulary = compiler->vocabulary;
	struct bounce_model_word *word;
	const char *const *known;

	array_foreach_elem(&language->word_list, word) T_BEGIN {
		known = vocabulary == NULL ? NULL :
			str_array_join(vocabulary->placeholders,
				       vocabulary->word_placeholders);
		if (vocabulary != NULL &&
		    !str_array_find(vocabulary->words, word->yaml.id)) {
			bounce_unknown(compiler, word->location, "word",
				       word->yaml.id, vocabulary->words);
		}
		text_check(compiler, word->yaml.text,
			   t_strdup_printf("word `%s`", word->yaml.id), known);
	} T_END;
}

static void
language_check(struct bounce_compiler *compiler,
	       const struct bounce_model_language *language)
{
	struct bounce_model_text *text;

	bounce_check_language(compiler, language->location, language->tag);
	array_foreach_elem(&language->cause_list, text) {
		if (hash_table_lookup(compiler->model->causes,
				      text->yaml.id) == NULL) T_BEGIN {
			bounce_unknown(compiler, text->location, "cause",
				       text->yaml.id,
				       bounce_cause_names(compiler));
		} T_END;
	}
	texts_check(compiler, "text of cause", &language->cause_list);
	texts_check(compiler, "advice", &language->advice_list);
	words_check(compiler, language);
}

/* Some language has to have each of the texts of a cause. */
static void
cause_check_texts(struct bounce_compiler *compiler,
		  const struct bounce_model_cause *cause)
{
	struct bounce_model_language *language;
	bool title = FALSE, reason = FALSE, advice = FALSE;

	array_foreach_elem(&compiler->model->language_list, language) {
		const struct bounce_model_text *text =
			hash_table_lookup(language->causes, cause->yaml.id);

		if (text == NULL)
			continue;
		title = title || text->yaml.title != NULL;
		reason = reason || text->yaml.reason != NULL;
		advice = advice || text->yaml.advice != NULL;
	}
	if (title && reason && advice)
		return;
	if (compiler->incomplete ||
	    hash_table_lookup(compiler->broken, cause->yaml.id) != NULL)
		return;
	bounce_error(compiler, cause->location, "cause `%s` has no %s "
		     "in any language: a file with `language` gives it under "
		     "`causes`", cause->yaml.id,
		     !title ? "title" : !reason ? "reason" : "advice");
}

static int language_cmp(struct bounce_model_language *const *a,
			struct bounce_model_language *const *b)
{
	bool a_first = strcasecmp((*a)->tag, FIRST_LANGUAGE) == 0;
	bool b_first = strcasecmp((*b)->tag, FIRST_LANGUAGE) == 0;

	if (a_first != b_first)
		return a_first ? -1 : 1;
	return strcasecmp((*a)->tag, (*b)->tag);
}

void bounce_compile_texts(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_language *language;
	struct bounce_model_cause *cause;

	array_sort(&model->language_list, language_cmp);
	array_foreach_elem(&model->language_list, language) T_BEGIN {
		language_check(compiler, language);
	} T_END;
	array_foreach_elem(&model->cause_list, cause)
		cause_check_texts(compiler, cause);
}
