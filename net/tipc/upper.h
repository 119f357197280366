/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What nodes and links call of the layers above them, sockets and the name table.
 * None of these is called with a node's or link's lock held.
 */
#ifndef _TIPC_UPPER_H
#define _TIPC_UPPER_H

#include <linux/types.h>

struct net;
struct sk_buff;

/**
 * struct tipc_name_pub - a binding, as nodes tell each other about it
 * @type: service type
 * @lower: lower bound of the range
 * @upper: upper bound of the range
 * @port: the socket
 * @key: tells apart what the socket has bound more than once
 */
struct tipc_name_pub {
	u32 type;
	u32 lower;
	u32 upper;
	u32 port;
	u32 key;
};

/**
 * struct tipc_name_cursor - how far a walk over the bindings of this node is
 * @last: the last one that was returned
 * @started: whether there is a last one
 */
struct tipc_name_cursor {
	struct tipc_name_pub last;
	bool started;
};

/**
 * tipc_sk_rcv() - a message from another node
 * @net: the namespace
 * @skb: a whole message for a socket (data, connection manager, groups), checked
 *	by tipc_msg_check(). Those of one sender come in order, and no other call
 *	brings a message of that node before this one has returned. Taken, whatever
 *	becomes of it. It may be a clone: read only.
 *
 * Context: BH, RCU.
 */
void tipc_sk_rcv(struct net *net, struct sk_buff *skb);

/**
 * tipc_sk_wakeup() - a node takes messages again
 * @net: the namespace
 * @node: which one
 * @importance: the highest importance that it refused; whoever waits with this or
 *	a lower one may try again
 *
 * Context: process or BH; must not sleep.
 */
void tipc_sk_wakeup(struct net *net, u32 node, u32 importance);

/**
 * tipc_sk_node_lost() - there is no link to a node any more
 * @net: the namespace
 * @node: which one
 *
 * Connections to it break, and whoever waits for it is woken up. Comes after the
 * last message from it, and before the first one if it comes back.
 *
 * Context: process or BH; must not sleep.
 */
void tipc_sk_node_lost(struct net *net, u32 node);

/**
 * tipc_names_publish() - another node has published a binding
 * @net: the namespace
 * @node: which one
 * @pub: what it says; not checked, except that it came from there
 *
 * Context: process or BH; must not sleep.
 * Of the reserved types a node may publish its own state only: %TIPC_NODE_STATE
 * and its own address. That is how subscribers learn of nodes.
 *
 * Return: 0; -EEXIST if it was there, -EINVAL if the range is inverted or of a
 * reserved type, -ENOMEM or -ENOSPC if there is no room.
 */
int tipc_names_publish(struct net *net, u32 node,
		       const struct tipc_name_pub *pub);

/**
 * tipc_names_withdraw() - another node has withdrawn a binding
 * @net: the namespace
 * @node: which one
 * @pub: what it says; not checked
 *
 * Context: process or BH; must not sleep.
 * Return: 0, or -ENOENT if there is no such binding of that node.
 */
int tipc_names_withdraw(struct net *net, u32 node,
			const struct tipc_name_pub *pub);

/**
 * tipc_names_node_lost() - forget all bindings of a node
 * @net: the namespace
 * @node: which one
 *
 * Context: process or BH; must not sleep. Work in the number of its bindings may
 * be done later, as long as nobody finds one of them from now on.
 */
void tipc_names_node_lost(struct net *net, u32 node);

/**
 * tipc_names_local() - the next binding of this node with cluster scope
 * @net: the namespace
 * @cursor: zeroed at first
 * @pub: filled in
 *
 * In the order of type, lower, upper (the highest first), port and key, so that a
 * walk can go on after changes: what is there all the time is seen once, what
 * comes and goes may be.
 *
 * Context: process or BH; O(log n).
 * Return: whether there was one.
 */
bool tipc_names_local(struct net *net, struct tipc_name_cursor *cursor,
		      struct tipc_name_pub *pub);

/**
 * tipc_topology_self() - this node has an address
 * @net: the namespace; tipc_self() tells the address from now on, for good
 *
 * Publishes its state, with cluster scope, as every node does of itself.
 *
 * Context: process; once.
 * Return: 0 or -ENOMEM.
 */
int tipc_topology_self(struct net *net);

/**
 * tipc_topology_link() - a link came or went (service type %TIPC_LINK_STATE)
 * @net: the namespace
 * @node: where it leads to
 * @link: its number, bearer of this node << 16 | bearer of the other node
 * @up: whether it came
 *
 * Context: process or BH; must not sleep. In order for one link.
 */
void tipc_topology_link(struct net *net, u32 node, u32 link, bool up);

#endif /* _TIPC_UPPER_H */
