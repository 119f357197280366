// SPDX-License-Identifier: GPL-2.0
/*
 * Direct tables: a tree with many prefixes gets them in place of its upper nodes,
 * and loses them when it has few. The tables or nodes are made aside, from lists
 * that stay as they are, and share all that is below with what they replace.
 */
#include "lpm_tree.h"

#include <linux/mm.h>
#include <linux/slab.h>

/* Nodes that are made in one go. */
#define MOST_PAGES	512U
#define MOST_NODES	4096U

#define GFP		(GFP_KERNEL_ACCOUNT | __GFP_NOWARN)

static struct lpm_root *root_alloc(const struct lpm_tree *tree,
				   enum lpm_kind kind, unsigned int words)
{
	struct lpm_root *root = kzalloc(sizeof(*root), GFP);
	size_t size = words * sizeof(u32);
	unsigned int i;

	if (!root)
		return NULL;
	root->word = kvmalloc(size, GFP);
	if (!root->word) {
		kfree(root);
		return NULL;
	}
	for (i = 0; i < words; i++)
		root->word[i] = kind == LPM_DIRECT ?
				lpm_direct_word(tree, LPM_TOP, LPM_HOLE,
						i / LPM_BLOCK) :
				LPM_HOLE;
	root->kind = kind;
	root->tree = tree->root->tree;
	root->top = tree->top;
	return root;
}

static unsigned int words_of(const struct lpm_tree *tree, bool direct)
{
	return 1U << (tree->top_bits + (direct ? tree->level[LPM_TOP].bits : 0));
}

/* Readers who are in what is replaced stay there; it does not change any more. */
static void replace(struct mfib_lpm *lpm, struct lpm_tree *tree,
		    struct lpm_root *root)
{
	tree->root = root;
	tree->bytes += words_of(tree, tree->direct) * sizeof(u32);
	tree->bytes -= words_of(tree, !tree->direct) * sizeof(u32);
	rcu_assign_pointer(lpm->root, root);
}

static void free_root(struct lpm_root *root)
{
	kvfree_rcu_mightsleep(root->word);
	kvfree_rcu_mightsleep(root);
}

typedef void (*make_fn)(struct lpm_tree *tree, struct lpm_list *list,
			unsigned int place, void *arg);

/* Calls @make for each node of level LPM_TOP. */
static void make_first(struct lpm_tree *tree, make_fn make, void *arg)
{
	const struct lpm_list *first = lpm_list_at(tree, tree->list), *list;
	unsigned int i, j, place;

	for (i = 0; i < first->kids; i++) {
		list = lpm_list_at(tree, lpm_kids(first)[i].list);
		for (j = 0; j < list->kids; j++) {
			place = lpm_places(first)[i] * LPM_BLOCK +
				lpm_places(list)[j];
			make(tree, lpm_list_at(tree, lpm_kids(list)[j].list),
			     place, arg);
		}
	}
}

/* What readers find in the place of a node of level LPM_TOP. */
static void set_first(struct lpm_tree *tree, unsigned int place, u32 word)
{
	const struct lpm_list *list = lpm_list_at(tree, tree->list);
	unsigned int kid;
	bool found;

	kid = lpm_list_kid(list, place / LPM_BLOCK, &found);
	list = lpm_list_at(tree, lpm_kids(list)[kid].list);
	kid = lpm_list_kid(list, place % LPM_BLOCK, &found);
	lpm_kids(list)[kid].word = word;
}

/* Retires the nodes of the upper levels that are not used any more. */
static void retire_images(struct lpm_tree *tree, unsigned int level,
			  unsigned int last, u32 word)
{
	unsigned int bits = tree->level[level].bits, runs, i;
	const u8 *node;

	if (!lpm_is_node(word))
		return;
	node = lpm_image_at(tree, word);
	runs = level < last ? lpm_runs(node, bits) : 0;
	for (i = 1; i <= runs; i++)
		retire_images(tree, level + 1, last, *lpm_wide(node, bits, i));
	lpm_retire(tree, lpm_ref(word), lpm_node_bytes(bits, word, node));
}

