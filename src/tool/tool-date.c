/* Dates of messages, and dates that users give. */

#include "dovecot-compat.h"
#include "iso8601-date.h"
#include "istream.h"
#include "message-date.h"
#include "message-header-parser.h"
#include "time-util.h"
#include "tool-date.h"

#include <time.h>

/* A clock may be wrong by so much */
#define DATE_FUTURE_MAX (24 * 60 * 60)
/* The Date field is looked for in so many bytes */
#define DATE_HEADER_MAX (128 * 1024)

static bool date_find(struct istream *input, time_t *date_r)
{
	struct message_header_parser_ctx *parser;
	struct message_header_line *hdr;
	bool found = FALSE;
	int tz;

	parser = message_parse_header_init(input, NULL,
		MESSAGE_HEADER_PARSER_FLAG_SKIP_INITIAL_LWSP |
		MESSAGE_HEADER_PARSER_FLAG_CLEAN_ONELINE);
	while (!found && message_parse_header_next(parser, &hdr) > 0) {
		if (hdr->eoh)
			break;
		if (strcasecmp(hdr->name, "Date") != 0)
			continue;
		if (hdr->continues) {
			hdr->use_full_value = TRUE;
			continue;
		}
		/* With the NUL behind it: Dovecot 2.3 looks a byte too far, and
		   panics if that goes on the time. */
		T_BEGIN {
			const char *value = t_strndup(hdr->full_value,
						      hdr->full_value_len);

			found = message_date_parse((const void *)value,
						   strlen(value), date_r, &tz);
		} T_END;
		break;
	}
	message_parse_header_deinit(&parser);
	return found;
}

time_t tool_message_date(struct istream *input, time_t received)
{
	struct istream *header;
	time_t date;
	bool found;

	i_stream_seek(input, 0);
	header = i_stream_create_limit(input, DATE_HEADER_MAX);
	found = date_find(header, &date);
	i_stream_unref(&header);
	i_stream_seek(input, 0);
	if (!found || date <= 0 || date > time(NULL) + DATE_FUTURE_MAX)
		return received;
	return date;
}

int tool_date_parse(const char *str, time_t now, time_t *time_r)
{
	const char *error;
	unsigned int secs;
	int tz;

	if (strchr(str, '-') != NULL) {
		if (strchr(str, 'T') == NULL)
			str = t_strconcat(str, "T00:00:00Z", NULL);
		return iso8601_date_parse((const unsigned char *)str,
					  strlen(str), time_r, &tz) ? 0 : -1;
	}
	/* nothing came in since now */
	if (str_parse_get_interval(str, &secs, &error) < 0 || secs == 0)
		return -1;
	*time_r = now - (time_t)secs;
	return 0;
}

const char *tool_day(time_t when)
{
	return when == 0 ? "" : t_strfgmtime("%Y-%m-%d", when);
}
