// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: what readers do. See lpm.c for how it works.
 */
#include "lpm.h"

#include <asm/byteorder.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "lpm_node.h"

/* The places of the one to six bits long prefixes of a chunk, without the first
 * bit, which selects the word: see lpm_place().
 */
static const u64 ancestors[LPM_CHUNKS / 2] = {
	0x000000000000003fULL, 0x000000000000005fULL, 0x000000000000018fULL,
	0x000000000000028fULL, 0x0000000000001c07ULL, 0x0000000000002c07ULL,
	0x000000000000c407ULL, 0x0000000000014407ULL, 0x00000000001e0003ULL,
	0x00000000002e0003ULL, 0x0000000000c60003ULL, 0x0000000001460003ULL,
	0x000000000e020003ULL, 0x0000000016020003ULL, 0x0000000062020003ULL,
	0x00000000a2020003ULL, 0x0000001f00000001ULL, 0x0000002f00000001ULL,
	0x000000c700000001ULL, 0x0000014700000001ULL, 0x00000e0300000001ULL,
	0x0000160300000001ULL, 0x0000620300000001ULL, 0x0000a20300000001ULL,
	0x000f000100000001ULL, 0x0017000100000001ULL, 0x0063000100000001ULL,
	0x00a3000100000001ULL, 0x0701000100000001ULL, 0x0b01000100000001ULL,
	0x3101000100000001ULL, 0x5101000100000001ULL,
};

/* The prefixes of @chunk in @node as bits of the word chunk / 32. */
static __always_inline u64 hits(const struct lpm_node *node, unsigned int chunk)
{
	return node->map.prefixes[chunk / 32] & ancestors[chunk % 32];
}

/* Where the value of the longest of them is; there must be one. */
static __always_inline const u32 *longest_hit(const struct lpm_node *node,
					      unsigned int chunk)
{
	return lpm_value(node, chunk / 32 * 64 + fls64(hits(node, chunk)) - 1);
}

static __always_inline struct lpm_node *next_node(const struct lpm_node *node,
						  unsigned int chunk)
{
	if (!lpm_has_child(node, chunk))
		return NULL;
	return lpm_dereference(*lpm_child(node, chunk));
}

/**
 * mfib_lpm_match() - find the longest match and its length
 * @lpm: the tree
 * @addr: address in network byte order
 * @len: where to store the length of the prefix that matches
 *
 * Slower than mfib_lpm_lookup().
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 * Return: the value of the longest prefix of @addr; MFIB_LPM_NONE if there is
 * none, @len is 0 then.
 */
u32 mfib_lpm_match(const struct mfib_lpm *lpm, const u8 *addr, u8 *len)
{
	const struct lpm_node *node = lpm_dereference(lpm->root);
	u32 best = READ_ONCE(lpm->value0), value;
	unsigned int level, chunk, bit;
	u64 bits;

	*len = 0;
	for (level = 0; node; level++) {
		chunk = lpm_chunk(addr, level, lpm->width);
		for (bits = hits(node, chunk); bits; bits &= ~BIT_ULL(bit)) {
			bit = fls64(bits) - 1;
			value = READ_ONCE(*lpm_value(node, chunk / 32 * 64 + bit));
			if (value == MFIB_LPM_NONE)
				continue;
			best = value;
			*len = level * LPM_STRIDE +
			       lpm_rank(ancestors[chunk % 32], bit) + 1;
			break;
		}
		node = next_node(node, chunk);
	}
	return best;
}

/* What a lookup finds whose value slot turned out to be a hole. */
static noinline u32 long_way(const struct mfib_lpm *lpm, const u8 *addr)
{
	u8 len;

	return mfib_lpm_match(lpm, addr, &len);
}

/* What a value slot says; the long way if it says that it is a hole. */
static __always_inline u32 answer(const struct mfib_lpm *lpm, const u8 *addr,
				  const u32 *slot)
{
	u32 value = READ_ONCE(*slot);

	if (unlikely(value == MFIB_LPM_NONE) && slot != &lpm->value0)
		return long_way(lpm, addr);
	return value;
}

/* The address is in two registers, and what is not yet used of it is shifted to
 * the top: @high, @low.
 */
static __always_inline u32 lookup(const struct mfib_lpm *lpm, const u8 *addr,
				  u64 high, u64 low)
{
	const struct lpm_node *node = lpm_dereference(lpm->root);
	const struct lpm_node *best = NULL;
	unsigned int chunk, best_chunk = 0;
	u64 below;

	while (node) {
		chunk = high >> (64 - LPM_STRIDE);
		high = high << LPM_STRIDE | low >> (64 - LPM_STRIDE);
		low <<= LPM_STRIDE;
		if (hits(node, chunk)) {
			best = node;
			best_chunk = chunk;
		}
		/* The chunk's child, if there is one, becomes the highest bit. */
		below = node->map.children << (LPM_CHUNKS - 1 - chunk);
		if (!(below & BIT_ULL(63)))
			break;
		node = lpm_dereference(node->child[hweight64(below) - 1]);
	}
	return answer(lpm, addr,
		      best ? longest_hit(best, best_chunk) : &lpm->value0);
}

