// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet that a port received.
 *
 * The kernel calls mfib_input() after PREROUTING. A packet to be forwarded
 * gets its next hop's entry and keeps its port as device; the kernel's own
 * ip_forward() or ip6_forward() then finds all decided. Since that entry
 * bypasses the kernel's input routing, what is checked there is checked here.
 * What a route of type local covers gets an entry as well, and so does what is
 * thrown (throw.c) or decided by another FIB (leak.c). Everything else is
 * handed to the kernel with the FIB's device in the port's place, as a VRF does
 * it, and finds the kernel's table of the FIB's id.
 */
#include "datapath.h"

#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/ndisc.h>
#include <net/route.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "leak.h"
#include "nexthop.h"
#include "rpf.h"
#include "throw.h"

static const struct mfib_port *find_port(struct mfib_dev *mdev,
					 const struct net_device *dev)
{
	const struct mfib_port *port;

	port = rcu_dereference(mdev->fast[(u32)dev->ifindex % MFIB_PORTS_FAST]);
	if (unlikely(!port || port->dev != dev))
		port = xa_load(&mdev->ports, dev->ifindex);
	/* No port: the device itself, or a port that is just leaving. */
	return port ?: &mdev->self;
}

static noinline struct sk_buff *drop(struct sk_buff *skb,
				     enum skb_drop_reason reason)
{
	kfree_skb_reason(skb, reason);
	return NULL;
}

/* The port verifies sources, and this one is not right. */
static noinline struct sk_buff *
no_path_back(struct sk_buff *skb, struct mfib_counters __percpu *counters)
{
	mfib_count(counters, MFIB_STAT_A_RPF);
	__NET_INC_STATS(dev_net(skb->dev), LINUX_MIB_IPRPFILTER);
	return drop(skb, SKB_DROP_REASON_IP_RPFILTER);
}

/* What is rare is out of line, for the way of most packets to be short. */
static noinline void tap_slow(struct net_device *master, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	if (!skb_mac_header_was_set(skb) || !skb_mac_header_len(skb))
		return;
	skb->dev = master;
	skb_push(skb, skb_mac_header_len(skb));
	dev_queue_xmit_nit(skb, master);
	skb_pull(skb, skb_mac_header_len(skb));
	skb->dev = dev;
}

/* Lets a sniffer on the FIB's device see the packet. */
static void tap(struct net_device *master, struct sk_buff *skb)
{
	if (unlikely(!list_empty(&master->ptype_all)))
		tap_slow(master, skb);
}

static noinline struct sk_buff *to_kernel4(struct net_device *master,
					   struct sk_buff *skb)
{
	if (skb->pkt_type == PACKET_LOOPBACK)
		skb->pkt_type = PACKET_HOST;
	skb->dev = master;
	skb->skb_iif = master->ifindex;
	IPCB(skb)->flags |= IPSKB_L3SLAVE;
	return skb;
}

static struct sk_buff *unreachable4(const struct mfib_dev *mdev,
				    struct sk_buff *skb, int code,
				    enum skb_drop_reason reason)
{
	/* icmp_send() wants an entry, if only to know the FIB. */
	skb_dst_set_noref(skb, &mdev->icmp->dst);
	icmp_send(skb, ICMP_DEST_UNREACH, code, 0);
	return drop(skb, reason);
}

/* FIBs lead to each other without an end, or to one that is being deleted. */
static enum mfib_stat_attr stat_of_leak(int err)
{
	return err == -ELOOP ? MFIB_STAT_A_LOOP : MFIB_STAT_A_DEAD;
}

/* @type: why the packet is not forwarded, RTN_UNSPEC if no route matches. */
static noinline struct sk_buff *refuse4(const struct mfib_dev *mdev,
					struct mfib_counters __percpu *counters,
					struct sk_buff *skb, u8 type)
{
	switch (type) {
	case RTN_UNSPEC:
		mfib_count(counters, MFIB_STAT_A_NOROUTE);
		__IP_INC_STATS(dev_net(skb->dev), IPSTATS_MIB_INNOROUTES);
		return unreachable4(mdev, skb, ICMP_NET_UNREACH,
				    SKB_DROP_REASON_IP_INNOROUTES);
	case RTN_BLACKHOLE:
		mfib_count(counters, MFIB_STAT_A_BLACKHOLE);
		return drop(skb, SKB_DROP_REASON_NOT_SPECIFIED);
	case RTN_PROHIBIT:
		mfib_count(counters, MFIB_STAT_A_PROHIBIT);
		return unreachable4(mdev, skb, ICMP_PKT_FILTERED,
				    SKB_DROP_REASON_NOT_SPECIFIED);
	case RTN_UNREACHABLE:
		mfib_count(counters, MFIB_STAT_A_UNREACHABLE);
		return unreachable4(mdev, skb, ICMP_HOST_UNREACH,
				    SKB_DROP_REASON_NOT_SPECIFIED);
	default:
		mfib_count(counters, MFIB_STAT_A_DEAD);
		return unreachable4(mdev, skb, ICMP_HOST_UNREACH,
				    SKB_DROP_REASON_IP_OUTNOROUTES);
	}
}

