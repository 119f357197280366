// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: routes.
 */
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>

#include "alias.h"
#include "fib.h"
#include "net.h"
#include "nexthop.h"
#include "route.h"

const struct nla_policy mfib_route_policy[MFIB_ROUTE_A_MAX + 1] = {
	[MFIB_ROUTE_A_DST]	= { .type = NLA_BINARY, .len = 16 },
	[MFIB_ROUTE_A_PLEN]	= NLA_POLICY_MAX(NLA_U8, 128),
	[MFIB_ROUTE_A_METRIC]	= { .type = NLA_U32 },
	[MFIB_ROUTE_A_TYPE]	= { .type = NLA_U8 },
	[MFIB_ROUTE_A_PROTOCOL]	= { .type = NLA_U8 },
	[MFIB_ROUTE_A_NEXTHOP]	= NLA_POLICY_NESTED(mfib_nexthop_policy),
	[MFIB_ROUTE_A_FLAGS]	= NLA_POLICY_MASK(NLA_U32,
						  MFIB_ROUTE_F_FOREIGN),
	[MFIB_ROUTE_A_GENERATION] = { .type = NLA_U32 },
};

static int parse_prefix(struct nlattr *const tb[], struct mfib_prefix *prefix,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *dst = tb[MFIB_ROUTE_A_DST];
	const struct nlattr *plen = tb[MFIB_ROUTE_A_PLEN];
	unsigned int width;

	memset(prefix, 0, sizeof(*prefix));
	if (!dst) {
		NL_SET_ERR_MSG(extack, "The route's destination is missing");
		return -EINVAL;
	}
	switch (nla_len(dst)) {
	case sizeof(struct in_addr):
		prefix->family = MFIB_IPV4;
		break;
	case sizeof(struct in6_addr):
		prefix->family = MFIB_IPV6;
		break;
	default:
		NL_SET_ERR_MSG_ATTR(extack, dst,
				    "A destination has 4 bytes (IPv4) or 16 (IPv6)");
		return -EINVAL;
	}
	nla_memcpy(prefix->addr, dst, sizeof(prefix->addr));
	width = mfib_family_width(prefix->family);
	prefix->len = plen ? nla_get_u8(plen) : width;
	if (prefix->len > width) {
		NL_SET_ERR_MSG_ATTR(extack, plen,
				    "The prefix is longer than an address");
		return -EINVAL;
	}
	if (!mfib_prefix_is_clean(prefix)) {
		NL_SET_ERR_MSG_ATTR(extack, dst,
				    "The destination has bits set past the prefix length");
		return -EINVAL;
	}
	return 0;
}

/* Whom a FIB's routes must not name: what it can never match or forward. */
static int check_prefix(const struct mfib_prefix *prefix,
			const struct nlattr *dst,
			struct netlink_ext_ack *extack)
{
	const struct in6_addr *addr = (const struct in6_addr *)prefix->addr;

	if (prefix->family == MFIB_IPV4) {
		if (prefix->len < 4 ||
		    !ipv4_is_multicast(*(const __be32 *)prefix->addr))
			return 0;
	} else if (!prefix->len ||
		   !(ipv6_addr_type(addr) & (IPV6_ADDR_LINKLOCAL |
					     IPV6_ADDR_MULTICAST))) {
		return 0;
	}
	NL_SET_ERR_MSG_ATTR(extack, dst,
			    "Multicast and IPv6 link-local destinations are not routed by FIBs");
	return -EINVAL;
}

/* What a request says of a route, on top of what @key has; its next hop must
 * go with its type.
 */
static int parse_key(struct nlattr *const tb[], struct mfib_info_key *key,
		     struct netlink_ext_ack *extack)
{
	const struct nlattr *nexthop = tb[MFIB_ROUTE_A_NEXTHOP];

	if (tb[MFIB_ROUTE_A_METRIC])
		key->metric = nla_get_u32(tb[MFIB_ROUTE_A_METRIC]);
	if (tb[MFIB_ROUTE_A_PROTOCOL])
		key->protocol = nla_get_u8(tb[MFIB_ROUTE_A_PROTOCOL]);
	if (tb[MFIB_ROUTE_A_GENERATION])
		key->generation = nla_get_u32(tb[MFIB_ROUTE_A_GENERATION]);
	if (tb[MFIB_ROUTE_A_TYPE])
		key->type = nla_get_u8(tb[MFIB_ROUTE_A_TYPE]);
	if (tb[MFIB_ROUTE_A_FLAGS])
		key->flags |= nla_get_u32(tb[MFIB_ROUTE_A_FLAGS]);

