// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: other nodes.
 */
#include "netlink.h"

#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "admin.h"
#include "nodes.h"

static const struct nla_policy policy[TIPC_NLA_NET_MAX + 1] = {
	[TIPC_NLA_NET_ADDR]	= { .type = NLA_U32 },
	[TIPC_NLA_NET_NODEID]	= { .type = NLA_U64 },
	[TIPC_NLA_NET_NODEID_W1] = { .type = NLA_U64 },
};

/**
 * tipc_nl_node_walk() - dump something about each other node
 * @skb: where messages go, one for each node
 * @cb: the dump, with how many nodes have been told
 * @family: what the messages are of
 * @cmd: likewise
 * @put: puts attributes into a message, of a &struct tipc_node; under RCU, not
 *	locked
 *
 * If nodes came or went meanwhile, the dump says that it was interrupted.
 *
 * Return: bytes in @skb; -EMSGSIZE if one node does not fit.
 */
int tipc_nl_node_walk(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct genl_family *family, u8 cmd,
		      int (*put)(struct sk_buff *skb, void *node))
{
	struct tipc_nodes *nodes = tipc_nodes(sock_net(skb->sk));
	struct tipc_node *node;
	long i = 0;
	void *hdr;

	rcu_read_lock();
	cb->seq = READ_ONCE(nodes->changes) + 1;
	list_for_each_entry_rcu(node, &nodes->list, list) {
		if (i++ < cb->args[0])
			continue;
		hdr = tipc_nl_dump_one(skb, cb, family, cmd, put, node);
		if (!hdr)
			break;
		genl_dump_check_consistent(cb, hdr);
		cb->args[0] = i;
	}
	rcu_read_unlock();
	return skb->len;
}

static int put(struct sk_buff *skb, void *arg)
{
	struct tipc_node *node = arg;
	struct nlattr *nest;
	bool up;

	spin_lock_bh(&node->lock);
	up = tipc_link_is_up(&node->peer.link);
	spin_unlock_bh(&node->lock);
	nest = nla_nest_start_noflag(skb, TIPC_NLA_NODE);
	if (!nest || nla_put_u32(skb, TIPC_NLA_NODE_ADDR, node->addr) ||
	    nla_put(skb, TIPC_NLA_NODE_ID, sizeof(node->id), node->id) ||
	    (up && nla_put_flag(skb, TIPC_NLA_NODE_UP)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * tipc_nl_node_dump() - %TIPC_NL_NODE_GET
 * @skb: the answer
 * @cb: how far the dump is
 *
 * Return: bytes in @skb.
 */
int tipc_nl_node_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_node_walk(skb, cb, &tipc_genl_family, TIPC_NL_NODE_GET,
				 put);
}

/**
 * tipc_nl_peer_remove() - %TIPC_NL_PEER_REMOVE
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, what tipc_admin_remove() says.
 */
int tipc_nl_peer_remove(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_NET_MAX + 1];
	bool by_id;
	u64 id[2];
	int err;

	err = tipc_nl_object(info, TIPC_NLA_NET, tb, TIPC_NLA_NET_MAX, policy);
	if (err)
		return err;
	by_id = tb[TIPC_NLA_NET_NODEID] && tb[TIPC_NLA_NET_NODEID_W1];
	if (by_id == !!tb[TIPC_NLA_NET_ADDR]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which node: its address, or both halves of its identity");
		return -EINVAL;
	}
	if (by_id) {
		id[0] = nla_get_u64(tb[TIPC_NLA_NET_NODEID]);
		id[1] = nla_get_u64(tb[TIPC_NLA_NET_NODEID_W1]);
	}
	rtnl_lock();
	err = tipc_admin_remove(tipc_nodes(genl_info_net(info)),
				by_id ? 0 : nla_get_u32(tb[TIPC_NLA_NET_ADDR]),
				by_id ? (u8 *)id : NULL, info->extack);
	rtnl_unlock();
	return err;
}
