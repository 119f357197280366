// SPDX-License-Identifier: GPL-2.0
/* Statistics of a tree, and whether it is what it should be. */
#include "lpm.h"

#include <linux/sched.h>
#include <linux/slab.h>

#include "lpm_tree.h"

/**
 * mfib_lpm_stats() - what a tree holds and takes
 * @lpm: the tree
 * @stats: where to store it
 *
 * Context: The caller holds the writer lock.
 */
void mfib_lpm_stats(const struct mfib_lpm *lpm, struct mfib_lpm_stats *stats)
{
	const struct lpm_root *root = lpm_dereference_writer(lpm->root);
	const struct lpm_tree *tree = root->tree;
	unsigned int level;

	memset(stats, 0, sizeof(*stats));
	stats->form = root->kind;
	stats->routes = lpm->routes;
	stats->writer_bytes = kmalloc_size_roundup(sizeof(*lpm));
	if (root->kind == LPM_ARRAY) {
		stats->lookup_bytes = lpm_array_bytes(root);
		stats->nodes = 1;
		stats->depth = 1;
	} else {
		stats->lookup_bytes = tree->bytes + tree->images.bytes;
		stats->writer_bytes += tree->writer_bytes + tree->lists.bytes;
		stats->retired_bytes = tree->retired;
		for (level = 0; level < tree->levels; level++) {
			stats->nodes += tree->nodes[level];
			if (tree->nodes[level])
				stats->depth = level + 1;
		}
	}
	stats->bytes = stats->lookup_bytes + stats->writer_bytes;
}

/**
 * struct check - what a check has seen
 * @tree: the tree
 * @routes: number of prefixes
 * @nodes: number of nodes on each level
 * @images: bytes of images, rounded
 * @lists: bytes of lists, rounded
 */
struct check {
	struct lpm_tree *tree;
	u32 routes;
	u32 nodes[LPM_LEVELS];
	u64 images;
	u64 lists;
};

static u64 rounded(u32 bytes)
{
	return (u64)(bytes + LPM_UNIT - 1) / LPM_UNIT * LPM_UNIT;
}

static bool check_order(const struct lpm_tree *tree, unsigned int level,
			const struct lpm_list *list)
{
	unsigned int i, code, bits = tree->level[level].bits;

	for (i = 0; i < list->prefixes; i++) {
		code = lpm_codes(list)[i];
		if ((i && lpm_codes(list)[i - 1] >= code) ||
		    lpm_code_len(code) > bits ||
		    (!lpm_code_len(code) && level) ||
		    lpm_code_place(code) >= 1U << bits ||
		    lpm_code_place(code) & (lpm_code_size(code, bits) - 1) ||
		    lpm_values(list)[i] == MFIB_LPM_NONE ||
		    lpm_values(list)[i] > MFIB_LPM_MAX)
			return false;
	}
	for (i = 0; i < list->kids; i++)
		if ((i && lpm_places(list)[i - 1] >= lpm_places(list)[i]) ||
		    lpm_places(list)[i] >= 1U << bits)
			return false;
	return list->prefixes || list->kids || !level;
}

/* Whether all of a node is where its reference says. Only then it is looked at
 * any closer: what is damaged may lead anywhere.
 */
static bool check_extent(const struct lpm_tree *tree, unsigned int level,
			 u32 word)
{
	unsigned int bits = tree->level[level].bits, children = 0, i, slot;
	bool wide = word & LPM_WIDE;
	const u8 *node;

	if (!lpm_arena_holds(&tree->images, lpm_ref(word), lpm_head(bits) +
			     tree->runs * (wide ? sizeof(u32) : sizeof(u16))))
		return false;
	node = lpm_image_at(tree, word);
	if (lpm_runs(node, bits) != tree->runs)
		return false;
	for (i = 0; i < tree->runs; i++)
		children += lpm_is_node(tree->word[i]);
	for (i = 1; !wide && i <= tree->runs; i++) {
		slot = *lpm_narrow(node, bits, i);
		if (slot >= LPM_CHILD + children && slot != LPM_HOLE16)
			return false;
	}
	return lpm_arena_holds(&tree->images, lpm_ref(word),
			       lpm_image_bytes(tree, level, word));
}

