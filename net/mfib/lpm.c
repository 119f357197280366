// SPDX-License-Identifier: GPL-2.0
/* Longest-prefix match: what its users call to change it. */
#include "lpm.h"

#include <linux/bug.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "lpm_tree.h"

/**
 * mfib_lpm_create() - make an empty tree
 * @width: length of an address in bits, 32 or 128
 *
 * Context: May sleep.
 * Return: the tree, NULL without memory.
 */
struct mfib_lpm *mfib_lpm_create(unsigned int width)
{
	struct mfib_lpm *lpm;
	struct lpm_root *root;

	if (WARN_ON_ONCE(width != 32 && width != 128))
		return NULL;
	lpm = kzalloc(sizeof(*lpm), GFP_KERNEL_ACCOUNT);
	if (!lpm)
		return NULL;
	root = lpm_array_create();
	if (!root) {
		kfree(lpm);
		return NULL;
	}
	lpm->width = width;
	RCU_INIT_POINTER(lpm->root, root);
	return lpm;
}

/**
 * mfib_lpm_destroy() - free a tree with all that is in it
 * @lpm: the tree, NULL is ignored
 *
 * Context: May sleep. The caller guarantees that no reader is left: nobody can
 * find the tree and a grace period has gone by since.
 */
void mfib_lpm_destroy(struct mfib_lpm *lpm)
{
	struct lpm_root *root;

	if (!lpm)
		return;
	root = lpm_dereference_writer(lpm->root);
	if (root->kind == LPM_ARRAY)
		kvfree(root);
	else
		lpm_tree_destroy(root->tree);
	kfree(lpm);
}

static void destroy_rcu(struct rcu_head *rcu)
{
	lpm_tree_destroy(container_of(rcu, struct lpm_tree, rcu));
}

/* Makes a tree of an array that is full. */
static int to_tree(struct mfib_lpm *lpm, struct lpm_root *root)
{
	struct lpm_tree *tree = lpm_array_to_tree(root, lpm->width);

	if (!tree)
		return -ENOMEM;
	rcu_assign_pointer(lpm->root, tree->root);
	kvfree_rcu_mightsleep(root);
	return 0;
}

/* Makes an array of a tree, if there is memory for it. No update may follow that
 * would tell when readers have left the tree, hence the callback.
 */
static void to_array(struct mfib_lpm *lpm, struct lpm_tree *tree)
{
	struct lpm_root *root;

	root = lpm_array_from_tree(tree, lpm->routes);
	if (!root)
		return;
	rcu_assign_pointer(lpm->root, root);
	call_rcu(&tree->rcu, destroy_rcu);
}

/**
 * mfib_lpm_insert() - add a prefix or give it another value
 * @lpm: the tree
 * @addr: address of the prefix in network byte order; the bits behind @len do
 *	not matter
 * @len: length of the prefix
 * @value: value of the prefix, not MFIB_LPM_NONE, MFIB_LPM_MAX at most
 * @old: where to store the value it had, MFIB_LPM_NONE if it is new; may be
 *	NULL
 *
 * What the caller wrote before, to an object that @value names say, is visible
 * to a reader that gets @value and follows it.
 *
 * Context: May sleep. The caller holds the writer lock.
 * Return: 0, or -EINVAL for a @value or @len that cannot be, or -ENOMEM; a
 * failure leaves the tree as it was. Another value for a prefix that is there
 * cannot fail; it waits for memory if it must.
 */
int mfib_lpm_insert(struct mfib_lpm *lpm, const u8 *addr, u8 len, u32 value,
		    u32 *old)
{
	struct lpm_root *root = lpm_dereference_writer(lpm->root);
	struct lpm_tree *tree;
	struct lpm_key key;
	u32 was;
	int err;

	if (len > lpm->width || value == MFIB_LPM_NONE || value > MFIB_LPM_MAX)
		return -EINVAL;
	key = lpm_key_truncate(lpm_key_load(addr, lpm->width), len);
	if (root->kind == LPM_ARRAY && lpm->routes >= LPM_ARRAY_MAX &&
	    lpm_array_find(root, &key, len) == MFIB_LPM_NONE) {
		err = to_tree(lpm, root);
		if (err)
			return err;
		root = lpm_dereference_writer(lpm->root);
	}
	tree = root->tree;
	if (tree)
		err = lpm_tree_insert(tree, &key, len, value, &was);
	else
		err = lpm_array_insert(lpm, root, &key, len, value, &was);
	if (err)
		return err;
	if (was == MFIB_LPM_NONE)
		lpm->routes++;
	if (old)
		*old = was;
	if (tree) {
		lpm_direct_consider(lpm);
		lpm_compact(tree);
	}
	return 0;
}

/**
 * mfib_lpm_remove() - take a prefix out
 * @lpm: the tree
 * @addr: address of the prefix in network byte order
 * @len: length of the prefix
 *
 * It cannot fail; it waits for memory if it must.
 *
 * Context: May sleep. The caller holds the writer lock.
 * Return: the value that the prefix had, MFIB_LPM_NONE if it was not there.
 */
u32 mfib_lpm_remove(struct mfib_lpm *lpm, const u8 *addr, u8 len)
{
	struct lpm_root *root = lpm_dereference_writer(lpm->root);
	struct lpm_tree *tree = root->tree;
	struct lpm_key key;
	u32 value;

	if (len > lpm->width)
		return MFIB_LPM_NONE;
	key = lpm_key_truncate(lpm_key_load(addr, lpm->width), len);
	if (tree)
		value = lpm_tree_remove(tree, &key, len);
	else
		value = lpm_array_remove(root, &key, len);
	if (value == MFIB_LPM_NONE)
		return value;
	lpm->routes--;
	if (!tree) {
		lpm_array_shrink(lpm, root);
		return value;
	}
	lpm_direct_consider(lpm);
	lpm_compact(tree);
	if (lpm->routes <= LPM_TREE_MIN)
		to_array(lpm, tree);
	return value;
}
