// SPDX-License-Identifier: GPL-2.0
/*
 * Memory lies as it does in the kernel, for a node to touch as many cache lines
 * here as there: up to 4 MiB in the size classes of kmalloc(), aligned as it
 * aligns them, without a header, and in whole pages above. It comes out of one
 * range with huge pages, as does the kernel's direct mapping, unless they are
 * disabled for the process.
 */
#include "slab.h"

#include <err.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define RANGE		0x1000000000UL
#define BLOCK		0x8000UL
#define PAGE		0x1000UL
#define HUGE_PAGE	0x200000UL
#define MOST		0x400000UL	/* of kmalloc() */
#define PENDING		64

/* 2^n is at 2 * n, 96 and 192 are behind 64 and 128; what is bigger is at 0. */
#define CLASSES		46
#define BIG		0

size_t slab_live;

static struct free_object {
	struct free_object *next;
} *free_objects[CLASSES];

static char *range;
static size_t used;
static uint8_t block_class[RANGE / BLOCK];
static uint32_t big_pages[RANGE / BLOCK];

static void *pending[PENDING];
static unsigned int next_pending;

static unsigned int size_class(size_t size)
{
	if (size > MOST)
		return BIG;
	if (size <= 8)
		return 2 * 3;
	if (size > 64 && size <= 96)
		return 2 * 6 + 1;
	if (size > 128 && size <= 192)
		return 2 * 7 + 1;
	return 2 * (64 - __builtin_clzl(size - 1));
}

static size_t class_size(unsigned int class)
{
	return (class % 2 ? 3UL : 2UL) << class / 2 >> 1;
}

size_t slab_roundup(size_t size)
{
	unsigned int class = size_class(size);

	return class == BIG ? (size + PAGE - 1) & -PAGE : class_size(class);
}

static void map_range(void)
{
	range = mmap(NULL, RANGE + HUGE_PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (range == MAP_FAILED)
		err(1, "mmap");
	range += -(uintptr_t)range % HUGE_PAGE;
	madvise(range, RANGE, MADV_HUGEPAGE);
}

void slab_reserve(size_t bytes)
{
	if (!range)
		map_range();
	memset(range + used, 0, bytes);
}

/* Takes blocks for objects of a class. Returns the number of the first. */
static size_t take(size_t size, size_t align, unsigned int class)
{
	size_t start;

	if (!range)
		map_range();
	start = used + -used % align;
	if (start + size > RANGE)
		errx(1, "out of memory");
	used = start + ((size + BLOCK - 1) & -BLOCK);
	start /= BLOCK;
	memset(block_class + start, class, used / BLOCK - start);
	return start;
}

/* Takes a block, or as many as an object needs, and cuts it into objects. */
static void refill(unsigned int class)
{
	size_t size = class_size(class), length = size < BLOCK ? BLOCK : size;
	size_t align = length < HUGE_PAGE ? length : HUGE_PAGE, i;
	size_t start = take(length, align, class) * BLOCK;
	struct free_object *object;

	for (i = length / size; i--;) {
		object = (struct free_object *)(range + start + i * size);
		object->next = free_objects[class];
		free_objects[class] = object;
	}
}

void *slab_alloc(size_t size)
{
	unsigned int class = size_class(size);
	struct free_object *object;
	size_t block;

	slab_live += slab_roundup(size);
	if (class == BIG) {
		block = take(size, HUGE_PAGE, BIG);
		big_pages[block] = slab_roundup(size) / PAGE;
		return range + block * BLOCK;
	}
	if (!free_objects[class])
		refill(class);
	object = free_objects[class];
	free_objects[class] = object->next;
	return object;
}

void *slab_zalloc(size_t size)
{
	return memset(slab_alloc(size), 0, size);
}

void slab_free(const void *p)
{
	struct free_object *object = (struct free_object *)p;
	unsigned int class;
	size_t block, size;

	if (!p)
		return;
	block = ((char *)p - range) / BLOCK;
	class = block_class[block];
	if (class == BIG) {
		size = big_pages[block] * PAGE;
		slab_live -= size;
		madvise(object, size, MADV_DONTNEED);
		return;
	}
	slab_live -= class_size(class);
	object->next = free_objects[class];
	free_objects[class] = object;
}

void slab_free_rcu(void *p)
{
	void **oldest = &pending[next_pending++ % PENDING];

	slab_free(*oldest);
	*oldest = p;
}

void slab_flush(void)
{
	unsigned int i;

	for (i = 0; i < PENDING; i++)
		slab_free_rcu(NULL);
}