/* Whether what readers see of a node is what its list says. */
static bool check_image(struct check *check, unsigned int level,
			const struct lpm_list *list, u32 word)
{
	unsigned int bits = check->tree->level[level].bits, place, run = 0;
	struct lpm_tree *tree = check->tree;
	u32 in, expect, bytes;
	const u8 *image;
	bool wide, shows;

	lpm_sweep(tree, level, list, list->in, true);
	shows = tree->shows;
	if (!lpm_is_node(word))
		return tree->runs == 1 && tree->word[0] == word &&
		       list->shows == shows;
	if (tree->runs == 1 && !lpm_is_node(tree->word[0]))
		return false;
	if (!check_extent(tree, level, word))
		return false;
	wide = word & LPM_WIDE;
	image = lpm_image_at(tree, word);
	for (place = 0; place < 1U << bits; place++) {
		if (run + 1 < tree->runs && tree->start[run + 1] == place)
			run++;
		expect = tree->word[run];
		shows |= lpm_is_node(expect);
		in = list->in;
		if (lpm_rank(image, bits, place) != run + 1 ||
		    lpm_follow(image, bits, wide, place, &in) != expect ||
		    in != list->in)
			return false;
	}
	bytes = lpm_image_bytes(tree, level, word);
	check->images += rounded(bytes);
	return list->units == lpm_units(bytes) && list->shows == shows;
}

static bool check_block(struct check *check, unsigned int level,
			const struct lpm_list *list, const u32 *block,
			unsigned int top)
{
	struct lpm_tree *tree = check->tree;
	unsigned int place, run = 0;
	u32 word;

	lpm_sweep(tree, level, list, list->in, true);
	for (place = 0; place < LPM_BLOCK; place++) {
		if (run + 1 < tree->runs && tree->start[run + 1] == place)
			run++;
		word = tree->word[run];
		if (block[place] == lpm_direct_word(tree, level, word, top))
			continue;
		/* from when there was no cell for its value */
		if (tree->width != 32 || word == LPM_HOLE ||
		    block[place] != (word | LPM_WIDE))
			return false;
	}
	return true;
}

static bool check_page(struct check *check, const struct lpm_list *list,
		       u32 word)
{
	const struct lpm_page *page;
	unsigned int place, kid, i;
	bool found;
	u32 in;

	if ((word & LPM_FLAGS) != (LPM_NODE | LPM_WIDE) ||
	    !lpm_arena_holds(&check->tree->images, lpm_ref(word),
			     sizeof(*page)))
		return false;
	page = (const struct lpm_page *)lpm_image_at(check->tree, word);
	if (page->in != list->in)
		return false;
	for (place = 0; place < LPM_PAGE_BLOCKS; place++) {
		in = lpm_list_best(list, 4, place, LPM_HOLE, NULL);
		if (page->in4[place] != in)
			return false;
		kid = lpm_list_kid(list, place, &found);
		if (found) {
			if (!check_block(check, LPM_TOP + 2,
					 lpm_list_at(check->tree,
						     lpm_kids(list)[kid].list),
					 page->block[place], 0))
				return false;
			continue;
		}
		for (i = 0; i < LPM_BLOCK; i++)
			if (page->block[place][i] != in)
				return false;
	}
	check->images += rounded(sizeof(*page));
	return list->units == lpm_units(sizeof(*page));
}

static bool check_node(struct check *check, unsigned int level,
		       const struct lpm_list *list, u32 word, unsigned int top)
{
	struct lpm_tree *tree = check->tree;
	const u32 *table = tree->root->word;

	switch (lpm_form(tree, level)) {
	case LPM_FORM_NODE:
		if (!check_image(check, level, list, word))
			return false;
		return level > LPM_TOP || table[top] == word;
	case LPM_FORM_PAGE:
		return check_page(check, list, word);
	case LPM_FORM_BLOCK:
		if (word != LPM_HOLE)
			return false;
		return level > LPM_TOP ||
		       check_block(check, level, list, table + top * LPM_BLOCK,
				   top);
	default:
		return word == LPM_HOLE;
	}
}

/* The list that a reference leads to, NULL if that cannot be one. */
static const struct lpm_list *check_list(const struct lpm_tree *tree, u32 ref)
{
	const struct lpm_list *list;

	if (!lpm_arena_holds(&tree->lists, ref, sizeof(*list)))
		return NULL;
	list = lpm_list_at(tree, ref);
	if (!lpm_arena_holds(&tree->lists, ref,
			     lpm_list_bytes(list->prefixes, list->kids)))
		return NULL;
	return list;
}

