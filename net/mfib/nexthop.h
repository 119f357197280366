/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Next hops: a device and, unless destinations are on its link, a gateway; or a
 * group of such, see group.h.
 */
#ifndef _MFIB_NEXTHOP_H
#define _MFIB_NEXTHOP_H

#include <linux/mfib.h>
#include <linux/netdevice.h>
#include <linux/rhashtable-types.h>

#include "dst.h"
#include "prefix.h"

struct mfib_group;
struct mfib_net;
struct netlink_ext_ack;

/**
 * struct mfib_nexthop - a next hop
 * @rt4: entry for IPv4 packets; NULL while the device is down or no IPv4 route
 *	uses the next hop, and if it is a group
 * @rt6: entry for IPv6 packets, likewise
 * @lookup: device of the FIB that packets are looked up in; NULL while that is
 *	down or no route uses the next hop, and if it is none of this kind, which
 *	has no entries
 * @group: whom a group's packets go to; NULL if it is none
 * @id: 1 or more; 0 for an anonymous one
 * @object: id of the kernel's next-hop object that it follows, see
 *	follow_object.c; it is anonymous then, and not shared
 * @dead: the device is down, or memory is short since it came up, see
 *	&mfib_net.revive
 * @linkdown: the device has no carrier
 * @unresolved: the gateway does not answer; only of members of groups
 * @families: bit per &enum mfib_family of the routes that use it
 * @is_shared: it is anonymous, and whoever wants the same is given this one
 * @is_lookup: its device is that of a FIB, see @lookup
 * @gw: the gateway
 * @mtu: of the path; of a group none, but see mfib_nexthop_mtu()
 * @dev: the device; NULL if it is a group, and so on
 * @dev_tracker: tracks the reference to it
 * @ifindex: its index
 * @refs: who holds it: its id, each &struct mfib_info, each group that it is a
 *	member of
 * @routes: number of routes that use it
 * @foreign: number of those that may lead out of their FIB
 * @shared: links it into &mfib_net.nexthops_shared, a group into
 *	&mfib_net.groups_shared, if @is_shared
 * @by_dev: links it into &mfib_net.nexthops_by_dev, a group into
 *	&mfib_net.groups
 * @member_of: the groups that it is a member of, by &mfib_member.of
 * @mnet: the namespace
 * @rcu: frees it and its entries after the last packet that found it
 *
 * Life: found and counted under the namespace's lock. The last put unlinks it
 * at once, and leaves its entries alive for packets in flight until a grace
 * period is over, so that replacing a route loses none of them. When the
 * device goes they are cut off from it immediately.
 */
struct mfib_nexthop {
	struct rtable __rcu *rt4;
	struct rt6_info __rcu *rt6;
	struct net_device __rcu *lookup;
	struct mfib_group __rcu *group;
	u32 id;
	u32 object;
	bool dead;
	bool linkdown;
	bool unresolved;
	u8 families;
	bool is_shared;
	bool is_lookup;
	struct mfib_gateway gw;
	struct mfib_mtu mtu;
	struct net_device *dev;
	netdevice_tracker dev_tracker;
	int ifindex;
	u32 refs;
	u32 routes;
	u32 foreign;
	struct rhash_head shared;
	struct hlist_node by_dev;
	struct hlist_head member_of;
	struct mfib_net *mnet;
	struct rcu_head rcu;
};

/**
 * struct mfib_nexthop_spec - what a next hop is to be
 * @dev: the device; the caller keeps it from going away
 * @gw: the gateway
 * @mtu: of the path
 */
struct mfib_nexthop_spec {
	struct net_device *dev;
	struct mfib_gateway gw;
	struct mfib_mtu mtu;
};

/**
 * struct mfib_nexthop_match - which next hop is meant
 * @id: its id, 0 for any
 * @ifindex: its device, 0 for any
 * @fib_id: the FIB that it leads to, 0 for any
 * @gw: its gateway, AF_UNSPEC for any
 * @mtu: its MTU, 0 for any
 */
