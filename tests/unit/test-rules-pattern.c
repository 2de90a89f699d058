/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Patterns as libhs takes them */

#include "lib.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-hs-child.h"
#include "bounce-literals.h"
#include "bounce-pattern.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#include <hs.h>

static const struct {
	const char *pattern;
	const char *reply;
	/* in header and body, where it is another one */
	const char *body;
} expression_rows[] = {
	{ "foo", "foo", NULL },
	{ "no such user", "no such user", "no\\s+such\\s+user" },
	{ "two  blanks", "two blanks", "two\\s+blanks" },
	{ "mail ?box", "mail ?box", "mail(?:\\s+)?box" },
	{ "a {1,3}b", "a {1,3}b", "a(?:\\s+){1,3}b" },
	{ "[a b]c d", "[a b]c d", "[a b]c\\s+d" },
	{ "[]a b]c d", "[]a b]c d", "[]a b]c\\s+d" },
	{ "[^] ] x", "[^] ] x", "[^] ]\\s+x" },
	{ "[\\] ] x", "[\\] ] x", "[\\] ]\\s+x" },
	{ "[[:alpha:] ] x", "[[:alpha:] ] x", "[[:alpha:] ]\\s+x" },
	{ "a\\ b", "a\\ b", NULL },
	{ "\\Qa b\\E c", "\\Qa b\\E c", "\\Qa b\\E\\s+c" },
	{ "couldn't", "couldnt", NULL },
	{ "couldn'?t", "couldnt", NULL },
	{ "couldn\\'t", "couldnt", NULL },
	{ "couldn['`]t", "couldn[`]t", NULL },
	{ "couldn[']t", "couldnt", NULL },
	{ "couldn[']?t", "couldnt", NULL },
	{ "a[^']b", "a[\\s\\S]b", NULL },
	{ "\\Qisn't\\E", "\\Qisnt\\E", NULL },
	/* a letter that may be lost */
	{ "bo(\xc3\xae|i)te", "bo((\xc3\xae|\\?)|i)te", "bo(\xc3\xae|i)te" },
	{ "\xc3\xa9+[\xc3\xa9]", "(\xc3\xa9|\\?)+[\xc3\xa9]",
	  "\xc3\xa9+[\xc3\xa9]" },
	{ "\xd1\x8f", "\xd1\x8f", NULL },
	/* what is no pattern is left to libhs */
	{ "[a b", "[a b", NULL },
	{ "a\\", "a\\", NULL },
	{ "", "", NULL },
};

START_TEST(test_expression)
{
	const char *pattern = expression_rows[_i].pattern;
	const char *body = expression_rows[_i].body;

	unit_assert_str("expression", pattern,
			bounce_pattern_expression(pattern, BOUNCE_PLACE_REPLY),
			expression_rows[_i].reply);
	unit_assert_str("expression in body", pattern,
			bounce_pattern_expression(pattern, BOUNCE_PLACE_BODY),
			body != NULL ? body : expression_rows[_i].reply);
}
END_TEST

/* Does the pattern, compiled as rules are, match the text? */
static const struct {
	const char *pattern;
	enum bounce_pattern_place place;
	const char *text;
	bool matches;
} match_rows[] = {
	{ "no such user", BOUNCE_PLACE_REPLY, "550 No Such User here", TRUE },
	{ "no such user", BOUNCE_PLACE_REPLY, "550 nosuchuser", FALSE },
	{ "^550 no", BOUNCE_PLACE_REPLY, "550 no", TRUE },
	{ "^no", BOUNCE_PLACE_REPLY, "550 no", FALSE },
	{ "a.{0,3}b", BOUNCE_PLACE_REPLY, "a 12b", TRUE },
	{ "a.{0,3}b", BOUNCE_PLACE_REPLY, "a 123b", FALSE },
	{ "no such user", BOUNCE_PLACE_BODY, "there is no\nsuch user", TRUE },
	{ "^to: ", BOUNCE_PLACE_BODY, "from: x\nto: y", TRUE },
	{ "x$", BOUNCE_PLACE_BODY, "from: x\nto: y", TRUE },
	{ "from.*to", BOUNCE_PLACE_BODY, "from: x\nto: y", FALSE },
	{ "^subject: .*fail", BOUNCE_PLACE_HEADER,
	  "from: x\nsubject: it failed", TRUE },
	{ "пользователь", BOUNCE_PLACE_REPLY, "550 ПОЛЬЗОВАТЕЛЬ", TRUE },
	{ "bo[iî]te", BOUNCE_PLACE_REPLY, "BOÎTE PLEINE", TRUE },
	{ "用户.{0,4}不存在", BOUNCE_PLACE_REPLY, "用户名字都不存在", TRUE },
	{ "\\buser\\b", BOUNCE_PLACE_REPLY, "用户user不存在", TRUE },
	{ "\\buser\\b", BOUNCE_PLACE_REPLY, "users", FALSE },
};

