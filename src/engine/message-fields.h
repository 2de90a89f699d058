#ifndef MESSAGE_FIELDS_H
#define MESSAGE_FIELDS_H

/* Header fields and what is in them, while a message is read */

/* Is it one of the long fields (DKIM, ARC) that say nothing to us? */
bool message_field_is_signature(const char *name);
/* The value on one line, decoded to UTF-8 (RFC 2047), without blanks around it;
   allocated from pool. What needs no decoding is taken as it is. */
const char *message_field_value(pool_t pool, const unsigned char *data,
				size_t size);

/* Parse "type/subtype; name=value ..." (RFC 2045). Returns the type in lower
   case, and in params_r the parameters (RFC 2231), names and values in turn, or
   NULL for none; all on the data stack. */
const char *message_content_type_parse(const char *value,
				       const char *const **params_r);
/* The value of a parameter, or NULL */
const char *message_params_find(const char *const *params, const char *name);
/* The file name of a Content-Disposition value (RFC 2183), or "" */
const char *message_disposition_filename(const char *value);

#endif
