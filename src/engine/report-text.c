/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "address-find.h"
#include "bounce-limits.h"
#include "report-lines.h"
#include "report-shape.h"
#include "report-text.h"
#include "report-text-private.h"

#include <ctype.h>

/* A line that is about an address: reads it, any further ones, and the words
   behind them. Returns FALSE where the line begins with no address. */
static bool
read_address_line(struct text_reader *reader, const char *text, size_t size,
		  bool announced, bool anywhere)
{
	struct found_address found;
	struct text_recipient *rcpt = NULL;
	size_t pos = 0, last_end = 0;

	if (!address_find(text, size, &pos, &found))
		return FALSE;
	if (!shape_is_lead_in(text, found.start) && !anywhere)
		return FALSE;
	if (!announced && address_is_reporter(found.address))
		return FALSE;
	do {
		rcpt = reader_add(reader, found.address, announced);
		last_end = found.end;
		/* only what a comma joins is another recipient */
		size_t next = last_end;
		while (next < size && strchr(" \t,;<", text[next]) != NULL)
			next++;
		pos = last_end;
		if (!address_find(text, size, &pos, &found) ||
		    found.start > next)
			break;
	} while (TRUE);

	if (rcpt != NULL && last_end < size) {
		const char *rest = text + last_end;
		size_t rest_size = size - last_end;

		rcpt->sentence = str_len(rcpt->reply) == 0 &&
			rest_size > 2 && *rest == ' ' && i_isalpha(rest[1]);
		shape_skip_joint(&rest, &rest_size);
		reader_add_words(reader, rcpt, rest, rest_size);
	}
	return TRUE;
}

/* ">>> "550 ..."": the arrows only point at what was answered. */
static bool is_pointed_reply(const char *text, size_t size)
{
	while (size > 0 && strchr("> \"'", *text) != NULL) {
		text++;
		size--;
	}
	return shape_is_reply(text, size) && size > 3;
}

/* Skip the time in front of a line of a log, and the arrow behind it. Returns
   the direction, '>' or '<', or '\0' where there is no arrow. */
static char log_arrow(const char **text, size_t *size)
{
	static const char *const arrows[] = {
		">>>", "<<<", "-->", "<--", "==>", "<==", ">>", "<<", "->",
		"<-", "C:", "S:",
	};

	while (*size > 0) {
		for (unsigned int i = 0; i < N_ELEMENTS(arrows) &&
		     strchr("<>-=CS", **text) != NULL; i++) {
			size_t len = strlen(arrows[i]);

			if (*size > len &&
			    strncmp(*text, arrows[i], len) == 0) {
				*text += len;
				*size -= len;
				return *arrows[i] == '<' || *arrows[i] == 'S' ?
					'<' : '>';
			}
		}
		if (!i_isdigit(**text) && strchr("[]().,:-+/TZ ", **text) == NULL)
			break;
		(*text)++;
		(*size)--;
	}
	return '\0';
}

/* A line of a session's log, with other arrows than those of Sendmail. */
static bool
read_log_line(struct text_reader *reader, const char *text, size_t size)
{
	struct found_address found;
	struct text_recipient *rcpt = NULL;
	size_t pos = 0;
	char arrow = log_arrow(&text, &size);

	while (size > 0 && *text == ' ') {
		text++;
		size--;
	}
	if (arrow == '>' && size > 8 && strncasecmp(text, "RCPT TO:", 8) == 0) {
		reader->transcript_rcpt =
			address_find(text, size, &pos, &found) ?
			p_strdup(reader->pool, found.address) : NULL;
		return TRUE;
	}
	if (arrow == '>' && size > 5 &&
	    (strncasecmp(text, "MAIL FROM:", 10) == 0 ||
	     strncasecmp(text, "EHLO ", 5) == 0)) {
		reader->transcript_rcpt = NULL;
		return TRUE;
	}
	if (arrow != '<' || reader->transcript_rcpt == NULL ||
	    !shape_is_reply(text, size))
		return FALSE;
	rcpt = reader_add(reader, reader->transcript_rcpt, FALSE);
	if (rcpt != NULL)
		reader_add_words(reader, rcpt, text, size);
	return rcpt != NULL;
}

/* The transcript of an SMTP session, as Sendmail and its like print it:
   >>> what was sent, <<< what was answered. */
