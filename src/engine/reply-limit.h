#ifndef REPLY_LIMIT_H
#define REPLY_LIMIT_H

/* The number that a reply text states behind a limit marker, as people read it:
   "20", "10 MB" for "10485760 bytes" or "10240 KB". text is normalised (see
   reply-parse.h) and begins behind the marker. size: the limit is one of size,
   so that a large number without a unit counts bytes. Returns NULL (else on
   the data stack) where no number follows. */
const char *reply_limit_parse(const char *text, bool size);

#endif
