/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's red-black trees in form only: nothing keeps these balanced. */
#ifndef _SHIM_LINUX_RBTREE_H
#define _SHIM_LINUX_RBTREE_H

#include <linux/container_of.h>
#include <stdbool.h>
#include <stddef.h>

struct rb_node {
	struct rb_node *parent, *rb_left, *rb_right;
};

struct rb_root {
	struct rb_node *rb_node;
};

#define RB_ROOT			((struct rb_root){ NULL })
#define RB_EMPTY_ROOT(root)	(!(root)->rb_node)
#define rb_entry(p, type, m)	container_of(p, type, m)
#define rb_parent(rb)		((rb)->parent)

static inline void rb_link_node(struct rb_node *rb, struct rb_node *parent,
				struct rb_node **link)
{
	rb->parent = parent;
	rb->rb_left = NULL;
	rb->rb_right = NULL;
	*link = rb;
}

static inline void rb_insert_color(struct rb_node *rb, struct rb_root *root)
{
	(void)rb;
	(void)root;
}

static inline struct rb_node *shim_leftmost(struct rb_node *rb)
{
	while (rb && rb->rb_left)
		rb = rb->rb_left;
	return rb;
}

static inline struct rb_node *rb_first(const struct rb_root *root)
{
	return shim_leftmost(root->rb_node);
}

static inline struct rb_node *rb_next(const struct rb_node *rb)
{
	if (rb->rb_right)
		return shim_leftmost(rb->rb_right);
	while (rb->parent && rb->parent->rb_right == rb)
		rb = rb->parent;
	return rb->parent;
}

static inline void shim_rb_replace(struct rb_root *root, struct rb_node *old,
				   struct rb_node *new)
{
	if (!old->parent)
		root->rb_node = new;
	else if (old->parent->rb_left == old)
		old->parent->rb_left = new;
	else
		old->parent->rb_right = new;
	if (new)
		new->parent = old->parent;
}

/* Returns the lowest node whose subtree has changed. */
static inline struct rb_node *shim_rb_erase(struct rb_node *rb,
					    struct rb_root *root)
{
	struct rb_node *changed = rb->parent, *next;

	if (!rb->rb_left || !rb->rb_right) {
		shim_rb_replace(root, rb, rb->rb_left ? rb->rb_left :
						       rb->rb_right);
		return changed;
	}
	next = shim_leftmost(rb->rb_right);
	changed = next->parent == rb ? next : next->parent;
	shim_rb_replace(root, next, next->rb_right);
	shim_rb_replace(root, rb, next);
	next->rb_left = rb->rb_left;
	next->rb_left->parent = next;
	next->rb_right = rb->rb_right;
	if (next->rb_right)
		next->rb_right->parent = next;
	return changed;
}

static inline void rb_erase(struct rb_node *rb, struct rb_root *root)
{
	shim_rb_erase(rb, root);
}

#endif /* _SHIM_LINUX_RBTREE_H */
