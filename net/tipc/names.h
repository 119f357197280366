/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The binding table: which sockets serve which service addresses, and who wants
 * to be told. It knows of no socket, packet or node.
 */
#ifndef _TIPC_NAMES_H
#define _TIPC_NAMES_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/tipc.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "span.h"

/**
 * struct tipc_publ - a publication: a socket is bound to a service range
 * @type: service type
 * @lower: lower bound of the range
 * @upper: upper bound of the range
 * @scope: %TIPC_NODE_SCOPE or %TIPC_CLUSTER_SCOPE
 * @near: it is a socket of this node
 * @node: the node of the socket, 0 if @near: this node may yet get its address
 * @port: the socket
 * @key: tells apart what the socket has bound more than once
 * @of_owner: for the use of who has published it
 * @binding: the range and all who are bound to it
 * @of_binding: links it into @binding
 *
 * The memory is the owner's; the table keeps a pointer from tipc_names_add()
 * until tipc_names_del().
 */
struct tipc_publ {
	u32 type;
	u32 lower;
	u32 upper;
	u8 scope;
	bool near;
	u32 node;
	u32 port;
	u32 key;
	struct list_head of_owner;
	struct tipc_binding *binding;
	struct rb_node of_binding;
};

/**
 * struct tipc_sub - somebody wants to know who serves a range
 * @span: the range; its bounds are set by the owner, the rest is the table's
 * @type: service type
 * @filter: %TIPC_SUB_PORTS, %TIPC_SUB_SERVICE or 0 for no events
 * @event: called with %TIPC_PUBLISHED or %TIPC_WITHDRAWN; must not sleep, nor
 *	call back into the table
 */
struct tipc_sub {
	struct tipc_span span;
	u32 type;
	u32 filter;
	void (*event)(struct tipc_sub *sub, u32 event,
		      const struct tipc_publ *publ);
};

/**
 * struct tipc_names - the binding table of a node
 * @lock: serialises changes; inside it the lock of a service
 * @changes: how often something was published or withdrawn, for those who go along
 *	the table in several steps; wraps
 * @services: &struct tipc_service by type; looked up under RCU
 */
struct tipc_names {
	spinlock_t lock; /* see above */
	unsigned int changes;
	struct xarray services;
};

/**
 * struct tipc_dest - where a service address leads to
 * @near: to a socket of this node
 * @node: to that node, unless @near
 * @port: to that socket
 */
struct tipc_dest {
	bool near;
	u32 node;
	u32 port;
};

/**
 * struct tipc_names_pos - where a walk over all publications goes on
 * @near_only: leave those of other nodes out; the caller's
 * @begun: the rest means something
 * @type: service type
 * @far: those of other nodes
 * @lower: lower bound
 * @upper: upper bound
 * @node: node
 * @port: socket
 * @key: key
 *
 * All zeroes but for @near_only to begin with.
 */
struct tipc_names_pos {
	bool near_only;
	bool begun;
	u32 type;
	bool far;
	u32 lower;
	u32 upper;
	u32 node;
	u32 port;
	u32 key;
};

/* Called for a publication under the table's locks; 0 to go on. */
typedef int (*tipc_publ_fn)(const struct tipc_publ *publ, void *arg);

void tipc_names_init(struct tipc_names *names);
void tipc_names_destroy(struct tipc_names *names);

int tipc_names_add(struct tipc_names *names, struct tipc_publ *publ);
void tipc_names_del(struct tipc_names *names, struct tipc_publ *publ);
struct tipc_publ *tipc_names_take(struct tipc_names *names,
				  const struct tipc_publ *like);

struct tipc_publ *tipc_names_own(struct tipc_names *names,
				 const struct tipc_service_range *range,
				 u8 scope, u32 port);

bool tipc_names_lookup(struct tipc_names *names, u32 type, u32 instance,
		       u32 node, bool near_only, struct tipc_dest *dest);
int tipc_names_match(struct tipc_names *names, bool near, u32 type, u32 lower,
		     u32 upper, tipc_publ_fn fn, void *arg);
int tipc_names_walk(struct tipc_names *names, struct tipc_names_pos *pos,
		    tipc_publ_fn fn, void *arg);

int tipc_names_subscribe(struct tipc_names *names, struct tipc_sub *sub);
void tipc_names_unsubscribe(struct tipc_names *names, struct tipc_sub *sub);

#endif /* _TIPC_NAMES_H */