static u8 type_of_error(int err)
{
	switch (err) {
	case -EINVAL:
		return RTN_BLACKHOLE;
	case -EACCES:
		return RTN_PROHIBIT;
	case -EHOSTUNREACH:
		return RTN_UNREACHABLE;
	case -ELOOP:
	case -ENOBUFS:
		return RTN_UNICAST;
	default:
		return RTN_UNSPEC;
	}
}

static bool is_martian4(const struct iphdr *iph, struct in_device *in_dev,
			struct net *net)
{
	if (ipv4_is_multicast(iph->saddr) || ipv4_is_lbcast(iph->saddr) ||
	    ipv4_is_zeronet(iph->saddr) || ipv4_is_zeronet(iph->daddr))
		return true;
	return (ipv4_is_loopback(iph->daddr) || ipv4_is_loopback(iph->saddr)) &&
	       !IN_DEV_NET_ROUTE_LOCALNET(in_dev, net);
}

/* Whether the sender, whose packet leaves through the port it came in, may be
 * told of a better way: it reaches the next hop over the same link.
 */
static noinline bool may_redirect(const struct mfib_fib *fib,
				  enum mfib_family family, const void *saddr,
				  const struct net_device *dev)
{
	const struct mfib_info *info = mfib_fib_lookup(fib, family, saddr);

	if (!info)
		return false;
	info = mfib_info_active(info);
	return info->key.type == RTN_UNICAST && info->key.nh &&
	       info->key.nh->gw.family == AF_UNSPEC &&
	       info->key.nh->ifindex == dev->ifindex;
}

/* Whether the kernel's own entry for the packet is in its table. */
static bool is_kernels(const struct mfib_info *info)
{
	if (!(info->key.flags & MFIB_ROUTE_F_FOLLOWED))
		return false;
	switch (info->key.type) {
	case RTN_LOCAL:
	case RTN_BROADCAST:
	case RTN_ANYCAST:
		return true;
	}
	return info->key.flags & MFIB_ROUTE_F_TRAP;
}

static struct sk_buff *throw4(struct net_device *master, struct sk_buff *skb,
			      struct mfib_counters __percpu *counters,
			      struct in_device *in_dev)
{
	struct mfib_dev *mdev = netdev_priv(master);
	struct dst_entry *dst;

	dst = mfib_throw4_input(skb, master);
	if (IS_ERR(dst))
		return refuse4(mdev, counters, skb,
			       type_of_error(PTR_ERR(dst)));
	skb_dst_set(skb, dst);
	if (skb_rtable(skb)->rt_flags & RTCF_LOCAL) {
		mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
		return to_kernel4(master, skb);
	}
	if (unlikely(!IN_DEV_FORWARD(in_dev))) {
		mfib_count(counters, MFIB_STAT_A_DISABLED);
		return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
	}
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	return skb;
}

/* Came in by a port that forwards nothing. */
static noinline struct sk_buff *disabled4(struct sk_buff *skb,
					  struct mfib_counters __percpu *counters)
{
	mfib_count(counters, MFIB_STAT_A_DISABLED);
	__IP_INC_STATS(dev_net(skb->dev), IPSTATS_MIB_INADDRERRORS);
	return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
}

/* What is not forwarded by a next hop of the FIB. */
static noinline struct sk_buff *other4(struct net_device *master,
				       struct sk_buff *skb,
				       struct mfib_counters __percpu *counters,
				       struct in_device *in_dev, u8 type)
{
	struct mfib_dev *mdev = netdev_priv(master);

	switch (type) {
	case RTN_LOCAL:
		mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
		skb_dst_set_noref(skb, &mdev->local4->dst);
		return to_kernel4(master, skb);
	case RTN_THROW:
		return throw4(master, skb, counters, in_dev);
	}
	/* Who is no router does not tell of routes. */
	if (!IN_DEV_FORWARD(in_dev))
		return disabled4(skb, counters);
	return refuse4(mdev, counters, skb, type);
}

