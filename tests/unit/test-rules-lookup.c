/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Looking things up in loaded rules, and names */

#include "lib.h"
#include "str.h"
#include "bounce-rules.h"
#include "unit.h"
#include "unit-compile.h"

static const char *const dirs[] = { "base", NULL };

static struct unit_compile unit;
static struct bounce_rules *rules;

static void setup(void)
{
	static const char *const tags[] = {
		"de", "pt-BR", "zh-CN", "zh-TW", NULL
	};
	unsigned int i;

	unit_compile_init(&unit);
	for (i = 0; tags[i] != NULL; i++) {
		unit_compile_add_str(&unit,
			t_strconcat("base/", tags[i], ".yaml", NULL),
			t_strdup_printf("language: %s\nwords:\n"
				"  - {id: retry-never, text: '%s'}\n",
				tags[i], tags[i]));
	}
	unit_compile_add_str(&unit, "base/words.yaml",
			     "language: en\nwords:\n"
			     "  - {id: no-recipient, text: somebody}\n");
	unit_compile_add_str(&unit, "base/acme.yaml",
			     "provider: acme\n"
			     "hosts: ['*.acme.example', 'mx?.acme.test']\n"
			     "domains: [acme.example]\n");
	unit_compile_add_str(&unit, "base/west.yaml",
			     "provider: acme-west\n"
			     "hosts: ['*.west.acme.example']\n"
			     "domains: ['*.acme.example', acme-west.example]\n"
			     "rules:\n"
			     "  - id: west.one\n"
			     "    cause: user-unknown\n"
			     "    status: ['5.7.*', 4.1.1]\n"
			     "    code: ['55?']\n");
	unit_compile_add_str(&unit, "base/domains.yaml",
			     "well-known: [gmail.com, web.de]\n"
			     "real: [gmail.fr, a.example, web.de]\n");
	rules = unit_compile_load(&unit, dirs);
}

static void teardown(void)
{
	bounce_rules_unref(&rules);
	unit_compile_deinit(&unit);
}

static const struct {
	const char *tag;
	/* NULL: none */
	const char *found;
} language_rows[] = {
	{ "en", "en" },
	{ "EN", "en" },
	{ "en-GB", "en" },
	{ "en_US", "en" },
	{ "de-Latn-AT-1996", "de" },
	{ "de_AT", "de" },
	{ "pt-BR", "pt-BR" },
	{ "pt_br", "pt-BR" },
	{ "pt", NULL },
	{ "pt-PT", NULL },
	{ "zh", "zh-CN" },
	{ "zh-CN", "zh-CN" },
	{ "zh_cn", "zh-CN" },
	{ "zh-Hans", "zh-CN" },
	{ "zh-Hans-HK", "zh-CN" },
	{ "zh-SG", "zh-CN" },
	{ "zh-TW", "zh-TW" },
	{ "zh_TW", "zh-TW" },
	{ "zh-Hant", "zh-TW" },
	{ "zh-Hant-HK", "zh-TW" },
	{ "zh-HK", "zh-TW" },
	{ "zh-MO", "zh-TW" },
	{ "fr", NULL },
	{ "e", NULL },
	{ "", NULL },
	{ "-", NULL },
	{ "zhx", NULL },
};

START_TEST(test_language)
{
	const char *tag = language_rows[_i].tag;
	uint32_t idx;

	setup();
	idx = bounce_rules_find_language(rules, tag);
	if (language_rows[_i].found == NULL) {
		ck_assert_msg(idx == BOUNCE_NONE, "'%s' is %u", tag, idx);
	} else {
		ck_assert_msg(idx != BOUNCE_NONE, "'%s' is none", tag);
		unit_assert_str("language", tag,
			bounce_rules_str(rules, rules->languages[idx].tag),
			language_rows[_i].found);
	}
	teardown();
}
END_TEST

static const struct {
	const char *host;
	const char *provider;
	bool domain;
} provider_rows[] = {
	{ "mx.acme.example", "acme", FALSE },
	{ "MX.ACME.example", "acme", FALSE },
	{ "mx.west.acme.example", "acme-west", FALSE },
	{ "mx1.acme.test", "acme", FALSE },
	{ "mx12.acme.test", NULL, FALSE },
	{ "acme.example", NULL, FALSE },
	{ "xacme.example", NULL, FALSE },
	{ "", NULL, FALSE },
	/* nothing is read behind the end */
	{ "\0.west.acme.example", NULL, FALSE },
	{ ".", NULL, FALSE },
	{ ".acme.example", NULL, FALSE },
	{ "a..west.acme.example", "acme-west", FALSE },
	{ "acme.example.", NULL, FALSE },
	{ "acme.example", "acme", TRUE },
	{ "Acme.Example", "acme", TRUE },
	{ "sub.acme.example", "acme-west", TRUE },
	{ "acme-west.example", "acme-west", TRUE },
	{ "acme.example.org", NULL, TRUE },
};

START_TEST(test_provider)
{
	uint32_t idx;
	const char *id;

	setup();
	idx = provider_rows[_i].domain ?
		bounce_rules_find_provider_domain(rules,
			provider_rows[_i].host) :
		bounce_rules_find_provider_host(rules, provider_rows[_i].host);
	id = idx == BOUNCE_NONE ? "none" :
		bounce_rules_str(rules, rules->providers[idx].id);
	unit_assert_str("provider", provider_rows[_i].host, id,
			provider_rows[_i].provider == NULL ? "none" :
			provider_rows[_i].provider);
	teardown();
}
END_TEST

