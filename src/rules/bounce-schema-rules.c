/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Schemas of rules and of the formats of reports */

#include "lib.h"
#include "bounce-rules-names.h"
#include "bounce-schema.h"

static const cyaml_strval_t severities[] = {
	BOUNCE_SEVERITY_NAMES(BOUNCE_STRVAL)
};
static const cyaml_strval_t fixers[] = { BOUNCE_FIXER_NAMES(BOUNCE_STRVAL) };
static const cyaml_strval_t retries[] = { BOUNCE_RETRY_NAMES(BOUNCE_STRVAL) };
static const cyaml_strval_t ranks[] = { BOUNCE_RANK_NAMES(BOUNCE_STRVAL) };
static const cyaml_strval_t stages[] = { BOUNCE_STAGE_NAMES(BOUNCE_STRVAL) };
static const cyaml_strval_t confidences[] = {
	BOUNCE_CONFIDENCE_NAMES(BOUNCE_STRVAL)
};
static const cyaml_strval_t scopes[] = {
	{ "text", BOUNCE_SCOPE_TEXT },
	{ "provider", BOUNCE_SCOPE_PROVIDER },
};
static const cyaml_strval_t yes_no[] = {
	{ "yes", BOUNCE_YES },
	{ "no", BOUNCE_NO },
	{ "true", BOUNCE_YES },
	{ "false", BOUNCE_NO },
};

/* rules */
#define RULE_ENUM(key, member, strings) \
	BOUNCE_FIELD_ENUM(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_rule, \
			  member, strings)
#define RULE_TEXT(key, member, max) \
	BOUNCE_FIELD_TEXT(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_rule, \
			  member, max)
#define RULE_LIST(key, member, entry) \
	BOUNCE_FIELD_LIST(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_rule, \
			  member, entry)

/* an overlay gives only what it changes; see bounce-compile-rules.c for what
   a rule needs in the end */
const cyaml_schema_field_t bounce_schema_rule_fields[] = {
	BOUNCE_FIELD_TEXT("id", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_rule, id,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	RULE_TEXT("cause", cause, BOUNCE_LIMIT_RULE_ID_SIZE),
	RULE_ENUM("rank", rank, ranks),
	CYAML_FIELD_INT("weight", CYAML_FLAG_OPTIONAL,
			struct bounce_yaml_rule, weight),
	RULE_LIST("match", match, bounce_schema_pattern),
	RULE_LIST("all", all, bounce_schema_pattern),
	RULE_LIST("none", none, bounce_schema_pattern),
	RULE_LIST("url", url, bounce_schema_pattern),
	RULE_LIST("status", status, bounce_schema_id),
	RULE_LIST("code", code, bounce_schema_id),
	CYAML_FIELD_FLAGS("stage", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			  struct bounce_yaml_rule, stage, stages,
			  N_ELEMENTS(stages)),
	RULE_ENUM("scope", scope, scopes),
	RULE_ENUM("local", local, yes_no),
	RULE_ENUM("severity", severity, severities),
	RULE_ENUM("confidence", confidence, confidences),
	RULE_ENUM("fixer", fixer, fixers),
	RULE_ENUM("retry", retry, retries),
	RULE_TEXT("retry-after", retry_after, BOUNCE_LIMIT_RULE_ID_SIZE),
	RULE_TEXT("advice", advice, BOUNCE_LIMIT_RULE_ID_SIZE),
	RULE_TEXT("source", source, BOUNCE_LIMIT_RULE_TEXT_SIZE),
	RULE_ENUM("enabled", enabled, yes_no),
	RULE_LIST("examples", examples, bounce_schema_text),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t rule_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct bounce_yaml_rule,
			    bounce_schema_rule_fields)
};

#define RULES_TEXT(key, member, max) \
	BOUNCE_FIELD_TEXT(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_rules, \
			  member, max)
#define RULES_LIST(key, member, entry) \
	BOUNCE_FIELD_LIST(key, CYAML_FLAG_OPTIONAL, struct bounce_yaml_rules, \
			  member, entry)

