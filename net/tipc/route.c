// SPDX-License-Identifier: GPL-2.0
#include "route.h"

#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/xarray.h>

#include "msg.h"
#include "net.h"
#include "node.h"
#include "upper.h"

/* How often a message is looked up anew before it is given up. */
#define REROUTE_MAX	5

/**
 * tipc_returned() - make of a message what goes back to its sender
 * @net: the namespace
 * @skb: the message that nobody takes; freed
 * @error: why, %TIPC_ERR_NO_PORT and the like
 *
 * Context: any but hard interrupts.
 * Return: the message to send; NULL if it does not want to come back, or has
 * already, or memory is short.
 */
struct sk_buff *tipc_returned(struct net *net, struct sk_buff *skb, u32 error)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 hdr_size = tipc_hdr_size(msg), body_size = tipc_body_size(msg);
	struct sk_buff *back = NULL;
	struct tipc_msg *new;

	if (tipc_get(msg, TIPC_F_ERROR))
		goto out;
	if (tipc_get(msg, TIPC_F_USER) != TIPC_U_CONN_MANAGER &&
	    tipc_get(msg, TIPC_F_DEST_DROPPABLE))
		goto out;
	/* The short header has no room for who it is for. */
	hdr_size = max_t(u32, hdr_size, TIPC_HDR_DIRECT);
	body_size = min_t(u32, body_size, TIPC_RETURN_MAX);
	back = tipc_msg_alloc(tipc_self(net), tipc_get(msg, TIPC_F_USER),
			      tipc_get(msg, TIPC_F_TYPE), hdr_size, body_size,
			      tipc_orig_node(msg), GFP_ATOMIC);
	if (!back)
		goto out;
	new = tipc_msg(back);
	if (skb_copy_bits(skb, tipc_hdr_size(msg), back->data + hdr_size,
			  body_size)) {
		kfree_skb(back);
		back = NULL;
		goto out;
	}
	if (hdr_size >= TIPC_HDR_NAMED) {
		tipc_set(new, TIPC_F_NAME_TYPE,
			 tipc_get(msg, TIPC_F_NAME_TYPE));
		tipc_set(new, TIPC_F_NAME_LOWER,
			 tipc_get(msg, TIPC_F_NAME_LOWER));
	}
	if (hdr_size >= TIPC_HDR_MCAST)
		tipc_set(new, TIPC_F_NAME_UPPER,
			 tipc_get(msg, TIPC_F_NAME_UPPER));
	tipc_set(new, TIPC_F_ERROR, error);
	tipc_set(new, TIPC_F_ORIG_PORT, tipc_get(msg, TIPC_F_DEST_PORT));
	tipc_set(new, TIPC_F_DEST_PORT, tipc_get(msg, TIPC_F_ORIG_PORT));
out:
	kfree_skb(skb);
	return back;
}

/* Finds a message a new destination. Says whether there was one. */
static bool look_up_again(struct net *net, struct sk_buff *skb, u32 *node)
{
	struct tipc_msg *msg = tipc_msg(skb);
	u32 reroute = tipc_get(msg, TIPC_F_REROUTE);
	bool near_only = tipc_get(msg, TIPC_F_SCOPE) == TIPC_NODE_SCOPE;
	struct tipc_dest dest;

	if (tipc_get(msg, TIPC_F_TYPE) != TIPC_T_NAMED ||
	    tipc_get(msg, TIPC_F_ERROR) || reroute >= REROUTE_MAX)
		return false;
	if (!tipc_names_lookup(&tipc_net(net)->names,
			       tipc_get(msg, TIPC_F_NAME_TYPE),
			       tipc_get(msg, TIPC_F_NAME_LOWER), 0, near_only,
			       &dest))
		return false;
	if (skb_unclone(skb, GFP_ATOMIC))
		return false;
	msg = tipc_msg(skb);
	*node = dest.near ? 0 : dest.node;
	tipc_set(msg, TIPC_F_REROUTE, reroute + 1);
	tipc_set(msg, TIPC_F_DEST_PORT, dest.port);
	tipc_set(msg, TIPC_F_DEST_NODE, dest.near ? tipc_self(net) : *node);
	return true;
}

/* A message for a port of this node. Under RCU. */
static void receive_one(struct net *net, struct sk_buff *skb)
{
	struct tipc_net *tn = tipc_net(net);
	struct tipc_port *port;
	u32 node = 0, ref, error;

	for (;;) {
		ref = tipc_get(tipc_msg(skb), TIPC_F_DEST_PORT);
		port = ref ? tipc_port_find(&tn->ports, ref) : NULL;
		if (port) {
			port->ops->receive(port, skb);
			return;
		}
		if (!tipc_is_data(tipc_msg(skb)) ||
		    !look_up_again(net, skb, &node))
			break;
		if (node) {
			tipc_xmit(net, skb, node, ref);
			return;
		}
	}
	error = ref || tipc_get(tipc_msg(skb), TIPC_F_TYPE) != TIPC_T_NAMED ?
		TIPC_ERR_NO_PORT : TIPC_ERR_NO_NAME;
	node = tipc_orig_node(tipc_msg(skb));
	skb = tipc_returned(net, skb, error);
	if (skb)
		tipc_xmit(net, skb, node, ref);
}

