/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Kinds of rule files, and what their schemas share */

#include "lib.h"
#include "array.h"
#include "bounce-schema.h"
#include "bounce-yaml.h"

const cyaml_schema_value_t bounce_schema_id = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1,
			   BOUNCE_LIMIT_RULE_ID_SIZE)
};

const cyaml_schema_value_t bounce_schema_text = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1,
			   BOUNCE_LIMIT_RULE_TEXT_SIZE)
};

const cyaml_schema_value_t bounce_schema_pattern = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1,
			   BOUNCE_LIMIT_PATTERN_SIZE)
};

static const char *const causes_keys[] = { "causes", NULL };
static const char *const texts_keys[] = {
	"language", "words", "advices", NULL
};
static const char *const rules_keys[] = {
	"rules", "provider", "hosts", "domains", NULL
};
static const char *const format_keys[] = { "format", "markers", NULL };
static const char *const domains_keys[] = { "well-known", "real", NULL };

/* Formats may name a language, and texts list causes: the order matters. */
const struct bounce_yaml_kind bounce_yaml_kinds[] = {
	{ "format", format_keys, &bounce_schema_format },
	{ "rules", rules_keys, &bounce_schema_rules },
	{ "texts", texts_keys, &bounce_schema_texts },
	{ "causes", causes_keys, &bounce_schema_causes },
	{ "domains", domains_keys, &bounce_schema_domains },
	{ NULL, NULL, NULL }
};
