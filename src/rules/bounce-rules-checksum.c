/* The checksum of a compiled rule file */

#include "lib.h"
#include "bounce-rules-file.h"

struct checksum {
	uint64_t sum;
	uint64_t sums;
};

static void
checksum_add(struct checksum *checksum, const void *data, uint64_t size)
{
	const uint32_t *words = data;
	uint64_t i, count = size / sizeof(*words);

	for (i = 0; i < count; i++) {
		checksum->sum += words[i];
		checksum->sums += checksum->sum;
	}
}

uint64_t bounce_rules_checksum(const void *map)
{
	const struct bounce_rules_header *header = map;
	const unsigned char *base = map;
	struct checksum checksum = { 1, 0 };
	unsigned int i;

	checksum_add(&checksum, header->sections, sizeof(header->sections));
	for (i = 0; i < BOUNCE_SECTION_COUNT; i++) {
		const struct bounce_rules_section *section =
			&header->sections[i];

		checksum_add(&checksum, base + section->offset, section->size);
	}
	/* a single changed word always changes the lower half */
	return (checksum.sums << 32) ^ checksum.sum;
}