	switch (key->type) {
	case RTN_UNICAST:
		if (nexthop)
			return 0;
		NL_SET_ERR_MSG(extack, "A unicast route needs a next hop");
		return -EINVAL;
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_LOCAL:
	case RTN_THROW:
		if (!nexthop && !key->flags)
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, nexthop ?: tb[MFIB_ROUTE_A_FLAGS],
				    "A route of this type has no next hop, and cannot be foreign");
		return -EINVAL;
	}
	NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_ROUTE_A_TYPE],
			    "A FIB takes routes of type unicast, local, blackhole, unreachable, prohibit and throw");
	return -EOPNOTSUPP;
}

/* The route of a prefix that a next hop is to be appended to. What the request
 * does not say of it stays as it is in @key. NULL if there is none.
 */
static const struct mfib_info *find_to(struct mfib_fib *fib,
				       const struct mfib_prefix *prefix,
				       struct nlattr *const tb[], u16 *flags,
				       struct mfib_info_key *key,
				       struct netlink_ext_ack *extack)
{
	const struct nlattr *metric = tb[MFIB_ROUTE_A_METRIC];
	const struct mfib_info *to;

	if (*flags & (NLM_F_EXCL | NLM_F_REPLACE) ||
	    !tb[MFIB_ROUTE_A_NEXTHOP]) {
		NL_SET_ERR_MSG(extack,
			       "A next hop is appended, with NLM_F_CREATE or alone");
		return ERR_PTR(-EINVAL);
	}
	to = mfib_route_find(fib, prefix, metric ? nla_get_u32(metric) : 0);
	if (!to)
		return NULL;
	if (to->key.type != RTN_UNICAST) {
		NL_SET_ERR_MSG(extack,
			       "The route to this prefix with this metric has no next hop to append to");
		return ERR_PTR(-EEXIST);
	}
	*key = to->key;
	*flags |= NLM_F_REPLACE;
	return to;
}

static int new_one(struct mfib_net *mnet, struct mfib_fib *fib,
		   struct nlattr *tb[], u16 flags,
		   struct netlink_ext_ack *extack)
{
	const struct mfib_info *to = NULL;
	struct mfib_info_key key = {
		.type = RTN_UNICAST,
		.protocol = RTPROT_BOOT,
	};
	struct mfib_prefix prefix;
	int err;

	err = parse_prefix(tb, &prefix, extack);
	if (!err)
		err = check_prefix(&prefix, tb[MFIB_ROUTE_A_DST], extack);
	if (err)
		return err;
	if (flags & NLM_F_APPEND) {
		to = find_to(fib, &prefix, tb, &flags, &key, extack);
		if (IS_ERR(to))
			return PTR_ERR(to);
	}
	err = parse_key(tb, &key, extack);
	if (err)
		return err;

	key.nh = NULL;
	if (tb[MFIB_ROUTE_A_NEXTHOP]) {
		key.nh = mfib_nl_hop(fib, tb[MFIB_ROUTE_A_NEXTHOP],
				     to ? to->key.nh : NULL,
				     key.flags & MFIB_ROUTE_F_FOREIGN, extack);
		if (IS_ERR(key.nh))
			return PTR_ERR(key.nh);
		if (key.nh->is_lookup)
			key.flags |= MFIB_ROUTE_F_FOREIGN;
		err = mfib_nexthop_enable(key.nh, prefix.family, extack);
	}
	if (!err)
		err = mfib_route_set(fib, &prefix, &key, flags, extack);
	if (key.nh)
		mfib_nexthop_put(key.nh);
	return err;
}

