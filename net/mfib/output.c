// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet that a local socket sends in a FIB.
 *
 * The kernel routes the socket by its table of the FIB's id: connected and
 * local routes are there, and a catch-all per port stands for everything else
 * (ktable.c). Its entry names a port, so that the kernel calls mfib_output()
 * before LOCAL_OUT, and the entry of the FIB's own route takes its place. The
 * FIB's device transmits what goes to one of its own addresses, and what finds
 * no port that is up.
 */
#include "datapath.h"

#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <net/addrconf.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "leak.h"
#include "nexthop.h"
#include "throw.h"

/* What becomes of a packet. */
enum verdict {
	KEEP,		/* its entry is right */
	SEND,		/* through the route's entry */
	FAIL_NOROUTE,
	FAIL_UNREACHABLE,
	FAIL_PROHIBIT,
	FAIL_SILENTLY,
};

static enum verdict verdict_of_type(u8 type)
{
	switch (type) {
	case RTN_BLACKHOLE:
		return FAIL_SILENTLY;
	case RTN_PROHIBIT:
		return FAIL_PROHIBIT;
	case RTN_UNREACHABLE:
		return FAIL_UNREACHABLE;
	default:
		/* Broadcast and anycast addresses of ports. */
		return KEEP;
	}
}

static enum verdict verdict_of_error(int err)
{
	switch (err) {
	case -EINVAL:
		return FAIL_SILENTLY;
	case -EACCES:
		return FAIL_PROHIBIT;
	case -EHOSTUNREACH:
	case -ELOOP:
	case -ENODEV:
	case -ENOBUFS:
		return FAIL_UNREACHABLE;
	default:
		return FAIL_NOROUTE;
	}
}

static enum verdict send(struct dst_entry *entry, struct dst_entry **dst)
{
	*dst = entry;
	return entry && dst_hold_safe(entry) ? SEND : FAIL_UNREACHABLE;
}

static enum verdict take(struct dst_entry *entry, struct dst_entry **dst)
{
	*dst = entry;
	return IS_ERR(entry) ? verdict_of_error(PTR_ERR(entry)) : SEND;
}

static enum verdict decide4(const struct mfib_fib *fib,
			    struct net_device *master, struct sk_buff *skb,
			    struct dst_entry **dst)
{
	__be32 daddr = ip_hdr(skb)->daddr;
	struct net_device *into = master;
	const struct mfib_info *info;
	enum verdict verdict;
	struct rtable *rt;

	if (ipv4_is_multicast(daddr) || ipv4_is_lbcast(daddr) ||
	    skb_rtable(skb)->rt_type != RTN_UNICAST)
		return KEEP;
	info = mfib_fib_lookup(fib, MFIB_IPV4, &daddr);
	if (info)
		info = mfib_leak(mfib_info_active(info), MFIB_IPV4, &daddr,
				 &into);
	if (!info)
		return FAIL_NOROUTE;
	if (IS_ERR(info))
		return verdict_of_error(PTR_ERR(info));
	verdict = verdict_of_type(info->key.type);
	switch (info->key.type) {
	case RTN_UNICAST:
		if (info->key.flags & MFIB_ROUTE_F_TRAP)
			break;
		rt = rcu_dereference(info->key.nh->rt4);
		if (!rt)
			rt = mfib_group_rt4(info->key.nh, skb);
		return send(rt ? &rt->dst : NULL, dst);
	case RTN_LOCAL:
		if (into != master && mfib_info_is_followed(info))
			break;
		rt = ((struct mfib_dev *)netdev_priv(into))->local4;
		return send(&rt->dst, dst);
	case RTN_THROW:
		return take(mfib_throw4_output(skb, into), dst);
	}
	/* The entry is one of the packet's own FIB. */
	if (verdict == KEEP && into != master)
		return take(mfib_throw4_into(skb, into), dst);
	return verdict;
}

static enum verdict decide6(const struct mfib_fib *fib,
			    struct net_device *master, struct sk_buff *skb,
			    struct dst_entry **dst)
{
	const struct in6_addr *daddr = &ipv6_hdr(skb)->daddr;
	struct net_device *into = master;
	const struct mfib_info *info;
	enum verdict verdict;
	struct rt6_info *rt;

