// SPDX-License-Identifier: GPL-2.0
/*
 * Two kinds of routes lead out of their FIB. One has a next hop through a
 * device that is no port of it. The other has the device of another FIB as its
 * next hop: there the packet is looked up again. Whatever that finds happens to
 * it, but for ICMP errors, which are sent by the FIB that it came in by.
 *
 * FIBs may lead to each other, each for some destinations. A packet for which
 * they make a circle is dropped when it has been through a few of them.
 */
#include "leak.h"

#include <linux/err.h>
#include <linux/icmpv6.h>
#include <linux/skbuff.h>
#include <net/addrconf.h>
#include <net/gso.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "nexthop.h"
#include "route.h"

/**
 * mfib_leak() - the route that decides in the end
 * @info: the route that a packet's FIB has for it, may be NULL
 * @family: the address family
 * @daddr: the packet's destination
 * @master: the device of the packet's FIB; returns that of the FIB whose route
 *	is returned
 *
 * Context: rcu_read_lock().
 * Return: @info itself or, as long as that leads to a FIB, what that one has;
 * NULL if it has none; an error pointer: -ELOOP if there is no end, -ENODEV if
 * the FIB is just being deleted.
 */
const struct mfib_info *mfib_leak(const struct mfib_info *info,
				  enum mfib_family family, const void *daddr,
				  struct net_device **master)
{
	const struct mfib_fib *fib;
	struct net_device *into;
	int i;

	for (i = 0; i <= MFIB_LEAKS_MAX; i++) {
		if (!info || info->key.type != RTN_UNICAST || !info->key.nh)
			return info;
		into = rcu_dereference(info->key.nh->lookup);
		if (!into)
			return info;
		fib = rcu_dereference(((struct mfib_dev *)
				       netdev_priv(into))->fib);
		if (!fib)
			return ERR_PTR(-ENODEV);
		*master = into;
		info = mfib_fib_lookup(fib, family, daddr);
		if (info)
			info = mfib_info_active(info);
	}
	return ERR_PTR(-ELOOP);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool exceeds(const struct sk_buff *skb, unsigned int mtu)
{
	if (skb->len <= mtu || skb->ignore_df)
		return IP6CB(skb)->frag_max_size > mtu;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, mtu);
}

/**
 * mfib_leak_fits6() - see that who sends too much hears of it
 * @skb: a received IPv6 packet, on its way out of its FIB
 * @rt: the entry it is to have
 *
 * ip6_forward() would send that error from the device that the packet was to
 * leave through, by a FIB which may have no way to the sender.
 *
 * Context: softirq, rcu_read_lock().
 * Return: whether the packet may go on; else the sender was told.
 */
bool mfib_leak_fits6(struct sk_buff *skb, const struct rt6_info *rt)
{
	unsigned int mtu = ip6_dst_mtu_maybe_forward(&rt->dst, true);
	struct net *net = dev_net(skb->dev);

	mtu = max_t(unsigned int, mtu, IPV6_MIN_MTU);
	/* These are said, or kept secret, first. */
	if (!exceeds(skb, mtu) || ipv6_hdr(skb)->hop_limit <= 1 ||
	    !READ_ONCE(net->ipv6.devconf_all->forwarding))
		return true;
	icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	__IP6_INC_STATS(net, __in6_dev_get(skb->dev),
			IPSTATS_MIB_INTOOBIGERRORS);
	return false;
}
#endif

static bool leaks_to(const struct mfib_info *info, const void *dev)
{
	const struct mfib_nexthop *nh = info->key.nh;

	if (!nh)
		return false;
	return mfib_group_is_empty(nh) ||
	       (nh->dev == dev && info->key.flags & MFIB_ROUTE_F_FOREIGN);
}

/**
 * mfib_leak_purge() - delete the routes that lead out of FIBs by a device
 * @mnet: the namespace
 * @dev: a device that goes, or belongs to another FIB than before
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_leak_purge(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_fib *fib;
	unsigned long id;

	ASSERT_MFIB(mnet);
	if (!mfib_nexthop_dev_leaks(mnet, dev))
		return;
	mfib_nexthop_dev_leave(mnet, dev);
	xa_for_each(&mnet->fibs, id, fib)
		mfib_route_purge(fib, leaks_to, dev);
	mfib_alias_select(mnet);
}
