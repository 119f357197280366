// SPDX-License-Identifier: GPL-2.0
#include "nodes.h"

#include <linux/errno.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "msg.h"
#include "net.h"
#include "upper.h"

/* Nodes of a namespace: anybody on the network can make them up. */
#define NODES_MAX	4096

/* Those that are not there make room for others after so long. */
#define UNSEEN		(10ULL * NSEC_PER_SEC)

static unsigned int net_id __read_mostly;

static inline u32 hash_addr(const void *key, u32 len, u32 seed)
{
	return jhash_1word(*(const u32 *)key, seed);
}

static inline int compare_addr(struct rhashtable_compare_arg *arg,
			       const void *obj)
{
	const struct tipc_node *node = obj;

	return node->addr != *(const u32 *)arg->key;
}

static const struct rhashtable_params by_addr_params = {
	.key_len	= sizeof(u32),
	.key_offset	= offsetof(struct tipc_node, addr),
	.head_offset	= offsetof(struct tipc_node, by_addr),
	.hashfn		= hash_addr,
	.obj_cmpfn	= compare_addr,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by_id_params = {
	.key_len	= TIPC_NODEID_LEN,
	.key_offset	= offsetof(struct tipc_node, id),
	.head_offset	= offsetof(struct tipc_node, by_id),
	.automatic_shrinking = true,
};

/**
 * tipc_nodes() - the nodes that a namespace knows
 * @net: the namespace
 *
 * Return: the table.
 */
struct tipc_nodes *tipc_nodes(const struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * tipc_nodes_find() - a node by its address
 * @nodes: the nodes that are known
 * @addr: the address
 *
 * Context: RCU.
 * Return: the node, or NULL.
 */
struct tipc_node *tipc_nodes_find(struct tipc_nodes *nodes, u32 addr)
{
	return rhashtable_lookup(&nodes->by_addr, &addr, by_addr_params);
}

/**
 * tipc_nodes_objection() - whether an address is free for a node
 * @nodes: the nodes that are known
 * @info: the node, and the address that it tries
 *
 * Context: BH or process.
 * Return: 0 if it is, or another one that is.
 */
u32 tipc_nodes_objection(struct tipc_nodes *nodes,
			 const struct tipc_disc_peer *info)
{
	u32 addr = info->addr;
	struct tipc_node *node;

	rcu_read_lock();
	node = rhashtable_lookup(&nodes->by_id, info->id, by_id_params);
	if (node) {
		addr = READ_ONCE(node->addr);
		goto out;
	}
	while (addr == READ_ONCE(nodes->self.addr) || !addr ||
	       rhashtable_lookup(&nodes->by_addr, &addr, by_addr_params))
		addr++;
out:
	rcu_read_unlock();
	return addr == info->addr ? 0 : addr;
}

static int insert(struct tipc_nodes *nodes, struct tipc_node *node)
{
	int err;

	err = rhashtable_lookup_insert_fast(&nodes->by_id, &node->by_id,
					    by_id_params);
	if (err)
		return err;
	err = rhashtable_lookup_insert_fast(&nodes->by_addr, &node->by_addr,
					    by_addr_params);
	if (err) {
		rhashtable_remove_fast(&nodes->by_id, &node->by_id,
				       by_id_params);
		return err;
	}
	list_add_tail_rcu(&node->list, &nodes->list);
	nodes->count++;
	nodes->changes++;
	return 0;
}

/* Has nodes forgotten, but not all the time. */
static void make_room(struct tipc_nodes *nodes)
{
	u64 now = ktime_get_ns();

	lockdep_assert_held(&nodes->lock);
	if (now - nodes->reaped < NSEC_PER_SEC)
		return;
	nodes->reaped = now;
	queue_work(tipc_wq, &nodes->reap);
}

/**
 * tipc_nodes_found() - a bearer has heard of a node
 * @nodes: the nodes that are known
 * @bearer: the bearer
 * @info: what it heard
 *
 * A node that is known by another bearer, or has taken another address, is left as
 * it is until it has been lost.
 *
 * Context: BH, RCU.
 */
void tipc_nodes_found(struct tipc_nodes *nodes, struct tipc_bearer *bearer,
		      const struct tipc_disc_peer *info)
{
	struct tipc_node *node;
	bool made = false;

	spin_lock_bh(&nodes->lock);
	node = rhashtable_lookup(&nodes->by_id, info->id, by_id_params);
	if (!node && nodes->count >= NODES_MAX) {
		make_room(nodes);
	} else if (!node) {
		node = tipc_node_make(nodes, bearer, info);
		if (node && insert(nodes, node)) {
			kfree(node);
			node = NULL;
		}
		made = node;
	}
	spin_unlock_bh(&nodes->lock);
	if (made)
		tipc_bearer_count(bearer, 1);
	if (!node || node->bearer != bearer || node->addr != info->addr)
		return;

	spin_lock_bh(&node->lock);
	if (!node->dead)
		tipc_peer_found(&node->peer, info, &node->io);
	tipc_node_settle(node);
	spin_unlock_bh(&node->lock);
}

/**
 * tipc_nodes_rcv() - a packet of a link has come
 * @nodes: the nodes that are known
 * @bearer: where it came
 * @skb: the packet, checked; freed
 *
 * Context: BH, RCU.
 */
void tipc_nodes_rcv(struct tipc_nodes *nodes, struct tipc_bearer *bearer,
		    struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	struct tipc_node *node;

	if (tipc_hdr_size(msg) > TIPC_HDR_MIN &&
	    tipc_get(msg, TIPC_F_DEST_NODE) != READ_ONCE(nodes->self.addr)) {
		tipc_bearer_drop(bearer, skb,
				 TIPC_CGR_BEARER_STAT_DROP_FOREIGN);
		return;
	}
	node = tipc_nodes_find(nodes, tipc_get(msg, TIPC_F_PREV_NODE));
	if (!node || node->bearer != bearer) {
		tipc_bearer_drop(bearer, skb,
				 TIPC_CGR_BEARER_STAT_DROP_UNKNOWN);
		return;
	}
	spin_lock(&node->lock);
	if (node->dead)
		kfree_skb(skb);
	else
		tipc_link_rcv(&node->peer.link, skb, &node->io,
			      ktime_get_ns());
	tipc_node_settle(node);
	spin_unlock(&node->lock);
}

/**
 * tipc_node_remove() - forget a node
 * @node: the node; freed after a grace period
 *
 * Those above and the node itself are told.
 *
 * Context: RTNL; sleeps.
 */
void tipc_node_remove(struct tipc_node *node)
{
	struct tipc_nodes *nodes = node->nodes;

	ASSERT_RTNL();
	spin_lock_bh(&nodes->lock);
	rhashtable_remove_fast(&nodes->by_id, &node->by_id, by_id_params);
	rhashtable_remove_fast(&nodes->by_addr, &node->by_addr,
			       by_addr_params);
	list_del_rcu(&node->list);
	nodes->count--;
	nodes->changes++;
	spin_unlock_bh(&nodes->lock);
	tipc_node_end(node);
}

/**
 * tipc_nodes_forget() - forget the nodes that a bearer reaches
 * @nodes: the nodes that are known
 * @bearer: the bearer; finds no new ones
 *
 * Context: RTNL; sleeps.
 */
void tipc_nodes_forget(struct tipc_nodes *nodes, struct tipc_bearer *bearer)
{
	struct tipc_node *node, *next;

	ASSERT_RTNL();
	/* Nobody else removes nodes, and no new ones come by this bearer. */
	list_for_each_entry_safe(node, next, &nodes->list, list) {
		if (node->bearer == bearer)
			tipc_node_remove(node);
	}
}

/* Makes room: forgets nodes that were made up, as far as one can tell. */
static void reap(struct work_struct *work)
{
	struct tipc_nodes *nodes = container_of(work, struct tipc_nodes, reap);
	u64 now = ktime_get_ns();
	struct tipc_node *node, *next;
	bool idle;

	rtnl_lock();
	list_for_each_entry_safe(node, next, &nodes->list, list) {
		spin_lock_bh(&node->lock);
		idle = !tipc_link_is_up(&node->peer.link) &&
		       now - node->found >= UNSEEN;
		spin_unlock_bh(&node->lock);
		if (idle)
			tipc_node_remove(node);
	}
	rtnl_unlock();
}

/* This node has got its address. */
static void publish_self(struct work_struct *work)
{
	struct tipc_nodes *nodes = container_of(work, struct tipc_nodes, named);

	if (tipc_topology_self(nodes->net))
		queue_work(tipc_wq, work);
}

static int __net_init init_net_ns(struct net *net)
{
	struct tipc_nodes *nodes = tipc_nodes(net);
	int err;

	nodes->net = net;
	nodes->eth = (struct tipc_bearer_config){
		.priority = TIPC_PRIORITY_DEFAULT,
		.tolerance = TIPC_TOLERANCE_DEFAULT,
		.window = TIPC_WINDOW_DEFAULT,
	};
	spin_lock_init(&nodes->lock);
	INIT_LIST_HEAD(&nodes->list);
	INIT_LIST_HEAD(&nodes->bearers);
	INIT_WORK(&nodes->named, publish_self);
	INIT_WORK(&nodes->reap, reap);
	nodes->self.netid = TIPC_NETID_DEFAULT;
	nodes->self.signature = get_random_u32() & 0x7fff;
	nodes->self.caps = TIPC_CAP_SYN | TIPC_CAP_BLOCK_FLOWCTL |
			   TIPC_CAP_BCAST_RCAST | TIPC_CAP_NODE_ID128 |
			   TIPC_CAP_LINK_PROTO_SEQNO;
	err = rhashtable_init(&nodes->by_addr, &by_addr_params);
	if (err)
		return err;
	err = rhashtable_init(&nodes->by_id, &by_id_params);
	if (err)
		rhashtable_destroy(&nodes->by_addr);
	return err;
}

/* Devices may be gone after this; the core waits for a grace period. */
static void __net_exit pre_exit_net_ns(struct net *net)
{
	struct tipc_nodes *nodes = tipc_nodes(net);
	struct tipc_bearer *bearer, *next;

	rtnl_lock();
	list_for_each_entry_safe(bearer, next, &nodes->bearers, list)
		tipc_bearer_disable(bearer);
	rtnl_unlock();
	cancel_work_sync(&nodes->named);
	cancel_work_sync(&nodes->reap);
}

static void __net_exit exit_net_ns(struct net *net)
{
	struct tipc_nodes *nodes = tipc_nodes(net);

	rhashtable_destroy(&nodes->by_addr);
	rhashtable_destroy(&nodes->by_id);
}

static struct pernet_operations net_ops = {
	.init		= init_net_ns,
	.pre_exit	= pre_exit_net_ns,
	.exit		= exit_net_ns,
	.id		= &net_id,
	.size		= sizeof(struct tipc_nodes),
};

/**
 * tipc_nodes_setup() - set up every namespace, those to come included
 *
 * Return: 0 or a negative errno.
 */
int __init tipc_nodes_setup(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * tipc_nodes_teardown() - take every namespace down
 */
void tipc_nodes_teardown(void)
{
	unregister_pernet_subsys(&net_ops);
}