/* The kernel's table of another FIB decides: it would ask that of the port. */
static struct sk_buff *to_other_kernel4(struct net_device *into,
					struct sk_buff *skb,
					struct mfib_counters __percpu *counters)
{
	const struct iphdr *iph = ip_hdr(skb);

	mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
	tap(into, skb);
	if (ip_route_input_noref(skb, iph->daddr, iph->saddr, iph->tos, into))
		return drop(skb, SKB_DROP_REASON_IP_INNOROUTES);
	return to_kernel4(into, skb);
}

/* The packet's route leads to another FIB. */
static noinline struct sk_buff *leak4(struct net_device *master,
				      struct sk_buff *skb,
				      struct mfib_counters __percpu *counters,
				      struct in_device *in_dev,
				      const struct mfib_info *info)
{
	const struct mfib_dev *mdev = netdev_priv(master);
	struct net_device *into = master;
	struct rtable *rt;

	info = mfib_leak(info, MFIB_IPV4, &ip_hdr(skb)->daddr, &into);
	if (IS_ERR(info)) {
		mfib_count(counters, stat_of_leak(PTR_ERR(info)));
		return unreachable4(mdev, skb, ICMP_HOST_UNREACH,
				    SKB_DROP_REASON_IP_OUTNOROUTES);
	}
	if (!info)
		return refuse4(mdev, counters, skb, RTN_UNSPEC);
	if (is_kernels(info))
		return to_other_kernel4(into, skb, counters);
	switch (info->key.type) {
	case RTN_UNICAST:
		break;
	case RTN_LOCAL:
	case RTN_THROW:
		return other4(into, skb, counters, in_dev, info->key.type);
	default:
		return refuse4(mdev, counters, skb, info->key.type);
	}
	rt = rcu_dereference(info->key.nh->rt4);
	if (!rt)
		rt = mfib_group_rt4(info->key.nh, skb);
	if (!rt)
		return refuse4(mdev, counters, skb, RTN_UNICAST);
	if (!READ_ONCE(rt->dst.input) && !mfib_dst4_learn(rt, skb, master))
		return disabled4(skb, counters);
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	skb_dst_set_noref(skb, &rt->dst);
	return skb;
}

static struct sk_buff *input4(struct net_device *master, struct sk_buff *skb)
{
	struct mfib_dev *mdev = netdev_priv(master);
	const struct mfib_fib *fib = rcu_dereference(mdev->fib);
	struct mfib_counters __percpu *counters;
	struct net_device *dev = skb->dev;
	const struct mfib_info *info;
	const struct mfib_port *port;
	struct in_device *in_dev;
	const struct iphdr *iph;
	struct rtable *rt;

	port = find_port(mdev, dev);
	counters = port->counters;
	iph = ip_hdr(skb);
	if (unlikely(!fib))
		return drop(skb, SKB_DROP_REASON_DEV_READY);
	if (unlikely(skb->pkt_type != PACKET_HOST || skb_valid_dst(skb) ||
		     skb->sk || ipv4_is_multicast(iph->daddr) ||
		     ipv4_is_lbcast(iph->daddr)))
		goto local;

	in_dev = __in_dev_get_rcu(dev);
	if (unlikely(!in_dev))
		return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
	if (unlikely(is_martian4(iph, in_dev, dev_net(dev))))
		goto martian;
	if (unlikely(READ_ONCE(port->rpf)) &&
	    !mfib_rpf_passes(fib, port, master, MFIB_IPV4, &iph->saddr))
		return no_path_back(skb, counters);

	info = mfib_fib_lookup(fib, MFIB_IPV4, &iph->daddr);
	if (info)
		info = mfib_info_active(info);
	if (unlikely(info && is_kernels(info)))
		goto local;
	skb_dst_drop(skb);
	tap(master, skb);
	if (unlikely(!info))
		return other4(master, skb, counters, in_dev, RTN_UNSPEC);
	if (unlikely(info->key.type != RTN_UNICAST))
		return other4(master, skb, counters, in_dev, info->key.type);
	if (unlikely(!IN_DEV_FORWARD(in_dev)))
		return disabled4(skb, counters);

