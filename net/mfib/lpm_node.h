/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes of the longest-prefix match tree: private to lpm.c, which writes them,
 * and lpm_lookup.c, which reads them. lpm.c tells how it all works.
 */
#ifndef _MFIB_LPM_NODE_H
#define _MFIB_LPM_NODE_H

#include <linux/bitops.h>
#include <linux/math.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#define LPM_STRIDE	6
#define LPM_CHUNKS	64U	/* values of LPM_STRIDE bits */
#define LPM_PLACES	128U	/* of which the last of each half is unused */
#define LPM_LEVELS	DIV_ROUND_UP(128, LPM_STRIDE)

/* The writer lock is the caller's; so is the choice between it and RCU. */
#define lpm_dereference_writer(p)	rcu_dereference_protected(p, true)
#define lpm_dereference(p)		rcu_dereference_check(p, true)

/**
 * struct lpm_map - what a node holds
 * @prefixes: a bit for each prefix, see lpm_place()
 * @children: a bit for each value of the node's part of the address, its chunk,
 *	that has a child
 */
struct lpm_map {
	u64 prefixes[2];
	u64 children;
};

/**
 * struct lpm_node - a node of the tree
 * @map: what is in the arrays; constant once the node is published
 * @child: the children in the order of their chunks, and behind them the values
 *	of the prefixes (u32) in the order of their places
 */
struct lpm_node {
	struct lpm_map map;
	struct lpm_node __rcu *child[];
};

/**
 * struct mfib_lpm - a tree
 * @root: the first node, NULL while there is none
 * @value0: value of the prefix of length 0, which no node can hold
 * @width: length of an address in bits
 * @routes: number of prefixes
 * @bytes: allocated bytes
 * @nodes: number of nodes on each level
 */
struct mfib_lpm {
	struct lpm_node __rcu *root;
	u32 value0;
	u8 width;
	u32 routes;
	size_t bytes;
	u32 nodes[LPM_LEVELS];
};

/* The chunk of an address at a level, filled with zeros behind its end. */
static __always_inline unsigned int lpm_chunk(const u8 *addr,
					      unsigned int level,
					      unsigned int width)
{
	unsigned int bit = level * LPM_STRIDE, byte = bit / 8;
	unsigned int two = addr[byte] << 8;

	if (byte + 1 < width / 8)
		two |= addr[byte + 1];
	return (two >> (16 - LPM_STRIDE - bit % 8)) & (LPM_CHUNKS - 1);
}

/* The level of the node that holds the prefixes of this length, from 1 on. */
static inline unsigned int lpm_level(unsigned int len)
{
	return (len - 1) / LPM_STRIDE;
}

/* The first @len bits of a chunk. */
static inline unsigned int lpm_truncate(unsigned int chunk, unsigned int len)
{
	return chunk & ~((LPM_CHUNKS - 1) >> len);
}

/* The place in a node of the first @len bits of @chunk, 1 <= @len <=
 * LPM_STRIDE. The first bit selects the word of lpm_map.prefixes; in a word the
 * prefixes are in the order of a walk, by address and shorter ones first. So a
 * walk goes from bit to bit, all prefixes of a chunk are in one word, and the
 * longest of them is the highest bit.
 *
 * In front of a prefix are the len - 1 that it is nested in, and the subtrees
 * to the left. Bit j of the chunk, if set, leaves one of 2^(j+1) - 1 prefixes
 * there, which adds up to twice the chunk less the number of its ones.
 */
static inline unsigned int lpm_place(unsigned int chunk, unsigned int len)
{
	unsigned int bits = lpm_truncate(chunk, len) % 32;

	return chunk / 32 * 64 + 2 * bits - hweight8(bits) + len - 1;
}

/* The number of bits that are set below @bit. */
static __always_inline unsigned int lpm_rank(u64 bits, unsigned int bit)
{
	return hweight64(bits & (BIT_ULL(bit) - 1));
}

static inline bool lpm_has_prefix(const struct lpm_node *node,
				  unsigned int place)
{
	return node->map.prefixes[place / 64] & BIT_ULL(place % 64);
}

static __always_inline bool lpm_has_child(const struct lpm_node *node,
					  unsigned int chunk)
{
	return node->map.children & BIT_ULL(chunk);
}

/* Where the pointer to a child is, which the node must have. */
static __always_inline struct lpm_node __rcu **
lpm_child(const struct lpm_node *node, unsigned int chunk)
{
	return (struct lpm_node __rcu **)node->child +
	       lpm_rank(node->map.children, chunk);
}

static __always_inline u32 *lpm_values(const struct lpm_node *node)
{
	return (u32 *)(node->child + hweight64(node->map.children));
}

/* Where the value of a prefix is, which the node must have. */
static __always_inline u32 *lpm_value(const struct lpm_node *node,
				      unsigned int place)
{
	const u64 *prefixes = node->map.prefixes;

	return lpm_values(node) + (place < 64 ? 0 : hweight64(prefixes[0])) +
	       lpm_rank(prefixes[place / 64], place % 64);
}

/* The first bit that is set from @bit on, 64 if there is none. */
static inline unsigned int lpm_next_bit(u64 bits, unsigned int bit)
{
	if (bit >= 64 || !(bits >> bit))
		return 64;
	return bit + __ffs64(bits >> bit);
}

/* The first prefix from @place on, LPM_PLACES if there is none. */
static inline unsigned int lpm_next_place(const struct lpm_map *map,
					  unsigned int place)
{
	if (place < 64) {
		place = lpm_next_bit(map->prefixes[0], place);
		if (place < 64)
			return place;
	}
	return 64 + lpm_next_bit(map->prefixes[1], place - 64);
}

#endif /* _MFIB_LPM_NODE_H */
