// SPDX-License-Identifier: GPL-2.0
/*
 * Cells: nodes with one run. In the direct table for IPv4 they stand for leaves
 * and holes, so that what a lookup finds there is always a node, and it need not
 * tell what it has found. There is one for each value that a narrow slot has
 * room for, as far as there have been such values, and one for each place of
 * the top, which has the value of that.
 */
#include "lpm_tree.h"

#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#define MIN_CELLS	256U

#define GFP		(GFP_KERNEL_ACCOUNT | __GFP_NOWARN)

static u16 top_slot(u32 value)
{
	return value <= LPM_NARROW_MAX ? value : LPM_HOLE16;
}

static void set_base(struct lpm_tree *tree, u32 window,
		     const struct lpm_cell *cell)
{
	WRITE_ONCE(tree->images.base[window], (unsigned long)cell -
		   ((unsigned long)window << LPM_WINDOW_BITS));
}

static bool make_values(struct lpm_tree *tree)
{
	u32 n = roundup_pow_of_two(tree->narrow_most | (MIN_CELLS - 1)), i;
	size_t size = n * sizeof(struct lpm_cell);
	struct lpm_cell *cell;

	cell = kvzalloc(size, GFP);
	if (!cell)
		return false;
	for (i = 0; i < n; i++) {
		cell[i].map = 1;
		cell[i].slot = i;
	}
	set_base(tree, LPM_VALUES, cell);
	if (tree->value_cell)
		kvfree_rcu_mightsleep(tree->value_cell);
	tree->value_cell = cell;
	tree->bytes += (n - tree->value_cells) * sizeof(*cell);
	tree->value_cells = n;
	return true;
}

/**
 * lpm_cells_make() - make the cells that a direct table needs
 * @tree: the tree
 *
 * Context: the writer lock; may sleep.
 * Return: false without memory.
 */
bool lpm_cells_make(struct lpm_tree *tree)
{
	u32 n = 1 << tree->top_bits, i;
	size_t size = n * sizeof(struct lpm_cell);

	tree->top_cell = kvzalloc(size, GFP);
	if (!tree->top_cell)
		return false;
	if (!make_values(tree)) {
		kvfree(tree->top_cell);
		tree->top_cell = NULL;
		return false;
	}
	for (i = 0; i < n; i++) {
		tree->top_cell[i].map = 1;
		tree->top_cell[i].slot = top_slot(tree->top[i]);
	}
	set_base(tree, LPM_TOPS, tree->top_cell);
	tree->bytes += size;
	return true;
}

/**
 * lpm_cells_free() - free the cells
 * @tree: the tree
 * @rcu: wait until no reader is in them any more
 *
 * Context: the writer lock; may sleep.
 */
void lpm_cells_free(struct lpm_tree *tree, bool rcu)
{
	if (!tree->top_cell)
		return;
	if (rcu) {
		kvfree_rcu_mightsleep(tree->top_cell);
		kvfree_rcu_mightsleep(tree->value_cell);
	} else {
		kvfree(tree->top_cell);
		kvfree(tree->value_cell);
	}
	tree->bytes -= (tree->value_cells + (1 << tree->top_bits)) *
		       sizeof(struct lpm_cell);
	tree->top_cell = NULL;
	tree->value_cell = NULL;
	tree->value_cells = 0;
}

/**
 * lpm_cells_expect() - a value is about to come into the tree
 * @tree: the tree
 * @value: the value
 *
 * Without memory it has no cell, which costs lookups some time.
 *
 * Context: the writer lock; may sleep.
 */
void lpm_cells_expect(struct lpm_tree *tree, u32 value)
{
	if (value > LPM_NARROW_MAX)
		return;
	if (value > tree->narrow_most)
		tree->narrow_most = value;
	if (tree->top_cell && value >= tree->value_cells)
		make_values(tree);
}

/**
 * lpm_cells_top() - the value of places of the top has changed
 * @tree: the tree
 * @from: the first place
 * @to: behind the last one; all have the same value
 *
 * Context: the writer lock, inside of a change of lpm_tree.seq.
 */
void lpm_cells_top(struct lpm_tree *tree, unsigned int from, unsigned int to)
{
	u16 slot = top_slot(tree->top[from]);

	for (; from < to; from++)
		WRITE_ONCE(tree->top_cell[from].slot, slot);
}

/**
 * lpm_cell_word() - what is in a direct table for IPv4 for a word
 * @tree: the tree
 * @word: the word
 * @top: place of the top that it is in
 *
 * Context: the writer lock.
 * Return: a reference of a cell if there is one for the word; else the word, a
 * leaf with LPM_WIDE.
 */
u32 lpm_cell_word(const struct lpm_tree *tree, u32 word, unsigned int top)
{
	if (lpm_is_node(word))
		return word;
	if (word == LPM_HOLE)
		return lpm_cell_ref(LPM_TOPS, top);
	if (lpm_value(word) < tree->value_cells)
		return lpm_cell_ref(LPM_VALUES, lpm_value(word));
	return word | LPM_WIDE;
}

/**
 * lpm_cells_check() - check that cells are what they should be
 * @tree: the tree
 *
 * Context: the writer lock.
 * Return: true if they are.
 */
bool lpm_cells_check(const struct lpm_tree *tree)
{
	const struct lpm_cell *cell = tree->value_cell;
	u32 i;

	if (!tree->top_cell != !(tree->direct && tree->width == 32))
		return false;
	for (i = 0; i < tree->value_cells; i++)
		if (cell[i].map != 1 || cell[i].slot != i)
			return false;
	cell = tree->top_cell;
	for (i = 0; cell && i < 1U << tree->top_bits; i++)
		if (cell[i].map != 1 || cell[i].slot != top_slot(tree->top[i]))
			return false;
	return true;
}