static bool
read_transcript_line(struct text_reader *reader, const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	if (size < 4)
		return FALSE;
	if (strncmp(text, ">>>", 3) == 0 && !is_pointed_reply(text, size)) {
		reader->transcript_rcpt = NULL;
		if (size > 12 && strncasecmp(text + 4, "RCPT TO", 7) == 0 &&
		    address_find(text, size, &pos, &found)) {
			reader->transcript_rcpt =
				p_strdup(reader->pool, found.address);
		}
		return TRUE;
	}
	if (strncmp(text, "<<<", 3) != 0)
		return read_log_line(reader, text, size);
	text += 3;
	size -= 3;
	while (size > 0 && *text == ' ') {
		text++;
		size--;
	}
	if (!shape_is_reply(text, size))
		return TRUE;
	if (reader->transcript_rcpt != NULL) {
		struct text_recipient *rcpt =
			reader_add(reader, reader->transcript_rcpt, FALSE);
		if (rcpt != NULL) {
			reader_add_words(reader, rcpt, text, size);
			return TRUE;
		}
	}
	reader_add_general(reader, text, size);
	return TRUE;
}

/* A reply that names an address: "550 5.1.1 <a@example.com>... User unknown" */
static void
read_reply_line(struct text_reader *reader, const char *text, size_t size)
{
	struct found_address found;
	struct text_recipient *rcpt = NULL;
	size_t pos = 0;

	if (address_find(text, size, &pos, &found) &&
	    !address_is_reporter(found.address))
		rcpt = reader_add(reader, found.address, FALSE);
	if (rcpt != NULL)
		reader_add_words(reader, rcpt, text, size);
	else
		reader_reply(reader, text, size);
}

/* Is it a reply about one of several that were announced, by name? */
static bool
names_known_recipient(struct text_reader *reader, const char *text, size_t size)
{
	struct found_address found;
	size_t pos = 0;

	return array_count(&reader->report->recipients) > 1 &&
		shape_is_reply(text, size) &&
		address_find(text, size, &pos, &found) &&
		reader_find(reader, found.address) != NULL;
}

/* In whatever words: below those that say what failed an address stands alone
   on a line, or begins a row of a table or a list. */
static bool
is_unannounced_row(const struct text_reader *reader,
		   const struct report_line *line)
{
	/* once they were announced, others are named for other reasons */
	if (reader->report->announced ||
	    ((reader->report->roles & REPORT_ROLE(BOUNCE_ROLE_FAILURE)) == 0 &&
	     !shape_has_reply(line->text, line->size)))
		return FALSE;
	return shape_is_address(line->text, line->size) ||
		shape_is_row(line->text, line->size);
}

/* A line without a marker */
static void
read_plain_line(struct text_reader *reader, const struct report_line *line)
{
	const char *text = line->text;
	size_t size = line->size;
	struct text_recipient *last;

	if (read_transcript_line(reader, text, size))
		return;

	switch (reader->expect) {
	case TEXT_EXPECT_NOTHING:
		if (shape_is_recipient(text, size) &&
		    read_address_line(reader, text, size, TRUE, FALSE)) {
			reader->group = array_count(
				&reader->report->recipients) - 1;
			reader->expect = TEXT_EXPECT_RECIPIENT_REPLY;
			return;
		}
		if (shape_is_reply(text, size))
			read_reply_line(reader, text, size);
		else if (is_unannounced_row(reader, line) &&
			 read_address_line(reader, text, size, FALSE, FALSE)) {
			reader->group = array_count(
				&reader->report->recipients) - 1;
			reader->indent = line->indent;
			reader->rows = TRUE;
			reader->expect = TEXT_EXPECT_RECIPIENT_REPLY;
		}
		return;
	case TEXT_EXPECT_RECIPIENT:
		if (shape_is_reply(text, size)) {
			read_reply_line(reader, text, size);
			return;
		}
		reader->indent = line->indent;
		if (read_address_line(reader, text, size, !reader->rows, TRUE))
			reader->expect = TEXT_EXPECT_RECIPIENT_REPLY;
		else if (size > 0)
			reader_add_general(reader, text, size);
		return;
	case TEXT_EXPECT_RECIPIENT_REPLY:
		last = reader_last(reader);
		if (!shape_is_reply(text, size) &&
		    !(reader_reply_goes_on(reader) &&
		      shape_is_mid_sentence(text, size)) &&
		    read_address_line(reader, text, size, !reader->rows,
				      FALSE)) {
			reader->indent = line->indent;
			return;
		}
		/* after a blank line only what is plainly a reply */
		if (last != NULL && (reader->blanks == 0 ||
				     str_len(last->reply) == 0 ||
				     shape_is_reply(text, size)))
			reader_add_words(reader, last, text, size);
		return;
	case TEXT_EXPECT_REPLY:
		if (shape_is_sendmail_recipient(text, size) &&
		    read_address_line(reader, text, size, TRUE, FALSE))
			return;
		last = reader_last(reader);
		/* columns: the headings above name recipient and reply */
		if (array_is_empty(&reader->report->recipients) &&
		    str_len(reader->report->reply) == reader->announced_at &&
		    (shape_is_address(text, size) ||
		     shape_is_row(text, size))) {
			reader->expect = TEXT_EXPECT_RECIPIENT;
			read_plain_line(reader, line);
			return;
		}
		/* below a reply, where the last recipient stood: the next */
		if (last != NULL && (last->announced || reader->rows) &&
		    reader_reply_goes_on(reader) &&
		    line->indent == reader->indent &&
		    shape_is_address(text, size)) {
			reader->group = array_count(
				&reader->report->recipients);
			reader->expect = TEXT_EXPECT_RECIPIENT;
			read_plain_line(reader, line);
			return;
		}
		if (names_known_recipient(reader, text, size)) {
			read_reply_line(reader, text, size);
			return;
		}
		if (reader->blanks > 0 && !shape_is_reply(text, size)) {
			last = reader_last(reader);
			if ((last != NULL ? str_len(last->reply) :
			     str_len(reader->report->reply)) > 0) {
				reader->expect = TEXT_EXPECT_NOTHING;
				read_plain_line(reader, line);
				return;
			}
		}
		/* replies that name whom they are about, where nobody was */
		last = reader_last(reader);
		if ((last == NULL || !last->announced) &&
		    shape_is_reply(text, size))
			read_reply_line(reader, text, size);
		else
			reader_reply(reader, text, size);
		return;
	}
}

