/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* What lint finds suspicious */

#include "lib.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#define HEAD "source: me\nrules:\n"
#define RULE(id) "  - id: " id "\n    cause: user-unknown\n    examples: [x]\n"

static const char words[] =
	"The letter box is full of leaves.\n"
	"\n"
	"She couldn't find the key.\n"
	"Das Glas ist voll.\n";

static const struct {
	const char *name;
	const char *text;
	const char *problems[8];
} rows[] = {
	{ "sound", HEAD RULE("a.one") "    match: [foo]\n", { NULL } },
	{ "nothing to test, nothing to go by",
	  "rules:\n  - id: a.one\n    cause: user-unknown\n    match: [foo]\n",
	  { "x.yaml:2: warning: rule `a.one` has no `examples`",
	    "x.yaml:2: warning: rule `a.one` has no `source`" } },
	{ "nothing to test that a reply alone could show",
	  HEAD "  - id: a.one\n    cause: user-unknown\n    match: [foo]\n"
	  "    stage: [rcpt]\n"
	  "  - id: a.two\n    cause: user-unknown\n    match: [foo]\n"
	  "    local: yes\n", { NULL } },
	{ "never recognised", "provider: acme\n" HEAD RULE("a.one")
	  "    match: [foo]\n    scope: provider\n",
	  { "x.yaml:4: warning: rule `a.one` never applies: provider `acme` "
	    "has no `hosts`" } },
	{ "the same conditions",
	  HEAD RULE("a.one") "    match: [foo, bar]\n    none: [baz]\n"
	  RULE("a.two") "    match: [bar, foo]\n    none: [baz]\n",
	  { "x.yaml:8: warning: rule `a.two` has the conditions, the rank and "
	    "the weight of rule `a.one`" } },
	{ "shadowed by weight",
	  HEAD RULE("a.one") "    match: [foo, bar]\n    weight: 2\n"
	  RULE("a.two") "    match: [bar]\n    status: [5.1.1]\n",
	  { "x.yaml:8: warning: rule `a.two` can never win: whenever it "
	    "applies, so does rule `a.one`" } },
	{ "shadowed by rank",
	  HEAD RULE("a.one") "    match: [foo]\n"
	  RULE("a.two") "    match: [foo]\n    all: [bar]\n    rank: general\n"
	  "    weight: 9\n",
	  { "x.yaml:7: warning: rule `a.two` can never win: whenever it "
	    "applies, so does rule `a.one` (" } },
	{ "shadowed by codes and stages",
	  HEAD RULE("a.one") "    status: ['5.7.*']\n    code: ['5*']\n"
	  "    stage: [rcpt, data]\n    weight: 1\n"
	  RULE("a.two") "    status: ['5.7.1', '5.7.2?']\n    code: ['55?']\n"
	  "    stage: [rcpt]\n",
	  { "x.yaml:10: warning: rule `a.two` can never win" } },
	{ "not shadowed",
	  HEAD RULE("a.one") "    match: [foo]\n    weight: 5\n"
	  "    status: ['5.7.?']\n"
	  RULE("a.two") "    match: [foo]\n"
	  RULE("a.three") "    match: [foo]\n    status: ['5.7.*']\n"
	  RULE("a.four") "    match: [foo, bar]\n    status: [5.7.1]\n"
	  RULE("a.five") "    match: [foo]\n    weight: 6\n    none: [baz]\n"
	  RULE("a.six") "    match: [foo]\n    all: [qux]\n    local: yes\n",
	  { NULL } },
	{ "contradictions",
	  HEAD RULE("a.one") "    all: [foo, bar]\n    none: [bar]\n"
	  RULE("a.two") "    match: [foo]\n    none: [foo, baz]\n",
	  { "x.yaml:3: warning: rule `a.one` can never apply: `bar` is in",
	    "x.yaml:8: warning: rule `a.two` can never apply: all of" } },
	{ "too general",
	  HEAD RULE("a.one") "    match: ['full', 'foo']\n"
	  RULE("a.two") "    all: [box, full]\n"
	  RULE("a.three") "    match: ['couldn''t find']\n"
	  RULE("a.four") "    match: [full]\n    none: [leaves]\n"
	  RULE("a.five") "    match: [full]\n    code: ['552']\n"
	  RULE("a.six") "    match: [box]\n    rank: general\n",
	  { "x.yaml:3: warning: rule `a.one` is too general: it applies to "
	    "line 1 of ",
	    "x.yaml:7: warning: rule `a.two` is too general",
	    "x.yaml:11: warning: rule `a.three` is too general: it applies "
	    "to line 3 of " } },
	{ "markers too general",
	  "format: acme\nmarkers:\n"
	  "  - {role: identify, match: [glas]}\n"
	  "  - {role: failure, match: [glas]}\n"
	  "  - {role: failure, always: yes, match: [glas, foo]}\n"
	  "  - {role: identify, in: header, match: [glas]}\n",
	  { "x.yaml:3: warning: pattern `glas` of role `identify` is too",
	    "x.yaml:5: warning: pattern `glas` of role `failure` is too" } },
	{ "patterns that cannot match",
	  HEAD RULE("a.one") "    match:\n"
	  "      - 'doesn’t exist'\n"
	  "      - 'a「用户」\xef\xbc\x9a" "b'\n"
	  "      - 'a[:\xef\xbc\x9a]b'\n"
	  "      - 'info@example'\n"
	  "      - 'addr@ is ip@'\n"
	  "      - 'https?://x'\n"
	  "      - '\\bпочта'\n"
	  "      - '\\b(?:用户|user)\\b'\n"
	  "    url: ['https?://x']\n",
	  { "x.yaml:7: warning: pattern `doesn’t exist`: U+2019 is never",
	    "x.yaml:8: warning: pattern `a「用户」\xef\xbc\x9a" "b`: U+FF1A is never",
	    "x.yaml:10: warning: pattern `info@example`: addresses are `addr@`",
	    "x.yaml:12: warning: pattern `https?://x`: URLs are `url`",
	    "x.yaml:13: warning: pattern `\\bпочта`: \\b beside a letter",
	    "x.yaml:14: warning: pattern `\\b(?:用户|user)\\b`: \\b beside" } },
	{ "boundaries of alternatives",
	  HEAD RULE("a.one") "    match:\n"
	  "      - '\\b((un|eine)|één) x'\n"
	  "      - 'x expir(e|é)\\b'\n"
	  "      - 'x (fall(ó|o)|foo)\\b'\n"
	  "      - 'x é(s|t)\\b|\\b(u(n|é)s|t)é'\n"
	  "      - 'x \\\\bé \\bus (é|u)s\\b'\n",
	  { "x.yaml:7: warning: pattern `\\b((un|eine)|één) x`: \\b beside",
	    "x.yaml:8: warning: pattern `x expir(e|é)\\b`: \\b beside",
	    "x.yaml:9: warning: pattern `x (fall(ó|o)|foo)\\b`: \\b beside" } },
};

