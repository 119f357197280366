/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tree: private to lpm*.c. Documentation/mfib/lpm.rst tells how it works.
 */
#ifndef _MFIB_LPM_TREE_H
#define _MFIB_LPM_TREE_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "lpm.h"
#include "lpm_arena.h"
#include "lpm_image.h"
#include "lpm_key.h"
#include "lpm_list.h"

/* The writer lock is the caller's; so is the choice between it and RCU. */
#define lpm_dereference_writer(p)	rcu_dereference_protected(p, true)
#define lpm_dereference(p)		rcu_dereference_check(p, true)

/* When a FIB changes its form; tests do with less. */
#ifndef LPM_ARRAY_MAX
#define LPM_ARRAY_MAX	1024U	/* made a tree in hundreds of microseconds */
#define LPM_TREE_MIN	512U	/* fewer prefixes become an array again */
#define LPM_DIRECT_MIN	8192U	/* more are worth a direct table of 1 MB */
#define LPM_DIRECT_KEEP	4096U
#define LPM_PAGE_MIN	64U	/* prefixes per page of 4 KB */
#define LPM_PAGE_KEEP	16U
#define LPM_RETRY	64U	/* updates between two thoughts about it */
#define LPM_COMPACT_MIN	(128U << 10)
#endif

#define LPM_BATCH	508U		/* makes struct lpm_batch a page */
#define LPM_RECLAIM	16U		/* objects freed per update, at most */
#define LPM_STEPS	(LPM_SLOTS + LPM_LEVELS)

/* The biggest value that a narrow slot has room for. */
#define LPM_NARROW_MAX	(LPM_CHILD - 1)

enum lpm_kind {
	LPM_ARRAY = MFIB_LPM_ARRAY,	/* see lpm_array.c */
	LPM_TREE = MFIB_LPM_TREE,
	LPM_DIRECT = MFIB_LPM_DIRECT,
};

/**
 * struct lpm_root - what readers start from
 * @kind: the rest depends on it
 * @seq: of an array, odd while an update changes it; each adds 2
 * @room: number of its entries
 * @n: of these, in use, holes included
 * @sorted: of these, the first ones that are in order
 * @tree: the tree, NULL for an array
 * @top: per place of the levels above LPM_TOP, the value of the longest match
 *	that ends there
 * @word: per place, LPM_TREE: the node of level LPM_TOP, or LPM_HOLE;
 *	LPM_DIRECT: per place of level LPM_TOP, see lpm_direct_word()
 * @data: the array
 *
 * Once published, an array changes in its values and in @n, and nothing else but
 * in what the pointers lead to.
 */
struct lpm_root {
	u32 kind;
	u32 seq;
	u16 room;
	u16 n;
	u16 sorted;
	struct lpm_tree *tree;
	u32 *top;
	u32 *word;
	struct lpm_key data[];
};

/**
 * struct mfib_lpm - what the user of the tree has
 * @root: what readers start from
 * @width: length of an address in bits
 * @routes: number of prefixes
 */
struct mfib_lpm {
	struct lpm_root __rcu *root;
	u8 width;
	u32 routes;
};

/**
 * struct lpm_retired - memory that readers may still be in
 * @ref: where it is, in the arena of images
 * @bytes: its size
 */
struct lpm_retired {
	u32 ref;
	u32 bytes;
};

/**
 * struct lpm_batch - what waits for the same grace period
 * @next: the batch behind it
 * @cookie: the end of the grace period, if @closed
 * @n: number of objects
 * @freed: how many of them have been freed
 * @closed: whether nothing is added to it any more
 * @object: the objects
 */
struct lpm_batch {
	struct lpm_batch *next;
	unsigned long cookie;
	u32 n;
	u16 freed;
	bool closed;
	struct lpm_retired object[LPM_BATCH];
};

/**
 * struct lpm_step - what an update changed in a list, to be undone if it fails
 * @list: the list of the node above the one that changed
 * @kid: which child of that it is
 * @word: what was in its place before
 * @units: size of that if it is a node
 * @shows: what lpm_list.shows was
 * @stale: whether @word is not needed any more afterwards
 * @in: what it inherited before
 * @inherits: whether @in changed
 */
struct lpm_step {
	u32 list;
	u32 kid;
	u32 word;
	u32 units;
	u32 in;
	bool shows;
	bool stale;
	bool inherits;
};

/**
 * struct lpm_work - what an update did
 * @nodes: images written
 * @bytes: bytes of these
 * @stores: words stored where readers see them
 */
struct lpm_work {
	u32 nodes;
	u32 bytes;
	u32 stores;
};

/**
 * struct lpm_compaction - moving out of condemned memory, bit by bit
 * @active: whether it is going on
 * @idle: updates since it was last thought of
 * @level: level of the next node to look at
 * @next: and its address
 */
struct lpm_compaction {
	bool active;
	u32 idle;
	u32 level;
	struct lpm_key next;
};

