// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: where a route's packets go.
 */
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "net.h"
#include "nexthop.h"

/* The device of the connected route to a gateway, held. */
static struct net_device *connected_dev(struct mfib_fib *fib,
					const struct mfib_gateway *gw)
{
	const struct mfib_info *info;
	struct net_device *dev = NULL;

	rcu_read_lock();
	info = mfib_fib_lookup(fib, gw->family == AF_INET ? MFIB_IPV4 :
							    MFIB_IPV6,
			       gw->addr);
	if (info) {
		info = mfib_info_active(info);
		if (info->key.type == RTN_UNICAST && info->key.nh &&
		    info->key.nh->dev && !info->key.nh->is_lookup &&
		    info->key.nh->gw.family == AF_UNSPEC) {
			dev = info->key.nh->dev;
			dev_hold(dev);
		}
	}
	rcu_read_unlock();
	return dev;
}

static int check_dev(const struct mfib_fib *fib, const struct net_device *dev,
		     bool is_foreign, const struct nlattr *attr,
		     struct netlink_ext_ack *extack)
{
	const struct net_device *master = mfib_fib_real(fib)->dev;

	if (dev == master) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The route would lead back to its own FIB");
		return -EINVAL;
	}
	if (is_foreign || mfib_dev_is(dev) ||
	    (master && mfib_port_find(master, dev)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "The next hop's device is not a port of the FIB: ip link set DEV master FIB-DEV, or let the route be foreign");
	return -EXDEV;
}

static int check_devs(const struct mfib_fib *fib, const struct mfib_nexthop *nh,
		      bool is_foreign, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	const struct mfib_group *group = mfib_dereference(fib->mnet, nh->group);
	const struct mfib_nexthop *member;
	int err = 0;
	u32 i;

	if (!group)
		return check_dev(fib, nh->dev, is_foreign, attr, extack);
	if (mfib_group_is_empty(nh)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "The group has no members");
		return -EINVAL;
	}
	for (i = 0; i < group->n && !err; i++) {
		member = mfib_member_nexthop(&group->member[i]);
		if (member)
			err = check_dev(fib, member->dev, is_foreign, attr,
					extack);
	}
	return err;
}

/* The anonymous next hop for a place, with a reference. */
static struct mfib_nexthop *share_hop(struct mfib_fib *fib,
				      const struct nlattr *nest,
				      const struct mfib_nl_place *place,
				      bool is_foreign,
				      struct netlink_ext_ack *extack)
{
	struct mfib_nexthop_spec spec;
	struct mfib_nexthop *nh;
	int err;

	err = mfib_nl_nexthop_spec(fib->mnet, place, &spec, extack);
	if (err)
		return ERR_PTR(err);
	if (!spec.dev && spec.gw.family) {
		spec.dev = connected_dev(fib, &spec.gw);
		if (!spec.dev) {
			NL_SET_ERR_MSG_ATTR(extack, place->gateway,
					    "The gateway is on no connected network of the FIB: name the device");
			return ERR_PTR(-ENETUNREACH);
		}
	}
	if (!spec.dev) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "The next hop has neither id nor gateway nor device");
		return ERR_PTR(-EINVAL);
	}
	err = check_dev(fib, spec.dev, is_foreign,
			place->fib_id ?: place->ifindex, extack);
	nh = err ? ERR_PTR(err) : mfib_nexthop_share(fib->mnet, &spec, extack);
	dev_put(spec.dev);
	return nh;
}

/* Adds a member to a group, which takes over the reference in any case. */
static int add_member(struct mfib_group_spec *spec, struct mfib_nexthop *nh,
		      u16 weight, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	if (spec->n == MFIB_GROUP_MEMBERS) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "A route has 64 next hops at most");
		mfib_nexthop_put(nh);
		return -E2BIG;
	}
	spec->member[spec->n].nh = nh;
	spec->member[spec->n].weight = weight;
	spec->n++;
	return 0;
}

