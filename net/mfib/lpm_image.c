// SPDX-License-Identifier: GPL-2.0
/* Writing what readers see, from lists. */
#include "lpm_image.h"

#include <linux/bug.h>
#include <linux/string.h>

#include "lpm_tree.h"

const struct lpm_level lpm_levels4[LPM_LEVELS4] = {
	{ 0, 6, false },
	{ 6, 6, false },
	{ 12, 6, true },
	{ 18, 6, false },
	{ 24, 8, false },
};

const struct lpm_level lpm_levels6[LPM_LEVELS6] = {
	{ 0, 4, false },
	{ 4, 6, false },
	{ 10, 6, true },
	{ 16, 4, true },
	{ 20, 6, true },
	{ 26, 6, true },
	{ 32, 8, true },
	{ 40, 8, false },
	{ 48, 8, false },
	{ 56, 8, false },
	{ 64, 8, false },
	{ 72, 8, false },
	{ 80, 8, false },
	{ 88, 8, false },
	{ 96, 8, false },
	{ 104, 8, false },
	{ 112, 8, false },
	{ 120, 8, false },
};

static void add_run(struct lpm_tree *tree, unsigned int place, u32 word)
{
	if (tree->runs && tree->word[tree->runs - 1] == word)
		return;
	tree->start[tree->runs] = place;
	tree->word[tree->runs++] = word;
}

/**
 * lpm_sweep() - find the runs of a node
 * @tree: the tree; the runs end up in it
 * @level: the node's level
 * @list: the node
 * @in: what is in places without a prefix
 * @kids: whether children are in their places, or what they cover
 *
 * Context: the writer lock.
 */
void lpm_sweep(struct lpm_tree *tree, unsigned int level,
	       const struct lpm_list *list, u32 in, bool kids)
{
	unsigned int bits = tree->level[level].bits, nkids, i = 0, j = 0;
	unsigned int place = 0, next, depth = 0;
	const struct lpm_kid *kid = lpm_kids(list);
	const u8 *places = lpm_places(list);
	const u32 *value = lpm_values(list);
	const u16 *code = lpm_codes(list);
	u16 end[LPM_BITS + 2];
	u32 word[LPM_BITS + 2];

	nkids = kids ? list->kids : 0;
	end[0] = 1 << bits;
	word[0] = in;
	tree->runs = 0;
	for (;;) {
		while (depth && end[depth] == place)
			depth--;
		if (place == end[0])
			break;
		for (; i < list->prefixes && lpm_code_place(code[i]) == place; i++) {
			end[++depth] = place + lpm_code_size(code[i], bits);
			word[depth] = lpm_leaf(value[i]);
		}
		if (j < nkids && places[j] == place) {
			add_run(tree, place++, kid[j++].word);
			continue;
		}
		add_run(tree, place, word[depth]);
		next = end[depth];
		if (i < list->prefixes && lpm_code_place(code[i]) < next)
			next = lpm_code_place(code[i]);
		if (j < nkids && places[j] < next)
			next = places[j];
		place = next;
	}
}

static u32 image_bytes(unsigned int bits, bool wide, unsigned int runs,
		       unsigned int children)
{
	u32 bytes = lpm_head(bits) + runs * (wide ? 4 : 2);

	if (children)
		bytes = ((bytes + 3) & ~3U) + 4 + (wide ? 0 : children * 4);
	return bytes;
}

/* Looks at four slots at a time for one that is no value. */
static unsigned int narrow_children(const u16 *slot, unsigned int n)
{
	unsigned int children = 0, i = 0;
	u64 four;

	while (i < n) {
		if (i + 4 <= n) {
			memcpy(&four, slot + i, sizeof(four));
			if (!(four & 0x8000800080008000ULL)) {
				i += 4;
				continue;
			}
		}
		children += slot[i] >= LPM_CHILD && slot[i] != LPM_HOLE16;
		i++;
	}
	return children;
}

/**
 * lpm_node_bytes() - the size of a node
 * @bits: its bits
 * @word: what is in its place
 * @node: the node
 *
 * Context: the writer lock.
 * Return: the size in bytes.
 */
