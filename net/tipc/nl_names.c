// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the binding table.
 */
#include "netlink.h"

#include <net/sock.h>

#include "names.h"
#include "net.h"

struct names_dump {
	struct tipc_names_pos pos;
	bool done;
};

struct filler {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	const struct tipc_publ *publ;
	u32 self;
};

static int put_publ(struct sk_buff *skb, const struct tipc_publ *publ, u32 self)
{
	return nla_put_u32(skb, TIPC_NLA_PUBL_TYPE, publ->type) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_LOWER, publ->lower) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_UPPER, publ->upper) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_SCOPE, publ->scope) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_NODE,
			   publ->near ? self : publ->node) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_REF, publ->port) ?:
	       nla_put_u32(skb, TIPC_NLA_PUBL_KEY, publ->key);
}

static int put(struct sk_buff *skb, void *arg)
{
	struct nlattr *table, *nest;
	struct filler *f = arg;

	table = nla_nest_start_noflag(skb, TIPC_NLA_NAME_TABLE);
	if (!table)
		return -EMSGSIZE;
	nest = nla_nest_start_noflag(skb, TIPC_NLA_NAME_TABLE_PUBL);
	if (!nest || put_publ(skb, f->publ, f->self))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	nla_nest_end(skb, table);
	return 0;
}

static int fill(const struct tipc_publ *publ, void *arg)
{
	struct filler *f = arg;

	f->publ = publ;
	return tipc_nl_dump_one(f->skb, f->cb, &tipc_genl_family,
				TIPC_NL_NAME_TABLE_GET, put, f) ?
	       0 : -EMSGSIZE;
}

/**
 * tipc_nl_names_dump() - %TIPC_NL_NAME_TABLE_GET
 * @skb: where messages go, one for each publication
 * @cb: the dump
 *
 * What is there all the time is shown once. The end says whether something was
 * published or withdrawn meanwhile.
 *
 * Return: bytes, 0 at the end.
 */
int tipc_nl_names_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(skb->sk);
	struct filler f = { .skb = skb, .cb = cb, .self = tipc_self(net) };
	struct names_dump *at = (struct names_dump *)cb->ctx;
	struct tipc_names *names = &tipc_net(net)->names;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	if (at->done)
		return 0;
	tipc_nl_watch(cb, READ_ONCE(names->changes));
	at->done = !tipc_names_walk(names, &at->pos, fill, &f);
	tipc_nl_watch(cb, READ_ONCE(names->changes));
	return skb->len;
}
