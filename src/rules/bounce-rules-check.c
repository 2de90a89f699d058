/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Is a mapped file a sound compiled rule file? A table says what each field of
   each record may hold; every one is checked here, once, so that nothing that
   reads the rules later has to. */

#include "lib.h"
#include "bounce-rules-private.h"

#include <sys/stat.h>

#define RUN_COMPILE "run `bouncecause compile` again"

enum field_check {
	FIELD_END = 0,
	FIELD_STRING,		/* offset in the string heap */
	FIELD_LIST,		/* range of the lists */
	FIELD_BELOW,		/* a number below `limit` */
	FIELD_INDEX,		/* index of a record of section `limit` */
	FIELD_INDEX_OR_NONE
};

struct field_rule {
	enum field_check check;
	uint32_t offset;
	uint32_t limit;
};

struct section_rule {
	const char *name;
	/* bytes of a record; 1 for what is no array of records */
	uint32_t record_size;
	const struct field_rule *fields;
};

static const struct field_rule cause_fields[] = {
#define OF(field) offsetof(struct bounce_cause_rec, field)
	{ FIELD_STRING, OF(id), 0 },
	{ FIELD_STRING, OF(keyword), 0 },
	{ FIELD_BELOW, OF(severity), BOUNCE_SEVERITY_TEMPORARY + 1 },
	{ FIELD_BELOW, OF(fixer), BOUNCE_FIXER_NOBODY + 1 },
	{ FIELD_BELOW, OF(retry), BOUNCE_RETRY_LATER + 1 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule language_fields[] = {
#define OF(field) offsetof(struct bounce_language_rec, field)
	{ FIELD_STRING, OF(tag), 0 },
	{ FIELD_STRING, OF(script_name), 0 },
	{ FIELD_STRING, OF(name), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule text_fields[] = {
#define OF(field) offsetof(struct bounce_text_rec, field)
	{ FIELD_INDEX, OF(language), BOUNCE_SECTION_LANGUAGES },
	{ FIELD_INDEX_OR_NONE, OF(cause), BOUNCE_SECTION_CAUSES },
	{ FIELD_STRING, OF(advice_id), 0 },
	{ FIELD_STRING, OF(title), 0 },
	{ FIELD_STRING, OF(reason), 0 },
	{ FIELD_STRING, OF(advice), 0 },
	{ FIELD_STRING, OF(reason_temporary), 0 },
	{ FIELD_STRING, OF(advice_temporary), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule word_fields[] = {
#define OF(field) offsetof(struct bounce_word_rec, field)
	{ FIELD_INDEX, OF(language), BOUNCE_SECTION_LANGUAGES },
	{ FIELD_STRING, OF(id), 0 },
	{ FIELD_STRING, OF(text), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule provider_fields[] = {
#define OF(field) offsetof(struct bounce_provider_rec, field)
	{ FIELD_STRING, OF(id), 0 },
	{ FIELD_STRING, OF(name), 0 },
	{ FIELD_LIST, OF(hosts), 0 },
	{ FIELD_LIST, OF(domains), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule rule_fields[] = {
#define OF(field) offsetof(struct bounce_rule_rec, field)
	{ FIELD_STRING, OF(id), 0 },
	{ FIELD_INDEX, OF(cause), BOUNCE_SECTION_CAUSES },
	{ FIELD_INDEX_OR_NONE, OF(provider), BOUNCE_SECTION_PROVIDERS },
	{ FIELD_BELOW, OF(rank), BOUNCE_RANK_PROVIDER + 1 },
	{ FIELD_LIST, OF(status), 0 },
	{ FIELD_LIST, OF(code), 0 },
	{ FIELD_BELOW, OF(stages), BOUNCE_STAGE_DATA * 2 },
	{ FIELD_BELOW, OF(needs_provider), 2 },
	{ FIELD_BELOW, OF(local), BOUNCE_NO + 1 },
	{ FIELD_BELOW, OF(severity), BOUNCE_SEVERITY_TEMPORARY + 1 },
	{ FIELD_BELOW, OF(confidence), BOUNCE_CONFIDENCE_HIGH + 1 },
	{ FIELD_BELOW, OF(fixer), BOUNCE_FIXER_NOBODY + 1 },
	{ FIELD_BELOW, OF(retry), BOUNCE_RETRY_LATER + 1 },
	{ FIELD_STRING, OF(advice_id), 0 },
	{ FIELD_STRING, OF(source), 0 },
	{ FIELD_STRING, OF(file), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule format_fields[] = {
#define OF(field) offsetof(struct bounce_format_rec, field)
	{ FIELD_STRING, OF(id), 0 },
	{ FIELD_STRING, OF(name), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

/* the owner depends on the role, see check_pattern_owners() */
static const struct field_rule pattern_fields[] = {
#define OF(field) offsetof(struct bounce_pattern_rec, field)
	{ FIELD_STRING, OF(pattern), 0 },
	{ FIELD_BELOW, OF(place), BOUNCE_PLACE_REPLY + 1 },
	{ FIELD_BELOW, OF(role), BOUNCE_ROLE_COUNT },
	{ FIELD_BELOW, OF(always), 2 },
	{ FIELD_STRING, OF(language), 0 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct field_rule domain_fields[] = {
#define OF(field) offsetof(struct bounce_domain_rec, field)
	{ FIELD_STRING, OF(domain), 0 },
	{ FIELD_BELOW, OF(well_known), 2 },
	{ FIELD_END, 0, 0 }
#undef OF
};

static const struct section_rule section_rules[BOUNCE_SECTION_COUNT] = {
	[BOUNCE_SECTION_STRINGS] = { "strings", 1, NULL },
	[BOUNCE_SECTION_LISTS] = { "lists", sizeof(uint32_t), NULL },
	[BOUNCE_SECTION_CAUSES] =
		{ "causes", sizeof(struct bounce_cause_rec), cause_fields },
	[BOUNCE_SECTION_LANGUAGES] =
		{ "languages", sizeof(struct bounce_language_rec),
		  language_fields },
	[BOUNCE_SECTION_TEXTS] =
		{ "texts", sizeof(struct bounce_text_rec), text_fields },
	[BOUNCE_SECTION_WORDS] =
		{ "words", sizeof(struct bounce_word_rec), word_fields },
	[BOUNCE_SECTION_PROVIDERS] =
		{ "providers", sizeof(struct bounce_provider_rec),
		  provider_fields },
	[BOUNCE_SECTION_RULES] =
		{ "rules", sizeof(struct bounce_rule_rec), rule_fields },
	[BOUNCE_SECTION_FORMATS] =
		{ "formats", sizeof(struct bounce_format_rec), format_fields },
	[BOUNCE_SECTION_PATTERNS] =
		{ "patterns", sizeof(struct bounce_pattern_rec),
		  pattern_fields },
	[BOUNCE_SECTION_DOMAINS] =
		{ "domains", sizeof(struct bounce_domain_rec), domain_fields },
	[BOUNCE_SECTION_DB_HEADER] = { "header patterns", 1, NULL },
	[BOUNCE_SECTION_DB_HEADER_WORDS] = { "header words", 1, NULL },
	[BOUNCE_SECTION_DB_BODY] = { "body patterns", 1, NULL },
	[BOUNCE_SECTION_DB_BODY_WORDS] = { "body words", 1, NULL },
	[BOUNCE_SECTION_DB_REPLY] = { "reply patterns", 1, NULL },
	[BOUNCE_SECTION_DB_REPLY_WORDS] = { "reply words", 1, NULL },
};

/* Only the magic, the version and the byte order say what the rest of the
   header means. */
static int
check_header(const struct bounce_rules_header *header, size_t size,
	     const char **error_r)
{
	if (size < sizeof(header->magic) ||
	    memcmp(header->magic, BOUNCE_RULES_MAGIC,
		   sizeof(header->magic)) != 0) {
		*error_r = "is not a compiled rule file; "
			"`bouncecause compile` makes one of the YAML rules";
		return -1;
	}
	if (size < sizeof(*header)) {
		*error_r = "is cut off; "RUN_COMPILE;
		return -1;
	}
	if (header->byte_order != BOUNCE_RULES_BYTE_ORDER) {
		*error_r = "was compiled on another kind of machine; "
			RUN_COMPILE" on this one";
		return -1;
	}
	if (header->version != BOUNCE_RULES_VERSION) {
		*error_r = t_strdup_printf(
			"was written by another version of bouncecause "
			"(format %u, this one reads %u); "RUN_COMPILE,
			header->version, BOUNCE_RULES_VERSION);
		return -1;
	}
	if (header->machine != BOUNCE_RULES_MACHINE) {
		*error_r = "was compiled for another kind of CPU; "
			RUN_COMPILE" on this machine";
		return -1;
	}
	if (header->file_size != size || size % sizeof(uint64_t) != 0) {
		*error_r = t_strdup_printf(
			"is cut off or overwritten: it has %zu bytes instead "
			"of %"PRIu64"; "RUN_COMPILE, size, header->file_size);
		return -1;
	}
	if (header->section_count != BOUNCE_SECTION_COUNT) {
		*error_r = "is damaged: wrong number of sections; "RUN_COMPILE;
		return -1;
	}
	return 0;
}

static bool
section_is_sound(const struct bounce_rules_header *header, unsigned int i)
{
	const struct bounce_rules_section *section = &header->sections[i];
	uint32_t record_size = section_rules[i].record_size;

	if (section->offset < sizeof(*header) ||
	    section->offset % BOUNCE_RULES_ALIGNMENT != 0 ||
	    section->offset > header->file_size ||
	    section->size > header->file_size - section->offset)
		return FALSE;
	if (i >= BOUNCE_SECTION_DB_HEADER) {
		return section->size == 0 ||
			section->size >= BOUNCE_RULES_DB_START_SIZE;
	}
	/* the checksum relies on it that databases are last */
	return section->size % record_size == 0 &&
		section->size / record_size < BOUNCE_NONE &&
		section->offset + section->size <=
		header->sections[BOUNCE_SECTION_DB_HEADER].offset;
}

static int
check_sections(struct bounce_rules *rules,
	       const struct bounce_rules_header *header, const char **error_r)
{
	unsigned int i;

	for (i = 0; i < BOUNCE_SECTION_COUNT; i++) {
		if (!section_is_sound(header, i)) {
			*error_r = t_strdup_printf(
				"is damaged: wrong bounds of section %s; "
				RUN_COMPILE, section_rules[i].name);
			return -1;
		}
		rules->counts[i] = header->sections[i].size /
			section_rules[i].record_size;
	}
	return 0;
}

static int
check_checksum(int fd, const struct bounce_rules_header *header,
	       const char **error_r)
{
	struct bounce_rules_checksum checksum;

	if (bounce_rules_checksum(fd, header, &checksum) < 0) {
		*error_r = t_strdup_printf("cannot be read: pread(): %m");
		return -1;
	}
	if (header->checksum.sum != checksum.sum ||
	    header->checksum.sums != checksum.sums) {
		*error_r = "is damaged: wrong checksum; "RUN_COMPILE;
		return -1;
	}
	return 0;
}

static int
check_strings_and_lists(const struct bounce_rules *rules, const char **error_r)
{
	uint32_t size = rules->counts[BOUNCE_SECTION_STRINGS], i;

	if (size == 0 || rules->strings[0] != '\0' ||
	    rules->strings[size-1] != '\0') {
		*error_r = "is damaged: open ends in section strings; "
			RUN_COMPILE;
		return -1;
	}
	for (i = 0; i < rules->counts[BOUNCE_SECTION_LISTS]; i++) {
		if (rules->lists[i] >= size) {
			*error_r = "is damaged: wrong string in section lists; "
				RUN_COMPILE;
			return -1;
		}
	}
	return 0;
}

static bool
field_is_sound(const struct bounce_rules *rules, const struct field_rule *rule,
	       const unsigned char *record)
{
	const uint32_t *value = (const void *)(record + rule->offset);
	const struct bounce_list *list = (const void *)value;
	uint32_t lists = rules->counts[BOUNCE_SECTION_LISTS];

	switch (rule->check) {
	case FIELD_END:
		break;
	case FIELD_STRING:
		return *value < rules->counts[BOUNCE_SECTION_STRINGS];
	case FIELD_LIST:
		return list->first <= lists &&
			list->count <= lists - list->first;
	case FIELD_BELOW:
		return *value < rule->limit;
	case FIELD_INDEX_OR_NONE:
		if (*value == BOUNCE_NONE)
			return TRUE;
		/* fall through */
	case FIELD_INDEX:
		return *value < rules->counts[rule->limit];
	}
	return TRUE;
}

static int
check_records(const struct bounce_rules *rules, const unsigned char *base,
	      const struct bounce_rules_header *header, const char **error_r)
{
	const struct field_rule *field;
	unsigned int i;
	uint32_t n;

	for (i = 0; i < BOUNCE_SECTION_COUNT; i++) {
		const struct section_rule *rule = &section_rules[i];
		const unsigned char *record =
			base + header->sections[i].offset;

		if (rule->fields == NULL)
			continue;
		for (n = 0; n < rules->counts[i]; n++) {
			for (field = rule->fields;
			     field->check != FIELD_END; field++) {
				if (field_is_sound(rules, field, record))
					continue;
				*error_r = t_strdup_printf(
					"is damaged: wrong value at byte %u of "
					"record %u of section %s; "RUN_COMPILE,
					field->offset, n, rule->name);
				return -1;
			}
			record += rule->record_size;
		}
	}
	return 0;
}

/* A pattern belongs to a rule or to a format, as its role says. */
static int
check_pattern_owners(const struct bounce_rules *rules, const char **error_r)
{
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_PATTERNS]; i++) {
		const struct bounce_pattern_rec *pattern = &rules->patterns[i];
		enum bounce_section section =
			pattern->role >= BOUNCE_ROLE_RULE_MATCH ?
			BOUNCE_SECTION_RULES : BOUNCE_SECTION_FORMATS;
		/* what scans a place looks for owners of its own kind */
		bool sound = pattern->owner < rules->counts[section] &&
			(pattern->role >= BOUNCE_ROLE_LIMIT) ==
			(pattern->place == BOUNCE_PLACE_REPLY);

		/* readers count the groups that hit */
		if (sound && pattern->role == BOUNCE_ROLE_RULE_ALL) {
			sound = pattern->detail <
				rules->rules[pattern->owner].all_count;
		}
		if (!sound) {
			*error_r = t_strdup_printf(
				"is damaged: wrong owner of pattern %u; "
				RUN_COMPILE, i);
			return -1;
		}
	}
	return 0;
}

/* Readers rely on a text for every cause in every language. */
static int
check_texts(const struct bounce_rules *rules, const char **error_r)
{
	uint64_t languages = rules->counts[BOUNCE_SECTION_LANGUAGES];
	uint64_t causes = rules->counts[BOUNCE_SECTION_CAUSES];
	uint32_t i;

	if (languages == 0 || causes == 0) {
		*error_r = "holds no causes or no texts; "RUN_COMPILE;
		return -1;
	}
	if (rules->counts[BOUNCE_SECTION_TEXTS] < languages * causes) {
		*error_r = "is damaged: texts are missing; "RUN_COMPILE;
		return -1;
	}
	for (i = 0; i < languages * causes; i++) {
		if (rules->texts[i].language != i / causes ||
		    rules->texts[i].cause != i % causes) {
			*error_r = "is damaged: texts are out of order; "
				RUN_COMPILE;
			return -1;
		}
	}
	return 0;
}

int bounce_rules_check(struct bounce_rules *rules, int fd, const void *map,
		       size_t size, const char **error_r)
{
	const struct bounce_rules_header *header = map;
	const unsigned char *base = map;

	if (check_header(header, size, error_r) < 0 ||
	    check_sections(rules, header, error_r) < 0 ||
	    check_checksum(fd, header, error_r) < 0)
		return -1;

#define SECTION(name) \
	((const void *)(base + header->sections[BOUNCE_SECTION_##name].offset))
	rules->strings = SECTION(STRINGS);
	rules->lists = SECTION(LISTS);
	rules->causes = SECTION(CAUSES);
	rules->languages = SECTION(LANGUAGES);
	rules->texts = SECTION(TEXTS);
	rules->words = SECTION(WORDS);
	rules->providers = SECTION(PROVIDERS);
	rules->rules = SECTION(RULES);
	rules->formats = SECTION(FORMATS);
	rules->patterns = SECTION(PATTERNS);
	rules->domains = SECTION(DOMAINS);
#undef SECTION

	if (check_strings_and_lists(rules, error_r) < 0 ||
	    check_records(rules, base, header, error_r) < 0 ||
	    check_pattern_owners(rules, error_r) < 0 ||
	    check_texts(rules, error_r) < 0)
		return -1;
	return 0;
}
