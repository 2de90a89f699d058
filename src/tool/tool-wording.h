#ifndef TOOL_WORDING_H
#define TOOL_WORDING_H

struct bounce_rules;
struct bounce_recipient;

/* Wordings that the rules do not know yet. All of this needs recipients that
   were classified with BOUNCE_CLASSIFY_NORMALISED. */

/* Could a rule tell more about this recipient? Nobody knows the cause, or it
   is taken from a bare code. */
bool tool_wording_is_unknown(const struct bounce_rules *rules,
			     const struct bounce_recipient *rcpt);
/* The normalised text without what differs from mail to mail (numbers,
   names of hosts, ids), so that equal wordings are equal. "" where nothing was
   said. On the data stack. */
const char *tool_wording_group(const char *normalised);
/* A rule in YAML that would know this wording, several lines, each behind the
   indent. On the data stack. */
const char *tool_wording_rule(const struct bounce_recipient *rcpt,
			      const char *indent);

#endif