static int parse_match(struct nlattr *const tb[],
		       struct mfib_route_match *match,
		       struct netlink_ext_ack *extack)
{
	memset(match, 0, sizeof(*match));
	if (tb[MFIB_ROUTE_A_METRIC]) {
		match->has_metric = true;
		match->metric = nla_get_u32(tb[MFIB_ROUTE_A_METRIC]);
	}
	if (tb[MFIB_ROUTE_A_PROTOCOL]) {
		match->has_protocol = true;
		match->protocol = nla_get_u8(tb[MFIB_ROUTE_A_PROTOCOL]);
	}
	if (tb[MFIB_ROUTE_A_GENERATION]) {
		match->has_generation = true;
		match->generation = nla_get_u32(tb[MFIB_ROUTE_A_GENERATION]);
	}
	if (tb[MFIB_ROUTE_A_FLAGS])
		match->flags = nla_get_u32(tb[MFIB_ROUTE_A_FLAGS]);
	if (tb[MFIB_ROUTE_A_TYPE]) {
		match->type = nla_get_u8(tb[MFIB_ROUTE_A_TYPE]);
		if (match->type == RTN_UNSPEC) {
			NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_ROUTE_A_TYPE],
					    "No route has this type");
			return -EINVAL;
		}
	}
	if (!tb[MFIB_ROUTE_A_NEXTHOP])
		return 0;

	return mfib_nl_hop_match(tb[MFIB_ROUTE_A_NEXTHOP], &match->nexthop,
				 extack);
}

static int del_one(struct mfib_net *mnet, struct mfib_fib *fib,
		   struct nlattr *tb[], u16 flags,
		   struct netlink_ext_ack *extack)
{
	struct mfib_route_match match;
	struct mfib_prefix prefix;
	int err;

	err = parse_prefix(tb, &prefix, extack);
	if (!err)
		err = parse_match(tb, &match, extack);
	if (!err)
		err = mfib_route_delete(fib, &prefix, &match, extack);
	return err;
}

static int change(struct genl_info *info,
		  int (*one)(struct mfib_net *mnet, struct mfib_fib *fib,
			     struct nlattr *tb[], u16 flags,
			     struct netlink_ext_ack *extack))
{
	struct mfib_net *mnet = mfib_nl_lock(info);
	struct mfib_fib *fib;
	int err;

	fib = mfib_nl_find_routes(info, mnet);
	if (IS_ERR(fib))
		err = PTR_ERR(fib);
	else
		err = mfib_nl_bulk(info, MFIB_A_ROUTE, MFIB_ROUTE_A_MAX,
				   mfib_route_policy, one, mnet, fib);
	mfib_unlock(mnet);
	return err;
}

/**
 * mfib_nl_route_filter() - which routes a request means
 * @attrs: its top-level attributes
 * @filter: returns it
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mfib_nl_route_filter(struct nlattr *const attrs[],
			 struct mfib_route_filter *filter,
			 struct netlink_ext_ack *extack)
{
	const struct nlattr *select = attrs[MFIB_A_SELECT];
	const struct nlattr *stale = attrs[MFIB_A_STALE];
	const struct nlattr *af = attrs[MFIB_A_FAMILY];
	struct nlattr *tb[MFIB_ROUTE_A_MAX + 1] = { };
	int err;

	memset(filter, 0, sizeof(*filter));
	filter->family = MFIB_FAMILIES;
	if (af) {
		switch (nla_get_u8(af)) {
		case AF_INET:
			filter->family = MFIB_IPV4;
			break;
		case AF_INET6:
			filter->family = MFIB_IPV6;
			break;
		default:
			NL_SET_ERR_MSG_ATTR(extack, af,
					    "The family is AF_INET or AF_INET6");
			return -EINVAL;
		}
	}
	if (attrs[MFIB_A_ROUTE]) {
		err = nla_parse_nested(tb, MFIB_ROUTE_A_MAX,
				       attrs[MFIB_A_ROUTE], mfib_route_policy,
				       extack);
		if (!err)
			err = parse_match(tb, &filter->match, extack);
		if (err)
			return err;
	}
	filter->match.stale = stale;
	if (stale && !tb[MFIB_ROUTE_A_GENERATION]) {
		NL_SET_ERR_MSG_ATTR(extack, stale,
				    "The filter has no generation that others are stale to");
		return -EINVAL;
	}
	if (!tb[MFIB_ROUTE_A_DST]) {
		if (!select && !tb[MFIB_ROUTE_A_PLEN])
			return 0;
		NL_SET_ERR_MSG_ATTR(extack, select ?: tb[MFIB_ROUTE_A_PLEN],
				    "The filter has no destination");
		return -EINVAL;
	}
	err = parse_prefix(tb, &filter->prefix, extack);
	if (err)
		return err;
	if (af && filter->family != filter->prefix.family) {
		NL_SET_ERR_MSG_ATTR(extack, tb[MFIB_ROUTE_A_DST],
				    "The destination is not of the filter's family");
		return -EINVAL;
	}
	filter->family = filter->prefix.family;
	filter->has_prefix = true;
	filter->select = select ? nla_get_u8(select) : MFIB_SELECT_EXACT;
	return 0;
}

/* A request about certain routes takes no filter. */
static int refuse_filter(const struct genl_info *info)
{
	const struct nlattr *nla = info->attrs[MFIB_A_SELECT] ?:
				   info->attrs[MFIB_A_STALE] ?:
				   info->attrs[MFIB_A_FAMILY];

	if (!nla)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, nla,
			    "This is for dumps, and to delete with NLM_F_BULK");
	return -EINVAL;
}