	if (rt6_need_strict(daddr))
		return KEEP;
	info = mfib_fib_lookup(fib, MFIB_IPV6, daddr);
	if (info)
		info = mfib_leak(mfib_info_active(info), MFIB_IPV6, daddr,
				 &into);
	if (!info)
		return FAIL_NOROUTE;
	if (IS_ERR(info))
		return verdict_of_error(PTR_ERR(info));
	verdict = verdict_of_type(info->key.type);
	switch (info->key.type) {
	case RTN_UNICAST:
		if (info->key.flags & MFIB_ROUTE_F_TRAP)
			break;
		rt = rcu_dereference(info->key.nh->rt6);
		if (!rt)
			rt = mfib_group_rt6(info->key.nh, skb);
		return send(rt ? &rt->dst : NULL, dst);
	case RTN_LOCAL:
		if (into != master && mfib_info_is_followed(info))
			break;
		rt = ((struct mfib_dev *)netdev_priv(into))->local6;
		return send(rt ? &rt->dst : NULL, dst);
	case RTN_THROW:
		return take(mfib_throw6_output(skb, into), dst);
	}
	/* The entry is one of the packet's own FIB. */
	if (verdict == KEEP && into != master)
		return take(mfib_throw6_into(skb, into), dst);
	return verdict;
}

/* Tells the sending socket. */
static void fail(struct sk_buff *skb, bool ipv4, enum verdict verdict)
{
	if (ipv4) {
		switch (verdict) {
		case FAIL_NOROUTE:
			icmp_send(skb, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, 0);
			break;
		case FAIL_PROHIBIT:
			icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
			break;
		default:
			icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
		}
	} else {
		/* icmpv6_send() wants to know where the packet came from. */
		if (!skb->dev)
			skb->dev = skb_dst(skb)->dev;
		switch (verdict) {
		case FAIL_PROHIBIT:
			icmpv6_send(skb, ICMPV6_DEST_UNREACH,
				    ICMPV6_ADM_PROHIBITED, 0);
			break;
		case FAIL_UNREACHABLE:
			icmpv6_send(skb, ICMPV6_DEST_UNREACH,
				    ICMPV6_ADDR_UNREACH, 0);
			break;
		default:
			icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE,
				    0);
		}
	}
}

/*
 * A locked MTU means that packets go in fragments rather than that the path is
 * asked for more (ip-route(8)). The kernel has decided on that by the catch-all,
 * and has given no number of its own to what was not to be in fragments.
 */
static void allow_fragments(struct sk_buff *skb, const struct sock *sk)
{
	struct iphdr *iph = ip_hdr(skb);

	if (!(iph->frag_off & htons(IP_DF)) || !sk || !sk_fullsock(sk) ||
	    (sk->sk_family != AF_INET && sk->sk_family != AF_INET6) ||
	    inet_sk(sk)->pmtudisc != IP_PMTUDISC_WANT)
		return;
	iph->frag_off &= ~htons(IP_DF);
	__ip_select_ident(dev_net(skb_dst(skb)->dev), iph,
			  skb_shinfo(skb)->gso_segs ?: 1);
	ip_send_check(iph);
}

/**
 * mfib_output() - a local packet that the kernel would send through a port
 * @master: the FIB's device
 * @sk: the socket, NULL if it is none's
 * @skb: the packet with its IP header and the kernel's entry
 * @proto: AF_INET or AF_INET6
 *
 * The layer-3 master's l3mdev_l3_out operation.
 *
 * Context: process context or softirq, rcu_read_lock().
 * Return: @skb for the kernel to send, NULL if it was dropped.
 */
struct sk_buff *mfib_output(struct net_device *master, struct sock *sk,
			    struct sk_buff *skb, u16 proto)
{
	const struct mfib_dev *mdev = netdev_priv(master);
	const struct mfib_fib *fib = rcu_dereference(mdev->fib);
	struct dst_entry *dst = NULL;
	enum verdict verdict;

	if (unlikely(!fib)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
		return NULL;
	}
	/* What IPsec is to transform comes back when that is done. */
	if (dst_xfrm(skb_dst(skb)))
		return skb;
	if (proto == AF_INET)
		verdict = decide4(fib, master, skb, &dst);
	else
		verdict = decide6(fib, master, skb, &dst);

