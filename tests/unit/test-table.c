/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The rules as they are delivered: each prompt of the provider's bounce table
   leads to its row, alone and as the mail systems pass it on. */

#include "lib.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* automake's word for a test that cannot be run */
#define EXIT_SKIPPED 77

static struct bounce_rules *rules;
static pool_t pool;

static const struct {
	unsigned int row;
	const char *prompt;
} prompts[] = {
	{ 1, "User not found" },
	{ 1, "User unknown" },
	{ 1, "No such user" },
	{ 1, "Invalid User" },
	{ 1, "No exist" },
	{ 1, "Mailbox not found" },
	{ 1, "invalid address (#5.5.0)" },
	{ 2, "Host not found" },
	{ 2, "DNS error" },
	{ 2, "Bad host" },
	{ 2, "Domain not found" },
	{ 2, "Host unreachable" },
	{ 2, "Sorry, I couldnt find any host named example.cn. (#5.1.2)" },
	{ 2, "Sorry, I couldn't find any host named example.cn. (#5.1.2)" },
	{ 3, "Quota exceeded" },
	{ 3, "mailbox is full" },
	{ 3, "Quota exceed the hard limit for user" },
	{ 3, "mail box space not enough" },
	{ 4, "Too large" },
	{ 4, "Maximum fixed size" },
	{ 4, "552 Message size exceeds fixed limit" },
	{ 5, "Rejected" },
	{ 5, "Not allowed" },
	{ 5, "Message blocked" },
	{ 5, "552 Error: content rejected" },
	{ 5, "553 Mail data refused" },
	{ 6, "Black list" },
	{ 6, "Spam" },
	{ 6, "Spammers" },
	{ 7, "Connection timed out" },
	{ 8, "Error in command" },
	{ 8, "Syntax error" },
	{ 9, "Too many" },
	{ 9, "Less than" },
	{ 9, "553 Too many recients in the mail, should less than 20" },
	{ 9, "553 Too many recipients in the mail, should less than 20" },
	{ 10, "User bob@example.com is disabled" },
	{ 10, "bob@example.com is now disabled with SMTP service" },
	{ 10, "User bob@example.com is not act" },
	{ 10, "User ***@*** is not act" },
	{ 11, "554 Reject by behaviour spam" },
	{ 12, "ESO_LOCAL_SPAM: spamed by local spam engine" },
	{ 13, "Sorry, I wasnt able to establish an SMTP connection. (#4.4.1)" },
	{ 13, "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)" },
	{ 13, "550 System is busy" },
	{ 14, "Sorry, I couldn\xe2\x80\x9dt find a mail exchanger or IP address" },
	{ 14, "Sorry, I couldnt find a mail exchanger or IP address." },
	{ 15, "Sorry, I couldn\\\xe2\x80\x99t find a mail exchanger or IP "
	  "address. (#5.4.4)" },
	{ 15, "Sorry, I couldn't find a mail exchanger or IP address. "
	  "(#5.4.4)" },
	{ 16, "zzz" },
};

/* What stands before and behind the prompt */
static const struct {
	const char *before;
	const char *behind;
} wrappers[] = {
	{ "", "" },
	{ "  ", "\r\n" },
	{ "smtp; ", "" },
	{ "SMTP; ", "" },
	{ "host mx.example.com[192.0.2.1] said: ",
	  " (in reply to RCPT TO command)" },
	{ "SMTP error from remote mail server after RCPT TO:<bob@example.com>: "
	  "host mx.example.com [192.0.2.1]: ", "" },
	{ "Remote host said: ", "" },
	{ "SMTP error, RCPT TO: Host example.com(192.0.2.1) RCPT TO said ",
	  "" },
};

START_TEST(test_row)
{
	unsigned int prompt = _i / N_ELEMENTS(wrappers);
	unsigned int wrapper = _i % N_ELEMENTS(wrappers);
	struct bounce_recipient rcpt;
	const char *text;

	text = t_strconcat(wrappers[wrapper].before, prompts[prompt].prompt,
			   wrappers[wrapper].behind, NULL);
	bounce_classify_text(text, rules, 0, pool, &rcpt);
	ck_assert_msg(rules->causes[rcpt.cause].row == prompts[prompt].row,
		      "'%s' is %s by %s, not row %u", text, rcpt.cause_id,
		      rcpt.rule_id, prompts[prompt].row);
}
END_TEST

int main(void)
{
	const struct unit_table tables[] = {
		{ "rows", test_row,
		  N_ELEMENTS(prompts) * N_ELEMENTS(wrappers) },
		{ NULL, NULL, 0 }
	};
	const char *path = getenv("BOUNCECAUSE_RULES"), *error;
	int ret;

	lib_init();
	if (path == NULL)
		path = "../../rules/bouncecause.rules";
	if (access(path, R_OK) < 0) {
		printf("SKIP: there are no compiled rules, %s\n", path);
		return EXIT_SKIPPED;
	}
	if (bounce_rules_open(path, &rules, &error) < 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	pool = pool_alloconly_create("test", 4096);
	ret = unit_run("table", tables);
	pool_unref(&pool);
	bounce_rules_unref(&rules);
	lib_deinit();
	return ret;
}