/* Deletes what a filter lets through, and says how many that were. */
static int flush(struct genl_info *info)
{
	struct mfib_route_filter filter;
	struct mfib_net *mnet;
	struct mfib_fib *fib;
	u32 n;
	int err;

	err = mfib_nl_route_filter(info->attrs, &filter, info->extack);
	if (err)
		return err;
	mnet = mfib_nl_lock(info);
	fib = mfib_nl_find_routes(info, mnet);
	if (IS_ERR(fib)) {
		err = PTR_ERR(fib);
	} else {
		n = mfib_route_flush(fib, &filter);
		memcpy(info->extack->cookie, &n, sizeof(n));
		info->extack->cookie_len = sizeof(n);
	}
	mfib_unlock(mnet);
	return err;
}

/**
 * mfib_nl_route_new() - %MFIB_CMD_ROUTE_NEW
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EEXIST, -ENOENT, -EINVAL, -ENODEV, -EXDEV, -ENETUNREACH,
 * -EOPNOTSUPP, -EAFNOSUPPORT, -E2BIG, -ENOSPC, -ENOMEM.
 */
int mfib_nl_route_new(struct sk_buff *skb, struct genl_info *info)
{
	return change(info, new_one);
}

/**
 * mfib_nl_route_del() - %MFIB_CMD_ROUTE_DEL
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EPERM, -EINVAL.
 */
int mfib_nl_route_del(struct sk_buff *skb, struct genl_info *info)
{
	if (info->nlhdr->nlmsg_flags & NLM_F_BULK)
		return flush(info);
	return refuse_filter(info) ?: change(info, del_one);
}

/**
 * mfib_nl_route_put() - add a route to a message
 * @skb: the message
 * @mnet: the namespace
 * @object: the &struct mfib_nl_route
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_route_put(struct sk_buff *skb, struct mfib_net *mnet,
		      const void *object)
{
	const struct mfib_nl_route *route = object;
	const struct mfib_info_key *key = &route->info->key;
	u32 flags = key->flags;
	struct nlattr *nest;

	if (route->active)
		flags |= MFIB_ROUTE_F_ACTIVE;
	if (nla_put_u32(skb, MFIB_A_FIB_ID, route->fib->id))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, MFIB_A_ROUTE);
	if (!nest ||
	    nla_put(skb, MFIB_ROUTE_A_DST,
		    mfib_family_width(route->prefix->family) / 8,
		    route->prefix->addr) ||
	    nla_put_u8(skb, MFIB_ROUTE_A_PLEN, route->prefix->len) ||
	    nla_put_u32(skb, MFIB_ROUTE_A_METRIC, key->metric) ||
	    nla_put_u8(skb, MFIB_ROUTE_A_TYPE, key->type) ||
	    nla_put_u8(skb, MFIB_ROUTE_A_PROTOCOL, key->protocol) ||
	    (key->generation && !mfib_info_is_followed(route->info) &&
	     nla_put_u32(skb, MFIB_ROUTE_A_GENERATION, key->generation)) ||
	    nla_put_u32(skb, MFIB_ROUTE_A_FLAGS, flags) ||
	    (key->nh && mfib_nl_nexthop_put(skb, MFIB_ROUTE_A_NEXTHOP,
					    key->nh)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Starts a request about one route: parses it, takes the lock. */
