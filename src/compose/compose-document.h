#ifndef COMPOSE_DOCUMENT_H
#define COMPOSE_DOCUMENT_H

#include "bounce-compose.h"

/* What an explanation says, before it is plain text or HTML: a banner, then
   blocks from top to bottom. Both are written from it, so that they say the
   same. */

/* These bytes stand around what is from the report. No value holds them
   otherwise: values have no control characters. */
#define COMPOSE_FOREIGN_BEGIN '\002'
#define COMPOSE_FOREIGN_END '\003'

enum compose_block_type {
	/* a paragraph */
	COMPOSE_TEXT = 0,
	/* the heading of a section */
	COMPOSE_HEADING,
	/* the title of one cause of several */
	COMPOSE_CAUSE,
	/* items without labels: things to do, addresses */
	COMPOSE_LIST,
	/* a paragraph that should not be overlooked */
	COMPOSE_HINT,
	/* items with labels */
	COMPOSE_FACTS,
	/* as those three, but for the administrator: less prominent */
	COMPOSE_SMALL_HEADING,
	COMPOSE_SMALL_FACTS,
	COMPOSE_SMALL_TEXT
};

/* How bad it is, for colours; the state says it in words. */
enum compose_tone {
	COMPOSE_TONE_DELAYED = 0,
	COMPOSE_TONE_TEMPORARY,
	COMPOSE_TONE_PERMANENT
};

struct compose_item {
	/* with its colon; NULL in lists */
	const char *label;
	const char *text;
};
ARRAY_DEFINE_TYPE(compose_item, struct compose_item);

struct compose_block {
	enum compose_block_type type;
	/* NULL where there are items */
	const char *text;
	/* of a cause */
	enum compose_tone tone;
	ARRAY_TYPE(compose_item) items;
};

struct compose_document {
	/* language tag (BCP 47) */
	const char *language;
	enum compose_tone tone;
	/* the banner: "Not delivered", "1 of 7 addresses" or NULL, and what
	   happened in a few words */
	const char *state;
	const char *count;
	const char *title;
	ARRAY(struct compose_block) blocks;
};

/* Everything is allocated from pool. enclosed: the report is in the message,
   too. */
struct compose_document *
compose_document_create(const struct bounce_compose *compose, bool enclosed,
			pool_t pool);

/* Append the document. Lines end with LF. */
void compose_text_write(string_t *dest, const struct compose_document *doc);
void compose_html_write(string_t *dest, const struct compose_document *doc);

#endif
