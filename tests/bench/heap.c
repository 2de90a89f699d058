/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* malloc() and its kin, counted: glibc lets a program have its own, and has
   its own under other names, too. */

#include "lib.h"
#include "heap.h"

#include <malloc.h>

static size_t heap_used, heap_most;

size_t heap_begin(void)
{
	heap_most = heap_used;
	return heap_used;
}

size_t heap_peak(void)
{
	return heap_most;
}

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *mem, size_t size);
extern void __libc_free(void *mem);

static void *heap_taken(void *mem)
{
	heap_used += malloc_usable_size(mem);
	heap_most = I_MAX(heap_most, heap_used);
	return mem;
}

void *malloc(size_t size)
{
	return heap_taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return heap_taken(__libc_calloc(count, size));
}

void *realloc(void *mem, size_t size)
{
	size_t before = malloc_usable_size(mem);
	void *moved = __libc_realloc(mem, size);

	if (moved == NULL && size > 0)
		return NULL;
	heap_used -= before;
	return moved == NULL ? NULL : heap_taken(moved);
}

void free(void *mem)
{
	heap_used -= malloc_usable_size(mem);
	__libc_free(mem);
}

#endif
