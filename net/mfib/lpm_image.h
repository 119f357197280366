/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes as readers see them. Documentation/mfib/lpm.rst has a drawing.
 *
 * What is found at a place of the tree is a word of 32 bits:
 *	bit 0 set	a node: its reference, LPM_NODE and perhaps LPM_WIDE
 *	LPM_HOLE	no prefix here: the answer is the node's inheritance
 *	else		a leaf: four times the value
 * In a direct table for IPv4, most leaves and holes are references of cells: of
 * nodes with one run, which are made in advance. Other leaves have LPM_WIDE set.
 * In one for IPv6, holes are leaves with LPM_WIDE set and the value of the top.
 *
 * A node covers 4, 6 or 8 bits of the address. All places that follow each other
 * with the same in them are a run, and a node has a bitmap of where runs begin
 * and an array with a slot per run. The slots of a wide node are such words.
 * Those of a narrow one have 16 bits: a value below LPM_CHILD, LPM_CHILD + k for
 * the k-th child, whose reference is in the tail, or all ones for a hole.
 *
 *	bitmap		u64, u64[4] in a node of 8 bits
 *	before		u8[4], in a node of 8 bits: runs that begin before each
 *			word of the bitmap
 *	slots		u16 or u32 per run
 *	tail		u32, aligned to that, if there are children: the node's
 *			inheritance, and in a narrow node the children
 *
 * Nothing of it changes once it is published, but the references to children.
 */
#ifndef _MFIB_LPM_IMAGE_H
#define _MFIB_LPM_IMAGE_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "lpm_arena.h"
#include "lpm_key.h"

#define LPM_NODE	1U
#define LPM_WIDE	2U
#define LPM_FLAGS	15U
#define LPM_HOLE	0xfffffffcU

#define LPM_CHILD	0x8000U
#define LPM_HOLE16	0xffffU

/* What LPM_HOLE becomes when it is taken for a leaf. */
#define LPM_INHERIT	0xffffffffU

#define LPM_BITS	8U
#define LPM_SLOTS	256U
#define LPM_MAP		4U	/* words of a bitmap of these */
#define LPM_LEVELS	18U

/* Windows with cells in place of an extent. */
#define LPM_TOPS	126U	/* one for each place of the top */
#define LPM_VALUES	127U	/* one for each value */

/* Of a direct table for IPv6, which stands for the nodes of two levels. */
#define LPM_PAGE_BLOCKS	16U
#define LPM_BLOCK	64U

/**
 * struct lpm_level - a level of the tree
 * @pos: first bit of the address
 * @bits: number of bits
 * @wide: whether all nodes are
 */
struct lpm_level {
	u8 pos;
	u8 bits;
	bool wide;
};

extern const struct lpm_level lpm_levels4[];
extern const struct lpm_level lpm_levels6[];

#define LPM_LEVELS4	5U
#define LPM_LEVELS6	LPM_LEVELS

/* Levels above are in one table, of the longest matches that end there. */
#define LPM_TOP		2U

/**
 * struct lpm_page - what is behind 16 bits of an IPv6 address in a direct tree
 * @in: what it inherits
 * @in4: what each sixteenth inherits, LPM_HOLE for @in
 * @pad: keeps @block off the cache line of @in
 * @block: the places of the 64 nodes that are not there
 */
struct lpm_page {
	u32 in;
	u32 in4[LPM_PAGE_BLOCKS];
	u32 pad[15];
	u32 block[LPM_PAGE_BLOCKS][LPM_BLOCK];
};

/**
 * struct lpm_cell - a narrow node with one run
 * @map: bitmap of that
 * @slot: the value, or LPM_HOLE16
 * @pad: makes it as big as other nodes
 */
struct lpm_cell {
	u64 map;
	u16 slot;
	u16 pad[3];
};

static __always_inline bool lpm_is_node(u32 word)
{
	return word & LPM_NODE;
}

