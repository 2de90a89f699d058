/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Later directories are laid over earlier ones */

#include "lib.h"
#include "str.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ours[] =
"provider: acme\n"
"name: Acme Mail\n"
"hosts: ['*.acme.example']\n"
"domains: [acme.example]\n"
"source: ours\n"
"rules:\n"
"  - id: acme.full\n"
"    cause: mailbox-full\n"
"    match: ['no room', 'too full']\n"
"    none: ['disk']\n"
"    weight: 3\n"
"    stage: [rcpt, data]\n"
"    examples: ['452 no room here']\n"
"  - id: acme.gone\n"
"    cause: user-unknown\n"
"    match: ['gone']\n"
"    examples: ['550 gone']\n";

static const char *const both[] = { "base", "local", NULL };

static struct unit_compile unit;

static void setup(void)
{
	unit_compile_init(&unit);
	unit_compile_add_str(&unit, "base/acme.yaml", ours);
}

static const struct bounce_rule_rec *
find_rule(const struct bounce_rules *rules, const char *id)
{
	uint32_t i;

	for (i = 0; i < rules->counts[BOUNCE_SECTION_RULES]; i++) {
		if (strcmp(bounce_rules_str(rules, rules->rules[i].id),
			   id) == 0)
			return &rules->rules[i];
	}
	return NULL;
}

static const char *
rule_cause(const struct bounce_rules *rules, const struct bounce_rule_rec *rule)
{
	return bounce_rules_str(rules, rules->causes[rule->cause].id);
}

