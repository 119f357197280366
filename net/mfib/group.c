// SPDX-License-Identifier: GPL-2.0
#include "group.h"

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "flow.h"
#include "net.h"
#include "notify.h"

/* As many buckets as this are few enough for anybody to have; what a member has
 * is within a quarter of a member of weight 1 of what is due.
 */
#define BUCKETS_MIN		64
#define BUCKETS_PER_WEIGHT	4

static struct mfib_group *contents(const struct mfib_nexthop *nh)
{
	return mfib_dereference(nh->mnet, nh->group);
}

static struct mfib_group *alloc(struct mfib_nexthop *nh,
				const struct mfib_group_spec *spec, u32 buckets)
{
	struct mfib_group *group;
	size_t shares, size;
	u32 i;

	shares = ALIGN(struct_size(group, member, spec->n),
		       __alignof__(*group->share));
	size = shares + spec->n * sizeof(*group->share);
	group = kvzalloc(size + buckets * sizeof(*group->bucket),
			 GFP_KERNEL_ACCOUNT);
	if (!group)
		return NULL;
	group->buckets = buckets;
	group->n = spec->n;
	group->share = (void *)group + shares;
	group->bucket = (void *)group + size;
	/* nobody's */
	memset(group->bucket, 0xff, buckets * sizeof(*group->bucket));
	for (i = 0; i < spec->n; i++) {
		RCU_INIT_POINTER(group->member[i].nh, spec->member[i].nh);
		group->member[i].group = nh;
		group->member[i].weight = spec->member[i].weight;
		group->member[i].backup = spec->member[i].backup;
	}
	return group;
}

static void join(struct mfib_group *group)
{
	u32 i;

	for (i = 0; i < group->n; i++) {
		struct mfib_nexthop *nh = mfib_member_nexthop(&group->member[i]);

		mfib_nexthop_hold(nh);
		hlist_add_head(&group->member[i].of, &nh->member_of);
	}
}

/* Who is in no group any more is not asked for. */
static void forget_state(struct mfib_nexthop *nh)
{
	if (!nh->unresolved || !hlist_empty(&nh->member_of))
		return;
	nh->unresolved = false;
	mfib_notify_nexthop(nh);
}

static void part(struct mfib_group *group)
{
	u32 i;

	for (i = 0; i < group->n; i++) {
		struct mfib_nexthop *nh = mfib_member_nexthop(&group->member[i]);

		if (!nh)
			continue;
		hlist_del(&group->member[i].of);
		forget_state(nh);
		mfib_nexthop_put(nh);
	}
}

/* Which member a next hop is, U16_MAX if it is none. */
static u16 index_of(const struct mfib_group *group,
		    const struct mfib_nexthop *nh)
{
	u32 i;

	for (i = 0; i < group->n && nh; i++)
		if (mfib_member_nexthop(&group->member[i]) == nh)
			return i;
	return U16_MAX;
}

/* Bucket by bucket as in @old, as far as its members are in @group. */
static void inherit(struct mfib_group *group, const struct mfib_group *old)
{
	u16 now[MFIB_GROUP_MEMBERS];
	u32 i;

	if (group->buckets != old->buckets)
		return;
	for (i = 0; i < old->n; i++)
		now[i] = index_of(group, mfib_member_nexthop(&old->member[i]));
	for (i = 0; i < group->buckets; i++)
		if (old->bucket[i] < old->n)
			group->bucket[i] = now[old->bucket[i]];
}

/* Who forwards: members that are up; if there are none, backups that are; if
 * there are none of these either, all that may still get a packet through.
 */
enum tier {
	PRIMARIES,
	BACKUPS,
	LAST_RESORT,
	NOBODY,
};

static bool forwards(const struct mfib_member *member, enum tier tier)
{
	const struct mfib_nexthop *nh = mfib_member_nexthop(member);

	if (!nh)
		return false;
	switch (tier) {
	case PRIMARIES:
		return mfib_nexthop_is_up(nh) && !member->backup;
	case BACKUPS:
		return mfib_nexthop_is_up(nh) && member->backup;
	case LAST_RESORT:
		return !nh->dead;
	case NOBODY:
		break;
	}
	return false;
}

static enum tier tier_of(const struct mfib_group *group)
{
	enum tier tier;
	u32 i;

