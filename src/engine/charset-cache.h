#ifndef CHARSET_CACHE_H
#define CHARSET_CACHE_H

struct charset_translation;

/* A message begins, or its texts do: for it so many charsets as
   BOUNCE_LIMIT_CHARSET_LOADS may be loaded. */
void charset_cache_begin_message(void);

/* A translation of a charset to UTF-8 that was used before, or a new one, in
   its initial state; NULL where the charset is unknown, or one too many for the
   message. To begin one by
   charset_to_utf8_begin() each time loads a module of iconv, and unloads it
   again: that takes longer than to read a whole report. The cache owns it; it
   is valid until the next call. */
struct charset_translation *charset_cache_get(const char *charset);

#endif
