/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink: the properties that bearers, links and media share.
 */
#ifndef _TIPC_NL_PROPS_H
#define _TIPC_NL_PROPS_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct tipc_bearer_config;

/**
 * struct tipc_nl_props - properties that a request may set
 * @priority: 0 to %TIPC_PRIORITY_MAX; negative if it is not set
 * @tolerance: ms; 0 if it is not set
 * @window: packets; 0 if it is not set
 */
struct tipc_nl_props {
	s16 priority;
	u16 tolerance;
	u16 window;
};

int tipc_nl_props_parse(const struct nlattr *nest, struct tipc_nl_props *props,
			struct netlink_ext_ack *extack);
void tipc_nl_props_apply(const struct tipc_nl_props *props,
			 struct tipc_bearer_config *config);
int tipc_nl_props_put(struct sk_buff *skb, int type, u32 priority,
		      u32 tolerance, u32 window);

#endif /* _TIPC_NL_PROPS_H */