	rt = rcu_dereference(info->key.nh->rt4);
	if (unlikely(!rt)) {
		if (rcu_access_pointer(info->key.nh->lookup))
			return leak4(master, skb, counters, in_dev, info);
		rt = mfib_group_rt4(info->key.nh, skb);
	}
	if (unlikely(!rt))
		return refuse4(mdev, counters, skb, RTN_UNICAST);
	if (unlikely(!READ_ONCE(rt->dst.input)) &&
	    !mfib_dst4_learn(rt, skb, master))
		return disabled4(skb, counters);
	if (unlikely(rt->dst.dev == dev) && IN_DEV_TX_REDIRECTS(in_dev) &&
	    may_redirect(fib, MFIB_IPV4, &iph->saddr, dev))
		IPCB(skb)->flags |= IPSKB_DOREDIRECT;
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	skb_dst_set_noref(skb, &rt->dst);
	return skb;

local:
	mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
	if (skb->pkt_type != PACKET_LOOPBACK)
		tap(master, skb);
	return to_kernel4(master, skb);

martian:
	mfib_count(counters, MFIB_STAT_A_MARTIAN);
	__IP_INC_STATS(dev_net(dev), IPSTATS_MIB_INADDRERRORS);
	return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
}

#if IS_ENABLED(CONFIG_IPV6)
/* The kernel redirects whom it takes for a neighbour: all that comes and goes
 * by one device. A redirect to somebody who is not on its link would leave by
 * any port: lets a packet look as if it came in by another device than @dev.
 */
static noinline void check_redirect6(struct net_device *master,
				     struct sk_buff *skb,
				     const struct net_device *dev)
{
	const struct mfib_dev *mdev = netdev_priv(master);
	const struct mfib_fib *fib = rcu_dereference(mdev->fib);
	const struct in6_addr *saddr = &ipv6_hdr(skb)->saddr;

	if (!(ipv6_addr_type(saddr) & IPV6_ADDR_LINKLOCAL) &&
	    !(fib && may_redirect(fib, MFIB_IPV6, saddr, dev)))
		IP6CB(skb)->iif = master->ifindex;
}

static bool is_ndisc(struct sk_buff *skb)
{
	const struct icmp6hdr *icmp;
	struct icmp6hdr buf;

	if (ipv6_hdr(skb)->nexthdr != IPPROTO_ICMPV6)
		return false;
	icmp = skb_header_pointer(skb, sizeof(struct ipv6hdr), sizeof(buf),
				  &buf);
	return icmp && icmp->icmp6_type >= NDISC_ROUTER_SOLICITATION &&
	       icmp->icmp6_type <= NDISC_REDIRECT;
}

/* Link-local and multicast destinations are looked up with the port they came
 * in through, as their meaning depends on it.
 */
static void route_strictly(struct net_device *master, struct sk_buff *skb,
			   int ifindex)
{
	const struct ipv6hdr *iph = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_iif = ifindex,
		.flowi6_mark = skb->mark,
		.flowi6_proto = iph->nexthdr,
		.daddr = iph->daddr,
		.saddr = iph->saddr,
		.flowlabel = ip6_flowinfo(iph),
	};
	struct net *net = dev_net(master);
	struct fib6_table *table;
	struct rt6_info *rt;

	table = fib6_get_table(net, mfib_dev_fib_id(master));
	if (!table)
		return;
	rt = ip6_pol_route(net, table, ifindex, &fl6, skb,
			   RT6_LOOKUP_F_HAS_SADDR | RT6_LOOKUP_F_IFACE);
	if (rt == net->ipv6.ip6_null_entry) {
		dst_release(&rt->dst);
		return;
	}
	/* It goes on to a neighbour. */
	if (rt->dst.dev->ifindex == ifindex &&
	    !(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST)) &&
	    !ipv6_addr_is_multicast(&iph->daddr))
		check_redirect6(master, skb, rt->dst.dev);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
}

static noinline struct sk_buff *to_kernel6(struct net_device *master,
					   struct sk_buff *skb, bool strict)
{
	int ifindex = skb->skb_iif;

	/* Neighbour discovery belongs to the port. */
	if (!is_ndisc(skb)) {
		skb->dev = master;
		skb->skb_iif = master->ifindex;
		IP6CB(skb)->flags |= IP6SKB_L3SLAVE;
		if (skb->pkt_type == PACKET_LOOPBACK) {
			skb->pkt_type = PACKET_HOST;
			return skb;
		}
	}
	if (strict)
		route_strictly(master, skb, ifindex);
	return skb;
}

static struct sk_buff *unreachable6(struct sk_buff *skb, int code,
				    enum skb_drop_reason reason)
{
	icmpv6_send(skb, ICMPV6_DEST_UNREACH, code, 0);
	return drop(skb, reason);
}

