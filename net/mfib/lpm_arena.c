// SPDX-License-Identifier: GPL-2.0
/*
 * An allocator of the boundary tag kind. Free blocks next to each other are one
 * block at once, so that day-long churn does not grind the memory to dust. The
 * tags are inside of free blocks, and a bit per unit tells where free blocks
 * begin and end; an object in use has no overhead but this bit.
 *
 * Extents come from kvmalloc(): up to 4 MB they are physically contiguous if
 * the kernel has such memory, and in its linear mapping, which uses huge pages;
 * or else they are vmalloc()'s, which uses huge pages from 2 MB on.
 */
#include "lpm_arena.h"

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MIN_EXTENT	(16U << 10)
#define MAX_EXTENT	0x2000000U	/* of LPM_WINDOW_BITS */
#define FEW_WINDOWS	64U		/* up to here small steps */
#define SPARE_WINDOWS	8U		/* kept for those who must not fail */
#define LINE_UNITS	(64 / LPM_UNIT)
#define MAX_TRIES	4U		/* blocks looked at in one bin */
#define UNLISTED	1U		/* no reference: they are multiples of 16 */

/**
 * struct lpm_extent - memory behind a window
 * @memory: the memory
 * @units: its size
 * @used: units in objects
 * @condemned: nothing is allocated from it any more
 * @mark: a bit for the first and the last unit of each free block
 */
struct lpm_extent {
	u8 *memory;
	u32 units;
	u32 used;
	bool condemned;
	unsigned long mark[];
};

/**
 * struct lpm_free - a free block
 * @next: the next one of its bin, 0 if there is none
 * @prev: the one before, 0 if it is the first, UNLISTED if it is in no bin
 * @units: its size, repeated in the last four bytes of the block
 * @tail: just that in a block of one unit
 */
struct lpm_free {
	u32 next;
	u32 prev;
	u32 units;
	u32 tail;
};

static struct lpm_extent *extent_of(const struct lpm_arena *arena, u32 ref)
{
	return arena->extent[ref >> LPM_WINDOW_BITS];
}

static u32 unit_of(u32 ref)
{
	return (ref & (MAX_EXTENT - 1)) / LPM_UNIT;
}

static u32 *tail_of(const struct lpm_arena *arena, u32 ref, u32 units)
{
	return lpm_at(arena, ref + units * LPM_UNIT - sizeof(u32));
}

static unsigned int bin_of(u32 units)
{
	if (units < LPM_EXACT_BINS)
		return units;
	return LPM_EXACT_BINS + ilog2(units / LPM_EXACT_BINS);
}

static void list_block(struct lpm_arena *arena, u32 ref, u32 units)
{
	struct lpm_free *block = lpm_at(arena, ref);
	unsigned int bin = bin_of(units);

	block->prev = 0;
	block->next = arena->bin[bin];
	if (block->next)
		((struct lpm_free *)lpm_at(arena, block->next))->prev = ref;
	arena->bin[bin] = ref;
	arena->bins[bin / 64] |= BIT_ULL(bin % 64);
}

static void unlist_block(struct lpm_arena *arena, struct lpm_free *block)
{
	unsigned int bin = bin_of(block->units);

	if (block->prev == UNLISTED)
		return;
	if (block->next)
		((struct lpm_free *)lpm_at(arena, block->next))->prev =
			block->prev;
	if (block->prev)
		((struct lpm_free *)lpm_at(arena, block->prev))->next =
			block->next;
	else
		arena->bin[bin] = block->next;
	if (!arena->bin[bin])
		arena->bins[bin / 64] &= ~BIT_ULL(bin % 64);
	block->prev = UNLISTED;
}

static void put_block(struct lpm_arena *arena, u32 ref, u32 units)
{
	struct lpm_extent *extent = extent_of(arena, ref);
	struct lpm_free *block = lpm_at(arena, ref);

	block->units = units;
	*tail_of(arena, ref, units) = units;
	block->prev = UNLISTED;
	__set_bit(unit_of(ref), extent->mark);
	__set_bit(unit_of(ref) + units - 1, extent->mark);
	if (!extent->condemned)
		list_block(arena, ref, units);
}

static void take_block(struct lpm_arena *arena, u32 ref, u32 units)
{
	struct lpm_extent *extent = extent_of(arena, ref);

	unlist_block(arena, lpm_at(arena, ref));
	__clear_bit(unit_of(ref), extent->mark);
	__clear_bit(unit_of(ref) + units - 1, extent->mark);
}

