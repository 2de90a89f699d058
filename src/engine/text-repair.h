#ifndef TEXT_REPAIR_H
#define TEXT_REPAIR_H

/* What happens to a text in a language but English on its way: it is encoded
   once too often, or not decoded. */

/* Returns text (valid UTF-8) as it was meant: encoded words (RFC 2047) decoded,
   and UTF-8 read where it is written as escapes ("=C3=A4", "+C3+A4", "%C3%A4",
   "\303\244", "\xc3\xa4", "\u00e4"), or where its bytes were taken for
   characters of Windows-1252, ISO-8859-1 or Windows-1251 and encoded again. A
   text without such damage is returned itself. The result (data stack) is valid
   UTF-8 without NULs; it takes linear time. */
const char *text_repair(const char *text);

#endif
