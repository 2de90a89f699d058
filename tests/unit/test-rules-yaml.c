/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What is wrong in rule files is told: all of it, and where */

#include "lib.h"
#include "str.h"
#include "bounce-limits.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#include <sys/stat.h>
#include <unistd.h>

#define RULE "  - id: a.one\n    cause: user-unknown\n    match: [foo]\n"

/* A file beside the base, and what is told about it */
static const struct {
	const char *name;
	const char *text;
	const char *problems[16];
} rows[] = {
	{ "sound", "source: me\nrules:\n" RULE, { NULL } },
	{ "not YAML", "rules:\n  - id: [a\n",
	  { "x.yaml:3: error: is not YAML: did not find expected" } },
	{ "tab", "rules:\n\t- id: a\n",
	  { "x.yaml:2: error: is not YAML: found character that cannot" } },
	{ "control character", "rules:\n  - id: \001\n",
	  { "x.yaml:2: error: is not YAML: control characters" } },
	{ "not UTF-8", "rules:\n  - id: a\n    cause: \xe4\n",
	  { "x.yaml:3: error: is not UTF-8: byte 0xe4" } },
	{ "cut UTF-8", "rules:\n  - id: \xe4\xbd",
	  { "x.yaml:2: error: is not UTF-8" } },
	{ "alias", "rules:\n  - id: a.one\n  - *a\n",
	  { "x.yaml:3: error: YAML aliases" } },
	{ "anchors", "rules:\n  - &a\n    id: &a a.one\n",
	  { "x.yaml:2: error: YAML anchors" } },
	{ "anchor twice", "a: [x]\nb: [&a x, &a x]\n",
	  { "x.yaml:2: error: YAML anchors" } },
	{ "deep", "rules: [[[[[[[[[[[[1]]]]]]]]]]]]\n",
	  { "x.yaml:1: error: is nested too deeply" } },
	{ "two documents", "rules:\n" RULE "---\nrules:\n" RULE,
	  { "x.yaml:5: error: a second YAML document" } },
	{ "empty", "# nothing\n", { "x.yaml:0: warning: holds nothing" } },
	{ "a list", "- a\n- b\n",
	  { "x.yaml:1: error: is no rule file: expected one of the keys "
	    "`format`, `rules`" } },
	{ "no known key", "rulez: []\n",
	  { "x.yaml:1: error: is no rule file" } },
	{ "two kinds in a file", "causes:\n"
	  "  - id: a-cause\n"
	  "    severity: permanent\n"
	  "rules:\n"
	  "  - id: a.one\n"
	  "    cause: user-unknown\n"
	  "    match: [foo]\n",
	  { "x.yaml:1: error: unknown key `causes`; `causes` belongs into a "
	    "file of its own" } },
	{ "unknown keys", "rules:\n"
	  "  - id: a.one\n    cuase: user-unknown\n    match: [foo]\n"
	  "    frobnicate: 1\nsourze: me\n",
	  { "x.yaml:3: error: rule `a.one`: unknown key `cuase`; "
	    "did you mean `cause`?",
	    "x.yaml:5: error: rule `a.one`: unknown key `frobnicate`: "
	    "expected `id`, `cause`",
	    "x.yaml:6: error: unknown key `sourze`; did you mean `source`?" } },
	{ "the rest is looked at, too", "rules:\n"
	  "  - id: a.one\n    cause: user-unknown\n    mach: [foo]\n"
	  "  - id: a.two\n    cause: user-unknwon\n    match: ['(']\n"
	  "  - id: a.three\n    cause: mailbox-full\n    match: [bar]\n"
	  "    rank: middling\n"
	  "  - id: a.four\n    cause: mailbox-full\n    match: ['b*']\n",
	  { "x.yaml:4: error: rule `a.one`: unknown key `mach`",
	    "x.yaml:11: error: rule `a.three`: `rank` is `middling`: expected "
	    "`provider`, `specific`, `status`, `general` or `code`",
	    "x.yaml:6: error: cause `user-unknwon` does not exist; "
	    "did you mean `user-unknown`?",
	    "x.yaml:7: error: pattern `(`: Missing close parenthesis",
	    "x.yaml:14: error: pattern `b*`: matches every text" } },
	{ "types", "rules:\n"
	  "  - id: a.one\n    cause: [user-unknown]\n    match: foo\n"
	  "    weight: heavy\n    stage: rcpt\n"
	  "  - a.two\n"
	  "  - id: a.three\n    cause: mailbox-full\n    match:\n      a: b\n"
	  "    weight: 1.5\n    stage: [rctp]\n    examples: [{a: b}]\n",
	  { "x.yaml:3: error: rule `a.one`: `cause` must be a text",
	    "x.yaml:4: error: rule `a.one`: `match` must be a list",
	    "x.yaml:5: error: rule `a.one`: `weight` is `heavy`: expected a "
	    "whole number",
	    "x.yaml:6: error: rule `a.one`: `stage` must be a list",
	    "x.yaml:7: error: each of `rules` must be keys and values",
	    "x.yaml:11: error: rule `a.three`: `match` must be a list",
	    "x.yaml:12: error: rule `a.three`: `weight` is `1.5`",
	    "x.yaml:13: error: rule `a.three`: `stage` is `rctp`: expected "
	    "`connect`, `helo`, `tls`, `auth`, `mail`, `rcpt` or `data`; "
	    "did you mean `rcpt`?",
	    "x.yaml:14: error: rule `a.three`: each of `examples` must be a "
	    "text" } },
	{ "types of items", "rules:\n"
	  "  - id: a.one\n    cause: user-unknown\n    match: [[a, b], c]\n"
	  "    stage: [rcpt, {a: b}]\n"
	  "  - \"x\"\n"
	  "  - [x]\n",
	  { "x.yaml:4: error: rule `a.one`: each of `match` must be a text",
	    "x.yaml:5: error: rule `a.one`: each of `stage` must be a text",
	    "x.yaml:6: error: each of `rules` must be keys and values",
	    "x.yaml:7: error: each of `rules` must be keys and values" } },
	/* what libcyaml refuses would cost the whole file */
	{ "signs", "rules:\n"
	  RULE "    weight: +-3\n"
	  "  - id: a.two\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: '+'\n"
	  "  - id: a.three\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: +3\n"
	  "  - id: a.four\n    cause: user-unknwon\n    match: [foo]\n"
	  "    weight: -+3\n",
	  { "x.yaml:5: error: rule `a.one`: `weight` is `+-3`: expected a "
	    "whole number",
	    "x.yaml:9: error: rule `a.two`: `weight` is `+`: expected a whole ",
	    "x.yaml:17: error: rule `a.four`: `weight` is `-+3`: expected a "
	    "whole number" } },
	{ "missing", "rules:\n  - cause: user-unknown\n    match: [foo]\n",
	  { "x.yaml:2: error: rule: `id` is missing" } },
	/* libcyaml takes such a number for octal: 011 is 9 to it */
	{ "zeros in front", "rules:\n"
	  RULE "    weight: 011\n"
	  "  - id: a.two\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: -08\n"
	  "  - id: a.three\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: +00\n"
	  "  - id: a.four\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: 0\n"
	  "  - id: a.five\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: -9\n",
	  { "x.yaml:5: error: rule `a.one`: `weight` is `011`: expected a "
	    "whole number without zeros in front",
	    "x.yaml:9: error: rule `a.two`: `weight` is `-08`: expected ",
	    "x.yaml:13: error: rule `a.three`: `weight` is `+00`: expected " } },
	{ "empty values", "rules:\n  - id:\n    cause: ''\n    match: ['']\n",
	  { "x.yaml:2: error: rule ``: `id` is empty",
	    "x.yaml:3: error: rule ``: `cause` is empty",
	    "x.yaml:4: error: rule ``: `match` is empty" } },
	{ "keys twice", "rules:\n" RULE "    match: [bar]\nrules: []\n",
	  { "x.yaml:5: error: rule `a.one`: `match` is given twice",
	    "x.yaml:6: error: `rules` is given twice" } },
	{ "ids twice", "rules:\n" RULE RULE,
	  { "x.yaml:5: error: rule `a.one` is given twice, first in " } },
	{ "cause twice", "causes:\n  - id: mailbox-full\n    retry: never\n",
	  { "x.yaml:2: error: cause `mailbox-full` is given twice" } },
	{ "values of rules", "rules:\n"
	  "  - id: A one\n    cause: user-unknown\n    match: [foo]\n"
	  "    weight: 10\n    retry-after: 1w\n    advice: nothing\n"
	  "    scope: provider\n    status: [5.1.1, 9.1.1, 5.1, '5.*']\n"
	  "    code: ['55?', 650, 5x0]\n"
	  "  - id: a.two\n    cause: user-unknown\n    none: [foo]\n",
	  { "x.yaml:2: error: rule `A one`: expected small letters",
	    "x.yaml:5: error: rule `A one`: `weight` is 10: expected -9 to 9",
	    "x.yaml:6: error: `retry-after` is `1w`: expected a number and",
	    "x.yaml:7: error: advice `nothing` does not exist",
	    "x.yaml:8: error: rule `A one`: `scope: provider` needs a",
	    "x.yaml:9: error: `status` has `9.1.1`, which no status",
	    "x.yaml:9: error: `status` has `5.1`, which no status",
	    "x.yaml:10: error: `code` has `650`, which no reply code",
	    "x.yaml:10: error: `code` has `5x0`, which no reply code",
	    "x.yaml:11: error: rule `a.two` has no condition" } },
	{ "values of providers", "provider: Acme\nhosts: [MX.example.com, '*']\n"
	  "domains: [example.com, exa mple]\n",
	  { "x.yaml:1: error: provider `Acme`: expected small letters",
	    "x.yaml:2: error: `hosts` has `MX.example.com`",
	    "x.yaml:2: error: `hosts` has `*`",
	    "x.yaml:3: error: `domains` has `exa mple`" } },
	{ "hosts of nobody", "hosts: [mx.example.com]\n",
	  { "x.yaml:1: error: `provider` is missing" } },
	{ "values of causes", "causes:\n"
	  "  - id: one\n    severity: permanent\n    fixer: author\n"
	  "    retry: later\n    row: 17\n"
	  "  - id: Two_\n"
	  "  - id: user-un-known\n    severity: permanent\n"
	  "    fixer: author\n    retry: never\n    row: 1\n"
	  "  - id: userunknown\n    severity: permanent\n"
	  "    fixer: author\n    retry: never\n",
	  { "x.yaml:2: error: cause `one`: `retry-after` is missing",
	    "x.yaml:2: error: cause `one` has no title in any language",
	    "x.yaml:6: error: cause `one`: `row` is 17: expected 1 to 16",
	    "x.yaml:7: error: cause `Two_`: expected small letters",
	    "x.yaml:7: error: cause `Two_`: `severity` is missing",
	    "x.yaml:7: error: cause `Two_`: `fixer` is missing",
	    "x.yaml:7: error: cause `Two_`: `retry` is missing",
	    "x.yaml:7: error: cause `Two_` has no title",
	    "x.yaml:8: error: cause `user-un-known`: its keyword",
	    "x.yaml:8: error: cause `user-un-known`: row 1 is that of",
	    "x.yaml:8: error: cause `user-un-known` has no title",
	    "x.yaml:13: error: cause `userunknown`: its keyword "
	    "$BounceUserunknown is that of cause `user-unknown`",
	    "x.yaml:13: error: cause `userunknown`: its keyword "
	    "$BounceUserunknown is that of cause `user-un-known`",
	    "x.yaml:13: error: cause `userunknown` has no title" } },
	{ "values of texts", "language: d\ncauses:\n"
	  "  - id: user-unknwon\n    title: 'a {recipent}'\n"
	  "  - id: mailbox-full\n    title: 'a [[ b'\n    reason: 'a {b'\n"
	  "    advice: |\n      two\n      lines\n"
	  "words:\n  - id: no-recipent\n    text: '{count} {size}'\n",
	  { "x.yaml:1: error: `language` is `d`: expected a language tag",
	    "x.yaml:3: error: cause `user-unknwon` does not exist; did",
	    "x.yaml:4: error: text of cause `user-unknwon`: unknown "
	    "placeholder {recipent}; did you mean `recipient`?",
	    "x.yaml:6: error: text of cause `mailbox-full`: [[ and ]]",
	    "x.yaml:7: error: text of cause `mailbox-full`: `{b` is not",
	    "x.yaml:8: error: text of cause `mailbox-full`: has a line end",
	    "x.yaml:12: error: word `no-recipent` does not exist; did you",
	    "x.yaml:13: error: word `no-recipent`: unknown placeholder "
	    "{size}" } },
	{ "values of formats", "format: Qmail\nlanguage: english please\n"
	  "markers:\n"
	  "  - role: recipient\n    in: header\n    match: [foo]\n"
	  "  - role: limit\n    match: []\n"
	  "  - role: recpient\n    match: [foo]\n"
	  "  - in: body\n    match: ['[']\n    always: maybe\n",
	  { "x.yaml:9: error: marker: `role` is `recpient`: expected "
	    "`identify`",
	    "x.yaml:11: error: marker: `role` is missing",
	    "x.yaml:13: error: marker: `always` is `maybe`: expected `yes`",
	    "x.yaml:1: error: format `Qmail`: expected small letters",
	    "x.yaml:2: error: `language` is `english please`",
	    "x.yaml:4: error: a marker of the role `recipient` cannot be in "
	    "the header: expected `in` to be `body`",
	    "x.yaml:7: error: a marker of the role `limit` cannot be in the "
	    "body: expected `in` to be `reply`",
	    "x.yaml:7: error: `match` of a marker is empty" } },
	{ "values of domains", "well-known: [example.com, example]\n"
	  "real: ['*.example.com']\n",
	  { "x.yaml:1: error: `well-known` has `example`",
	    "x.yaml:2: error: `real` has `*.example.com`" } },
	{ "patterns", "rules:\n"
	  "  - id: a.one\n    cause: user-unknown\n    match:\n"
	  "      - 'sound'\n      - '(?<=a)b'\n      - 'a|'\n      - '(a)\\1'\n"
	  "    none: ['x{5,2}']\n",
	  { "x.yaml:6: error: pattern `(?<=a)b`: Zero-width assertions",
	    "x.yaml:7: error: pattern `a|`: matches every text",
	    "x.yaml:8: error: pattern `(a)\\1`: ",
	    "x.yaml:9: error: pattern `x{5,2}`: " } },
};

