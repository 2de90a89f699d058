/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Writing the compiled rule file */

#include "lib.h"
#include "str.h"
#include "write-full.h"
#include "path-util.h"
#include "safe-mkstemp.h"
#include "bounce-compile-private.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct writer {
	struct bounce_model *model;
	buffer_t *sections[BOUNCE_SECTION_COUNT];
	/* strings that are in the heap, and where */
	HASH_TABLE(const char *, void *) offsets;
};

#define WRITE_REC(writer, section, rec) \
	buffer_append((writer)->sections[section], rec, sizeof(*(rec)))

/* A string is in the heap once. */
static uint32_t write_str(struct writer *writer, const char *str)
{
	buffer_t *heap = writer->sections[BOUNCE_SECTION_STRINGS];
	void *value;
	uint32_t offset;

	if (str == NULL || *str == '\0')
		return 0;
	value = hash_table_lookup(writer->offsets, str);
	if (value != NULL)
		return POINTER_CAST_TO(value, uint32_t);
	offset = heap->used;
	buffer_append(heap, str, strlen(str) + 1);
	hash_table_insert(writer->offsets, str, POINTER_CAST(offset));
	return offset;
}

static struct bounce_list
write_list(struct writer *writer, const char *const *strs, unsigned int count)
{
	buffer_t *lists = writer->sections[BOUNCE_SECTION_LISTS];
	struct bounce_list list = {
		.first = lists->used / sizeof(uint32_t),
		.count = count,
	};
	unsigned int i;

	for (i = 0; i < count; i++) {
		uint32_t offset = write_str(writer, strs[i]);

		buffer_append(lists, &offset, sizeof(offset));
	}
	return list;
}

static void write_causes(struct writer *writer)
{
	struct bounce_model_cause *cause;

	array_foreach_elem(&writer->model->cause_list, cause) {
		struct bounce_cause_rec rec = {
			.id = write_str(writer, cause->yaml.id),
			.keyword = write_str(writer, cause->keyword),
			.row = cause->yaml.row,
			.severity = cause->yaml.severity,
			.fixer = cause->yaml.fixer,
			.retry = cause->yaml.retry,
			.retry_after = cause->retry_after,
		};
		WRITE_REC(writer, BOUNCE_SECTION_CAUSES, &rec);
	}
}

/* A text of a cause that the language lacks is that of the first language
   which has it. */
#define FALLBACK_TEXT(model, cause_id, own, member) \
	((own) != NULL && (own)->yaml.member != NULL ? (own)->yaml.member : \
	 fallback_text(model, cause_id, \
		       offsetof(struct bounce_yaml_text, member)))

static const char *
fallback_text(struct bounce_model *model, const char *cause_id, size_t offset)
{
	struct bounce_model_language *language;

	array_foreach_elem(&model->language_list, language) {
		const struct bounce_model_text *text =
			hash_table_lookup(language->causes, cause_id);
		const char *const *str;

		if (text == NULL)
			continue;
		str = CONST_PTR_OFFSET(&text->yaml, offset);
		if (*str != NULL)
			return *str;
	}
	return "";
}

static void
write_cause_texts(struct writer *writer, uint32_t idx,
		  const struct bounce_model_language *language)
{
	struct bounce_model *model = writer->model;
	struct bounce_model_cause *cause;

	array_foreach_elem(&model->cause_list, cause) {
		const char *id = cause->yaml.id;
		const struct bounce_model_text *own =
			hash_table_lookup(language->causes, id);
		struct bounce_text_rec rec = {
			.language = idx,
			.cause = cause->idx,
			.title = write_str(writer,
				FALLBACK_TEXT(model, id, own, title)),
			.reason = write_str(writer,
				FALLBACK_TEXT(model, id, own, reason)),
			.advice = write_str(writer,
				FALLBACK_TEXT(model, id, own, advice)),
		};

		/* languages are not mixed within a text: where it has no
		   temporary one, its other one does */
		if (own != NULL) {
			rec.reason_temporary = write_str(writer,
				own->yaml.reason_temporary);
			rec.advice_temporary = write_str(writer,
				own->yaml.advice_temporary);
		}
		WRITE_REC(writer, BOUNCE_SECTION_TEXTS, &rec);
	}
}

static void
write_advices(struct writer *writer, uint32_t idx,
	      const struct bounce_model_language *language)
{
	struct bounce_model_text *text;

	array_foreach_elem(&language->advice_list, text) {
		struct bounce_text_rec rec = {
			.language = idx,
			.cause = BOUNCE_NONE,
			.advice_id = write_str(writer, text->yaml.id),
			.title = write_str(writer, text->yaml.title),
			.reason = write_str(writer, text->yaml.reason),
			.advice = write_str(writer, text->yaml.advice),
			.reason_temporary = write_str(writer,
				text->yaml.reason_temporary),
			.advice_temporary = write_str(writer,
				text->yaml.advice_temporary),
		};
		WRITE_REC(writer, BOUNCE_SECTION_TEXTS, &rec);
	}
}