/**
 * struct lpm_tree - a tree
 * @images: memory of nodes as readers see them
 * @seq: odd while an update changes what nodes inherit; each such update adds 2
 * @level: its levels
 * @levels: how many there are
 * @width: length of an address in bits
 * @direct: whether there are direct tables
 * @top_bits: bits of the levels above LPM_TOP
 * @lists: memory of nodes as the writer sees them
 * @list: the list of the first node
 * @root: what readers start from
 * @top: see &struct lpm_root
 * @top_cell: per place of @top, a cell with the same value; NULL without a direct
 *	table for IPv4
 * @value_cell: cells with values from 0 on
 * @value_cells: how many there are
 * @narrow_most: the biggest value that has been in the tree and that a narrow
 *	slot has room for
 * @bytes: allocated outside of the arenas for readers
 * @writer_bytes: the same for the writer
 * @nodes: number of nodes on each level
 * @oldest: first batch of retired images
 * @newest: the one that is being filled
 * @spare: one for later, may be NULL
 * @retired: bytes of retired images
 * @compaction: see there
 * @runs: number of runs in @word
 * @start: where each run of the node in work begins
 * @word: and what is in it
 * @map: a bit for each of @start
 * @shows: whether one of them is of places without a prefix
 * @steps: number of entries in @step
 * @step: changes of the update in work
 * @work: what the last update did
 * @rcu: to free it after it has been replaced
 */
struct lpm_tree {
	struct lpm_arena images;
	u32 seq;
	const struct lpm_level *level;
	u8 levels;
	u8 width;
	bool direct;
	u8 top_bits;
	struct lpm_arena lists;
	u32 list;
	struct lpm_root *root;
	u32 *top;
	struct lpm_cell *top_cell;
	struct lpm_cell *value_cell;
	u32 value_cells;
	u32 narrow_most;
	u64 bytes;
	u64 writer_bytes;
	u32 nodes[LPM_LEVELS];
	struct lpm_batch *oldest;
	struct lpm_batch *newest;
	struct lpm_batch *spare;
	u64 retired;
	struct lpm_compaction compaction;
	unsigned int runs;
	u8 start[LPM_SLOTS];
	u32 word[LPM_SLOTS];
	u64 map[LPM_MAP];
	bool shows;
	unsigned int steps;
	struct lpm_step step[LPM_STEPS];
	struct lpm_work work;
	struct rcu_head rcu;
};

/**
 * struct lpm_path - the way to a node
 * @list: the list on each level
 * @kid: which child of the level above it is
 */
struct lpm_path {
	u32 list[LPM_LEVELS];
	u16 kid[LPM_LEVELS];
};

/* What readers see of a node. */
enum lpm_form {
	LPM_FORM_TOP,	/* part of the table of the levels above LPM_TOP */
	LPM_FORM_NODE,	/* an image, or nothing if it has but one run */
	LPM_FORM_BLOCK,	/* 64 words of a direct table */
	LPM_FORM_PAGE,	/* a struct lpm_page */
};

static inline enum lpm_form lpm_form(const struct lpm_tree *tree,
				     unsigned int level)
{
	if (level < LPM_TOP)
		return LPM_FORM_TOP;
	if (!tree->direct || level > LPM_TOP + 2)
		return LPM_FORM_NODE;
	if (level == LPM_TOP)
		return LPM_FORM_BLOCK;
	if (tree->width == 32)
		return LPM_FORM_NODE;
	return level == LPM_TOP + 1 ? LPM_FORM_PAGE : LPM_FORM_BLOCK;
}

static inline struct lpm_list *lpm_list_at(const struct lpm_tree *tree, u32 ref)
{
	return lpm_at(&tree->lists, ref);
}

static inline u8 *lpm_image_at(const struct lpm_tree *tree, u32 word)
{
	return lpm_at(&tree->images, lpm_ref(word));
}

static inline unsigned int lpm_place(const struct lpm_tree *tree,
				     const struct lpm_key *key,
				     unsigned int level)
{
	return lpm_key_bits(key, tree->level[level].pos,
			    tree->level[level].bits);
}

static inline struct lpm_kid *lpm_kid_at(const struct lpm_tree *tree,
					 const struct lpm_path *path,
					 unsigned int level)
{
	return lpm_kids(lpm_list_at(tree, path->list[level - 1])) +
	       path->kid[level];
}

/* The level of the node in which the prefixes of a length end. */
static inline unsigned int lpm_level_of(const struct lpm_tree *tree,
					unsigned int len)
{
	unsigned int level = 0;

	while (len > tree->level[level].pos + tree->level[level].bits)
		level++;
	return level;
}

static inline unsigned int lpm_code_of(const struct lpm_tree *tree,
				       const struct lpm_key *key,
				       unsigned int len, unsigned int level)
{
	unsigned int bits = len - tree->level[level].pos;
	unsigned int place = lpm_place(tree, key, level);
	unsigned int unused = tree->level[level].bits - bits;

	return lpm_code(place >> unused << unused, bits);
}