const cyaml_schema_field_t bounce_schema_rules_fields[] = {
	RULES_TEXT("provider", provider, BOUNCE_LIMIT_RULE_ID_SIZE),
	RULES_TEXT("name", name, BOUNCE_LIMIT_RULE_TEXT_SIZE),
	RULES_LIST("hosts", hosts, bounce_schema_text),
	RULES_LIST("domains", domains, bounce_schema_text),
	RULES_TEXT("source", source, BOUNCE_LIMIT_RULE_TEXT_SIZE),
	RULES_LIST("rules", rules, rule_schema),
	CYAML_FIELD_END
};
const cyaml_schema_value_t bounce_schema_rules = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct bounce_yaml_rules,
			    bounce_schema_rules_fields)
};

/* formats */
#define STAGE_ROLE(stage) \
	(BOUNCE_ROLE_STAGE | (stage) << BOUNCE_YAML_ROLE_STAGE_SHIFT)

static const cyaml_strval_t roles[] = {
	BOUNCE_ROLE_NAMES(BOUNCE_STRVAL)
	{ "stage-connect", STAGE_ROLE(BOUNCE_STAGE_CONNECT) },
	{ "stage-helo", STAGE_ROLE(BOUNCE_STAGE_HELO) },
	{ "stage-tls", STAGE_ROLE(BOUNCE_STAGE_TLS) },
	{ "stage-auth", STAGE_ROLE(BOUNCE_STAGE_AUTH) },
	{ "stage-mail", STAGE_ROLE(BOUNCE_STAGE_MAIL) },
	{ "stage-rcpt", STAGE_ROLE(BOUNCE_STAGE_RCPT) },
	{ "stage-data", STAGE_ROLE(BOUNCE_STAGE_DATA) },
};
static const cyaml_strval_t places[] = {
	{ "header", BOUNCE_PLACE_HEADER + 1 },
	{ "body", BOUNCE_PLACE_BODY + 1 },
	{ "reply", BOUNCE_PLACE_REPLY + 1 },
};

static const cyaml_schema_field_t marker_fields[] = {
	BOUNCE_FIELD_ENUM("role", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_marker, role, roles),
	BOUNCE_FIELD_ENUM("in", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_marker, in, places),
	BOUNCE_FIELD_LIST("match", CYAML_FLAG_DEFAULT,
			  struct bounce_yaml_marker, match,
			  bounce_schema_pattern),
	BOUNCE_FIELD_ENUM("always", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_marker, always, yes_no),
	BOUNCE_FIELD_TEXT("language", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_marker, language,
			  BOUNCE_LIMIT_RULE_ID_SIZE),
	CYAML_FIELD_END
};
static const cyaml_schema_value_t marker_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct bounce_yaml_marker,
			    marker_fields)
};

#define FORMAT_TEXT(key, flags, member, max) \
	BOUNCE_FIELD_TEXT(key, flags, struct bounce_yaml_format, member, max)

const cyaml_schema_field_t bounce_schema_format_fields[] = {
	FORMAT_TEXT("format", CYAML_FLAG_DEFAULT, format,
		    BOUNCE_LIMIT_RULE_ID_SIZE),
	FORMAT_TEXT("name", CYAML_FLAG_OPTIONAL, name,
		    BOUNCE_LIMIT_RULE_TEXT_SIZE),
	FORMAT_TEXT("language", CYAML_FLAG_OPTIONAL, language,
		    BOUNCE_LIMIT_RULE_ID_SIZE),
	FORMAT_TEXT("source", CYAML_FLAG_OPTIONAL, source,
		    BOUNCE_LIMIT_RULE_TEXT_SIZE),
	BOUNCE_FIELD_LIST("markers", CYAML_FLAG_OPTIONAL,
			  struct bounce_yaml_format, markers, marker_schema),
	CYAML_FIELD_END
};
const cyaml_schema_value_t bounce_schema_format = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct bounce_yaml_format,
			    bounce_schema_format_fields)
};