static void write_languages(struct writer *writer)
{
	struct bounce_model_language *language;
	struct bounce_model_word *word;
	uint32_t idx = 0;

	array_foreach_elem(&writer->model->language_list, language) {
		struct bounce_language_rec rec = {
			.tag = write_str(writer, language->tag),
			.script_name = write_str(writer,
						 language->script_name),
			.name = write_str(writer, language->name),
		};
		WRITE_REC(writer, BOUNCE_SECTION_LANGUAGES, &rec);
		write_cause_texts(writer, idx, language);
		array_foreach_elem(&language->word_list, word) {
			struct bounce_word_rec word_rec = {
				.language = idx,
				.id = write_str(writer, word->yaml.id),
				.text = write_str(writer, word->yaml.text),
			};
			WRITE_REC(writer, BOUNCE_SECTION_WORDS, &word_rec);
		}
		idx++;
	}
	idx = 0;
	array_foreach_elem(&writer->model->language_list, language)
		write_advices(writer, idx++, language);
}

static void write_providers(struct writer *writer)
{
	struct bounce_model_provider *provider;
	struct bounce_model_domain *domain;

	array_foreach_elem(&writer->model->provider_list, provider) {
		struct bounce_provider_rec rec = {
			.id = write_str(writer, provider->id),
			.name = write_str(writer, provider->name),
			.hosts = write_list(writer, provider->hosts,
					    provider->hosts_count),
			.domains = write_list(writer, provider->domains,
					      provider->domains_count),
		};
		WRITE_REC(writer, BOUNCE_SECTION_PROVIDERS, &rec);
	}
	array_foreach_elem(&writer->model->domain_list, domain) {
		struct bounce_domain_rec rec = {
			.domain = write_str(writer, domain->domain),
			.well_known = domain->well_known ? 1 : 0,
		};
		WRITE_REC(writer, BOUNCE_SECTION_DOMAINS, &rec);
	}
}

static void write_rules(struct writer *writer)
{
	struct bounce_model_rule *rule;

	array_foreach_elem(&writer->model->rule_list, rule) {
		const struct bounce_yaml_rule *yaml = &rule->yaml;
		struct bounce_rule_rec rec = {
			.id = write_str(writer, yaml->id),
			.cause = rule->cause,
			.provider = rule->provider == NULL ? BOUNCE_NONE :
				rule->provider->idx,
			.rank = yaml->rank,
			.weight = yaml->weight,
			.match_count = yaml->match_count,
			.url_count = yaml->url_count,
			.all_count = yaml->all_count,
			.none_count = yaml->none_count,
			.status = write_list(writer, yaml->status,
					     yaml->status_count),
			.code = write_list(writer, yaml->code,
					   yaml->code_count),
			.stages = yaml->stage,
			.needs_provider =
				yaml->scope == BOUNCE_SCOPE_PROVIDER ? 1 : 0,
			.local = yaml->local,
			.severity = yaml->severity,
			.confidence = yaml->confidence,
			.fixer = yaml->fixer,
			.retry = yaml->retry,
			.retry_after = rule->retry_after,
			.advice_id = write_str(writer, yaml->advice),
			.source = write_str(writer, rule->source),
			.file = write_str(writer, rule->location->source->name),
			.line = rule->location->line,
		};
		WRITE_REC(writer, BOUNCE_SECTION_RULES, &rec);
	}
}

static void write_patterns(struct writer *writer)
{
	struct bounce_model_format *format;
	const struct bounce_model_pattern *pattern;

	array_foreach_elem(&writer->model->format_list, format) {
		struct bounce_format_rec rec = {
			.id = write_str(writer, format->yaml.format),
			.name = write_str(writer, format->yaml.name != NULL ?
				format->yaml.name : format->yaml.format),
		};
		WRITE_REC(writer, BOUNCE_SECTION_FORMATS, &rec);
	}
	array_foreach(&writer->model->patterns, pattern) {
		struct bounce_pattern_rec rec = {
			.pattern = write_str(writer, pattern->text),
			.place = pattern->place,
			.role = pattern->role,
			.detail = pattern->detail,
			.owner = pattern->owner,
			.always = pattern->always ? 1 : 0,
			.language = write_str(writer, pattern->language),
			.min_width = pattern->min_width,
		};
		WRITE_REC(writer, BOUNCE_SECTION_PATTERNS, &rec);
	}
}