static struct mfib_fib *begin(struct genl_info *info, struct nlattr *tb[],
			      struct mfib_prefix *prefix)
{
	struct mfib_net *mnet = mfib_net(genl_info_net(info));
	struct nlattr *nest;
	struct mfib_fib *fib;
	int err;

	nest = mfib_nl_object(info, MFIB_A_ROUTE);
	if (IS_ERR(nest))
		return ERR_CAST(nest);
	err = nla_parse_nested(tb, MFIB_ROUTE_A_MAX, nest, mfib_route_policy,
			       info->extack);
	if (!err)
		err = parse_prefix(tb, prefix, info->extack);
	if (err)
		return ERR_PTR(err);
	mfib_lock(mnet);
	fib = mfib_nl_find_routes(info, mnet);
	if (IS_ERR(fib))
		mfib_unlock(mnet);
	return fib;
}

/**
 * mfib_nl_route_get() - %MFIB_CMD_ROUTE_GET of one route
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_route_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MFIB_ROUTE_A_MAX + 1];
	struct mfib_info *const *alias;
	struct mfib_info *single[1];
	struct mfib_route_match match;
	struct mfib_prefix prefix;
	struct mfib_fib *fib;
	u32 index, i, n = 0;
	int err;

	err = refuse_filter(info);
	if (err)
		return err;
	fib = begin(info, tb, &prefix);
	if (IS_ERR(fib))
		return PTR_ERR(fib);
	err = parse_match(tb, &match, info->extack);
	if (err)
		goto unlock;
	index = mfib_lpm_find(mfib_fib_lpm(fib, prefix.family), prefix.addr,
			      prefix.len);
	if (index != MFIB_LPM_NONE)
		n = mfib_aliases(fib->mnet, index, single, &alias);
	for (i = 0; i < n && !mfib_route_matches(alias[i], &match); i++)
		;
	if (i < n) {
		struct mfib_nl_route route = {
			.fib = fib,
			.prefix = &prefix,
			.info = alias[i],
			.active = alias[i] ==
				  mfib_info_active(mfib_info_deref(fib->mnet,
								   index)),
		};

		err = mfib_nl_reply(info, MFIB_CMD_ROUTE_GET, fib->mnet,
				    mfib_nl_route_put, &route);
	} else {
		NL_SET_ERR_MSG(info->extack, "The FIB has no such route");
		err = -ENOENT;
	}
unlock:
	mfib_unlock(fib->mnet);
	return err;
}

/**
 * mfib_nl_route_lookup() - %MFIB_CMD_ROUTE_LOOKUP
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENETUNREACH if no route matches, -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_route_lookup(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MFIB_ROUTE_A_MAX + 1];
	struct mfib_prefix prefix;
	struct mfib_fib *fib;
	u32 index;
	int err;

	fib = begin(info, tb, &prefix);
	if (IS_ERR(fib))
		return PTR_ERR(fib);
	if (tb[MFIB_ROUTE_A_METRIC] || tb[MFIB_ROUTE_A_TYPE] ||
	    tb[MFIB_ROUTE_A_PROTOCOL] || tb[MFIB_ROUTE_A_GENERATION] ||
	    tb[MFIB_ROUTE_A_NEXTHOP] || tb[MFIB_ROUTE_A_FLAGS]) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MFIB_A_ROUTE],
				    "A lookup takes an address alone");
		err = -EINVAL;
		goto unlock;
	}
	if (prefix.len != mfib_family_width(prefix.family)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[MFIB_ROUTE_A_PLEN],
				    "A lookup takes an address, not a prefix");
		err = -EINVAL;
		goto unlock;
	}
	index = mfib_lpm_match(mfib_fib_lpm(fib, prefix.family), prefix.addr,
			       &prefix.len);
	if (index == MFIB_LPM_NONE) {
		NL_SET_ERR_MSG(info->extack,
			       "The FIB has no route to this address");
		err = -ENETUNREACH;
	} else {
		struct mfib_nl_route route = {
			.fib = fib,
			.prefix = &prefix,
			.info = mfib_info_active(mfib_info_deref(fib->mnet,
								 index)),
			.active = true,
		};

		mfib_prefix_clean(&prefix);
		err = mfib_nl_reply(info, MFIB_CMD_ROUTE_LOOKUP, fib->mnet,
				    mfib_nl_route_put, &route);
	}
unlock:
	mfib_unlock(fib->mnet);
	return err;
}
