#ifndef REPLY_CLEAN_H
#define REPLY_CLEAN_H

#include "bounce-limits.h"

/* A reply text as it can be read and matched: on one line, valid UTF-8, HTML
   entities decoded, folded (see text-fold.h), and the apostrophes that gateways
   mangle gone like the others: "couldn?t", "couldn\'t" and "couldn t" are all
   "couldnt". Appends to dest; uses the data stack. */
void reply_clean(const char *text, string_t *dest);

#endif
