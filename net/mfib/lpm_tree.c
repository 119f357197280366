// SPDX-License-Identifier: GPL-2.0
/*
 * Updates of a tree.
 *
 * An update changes a list, and writes anew what readers see of it: the node,
 * children whose inheritance changed, and the nodes above as long as there is
 * another kind of thing in a node's place than before. All of it is built aside.
 * Then one word is stored that leads to it. In direct tables it may be several
 * words, but one for each address. What fails before is undone.
 */
#include "lpm_tree.h"

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "lpm_seq.h"

#define NO_CODE		(~0U)	/* no prefix of the node changed */

/**
 * struct change - what an update does to a tree
 * @key: the prefix's address
 * @level: level of the list that changed
 * @code: the prefix that changed in it, or NO_CODE
 * @fresh: first level of a new chain of nodes below it, or LPM_LEVELS
 * @last: level in which the prefix ends
 * @gone: first level of a chain of nodes that are no more, or LPM_LEVELS
 * @paint: level at which the change is to be published
 * @whole: whether all of the node is, and not just a place of it
 * @inherits: whether the inheritance of children changes
 */
struct change {
	const struct lpm_key *key;
	unsigned int level;
	unsigned int code;
	unsigned int fresh;
	unsigned int last;
	unsigned int gone;
	unsigned int paint;
	bool whole;
	bool inherits;
};

static u32 list_new(struct lpm_tree *tree, unsigned int prefixes,
		    unsigned int kids)
{
	u32 ref = lpm_arena_alloc(&tree->lists, lpm_list_bytes(prefixes, kids),
				  false);
	struct lpm_list *list;

	if (!ref)
		return 0;
	list = lpm_list_at(tree, ref);
	list->in = LPM_HOLE;
	list->prefixes = prefixes;
	list->kids = kids;
	list->units = 0;
	list->shows = true;
	return ref;
}

/**
 * lpm_tree_create() - make an empty tree
 * @width: length of an address in bits
 *
 * Context: May sleep.
 * Return: the tree, NULL without memory.
 */
struct lpm_tree *lpm_tree_create(unsigned int width)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	struct lpm_tree *tree;
	struct lpm_root *root;
	unsigned int i, n;
	size_t size;

	tree = kvzalloc(sizeof(*tree), gfp);
	if (!tree)
		return NULL;
	lpm_arena_init(&tree->images, true);
	lpm_arena_init(&tree->lists, false);
	tree->width = width;
	tree->level = width == 32 ? lpm_levels4 : lpm_levels6;
	tree->levels = width == 32 ? LPM_LEVELS4 : LPM_LEVELS6;
	tree->top_bits = tree->level[LPM_TOP].pos;
	n = 1 << tree->top_bits;
	size = n * sizeof(u32);
	root = kzalloc(sizeof(*root), gfp);
	if (!root)
		goto err_root;
	root->word = kvmalloc(size, gfp);
	if (!root->word)
		goto err_word;
	tree->top = kvzalloc(size, gfp);
	if (!tree->top)
		goto err_top;
	tree->list = list_new(tree, 0, 0);
	if (!tree->list)
		goto err_list;
	for (i = 0; i < n; i++)
		root->word[i] = LPM_HOLE;
	root->kind = LPM_TREE;
	root->tree = tree;
	root->top = tree->top;
	tree->root = root;
	tree->bytes = 2 * size + kmalloc_size_roundup(sizeof(*root));
	tree->writer_bytes = kmalloc_size_roundup(sizeof(*tree));
	tree->nodes[0] = 1;
	return tree;

err_list:
	kvfree(tree->top);
err_top:
	kvfree(root->word);
err_word:
	kfree(root);
err_root:
	kvfree(tree);
	return NULL;
}

static void free_batches(struct lpm_batch *batch)
{
	struct lpm_batch *next;

	for (; batch; batch = next) {
		next = batch->next;
		kfree(batch);
	}
}

/**
 * lpm_tree_destroy() - free a tree
 * @tree: the tree, which no reader is in any more
 *
 * Context: May sleep.
 */
void lpm_tree_destroy(struct lpm_tree *tree)
{
	free_batches(tree->oldest);
	free_batches(tree->spare);
	lpm_arena_destroy(&tree->images);
	lpm_arena_destroy(&tree->lists);
	lpm_cells_free(tree, false);
	kvfree(tree->root->word);
	kfree(tree->root);
	kvfree(tree->top);
	kvfree(tree);
}

