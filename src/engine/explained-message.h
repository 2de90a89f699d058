#ifndef EXPLAINED_MESSAGE_H
#define EXPLAINED_MESSAGE_H

/* A message that bounceexplain made: an explanation with the report enclosed.
   It counts as what its report is. */

struct istream;
struct bounce_limits;

/* The boundary of the outer multipart begins with this (RFC 2046 5.1.1). */
#define BOUNCE_EXPLAINED_BOUNDARY "bouncecause-explained-"

/* Does that value of a Content-Type field say that it is one? NULL: no. */
bool explained_content_type(const char *value);

/* The enclosed report of such a message, which begins at that offset of the
   seekable stream: a stream of its own, which the caller unrefs. NULL where
   the message is not made like that, or the stream failed. At most what the
   limits say is looked at. */
struct istream *
explained_report_open(struct istream *input, uoff_t offset,
		      const struct bounce_limits *limits);

#endif
