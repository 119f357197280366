// SPDX-License-Identifier: GPL-2.0
/*
 * cgr route: routes of FIBs.
 */
#include "route.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "address.h"
#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "event.h"
#include "hops.h"
#include "nexthop.h"
#include "object.h"
#include "restore.h"
#include "route_select.h"
#include "route_spec.h"

struct get_spec {
	struct arg_addr dst;
	struct arg_num fib;
};

#define GET(name)	offsetof(struct get_spec, name)

static const struct param get_params[] = {
	{ NULL, "ADDRESS", PARAM_REQUIRED | PARAM_POSITIONAL, 0, GET(dst), arg_host },
	{ "fib", "FIB", PARAM_REQUIRED, 1, GET(fib), arg_u32 },
	{ }
};

static int route_change(struct cgr *c, const struct cgr_cmd *cmd,
			struct args *a)
{
	struct route_spec spec = { };
	struct request r;

	if (route_spec_parse(a, &spec) ||
	    route_spec_find_devs(&spec, &c->dev, &c->err))
		return CGR_SYNTAX;
	if (request_mfib(&r, &c->nl, cmd->genl, cmd->nlflags, &c->err))
		return CGR_KERNEL;
	attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, spec.fib.val, spec.fib.word);
	route_put(r.msg, &r.map, &spec);
	return request_talk(&r, c->nl.mfib, a, event_echo, c, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

/**
 * struct show - how routes are shown
 * @c: context
 * @only: FIB that was asked for, 0 if all were
 * @address: address that was looked up, or NULL
 * @save: for "route restore", not for people
 * @fib: FIB of the message at hand
 */
struct show {
	struct cgr *c;
	__u32 only;
	const struct arg_addr *address;
	bool save;
	__u32 fib;
};

/*
 * As iproute2 does, but IPv6's default route is ::/0: a FIB holds routes of
 * both families.
 */
static void print_prefix(struct cgr *c, const char *key, const char *fmt,
			 const struct route *route)
{
	char buf[PREFIX_TEXT_MAX];

	if (!route->plen && route->family == AF_INET) {
		print_str(&c->out, PRINT_ANY, key, fmt, "default");
		return;
	}
	prefix_text(buf, route->family, route->dst, route->plen);
	print_str(&c->out, PRINT_ANY, key, fmt, buf);
}

static void print_type(struct cgr *c, const struct route *route)
{
	const char *name = route_type_name(route->type);
	char buf[16];

	if (!name) {
		sprintf(buf, "%u", route->type);
		name = buf;
	}
	print_str(&c->out, route->type != RTN_UNICAST || c->opt.details ?
		  PRINT_ANY : PRINT_JSON, "type", "%s", name);
}

static void print_protocol(struct cgr *c, const struct route *route)
{
	const char *name = proto_name(&c->proto, route->protocol);
	char buf[16];

	if (!*name || c->opt.numeric) {
		sprintf(buf, "%u", route->protocol);
		name = buf;
	}
	print_str(&c->out, PRINT_ANY, "protocol", "proto %s", name);
}

/* Who leads to a FIB is so in any case. */
static bool says_foreign(const struct route *route)
{
	return route->flags & MFIB_ROUTE_F_FOREIGN && !route->nexthop.fib;
}

static void print_flags(struct cgr *c, const struct route *route)
{
	struct printer *p = &c->out;

	print_array(p, "flags");
	if (route->has_nexthop && route->nexthop.flags & MFIB_NEXTHOP_F_DEAD)
		print_str(p, PRINT_ANY, NULL, "%s", "dead");
	if (route->has_nexthop &&
	    route->nexthop.flags & MFIB_NEXTHOP_F_LINKDOWN)
		print_str(p, PRINT_ANY, NULL, "%s", "linkdown");
	if (route->has_nexthop &&
	    route->nexthop.flags & MFIB_NEXTHOP_F_UNRESOLVED)
		print_str(p, PRINT_ANY, NULL, "%s", "unresolved");
	if (!(route->flags & MFIB_ROUTE_F_ACTIVE))
		print_str(p, PRINT_ANY, NULL, "%s", "inactive");
	if (route->flags & MFIB_ROUTE_F_FOREIGN)
		print_str(p, says_foreign(route) ? PRINT_ANY : PRINT_JSON, NULL,
			  "%s", "foreign");
	if (route->flags & MFIB_ROUTE_F_TRAP)
		print_str(p, PRINT_ANY, NULL, "%s", "trap");
	if (route->flags & MFIB_ROUTE_F_FOLLOWED)
		print_str(p, c->opt.details ? PRINT_ANY : PRINT_JSON, NULL,
			  "%s", "followed");
	print_close(p);
}

/**
 * route_print() - print a route
 * @c: context; an object is open
 * @route: the route
 * @fib: its FIB
 * @say_fib: text names the FIB
 * @address: the address that the route was looked up for, or NULL
 *
 * Return: 0, or -1 if it is malformed.
 */
int route_print(struct cgr *c, const struct route *route, __u32 fib,
		bool say_fib, const struct arg_addr *address)
{
	struct printer *p = &c->out;

	print_type(c, route);
	if (address)
		addr_print(c, "dst", "%s", address->family, address->data);
	else
		print_prefix(c, "dst", "%s", route);
	if (route->has_nexthop) {
		if (route->nexthop.id)
			print_num(p, PRINT_ANY, "nhid", "nhid %llu",
				  route->nexthop.id);
		nexthop_print(c, &route->nexthop, route->family);
		if (route->nexthop.object)
			print_num(p, c->opt.details ? PRINT_ANY : PRINT_JSON,
				  "object", "object %llu",
				  route->nexthop.object);
	}
	print_num(p, say_fib ? PRINT_ANY : PRINT_JSON, "fib", "fib %llu", fib);
	if (address)
		print_prefix(c, "prefix", "prefix %s", route);
	print_protocol(c, route);
	print_num(p, route->metric ? PRINT_ANY : PRINT_JSON, "metric",
		  "metric %llu", route->metric);
	if (route->generation)
		print_num(p, PRINT_ANY, "generation", "generation %llu",
			  route->generation);
	print_flags(c, route);
	return route->nexthop.group ?
	       hops_print(c, &route->nexthop, route->family, true) : 0;
}

/* A line for "route restore": what a route is, not how it is. */
static int save_one(struct show *show, const struct route *route)
{
	struct printer *p = &show->c->out;

	if (route->flags & MFIB_ROUTE_F_FOLLOWED)
		return 0;
	print_type(show->c, route);
	print_prefix(show->c, "dst", "%s", route);
	if (route->has_nexthop && route->nexthop.id)
		print_num(p, PRINT_ANY, "nhid", "nhid %llu", route->nexthop.id);
	else if (route->has_nexthop)
		nexthop_print(show->c, &route->nexthop, route->family);
	if (!show->only)
		print_num(p, PRINT_ANY, "fib", "fib %llu", show->fib);
	if (route->protocol != RTPROT_BOOT)
		print_protocol(show->c, route);
	if (route->metric)
		print_num(p, PRINT_ANY, "metric", "metric %llu", route->metric);
	if (route->generation)
		print_num(p, PRINT_ANY, "generation", "generation %llu",
			  route->generation);
	if (says_foreign(route))
		print_str(p, PRINT_ANY, NULL, "%s", "foreign");
	if (route->nexthop.group &&
	    hops_print(show->c, &route->nexthop, route->family, false))
		return -1;
	print_line_end(p);
	return 0;
}

static int show_one(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct show *show = arg;
	struct nlattr *fib;
	struct route route;
	int ret;

	if (nla_type(attr) != MFIB_A_ROUTE)
		return 0;
	show->fib = show->only;
	fib = nla_find(genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0),
		       MFIB_A_FIB_ID);
	if (fib && nla_len(fib) >= (int)sizeof(__u32))
		show->fib = nla_get_u32(fib);
	if (decode_route(attr, &route))
		return -1;
	if (show->save)
		return save_one(show, &route);
	print_object(&show->c->out, NULL);
	ret = route_print(show->c, &route, show->fib,
			  !show->only || show->address, show->address);
	print_close(&show->c->out);
	print_line_end(&show->c->out);
	return ret;
}

