// SPDX-License-Identifier: GPL-2.0
#include "bearer.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "msg.h"
#include "net.h"
#include "nodes.h"
#include "trace.h"

/* Where the address is in the messages of discovery, and which kind it is. */
#define MEDIA_KIND	3
#define MEDIA_ADDR	4
#define MEDIA_ETHERNET	1

/**
 * tipc_bearer_drop() - drop a packet
 * @bearer: where it came, or was to go
 * @skb: the packet; freed
 * @cause: why
 *
 * Context: any.
 */
void tipc_bearer_drop(struct tipc_bearer *bearer, struct sk_buff *skb,
		      enum tipc_cgr_bearer_stat cause)
{
	tipc_bearer_stat(bearer, cause);
	trace_tipc_drop(bearer->dev, cause, skb->len);
	kfree_skb(skb);
}

/**
 * tipc_bearer_count_of() - how often something was counted
 * @bearer: the bearer
 * @stat: what
 *
 * Return: the number.
 */
u64 tipc_bearer_count_of(const struct tipc_bearer *bearer,
			 enum tipc_cgr_bearer_stat stat)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(bearer->counts, cpu)->val[stat]);
	return sum;
}

/**
 * tipc_bearer_mtu() - what fits into a packet
 * @bearer: the bearer
 *
 * Return: bytes, a multiple of 4, for so it is told.
 */
u16 tipc_bearer_mtu(const struct tipc_bearer *bearer)
{
	return min(READ_ONCE(bearer->dev->mtu), 65532U) & ~3U;
}

/**
 * tipc_bearer_xmit() - send a packet
 * @bearer: the bearer
 * @skb: the packet; freed
 * @media: where to, as in messages of discovery; NULL for all
 *
 * Context: process or BH, no lock; the bearer cannot go away.
 */
void tipc_bearer_xmit(struct tipc_bearer *bearer, struct sk_buff *skb,
		      const u8 *media)
{
	struct net_device *dev = bearer->dev;

	if (READ_ONCE(bearer->closed) ||
	    skb_cow_head(skb, LL_RESERVED_SPACE(dev))) {
		tipc_bearer_drop(bearer, skb, TIPC_CGR_BEARER_STAT_DROP_TX);
		return;
	}
	memset(skb->cb, 0, sizeof(skb->cb));
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_TIPC);
	if (dev_hard_header(skb, dev, ETH_P_TIPC,
			    media ? media + MEDIA_ADDR : dev->broadcast,
			    dev->dev_addr, skb->len) < 0) {
		tipc_bearer_drop(bearer, skb, TIPC_CGR_BEARER_STAT_DROP_TX);
		return;
	}
	tipc_bearer_stat(bearer, TIPC_CGR_BEARER_STAT_TX);
	dev_queue_xmit(skb);
}

/**
 * tipc_bearer_count() - nodes have come or gone
 * @bearer: the bearer
 * @peers: how many more
 *
 * Context: process or BH; takes the bearer's lock.
 */
void tipc_bearer_count(struct tipc_bearer *bearer, int peers)
{
	spin_lock_bh(&bearer->lock);
	bearer->disc.peers += peers;
	spin_unlock_bh(&bearer->lock);
}

/* Asks for nodes when it is time to. */
static void ask(struct timer_list *timer)
{
	struct tipc_bearer *bearer = from_timer(bearer, timer, timer);
	struct tipc_nodes *nodes = bearer->nodes;
	u64 now = ktime_get_ns(), wait;
	struct sk_buff *skb;

	spin_lock(&bearer->lock);
	spin_lock(&nodes->lock);
	skb = tipc_disc_tick(&bearer->disc, &nodes->self, now);
	if (nodes->self.addr && !tipc_self(nodes->net)) {
		WRITE_ONCE(tipc_net(nodes->net)->self, nodes->self.addr);
		queue_work(tipc_wq, &nodes->named);
	}
	spin_unlock(&nodes->lock);
	wait = bearer->disc.next > now ? bearer->disc.next - now : 0;
	if (!bearer->closed)
		mod_timer(&bearer->timer, jiffies + nsecs_to_jiffies(wait) + 1);
	spin_unlock(&bearer->lock);
	if (skb)
		tipc_bearer_xmit(bearer, skb, NULL);
}