/* All sections, one after the other, behind the header */
static buffer_t *write_file(struct writer *writer)
{
	struct bounce_rules_header header = {
		.magic = BOUNCE_RULES_MAGIC,
		.version = BOUNCE_RULES_VERSION,
		.byte_order = BOUNCE_RULES_BYTE_ORDER,
		.section_count = BOUNCE_SECTION_COUNT,
		.machine = BOUNCE_RULES_MACHINE,
	};
	buffer_t *file = buffer_create_dynamic(default_pool, 1024*1024);
	unsigned int i;

	buffer_append_zero(file, sizeof(header));
	for (i = 0; i < BOUNCE_SECTION_COUNT; i++) {
		const buffer_t *section = writer->sections[i];
		size_t offset = (file->used + BOUNCE_RULES_ALIGNMENT - 1) /
			BOUNCE_RULES_ALIGNMENT * BOUNCE_RULES_ALIGNMENT;

		buffer_append_zero(file, offset - file->used);
		header.sections[i].offset = offset;
		if (section == NULL)
			continue;
		header.sections[i].size = section->used;
		buffer_append_buf(file, section, 0, SIZE_MAX);
	}
	/* the checksum is over whole words */
	buffer_append_zero(file, -file->used % sizeof(uint64_t));
	header.file_size = file->used;
	buffer_write(file, 0, &header, sizeof(header));
	(void)bounce_rules_checksum(-1, file->data, &header.checksum);
	buffer_write(file, 0, &header, sizeof(header));
	return file;
}

static buffer_t *write_model(struct bounce_model *model)
{
	struct writer writer = { .model = model };
	buffer_t *file;
	unsigned int i;

	hash_table_create(&writer.offsets, default_pool, 1024,
			  str_hash, strcmp);
	for (i = 0; i < BOUNCE_SECTION_DB_HEADER; i++)
		writer.sections[i] = buffer_create_dynamic(default_pool, 4096);
	/* the empty string */
	buffer_append_zero(writer.sections[BOUNCE_SECTION_STRINGS], 1);

	write_causes(&writer);
	write_languages(&writer);
	write_providers(&writer);
	write_rules(&writer);
	write_patterns(&writer);

	for (i = 0; i < N_ELEMENTS(model->databases); i++) {
		writer.sections[BOUNCE_SECTION_DB_HEADER + i] =
			model->databases[i];
	}
	file = write_file(&writer);
	for (i = 0; i < BOUNCE_SECTION_DB_HEADER; i++)
		buffer_free(&writer.sections[i]);
	hash_table_destroy(&writer.offsets);
	return file;
}

/* The new file is whole on the disk before it takes the old one's name. Where
   that is a link, it is the file that it leads to which is replaced. */
static int
write_atomically(const char *path, const buffer_t *file, const char **error_r)
{
	string_t *temp_path = t_str_new(256);
	const char *target, *error;
	int fd;

	if (t_realpath(path, &target, &error) == 0)
		path = target;
	str_printfa(temp_path, "%s.tmp.", path);
	fd = safe_mkstemp(temp_path, 0644, (uid_t)-1, (gid_t)-1);
	if (fd == -1) {
		*error_r = t_strdup_printf("Creating a file beside %s "
					   "failed: %m", path);
		return -1;
	}
	if (write_full(fd, file->data, file->used) < 0)
		*error_r = t_strdup_printf("write(%s) failed: %m",
					   str_c(temp_path));
	else if (fchmod(fd, 0644) < 0)
		*error_r = t_strdup_printf("fchmod(%s) failed: %m",
					   str_c(temp_path));
	else if (fsync(fd) < 0)
		*error_r = t_strdup_printf("fsync(%s) failed: %m",
					   str_c(temp_path));
	else if (rename(str_c(temp_path), path) < 0)
		*error_r = t_strdup_printf("rename(%s, %s) failed: %m",
					   str_c(temp_path), path);
	else {
		i_close_fd(&fd);
		return 0;
	}
	i_close_fd(&fd);
	i_unlink_if_exists(str_c(temp_path));
	return -1;
}

int bounce_compiler_write(struct bounce_compiler *compiler, const char *path,
			  const char **error_r)
{
	const char *error = NULL;
	buffer_t *file;
	int ret;

	i_assert(compiler->model != NULL);

	if (compiler->errors > 0) {
		*error_r = "There were errors in the rules: "
			"nothing is written";
		return -1;
	}
	file = write_model(compiler->model);
	T_BEGIN {
		ret = write_atomically(path, file, &error);
	} T_END_PASS_STR_IF(ret < 0, &error);
	buffer_free(&file);
	*error_r = error;
	return ret;
}