u32 lpm_node_bytes(unsigned int bits, u32 word, const u8 *node)
{
	unsigned int runs = lpm_runs(node, bits), children = 0, i;
	bool wide = word & LPM_WIDE;

	if (!wide)
		children = narrow_children(lpm_narrow(node, bits, 1), runs);
	for (i = 1; wide && i <= runs; i++)
		children += lpm_is_node(*lpm_wide(node, bits, i));
	return image_bytes(bits, wide, runs, children);
}

/**
 * lpm_image_bytes() - the size of a node or page
 * @tree: the tree
 * @level: its level
 * @word: what is in its place
 *
 * Context: the writer lock.
 * Return: the size in bytes.
 */
u32 lpm_image_bytes(const struct lpm_tree *tree, unsigned int level, u32 word)
{
	if (lpm_form(tree, level) == LPM_FORM_PAGE)
		return sizeof(struct lpm_page);
	return lpm_node_bytes(tree->level[level].bits, word,
			      lpm_image_at(tree, word));
}

static void write_slots(const struct lpm_tree *tree, u8 *node,
			unsigned int bits, bool wide, u32 in)
{
	u32 *slot = (u32 *)lpm_wide(node, bits, 1);
	u16 *slot16 = (u16 *)lpm_narrow(node, bits, 1);
	unsigned int i, children = 0;
	u32 *tail;

	if (wide) {
		for (i = 0; i < tree->runs; i++) {
			slot[i] = tree->word[i];
			children += lpm_is_node(tree->word[i]);
		}
		if (children)
			slot[tree->runs] = in;
		return;
	}
	tail = lpm_tail(node, bits, false);
	for (i = 0; i < tree->runs; i++) {
		if (lpm_is_node(tree->word[i])) {
			slot16[i] = LPM_CHILD + children++;
			tail[children] = tree->word[i];
		} else if (tree->word[i] == LPM_HOLE) {
			slot16[i] = LPM_HOLE16;
		} else {
			slot16[i] = lpm_value(tree->word[i]);
		}
	}
	if (children)
		tail[0] = in;
}

/**
 * lpm_image_make() - write a node
 * @tree: the tree
 * @level: the node's level
 * @list: the node
 * @nofail: wait for memory, as long as it takes
 *
 * Context: the writer lock; may sleep.
 * Return: what is to be found in the node's place: the node, or a leaf if it has
 * but one run; 0 without memory.
 */
u32 lpm_image_make(struct lpm_tree *tree, unsigned int level,
		   const struct lpm_list *list, bool nofail)
{
	unsigned int bits = tree->level[level].bits, children = 0, i;
	bool wide = tree->level[level].wide;
	u32 bytes, ref;
	u64 *map;
	u8 *node;

	lpm_sweep(tree, level, list, list->in, true);
	if (tree->runs == 1 && !lpm_is_node(tree->word[0]))
		return tree->word[0];
	for (i = 0; i < tree->runs; i++) {
		if (lpm_is_node(tree->word[i]))
			children++;
		else if (tree->word[i] > lpm_leaf(LPM_NARROW_MAX) &&
			 tree->word[i] != LPM_HOLE)
			wide = true;
	}
	bytes = image_bytes(bits, wide, tree->runs, children);
	ref = lpm_arena_alloc(&tree->images, bytes, nofail);
	if (!ref)
		return 0;
	node = lpm_at(&tree->images, ref);
	map = (u64 *)node;
	memset(node, 0, lpm_head(bits));
	for (i = 0; i < tree->runs; i++)
		map[tree->start[i] / 64] |= BIT_ULL(tree->start[i] % 64);
	if (bits == 8)
		for (i = 1; i < 4; i++)
			node[32 + i] = node[31 + i] + hweight64(map[i - 1]);
	write_slots(tree, node, bits, wide, list->in);
	tree->work.nodes++;
	tree->work.bytes += bytes;
	return ref | LPM_NODE | (wide ? LPM_WIDE : 0);
}

