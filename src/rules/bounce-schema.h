#ifndef BOUNCE_SCHEMA_H
#define BOUNCE_SCHEMA_H

#include "bounce-limits.h"
#include "bounce-rules-file.h"

#include <cyaml/cyaml.h>

/* What libcyaml loads from rule files. What a file does not give is NULL or
   0; bounce_given() tells whether it was given. The first member of each item
   is one that must be given. */

#define BOUNCE_YAML_LIST(name) \
	const char **name; \
	unsigned int name##_count

/* causes: the catalogue */
struct bounce_yaml_cause {
	const char *id;
	unsigned int row;
	enum bounce_severity severity;
	enum bounce_fixer fixer;
	enum bounce_retry retry;
	const char *retry_after;
};
struct bounce_yaml_causes {
	struct bounce_yaml_cause *causes;
	unsigned int causes_count;
};

/* language: the texts in a language */
struct bounce_yaml_word {
	const char *id;
	const char *text;
};
struct bounce_yaml_text {
	const char *id;
	const char *title;
	const char *reason;
	const char *advice;
	const char *reason_temporary;
	const char *advice_temporary;
};
struct bounce_yaml_texts {
	const char *language;
	const char *name;
	struct bounce_yaml_word *words;
	unsigned int words_count;
	struct bounce_yaml_text *causes;
	unsigned int causes_count;
	/* without a title */
	struct bounce_yaml_text *advices;
	unsigned int advices_count;
};

/* rules, maybe of a provider */
enum bounce_scope {
	BOUNCE_SCOPE_UNSET = 0,
	BOUNCE_SCOPE_TEXT,
	BOUNCE_SCOPE_PROVIDER
};
struct bounce_yaml_rule {
	const char *id;
	const char *cause;
	enum bounce_rank rank;
	int weight;
	BOUNCE_YAML_LIST(match);
	BOUNCE_YAML_LIST(all);
	BOUNCE_YAML_LIST(none);
	BOUNCE_YAML_LIST(url);
	BOUNCE_YAML_LIST(status);
	BOUNCE_YAML_LIST(code);
	uint32_t stage;			/* bits of enum bounce_stage */
	enum bounce_scope scope;
	enum bounce_tristate local;
	enum bounce_severity severity;
	enum bounce_confidence confidence;
	enum bounce_fixer fixer;
	enum bounce_retry retry;
	const char *retry_after;
	const char *advice;
	const char *source;
	enum bounce_tristate enabled;
	BOUNCE_YAML_LIST(examples);
};
struct bounce_yaml_rules {
	const char *provider;
	const char *name;
	BOUNCE_YAML_LIST(hosts);
	BOUNCE_YAML_LIST(domains);
	const char *source;
	struct bounce_yaml_rule *rules;
	unsigned int rules_count;
};

/* format: how a report is recognised and read */
struct bounce_yaml_marker {
	/* enum bounce_role; of a stage the role is BOUNCE_ROLE_STAGE and the
	   stage is in the upper bits */
	uint32_t role;
	/* enum bounce_pattern_place + 1 */
	uint32_t in;
	BOUNCE_YAML_LIST(match);
	enum bounce_tristate always;
	const char *language;
};
#define BOUNCE_YAML_ROLE_STAGE_SHIFT 8
struct bounce_yaml_format {
	const char *format;
	const char *name;
	const char *language;
	const char *source;
	struct bounce_yaml_marker *markers;
	unsigned int markers_count;
};

/* well-known, real: lists of domains */
struct bounce_yaml_domains {
	BOUNCE_YAML_LIST(well_known);
	BOUNCE_YAML_LIST(real);
};

extern const cyaml_schema_value_t bounce_schema_causes;
extern const cyaml_schema_value_t bounce_schema_texts;
extern const cyaml_schema_value_t bounce_schema_rules;
extern const cyaml_schema_value_t bounce_schema_format;
extern const cyaml_schema_value_t bounce_schema_domains;

/* The items of these, for overlays */
extern const cyaml_schema_field_t bounce_schema_cause_fields[];
extern const cyaml_schema_field_t bounce_schema_text_fields[];
extern const cyaml_schema_field_t bounce_schema_rule_fields[];
/* of the file: provider, name, hosts, domains, source, rules */
extern const cyaml_schema_field_t bounce_schema_rules_fields[];
extern const cyaml_schema_field_t bounce_schema_format_fields[];

/* What schemas share */
extern const cyaml_schema_value_t bounce_schema_id;
extern const cyaml_schema_value_t bounce_schema_text;
extern const cyaml_schema_value_t bounce_schema_pattern;

#define BOUNCE_FIELD_TEXT(key, flags, structure, member, max) \
	CYAML_FIELD_STRING_PTR(key, flags, structure, member, 1, max)
#define BOUNCE_FIELD_LIST(key, flags, structure, member, entry) \
	CYAML_FIELD_SEQUENCE(key, (flags) | CYAML_FLAG_POINTER, structure, \
			     member, &(entry), 0, BOUNCE_LIMIT_RULE_LIST)
#define BOUNCE_FIELD_ENUM(key, flags, structure, member, strings) \
	CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, structure, member, \
			 strings, N_ELEMENTS(strings))
/* for a macro of bounce-rules-names.h */
#define BOUNCE_STRVAL(name, value) { name, value },

#endif
