// SPDX-License-Identifier: GPL-2.0
/*
 * Connections to other nodes, in a table by node: when a node is lost, all that
 * have their peer there are told at once, and nobody else is looked at.
 */
#include "conns.h"

#include <linux/hash.h>
#include <linux/skbuff.h>
#include <linux/tipc.h>

#include "conn.h"
#include "msg.h"
#include "net.h"
#include "route.h"
#include "upper.h"

/* How many connections are told in one go. */
#define BATCH	64

static struct hlist_head *bucket(struct tipc_net *tn, u32 node)
{
	return &tn->conns.of_node[hash_32(node, TIPC_CONNS_BITS)];
}

static struct sk_buff *alloc_last_word(gfp_t gfp)
{
	return tipc_msg_alloc(0, TIPC_CRITICAL_IMPORTANCE, TIPC_T_CONN,
			      TIPC_HDR_MIN, 0, 0, gfp);
}

/* Makes of it what the peer would say if it could still. */
static void fill_last_word(struct sk_buff *skb, const struct tipc_conn *conn)
{
	struct tipc_msg *msg = tipc_msg(skb);

	tipc_set(msg, TIPC_F_PREV_NODE, conn->peer_node);
	tipc_set(msg, TIPC_F_ERROR, TIPC_ERR_NO_NODE);
	tipc_set(msg, TIPC_F_ORIG_PORT, conn->peer_port);
	tipc_set(msg, TIPC_F_DEST_PORT, conn->port);
}

/**
 * tipc_conns_set_peer() - note who the peer of a connection is
 * @tn: the node
 * @conn: the connection
 * @node: node of the peer, its address or 0 for this one
 * @port: the peer
 *
 * To be called before the first message is sent there: then a node that is lost is
 * noticed by one or the other.
 *
 * Context: whoever has @conn locks it.
 */
void tipc_conns_set_peer(struct tipc_net *tn, struct tipc_conn *conn, u32 node,
			 u32 port)
{
	if (tipc_is_self(tn->net, node))
		node = 0;
	spin_lock_bh(&tn->conns.lock);
	if (!hlist_unhashed(&conn->of_node))
		hlist_del_init(&conn->of_node);
	conn->lost = false;
	WRITE_ONCE(conn->peer_node, node);
	WRITE_ONCE(conn->peer_port, port);
	if (node)
		hlist_add_head(&conn->of_node, bucket(tn, node));
	spin_unlock_bh(&tn->conns.lock);
}

/**
 * tipc_conns_forget() - a connection goes, or has not come about
 * @tn: the node
 * @conn: the connection
 */
void tipc_conns_forget(struct tipc_net *tn, struct tipc_conn *conn)
{
	spin_lock_bh(&tn->conns.lock);
	if (!hlist_unhashed(&conn->of_node))
		hlist_del_init(&conn->of_node);
	spin_unlock_bh(&tn->conns.lock);
}

/* Leaves the rest to tell_lost(), since memory is short. */
static void put_off(struct tipc_net *tn, u32 node)
{
	struct tipc_conn *conn;

	hlist_for_each_entry(conn, bucket(tn, node), of_node) {
		if (conn->peer_node == node)
			conn->lost = true;
	}
	queue_work(tipc_wq, &tn->conns.tell_lost);
}

/* The last words of some connections to a node. Says whether there are more. */
static bool take_some(struct tipc_net *tn, u32 node, struct sk_buff_head *msgs)
{
	struct hlist_node *next;
	struct tipc_conn *conn;
	struct sk_buff *skb;
	bool more = false;

	spin_lock_bh(&tn->conns.lock);
	hlist_for_each_entry_safe(conn, next, bucket(tn, node), of_node) {
		if (conn->peer_node != node || conn->lost)
			continue;
		more = skb_queue_len(msgs) == BATCH;
		if (more)
			break;
		skb = alloc_last_word(GFP_ATOMIC);
		if (!skb) {
			put_off(tn, node);
			break;
		}
		fill_last_word(skb, conn);
		hlist_del_init(&conn->of_node);
		__skb_queue_tail(msgs, skb);
	}
	spin_unlock_bh(&tn->conns.lock);
	return more;
}

/* See upper.h. */
void tipc_sk_node_lost(struct net *net, u32 node)
{
	struct sk_buff_head msgs;
	struct sk_buff *skb;
	bool more;

	__skb_queue_head_init(&msgs);
	do {
		more = take_some(tipc_net(net), node, &msgs);
		while ((skb = __skb_dequeue(&msgs)))
			tipc_xmit(net, skb, 0, 0);
	} while (more);
	tipc_sk_wakeup(net, node, TIPC_CRITICAL_IMPORTANCE);
}

static bool take_lost(struct tipc_net *tn, struct sk_buff *skb)
{
	struct tipc_conn *conn;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tn->conns.of_node); i++) {
		hlist_for_each_entry(conn, &tn->conns.of_node[i], of_node) {
			if (!conn->lost)
				continue;
			fill_last_word(skb, conn);
			hlist_del_init(&conn->of_node);
			return true;
		}
	}
	return false;
}

static void tell_lost(struct work_struct *work)
{
	struct tipc_net *tn = container_of(work, struct tipc_net,
					   conns.tell_lost);
	struct sk_buff *skb;
	bool found;

	do {
		skb = alloc_last_word(TIPC_GFP_SURE);
		spin_lock_bh(&tn->conns.lock);
		found = take_lost(tn, skb);
		spin_unlock_bh(&tn->conns.lock);
		if (found)
			tipc_xmit(tn->net, skb, 0, 0);
		else
			kfree_skb(skb);
	} while (found);
}

/**
 * tipc_conns_init() - know of no connections
 * @tn: the node
 */
void tipc_conns_init(struct tipc_net *tn)
{
	spin_lock_init(&tn->conns.lock);
	INIT_WORK(&tn->conns.tell_lost, tell_lost);
}

/**
 * tipc_conns_stop() - there are no nodes any more
 * @tn: the node, without links
 *
 * Context: may sleep.
 */
void tipc_conns_stop(struct tipc_net *tn)
{
	cancel_work_sync(&tn->conns.tell_lost);
}
