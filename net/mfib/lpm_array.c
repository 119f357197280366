// SPDX-License-Identifier: GPL-2.0
/*
 * Few prefixes: one array, sorted by address and then by length, with a link
 * from each prefix to the one that it is nested in. Readers find the last prefix
 * that is not behind an address, and the longest match is that or one it is
 * nested in.
 *
 * New prefixes go unsorted into a few free entries at the end, through all of
 * which readers look as well. When these are used up, another array is made. A
 * prefix that is removed leaves a hole, an entry without a value, which is there
 * until then and can get a value again. So the prefixes of a small FIB come and
 * go by the thousand without as many copies waiting for a grace period.
 *
 * Each update has one store that readers see. A reader who overlaps with more
 * than one begins again.
 */
#include "lpm_tree.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "lpm_seq.h"

#define NO_PARENT	0xffffU

/* Free entries, so that a copy is shared by several new prefixes. */
#define FEW_FREE	4U
#define MOST_FREE	32U

/* Behind the addresses are the values, the links and the lengths. */
static u32 *values_of(const struct lpm_root *root)
{
	return (u32 *)(root->data + root->room);
}

static u16 *parents_of(const struct lpm_root *root)
{
	return (u16 *)(values_of(root) + root->room);
}

static u8 *lens_of(const struct lpm_root *root)
{
	return (u8 *)(parents_of(root) + root->room);
}

static size_t bytes_for(unsigned int room)
{
	return sizeof(struct lpm_root) +
	       room * (sizeof(struct lpm_key) + sizeof(u32) + sizeof(u16) + 1);
}

/**
 * lpm_array_bytes() - memory of an array
 * @root: the array
 *
 * Context: the writer lock.
 * Return: the size in bytes, the allocator's rounding included.
 */
size_t lpm_array_bytes(const struct lpm_root *root)
{
	return kmalloc_size_roundup(bytes_for(root->room));
}

/* An array for @n prefixes and some that may come. */
static struct lpm_root *array_alloc(unsigned int n, gfp_t gfp)
{
	unsigned int room = n + clamp(n / 16, FEW_FREE, MOST_FREE);
	struct lpm_root *root = kvmalloc(bytes_for(room), gfp | __GFP_ACCOUNT |
					 __GFP_NOWARN);

	if (!root)
		return NULL;
	memset(root, 0, sizeof(*root));
	root->kind = LPM_ARRAY;
	root->room = room;
	return root;
}

/**
 * lpm_array_create() - make an empty array
 *
 * Context: May sleep.
 * Return: the array, NULL without memory.
 */
struct lpm_root *lpm_array_create(void)
{
	return array_alloc(0, GFP_KERNEL);
}

/* The number of sorted prefixes whose address is not behind @key. */
static __always_inline unsigned int upper(const struct lpm_root *root,
					  const struct lpm_key *key)
{
	const struct lpm_key *at = root->data;
	unsigned int n = root->sorted, half;

	while (n > 1) {
		half = n / 2;
		at += lpm_key_less(key, at + half - 1) ? 0 : half;
		n -= half;
	}
	at += n && !lpm_key_less(key, at);
	return at - root->data;
}

static __always_inline bool covers(const struct lpm_root *root, unsigned int i,
				   const struct lpm_key *key)
{
	return lpm_key_covers(&root->data[i], lens_of(root)[i], key);
}

/* The longest match not longer than @most; its length goes to @len. */
static __always_inline u32 match(const struct lpm_root *root,
				 const struct lpm_key *key, unsigned int most,
				 unsigned int *len)
{
	unsigned int i = upper(root, key), n;
	u32 value, best = MFIB_LPM_NONE;

	*len = 0;
	for (i = i ? i - 1 : NO_PARENT; i != NO_PARENT;
	     i = parents_of(root)[i]) {
		value = READ_ONCE(values_of(root)[i]);
		if (value == MFIB_LPM_NONE || lens_of(root)[i] > most ||
		    !covers(root, i, key))
			continue;
		*len = lens_of(root)[i];
		best = value;
		break;
	}
	/* pairs with the release of add() */
	n = smp_load_acquire(&root->n);
	for (i = root->sorted; i < n; i++) {
		value = READ_ONCE(values_of(root)[i]);
		if (value == MFIB_LPM_NONE || lens_of(root)[i] > most ||
		    (best != MFIB_LPM_NONE && lens_of(root)[i] < *len) ||
		    !covers(root, i, key))
			continue;
		*len = lens_of(root)[i];
		best = value;
	}
	return best;
}

