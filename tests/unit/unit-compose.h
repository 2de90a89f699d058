#ifndef UNIT_COMPOSE_H
#define UNIT_COMPOSE_H

#include "bounce-compose.h"
#include "unit.h"

struct istream;
struct bounce_verdict;

/* A report (RFC 3464) about that address, with that reply, but for the end of
   its last part */
#define UNIT_REPORT_HEAD(address, reply) \
	"Return-Path: <>\n" \
	"From: MAILER-DAEMON@example.com\n" \
	"Content-Type: multipart/report; report-type=delivery-status;\n" \
	" boundary=b\n" \
	"\n" \
	"--b\n" \
	"Content-Type: text/plain\n\nundeliverable\n" \
	"--b\n" \
	"Content-Type: message/delivery-status\n\n" \
	"Reporting-MTA: dns; mx.example.com\n\n" \
	"Final-Recipient: rfc822; " address "\n" \
	"Action: failed\nStatus: 5.1.1\n" \
	"Diagnostic-Code: smtp; 550 5.1.1 " reply "\n\n" \
	"--b\n" \
	"Content-Type: text/rfc822-headers\n\n" \
	"From: me@example.com\n" \
	"To: you@example.net\n" \
	"Subject: Lunch\n" \
	"Date: Sat, 31 Jan 2026 12:00:00 +0100\n\n"
#define UNIT_REPORT \
	UNIT_REPORT_HEAD("you@example.net", "user unknown") "--b--\n"

/* While unit_compose_run() runs: those of engine-rules/, and where everything
   is kept */
extern struct bounce_rules *unit_compose_rules;
extern pool_t unit_compose_pool;

/* Like unit_run(), with these */
int unit_compose_run(const char *suite, const struct unit_table *tables);

/* What the message is, from its beginning */
struct bounce_verdict *unit_compose_classify(struct istream *input);

/* What is asked to explain a report */
struct bounce_compose unit_compose_of(const struct bounce_report *report);

#endif