/* The numbers of a list, and what is searched in most of them. */
static void expect_list(const struct lpm_tree *tree, u32 ref)
{
	const u8 *list = lpm_at(&tree->lists, ref);

	prefetch(list);
	prefetch(list + 64);
}

/* The rest of a list, all of which is needed to write its node. */
static void expect_rest(const struct lpm_list *list)
{
	u32 bytes = lpm_list_bytes(list->prefixes, list->kids), at;

	for (at = 128; at < bytes; at += 64)
		prefetch((const u8 *)list + at);
}

/* Starts to load what is stored to in the end, if there is a direct table. */
static void expect_block(const struct lpm_tree *tree, const struct lpm_key *key,
			 unsigned int last)
{
	const u32 *block = tree->root->word;
	unsigned int i;

	if (!tree->direct)
		return;
	block += lpm_top_place(tree, key) * LPM_BLOCK;
	if (last > LPM_TOP)
		prefetch(&block[lpm_place(tree, key, LPM_TOP)]);
	for (i = 0; last == LPM_TOP && i < LPM_BLOCK; i += 64 / sizeof(*block))
		prefetch(&block[i]);
}

static void expect_image(const struct lpm_tree *tree, const struct lpm_key *key,
			 unsigned int level, u32 word)
{
	const struct lpm_page *page;
	const u8 *image;

	if (!lpm_is_node(word))
		return;
	image = lpm_image_at(tree, word);
	if (lpm_form(tree, level) == LPM_FORM_PAGE) {
		page = (const struct lpm_page *)image;
		prefetch(&page->block[lpm_place(tree, key, level)]
				     [lpm_place(tree, key, level + 1)]);
	} else {
		prefetch(image);
		prefetch(image + 64);
	}
}

/**
 * lpm_tree_descend() - go down the way to a node
 * @tree: the tree
 * @key: an address in the node
 * @level: the node's level
 * @path: set to the way
 *
 * Context: the writer lock.
 * Return: the last level on the way that has a node.
 */
unsigned int lpm_tree_descend(const struct lpm_tree *tree,
			      const struct lpm_key *key, unsigned int level,
			      struct lpm_path *path)
{
	const struct lpm_list *list;
	unsigned int at, kid;
	bool found;

	path->list[0] = tree->list;
	for (at = 0; at < level; at++) {
		list = lpm_list_at(tree, path->list[at]);
		kid = lpm_list_kid(list, lpm_place(tree, key, at), &found);
		path->kid[at + 1] = kid;
		if (!found)
			break;
		path->list[at + 1] = lpm_kids(list)[kid].list;
		expect_list(tree, path->list[at + 1]);
		/* one that is on the way to what an update changes */
		if (at + 1 < level)
			expect_image(tree, key, at + 1, lpm_kids(list)[kid].word);
	}
	return at;
}

/* A list may have moved. */
static void set_list(struct lpm_tree *tree, struct lpm_path *path,
		     unsigned int level, u32 ref)
{
	path->list[level] = ref;
	if (level)
		lpm_kid_at(tree, path, level)->list = ref;
	else
		tree->list = ref;
}

static void count_node(struct lpm_tree *tree, unsigned int level, int n)
{
	WRITE_ONCE(tree->nodes[level], tree->nodes[level] + n);
}

/* Takes a chain of nodes out of the lists, from the last on up to @level. */
static void free_chain(struct lpm_tree *tree, struct lpm_path *path,
		       unsigned int level, unsigned int last)
{
	for (; last >= level; last--) {
		lpm_list_free(&tree->lists, path->list[last]);
		count_node(tree, last, -1);
	}
}

/* Nodes with nothing but the way to the prefix, from @level down to the last. */
static bool add_chain(struct lpm_tree *tree, struct lpm_path *path,
		      const struct lpm_key *key, unsigned int len, u32 value,
		      unsigned int level, unsigned int last)
{
	struct lpm_list *list;
	unsigned int at;

	for (at = last; at >= level; at--) {
		path->list[at] = list_new(tree, at == last, at != last);
		if (!path->list[at]) {
			free_chain(tree, path, at + 1, last);
			return false;
		}
		count_node(tree, at, 1);
		list = lpm_list_at(tree, path->list[at]);
		if (at == last) {
			lpm_values(list)[0] = value;
			lpm_codes(list)[0] = lpm_code_of(tree, key, len, at);
			continue;
		}
		lpm_kids(list)[0].list = path->list[at + 1];
		lpm_kids(list)[0].word = LPM_HOLE;
		lpm_places(list)[0] = lpm_place(tree, key, at);
		path->kid[at + 1] = 0;
	}
	return true;
}

