/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* libdovecot's memory, made so that AddressSanitizer and valgrind see what is
   wrong with its use: preloaded, this takes the place of the data stack and of
   alloconly pools, which cut many allocations from few blocks. Here each is one
   of malloc(), of its exact size, and it is freed with its frame or its pool.

   Limits of CPU time and of address space are not set: these checkers need
   much more of both. */

#include "lib.h"
#include "mempool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#ifndef __clang__
/* gcc's analyzer does not see that a pool_t is the pool. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

struct block {
	void *data;
	size_t size;
};

/* They are freed together. */
struct blocks {
	struct block *list;
	unsigned int count, allocated;
};

struct frame {
	struct frame *prev;
	struct blocks blocks;
};

unsigned int data_stack_frame_id;

static struct frame *current;
static data_stack_frame_t root;
/* What t_buffer_get() gave; nothing, when data is NULL */
static struct block buffer;

static void ATTR_NORETURN die(const char *why)
{
	fprintf(stderr, "strict memory: %s\n", why);
	abort();
}

static void *checked(void *mem)
{
	if (mem == NULL)
		die("out of memory");
	return mem;
}

static void *allocate(size_t size)
{
	if (size == 0 || size > SSIZE_T_MAX)
		die("a size of 0, or one that is negative");
	return checked(malloc(size));
}

static void *blocks_keep(struct blocks *blocks, void *data, size_t size)
{
	if (blocks->count == blocks->allocated) {
		blocks->allocated = blocks->allocated * 2 + 4;
		blocks->list = checked(realloc(blocks->list,
			blocks->allocated * sizeof(*blocks->list)));
	}
	blocks->list[blocks->count].data = data;
	blocks->list[blocks->count].size = size;
	blocks->count++;
	return data;
}

static void blocks_free(struct blocks *blocks)
{
	unsigned int i;

	for (i = 0; i < blocks->count; i++)
		free(blocks->list[i].data);
	free(blocks->list);
	i_zero(blocks);
}

static size_t blocks_size(const struct blocks *blocks)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < blocks->count; i++)
		size += blocks->list[i].size;
	return size;
}

/*
 * The data stack
 */

static void *keep(void *data, size_t size)
{
	return blocks_keep(&current->blocks, data, size);
}

/* The buffer ends with the next allocation. */
static void buffer_end(void)
{
	free(buffer.data);
	i_zero(&buffer);
}

void data_stack_init(void)
{
	if (current != NULL)
		return;
	data_stack_frame_id = 1;
	current = checked(calloc(1, sizeof(*current)));
	root = data_stack_frame_id++;
}

void data_stack_deinit_event(void)
{
}

void data_stack_deinit(void)
{
	if (!t_pop(&root) || current != NULL)
		die("a frame was not popped");
}

data_stack_frame_t t_push(const char *marker ATTR_UNUSED)
{
	struct frame *frame;

	data_stack_init();
	buffer_end();
	frame = checked(calloc(1, sizeof(*frame)));
	frame->prev = current;
	current = frame;
	return data_stack_frame_id++;
}

data_stack_frame_t t_push_named(const char *format, ...)
{
	return t_push(format);
}

void t_pop_last_unsafe(void)
{
	struct frame *frame = current;

	if (frame == NULL)
		die("popped too often");
	buffer_end();
	current = frame->prev;
	blocks_free(&frame->blocks);
	free(frame);
	data_stack_frame_id--;
}

bool t_pop(data_stack_frame_t *id)
{
	t_pop_last_unsafe();
	if (data_stack_frame_id != *id)
		return FALSE;
	*id = 0;
	return TRUE;
}

bool t_pop_pass_str(data_stack_frame_t *id, const char **str)
{
	char *copy;
	bool ret;

	if (str == NULL || !data_stack_frame_contains(id, *str))
		return t_pop(id);
	copy = checked(strdup(*str));
	ret = t_pop(id);
	*str = keep(copy, strlen(copy) + 1);
	return ret;
}

void *t_malloc_no0(size_t size)
{
	data_stack_init();
	buffer_end();
	return keep(allocate(size), size);
}

void *t_malloc0(size_t size)
{
	return memset(t_malloc_no0(size), 0, size);
}

bool t_try_realloc(void *mem ATTR_UNUSED, size_t size ATTR_UNUSED)
{
	buffer_end();
	return FALSE;
}

size_t t_get_bytes_available(void)
{
	return 0;
}