/* What is not overlaid, with all that follows from what is not said */
START_TEST(test_plain)
{
	static const char *const dirs[] = { "base", NULL };
	struct bounce_rules *rules;
	const struct bounce_rule_rec *rule;

	setup();
	rules = unit_compile_load(&unit, dirs);
	ck_assert_int_eq(rules->counts[BOUNCE_SECTION_RULES], 2);
	rule = find_rule(rules, "acme.full");
	ck_assert_str_eq(rule_cause(rules, rule), "mailbox-full");
	ck_assert_int_eq(rule->rank, BOUNCE_RANK_PROVIDER);
	ck_assert_int_eq(rule->confidence, BOUNCE_CONFIDENCE_HIGH);
	ck_assert_int_eq(rule->weight, 3);
	ck_assert_int_eq(rule->match_count, 2);
	ck_assert_int_eq(rule->none_count, 1);
	ck_assert_int_eq(rule->stages, BOUNCE_STAGE_RCPT | BOUNCE_STAGE_DATA);
	ck_assert_int_eq(rule->severity, BOUNCE_SEVERITY_UNSET);
	ck_assert_int_eq(rule->line, 7);
	ck_assert_str_eq(bounce_rules_str(rules, rule->file),
			 "base/acme.yaml");
	ck_assert_str_eq(bounce_rules_str(rules, rule->source), "ours");
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* A rule is overridden key by key. */
START_TEST(test_rule)
{
	struct bounce_rules *rules;
	const struct bounce_rule_rec *rule;

	setup();
	unit_compile_add_str(&unit, "local/local.yaml",
			     "rules:\n"
			     "  - id: acme.full\n"
			     "    severity: permanent\n"
			     "    none: []\n"
			     "    retry-after: 2h\n");
	rules = unit_compile_load(&unit, both);
	ck_assert_int_eq(rules->counts[BOUNCE_SECTION_RULES], 2);
	rule = find_rule(rules, "acme.full");
	ck_assert_int_eq(rule->severity, BOUNCE_SEVERITY_PERMANENT);
	ck_assert_int_eq(rule->none_count, 0);
	ck_assert_int_eq(rule->retry, BOUNCE_RETRY_LATER);
	ck_assert_int_eq(rule->retry_after, 7200);
	/* all else stays */
	ck_assert_int_eq(rule->match_count, 2);
	ck_assert_int_eq(rule->weight, 3);
	ck_assert_int_eq(rule->provider, 0);
	ck_assert_int_eq(rule->rank, BOUNCE_RANK_PROVIDER);
	ck_assert_str_eq(bounce_rules_str(rules, rule->source), "ours");
	ck_assert_str_eq(bounce_rules_str(rules, rule->file),
			 "local/local.yaml");
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* A rule is switched off, with its patterns and its examples, and on again by
   a third directory. */
START_TEST(test_enabled)
{
	static const char *const three[] = { "base", "local", "more", NULL };
	struct bounce_compiler *compiler;
	struct bounce_rules *rules;
	unsigned int count;

	setup();
	unit_compile_add_str(&unit, "local/local.yaml",
			     "rules: [{id: acme.full, enabled: no}]\n");
	rules = unit_compile_load(&unit, both);
	ck_assert(find_rule(rules, "acme.full") == NULL);
	ck_assert(find_rule(rules, "acme.gone") != NULL);
	ck_assert_int_eq(rules->counts[BOUNCE_SECTION_PATTERNS], 1);
	bounce_rules_unref(&rules);

	compiler = unit_compile_check(&unit, both, FALSE, NULL);
	ck_assert_str_eq(bounce_compiler_examples(compiler, &count)->rule_id,
			 "acme.gone");
	ck_assert_int_eq(count, 1);
	bounce_compiler_deinit(&compiler);

	unit_compile_add_str(&unit, "more/local.yaml",
			     "rules: [{id: acme.full, enabled: yes}]\n");
	rules = unit_compile_load(&unit, three);
	ck_assert_int_eq(find_rule(rules, "acme.full")->match_count, 2);
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* Own causes, with texts in some languages only */
START_TEST(test_cause)
{
	struct bounce_rules *rules;
	const struct bounce_text_rec *text, *own;
	uint32_t cause, english, german;

	setup();
	unit_compile_add_str(&unit, "local/cause.yaml",
			     "causes:\n"
			     "  - id: over-budget\n"
			     "    severity: permanent\n"
			     "    fixer: postmaster\n"
			     "    retry: fixed\n"
			     "  - id: mailbox-full\n"
			     "    retry: fixed\n");
	unit_compile_add_str(&unit, "local/de.yaml",
			     "language: de\n"
			     "name: Deutsch\n"
			     "causes:\n"
			     "  - id: over-budget\n"
			     "    title: Kein Geld\n"
			     "    reason: Es ist nichts da.\n"
			     "    advice: Abwarten.\n"
			     "  - id: user-unknown\n"
			     "    title: Unbekannt\n"
			     "    reason-temporary: Gerade nicht da.\n");
	unit_compile_add_str(&unit, "local/rules.yaml",
			     "rules:\n"
			     "  - id: local.budget\n"
			     "    cause: over-budget\n"
			     "    match: [budget]\n");
	rules = unit_compile_load(&unit, both);

	cause = bounce_rules_find_cause(rules, "mailbox-full");
	ck_assert_int_eq(rules->causes[cause].retry, BOUNCE_RETRY_FIXED);
	ck_assert_int_eq(rules->causes[cause].retry_after, 0);
	ck_assert_int_eq(rules->causes[cause].fixer, BOUNCE_FIXER_RECIPIENT);

	cause = bounce_rules_find_cause(rules, "over-budget");
	ck_assert_str_eq(bounce_rules_str(rules, rules->causes[cause].keyword),
			 "$BounceOverBudget");
	english = bounce_rules_find_language(rules, "en");
	german = bounce_rules_find_language(rules, "de");
	ck_assert_int_eq(english, 0);
	/* what English lacks is what there is */
	text = bounce_rules_find_text(rules, english, cause, 0, &own);
	ck_assert_str_eq(bounce_rules_str(rules, text->title), "Kein Geld");
	/* what German lacks is English */
	cause = bounce_rules_find_cause(rules, "user-unknown");
	text = bounce_rules_find_text(rules, german, cause, 0, &own);
	ck_assert_str_eq(bounce_rules_str(rules, text->title), "Unbekannt");
	ck_assert_str_eq(bounce_rules_str(rules, text->advice),
			 "Check the address.");
	ck_assert_str_eq(bounce_rules_str(rules, text->reason_temporary),
			 "Gerade nicht da.");
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* Texts and advices are overridden by language and id. */
START_TEST(test_texts)
{
	struct bounce_rules *rules;
	const struct bounce_text_rec *text, *own;
	const struct bounce_rule_rec *rule;
	uint32_t cause;

	setup();
	unit_compile_add_str(&unit, "local/en.yaml",
			     "language: en\n"
			     "causes:\n"
			     "  - id: mailbox-full\n"
			     "    advice: Call the helpdesk.\n"
			     "advices:\n"
			     "  - id: acme-room\n"
			     "    advice: Buy more room.\n"
			     "words:\n"
			     "  - id: retry-never\n"
			     "    text: Never.\n");
	unit_compile_add_str(&unit, "local/rules.yaml",
			     "rules: [{id: acme.full, advice: acme-room}]\n");
	rules = unit_compile_load(&unit, both);
	cause = bounce_rules_find_cause(rules, "mailbox-full");
	rule = find_rule(rules, "acme.full");
	text = bounce_rules_find_text(rules, 0, cause, rule->advice_id, &own);
	ck_assert_str_eq(bounce_rules_str(rules, text->title), "Mailbox full");
	ck_assert_str_eq(bounce_rules_str(rules, text->advice),
			 "Call the helpdesk.");
	ck_assert(own != NULL);
	ck_assert_str_eq(bounce_rules_str(rules, own->advice),
			 "Buy more room.");
	ck_assert_str_eq(bounce_rules_find_word(rules, 0, "retry-never"),
			 "Never.");
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* Hosts of a provider of ours, and rules of our own for it */
START_TEST(test_provider)
{
	struct bounce_rules *rules;
	const struct bounce_rule_rec *rule;

	setup();
	unit_compile_add_str(&unit, "local/acme.yaml",
			     "provider: acme\n"
			     "hosts: ['*.acme.example', mx.acme.test]\n"
			     "rules:\n"
			     "  - id: acme.late\n"
			     "    cause: mailbox-full\n"
			     "    code: ['451']\n"
			     "    scope: provider\n");
	rules = unit_compile_load(&unit, both);
	ck_assert_int_eq(rules->counts[BOUNCE_SECTION_PROVIDERS], 1);
	ck_assert_int_eq(bounce_rules_find_provider_host(rules,
							 "mx.acme.test"), 0);
	ck_assert_int_eq(bounce_rules_find_provider_domain(rules,
							   "acme.example"), 0);
	ck_assert_str_eq(bounce_rules_str(rules, rules->providers[0].name),
			 "Acme Mail");
	rule = find_rule(rules, "acme.late");
	ck_assert_int_eq(rule->provider, 0);
	ck_assert_int_eq(rule->needs_provider, 1);
	ck_assert_int_eq(find_rule(rules, "acme.gone")->provider, 0);
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}
END_TEST

/* To override what does not exist */
START_TEST(test_nothing)
{
	static const char *const problems[] = {
		"local/a.yaml:2: error: rule `acme.ful`: `cause` is missing "
		"(or no directory before has a rule of this id to override); "
		"did you mean `acme.full`?",
		"local/a.yaml:2: error: rule `acme.ful` has no condition",
		NULL
	};
	struct bounce_compiler *compiler;
	const char *error;

	setup();
	unit_compile_add_str(&unit, "local/a.yaml",
			     "rules:\n  - id: acme.ful\n"
			     "    severity: permanent\n");
	compiler = unit_compile_check(&unit, both, FALSE, NULL);
	unit_assert_problems(&unit, "nothing to override", problems);
	/* and nothing is written */
	ck_assert_int_eq(bounce_compiler_write(compiler, unit.path, &error),
			 -1);
	ck_assert(access(unit.path, F_OK) < 0);
	bounce_compiler_deinit(&compiler);
	unit_compile_deinit(&unit);
}
END_TEST

static string_t *read_file(const char *path)
{
	string_t *data = str_new(default_pool, 65536);
	unsigned char buf[65536];
	ssize_t ret;
	int fd = open(path, O_RDONLY);

	ck_assert(fd != -1);
	while ((ret = read(fd, buf, sizeof(buf))) > 0)
		str_append_data(data, buf, ret);
	i_close_fd(&fd);
	return data;
}

/* The same input gives the same bytes, at another place, too. */
START_TEST(test_same_bytes)
{
	struct unit_compile other;
	struct bounce_rules *rules;
	string_t *a, *b;
	struct stat st;

	setup();
	unit_compile_init(&other);
	unit_compile_add_str(&other, "base/acme.yaml", ours);
	unit_compile_add_str(&unit, "local/x.yaml", "real: [example.com]\n");
	unit_compile_add_str(&other, "local/x.yaml", "real: [example.com]\n");
	rules = unit_compile_load(&unit, both);
	bounce_rules_unref(&rules);
	rules = unit_compile_load(&other, both);
	bounce_rules_unref(&rules);
	a = read_file(unit.path);
	b = read_file(other.path);
	ck_assert(str_equals(a, b));
	ck_assert(stat(unit.path, &st) == 0);
	ck_assert_int_eq(st.st_mode & 0777, 0644);
	str_free(&a);
	str_free(&b);
	unit_compile_deinit(&other);
	unit_compile_deinit(&unit);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "plain", test_plain, 1 },
		{ "rule", test_rule, 1 },
		{ "enabled", test_enabled, 1 },
		{ "cause", test_cause, 1 },
		{ "texts", test_texts, 1 },
		{ "provider", test_provider, 1 },
		{ "nothing", test_nothing, 1 },
		{ "same bytes", test_same_bytes, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-overlay", tables);
	lib_deinit();
	return ret;
}
