// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: next hops.
 */
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/netdevice.h>
#include <net/ip.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "net.h"
#include "nexthop.h"
#include "notify.h"
#include "route.h"

static struct netlink_range_validation buckets_range = {
	.min = 1,
	.max = MFIB_GROUP_BUCKETS,
};

static struct netlink_range_validation mtu_range = {
	.min = IPV4_MIN_MTU,
	.max = MFIB_MTU_MAX,
};

const struct nla_policy mfib_nexthop_policy[MFIB_NEXTHOP_A_MAX + 1] = {
	[MFIB_NEXTHOP_A_ID]	 = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_NEXTHOP_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_NEXTHOP_A_GATEWAY] = { .type = NLA_BINARY, .len = 16 },
	[MFIB_NEXTHOP_A_GROUP]	 = NLA_POLICY_NESTED(mfib_group_policy),
	[MFIB_NEXTHOP_A_BUCKETS] = NLA_POLICY_FULL_RANGE(NLA_U32,
							 &buckets_range),
	[MFIB_NEXTHOP_A_FIB_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_NEXTHOP_A_MTU] = NLA_POLICY_FULL_RANGE(NLA_U32, &mtu_range),
	[MFIB_NEXTHOP_A_MTU_LOCKED] = { .type = NLA_FLAG },
};

static int parse_gateway(const struct nlattr *gw, struct mfib_gateway *gateway,
			 struct netlink_ext_ack *extack)
{
	memset(gateway, 0, sizeof(*gateway));
	if (!gw)
		return 0;
	switch (nla_len(gw)) {
	case sizeof(struct in_addr):
		gateway->family = AF_INET;
		break;
	case sizeof(struct in6_addr):
		gateway->family = AF_INET6;
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, gw,
				    "A gateway has 4 bytes (IPv4) or 16 (IPv6)");
		return -EINVAL;
	}
	nla_memcpy(gateway->addr, gw, sizeof(gateway->addr));
	return 0;
}

static int parse_mtu(struct nlattr *const tb[], struct mfib_mtu *mtu,
		     struct netlink_ext_ack *extack)
{
	mtu->bytes = tb[MFIB_NEXTHOP_A_MTU] ?
		     nla_get_u32(tb[MFIB_NEXTHOP_A_MTU]) : 0;
	mtu->locked = nla_get_flag(tb[MFIB_NEXTHOP_A_MTU_LOCKED]);
	if (mtu->bytes || !mtu->locked)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_MTU_LOCKED],
			    "There is no MTU that could be locked");
	return -EINVAL;
}

/**
 * mfib_nl_place_first() - whether a request says where packets are to go
 * @tb: the attributes of a next hop
 *
 * Return: the first attribute that does, NULL if none does.
 */
const struct nlattr *mfib_nl_place_first(struct nlattr *const tb[])
{
	return tb[MFIB_NEXTHOP_A_IFINDEX] ?: tb[MFIB_NEXTHOP_A_GATEWAY] ?:
	       tb[MFIB_NEXTHOP_A_FIB_ID] ?: tb[MFIB_NEXTHOP_A_MTU] ?:
	       tb[MFIB_NEXTHOP_A_MTU_LOCKED];
}

/**
 * mfib_nl_place() - where a request wants packets to go
 * @tb: the attributes of a next hop
 * @place: returns it
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mfib_nl_place(struct nlattr *const tb[], struct mfib_nl_place *place,
		  struct netlink_ext_ack *extack)
{
	place->ifindex = tb[MFIB_NEXTHOP_A_IFINDEX];
	place->gateway = tb[MFIB_NEXTHOP_A_GATEWAY];
	place->fib_id = tb[MFIB_NEXTHOP_A_FIB_ID];
	return parse_mtu(tb, &place->mtu, extack);
}

static u32 get_u32(const struct nlattr *nla)
{
	return nla ? nla_get_u32(nla) : 0;
}

/**
 * mfib_nl_nexthop_match() - which next hop a request means
 * @tb: the attributes of a next hop
 * @match: returns it
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mfib_nl_nexthop_match(struct nlattr *const tb[],
			  struct mfib_nexthop_match *match,
			  struct netlink_ext_ack *extack)
{
	int err = parse_mtu(tb, &match->mtu, extack);

	if (err)
		return err;
	match->id = get_u32(tb[MFIB_NEXTHOP_A_ID]);
	match->ifindex = get_u32(tb[MFIB_NEXTHOP_A_IFINDEX]);
	match->fib_id = get_u32(tb[MFIB_NEXTHOP_A_FIB_ID]);
	return parse_gateway(tb[MFIB_NEXTHOP_A_GATEWAY], &match->gw, extack);
}

/* The device of the FIB that packets are to be looked up in, held. */
static struct net_device *dev_of_fib(struct mfib_net *mnet,
				     const struct mfib_nl_place *place,
				     struct netlink_ext_ack *extack)
{
	const struct nlattr *more = place->ifindex ?: place->gateway;
	struct mfib_fib *fib;

	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "A next hop in a FIB, by whose routes packets go on, has neither device nor gateway");
		return ERR_PTR(-EINVAL);
	}
	fib = mfib_nl_find_fib(mnet, place->fib_id, extack);
	if (IS_ERR(fib))
		return ERR_CAST(fib);
	if (!fib->dev) {
		NL_SET_ERR_MSG_ATTR(extack, place->fib_id,
				    "The FIB has no device: cgr fib set ID dev NAME");
		return ERR_PTR(-ENODEV);
	}
	dev_hold(fib->dev);
	return fib->dev;
}

