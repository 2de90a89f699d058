#ifndef DOMAIN_SUGGEST_H
#define DOMAIN_SUGGEST_H

struct bounce_rules;

/* The well-known domain (rules/domains.yaml) that is one keystroke away from a
   domain: a character too many, too few, another one, or two swapped. NULL
   where there is none or where the domain is itself in the list. */
const char *bounce_domain_suggest(const struct bounce_rules *rules,
				  const char *domain);

#endif