START_TEST(test_problems)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_compiler *compiler;
	struct unit_compile unit;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/x.yaml", rows[_i].text);
	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);

	unit_assert_problems(&unit, rows[_i].name, rows[_i].problems);
	unit_compile_deinit(&unit);
}
END_TEST

/* References to what was left out, or may be in a broken file */
static const struct {
	const char *name;
	const char *a;
	const char *b;
	const char *problems[4];
} reference_rows[] = {
	{ "a broken cause is no unknown one",
	  "causes:\n  - id: third\n    sevrity: permanent\n",
	  "rules:\n  - id: a.one\n    cause: third\n    match: [foo]\n",
	  { "a.yaml:3: error: cause `third`: unknown key `sevrity`; did you" } },
	{ "a cause may be in a broken file", "causes: [\n",
	  "rules:\n  - id: a.one\n    cause: third\n    match: [foo]\n",
	  { "a.yaml:2: error: is not YAML" } },
	{ "a broken advice is no unknown one",
	  "language: en\nadvices:\n  - id: third\n    advise: Wait.\n",
	  "rules:\n  - id: a.one\n    cause: user-unknown\n"
	  "    match: [foo]\n    advice: third\n",
	  { "a.yaml:4: error: advice `third`: unknown key `advise`; did you" } },
};

