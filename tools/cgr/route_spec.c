// SPDX-License-Identifier: GPL-2.0
#include "route_spec.h"

#include <errno.h>
#include <linux/mfib.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <string.h>
#include <sys/socket.h>

#include "args.h"
#include "attr.h"
#include "dev.h"

#define FIELD(name)	offsetof(struct route_spec, name)

#define TYPE(word, num)	\
	{ word, NULL, PARAM_HIDDEN, num, FIELD(type), arg_flag }

/* Of all commands that change routes, and of a line of "route restore". */
const struct param route_params[] = {
	{ .value = "[ TYPE ]", .flags = PARAM_USAGE },
	TYPE("unicast", RTN_UNICAST),
	TYPE("local", RTN_LOCAL),
	TYPE("blackhole", RTN_BLACKHOLE),
	TYPE("unreachable", RTN_UNREACHABLE),
	TYPE("prohibit", RTN_PROHIBIT),
	TYPE("throw", RTN_THROW),
	{ NULL, "PREFIX", PARAM_REQUIRED | PARAM_POSITIONAL, 0, FIELD(dst), arg_prefix },
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", 0, 0, FIELD(dev), arg_ifname },
	{ "nhid", "ID", 0, 1, FIELD(nhid), arg_u32 },
	{ "lookup", "FIB", 0, 1, FIELD(lookup), arg_u32 },
	{ .value = "[ nexthop NH ]...", .flags = PARAM_USAGE },
	{ "nexthop", NULL, PARAM_HIDDEN | PARAM_REPEATED, 0, FIELD(hops), arg_hop },
	{ "mtu", "[ lock ] NUMBER", 0, MTU_MIN, FIELD(mtu), arg_mtu },
	{ "foreign", NULL, 0, MFIB_ROUTE_F_FOREIGN, FIELD(foreign), arg_flag },
	{ "metric", "NUMBER", 0, 0, FIELD(metric), arg_u32 },
	{ "proto", "PROTO", 0, 0, FIELD(proto), arg_proto },
	{ "protocol", "PROTO", PARAM_HIDDEN, 0, FIELD(proto), arg_proto },
	{ "generation", "NUMBER", 0, 0, FIELD(generation), arg_u32 },
	{ "fib", "FIB", PARAM_REQUIRED, 1, FIELD(fib), arg_u32 },
	{ }
};

/* The keyword that an address, a name or an id follows. */
static int check_one_way(struct args *a, const struct route_spec *spec)
{
	int word = 0;

	if (!spec->hops.nr)
		return 0;
	if (spec->via.word)
		word = spec->via.word - 1 - spec->via.said;
	else if (spec->dev.word)
		word = spec->dev.word - 1;
	else if (spec->nhid.word)
		word = spec->nhid.word - 1;
	else if (spec->lookup.word)
		word = spec->lookup.word - 1;
	if (!word)
		return 0;
	return args_error(a, word, "\"%s\" outside of \"nexthop\": a route has one or the other",
			  a->words[word - 1]);
}

static int check_via(struct args *a, const struct arg_addr *via, int family)
{
	if (!via->word || via->said || via->family == family)
		return 0;
	return args_error(a, via->word,
			  "\"%s\" is not %s address as the prefix is: say \"via %s\"",
			  a->words[via->word - 1],
			  family == AF_INET6 ? "an IPv6" : "an IPv4",
			  via->family == AF_INET6 ? "inet6" : "inet");
}

/**
 * route_spec_parse() - parse a route
 * @a: words
 * @spec: set; zeroed by the caller, except for defaults
 *
 * Return: 0 or -1
 */
int route_spec_parse(struct args *a, struct route_spec *spec)
{
	const struct arg_addr *first = &spec->via;
	unsigned int i;

	if (args_parse(a, route_params, spec) || check_one_way(a, spec))
		return -1;
	if (spec->hops.nr)
		first = &spec->hops.hop[0].via;
	if (spec->dst.family == AF_UNSPEC)
		spec->dst.family = first->word && !first->said ?
				   first->family : AF_INET;
	if (check_via(a, &spec->via, spec->dst.family))
		return -1;
	for (i = 0; i < spec->hops.nr; i++) {
		if (check_via(a, &spec->hops.hop[i].via, spec->dst.family))
			return -1;
	}
	return 0;
}

/**
 * route_spec_find_devs() - look up the device, or the devices, of a route
 * @spec: route
 * @cache: devices that were resolved
 * @err: set if there is no such device
 *
 * Return: 0 or -1
 */
int route_spec_find_devs(struct route_spec *spec, struct dev_cache *cache,
			 struct cgr_error *err)
{
	if (dev_find(cache, &spec->dev, &spec->ifindex, err))
		return -1;
	return hops_find_devs(&spec->hops, cache, err);
}

/**
 * route_put() - append MFIB_A_ROUTE
 * @msg: request
 * @map: extended, or NULL
 * @spec: route, of which all may be missing in a filter
 *
 * Return: 0 or -EMSGSIZE
 */
