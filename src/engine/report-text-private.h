#ifndef REPORT_TEXT_PRIVATE_H
#define REPORT_TEXT_PRIVATE_H

#include "hash.h"
#include "report-text.h"

/* What is known while the lines of a report are walked over */

enum text_expect {
	/* nothing was announced */
	TEXT_EXPECT_NOTHING = 0,
	/* a heading announced failed addresses */
	TEXT_EXPECT_RECIPIENT,
	/* an address was read: its reply may follow */
	TEXT_EXPECT_RECIPIENT_REPLY,
	/* a heading announced a reply */
	TEXT_EXPECT_REPLY
};

struct text_reader {
	struct report_text *report;
	pool_t pool;
	unsigned int max_recipients;
	/* address (in any case) -> its number + 1 */
	HASH_TABLE(const char *, void *) numbers;
	enum text_expect expect;
	/* the size of the words of nobody when a reply was announced */
	size_t announced_at;
	/* recipients from here on wait for a common reply */
	unsigned int group;
	/* how far the line of the last one was indented */
	unsigned int indent;
	/* bytes that there is room for in all recipients' replies */
	size_t replies_left;
	/* recipients stand in rows that nothing announced */
	bool rows;
	/* blank lines since the last words */
	unsigned int blanks;
	/* the address of the last ">>> RCPT TO" of a transcript, or NULL */
	const char *transcript_rcpt;
	/* addresses on lines that are neither skipped nor the author's */
	ARRAY_TYPE(const_string) mentioned;
};

/* The recipient that a line may speak of: the last one since a heading, or
   NULL */
struct text_recipient *reader_last(struct text_reader *reader);
/* Add a recipient unless it is there. NULL where there are too many. */
struct text_recipient *
reader_add(struct text_reader *reader, const char *address, bool announced);
/* The recipient with that address, NULL where it is none so far. */
struct text_recipient *
reader_find(struct text_reader *reader, const char *address);
/* Words said of a recipient; of nobody by name; of all recipients since the
   last heading, or of nobody where there are none */
void reader_add_words(struct text_reader *reader, struct text_recipient *rcpt,
		      const char *text, size_t size);
void reader_add_general(struct text_reader *reader, const char *text,
			size_t size);
void reader_reply(struct text_reader *reader, const char *text, size_t size);
/* A heading announces a reply: it counts before a sentence that merely named
   the recipient. */
void reader_announce_reply(struct text_reader *reader);
/* Is the line above one of a reply? */
bool reader_reply_goes_on(struct text_reader *reader);

/* Append words, joined by a blank, as far as there is room for them. */
void report_words_append(string_t *dest, const char *text, size_t size,
			 size_t max_size);

#endif
