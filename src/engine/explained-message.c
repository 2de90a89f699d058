/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "istream.h"
#include "message-parser.h"
#include "bounce-classify.h"
#include "bounce-limits.h"
#include "message-fields.h"
#include "message-read.h"
#include "explained-message.h"

/* What is around the report, and its header: it is not looked into, so that
   its lines are compared with no boundary but those around it. The message,
   its parts, what they are made of; and of these so many that one too many
   shows. */
#define EXPLAINED_DEPTH 3
#define EXPLAINED_PARTS 8

bool explained_content_type(const char *value)
{
	const char *boundary;
	bool explained = FALSE;

	if (value == NULL || strncasecmp(value, "multipart/mixed", 15) != 0)
		return FALSE;
	T_BEGIN {
		boundary = bounce_content_type_param(value, "boundary");
		explained = boundary != NULL &&
			strncmp(boundary, BOUNCE_EXPLAINED_BOUNDARY,
				strlen(BOUNCE_EXPLAINED_BOUNDARY)) == 0;
	} T_END;
	return explained;
}

/* The body of the second part, where that is a message */
static const struct message_part *
enclosed_part(const struct message_part *top)
{
	const struct message_part *part =
		top->children == NULL ? NULL : top->children->next;

	if (part == NULL || part->next != NULL ||
	    (part->flags & MESSAGE_PART_FLAG_MESSAGE_RFC822) == 0)
		return NULL;
	return part;
}

/* Was enough read to tell where the report is, or that there is none? */
static bool
is_enough(const struct message_part *part, const struct bounce_limits *limits)
{
	uoff_t lines = 0, size = 0;

	/* a part's size has that of a part in it when that has ended */
	for (; part->parent != NULL; part = part->parent) {
		lines += part->header_size.lines + part->body_size.lines;
		size += part->body_size.physical_size;
		/* the report, or behind it */
		if (part->parent->parent == NULL &&
		    part != part->parent->children)
			return size > limits->max_size;
		size += part->header_size.physical_size;
	}
	lines += part->header_size.lines + part->body_size.lines;
	return lines > BOUNCE_LIMIT_EXPLANATION_LINES;
}

struct istream *
explained_report_open(struct istream *input, uoff_t offset,
		      const struct bounce_limits *limits)
{
	const struct message_parser_settings set = {
		.flags = MESSAGE_PARSER_FLAG_INCLUDE_MULTIPART_BLOCKS,
		.max_nested_mime_parts = EXPLAINED_DEPTH,
		.max_total_mime_parts = EXPLAINED_PARTS,
		.all_headers_max_size = BOUNCE_LIMIT_EXPLAINED_HEADER_SIZE +
			BOUNCE_LIMIT_HEADERS_SIZE,
	};
	struct message_parser_ctx *parser;
	struct message_part *top;
	const struct message_part *part;
	struct message_block block;
	struct istream *limited, *range = NULL;
	pool_t pool;

	pool = pool_alloconly_create("explained message", 4096);
	i_stream_seek(input, offset);
	limited = i_stream_create_limit(input, limits->max_size +
					BOUNCE_LIMIT_EXPLANATION_SIZE);
	parser = message_parser_init(pool, limited, &set);
	while (message_parser_parse_next_block(parser, &block) > 0 &&
	       !is_enough(block.part, limits)) ;
	message_parser_deinit(&parser, &top);
	part = limited->stream_errno != 0 ? NULL : enclosed_part(top);
	i_stream_unref(&limited);
	if (part != NULL) {
		i_stream_seek(input, offset + part->physical_pos +
			      part->header_size.physical_size);
		range = i_stream_create_limit(input,
					      part->body_size.physical_size);
	}
	pool_unref(&pool);
	return range;
}
