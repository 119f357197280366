// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups of addresses: what packets do.
 *
 * Most answers are found in the node in which the search ends, and are right for
 * the moment at which the last reference to it was loaded. What a node does not
 * tell has to be inherited from what was passed on the way; that is right unless
 * an inheritance changed meanwhile, which lpm_tree.seq tells.
 */
#include "lpm.h"

#include <linux/bug.h>
#include <linux/prefetch.h>

#include "lpm_seq.h"
#include "lpm_tree.h"

static __always_inline const u8 *node_of(const struct lpm_tree *tree, u32 word,
					 u32 flags)
{
	/* may be no node at all where one is only prefetched */
	unsigned long base = READ_ONCE(tree->images.base[word >> LPM_WINDOW_BITS]);

	return (const u8 *)(base + word - flags);
}

static __always_inline const struct lpm_page *page_of(const struct lpm_tree *tree,
						      u32 word)
{
	return (const struct lpm_page *)node_of(tree, word,
						LPM_NODE | LPM_WIDE);
}

static __always_inline u32 page_word(const struct lpm_page *page, u64 hi)
{
	return READ_ONCE((&page->block[0][0])[hi >> 38 & 1023]);
}

static __always_inline u32 wide_word(const u8 *node, unsigned int bits,
				     unsigned int place)
{
	return READ_ONCE(*lpm_wide(node, bits, lpm_rank(node, bits, place)));
}

/* Or whether the tree has another form: then what is in @root is from before. */
static __always_inline bool seq_changed(const struct mfib_lpm *lpm,
					const struct lpm_root *root, u32 seq)
{
	return lpm_seq_retry(&root->tree->seq, seq) ||
	       lpm_dereference(lpm->root) != root;
}

static void inherit(u32 *in, u32 word)
{
	if (word != LPM_HOLE)
		*in = word;
}

/* Goes all the way down. */
static noinline u32 walk(const struct mfib_lpm *lpm, const struct lpm_key *key)
{
	const struct lpm_level *level;
	const struct lpm_root *root;
	const struct lpm_tree *tree;
	const struct lpm_page *page;
	u32 seq, word, in, below;
	unsigned int bits;

	do {
		root = lpm_dereference(lpm->root);
		if (root->kind == LPM_ARRAY)
			return lpm_array_lookup(root, key);
		tree = root->tree;
		seq = lpm_seq_read(&tree->seq);
		in = LPM_HOLE;
		level = &tree->level[LPM_TOP];
		bits = level->pos;
		if (root->kind == LPM_DIRECT) {
			bits += level->bits;
			level++;
		}
		word = READ_ONCE(root->word[lpm_key_bits(key, 0, bits)]);
		if (tree->width == 32)
			word = lpm_plain(word);
		if (root->kind == LPM_DIRECT && tree->width == 128 &&
		    lpm_is_node(word)) {
			page = page_of(tree, word);
			inherit(&in, READ_ONCE(page->in));
			inherit(&in, READ_ONCE(page->in4[key->hi >> 44 & 15]));
			word = page_word(page, key->hi);
			level += 2;
		}
		for (; lpm_is_node(word); level++) {
			below = LPM_HOLE;
			word = lpm_follow(node_of(tree, word, word & LPM_FLAGS),
					  level->bits, word & LPM_WIDE,
					  lpm_key_bits(key, level->pos,
						       level->bits), &below);
			inherit(&in, below);
		}
		if (word != LPM_HOLE)
			return lpm_value(word);
		bits = lpm_key_bits(key, 0, tree->top_bits);
		word = in == LPM_HOLE ? READ_ONCE(root->top[bits]) :
					lpm_value(in);
	} while (seq_changed(lpm, root, seq));
	return word;
}

static noinline u32 walk4(const struct mfib_lpm *lpm, u32 key)
{
	struct lpm_key wide = { .hi = (u64)key << 32 };

	return walk(lpm, &wide);
}

static noinline u32 walk6(const struct mfib_lpm *lpm, const u8 *addr)
{
	struct lpm_key key = lpm_key_load(addr, 128);

	return walk(lpm, &key);
}

