/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of one network namespace, which is a node of its own.
 */
#ifndef _TIPC_NET_H
#define _TIPC_NET_H

#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/tipc.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "names.h"
#include "port.h"

struct net;

/* Size of the table of connections by node. */
#define TIPC_CONNS_BITS	8

/**
 * struct tipc_net - a node
 * @net: the namespace
 * @self: the node's address, 0 as long as it has none; see tipc_self()
 * @ports: &struct tipc_port by number
 * @names: the binding table
 * @publish_lock: the order in which the table of names changes and the cluster is
 *	told; inside it the locks of @names, and those of other nodes
 * @remotes_lock: changes of @remotes and of the lists in there; inside it the
 *	locks of @names
 * @remotes: what other nodes have published, by address, see cluster.c
 * @conns: connections to other nodes, see conns.c: @of_node by hash of the node,
 *	@lock a leaf
 * @waiting_lock: @waiting; inside it wait queues of sockets
 * @waiting: &struct tipc_sock.of_waiting of who waits for a node
 * @state: that this node is there, as it tells the cluster
 * @top: the topology server
 */
struct tipc_net {
	struct net *net;
	u32 self;
	struct tipc_ports ports;
	struct tipc_names names;
	spinlock_t publish_lock; /* see above */
	spinlock_t remotes_lock; /* see above */
	struct xarray remotes;
	struct {
		spinlock_t lock; /* see above */
		struct hlist_head of_node[1 << TIPC_CONNS_BITS];
		struct work_struct tell_lost;
	} conns;
	spinlock_t waiting_lock; /* see above */
	struct list_head waiting;
	struct tipc_publ *state;
	struct {
		struct tipc_port port;
		struct tipc_publ publ;
		spinlock_t lock; /* all below */
		struct list_head conns;
		unsigned int n_conns;
		bool closed;
	} top;
};

extern struct workqueue_struct *tipc_wq;

struct tipc_net *tipc_net(const struct net *net);
u32 tipc_self(const struct net *net);
bool tipc_is_self(const struct net *net, u32 node);

int tipc_net_setup(void);
void tipc_net_teardown(void);

#endif /* _TIPC_NET_H */
