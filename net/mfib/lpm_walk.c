// SPDX-License-Identifier: GPL-2.0
/* Queries that work on the writer's lists. */
#include "lpm_tree.h"

/* The address of a prefix in a node on the way to @key. */
static struct lpm_key prefix_key(const struct lpm_tree *tree,
				 const struct lpm_key *key, unsigned int level,
				 unsigned int place)
{
	struct lpm_key found = lpm_key_truncate(*key, tree->level[level].pos);

	lpm_key_put(&found, tree->level[level].pos, tree->level[level].bits,
		    place);
	return found;
}

/* The first prefix of a node and what is below, which has one. */
static u32 first_below(const struct lpm_tree *tree, u32 ref, unsigned int level,
		       struct lpm_key *key, unsigned int *len)
{
	const struct lpm_list *list;
	unsigned int place;

	for (;; level++) {
		list = lpm_list_at(tree, ref);
		if (list->prefixes &&
		    (!list->kids ||
		     lpm_code_place(lpm_codes(list)[0]) <= lpm_places(list)[0]))
			break;
		place = lpm_places(list)[0];
		*key = prefix_key(tree, key, level, place);
		ref = lpm_kids(list)[0].list;
	}
	*key = prefix_key(tree, key, level, lpm_code_place(lpm_codes(list)[0]));
	*len = tree->level[level].pos + lpm_code_len(lpm_codes(list)[0]);
	return lpm_values(list)[0];
}

/* The first prefix of a node from a prefix or child on. */
static u32 next_in(const struct lpm_tree *tree, const struct lpm_list *list,
		   unsigned int level, unsigned int prefix, unsigned int kid,
		   struct lpm_key *key, unsigned int *len)
{
	unsigned int code;

	if (prefix < list->prefixes) {
		code = lpm_codes(list)[prefix];
		/* what ends in a place is in front of what is below it */
		if (kid >= list->kids ||
		    lpm_code_place(code) <= lpm_places(list)[kid]) {
			*key = prefix_key(tree, key, level, lpm_code_place(code));
			*len = tree->level[level].pos + lpm_code_len(code);
			return lpm_values(list)[prefix];
		}
	}
	if (kid >= list->kids)
		return MFIB_LPM_NONE;
	*key = prefix_key(tree, key, level, lpm_places(list)[kid]);
	return first_below(tree, lpm_kids(list)[kid].list, level + 1, key, len);
}

/**
 * lpm_tree_next() - find the next prefix
 * @tree: the tree
 * @key: the prefix behind which to begin, set to the one found
 * @len: its length
 * @started: false to begin with the first
 *
 * Context: the writer lock.
 * Return: its value, MFIB_LPM_NONE if there is none.
 */
u32 lpm_tree_next(const struct lpm_tree *tree, struct lpm_key *key,
		  unsigned int *len, bool started)
{
	unsigned int last, level, prefix, kid, code, place;
	const struct lpm_list *list;
	struct lpm_key next = *key;
	struct lpm_path path;
	bool found;
	u32 value;

	list = lpm_list_at(tree, tree->list);
	if (!started) {
		memset(&next, 0, sizeof(next));
		value = next_in(tree, list, 0, 0, 0, &next, len);
		goto out;
	}
	last = lpm_level_of(tree, *len);
	level = lpm_tree_descend(tree, key, last, &path);
	list = lpm_list_at(tree, path.list[level]);
	place = lpm_place(tree, key, level);
	if (level == last) {
		code = lpm_code_of(tree, key, *len, level);
		prefix = lpm_list_prefix(list, code, &found);
		prefix += found;
		kid = lpm_list_kid(list, lpm_code_place(code), &found);
	} else {
		prefix = lpm_list_prefix(list, lpm_code(place, 15), &found);
		kid = lpm_list_kid(list, place, &found);
	}
	for (;;) {
		value = next_in(tree, list, level, prefix, kid, &next, len);
		if (value != MFIB_LPM_NONE || !level)
			break;
		level--;
		list = lpm_list_at(tree, path.list[level]);
		place = lpm_place(tree, key, level);
		prefix = lpm_list_prefix(list, lpm_code(place, 15), &found);
		kid = path.kid[level + 1] + 1;
	}
out:
	if (value != MFIB_LPM_NONE)
		*key = next;
	return value;
}

