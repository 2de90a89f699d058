#ifndef COMPOSE_HEADER_H
#define COMPOSE_HEADER_H

/* Append the fields of a header (RFC 5322), up to an empty line, but for
   Subject, MIME-Version and Content-*: byte for byte, save that line ends
   become eol. What is no field does not belong there and would end the header
   for some readers: lines without a name (an mbox's "From " among them),
   fields with NUL or CR. Returns how much of dest the trace fields on top take
   (RFC 5321 4.4): there new fields belong. */
size_t compose_header_copy(string_t *dest, const unsigned char *header,
			   size_t size, const char *eol);

/* How the first line ends: "\n" or "\r\n"; NULL where there is no line end. */
const char *compose_header_eol(const unsigned char *header, size_t size);

#endif
