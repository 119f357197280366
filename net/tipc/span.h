/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spans: ranges of service instances that may overlap, in a tree.
 */
#ifndef _TIPC_SPAN_H
#define _TIPC_SPAN_H

#include <linux/rbtree.h>
#include <linux/types.h>

/**
 * struct tipc_span - the instances from @lower to @upper, both included
 * @node: links it into its tree
 * @lower: lower bound
 * @upper: upper bound, not below @lower
 * @max: highest upper bound in the subtree of which it is the root
 */
struct tipc_span {
	struct rb_node node;
	u32 lower;
	u32 upper;
	u32 max;
};

void tipc_span_add(struct rb_root *root, struct tipc_span *span);
void tipc_span_del(struct rb_root *root, struct tipc_span *span);
struct tipc_span *tipc_span_find(const struct rb_root *root, u32 lower,
				 u32 upper);
struct tipc_span *tipc_span_from(const struct rb_root *root, u32 lower,
				 u32 upper);
struct tipc_span *tipc_span_first(const struct rb_root *root, u32 lower,
				  u32 upper);
struct tipc_span *tipc_span_next(struct tipc_span *span, u32 lower, u32 upper);

#endif /* _TIPC_SPAN_H */
