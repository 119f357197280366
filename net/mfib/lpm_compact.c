// SPDX-License-Identifier: GPL-2.0
/*
 * Giving memory back when many prefixes have left. What remains is spread over
 * all the memory that there was. So nodes are moved out of extents that are less
 * than full, some with each update, in a walk over the whole tree. An extent that
 * is left empty is freed.
 */
#include "lpm_tree.h"

#define IDLE_UPDATES	64U	/* between two looks whether it is worth it */
#define NODES_PER_STEP	8U

static bool move_list(struct lpm_tree *tree, struct lpm_path *path,
		      unsigned int level)
{
	struct lpm_list *list = lpm_list_at(tree, path->list[level]);
	u32 bytes, ref;

	if (!lpm_arena_condemned(&tree->lists, path->list[level]))
		return true;
	bytes = lpm_list_bytes(list->prefixes, list->kids);
	ref = lpm_arena_alloc(&tree->lists, bytes, false);
	if (!ref)
		return false;
	memcpy(lpm_at(&tree->lists, ref), list, bytes);
	lpm_arena_free(&tree->lists, path->list[level], bytes);
	path->list[level] = ref;
	if (level)
		lpm_kid_at(tree, path, level)->list = ref;
	else
		tree->list = ref;
	return true;
}

static bool move_image(struct lpm_tree *tree, struct lpm_path *path,
		       const struct lpm_key *key, unsigned int level)
{
	struct lpm_kid *kid;
	u32 bytes, ref, old;

	if (!level)
		return true;
	kid = lpm_kid_at(tree, path, level);
	old = kid->word;
	if (!lpm_is_node(old) ||
	    !lpm_arena_condemned(&tree->images, lpm_ref(old)))
		return true;
	bytes = lpm_list_at(tree, path->list[level])->units * LPM_UNIT;
	if (!lpm_retire_reserve(tree, 1, false))
		return false;
	ref = lpm_arena_alloc(&tree->images, bytes, false);
	if (!ref)
		return false;
	memcpy(lpm_at(&tree->images, ref), lpm_image_at(tree, old), bytes);
	kid->word = ref | (old & LPM_FLAGS);
	lpm_tree_publish(tree, path, key, level);
	lpm_retire(tree, lpm_ref(old), bytes);
	return true;
}

/* Goes to the next node in the order of a walk, a node before those below. */
static bool advance(const struct lpm_tree *tree, struct lpm_compaction *at,
		    const struct lpm_path *path, unsigned int level,
		    unsigned int kid)
{
	const struct lpm_list *list;
	unsigned int pos, bits;

	for (;; level--) {
		list = lpm_list_at(tree, path->list[level]);
		if (kid < list->kids)
			break;
		if (!level)
			return false;
		kid = path->kid[level] + 1;
	}
	pos = tree->level[level].pos;
	bits = tree->level[level].bits;
	at->next = lpm_key_truncate(at->next, pos);
	lpm_key_put(&at->next, pos, bits, lpm_places(list)[kid]);
	at->level = level + 1;
	return true;
}

/* Looks at one node; false at the end. */
static bool step(struct lpm_tree *tree)
{
	struct lpm_compaction *at = &tree->compaction;
	struct lpm_path path;
	unsigned int level;

	level = lpm_tree_descend(tree, &at->next, at->level, &path);
	/* the node has gone: on behind it */
	if (level < at->level)
		return advance(tree, at, &path, level, path.kid[level + 1]);
	if (!move_list(tree, &path, level) ||
	    !move_image(tree, &path, &at->next, level))
		return false;
	return advance(tree, at, &path, level, 0);
}

/**
 * lpm_compact() - move some nodes if that gives memory back
 * @tree: the tree
 *
 * Context: the writer lock; may sleep.
 */
void lpm_compact(struct lpm_tree *tree)
{
	struct lpm_compaction *at = &tree->compaction;
	unsigned int i, condemned = 0;

	if (!at->active) {
		if (++at->idle < IDLE_UPDATES)
			return;
		at->idle = 0;
		if (lpm_arena_wasteful(&tree->images, LPM_COMPACT_MIN))
			condemned += lpm_arena_condemn(&tree->images);
		if (lpm_arena_wasteful(&tree->lists, LPM_COMPACT_MIN))
			condemned += lpm_arena_condemn(&tree->lists);
		if (!condemned)
			return;
		memset(&at->next, 0, sizeof(at->next));
		at->level = 0;
		at->active = true;
	}
	for (i = 0; i < NODES_PER_STEP && at->active; i++)
		at->active = step(tree);
}