/* Adds a prefix that is not there to the lists only. */
static bool list_insert(struct lpm_tree *tree, struct lpm_path *path,
			unsigned int level, const struct lpm_key *key,
			unsigned int len, u32 value)
{
	unsigned int last = lpm_level_of(tree, len), code, at, place;
	struct lpm_list *list = lpm_list_at(tree, path->list[level]);
	bool found;
	u32 ref, in;

	if (level == last) {
		code = lpm_code_of(tree, key, len, level);
		at = lpm_list_prefix(list, code, &found);
		ref = lpm_list_change(&tree->lists, path->list[level],
				      LPM_ADD_PREFIX, at);
		if (!ref)
			return false;
		set_list(tree, path, level, ref);
		list = lpm_list_at(tree, ref);
		lpm_values(list)[at] = value;
		lpm_codes(list)[at] = code;
		return true;
	}
	if (!add_chain(tree, path, key, len, value, level + 1, last))
		return false;
	at = path->kid[level + 1];
	ref = lpm_list_change(&tree->lists, path->list[level], LPM_ADD_KID, at);
	if (!ref) {
		free_chain(tree, path, level + 1, last);
		return false;
	}
	set_list(tree, path, level, ref);
	list = lpm_list_at(tree, ref);
	place = lpm_place(tree, key, level);
	lpm_kids(list)[at].list = path->list[level + 1];
	lpm_kids(list)[at].word = LPM_HOLE;
	lpm_places(list)[at] = place;
	in = LPM_HOLE;
	if (level >= LPM_TOP)
		in = lpm_list_best(list, tree->level[level].bits, place,
				   LPM_HOLE, NULL);
	lpm_list_at(tree, path->list[level + 1])->in = in;
	return true;
}

static void list_undo(struct lpm_tree *tree, struct lpm_path *path,
		      const struct change *change)
{
	bool chain = change->fresh < LPM_LEVELS;
	unsigned int at = chain ? path->kid[change->fresh] : 0;
	struct lpm_list *list = lpm_list_at(tree, path->list[change->level]);
	bool found;

	if (chain)
		free_chain(tree, path, change->fresh, change->last);
	else
		at = lpm_list_prefix(list, change->code, &found);
	lpm_list_change(&tree->lists, path->list[change->level],
			chain ? LPM_REMOVE_KID : LPM_REMOVE_PREFIX, at);
}

/* Notes a node that is about to change, or to go. */
static struct lpm_step *add_step(struct lpm_tree *tree, u32 word, u32 units)
{
	struct lpm_step *step = &tree->step[tree->steps++];

	step->word = word;
	step->units = units;
	step->stale = true;
	step->inherits = false;
	return step;
}

static struct lpm_step *step_kid(struct lpm_tree *tree, u32 list, u32 kid)
{
	const struct lpm_kid *at = lpm_kids(lpm_list_at(tree, list)) + kid;
	const struct lpm_list *below = lpm_list_at(tree, at->list);
	struct lpm_step *step;

	step = add_step(tree, at->word, below->units);
	step->list = list;
	step->kid = kid;
	step->shows = below->shows;
	return step;
}

/* What is needed of a node to write it with another inheritance. */
static void expect_inherit(const struct lpm_tree *tree,
			   const struct lpm_list *list, u32 word)
{
	const u8 *image;
	unsigned int at;

	expect_rest(list);
	if (!lpm_is_node(word))
		return;
	image = lpm_image_at(tree, word);
	for (at = 0; at < list->units * LPM_UNIT; at += 64)
		prefetch(image + at);
}