static inline u32 lpm_leaf(u32 value)
{
	return value << 2;
}

static inline u32 lpm_ref(u32 word)
{
	return word & ~LPM_FLAGS;
}

/* A word that is no node: its value or LPM_INHERIT. */
static __always_inline u32 lpm_value(u32 word)
{
	return (s32)word >> 2;
}

static inline u32 lpm_cell_ref(u32 window, u32 at)
{
	return (window << LPM_WINDOW_BITS) + at * sizeof(struct lpm_cell) +
	       LPM_NODE;
}

/* What a word of a direct table for IPv4 stands for: a cell is a hole or a leaf. */
static inline u32 lpm_plain(u32 word)
{
	u32 at = (word & ((1U << LPM_WINDOW_BITS) - 1)) / sizeof(struct lpm_cell);

	if (!lpm_is_node(word))
		return word & ~LPM_WIDE;
	if (word >> LPM_WINDOW_BITS == LPM_TOPS)
		return LPM_HOLE;
	if (word >> LPM_WINDOW_BITS == LPM_VALUES)
		return lpm_leaf(at);
	return word;
}

static __always_inline unsigned int lpm_head(unsigned int bits)
{
	return bits == 8 ? 36 : 8;
}

static inline unsigned int lpm_runs(const u8 *node, unsigned int bits)
{
	const u64 *map = (const u64 *)node;

	if (bits == 8)
		return node[35] + hweight64(map[3]);
	return hweight64(map[0]);
}

/* The number of runs that begin up to a place. The first begins at 0. */
static __always_inline unsigned int lpm_rank(const u8 *node, unsigned int bits,
					     unsigned int place)
{
	const u64 *map = (const u64 *)node;

	if (bits == 8)
		return node[32 + place / 64] +
		       hweight64(map[place / 64] << (~place & 63));
	return hweight64(map[0] << (~place & 63));
}

static __always_inline const u16 *lpm_narrow(const u8 *node, unsigned int bits,
					     unsigned int rank)
{
	return (const u16 *)(node + lpm_head(bits)) + rank - 1;
}

static __always_inline const u32 *lpm_wide(const u8 *node, unsigned int bits,
					   unsigned int rank)
{
	return (const u32 *)(node + lpm_head(bits)) + rank - 1;
}

/* The inheritance, and behind it the children of a narrow node. */
static inline u32 *lpm_tail(const u8 *node, unsigned int bits, bool wide)
{
	unsigned int size = lpm_runs(node, bits) * (wide ? 4 : 2);

	return (u32 *)(node + ((lpm_head(bits) + size + 3) & ~3U));
}

/* Where the reference to the child at a place is, which there must be. */
static inline u32 *lpm_child(const u8 *node, unsigned int bits, bool wide,
			     unsigned int place)
{
	unsigned int rank = lpm_rank(node, bits, place);

	if (wide)
		return (u32 *)lpm_wide(node, bits, rank);
	return lpm_tail(node, bits, false) + 1 +
	       (*lpm_narrow(node, bits, rank) - LPM_CHILD);
}

/* The word at a place, and the node's inheritance if that is a node. */
static inline u32 lpm_follow(const u8 *node, unsigned int bits, bool wide,
			     unsigned int place, u32 *in)
{
	unsigned int rank = lpm_rank(node, bits, place);
	u32 word, *tail;
	u16 slot;

	if (wide) {
		word = READ_ONCE(*lpm_wide(node, bits, rank));
		if (lpm_is_node(word))
			*in = *lpm_tail(node, bits, true);
		return word;
	}
	slot = *lpm_narrow(node, bits, rank);
	if (slot < LPM_CHILD)
		return lpm_leaf(slot);
	if (slot == LPM_HOLE16)
		return LPM_HOLE;
	tail = lpm_tail(node, bits, false);
	*in = tail[0];
	return READ_ONCE(tail[1 + slot - LPM_CHILD]);
}

#endif /* _MFIB_LPM_IMAGE_H */
