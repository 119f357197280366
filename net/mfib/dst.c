// SPDX-License-Identifier: GPL-2.0
/*
 * A packet that mfib forwards carries one of these entries into the kernel's
 * own ip_forward() or ip6_forward(). Those functions are not exported; their
 * addresses are learned from an entry that the kernel itself built, when the
 * first packet is forwarded. They are the kernel's text, so that nothing in a
 * queue ever points into this module.
 */
#include "dst.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>

typedef int (*mfib_input_fn)(struct sk_buff *skb);

static mfib_input_fn forward4;
static mfib_input_fn forward6;

/* Gives an entry metrics for its life: the kernel cannot add them later. */
static int set_mtu(struct dst_entry *dst, const struct mfib_mtu *mtu)
{
	struct dst_metrics *metrics;

	if (!mtu->bytes)
		return 0;
	metrics = kzalloc(sizeof(*metrics), GFP_KERNEL_ACCOUNT);
	if (!metrics)
		return -ENOMEM;
	refcount_set(&metrics->refcnt, 1);
	metrics->metrics[RTAX_MTU - 1] = mtu->bytes;
	if (mtu->locked)
		metrics->metrics[RTAX_LOCK - 1] = BIT(RTAX_MTU);
	ip_dst_init_metrics(dst, metrics);
	ip_fib_metrics_put(metrics);
	return 0;
}

/**
 * mfib_dst4_alloc() - build the IPv4 entry of a next hop
 * @dev: device that packets leave through; it has IPv4 state
 * @gw: gateway, IPv4 or IPv6 (RFC 8950), or none
 * @mtu: MTU of the path
 *
 * Its input function is NULL until it is known, see mfib_dst4_learn(): such an
 * entry must not be attached to a received packet.
 *
 * Context: process context.
 * Return: the entry, owned by the caller who gives it to mfib_dst_kill(); NULL
 * if memory is short.
 */
struct rtable *mfib_dst4_alloc(struct net_device *dev,
			       const struct mfib_gateway *gw,
			       const struct mfib_mtu *mtu)
{
	struct in_device *in_dev;
	bool noxfrm = false;
	struct rtable *rt;

	rcu_read_lock();
	in_dev = __in_dev_get_rcu(dev);
	if (in_dev)
		noxfrm = IN_DEV_ORCONF(in_dev, NOXFRM);
	rcu_read_unlock();

	rt = rt_dst_alloc(dev, 0, RTN_UNICAST, noxfrm);
	if (!rt)
		return NULL;
	if (set_mtu(&rt->dst, mtu)) {
		mfib_dst_kill(&rt->dst);
		return NULL;
	}
	rt->rt_is_input = 1;
	rt->rt_gw_family = gw->family;
	if (gw->family == AF_INET) {
		rt->rt_uses_gateway = 1;
		memcpy(&rt->rt_gw4, gw->addr, sizeof(rt->rt_gw4));
	} else if (gw->family == AF_INET6) {
		rt->rt_uses_gateway = 1;
		memcpy(&rt->rt_gw6, gw->addr, sizeof(rt->rt_gw6));
	}
	rt->dst.input = READ_ONCE(forward4);
	return rt;
}

/**
 * mfib_dst6_alloc() - build the IPv6 entry of a next hop
 * @dev: device that packets leave through
 * @gw: IPv6 gateway, or none
 * @mtu: MTU of the path
 *
 * Its input function is NULL until it is known, see mfib_dst6_learn().
 *
 * Context: process context.
 * Return: the entry, owned by the caller who gives it to mfib_dst_kill(); an
 * error pointer: -ENOMEM, -EAFNOSUPPORT if the device has no IPv6.
 */
struct rt6_info *mfib_dst6_alloc(struct net_device *dev,
				 const struct mfib_gateway *gw,
				 const struct mfib_mtu *mtu)
{
	struct inet6_dev *idev = in6_dev_get(dev);
	struct rt6_info *rt;

	/* ip6_output() drops what has no rt6i_idev. */
	if (!idev)
		return ERR_PTR(-EAFNOSUPPORT);
	/* The namespace's limit of IPv6 entries is not for next hops. */
	rt = ip6_dst_alloc(dev_net(dev), dev, DST_NOCOUNT);
	if (!rt) {
		in6_dev_put(idev);
		return ERR_PTR(-ENOMEM);
	}
	rt->rt6i_idev = idev;
	if (set_mtu(&rt->dst, mtu)) {
		mfib_dst_kill(&rt->dst);
		return ERR_PTR(-ENOMEM);
	}
	rt->dst.output = ip6_output;
	rt->dst.input = READ_ONCE(forward6);
	if (gw->family == AF_INET6) {
		rt->rt6i_flags |= RTF_GATEWAY;
		memcpy(&rt->rt6i_gateway, gw->addr, sizeof(rt->rt6i_gateway));
	}
	return rt;
}