static void lint_init(struct unit_compile *unit, const char *text)
{
	unit_compile_init(unit);
	/* so that nothing is told about the base */
	unit_compile_add_str(unit, "base/words.yaml", "language: en\nwords:\n"
			     "  - {id: no-recipient, text: somebody}\n"
			     "  - {id: retry-never, text: Never.}\n");
	unit_compile_add_str(unit, "words.txt", words);
	unit_compile_add_str(unit, "base/x.yaml", text);
}

/* Lint these directories: these are the problems, and there are no others. */
static void
assert_lint(struct unit_compile *unit, const char *const *dirs,
	    const char *words_file, const char *label,
	    const char *const *problems)
{
	struct bounce_compiler *compiler =
		unit_compile_check(unit, dirs, TRUE, words_file);

	bounce_compiler_deinit(&compiler);
	unit_assert_problems(unit, label, problems);
}

START_TEST(test_lint)
{
	static const char *const dirs[] = { "base", NULL };
	struct unit_compile unit;

	lint_init(&unit, rows[_i].text);
	assert_lint(&unit, dirs, "words.txt", rows[_i].name, rows[_i].problems);
	ck_assert_int_eq(unit.errors, 0);
	unit_compile_deinit(&unit);
}
END_TEST

/* A rule without its conditions beats no other, and matches no words. */
START_TEST(test_error)
{
	static const char *const dirs[] = { "base", NULL };
	static const char *const problems[] = {
		"base/x.yaml:3: error: rule `a.one` has no condition: expected",
		NULL
	};
	struct unit_compile unit;

	lint_init(&unit, HEAD RULE("a.one") "    match: []\n    weight: 9\n"
		  RULE("a.two") "    match: [foo]\n");
	assert_lint(&unit, dirs, "words.txt", "error", problems);
	unit_compile_deinit(&unit);
}
END_TEST