START_TEST(test_references)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_compiler *compiler;
	struct unit_compile unit;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/a.yaml", reference_rows[_i].a);
	unit_compile_add_str(&unit, "base/b.yaml", reference_rows[_i].b);
	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
	unit_assert_problems(&unit, reference_rows[_i].name,
			     reference_rows[_i].problems);
	unit_compile_deinit(&unit);
}
END_TEST

/* Directories and files that cannot be read */
START_TEST(test_paths)
{
	static const char *const dirs[] = {
		"base", "nowhere", "empty", "odd", "x.yaml", NULL
	};
	static const char *const problems[] = {
		"nowhere:0: error: cannot be read: No such file",
		"empty:0: error: holds no rule files",
		"odd/fifo.yaml:0: error: is not a regular file",
		"x.yaml:2: error: is not YAML",
		NULL
	};
	struct bounce_compiler *compiler;
	struct unit_compile unit;
	const char *path;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "empty/notes.txt", "rules: [");
	unit_compile_add_str(&unit, "empty/.hidden.yaml", "rules: [");
	unit_compile_add_str(&unit, "odd/a/b/deep.yaml", "rules:\n" RULE);
	unit_compile_add_str(&unit, "x.yaml", "rules: [\n");
	path = t_strconcat(unit.dir, "/odd/fifo.yaml", NULL);
	ck_assert(mkfifo(path, 0600) == 0);

	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
	unit_assert_problems(&unit, "paths", problems);
	unit_compile_deinit(&unit);
}
END_TEST

