// SPDX-License-Identifier: GPL-2.0
#include "admin.h"

#include <linux/ctype.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "bearer.h"
#include "net.h"
#include "nl_props.h"
#include "nodes.h"

/* A node in a link's name: its identity if that is text, else its address. */
static void put_node(char *text, const u8 *id, u32 addr)
{
	int i;

	for (i = 0; i < TIPC_NODEID_LEN && id[i]; i++) {
		if (!isgraph(id[i]) || id[i] == ':')
			break;
	}
	if (i && !memchr_inv(id + i, 0, TIPC_NODEID_LEN - i))
		snprintf(text, TIPC_NODEID_LEN + 1, "%.*s", i, id);
	else
		snprintf(text, TIPC_NODEID_LEN + 1, "%x", addr);
}

/**
 * tipc_admin_link_name() - what the link to a node is called
 * @node: the node
 * @name: %TIPC_MAX_LINK_NAME bytes: our node:device-its node:device
 *
 * The other device is "unknown" until the peer has said what it is.
 *
 * Context: the node's lock.
 */
void tipc_admin_link_name(const struct tipc_node *node, char *name)
{
	const struct tipc_link *link = &node->peer.link;
	const char *peer_if = link->peer_if_name;
	char self[TIPC_NODEID_LEN + 1], peer[TIPC_NODEID_LEN + 1];
	int i;

	ASSERT_TIPC_NODE(node);
	/* The peer may have said anything. */
	for (i = 0; peer_if[i] && isgraph(peer_if[i]); i++)
		;
	if (!i || peer_if[i])
		peer_if = "unknown";
	put_node(self, node->nodes->self.id, link->config.self);
	put_node(peer, node->id, node->addr);
	scnprintf(name, TIPC_MAX_LINK_NAME, "%s:%.*s-%s:%.*s", self,
		  TIPC_MAX_IF_NAME - 1, link->config.if_name, peer,
		  TIPC_MAX_IF_NAME - 1, peer_if);
}

/**
 * tipc_admin_find() - the node at the other end of a link
 * @nodes: the nodes that are known
 * @name: the link
 *
 * Context: RCU.
 * Return: the node, or NULL.
 */
struct tipc_node *tipc_admin_find(struct tipc_nodes *nodes, const char *name)
{
	char its[TIPC_MAX_LINK_NAME];
	struct tipc_node *node;

	list_for_each_entry_rcu(node, &nodes->list, list) {
		spin_lock_bh(&node->lock);
		tipc_admin_link_name(node, its);
		spin_unlock_bh(&node->lock);
		if (!strcmp(its, name))
			return node;
	}
	return NULL;
}

/**
 * tipc_admin_set() - set properties of the link to a node
 * @node: the node
 * @props: what to set
 *
 * A tolerance is told to the peer at once, a priority when the link comes up
 * next. A window holds at once.
 *
 * Context: process, RCU.
 */
void tipc_admin_set(struct tipc_node *node, const struct tipc_nl_props *props)
{
	struct tipc_link *link = &node->peer.link;

	spin_lock_bh(&node->lock);
	if (props->priority >= 0) {
		link->config.priority = props->priority;
		link->priority = props->priority;
	}
	if (props->tolerance)
		tipc_link_set_tolerance(link, props->tolerance, &node->io,
					ktime_get_ns());
	if (props->window) {
		link->config.window = props->window;
		tipc_sendq_set_window(&link->sendq, props->window);
	}
	tipc_node_settle(node);
	spin_unlock_bh(&node->lock);
}

/**
 * tipc_admin_reset_stats() - begin to count anew
 * @node: the node whose link is meant
 *
 * Context: process, RCU.
 */
void tipc_admin_reset_stats(struct tipc_node *node)
{
	struct tipc_link *link = &node->peer.link;
	/* Lives are told apart by it. */
	u64 ups = link->stats.ups;

	spin_lock_bh(&node->lock);
	ups = link->stats.ups;
	memset(&link->stats, 0, sizeof(link->stats));
	memset(&link->sendq.stats, 0, sizeof(link->sendq.stats));
	memset(&link->recvq.stats, 0, sizeof(link->recvq.stats));
	memset(&node->peer.stats, 0, sizeof(node->peer.stats));
	link->stats.ups = ups;
	node->seen.retransmits = 0;
	spin_unlock_bh(&node->lock);
}

/**
 * tipc_admin_break() - break the links over a bearer
 * @bearer: its device does not carry packets any more
 *
 * They ask for their peers at once, and come up when they are heard.
 *
 * Context: RTNL.
 */
void tipc_admin_break(struct tipc_bearer *bearer)
{
	struct tipc_node *node;

	rcu_read_lock();
	list_for_each_entry_rcu(node, &bearer->nodes->list, list) {
		if (node->bearer != bearer)
			continue;
		spin_lock_bh(&node->lock);
		if (!node->dead)
			tipc_link_break(&node->peer.link, TIPC_END_OWNER,
					&node->io);
		tipc_node_settle(node);
		spin_unlock_bh(&node->lock);
	}
	rcu_read_unlock();
}

/**
 * tipc_admin_mtu() - a bearer's MTU has changed
 * @bearer: the bearer
 *
 * Links that agreed on more begin anew. Those that could have more get it when
 * they come up next.
 *
 * Context: RTNL.
 */
