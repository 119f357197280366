// SPDX-License-Identifier: GPL-2.0
/*
 * cgr port: the devices that belong to FIBs.
 */
#include "port.h"

#include <stdlib.h>
#include <string.h>
#include <netlink/attr.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "event.h"
#include "fib.h"
#include "link.h"
#include "object.h"
#include "stats.h"
#include "value.h"

struct port_spec {
	struct arg_str dev;
	struct arg_num fib;
	struct arg_num rpf;
};

#define FIELD(name)	offsetof(struct port_spec, name)

static const char *const rpf_names[] = {
	[MFIB_RPF_NONE] = "off",
	[MFIB_RPF_LOOSE] = "loose",
	[MFIB_RPF_STRICT] = "strict",
};

static int arg_rpf(struct args *a, __unused const struct param *p, void *field)
{
	const char *word = args_next(a);
	struct arg_num *num = field;

	for (num->val = 0; num->val < ARRAY_SIZE(rpf_names); num->val++) {
		if (!strcmp(word, rpf_names[num->val]))
			return 0;
	}
	return args_error(a, a->pos, "\"%s\" is not one of off, loose, strict",
			  word);
}

static const struct param add_params[] = {
	{ "dev", "DEV", PARAM_REQUIRED | PARAM_POSITIONAL, 0, FIELD(dev), arg_ifname },
	{ "fib", "FIB", PARAM_REQUIRED, 1, FIELD(fib), arg_u32 },
	{ "rpf", "CHECK", 0, 0, FIELD(rpf), arg_rpf },
	{ }
};

static const struct param set_params[] = {
	{ "dev", "DEV", PARAM_REQUIRED | PARAM_POSITIONAL, 0, FIELD(dev), arg_ifname },
	{ "rpf", "CHECK", PARAM_REQUIRED, 0, FIELD(rpf), arg_rpf },
	{ }
};

static const struct param del_params[] = {
	{ "dev", "DEV", PARAM_REQUIRED | PARAM_POSITIONAL, 0, FIELD(dev), arg_ifname },
	{ "fib", "FIB", 0, 1, FIELD(fib), arg_u32 },
	{ }
};

static const struct param show_params[] = {
	{ "fib", "FIB", 0, 1, FIELD(fib), arg_u32 },
	{ }
};

/* Text has it if sources are checked at all. */
static void print_rpf(struct cgr *c, const struct port *port)
{
	const char *name = port->rpf < ARRAY_SIZE(rpf_names) ?
			   rpf_names[port->rpf] : "unknown";

	print_str(&c->out, port->rpf ? PRINT_ANY : PRINT_JSON, "rpf", "rpf %s",
		  name);
}

/**
 * port_print() - print a port without its counters
 * @c: context; an object is open
 * @port: the port
 */
void port_print(struct cgr *c, const struct port *port)
{
	print_str(&c->out, PRINT_ANY, "dev", "dev %s",
		  dev_name(&c->dev, port->ifindex));
	print_num(&c->out, PRINT_ANY, "fib", "fib %llu", port->fib);
	print_rpf(c, port);
	if (c->opt.details)
		print_num(&c->out, PRINT_ANY, "ifindex", "ifindex %llu",
			  port->ifindex);
}

static int show_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct cgr *c = arg;
	struct port port;

	if (nla_type(attr) != MFIB_A_PORT)
		return 0;
	if (decode_port(attr, &port))
		return -1;
	if (c->opt.brief) {
		print_column(&c->out, "dev", 15,
			     dev_name(&c->dev, port.ifindex));
		print_num(&c->out, PRINT_TEXT, NULL, "%llu", port.fib);
		print_line_end(&c->out);
		return 0;
	}
	print_object(&c->out, NULL);
	port_print(c, &port);
	if (c->opt.stats)
		stats_print(&c->out, &port.stats, 1);
	print_close(&c->out);
	print_line_end(&c->out);
	return 0;
}