/* What children in the range of a prefix inherit has changed. */
static bool inherit(struct lpm_tree *tree, unsigned int level, u32 ref,
		    unsigned int code, bool nofail)
{
	unsigned int bits = tree->level[level].bits, kid, run = 0, end, i, first;
	struct lpm_list *list = lpm_list_at(tree, ref), *below;
	bool nodes = lpm_form(tree, level + 1) == LPM_FORM_NODE;
	struct lpm_step *step;
	bool found;
	u32 word;

	end = lpm_code_place(code) + lpm_code_size(code, bits);
	kid = lpm_list_kid(list, lpm_code_place(code), &found);
	if (kid == list->kids || lpm_places(list)[kid] >= end)
		return true;
	lpm_sweep(tree, level, list, LPM_HOLE, false);
	first = tree->steps;
	for (i = kid; i < list->kids && lpm_places(list)[i] < end; i++)
		expect_list(tree, lpm_kids(list)[i].list);
	for (; kid < list->kids && lpm_places(list)[kid] < end; kid++) {
		while (run + 1 < tree->runs &&
		       tree->start[run + 1] <= lpm_places(list)[kid])
			run++;
		below = lpm_list_at(tree, lpm_kids(list)[kid].list);
		if (below->in == tree->word[run])
			continue;
		step = step_kid(tree, ref, kid);
		step->in = below->in;
		step->inherits = true;
		step->stale = nodes && below->shows;
		below->in = tree->word[run];
		if (step->stale)
			expect_inherit(tree, below, step->word);
	}
	for (i = first; i < tree->steps; i++) {
		if (!tree->step[i].stale)
			continue;
		kid = tree->step[i].kid;
		below = lpm_list_at(tree, lpm_kids(list)[kid].list);
		word = lpm_image_inherit(tree, level + 1, below,
					 tree->step[i].word, tree->step[i].in,
					 nofail);
		if (!word)
			return false;
		lpm_kids(list)[kid].word = word;
	}
	return true;
}

static void undo(struct lpm_tree *tree)
{
	struct lpm_step *step;
	struct lpm_list *list;
	struct lpm_kid *kid;

	while (tree->steps) {
		step = &tree->step[--tree->steps];
		kid = lpm_kids(lpm_list_at(tree, step->list)) + step->kid;
		list = lpm_list_at(tree, kid->list);
		if (kid->word != step->word && lpm_is_node(kid->word))
			lpm_arena_free(&tree->images, lpm_ref(kid->word),
				       list->units * LPM_UNIT);
		kid->word = step->word;
		list->units = step->units;
		list->shows = step->shows;
		if (step->inherits)
			list->in = step->in;
	}
}

/* A page for a new node and what is below. */
static u32 make_page(struct lpm_tree *tree, u32 ref, bool nofail)
{
	struct lpm_list *list = lpm_list_at(tree, ref);
	struct lpm_page *page;
	u32 place;

	place = lpm_arena_alloc(&tree->images, sizeof(*page), nofail);
	if (!place)
		return 0;
	page = lpm_at(&tree->images, place);
	memset(page, 0, sizeof(*page));
	page->in = list->in;
	lpm_page_fill(tree, list, page, 0, LPM_PAGE_BLOCKS);
	list->units = lpm_units(sizeof(*page));
	tree->work.nodes++;
	tree->work.bytes += sizeof(*page);
	return place | LPM_NODE | LPM_WIDE;
}

/* Writes what readers see of a node on the way anew. */
static bool rewrite(struct lpm_tree *tree, const struct lpm_path *path,
		    unsigned int level, bool nofail)
{
	u32 ref = path->list[level], word;

	step_kid(tree, path->list[level - 1], path->kid[level]);
	if (lpm_form(tree, level) == LPM_FORM_PAGE)
		word = make_page(tree, ref, nofail);
	else
		word = lpm_image_make(tree, level, lpm_list_at(tree, ref),
				      nofail);
	if (!word)
		return false;
	lpm_kid_at(tree, path, level)->word = word;
	return true;
}

/* Builds what readers are to see, up to the node at which it can be published. */
static bool build(struct lpm_tree *tree, const struct lpm_path *path,
		  struct change *change, bool nofail)
{
	unsigned int level;
	u32 old, word;

	tree->steps = 0;
	for (level = change->last; level >= change->fresh; level--)
		if ((lpm_form(tree, level) == LPM_FORM_NODE ||
		     lpm_form(tree, level) == LPM_FORM_PAGE) &&
		    !rewrite(tree, path, level, nofail))
			return false;