/* The longest match of an address that is not longer than @most. */
static u32 tree_match(const struct lpm_tree *tree, const struct lpm_key *key,
		      unsigned int most, unsigned int *len)
{
	unsigned int level = lpm_level_of(tree, most), bits, i, code, place;
	const struct lpm_list *list;
	struct lpm_path path;

	level = lpm_tree_descend(tree, key, level, &path);
	for (;; level--) {
		list = lpm_list_at(tree, path.list[level]);
		bits = tree->level[level].bits;
		place = lpm_place(tree, key, level);
		for (i = list->prefixes; i--;) {
			code = lpm_codes(list)[i];
			if (lpm_code_place(code) > place ||
			    lpm_code_place(code) + lpm_code_size(code, bits) <=
			    place ||
			    tree->level[level].pos + lpm_code_len(code) > most)
				continue;
			*len = tree->level[level].pos + lpm_code_len(code);
			return lpm_values(list)[i];
		}
		if (!level)
			return MFIB_LPM_NONE;
	}
}

static u32 match(const struct mfib_lpm *lpm, const struct lpm_key *key,
		 unsigned int most, unsigned int *len)
{
	const struct lpm_root *root = lpm_dereference_writer(lpm->root);

	if (root->kind == LPM_ARRAY)
		return lpm_array_match(root, key, most, len);
	return tree_match(root->tree, key, most, len);
}

static u32 next_prefix(const struct mfib_lpm *lpm, struct lpm_key *key,
		       unsigned int *len, bool started)
{
	const struct lpm_root *root = lpm_dereference_writer(lpm->root);

	if (root->kind == LPM_ARRAY)
		return lpm_array_next(root, key, len, started);
	return lpm_tree_next(root->tree, key, len, started);
}

/**
 * mfib_lpm_match() - look up the longest match of an address and its length
 * @lpm: the tree
 * @addr: the address in network byte order
 * @len: set to the length of the match, 0 if there is none
 *
 * Context: The caller holds the writer lock.
 * Return: the value of the match, MFIB_LPM_NONE if there is none.
 */
u32 mfib_lpm_match(const struct mfib_lpm *lpm, const u8 *addr, u8 *len)
{
	struct lpm_key key = lpm_key_load(addr, lpm->width);
	unsigned int found = 0;
	u32 value = match(lpm, &key, lpm->width, &found);

	*len = value == MFIB_LPM_NONE ? 0 : found;
	return value;
}

/**
 * mfib_lpm_find() - look up a prefix itself
 * @lpm: the tree
 * @addr: address of the prefix in network byte order
 * @len: length of the prefix
 *
 * Context: The caller holds the writer lock.
 * Return: the value of the prefix, MFIB_LPM_NONE if it is not there.
 */
u32 mfib_lpm_find(const struct mfib_lpm *lpm, const u8 *addr, u8 len)
{
	const struct lpm_root *root = lpm_dereference_writer(lpm->root);
	struct lpm_key key = lpm_key_load(addr, lpm->width);
	const struct lpm_list *list;
	struct lpm_path path;
	unsigned int level, at;
	bool found;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	key = lpm_key_truncate(key, len);
	if (root->kind == LPM_ARRAY)
		return lpm_array_find(root, &key, len);
	level = lpm_level_of(root->tree, len);
	if (lpm_tree_descend(root->tree, &key, level, &path) < level)
		return MFIB_LPM_NONE;
	list = lpm_list_at(root->tree, path.list[level]);
	at = lpm_list_prefix(list, lpm_code_of(root->tree, &key, len, level),
			     &found);
	return found ? lpm_values(list)[at] : MFIB_LPM_NONE;
}