static int dump(struct cgr *c, const struct args *a, const struct arg_num *fib,
		int (*attr)(struct nlattr *attr, const struct nlmsghdr *hdr,
			    void *arg),
		void *arg)
{
	struct request r;

	if (request_mfib(&r, &c->nl, MFIB_CMD_PORT_GET, NLM_F_DUMP, &c->err))
		return -1;
	if (fib && fib->word)
		attr_put_u32(r.msg, &r.map, MFIB_A_FIB_ID, fib->val, fib->word);
	return request_talk(&r, c->nl.mfib, a, attr, arg, &c->err);
}

static int port_show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct port_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	return dump(c, a, &spec.fib, show_one, c) ? CGR_KERNEL : CGR_OK;
}

static int list_one(struct nlattr *attr, __unused const struct nlmsghdr *hdr,
		    void *arg)
{
	struct port_list *list = arg;

	if (nla_type(attr) != MFIB_A_PORT)
		return 0;
	if (list->nr == list->size) {
		unsigned int size = list->size ? 2 * list->size : 64;
		struct port *grown = realloc(list->port,
					     size * sizeof(*grown));

		if (!grown)
			return -1;
		list->port = grown;
		list->size = size;
	}
	if (decode_port(attr, &list->port[list->nr]))
		return -1;
	list->nr++;
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct port *a = one, *b = other;

	if (a->fib != b->fib)
		return a->fib < b->fib ? -1 : 1;
	return a->ifindex < b->ifindex ? -1 : a->ifindex > b->ifindex;
}

/**
 * port_list_read() - read all ports
 * @c: context
 * @list: set, also on failure
 *
 * Return: 0 or negative, and the error is set.
 */
int port_list_read(struct cgr *c, struct port_list *list)
{
	int ret;

	*list = (struct port_list){ };
	ret = dump(c, NULL, NULL, list_one, list);
	if (list->nr)
		qsort(list->port, list->nr, sizeof(*list->port), compare);
	return ret;
}

/**
 * port_list_print() - print the ports of one FIB with their counters
 * @c: context
 * @list: ports
 * @fib: the FIB
 */
void port_list_print(struct cgr *c, const struct port_list *list, __u32 fib)
{
	unsigned int lo = 0, hi = list->nr;

	while (lo < hi) {
		unsigned int mid = lo + (hi - lo) / 2;

		if (list->port[mid].fib < fib)
			lo = mid + 1;
		else
			hi = mid;
	}
	print_array(&c->out, "ports");
	for (; lo < list->nr && list->port[lo].fib == fib; lo++) {
		print_object(&c->out, NULL);
		print_indent(&c->out, 1);
		print_str(&c->out, PRINT_ANY, "dev", "port %s",
			  dev_name(&c->dev, list->port[lo].ifindex));
		stats_print(&c->out, &list->port[lo].stats, 2);
		print_close(&c->out);
	}
	print_close(&c->out);
}

/**
 * port_list_free() - give a list back
 * @list: ports
 */
void port_list_free(struct port_list *list)
{
	free(list->port);
}

/* The port that a device is, or NULL. */
static const struct port *find_port(const struct port_list *list, __u32 ifindex)
{
	unsigned int i;

	for (i = 0; i < list->nr; i++) {
		if (list->port[i].ifindex == ifindex)
			return &list->port[i];
	}
	return NULL;
}

/* The device of a command, and which port it is, if it is one: fib is 0 if not. */
static int find_device(struct cgr *c, const struct port_spec *spec,
		       struct port *port)
{
	const struct port *known;
	struct port_list list;
	__u32 ifindex;
	int ret;

	if (dev_find(&c->dev, &spec->dev, &ifindex, &c->err))
		return CGR_SYNTAX;
	ret = port_list_read(c, &list);
	known = find_port(&list, ifindex);
	*port = known ? *known : (struct port){ };
	port_list_free(&list);
	return ret ? CGR_KERNEL : CGR_OK;
}