static int route_show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct route_select select = { };
	struct show show = { .c = c };
	__u64 applied;

	if (args_parse(a, cmd->params, &select))
		return CGR_SYNTAX;
	show.only = select.route.fib.val;
	return route_select_talk(c, cmd, a, &select, show_one, &show, &applied);
}

static int route_save(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct route_select select = { };
	struct show show = { .c = c, .save = true };
	__u64 applied;

	if (args_parse(a, cmd->params, &select))
		return CGR_SYNTAX;
	show.only = select.route.fib.val;
	return route_select_talk(c, cmd, a, &select, show_one, &show, &applied);
}

static int route_flush(struct cgr *c, const struct cgr_cmd *cmd,
		       struct args *a)
{
	struct route_select select = { };
	__u64 deleted;
	int status;

	if (args_parse(a, cmd->params, &select))
		return CGR_SYNTAX;
	if (!select.route.fib.word) {
		error_set(&c->err, 0, "fib FIB is missing: say which");
		return CGR_SYNTAX;
	}
	status = route_select_talk(c, cmd, a, &select, event_echo, c, &deleted);
	if (status == CGR_OK && c->opt.stats) {
		print_object(&c->out, NULL);
		print_num(&c->out, PRINT_ANY, "deleted", "%llu routes deleted",
			  deleted);
	}
	return status;
}