/**
 * mfib_lpm_lookup() - find the longest match
 * @lpm: the tree
 * @addr: address in network byte order
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 * Return: the value of the longest prefix of @addr, MFIB_LPM_NONE if there is
 * none.
 */
u32 mfib_lpm_lookup(const struct mfib_lpm *lpm, const u8 *addr)
{
	__be64 high, low;
	__be32 all;

	if (lpm->width == 32) {
		memcpy(&all, addr, sizeof(all));
		return lookup(lpm, addr, (u64)__be32_to_cpu(all) << 32, 0);
	}
	memcpy(&high, addr, sizeof(high));
	memcpy(&low, addr + sizeof(high), sizeof(low));
	return lookup(lpm, addr, __be64_to_cpu(high), __be64_to_cpu(low));
}

/* All keys go down level by level, and each step touches memory that the step
 * before has prefetched, for the caches' misses to overlap.
 */
static __always_inline void lookup_bulk(const struct mfib_lpm *lpm,
					const u8 *const *addr, u32 *value,
					unsigned int n, unsigned int width)
{
	const struct lpm_node *root = lpm_dereference(lpm->root), *child;
	const struct lpm_node *node[MFIB_LPM_BULK], *best[MFIB_LPM_BULK];
	struct lpm_node __rcu **link[MFIB_LPM_BULK];
	const u32 *slot[MFIB_LPM_BULK];
	u8 best_chunk[MFIB_LPM_BULK], key[MFIB_LPM_BULK];
	unsigned int busy = root ? n : 0, level, chunk, i, k, next;

	for (k = 0; k < n; k++) {
		node[k] = root;
		best[k] = NULL;
		key[k] = k;
	}
	for (level = 0; busy; level++) {
		for (i = 0, next = 0; i < busy; i++) {
			k = key[i];
			chunk = lpm_chunk(addr[k], level, width);
			if (hits(node[i], chunk)) {
				best[k] = node[i];
				best_chunk[k] = chunk;
			}
			if (!lpm_has_child(node[i], chunk))
				continue;
			link[next] = lpm_child(node[i], chunk);
			prefetch(link[next]);
			key[next++] = k;
		}
		for (i = 0, busy = 0; i < next; i++) {
			child = lpm_dereference(*link[i]);
			if (!child)
				continue;
			prefetch(child);
			node[busy] = child;
			key[busy++] = key[i];
		}
	}
	for (k = 0; k < n; k++) {
		slot[k] = best[k] ? longest_hit(best[k], best_chunk[k]) :
				    &lpm->value0;
		prefetch(slot[k]);
	}
	for (k = 0; k < n; k++)
		value[k] = answer(lpm, addr[k], slot[k]);
}

/**
 * mfib_lpm_lookup_bulk() - find the longest matches of several addresses
 * @lpm: the tree
 * @addr: addresses in network byte order
 * @value: where to store what mfib_lpm_lookup() would return for each
 * @n: how many there are, MFIB_LPM_BULK at most
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 */
void mfib_lpm_lookup_bulk(const struct mfib_lpm *lpm, const u8 *const *addr,
			  u32 *value, unsigned int n)
{
	if (WARN_ON_ONCE(n > MFIB_LPM_BULK))
		n = MFIB_LPM_BULK;
	if (lpm->width == 32)
		lookup_bulk(lpm, addr, value, n, 32);
	else
		lookup_bulk(lpm, addr, value, n, 128);
}

/**
 * mfib_lpm_find() - look up a prefix itself
 * @lpm: the tree
 * @addr: address of the prefix in network byte order
 * @len: length of the prefix
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 * Return: the value of the prefix, MFIB_LPM_NONE if it is not there.
 */
u32 mfib_lpm_find(const struct mfib_lpm *lpm, const u8 *addr, u8 len)
{
	const struct lpm_node *node = lpm_dereference(lpm->root);
	unsigned int level, last, place;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	if (!len)
		return READ_ONCE(lpm->value0);
	last = lpm_level(len);
	for (level = 0; node && level < last; level++)
		node = next_node(node, lpm_chunk(addr, level, lpm->width));
	if (!node)
		return MFIB_LPM_NONE;
	place = lpm_place(lpm_chunk(addr, last, lpm->width), len - last * LPM_STRIDE);
	if (!lpm_has_prefix(node, place))
		return MFIB_LPM_NONE;
	return READ_ONCE(*lpm_value(node, place));
}