static void set_cursor(struct mfib_lpm_cursor *cursor, const struct lpm_key *key,
		       unsigned int len)
{
	lpm_key_store(key, cursor->addr);
	cursor->len = len;
	cursor->started = true;
}

/**
 * mfib_lpm_next() - find the next prefix in the order of all prefixes
 * @lpm: the tree
 * @cursor: where to go on; names the prefix found on return
 *
 * The order is by address, for equal addresses the shorter prefix first. A walk
 * of many calls returns each prefix once that is there all the time.
 *
 * Context: The caller holds the writer lock, which it may drop between two calls.
 * Return: the value of the prefix; MFIB_LPM_NONE at the end, where the cursor
 * stays as it is.
 */
u32 mfib_lpm_next(const struct mfib_lpm *lpm, struct mfib_lpm_cursor *cursor)
{
	unsigned int len = cursor->len;
	struct lpm_key key = {};
	u32 value;

	if (cursor->started) {
		if (len > lpm->width)
			return MFIB_LPM_NONE;
		key = lpm_key_truncate(lpm_key_load(cursor->addr, lpm->width),
				       len);
	}
	value = next_prefix(lpm, &key, &len, cursor->started);
	if (value != MFIB_LPM_NONE)
		set_cursor(cursor, &key, len);
	return value;
}

/**
 * mfib_lpm_next_covered() - find the next prefix that lies in another
 * @lpm: the tree
 * @addr: address of that other prefix in network byte order
 * @len: its length; it counts itself if it is there
 * @cursor: where to go on; names the prefix found on return
 *
 * The order is that of mfib_lpm_next().
 *
 * Context: The caller holds the writer lock, which it may drop between two calls.
 * Return: the value of the prefix found; MFIB_LPM_NONE at the end, where the
 * cursor stays as it is.
 */
u32 mfib_lpm_next_covered(const struct mfib_lpm *lpm, const u8 *addr, u8 len,
			  struct mfib_lpm_cursor *cursor)
{
	struct mfib_lpm_cursor next = *cursor;
	struct lpm_key cover, key;
	u32 value;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	cover = lpm_key_truncate(lpm_key_load(addr, lpm->width), len);
	if (!next.started) {
		set_cursor(&next, &cover, len);
		value = mfib_lpm_find(lpm, next.addr, len);
		if (value != MFIB_LPM_NONE) {
			*cursor = next;
			return value;
		}
	}
	value = mfib_lpm_next(lpm, &next);
	key = lpm_key_load(next.addr, lpm->width);
	if (value == MFIB_LPM_NONE || !lpm_key_covers(&cover, len, &key))
		return MFIB_LPM_NONE;
	*cursor = next;
	return value;
}

/**
 * mfib_lpm_next_covering() - find the next prefix that another lies in
 * @lpm: the tree
 * @addr: address of that other prefix in network byte order
 * @len: its length; it counts itself if it is there
 * @cursor: where to go on; names the prefix found on return
 *
 * The longest comes first.
 *
 * Context: The caller holds the writer lock, which it may drop between two calls.
 * Return: the value of the prefix found; MFIB_LPM_NONE at the end, where the
 * cursor stays as it is.
 */
u32 mfib_lpm_next_covering(const struct mfib_lpm *lpm, const u8 *addr, u8 len,
			   struct mfib_lpm_cursor *cursor)
{
	unsigned int most = len, found;
	struct lpm_key key;
	u32 value;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	if (cursor->started) {
		if (!cursor->len)
			return MFIB_LPM_NONE;
		most = cursor->len - 1;
	}
	key = lpm_key_truncate(lpm_key_load(addr, lpm->width), len);
	value = match(lpm, &key, most, &found);
	if (value != MFIB_LPM_NONE) {
		key = lpm_key_truncate(key, found);
		set_cursor(cursor, &key, found);
	}
	return value;
}