static int parse_member(struct mfib_fib *fib, const struct nlattr *nest,
			const struct mfib_mtu *mtu,
			struct mfib_group_spec *spec, bool is_foreign,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MFIB_MEMBER_A_MAX + 1];
	struct mfib_nl_place place = { .mtu = *mtu };
	const struct nlattr *more;
	struct mfib_nexthop *nh;
	int err;

	err = nla_parse_nested(tb, MFIB_MEMBER_A_MAX, nest, mfib_member_policy,
			       extack);
	if (err)
		return err;
	more = tb[MFIB_MEMBER_A_ID] ?: tb[MFIB_MEMBER_A_BACKUP];
	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "This is for a group with an id: add that first, and let the route name it");
		return -EINVAL;
	}
	place.ifindex = tb[MFIB_MEMBER_A_IFINDEX];
	place.gateway = tb[MFIB_MEMBER_A_GATEWAY];
	nh = share_hop(fib, nest, &place, is_foreign, extack);
	if (IS_ERR(nh))
		return PTR_ERR(nh);
	return add_member(spec, nh, tb[MFIB_MEMBER_A_WEIGHT] ?
				    nla_get_u16(tb[MFIB_MEMBER_A_WEIGHT]) : 1,
			  nest, extack);
}

/* The attributes of a route's next hop. */
static int parse_attrs(struct nlattr *tb[], const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, MFIB_NEXTHOP_A_MAX, nest,
				   mfib_nexthop_policy, extack);

	if (err || !tb[MFIB_NEXTHOP_A_BUCKETS])
		return err;
	NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_BUCKETS],
			    "A route does not set the buckets of a group: add the group with an id");
	return -EINVAL;
}

/* Adds the members that a request has for a route without an id. */
static int parse_members(struct mfib_fib *fib,
			 const struct mfib_nl_place *place,
			 const struct nlattr *group, const struct nlattr *nest,
			 struct mfib_group_spec *spec, bool is_foreign,
			 struct netlink_ext_ack *extack)
{
	const struct nlattr *one = place->ifindex ?: place->gateway ?:
				   place->fib_id;
	struct mfib_nexthop *nh;
	struct nlattr *nla;
	u32 had = spec->n;
	int err, rem;

	if (!group) {
		nh = share_hop(fib, nest, place, is_foreign, extack);
		return IS_ERR(nh) ? PTR_ERR(nh) :
				    add_member(spec, nh, 1, nest, extack);
	}
	if (one) {
		NL_SET_ERR_MSG_ATTR(extack, one,
				    "A route has one next hop or several, not both");
		return -EINVAL;
	}
	nla_for_each_nested(nla, group, rem) {
		err = parse_member(fib, nla, &place->mtu, spec, is_foreign,
				   extack);
		if (err)
			return err;
	}
	if (spec->n > had)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, group, "The route has no next hop");
	return -EINVAL;
}

/* Adds the members that a route has. */
static int add_members(const struct mfib_nexthop *of,
		       struct mfib_group_spec *spec, const struct nlattr *attr,
		       struct netlink_ext_ack *extack)
{
	const struct mfib_group *group = mfib_dereference(of->mnet, of->group);
	struct mfib_nexthop *nh;
	int err = 0;
	u32 i;

	if (of->id) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The route names its next hop by id: add to that");
		return -EINVAL;
	}
	if (!group) {
		nh = (struct mfib_nexthop *)of;
		mfib_nexthop_hold(nh);
		return add_member(spec, nh, 1, attr, extack);
	}
	for (i = 0; i < group->n && !err; i++) {
		nh = mfib_member_nexthop(&group->member[i]);
		if (!nh)
			continue;
		mfib_nexthop_hold(nh);
		err = add_member(spec, nh, group->member[i].weight, attr,
				 extack);
	}
	return err;
}

