/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Compiled files that are damaged, hostile, replaced or missing */

#include "lib.h"
#include "lib-event.h"
#include "str.h"
#include "write-full.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char sources[] =
"provider: acme\n"
"hosts: ['*.acme.example', acme.example]\n"
"domains: [acme.example]\n"
"rules:\n"
"  - id: acme.full\n"
"    cause: mailbox-full\n"
"    match: ['no room', 'too .{1,5}full']\n"
"    all: ['box', 'mail']\n"
"    none: ['disk']\n"
"    status: ['5.2.*', '4.2.2']\n"
"    code: ['55?']\n"
"    advice: acme-room\n"
"  - id: acme.url\n"
"    cause: user-unknown\n"
"    url: ['unknown']\n";

static const char format[] =
"format: acme\n"
"markers:\n"
"  - {role: identify, in: header, match: ['^from: acme']}\n"
"  - {role: recipient, match: ['^to ']}\n"
"  - {role: limit, in: reply, match: ['limit is']}\n";

static const char advice[] =
"language: en\n"
"advices: [{id: acme-room, advice: Buy room.}]\n"
"words: [{id: retry-never, text: Never.}]\n";

static const char *const dirs[] = { "base", NULL };

static struct unit_compile unit;
/* the sound file */
static unsigned char *data;
static size_t data_size;

static void setup(void)
{
	struct bounce_rules *rules;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/acme.yaml", sources);
	unit_compile_add_str(&unit, "base/format.yaml", format);
	unit_compile_add_str(&unit, "base/advice.yaml", advice);
	unit_compile_add_str(&unit, "base/domains.yaml",
			     "well-known: [example.com]\n");
	rules = unit_compile_load(&unit, dirs);
	data_size = rules->map_size;
	data = i_malloc(data_size);
	memcpy(data, rules->map, data_size);
	bounce_rules_unref(&rules);
}

static void teardown(void)
{
	i_free(data);
	unit_compile_deinit(&unit);
}

static int open_data(struct bounce_rules **rules_r, const char **error_r)
{
	int fd = open(unit.path, O_CREAT | O_TRUNC | O_RDWR, 0600);

	ck_assert(fd != -1);
	ck_assert(write_full(fd, data, data_size) == 0);
	i_close_fd(&fd);
	return bounce_rules_open(unit.path, rules_r, error_r);
}

static bool
match_found(uint32_t pattern, size_t to ATTR_UNUSED, void *context)
{
	const struct bounce_rules *rules = context;

	ck_assert(pattern < rules->counts[BOUNCE_SECTION_PATTERNS]);
	return TRUE;
}

/* Use all that readers use. */
static void use_rules(const struct bounce_rules *rules)
{
	static const char text[] =
		"from: acme\nto x\nmailbox has no room, limit is 5";
	const struct bounce_text_rec *rec, *own;
	size_t len = 0;
	uint32_t i, j;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_LANGUAGES]; i++) {
		len += strlen(bounce_rules_find_word(rules, i, "retry-never"));
		for (j = 0; j < rules->counts[BOUNCE_SECTION_CAUSES]; j++) {
			rec = bounce_rules_find_text(rules, i, j,
				rules->rules[0].advice_id, &own);
			len += strlen(bounce_rules_str(rules, rec->title));
		}
	}
	for (i = 0; i < rules->counts[BOUNCE_SECTION_RULES]; i++) {
		const struct bounce_rule_rec *rule = &rules->rules[i];

		(void)bounce_rules_list_match(rules, &rule->status, "5.1.1");
		(void)bounce_rules_list_match(rules, &rule->code, "550");
		len += strlen(bounce_rules_str(rules,
			rules->causes[rule->cause].id));
		len += strlen(bounce_rank_name(rule->rank));
	}
	for (i = 0; i < rules->counts[BOUNCE_SECTION_PATTERNS]; i++) {
		const struct bounce_pattern_rec *pattern = &rules->patterns[i];

		len += strlen(bounce_role_name(pattern->role));
		if (pattern->role >= BOUNCE_ROLE_RULE_MATCH)
			len += rules->rules[pattern->owner].line;
		else
			len += rules->formats[pattern->owner].name;
	}
	(void)bounce_rules_find_provider_host(rules, "mx.acme.example");
	(void)bounce_rules_find_domain(rules, "example.com");
	(void)bounce_rules_find_language(rules, "zh-Hant-HK");
	for (i = 0; i <= BOUNCE_PLACE_REPLY; i++) {
		bounce_rules_scan(rules, i, text, strlen(text), match_found,
				  (void *)rules);
	}
	ck_assert(len > 0);
}

