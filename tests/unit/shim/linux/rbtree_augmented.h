/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_RBTREE_AUGMENTED_H
#define _SHIM_LINUX_RBTREE_AUGMENTED_H

#include <linux/rbtree.h>
#include <linux/types.h>

/*
 * Without rotations there is one thing to do: compute anew how far a node and
 * those below it reach, a u32 at @max behind an rb_node at @node.
 */
struct rb_augment_callbacks {
	size_t node;
	size_t max;
	u32 (*end)(void *p);
};

#define RB_DECLARE_CALLBACKS_MAX(rbstatic, name, type, field, rbtype, aug, last) \
static u32 name##_end(void *p);						\
rbstatic const struct rb_augment_callbacks name = {			\
	.node = offsetof(type, field), .max = offsetof(type, aug),	\
	.end = name##_end						\
};									\
static u32 name##_end(void *p)						\
{									\
	rbtype end = last((type *)p);					\
									\
	return end;							\
}

static inline u32 *shim_max(const struct rb_node *rb,
			    const struct rb_augment_callbacks *a)
{
	char *p = (char *)rb;

	return (u32 *)(p - a->node + a->max);
}

static inline void shim_compute(const struct rb_node *rb,
				const struct rb_augment_callbacks *a)
{
	char *p = (char *)rb;
	u32 max = a->end(p - a->node);

	if (rb->rb_left && *shim_max(rb->rb_left, a) > max)
		max = *shim_max(rb->rb_left, a);
	if (rb->rb_right && *shim_max(rb->rb_right, a) > max)
		max = *shim_max(rb->rb_right, a);
	*shim_max(rb, a) = max;
}

static inline void rb_insert_augmented(struct rb_node *rb, struct rb_root *root,
				       const struct rb_augment_callbacks *a)
{
	rb_insert_color(rb, root);
	shim_compute(rb, a);
}

static inline void rb_erase_augmented(struct rb_node *rb, struct rb_root *root,
				      const struct rb_augment_callbacks *a)
{
	for (rb = shim_rb_erase(rb, root); rb; rb = rb->parent)
		shim_compute(rb, a);
}

#endif /* _SHIM_LINUX_RBTREE_AUGMENTED_H */
