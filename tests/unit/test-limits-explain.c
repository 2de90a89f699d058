/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The bounds of bounce-limits.h for explanations: what is at one of them is
   written, of what is beyond it is said that there is more */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-classify.h"
#include "bounce-compose.h"
#include "bounce-rules.h"
#include "report-returned.h"
#include "unit.h"
#include "unit-rules.h"

static struct bounce_rules *rules;
static pool_t pool;

/* What tells the recipient of that number from others */
typedef void set_t(struct bounce_recipient *rcpt, unsigned int number);

/* Its cause is another one: another action is enough for that. */
static void set_cause(struct bounce_recipient *rcpt, unsigned int number)
{
	const unsigned int causes = rules->counts[BOUNCE_SECTION_CAUSES];

	rcpt->cause = number % causes;
	rcpt->fixer = number / causes;
	rcpt->suggestion = p_strdup_printf(pool, "mark%u-", number);
}

static void set_address(struct bounce_recipient *rcpt, unsigned int number)
{
	rcpt->recipient = p_strdup_printf(pool, "mark%u-@example.net", number);
}

static void set_suggestion(struct bounce_recipient *rcpt, unsigned int number)
{
	rcpt->suggestion = p_strdup_printf(pool, "mark%u-@example.net",
					   number);
}

static void set_reply(struct bounce_recipient *rcpt, unsigned int number)
{
	rcpt->diagnostic = p_strdup_printf(pool, "550 mark%u-", number);
}

static const struct {
	const char *name;
	set_t *set;
	unsigned int limit;
	/* what stands for more, quoted-printable */
	const char *more;
} rows[] = {
	{ "causes", set_cause, BOUNCE_LIMIT_EXPLAINED_CAUSES, NULL },
	{ "addresses", set_address, BOUNCE_LIMIT_EXPLAINED_ADDRESSES,
	  "=E2=80=A6 (+1)" },
	{ "suggestions", set_suggestion, BOUNCE_LIMIT_EXPLAINED_ADDRESSES,
	  NULL },
	{ "replies", set_reply, BOUNCE_LIMIT_EXPLAINED_REPLIES,
	  "=E2=80=A6" },
};

static const char *explain(set_t *set, unsigned int count)
{
	struct bounce_report report = {
		.kind = BOUNCE_KIND_FAILURE,
		.format = "", .reporting_mta = "", .language = "",
		.returned = bounce_returned_nothing,
	};
	const struct bounce_compose compose = {
		.rules = rules,
		.report = &report,
		.advice = { .support = "" },
	};
	struct bounce_recipient rcpt;
	string_t *str = t_str_new(65536);

	p_array_init(&report.recipients, pool, count);
	for (unsigned int i = 0; i < count; i++) {
		bounce_classify_text("550 user unknown", rules, 0, pool, &rcpt);
		rcpt.action = BOUNCE_ACTION_FAILED;
		rcpt.recipient = "bob@example.net";
		set(&rcpt, i);
		array_push_back(&report.recipients, &rcpt);
	}
	bounce_compose_explanation(str, &compose, "\n");
	return str_c(str);
}

static bool has_mark(const char *text, unsigned int number)
{
	return strstr(text, t_strdup_printf("mark%u-", number)) != NULL;
}

START_TEST(test_bound)
{
	const unsigned int limit = rows[_i].limit;
	const char *more = rows[_i].more, *text;

	text = explain(rows[_i].set, limit);
	for (unsigned int i = 0; i < limit; i++)
		ck_assert_msg(has_mark(text, i), "%s: %u", rows[_i].name, i);
	ck_assert(more == NULL || strstr(text, more) == NULL);
	text = explain(rows[_i].set, limit + 1);
	ck_assert_msg(has_mark(text, limit - 1), "%s", rows[_i].name);
	ck_assert_msg(!has_mark(text, limit), "%s", rows[_i].name);
	ck_assert(more == NULL || strstr(text, more) != NULL);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "bound", test_bound, N_ELEMENTS(rows) },
		{ NULL, NULL, 0 }
	};
	int ret;

	lib_init();
	rules = unit_rules_load("engine-rules");
	pool = pool_alloconly_create("limits", 65536);
	ret = unit_run("limits-explain", tables);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
