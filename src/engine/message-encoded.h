#ifndef MESSAGE_ENCODED_H
#define MESSAGE_ENCODED_H

/* Text that is encoded though no header field says how. */

/* A file in a text, as uuencode(1) writes it */
struct message_uufile {
	const char *name;
	/* "begin" and what follows "end", in the text */
	size_t start;
	size_t end;
};

/* Find the first such file at or after a position; its content is appended to
   dest, as far as it can be read. The name is on the data stack. Returns FALSE
   for none. */
bool message_uudecode(const unsigned char *text, size_t size, size_t pos,
		      struct message_uufile *file_r, buffer_t *dest);

/* Is the whole text base64, in lines? It is then decoded to dest. */
bool message_base64_decode(const unsigned char *text, size_t size,
			   buffer_t *dest);

#endif
