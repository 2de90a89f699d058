#ifndef TOOL_DATE_H
#define TOOL_DATE_H

struct istream;

/* When a message was written: its Date field, unless that is missing, broken
   or in the future; then `received`. The stream is read from its start and
   seeked back to it. */
time_t tool_message_date(struct istream *input, time_t received);
/* A point in time that a user gives: a date or date and time ("2026-01-31",
   "2026-01-31T12:00:00Z"), or so long before now ("7d", "2 weeks", "12h").
   Returns 0, or -1 when it is none of these. */
int tool_date_parse(const char *str, time_t now, time_t *time_r);
/* The day as "2026-01-31", in UTC; "" for 0. On the data stack. */
const char *tool_day(time_t when);

#endif
