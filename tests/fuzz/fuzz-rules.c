/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* A compiled rule file: the loader, and the engine with what was loaded. The
   checksum tells damage, not malice, so it is made right. */

#include "lib.h"
#include "istream.h"
#include "write-full.h"
#include "bounce-classify.h"
#include "bounce-rules.h"
#include "fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char report[] =
	"From: MAILER-DAEMON@mx.example.com\n"
	"Subject: Undelivered Mail Returned to Sender\n"
	"Return-Path: <>\n"
	"Content-Type: multipart/report; boundary=b;\n"
	" report-type=delivery-status\n"
	"\n"
	"--b\n\n<ann@example.net>: host mx.example.net said: 550 5.1.1 User\n"
	" unknown\n"
	"--b\nContent-Type: message/delivery-status\n\n"
	"Reporting-MTA: dns; mx.example.com\n\n"
	"Final-Recipient: rfc822; ann@example.net\n"
	"Action: failed\nStatus: 5.1.1\n"
	"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
	"--b--\n";

static struct bounce_rules *load(const uint8_t *data, size_t size)
{
	struct bounce_rules *rules = NULL;
	const char *error;
	int fd = memfd_create("rules", MFD_CLOEXEC);

	if (fd == -1)
		i_fatal("memfd_create() failed: %m");
	if (write_full(fd, data, size) < 0 || fchmod(fd, 0600) < 0)
		i_fatal("write() failed: %m");
	if (bounce_rules_open(t_strdup_printf("/proc/self/fd/%d", fd), &rules,
			      &error) < 0)
		rules = NULL;
	i_close_fd(&fd);
	return rules;
}

/* The bounds of the sections are as the checksum needs them. */
static bool checksum_is_possible(const uint8_t *data, size_t size)
{
	const struct bounce_rules_header *header = (const void *)data;
	const struct bounce_rules_section *section;
	unsigned int i;

	if (size < sizeof(*header) || header->file_size != size ||
	    size % sizeof(uint64_t) != 0)
		return FALSE;
	for (i = 0; i < BOUNCE_SECTION_COUNT; i++) {
		section = &header->sections[i];
		if (section->offset < sizeof(*header) ||
		    section->offset % BOUNCE_RULES_ALIGNMENT != 0 ||
		    section->offset > size ||
		    section->size > size - section->offset ||
		    (i >= BOUNCE_SECTION_DB_HEADER && section->size > 0 &&
		     section->size < BOUNCE_RULES_DB_START_SIZE))
			return FALSE;
	}
	return TRUE;
}

static void use(const struct bounce_rules *rules)
{
	struct bounce_verdict *verdict;
	struct bounce_recipient rcpt;
	struct istream *input;
	const char *error;
	pool_t pool = pool_alloconly_create("fuzz", 4096);

	(void)bounce_rules_use(rules);
	input = i_stream_create_from_data(report, sizeof(report) - 1);
	if (bounce_classify(input, "", rules, NULL, BOUNCE_CLASSIFY_CARRIED,
			    NULL, pool, &verdict, &error) == 0)
		fuzz_check_report(rules, verdict->report, TRUE);
	i_stream_unref(&input);
	bounce_classify_text("552 5.2.2 mailbox of ann is full, 20 MB", rules,
			     0, pool, &rcpt);
	(void)bounce_rules_find_provider_host(rules, "mx1.mail.example.com");
	(void)bounce_rules_find_provider_domain(rules, "example.com");
	pool_unref(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bounce_rules *rules;
	uint64_t *copy;

	fuzz_init();
	/* aligned, as a map is */
	copy = i_malloc(I_MAX(size, 1));
	memcpy(copy, data, size);
	if (checksum_is_possible((const void *)copy, size)) {
		struct bounce_rules_header *header = (void *)copy;

		(void)bounce_rules_checksum(-1, copy, &header->checksum);
	}
	T_BEGIN {
		rules = load((const void *)copy, size);
		if (rules != NULL) {
			use(rules);
			bounce_rules_unref(&rules);
		}
	} T_END;
	i_free(copy);
	return 0;
}
