/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: what a message can be addressed to on a node.
 */
#ifndef _TIPC_PORT_H
#define _TIPC_PORT_H

#include <linux/rhashtable.h>
#include <linux/types.h>

struct net;
struct sk_buff;
struct tipc_port;

/**
 * struct tipc_port_ops - what sort of port it is
 * @receive: takes a message that has passed tipc_msg_check(); it may be a clone.
 *	Called with bottom halves disabled, under RCU; must not sleep.
 */
struct tipc_port_ops {
	void (*receive)(struct tipc_port *port, struct sk_buff *skb);
};

/**
 * struct tipc_port - something with a number that messages can be sent to
 * @ref: the number, random, not 0
 * @ops: what sort of port it is
 * @hash: links it into &tipc_net.ports
 *
 * Embedded in a socket, or a connection of the topology server. Found under
 * RCU, so what it is embedded in is freed after a grace period.
 */
struct tipc_port {
	u32 ref;
	const struct tipc_port_ops *ops;
	struct rhash_head hash;
};

/**
 * struct tipc_ports - the ports of a node
 * @table: &struct tipc_port by number
 * @changes: how often one was added or taken away, for those who go along the
 *	table in several steps; wraps
 */
struct tipc_ports {
	struct rhashtable table;
	atomic_t changes;
};

int tipc_ports_init(struct tipc_ports *ports);
void tipc_ports_destroy(struct tipc_ports *ports);

int tipc_port_add(struct tipc_ports *ports, struct tipc_port *port);
void tipc_port_del(struct tipc_ports *ports, struct tipc_port *port);
struct tipc_port *tipc_port_find(struct tipc_ports *ports, u32 ref);

#endif /* _TIPC_PORT_H */
