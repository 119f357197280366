// SPDX-License-Identifier: GPL-2.0
#include "decode.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <string.h>
#include <sys/socket.h>

#include "attr.h"

static int get_addr(struct nlattr *attr, int *family, __u8 *addr)
{
	int len;

	if (!attr)
		return 0;
	len = nla_len(attr);
	if (len != 4 && len != 16)
		return -1;
	*family = len == 4 ? AF_INET : AF_INET6;
	memcpy(addr, nla_data(attr), len);
	return 0;
}

static int decode_stats(struct nlattr *nest, struct stats *stats)
{
	struct nlattr *tb[MFIB_STAT_A_MAX + 1];
	int i;

	if (!nest)
		return 0;
	if (attr_parse(tb, MFIB_STAT_A_MAX, nest))
		return -1;
	for (i = MFIB_STAT_A_PAD + 1; i <= MFIB_STAT_A_MAX; i++) {
		if (attr_get_u64(tb[i], &stats->val[i]))
			return -1;
	}
	stats->present = true;
	return 0;
}

static int decode_tree(struct nlattr *nest, struct tree *tree)
{
	struct nlattr *tb[MFIB_TREE_A_MAX + 1];

	if (!nest)
		return 0;
	if (attr_parse(tb, MFIB_TREE_A_MAX, nest) ||
	    attr_get_u32(tb[MFIB_TREE_A_PREFIXES], &tree->prefixes) ||
	    attr_get_u32(tb[MFIB_TREE_A_NODES], &tree->nodes) ||
	    attr_get_u32(tb[MFIB_TREE_A_DEPTH], &tree->depth) ||
	    attr_get_u8(tb[MFIB_TREE_A_FORM], &tree->form) ||
	    attr_get_u64(tb[MFIB_TREE_A_LOOKUP_BYTES], &tree->lookup_bytes) ||
	    attr_get_u64(tb[MFIB_TREE_A_WRITER_BYTES], &tree->writer_bytes) ||
	    attr_get_u64(tb[MFIB_TREE_A_RETIRED_BYTES], &tree->retired_bytes))
		return -1;
	tree->present = true;
	return 0;
}