/* An address that a line mentions, whatever it says of it */
static void
read_mentioned(struct text_reader *reader, const struct report_line *line)
{
	struct found_address found;
	const char *other;
	size_t pos = 0;

	while (address_find(line->text, line->size, &pos, &found)) {
		bool known = address_is_reporter(found.address);

		array_foreach_elem(&reader->mentioned, other) {
			if (strcasecmp(other, found.address) == 0)
				known = TRUE;
		}
		if (!known && array_count(&reader->mentioned) <
		    BOUNCE_LIMIT_MENTIONED) {
			const char *address =
				p_strdup(reader->pool, found.address);
			array_push_back(&reader->mentioned, &address);
		}
	}
}

/* No heading announced a recipient: the only address that the words mention is
   the one that they are about. */
static void text_add_mentioned(struct text_reader *reader)
{
	const char *address, *sender;

	if (array_count(&reader->report->recipients) > 0 ||
	    array_count(&reader->mentioned) != 1)
		return;
	address = array_idx_elem(&reader->mentioned, 0);
	array_foreach_elem(&reader->report->senders, sender) {
		if (strcasecmp(sender, address) == 0)
			return;
	}
	(void)reader_add(reader, address, FALSE);
}

/* The first address is the author's; others may follow for other reasons. */
static void
read_sender_line(struct text_reader *reader, const struct report_line *line)
{
	struct found_address found;
	size_t pos = 0;

	if (address_find(line->text, line->size, &pos, &found)) {
		const char *address = p_strdup(reader->pool, found.address);
		array_push_back(&reader->report->senders, &address);
	}
}

/* A reply, or a recipient and its reply: what looks like the name of a sender
   or like advice in it belongs to it. So does what is indented below one, or
   begins with an address where recipients are expected. */
static bool
is_reply_line(struct text_reader *reader, const struct report_line *line)
{
	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_REPLY)) != 0 ||
	    shape_is_reply(line->text, line->size) ||
	    shape_is_recipient(line->text, line->size))
		return TRUE;
	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_SENDER)) == 0 &&
	    (reader->expect == TEXT_EXPECT_RECIPIENT ||
	     reader->expect == TEXT_EXPECT_RECIPIENT_REPLY) &&
	    shape_begins_with_address(line->text, line->size))
		return TRUE;
	return line->indent > 0 && reader_reply_goes_on(reader) &&
		!shape_is_field(line->text, line->size);
}

/* Where recipients are listed: "- address (the server said: ...)" */
static bool
is_listed_recipient(const struct text_reader *reader,
		    const struct report_line *line)
{
	struct found_address found;
	size_t pos = 0;

	return (reader->expect == TEXT_EXPECT_RECIPIENT ||
		reader->expect == TEXT_EXPECT_RECIPIENT_REPLY) &&
		address_find(line->text, line->size, &pos, &found) &&
		found.end < line->marker_to &&
		shape_is_lead_in(line->text, found.start) &&
		!address_is_reporter(found.address);
}