/* What a lookup found is negative, as a number, if it was not the end. */
static __always_inline bool unfinished(u32 found)
{
	return (s32)found < 0;
}

/* The word at a place, with a child as something unfinished, not LPM_INHERIT. */
static __always_inline u32 found_in(const u8 *node, u32 flags, unsigned int bits,
				    unsigned int place)
{
	u32 word;

	if (!(flags & LPM_WIDE))
		return (s16)READ_ONCE(*lpm_narrow(node, bits,
						  lpm_rank(node, bits, place)));
	word = wide_word(node, bits, place);
	return lpm_is_node(word) ? 1U << 31 : lpm_value(word);
}

static __always_inline u32 direct4(const struct mfib_lpm *lpm,
				   const struct lpm_root *root, u32 key)
{
	const struct lpm_tree *tree = root->tree;
	u32 seq = lpm_seq_read(&tree->seq), word, value;

	word = READ_ONCE(root->word[key >> 14]);
	if (likely((word & (LPM_NODE | LPM_WIDE)) == LPM_NODE))
		value = found_in(node_of(tree, word, LPM_NODE), 0, 6,
				 key >> 8 & 63);
	else if (lpm_is_node(word))
		value = found_in(node_of(tree, word, LPM_NODE | LPM_WIDE),
				 LPM_WIDE, 6, key >> 8 & 63);
	else
		value = lpm_value(word);
	if (likely(!unfinished(value) && word >> LPM_WINDOW_BITS != LPM_TOPS))
		return value;
	if (value == LPM_INHERIT)
		value = READ_ONCE(root->top[key >> 20]);
	if (unlikely(unfinished(value) || seq_changed(lpm, root, seq)))
		return walk4(lpm, key);
	return value;
}

static __always_inline u32 direct6(const struct mfib_lpm *lpm,
				   const struct lpm_root *root, const u8 *addr)
{
	const struct lpm_tree *tree = root->tree;
	u64 hi = lpm_be64(addr);
	u32 word, value;
	const u8 *node;

	word = READ_ONCE(root->word[hi >> 48]);
	if (!lpm_is_node(word))
		goto leaf;
	word = page_word(page_of(tree, word), hi);
	if (!lpm_is_node(word))
		goto leaf;
	node = node_of(tree, word, LPM_NODE | LPM_WIDE);
	word = wide_word(node, 6, hi >> 32 & 63);
	if (!lpm_is_node(word))
		goto leaf;
	node = node_of(tree, word, LPM_NODE | LPM_WIDE);
	word = wide_word(node, 8, hi >> 24 & 255);
	if (!lpm_is_node(word))
		goto leaf;
	if (likely(!(word & LPM_WIDE)))
		value = found_in(node_of(tree, word, LPM_NODE), 0, 8,
				 hi >> 16 & 255);
	else
		value = found_in(node_of(tree, word, LPM_NODE | LPM_WIDE),
				 LPM_WIDE, 8, hi >> 16 & 255);
	goto found;
leaf:
	value = lpm_value(word);
found:
	if (likely(!unfinished(value)))
		return value;
	return walk6(lpm, addr);
}

/**
 * mfib_lpm_lookup() - look up the longest match of an address
 * @lpm: the tree
 * @addr: the address in network byte order
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 * Return: the value of the longest prefix that the address is in,
 * MFIB_LPM_NONE if there is none.
 */
u32 mfib_lpm_lookup(const struct mfib_lpm *lpm, const u8 *addr)
{
	const struct lpm_root *root = lpm_dereference(lpm->root);
	struct lpm_key key;

	if (likely(root->kind == LPM_DIRECT)) {
		if (lpm->width == 32)
			return direct4(lpm, root, lpm_be32(addr));
		return direct6(lpm, root, addr);
	}
	key = lpm_key_load(addr, lpm->width);
	if (root->kind == LPM_ARRAY)
		return lpm_array_lookup(root, &key);
	return walk(lpm, &key);
}

