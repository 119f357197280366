// SPDX-License-Identifier: GPL-2.0
/*
 * cgr route: routes of FIBs.
 */
#include "route.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "nexthop.h"
#include "object.h"
#include "restore.h"
#include "route_spec.h"

/* How a prefix selects routes. */
enum select {
	SELECT_EXACT,
	SELECT_ROOT,
	SELECT_MATCH,
};

struct get_spec {
	struct arg_addr dst;
	struct arg_num fib;
};

struct show_spec {
	struct arg_num fib;
	struct arg_addr prefix;
	struct arg_num proto;
};

#define GET(name)	offsetof(struct get_spec, name)
#define SHOW(name)	offsetof(struct show_spec, name)

static const struct param get_params[] = {
	{ NULL, "ADDRESS", PARAM_REQUIRED | PARAM_POSITIONAL, 0, GET(dst), arg_host },
	{ "fib", "FIB", PARAM_REQUIRED, 1, GET(fib), arg_u32 },
	{ }
};

static const struct param show_params[] = {
	{ "fib", "FIB", 0, 1, SHOW(fib), arg_u32 },
	{ .value = "[ [ exact | root | match ] PREFIX ]", .flags = PARAM_USAGE },
	{ "exact", "PREFIX", PARAM_HIDDEN, SELECT_EXACT, SHOW(prefix), arg_prefix },
	{ "root", "PREFIX", PARAM_HIDDEN, SELECT_ROOT, SHOW(prefix), arg_prefix },
	{ "match", "PREFIX", PARAM_HIDDEN, SELECT_MATCH, SHOW(prefix), arg_prefix },
	{ NULL, "PREFIX", PARAM_HIDDEN | PARAM_POSITIONAL, SELECT_EXACT, SHOW(prefix), arg_prefix },
	{ "proto", "PROTO", 0, 0, SHOW(proto), arg_proto },
	{ "protocol", "PROTO", PARAM_HIDDEN, 0, SHOW(proto), arg_proto },
	{ }
};

static int route_change(struct cgr *c, const struct cgr_cmd *cmd,
			struct args *a)
{
	struct route_spec spec = { };
	struct request r;
	__u32 ifindex = 0;