static struct mfib_nexthop *find_hop(struct mfib_fib *fib, struct nlattr *tb[],
				     bool is_foreign,
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *more = mfib_nl_place_first(tb) ?:
				    tb[MFIB_NEXTHOP_A_GROUP];
	const struct nlattr *id = tb[MFIB_NEXTHOP_A_ID];
	struct mfib_nexthop *nh;
	int err;

	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "A next hop is given by id or by gateway, device and MTU, not by both");
		return ERR_PTR(-EINVAL);
	}
	nh = mfib_nexthop_find(fib->mnet, nla_get_u32(id));
	if (!nh) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "There is no next hop with this id");
		return ERR_PTR(-ENOENT);
	}
	err = check_devs(fib, nh, is_foreign, id, extack);
	if (err)
		return ERR_PTR(err);
	mfib_nexthop_hold(nh);
	return nh;
}

/* Where another next hop of a route is to lead, with the route's MTU. */
static int parse_more(struct nlattr *tb[], const struct mfib_nexthop *to,
		      struct mfib_nl_place *place,
		      struct netlink_ext_ack *extack)
{
	const struct mfib_mtu *mtu = to ? mfib_nexthop_mtu(to) : NULL;
	int err = mfib_nl_place(tb, place, extack);

	if (err || !mtu)
		return err;
	if (place->mtu.bytes && !mfib_mtu_is(&place->mtu, mtu)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_MTU],
				    "The route's next hops have another MTU, or none: replace the route");
		return -EINVAL;
	}
	place->mtu = *mtu;
	return 0;
}

/**
 * mfib_nl_hop() - the next hop of a request's route
 * @fib: the route's FIB
 * @nest: %MFIB_ROUTE_A_NEXTHOP
 * @to: of the route that it is appended to, NULL if it is to be the only one
 * @is_foreign: whether it may lead out of the FIB
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: a next hop or group that the caller holds a reference to; an error
 * pointer: -EINVAL, -ENOENT, -ENODEV, -EXDEV, -ENETUNREACH, -E2BIG, -ENOMEM.
 */
struct mfib_nexthop *mfib_nl_hop(struct mfib_fib *fib,
				 const struct nlattr *nest,
				 const struct mfib_nexthop *to, bool is_foreign,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MFIB_NEXTHOP_A_MAX + 1];
	struct mfib_group_spec *spec;
	struct mfib_nl_place place;
	struct mfib_nexthop *nh;
	int err;

	err = parse_attrs(tb, nest, extack);
	if (err)
		return ERR_PTR(err);
	if (tb[MFIB_NEXTHOP_A_ID] && to) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_ID],
				    "A next hop is appended by gateway and device, not by id");
		return ERR_PTR(-EINVAL);
	}
	if (tb[MFIB_NEXTHOP_A_ID])
		return find_hop(fib, tb, is_foreign, extack);
	err = parse_more(tb, to, &place, extack);
	if (err)
		return ERR_PTR(err);

	spec = kzalloc(sizeof(*spec), GFP_KERNEL);
	if (!spec)
		return ERR_PTR(-ENOMEM);
	err = to ? add_members(to, spec, nest, extack) : 0;
	if (!err)
		err = parse_members(fib, &place, tb[MFIB_NEXTHOP_A_GROUP],
				    nest, spec, is_foreign, extack);
	nh = err ? ERR_PTR(err) :
		   mfib_group_share(fib->mnet, spec, to, extack);
	mfib_group_spec_free(spec);
	return nh;
}

/**
 * mfib_nl_hop_match() - which next hop the route of a request has
 * @nest: %MFIB_ROUTE_A_NEXTHOP
 * @match: returns it
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mfib_nl_hop_match(const struct nlattr *nest,
		      struct mfib_nexthop_match *match,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MFIB_NEXTHOP_A_MAX + 1];
	int err;

	err = parse_attrs(tb, nest, extack);
	if (err)
		return err;
	if (tb[MFIB_NEXTHOP_A_GROUP]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_GROUP],
				    "A route is not named by several next hops: prefix and metric are enough");
		return -EINVAL;
	}
	if (!tb[MFIB_NEXTHOP_A_ID] && !mfib_nl_place_first(tb)) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "The next hop has neither id nor gateway nor device");
		return -EINVAL;
	}
	return mfib_nl_nexthop_match(tb, match, extack);
}
