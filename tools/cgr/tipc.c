// SPDX-License-Identifier: GPL-2.0
/*
 * cgr tipc: communication between the processes of a cluster.
 */
#include "tipc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/tipc_netlink.h>
#include <netlink/attr.h>
#include <netlink/netlink.h>

#include "args.h"
#include "cgr.h"
#include "object.h"
#include "tipc_decode.h"
#include "value.h"

struct tipc_spec {
	struct arg_str verb[3];
	struct arg_str id;
	struct arg_str address;
	struct arg_num netid;
	struct arg_num prop[3];
};

static int parse_text(struct args *a, const struct param *p, void *field)
{
	struct arg_str *text = field;

	text->val = args_next(a);
	if (!*text->val || strlen(text->val) > p->num)
		return args_error(a, a->pos, "\"%s\" is no %s", text->val,
				  p->value);
	return 0;
}

#define FIELD(name)	offsetof(struct tipc_spec, name)

static const struct param show_params[] = {
	{ }
};

static const struct param node_params[] = {
	{ "identity", "ID", 0, TIPC_ID_LEN, FIELD(id), parse_text },
	{ "address", "ADDRESS", 0, 8, FIELD(address), parse_text },
	{ "netid", "NUMBER", 0, 0, FIELD(netid), arg_u32 },
	{ }
};

static const struct param bearer_params[] = {
	{ "enable", "DEV", 0, 15, FIELD(verb[0]), parse_text },
	{ "disable", "DEV", 0, 15, FIELD(verb[1]), parse_text },
	{ "set", "DEV", 0, 15, FIELD(verb[2]), parse_text },
	{ "priority", "NUMBER", 0, 0, FIELD(prop[0]), arg_u32 },
	{ "tolerance", "MS", 0, 0, FIELD(prop[1]), arg_u32 },
	{ "window", "PACKETS", 0, 0, FIELD(prop[2]), arg_u32 },
	{ }
};

static const struct param link_params[] = {
	{ "set", "LINK", 0, 67, FIELD(verb[0]), parse_text },
	{ "reset", "LINK", 0, 67, FIELD(verb[1]), parse_text },
	{ "priority", "NUMBER", 0, 0, FIELD(prop[0]), arg_u32 },
	{ "tolerance", "MS", 0, 0, FIELD(prop[1]), arg_u32 },
	{ "window", "PACKETS", 0, 0, FIELD(prop[2]), arg_u32 },
	{ }
};

static const struct param media_params[] = {
	{ "set", "MEDIA", 0, 15, FIELD(verb[0]), parse_text },
	{ "priority", "NUMBER", 0, 0, FIELD(prop[0]), arg_u32 },
	{ "tolerance", "MS", 0, 0, FIELD(prop[1]), arg_u32 },
	{ "window", "PACKETS", 0, 0, FIELD(prop[2]), arg_u32 },
	{ }
};

static const struct param peer_params[] = {
	{ "remove", "ID", 0, TIPC_ID_LEN, FIELD(id), parse_text },
	{ "remove-address", "ADDRESS", 0, 8, FIELD(address), parse_text },
	{ }
};

/* What a command with a verb sends, and in which attributes. */
struct change {
	const char *cmd;
	int genl[3];
	bool props[3];
	int nest;
	int name;
	int prop;
	const char *prefix;
};

static const struct change changes[] = {
	{ "bearer", { TIPC_NL_BEARER_ENABLE, TIPC_NL_BEARER_DISABLE,
		      TIPC_NL_BEARER_SET }, { true, false, true },
	  TIPC_NLA_BEARER, TIPC_NLA_BEARER_NAME, TIPC_NLA_BEARER_PROP, "eth:" },
	{ "link", { TIPC_NL_LINK_SET, TIPC_NL_LINK_RESET_STATS },
	  { true, false }, TIPC_NLA_LINK, TIPC_NLA_LINK_NAME,
	  TIPC_NLA_LINK_PROP, "" },
	{ "media", { TIPC_NL_MEDIA_SET }, { true }, TIPC_NLA_MEDIA,
	  TIPC_NLA_MEDIA_NAME, TIPC_NLA_MEDIA_PROP, "" },
};

static const int props[3] = {
	TIPC_NLA_PROP_PRIO, TIPC_NLA_PROP_TOL, TIPC_NLA_PROP_WIN,
};

static int talk(struct cgr *c, struct request *r, const struct args *a)
{
	return request_talk(r, c->nl.tipc, a, NULL, NULL, &c->err) ?
		CGR_KERNEL : CGR_OK;
}

