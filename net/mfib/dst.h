/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's destination entries, as mfib builds them for its next hops.
 */
#ifndef _MFIB_DST_H
#define _MFIB_DST_H

#include <linux/types.h>

struct dst_entry;
struct in6_addr;
struct net_device;
struct rt6_info;
struct rtable;
struct sk_buff;

/**
 * struct mfib_gateway - address of a next hop
 * @family: AF_INET, AF_INET6, or AF_UNSPEC: destinations are on the link
 * @addr: network byte order; IPv4 uses the first four bytes, the rest is zero
 */
struct mfib_gateway {
	u8 addr[16];
	u8 family;
};

struct rtable *mfib_dst4_alloc(struct net_device *dev,
			       const struct mfib_gateway *gw);
struct rt6_info *mfib_dst6_alloc(struct net_device *dev,
				 const struct mfib_gateway *gw);
struct rtable *mfib_dst4_local(struct net_device *dev);
struct rt6_info *mfib_dst6_local(struct net_device *dev);
void mfib_dst_kill(struct dst_entry *dst);

bool mfib_dst4_learn(struct rtable *rt, struct sk_buff *skb,
		     struct net_device *master);
bool mfib_dst6_learn(struct rt6_info *rt, struct sk_buff *skb,
		     struct net_device *master);

#endif /* _MFIB_DST_H */