/**
 * mfib_dst4_local() - build the IPv4 entry of what is local to a FIB
 * @dev: the FIB's device
 *
 * Context: process context.
 * Return: as mfib_dst4_alloc().
 */
struct rtable *mfib_dst4_local(struct net_device *dev)
{
	return rt_dst_alloc(dev, RTCF_LOCAL, RTN_LOCAL, true);
}

/**
 * mfib_dst6_local() - build the IPv6 entry of what is local to a FIB
 * @dev: the FIB's device
 *
 * Context: process context.
 * Return: as mfib_dst6_alloc().
 */
struct rt6_info *mfib_dst6_local(struct net_device *dev)
{
	static const struct mfib_gateway on_link;
	static const struct mfib_mtu of_dev;
	struct rt6_info *rt = mfib_dst6_alloc(dev, &on_link, &of_dev);

	if (!IS_ERR(rt)) {
		rt->rt6i_flags |= RTF_LOCAL;
		rt->dst.input = ip6_input;
	}
	return rt;
}

/**
 * mfib_dst_kill() - give up an entry
 * @dst: the entry, may be NULL; no new user can find it any more
 *
 * Who still holds it discards its packets from now on, and the device is no
 * longer referenced.
 *
 * Context: process or softirq context.
 */
void mfib_dst_kill(struct dst_entry *dst)
{
	if (!dst)
		return;
	dst_dev_put(dst);
	dst_release(dst);
}

static mfib_input_fn learn4(struct sk_buff *skb, struct net_device *dev,
			    __be32 daddr)
{
	const struct iphdr *iph = ip_hdr(skb);
	u16 flags = IPCB(skb)->flags;
	mfib_input_fn input = NULL;
	const struct rtable *rt;

	if (ip_route_input_noref(skb, daddr, iph->saddr, iph->tos, dev))
		return NULL;
	rt = skb_rtable(skb);
	if (rt->rt_type == RTN_UNICAST && rt_is_input_route(rt) &&
	    !rt->dst.error && !rt->dst.lwtstate)
		input = rt->dst.input;
	skb_dst_drop(skb);
	/* What the kernel thought of its catch-all, a redirect maybe. */
	IPCB(skb)->flags = flags;
	return input;
}

/**
 * mfib_dst4_learn() - complete an IPv4 entry
 * @rt: the entry, without an input function
 * @skb: the packet that is to be forwarded; it has no entry yet
 * @master: the FIB's device
 *
 * The port answers unless its rp_filter refuses, then the FIB's device does. An
 * address that is nobody's (RFC 5737) stands in where the packet's destination
 * happens to be one of the host's own.
 *
 * Context: softirq, rcu_read_lock().
 * Return: whether the entry can be attached to a packet now.
 */
bool mfib_dst4_learn(struct rtable *rt, struct sk_buff *skb,
		     struct net_device *master)
{
	const __be32 daddr[] = { ip_hdr(skb)->daddr, htonl(0xc0000201) };
	mfib_input_fn input = READ_ONCE(forward4);
	int i;

	for (i = 0; !input && i < ARRAY_SIZE(daddr); i++) {
		input = learn4(skb, skb->dev, daddr[i]);
		if (!input)
			input = learn4(skb, master, daddr[i]);
	}
	if (!input)
		return false;
	WRITE_ONCE(forward4, input);
	WRITE_ONCE(rt->dst.input, input);
	return true;
}

/**
 * mfib_dst6_learn() - complete an IPv6 entry
 * @rt: the entry, without an input function
 * @skb: the packet that is to be forwarded; it has no entry yet
 * @master: the FIB's device
 *
 * Context: softirq, rcu_read_lock().
 * Return: whether the entry can be attached to a packet now.
 */
bool mfib_dst6_learn(struct rt6_info *rt, struct sk_buff *skb,
		     struct net_device *master)
{
	mfib_input_fn input = READ_ONCE(forward6);

	if (!input) {
		const struct ipv6hdr *iph = ipv6_hdr(skb);
		struct flowi6 fl6 = {
			.flowi6_iif = master->ifindex,
			.daddr = iph->daddr,
			.saddr = iph->saddr,
		};
		struct net *net = dev_net(master);
		struct fib6_table *table;
		struct rt6_info *built;

		table = fib6_get_table(net, l3mdev_fib_table_rcu(master));
		if (!table)
			return false;
		built = ip6_pol_route(net, table, master->ifindex, &fl6, skb,
				      0);
		if (!built->dst.error && !built->dst.lwtstate &&
		    !(built->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST)))
			input = built->dst.input;
		dst_release(&built->dst);
		if (!input)
			return false;
		WRITE_ONCE(forward6, input);
	}
	WRITE_ONCE(rt->dst.input, input);
	return true;
}
