// SPDX-License-Identifier: GPL-2.0
/*
 * An interval tree as in Cormen et al., "Introduction to Algorithms": ordered by
 * where spans begin, each node knows how far the spans below it reach. Of those
 * that begin at the same instance the widest comes first.
 */
#include "span.h"

#include <linux/rbtree_augmented.h>

#define span_of(rb)	rb_entry(rb, struct tipc_span, node)
#define SPAN_END(span)	((span)->upper)

RB_DECLARE_CALLBACKS_MAX(static, span_augment, struct tipc_span, node,
			 u32, max, SPAN_END)

/* Whether the span comes before another one with these bounds. */
static bool is_before(const struct tipc_span *span, u32 lower, u32 upper)
{
	return span->lower < lower ||
	       (span->lower == lower && span->upper > upper);
}

/**
 * tipc_span_add() - add a span to a tree
 * @root: the tree
 * @span: the span, its bounds are set; among equal ones it comes last
 */
void tipc_span_add(struct rb_root *root, struct tipc_span *span)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;
	u32 upper = span->upper;

	while (*link) {
		struct tipc_span *other = span_of(*link);

		parent = *link;
		if (other->max < upper)
			other->max = upper;
		link = is_before(span, other->lower, other->upper) ?
		       &parent->rb_left : &parent->rb_right;
	}
	span->max = upper;
	rb_link_node(&span->node, parent, link);
	rb_insert_augmented(&span->node, root, &span_augment);
}

/**
 * tipc_span_del() - remove a span from its tree
 * @root: the tree
 * @span: a span in it
 */
void tipc_span_del(struct rb_root *root, struct tipc_span *span)
{
	rb_erase_augmented(&span->node, root, &span_augment);
}

/**
 * tipc_span_from() - find where a walk goes on
 * @root: the tree
 * @lower: lower bound
 * @upper: upper bound
 *
 * Return: the first span that does not come before one with these bounds, NULL
 * if there is none.
 */
struct tipc_span *tipc_span_from(const struct rb_root *root, u32 lower,
				 u32 upper)
{
	struct rb_node *rb = root->rb_node;
	struct tipc_span *found = NULL;

	while (rb) {
		if (is_before(span_of(rb), lower, upper)) {
			rb = rb->rb_right;
		} else {
			found = span_of(rb);
			rb = rb->rb_left;
		}
	}
	return found;
}

/**
 * tipc_span_find() - find a span by its bounds
 * @root: the tree
 * @lower: lower bound
 * @upper: upper bound
 *
 * Return: the first one with exactly these bounds, NULL if there is none.
 */
struct tipc_span *tipc_span_find(const struct rb_root *root, u32 lower,
				 u32 upper)
{
	struct tipc_span *span = tipc_span_from(root, lower, upper);

	return span && span->lower == lower && span->upper == upper ?
	       span : NULL;
}

/* The first span below @rb that overlaps; that something ends late is known. */
static struct tipc_span *first_below(struct rb_node *rb, u32 lower, u32 upper)
{
	while (rb) {
		struct tipc_span *span = span_of(rb);
		struct rb_node *left = rb->rb_left;

		/*
		 * What reaches far enough on the left begins before all that
		 * is on the right: if it does not overlap, nothing does.
		 */
		if (left && span_of(left)->max >= lower) {
			rb = left;
			continue;
		}
		if (span->lower > upper)
			return NULL;
		if (span->upper >= lower)
			return span;
		rb = rb->rb_right;
	}
	return NULL;
}

/**
 * tipc_span_first() - find the first span that overlaps a range
 * @root: the tree
 * @lower: lower bound of the range
 * @upper: upper bound of the range, @lower to look up an instance
 *
 * Return: the span, NULL if none overlaps. Takes O(log n).
 */
struct tipc_span *tipc_span_first(const struct rb_root *root, u32 lower,
				  u32 upper)
{
	return first_below(root->rb_node, lower, upper);
}

/**
 * tipc_span_next() - find the next span that overlaps a range
 * @span: the one found before
 * @lower: lower bound of the range
 * @upper: upper bound of the range
 *
 * Return: the span, NULL if there are no more. Takes O(log n).
 */
struct tipc_span *tipc_span_next(struct tipc_span *span, u32 lower, u32 upper)
{
	struct rb_node *rb = &span->node, *parent;
	struct tipc_span *found;

	while (1) {
		if (rb->rb_right && span_of(rb->rb_right)->max >= lower) {
			found = first_below(rb->rb_right, lower, upper);
			if (found)
				return found;
		}
		/* Up, to the first one of which this is on the left. */
		for (parent = rb_parent(rb); parent; parent = rb_parent(rb)) {
			if (parent->rb_left == rb)
				break;
			rb = parent;
		}
		if (!parent || span_of(parent)->lower > upper)
			return NULL;
		if (span_of(parent)->upper >= lower)
			return span_of(parent);
		rb = parent;
	}
}
