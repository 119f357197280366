/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the administrator, or a device, wants of nodes and of the links to them.
 */
#ifndef _TIPC_ADMIN_H
#define _TIPC_ADMIN_H

#include <linux/tipc.h>
#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct tipc_bearer;
struct tipc_nl_props;
struct tipc_node;
struct tipc_nodes;

struct tipc_node *tipc_admin_find(struct tipc_nodes *nodes, const char *name);
void tipc_admin_link_name(const struct tipc_node *node, char *name);
void tipc_admin_set(struct tipc_node *node, const struct tipc_nl_props *props);
void tipc_admin_reset_stats(struct tipc_node *node);
void tipc_admin_break(struct tipc_bearer *bearer);
void tipc_admin_mtu(struct tipc_bearer *bearer);
int tipc_admin_remove(struct tipc_nodes *nodes, u32 addr, const u8 *id,
		      struct netlink_ext_ack *extack);
int tipc_admin_identify(struct tipc_nodes *nodes, u32 netid, u32 addr,
			const u8 *id, struct netlink_ext_ack *extack);
int tipc_node_identity(struct net *net, u32 addr, u8 *id);
int tipc_node_link_name(struct net *net, u32 addr, u32 bearer, char *name);

#endif /* _TIPC_ADMIN_H */