static void rcv_disc(struct tipc_bearer *bearer, struct sk_buff *skb)
{
	struct tipc_nodes *nodes = bearer->nodes;
	struct tipc_disc_peer info;
	struct sk_buff *reply = NULL;
	enum tipc_disc_verdict verdict;
	u32 other;

	tipc_bearer_stat(bearer, TIPC_CGR_BEARER_STAT_RX_DISC);
	spin_lock_bh(&bearer->lock);
	spin_lock(&nodes->lock);
	verdict = tipc_disc_rcv(&bearer->disc, &nodes->self, skb, &info,
				ktime_get_ns());
	if (verdict == TIPC_DISC_PEER_ASKS)
		reply = tipc_disc_msg(&bearer->disc, &nodes->self,
				      TIPC_T_DISC_REPLY, info.addr, 0);
	spin_unlock(&nodes->lock);
	if (verdict == TIPC_DISC_TRIAL) {
		other = tipc_nodes_objection(nodes, &info);
		if (other)
			reply = tipc_disc_msg(&bearer->disc, &nodes->self,
					      TIPC_T_DISC_TRIAL_FAIL, info.addr,
					      other);
	}
	spin_unlock_bh(&bearer->lock);
	consume_skb(skb);

	if (verdict == TIPC_DISC_DUPLICATE) {
		tipc_bearer_stat(bearer, TIPC_CGR_BEARER_STAT_DUPLICATE);
		net_warn_ratelimited("tipc: %s: another node has the address or identity of this one\n",
				     bearer->dev->name);
	}
	if (verdict == TIPC_DISC_PEER || verdict == TIPC_DISC_PEER_ASKS)
		tipc_nodes_found(nodes, bearer, &info);
	if (reply)
		tipc_bearer_xmit(bearer, reply, info.media);
}

/* A packet has come. */
static int rcv(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *pt, struct net_device *orig_dev)
{
	struct tipc_bearer *bearer = container_of(pt, struct tipc_bearer, pt);
	enum tipc_cgr_bearer_stat cause = TIPC_CGR_BEARER_STAT_DROP_FOREIGN;

	tipc_bearer_stat(bearer, TIPC_CGR_BEARER_STAT_RX);
	if (skb->pkt_type == PACKET_OTHERHOST ||
	    skb->pkt_type == PACKET_LOOPBACK)
		goto drop;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		tipc_bearer_stat(bearer, TIPC_CGR_BEARER_STAT_DROP_MEMORY);
		return NET_RX_DROP;
	}
	/* A program on the other end of a veth pair may own it. */
	skb_orphan(skb);
	cause = TIPC_CGR_BEARER_STAT_DROP_MALFORMED;
	if (tipc_msg_check(skb))
		goto drop;
	cause = TIPC_CGR_BEARER_STAT_DROP_BROADCAST;
	if (tipc_get(tipc_msg(skb), TIPC_F_USER) == TIPC_U_LINK_CONFIG)
		rcv_disc(bearer, skb);
	else if (tipc_get(tipc_msg(skb), TIPC_F_NONSEQ))
		goto drop;
	else
		tipc_nodes_rcv(bearer->nodes, bearer, skb);
	return NET_RX_SUCCESS;

drop:
	tipc_bearer_drop(bearer, skb, cause);
	return NET_RX_DROP;
}

/**
 * tipc_bearer_find() - the bearer of a device
 * @nodes: the namespace's nodes
 * @dev: the device
 *
 * Context: RTNL.
 * Return: the bearer, or NULL if it has none.
 */
struct tipc_bearer *tipc_bearer_find(struct tipc_nodes *nodes,
				     const struct net_device *dev)
{
	struct tipc_bearer *bearer;

	ASSERT_RTNL();
	list_for_each_entry(bearer, &nodes->bearers, list) {
		if (bearer->dev == dev)
			return bearer;
	}
	return NULL;
}

/* The lowest number that no bearer has, or -1. */
static int free_number(const struct tipc_nodes *nodes)
{
	const struct tipc_bearer *bearer;
	unsigned long taken = 0;

	list_for_each_entry(bearer, &nodes->bearers, list)
		taken |= BIT(bearer->number);
	return taken == BIT(TIPC_BEARERS_MAX) - 1 ? -1 : ffz(taken);
}

static int check_dev(struct tipc_nodes *nodes, const struct net_device *dev,
		     struct netlink_ext_ack *extack)
{
	if (tipc_bearer_find(nodes, dev)) {
		NL_SET_ERR_MSG(extack, "The device is a bearer already");
		return -EEXIST;
	}
	if (dev->type != ARPHRD_ETHER || dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "A bearer must be an Ethernet device");
		return -EINVAL;
	}
	if (dev->mtu < TIPC_MTU_MIN) {
		NL_SET_ERR_MSG(extack, "The device's MTU is too small for a bearer");
		return -EINVAL;
	}
	if (free_number(nodes) < 0) {
		NL_SET_ERR_MSG(extack, "There are as many bearers as can be");
		return -ENOSPC;
	}
	return 0;
}

