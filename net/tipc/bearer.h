/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bearers: Ethernet devices that carry packets between nodes.
 */
#ifndef _TIPC_BEARER_H
#define _TIPC_BEARER_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/tipc_cgr.h>
#include <linux/types.h>

#include "disc.h"

struct netlink_ext_ack;
struct tipc_nodes;

/* Numbers of bearers have 3 bits, and 0 is as good as any. */
#define TIPC_BEARERS_MAX	3

/**
 * struct tipc_bearer_config - what a bearer is to be
 * @domain: nodes to ask for, 0 for all
 * @priority: 0 to %TIPC_PRIORITY_MAX
 * @tolerance: ms
 * @window: packets
 */
struct tipc_bearer_config {
	u32 domain;
	u8 priority;
	u16 tolerance;
	u16 window;
};

/**
 * struct tipc_bearer_counts - what a bearer counts
 * @val: by &enum tipc_cgr_bearer_stat
 */
struct tipc_bearer_counts {
	unsigned long val[TIPC_CGR_BEARER_STAT_MAX + 1];
};

/**
 * struct tipc_bearer - a device that carries packets
 * @nodes: the namespace's nodes
 * @list: links it into &tipc_nodes.bearers
 * @dev: the device
 * @dev_tracker: tracks the reference to it
 * @pt: has packets handed to us
 * @number: which bearer of the node it is
 * @config: what links begin with; the nodes' lock and, to change it, the RTNL
 * @counts: what it counts, by &enum tipc_cgr_bearer_stat
 * @lock: discovery
 * @disc: discovery
 * @closed: nothing is sent any more
 * @timer: asks for nodes
 */
struct tipc_bearer {
	struct tipc_nodes *nodes;
	struct list_head list;
	struct net_device *dev;
	netdevice_tracker dev_tracker;
	struct packet_type pt;
	u8 number;
	struct tipc_bearer_config config;
	struct tipc_bearer_counts __percpu *counts;
	spinlock_t lock; /* see above */
	struct tipc_disc disc;
	bool closed;
	struct timer_list timer;
};

/* Counts a packet, or what has become of it. */
static inline void tipc_bearer_stat(struct tipc_bearer *bearer,
				    enum tipc_cgr_bearer_stat stat)
{
	this_cpu_inc(bearer->counts->val[stat]);
}

void tipc_bearer_drop(struct tipc_bearer *bearer, struct sk_buff *skb,
		      enum tipc_cgr_bearer_stat cause);
u64 tipc_bearer_count_of(const struct tipc_bearer *bearer,
			 enum tipc_cgr_bearer_stat stat);
void tipc_bearer_refresh(struct tipc_bearer *bearer);
u16 tipc_bearer_mtu(const struct tipc_bearer *bearer);
void tipc_bearer_xmit(struct tipc_bearer *bearer, struct sk_buff *skb,
		      const u8 *media);
void tipc_bearer_count(struct tipc_bearer *bearer, int peers);
struct tipc_bearer *tipc_bearer_find(struct tipc_nodes *nodes,
				     const struct net_device *dev);
int tipc_bearer_enable(struct tipc_nodes *nodes, struct net_device *dev,
		       const struct tipc_bearer_config *config,
		       struct netlink_ext_ack *extack);
void tipc_bearer_disable(struct tipc_bearer *bearer);

#endif /* _TIPC_BEARER_H */