	switch (verdict) {
	case KEEP:
		return skb;
	case SEND:
		skb_dst_drop(skb);
		skb_dst_set(skb, dst);
		if (proto == AF_INET && dst_metric_locked(dst, RTAX_MTU))
			allow_fragments(skb, sk);
		mfib_count_bytes(mdev->self.counters, MFIB_STAT_A_SENT_PACKETS,
				 skb->len);
		return skb;
	default:
		mfib_count(mdev->self.counters, MFIB_STAT_A_SENT_ERRORS);
		if (verdict != FAIL_SILENTLY)
			fail(skb, proto == AF_INET, verdict);
		kfree_skb_reason(skb, SKB_DROP_REASON_IP_OUTNOROUTES);
		return NULL;
	}
}

/*
 * The kernel looks for the socket that an ICMP error is for on the device that
 * it came in through, and unlike elsewhere not on that device's master. A
 * local entry names the port with the address: let it name the FIB's device,
 * to which the socket is bound.
 */
static void deliver_error_to_device(struct sk_buff *skb, struct net_device *dev)
{
	struct icmphdr buf, *icmp;
	struct rtable *rt;

	if (ip_hdr(skb)->protocol != IPPROTO_ICMP || ip_is_fragment(ip_hdr(skb)))
		return;
	icmp = skb_header_pointer(skb, skb_network_offset(skb) + ip_hdrlen(skb),
				  sizeof(buf), &buf);
	if (!icmp || !icmp_is_err(icmp->type))
		return;
	rt = rt_dst_clone(dev, skb_rtable(skb));
	if (!rt)
		return;
	rt->rt_iif = dev->ifindex;
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
}

/* To an address of the FIB itself. */
static netdev_tx_t loop_back(struct sk_buff *skb, struct net_device *dev,
			     bool ipv4)
{
	skb_orphan(skb);
	if (ipv4)
		deliver_error_to_device(skb, dev);
	skb_dst_force(skb);
	skb->protocol = eth_type_trans(skb, dev);
	skb->pkt_type = PACKET_LOOPBACK;
	__netif_rx(skb);
	return NETDEV_TX_OK;
}

static bool is_local(const struct sk_buff *skb, bool ipv4)
{
	if (!skb_dst(skb))
		return false;
	return ipv4 ? skb_rtable(skb)->rt_flags & RTCF_LOCAL :
		      ((const struct rt6_info *)skb_dst(skb))->rt6i_flags &
		      RTF_LOCAL;
}

/**
 * mfib_xmit() - the kernel sends through the FIB's device
 * @skb: the packet, with a link-layer header
 * @dev: the FIB's device
 *
 * Its ndo_start_xmit operation.
 *
 * Context: softirq disabled.
 * Return: NETDEV_TX_OK; the packet is consumed.
 */
netdev_tx_t mfib_xmit(struct sk_buff *skb, struct net_device *dev)
{
	const struct mfib_dev *mdev = netdev_priv(dev);
	bool ipv4 = skb->protocol == htons(ETH_P_IP);
	unsigned int len = skb->len - ETH_HLEN;
	enum verdict verdict = FAIL_SILENTLY;
	struct net *net = dev_net(dev);
	const struct mfib_fib *fib;
	struct dst_entry *dst;

	if (!ipv4 && skb->protocol != htons(ETH_P_IPV6))
		goto drop;
	if (!pskb_may_pull(skb, skb_network_offset(skb) +
			   (ipv4 ? sizeof(struct iphdr) :
				   sizeof(struct ipv6hdr))))
		goto drop;
	if (is_local(skb, ipv4))
		return loop_back(skb, dev, ipv4);
	/* A packet socket's packet has no entry to replace. */
	if (!skb_dst(skb))
		goto drop;

	rcu_read_lock();
	fib = rcu_dereference(mdev->fib);
	if (fib)
		verdict = ipv4 ? decide4(fib, dev, skb, &dst) :
				 decide6(fib, dev, skb, &dst);
	rcu_read_unlock();

	__skb_pull(skb, skb_network_offset(skb));
	if (verdict != SEND)
		goto drop;
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	memset(skb->cb, 0, sizeof(skb->cb));
	mfib_count_bytes(mdev->self.counters, MFIB_STAT_A_SENT_PACKETS, len);
	dst_output(net, skb->sk, skb);
	return NETDEV_TX_OK;

drop:
	mfib_count(mdev->self.counters, MFIB_STAT_A_SENT_ERRORS);
	if (verdict != FAIL_SILENTLY && verdict != KEEP) {
		memset(skb->cb, 0, sizeof(skb->cb));
		fail(skb, ipv4, verdict);
	}
	kfree_skb(skb);
	return NETDEV_TX_OK;
}
