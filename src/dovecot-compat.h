#ifndef DOVECOT_COMPAT_H
#define DOVECOT_COMPAT_H

/* Where the interfaces of libdovecot 2.3 and 2.4 differ. All files use the
   names of 2.4, and those of this header; none asks for a version. (For
   Pigeonhole, see src/sieve/ext-bouncecause-compat.h.)

   The names to use: str_begins_with(), str_parse_get_size(),
   str_parse_get_interval(); t_base64_decode() in place of base64_decode(). */

#include "lib.h"

#if DOVECOT_PREREQ(2, 4, 0)

#include "str-parse.h"

#else

#include "settings-parser.h"

/* Does haystack begin with needle? (In 2.3 that is str_begins(), which is
   another function in 2.4.) */
#define str_begins_with(haystack, needle) str_begins(haystack, needle)

/* A size like "1M", in bytes. Returns 0, or -1 with the error. */
static inline int
str_parse_get_size(const char *str, uoff_t *bytes_r, const char **error_r)
{
	return settings_get_size(str, bytes_r, error_r);
}

/* An interval like "2 days", in seconds. Returns 0, or -1 with the error. */
static inline int
str_parse_get_interval(const char *str, unsigned int *secs_r,
		       const char **error_r)
{
	return settings_get_time(str, secs_r, error_r);
}

#endif

#endif
