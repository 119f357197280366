// SPDX-License-Identifier: GPL-2.0
/*
 * A thrown packet is looked up as if it belonged to no layer-3 master, for else
 * the rule "l3mdev" would lead it back. The kernel's functions for received
 * packets insist on the device that a packet came in through, so that what is
 * forwarded takes the way of local packets here. Its source is not verified:
 * that it came from a customer is what the FIB stands for.
 *
 * The answer may be the FIB's device, which would ask this FIB again: -ELOOP.
 */
#include "throw.h"

#include <linux/rtnetlink.h>
#include <net/flow_dissector.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include "dst.h"

/* @oif: that of a FIB's device for the table of its id, or 0 */
static struct rtable *lookup4(struct sk_buff *skb, struct net *net, int oif)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct flowi4 fl4 = {
		.flowi4_oif = oif,
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.flowi4_tos = iph->tos,
		.flowi4_mark = skb->mark,
		/* Customers' sources are none of the host's. */
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	struct flow_keys flkeys;

	fib4_rules_early_flow_dissect(net, skb, &fl4, &flkeys);
	return __ip_route_output_key(net, &fl4);
}

static struct rtable *throw4(struct sk_buff *skb,
			     const struct net_device *master)
{
	struct rtable *rt = lookup4(skb, dev_net(master), 0);

	if (IS_ERR(rt) || rt->dst.dev != master)
		return rt;
	ip_rt_put(rt);
	return ERR_PTR(-ELOOP);
}

/**
 * mfib_throw4_input() - the entry of a received IPv4 packet that is thrown
 * @skb: the packet; it has no entry yet
 * @master: the FIB's device
 *
 * Context: softirq, rcu_read_lock().
 * Return: the entry, with a reference; an error pointer: -ELOOP, -EHOSTUNREACH,
 * -EACCES and -EINVAL for a route of type unreachable, prohibit and blackhole,
 * -ENETUNREACH for none, -ENOBUFS.
 */
struct dst_entry *mfib_throw4_input(struct sk_buff *skb,
				    struct net_device *master)
{
	struct rtable *rt, *forward;

	rt = throw4(skb, master);
	if (IS_ERR(rt))
		return ERR_CAST(rt);
	if (rt->rt_flags & RTCF_LOCAL)
		return &rt->dst;
	/* The kernel's entry is made for sending and shared. */
	forward = rt->rt_type == RTN_UNICAST ?
		  rt_dst_clone(rt->dst.dev, rt) : NULL;
	ip_rt_put(rt);
	if (!forward)
		return ERR_PTR(-ENOBUFS);
	forward->rt_is_input = 1;
	forward->rt_uses_gateway = forward->rt_gw_family != AF_UNSPEC;
	if (!mfib_dst4_learn(forward, skb, master)) {
		ip_rt_put(forward);
		return ERR_PTR(-ENOBUFS);
	}
	return &forward->dst;
}

/**
 * mfib_throw4_output() - the entry of a local IPv4 packet that is thrown
 * @skb: the packet
 * @master: the FIB's device
 *
 * Context: process context or softirq, rcu_read_lock().
 * Return: as mfib_throw4_input().
 */
struct dst_entry *mfib_throw4_output(struct sk_buff *skb,
				     const struct net_device *master)
{
	struct rtable *rt;

	skb->protocol = htons(ETH_P_IP);
	rt = throw4(skb, master);
	return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
}

/**
 * mfib_throw4_into() - the kernel's entry of a local IPv4 packet in another FIB
 * @skb: the packet
 * @master: that FIB's device
 *
 * Context: process context or softirq, rcu_read_lock().
 * Return: the entry, with a reference; an error pointer as of
 * mfib_throw4_input().
 */