/**
 * mfib_nl_nexthop_spec() - where packets are to go by a request
 * @mnet: the namespace
 * @place: what the request says
 * @spec: returns what it is to be; the caller gives the device back by
 *	dev_put(); NULL if the request names none
 * @extack: says what is wrong
 *
 * Context: &mfib_net.lock.
 * Return: 0, -EINVAL, -ENOENT or -ENODEV; nothing to give back then.
 */
int mfib_nl_nexthop_spec(struct mfib_net *mnet,
			 const struct mfib_nl_place *place,
			 struct mfib_nexthop_spec *spec,
			 struct netlink_ext_ack *extack)
{
	int err;

	spec->dev = NULL;
	spec->mtu = place->mtu;
	err = parse_gateway(place->gateway, &spec->gw, extack);
	if (err)
		return err;
	if (place->fib_id) {
		spec->dev = dev_of_fib(mnet, place, extack);
		return PTR_ERR_OR_ZERO(spec->dev);
	}
	if (place->ifindex) {
		/* Whoever removes it waits for the lock before he looks. */
		spec->dev = dev_get_by_index(mnet->net,
					     nla_get_u32(place->ifindex));
		if (!spec->dev) {
			NL_SET_ERR_MSG_ATTR(extack, place->ifindex,
					    "There is no such device");
			return -ENODEV;
		}
	}
	return 0;
}

/**
 * mfib_nl_nexthop_move() - see that routes stay in their FIB
 * @nh: a next hop, maybe with routes, or the member of a group that has some
 * @to: the device that packets are to leave through instead
 * @attr: what to blame
 * @extack: says what is wrong
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EXDEV.
 */
int mfib_nl_nexthop_move(const struct mfib_nexthop *nh,
			 const struct net_device *to,
			 const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	if (nh->dev == to || !(nh->routes || mfib_group_has_routes(nh)))
		return 0;
	if (nh->is_lookup != mfib_dev_is(to)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "The next hop has routes: it cannot lead to a FIB unless it did before, and the other way round");
		return -EXDEV;
	}
	if (!(nh->routes > nh->foreign || mfib_group_has_bound(nh)) ||
	    mfib_port_is_beside(nh->dev, to))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "The next hop has routes: its new device must be a port of the same FIB");
	return -EXDEV;
}

/* A next hop that is to be created or replaced, NULL if it does not exist. */
static struct mfib_nexthop *find_for(struct mfib_net *mnet,
				     const struct nlattr *id, u16 flags,
				     struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;

	if (!id) {
		NL_SET_ERR_MSG(extack, "The next hop's id is missing");
		return ERR_PTR(-EINVAL);
	}
	nh = mfib_nexthop_find(mnet, nla_get_u32(id));
	if (nh && !(flags & NLM_F_REPLACE)) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "There is a next hop with this id");
		return ERR_PTR(-EEXIST);
	}
	if (!nh && !(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "There is no next hop with this id");
		return ERR_PTR(-ENOENT);
	}
	return nh;
}

static int set_hop(struct mfib_net *mnet, struct mfib_nexthop *nh,
		   struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	struct mfib_nexthop_spec spec;
	struct mfib_nl_place place;
	int err;

	err = mfib_nl_place(tb, &place, extack);
	if (err)
		return err;
	if (!place.ifindex && !place.fib_id) {
		NL_SET_ERR_MSG(extack, "The next hop's device is missing");
		return -EINVAL;
	}
	if (tb[MFIB_NEXTHOP_A_BUCKETS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_BUCKETS],
				    "Only groups have buckets");
		return -EINVAL;
	}
	if (nh && rcu_access_pointer(nh->group)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_ID],
				    "A group stays a group: delete it and add the next hop");
		return -EINVAL;
	}

	err = mfib_nl_nexthop_spec(mnet, &place, &spec, extack);
	if (err)
		return err;
	if (!nh) {
		err = mfib_nexthop_create(mnet,
					  nla_get_u32(tb[MFIB_NEXTHOP_A_ID]),
					  &spec, extack);
	} else {
		err = mfib_nl_nexthop_move(nh, spec.dev,
					   place.ifindex ?: place.fib_id,
					   extack);
		if (!err)
			err = mfib_nexthop_replace(nh, &spec, extack);
		if (!err)
			mfib_alias_select(mnet);
	}
	dev_put(spec.dev);
	return err;
}