static int set_rpf(struct cgr *c, const struct args *a,
		   const struct port_spec *spec)
{
	struct nlattr *nest;
	struct request r;
	__u32 ifindex;

	if (dev_find(&c->dev, &spec->dev, &ifindex, &c->err))
		return CGR_SYNTAX;
	if (request_mfib(&r, &c->nl, MFIB_CMD_PORT_SET, 0, &c->err))
		return CGR_KERNEL;
	nest = attr_nest(r.msg, MFIB_A_PORT);
	attr_put_u32(r.msg, &r.map, MFIB_PORT_A_IFINDEX, ifindex,
		     spec->dev.word);
	attr_put_u8(r.msg, &r.map, MFIB_PORT_A_RPF, spec->rpf.val,
		    spec->rpf.word);
	attr_nest_end(r.msg, &r.map, nest, spec->dev.word);
	return request_talk(&r, c->nl.mfib, a, event_echo, c, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int port_set(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct port_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	return set_rpf(c, a, &spec);
}

static int port_add(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct port_spec spec = { };
	struct port port;
	struct fib fib;
	int status;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	status = find_device(c, &spec, &port);
	if (status)
		return status;
	if (port.fib) {
		error_set(&c->err, spec.dev.word,
			  "\"%s\" is a port of FIB %u already", spec.dev.val,
			  port.fib);
		return CGR_KERNEL;
	}
	if (fib_read(c, a, &spec.fib, &fib))
		return CGR_KERNEL;
	if (!fib.ifindex) {
		error_set(&c->err, spec.fib.word,
			  "FIB %u has no device: cgr fib set %u dev NAME",
			  fib.id, fib.id);
		return CGR_KERNEL;
	}
	if (link_enslave(c, a, &spec.dev, fib.ifindex, spec.fib.word))
		return CGR_KERNEL;
	return spec.rpf.word ? set_rpf(c, a, &spec) : CGR_OK;
}

static int port_del(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct port_spec spec = { };
	struct port port;
	int status;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	status = find_device(c, &spec, &port);
	if (status)
		return status;
	/* it might be in a bridge, which is none of our business */
	if (!port.fib || (spec.fib.word && spec.fib.val != port.fib)) {
		if (spec.fib.word)
			error_set(&c->err, spec.dev.word,
				  "\"%s\" is not a port of FIB %u",
				  spec.dev.val, spec.fib.val);
		else
			error_set(&c->err, spec.dev.word,
				  "\"%s\" is not a port of a FIB",
				  spec.dev.val);
		return CGR_KERNEL;
	}
	return link_enslave(c, a, &spec.dev, 0, 0) ? CGR_KERNEL : CGR_OK;
}

/* Commands for a batch. */
static int port_save(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct printer *p = &c->out;
	struct port_spec spec = { };
	struct port_list list;
	unsigned int i;
	int ret;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	ret = port_list_read(c, &list);
	for (i = 0; i < list.nr && !ret; i++) {
		if (spec.fib.word && spec.fib.val != list.port[i].fib)
			continue;
		print_str(p, PRINT_TEXT, "dev", "port add %s",
			  dev_name(&c->dev, list.port[i].ifindex));
		print_num(p, PRINT_TEXT, NULL, "fib %llu", list.port[i].fib);
		print_rpf(c, &list.port[i]);
		print_line_end(p);
	}
	port_list_free(&list);
	return ret ? CGR_KERNEL : CGR_OK;
}

static const struct cgr_cmd cmds[] = {
	{ .name = "add", .params = add_params, .run = port_add },
	{ .name = "set", .params = set_params, .run = port_set },
	{ .name = "del", .alias = "delete", .params = del_params,
	  .run = port_del },
	{ "show", "list", show_params, port_show, MFIB_CMD_PORT_GET,
	  .flags = CMD_SHOWS },
	{ .name = "save", .params = show_params, .run = port_save,
	  .flags = CMD_SAVES },
	{ }
};

static const char *const rules[] = {
	"CHECK := { off | loose | strict }",
	NULL
};

const struct cgr_object object_port = { "port", cmds, rules };
