/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The checksum of a compiled rule file */

#include "lib.h"
#include "bounce-rules-file.h"

static void
checksum_add(struct bounce_rules_checksum *checksum, const void *data,
	     uint64_t size)
{
	const uint64_t *words = data;
	uint64_t sum = checksum->sum, sums = checksum->sums;
	uint64_t i, count = size / sizeof(*words);

	for (i = 0; i < count; i++) {
		sum += words[i];
		sums += sum;
	}
	checksum->sum = sum;
	checksum->sums = sums;
}

void bounce_rules_checksum(const void *map,
			   struct bounce_rules_checksum *checksum_r)
{
	const struct bounce_rules_header *header = map;

	checksum_r->sum = 1;
	checksum_r->sums = 0;
	checksum_add(checksum_r, header->sections, sizeof(header->sections));
	checksum_add(checksum_r, CONST_PTR_OFFSET(map, sizeof(*header)),
		     header->file_size - sizeof(*header));
}
