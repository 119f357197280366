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

/* Most that a packet can have, as the kernel's own routes say it. */
#define MFIB_MTU_MAX	(65535 - 15)

/**
 * struct mfib_mtu - how long packets to a next hop are at most
 * @bytes: MTU of the path, 0: that of the device
 * @locked: IPv4 packets of local sockets are cut up, and not told of it
 */
struct mfib_mtu {
	u16 bytes;
	bool locked;
};

static inline bool mfib_mtu_is(const struct mfib_mtu *one,
			       const struct mfib_mtu *other)
{
	return one->bytes == other->bytes && one->locked == other->locked;
}

struct rtable *mfib_dst4_alloc(struct net_device *dev,
			       const struct mfib_gateway *gw,
			       const struct mfib_mtu *mtu);
struct rt6_info *mfib_dst6_alloc(struct net_device *dev,
				 const struct mfib_gateway *gw,
				 const struct mfib_mtu *mtu);
struct rtable *mfib_dst4_local(struct net_device *dev);
struct rt6_info *mfib_dst6_local(struct net_device *dev);
void mfib_dst_kill(struct dst_entry *dst);

bool mfib_dst4_learn(struct rtable *rt, struct sk_buff *skb,
		     struct net_device *master);
bool mfib_dst6_learn(struct rt6_info *rt, struct sk_buff *skb,
		     struct net_device *master);

#endif /* _MFIB_DST_H */
