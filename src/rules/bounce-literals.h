#ifndef BOUNCE_LITERALS_H
#define BOUNCE_LITERALS_H

/* One of the literals that an expression stands for */
struct bounce_literal {
	/* as libhs takes it, with HS_FLAG_CASELESS alone */
	const char *expression;
	/* bytes of the literal */
	unsigned int size;
	/* BOUNCE_BOUND_*: what has to be at its ends */
	unsigned int bounds;
};

/* The literals that an expression stands for: `no such (user|mailbox)` is "no
   such user" and "no such mailbox". libhs compiles a literal some hundred times
   faster, and to some hundred times less, than anything else, so that thousands
   of rules stay cheap. Only alternatives, groups, `?`, lists of characters,
   escaped punctuation, and `\b` can be told apart so; anything else leaves the
   expression as it is. libhs does not look at the `\b`: who gets the match
   does, see bounce-rules-file.h.

   max is BOUNCE_LIMIT_LITERALS, or that of markers. Returns the literals and
   their number in count_r, on the data stack, or NULL where the expression is
   to be compiled as it is. */
const struct bounce_literal *
bounce_pattern_literals(const char *expression, unsigned int max,
			unsigned int *count_r);

#endif
