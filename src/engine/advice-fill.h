#ifndef ADVICE_FILL_H
#define ADVICE_FILL_H

struct bounce_rules;

/* What texts can name. The names are {recipient}, {sender-domain} ... */
enum advice_placeholder {
	ADVICE_RECIPIENT = 0,
	ADVICE_DOMAIN,
	ADVICE_SENDER,
	ADVICE_SENDER_DOMAIN,
	ADVICE_REMOTE_MTA,
	ADVICE_REPORTING_MTA,
	ADVICE_LIMIT,
	ADVICE_SUPPORT,
	ADVICE_PROVIDER,
	ADVICE_STATUS,
	ADVICE_REPLY,
	/* in words only */
	ADVICE_SUBJECT,
	ADVICE_COUNT,
	ADVICE_RETRY_AFTER,
	ADVICE_SUGGESTION,
	/* set by who composes a message, else "" */
	ADVICE_TITLE,
	ADVICE_FAILED,
	ADVICE_TOTAL,

	ADVICE_PLACEHOLDER_COUNT
};

/* The values for one recipient; NULL counts as "". They are put in as they
   are: nothing in them is taken for a placeholder. */
struct advice_values {
	const struct bounce_rules *rules;
	uint32_t language;
	const char *value[ADVICE_PLACEHOLDER_COUNT];
};

/* Append a text with its placeholders filled in.

   text        = *(segment / placeholder / character)
   segment     = "[[" *(placeholder / character) "]]"
   placeholder = "{" name "}"

   A segment is dropped where a placeholder in it is empty. An empty one
   elsewhere is replaced by the word "no-" name of the language. What is no
   known placeholder stays as it is. */
void advice_fill(const struct advice_values *values, const char *text,
		 string_t *dest);

#endif
