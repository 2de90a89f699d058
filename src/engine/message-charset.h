#ifndef MESSAGE_CHARSET_H
#define MESSAGE_CHARSET_H

/* Bytes of a mail to UTF-8, for the charset labels that mails really carry.
   The conversion itself is lib-charset's. */

/* Is a byte beyond ASCII among them? */
bool message_has_8bit(const unsigned char *data, size_t size);

/* Append data, labelled with charset (NULL or "": not labelled), to dest as
   valid UTF-8 without NULs. Labels that promise less than what is sent are
   widened (gb2312 is read as gb18030), unknown and missing ones are guessed
   from the bytes. Nothing fails: what cannot be read becomes U+FFFD. */
void message_charset_to_utf8(const char *charset, const unsigned char *data,
			     size_t size, buffer_t *dest);

/* Append a header field's value, its encoded words (RFC 2047) decoded with the
   same charset reading, as valid UTF-8 on one line. */
void message_charset_decode_header(const unsigned char *data, size_t size,
				   buffer_t *dest);

/* The language that a charset label is a sign of ("gb2312" -> "zh-CN"), or "".
   RFC 5646 tag. */
const char *message_charset_language(const char *charset);

#endif