static const struct {
	const char *value;
	bool status;
	bool matches;
} list_rows[] = {
	{ "5.7.1", TRUE, TRUE },
	{ "5.7.606", TRUE, TRUE },
	{ "4.1.1", TRUE, TRUE },
	{ "4.1.10", TRUE, FALSE },
	{ "5.1.1", TRUE, FALSE },
	{ "", TRUE, FALSE },
	{ "550", FALSE, TRUE },
	{ "450", FALSE, FALSE },
	{ "5500", FALSE, FALSE },
};

START_TEST(test_list)
{
	const struct bounce_list none = { 0, 0 };

	setup();
	ck_assert(bounce_rules_list_match(rules, list_rows[_i].status ?
		&rules->rules[0].status : &rules->rules[0].code,
		list_rows[_i].value) == list_rows[_i].matches);
	ck_assert(bounce_rules_list_match(rules, &none, list_rows[_i].value));
	teardown();
}
END_TEST

static const struct {
	const char *domain;
	/* -1: not there */
	int well_known;
} domain_rows[] = {
	{ "gmail.com", 1 },
	{ "GMAIL.com", 1 },
	{ "gmail.fr", 0 },
	{ "web.de", 1 },
	{ "a.example", 0 },
	{ "b.example", -1 },
	{ "a", -1 },
	{ "zzz", -1 },
	{ "", -1 },
};

START_TEST(test_domain)
{
	const struct bounce_domain_rec *rec;

	setup();
	rec = bounce_rules_find_domain(rules, domain_rows[_i].domain);
	ck_assert_msg((rec == NULL ? -1 : (int)rec->well_known) ==
		      domain_rows[_i].well_known, "%s",
		      domain_rows[_i].domain);
	teardown();
}
END_TEST

START_TEST(test_others)
{
	uint32_t english;

	setup();
	english = bounce_rules_find_language(rules, "en");
	ck_assert_int_eq(english, 0);
	ck_assert_int_eq(bounce_rules_find_cause(rules, "mailbox-full"), 1);
	ck_assert(bounce_rules_find_cause(rules, "mailbox") == BOUNCE_NONE);
	ck_assert_str_eq(bounce_rules_find_word(rules, 1, "no-recipient"),
			 "somebody");
	ck_assert_str_eq(bounce_rules_find_word(rules, 1, "retry-never"),
			 "de");
	ck_assert_str_eq(bounce_rules_find_word(rules, 0, "nonsense"), "");
	teardown();
}
END_TEST

static const char *const names[] = {
	"user-unknown", "host-unknown", "mailbox-full", "message-too-large",
	"spam-content", "mx-missing", "severity", "status", NULL
};

static const struct {
	const char *wanted;
	const char *nearest;
} name_rows[] = {
	{ "user-unknown", "user-unknown host-unknown" },
	{ "user-unknwon", "user-unknown" },
	{ "usre-unknown", "user-unknown host-unknown" },
	{ "mailboxfull", "mailbox-full" },
	{ "MAILBOX-FULL", "mailbox-full" },
	{ "full", "mailbox-full" },
	{ "spam", "spam-content" },
	{ "severty", "severity" },
	{ "stauts", "status" },
	{ "xyzzy", "" },
	{ "", "" },
	{ "a", "" },
	{ "this-is-longer-than-any-name-can-be-and-so-is-nothing-like-it-at-all-xx",
	  "" },
};

START_TEST(test_nearest)
{
	unit_assert_str("nearest", name_rows[_i].wanted,
		t_strarray_join(bounce_names_nearest(names,
			name_rows[_i].wanted, 2), " "),
		name_rows[_i].nearest);
}
END_TEST

START_TEST(test_names)
{
	ck_assert_str_eq(bounce_severity_name(BOUNCE_SEVERITY_TEMPORARY),
			 "temporary");
	ck_assert_str_eq(bounce_severity_name(BOUNCE_SEVERITY_UNSET), "");
	ck_assert_str_eq(bounce_fixer_name(BOUNCE_FIXER_NOBODY), "nobody");
	ck_assert_str_eq(bounce_fixer_name(99), "");
	ck_assert_str_eq(bounce_retry_name(BOUNCE_RETRY_FIXED), "fixed");
	ck_assert_str_eq(bounce_confidence_name(BOUNCE_CONFIDENCE_LOW), "low");
	ck_assert_str_eq(bounce_rank_name(BOUNCE_RANK_STATUS), "status");
	ck_assert_str_eq(bounce_stage_name(BOUNCE_STAGE_RCPT), "rcpt");
	ck_assert_str_eq(bounce_stage_name(BOUNCE_STAGE_UNKNOWN), "");
	ck_assert_str_eq(bounce_role_name(BOUNCE_ROLE_AUTO_REPLY),
			 "auto-reply");
	ck_assert_str_eq(bounce_role_name(BOUNCE_ROLE_RULE_NONE), "none");
	ck_assert_str_eq(bounce_role_name(BOUNCE_ROLE_COUNT), "");
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "language", test_language, N_ELEMENTS(language_rows) },
		{ "provider", test_provider, N_ELEMENTS(provider_rows) },
		{ "list", test_list, N_ELEMENTS(list_rows) },
		{ "domain", test_domain, N_ELEMENTS(domain_rows) },
		{ "others", test_others, 1 },
		{ "nearest", test_nearest, N_ELEMENTS(name_rows) },
		{ "names", test_names, 1 },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	ret = unit_run("rules-lookup", tables);
	lib_deinit();
	return ret;
}