/* The first unit of all is no object, so that no reference is 0. */
static u32 first_unit(unsigned int window)
{
	return window ? 0 : 1;
}

static size_t extent_size(u32 units)
{
	return sizeof(struct lpm_extent) + BITS_TO_LONGS(units) * sizeof(long);
}

static size_t extent_overhead(u32 units)
{
	return kmalloc_size_roundup(extent_size(units));
}

static bool add_extent(struct lpm_arena *arena, u32 size, gfp_t gfp)
{
	u32 units = size / LPM_UNIT, first;
	struct lpm_extent *extent;
	unsigned int window = 0;

	while (arena->extent[window])
		window++;
	extent = kvzalloc(extent_size(units), gfp);
	if (!extent)
		return false;
	extent->memory = kvmalloc(size, gfp);
	if (!extent->memory) {
		kvfree(extent);
		return false;
	}
	extent->units = units;
	arena->extent[window] = extent;
	WRITE_ONCE(arena->base[window], (unsigned long)extent->memory -
		   ((unsigned long)window << LPM_WINDOW_BITS));
	arena->windows++;
	arena->bytes += size + extent_overhead(units);
	first = first_unit(window);
	put_block(arena, (window << LPM_WINDOW_BITS) + first * LPM_UNIT,
		  units - first);
	return true;
}

static void remove_extent(struct lpm_arena *arena, unsigned int window)
{
	struct lpm_extent *extent = arena->extent[window];

	arena->bytes -= extent->units * LPM_UNIT +
			extent_overhead(extent->units);
	arena->windows--;
	arena->extent[window] = NULL;
	kvfree(extent->memory);
	kvfree(extent);
}

/* The bytes that objects are allocated from, and those which they take of them.
 * What is condemned may wait long for the end of a grace period: it is lost.
 */
static u64 open_bytes(const struct lpm_arena *arena, u64 *used)
{
	const struct lpm_extent *extent;
	unsigned int window;
	u64 units = 0;

	*used = 0;
	for (window = 0; window < LPM_WINDOWS; window++) {
		extent = arena->extent[window];
		if (!extent || extent->condemned)
			continue;
		units += extent->units;
		*used += (u64)extent->used * LPM_UNIT;
	}
	return units * LPM_UNIT;
}

/* An eighth more each time, in powers of two since the page allocator rounds up
 * to these, and more when windows run short.
 */
static bool grow(struct lpm_arena *arena, bool nofail)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	u64 size, used;

	open_bytes(arena, &used);
	if (arena->windows < FEW_WINDOWS)
		size = rounddown_pow_of_two(used / 8 + 1);
	else
		size = roundup_pow_of_two(used / 4 + 1);
	size = clamp_t(u64, size, MIN_EXTENT, MAX_EXTENT);
	if (arena->windows < LPM_WINDOWS - SPARE_WINDOWS &&
	    add_extent(arena, size, gfp))
		return true;
	if (!nofail || WARN_ON_ONCE(arena->windows == LPM_WINDOWS))
		return false;
	return add_extent(arena, MIN_EXTENT, gfp | __GFP_NOFAIL);
}

/* How many units of a free block to skip for an object of @units. */
static u32 skip(const struct lpm_arena *arena, u32 ref, u32 units)
{
	u32 at = unit_of(ref) % LINE_UNITS;

	if (!arena->lines || !at || at + units <= LINE_UNITS)
		return 0;
	return LINE_UNITS - at;
}

static u32 find_block(struct lpm_arena *arena, u32 units)
{
	unsigned int bin, tries;
	struct lpm_free *block;
	u32 ref, next;
	u64 bins;

	for (bin = bin_of(units); bin < LPM_BINS; bin++) {
		bins = arena->bins[bin / 64] >> bin % 64;
		if (!bins) {
			bin |= 63;
			continue;
		}
		bin += __ffs64(bins);
		ref = arena->bin[bin];
		for (tries = 0; ref && tries < MAX_TRIES; tries++, ref = next) {
			block = lpm_at(arena, ref);
			next = block->next;
			if (extent_of(arena, ref)->condemned)
				unlist_block(arena, block);
			else if (skip(arena, ref, units) + units <= block->units)
				return ref;
		}
	}
	return 0;
}