static void store(struct lpm_tree *tree, u32 *place, u32 word)
{
	if (*place == word)
		return;
	/* pairs with the address dependency of readers */
	smp_store_release(place, word);
	tree->work.stores++;
}

/**
 * lpm_paint() - write a node's part of a direct table
 * @tree: the tree
 * @level: the node's level
 * @list: the node
 * @block: where it goes; words that do not change are not touched
 * @top: the place of the top that it is in, for a node of level LPM_TOP
 *
 * Context: the writer lock.
 */
void lpm_paint(struct lpm_tree *tree, unsigned int level,
	       const struct lpm_list *list, u32 *block, unsigned int top)
{
	unsigned int run, place = 0, end;
	u32 word;

	lpm_sweep(tree, level, list, list->in, true);
	for (run = 0; run < tree->runs; run++) {
		end = run + 1 < tree->runs ? tree->start[run + 1] : LPM_BLOCK;
		word = lpm_cell_word(tree, tree->word[run], top);
		for (; place < end; place++)
			store(tree, &block[place], word);
	}
}

static void store_top(struct lpm_tree *tree, unsigned int place, u32 value)
{
	store(tree, &tree->top[place], value);
	lpm_cells_top(tree, place);
}

/* The part of the top table that is behind a node of the last level in it. */
static void paint_top(struct lpm_tree *tree, const struct lpm_list *list,
		      u32 in, unsigned int top)
{
	unsigned int run, place = 0, end;

	lpm_sweep(tree, LPM_TOP - 1, list, in, false);
	for (run = 0; run < tree->runs; run++) {
		end = run + 1 < tree->runs ? tree->start[run + 1] : LPM_BLOCK;
		for (; place < end; place++)
			store_top(tree, top + place,
				  lpm_value(tree->word[run]));
	}
}

/**
 * lpm_paint_top() - write the table of the levels above LPM_TOP
 * @tree: the tree
 * @key: address of the prefix that changed
 * @level: level of the node it ends in
 *
 * Context: the writer lock.
 */
void lpm_paint_top(struct lpm_tree *tree, const struct lpm_key *key,
		   unsigned int level)
{
	const struct lpm_list *first = lpm_list_at(tree, tree->list);
	unsigned int bits = tree->level[0].bits, place, last, kid, i;
	bool found;
	u32 in, top;

	place = level ? lpm_place(tree, key, 0) : 0;
	last = level ? place : (1U << bits) - 1;
	for (; place <= last; place++) {
		in = lpm_list_best(first, bits, place,
				   lpm_leaf(MFIB_LPM_NONE), NULL);
		top = place * LPM_BLOCK;
		kid = lpm_list_kid(first, place, &found);
		if (found) {
			paint_top(tree, lpm_list_at(tree,
						    lpm_kids(first)[kid].list),
				  in, top);
			continue;
		}
		for (i = 0; i < LPM_BLOCK; i++)
			store_top(tree, top + i, lpm_value(in));
	}
}

/**
 * lpm_page_fill() - write a page or a part of it
 * @tree: the tree
 * @list: the node that the page is for
 * @page: the page
 * @from: first place of the node that is to be written
 * @to: behind the last one
 *
 * What the page itself inherits is not written into its blocks, as it would be
 * much for a prefix that covers many pages.
 *
 * Context: the writer lock.
 */
void lpm_page_fill(struct lpm_tree *tree, const struct lpm_list *list,
		   struct lpm_page *page, unsigned int from, unsigned int to)
{
	unsigned int bits = tree->level[LPM_TOP + 1].bits, kid, i;
	struct lpm_list *below;
	bool found;
	u32 in;

	for (; from < to; from++) {
		in = lpm_list_best(list, bits, from, LPM_HOLE, NULL);
		store(tree, &page->in4[from], in);
		kid = lpm_list_kid(list, from, &found);
		if (found) {
			below = lpm_list_at(tree, lpm_kids(list)[kid].list);
			below->in = in;
			lpm_paint(tree, LPM_TOP + 2, below, page->block[from],
				  0);
			continue;
		}
		for (i = 0; i < LPM_BLOCK; i++)
			store(tree, &page->block[from][i], in);
	}
}