static int route_get(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct get_spec spec = { };
	struct show show = { .c = c, .address = &spec.dst };
	struct nlattr *nest;
	struct request r;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	show.only = spec.fib.val;
	if (request_mfib(&r, &c->nl, cmd->genl, 0, &c->err))
		return CGR_KERNEL;
	attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, spec.fib.val, spec.fib.word);
	nest = attr_nest(r.msg, MFIB_A_ROUTE);
	attr_put(r.msg, &r.map, MFIB_ROUTE_A_DST, spec.dst.data,
		 addr_len(spec.dst.family), spec.dst.word);
	attr_nest_end(r.msg, &r.map, nest, spec.dst.word);
	return request_talk(&r, c->nl.mfib, a, show_one, &show, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static const struct cgr_cmd cmds[] = {
	{ "add", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_EXCL },
	{ "append", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_APPEND },
	{ "replace", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_REPLACE },
	{ "change", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_REPLACE },
	{ "del", "delete", route_params, route_change,
	  .genl = MFIB_CMD_ROUTE_DEL },
	{ "get", NULL, get_params, route_get, MFIB_CMD_ROUTE_LOOKUP,
	  .flags = CMD_SHOWS },
	{ "show", "list", route_select_params, route_show, MFIB_CMD_ROUTE_GET,
	  .nlflags = NLM_F_DUMP, .flags = CMD_SHOWS },
	{ "save", NULL, route_select_params, route_save, MFIB_CMD_ROUTE_GET,
	  .nlflags = NLM_F_DUMP, .flags = CMD_SAVES },
	{ "flush", NULL, route_select_params, route_flush, MFIB_CMD_ROUTE_DEL,
	  .nlflags = NLM_F_BULK },
	{ "restore", NULL, restore_params, restore_run,
	  .genl = MFIB_CMD_ROUTE_NEW },
	{ }
};

static const char *const rules[] = {
	"TYPE := { unicast | local | blackhole | unreachable | prohibit | throw }",
	"PREFIX := { default | ADDRESS[/LENGTH] }",
	"NH := [ via [ FAMILY ] ADDRESS ] [ dev DEV ] [ weight NUMBER ]",
	"FAMILY := { inet | inet6 }",
	"PROTO := { NAME | NUMBER }",
	NULL
};

const struct cgr_object object_route = { "route", cmds, rules };