START_TEST(test_sound)
{
	struct bounce_rules *rules, *again;
	const char *error;

	setup();
	ck_assert_int_eq(open_data(&rules, &error), 0);
	again = rules;
	bounce_rules_ref(again);
	bounce_rules_unref(&again);
	ck_assert(again == NULL);
	use_rules(rules);
	bounce_rules_unref(&rules);
	teardown();
}
END_TEST

static unsigned int log_count;
static string_t *log_last;

static void ATTR_FORMAT(2, 0)
log_handler(const struct failure_context *ctx ATTR_UNUSED, const char *fmt,
	    va_list args)
{
	log_count++;
	str_truncate(log_last, 0);
	str_vprintfa(log_last, fmt, args);
}

static void log_init(void)
{
	log_last = str_new(default_pool, 256);
	i_set_error_handler(log_handler);
}

static void log_deinit(void)
{
	i_set_error_handler(default_error_handler);
	str_free(&log_last);
}

/* Is the byte in a section, or only between two? */
static bool is_used_byte(size_t offset)
{
	const struct bounce_rules_header *header = (const void *)data;
	unsigned int i;

	if (offset < sizeof(*header))
		return TRUE;
	for (i = 0; i < BOUNCE_SECTION_DB_HEADER; i++) {
		if (offset >= header->sections[i].offset &&
		    offset - header->sections[i].offset <
		    header->sections[i].size)
			return TRUE;
	}
	return FALSE;
}

/* Every single changed byte is told, at once, or when the database is used
   that it is in; but for bytes that mean nothing. */
static const unsigned char flip_rows[] = { 0x01, 0x80, 0xff };

START_TEST(test_flipped)
{
	struct bounce_rules *rules;
	const char *error;
	unsigned int used = 0, databases = 0, nothing = 0;
	size_t i;
	int fd;

	setup();
	fd = open(unit.path, O_RDWR);
	ck_assert(fd != -1);
	for (i = 0; i < data_size; i++) T_BEGIN {
		unsigned char byte = data[i] ^ flip_rows[_i];

		ck_assert(pwrite(fd, &byte, 1, i) == 1);
		if (bounce_rules_open(unit.path, &rules, &error) < 0) {
			ck_assert(strstr(error, unit.path) != NULL);
			used++;
		} else {
			ck_assert_msg(!is_used_byte(i), "byte %zu", i);
			use_rules(rules);
			error = bounce_rules_use(rules);
			if (error == NULL)
				nothing++;
			else {
				ck_assert(strstr(error, "is damaged") != NULL);
				ck_assert(strstr(error, unit.path) != NULL);
				/* it stays so */
				use_rules(rules);
				ck_assert(bounce_rules_error(rules) == error);
				databases++;
			}
			bounce_rules_unref(&rules);
		}
		ck_assert(pwrite(fd, &data[i], 1, i) == 1);
	} T_END;
	ck_assert_int_eq(bounce_rules_open(unit.path, &rules, &error), 0);
	bounce_rules_unref(&rules);
	i_close_fd(&fd);
	/* between sections, and at the end of databases */
	ck_assert_msg(nothing < BOUNCE_SECTION_COUNT * 200, "%u", nothing);
	ck_assert(used > 0 && databases > 0);
	teardown();
}
END_TEST

/* Every shorter file is an error, and a longer one. */
START_TEST(test_truncated)
{
	struct bounce_rules *rules;
	const char *error;
	size_t size;

	setup();
	ck_assert(truncate(unit.path, data_size + 8) == 0);
	ck_assert(bounce_rules_open(unit.path, &rules, &error) < 0);
	for (size = data_size; size-- > 0; ) T_BEGIN {
		ck_assert(truncate(unit.path, size) == 0);
		ck_assert_msg(bounce_rules_open(unit.path, &rules,
						&error) < 0, "size %zu", size);
	} T_END;
	teardown();
}
END_TEST

/* A pattern in a place where its role has no meaning: whoever scans there would
   take its owner for one of another kind. */
