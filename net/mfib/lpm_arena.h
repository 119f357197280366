/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for many small objects that name each other in 32 bits.
 */
#ifndef _MFIB_LPM_ARENA_H
#define _MFIB_LPM_ARENA_H

#include <linux/types.h>

/* A reference is the number of a window and, in units of a byte, the place in
 * the extent behind it. The lower bits are 0 and the user's to mark it with.
 */
#define LPM_WINDOWS	126U
#define LPM_MANY_WINDOWS 96U	/* from here on what is retired has to go */
#define LPM_BASES	128U	/* two more for memory that is not the arena's */
#define LPM_WINDOW_BITS	25
#define LPM_UNIT	16U	/* what every object is aligned to */

#define LPM_QUICK	24U	/* sizes, in units, of which some are kept at hand */
#define LPM_QUICK_MOST	16U

#define LPM_EXACT_BINS	64U	/* of one size, in units, each */
#define LPM_BINS	96U

/* How many units an object takes. */
static inline u32 lpm_units(u32 bytes)
{
	return (bytes + LPM_UNIT - 1) / LPM_UNIT;
}

struct lpm_extent;

/**
 * struct lpm_arena - memory for small objects
 * @base: for each window, what is to be added to a reference to get a pointer;
 *	the last two are the user's
 * @extent: the memory behind each window, NULL if there is none
 * @bin: first free block of each size, 0 if there is none
 * @bins: which of @bin have one
 * @quick: free objects of each small size that are kept as they are
 * @quicks: how many of them
 * @kept: bytes of these
 * @lines: whether objects are kept from straddling cache lines needlessly
 * @windows: number of extents
 * @bytes: allocated
 * @used: of that in objects
 *
 * An extent never moves and nothing is ever copied to make room. Readers follow
 * references through @base, an entry of which is constant from before the first
 * reference into its window is published until after the last one is gone.
 */
struct lpm_arena {
	unsigned long base[LPM_BASES];
	struct lpm_extent *extent[LPM_WINDOWS];
	u32 bin[LPM_BINS];
	u64 bins[2];
	u32 quick[LPM_QUICK][LPM_QUICK_MOST];
	u8 quicks[LPM_QUICK];
	u32 kept;
	bool lines;
	u32 windows;
	u64 bytes;
	u64 used;
};

/* Where an object is. The lower bits of @ref have to be cleared before, or to be
 * subtracted afterwards.
 */
static __always_inline void *lpm_at(const struct lpm_arena *arena, u32 ref)
{
	return (void *)(arena->base[ref >> LPM_WINDOW_BITS] + ref);
}

void lpm_arena_init(struct lpm_arena *arena, bool lines);
void lpm_arena_destroy(struct lpm_arena *arena);
u32 lpm_arena_alloc(struct lpm_arena *arena, u32 bytes, bool nofail);
void lpm_arena_free(struct lpm_arena *arena, u32 ref, u32 bytes);
bool lpm_arena_wasteful(const struct lpm_arena *arena, u64 least);
unsigned int lpm_arena_condemn(struct lpm_arena *arena);
bool lpm_arena_condemned(const struct lpm_arena *arena, u32 ref);
bool lpm_arena_holds(const struct lpm_arena *arena, u32 ref, u32 bytes);
bool lpm_arena_check(const struct lpm_arena *arena);

#endif /* _MFIB_LPM_ARENA_H */
