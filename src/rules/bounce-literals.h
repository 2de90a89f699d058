#ifndef BOUNCE_LITERALS_H
#define BOUNCE_LITERALS_H

/* More than this many literals cost libhs more than the pattern itself */
#define BOUNCE_LITERALS_MAX 400

/* The literals that an expression stands for: `no such (user|mailbox)` is "no
   such user" and "no such mailbox". libhs compiles a literal some hundred times
   faster, and to some hundred times less, than anything else, so that thousands
   of rules stay cheap. Only alternatives, groups, `?`, lists of characters
   and escaped punctuation can be told apart so; anything else leaves the
   expression as it is.

   Returns the literals, as expressions of libhs that take HS_FLAG_CASELESS
   alone, NULL-terminated and on the data stack, or NULL where the expression is
   to be compiled as it is. */
const char *const *bounce_pattern_literals(const char *expression);

#endif