static int
match_found(unsigned int id ATTR_UNUSED, unsigned long long from ATTR_UNUSED,
	    unsigned long long to ATTR_UNUSED, unsigned int flags ATTR_UNUSED,
	    void *context)
{
	bool *found = context;

	*found = TRUE;
	return 1;
}

static void
assert_matches(const char *expression, unsigned int flags, const char *text,
	       bool matches)
{
	hs_compile_error_t *error;
	hs_scratch_t *scratch = NULL;
	hs_database_t *db;
	bool found = FALSE;

	ck_assert_msg(hs_compile(expression, flags, HS_MODE_BLOCK, NULL, &db,
				 &error) == HS_SUCCESS, "%s", expression);
	ck_assert(hs_alloc_scratch(db, &scratch) == HS_SUCCESS);
	(void)hs_scan(db, text, strlen(text), 0, scratch, match_found, &found);
	ck_assert_msg(found == matches, "'%s' %s '%s'", expression,
		      matches ? "does not match" : "matches", text);
	(void)hs_free_scratch(scratch);
	(void)hs_free_database(db);
}

START_TEST(test_match)
{
	const char *pattern = match_rows[_i].pattern;
	enum bounce_pattern_place place = match_rows[_i].place;

	assert_matches(bounce_pattern_expression(pattern, place),
		       bounce_pattern_flags(pattern, place),
		       match_rows[_i].text, match_rows[_i].matches);
}
END_TEST

/* What a few literals stand for */
static const struct {
	const char *expression;
	/* joined by |, with < and > where a word has to begin or end */
	const char *literals;
} literal_rows[] = {
	{ "foo", "foo" },
	{ "no such (user|mailbox)", "no such user|no such mailbox" },
	{ "mail ?box", "mail box|mailbox" },
	{ "(?:a|b(c|d)?)e", "ae|bce|bde|be" },
	{ "gr[ae]y", "gray|grey" },
	{ "1\\.2", "1\\.2" },
	{ "a\\sb", "a b" },
	{ "a.b", NULL },
	{ "ab*", NULL },
	{ "\\bfoo", "<foo" },
	{ "\\b(foo|ba)\\b", "<foo>|<ba>" },
	{ "fo\\bo", NULL },
	{ "^foo", NULL },
	{ "[a-z]x", NULL },
	{ "[^a]x", NULL },
	{ "(a", NULL },
	{ "a)", NULL },
	{ "(?i)a", NULL },
	{ "a{2}", NULL },
	{ "用户(不存在|不可用)", "用户不存在|用户不可用" },
	{ "(a|b|c|d|e|f|g|h|i|j)(a|b|c|d|e|f|g|h|i|j)"
	  "(a|b|c|d|e|f|g|h|i|j)", NULL },
};

START_TEST(test_literals)
{
	const char *expression = literal_rows[_i].expression;
	const struct bounce_literal *literals;
	string_t *joined = t_str_new(256);
	unsigned int i, count;

	literals = bounce_pattern_literals(expression, BOUNCE_LIMIT_LITERALS,
					   &count);
	if (literals == NULL || literal_rows[_i].literals == NULL) {
		ck_assert_msg(literals == NULL &&
			      literal_rows[_i].literals == NULL, "%s",
			      expression);
		return;
	}
	for (i = 0; i < count; i++) {
		str_printfa(joined, "%s%s%s%s", i == 0 ? "" : "|",
			    (literals[i].bounds & BOUNCE_BOUND_START) != 0 ?
			    "<" : "", literals[i].expression,
			    (literals[i].bounds & BOUNCE_BOUND_END) != 0 ?
			    ">" : "");
	}
	unit_assert_str("literals", expression, str_c(joined),
			literal_rows[_i].literals);
}
END_TEST

