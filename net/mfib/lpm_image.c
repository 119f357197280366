// SPDX-License-Identifier: GPL-2.0
/* Writing what readers see, from lists. */
#include "lpm_image.h"

#include <linux/bug.h>
#include <linux/string.h>

#include "lpm_tree.h"

/* What is no word: of a place without a prefix, and in front of the first run. */
#define UNSET	LPM_WIDE
#define NO_WORD	(LPM_WIDE | 4U)

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

/**
 * struct marks - places of a node where there may be something else than before
 * @map: a bit for each of them
 * @before: how many there are before each word of @map
 */
struct marks {
	u64 map[LPM_MAP];
	unsigned int before[LPM_MAP];
};

/* The place behind the last one is the first again, which is marked anyway. */
static __always_inline void mark(struct marks *marks, unsigned int words,
				 unsigned int place)
{
	marks->map[place / 64 % words] |= BIT_ULL(place % 64);
}

/* The number of marks up to a place. */
static __always_inline unsigned int rank(const struct marks *marks,
					 unsigned int words, unsigned int place)
{
	unsigned int i = place / 64 % words;

	return marks->before[i] + hweight64(marks->map[i] << (~place & 63));
}

/* Joins what is next to each other with the same word. */
static __always_inline void find_runs(struct lpm_tree *tree,
				      const struct marks *marks,
				      unsigned int words, u32 in)
{
	unsigned int i, bit, runs = 0, from = 0;
	bool differs, shows = false;
	u32 word, last = NO_WORD;
	u64 left, map;

	for (i = 0; i < words; i++) {
		map = 0;
		for (left = marks->map[i]; left; left &= left - 1) {
			bit = __ffs64(left);
			word = tree->word[from++];
			shows |= word == UNSET;
			word = word == UNSET ? in : word;
			differs = word != last;
			last = word;
			tree->start[runs] = i * 64 + bit;
			tree->word[runs] = word;
			map |= (u64)differs << bit;
			runs += differs;
		}
		tree->map[i] = map;
	}
	tree->runs = runs;
	tree->shows = shows;
}

static __always_inline void sweep(struct lpm_tree *tree,
				  const struct lpm_list *list, u32 in,
				  unsigned int nkids, unsigned int bits,
				  unsigned int words)
{
	const struct lpm_kid *kid = lpm_kids(list);
	const u8 *places = lpm_places(list);
	const u32 *value = lpm_values(list);
	const u16 *code = lpm_codes(list);
	struct marks marks = { .map[0] = 1 };
	unsigned int i, n, at, end;

	for (i = 0; i < list->prefixes; i++) {
		at = lpm_code_place(code[i]);
		mark(&marks, words, at);
		mark(&marks, words, at + lpm_code_size(code[i], bits));
	}
	for (i = 0; i < nkids; i++) {
		mark(&marks, words, places[i]);
		mark(&marks, words, places[i] + 1);
	}
	if (bits < 6)
		marks.map[0] &= BIT_ULL(1 << bits) - 1;
	for (i = 0, n = 0; i < words; i++) {
		marks.before[i] = n;
		n += hweight64(marks.map[i]);
	}

	for (i = 0; i < n; i++)
		tree->word[i] = UNSET;
	/* what is within a prefix comes after it */
	for (i = 0; i < list->prefixes; i++) {
		at = lpm_code_place(code[i]);
		end = at + lpm_code_size(code[i], bits) - 1;
		end = rank(&marks, words, end);
		at = rank(&marks, words, at) - 1;
		do
			tree->word[at] = lpm_leaf(value[i]);
		while (++at < end);
	}
	for (i = 0; i < nkids; i++)
		tree->word[rank(&marks, words, places[i]) - 1] = kid[i].word;
	find_runs(tree, &marks, words, in);
}

/**
 * lpm_sweep() - find the runs of a node
 * @tree: the tree; the runs end up in it
 * @level: the node's level
 * @list: the node
 * @in: what is in places without a prefix
 * @kids: whether children are in their places, or what they cover
 *
 * It has few branches on what the node is like: nobody could predict them, and
 * they would take longer than all the rest.
 *
 * Context: the writer lock.
 */