/* A node that was not given an identity takes that of its first bearer. */
static void set_identity(struct tipc_nodes *nodes, const struct net_device *dev)
{
	struct tipc_self *self = &nodes->self;

	spin_lock_bh(&nodes->lock);
	if (!memchr_inv(self->id, 0, sizeof(self->id)))
		snprintf((char *)self->id, sizeof(self->id), "%pm",
			 dev->dev_addr);
	spin_unlock_bh(&nodes->lock);
}

/**
 * tipc_bearer_enable() - make a device a bearer
 * @nodes: the namespace's nodes
 * @dev: the device
 * @config: what the bearer is to be
 * @extack: says what is wrong
 *
 * Context: RTNL.
 * Return: 0; -EEXIST, -EINVAL, -ENOSPC, -ENOMEM.
 */
int tipc_bearer_enable(struct tipc_nodes *nodes, struct net_device *dev,
		       const struct tipc_bearer_config *config,
		       struct netlink_ext_ack *extack)
{
	struct tipc_bearer *bearer;
	int err;

	ASSERT_RTNL();
	err = check_dev(nodes, dev, extack);
	if (err)
		return err;
	bearer = kzalloc(sizeof(*bearer), GFP_KERNEL);
	if (!bearer)
		return -ENOMEM;
	bearer->counts = alloc_percpu(struct tipc_bearer_counts);
	if (!bearer->counts) {
		kfree(bearer);
		return -ENOMEM;
	}
	bearer->nodes = nodes;
	bearer->dev = dev;
	netdev_hold(dev, &bearer->dev_tracker, GFP_KERNEL);
	bearer->number = free_number(nodes);
	bearer->config = *config;
	spin_lock_init(&bearer->lock);
	bearer->disc.domain = config->domain;
	bearer->disc.media[MEDIA_KIND] = MEDIA_ETHERNET;
	ether_addr_copy(bearer->disc.media + MEDIA_ADDR, dev->dev_addr);
	timer_setup(&bearer->timer, ask, 0);
	set_identity(nodes, dev);
	list_add_tail(&bearer->list, &nodes->bearers);
	nodes->bearer_changes++;

	spin_lock_bh(&bearer->lock);
	spin_lock(&nodes->lock);
	tipc_disc_start(&bearer->disc, &nodes->self, ktime_get_ns());
	spin_unlock(&nodes->lock);
	mod_timer(&bearer->timer, jiffies);
	spin_unlock_bh(&bearer->lock);

	bearer->pt.type = htons(ETH_P_TIPC);
	bearer->pt.dev = dev;
	bearer->pt.func = rcv;
	dev_add_pack(&bearer->pt);
	return 0;
}

/**
 * tipc_bearer_refresh() - a bearer can reach nodes again, or has another address
 * @bearer: the bearer
 *
 * Asks for nodes at once, which also tells them the address.
 *
 * Context: RTNL.
 */
void tipc_bearer_refresh(struct tipc_bearer *bearer)
{
	ASSERT_RTNL();
	spin_lock_bh(&bearer->lock);
	ether_addr_copy(bearer->disc.media + MEDIA_ADDR, bearer->dev->dev_addr);
	tipc_disc_hurry(&bearer->disc, ktime_get_ns());
	mod_timer(&bearer->timer, jiffies);
	spin_unlock_bh(&bearer->lock);
}

/**
 * tipc_bearer_disable() - make a device an ordinary one again
 * @bearer: the bearer; freed
 *
 * Nodes that are reached by it are told, and lost.
 *
 * Context: RTNL; sleeps.
 */
void tipc_bearer_disable(struct tipc_bearer *bearer)
{
	ASSERT_RTNL();
	list_del(&bearer->list);
	bearer->nodes->bearer_changes++;
	/* Waits for packets that are being received. */
	dev_remove_pack(&bearer->pt);
	tipc_nodes_forget(bearer->nodes, bearer);
	spin_lock_bh(&bearer->lock);
	WRITE_ONCE(bearer->closed, true);
	spin_unlock_bh(&bearer->lock);
	del_timer_sync(&bearer->timer);
	/* For whoever still carries packets of a node that was forgotten. */
	synchronize_net();
	netdev_put(bearer->dev, &bearer->dev_tracker);
	free_percpu(bearer->counts);
	kfree(bearer);
}
