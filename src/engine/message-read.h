#ifndef MESSAGE_READ_H
#define MESSAGE_READ_H

/* One streaming pass over a message: its header fields and the text of its
   parts, decoded to UTF-8, within limits. What they mean is not known here. */

struct istream;
struct bounce_limits;
struct bounce_message;

struct bounce_field {
	const char *name;	/* lower case */
	const char *value;	/* decoded, on one line */
};
ARRAY_DEFINE_TYPE(bounce_field, struct bounce_field);

struct bounce_part {
	/* lower case "type/subtype"; "" where the part does not say */
	const char *content_type;
	const char *charset;
	const char *filename;
	/* the multipart that this part is in, for alternatives; NULL at the
	   top */
	struct bounce_part *parent;
	ARRAY_TYPE(bounce_field) fields;
	bool multipart;
	/* the body as text: lines end with LF; "" for multiparts */
	const char *text;
	/* text/html was turned into text */
	bool html;
	/* what a message/rfc822 part holds */
	struct bounce_message *message;
};
ARRAY_DEFINE_TYPE(bounce_part, const struct bounce_part *);

struct bounce_message {
	/* header fields are those of the first part */
	ARRAY_TYPE(bounce_part) parts;
	/* not the whole of it was read or kept */
	bool truncated;
};

/* Read a message. Returns 0 and the message (allocated from pool, at least one
   part), or -1 with error_r where the stream failed. Limits are those of
   bounce-classify.h, all set. */
int bounce_message_read(struct istream *input,
			const struct bounce_limits *limits, pool_t pool,
			struct bounce_message **msg_r,
			const char **error_r);

/* The same for a message in memory, e.g. one that was attached as a file;
   it cannot fail. limits->max_parts becomes what it leaves of it, as there may
   be many of them; where that is nothing, the message is empty. */
struct bounce_message *
bounce_message_parse(const void *data, size_t size,
		     struct bounce_limits *limits, pool_t pool);

/* The part that holds the message's own header */
const struct bounce_part *
bounce_message_top(const struct bounce_message *msg);
/* The value of the first field with that (lower case) name, or NULL. */
const char *
bounce_fields_find(const ARRAY_TYPE(bounce_field) *fields, const char *name);
const char *
bounce_message_field(const struct bounce_message *msg, const char *name);
/* A parameter of a Content-Type value ("report-type"), or NULL; allocated from
   the data stack. RFC 2045, RFC 2231. */
const char *
bounce_content_type_param(const char *value, const char *name);

#endif