	level = change->level;
	change->whole = change->code != NO_CODE;
	change->inherits = change->last < LPM_TOP;
	if (change->whole && lpm_form(tree, level) == LPM_FORM_PAGE) {
		change->inherits = true;
	} else if (change->whole && level >= LPM_TOP) {
		if (!inherit(tree, level, path->list[level], change->code, nofail))
			return false;
		change->inherits = tree->steps;
	}

	while (lpm_form(tree, level) == LPM_FORM_NODE) {
		old = lpm_kid_at(tree, path, level)->word;
		if (!rewrite(tree, path, level, nofail))
			return false;
		change->whole = false;
		word = lpm_kid_at(tree, path, level)->word;
		level--;
		if (lpm_is_node(old) && lpm_is_node(word))
			break;
	}
	change->paint = level;
	return true;
}

static void store(struct lpm_tree *tree, u32 *place, u32 word)
{
	/* pairs with the address dependency of readers */
	smp_store_release(place, word);
	tree->work.stores++;
}

/* A node of level LPM_TOP is new, another, or gone. */
static void publish_first(struct lpm_tree *tree, const struct lpm_path *path,
			  const struct change *change)
{
	unsigned int top = lpm_top_place(tree, change->key), i;
	u32 *word = tree->root->word;

	if (!tree->direct) {
		word += top;
		store(tree, word, change->gone <= LPM_TOP ? LPM_HOLE :
		      lpm_kid_at(tree, path, LPM_TOP)->word);
		return;
	}
	word += top * LPM_BLOCK;
	if (change->gone > LPM_TOP) {
		lpm_paint(tree, LPM_TOP, lpm_list_at(tree, path->list[LPM_TOP]),
			  word, top);
		return;
	}
	for (i = 0; i < LPM_BLOCK; i++)
		store(tree, &word[i],
		      lpm_direct_word(tree, LPM_TOP, LPM_HOLE, top));
}

static struct lpm_page *page_at(const struct lpm_tree *tree,
				const struct lpm_path *path)
{
	u32 word = lpm_kid_at(tree, path, LPM_TOP + 1)->word;

	return (struct lpm_page *)lpm_image_at(tree, word);
}

static u32 *block_at(const struct lpm_tree *tree, const struct lpm_path *path,
		     const struct lpm_key *key, unsigned int level)
{
	if (level == LPM_TOP)
		return tree->root->word + lpm_top_place(tree, key) * LPM_BLOCK;
	return page_at(tree, path)->block[lpm_place(tree, key, level - 1)];
}

/**
 * lpm_tree_publish() - store what readers find in the place of a node
 * @tree: the tree
 * @path: the way to the node
 * @key: an address in it
 * @level: its level; there is a word for it above
 *
 * Context: the writer lock.
 */
void lpm_tree_publish(struct lpm_tree *tree, const struct lpm_path *path,
		      const struct lpm_key *key, unsigned int level)
{
	u32 word = lpm_kid_at(tree, path, level)->word, above;
	unsigned int place = lpm_place(tree, key, level - 1);

	switch (lpm_form(tree, level - 1)) {
	case LPM_FORM_TOP:
		store(tree, &tree->root->word[lpm_top_place(tree, key)], word);
		break;
	case LPM_FORM_BLOCK:
		store(tree, block_at(tree, path, key, level - 1) + place, word);
		break;
	default:
		above = lpm_kid_at(tree, path, level - 1)->word;
		store(tree, lpm_child(lpm_image_at(tree, above),
				      tree->level[level - 1].bits,
				      above & LPM_WIDE, place), word);
	}
}

static void publish_block(struct lpm_tree *tree, const struct lpm_path *path,
			  const struct change *change)
{
	unsigned int top = lpm_top_place(tree, change->key);
	unsigned int level = change->paint, place, kid, i;
	const struct lpm_list *list = lpm_list_at(tree, path->list[level]);
	struct lpm_step *step;
	struct lpm_page *page;
	bool found;
	u32 *block, word;

	block = block_at(tree, path, change->key, level);
	if (change->whole) {
		lpm_paint(tree, level, list, block, top);
	} else {
		place = lpm_place(tree, change->key, level);
		kid = lpm_list_kid(list, place, &found);
		word = found ? lpm_kids(list)[kid].word :
		       lpm_list_best(list, tree->level[level].bits, place,
				     list->in, NULL);
		store(tree, &block[place],
		      lpm_direct_word(tree, level, word, top));
	}
	if (lpm_form(tree, level + 1) != LPM_FORM_PAGE)
		return;
	for (i = 0; i < tree->steps; i++) {
		step = &tree->step[i];
		if (!step->inherits)
			continue;
		page = (struct lpm_page *)lpm_image_at(tree, step->word);
		kid = step->kid;
		store(tree, &page->in,
		      lpm_list_at(tree, lpm_kids(list)[kid].list)->in);
	}
}