static void free_units(struct lpm_arena *arena, u32 ref, u32 units)
{
	struct lpm_extent *extent = extent_of(arena, ref);
	u32 end = unit_of(ref) + units, more;

	extent->used -= units;
	if (end < extent->units && test_bit(end, extent->mark)) {
		more = ((struct lpm_free *)lpm_at(arena, ref +
						  units * LPM_UNIT))->units;
		take_block(arena, ref + units * LPM_UNIT, more);
		units += more;
	}
	if (unit_of(ref) && test_bit(unit_of(ref) - 1, extent->mark)) {
		more = *(u32 *)lpm_at(arena, ref - sizeof(u32));
		ref -= more * LPM_UNIT;
		take_block(arena, ref, more);
		units += more;
	}
	/* one that is empty may stay against the next change of mind */
	if (!extent->used && (extent->condemned || arena->bytes >
			      arena->used + arena->used / 4 +
			      extent->units * LPM_UNIT + MIN_EXTENT))
		remove_extent(arena, ref >> LPM_WINDOW_BITS);
	else
		put_block(arena, ref, units);
}

/* Objects that are at hand are not touched, nor is what is around them. */
static void flush_quick(struct lpm_arena *arena)
{
	u32 units;

	for (units = 0; units < LPM_QUICK; units++)
		while (arena->quicks[units])
			free_units(arena, arena->quick[units]
				   [--arena->quicks[units]], units);
	arena->kept = 0;
}

/**
 * lpm_arena_alloc() - allocate an object
 * @arena: the arena
 * @bytes: its size
 * @nofail: wait for memory, as long as it takes
 *
 * Context: May sleep. The caller is the only one to use the arena.
 * Return: a reference, 0 without memory.
 */
u32 lpm_arena_alloc(struct lpm_arena *arena, u32 bytes, bool nofail)
{
	u32 units = DIV_ROUND_UP(bytes, LPM_UNIT), front, rest, ref;

	if (units < LPM_QUICK && arena->quicks[units]) {
		arena->kept -= units * LPM_UNIT;
		arena->used += units * LPM_UNIT;
		return arena->quick[units][--arena->quicks[units]];
	}
	ref = find_block(arena, units);
	if (!ref) {
		if (!grow(arena, nofail))
			return 0;
		ref = find_block(arena, units);
		if (WARN_ON_ONCE(!ref))
			return 0;
	}
	front = skip(arena, ref, units);
	rest = ((struct lpm_free *)lpm_at(arena, ref))->units;
	take_block(arena, ref, rest);
	rest -= front + units;
	if (front)
		put_block(arena, ref, front);
	ref += front * LPM_UNIT;
	if (rest)
		put_block(arena, ref + units * LPM_UNIT, rest);
	extent_of(arena, ref)->used += units;
	arena->used += units * LPM_UNIT;
	return ref;
}

/**
 * lpm_arena_free() - free an object
 * @arena: the arena
 * @ref: the object, which nobody may look at any more
 * @bytes: its size
 *
 * Memory goes back to the kernel when all that was allocated with it is free.
 *
 * Context: May sleep. The caller is the only one to use the arena.
 */
void lpm_arena_free(struct lpm_arena *arena, u32 ref, u32 bytes)
{
	u32 units = DIV_ROUND_UP(bytes, LPM_UNIT);

	arena->used -= units * LPM_UNIT;
	if (units < LPM_QUICK && arena->quicks[units] < LPM_QUICK_MOST &&
	    !extent_of(arena, ref)->condemned) {
		arena->quick[units][arena->quicks[units]++] = ref;
		arena->kept += units * LPM_UNIT;
		return;
	}
	free_units(arena, ref, units);
}

/**
 * lpm_arena_wasteful() - whether it is worth it to condemn extents
 * @arena: the arena
 * @least: what is smaller in bytes is not
 *
 * Context: The caller is the only one to use the arena.
 * Return: true if more than three eighths of the memory that is not condemned
 * are free.
 */
bool lpm_arena_wasteful(const struct lpm_arena *arena, u64 least)
{
	u64 used, bytes = open_bytes(arena, &used);

	return bytes > least && used * 8 < bytes * 5;
}

/**
 * lpm_arena_condemn() - choose extents to be emptied
 * @arena: the arena
 *
 * Nothing is allocated from these any more. Whoever moves what is in them gets
 * their memory freed.
 *
 * Context: The caller is the only one to use the arena.
 * Return: how many there are.
 */
unsigned int lpm_arena_condemn(struct lpm_arena *arena)
{
	unsigned int window, n = 0;
	struct lpm_extent *extent;

	flush_quick(arena);
	for (window = 0; window < LPM_WINDOWS; window++) {
		extent = arena->extent[window];
		if (!extent || extent->condemned ||
		    (u64)extent->used * 4 > (u64)extent->units * 3)
			continue;
		if (!extent->used) {
			take_block(arena, (window << LPM_WINDOW_BITS) +
				   first_unit(window) * LPM_UNIT,
				   extent->units - first_unit(window));
			remove_extent(arena, window);
			continue;
		}
		extent->condemned = true;
		n++;
	}
	return n;
}