void lpm_sweep(struct lpm_tree *tree, unsigned int level,
	       const struct lpm_list *list, u32 in, bool kids)
{
	unsigned int bits = tree->level[level].bits;
	unsigned int nkids = kids ? list->kids : 0;

	if (bits == 8)
		sweep(tree, list, in, nkids, 8, LPM_MAP);
	else
		sweep(tree, list, in, nkids, bits, 1);
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

static void write_narrow(const struct lpm_tree *tree, u8 *node,
			 unsigned int bits, bool children, u32 in)
{
	u16 *slot = (u16 *)lpm_narrow(node, bits, 1);
	unsigned int i, n = 0;
	u32 *tail;

	/* of a hole, that is LPM_HOLE16 */
	for (i = 0; i < tree->runs; i++)
		slot[i] = lpm_value(tree->word[i]);
	if (!children)
		return;
	tail = (u32 *)(slot + ((tree->runs + 1) & ~1U));
	*tail++ = in;
	for (i = 0; i < tree->runs; i++) {
		if (!lpm_is_node(tree->word[i]))
			continue;
		slot[i] = LPM_CHILD + n;
		tail[n++] = tree->word[i];
	}
}

static void write_wide(const struct lpm_tree *tree, u8 *node, unsigned int bits,
		       bool children, u32 in)
{
	u32 *slot = (u32 *)lpm_wide(node, bits, 1);

	memcpy(slot, tree->word, tree->runs * sizeof(*slot));
	if (children)
		slot[tree->runs] = in;
}

static void write_map(const struct lpm_tree *tree, u8 *node, unsigned int bits)
{
	unsigned int words = bits == 8 ? LPM_MAP : 1, before = 0, i;
	u64 *map = (u64 *)node;

	for (i = 0; i < words; i++) {
		map[i] = tree->map[i];
		if (bits == 8)
			node[32 + i] = before;
		before += hweight64(tree->map[i]);
	}
}

/* Whether there is a value that a narrow slot has no room for. */
static bool needs_wide(u32 word)
{
	return (~word & LPM_NODE) & (word > lpm_leaf(LPM_NARROW_MAX)) &
	       (word != LPM_HOLE);
}

/**
 * lpm_image_make() - write a node
 * @tree: the tree
 * @level: the node's level
 * @list: the node; the size of what is written is noted there
 * @nofail: wait for memory, as long as it takes
 *
 * Context: the writer lock; may sleep.
 * Return: what is to be found in the node's place: the node, or a leaf if it has
 * but one run; 0 without memory.
 */
u32 lpm_image_make(struct lpm_tree *tree, unsigned int level,
		   struct lpm_list *list, bool nofail)
{
	unsigned int bits = tree->level[level].bits, children = 0, i;
	bool wide = tree->level[level].wide;
	u32 bytes, ref;
	u8 *node;

	lpm_sweep(tree, level, list, list->in, true);
	if (tree->runs == 1 && !lpm_is_node(tree->word[0])) {
		list->shows = tree->shows;
		return tree->word[0];
	}
	for (i = 0; i < tree->runs; i++) {
		children += lpm_is_node(tree->word[i]);
		wide |= needs_wide(tree->word[i]);
	}
	bytes = image_bytes(bits, wide, tree->runs, children);
	ref = lpm_arena_alloc(&tree->images, bytes, nofail);
	if (!ref)
		return 0;
	node = lpm_at(&tree->images, ref);
	write_map(tree, node, bits);
	if (wide)
		write_wide(tree, node, bits, children, list->in);
	else
		write_narrow(tree, node, bits, children, list->in);
	list->units = lpm_units(bytes);
	list->shows = tree->shows || children;
	tree->work.nodes++;
	tree->work.bytes += bytes;
	return ref | LPM_NODE | (wide ? LPM_WIDE : 0);
}

/* Whether a prefix or a child of a node has one of two words. */
static bool has_word(const struct lpm_list *list, u32 one, u32 other)
{
	const struct lpm_kid *kid = lpm_kids(list);
	const u32 *value = lpm_values(list);
	bool has = false;
	unsigned int i;

	for (i = 0; i < list->prefixes; i++) {
		u32 leaf = lpm_leaf(value[i]);

		has |= (leaf == one) | (leaf == other);
	}
	for (i = 0; i < list->kids; i++)
		has |= (kid[i].word == one) | (kid[i].word == other);
	return has;
}

/* Replaces what a node inherits in its slots and in its tail. */
static void replace_in(u8 *node, unsigned int bits, bool wide, u32 was, u32 in)
{
	unsigned int runs = lpm_runs(node, bits), i;
	u16 *slot16 = (u16 *)lpm_narrow(node, bits, 1);
	u16 was16 = lpm_value(was), in16 = lpm_value(in);
	u32 *slot = (u32 *)lpm_wide(node, bits, 1);
	bool children = false;

	for (i = 0; wide && i < runs; i++) {
		children |= lpm_is_node(slot[i]);
		slot[i] = slot[i] == was ? in : slot[i];
	}
	for (i = 0; !wide && i < runs; i++) {
		children |= (slot16[i] >= LPM_CHILD) & (slot16[i] != LPM_HOLE16);
		slot16[i] = slot16[i] == was16 ? in16 : slot16[i];
	}
	if (children)
		*lpm_tail(node, bits, wide) = in;
}

/**
 * lpm_image_inherit() - write a node of which only the inheritance has changed
 * @tree: the tree
 * @level: the node's level
 * @list: the node, which shows what it inherits
 * @word: what is in its place
 * @was: what it inherited
 * @nofail: wait for memory, as long as it takes
 *
 * If the node has no other word like that, neither before nor now, its runs stay
 * as they are, and need not be found anew.
 *
 * Context: the writer lock; may sleep.
 * Return: see lpm_image_make().
 */
u32 lpm_image_inherit(struct lpm_tree *tree, unsigned int level,
		      struct lpm_list *list, u32 word, u32 was, bool nofail)
{
	u32 bytes = list->units * LPM_UNIT, ref;

	if (!lpm_is_node(word) || needs_wide(was) || needs_wide(list->in) ||
	    has_word(list, was, list->in))
		return lpm_image_make(tree, level, list, nofail);
	ref = lpm_arena_alloc(&tree->images, bytes, nofail);
	if (!ref)
		return 0;
	memcpy(lpm_at(&tree->images, ref), lpm_image_at(tree, word), bytes);
	replace_in(lpm_at(&tree->images, ref), tree->level[level].bits,
		   word & LPM_WIDE, was, list->in);
	tree->work.nodes++;
	tree->work.bytes += bytes;
	return ref | (word & LPM_FLAGS);
}

/* Stores the same word in places next to each other. */
static bool store(struct lpm_tree *tree, u32 *place, unsigned int n, u32 word)
{
	unsigned int stores = 0;
	const u32 *end;

	for (end = place + n; place < end; place++) {
		if (*place == word)
			continue;
		/* pairs with the address dependency of readers */
		smp_store_release(place, word);
		stores++;
	}
	tree->work.stores += stores;
	return stores;
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
	unsigned int run, start, end;
	u32 word;

	lpm_sweep(tree, level, list, list->in, true);
	for (run = 0; run < tree->runs; run++) {
		start = tree->start[run];
		end = run + 1 < tree->runs ? tree->start[run + 1] : LPM_BLOCK;
		word = lpm_direct_word(tree, level, tree->word[run], top);
		store(tree, block + start, end - start, word);
	}
}

static void store_top(struct lpm_tree *tree, unsigned int from, unsigned int to,
		      u32 value)
{
	if (store(tree, tree->top + from, to - from, value))
		lpm_direct_top(tree, from, to);
}

/* The part of the top table that is behind a node of the last level in it. */
static void paint_top(struct lpm_tree *tree, const struct lpm_list *list,
		      u32 in, unsigned int top)
{
	unsigned int run, end;

	lpm_sweep(tree, LPM_TOP - 1, list, in, false);
	for (run = 0; run < tree->runs; run++) {
		end = run + 1 < tree->runs ? tree->start[run + 1] : LPM_BLOCK;
		store_top(tree, top + tree->start[run], top + end,
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
	unsigned int bits = tree->level[0].bits, place, last, kid;
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
		store_top(tree, top, top + LPM_BLOCK, lpm_value(in));
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
	unsigned int bits = tree->level[LPM_TOP + 1].bits, kid;
	struct lpm_list *below;
	bool found;
	u32 in;

	for (; from < to; from++) {
		in = lpm_list_best(list, bits, from, LPM_HOLE, NULL);
		store(tree, &page->in4[from], 1, in);
		kid = lpm_list_kid(list, from, &found);
		if (found) {
			below = lpm_list_at(tree, lpm_kids(list)[kid].list);
			below->in = in;
			lpm_paint(tree, LPM_TOP + 2, below, page->block[from],
				  0);
			continue;
		}
		store(tree, page->block[from], LPM_BLOCK, in);
	}
}