	for (tier = PRIMARIES; tier < NOBODY; tier++)
		for (i = 0; i < group->n; i++)
			if (forwards(&group->member[i], tier))
				return tier;
	return NOBODY;
}

/* Gives each member what is due to it now. */
static void spread(struct mfib_nexthop *nh, struct mfib_group *group)
{
	enum tier tier = tier_of(group);
	u32 i;

	for (i = 0; i < group->n; i++)
		group->share[i].weight = forwards(&group->member[i], tier) ?
					 group->member[i].weight : 0;
	mfib_spread(group->bucket, group->buckets, group->share, group->n);
	nh->dead = tier == NOBODY;
	nh->linkdown = tier == LAST_RESORT;
}

static int check_spec(const struct mfib_group_spec *spec, u32 *weights,
		      struct netlink_ext_ack *extack)
{
	u32 i, j;

	*weights = 0;
	for (i = 0; i < spec->n; i++) {
		*weights += spec->member[i].weight;
		if (rcu_access_pointer(spec->member[i].nh->group)) {
			NL_SET_ERR_MSG(extack,
				       "A group cannot be a member of a group: name its members");
			return -EINVAL;
		}
		if (spec->member[i].nh->is_lookup) {
			NL_SET_ERR_MSG(extack,
				       "A next hop that leads to a FIB cannot be a member of a group");
			return -EINVAL;
		}
		for (j = 0; j < i; j++) {
			if (spec->member[i].nh != spec->member[j].nh)
				continue;
			NL_SET_ERR_MSG(extack,
				       "A next hop is a member twice: give it a weight");
			return -EINVAL;
		}
	}
	if (spec->buckets && spec->buckets < *weights) {
		NL_SET_ERR_MSG(extack,
			       "The group has fewer buckets than its weights add up to: a member might get none");
		return -EINVAL;
	}
	return 0;
}

static u32 good_buckets(u32 weights)
{
	return roundup_pow_of_two(max_t(u32, BUCKETS_MIN,
					BUCKETS_PER_WEIGHT * weights));
}

/**
 * mfib_group_alloc() - a group that nobody can find yet
 * @mnet: the namespace
 * @id: its id, 0 for none
 * @spec: what it is to be
 * @like: what it takes the place of, a next hop or group whose flows stay where
 *	they are, as far as they can; or NULL
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: a group that the caller holds a reference to; an error pointer:
 * -EINVAL, -ENOMEM.
 */
struct mfib_nexthop *mfib_group_alloc(struct mfib_net *mnet, u32 id,
				      const struct mfib_group_spec *spec,
				      const struct mfib_nexthop *like,
				      struct netlink_ext_ack *extack)
{
	struct mfib_group *group;
	struct mfib_nexthop *nh;
	u32 weights;
	int err;

	err = check_spec(spec, &weights, extack);
	if (err)
		return ERR_PTR(err);
	nh = kzalloc(sizeof(*nh), GFP_KERNEL_ACCOUNT);
	if (!nh)
		return ERR_PTR(-ENOMEM);
	nh->id = id;
	nh->refs = 1;
	nh->mnet = mnet;
	group = alloc(nh, spec, spec->buckets ?: good_buckets(weights));
	if (!group) {
		kfree(nh);
		return ERR_PTR(-ENOMEM);
	}
	hlist_add_head(&nh->by_dev, &mnet->groups);
	join(group);
	if (like && contents(like))
		inherit(group, contents(like));
	else if (like)
		memset16(group->bucket, index_of(group, like), group->buckets);
	spread(nh, group);
	rcu_assign_pointer(nh->group, group);
	return nh;
}

/**
 * mfib_group_create() - create a group
 * @mnet: the namespace
 * @id: its id, not 0 and not in use
 * @spec: what it is to be
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0 or -EINVAL, -ENOMEM.
 */
int mfib_group_create(struct mfib_net *mnet, u32 id,
		      const struct mfib_group_spec *spec,
		      struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;

	ASSERT_MFIB(mnet);
	nh = mfib_group_alloc(mnet, id, spec, NULL, extack);
	return IS_ERR(nh) ? PTR_ERR(nh) : mfib_nexthop_publish(nh);
}

/* Lets members forward what the group forwards. */
static int enable(const struct mfib_group *group, enum mfib_family family,
		  struct netlink_ext_ack *extack)
{
	int err = 0;
	u32 i;

