// SPDX-License-Identifier: GPL-2.0
/*
 * Next hops and what becomes of their devices: these go up and down, lose their
 * carrier, leave a FIB, and disappear.
 */
#include "nexthop.h"

#include <linux/netdevice.h>
#include <net/ip6_fib.h>
#include <net/route.h>

#include "group.h"
#include "net.h"
#include "notify.h"

/* Between two tries to get the memory for next hops of a device that is up. */
#define REVIVE_DELAY	HZ

static struct hlist_head *dev_list(struct mfib_net *mnet, int ifindex)
{
	return &mnet->nexthops_by_dev[hash_min(ifindex,
					HASH_BITS(mnet->nexthops_by_dev))];
}

/**
 * mfib_nexthop_link() - let a next hop hear of its device
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 */
void mfib_nexthop_link(struct mfib_nexthop *nh)
{
	hlist_add_head(&nh->by_dev, dev_list(nh->mnet, nh->ifindex));
}

static int build4(struct mfib_nexthop *nh)
{
	struct rtable *rt = mfib_dst4_alloc(nh->dev, &nh->gw, &nh->mtu);

	if (!rt)
		return -ENOMEM;
	rcu_assign_pointer(nh->rt4, rt);
	return 0;
}

static int build6(struct mfib_nexthop *nh)
{
	struct rt6_info *rt = mfib_dst6_alloc(nh->dev, &nh->gw, &nh->mtu);

	if (IS_ERR(rt))
		return PTR_ERR(rt);
	rcu_assign_pointer(nh->rt6, rt);
	return 0;
}

/**
 * mfib_nexthop_build() - make the entry for packets of a family
 * @nh: the next hop, which has none; its device is up
 * @family: the family
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -EAFNOSUPPORT if the device has no IPv6, -ENOMEM.
 */
int mfib_nexthop_build(struct mfib_nexthop *nh, enum mfib_family family)
{
	if (nh->is_lookup) {
		rcu_assign_pointer(nh->lookup, nh->dev);
		return 0;
	}
	return family == MFIB_IPV4 ? build4(nh) : build6(nh);
}

/* Cuts a next hop off at once; packets in flight are discarded. */
static void kill(struct mfib_nexthop *nh)
{
	struct rtable *rt4 = mfib_dereference(nh->mnet, nh->rt4);
	struct rt6_info *rt6 = mfib_dereference(nh->mnet, nh->rt6);

	nh->dead = true;
	nh->unresolved = false;
	/* Packets of a group go elsewhere before there is nothing here. */
	mfib_groups_update(nh);
	RCU_INIT_POINTER(nh->rt4, NULL);
	RCU_INIT_POINTER(nh->rt6, NULL);
	RCU_INIT_POINTER(nh->lookup, NULL);
	if (rt4)
		mfib_dst_kill(&rt4->dst);
	if (rt6)
		mfib_dst_kill(&rt6->dst);
}

/**
 * mfib_nexthop_revive() - make a next hop usable by the families that use it
 * @nh: the next hop
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, also if the device is down; -EAFNOSUPPORT, -ENOMEM, and the next
 * hop is dead.
 */
int mfib_nexthop_revive(struct mfib_nexthop *nh)
{
	int err = 0;

	if (!(nh->dev->flags & IFF_UP))
		return 0;
	if (nh->families & BIT(MFIB_IPV4) && !rcu_access_pointer(nh->rt4))
		err = mfib_nexthop_build(nh, MFIB_IPV4);
	if (!err && nh->families & BIT(MFIB_IPV6) &&
	    !rcu_access_pointer(nh->rt6))
		err = mfib_nexthop_build(nh, MFIB_IPV6);
	/* IPv6 was switched off on the device: IPv4 goes on. */
	if (err == -EAFNOSUPPORT && rcu_access_pointer(nh->rt4))
		err = 0;
	if (err)
		kill(nh);
	else
		nh->dead = false;
	return err;
}

/**
 * mfib_nexthop_dev_used() - whether routes lead through a device
 * @mnet: the namespace
 * @dev: the device
 *
 * Context: &mfib_net.lock.
 */
bool mfib_nexthop_dev_used(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_nexthop *nh;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry(nh, dev_list(mnet, dev->ifindex), by_dev)
		if (nh->dev == dev &&
		    (nh->routes || mfib_group_has_routes(nh)))
			return true;
	return false;
}

/**
 * mfib_nexthop_dev_leaks() - whether routes lead out of their FIB by a device
 * @mnet: the namespace
 * @dev: the device
 *
 * Context: &mfib_net.lock.
 */
bool mfib_nexthop_dev_leaks(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_nexthop *nh;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry(nh, dev_list(mnet, dev->ifindex), by_dev)
		if (nh->dev == dev &&
		    (nh->foreign || mfib_group_has_foreign(nh)))
			return true;
	return false;
}