/* Languages that lag, in both directions */
START_TEST(test_languages)
{
	static const char *const dirs[] = { "base", NULL };
	static const char *const problems[] = {
		"base/de.yaml:1: warning: Deutsch has no `title` of cause "
		"`mailbox-full`",
		"base/de.yaml:1: warning: Deutsch has no `reason` of cause",
		"base/de.yaml:1: warning: Deutsch has no `advice` of cause",
		"base/de.yaml:1: warning: Deutsch has no `advice` of advice "
		"`extra`",
		"base/de.yaml:1: warning: Deutsch has no word `no-recipient`",
		"base/de.yaml:4: warning: Deutsch has no `advice` of cause "
		"`user-unknown`",
		"base/extra.yaml:1: warning: English has no word "
		"`no-recipient`",
		"base/extra.yaml:1: warning: English has no word "
		"`retry-never`",
		"base/extra.yaml:3: warning: no rule names the advice `extra`",
		"base/text.yaml:4: warning: English has no "
		"`reason-temporary` of cause `user-unknown`",
		NULL
	};
	struct unit_compile unit;

	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/de.yaml", "language: de\n"
			     "name: Deutsch\n"
			     "causes:\n"
			     "  - id: user-unknown\n"
			     "    title: Unbekannt\n"
			     "    reason: Den gibt es nicht.\n"
			     "    reason-temporary: Gerade nicht da.\n"
			     "words: [{id: retry-never, text: Nie.}]\n");
	unit_compile_add_str(&unit, "base/extra.yaml", "language: en\n"
			     "advices:\n  - {id: extra, advice: Wait.}\n");
	assert_lint(&unit, dirs, NULL, "languages", problems);
	unit_compile_deinit(&unit);
}
END_TEST

#define WORDS "words:\n" \
	"  - {id: no-recipient, text: x}\n" \
	"  - {id: retry-never, text: x}\n"

/* What came to languages of an earlier directory is told where it stands, once
   for all of them. */
START_TEST(test_languages_earlier)
{
	static const char *const dirs[] = { "base", "own", NULL };
	static const char *const problems[] = {
		"own/cause.yaml:2: warning: cause `locker` has no texts in "
		"Deutsch, Suomi",
		"own/fr.yaml:1: warning: fr has no `title` of cause "
		"`mailbox-full`",
		"own/fr.yaml:1: warning: fr has no `reason` of cause",
		"own/fr.yaml:1: warning: fr has no `advice` of cause",
		"own/fr.yaml:11: warning: fr has no `advice` of cause `locker`",
		"own/text.yaml:3: warning: cause `user-unknown` has no "
		"`advice-temporary` in Deutsch, Suomi",
		NULL
	};
	struct unit_compile unit;
	const char *texts;

	unit_compile_init(&unit);
	texts = WORDS "causes:\n"
		"  - {id: user-unknown, title: x, reason: x, advice: x}\n"
		"  - {id: mailbox-full, title: x, reason: x, advice: x}\n";
	unit_compile_add_str(&unit, "base/words.yaml", "language: en\n" WORDS);
	unit_compile_add_str(&unit, "base/de.yaml",
		t_strconcat("language: de\nname: Deutsch\n", texts, NULL));
	unit_compile_add_str(&unit, "base/fi.yaml",
		t_strconcat("language: fi\nname: Suomi\n", texts, NULL));
	unit_compile_add_str(&unit, "own/cause.yaml", "causes:\n"
		"  - {id: locker, severity: permanent, fixer: recipient, "
		"retry: never}\n");
	unit_compile_add_str(&unit, "own/fr.yaml", "language: fr\n" WORDS
		"causes:\n"
		"  - id: user-unknown\n    title: x\n    reason: x\n"
		"    advice: x\n    advice-temporary: x\n"
		"  - {id: locker, title: x, reason: x}\n");
	unit_compile_add_str(&unit, "own/text.yaml", "language: en\ncauses:\n"
		"  - {id: user-unknown, advice-temporary: x}\n"
		"  - {id: locker, title: x, reason: x, advice: x}\n");
	assert_lint(&unit, dirs, NULL, "earlier languages", problems);
	unit_compile_deinit(&unit);
}
END_TEST

/* A file of words that is not there */
START_TEST(test_no_words)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_compiler *compiler;
	struct unit_compile unit;

	unit_compile_init(&unit);
	compiler = unit_compile_check(&unit, dirs, TRUE, "nowhere.txt");
	bounce_compiler_deinit(&compiler);
	ck_assert_int_eq(unit.errors, 1);
	unit_compile_deinit(&unit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "lint", test_lint, N_ELEMENTS(rows) },
		{ "error", test_error, 1 },
		{ "languages", test_languages, 1 },
		{ "earlier languages", test_languages_earlier, 1 },
		{ "no words", test_no_words, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-lint", tables);
	lib_deinit();
	return ret;
}