/**
 * struct promotion - making direct tables
 * @root: the new root
 * @page: pages that are ready, NULL for IPv4
 * @pages: how many of them have been used
 */
struct promotion {
	struct lpm_root *root;
	u32 *page;
	unsigned int pages;
};

static void promote_first(struct lpm_tree *tree, struct lpm_list *list,
			  unsigned int place, void *arg)
{
	struct promotion *promotion = arg;
	struct lpm_list *below;
	struct lpm_page *page;
	unsigned int i, j;
	u32 ref;

	for (i = 0; promotion->page && i < list->kids; i++) {
		below = lpm_list_at(tree, lpm_kids(list)[i].list);
		for (j = 0; j < below->kids; j++)
			lpm_kids(below)[j].word = LPM_HOLE;
		ref = promotion->page[promotion->pages++];
		page = lpm_at(&tree->images, ref);
		memset(page, 0, sizeof(*page));
		page->in = below->in;
		lpm_page_fill(tree, below, page, 0, LPM_PAGE_BLOCKS);
		below->units = lpm_units(sizeof(*page));
		lpm_kids(list)[i].word = ref | LPM_NODE | LPM_WIDE;
	}
	lpm_paint(tree, LPM_TOP, list, promotion->root->word + place * LPM_BLOCK,
		  place);
	set_first(tree, place, LPM_HOLE);
}

static u32 *alloc_pages_aside(struct lpm_tree *tree, unsigned int n)
{
	size_t size = n * sizeof(u32);
	u32 *page = kvmalloc(size, GFP);
	unsigned int i;

	if (!page)
		return NULL;
	for (i = 0; i < n; i++) {
		page[i] = lpm_arena_alloc(&tree->images, sizeof(struct lpm_page),
					  false);
		if (!page[i])
			goto err_page;
	}
	return page;

err_page:
	while (i--)
		lpm_arena_free(&tree->images, page[i], sizeof(struct lpm_page));
	kvfree(page);
	return NULL;
}

static void promote(struct mfib_lpm *lpm, struct lpm_tree *tree)
{
	unsigned int pages = tree->width == 32 ? 0 : tree->nodes[LPM_TOP + 1];
	unsigned int last = LPM_TOP + (pages ? 2 : 0), level, i, images = 0;
	struct lpm_root *old = tree->root;
	struct promotion promotion = {};

	for (level = LPM_TOP; level <= last; level++)
		images += tree->nodes[level];
	if (!lpm_retire_reserve(tree, images, false))
		return;
	if (pages) {
		promotion.page = alloc_pages_aside(tree, pages);
		if (!promotion.page)
			return;
	}
	if (tree->width == 32 && !lpm_cells_make(tree))
		return;
	promotion.root = root_alloc(tree, LPM_DIRECT, words_of(tree, true));
	if (!promotion.root)
		goto err_root;
	tree->direct = true;
	make_first(tree, promote_first, &promotion);
	replace(lpm, tree, promotion.root);
	kvfree(promotion.page);
	for (i = 0; i < words_of(tree, false); i++)
		retire_images(tree, LPM_TOP, last, old->word[i]);
	free_root(old);
	return;

err_root:
	/* readers of a direct table before this one may be in them */
	lpm_cells_free(tree, true);
	while (pages--)
		lpm_arena_free(&tree->images, promotion.page[pages],
			       sizeof(struct lpm_page));
	kvfree(promotion.page);
}

static void make_kids(struct lpm_tree *tree, struct lpm_list *list,
		      unsigned int level, unsigned int last)
{
	struct lpm_kid *kid = lpm_kids(list);
	struct lpm_list *below;
	unsigned int i;

	if (level == last)
		return;
	for (i = 0; i < list->kids; i++) {
		below = lpm_list_at(tree, kid[i].list);
		make_kids(tree, below, level + 1, last);
		kid[i].word = lpm_image_make(tree, level + 1, below, true);
	}
}

