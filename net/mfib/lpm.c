// SPDX-License-Identifier: GPL-2.0
/*
 * Longest-prefix match: how it works, and what writers do.
 *
 * A multibit trie after Eatherton, Varghese and Dittia, "Tree bitmap:
 * hardware/software IP lookups with incremental updates", ACM CCR 34(2), 2004,
 * arranged for RCU. A node covers LPM_STRIDE bits of the address. It holds the
 * prefixes that end after 1 to LPM_STRIDE of these bits, so that the popular
 * lengths /24 and /48 end inside a node, and a child for each value of all
 * these bits. Both arrays are packed, with a bitmap each, and indexed by
 * counting the bits below. A prefix is stored in one place only: longest match,
 * exact match and the ordered walk work on the same nodes, and there is nothing
 * beside them to keep up to date.
 *
 * Locking: Writers are serialised by the caller (by the FIB's writer lock, of
 * which this code knows nothing); they may sleep. Readers are inside
 * rcu_read_lock() or hold that lock.
 *
 * The bitmaps of a node never change once readers can reach it; its values and
 * child pointers do. Each change becomes visible with one store: to a value or
 * child pointer in place, or to the pointer that leads to the rewritten copy of
 * one node. So a reader that meets one change finds the longest match of before
 * or after it. One that meets several on its way down may see a later one and
 * miss an earlier one, as in any trie that is not copied up to its root: if a
 * shorter prefix is added and then a longer one in it removed, it may find
 * neither. Whoever cannot have that waits for a grace period in between.
 *
 * Memory: Nodes are freed after a grace period. To remove a prefix takes no
 * memory: where there is none for the smaller copy, the value becomes
 * MFIB_LPM_NONE, or the child pointer NULL, in place. Such a hole lasts until
 * it is filled again, or its node is rewritten or left with nothing but holes.
 * A reader that hits a hole goes for the longest match that is none.
 *
 * Work: An update goes down LPM_LEVELS nodes at most. It writes one value or
 * pointer in place, or one copy of a node, which is 1040 bytes at most, and for
 * a new prefix the nodes that lead to it, of 32 bytes each. None of this
 * depends on the number of routes.
 */
#include "lpm.h"

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "lpm_node.h"

/**
 * struct lpm_edit - the difference between a node and its next version
 * @place: the prefix that changes, LPM_PLACES for none
 * @value: its new value, MFIB_LPM_NONE to remove it
 * @chunk: the child that changes, LPM_CHUNKS for none
 * @child: the new child, NULL to remove it
 */
struct lpm_edit {
	unsigned int place;
	u32 value;
	unsigned int chunk;
	struct lpm_node *child;
};

static size_t map_size(const struct lpm_map *map)
{
	unsigned int values = hweight64(map->prefixes[0]) +
			      hweight64(map->prefixes[1]);

	return sizeof(struct lpm_node) +
	       hweight64(map->children) * sizeof(void *) + values * sizeof(u32);
}

static bool map_empty(const struct lpm_map *map)
{
	return !(map->prefixes[0] | map->prefixes[1] | map->children);
}

/* mfib_lpm_stats() reads the counters without the writer lock. */
static void count_node(struct mfib_lpm *lpm, unsigned int level,
		       const struct lpm_map *map, int sign)
{
	size_t size = kmalloc_size_roundup(map_size(map));

	WRITE_ONCE(lpm->bytes, lpm->bytes + sign * size);
	WRITE_ONCE(lpm->nodes[level], lpm->nodes[level] + sign);
}

static void count_route(struct mfib_lpm *lpm, int sign)
{
	WRITE_ONCE(lpm->routes, lpm->routes + sign);
}

static struct lpm_node *node_alloc(struct mfib_lpm *lpm, unsigned int level,
				   const struct lpm_map *map, gfp_t gfp)
{
	struct lpm_node *node = kmalloc(map_size(map), gfp);

	if (node) {
		node->map = *map;
		count_node(lpm, level, map, 1);
	}
	return node;
}

