// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: this node, and which cluster it is in.
 */
#include "netlink.h"

#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "admin.h"
#include "nodes.h"

#define NETID_MAX	9999

static const struct nla_policy policy[TIPC_NLA_NET_MAX + 1] = {
	[TIPC_NLA_NET_ID]	= NLA_POLICY_RANGE(NLA_U32, 1, NETID_MAX),
	[TIPC_NLA_NET_ADDR]	= NLA_POLICY_MIN(NLA_U32, 1),
	[TIPC_NLA_NET_NODEID]	= { .type = NLA_U64 },
	[TIPC_NLA_NET_NODEID_W1] = { .type = NLA_U64 },
};

static int put(struct sk_buff *skb, void *arg)
{
	const struct tipc_self *self = arg;
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_NET);

	/* Programs take both halves for granted, and know of no padding. */
	if (!nest || nla_put_u32(skb, TIPC_NLA_NET_ID, self->netid) ||
	    nla_put_u32(skb, TIPC_NLA_NET_ADDR, self->addr) ||
	    nla_put(skb, TIPC_NLA_NET_NODEID, 8, self->id) ||
	    nla_put(skb, TIPC_NLA_NET_NODEID_W1, 8, self->id + 8))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * tipc_nl_net_dump() - %TIPC_NL_NET_GET
 * @skb: the answer, one message
 * @cb: how far the dump is
 *
 * Return: bytes in @skb.
 */
int tipc_nl_net_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tipc_nodes *nodes = tipc_nodes(sock_net(skb->sk));
	struct tipc_self self;

	if (cb->args[0])
		return 0;
	spin_lock_bh(&nodes->lock);
	self = nodes->self;
	spin_unlock_bh(&nodes->lock);
	if (!tipc_nl_dump_one(skb, cb, &tipc_genl_family, TIPC_NL_NET_GET, put,
			      &self))
		return -EMSGSIZE;
	cb->args[0] = 1;
	return skb->len;
}

/**
 * tipc_nl_net_set() - %TIPC_NL_NET_SET
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -ERANGE, -EPERM if it is too late.
 */
int tipc_nl_net_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_NET_MAX + 1];
	u32 netid = 0, addr = 0;
	u64 id[2] = { };
	int err;

	err = tipc_nl_object(info, TIPC_NLA_NET, tb, TIPC_NLA_NET_MAX, policy);
	if (err)
		return err;
	if (tb[TIPC_NLA_NET_ID])
		netid = nla_get_u32(tb[TIPC_NLA_NET_ID]);
	if (tb[TIPC_NLA_NET_ADDR])
		addr = nla_get_u32(tb[TIPC_NLA_NET_ADDR]);
	if (tb[TIPC_NLA_NET_NODEID])
		id[0] = nla_get_u64(tb[TIPC_NLA_NET_NODEID]);
	if (tb[TIPC_NLA_NET_NODEID_W1])
		id[1] = nla_get_u64(tb[TIPC_NLA_NET_NODEID_W1]);
	if (!tb[TIPC_NLA_NET_NODEID] != !tb[TIPC_NLA_NET_NODEID_W1] ||
	    (tb[TIPC_NLA_NET_NODEID] && !id[0] && !id[1])) {
		NL_SET_ERR_MSG(info->extack,
			       "An identity has two halves, and is not zero");
		return -EINVAL;
	}
	rtnl_lock();
	err = tipc_admin_identify(tipc_nodes(genl_info_net(info)), netid, addr,
				  tb[TIPC_NLA_NET_NODEID] ? (u8 *)id : NULL,
				  info->extack);
	rtnl_unlock();
	return err;
}

static int put_legacy(struct sk_buff *skb, void *arg)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_NET);

	if (!nest)
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * tipc_nl_addr_legacy_get() - %TIPC_NL_ADDR_LEGACY_GET: whether addresses are to be
 *	shown as zone.cluster.node; they are not
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0 or -ENOMEM.
 */
int tipc_nl_addr_legacy_get(struct sk_buff *skb, struct genl_info *info)
{
	return tipc_nl_answer(info, &tipc_genl_family, put_legacy, NULL);
}
