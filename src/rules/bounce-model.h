#ifndef BOUNCE_MODEL_H
#define BOUNCE_MODEL_H

#include "bounce-schema.h"

/* What all rule files say together: the later directories laid over the
   earlier ones, then checked, resolved and numbered as in the compiled file. */

struct bounce_source;
struct bounce_location;

struct bounce_model_cause {
	/* overlaid; the first member of each item is */
	struct bounce_yaml_cause yaml;
	unsigned int layer;
	const struct bounce_location *location;

	const char *keyword;
	uint32_t retry_after;
	uint32_t idx;
};

struct bounce_model_text {
	struct bounce_yaml_text yaml;
	unsigned int layer;
	const struct bounce_location *location;
};

HASH_TABLE_DEFINE_TYPE(bounce_model_text, const char *,
		       struct bounce_model_text *);
ARRAY_DEFINE_TYPE(bounce_model_text, struct bounce_model_text *);

struct bounce_model_word {
	struct bounce_yaml_word yaml;
	unsigned int layer;
	const struct bounce_location *location;
};

struct bounce_model_language {
	const char *tag;
	const char *script_name;
	const char *name;
	const struct bounce_location *location;

	HASH_TABLE(const char *, struct bounce_model_word *) words;
	HASH_TABLE_TYPE(bounce_model_text) causes;
	HASH_TABLE_TYPE(bounce_model_text) advices;
	/* in order of coming */
	ARRAY(struct bounce_model_word *) word_list;
	ARRAY_TYPE(bounce_model_text) cause_list;
	ARRAY_TYPE(bounce_model_text) advice_list;
};

struct bounce_model_provider {
	const char *id;
	const char *name;
	BOUNCE_YAML_LIST(hosts);
	BOUNCE_YAML_LIST(domains);
	/* of what gave name, hosts and domains */
	unsigned int layer;
	const struct bounce_location *location;
	uint32_t idx;
};

struct bounce_model_rule {
	struct bounce_yaml_rule yaml;
	unsigned int layer;
	/* where it was given last */
	const struct bounce_location *location;
	struct bounce_model_provider *provider;
	/* its own or its file's */
	const char *source;
	bool enabled;
	/* something is wrong with it, and has been told */
	bool bad;

	/* resolved */
	uint32_t idx;
	uint32_t cause;
	uint32_t retry_after;
};

struct bounce_model_format {
	struct bounce_yaml_format yaml;
	unsigned int layer;
	const struct bounce_location *location;
};

struct bounce_model_domain {
	const char *domain;
	bool well_known;
};

struct bounce_model_pattern {
	const char *text;
	const struct bounce_location *location;
	enum bounce_pattern_place place;
	enum bounce_role role;
	uint32_t detail;
	uint32_t owner;
	bool always;
	const char *language;

	/* as libhs takes it */
	const char *expression;
	unsigned int flags;
	uint32_t min_width;
	/* cannot be compiled; this was told */
	bool bad;
};
ARRAY_DEFINE_TYPE(bounce_model_pattern, struct bounce_model_pattern);

struct bounce_model {
	HASH_TABLE(const char *, struct bounce_model_cause *) causes;
	HASH_TABLE(const char *, struct bounce_model_language *) languages;
	HASH_TABLE(const char *, struct bounce_model_provider *) providers;
	HASH_TABLE(const char *, struct bounce_model_rule *) rules;
	HASH_TABLE(const char *, struct bounce_model_format *) formats;
	HASH_TABLE(const char *, struct bounce_model_domain *) domains;

	/* in order of coming; languages are sorted by tag, English first, and
	   domains by name */
	ARRAY(struct bounce_model_cause *) cause_list;
	ARRAY(struct bounce_model_language *) language_list;
	ARRAY(struct bounce_model_provider *) provider_list;
	/* with those that are switched off */
	ARRAY(struct bounce_model_rule *) all_rules;
	ARRAY(struct bounce_model_rule *) rule_list;
	ARRAY(struct bounce_model_format *) format_list;
	ARRAY(struct bounce_model_domain *) domain_list;
	ARRAY_TYPE(bounce_model_pattern) patterns;

	/* as the compiled file holds them; NULL where there is no pattern */
	buffer_t *databases[BOUNCE_DATABASE_COUNT];
};

#endif
