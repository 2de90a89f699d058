/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Schemas of the catalogue of causes, of its texts, and of domains */

#include "lib.h"
#include "bounce-rules-names.h"
#include "bounce-schema.h"

static const cyaml_strval_t severities[] = {
	BOUNCE_SEVERITY_NAMES(BOUNCE_STRVAL)
};
static const cyaml_strval_t fixers[] = { BOUNCE_FIXER_NAMES(BOUNCE_STRVAL) };
static const cyaml_strval_t retries[] = { BOUNCE_RETRY_NAMES(BOUNCE_STRVAL) };

/* causes: what an overlay does not give stays; see bounce-compile-causes.c for
   what a cause needs in the end */
const cyaml_schema_field_t bounce_schema_cause_fields[] = {
	BOUNCE_FIELD_TEXT("id", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_cause, id,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	CYAML_FIELD_UINT("row", CYAML_FLAG_OPTIONAL,
			 struct bounce_yaml_cause, row),
	BOUNCE_FIELD_ENUM("severity", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_cause, severity, severities),
	BOUNCE_FIELD_ENUM("fixer", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_cause, fixer, fixers),
	BOUNCE_FIELD_ENUM("retry", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_cause, retry, retries),
	BOUNCE_FIELD_TEXT("retry-after", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_cause, retry_after,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t cause_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct bounce_yaml_cause,
			    bounce_schema_cause_fields)
};

static const cyaml_schema_field_t causes_fields[] = {
	BOUNCE_FIELD_LIST("causes", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_causes, causes, cause_schema),
	CYAML_FIELD_END
};
const cyaml_schema_value_t bounce_schema_causes = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct bounce_yaml_causes,
			    causes_fields)
};

/* texts */
static const cyaml_schema_field_t word_fields[] = {
	BOUNCE_FIELD_TEXT("id", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_word, id,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	BOUNCE_FIELD_TEXT("text", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_word, text,
			  BOUNCE_LIMIT_RULE_TEXT_SIZE),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t word_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct bounce_yaml_word,
			    word_fields)
};

#define TEXT_FIELD(key, member) \
	BOUNCE_FIELD_TEXT(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_text, \
			  member, BOUNCE_LIMIT_RULE_TEXT_SIZE)

const cyaml_schema_field_t bounce_schema_text_fields[] = {
	BOUNCE_FIELD_TEXT("id", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_text, id,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	TEXT_FIELD("title", title),
	TEXT_FIELD("reason", reason),
	TEXT_FIELD("advice", advice),
	TEXT_FIELD("reason-temporary", reason_temporary),
	TEXT_FIELD("advice-temporary", advice_temporary),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct bounce_yaml_text,
			    bounce_schema_text_fields)
};

static const cyaml_schema_field_t texts_fields[] = {
	BOUNCE_FIELD_TEXT("language", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_texts, language,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	BOUNCE_FIELD_TEXT("name", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_texts, name,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	BOUNCE_FIELD_LIST("words", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_texts, words, word_schema),
	BOUNCE_FIELD_LIST("causes", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_texts, causes, text_schema),
	BOUNCE_FIELD_LIST("advices", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_texts, advices, text_schema),
	CYAML_FIELD_END
};
const cyaml_schema_value_t bounce_schema_texts = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct bounce_yaml_texts,
			    texts_fields)
};

/* domains */
static const cyaml_schema_field_t domains_fields[] = {
	BOUNCE_FIELD_LIST("well-known", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_domains, well_known,
			  bounce_schema_text),
	BOUNCE_FIELD_LIST("real", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_domains, real,
			  bounce_schema_text),
	CYAML_FIELD_END
};
const cyaml_schema_value_t bounce_schema_domains = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct bounce_yaml_domains,
			    domains_fields)
};