static void
read_marked_line(struct text_reader *reader, const struct report_line *line)
{
	struct report_text *report = reader->report;
	const char *rest = line->text + line->marker_to;
	size_t size = line->size - line->marker_to;
	bool is_reply = is_reply_line(reader, line);

	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_SENDER)) != 0 && !is_reply) {
		read_sender_line(reader, line);
		return;
	}
	if (line->skip) {
		if (reader->expect == TEXT_EXPECT_REPLY)
			reader->expect = TEXT_EXPECT_NOTHING;
		return;
	}
	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_REPORTING_MTA)) != 0 &&
	    *report->reporting_mta == '\0')
		report->reporting_mta = shape_host(rest, size, reader->pool);
	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_REMOTE_MTA)) != 0) {
		struct text_recipient *last = reader_last(reader);
		const char *host = shape_host(rest, size, reader->pool);

		if (last != NULL)
			last->remote_mta = host;
		else
			report->remote_mta = host;
	}

	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_RECIPIENT)) != 0 &&
	    is_reply && shape_is_recipient(line->text, line->size)) {
		/* "<address>: mail for example.com loops back": the words that
		   announce another are of its reply */
		read_plain_line(reader, line);
	} else if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_RECIPIENT)) != 0) {
		reader->expect = TEXT_EXPECT_RECIPIENT;
		reader->rows = FALSE;
		reader->group = array_count(&report->recipients);
		if (read_address_line(reader, rest, size, TRUE, TRUE))
			reader->expect = TEXT_EXPECT_RECIPIENT_REPLY;
		else if (reader->group > 0 &&
			 memchr(line->text, '@', line->size) != NULL)
			reader->group--;
	} else if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_REPLY)) != 0 &&
		   (shape_is_recipient(line->text, line->size) ||
		    is_listed_recipient(reader, line))) {
		/* "<address>: host mx.example.com said: ..." */
		read_plain_line(reader, line);
	} else if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_REPLY)) != 0) {
		reader_announce_reply(reader);
		shape_skip_joint(&rest, &size);
		if (size > 0 && !shape_is_separator(rest, size))
			reader_reply(reader, rest, size);
	} else if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_SKIP)) != 0 &&
		   !is_reply) {
		if (reader->expect == TEXT_EXPECT_REPLY)
			reader->expect = TEXT_EXPECT_NOTHING;
	} else {
		/* a marker that says the kind does not hide what the line
		   names */
		read_plain_line(reader, line);
	}
}

/* Returns FALSE where reading ends */
static bool
read_line(struct text_reader *reader, const struct report_line *line,
	  const char *text)
{
	struct report_text *report = reader->report;

	if (line->size == 0 || shape_is_boundary(line->text, line->size)) {
		reader->blanks++;
		return TRUE;
	}
	if (*report->language == '\0')
		report->language = line->language;
	if (report->forwarded == SIZE_MAX &&
	    (line->roles & REPORT_ROLE(BOUNCE_ROLE_FORWARDED)) != 0) {
		report->forwarded = line->text + line->size - text;
		report->passed_on = array_count(&report->recipients) == 0 &&
			(report->roles &
			 REPORT_ROLE(BOUNCE_ROLE_IDENTIFY)) == 0;
	}
	report->roles |= line->roles;
	if (shape_has_reply(line->text, line->size))
		report->shows_reply = TRUE;
	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_RETURNED)) != 0) {
		report->returned = line->text + line->size;
		return FALSE;
	}

	if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_SKIP)) == 0) {
		report_words_append(report->words, line->text, line->size,
				    BOUNCE_LIMIT_WORDS_SIZE);
		if ((line->roles & REPORT_ROLE(BOUNCE_ROLE_SENDER)) == 0)
			read_mentioned(reader, line);
	}
	if (line->roles != 0)
		read_marked_line(reader, line);
	else if (!shape_is_separator(line->text, line->size))
		read_plain_line(reader, line);
	reader->blanks = 0;
	return TRUE;
}

void report_text_init(struct report_text *report_r, pool_t pool)
{
	i_zero(report_r);
	p_array_init(&report_r->recipients, pool, 4);
	p_array_init(&report_r->senders, pool, 2);
	report_r->reply = str_new(pool, 256);
	report_r->words = str_new(pool, 1024);
	report_r->reporting_mta = report_r->remote_mta = "";
	report_r->language = report_r->returned = "";
	report_r->forwarded = SIZE_MAX;
}

void report_text_read(struct report_text *report_r, const char *text,
		      const struct bounce_rules *rules,
		      struct bounce_formats *formats,
		      unsigned int max_recipients, pool_t pool)
{
	struct text_reader reader;
	struct report_lines lines;
	const struct report_line *line;

	report_text_init(report_r, pool);
	i_zero(&reader);
	reader.report = report_r;
	reader.pool = pool;
	reader.max_recipients = max_recipients;
	reader.replies_left = BOUNCE_LIMIT_REPLIES_SIZE;
	p_array_init(&reader.mentioned, pool, 4);
	hash_table_create(&reader.numbers, default_pool, 0, strcase_hash,
			  strcasecmp);

	text = shape_without_frames(text, pool);
	report_lines_init(&lines, text, rules, formats, pool);
	array_foreach(&lines.lines, line) {
		bool go_on;

		T_BEGIN {
			go_on = read_line(&reader, line, text);
		} T_END;
		if (!go_on)
			break;
	}
	text_add_mentioned(&reader);
	hash_table_destroy(&reader.numbers);
}
