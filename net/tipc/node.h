/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other nodes, as what is above them (sockets, the name table) sees them. What
 * nodes want of those is in upper.h.
 */
#ifndef _TIPC_NODE_H
#define _TIPC_NODE_H

#include <linux/types.h>

struct net;
struct sk_buff;
struct tipc_name_pub;

/**
 * tipc_node_xmit() - send a message to another node
 * @net: the namespace
 * @skb: a whole message of up to %TIPC_MSG_MAX bytes, with %TIPC_HEADROOM in
 *	front and the header complete but for what links fill in: %TIPC_F_ACK,
 *	%TIPC_F_SEQNO and %TIPC_F_BCAST_ACK. It may be nonlinear behind the header,
 *	which must not be shared.
 * @dest: where to; there is no link to this node itself
 * @selector: messages with the same selector stay in order; those with another
 *	one may use another link
 *
 * Links cut messages to what fits into a packet and gather small ones, so nobody
 * above needs to know their MTU. Data may be refused when too much of its
 * importance waits already; messages of other users are never refused for that.
 *
 * Whoever is refused and wants to go on, first makes himself known to
 * tipc_sk_wakeup(), then tries once more, and only then waits: so no wakeup can
 * fall in between.
 *
 * Context: process or BH, with no lock of a node, link, or anything that
 * tipc_sk_rcv() takes.
 * Return: 0, and @skb is taken; -EHOSTUNREACH if there is no link to @dest, and
 * -EAGAIN if the caller is to wait for tipc_sk_wakeup(): @skb is as it was, and the
 * caller's.
 */
int tipc_node_xmit(struct net *net, struct sk_buff *skb, u32 dest,
		   u32 selector);

/**
 * tipc_node_publish() - tell the cluster about a binding
 * @net: the namespace
 * @pub: a binding of this node with cluster scope, in the name table already
 *
 * A node that comes up later asks tipc_names_local() for all bindings, so each
 * one is told once: in the table first, told second.
 *
 * Context: process or BH. Called in the order of the changes, under the lock
 * which that order comes from; no lock of that kind is taken from below
 * while a node's lock is held.
 */
void tipc_node_publish(struct net *net, const struct tipc_name_pub *pub);

/**
 * tipc_node_withdraw() - tell the cluster that a binding is gone
 * @net: the namespace
 * @pub: what it was; no longer in the name table
 *
 * Context: as tipc_node_publish().
 */
void tipc_node_withdraw(struct net *net, const struct tipc_name_pub *pub);

#endif /* _TIPC_NODE_H */