/* libhs in a child: a database, an error, and one that takes too long */
START_TEST(test_child)
{
	struct bounce_hs_result result;
	struct bounce_hs_child *child;
	static const char heavy[] =
		"((a|b|c|d)( |x|y|z)*(a|b|c|d).{1,90}(e|f|g|h)*){1,12}z";
	const char *expression = heavy;
	const unsigned int flags = HS_FLAG_CASELESS | HS_FLAG_UTF8, id = 0;

	bounce_hs_compile("foo", HS_FLAG_CASELESS, &result);
	ck_assert(result.error == NULL && result.image != NULL);
	buffer_free(&result.image);

	bounce_hs_compile("(", HS_FLAG_CASELESS, &result);
	ck_assert(result.image == NULL);
	ck_assert(strstr(result.error, "Missing close") != NULL);

	child = bounce_hs_child_start(&expression, &flags, &id, 1, 1);
	bounce_hs_child_finish(&child, &result);
	/* it depends on libhs whether it is refused or takes too long */
	buffer_free(&result.image);
}
END_TEST

/* A pattern in the header, found in compiled rules: as literals where it can be,
   which must mean the same. */
static const struct {
	const char *pattern;
	const char *text;
	bool matches;
} header_rows[] = {
	{ "^subject: .*\\bfail(ed|ure)?\\b", "from: a\nsubject: it failed\n",
	  TRUE },
	{ "^subject: .*\\bfail(ed|ure)?\\b", "subject: fail\nfrom: a\n", TRUE },
	{ "^subject: .*\\bfail(ed|ure)?\\b", "subject: it fails\n", FALSE },
	{ "^subject: .*\\bfail(ed|ure)?\\b", "from: fail\nsubject: a\n",
	  FALSE },
	{ "^subject: .*\\bfail(ed|ure)?\\b", "x-subject: fail\n", FALSE },
	{ "^subject: .*ject", "subject: ject\n", TRUE },
	{ "^subject: .*ject", "subject: a\n", FALSE },
	{ "^subject: (re|aw): ", "subject: AW: a\n", TRUE },
	{ "^subject: (re|aw): ", "subject: a re: a\n", FALSE },
	{ "^x-failed:", "from: a\nx-failed: b\n", TRUE },
	{ "^x-failed:", "from: x-failed:\n", FALSE },
	{ "^x-fail|^to: b", "from: a\nto: b\n", TRUE },
	{ "^x-fail|b", "from: a\nto: b\n", TRUE },
	{ "^from: <>$", "from: <>\nto: b\n", TRUE },
	{ "^from: <>$", "from: <> b\n", FALSE },
	{ "^subject: .*échec", "subject: Échec\n", TRUE },
	{ "mailer", "x-mailer: a\n", TRUE },
	{ "^x-fail(ed)?:", "x-failed: a\n", TRUE },
	{ "^x-no-?mail:", "x-nomail: a\n", TRUE },
	{ "^(x-|y-)mail:", "from: a\ny-mail: a\n", TRUE },
	{ "^x-mail[(]|to: b", "x-a: b\nto: b\n", TRUE },
	{ "^x-mail\\Q(\\E|to: b", "x-a: b\nto: b\n", TRUE },
	{ "^to: b", "x-a: b\nto: b\n", TRUE },
};

/* How long a beginning of a line is certain */
static const struct {
	const char *pattern;
	size_t size;
} name_rows[] = {
	{ "^subject: .*fail", 8 },
	{ "^x-failed:", 9 },
	{ "^x-fail", 6 },
	{ "^x-no-?mail:", 4 },
	{ "^x-no{2}mail:", 3 },
	{ "^x-no+mail:", 4 },
	{ "^x-(a|b):", 2 },
	{ "^x-[ab]|c", 0 },
	{ "^x-[]|)(]c|d", 0 },
	{ "^x-[[:alpha:]|]d", 2 },
	{ "^x-\\(|d", 0 },
	{ "^x-mail[", 6 },
	{ "^x-mail\\", 6 },
	{ "^[", 0 },
	{ "^", 0 },
	{ "", 0 },
	{ "subject: ", 0 },
};

START_TEST(test_name)
{
	ck_assert_uint_eq(
		bounce_header_pattern_name(name_rows[_i].pattern),
		name_rows[_i].size);
}
END_TEST

static bool marker_found(uint32_t pattern, size_t to ATTR_UNUSED, void *context)
{
	bool *found = context;

	ck_assert_int_eq(pattern, 0);
	*found = TRUE;
	return TRUE;
}