static void publish_page(struct lpm_tree *tree, const struct lpm_path *path,
			 const struct change *change)
{
	unsigned int level = change->paint, from, to;

	if (change->whole) {
		from = lpm_code_place(change->code);
		to = from + lpm_code_size(change->code, tree->level[level].bits);
	} else {
		from = lpm_place(tree, change->key, level);
		to = from + 1;
	}
	lpm_page_fill(tree, lpm_list_at(tree, path->list[level]),
		      page_at(tree, path), from, to);
}

static void publish(struct lpm_tree *tree, const struct lpm_path *path,
		    const struct change *change)
{
	unsigned int level = change->paint;

	switch (lpm_form(tree, level)) {
	case LPM_FORM_TOP:
		if (change->last < LPM_TOP)
			lpm_paint_top(tree, change->key, change->last);
		else
			publish_first(tree, path, change);
		break;
	case LPM_FORM_BLOCK:
		publish_block(tree, path, change);
		break;
	case LPM_FORM_PAGE:
		publish_page(tree, path, change);
		break;
	default:
		lpm_tree_publish(tree, path, change->key, level + 1);
	}
}

static void commit(struct lpm_tree *tree, const struct lpm_path *path,
		   const struct change *change)
{
	const struct lpm_step *step;

	if (change->inherits)
		lpm_seq_change(&tree->seq);
	publish(tree, path, change);
	if (change->inherits)
		lpm_seq_changed(&tree->seq);
	for (step = tree->step; step < tree->step + tree->steps; step++)
		if (step->stale && lpm_is_node(step->word))
			lpm_retire(tree, lpm_ref(step->word),
				   step->units * LPM_UNIT);
}

/* Goes to what an update changes. While that is loaded, memory is reclaimed. */
static unsigned int begin(struct lpm_tree *tree, const struct lpm_key *key,
			  unsigned int last, struct lpm_path *path)
{
	unsigned int level;

	memset(&tree->work, 0, sizeof(tree->work));
	expect_block(tree, key, last);
	level = lpm_tree_descend(tree, key, last, path);
	lpm_reclaim(tree);
	expect_rest(lpm_list_at(tree, path->list[level]));
	return level;
}

/**
 * lpm_tree_insert() - add a prefix or give it another value
 * @tree: the tree
 * @key: address of the prefix, truncated
 * @len: its length
 * @value: its value
 * @old: set to the value that it had, or MFIB_LPM_NONE
 *
 * Another value for a prefix that is there waits for memory if it must.
 *
 * Context: the writer lock; may sleep.
 * Return: 0 or -ENOMEM, and the tree is as it was.
 */
int lpm_tree_insert(struct lpm_tree *tree, const struct lpm_key *key,
		    unsigned int len, u32 value, u32 *old)
{
	struct change change = {
		.key = key,
		.code = NO_CODE,
		.last = lpm_level_of(tree, len),
		.fresh = LPM_LEVELS,
		.gone = LPM_LEVELS,
	};
	struct lpm_list *list;
	struct lpm_path path;
	bool found = false;
	unsigned int at = 0;

	change.level = begin(tree, key, change.last, &path);
	lpm_cells_expect(tree, value);
	*old = MFIB_LPM_NONE;
	list = lpm_list_at(tree, path.list[change.level]);
	if (change.level == change.last) {
		change.code = lpm_code_of(tree, key, len, change.level);
		at = lpm_list_prefix(list, change.code, &found);
	} else {
		change.fresh = change.level + 1;
	}
	if (found) {
		*old = lpm_values(list)[at];
		lpm_values(list)[at] = value;
	} else if (!list_insert(tree, &path, change.level, key, len, value)) {
		return -ENOMEM;
	}
	if (!build(tree, &path, &change, found) ||
	    !lpm_retire_reserve(tree, tree->steps, found)) {
		undo(tree);
		list_undo(tree, &path, &change);
		return -ENOMEM;
	}
	commit(tree, &path, &change);
	return 0;
}