/**
 * lpm_array_lookup() - find the longest match of an address
 * @root: the array
 * @key: the address
 *
 * Context: RCU, or the writer lock.
 * Return: its value, MFIB_LPM_NONE if there is none.
 */
u32 lpm_array_lookup(const struct lpm_root *root, const struct lpm_key *key)
{
	unsigned int len;
	u32 seq, value;

	do {
		seq = lpm_seq_read(&root->seq);
		value = match(root, key, 128, &len);
	} while (lpm_seq_retry(&root->seq, seq));
	return value;
}

static bool is_entry(const struct lpm_root *root, unsigned int i,
		     const struct lpm_key *key, unsigned int len)
{
	return lens_of(root)[i] == len && lpm_key_equal(&root->data[i], key);
}

/* The number of a prefix or hole, or @root->n. */
static unsigned int find(const struct lpm_root *root, const struct lpm_key *key,
			 unsigned int len)
{
	unsigned int i;

	for (i = upper(root, key);
	     i && lpm_key_equal(&root->data[i - 1], key); i--)
		if (lens_of(root)[i - 1] == len)
			return i - 1;
	for (i = root->sorted; i < root->n; i++)
		if (is_entry(root, i, key, len))
			break;
	return i;
}

/**
 * lpm_array_find() - look up a prefix itself
 * @root: the array
 * @key: address of the prefix, truncated
 * @len: its length
 *
 * Context: the writer lock.
 * Return: its value, MFIB_LPM_NONE if it is not there.
 */
u32 lpm_array_find(const struct lpm_root *root, const struct lpm_key *key,
		   unsigned int len)
{
	unsigned int i = find(root, key, len);

	return i < root->n ? values_of(root)[i] : MFIB_LPM_NONE;
}

static void set_entry(struct lpm_root *root, unsigned int i,
		      const struct lpm_key *key, unsigned int len, u32 value)
{
	root->data[i] = *key;
	values_of(root)[i] = value;
	parents_of(root)[i] = NO_PARENT;
	lens_of(root)[i] = len;
}

/* Adds a prefix that is behind all others, to an array not published yet. */
static void append(struct lpm_root *root, const struct lpm_key *key,
		   unsigned int len, u32 value)
{
	unsigned int i = root->n, parent = i ? i - 1 : NO_PARENT;

	while (parent != NO_PARENT && !covers(root, parent, key))
		parent = parents_of(root)[parent];
	set_entry(root, i, key, len, value);
	parents_of(root)[i] = parent;
	root->sorted = ++root->n;
}

/* Adds a prefix for which there is a free entry. */
static void add(struct lpm_root *root, const struct lpm_key *key,
		unsigned int len, u32 value)
{
	set_entry(root, root->n, key, len, value);
	lpm_seq_change(&root->seq);
	/* pairs with the acquire of match() */
	smp_store_release(&root->n, root->n + 1);
	lpm_seq_changed(&root->seq);
}

static bool is_behind(const struct lpm_root *root, unsigned int i,
		      const struct lpm_key *key, unsigned int len)
{
	return lpm_key_less(key, &root->data[i]) ||
	       (lpm_key_equal(key, &root->data[i]) && lens_of(root)[i] > len);
}

/**
 * lpm_array_next() - find the next prefix
 * @root: the array
 * @key: the prefix behind which to begin, set to the one found
 * @len: its length
 * @started: false to begin with the first
 *
 * Context: the writer lock.
 * Return: its value, MFIB_LPM_NONE if there is none.
 */
