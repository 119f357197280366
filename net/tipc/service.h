/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the binding table is made of; for names.c and subs.c only.
 *
 * A service type has two trees of bindings: what sockets of this node are bound
 * to, and what those of other nodes are. So the closest one is found at once
 * however many far ones overlap it. A binding is a range with the publications of
 * all sockets that are bound to just that, in a tree of its own by node, socket
 * and key; whose turn it is, is a cursor in there.
 */
#ifndef _TIPC_SERVICE_H
#define _TIPC_SERVICE_H

#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "names.h"
#include "span.h"

/**
 * struct tipc_binding - a range that somebody is bound to
 * @span: the range
 * @publs: &struct tipc_publ by node, port, key
 * @turn: the one that is to answer next
 */
struct tipc_binding {
	struct tipc_span span;
	struct rb_root publs;
	struct tipc_publ *turn;
};

/**
 * struct tipc_service - all that is known of a service type
 * @type: the type
 * @lock: protects all below
 * @near: bindings of sockets of this node
 * @far: bindings of sockets of other nodes
 * @subs: &struct tipc_sub.span of who wants to be told
 * @rcu: frees it after the last lookup
 *
 * It is in the table as long as one of the trees is not empty. Who has found it
 * just before it was taken out finds nothing in it.
 */
struct tipc_service {
	u32 type;
	spinlock_t lock; /* see above */
	struct rb_root near;
	struct rb_root far;
	struct rb_root subs;
	struct rcu_head rcu;
};

#define tipc_publ_of(rb)	rb_entry(rb, struct tipc_publ, of_binding)

/* The binding that a span is of, or NULL. */
static inline struct tipc_binding *tipc_binding_of(struct tipc_span *span)
{
	return span ? container_of(span, struct tipc_binding, span) : NULL;
}

/* The tree of those of this node, or of other nodes. */
static inline struct rb_root *tipc_bindings(struct tipc_service *service,
					    bool near)
{
	return near ? &service->near : &service->far;
}

/* The first of those that are bound to the range; there is always one. */
static inline struct tipc_publ *
tipc_binding_first(const struct tipc_binding *binding)
{
	return tipc_publ_of(rb_first(&binding->publs));
}

/* The one behind another, or NULL. */
static inline struct tipc_publ *tipc_publ_next(struct tipc_publ *publ)
{
	struct rb_node *rb = rb_next(&publ->of_binding);

	return rb ? tipc_publ_of(rb) : NULL;
}

struct tipc_service *tipc_service_get(struct tipc_names *names, u32 type);
void tipc_service_put(struct tipc_names *names, struct tipc_service *service);

int tipc_binding_add(struct tipc_binding *binding, struct tipc_publ *publ);
struct tipc_publ *tipc_binding_from(const struct tipc_binding *binding,
				    u32 node, u32 port, u32 key);
struct tipc_publ *tipc_binding_find(const struct tipc_binding *binding,
				    u32 node, u32 port, u32 key);

#endif /* _TIPC_SERVICE_H */