/* Frees a node that readers may still be in. */
static void node_retire(struct mfib_lpm *lpm, unsigned int level,
			struct lpm_node *node)
{
	count_node(lpm, level, &node->map, -1);
	kvfree_rcu_mightsleep(node);
}

/* Frees a node that no reader can be in. */
static void node_free(struct mfib_lpm *lpm, unsigned int level,
		      struct lpm_node *node)
{
	count_node(lpm, level, &node->map, -1);
	kfree(node);
}

/* The map of @node after @edit and without its holes. */
static struct lpm_map map_edited(const struct lpm_node *node,
				 const struct lpm_edit *edit)
{
	struct lpm_map map = {};
	unsigned int i, word;
	u64 bits;

	if (node) {
		const u32 *value = lpm_values(node);

		map = node->map;
		for (word = 0; word < 2; word++)
			for (bits = map.prefixes[word]; bits; bits &= bits - 1)
				if (*value++ == MFIB_LPM_NONE)
					map.prefixes[word] &= ~(bits & -bits);
		for (i = 0, bits = map.children; bits; i++, bits &= bits - 1)
			if (!lpm_dereference_writer(node->child[i]))
				map.children &= ~(bits & -bits);
	}
	if (edit->place < LPM_PLACES) {
		map.prefixes[edit->place / 64] &= ~BIT_ULL(edit->place % 64);
		if (edit->value != MFIB_LPM_NONE)
			map.prefixes[edit->place / 64] |=
				BIT_ULL(edit->place % 64);
	}
	if (edit->chunk < LPM_CHUNKS) {
		map.children &= ~BIT_ULL(edit->chunk);
		if (edit->child)
			map.children |= BIT_ULL(edit->chunk);
	}
	return map;
}

/* A copy of @node, which may be NULL, after @edit; something must remain. */
static struct lpm_node *node_edited(struct mfib_lpm *lpm, unsigned int level,
				    const struct lpm_node *node,
				    const struct lpm_edit *edit, gfp_t gfp)
{
	struct lpm_map map = map_edited(node, edit);
	struct lpm_node *copy = node_alloc(lpm, level, &map, gfp);
	unsigned int i, chunk, place;
	struct lpm_node *child;
	u32 *value;
	u64 bits;

	if (!copy)
		return NULL;
	for (i = 0, bits = map.children; bits; i++, bits &= bits - 1) {
		chunk = __ffs64(bits);
		child = edit->child;
		if (chunk != edit->chunk)
			child = lpm_dereference_writer(*lpm_child(node, chunk));
		RCU_INIT_POINTER(copy->child[i], child);
	}
	value = lpm_values(copy);
	for (place = lpm_next_place(&map, 0); place < LPM_PLACES;
	     place = lpm_next_place(&map, place + 1))
		*value++ = place == edit->place ? edit->value :
						  *lpm_value(node, place);
	return copy;
}

/**
 * mfib_lpm_create() - make an empty tree
 * @width: length of an address in bits, 32 or 128
 *
 * Context: May sleep.
 * Return: the tree, NULL without memory.
 */
struct mfib_lpm *mfib_lpm_create(unsigned int width)
{
	struct mfib_lpm *lpm;

	if (WARN_ON_ONCE(width != 32 && width != 128))
		return NULL;
	lpm = kzalloc(sizeof(*lpm), GFP_KERNEL_ACCOUNT);
	if (!lpm)
		return NULL;
	lpm->width = width;
	lpm->bytes = kmalloc_size_roundup(sizeof(*lpm));
	return lpm;
}

/**
 * mfib_lpm_destroy() - free a tree with all that is in it
 * @lpm: the tree, NULL is ignored
 *
 * Context: May sleep. The caller guarantees that no reader is left: nobody can
 * find the tree and a grace period has gone by since.
 */