START_TEST(test_pattern_place)
{
	struct bounce_rules_header *header;
	struct bounce_pattern_rec *patterns;
	struct bounce_rules *rules;
	const char *error;
	uint32_t place;

	setup();
	header = (void *)data;
	patterns = (void *)(data +
		header->sections[BOUNCE_SECTION_PATTERNS].offset);
	for (unsigned int i = 0; i < header->sections[BOUNCE_SECTION_PATTERNS].
	     size / sizeof(*patterns); i++) T_BEGIN {
		place = patterns[i].place;
		patterns[i].place = place == BOUNCE_PLACE_REPLY ?
			BOUNCE_PLACE_BODY : BOUNCE_PLACE_REPLY;
		(void)bounce_rules_checksum(-1, data, &header->checksum);
		ck_assert(open_data(&rules, &error) < 0);
		ck_assert_msg(strstr(error, "wrong owner") != NULL, "%s",
			      error);
		patterns[i].place = place;
	} T_END;
	teardown();
}
END_TEST

/* Words of libhs's header in each database, and what libhs's own checksum is
   over */
#define HOSTILE_DB_WORDS 12

static bool
is_hostile_place(const struct bounce_rules_header *header, size_t pos)
{
	unsigned int i;

	if (pos < header->sections[BOUNCE_SECTION_DB_HEADER].offset)
		return TRUE;
	for (i = BOUNCE_SECTION_DB_HEADER; i < BOUNCE_SECTION_COUNT; i++) {
		size_t start = header->sections[i].offset;

		if (header->sections[i].size > 0 && pos >= start &&
		    pos < start + HOSTILE_DB_WORDS * sizeof(uint32_t))
			return TRUE;
	}
	return FALSE;
}

/* A file with a right checksum and wrong records or a wrong header of libhs: it
   is refused, or works. (What libhs has a checksum of is left as it is.) */
static const uint32_t hostile_rows[] = {
	0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x00ffffff
};

START_TEST(test_hostile)
{
	struct bounce_rules_header *header;
	struct bounce_rules *rules;
	const char *error;
	uint32_t *words, old;
	size_t i, count;
	unsigned int refused = 0;

	setup();
	header = (void *)data;
	words = (void *)data;
	count = data_size / sizeof(*words);
	for (i = 0; i < count; i++) {
		if (!is_hostile_place(header, i * sizeof(*words)))
			continue;
		T_BEGIN {
			old = words[i];
			words[i] = hostile_rows[_i];
			/* the bounds of sections are checked before the checksum */
			if (i * sizeof(*words) >= sizeof(*header)) {
				(void)bounce_rules_checksum(-1, data,
							    &header->checksum);
			}
			if (open_data(&rules, &error) < 0)
				refused++;
			else {
				use_rules(rules);
				bounce_rules_unref(&rules);
			}
			words[i] = old;
		} T_END;
	}
	ck_assert(refused > 0);
	teardown();
}
END_TEST

/* Errors say what to do. */
static const struct {
	const char *name;
	size_t offset;
	uint32_t value;
	const char *error;
} header_rows[] = {
	{ "magic", 0, 0, "is not a compiled rule file" },
	{ "version", offsetof(struct bounce_rules_header, version),
	  BOUNCE_RULES_VERSION + 1,
	  "was written by another version of bouncecause" },
	{ "byte order", offsetof(struct bounce_rules_header, byte_order),
	  0x04030201, "was compiled on another kind of machine" },
	{ "machine", offsetof(struct bounce_rules_header, machine), 99,
	  "was compiled for another kind of CPU" },
	{ "size", offsetof(struct bounce_rules_header, file_size), 8,
	  "is cut off or overwritten" },
	{ "sections", offsetof(struct bounce_rules_header, section_count), 2,
	  "wrong number of sections" },
	{ "checksum", offsetof(struct bounce_rules_header, checksum), 2,
	  "wrong checksum" },
};

START_TEST(test_header)
{
	struct bounce_rules *rules;
	const char *error;

	setup();
	memcpy(data + header_rows[_i].offset, &header_rows[_i].value,
	       sizeof(header_rows[_i].value));
	ck_assert_int_eq(open_data(&rules, &error), -1);
	ck_assert_msg(strstr(error, header_rows[_i].error) != NULL, "%s: %s",
		      header_rows[_i].name, error);
	ck_assert_msg(strstr(error, "bouncecause compile") != NULL, "%s",
		      error);
	teardown();
}
END_TEST