	for (i = 0; i < group->n && !err; i++) {
		struct mfib_nexthop *nh = mfib_member_nexthop(&group->member[i]);

		if (nh)
			err = mfib_nexthop_enable(nh, family, extack);
	}
	return err;
}

/**
 * mfib_group_replace() - give a group other members
 * @nh: the group
 * @spec: what it is to be from now on
 * @extack: says what is wrong
 *
 * One store; no packet is lost, and a flow whose member stays in the group
 * moves only if others' weights take its bucket. The caller has seen that the
 * routes may use the members, and selects among routes again afterwards.
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, or -EINVAL, -EAFNOSUPPORT, -ENOMEM and nothing changed.
 */
int mfib_group_replace(struct mfib_nexthop *nh,
		       const struct mfib_group_spec *spec,
		       struct netlink_ext_ack *extack)
{
	struct mfib_group *old = contents(nh), *new;
	enum mfib_family family;
	u32 weights, buckets;
	int err;

	ASSERT_MFIB(nh->mnet);
	err = check_spec(spec, &weights, extack);
	if (err)
		return err;
	/* Nobody moves for want of a few buckets less. */
	buckets = spec->buckets ?: max(good_buckets(weights), old->buckets);
	new = alloc(nh, spec, buckets);
	if (!new)
		return -ENOMEM;
	for (family = 0; family < MFIB_FAMILIES && !err; family++)
		if (nh->families & BIT(family))
			err = enable(new, family, extack);
	if (err) {
		kvfree(new);
		return err;
	}

	inherit(new, old);
	spread(nh, new);
	join(new);
	rcu_assign_pointer(nh->group, new);
	mfib_notify_nexthop(nh);
	part(old);
	kvfree_rcu(old, rcu);
	return 0;
}

/**
 * mfib_group_enable() - make a group usable by a family's routes
 * @nh: the group
 * @family: the family
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: as mfib_nexthop_enable() of the first member that cannot be used.
 */
int mfib_group_enable(struct mfib_nexthop *nh, enum mfib_family family,
		      struct netlink_ext_ack *extack)
{
	int err = enable(contents(nh), family, extack);

	if (!err)
		nh->families |= BIT(family);
	return err;
}

/**
 * mfib_group_release() - let the members of a group go
 * @nh: the group; nobody can find it any more but packets in flight
 *
 * Context: &mfib_net.lock.
 */
void mfib_group_release(struct mfib_nexthop *nh)
{
	if (nh->is_shared)
		mfib_group_unshare(nh);
	part(contents(nh));
}

/**
 * mfib_group_free() - free the contents of a group
 * @group: the contents, which no packet can find any more
 */
void mfib_group_free(struct mfib_group *group)
{
	kvfree(group);
}

/**
 * mfib_group_any() - any member of a group
 * @nh: the group
 *
 * Context: &mfib_net.lock.
 * Return: the member, NULL if there is none.
 */
struct mfib_nexthop *mfib_group_any(const struct mfib_nexthop *nh)
{
	const struct mfib_group *group = contents(nh);
	struct mfib_nexthop *member = NULL;
	u32 i;

	for (i = 0; i < group->n && !member; i++)
		member = mfib_member_nexthop(&group->member[i]);
	return member;
}

/**
 * mfib_group_is_empty() - whether a next hop is a group without members
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 */
bool mfib_group_is_empty(const struct mfib_nexthop *nh)
{
	return rcu_access_pointer(nh->group) && !mfib_group_any(nh);
}

/**
 * mfib_group_has_routes() - whether routes use a next hop through a group
 * @member: the next hop
 *
 * Context: &mfib_net.lock.
 */
bool mfib_group_has_routes(const struct mfib_nexthop *member)
{
	const struct mfib_member *in;

	hlist_for_each_entry(in, &member->member_of, of)
		if (in->group->routes)
			return true;
	return false;
}

/**
 * mfib_group_has_foreign() - whether routes lead out of their FIB through a group
 * @member: a next hop in the group
 *
 * Context: &mfib_net.lock.
 */
bool mfib_group_has_foreign(const struct mfib_nexthop *member)
{
	const struct mfib_member *in;

	hlist_for_each_entry(in, &member->member_of, of)
		if (in->group->foreign)
			return true;
	return false;
}

/**
 * mfib_group_has_bound() - whether routes use a next hop through a group, and
 *	may not lead out of their FIB
 * @member: the next hop
 *
 * Context: &mfib_net.lock.
 */
