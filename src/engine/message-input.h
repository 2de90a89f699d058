#ifndef MESSAGE_INPUT_H
#define MESSAGE_INPUT_H

/* A stream of the first max_size bytes of a message, with the line ends that
   the MIME parser knows: where they are broken (CR alone, CR CR LF) the message
   is read and mended first. Unreference it. */
struct istream *message_input_create(struct istream *input, uoff_t max_size);

#endif