int route_put(struct nl_msg *msg, struct attr_map *map,
	      const struct route_spec *spec)
{
	struct nlattr *nest, *nh;
	int err = 0;

	nest = attr_nest(msg, MFIB_A_ROUTE);
	if (!nest)
		return -EMSGSIZE;
	if (spec->dst.word) {
		err |= attr_put(msg, map, MFIB_ROUTE_A_DST, spec->dst.data,
				addr_len(spec->dst.family), spec->dst.word);
		err |= attr_put_u8(msg, map, MFIB_ROUTE_A_PLEN, spec->dst.plen,
				   spec->dst.word);
	}
	if (spec->metric.word)
		err |= attr_put_u32(msg, map, MFIB_ROUTE_A_METRIC,
				    spec->metric.val, spec->metric.word);
	if (spec->type.word)
		err |= attr_put_u8(msg, map, MFIB_ROUTE_A_TYPE, spec->type.val,
				   spec->type.word);
	if (spec->proto.word)
		err |= attr_put_u8(msg, map, MFIB_ROUTE_A_PROTOCOL,
				   spec->proto.val, spec->proto.word);
	if (spec->foreign.word)
		err |= attr_put_u32(msg, map, MFIB_ROUTE_A_FLAGS,
				    spec->foreign.val, spec->foreign.word);
	if (spec->generation.word)
		err |= attr_put_u32(msg, map, MFIB_ROUTE_A_GENERATION,
				    spec->generation.val,
				    spec->generation.word);
	if (spec->hops.nr) {
		nh = attr_nest(msg, MFIB_ROUTE_A_NEXTHOP);
		if (!nh)
			return -EMSGSIZE;
		err |= hop_put_mtu(msg, map, &spec->mtu);
		err |= hops_put(msg, map, &spec->hops);
		attr_nest_end(msg, map, nh, spec->hops.hop[0].word);
	} else if (spec->nhid.word || spec->via.word || spec->dev.word ||
		   spec->lookup.word || spec->mtu.word) {
		nh = attr_nest(msg, MFIB_ROUTE_A_NEXTHOP);
		if (!nh)
			return -EMSGSIZE;
		if (spec->nhid.word)
			err |= attr_put_u32(msg, map, MFIB_NEXTHOP_A_ID,
					    spec->nhid.val, spec->nhid.word);
		if (spec->dev.word)
			err |= attr_put_u32(msg, map, MFIB_NEXTHOP_A_IFINDEX,
					    spec->ifindex, spec->dev.word);
		if (spec->via.word)
			err |= attr_put(msg, map, MFIB_NEXTHOP_A_GATEWAY,
					spec->via.data,
					addr_len(spec->via.family),
					spec->via.word);
		if (spec->lookup.word)
			err |= attr_put_u32(msg, map, MFIB_NEXTHOP_A_FIB_ID,
					    spec->lookup.val,
					    spec->lookup.word);
		err |= hop_put_mtu(msg, map, &spec->mtu);
		attr_nest_end(msg, map, nh, spec->nhid.word ? spec->nhid.word :
			      spec->via.word ? spec->via.word :
			      spec->dev.word ? spec->dev.word :
			      spec->lookup.word ? spec->lookup.word :
			      spec->mtu.word);
	}
	attr_nest_end(msg, map, nest, spec->dst.word);
	return err ? -EMSGSIZE : 0;
}

/**
 * route_put_max() - how many bytes a route of route_put() takes at most
 * @spec: route
 *
 * Return: number of bytes
 */
size_t route_put_max(const struct route_spec *spec)
{
	return ROUTE_PUT_MAX +
	       (spec->hops.nr ? HOPS_PUT_MAX + spec->hops.nr * HOP_PUT_MAX : 0);
}

static const char *const types[] = {
	[RTN_UNSPEC] = "unspec",
	[RTN_UNICAST] = "unicast",
	[RTN_LOCAL] = "local",
	[RTN_BROADCAST] = "broadcast",
	[RTN_ANYCAST] = "anycast",
	[RTN_MULTICAST] = "multicast",
	[RTN_BLACKHOLE] = "blackhole",
	[RTN_UNREACHABLE] = "unreachable",
	[RTN_PROHIBIT] = "prohibit",
	[RTN_THROW] = "throw",
};

/**
 * route_type_name() - name of a route's type
 * @type: RTN_*
 *
 * Return: the name, NULL if it has none.
 */
const char *route_type_name(unsigned int type)
{
	return type < ARRAY_SIZE(types) ? types[type] : NULL;
}

/**
 * arg_route_type() - parse a type of route, for struct param
 * @a: words
 * @p: parameter
 * @field: a struct arg_num, set
 *
 * Return: 0 or -1
 */
int arg_route_type(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_num *num = field;

	for (num->val = RTN_UNICAST; num->val < ARRAY_SIZE(types); num->val++) {
		if (!strcmp(word, types[num->val]))
			return 0;
	}
	return args_error(a, a->pos, "\"%s\" is not a type of route", word);
}