/* The inverse: the length of the prefix at @place, and its chunk. */
static unsigned int place_len(unsigned int place, unsigned int *chunk)
{
	unsigned int left = place % 64, half = LPM_CHUNKS / 2, len = 1;

	*chunk = place / 64 * half;
	for (; left; left--, len++) {
		half /= 2;
		/* 2 * half - 1 prefixes are in each of the two subtrees */
		if (left > 2 * half - 1) {
			left -= 2 * half - 1;
			*chunk |= half;
		}
	}
	return len;
}

/**
 * struct lpm_step - a node on the way of a walk
 * @node: the node
 * @place: the first of its prefixes that is still to do
 * @chunk: the first of its children that is still to do
 */
struct lpm_step {
	const struct lpm_node *node;
	unsigned int place;
	unsigned int chunk;
};

/* Go down the way to the cursor's prefix, as far as it exists. */
static int walk_start(const struct mfib_lpm *lpm, struct lpm_step *path,
		      const struct mfib_lpm_cursor *cursor)
{
	const struct lpm_node *node = lpm_dereference(lpm->root);
	unsigned int chunk, bits;
	int level, last;

	if (!node)
		return -1;
	path[0] = (struct lpm_step){ .node = node };
	if (!cursor->started || !cursor->len)
		return 0;
	last = lpm_level(cursor->len);
	for (level = 0;; level++) {
		path[level].node = node;
		chunk = lpm_chunk(cursor->addr, level, lpm->width);
		if (level == last)
			break;
		path[level].place = lpm_place(chunk, LPM_STRIDE) + 1;
		path[level].chunk = chunk + 1;
		node = next_node(node, chunk);
		if (!node)
			return level;
	}
	bits = cursor->len - last * LPM_STRIDE;
	path[last].place = lpm_place(chunk, bits) + 1;
	path[last].chunk = lpm_truncate(chunk, bits);
	return last;
}

/* Find the next value from a step on, or else the next child if it comes first:
 * its chunk is step->chunk - 1 then. The place of the value is step->place - 1.
 */
static u32 step_next(struct lpm_step *step, const struct lpm_node **child)
{
	const struct lpm_map *map = &step->node->map;
	unsigned int place, chunk;
	u32 value;

	for (;;) {
		place = lpm_next_place(map, step->place);
		chunk = lpm_next_bit(map->children, step->chunk);
		*child = NULL;
		if (chunk < LPM_CHUNKS && lpm_place(chunk, LPM_STRIDE) < place) {
			step->chunk = chunk + 1;
			*child = next_node(step->node, chunk);
			if (*child)
				return MFIB_LPM_NONE;
		} else if (place < LPM_PLACES) {
			step->place = place + 1;
			value = READ_ONCE(*lpm_value(step->node, place));
			if (value != MFIB_LPM_NONE)
				return value;
		} else {
			return MFIB_LPM_NONE;
		}
	}
}

static void put_chunk(u8 *addr, unsigned int level, unsigned int chunk)
{
	unsigned int bit = level * LPM_STRIDE, two;

	two = chunk << (16 - LPM_STRIDE - bit % 8);
	addr[bit / 8] |= two >> 8;
	addr[bit / 8 + 1] |= two;
}

/**
 * mfib_lpm_next() - find the next prefix in the order of all prefixes
 * @lpm: the tree
 * @cursor: where to go on; names the prefix found on return
 *
 * The order is by address, for equal addresses the shorter prefix first. A walk
 * of many calls returns each prefix once that is there all the time.
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock,
 * which it may drop between two calls.
 * Return: the value of the prefix; MFIB_LPM_NONE at the end, where the cursor
 * stays as it is.
 */
u32 mfib_lpm_next(const struct mfib_lpm *lpm, struct mfib_lpm_cursor *cursor)
{
	struct lpm_step path[LPM_LEVELS];
	const struct lpm_node *child;
	u8 addr[16 + 1] = {};
	unsigned int chunk, len;
	int level, i;
	u32 value;

	if (!cursor->started) {
		value = READ_ONCE(lpm->value0);
		if (value != MFIB_LPM_NONE) {
			*cursor = (struct mfib_lpm_cursor){ .started = true };
			return value;
		}
	} else if (cursor->len > lpm->width) {
		return MFIB_LPM_NONE;
	}

	for (level = walk_start(lpm, path, cursor); level >= 0;) {
		value = step_next(&path[level], &child);
		if (value != MFIB_LPM_NONE)
			break;
		if (child)
			path[++level] = (struct lpm_step){ .node = child };
		else
			level--;
	}
	if (level < 0)
		return MFIB_LPM_NONE;

	for (i = 0; i < level; i++)
		put_chunk(addr, i, path[i].chunk - 1);
	len = place_len(path[level].place - 1, &chunk);
	put_chunk(addr, level, chunk);
	memcpy(cursor->addr, addr, sizeof(cursor->addr));
	cursor->len = level * LPM_STRIDE + len;
	cursor->started = true;
	return value;
}

