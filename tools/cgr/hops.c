// SPDX-License-Identifier: GPL-2.0
#include "hops.h"

#include <errno.h>
#include <linux/mfib.h>
#include <netlink/attr.h>

#include "attr.h"
#include "cgr.h"
#include "decode.h"
#include "nexthop.h"

#define WEIGHT_MAX	256

static int arg_weight(struct args *a, const struct param *p, void *field)
{
	struct arg_num *num = field;

	if (arg_u32(a, p, field))
		return -1;
	if (num->val > WEIGHT_MAX)
		return args_error(a, a->pos, "\"%s\" is not a valid %s: it ends at %u",
				  a->words[a->pos - 1], p->value, WEIGHT_MAX);
	return 0;
}

#define FIELD(name)	offsetof(struct hop, name)

static const struct param hop_params[] = {
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", 0, 0, FIELD(dev), arg_ifname },
	{ "weight", "NUMBER", 0, 1, FIELD(weight), arg_weight },
	{ }
};

/**
 * arg_hop() - parse one of several next hops, up to a word that is not of it
 * @a: words
 * @p: parameter
 * @field: struct hops, extended
 *
 * Return: 0 or -1
 */
int arg_hop(struct args *a, const struct param *p, void *field)
{
	struct hops *hops = field;
	struct hop *hop;

	if (hops->nr == HOPS_MAX)
		return args_error(a, a->pos,
				  "\"%s\" is one too many: a route has %u next hops at most",
				  a->words[a->pos - 1], HOPS_MAX);
	hop = &hops->hop[hops->nr++];
	*hop = (struct hop){ .word = a->pos };
	if (args_parse_block(a, hop_params, hop))
		return -1;
	if (!hop->via.word && !hop->dev.word)
		return args_error(a, hop->word, "\"%s\" needs via ADDRESS or dev DEV",
				  p->word);
	return 0;
}

/**
 * hops_find_devs() - look up the devices of next hops
 * @hops: next hops
 * @cache: devices that were resolved
 * @err: set if there is no such device
 *
 * Return: 0 or -1
 */
int hops_find_devs(struct hops *hops, struct dev_cache *cache,
		   struct cgr_error *err)
{
	unsigned int i;

	for (i = 0; i < hops->nr; i++) {
		struct hop *hop = &hops->hop[i];

		if (dev_find(cache, &hop->dev, &hop->ifindex, err))
			return -1;
	}
	return 0;
}

/**
 * hop_put_mtu() - append MFIB_NEXTHOP_A_MTU, if there is one
 * @msg: request, in the nest of a next hop
 * @map: extended, or NULL
 * @mtu: MTU
 *
 * Return: 0 or -EMSGSIZE
 */
int hop_put_mtu(struct nl_msg *msg, struct attr_map *map,
		const struct arg_mtu *mtu)
{
	int err = 0;

	if (mtu->word)
		err = attr_put_u32(msg, map, MFIB_NEXTHOP_A_MTU, mtu->val,
				   mtu->word);
	if (!err && mtu->word && mtu->locked)
		err = attr_put(msg, map, MFIB_NEXTHOP_A_MTU_LOCKED, NULL, 0,
			       mtu->word);
	return err;
}

static int put_hop(struct nl_msg *msg, struct attr_map *map,
		   const struct hop *hop)
{
	struct nlattr *nest = attr_nest(msg, MFIB_GROUP_A_MEMBER);
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	if (hop->dev.word)
		err |= attr_put_u32(msg, map, MFIB_MEMBER_A_IFINDEX,
				    hop->ifindex, hop->dev.word);
	if (hop->via.word)
		err |= attr_put(msg, map, MFIB_MEMBER_A_GATEWAY, hop->via.data,
				addr_len(hop->via.family), hop->via.word);
	if (hop->weight.word)
		err |= attr_put_u16(msg, map, MFIB_MEMBER_A_WEIGHT,
				    hop->weight.val, hop->weight.word);
	attr_nest_end(msg, map, nest,
		      hop->via.word ? hop->via.word : hop->dev.word);
	return err;
}

/**
 * hops_put() - append MFIB_NEXTHOP_A_GROUP
 * @msg: request, in the nest of a route's next hop
 * @map: extended, or NULL
 * @hops: next hops, one at least
 *
 * Return: 0 or -EMSGSIZE
 */
int hops_put(struct nl_msg *msg, struct attr_map *map, const struct hops *hops)
{
	struct nlattr *nest = attr_nest(msg, MFIB_NEXTHOP_A_GROUP);
	unsigned int i;
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < hops->nr && !err; i++)
		err = put_hop(msg, map, &hops->hop[i]);
	attr_nest_end(msg, map, nest, hops->hop[0].word);
	return err;
}

static void print_hop(struct cgr *c, const struct member *member, int family,
		      bool lines)
{
	struct printer *p = &c->out;

	print_object(p, NULL);
	if (lines)
		print_tab(p);
	print_str(p, PRINT_TEXT, NULL, "%s", "nexthop");
	nexthop_print(c, &member->nexthop, family);
	print_num(p, PRINT_ANY, "weight", "weight %llu", member->weight);
	if (lines)
		nexthop_print_flags(c, member->nexthop.flags, false);
	print_close(p);
}

/**
 * hops_print() - print the next hops of a route
 * @c: context
 * @nh: the group of them
 * @family: of the route
 * @lines: each on a line of its own, with its state
 *
 * Return: 0, or -1 if it is malformed.
 */
int hops_print(struct cgr *c, const struct nexthop *nh, int family, bool lines)
{
	struct member member;
	struct nlattr *nla;
	int rem;

	print_array(&c->out, "nexthops");
	nla_for_each_nested(nla, nh->group, rem) {
		if (decode_member(nla, &member))
			return -1;
		print_hop(c, &member, family, lines);
	}
	print_close(&c->out);
	return 0;
}
