#ifndef EXPLAIN_PRINT_H
#define EXPLAIN_PRINT_H

struct bounce_rules;
struct bounce_report;
struct bounce_recipient;

struct explain_print {
	const struct bounce_rules *rules;
	/* a tag, "auto" or NULL: auto */
	const char *language;
	/* for advice that says "submit it to ..." */
	const char *support;
	/* for what is allocated on the way */
	pool_t pool;
};

/* "  label       value", folded; nothing where the value is empty. */
void explain_print_field(const char *label, const char *value);
/* Everything about one recipient: what is known, each piece of evidence, what
   won and why, the texts, and for an unknown wording the draft of a rule. The
   recipient was classified with BOUNCE_CLASSIFY_EVIDENCE. */
void explain_print_recipient(const struct explain_print *ctx,
			     const struct bounce_report *report,
			     const struct bounce_recipient *rcpt);

#endif
