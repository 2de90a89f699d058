#ifndef SURVEY_ADDRESSES_H
#define SURVEY_ADDRESSES_H

#include "bounce-rules-file.h"
#include "survey-counts.h"

struct bounce_rules;
struct bounce_verdict;

/* The addresses that failed, and which of them are dead. */

struct survey_address {
	const char *address;
	/* the address that its author wrote, where a report tells it and it is
	   another one; else "" */
	const char *original;
	unsigned int count;
	time_t first;		/* 0 unknown */
	time_t last;
	/* days (since 1970, UTC) on which it failed; those on which it failed
	   permanently and by its own fault */
	ARRAY_TYPE(uint32_t) days;
	ARRAY_TYPE(uint32_t) fault_days;
	/* the worst failure: permanent before temporary, the address's own
	   fault before others, then the latest */
	enum bounce_severity severity;
	const char *cause;
	bool fault;
	time_t worst;
};

struct survey_addresses;

/* The rules must stay there as long. */
struct survey_addresses *
survey_addresses_init(const struct bounce_rules *rules);
void survey_addresses_deinit(struct survey_addresses **addresses);
/* Take note of the addresses that failed (not of delayed ones). */
void survey_addresses_add(struct survey_addresses *addresses, time_t when,
			  const struct bounce_verdict *verdict);
/* All addresses, the dead ones first, then by count, then by name; on the data
   stack. */
const struct survey_address *const *
survey_addresses_sorted(const struct survey_addresses *addresses,
			unsigned int *count_r);
void survey_addresses_print(const struct survey_addresses *addresses,
			    enum survey_format format);

/* Is the address dead? It failed on at least two days permanently, by its own
   fault, and with a confidence better than low: there is no such mailbox
   (user-unknown, address-syntax), it is closed (user-disabled), it has moved
   (address-moved), or its domain is not there or takes no mail (host-unknown,
   mx-missing). A full mailbox, a refusal of the sender or of the message, and
   an address that its own provider suppresses are no such faults. */
bool survey_address_is_dead(const struct survey_address *address);

#endif