/* What is no file at all */
START_TEST(test_no_file)
{
	struct bounce_rules *rules;
	const char *error;

	unit_compile_init(&unit);
	ck_assert_int_eq(bounce_rules_open(unit.path, &rules, &error), -1);
	ck_assert(strstr(error, "does not exist") != NULL);
	ck_assert_int_eq(bounce_rules_open(unit.dir, &rules, &error), -1);
	ck_assert(strstr(error, "not a regular file") != NULL);
	unit_compile_add_str(&unit, "compiled.rules", "");
	ck_assert_int_eq(bounce_rules_open(unit.path, &rules, &error), -1);
	ck_assert(strstr(error, "is empty") != NULL);
	ck_assert_int_eq(chmod(unit.path, 0666), 0);
	ck_assert_int_eq(bounce_rules_open(unit.path, &rules, &error), -1);
	ck_assert(strstr(error, "can be written by everybody") != NULL);
	unit_compile_deinit(&unit);
}
END_TEST

/* The process's own copy follows the file. */
START_TEST(test_cache)
{
	const size_t damage = sizeof(struct bounce_rules_header);
	struct bounce_rules *first, *rules;
	struct event *event;
	const char *error;
	unsigned int i;

	log_init();
	event = event_create(NULL);

	setup();
	ck_assert(bounce_rules_get("/nonexistent", event, &rules, &error) < 0);
	ck_assert(bounce_rules_get(unit.path, event, &first, &error) == 0);
	ck_assert(bounce_rules_get(unit.path, event, &rules, &error) == 0);
	ck_assert(rules == first);
	bounce_rules_unref(&rules);

	/* damaged: the old one is used, and one error is logged */
	i_unlink(unit.path);
	data[damage] ^= 1;
	ck_assert(open_data(&rules, &error) < 0);
	for (i = 0; i < 3; i++) {
		ck_assert(bounce_rules_get(unit.path, event, &rules,
					   &error) == 0);
		ck_assert(rules == first);
		bounce_rules_unref(&rules);
	}
	ck_assert_int_eq(log_count, 1);
	ck_assert(strstr(str_c(log_last), "wrong") != NULL);
	ck_assert(strstr(str_c(log_last), "are used further") != NULL);

	/* missing: a change again */
	i_unlink(unit.path);
	for (i = 0; i < 3; i++) {
		ck_assert(bounce_rules_get(unit.path, event, &rules,
					   &error) == 0);
		bounce_rules_unref(&rules);
	}
	ck_assert_int_eq(log_count, 2);
	ck_assert(strstr(str_c(log_last), "does not exist") != NULL);

	/* cut off in place: what was loaded must not be touched any more */
	data[damage] ^= 1;
	i_unlink_if_exists(unit.path);
	ck_assert(open_data(&rules, &error) == 0);
	bounce_rules_unref(&rules);
	ck_assert(bounce_rules_get(unit.path, event, &rules, &error) == 0);
	bounce_rules_unref(&rules);
	ck_assert_int_eq(truncate(unit.path, data_size / 2), 0);
	ck_assert(bounce_rules_get(unit.path, event, &rules, &error) < 0);
	ck_assert(strstr(error, "cut off") != NULL);
	i_unlink(unit.path);
	data[damage] ^= 1;

	/* sound again: loaded, and the old one still works for who has it */
	data[damage] ^= 1;
	ck_assert(open_data(&rules, &error) == 0);
	bounce_rules_unref(&rules);
	ck_assert(bounce_rules_get(unit.path, event, &rules, &error) == 0);
	ck_assert(rules != first);
	use_rules(first);
	use_rules(rules);
	bounce_rules_unref(&first);
	bounce_rules_unref(&rules);
	ck_assert_int_eq(log_count, 2);

	bounce_rules_cache_free();
	event_unref(&event);
	log_deinit();
	teardown();
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "sound", test_sound, 1 },
		{ "flipped", test_flipped, N_ELEMENTS(flip_rows) },
		{ "truncated", test_truncated, 1 },
		{ "pattern place", test_pattern_place, 1 },
		{ "hostile", test_hostile, N_ELEMENTS(hostile_rows) },
		{ "header", test_header, N_ELEMENTS(header_rows) },
		{ "no file", test_no_file, 1 },
		{ "cache", test_cache, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-file", tables);
	lib_deinit();
	return ret;
}
