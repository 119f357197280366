/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups: next hops that share the flows of their routes.
 *
 * A group is a next hop without a device. A packet that finds no entry in it
 * asks for that of a member: its hash is a bucket, and each bucket is a
 * member's (spread.h).
 */
#ifndef _MFIB_GROUP_H
#define _MFIB_GROUP_H

#include "net.h"
#include "nexthop.h"
#include "spread.h"

struct sk_buff;

/* Most members: all of a group fit into one netlink message. */
#define MFIB_GROUP_MEMBERS	64
/* Most that a member weighs. */
#define MFIB_GROUP_WEIGHT	256
/* Most buckets. */
#define MFIB_GROUP_BUCKETS	65536

/**
 * struct mfib_member - a member of a group
 * @nh: the next hop, of which the group holds a reference; NULL if it went
 * @group: the group
 * @of: links it into &mfib_nexthop.member_of, while @nh is there
 * @weight: in proportion to that of others, 1 or more
 * @backup: gets packets only as long as no other member is up
 */
struct mfib_member {
	struct mfib_nexthop __rcu *nh;
	struct mfib_nexthop *group;
	struct hlist_node of;
	u16 weight;
	bool backup;
};

/**
 * struct mfib_group - contents of a group
 * @rcu: frees it after it was replaced
 * @hash: of an anonymous one: hash of its members as they were in the beginning
 * @buckets: number of buckets
 * @n: number of members, those included that went
 * @bucket: whose each bucket is; entries change while packets read them
 * @share: what each member gets; under &mfib_net.lock
 * @member: the members
 *
 * Belongs to its next hop, which lives as long as somebody uses it. A next hop
 * leaves its groups when its id is taken away, or its device goes. There is one
 * member at least of a group that has routes, and the devices of all are ports
 * of the FIB that those are in, unless they are foreign. None leads to a FIB.
 *
 * A group without an id, that of one or more routes, has members without ids. It
 * may lose some of them; nobody else is given it then.
 */
struct mfib_group {
	struct rcu_head rcu;
	u32 hash;
	u32 buckets;
	u32 n;
	u16 *bucket;
	struct mfib_share *share;
	struct mfib_member member[];
};

/**
 * mfib_member_nexthop() - the next hop that is a member
 * @member: the member
 *
 * Context: &mfib_net.lock.
 * Return: the next hop, NULL if it went.
 */
static inline struct mfib_nexthop *
mfib_member_nexthop(const struct mfib_member *member)
{
	return mfib_dereference(member->group->mnet, member->nh);
}

/**
 * struct mfib_group_spec - what a group is to be
 * @buckets: number of buckets, 0: as many as are good for the weights
 * @n: number of members
 * @member: the members: different next hops, which are no groups
 */
struct mfib_group_spec {
	u32 buckets;
	u32 n;
	struct {
		struct mfib_nexthop *nh;
		u16 weight;
		bool backup;
	} member[MFIB_GROUP_MEMBERS];
};

struct mfib_nexthop *mfib_group_alloc(struct mfib_net *mnet, u32 id,
				      const struct mfib_group_spec *spec,
				      const struct mfib_nexthop *like,
				      struct netlink_ext_ack *extack);
int mfib_group_create(struct mfib_net *mnet, u32 id,
		      const struct mfib_group_spec *spec,
		      struct netlink_ext_ack *extack);
int mfib_group_replace(struct mfib_nexthop *nh,
		       const struct mfib_group_spec *spec,
		       struct netlink_ext_ack *extack);
int mfib_group_enable(struct mfib_nexthop *nh, enum mfib_family family,
		      struct netlink_ext_ack *extack);
void mfib_group_release(struct mfib_nexthop *nh);
void mfib_group_free(struct mfib_group *group);

struct mfib_nexthop *mfib_group_any(const struct mfib_nexthop *nh);
bool mfib_group_is_empty(const struct mfib_nexthop *nh);
bool mfib_group_has_routes(const struct mfib_nexthop *member);
bool mfib_group_has_foreign(const struct mfib_nexthop *member);
bool mfib_group_has_bound(const struct mfib_nexthop *member);
bool mfib_group_check(const struct mfib_nexthop *nh);

void mfib_groups_update(const struct mfib_nexthop *member);
bool mfib_groups_leave(struct mfib_nexthop *member, bool with_routes);

struct rtable *mfib_group_rt4(const struct mfib_nexthop *nh,
			      struct sk_buff *skb);
struct rt6_info *mfib_group_rt6(const struct mfib_nexthop *nh,
				struct sk_buff *skb);

/* group_share.c */
struct mfib_nexthop *mfib_group_share(struct mfib_net *mnet,
				      const struct mfib_group_spec *spec,
				      const struct mfib_nexthop *like,
				      struct netlink_ext_ack *extack);
void mfib_group_spec_free(struct mfib_group_spec *spec);
void mfib_group_unshare(struct mfib_nexthop *nh);
int mfib_groups_setup(struct mfib_net *mnet);
void mfib_groups_teardown(struct mfib_net *mnet);

#endif /* _MFIB_GROUP_H */