/* Sockets may be bound twice, and are to get one copy. */
static int note_port(const struct tipc_publ *publ, void *arg)
{
	int err = xa_insert(arg, publ->port, xa_mk_value(0), GFP_ATOMIC);

	return err == -EBUSY ? 0 : err;
}

/**
 * tipc_mcast_near() - deliver a multicast to the sockets of this node
 * @net: the namespace
 * @skb: the message, stays the caller's
 *
 * To every socket that is bound to a part of the range, once; if memory is short,
 * to none of them.
 *
 * Context: any but hard interrupts, with no socket's spinlock held.
 * Return: number of sockets it was for, or -ENOMEM if none got it.
 */
int tipc_mcast_near(struct net *net, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	struct sk_buff_head queue;
	struct xarray ports;
	struct sk_buff *copy;
	unsigned long ref;
	int n = 0, err;
	void *entry;

	__skb_queue_head_init(&queue);
	xa_init(&ports);
	err = tipc_names_match(&tipc_net(net)->names, true,
			       tipc_get(msg, TIPC_F_NAME_TYPE),
			       tipc_get(msg, TIPC_F_NAME_LOWER),
			       tipc_get(msg, TIPC_F_NAME_UPPER), note_port,
			       &ports);
	if (err)
		goto out;
	xa_for_each(&ports, ref, entry) {
		copy = pskb_copy(skb, GFP_ATOMIC);
		if (!copy) {
			err = -ENOMEM;
			goto out;
		}
		tipc_set(tipc_msg(copy), TIPC_F_DEST_PORT, ref);
		__skb_queue_tail(&queue, copy);
		n++;
	}
	local_bh_disable();
	rcu_read_lock();
	while ((copy = __skb_dequeue(&queue)))
		receive_one(net, copy);
	rcu_read_unlock();
	local_bh_enable();
out:
	__skb_queue_purge(&queue);
	xa_destroy(&ports);
	return err ?: n;
}

static int note_node(const struct tipc_publ *publ, void *arg)
{
	int err = xa_insert(arg, publ->node, xa_mk_value(0), GFP_ATOMIC);

	return err == -EBUSY ? 0 : err;
}

/**
 * tipc_mcast_nodes() - which other nodes a multicast is for
 * @net: the namespace
 * @msg: its header
 * @nodes: initialised; an entry is made for each address
 *
 * Context: any but hard interrupts.
 * Return: 0 or -ENOMEM.
 */
int tipc_mcast_nodes(struct net *net, const struct tipc_msg *msg,
		     struct xarray *nodes)
{
	return tipc_names_match(&tipc_net(net)->names, false,
				tipc_get(msg, TIPC_F_NAME_TYPE),
				tipc_get(msg, TIPC_F_NAME_LOWER),
				tipc_get(msg, TIPC_F_NAME_UPPER), note_node,
				nodes);
}

/* Who cannot be reached is told, see tipc_returned(). See upper.h. */
void tipc_sk_rcv(struct net *net, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	if (tipc_is_data(msg) && tipc_get(msg, TIPC_F_TYPE) == TIPC_T_MCAST &&
	    !tipc_get(msg, TIPC_F_ERROR)) {
		tipc_mcast_near(net, skb);
		kfree_skb(skb);
	} else {
		receive_one(net, skb);
	}
}

/**
 * tipc_try_xmit() - send a message, unless it is refused
 * @net: the namespace
 * @skb: the message; after an error still the caller's
 * @node: the node it goes to, 0 for this one
 * @selector: messages with the same one to the same node keep their order
 *
 * On this node it is in its port's hands when this returns.
 *
 * Context: any but hard interrupts, with no socket's spinlock held.
 * Return: 0, -EHOSTUNREACH if there is no way to the node, -EAGAIN if it takes no
 * more at the moment, see tipc_node_xmit().
 */
int tipc_try_xmit(struct net *net, struct sk_buff *skb, u32 node, u32 selector)
{
	int err;

	if (node) {
		err = tipc_node_xmit(net, skb, node, selector);
		/* This node is not known as another one. */
		if (err != -EHOSTUNREACH || node != tipc_self(net))
			return err;
	}
	local_bh_disable();
	rcu_read_lock();
	tipc_sk_rcv(net, skb);
	rcu_read_unlock();
	local_bh_enable();
	return 0;
}

/**
 * tipc_xmit() - send a message
 * @net: the namespace
 * @skb: the message; freed in any case
 * @node: the node it goes to, 0 for this one
 * @selector: messages with the same one to the same node keep their order
 *
 * Context: any but hard interrupts, with no socket's spinlock held.
 * Return: as tipc_try_xmit().
 */
int tipc_xmit(struct net *net, struct sk_buff *skb, u32 node, u32 selector)
{
	int err = tipc_try_xmit(net, skb, node, selector);

	if (err)
		kfree_skb(skb);
	return err;
}

/**
 * tipc_xmit_replies() - send what came of messages that were received
 * @net: the namespace
 * @replies: messages with full headers; emptied
 *
 * Context: any but hard interrupts, with no socket's spinlock held.
 */
void tipc_xmit_replies(struct net *net, struct sk_buff_head *replies)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(replies)))
		tipc_xmit(net, skb, tipc_get(tipc_msg(skb), TIPC_F_DEST_NODE),
			  tipc_get(tipc_msg(skb), TIPC_F_ORIG_PORT));
}