/**
 * lpm_tree_remove() - take a prefix out
 * @tree: the tree
 * @key: address of the prefix, truncated
 * @len: its length
 *
 * Context: the writer lock; may sleep, and waits for memory if it must.
 * Return: the value that it had, MFIB_LPM_NONE if it was not there.
 */
u32 lpm_tree_remove(struct lpm_tree *tree, const struct lpm_key *key,
		    unsigned int len)
{
	struct change change = {
		.key = key,
		.last = lpm_level_of(tree, len),
		.fresh = LPM_LEVELS,
		.gone = LPM_LEVELS,
	};
	u32 stale[LPM_LEVELS], units[LPM_LEVELS];
	struct lpm_path path;
	struct lpm_list *list;
	unsigned int level, at;
	bool found;
	u32 value;

	level = begin(tree, key, change.last, &path);
	if (level < change.last)
		return MFIB_LPM_NONE;
	change.code = lpm_code_of(tree, key, len, level);
	list = lpm_list_at(tree, path.list[level]);
	at = lpm_list_prefix(list, change.code, &found);
	if (!found)
		return MFIB_LPM_NONE;
	value = lpm_values(list)[at];
	lpm_list_change(&tree->lists, path.list[level], LPM_REMOVE_PREFIX, at);
	while (level && !list->prefixes && !list->kids) {
		stale[level] = lpm_kid_at(tree, &path, level)->word;
		units[level] = list->units;
		free_chain(tree, &path, level, level);
		change.gone = level--;
		change.code = NO_CODE;
		list = lpm_list_at(tree, path.list[level]);
		lpm_list_change(&tree->lists, path.list[level], LPM_REMOVE_KID,
				path.kid[level + 1]);
	}
	change.level = level;
	build(tree, &path, &change, true);
	for (level = change.gone; level <= change.last; level++)
		add_step(tree, stale[level], units[level]);
	lpm_retire_reserve(tree, tree->steps, true);
	commit(tree, &path, &change);
	return value;
}

/**
 * lpm_tree_add() - add a prefix to a tree that is not in use yet
 * @tree: the tree, of which lpm_tree_build() makes what readers are to see
 * @key: address of the prefix, truncated, which is not there
 * @len: its length
 * @value: its value
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int lpm_tree_add(struct lpm_tree *tree, const struct lpm_key *key,
		 unsigned int len, u32 value)
{
	struct lpm_path path;
	unsigned int level;

	lpm_cells_expect(tree, value);
	level = lpm_tree_descend(tree, key, lpm_level_of(tree, len), &path);
	return list_insert(tree, &path, level, key, len, value) ? 0 : -ENOMEM;
}

static int build_below(struct lpm_tree *tree, unsigned int level, u32 ref)
{
	struct lpm_list *list = lpm_list_at(tree, ref), *below;
	struct lpm_kid *kid = lpm_kids(list);
	unsigned int i;
	int err;

	for (i = 0; i < list->kids; i++) {
		below = lpm_list_at(tree, kid[i].list);
		if (level >= LPM_TOP)
			below->in = lpm_list_best(list, tree->level[level].bits,
						  lpm_places(list)[i], LPM_HOLE,
						  NULL);
		err = build_below(tree, level + 1, kid[i].list);
		if (err)
			return err;
		if (level + 1 < LPM_TOP)
			continue;
		kid[i].word = lpm_image_make(tree, level + 1, below, false);
		if (!kid[i].word)
			return -ENOMEM;
	}
	return 0;
}

/**
 * lpm_tree_build() - make what readers are to see
 * @tree: the tree, not in use yet
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int lpm_tree_build(struct lpm_tree *tree)
{
	const struct lpm_list *first = lpm_list_at(tree, tree->list), *list;
	const struct lpm_key any = {};
	unsigned int i, j;
	u32 *word;
	int err;

	err = build_below(tree, 0, tree->list);
	if (err)
		return err;
	for (i = 0; i < first->kids; i++) {
		list = lpm_list_at(tree, lpm_kids(first)[i].list);
		word = tree->root->word + lpm_places(first)[i] * LPM_BLOCK;
		for (j = 0; j < list->kids; j++)
			word[lpm_places(list)[j]] = lpm_kids(list)[j].word;
	}
	lpm_paint_top(tree, &any, 0);
	return 0;
}
