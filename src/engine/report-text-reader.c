/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "array.h"
#include "str.h"
#include "bounce-limits.h"
#include "report-text-private.h"

struct text_recipient *reader_last(struct text_reader *reader)
{
	unsigned int count = array_count(&reader->report->recipients);

	return count == 0 || count <= reader->group ? NULL :
		array_idx_modifiable(&reader->report->recipients, count - 1);
}

struct text_recipient *
reader_find(struct text_reader *reader, const char *address)
{
	unsigned int number =
		POINTER_CAST_TO(hash_table_lookup(reader->numbers, address),
				unsigned int);

	return number == 0 ? NULL :
		array_idx_modifiable(&reader->report->recipients, number - 1);
}

struct text_recipient *
reader_add(struct text_reader *reader, const char *address, bool announced)
{
	struct text_recipient *rcpt = reader_find(reader, address);

	if (rcpt != NULL) {
		if (announced)
			rcpt->announced = reader->report->announced = TRUE;
		return rcpt;
	}
	if (array_count(&reader->report->recipients) >=
	    reader->max_recipients) {
		reader->report->truncated = TRUE;
		return NULL;
	}
	rcpt = array_append_space(&reader->report->recipients);
	rcpt->address = p_strdup(reader->pool, address);
	rcpt->reply = str_new(reader->pool, 128);
	rcpt->remote_mta = "";
	rcpt->announced = announced;
	reader->report->announced = reader->report->announced || announced;
	hash_table_insert(reader->numbers, rcpt->address, POINTER_CAST(
		array_count(&reader->report->recipients)));
	return rcpt;
}

void report_words_append(string_t *dest, const char *text, size_t size,
			 size_t max_size)
{
	if (size == 0 || str_len(dest) + 1 >= max_size)
		return;
	if (str_len(dest) > 0)
		str_append_c(dest, ' ');
	str_append_data(dest, text, I_MIN(size, max_size));
	if (str_len(dest) > max_size)
		str_truncate_utf8(dest, max_size);
}

void reader_add_words(struct text_reader *reader, struct text_recipient *rcpt,
		      const char *text, size_t size)
{
	size_t before = str_len(rcpt->reply), added;

	report_words_append(rcpt->reply, text, size, reader->replies_left > 0 ?
			    BOUNCE_LIMIT_REPLY_SIZE :
			    BOUNCE_LIMIT_SHORT_REPLY_SIZE);
	added = str_len(rcpt->reply) - before;
	reader->replies_left -= I_MIN(added, reader->replies_left);
}

void reader_add_general(struct text_reader *reader, const char *text,
			size_t size)
{
	report_words_append(reader->report->reply, text, size,
			    BOUNCE_LIMIT_REPLY_SIZE);
}

void reader_reply(struct text_reader *reader, const char *text, size_t size)
{
	unsigned int i, count = array_count(&reader->report->recipients);

	if (count <= reader->group) {
		reader_add_general(reader, text, size);
		return;
	}
	for (i = reader->group; i < count; i++) {
		reader_add_words(reader, array_idx_modifiable(
			&reader->report->recipients, i), text, size);
	}
}

/* Below the words of one recipient a reply is its own, not that of the ones
   above it, and one below several without any words is theirs alone. */
static void reader_narrow_group(struct text_reader *reader)
{
	unsigned int count = array_count(&reader->report->recipients);
	unsigned int first = count;

	if (count <= reader->group + 1)
		return;
	while (first > reader->group) {
		const struct text_recipient *rcpt = array_idx(
			&reader->report->recipients, first - 1);

		if (str_len(rcpt->reply) > 0 && !rcpt->sentence)
			break;
		first--;
	}
	if (first < count)
		reader->group = first;
	else if (reader->blanks == 0)
		reader->group = count - 1;
}

void reader_announce_reply(struct text_reader *reader)
{
	unsigned int i, count = array_count(&reader->report->recipients);

	if (reader->expect == TEXT_EXPECT_RECIPIENT_REPLY)
		reader_narrow_group(reader);
	reader->expect = TEXT_EXPECT_REPLY;
	reader->announced_at = str_len(reader->report->reply);
	for (i = reader->group; i < count; i++) {
		struct text_recipient *rcpt = array_idx_modifiable(
			&reader->report->recipients, i);

		if (rcpt->sentence)
			str_truncate(rcpt->reply, 0);
		rcpt->sentence = FALSE;
	}
}

bool reader_reply_goes_on(struct text_reader *reader)
{
	const struct text_recipient *last = reader_last(reader);
	const string_t *reply = last != NULL ? last->reply :
		reader->report->reply;

	return reader->blanks == 0 && str_len(reply) > 0 &&
		(reader->expect == TEXT_EXPECT_RECIPIENT_REPLY ||
		 reader->expect == TEXT_EXPECT_REPLY);
}