/* @top is the place in the table of the levels above LPM_TOP. */
static bool check_below(struct check *check, unsigned int level, u32 ref,
			unsigned int top)
{
	struct lpm_tree *tree = check->tree;
	const struct lpm_list *list = check_list(tree, ref), *below;
	unsigned int i, place, bits = tree->level[level].bits;
	const struct lpm_kid *kid;
	u32 in;

	/* more nodes than there are: it goes round in circles */
	if (!list || !check_order(tree, level, list) ||
	    ++check->nodes[level] > tree->nodes[level])
		return false;
	kid = lpm_kids(list);
	check->routes += list->prefixes;
	check->lists += rounded(lpm_list_bytes(list->prefixes, list->kids));
	for (i = 0; i < list->kids; i++) {
		place = lpm_places(list)[i];
		in = LPM_HOLE;
		if (level >= LPM_TOP)
			in = lpm_list_best(list, bits, place, LPM_HOLE, NULL);
		below = check_list(tree, kid[i].list);
		if (level + 1 == tree->levels || !below || below->in != in)
			return false;
		if (level < LPM_TOP)
			place |= top << bits;
		else
			place = top;
		if (!check_below(check, level + 1, kid[i].list, place) ||
		    !check_node(check, level + 1, below, kid[i].word, place))
			return false;
	}
	cond_resched();
	return true;
}

/* The table of the levels above LPM_TOP, and places without a node. */
static bool check_top(struct check *check)
{
	struct lpm_tree *tree = check->tree;
	unsigned int place, n = 1 << tree->top_bits, bits, i, level, len;
	const struct lpm_list *list;
	struct lpm_path path;
	struct lpm_key key;
	u32 best;

	for (place = 0; place < n; place++) {
		key = (struct lpm_key){ .hi = (u64)place << (64 - tree->top_bits) };
		level = lpm_tree_descend(tree, &key, LPM_TOP, &path);
		best = lpm_leaf(MFIB_LPM_NONE);
		for (i = 0; i <= level && i < LPM_TOP; i++) {
			list = lpm_list_at(tree, path.list[i]);
			bits = tree->level[i].bits;
			best = lpm_list_best(list, bits, lpm_place(tree, &key, i),
					     best, &len);
		}
		if (tree->top[place] != lpm_value(best))
			return false;
		if (level == LPM_TOP)
			continue;
		if (!tree->direct && tree->root->word[place] != LPM_HOLE)
			return false;
		for (i = 0; tree->direct && i < LPM_BLOCK; i++)
			if (tree->root->word[place * LPM_BLOCK + i] !=
			    lpm_direct_word(tree, LPM_TOP, LPM_HOLE, place))
				return false;
	}
	return true;
}

static bool check_tree(struct lpm_tree *tree, u32 *routes)
{
	struct check check = { .tree = tree };
	const struct lpm_batch *batch;
	u64 retired = 0;
	unsigned int i;

	if (!lpm_arena_check(&tree->images) || !lpm_arena_check(&tree->lists) ||
	    !check_below(&check, 0, tree->list, 0) || !check_top(&check) ||
	    !lpm_cells_check(tree))
		return false;
	for (i = 0; i < LPM_LEVELS; i++)
		if (check.nodes[i] != tree->nodes[i])
			return false;
	for (batch = tree->oldest; batch; batch = batch->next)
		for (i = batch->freed; i < batch->n; i++) {
			check.images += rounded(batch->object[i].bytes);
			retired += batch->object[i].bytes;
		}
	*routes = check.routes;
	return check.images == tree->images.used && retired == tree->retired &&
	       check.lists == tree->lists.used && !(tree->seq & 1);
}

/**
 * mfib_lpm_check() - check that a tree is consistent
 * @lpm: the tree
 *
 * It compares all that readers see with what the writer knows, and accounts for
 * every byte. That takes as long as it takes to look at all prefixes. It follows
 * no reference before it has seen that there is memory behind it.
 *
 * Context: May sleep. The caller holds the writer lock.
 * Return: true if the tree is consistent.
 */
bool mfib_lpm_check(const struct mfib_lpm *lpm)
{
	const struct lpm_root *root = lpm_dereference_writer(lpm->root);
	u32 routes = 0;
	bool ok;

	if (root->kind == LPM_ARRAY)
		ok = lpm_array_check(root, lpm->width, &routes);
	else
		ok = root->tree && root == root->tree->root &&
		     root->top == root->tree->top &&
		     root->kind == (root->tree->direct ? LPM_DIRECT : LPM_TREE) &&
		     check_tree(root->tree, &routes);
	return ok && routes == lpm->routes;
}
