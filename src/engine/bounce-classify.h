#ifndef BOUNCE_CLASSIFY_H
#define BOUNCE_CLASSIFY_H

#include "bounce-limits.h"
#include "bounce-verdict.h"

/* What a caller of bounce_classify() sets; 0 stands for the default. */
struct bounce_limits {
	uoff_t max_size;
	unsigned int max_parts;
	unsigned int max_depth;
	unsigned int max_recipients;
	size_t max_text;
};

struct istream;
struct event;
struct bounce_rules;

enum bounce_classify_flags {
	/* Read on in a message that is no report, to see whether it carries
	   one (attached or quoted). Without it such a message is dismissed on
	   its header fields. */
	BOUNCE_CLASSIFY_CARRIED		= 0x01,
	/* Keep the normalised texts in the verdict. */
	BOUNCE_CLASSIFY_NORMALISED	= 0x02,
	/* Keep all evidence in the verdict, and these texts. Of the words that
	   a pattern matched it has the least that they can be. */
	BOUNCE_CLASSIFY_EVIDENCE	= 0x04,
	/* Evidence has the very words. For them patterns are compiled again;
	   that takes long, and is not for mail processes: libhs's compiler
	   throws C++ exceptions. */
	BOUNCE_CLASSIFY_EXACT_WORDS	= 0x08
};

/* Read a message and tell what it is and, for a report, why delivery to each
   recipient failed. A message that bounceexplain made is what the report is
   that it encloses. The stream is read from where it stands and not seeked
   back; it must be blocking and seekable. envelope_sender is the address of
   the envelope sender, "" for the null sender <>, NULL where it is not known
   (Return-Path is then looked at). limits may be NULL for the defaults.

   Returns 0 and a verdict allocated from pool; any message, however broken, has
   one. Returns -1 and error_r (data stack) only where the stream failed. */
int bounce_classify(struct istream *input, const char *envelope_sender,
		    const struct bounce_rules *rules,
		    const struct bounce_limits *limits,
		    enum bounce_classify_flags flags, struct event *event,
		    pool_t pool, struct bounce_verdict **verdict_r,
		    const char **error_r);

/* Classify one reply text (what an SMTP server said) alone; what is not UTF-8
   in it becomes U+FFFD. Fills in recipient_r, allocated from pool; recipient
   and domain stay empty unless the text names an address. */
void bounce_classify_text(const char *text, const struct bounce_rules *rules,
			  enum bounce_classify_flags flags, pool_t pool,
			  struct bounce_recipient *recipient_r);

#endif