void *t_buffer_get(size_t size)
{
	data_stack_init();
	/* it may still be copied from */
	if (buffer.data != NULL)
		keep(buffer.data, buffer.size);
	buffer.data = allocate(size);
	buffer.size = size;
	return buffer.data;
}

void *t_buffer_reget(void *old, size_t size)
{
	size_t old_size = buffer.size;

	if (size <= old_size)
		return old;
	return memcpy(t_buffer_get(size), old, old_size);
}

void t_buffer_alloc(size_t size)
{
	if (buffer.data == NULL || size > buffer.size)
		die("t_buffer_alloc() of what is no buffer");
	t_buffer_alloc_last_full();
}

void t_buffer_alloc_last_full(void)
{
	if (buffer.data != NULL)
		keep(buffer.data, buffer.size);
	i_zero(&buffer);
}

bool data_stack_frame_contains(data_stack_frame_t *id, const void *ptr)
{
	const unsigned char *p = ptr;
	unsigned int i;

	if (ptr == NULL)
		return FALSE;
	if (*id + 1 != data_stack_frame_id)
		die("not the latest frame");
	for (i = 0; i < current->blocks.count; i++) {
		const struct block *block = &current->blocks.list[i];
		const unsigned char *data = block->data;

		if (p >= data && p < data + block->size)
			return TRUE;
	}
	return FALSE;
}

size_t data_stack_get_alloc_size(void)
{
	return data_stack_get_used_size();
}

size_t data_stack_get_used_size(void)
{
	const struct frame *frame;
	size_t size = 0;

	for (frame = current; frame != NULL; frame = frame->prev)
		size += blocks_size(&frame->blocks);
	return size;
}

void data_stack_free_unused(void)
{
}

/*
 * Alloconly pools
 */

struct strict_pool {
	struct pool pool;
	unsigned int refcount;
	struct blocks blocks;
};

static struct strict_pool *strict(pool_t pool)
{
	return container_of(pool, struct strict_pool, pool);
}

static const char *strict_get_name(pool_t pool ATTR_UNUSED)
{
	return "strict";
}

static void strict_ref(pool_t pool)
{
	strict(pool)->refcount++;
}

static void strict_clear(pool_t pool)
{
	blocks_free(&strict(pool)->blocks);
}

static void strict_unref(pool_t *_pool)
{
	pool_t pool = *_pool;

	/* it may be in the pool itself */
	*_pool = NULL;
	if (--strict(pool)->refcount > 0)
		return;
#if DOVECOT_PREREQ(2, 4, 0)
	pool_external_refs_unref(pool);
#endif
	strict_clear(pool);
	free(strict(pool));
}

static void *strict_malloc(pool_t pool, size_t size)
{
	return blocks_keep(&strict(pool)->blocks,
			   memset(allocate(size), 0, size), size);
}

/* Dovecot frees what was allocated from another pool, or before it was cleared:
   these pools do not mind. */
static void strict_free(pool_t pool ATTR_UNUSED, void *mem ATTR_UNUSED)
{
}

static void *
strict_realloc(pool_t pool, void *mem, size_t old_size, size_t new_size)
{
	void *copy;

	if (new_size <= old_size)
		return mem;
	copy = strict_malloc(pool, new_size);
	return old_size == 0 ? copy : memcpy(copy, mem, old_size);
}

static size_t strict_get_max_easy_alloc_size(pool_t pool ATTR_UNUSED)
{
	return 0;
}

static const struct pool_vfuncs strict_vfuncs = {
	strict_get_name,
	strict_ref,
	strict_unref,
	strict_malloc,
	strict_free,
	strict_realloc,
	strict_clear,
	strict_get_max_easy_alloc_size
};

pool_t pool_alloconly_create(const char *name ATTR_UNUSED,
			     size_t size ATTR_UNUSED)
{
	struct strict_pool *pool = checked(calloc(1, sizeof(*pool)));

	pool->pool.v = &strict_vfuncs;
	pool->pool.alloconly_pool = TRUE;
	pool->refcount = 1;
	return &pool->pool;
}

pool_t pool_alloconly_create_clean(const char *name, size_t size)
{
	return pool_alloconly_create(name, size);
}

size_t pool_alloconly_get_total_used_size(pool_t pool)
{
	return blocks_size(&strict(pool)->blocks);
}

size_t pool_alloconly_get_total_alloc_size(pool_t pool)
{
	return pool_alloconly_get_total_used_size(pool);
}

/*
 * Limits
 */

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	if (resource == RLIMIT_CPU || resource == RLIMIT_AS)
		return 0;
	return prlimit(0, resource, limit, NULL);
}
