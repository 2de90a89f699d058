/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* The checksum of a compiled rule file */

#include "lib.h"
#include "bounce-rules-file.h"

#include <unistd.h>

/* Read so much at a time: it stays in the CPU's cache. */
#define CHECKSUM_READ_SIZE (64*1024)

struct checksum_ctx {
	int fd;
	const void *map;
	uint64_t *buf;
	struct bounce_rules_checksum sum;
};

static void
checksum_add(struct checksum_ctx *ctx, const void *data, size_t size)
{
	const uint64_t *words = data;
	uint64_t sum = ctx->sum.sum, sums = ctx->sum.sums;
	size_t i, count = size / sizeof(*words);

	for (i = 0; i < count; i++) {
		sum += words[i];
		sums += sum;
	}
	ctx->sum.sum = sum;
	ctx->sum.sums = sums;
}

/* A range of the file; offset and size are whole numbers of words. */
static int
checksum_add_range(struct checksum_ctx *ctx, uint64_t offset, uint64_t size)
{
	ssize_t ret;

	if (ctx->fd == -1) {
		checksum_add(ctx, CONST_PTR_OFFSET(ctx->map, offset), size);
		return 0;
	}
	while (size > 0) {
		ret = pread(ctx->fd, ctx->buf,
			    I_MIN(size, CHECKSUM_READ_SIZE), offset);
		if (ret < 0)
			return -1;
		if (ret < (ssize_t)sizeof(*ctx->buf)) {
			/* it was shorter a moment before */
			errno = EIO;
			return -1;
		}
		ret -= ret % sizeof(*ctx->buf);
		checksum_add(ctx, ctx->buf, ret);
		offset += ret;
		size -= ret;
	}
	return 0;
}

static int checksum_add_all(struct checksum_ctx *ctx)
{
	const struct bounce_rules_header *header = ctx->map;
	const struct bounce_rules_section *section;
	unsigned int i;

	checksum_add(ctx, header->sections, sizeof(header->sections));
	section = &header->sections[BOUNCE_SECTION_DB_HEADER];
	if (checksum_add_range(ctx, sizeof(*header),
			       section->offset - sizeof(*header)) < 0)
		return -1;
	for (i = BOUNCE_SECTION_DB_HEADER; i < BOUNCE_SECTION_COUNT; i++) {
		section = &header->sections[i];
		if (section->size > 0 &&
		    checksum_add_range(ctx, section->offset,
				       BOUNCE_RULES_DB_START_SIZE) < 0)
			return -1;
	}
	return 0;
}

int bounce_rules_checksum(int fd, const void *map,
			  struct bounce_rules_checksum *checksum_r)
{
	struct checksum_ctx ctx = { .fd = fd, .map = map };
	int ret;

	ctx.sum.sum = 1;
	ctx.buf = i_malloc(CHECKSUM_READ_SIZE);
	ret = checksum_add_all(&ctx);
	i_free(ctx.buf);
	*checksum_r = ctx.sum;
	return ret;
}