struct mfib_nexthop_match {
	u32 id;
	int ifindex;
	u32 fib_id;
	struct mfib_gateway gw;
	struct mfib_mtu mtu;
};

/**
 * mfib_nexthop_is_up() - whether packets are to take a next hop
 * @nh: the next hop
 *
 * One that is not, but not dead either, takes them if there is no other.
 *
 * Context: &mfib_net.lock.
 */
static inline bool mfib_nexthop_is_up(const struct mfib_nexthop *nh)
{
	return !nh->dead && !nh->linkdown && !nh->unresolved;
}

/**
 * mfib_nexthop_flags() - what listeners are told of the state of a next hop
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 * Return: MFIB_NEXTHOP_F_*.
 */
static inline u32 mfib_nexthop_flags(const struct mfib_nexthop *nh)
{
	return (nh->dead ? MFIB_NEXTHOP_F_DEAD : 0) |
	       (nh->linkdown ? MFIB_NEXTHOP_F_LINKDOWN : 0) |
	       (nh->unresolved ? MFIB_NEXTHOP_F_UNRESOLVED : 0);
}

void mfib_nexthop_changed(struct mfib_nexthop *nh);
bool mfib_nexthop_matches(const struct mfib_nexthop *nh,
			  const struct mfib_nexthop_match *match);
const struct mfib_mtu *mfib_nexthop_mtu(const struct mfib_nexthop *nh);
struct mfib_nexthop *mfib_nexthop_find(struct mfib_net *mnet, u32 id);
struct mfib_nexthop *mfib_nexthop_share(struct mfib_net *mnet,
					const struct mfib_nexthop_spec *spec,
					struct netlink_ext_ack *extack);
struct mfib_nexthop *
mfib_nexthop_alloc(struct mfib_net *mnet, u32 id,
		   const struct mfib_nexthop_spec *spec,
		   struct netlink_ext_ack *extack);
int mfib_nexthop_publish(struct mfib_nexthop *nh);
int mfib_nexthop_create(struct mfib_net *mnet, u32 id,
			const struct mfib_nexthop_spec *spec,
			struct netlink_ext_ack *extack);
int mfib_nexthop_replace(struct mfib_nexthop *nh,
			 const struct mfib_nexthop_spec *spec,
			 struct netlink_ext_ack *extack);
void mfib_nexthop_forget(struct mfib_nexthop *nh);
int mfib_nexthop_enable(struct mfib_nexthop *nh, enum mfib_family family,
			struct netlink_ext_ack *extack);
void mfib_nexthop_hold(struct mfib_nexthop *nh);
void mfib_nexthop_put(struct mfib_nexthop *nh);

/* nexthop_dev.c */
void mfib_nexthop_link(struct mfib_nexthop *nh);
int mfib_nexthop_build(struct mfib_nexthop *nh, enum mfib_family family);
int mfib_nexthop_revive(struct mfib_nexthop *nh);
bool mfib_nexthop_dev_used(struct mfib_net *mnet,
			   const struct net_device *dev);
bool mfib_nexthop_dev_leaks(struct mfib_net *mnet,
			    const struct net_device *dev);
void mfib_nexthop_dev_leave(struct mfib_net *mnet,
			    const struct net_device *dev);
bool mfib_nexthop_dev_carrier(struct mfib_net *mnet,
			      const struct net_device *dev);
bool mfib_nexthop_dev_up(struct mfib_net *mnet, const struct net_device *dev);
bool mfib_nexthop_dev_down(struct mfib_net *mnet, const struct net_device *dev);
void mfib_nexthop_dev_gone(struct mfib_net *mnet, const struct net_device *dev);

bool mfib_nexthops_revive(struct mfib_net *mnet);

int mfib_nexthops_setup(struct mfib_net *mnet);
void mfib_nexthops_teardown(struct mfib_net *mnet);

#endif /* _MFIB_NEXTHOP_H */
