// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: groups of next hops.
 */
#include "netlink.h"

#include <linux/mfib.h>

#include "alias.h"
#include "group.h"
#include "net.h"

const struct nla_policy mfib_member_policy[MFIB_MEMBER_A_MAX + 1] = {
	[MFIB_MEMBER_A_ID]     = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_MEMBER_A_WEIGHT] = NLA_POLICY_RANGE(NLA_U16, 1,
						  MFIB_GROUP_WEIGHT),
	[MFIB_MEMBER_A_BACKUP] = { .type = NLA_FLAG },
	[MFIB_MEMBER_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_MEMBER_A_GATEWAY] = { .type = NLA_BINARY, .len = 16 },
};

const struct nla_policy mfib_group_policy[MFIB_GROUP_A_MAX + 1] = {
	[MFIB_GROUP_A_MEMBER] = NLA_POLICY_NESTED(mfib_member_policy),
};

static int parse_member(struct mfib_net *mnet, const struct nlattr *nest,
			struct mfib_group_spec *spec,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MFIB_MEMBER_A_MAX + 1];
	const struct nlattr *more;
	struct mfib_nexthop *nh;
	int err;

	err = nla_parse_nested(tb, MFIB_MEMBER_A_MAX, nest, mfib_member_policy,
			       extack);
	if (err)
		return err;
	more = tb[MFIB_MEMBER_A_IFINDEX] ?: tb[MFIB_MEMBER_A_GATEWAY];
	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "A member of a group with an id is named by its id");
		return -EINVAL;
	}
	if (!tb[MFIB_MEMBER_A_ID]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "The member's id is missing");
		return -EINVAL;
	}
	nh = mfib_nexthop_find(mnet, nla_get_u32(tb[MFIB_MEMBER_A_ID]));
	if (!nh) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_MEMBER_A_ID],
				    "There is no next hop with this id");
		return -ENOENT;
	}
	if (spec->n == MFIB_GROUP_MEMBERS) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "A group has 64 members at most");
		return -E2BIG;
	}
	spec->member[spec->n].nh = nh;
	spec->member[spec->n].weight = tb[MFIB_MEMBER_A_WEIGHT] ?
		nla_get_u16(tb[MFIB_MEMBER_A_WEIGHT]) : 1;
	spec->member[spec->n].backup = nla_get_flag(tb[MFIB_MEMBER_A_BACKUP]);
	spec->n++;
	return 0;
}

static int check_members(const struct mfib_nexthop *nh,
			 const struct mfib_group_spec *spec,
			 const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	const struct mfib_nexthop *member;
	int err = 0;
	u32 i;

	if (!nh->routes)
		return 0;
	if (!spec->n) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The group has routes: leave it a member");
		return -EINVAL;
	}
	member = mfib_group_any(nh);
	/* What is a group after all, replace refuses. */
	for (i = 0; i < spec->n && !err; i++)
		if (spec->member[i].nh->dev)
			err = mfib_nl_nexthop_move(member,
						   spec->member[i].nh->dev,
						   attr, extack);
	return err;
}

/**
 * mfib_nl_group_set() - create or replace the group of a request
 * @mnet: the namespace
 * @nh: the group, or something else of its id; NULL if there is nothing
 * @tb: the attributes of a next hop, id and members among them
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0; -EINVAL, -ENOENT, -EXDEV, -EAFNOSUPPORT, -E2BIG, -ENOMEM.
 */
int mfib_nl_group_set(struct mfib_net *mnet, struct mfib_nexthop *nh,
		      struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	const struct nlattr *more = mfib_nl_place_first(tb);
	const struct nlattr *nest = tb[MFIB_NEXTHOP_A_GROUP], *nla;
	struct mfib_group_spec *spec;
	int err = 0, rem;

	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "A group has neither device nor gateway nor MTU, and does not lead to a FIB");
		return -EINVAL;
	}
	if (nh && !rcu_access_pointer(nh->group)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_ID],
				    "A next hop does not become a group: delete it and add the group");
		return -EINVAL;
	}

	spec = kzalloc(sizeof(*spec), GFP_KERNEL);
	if (!spec)
		return -ENOMEM;
	if (tb[MFIB_NEXTHOP_A_BUCKETS])
		spec->buckets = nla_get_u32(tb[MFIB_NEXTHOP_A_BUCKETS]);
	nla_for_each_nested(nla, nest, rem) {
		err = parse_member(mnet, nla, spec, extack);
		if (err)
			break;
	}
	if (!err && nh)
		err = check_members(nh, spec, nest, extack);
	if (!err && nh) {
		err = mfib_group_replace(nh, spec, extack);
		if (!err)
			mfib_alias_select(mnet);
	} else if (!err) {
		err = mfib_group_create(mnet,
					nla_get_u32(tb[MFIB_NEXTHOP_A_ID]),
					spec, extack);
	}
	kfree(spec);
	return err;
}

/* Members without ids are those of a route. A message takes 64 of them with what
 * a route is told of.
 */
static int put_member(struct sk_buff *skb, const struct mfib_member *member,
		      u32 buckets)
{
	const struct mfib_nexthop *nh = mfib_member_nexthop(member);
	struct nlattr *nest;
	int err;

	if (!nh)
		return 0;
	nest = nla_nest_start(skb, MFIB_GROUP_A_MEMBER);
	if (!nest ||
	    nla_put_u16(skb, MFIB_MEMBER_A_WEIGHT, member->weight) ||
	    (member->backup && nla_put_flag(skb, MFIB_MEMBER_A_BACKUP)) ||
	    nla_put_u32(skb, MFIB_MEMBER_A_FLAGS, mfib_nexthop_flags(nh)))
		return -EMSGSIZE;
	if (nh->id)
		err = nla_put_u32(skb, MFIB_MEMBER_A_ID, nh->id) ?:
		      nla_put_u32(skb, MFIB_MEMBER_A_BUCKETS, buckets);
	else
		err = mfib_nl_nexthop_put_place(skb, MFIB_MEMBER_A_IFINDEX,
						MFIB_MEMBER_A_GATEWAY, nh);
	if (err)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * mfib_nl_group_put() - add the contents of a group to a message
 * @skb: the message, in the nest of a next hop
 * @nh: the group
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_group_put(struct sk_buff *skb, const struct mfib_nexthop *nh)
{
	const struct mfib_group *group = mfib_dereference(nh->mnet, nh->group);
	struct nlattr *members;
	u32 i;

	if (nh->id && nla_put_u32(skb, MFIB_NEXTHOP_A_BUCKETS, group->buckets))
		return -EMSGSIZE;
	members = nla_nest_start(skb, MFIB_NEXTHOP_A_GROUP);
	if (!members)
		return -EMSGSIZE;
	for (i = 0; i < group->n; i++)
		if (put_member(skb, &group->member[i],
			       nh->dead ? 0 : group->share[i].buckets))
			return -EMSGSIZE;
	nla_nest_end(skb, members);
	return 0;
}