/* @type: why the packet is not forwarded, RTN_UNSPEC if no route matches. */
static noinline struct sk_buff *refuse6(struct mfib_counters __percpu *counters,
					struct sk_buff *skb, u8 type)
{
	switch (type) {
	case RTN_UNSPEC:
		mfib_count(counters, MFIB_STAT_A_NOROUTE);
		__IP6_INC_STATS(dev_net(skb->dev), __in6_dev_get(skb->dev),
				IPSTATS_MIB_INNOROUTES);
		return unreachable6(skb, ICMPV6_NOROUTE,
				    SKB_DROP_REASON_IP_INNOROUTES);
	case RTN_BLACKHOLE:
		mfib_count(counters, MFIB_STAT_A_BLACKHOLE);
		return drop(skb, SKB_DROP_REASON_NOT_SPECIFIED);
	case RTN_PROHIBIT:
		mfib_count(counters, MFIB_STAT_A_PROHIBIT);
		return unreachable6(skb, ICMPV6_ADM_PROHIBITED,
				    SKB_DROP_REASON_NOT_SPECIFIED);
	case RTN_UNREACHABLE:
		mfib_count(counters, MFIB_STAT_A_UNREACHABLE);
		return unreachable6(skb, ICMPV6_NOROUTE,
				    SKB_DROP_REASON_NOT_SPECIFIED);
	default:
		mfib_count(counters, MFIB_STAT_A_DEAD);
		return unreachable6(skb, ICMPV6_ADDR_UNREACH,
				    SKB_DROP_REASON_IP_OUTNOROUTES);
	}
}

static struct sk_buff *throw6(struct net_device *master, struct sk_buff *skb,
			      struct mfib_counters __percpu *counters)
{
	struct dst_entry *dst;

	dst = mfib_throw6_input(skb, master);
	if (IS_ERR(dst))
		return refuse6(counters, skb, RTN_UNICAST);
	skb_dst_set(skb, dst);
	/* What has no way drops and answers the packet itself. */
	if (dst->error || ((struct rt6_info *)dst)->rt6i_flags & RTF_LOCAL) {
		mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
		return dst->error ? skb : to_kernel6(master, skb, false);
	}
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	return skb;
}

static noinline struct sk_buff *other6(struct net_device *master,
				       struct sk_buff *skb,
				       struct mfib_counters __percpu *counters,
				       u8 type)
{
	struct mfib_dev *mdev = netdev_priv(master);

	switch (type) {
	case RTN_LOCAL:
		if (!mdev->local6)
			return refuse6(counters, skb, RTN_UNICAST);
		mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
		skb_dst_set_noref(skb, &mdev->local6->dst);
		return to_kernel6(master, skb, false);
	case RTN_THROW:
		return throw6(master, skb, counters);
	default:
		return refuse6(counters, skb, type);
	}
}

/* rt6_need_strict(), in short for the addresses of the Internet, 2000::/3. */
static bool need_strict(const struct in6_addr *addr)
{
	return (addr->s6_addr32[0] & htonl(0xe0000000)) != htonl(0x20000000) &&
	       rt6_need_strict(addr);
}

/* The packet is too big for the device by which it would leave the FIB. */
static struct sk_buff *drop_too_big6(struct sk_buff *skb, struct rt6_info *rt)
{
	__IP6_INC_STATS(dev_net(skb->dev), rt->rt6i_idev,
			IPSTATS_MIB_FRAGFAILS);
	return drop(skb, SKB_DROP_REASON_PKT_TOO_BIG);
}

/* The packet's route leads to another FIB. */
static noinline struct sk_buff *leak6(struct net_device *master,
				      struct sk_buff *skb,
				      struct mfib_counters __percpu *counters,
				      const struct mfib_info *info)
{
	struct net_device *into = master;
	struct rt6_info *rt;

	info = mfib_leak(info, MFIB_IPV6, &ipv6_hdr(skb)->daddr, &into);
	if (IS_ERR(info)) {
		mfib_count(counters, stat_of_leak(PTR_ERR(info)));
		return unreachable6(skb, ICMPV6_ADDR_UNREACH,
				    SKB_DROP_REASON_IP_OUTNOROUTES);
	}
	if (!info)
		return refuse6(counters, skb, RTN_UNSPEC);
	if (is_kernels(info)) {
		mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
		tap(into, skb);
		return to_kernel6(into, skb, false);
	}
	if (info->key.type != RTN_UNICAST)
		return other6(into, skb, counters, info->key.type);
	rt = rcu_dereference(info->key.nh->rt6);
	if (!rt)
		rt = mfib_group_rt6(info->key.nh, skb);
	if (!rt)
		return refuse6(counters, skb, RTN_UNICAST);
	if (!READ_ONCE(rt->dst.input) && !mfib_dst6_learn(rt, skb, master)) {
		mfib_count(counters, MFIB_STAT_A_DISABLED);
		return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
	}
	/* Who sends by one FIB and hears from another is not redirected. */
	if (rt->dst.dev == skb->dev)
		IP6CB(skb)->iif = master->ifindex;
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	if (!mfib_leak_fits6(skb, rt))
		return drop_too_big6(skb, rt);
	skb_dst_set_noref(skb, &rt->dst);
	return skb;
}