bool mfib_group_has_bound(const struct mfib_nexthop *member)
{
	const struct mfib_member *in;

	hlist_for_each_entry(in, &member->member_of, of)
		if (in->group->routes > in->group->foreign)
			return true;
	return false;
}

/**
 * mfib_group_check() - check that a group is consistent
 * @nh: the group
 *
 * Context: &mfib_net.lock.
 * Return: whether each bucket is that of a member that is to forward, and the
 * group in the state of its members.
 */
bool mfib_group_check(const struct mfib_nexthop *nh)
{
	const struct mfib_group *group = contents(nh);
	enum tier tier = tier_of(group);
	bool linkdown = tier == LAST_RESORT;
	bool dead = tier == NOBODY;
	u32 b;

	if (nh->dead != dead || nh->linkdown != linkdown)
		return false;
	for (b = 0; b < group->buckets && !dead; b++)
		if (group->bucket[b] >= group->n ||
		    !forwards(&group->member[group->bucket[b]], tier))
			return false;
	return true;
}

/* Who has no id is told of by its members. */
static void update(struct mfib_nexthop *nh)
{
	spread(nh, contents(nh));
	if (nh->id || nh->object)
		mfib_notify_nexthop(nh);
}

/**
 * mfib_groups_update() - a next hop came up or went down
 * @member: the next hop
 *
 * Its groups take what it had from it, or give it what is due. Never fails.
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_groups_update(const struct mfib_nexthop *member)
{
	const struct mfib_member *in;

	ASSERT_MFIB(member->mnet);
	hlist_for_each_entry(in, &member->member_of, of)
		update(in->group);
}

/**
 * mfib_groups_leave() - a next hop is a member no longer
 * @member: the next hop
 * @with_routes: only of groups that have routes
 *
 * Context: process context, &mfib_net.lock.
 * Return: whether a group is empty now. The caller deletes the routes of such.
 */
bool mfib_groups_leave(struct mfib_nexthop *member, bool with_routes)
{
	struct mfib_nexthop *nh;
	struct hlist_node *tmp;
	struct mfib_member *in;
	bool emptied = false;
	u32 left = 0;

	ASSERT_MFIB(member->mnet);
	hlist_for_each_entry_safe(in, tmp, &member->member_of, of) {
		nh = in->group;
		if (with_routes && !nh->routes)
			continue;
		hlist_del(&in->of);
		RCU_INIT_POINTER(in->nh, NULL);
		update(nh);
		emptied |= mfib_group_is_empty(nh);
		left++;
	}
	forget_state(member);
	/* The last one may be the end of it. */
	while (left--)
		mfib_nexthop_put(member);
	return emptied;
}

static struct mfib_nexthop *pick(const struct mfib_nexthop *nh,
				 struct sk_buff *skb, enum mfib_family family)
{
	const struct mfib_group *group = rcu_dereference(nh->group);
	u32 hash;
	u16 i;

	if (!group)
		return NULL;
	hash = mfib_flow_hash(nh->mnet->net, skb, family);
	i = READ_ONCE(group->bucket[reciprocal_scale(hash, group->buckets)]);
	return i < group->n ? rcu_dereference(group->member[i].nh) : NULL;
}

/**
 * mfib_group_rt4() - the entry for an IPv4 packet that goes to a group
 * @nh: a next hop that has none itself
 * @skb: the packet
 *
 * Context: rcu_read_lock().
 * Return: that of the packet's member; NULL if it is dead, or if @nh is no
 * group.
 */
struct rtable *mfib_group_rt4(const struct mfib_nexthop *nh,
			      struct sk_buff *skb)
{
	const struct mfib_nexthop *member = pick(nh, skb, MFIB_IPV4);

	return member ? rcu_dereference(member->rt4) : NULL;
}

/**
 * mfib_group_rt6() - the entry for an IPv6 packet that goes to a group
 * @nh: a next hop that has none itself
 * @skb: the packet
 *
 * Context: rcu_read_lock().
 * Return: as mfib_group_rt4().
 */
struct rt6_info *mfib_group_rt6(const struct mfib_nexthop *nh,
				struct sk_buff *skb)
{
	const struct mfib_nexthop *member = pick(nh, skb, MFIB_IPV6);

	return member ? rcu_dereference(member->rt6) : NULL;
}