/* Huge files are refused, not read: beyond the limits, and at them. */
START_TEST(test_huge)
{
	static const char *const dirs[] = { "base", NULL };
	static const char *const problems[] = {
		"base/large.yaml:0: error: is larger than 16 MB",
		"base/long.yaml:2: error: holds too much for a rule file",
		NULL
	};
	/* begin and end of stream, document, mapping and list, and the key */
	const unsigned int around = 9;
	struct bounce_compiler *compiler;
	struct unit_compile unit;
	string_t *str = str_new(default_pool, 4*1024*1024);
	unsigned int i, beyond = _i;

	unit_compile_init(&unit);
	str_append_c(str, '#');
	while (str_len(str) < BOUNCE_LIMIT_YAML_SIZE + beyond)
		str_append_c(str, ' ');
	unit_compile_add_str(&unit, "base/large.yaml", str_c(str));
	str_truncate(str, 0);
	str_append(str, "real: [");
	for (i = around; i < BOUNCE_LIMIT_YAML_EVENTS + beyond; i++)
		str_append(str, "a,");
	str_append(str, "]\n");
	unit_compile_add_str(&unit, "base/long.yaml", str_c(str));

	compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
	bounce_compiler_deinit(&compiler);
	if (beyond > 0)
		unit_assert_problems(&unit, "huge", problems);
	for (i = 0; problems[i] != NULL; i++) {
		ck_assert_msg((strstr(str_c(unit.problems), problems[i]) !=
			       NULL) == (beyond > 0), "%s",
			      str_c(unit.problems));
	}
	unit_compile_deinit(&unit);
	str_free(&str);
}
END_TEST

/* No beginning of a file crashes anything. */
START_TEST(test_prefixes)
{
	static const char *const dirs[] = { "base", NULL };
	const char *text = rows[_i].text;
	struct bounce_compiler *compiler;
	struct unit_compile unit;
	size_t len;

	unit_compile_init(&unit);
	for (len = 0; len < strlen(text); len += 7) T_BEGIN {
		unit_compile_add(&unit, "base/x.yaml", text, len);
		compiler = unit_compile_check(&unit, dirs, FALSE, NULL);
		bounce_compiler_deinit(&compiler);
	} T_END;
	unit_compile_deinit(&unit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "problems", test_problems, N_ELEMENTS(rows) },
		{ "references", test_references, N_ELEMENTS(reference_rows) },
		{ "paths", test_paths, 1 },
		{ "huge", test_huge, 2 },
		{ "prefixes", test_prefixes, N_ELEMENTS(rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-yaml", tables);
	lib_deinit();
	return ret;
}
