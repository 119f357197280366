// SPDX-License-Identifier: GPL-2.0
#include "route_select.h"

#include <linux/mfib.h>
#include <sys/socket.h>

#include "cgr.h"
#include "object.h"

#define FIELD(name)	offsetof(struct route_select, route.name)
#define STALE		offsetof(struct route_select, stale)

const struct param route_select_params[] = {
	{ "fib", "FIB", 0, 1, FIELD(fib), arg_u32 },
	{ .value = "[ [ exact | root | match ] PREFIX ]", .flags = PARAM_USAGE },
	{ "exact", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_EXACT, FIELD(dst), arg_prefix },
	{ "root", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_COVERED, FIELD(dst), arg_prefix },
	{ "match", "PREFIX", PARAM_HIDDEN, MFIB_SELECT_COVERING, FIELD(dst), arg_prefix },
	{ NULL, "PREFIX", PARAM_HIDDEN | PARAM_POSITIONAL, MFIB_SELECT_EXACT, FIELD(dst),
	  arg_prefix },
	{ "type", "TYPE", 0, 0, FIELD(type), arg_route_type },
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", 0, 0, FIELD(dev), arg_ifname },
	{ "nhid", "ID", 0, 1, FIELD(nhid), arg_u32 },
	{ "lookup", "FIB", 0, 1, FIELD(lookup), arg_u32 },
	{ "foreign", NULL, 0, MFIB_ROUTE_F_FOREIGN, FIELD(foreign), arg_flag },
	{ "metric", "NUMBER", 0, 0, FIELD(metric), arg_u32 },
	{ "proto", "PROTO", 0, 0, FIELD(proto), arg_proto },
	{ "protocol", "PROTO", PARAM_HIDDEN, 0, FIELD(proto), arg_proto },
	{ .value = "[ { generation | stale } NUMBER ]", .flags = PARAM_USAGE },
	{ "generation", "NUMBER", PARAM_HIDDEN, 0, FIELD(generation), arg_u32 },
	{ "stale", "NUMBER", PARAM_HIDDEN, 0, STALE, arg_u32 },
	{ }
};

static void put_select(struct request *r, const struct route_select *s,
		       int family)
{
	struct route_spec route = s->route;

	if (route.fib.word)
		attr_put_u32(r->msg, &r->map, MFIB_A_FIB_ID, route.fib.val,
			     route.fib.word);
	if (family != AF_UNSPEC)
		attr_put_u8(r->msg, &r->map, MFIB_A_FAMILY, family, 0);
	if (route.dst.word)
		attr_put_u8(r->msg, &r->map, MFIB_A_SELECT, route.dst.num,
			    route.dst.word);
	if (s->stale.word) {
		attr_put(r->msg, &r->map, MFIB_A_STALE, NULL, 0, s->stale.word);
		route.generation = s->stale;
	}
	route.dst.family = family;
	route_put(r->msg, &r->map, &route);
}

static int talk(struct cgr *c, const struct cgr_cmd *cmd, const struct args *a,
		const struct route_select *s, int family,
		int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			    void *arg),
		void *arg, __u64 *applied)
{
	struct request r;

	if (request_mfib(&r, &c->nl, cmd->genl, cmd->nlflags, &c->err))
		return CGR_KERNEL;
	put_select(&r, s, family);
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
 * @select: parsed from them; its device is looked up
 * @attr: called with each top-level attribute of the replies, or NULL
 * @arg: for @attr
 * @applied: set to how many routes the kernel says were changed
 *
 * Return: enum cgr_status
 */
int route_select_talk(struct cgr *c, const struct cgr_cmd *cmd,
		      const struct args *a, struct route_select *select,
		      int (*attr)(struct nlattr *attr,
				  const struct nlmsghdr *hdr, void *arg),
		      void *arg, __u64 *applied)
{
	struct route_spec *route = &select->route;
	int family = c->opt.family, status;

	*applied = 0;
	if (route->generation.word && select->stale.word) {
		error_set(&c->err, select->stale.word,
			  "a generation that is to be, or one that is not to be, but not both");
		return CGR_SYNTAX;
	}
	if (route_spec_find_devs(route, &c->dev, &c->err))
		return CGR_SYNTAX;
	if (!route->dst.word || route->dst.family != AF_UNSPEC) {
		if (route->dst.word)
			family = route->dst.family;
		return talk(c, cmd, a, select, family, attr, arg, applied);
	}
	/* "default" of both families. */
	status = talk(c, cmd, a, select, AF_INET, attr, arg, applied);
	if (status)
		return status;
	return talk(c, cmd, a, select, AF_INET6, attr, arg, applied);
}
