/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The keys that a test compares with */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "str-sanitize.h"
#include "sieve-common.h"
#include "sieve-ast.h"
#include "sieve-commands.h"
#include "sieve-comparators.h"
#include "sieve-match-types.h"
#include "sieve-stringlist.h"
#include "sieve-validator.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "ext-bouncecause-common.h"
#include "bouncecause-keys.h"
#include "bouncecause-origin.h"

/*
 * Known values
 */

#define ADD_NAMES(names, func, last) \
	STMT_START { \
		unsigned int _i; \
		for (_i = 0; _i <= (unsigned int)(last); _i++) { \
			const char *_name = func(_i); \
			if (*_name != '\0') \
				array_push_back(names, &_name); \
		} \
	} STMT_END

/* All values that the item can have, NULL-terminated; NULL where they cannot
   be listed. Strings are valid as long as the rules. */
static const char *const *
known_values(enum bouncecause_value item, const struct bounce_rules *rules)
{
	ARRAY_TYPE(const_string) names;
	const char *id;
	uint32_t i;

	t_array_init(&names, 64);
	switch (item) {
	case BOUNCECAUSE_VALUE_CAUSE:
		if (rules == NULL)
			return NULL;
		for (i = 0; i < rules->counts[BOUNCE_SECTION_CAUSES]; i++) {
			id = bounce_rules_str(rules, rules->causes[i].id);
			array_push_back(&names, &id);
		}
		break;
	case BOUNCECAUSE_VALUE_KIND:
		ADD_NAMES(&names, bounce_kind_name, BOUNCE_KIND_FORWARDED);
		break;
	case BOUNCECAUSE_VALUE_SEVERITY:
		ADD_NAMES(&names, bounce_severity_name,
			  BOUNCE_SEVERITY_TEMPORARY);
		break;
	case BOUNCECAUSE_VALUE_CONFIDENCE:
		ADD_NAMES(&names, bounce_confidence_name,
			  BOUNCE_CONFIDENCE_HIGH);
		break;
	case BOUNCECAUSE_VALUE_FIXER:
		ADD_NAMES(&names, bounce_fixer_name, BOUNCE_FIXER_NOBODY);
		break;
	case BOUNCECAUSE_VALUE_ORIGIN:
		ADD_NAMES(&names, bouncecause_origin_name,
			  BOUNCECAUSE_ORIGIN_SENT);
		break;
	default:
		return NULL;
	}
	array_append_zero(&names);
	return array_front(&names);
}

/*
 * Warnings
 */

struct keys_validate_context {
	struct sieve_validator *valdtr;
	const char *item;
	const char *const *known;
	bool casemap;
};

static void
key_warn(const struct keys_validate_context *kctx,
	 struct sieve_ast_argument *key)
{
	const char *value = sieve_ast_argument_strc(key);
	const char *const *nearest;

	nearest = bounce_names_nearest(kctx->known, value, 1);
	sieve_argument_validate_warning(kctx->valdtr, key,
		"the bouncecause test compares :%s with `%s', which it never "
		"is%s%s%s", kctx->item, str_sanitize(value, 64),
		nearest[0] == NULL ? " (there are: " : "; did you mean `",
		nearest[0] == NULL ? t_strarray_join(kctx->known, ", ") :
		nearest[0], nearest[0] == NULL ? ")" : "'?");
}

static int key_validate(void *context, struct sieve_ast_argument *key)
{
	const struct keys_validate_context *kctx = context;
	const char *value;
	bool known;

	if (!sieve_argument_is_string_literal(key))
		return 1;
	value = sieve_ast_argument_strc(key);
	known = kctx->casemap ?
		str_array_icase_find(kctx->known, value) :
		str_array_find(kctx->known, value);
	if (!known)
		key_warn(kctx, key);
	return 1;
}

/* Is this an :is test, and is case of no matter to it? */
static bool keys_are_compared(struct sieve_command *tst, bool *casemap_r)
{
	struct sieve_ast_argument *arg = sieve_command_first_argument(tst);
	const struct sieve_match_type_context *mtctx;
	const struct sieve_comparator *cmp;

	*casemap_r = TRUE;
	for (; arg != NULL && arg != tst->first_positional;
	     arg = sieve_ast_argument_next(arg)) {
		if (sieve_argument_is_match_type(arg)) {
			mtctx = arg->argument->data;
			if (!sieve_match_type_is(mtctx->match_type,
						 is_match_type))
				return FALSE;
		} else if (sieve_argument_is_comparator(arg)) {
			cmp = sieve_comparator_tag_get(arg);
			if (sieve_comparator_is(cmp, i_octet_comparator)) {
				*casemap_r = FALSE;
			} else if (!sieve_comparator_is(
					cmp, i_ascii_casemap_comparator))
				return FALSE;
		}
	}
	return TRUE;
}

void bouncecause_keys_validate(struct sieve_validator *valdtr,
			       struct sieve_command *tst,
			       enum bouncecause_value item,
			       struct sieve_ast_argument *keys)
{
	struct keys_validate_context kctx = {
		.valdtr = valdtr,
		.item = bouncecause_value_name(item),
	};
	struct bounce_rules *rules = NULL;

	if (!keys_are_compared(tst, &kctx.casemap))
		return;
	if (item == BOUNCECAUSE_VALUE_CAUSE)
		rules = ext_bouncecause_rules_get_silent(tst->ext);
	T_BEGIN {
		kctx.known = known_values(item, rules);
		if (kctx.known != NULL) {
			(void)sieve_ast_stringlist_map(&keys, &kctx,
						       key_validate);
		}
	} T_END;
	bounce_rules_unref(&rules);
}

/*
 * Run time
 */

int bouncecause_keys_read_on(const struct sieve_match_type *mcht,
			     struct sieve_stringlist *keys, bool *matters_r)
{
	string_t *key;
	int ret;

	/* Patterns may match the one and not the other. */
	*matters_r = TRUE;
	if (!sieve_match_type_is(mcht, is_match_type))
		return SIEVE_EXEC_OK;

	sieve_stringlist_reset(keys);
	while ((ret = sieve_stringlist_next_item(keys, &key)) > 0) {
		if (strcasecmp(str_c(key),
			       bounce_kind_name(BOUNCE_KIND_NONE)) == 0 ||
		    strcasecmp(str_c(key),
			       bounce_kind_name(BOUNCE_KIND_FORWARDED)) == 0)
			return SIEVE_EXEC_OK;
	}
	if (ret < 0)
		return keys->exec_status;
	*matters_r = FALSE;
	return SIEVE_EXEC_OK;
}