/* For those which the first node does not tell, if there is one. */
static noinline void finish4(const struct mfib_lpm *lpm,
			     const struct lpm_root *root, const u8 *addr,
			     u32 *value, unsigned int n)
{
	u32 any = 0, found, top;
	unsigned int i;

	for (i = 0; i < n; i++) {
		found = value[i];
		top = READ_ONCE(root->top[lpm_be32(addr + 4 * i) >> 20]);
		value[i] = found == LPM_INHERIT ? top : found;
		any |= value[i];
	}
	for (i = 0; unfinished(any) && i < n; i++)
		if (unfinished(value[i]))
			value[i] = walk4(lpm, lpm_be32(addr + 4 * i));
}

/* One by one, as there is more than narrow nodes, or an update has interfered. */
static noinline void each4(const struct mfib_lpm *lpm,
			   const struct lpm_root *root, const u8 *addr,
			   u32 *value, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		value[i] = direct4(lpm, root, lpm_be32(addr + 4 * i));
}

/* Loops so short that it is worth it to count and jump half as often. */
static noinline void bulk4(const struct mfib_lpm *lpm,
			   const struct lpm_root *root, const u8 *addr,
			   u32 *value, unsigned int n)
{
	const struct lpm_tree *tree = root->tree;
	const u8 *node[MFIB_LPM_BULK];
	const u32 *words = root->word;
	u32 seq = lpm_seq_read(&tree->seq);
	u32 word, found, any = 0;
	unsigned long i;

#pragma GCC unroll 2
	for (i = 0; i < n; i++) {
		word = READ_ONCE(words[lpm_be32(addr + 4 * i) >> 14]);
		any |= word;
		node[i] = node_of(tree, word, 0);
		prefetch(node[i]);
	}
	if (unlikely(any & LPM_WIDE)) {
		each4(lpm, root, addr, value, n);
		return;
	}
	any = 0;
#pragma GCC unroll 2
	for (i = 0; i < n; i++) {
		found = found_in(node[i] - LPM_NODE, 0, 6, addr[4 * i + 2] & 63);
		value[i] = found;
		any |= found;
	}
	if (unfinished(any))
		finish4(lpm, root, addr, value, n);
	if (unlikely(seq_changed(lpm, root, seq)))
		each4(lpm, root, addr, value, n);
}

static __always_inline const u8 *page_place(const struct lpm_tree *tree,
					    u32 word, u32 key)
{
	return node_of(tree, word, LPM_NODE | LPM_WIDE) +
	       offsetof(struct lpm_page, block) + (key >> 4 & 0xffc);
}

/* The first @size bytes of addresses; unfinished() are left if not @finish. */
static __always_inline void bulk6(const struct mfib_lpm *lpm,
				  const struct lpm_root *root, const u8 *addr,
				  unsigned long size, u32 *value,
				  unsigned int n, bool finish)
{
	const struct lpm_tree *tree = root->tree;
	const u8 *node[MFIB_LPM_BULK];
	u8 item[MFIB_LPM_BULK + 1];
	unsigned long i, j, m, left;
	u32 word, key, any = 0, flags;

	/* no list as long as there are pages */
	for (i = 0; i < n; i++) {
		key = lpm_be32(addr + i * size);
		word = READ_ONCE(root->word[key >> 16]);
		if (unlikely(!lpm_is_node(word)))
			break;
		node[i] = page_place(tree, word, key);
		prefetch(node[i]);
		item[i] = i;
	}
	for (m = i; i < n; i++) {
		key = lpm_be32(addr + i * size);
		word = READ_ONCE(root->word[key >> 16]);
		value[i] = lpm_value(word);
		node[m] = page_place(tree, word, key);
		prefetch(node[m]);
		item[m] = i;
		m += lpm_is_node(word);
	}
	if (!m)
		return;
	for (j = 0, left = m, m = 0; j < left; j++) {
		i = item[j];
		word = READ_ONCE(*(const u32 *)node[j]);
		value[i] = lpm_value(word);
		node[m] = node_of(tree, word, LPM_NODE | LPM_WIDE);
		prefetch(node[m]);
		item[m] = i;
		m += lpm_is_node(word);
	}
	for (j = 0, left = m, m = 0; j < left; j++) {
		i = item[j];
		word = wide_word(node[j], 6, addr[i * size + 3] & 63);
		value[i] = lpm_value(word);
		node[m] = node_of(tree, word, LPM_NODE | LPM_WIDE);
		prefetch(node[m]);
		item[m] = i;
		m += lpm_is_node(word);
	}
	for (j = 0, left = m, m = 0, flags = 0; j < left; j++) {
		i = item[j];
		word = wide_word(node[j], 8, addr[i * size + 4]);
		value[i] = lpm_value(word);
		flags |= word;
		node[m] = node_of(tree, word, LPM_NODE);
		prefetch(node[m]);
		item[m] = i;
		m += lpm_is_node(word);
	}
	if (unlikely(flags & LPM_WIDE)) {
		for (j = 0; j < m; j++) {
			i = item[j];
			flags = (unsigned long)node[j] & LPM_WIDE;
			value[i] = found_in(node[j] - flags, flags, 8,
					    addr[i * size + 5]);
		}
	} else {
		for (j = 0; j < m; j++) {
			i = item[j];
			value[i] = found_in(node[j], 0, 8, addr[i * size + 5]);
		}
	}
	if (!finish)
		return;
	for (i = 0; i < n; i++)
		any |= value[i];
	if (!unfinished(any))
		return;
	for (i = 0; i < n; i++)
		if (unfinished(value[i]))
			value[i] = walk6(lpm, addr + i * size);
}