/**
 * lpm_arena_condemned() - whether an object has to move
 * @arena: the arena
 * @ref: the object
 *
 * Context: The caller is the only one to use the arena.
 * Return: true if it is in an extent that is to be emptied.
 */
bool lpm_arena_condemned(const struct lpm_arena *arena, u32 ref)
{
	return extent_of(arena, ref)->condemned;
}

/**
 * lpm_arena_init() - make an arena without memory yet
 * @arena: the arena
 * @lines: whether objects are to be kept from straddling cache lines
 *
 * Context: Any.
 */
void lpm_arena_init(struct lpm_arena *arena, bool lines)
{
	memset(arena, 0, sizeof(*arena));
	arena->lines = lines;
}

/**
 * lpm_arena_destroy() - free all memory of an arena
 * @arena: the arena
 *
 * Context: May sleep.
 */
void lpm_arena_destroy(struct lpm_arena *arena)
{
	unsigned int window;

	for (window = 0; window < LPM_WINDOWS; window++)
		if (arena->extent[window])
			remove_extent(arena, window);
}

/**
 * lpm_arena_holds() - whether a reference, be it damaged, leads to memory
 * @arena: the arena
 * @ref: the reference
 * @bytes: how much memory there has to be
 *
 * Context: The caller is the only one to use the arena.
 * Return: true if the memory is the arena's; it may be free.
 */
bool lpm_arena_holds(const struct lpm_arena *arena, u32 ref, u32 bytes)
{
	const struct lpm_extent *extent = extent_of(arena, ref);

	return extent && ref % LPM_UNIT == 0 && unit_of(ref) < extent->units &&
	       bytes <= (extent->units - unit_of(ref)) * LPM_UNIT;
}

/* Walks over an extent from mark to mark. */
static bool check_extent(const struct lpm_arena *arena, unsigned int window,
			 u32 *listed)
{
	struct lpm_extent *extent = arena->extent[window];
	u32 unit = first_unit(window), free = unit, next, ref;
	struct lpm_free *block;

	for (; unit < extent->units; unit = next) {
		unit = find_next_bit(extent->mark, extent->units, unit);
		if (unit >= extent->units)
			break;
		ref = (window << LPM_WINDOW_BITS) + unit * LPM_UNIT;
		block = lpm_at(arena, ref);
		next = unit + block->units;
		if (!block->units || block->units > extent->units - unit ||
		    *tail_of(arena, ref, block->units) != block->units ||
		    !test_bit(next - 1, extent->mark))
			return false;
		/* it would be one block with the next */
		if (next < extent->units && test_bit(next, extent->mark))
			return false;
		free += block->units;
		*listed += block->prev != UNLISTED;
	}
	return free + extent->used == extent->units;
}

/**
 * lpm_arena_check() - check that an arena is consistent
 * @arena: the arena
 *
 * Context: The caller is the only one to use the arena.
 * Return: true if it is.
 */
bool lpm_arena_check(const struct lpm_arena *arena)
{
	u32 listed = 0, windows = 0, ref, prev;
	unsigned int window, bin;
	struct lpm_free *block;
	u64 used = 0, bytes = 0;

	for (window = 0; window < LPM_WINDOWS; window++) {
		struct lpm_extent *extent = arena->extent[window];

		if (!extent)
			continue;
		if (!check_extent(arena, window, &listed))
			return false;
		windows++;
		used += extent->used;
		bytes += extent->units * LPM_UNIT +
			 extent_overhead(extent->units);
	}
	for (bin = 0; bin < LPM_BINS; bin++) {
		prev = 0;
		for (ref = arena->bin[bin]; ref; prev = ref, ref = block->next) {
			if (!lpm_arena_holds(arena, ref, sizeof(*block)))
				return false;
			block = lpm_at(arena, ref);
			if (!listed-- || block->prev != prev ||
			    !block->units || bin_of(block->units) != bin)
				return false;
		}
		if (!arena->bin[bin] !=
		    !(arena->bins[bin / 64] & BIT_ULL(bin % 64)))
			return false;
	}
	return !listed && windows == arena->windows &&
	       used * LPM_UNIT == arena->used + arena->kept &&
	       bytes == arena->bytes;
}