void tipc_admin_mtu(struct tipc_bearer *bearer)
{
	u16 mtu = tipc_bearer_mtu(bearer);
	struct tipc_node *node;

	rcu_read_lock();
	list_for_each_entry_rcu(node, &bearer->nodes->list, list) {
		if (node->bearer != bearer)
			continue;
		spin_lock_bh(&node->lock);
		node->peer.link.config.mtu = mtu;
		if (!node->dead && node->peer.link.mtu > mtu)
			tipc_link_break(&node->peer.link, TIPC_END_OWNER,
					&node->io);
		tipc_node_settle(node);
		spin_unlock_bh(&node->lock);
	}
	rcu_read_unlock();
}

static struct tipc_node *find_peer(struct tipc_nodes *nodes, u32 addr,
				   const u8 *id)
{
	struct tipc_node *node;

	ASSERT_RTNL();
	list_for_each_entry(node, &nodes->list, list) {
		if (id ? !memcmp(node->id, id, TIPC_NODEID_LEN) :
			 node->addr == addr)
			return node;
	}
	return NULL;
}

/**
 * tipc_admin_remove() - forget a node that has gone
 * @nodes: the nodes that are known
 * @addr: its address, unless @id is there
 * @id: its identity, or NULL
 * @extack: says what is wrong
 *
 * It is found again if it asks for nodes.
 *
 * Context: RTNL; sleeps.
 * Return: 0; -ENXIO if it is not known, -EBUSY if it is there.
 */
int tipc_admin_remove(struct tipc_nodes *nodes, u32 addr, const u8 *id,
		      struct netlink_ext_ack *extack)
{
	struct tipc_node *node = find_peer(nodes, addr, id);
	bool up;

	if (!node) {
		NL_SET_ERR_MSG(extack, "There is no such node");
		return -ENXIO;
	}
	spin_lock_bh(&node->lock);
	up = tipc_link_is_up(&node->peer.link);
	spin_unlock_bh(&node->lock);
	if (up) {
		NL_SET_ERR_MSG(extack,
			       "The node is up: only one that is gone can be removed");
		return -EBUSY;
	}
	tipc_node_remove(node);
	return 0;
}

/**
 * tipc_admin_identify() - say who this node is, and which cluster it is in
 * @nodes: the nodes that are known: none yet
 * @netid: network id; 0 to keep it
 * @addr: address; 0 to find one by the identity when there is a bearer
 * @id: identity; NULL to make one of @addr, or else of the first bearer
 * @extack: says what is wrong
 *
 * All of it may be told to others, so it cannot be changed any more once there
 * has been a bearer, or the node has an address.
 *
 * Context: RTNL.
 * Return: 0 or -EPERM.
 */
int tipc_admin_identify(struct tipc_nodes *nodes, u32 netid, u32 addr,
			const u8 *id, struct netlink_ext_ack *extack)
{
	struct tipc_self *self = &nodes->self;

	ASSERT_RTNL();
	spin_lock_bh(&nodes->lock);
	if (self->addr || self->trial_end || !list_empty(&nodes->bearers)) {
		spin_unlock_bh(&nodes->lock);
		NL_SET_ERR_MSG(extack,
			       "The node is known by another name: set it before the first bearer");
		return -EPERM;
	}
	if (netid)
		self->netid = netid;
	if (id)
		memcpy(self->id, id, sizeof(self->id));
	if (addr) {
		if (!id && !memchr_inv(self->id, 0, sizeof(self->id)))
			snprintf((char *)self->id, sizeof(self->id), "%x",
				 addr);
		self->addr = addr;
		WRITE_ONCE(tipc_net(nodes->net)->self, addr);
		queue_work(tipc_wq, &nodes->named);
	}
	spin_unlock_bh(&nodes->lock);
	return 0;
}

/**
 * tipc_node_identity() - the identity of a node
 * @net: the namespace
 * @addr: its address; 0 for this node
 * @id: %TIPC_NODEID_LEN bytes, filled in
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
int tipc_node_identity(struct net *net, u32 addr, u8 *id)
{
	struct tipc_nodes *nodes = tipc_nodes(net);
	const struct tipc_node *node;
	int err = 0;

	if (tipc_is_self(net, addr)) {
		spin_lock_bh(&nodes->lock);
		memcpy(id, nodes->self.id, TIPC_NODEID_LEN);
		spin_unlock_bh(&nodes->lock);
		return 0;
	}
	rcu_read_lock();
	node = tipc_nodes_find(nodes, addr);
	if (node)
		memcpy(id, node->id, TIPC_NODEID_LEN);
	else
		err = -EADDRNOTAVAIL;
	rcu_read_unlock();
	return err;
}

/**
 * tipc_node_link_name() - the name of the link to a node
 * @net: the namespace
 * @addr: its address
 * @bearer: number of this node's bearer
 * @name: %TIPC_MAX_LINK_NAME bytes, filled in
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
int tipc_node_link_name(struct net *net, u32 addr, u32 bearer, char *name)
{
	struct tipc_node *node;
	int err = 0;

	rcu_read_lock();
	node = tipc_nodes_find(tipc_nodes(net), addr);
	if (node && node->bearer->number == bearer) {
		spin_lock_bh(&node->lock);
		tipc_admin_link_name(node, name);
		spin_unlock_bh(&node->lock);
	} else {
		err = -EADDRNOTAVAIL;
	}
	rcu_read_unlock();
	return err;
}