static int new_one(struct mfib_net *mnet, struct mfib_fib *fib,
		   struct nlattr *tb[], u16 flags,
		   struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;

	nh = find_for(mnet, tb[MFIB_NEXTHOP_A_ID], flags, extack);
	if (IS_ERR(nh))
		return PTR_ERR(nh);
	return tb[MFIB_NEXTHOP_A_GROUP] ? mfib_nl_group_set(mnet, nh, tb, extack) :
					  set_hop(mnet, nh, tb, extack);
}

/**
 * mfib_nl_nexthop_new() - %MFIB_CMD_NEXTHOP_NEW
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EEXIST, -ENOENT, -EINVAL, -ENODEV, -EXDEV, -EAFNOSUPPORT,
 * -E2BIG, -ENOMEM.
 */
int mfib_nl_nexthop_new(struct sk_buff *skb, struct genl_info *info)
{
	struct mfib_net *mnet = mfib_nl_lock(info);
	int err;

	err = mfib_nl_bulk(info, MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_MAX,
			   mfib_nexthop_policy, new_one, mnet, NULL);
	mfib_unlock(mnet);
	return err;
}

static bool uses_nexthop(const struct mfib_info *info, const void *nh)
{
	return info->key.nh == nh ||
	       (info->key.nh && mfib_group_is_empty(info->key.nh));
}

/* The next hop that a request names, by its id alone. */
static struct mfib_nexthop *find(struct mfib_net *mnet,
				 struct nlattr *const tb[],
				 struct netlink_ext_ack *extack)
{
	const struct nlattr *more = mfib_nl_place_first(tb) ?:
				    tb[MFIB_NEXTHOP_A_GROUP] ?:
				    tb[MFIB_NEXTHOP_A_BUCKETS];
	struct mfib_nexthop *nh;

	if (!tb[MFIB_NEXTHOP_A_ID]) {
		NL_SET_ERR_MSG(extack, "The next hop's id is missing");
		return ERR_PTR(-EINVAL);
	}
	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "A next hop is named by its id alone");
		return ERR_PTR(-EINVAL);
	}
	nh = mfib_nexthop_find(mnet, nla_get_u32(tb[MFIB_NEXTHOP_A_ID]));
	if (!nh) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_NEXTHOP_A_ID],
				    "There is no next hop with this id");
		return ERR_PTR(-ENOENT);
	}
	return nh;
}

static int del_one(struct mfib_net *mnet, struct mfib_fib *unused,
		   struct nlattr *tb[], u16 flags,
		   struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;
	struct mfib_fib *fib;
	unsigned long id;
	bool selects;

	nh = find(mnet, tb, extack);
	if (IS_ERR(nh))
		return PTR_ERR(nh);
	/* What its groups, or its members, are after it is gone. */
	selects = rcu_access_pointer(nh->group) || !hlist_empty(&nh->member_of);
	if (mfib_groups_leave(nh, false) || nh->routes)
		xa_for_each(&mnet->fibs, id, fib)
			mfib_route_purge(fib, uses_nexthop, nh);
	mfib_nexthop_forget(nh);
	if (selects)
		mfib_alias_select(mnet);
	return 0;
}

/**
 * mfib_nl_nexthop_del() - %MFIB_CMD_NEXTHOP_DEL
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL.
 */
int mfib_nl_nexthop_del(struct sk_buff *skb, struct genl_info *info)
{
	struct mfib_net *mnet = mfib_nl_lock(info);
	int err;

	err = mfib_nl_bulk(info, MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_MAX,
			   mfib_nexthop_policy, del_one, mnet, NULL);
	mfib_unlock(mnet);
	return err;
}

