/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a message to its port, on this node or another one.
 */
#ifndef _TIPC_ROUTE_H
#define _TIPC_ROUTE_H

#include <linux/types.h>

struct net;
struct sk_buff;
struct sk_buff_head;
struct tipc_msg;
struct xarray;

/* What is sent back of the data of a message that nobody takes. */
#define TIPC_RETURN_MAX	1024

int tipc_try_xmit(struct net *net, struct sk_buff *skb, u32 node,
		  u32 selector);
int tipc_xmit(struct net *net, struct sk_buff *skb, u32 node, u32 selector);
int tipc_mcast_near(struct net *net, struct sk_buff *skb);
int tipc_mcast_nodes(struct net *net, const struct tipc_msg *msg,
		     struct xarray *nodes);
void tipc_xmit_replies(struct net *net, struct sk_buff_head *replies);
struct sk_buff *tipc_returned(struct net *net, struct sk_buff *skb, u32 error);

#endif /* _TIPC_ROUTE_H */