static int change(struct cgr *c, struct args *a, const struct change *change,
		  const struct tipc_spec *spec, int verb)
{
	const struct arg_str *name = &spec->verb[verb];
	struct nlattr *nest, *inner;
	char text[96];
	struct request r;
	int i, len;

	if (request_tipc(&r, &c->nl, change->genl[verb], 0, &c->err))
		return CGR_KERNEL;
	len = snprintf(text, sizeof(text), "%s%s", change->prefix, name->val);
	nest = attr_nest(r.msg, change->nest);
	attr_put(r.msg, &r.map, change->name, text, len + 1, name->word);
	inner = attr_nest(r.msg, change->prop);
	for (i = 0; i < 3; i++) {
		if (spec->prop[i].word)
			attr_put_u32(r.msg, &r.map, props[i], spec->prop[i].val,
				     spec->prop[i].word);
	}
	attr_nest_end(r.msg, &r.map, inner, name->word);
	attr_nest_end(r.msg, &r.map, nest, name->word);
	return talk(c, &r, a);
}

/* bearer, link, media: shown unless a verb says what to change. */
static int object(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	const struct change *what = changes;
	struct tipc_spec spec = { };
	int i, verb = -1, prop = 0;

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	while (strcmp(what->cmd, cmd->name))
		what++;
	for (i = 0; i < 3; i++) {
		if (spec.prop[i].word)
			prop = spec.prop[i].word;
		if (!spec.verb[i].word)
			continue;
		if (verb >= 0) {
			args_error(a, spec.verb[i].word,
				   "one thing at a time: \"%s\" was said already",
				   cmd->params[verb].word);
			return CGR_SYNTAX;
		}
		verb = i;
	}
	if (verb < 0 ? prop : prop && !what->props[verb]) {
		args_error(a, prop, "properties are for %s",
			   what->nest == TIPC_NLA_BEARER ? "enable and set" :
			   "set");
		return CGR_SYNTAX;
	}
	return verb < 0 ? tipc_show(c, cmd) : change(c, a, what, &spec, verb);
}

/* Hexadecimal, as it is shown. */
static int read_address(struct args *a, const struct arg_str *arg, __u32 *addr)
{
	char *end;

	*addr = strtoul(arg->val, &end, 16);
	if (*end || !*addr)
		return args_error(a, arg->word,
				  "\"%s\" is no address: 1 to 8 hexadecimal digits",
				  arg->val);
	return 0;
}

static void put_id(struct request *r, const struct arg_str *arg)
{
	__u8 id[TIPC_ID_LEN] = { };

	memcpy(id, arg->val, strlen(arg->val));
	attr_put(r->msg, &r->map, TIPC_NLA_NET_NODEID, id, 8, arg->word);
	attr_put(r->msg, &r->map, TIPC_NLA_NET_NODEID_W1, id + 8, 8,
		 arg->word);
}

/* Who this node is, or which other one is removed. */
static int identify(struct cgr *c, struct args *a, int genl,
		    const struct tipc_spec *spec)
{
	struct nlattr *nest;
	__u32 addr = 0;
	struct request r;

	if (spec->address.word && read_address(a, &spec->address, &addr))
		return CGR_SYNTAX;
	if (request_tipc(&r, &c->nl, genl, 0, &c->err))
		return CGR_KERNEL;
	nest = attr_nest(r.msg, TIPC_NLA_NET);
	if (spec->id.word)
		put_id(&r, &spec->id);
	if (spec->address.word)
		attr_put_u32(r.msg, &r.map, TIPC_NLA_NET_ADDR, addr,
			     spec->address.word);
	if (spec->netid.word)
		attr_put_u32(r.msg, &r.map, TIPC_NLA_NET_ID, spec->netid.val,
			     spec->netid.word);
	attr_nest_end(r.msg, &r.map, nest, 0);
	return talk(c, &r, a);
}

static int node(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct tipc_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (!spec.id.word && !spec.address.word && !spec.netid.word)
		return tipc_show(c, cmd);
	return identify(c, a, TIPC_NL_NET_SET, &spec);
}

static int peer(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct tipc_spec spec = { };

	if (args_parse(a, cmd->params, &spec))
		return CGR_SYNTAX;
	if (!spec.id.word && !spec.address.word)
		return tipc_show(c, cmd);
	if (spec.id.word && spec.address.word) {
		args_error(a, spec.address.word,
			   "either remove ID or remove-address ADDRESS");
		return CGR_SYNTAX;
	}
	return identify(c, a, TIPC_NL_PEER_REMOVE, &spec);
}

static int show(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	return tipc_show(c, cmd);
}

static const struct cgr_cmd cmds[] = {
	{ "show", "list", show_params, show, .flags = CMD_SHOWS },
	{ "node", NULL, node_params, node, .flags = CMD_SHOWS },
	{ "bearer", NULL, bearer_params, object, .flags = CMD_SHOWS },
	{ "link", NULL, link_params, object, .flags = CMD_SHOWS },
	{ "media", NULL, media_params, object, .flags = CMD_SHOWS },
	{ "peer", NULL, peer_params, peer, .flags = CMD_SHOWS },
	{ "nametable", NULL, show_params, show, .flags = CMD_SHOWS },
	{ "socket", NULL, show_params, show, .flags = CMD_SHOWS },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_tipc = { "tipc", cmds, rules };