void mfib_lpm_destroy(struct mfib_lpm *lpm)
{
	struct lpm_node *path[LPM_LEVELS], *node;
	unsigned int next[LPM_LEVELS], i;
	int level = -1;

	if (!lpm)
		return;
	node = lpm_dereference_writer(lpm->root);
	for (;;) {
		if (node) {
			path[++level] = node;
			next[level] = 0;
		}
		if (level < 0)
			break;
		i = next[level]++;
		if (i < hweight64(path[level]->map.children)) {
			node = lpm_dereference_writer(path[level]->child[i]);
			continue;
		}
		node_free(lpm, level, path[level]);
		node = NULL;
		level--;
		cond_resched();
	}
	kfree(lpm);
}

/* Build the part of the path from @level to the node of the prefix, with @node
 * as what is now at @level, if anything, and publish it in @link.
 */
static int graft(struct mfib_lpm *lpm, struct lpm_node __rcu **link,
		 unsigned int level, struct lpm_node *node, const u8 *addr,
		 u8 len, const struct lpm_edit *prefix)
{
	struct lpm_edit edit = *prefix;
	unsigned int at = lpm_level(len);
	struct lpm_node *copy;

	for (;; at--) {
		copy = node_edited(lpm, at, at == level ? node : NULL, &edit,
				   GFP_KERNEL_ACCOUNT);
		if (!copy)
			goto err_node;
		if (at == level)
			break;
		edit.place = LPM_PLACES;
		edit.chunk = lpm_chunk(addr, at - 1, lpm->width);
		edit.child = copy;
	}
	rcu_assign_pointer(*link, copy);
	if (node)
		node_retire(lpm, level, node);
	return 0;

err_node:
	while (edit.child) {
		copy = edit.child;
		edit.child = copy->map.children ?
			     lpm_dereference_writer(copy->child[0]) : NULL;
		node_free(lpm, ++at, copy);
	}
	return -ENOMEM;
}

/**
 * mfib_lpm_insert() - add a prefix or give it another value
 * @lpm: the tree
 * @addr: address of the prefix in network byte order; the bits behind @len do
 *	not matter
 * @len: length of the prefix
 * @value: value of the prefix, not MFIB_LPM_NONE
 * @old: where to store the value it had, MFIB_LPM_NONE if it is new; may be
 *	NULL
 *
 * What the caller wrote before, to an object that @value names say, is visible
 * to a reader that gets @value and follows it.
 *
 * Context: May sleep. The caller holds the writer lock.
 * Return: 0, or -EINVAL for a @value or @len that cannot be, or -ENOMEM; a
 * failure leaves the tree as it was. Another value for a prefix that is there
 * needs no memory.
 */
int mfib_lpm_insert(struct mfib_lpm *lpm, const u8 *addr, u8 len, u32 value,
		    u32 *old)
{
	struct lpm_edit edit = { .value = value, .chunk = LPM_CHUNKS };
	struct lpm_node __rcu **link = &lpm->root;
	unsigned int level, last, chunk;
	struct lpm_node *node;
	u32 *slot = NULL, was;
	int err;

	if (len > lpm->width || value == MFIB_LPM_NONE)
		return -EINVAL;
	if (len) {
		last = lpm_level(len);
		for (level = 0;; level++) {
			node = lpm_dereference_writer(*link);
			chunk = lpm_chunk(addr, level, lpm->width);
			if (!node || level == last || !lpm_has_child(node, chunk))
				break;
			link = lpm_child(node, chunk);
		}
		edit.place = lpm_place(lpm_chunk(addr, last, lpm->width),
				       len - last * LPM_STRIDE);
		if (node && level == last && lpm_has_prefix(node, edit.place))
			slot = lpm_value(node, edit.place);
	} else {
		slot = &lpm->value0;
	}

	if (slot) {
		was = *slot;
		/* pairs with the address dependency of READ_ONCE() in readers */
		smp_store_release(slot, value);
	} else {
		was = MFIB_LPM_NONE;
		err = graft(lpm, link, level, node, addr, len, &edit);
		if (err)
			return err;
	}
	if (was == MFIB_LPM_NONE)
		count_route(lpm, 1);
	if (old)
		*old = was;
	return 0;
}

