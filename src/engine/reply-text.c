/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

#include "lib.h"
#include "buffer.h"
#include "str.h"
#include "unichar.h"
#include "reply-parse.h"
#include "recipient-classify.h"

static const char *text_valid_utf8(const char *text)
{
	size_t size = strlen(text);
	string_t *valid = t_str_new(size);

	if (uni_utf8_get_valid_data((const unsigned char *)text, size, valid))
		return text;
	return str_c(valid);
}

void bounce_classify_text(const char *text, const struct bounce_rules *rules,
			  enum bounce_classify_flags flags, pool_t pool,
			  struct bounce_recipient *recipient_r)
{
	struct bounce_reply reply;

	i_zero(recipient_r);
	T_BEGIN {
		text = text_valid_utf8(text);
		bounce_reply_parse(text, &reply);
		recipient_r->recipient = reply.address;
		recipient_r->diagnostic = text;
		bounce_recipient_classify(recipient_r, rules, "", flags, pool);
	} T_END;
}