static struct sk_buff *input6(struct net_device *master, struct sk_buff *skb)
{
	struct mfib_dev *mdev = netdev_priv(master);
	const struct mfib_fib *fib = rcu_dereference(mdev->fib);
	struct mfib_counters __percpu *counters;
	const struct ipv6hdr *iph = ipv6_hdr(skb);
	struct net_device *dev = skb->dev;
	const struct mfib_info *info;
	const struct mfib_port *port;
	struct rt6_info *rt;
	bool strict;

	port = find_port(mdev, dev);
	counters = port->counters;
	strict = need_strict(&iph->daddr);
	if (unlikely(!fib))
		return drop(skb, SKB_DROP_REASON_DEV_READY);
	if (unlikely(strict || skb->pkt_type != PACKET_HOST ||
		     skb_valid_dst(skb) || skb->sk))
		goto local;
	if (unlikely(READ_ONCE(port->rpf)) &&
	    !mfib_rpf_passes(fib, port, master, MFIB_IPV6, &iph->saddr))
		return no_path_back(skb, counters);

	info = mfib_fib_lookup(fib, MFIB_IPV6, &iph->daddr);
	if (info)
		info = mfib_info_active(info);
	if (unlikely(info && is_kernels(info)))
		goto local;
	skb_dst_drop(skb);
	tap(master, skb);
	if (unlikely(!info))
		return refuse6(counters, skb, RTN_UNSPEC);
	if (unlikely(info->key.type != RTN_UNICAST))
		return other6(master, skb, counters, info->key.type);

	rt = rcu_dereference(info->key.nh->rt6);
	if (unlikely(!rt)) {
		if (rcu_access_pointer(info->key.nh->lookup))
			return leak6(master, skb, counters, info);
		rt = mfib_group_rt6(info->key.nh, skb);
	}
	if (unlikely(!rt))
		return refuse6(counters, skb, RTN_UNICAST);
	if (unlikely(!READ_ONCE(rt->dst.input)) &&
	    !mfib_dst6_learn(rt, skb, master)) {
		mfib_count(counters, MFIB_STAT_A_DISABLED);
		return drop(skb, SKB_DROP_REASON_IP_INADDRERRORS);
	}
	if (unlikely(rt->dst.dev == dev))
		check_redirect6(master, skb, dev);
	mfib_count_bytes(counters, MFIB_STAT_A_FORWARD_PACKETS, skb->len);
	if (unlikely(info->key.flags & MFIB_ROUTE_F_FOREIGN) &&
	    !mfib_leak_fits6(skb, rt))
		return drop_too_big6(skb, rt);
	skb_dst_set_noref(skb, &rt->dst);
	return skb;

local:
	mfib_count(counters, MFIB_STAT_A_LOCAL_PACKETS);
	if (skb->pkt_type != PACKET_LOOPBACK)
		tap(master, skb);
	return to_kernel6(master, skb, strict);
}
#else
static struct sk_buff *input6(struct net_device *master, struct sk_buff *skb)
{
	return skb;
}
#endif

/**
 * mfib_input() - a packet comes in through a port, or loops back to the FIB
 * @master: the FIB's device
 * @skb: the packet; its device is the port, or @master
 * @proto: AF_INET or AF_INET6
 *
 * The layer-3 master's l3mdev_l3_rcv operation.
 *
 * Context: softirq, rcu_read_lock().
 * Return: @skb for the kernel to go on with, NULL if it was dropped.
 */
struct sk_buff *mfib_input(struct net_device *master, struct sk_buff *skb,
			   u16 proto)
{
	switch (proto) {
	case AF_INET:
		return input4(master, skb);
	case AF_INET6:
		return input6(master, skb);
	}
	return skb;
}