	if (route_spec_parse(a, &spec))
		return CGR_SYNTAX;
	if (spec.dev.word) {
		ifindex = dev_index(&c->dev, spec.dev.val);
		if (!ifindex) {
			error_set(&c->err, spec.dev.word,
				  "there is no device \"%s\"", spec.dev.val);
			return CGR_SYNTAX;
		}
	}
	if (request_mfib(&r, &c->nl, cmd->genl, cmd->nlflags, &c->err))
		return CGR_KERNEL;
	attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, spec.fib.val, spec.fib.word);
	route_put(r.msg, &r.map, &spec, ifindex);
	return request_talk(&r, c->nl.mfib, a, NULL, NULL, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

/**
 * struct show - what routes are shown, and how
 * @c: context
 * @spec: what was asked for
 * @address: address that was looked up, or NULL
 * @fib: FIB of the message at hand
 */
struct show {
	struct cgr *c;
	const struct show_spec *spec;
	const struct arg_addr *address;
	__u32 fib;
};

static bool bits_equal(const __u8 *a, const __u8 *b, unsigned int bits)
{
	unsigned int bytes = bits / 8;

	if (memcmp(a, b, bytes))
		return false;
	bits %= 8;
	return !bits || !((a[bytes] ^ b[bytes]) >> (8 - bits));
}

static bool selected(const struct show *show, const struct route *route)
{
	const struct arg_addr *prefix = &show->spec->prefix;

	if (show->spec->proto.word && show->spec->proto.val != route->protocol)
		return false;
	if (show->c->opt.family != AF_UNSPEC &&
	    show->c->opt.family != route->family)
		return false;
	if (!prefix->word)
		return true;
	if (prefix->family != AF_UNSPEC && prefix->family != route->family)
		return false;
	switch (prefix->num) {
	case SELECT_ROOT:
		return route->plen >= prefix->plen &&
		       bits_equal(route->dst, prefix->data, prefix->plen);
	case SELECT_MATCH:
		return route->plen <= prefix->plen &&
		       bits_equal(route->dst, prefix->data, route->plen);
	default:
		return route->plen == prefix->plen &&
		       bits_equal(route->dst, prefix->data, prefix->plen);
	}
}

/*
 * As iproute2 does, but IPv6's default route is ::/0: a FIB holds routes of
 * both families.
 */
static void print_prefix(struct cgr *c, const char *key, const char *fmt,
			 const struct route *route)
{
	char buf[INET6_ADDRSTRLEN + 4];

	if (!route->plen && route->family == AF_INET) {
		print_str(&c->out, PRINT_ANY, key, fmt, "default");
		return;
	}
	inet_ntop(route->family, route->dst, buf, sizeof(buf));
	if (route->plen < 8 * addr_len(route->family))
		sprintf(buf + strlen(buf), "/%u", route->plen);
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

	if (!*name) {
		sprintf(buf, "%u", route->protocol);
		name = buf;
	}
	print_str(&c->out, PRINT_ANY, "protocol", "proto %s", name);
}

static void print_flags(struct cgr *c, const struct route *route)
{
	struct printer *p = &c->out;

	print_array(p, "flags");
	if (route->has_nexthop && route->nexthop.flags & MFIB_NEXTHOP_F_DEAD)
		print_str(p, PRINT_ANY, NULL, "%s", "dead");
	if (!(route->flags & MFIB_ROUTE_F_ACTIVE))
		print_str(p, PRINT_ANY, NULL, "%s", "inactive");
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
 */
void route_print(struct cgr *c, const struct route *route, __u32 fib,
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
	}
	print_num(p, say_fib ? PRINT_ANY : PRINT_JSON, "fib", "fib %llu", fib);
	if (address)
		print_prefix(c, "prefix", "prefix %s", route);
	print_protocol(c, route);
	print_num(p, route->metric ? PRINT_ANY : PRINT_JSON, "metric",
		  "metric %llu", route->metric);
	print_flags(c, route);
}

static int show_one(struct nlattr *attr, const struct nlmsghdr *hdr, void *arg)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct nlattr *head = genlmsg_attrdata(genl, 0), *fib;
	struct show *show = arg;
	struct route route;

	if (attr == head) {
		show->fib = show->spec->fib.val;
		fib = nla_find(head, genlmsg_attrlen(genl, 0), MFIB_A_FIB_ID);
		if (fib && nla_len(fib) >= (int)sizeof(__u32))
			show->fib = nla_get_u32(fib);
	}
	if (nla_type(attr) != MFIB_A_ROUTE)
		return 0;
	if (decode_route(attr, &route))
		return -1;
	if (!selected(show, &route))
		return 0;
	print_object(&show->c->out, NULL);
	route_print(show->c, &route, show->fib,
		    !show->spec->fib.word || show->address, show->address);
	print_close(&show->c->out);
	print_line_end(&show->c->out);
	return 0;
}

static int route_show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct show_spec spec = { };
	struct show show = { .c = c, .spec = &spec };
	int family = c->opt.family;
	struct request r;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (spec.prefix.word && spec.prefix.family != AF_UNSPEC)
		family = spec.prefix.family;
	if (request_mfib(&r, &c->nl, cmd->genl, NLM_F_DUMP, &c->err))
		return CGR_KERNEL;
	if (spec.fib.word)
		attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, spec.fib.val,
			     spec.fib.word);
	if (family != AF_UNSPEC)
		attr_put_u8(r.msg, &r.map, MFIB_A_FAMILY, family, 0);
	return request_talk(&r, c->nl.mfib, a, show_one, &show, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int route_get(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct get_spec spec = { };
	struct show_spec all = { };
	struct show show = { .c = c, .spec = &all, .address = &spec.dst };
	struct nlattr *nest;
	struct request r;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	all.fib = spec.fib;
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
	{ "replace", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_REPLACE },
	{ "change", NULL, route_params, route_change, MFIB_CMD_ROUTE_NEW,
	  .nlflags = NLM_F_REPLACE },
	{ "del", "delete", route_params, route_change,
	  .genl = MFIB_CMD_ROUTE_DEL },
	{ "get", NULL, get_params, route_get, MFIB_CMD_ROUTE_LOOKUP,
	  .flags = CMD_SHOWS },
	{ "show", "list", show_params, route_show, MFIB_CMD_ROUTE_GET,
	  .flags = CMD_SHOWS },
	{ "restore", NULL, restore_params, restore_run,
	  .genl = MFIB_CMD_ROUTE_NEW },
	{ }
};

static const char *const rules[] = {
	"TYPE := { unicast | local | blackhole | unreachable | prohibit | throw }",
	"PREFIX := { default | ADDRESS[/LENGTH] }",
	"FAMILY := { inet | inet6 }",
	"PROTO := { NAME | NUMBER }",
	NULL
};

const struct cgr_object object_route = { "route", cmds, rules };
