// SPDX-License-Identifier: GPL-2.0
/*
 * cgr nexthop: what routes point to.
 */
#include "nexthop.h"

#include <arpa/inet.h>
#include <netlink/attr.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "event.h"
#include "object.h"
#include "value.h"

struct nexthop_spec {
	struct arg_num id;
	struct arg_addr via;
	struct arg_str dev;
};

#define FIELD(name)	offsetof(struct nexthop_spec, name)

static const struct param add_params[] = {
	{ "id", "ID", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", PARAM_REQUIRED, 0, FIELD(dev), arg_ifname },
	{ }
};

static const struct param del_params[] = {
	{ "id", "ID", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ }
};

static const struct param show_params[] = {
	{ "id", "ID", PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ }
};

static int nexthop_talk(struct cgr *c, const struct args *a,
			const struct cgr_cmd *cmd, int flags,
			const struct nexthop_spec *spec, __u32 ifindex,
			int (*attr)(struct nlattr *attr,
				    const struct nlmsghdr *hdr, void *arg))
{
	struct request r;

	if (request_mfib(&r, &c->nl, cmd->genl, flags, &c->err))
		return CGR_KERNEL;
	if (spec->id.word) {
		struct nlattr *nest = attr_nest(r.msg, MFIB_A_NEXTHOP);

		attr_put_u32(r.msg, &r.map, MFIB_NEXTHOP_A_ID, spec->id.val,
			     spec->id.word);
		if (spec->via.word)
			attr_put(r.msg, &r.map, MFIB_NEXTHOP_A_GATEWAY,
				 spec->via.data, addr_len(spec->via.family),
				 spec->via.word);
		if (spec->dev.word)
			attr_put_u32(r.msg, &r.map, MFIB_NEXTHOP_A_IFINDEX,
				     ifindex, spec->dev.word);
		attr_nest_end(r.msg, &r.map, nest, spec->id.word);
	}
	return request_talk(&r, c->nl.mfib, a, attr, c, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int nexthop_add(struct cgr *c, const struct cgr_cmd *cmd,
		       struct args *a)
{
	struct nexthop_spec spec = { };
	__u32 ifindex;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (dev_find(&c->dev, &spec.dev, &ifindex, &c->err))
		return CGR_SYNTAX;
	return nexthop_talk(c, a, cmd, cmd->nlflags, &spec, ifindex,
			    event_echo);
}

static int nexthop_del(struct cgr *c, const struct cgr_cmd *cmd,
		       struct args *a)
{
	struct nexthop_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	return nexthop_talk(c, a, cmd, 0, &spec, 0, event_echo);
}

/**
 * addr_print() - print an address
 * @c: context
 * @key: its JSON name
 * @fmt: its text, with one %s
 * @family: AF_INET or AF_INET6
 * @addr: address
 */
void addr_print(struct cgr *c, const char *key, const char *fmt, int family,
		const void *addr)
{
	char buf[INET6_ADDRSTRLEN];

	print_str(&c->out, PRINT_ANY, key, fmt,
		  inet_ntop(family, addr, buf, sizeof(buf)));
}

/**
 * nexthop_print() - print gateway and device of a next hop
 * @c: context
 * @nh: next hop
 * @family: of its route, AF_UNSPEC if that does not matter
 */
void nexthop_print(struct cgr *c, const struct nexthop *nh, int family)
{
	const char *fmt = "via %s";

	if (family != AF_UNSPEC && nh->family != family)
		fmt = nh->family == AF_INET6 ? "via inet6 %s" : "via inet %s";
	if (nh->family != AF_UNSPEC)
		addr_print(c, "gateway", fmt, nh->family, nh->gateway);
	if (nh->ifindex)
		print_str(&c->out, PRINT_ANY, "dev", "dev %s",
			  dev_name(&c->dev, nh->ifindex));
}

/**
 * nexthop_print_all() - print a next hop
 * @c: context; an object is open
 * @nh: next hop
 */
void nexthop_print_all(struct cgr *c, const struct nexthop *nh)
{
	if (nh->id)
		print_num(&c->out, PRINT_ANY, "id", "id %llu", nh->id);
	nexthop_print(c, nh, AF_UNSPEC);
	print_num(&c->out, PRINT_ANY, "routes", "routes %llu", nh->routes);
	print_array(&c->out, "flags");
	if (nh->flags & MFIB_NEXTHOP_F_DEAD)
		print_str(&c->out, PRINT_ANY, NULL, "%s", "dead");
	print_close(&c->out);
}

static void print_brief(struct cgr *c, const struct nexthop *nh)
{
	char gateway[INET6_ADDRSTRLEN] = "-";

	if (nh->family != AF_UNSPEC)
		inet_ntop(nh->family, nh->gateway, gateway, sizeof(gateway));
	print_num(&c->out, PRINT_TEXT, NULL, "%-10llu", nh->id);
	print_column(&c->out, "dev", 15, dev_name(&c->dev, nh->ifindex));
	print_column(&c->out, "gateway", 0, gateway);
	if (nh->flags & MFIB_NEXTHOP_F_DEAD)
		print_str(&c->out, PRINT_TEXT, NULL, "%s", "dead");
}

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct cgr *c = arg;
	struct nexthop nh;

	if (nla_type(attr) != MFIB_A_NEXTHOP)
		return 0;
	if (decode_nexthop(attr, &nh))
		return -1;
	if (c->opt.brief) {
		print_brief(c, &nh);
		print_line_end(&c->out);
		return 0;
	}
	print_object(&c->out, NULL);
	nexthop_print_all(c, &nh);
	print_close(&c->out);
	print_line_end(&c->out);
	return 0;
}

static int nexthop_show(struct cgr *c, const struct cgr_cmd *cmd,
			struct args *a)
{
	struct nexthop_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	return nexthop_talk(c, a, cmd, spec.id.word ? 0 : NLM_F_DUMP, &spec, 0,
			    show_one);
}

/* A command for a batch. */
static int save_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct cgr *c = arg;
	struct nexthop nh;

	if (nla_type(attr) != MFIB_A_NEXTHOP)
		return 0;
	if (decode_nexthop(attr, &nh))
		return -1;
	print_num(&c->out, PRINT_TEXT, NULL, "nexthop replace %llu", nh.id);
	nexthop_print(c, &nh, AF_UNSPEC);
	print_line_end(&c->out);
	return 0;
}

static int nexthop_save(struct cgr *c, const struct cgr_cmd *cmd,
			struct args *a)
{
	const struct nexthop_spec all = { };

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	return nexthop_talk(c, a, cmd, cmd->nlflags, &all, 0, save_one);
}

/**
 * nexthop_dump() - have all next hops that have an id
 * @c: context
 * @attr: called with each top-level attribute
 * @arg: for @attr
 *
 * Return: 0 or negative, and the error is set.
 */
int nexthop_dump(struct cgr *c,
		 int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			     void *arg),
		 void *arg)
{
	struct request r;

	if (request_mfib(&r, &c->nl, MFIB_CMD_NEXTHOP_GET, NLM_F_DUMP, &c->err))
		return -1;
	return request_talk(&r, c->nl.mfib, NULL, attr, arg, &c->err);
}

static const struct cgr_cmd cmds[] = {
	{ "add", NULL, add_params, nexthop_add, MFIB_CMD_NEXTHOP_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_EXCL },
	{ "replace", NULL, add_params, nexthop_add, MFIB_CMD_NEXTHOP_NEW,
	  .nlflags = NLM_F_CREATE | NLM_F_REPLACE },
	{ "del", "delete", del_params, nexthop_del,
	  .genl = MFIB_CMD_NEXTHOP_DEL },
	{ "get", NULL, del_params, nexthop_show, MFIB_CMD_NEXTHOP_GET,
	  .flags = CMD_SHOWS },
	{ "show", "list", show_params, nexthop_show, MFIB_CMD_NEXTHOP_GET,
	  .flags = CMD_SHOWS },
	{ "save", NULL, no_params, nexthop_save, MFIB_CMD_NEXTHOP_GET,
	  .nlflags = NLM_F_DUMP, .flags = CMD_SAVES },
	{ }
};

static const char *const rules[] = {
	"FAMILY := { inet | inet6 }",
	NULL
};

const struct cgr_object object_nexthop = { "nexthop", cmds, rules };
