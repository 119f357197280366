/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All nodes that a namespace knows, and the bearers that it knows them by.
 */
#ifndef _TIPC_NODES_H
#define _TIPC_NODES_H

#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "bearer.h"
#include "peer.h"

struct net;

/**
 * struct tipc_nodes - the nodes of a namespace
 * @net: the namespace
 * @lock: changes of the tables, of @list and of @self
 * @self: this node
 * @by_addr: &struct tipc_node by address
 * @by_id: the same by identity
 * @list: all of them; read under RCU
 * @changes: of @list, for those who go along it in several steps; wraps
 * @count: number of nodes
 * @bearers: &struct tipc_bearer; the RTNL
 * @bearer_changes: likewise of @bearers
 * @eth: what bearers begin with; the RTNL
 * @named: publishes that this node is there, once it has an address
 * @reaped: when that was done last, ns
 * @reap: forgets nodes that are not there, when there are too many
 */
struct tipc_nodes {
	struct net *net;
	spinlock_t lock; /* see above */
	struct tipc_self self;
	struct rhashtable by_addr;
	struct rhashtable by_id;
	struct list_head list;
	unsigned int changes;
	unsigned int count;
	struct list_head bearers;
	unsigned int bearer_changes;
	struct tipc_bearer_config eth;
	struct work_struct named;
	u64 reaped;
	struct work_struct reap;
};

/**
 * struct tipc_node - another node, with all that needs a lock
 * @addr: key of &tipc_nodes.by_addr
 * @id: key of &tipc_nodes.by_id
 * @by_addr: links it in there
 * @by_id: likewise
 * @list: links it into &tipc_nodes.list
 * @nodes: the table
 * @bearer: what its link goes over; outlives the node
 * @lock: all below
 * @peer: the node itself
 * @io: what is to be carried outwards and upwards
 * @out_busy: somebody carries outwards
 * @in_busy: somebody carries upwards
 * @more: tipc_peer_step() has more to do
 * @late: the timer has fired while somebody carried upwards, who goes on with it
 * @dead: it has been removed from the tables
 * @seen: the link's state and counter as tracers know them
 * @armed: when the timer will fire, ns; ~0 if it is not armed
 * @found: when it was found, ns
 * @timer: calls tipc_peer_step()
 * @carry: goes on where a carrier has stopped
 * @rcu: frees it after the last packet that found it
 *
 * Found under RCU, and used in that section: so nobody counts references. Removed
 * in process context under the RTNL.
 */
struct tipc_node {
	u32 addr;
	u8 id[TIPC_NODEID_LEN];
	struct rhash_head by_addr;
	struct rhash_head by_id;
	struct list_head list;
	struct tipc_nodes *nodes;
	struct tipc_bearer *bearer;
	spinlock_t lock; /* see above */
	struct tipc_peer peer;
	struct tipc_link_io io;
	bool out_busy;
	bool in_busy;
	bool more;
	bool late;
	bool dead;
	struct {
		enum tipc_link_state state;
		u64 retransmits;
	} seen;
	u64 armed;
	u64 found;
	struct timer_list timer;
	struct work_struct carry;
	struct rcu_head rcu;
};

#define ASSERT_TIPC_NODE(node)	lockdep_assert_held(&(node)->lock)

struct tipc_node *tipc_node_make(struct tipc_nodes *nodes,
				 struct tipc_bearer *bearer,
				 const struct tipc_disc_peer *info);
void tipc_node_settle(struct tipc_node *node);
void tipc_node_end(struct tipc_node *node);

struct tipc_nodes *tipc_nodes(const struct net *net);
struct tipc_node *tipc_nodes_find(struct tipc_nodes *nodes, u32 addr);
void tipc_node_remove(struct tipc_node *node);
u32 tipc_nodes_objection(struct tipc_nodes *nodes,
			 const struct tipc_disc_peer *info);
void tipc_nodes_found(struct tipc_nodes *nodes, struct tipc_bearer *bearer,
		      const struct tipc_disc_peer *info);
void tipc_nodes_rcv(struct tipc_nodes *nodes, struct tipc_bearer *bearer,
		    struct sk_buff *skb);
void tipc_nodes_forget(struct tipc_nodes *nodes, struct tipc_bearer *bearer);

int tipc_nodes_setup(void);
void tipc_nodes_teardown(void);

#endif /* _TIPC_NODES_H */
