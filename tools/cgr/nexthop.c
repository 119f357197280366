// SPDX-License-Identifier: GPL-2.0
/*
 * cgr nexthop: what routes point to, and groups of it.
 */
#include "nexthop.h"

#include <netlink/attr.h>

#include "address.h"
#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "event.h"
#include "group.h"
#include "hops.h"
#include "object.h"
#include "value.h"

struct nexthop_spec {
	struct arg_num id;
	struct arg_addr via;
	struct arg_str dev;
	struct arg_num lookup;
	struct arg_mtu mtu;
	struct group_spec group;
};

#define FIELD(name)	offsetof(struct nexthop_spec, name)

static const struct param add_params[] = {
	{ "id", "ID", PARAM_REQUIRED | PARAM_POSITIONAL, 1, FIELD(id), arg_u32 },
	{ "via", "[ FAMILY ] ADDRESS", 0, 0, FIELD(via), arg_gateway },
	{ "dev", "DEV", 0, 0, FIELD(dev), arg_ifname },
	{ "lookup", "FIB", 0, 1, FIELD(lookup), arg_u32 },
	{ "mtu", "[ lock ] NUMBER", 0, MTU_MIN, FIELD(mtu), arg_mtu },
	{ "group", "MEMBERS", 0, 0, FIELD(group.members), arg_members },
	{ "backup", "MEMBERS", 0, 0, FIELD(group.backups), arg_members },
	{ "buckets", "NUMBER", 0, 1, FIELD(group.buckets), arg_u32 },
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
		if (spec->lookup.word)
			attr_put_u32(r.msg, &r.map, MFIB_NEXTHOP_A_FIB_ID,
				     spec->lookup.val, spec->lookup.word);
		hop_put_mtu(r.msg, &r.map, &spec->mtu);
		if (spec->group.members.word)
			group_put(r.msg, &r.map, &spec->group);
		attr_nest_end(r.msg, &r.map, nest, spec->id.word);
	}
	return request_talk(&r, c->nl.mfib, a, attr, c, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

/* A group, a FIB or a device. */
static int check_spec(struct args *a, const struct nexthop_spec *spec)
{
	const struct group_spec *group = &spec->group;
	int more = group->backups.word ? group->backups.word :
		   group->buckets.word;

	if (!group->members.word && more)
		return args_error(a, more, "\"%s\" is of a group: \"group MEMBERS\" is missing",
				  a->words[more - 1]);
	if (!group->members.word && !spec->dev.word && !spec->lookup.word)
		return args_error(a, a->nr + 1, "dev DEV, lookup FIB or group MEMBERS is missing");
	more = spec->dev.word ? spec->dev.word :
	       spec->via.word ? spec->via.word :
	       spec->lookup.word ? spec->lookup.word : spec->mtu.word;
	if (group->members.word && more)
		return args_error(a, more, "a group has members, and not \"%s\": give that an id",
				  a->words[more - 1]);
	return 0;
}

static int nexthop_add(struct cgr *c, const struct cgr_cmd *cmd,
		       struct args *a)
{
	struct nexthop_spec spec = { };
	__u32 ifindex = 0;

	if (args_parse(a, cmd->params, &spec) || check_spec(a, &spec))
		return CGR_SYNTAX;
	if (spec.dev.word && dev_find(&c->dev, &spec.dev, &ifindex, &c->err))
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

	addr_text(buf, family, addr);
	print_str(&c->out, PRINT_ANY, key, fmt, buf);
}

static void print_mtu(struct cgr *c, const struct nexthop *nh)
{
	if (!nh->mtu)
		return;
	print_num(&c->out, PRINT_ANY, "mtu",
		  nh->mtu_locked ? "mtu lock %llu" : "mtu %llu", nh->mtu);
	if (nh->mtu_locked && c->out.json)
		print_bool(&c->out, "mtu_locked", true);
}

/**
 * nexthop_print() - print gateway, device and MTU of a next hop, or the FIB it is
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
	if (nh->fib)
		print_num(&c->out, PRINT_ANY, "lookup", "lookup %llu", nh->fib);
	if (nh->ifindex)
		print_str(&c->out, nh->fib ? PRINT_JSON : PRINT_ANY, "dev",
			  "dev %s", dev_name(&c->dev, nh->ifindex));
	print_mtu(c, nh);
}

/**
 * nexthop_print_flags() - print the state of a next hop
 * @c: context
 * @flags: MFIB_NEXTHOP_F_*
 * @backup: it is a backup
 */
void nexthop_print_flags(struct cgr *c, __u32 flags, bool backup)
{
	print_array(&c->out, "flags");
	if (backup)
		print_str(&c->out, PRINT_ANY, NULL, "%s", "backup");
	if (flags & MFIB_NEXTHOP_F_DEAD)
		print_str(&c->out, PRINT_ANY, NULL, "%s", "dead");
	if (flags & MFIB_NEXTHOP_F_LINKDOWN)
		print_str(&c->out, PRINT_ANY, NULL, "%s", "linkdown");
	if (flags & MFIB_NEXTHOP_F_UNRESOLVED)
		print_str(&c->out, PRINT_ANY, NULL, "%s", "unresolved");
	print_close(&c->out);
}

/**
 * nexthop_print_all() - print a next hop
 * @c: context; an object is open
 * @nh: next hop
 *
 * Return: 0, or -1 if it is malformed.
 */
int nexthop_print_all(struct cgr *c, const struct nexthop *nh)
{
	if (nh->id)
		print_num(&c->out, PRINT_ANY, "id", "id %llu", nh->id);
	if (nh->object)
		print_num(&c->out, PRINT_ANY, "object", "object %llu",
			  nh->object);
	if (nh->id && nh->group && group_print(c, nh))
		return -1;
	nexthop_print(c, nh, AF_UNSPEC);
	print_num(&c->out, PRINT_ANY, "routes", "routes %llu", nh->routes);
	nexthop_print_flags(c, nh->flags, false);
	if (!nh->group)
		return 0;
	return nh->id ? group_print_spread(c, nh) :
			hops_print(c, nh, AF_UNSPEC, true);
}

static void print_brief(struct cgr *c, const struct nexthop *nh)
{
	char gateway[INET6_ADDRSTRLEN] = "-";

	if (nh->family != AF_UNSPEC)
		addr_text(gateway, nh->family, nh->gateway);
	print_num(&c->out, PRINT_TEXT, NULL, "%-10llu", nh->id);
	print_column(&c->out, "dev", 15,
		     nh->group ? "group" : dev_name(&c->dev, nh->ifindex));
	print_column(&c->out, "gateway", 0, gateway);
	nexthop_print_flags(c, nh->flags, false);
}

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct cgr *c = arg;
	struct nexthop nh;
	int ret;

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
	ret = nexthop_print_all(c, &nh);
	print_close(&c->out);
	print_line_end(&c->out);
	return ret;
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

struct save {
	struct cgr *c;
	bool groups;
};

/* A command for a batch. */
static int save_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct save *save = arg;
	struct cgr *c = save->c;
	struct nexthop nh;

	if (nla_type(attr) != MFIB_A_NEXTHOP)
		return 0;
	if (decode_nexthop(attr, &nh))
		return -1;
	if (save->groups != !!nh.group)
		return 0;
	print_num(&c->out, PRINT_TEXT, NULL, "nexthop replace %llu", nh.id);
	if (nh.group && group_print(c, &nh))
		return -1;
	nexthop_print(c, &nh, AF_UNSPEC);
	print_line_end(&c->out);
	return 0;
}

static int nexthop_save(struct cgr *c, const struct cgr_cmd *cmd,
			struct args *a)
{
	struct save save = { .c = c };

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	/* Members come before their groups. */
	if (nexthop_dump(c, save_one, &save))
		return CGR_KERNEL;
	save.groups = true;
	return nexthop_dump(c, save_one, &save) ? CGR_KERNEL : CGR_OK;
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
	"MEMBERS := { ID[,WEIGHT][/ID[,WEIGHT]]... | none }",
	NULL
};

const struct cgr_object object_nexthop = { "nexthop", cmds, rules };