/**
 * decode_fib() - decode MFIB_A_FIB
 * @nest: attribute
 * @fib: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_fib(struct nlattr *nest, struct fib *fib)
{
	struct nlattr *tb[MFIB_FIB_A_MAX + 1];

	memset(fib, 0, sizeof(*fib));
	if (attr_parse(tb, MFIB_FIB_A_MAX, nest) ||
	    !tb[MFIB_FIB_A_ID] ||
	    attr_get_u32(tb[MFIB_FIB_A_ID], &fib->id) ||
	    attr_get_u32(tb[MFIB_FIB_A_IFINDEX], &fib->ifindex) ||
	    attr_get_u32(tb[MFIB_FIB_A_MAX_ROUTES], &fib->max_routes) ||
	    attr_get_u32(tb[MFIB_FIB_A_WARN_ROUTES], &fib->warn_routes) ||
	    attr_get_u32(tb[MFIB_FIB_A_ROUTES4], &fib->routes4) ||
	    attr_get_u32(tb[MFIB_FIB_A_ROUTES6], &fib->routes6) ||
	    attr_get_u64(tb[MFIB_FIB_A_BYTES], &fib->bytes) ||
	    attr_get_u32(tb[MFIB_FIB_A_FLAGS], &fib->flags) ||
	    attr_get_u32(tb[MFIB_FIB_A_DRAFT], &fib->draft) ||
	    attr_get_u8(tb[MFIB_FIB_A_FOLLOW], &fib->follow) ||
	    decode_tree(tb[MFIB_FIB_A_TREE4], &fib->tree4) ||
	    decode_tree(tb[MFIB_FIB_A_TREE6], &fib->tree6))
		return -1;
	fib->has_draft = tb[MFIB_FIB_A_DRAFT];
	return decode_stats(tb[MFIB_FIB_A_STATS], &fib->stats);
}

/**
 * decode_port() - decode MFIB_A_PORT
 * @nest: attribute
 * @port: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_port(struct nlattr *nest, struct port *port)
{
	struct nlattr *tb[MFIB_PORT_A_MAX + 1];

	memset(port, 0, sizeof(*port));
	if (attr_parse(tb, MFIB_PORT_A_MAX, nest) ||
	    !tb[MFIB_PORT_A_FIB_ID] || !tb[MFIB_PORT_A_IFINDEX] ||
	    attr_get_u32(tb[MFIB_PORT_A_FIB_ID], &port->fib) ||
	    attr_get_u32(tb[MFIB_PORT_A_IFINDEX], &port->ifindex) ||
	    attr_get_u8(tb[MFIB_PORT_A_RPF], &port->rpf))
		return -1;
	return decode_stats(tb[MFIB_PORT_A_STATS], &port->stats);
}

/**
 * decode_nexthop() - decode MFIB_A_NEXTHOP or MFIB_ROUTE_A_NEXTHOP
 * @nest: attribute
 * @nh: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_nexthop(struct nlattr *nest, struct nexthop *nh)
{
	struct nlattr *tb[MFIB_NEXTHOP_A_MAX + 1];

	memset(nh, 0, sizeof(*nh));
	if (attr_parse(tb, MFIB_NEXTHOP_A_MAX, nest) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_ID], &nh->id) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_OBJECT], &nh->object) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_FIB_ID], &nh->fib) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_IFINDEX], &nh->ifindex) ||
	    get_addr(tb[MFIB_NEXTHOP_A_GATEWAY], &nh->family, nh->gateway) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_MTU], &nh->mtu) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_FLAGS], &nh->flags) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_ROUTES], &nh->routes) ||
	    attr_get_u32(tb[MFIB_NEXTHOP_A_BUCKETS], &nh->buckets))
		return -1;
	nh->mtu_locked = tb[MFIB_NEXTHOP_A_MTU_LOCKED];
	nh->group = tb[MFIB_NEXTHOP_A_GROUP];
	return 0;
}

/**
 * decode_member() - decode MFIB_GROUP_A_MEMBER
 * @nest: attribute
 * @member: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_member(struct nlattr *nest, struct member *member)
{
	struct nlattr *tb[MFIB_MEMBER_A_MAX + 1];
	struct nexthop *nh = &member->nexthop;

	memset(member, 0, sizeof(*member));
	member->weight = 1;
	if (attr_parse(tb, MFIB_MEMBER_A_MAX, nest) ||
	    (!tb[MFIB_MEMBER_A_ID] && !tb[MFIB_MEMBER_A_IFINDEX]) ||
	    attr_get_u32(tb[MFIB_MEMBER_A_ID], &nh->id) ||
	    attr_get_u32(tb[MFIB_MEMBER_A_IFINDEX], &nh->ifindex) ||
	    get_addr(tb[MFIB_MEMBER_A_GATEWAY], &nh->family, nh->gateway) ||
	    attr_get_u32(tb[MFIB_MEMBER_A_FLAGS], &nh->flags) ||
	    attr_get_u16(tb[MFIB_MEMBER_A_WEIGHT], &member->weight) ||
	    attr_get_u32(tb[MFIB_MEMBER_A_BUCKETS], &member->buckets))
		return -1;
	member->backup = tb[MFIB_MEMBER_A_BACKUP];
	return 0;
}

/**
 * decode_route() - decode MFIB_A_ROUTE
 * @nest: attribute
 * @route: set
 *
 * Return: 0, or -1 if it is malformed.
 */
int decode_route(struct nlattr *nest, struct route *route)
{
	struct nlattr *tb[MFIB_ROUTE_A_MAX + 1];
	int bits;

	memset(route, 0, sizeof(*route));
	route->type = RTN_UNICAST;
	if (attr_parse(tb, MFIB_ROUTE_A_MAX, nest) ||
	    !tb[MFIB_ROUTE_A_DST] ||
	    get_addr(tb[MFIB_ROUTE_A_DST], &route->family, route->dst))
		return -1;
	bits = route->family == AF_INET ? 32 : 128;
	route->plen = bits;
	if (attr_get_u8(tb[MFIB_ROUTE_A_PLEN], &route->plen) ||
	    route->plen > bits ||
	    attr_get_u32(tb[MFIB_ROUTE_A_METRIC], &route->metric) ||
	    attr_get_u8(tb[MFIB_ROUTE_A_TYPE], &route->type) ||
	    attr_get_u8(tb[MFIB_ROUTE_A_PROTOCOL], &route->protocol) ||
	    attr_get_u32(tb[MFIB_ROUTE_A_FLAGS], &route->flags) ||
	    attr_get_u32(tb[MFIB_ROUTE_A_GENERATION], &route->generation))
		return -1;
	if (!tb[MFIB_ROUTE_A_NEXTHOP])
		return 0;
	route->has_nexthop = true;
	return decode_nexthop(tb[MFIB_ROUTE_A_NEXTHOP], &route->nexthop);
}