struct dst_entry *mfib_throw4_into(struct sk_buff *skb,
				   const struct net_device *master)
{
	struct rtable *rt;

	skb->protocol = htons(ETH_P_IP);
	rt = lookup4(skb, dev_net(master), master->ifindex);
	return IS_ERR(rt) ? ERR_CAST(rt) : &rt->dst;
}

#if IS_ENABLED(CONFIG_IPV6)
static void flow6(struct sk_buff *skb, struct net *net, struct flowi6 *fl6,
		  struct flow_keys *flkeys)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);

	*fl6 = (struct flowi6) {
		.flowi6_iif = LOOPBACK_IFINDEX,
		.flowi6_mark = skb->mark,
		.flowi6_proto = iph->nexthdr,
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.flowlabel = ip6_flowinfo(iph),
	};
	fib6_rules_early_flow_dissect(net, skb, fl6, flkeys);
}

static struct dst_entry *unless_loop(struct dst_entry *dst,
				     const struct net_device *master)
{
	if (dst->dev != master)
		return dst;
	dst_release(dst);
	return ERR_PTR(-ELOOP);
}

/**
 * mfib_throw6_input() - the entry of a received IPv6 packet that is thrown
 * @skb: the packet; it has no entry yet
 * @master: the FIB's device
 *
 * Context: softirq, rcu_read_lock().
 * Return: the entry, with a reference; if there is no way, one that drops the
 * packet and answers it; -ELOOP as error pointer.
 */
struct dst_entry *mfib_throw6_input(struct sk_buff *skb,
				    struct net_device *master)
{
	struct net *net = dev_net(master);
	struct flow_keys flkeys;
	struct flowi6 fl6;

	flow6(skb, net, &fl6, &flkeys);
	return unless_loop(ip6_route_input_lookup(net, skb->dev, &fl6, skb,
						  RT6_LOOKUP_F_HAS_SADDR),
			   master);
}

static struct dst_entry *lookup6(struct sk_buff *skb, struct net *net, int oif)
{
	struct flow_keys flkeys;
	struct dst_entry *dst;
	struct flowi6 fl6;
	int err;

	skb->protocol = htons(ETH_P_IPV6);
	flow6(skb, net, &fl6, &flkeys);
	fl6.flowi6_oif = oif;
	dst = ip6_route_output(net, NULL, &fl6);
	err = dst->error;
	if (!err)
		return dst;
	dst_release(dst);
	return ERR_PTR(err);
}

/**
 * mfib_throw6_output() - the entry of a local IPv6 packet that is thrown
 * @skb: the packet
 * @master: the FIB's device
 *
 * Context: process context or softirq, rcu_read_lock().
 * Return: the entry, with a reference; an error pointer: -ELOOP, or what its
 * route says.
 */
struct dst_entry *mfib_throw6_output(struct sk_buff *skb,
				     const struct net_device *master)
{
	struct dst_entry *dst = lookup6(skb, dev_net(master), 0);

	return IS_ERR(dst) ? dst : unless_loop(dst, master);
}

/**
 * mfib_throw6_into() - the kernel's entry of a local IPv6 packet in another FIB
 * @skb: the packet
 * @master: that FIB's device
 *
 * Context: process context or softirq, rcu_read_lock().
 * Return: the entry, with a reference; an error pointer: what its route says.
 */
struct dst_entry *mfib_throw6_into(struct sk_buff *skb,
				   const struct net_device *master)
{
	return lookup6(skb, dev_net(master), master->ifindex);
}
#else
struct dst_entry *mfib_throw6_input(struct sk_buff *skb,
				    struct net_device *master)
{
	return ERR_PTR(-EAFNOSUPPORT);
}

struct dst_entry *mfib_throw6_output(struct sk_buff *skb,
				     const struct net_device *master)
{
	return ERR_PTR(-EAFNOSUPPORT);
}

struct dst_entry *mfib_throw6_into(struct sk_buff *skb,
				   const struct net_device *master)
{
	return ERR_PTR(-EAFNOSUPPORT);
}
#endif