/**
 * mfib_nl_nexthop_put_place() - add device and gateway of a next hop to a message
 * @skb: the message
 * @ifindex: type of the device's attribute
 * @gateway: type of the gateway's
 * @nh: the next hop
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_nexthop_put_place(struct sk_buff *skb, int ifindex, int gateway,
			      const struct mfib_nexthop *nh)
{
	int len = nh->gw.family == AF_INET ? sizeof(struct in_addr) :
					     sizeof(struct in6_addr);

	if (nla_put_u32(skb, ifindex, nh->ifindex) ||
	    (nh->gw.family && nla_put(skb, gateway, len, nh->gw.addr)))
		return -EMSGSIZE;
	return 0;
}

static int put_mtu(struct sk_buff *skb, const struct mfib_mtu *mtu)
{
	if (!mtu->bytes)
		return 0;
	return nla_put_u32(skb, MFIB_NEXTHOP_A_MTU, mtu->bytes) ?:
	       mtu->locked ? nla_put_flag(skb, MFIB_NEXTHOP_A_MTU_LOCKED) : 0;
}

static int put(struct sk_buff *skb, int attr, const struct mfib_nexthop *nh,
	       bool members)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    (nh->id && nla_put_u32(skb, MFIB_NEXTHOP_A_ID, nh->id)) ||
	    (nh->object &&
	     nla_put_u32(skb, MFIB_NEXTHOP_A_OBJECT, nh->object)) ||
	    (nh->dev &&
	     mfib_nl_nexthop_put_place(skb, MFIB_NEXTHOP_A_IFINDEX,
				       MFIB_NEXTHOP_A_GATEWAY, nh)) ||
	    (nh->is_lookup && nla_put_u32(skb, MFIB_NEXTHOP_A_FIB_ID,
					  mfib_dev_fib_id(nh->dev))) ||
	    put_mtu(skb, mfib_nexthop_mtu(nh)) ||
	    nla_put_u32(skb, MFIB_NEXTHOP_A_FLAGS, mfib_nexthop_flags(nh)) ||
	    nla_put_u32(skb, MFIB_NEXTHOP_A_ROUTES, nh->routes) ||
	    (members && rcu_access_pointer(nh->group) &&
	     mfib_nl_group_put(skb, nh)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * mfib_nl_nexthop_put() - add the next hop of a route to a message
 * @skb: the message
 * @attr: type of the nest
 * @nh: the next hop; if it is a group without an id, with its members
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_nexthop_put(struct sk_buff *skb, int attr,
			const struct mfib_nexthop *nh)
{
	return put(skb, attr, nh, !nh->id);
}

/**
 * mfib_nl_nexthop_put_all() - add a next hop to a message
 * @skb: the message
 * @mnet: the namespace
 * @object: the next hop; if it is a group, with its members
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_nexthop_put_all(struct sk_buff *skb, struct mfib_net *mnet,
			    const void *object)
{
	return put(skb, MFIB_A_NEXTHOP, object, true);
}

/**
 * mfib_nl_nexthop_get() - %MFIB_CMD_NEXTHOP_GET of one next hop
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_nexthop_get(struct sk_buff *skb, struct genl_info *info)
{
	struct mfib_net *mnet = mfib_net(genl_info_net(info));
	struct nlattr *tb[MFIB_NEXTHOP_A_MAX + 1], *nest;
	const struct mfib_nexthop *nh;
	int err;

	nest = mfib_nl_object(info, MFIB_A_NEXTHOP);
	if (IS_ERR(nest))
		return PTR_ERR(nest);
	err = nla_parse_nested(tb, MFIB_NEXTHOP_A_MAX, nest,
			       mfib_nexthop_policy, info->extack);
	if (err)
		return err;
	mfib_lock(mnet);
	nh = find(mnet, tb, info->extack);
	if (IS_ERR(nh))
		err = PTR_ERR(nh);
	else
		err = mfib_nl_reply(info, MFIB_CMD_NEXTHOP_GET, mnet,
				    mfib_nl_nexthop_put_all, nh);
	mfib_unlock(mnet);
	return err;
}

/**
 * mfib_nl_nexthop_dump() - %MFIB_CMD_NEXTHOP_GET of all named next hops
 * @skb: where they go
 * @cb: the dump; remembers the next id
 *
 * Return: length of @skb, 0 at the end; -EINVAL.
 */
int mfib_nl_nexthop_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mfib_net *mnet = mfib_net(sock_net(skb->sk));
	struct mfib_nl_dump *at = (struct mfib_nl_dump *)cb->ctx;
	struct mfib_nexthop *nh;

	if (mfib_nl_unfiltered(cb, MFIB_A_NEXTHOP))
		return -EINVAL;
	if (at->done)
		return 0;
	mfib_lock(mnet);
	cb->seq = mnet->seq;
	for (nh = xa_find(&mnet->nexthops, &at->id, ULONG_MAX, XA_PRESENT); nh;
	     nh = xa_find_after(&mnet->nexthops, &at->id, ULONG_MAX,
				XA_PRESENT)) {
		if (mfib_nl_dump_one(skb, cb, MFIB_CMD_NEXTHOP_GET, mnet,
				     mfib_nl_nexthop_put_all, nh))
			goto full;
	}
	at->done = true;
full:
	mfib_unlock(mnet);
	return skb->len;
}