static void demote_first(struct lpm_tree *tree, struct lpm_list *list,
			 unsigned int place, void *arg)
{
	struct lpm_root *root = arg;

	make_kids(tree, list, LPM_TOP, tree->width == 32 ? LPM_TOP : LPM_TOP + 2);
	root->word[place] = lpm_image_make(tree, LPM_TOP, list, true);
	set_first(tree, place, root->word[place]);
}

static void demote(struct mfib_lpm *lpm, struct lpm_tree *tree)
{
	unsigned int pages = tree->width == 32 ? 0 : tree->nodes[LPM_TOP + 1], i;
	struct lpm_root *old = tree->root, *root;

	if (!lpm_retire_reserve(tree, pages, false))
		return;
	root = root_alloc(tree, LPM_TREE, words_of(tree, false));
	if (!root)
		return;
	tree->direct = false;
	make_first(tree, demote_first, root);
	replace(lpm, tree, root);
	lpm_cells_free(tree, true);
	for (i = 0; pages && i < words_of(tree, true); i++)
		if (lpm_is_node(old->word[i]))
			lpm_retire(tree, lpm_ref(old->word[i]),
				   sizeof(struct lpm_page));
	free_root(old);
}

/* A hole in a direct table for IPv6. */
static u32 top_word(const struct lpm_tree *tree, unsigned int top)
{
	return lpm_leaf(tree->top[top]) | LPM_WIDE;
}

/**
 * lpm_direct_word() - what is in a direct table for a word
 * @tree: the tree
 * @level: the level it is of
 * @word: the word
 * @top: place of the top that it is in
 *
 * Context: the writer lock.
 * Return: what readers are to find.
 */
u32 lpm_direct_word(const struct lpm_tree *tree, unsigned int level, u32 word,
		    unsigned int top)
{
	if (level > LPM_TOP)
		return word;
	if (tree->width == 32)
		return lpm_cell_word(tree, word, top);
	return word == LPM_HOLE ? top_word(tree, top) : word;
}

/* The holes of the direct table that are behind these places. */
static void fill_holes(struct lpm_tree *tree, unsigned int from,
		       unsigned int to)
{
	u32 *word = tree->root->word + from * LPM_BLOCK;
	u32 *end = tree->root->word + to * LPM_BLOCK;
	u32 hole = top_word(tree, from);
	u32 stores = 0;

	for (; word < end; word++) {
		if ((*word & (LPM_NODE | LPM_WIDE)) != LPM_WIDE)
			continue;
		WRITE_ONCE(*word, hole);
		stores++;
	}
	tree->work.stores += stores;
}

/**
 * lpm_direct_top() - the value of places of the top has changed
 * @tree: the tree
 * @from: the first place
 * @to: behind the last one; all have the same value
 *
 * Context: the writer lock, inside of a change of lpm_tree.seq.
 */
void lpm_direct_top(struct lpm_tree *tree, unsigned int from, unsigned int to)
{
	if (!tree->direct)
		return;
	if (tree->width == 32)
		lpm_cells_top(tree, from, to);
	else
		fill_holes(tree, from, to);
}

/**
 * lpm_direct_consider() - make or remove direct tables if that is due
 * @lpm: a tree, not an array
 *
 * Without memory for it nothing happens.
 *
 * Context: the writer lock; may sleep.
 */
void lpm_direct_consider(struct mfib_lpm *lpm)
{
	struct lpm_tree *tree = lpm_dereference_writer(lpm->root)->tree;
	u32 pages = tree->width == 32 ? 0 : tree->nodes[LPM_TOP + 1];
	u32 routes = lpm->routes;

	/* after a failure, and while pages are too many, not each time again */
	if (!tree->direct) {
		if (routes > LPM_DIRECT_MIN && routes % LPM_RETRY == 1 &&
		    pages <= MOST_PAGES && pages * LPM_PAGE_MIN <= routes)
			promote(lpm, tree);
	} else if (routes < LPM_DIRECT_KEEP || pages * LPM_PAGE_KEEP > routes) {
		if (routes % LPM_RETRY == 1 &&
		    pages + tree->nodes[LPM_TOP] +
		    tree->nodes[LPM_TOP + 2] <= MOST_NODES)
			demote(lpm, tree);
	}
}
