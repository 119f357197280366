// SPDX-License-Identifier: GPL-2.0
#include "route_select.h"

#include <linux/mfib.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <sys/socket.h>

#include "cgr.h"
#include "event.h"
#include "nexthop.h"
#include "object.h"
#include "route_spec.h"

#define FIELD(name)	offsetof(struct route_select, name)

const struct param route_select_params[] = {
	{ "fib", "FIB", 0, 1, FIELD(fib), arg_u32 },
	{ .value = "[ [ exact | root | match ] PREFIX ]", .flags = PARAM_USAGE },
	{ "exact", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_EXACT, FIELD(prefix), arg_prefix },
	{ "root", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_COVERED, FIELD(prefix), arg_prefix },
	{ "match", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_COVERING, FIELD(prefix), arg_prefix },
	{ NULL, "PREFIX", PARAM_HIDDEN | PARAM_POSITIONAL, MFIB_SELECT_EXACT, FIELD(prefix),
	  arg_prefix },
	{ "type", "TYPE", 0, 0, FIELD(type), arg_route_type },
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", 0, 0, FIELD(dev), arg_ifname },
	{ "nhid", "ID", 0, 1, FIELD(nhid), arg_u32 },
	{ "metric", "NUMBER", 0, 0, FIELD(metric), arg_u32 },
	{ "proto", "PROTO", 0, 0, FIELD(proto), arg_proto },
	{ "protocol", "PROTO", PARAM_HIDDEN, 0, FIELD(proto), arg_proto },
	{ .value = "[ { generation | stale } NUMBER ]", .flags = PARAM_USAGE },
	{ "generation", "NUMBER", PARAM_HIDDEN, 0, FIELD(generation), arg_u32 },
	{ "stale", "NUMBER", PARAM_HIDDEN, 0, FIELD(stale), arg_u32 },
	{ }
};

static void put_nexthop(struct request *r, const struct route_select *s,
			__u32 ifindex)
{
	int word = s->nhid.word ? s->nhid.word :
		   s->via.word ? s->via.word : s->dev.word;
	struct nlattr *nest;

	if (!word)
		return;
	nest = attr_nest(r->msg, MFIB_ROUTE_A_NEXTHOP);
	if (s->nhid.word)
		attr_put_u32(r->msg, &r->map, MFIB_NEXTHOP_A_ID, s->nhid.val,
			     s->nhid.word);
	if (s->dev.word)
		attr_put_u32(r->msg, &r->map, MFIB_NEXTHOP_A_IFINDEX, ifindex,
			     s->dev.word);
	if (s->via.word)
		attr_put(r->msg, &r->map, MFIB_NEXTHOP_A_GATEWAY, s->via.data,
			 addr_len(s->via.family), s->via.word);
	attr_nest_end(r->msg, &r->map, nest, word);
}

static void put_select(struct request *r, const struct route_select *s,
		       int family, __u32 ifindex)
{
	struct nlattr *nest;

	if (s->fib.word)
		attr_put_u32(r->msg, &r->map, MFIB_A_FIB_ID, s->fib.val,
			     s->fib.word);
	if (family != AF_UNSPEC)
		attr_put_u8(r->msg, &r->map, MFIB_A_FAMILY, family, 0);
	if (s->prefix.word)
		attr_put_u8(r->msg, &r->map, MFIB_A_SELECT, s->prefix.num,
			    s->prefix.word);
	if (s->stale.word)
		attr_put(r->msg, &r->map, MFIB_A_STALE, NULL, 0, s->stale.word);
	nest = attr_nest(r->msg, MFIB_A_ROUTE);
	if (s->prefix.word) {
		attr_put(r->msg, &r->map, MFIB_ROUTE_A_DST, s->prefix.data,
			 addr_len(family), s->prefix.word);
		attr_put_u8(r->msg, &r->map, MFIB_ROUTE_A_PLEN, s->prefix.plen,
			    s->prefix.word);
	}
	if (s->type.word)
		attr_put_u8(r->msg, &r->map, MFIB_ROUTE_A_TYPE, s->type.val,
			    s->type.word);
	if (s->metric.word)
		attr_put_u32(r->msg, &r->map, MFIB_ROUTE_A_METRIC,
			     s->metric.val, s->metric.word);
	if (s->proto.word)
		attr_put_u8(r->msg, &r->map, MFIB_ROUTE_A_PROTOCOL,
			    s->proto.val, s->proto.word);
	if (s->generation.word || s->stale.word)
		attr_put_u32(r->msg, &r->map, MFIB_ROUTE_A_GENERATION,
			     s->stale.word ? s->stale.val : s->generation.val,
			     s->stale.word ? s->stale.word :
					     s->generation.word);
	put_nexthop(r, s, ifindex);
	attr_nest_end(r->msg, &r->map, nest, 0);
}

static int talk(struct cgr *c, const struct cgr_cmd *cmd, const struct args *a,
		const struct route_select *s, int family, __u32 ifindex,
		int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			    void *arg),
		void *arg, __u64 *applied)
{
	struct request r;

	int flags = cmd->nlflags;

	if (cmd->genl == MFIB_CMD_ROUTE_DEL)
		flags |= echo_flag(c);
	if (request_mfib(&r, &c->nl, cmd->genl, flags, &c->err))
		return CGR_KERNEL;
	put_select(&r, s, family, ifindex);
	if (request_talk(&r, c->nl.mfib, a, attr, arg, &c->err))
		return CGR_KERNEL;
	*applied += r.applied;
	return CGR_OK;
}

/**
 * route_select_talk() - send a command about the routes that are selected
 * @c: context
 * @cmd: the command
 * @a: its words
 * @select: parsed from them
 * @attr: called with each top-level attribute of the replies, or NULL
 * @arg: for @attr
 * @applied: set to how many routes the kernel says were changed
 *
 * Return: enum cgr_status
 */
int route_select_talk(struct cgr *c, const struct cgr_cmd *cmd,
		      const struct args *a, const struct route_select *select,
		      int (*attr)(struct nlattr *attr,
				  const struct nlmsghdr *hdr, void *arg),
		      void *arg, __u64 *applied)
{
	int family = c->opt.family, status;
	__u32 ifindex = 0;

	*applied = 0;
	if (select->generation.word && select->stale.word) {
		error_set(&c->err, select->stale.word,
			  "a generation that is to be, or one that is not to be, but not both");
		return CGR_SYNTAX;
	}
	if (select->dev.word) {
		ifindex = dev_index(&c->dev, select->dev.val);
		if (!ifindex) {
			error_set(&c->err, select->dev.word,
				  "there is no device \"%s\"", select->dev.val);
			return CGR_SYNTAX;
		}
	}
	if (!select->prefix.word || select->prefix.family != AF_UNSPEC) {
		if (select->prefix.word)
			family = select->prefix.family;
		return talk(c, cmd, a, select, family, ifindex, attr, arg,
			    applied);
	}
	/* "default" of both families. */
	status = talk(c, cmd, a, select, AF_INET, ifindex, attr, arg, applied);
	if (status)
		return status;
	return talk(c, cmd, a, select, AF_INET6, ifindex, attr, arg, applied);
}