u32 lpm_array_next(const struct lpm_root *root, struct lpm_key *key,
		   unsigned int *len, bool started)
{
	unsigned int i = 0, next;

	if (started)
		for (i = upper(root, key); i && is_behind(root, i - 1, key, *len);)
			i--;
	while (i < root->sorted && values_of(root)[i] == MFIB_LPM_NONE)
		i++;
	next = i < root->sorted ? i : root->n;
	for (i = root->sorted; i < root->n; i++) {
		if (values_of(root)[i] == MFIB_LPM_NONE ||
		    (started && !is_behind(root, i, key, *len)))
			continue;
		if (next == root->n ||
		    is_behind(root, next, &root->data[i], lens_of(root)[i]))
			next = i;
	}
	if (next == root->n)
		return MFIB_LPM_NONE;
	*key = root->data[next];
	*len = lens_of(root)[next];
	return values_of(root)[next];
}

/* Brings prefixes behind the sorted ones into an order; returns how many. */
static unsigned int sort_added(const struct lpm_root *root, u16 *order)
{
	unsigned int i, at, n = 0;

	for (i = root->sorted; i < root->n; i++) {
		if (values_of(root)[i] == MFIB_LPM_NONE)
			continue;
		for (at = n++; at && is_behind(root, order[at - 1],
					       &root->data[i],
					       lens_of(root)[i]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return n;
}

/* Puts another array without holes in place of one; NULL without memory. */
static struct lpm_root *renew(struct mfib_lpm *lpm, struct lpm_root *old,
			      gfp_t gfp)
{
	struct lpm_root *root = array_alloc(lpm->routes, gfp);
	unsigned int i = 0, added = 0, n, from;
	u16 order[MOST_FREE];

	if (!root)
		return NULL;
	n = sort_added(old, order);
	while (root->n < lpm->routes) {
		while (i < old->sorted && values_of(old)[i] == MFIB_LPM_NONE)
			i++;
		if (added < n &&
		    (i == old->sorted ||
		     is_behind(old, i, &old->data[order[added]],
			       lens_of(old)[order[added]])))
			from = order[added++];
		else
			from = i++;
		append(root, &old->data[from], lens_of(old)[from],
		       values_of(old)[from]);
	}
	rcu_assign_pointer(lpm->root, root);
	kvfree_rcu_mightsleep(old);
	return root;
}

/**
 * lpm_array_insert() - add a prefix or give it another value
 * @lpm: whose root the array is
 * @root: the array
 * @key: address of the prefix, truncated
 * @len: its length
 * @value: its value
 * @old: set to the value that it had, or MFIB_LPM_NONE
 *
 * Another value for a prefix that is there needs no memory.
 *
 * Context: the writer lock; may sleep.
 * Return: 0 or -ENOMEM.
 */
int lpm_array_insert(struct mfib_lpm *lpm, struct lpm_root *root,
		     const struct lpm_key *key, unsigned int len, u32 value,
		     u32 *old)
{
	unsigned int i = find(root, key, len);

	*old = MFIB_LPM_NONE;
	if (i < root->n) {
		*old = values_of(root)[i];
		lpm_seq_change(&root->seq);
		/* pairs with the dependency of a reader who follows the value */
		smp_store_release(&values_of(root)[i], value);
		lpm_seq_changed(&root->seq);
		return 0;
	}
	if (root->n == root->room) {
		root = renew(lpm, root, GFP_KERNEL);
		if (!root)
			return -ENOMEM;
	}
	add(root, key, len, value);
	return 0;
}

/**
 * lpm_array_remove() - take a prefix out
 * @root: the array
 * @key: address of the prefix, truncated
 * @len: its length
 *
 * Context: the writer lock.
 * Return: the value that it had, MFIB_LPM_NONE if it was not there.
 */
u32 lpm_array_remove(struct lpm_root *root, const struct lpm_key *key,
		     unsigned int len)
{
	unsigned int i = find(root, key, len);
	u32 value;

	if (i == root->n)
		return MFIB_LPM_NONE;
	value = values_of(root)[i];
	if (value == MFIB_LPM_NONE)
		return value;
	lpm_seq_change(&root->seq);
	WRITE_ONCE(values_of(root)[i], MFIB_LPM_NONE);
	lpm_seq_changed(&root->seq);
	return value;
}

/**
 * lpm_array_shrink() - make an array smaller if it has many holes or nothing else
 * @lpm: whose root the array is
 * @root: the array
 *
 * Without memory for that nothing happens.
 *
 * Context: the writer lock; may sleep.
 */
void lpm_array_shrink(struct mfib_lpm *lpm, struct lpm_root *root)
{
	if (root->n > 2 * lpm->routes + MOST_FREE ||
	    (!lpm->routes && root->room > FEW_FREE))
		renew(lpm, root, GFP_KERNEL | __GFP_NORETRY);
}

/**
 * lpm_array_to_tree() - make a tree of an array
 * @root: the array
 * @width: length of an address in bits
 *
 * Context: the writer lock; may sleep.
 * Return: the tree, NULL without memory.
 */
struct lpm_tree *lpm_array_to_tree(const struct lpm_root *root,
				   unsigned int width)
{
	struct lpm_tree *tree = lpm_tree_create(width);
	unsigned int i;

	if (!tree)
		return NULL;
	for (i = 0; i < root->n; i++) {
		if (values_of(root)[i] == MFIB_LPM_NONE)
			continue;
		if (lpm_tree_add(tree, &root->data[i], lens_of(root)[i],
				 values_of(root)[i]))
			goto err_add;
	}
	if (lpm_tree_build(tree))
		goto err_add;
	return tree;

err_add:
	lpm_tree_destroy(tree);
	return NULL;
}

/**
 * lpm_array_from_tree() - make an array of a tree
 * @tree: the tree
 * @routes: number of prefixes in it
 *
 * Context: the writer lock; may sleep.
 * Return: the array, NULL without memory.
 */
struct lpm_root *lpm_array_from_tree(const struct lpm_tree *tree,
				     unsigned int routes)
{
	struct lpm_root *root = array_alloc(routes, GFP_KERNEL | __GFP_NORETRY);
	struct lpm_key key = {};
	unsigned int i, len = 0;
	u32 value;

	if (!root)
		return NULL;
	for (i = 0; i < routes; i++) {
		value = lpm_tree_next(tree, &key, &len, i);
		append(root, &key, len, value);
	}
	return root;
}

/**
 * lpm_array_check() - check that an array is consistent
 * @root: the array
 * @width: length of an address in bits
 * @routes: set to the number of prefixes in it
 *
 * Context: the writer lock.
 * Return: true if it is.
 */
bool lpm_array_check(const struct lpm_root *root, unsigned int width,
		     u32 *routes)
{
	unsigned int i, parent, len;
	struct lpm_key key;

	*routes = 0;
	if (root->sorted > root->n || root->n > root->room || root->seq & 1)
		return false;
	for (i = 0; i < root->n; i++) {
		len = lens_of(root)[i];
		if (len > width || values_of(root)[i] > MFIB_LPM_MAX)
			return false;
		key = lpm_key_truncate(root->data[i], len);
		if (!lpm_key_equal(&key, &root->data[i]) ||
		    find(root, &key, len) != i)
			return false;
		parent = NO_PARENT;
		if (i && i < root->sorted) {
			if (!is_behind(root, i, &root->data[i - 1],
				       lens_of(root)[i - 1]))
				return false;
			parent = i - 1;
		}
		while (parent != NO_PARENT && !covers(root, parent, &key))
			parent = parents_of(root)[parent];
		if (parents_of(root)[i] != parent)
			return false;
		*routes += values_of(root)[i] != MFIB_LPM_NONE;
	}
	return true;
}

/**
 * lpm_array_match() - find the longest match of an address up to a length
 * @root: the array
 * @key: the address
 * @most: the longest that the prefix may be
 * @len: set to its length
 *
 * Context: the writer lock.
 * Return: its value, MFIB_LPM_NONE if there is none.
 */
u32 lpm_array_match(const struct lpm_root *root, const struct lpm_key *key,
		    unsigned int most, unsigned int *len)
{
	return match(root, key, most, len);
}