/* The place in the table of the levels above LPM_TOP. */
static inline unsigned int lpm_top_place(const struct lpm_tree *tree,
					 const struct lpm_key *key)
{
	return lpm_key_bits(key, 0, tree->top_bits);
}

/* lpm_image.c */
void lpm_sweep(struct lpm_tree *tree, unsigned int level,
	       const struct lpm_list *list, u32 in, bool kids);
u32 lpm_node_bytes(unsigned int bits, u32 word, const u8 *node);
u32 lpm_image_bytes(const struct lpm_tree *tree, unsigned int level, u32 word);
u32 lpm_image_make(struct lpm_tree *tree, unsigned int level,
		   struct lpm_list *list, bool nofail);
u32 lpm_image_inherit(struct lpm_tree *tree, unsigned int level,
		      struct lpm_list *list, u32 word, u32 was, bool nofail);
void lpm_paint(struct lpm_tree *tree, unsigned int level,
	       const struct lpm_list *list, u32 *block, unsigned int top);
void lpm_paint_top(struct lpm_tree *tree, const struct lpm_key *key,
		   unsigned int level);
void lpm_page_fill(struct lpm_tree *tree, const struct lpm_list *list,
		   struct lpm_page *page, unsigned int from, unsigned int to);

/* lpm_retire.c */
bool lpm_retire_reserve(struct lpm_tree *tree, unsigned int n, bool nofail);
void lpm_retire(struct lpm_tree *tree, u32 ref, u32 bytes);
void lpm_reclaim(struct lpm_tree *tree);

/* lpm_tree.c */
struct lpm_tree *lpm_tree_create(unsigned int width);
void lpm_tree_destroy(struct lpm_tree *tree);
unsigned int lpm_tree_descend(const struct lpm_tree *tree,
			      const struct lpm_key *key, unsigned int level,
			      struct lpm_path *path);
int lpm_tree_add(struct lpm_tree *tree, const struct lpm_key *key,
		 unsigned int len, u32 value);
int lpm_tree_build(struct lpm_tree *tree);
int lpm_tree_insert(struct lpm_tree *tree, const struct lpm_key *key,
		    unsigned int len, u32 value, u32 *old);
u32 lpm_tree_remove(struct lpm_tree *tree, const struct lpm_key *key,
		    unsigned int len);
void lpm_tree_publish(struct lpm_tree *tree, const struct lpm_path *path,
		      const struct lpm_key *key, unsigned int level);

/* lpm_cell.c */
bool lpm_cells_make(struct lpm_tree *tree);
void lpm_cells_free(struct lpm_tree *tree, bool rcu);
void lpm_cells_expect(struct lpm_tree *tree, u32 value);
void lpm_cells_top(struct lpm_tree *tree, unsigned int from, unsigned int to);
u32 lpm_cell_word(const struct lpm_tree *tree, u32 word, unsigned int top);
bool lpm_cells_check(const struct lpm_tree *tree);

/* lpm_direct.c */
u32 lpm_direct_word(const struct lpm_tree *tree, unsigned int level, u32 word,
		    unsigned int top);
void lpm_direct_top(struct lpm_tree *tree, unsigned int from, unsigned int to);
void lpm_direct_consider(struct mfib_lpm *lpm);

/* lpm_compact.c */
void lpm_compact(struct lpm_tree *tree);

/* lpm_array.c */
struct lpm_root *lpm_array_create(void);
int lpm_array_insert(struct mfib_lpm *lpm, struct lpm_root *root,
		     const struct lpm_key *key, unsigned int len, u32 value,
		     u32 *old);
u32 lpm_array_remove(struct lpm_root *root, const struct lpm_key *key,
		     unsigned int len);
u32 lpm_array_lookup(const struct lpm_root *root, const struct lpm_key *key);
u32 lpm_array_find(const struct lpm_root *root, const struct lpm_key *key,
		   unsigned int len);
void lpm_array_shrink(struct mfib_lpm *lpm, struct lpm_root *root);
size_t lpm_array_bytes(const struct lpm_root *root);
struct lpm_tree *lpm_array_to_tree(const struct lpm_root *root,
				   unsigned int width);
struct lpm_root *lpm_array_from_tree(const struct lpm_tree *tree,
				     unsigned int routes);
u32 lpm_array_next(const struct lpm_root *root, struct lpm_key *key,
		   unsigned int *len, bool started);
u32 lpm_array_match(const struct lpm_root *root, const struct lpm_key *key,
		    unsigned int most, unsigned int *len);
bool lpm_array_check(const struct lpm_root *root, unsigned int width,
		     u32 *routes);

/* lpm_walk.c */
u32 lpm_tree_next(const struct lpm_tree *tree, struct lpm_key *key,
		  unsigned int *len, bool started);

#endif /* _MFIB_LPM_TREE_H */