/* Take a prefix out of the last node of a path, and out of the tree the nodes
 * that would be left with nothing.
 */
static void prune(struct mfib_lpm *lpm, struct lpm_node **path,
		  unsigned int last, const u8 *addr, unsigned int place)
{
	struct lpm_edit edit = { .place = place, .chunk = LPM_CHUNKS };
	struct lpm_node __rcu **link = &lpm->root;
	unsigned int level = last;
	struct lpm_node *copy;
	struct lpm_map map;

	for (;;) {
		map = map_edited(path[level], &edit);
		if (!map_empty(&map) || !level)
			break;
		level--;
		edit.place = LPM_PLACES;
		edit.chunk = lpm_chunk(addr, level, lpm->width);
	}
	if (level)
		link = lpm_child(path[level - 1],
				 lpm_chunk(addr, level - 1, lpm->width));

	copy = NULL;
	if (!map_empty(&map))
		copy = node_edited(lpm, level, path[level], &edit,
				   GFP_NOWAIT | __GFP_ACCOUNT | __GFP_NOWARN);
	if (copy || map_empty(&map)) {
		rcu_assign_pointer(*link, copy);
	} else {
		/* no memory: leave a hole */
		if (level == last)
			WRITE_ONCE(*lpm_value(path[level], place),
				   MFIB_LPM_NONE);
		else
			RCU_INIT_POINTER(*lpm_child(path[level], edit.chunk),
					 NULL);
		level++;
	}
	for (; level <= last; level++)
		node_retire(lpm, level, path[level]);
}

/**
 * mfib_lpm_remove() - take a prefix out
 * @lpm: the tree
 * @addr: address of the prefix in network byte order
 * @len: length of the prefix
 *
 * It cannot fail: it asks for memory without waiting and does without if it
 * gets none.
 *
 * Context: May sleep. The caller holds the writer lock.
 * Return: the value that the prefix had, MFIB_LPM_NONE if it was not there.
 */
u32 mfib_lpm_remove(struct mfib_lpm *lpm, const u8 *addr, u8 len)
{
	struct lpm_node __rcu **link = &lpm->root;
	struct lpm_node *path[LPM_LEVELS], *node;
	unsigned int level, last, place, chunk;
	u32 value;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	if (!len) {
		value = lpm->value0;
		WRITE_ONCE(lpm->value0, MFIB_LPM_NONE);
		goto done;
	}

	last = lpm_level(len);
	for (level = 0;; level++) {
		node = lpm_dereference_writer(*link);
		if (!node)
			return MFIB_LPM_NONE;
		path[level] = node;
		chunk = lpm_chunk(addr, level, lpm->width);
		if (level == last)
			break;
		if (!lpm_has_child(node, chunk))
			return MFIB_LPM_NONE;
		link = lpm_child(node, chunk);
	}
	place = lpm_place(chunk, len - last * LPM_STRIDE);
	value = lpm_has_prefix(node, place) ? *lpm_value(node, place) : MFIB_LPM_NONE;
	if (value != MFIB_LPM_NONE)
		prune(lpm, path, last, addr, place);
done:
	if (value != MFIB_LPM_NONE)
		count_route(lpm, -1);
	return value;
}

/**
 * mfib_lpm_stats() - tell what a tree holds and takes
 * @lpm: the tree
 * @stats: where to store it
 *
 * Context: Any. The figures agree with each other if the caller holds the
 * writer lock. Nodes that wait for a grace period do not count.
 */
void mfib_lpm_stats(const struct mfib_lpm *lpm, struct mfib_lpm_stats *stats)
{
	u32 level, nodes;

	*stats = (struct mfib_lpm_stats){
		.routes = READ_ONCE(lpm->routes),
		.bytes = READ_ONCE(lpm->bytes),
	};
	for (level = 0; level < LPM_LEVELS; level++) {
		nodes = READ_ONCE(lpm->nodes[level]);
		stats->nodes += nodes;
		if (nodes)
			stats->depth = level + 1;
	}
}