/**
 * mfib_nexthop_dev_leave() - a device is of another FIB, or none, from now on
 * @mnet: the namespace
 * @dev: the device
 *
 * Its next hops leave the groups that have routes. The caller deletes the
 * routes of these next hops, and of groups that are empty now.
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_nexthop_dev_leave(struct mfib_net *mnet,
			    const struct net_device *dev)
{
	struct mfib_nexthop *nh;
	struct hlist_node *tmp;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry_safe(nh, tmp, dev_list(mnet, dev->ifindex),
				  by_dev)
		if (nh->dev == dev)
			mfib_groups_leave(nh, true);
}

/* Revives it now or, if there is no memory for that, later. */
static bool revive_or_retry(struct mfib_nexthop *nh)
{
	int err = mfib_nexthop_revive(nh);

	if (err == -EAFNOSUPPORT) {
		net_warn_ratelimited("mfib: a next hop through %s stays down: the device has no IPv6\n",
				     nh->dev->name);
	} else if (err) {
		net_warn_ratelimited("mfib: no memory for a next hop through %s: it stays down until there is\n",
				     nh->dev->name);
		queue_delayed_work(mfib_wq, &nh->mnet->revive, REVIVE_DELAY);
	}
	if (nh->dead)
		return false;
	mfib_nexthop_changed(nh);
	return true;
}

/**
 * mfib_nexthop_dev_up() - a device came up
 * @mnet: the namespace
 * @dev: the device
 *
 * A next hop that memory is too short for has another try, see
 * &mfib_net.revive.
 *
 * Context: process context, &mfib_net.lock.
 * Return: whether a next hop came back to life.
 */
bool mfib_nexthop_dev_up(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_nexthop *nh;
	bool changed = false;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry(nh, dev_list(mnet, dev->ifindex), by_dev)
		if (nh->dev == dev && nh->dead && revive_or_retry(nh))
			changed = true;
	return changed;
}

/**
 * mfib_nexthops_revive() - try again what there was no memory for
 * @mnet: the namespace
 *
 * Context: process context, &mfib_net.lock.
 * Return: whether a next hop came back to life.
 */
bool mfib_nexthops_revive(struct mfib_net *mnet)
{
	struct mfib_nexthop *nh;
	bool changed = false;
	int bucket;

	ASSERT_MFIB(mnet);
	hash_for_each(mnet->nexthops_by_dev, bucket, nh, by_dev)
		if (nh->dead && nh->dev->flags & IFF_UP && revive_or_retry(nh))
			changed = true;
	return changed;
}

/**
 * mfib_nexthop_dev_carrier() - the carrier of a device may have come or gone
 * @mnet: the namespace
 * @dev: the device
 *
 * Context: process context, &mfib_net.lock.
 * Return: whether packets are to take a next hop, or not, unlike before.
 */
bool mfib_nexthop_dev_carrier(struct mfib_net *mnet,
			      const struct net_device *dev)
{
	bool linkdown = !netif_carrier_ok(dev);
	struct mfib_nexthop *nh;
	bool changed = false;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry(nh, dev_list(mnet, dev->ifindex), by_dev) {
		if (nh->dev != dev || nh->linkdown == linkdown)
			continue;
		nh->linkdown = linkdown;
		mfib_nexthop_changed(nh);
		changed = true;
	}
	return changed;
}

/**
 * mfib_nexthop_dev_down() - a device goes down
 * @mnet: the namespace
 * @dev: the device
 *
 * Context: &mfib_net.lock.
 * Return: whether a next hop died.
 */
bool mfib_nexthop_dev_down(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_nexthop *nh;
	bool changed = false;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry(nh, dev_list(mnet, dev->ifindex), by_dev) {
		if (nh->dev != dev || nh->dead)
			continue;
		kill(nh);
		mfib_notify_nexthop(nh);
		changed = true;
	}
	return changed;
}

/**
 * mfib_nexthop_dev_gone() - a device leaves the namespace
 * @mnet: the namespace
 * @dev: the device
 *
 * Its next hops lose their ids and the device; the caller has removed the
 * routes that used them.
 *
 * Context: &mfib_net.lock.
 */
void mfib_nexthop_dev_gone(struct mfib_net *mnet, const struct net_device *dev)
{
	struct mfib_nexthop *nh;
	struct hlist_node *tmp;

	ASSERT_MFIB(mnet);
	hlist_for_each_entry_safe(nh, tmp, dev_list(mnet, dev->ifindex),
				  by_dev) {
		if (nh->dev != dev)
			continue;
		kill(nh);
		if (nh->id)
			mfib_nexthop_forget(nh);
		else
			mfib_groups_leave(nh, false);
	}
}