/* Whether many keys have the first half in common with the one before. */
static __always_inline bool is_train(const u8 *addr, unsigned int n)
{
	unsigned int i, same = 0;

	if (n < 16)
		return false;
	for (i = 0; i < 16; i += 4)
		same += lpm_be64(addr + 16 * i) == lpm_be64(addr + 16 * i + 16);
	return same > 1;
}

/* Packets of a flow come in trains, for which to search once. */
static noinline void bulk6_train(const struct mfib_lpm *lpm,
				 const struct lpm_root *root, const u8 *addr,
				 u32 *value, unsigned int n)
{
	u8 first[MFIB_LPM_BULK][8];
	u32 found[MFIB_LPM_BULK];
	u8 item[MFIB_LPM_BULK];
	u64 hi, last = ~lpm_be64(addr);
	unsigned int i, m = 0;

	for (i = 0; i < n; i++) {
		hi = lpm_be64(addr + 16 * i);
		memcpy(first[m], addr + 16 * i, 8);
		m += hi != last;
		last = hi;
		item[i] = m - 1;
	}
	bulk6(lpm, root, first[0], 8, found, m, false);
	for (i = 0; i < n; i++)
		value[i] = found[item[i]];
	for (i = 0; i < n; i++)
		if (unfinished(value[i]))
			value[i] = walk6(lpm, addr + 16 * i);
}

/**
 * mfib_lpm_lookup_bulk() - look up the longest matches of several addresses
 * @lpm: the tree
 * @addr: addresses in network byte order, one behind the other
 * @value: where to store what mfib_lpm_lookup() would return for each
 * @n: how many there are, MFIB_LPM_BULK at most
 *
 * Context: Any. The caller is inside rcu_read_lock() or holds the writer lock.
 */
void mfib_lpm_lookup_bulk(const struct mfib_lpm *lpm, const u8 *addr,
			  u32 *value, unsigned int n)
{
	const struct lpm_root *root = lpm_dereference(lpm->root);
	unsigned int i;

	if (WARN_ON_ONCE(n > MFIB_LPM_BULK))
		n = MFIB_LPM_BULK;
	if (likely(root->kind == LPM_DIRECT)) {
		if (lpm->width == 32)
			bulk4(lpm, root, addr, value, n);
		else if (unlikely(is_train(addr, n)))
			bulk6_train(lpm, root, addr, value, n);
		else
			bulk6(lpm, root, addr, 16, value, n, true);
		return;
	}
	for (i = 0; i < n; i++, addr += lpm->width / 8) {
		struct lpm_key key = lpm_key_load(addr, lpm->width);

		value[i] = root->kind == LPM_ARRAY ?
			   lpm_array_lookup(root, &key) : walk(lpm, &key);
	}
}