/* The lines of a header of which the rules say that there is need to look */
static const char *
needed_lines(const struct bounce_rules *rules, const char *text)
{
	const char *const *lines = t_strsplit(text, "\n");
	string_t *needed = t_str_new(128);

	for (; *lines != NULL; lines++) {
		if (bounce_rules_has_field(rules, t_strcut(*lines, ':')))
			str_printfa(needed, "%s\n", *lines);
	}
	return str_c(needed);
}

/* Is the pattern, compiled as a marker, found in the text? */
static void
assert_marker(const char *in, enum bounce_pattern_place place,
	      const char *pattern, const char *text, bool matches)
{
	static const char *const dirs[] = { "base", NULL };
	struct unit_compile unit;
	struct bounce_rules *rules;
	bool found = FALSE;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml", t_strdup_printf(
		"format: x\nname: X\nmarkers:\n  - in: %s\n"
		"    role: identify\n    match: ['%s']\n", in, pattern));
	rules = unit_compile_load(&unit, dirs);
	if (place == BOUNCE_PLACE_HEADER)
		text = needed_lines(rules, text);
	bounce_rules_scan(rules, place, text, strlen(text), marker_found,
			  &found);
	ck_assert_msg(found == matches, "%s in %s", pattern, text);
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}

START_TEST(test_header)
{
	assert_marker("header", BOUNCE_PLACE_HEADER, header_rows[_i].pattern,
		      header_rows[_i].text, header_rows[_i].matches);
}
END_TEST

/* Fields whose lines are left out */
START_TEST(test_fields)
{
	static const char *const dirs[] = { "base", NULL };
	struct unit_compile unit;
	struct bounce_rules *rules;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml",
		"format: x\nname: X\nmarkers:\n  - in: header\n"
		"    role: identify\n"
		"    match: ['^subject: .*a', '^x-fail', '^x-failed:', "
		"'^x-no-?mail:']\n");
	rules = unit_compile_load(&unit, dirs);
	ck_assert(bounce_rules_has_field(rules, "subject"));
	ck_assert(bounce_rules_has_field(rules, "SubJect"));
	ck_assert(bounce_rules_has_field(rules, "X-Fail"));
	ck_assert(bounce_rules_has_field(rules, "x-failures"));
	ck_assert(bounce_rules_has_field(rules, "X-No-Mail"));
	ck_assert(bounce_rules_has_field(rules, "x-nomail"));
	ck_assert(!bounce_rules_has_field(rules, "subjects"));
	ck_assert(!bounce_rules_has_field(rules, "subjec"));
	ck_assert(!bounce_rules_has_field(rules, "x-fai"));
	ck_assert(!bounce_rules_has_field(rules, "x-"));
	ck_assert(!bounce_rules_has_field(rules, ""));
	ck_assert(!bounce_rules_has_field(rules, "from"));
	ck_assert(!bounce_rules_has_field(rules, "to"));
	ck_assert(!bounce_rules_has_field(rules, "x-\xff\xff"));
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* The same in a body: words across line ends, but for an empty line */
static const struct {
	const char *pattern;
	const char *text;
	bool matches;
} body_rows[] = {
	{ "no such (user|mailbox)", "there is no\nsuch user", TRUE },
	{ "no such (user|mailbox)", "there is no\n\nsuch user", FALSE },
	{ "^reason: ?", "the reason\nreason: a", TRUE },
	{ "^reason: ?", "the reason: a", FALSE },
	{ "^reason .*failed", "a\nreason it failed", TRUE },
	{ "^reason .*failed", "a\nreason it\nfailed", FALSE },
	{ "\\bfailed$", "it failed\nb", TRUE },
	{ "\\bfailed$", "it failed b", FALSE },
	{ "^a|failed", "it failed", TRUE },
};

START_TEST(test_body)
{
	assert_marker("body", BOUNCE_PLACE_BODY, body_rows[_i].pattern,
		      body_rows[_i].text, body_rows[_i].matches);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "expression", test_expression, N_ELEMENTS(expression_rows) },
		{ "match", test_match, N_ELEMENTS(match_rows) },
		{ "literals", test_literals, N_ELEMENTS(literal_rows) },
		{ "child", test_child, 1 },
		{ "header", test_header, N_ELEMENTS(header_rows) },
		{ "name", test_name, N_ELEMENTS(name_rows) },
		{ "fields", test_fields, 1 },
		{ "body", test_body, N_ELEMENTS(body_rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-pattern", tables);
	lib_deinit();
	return ret;
}
