// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: links.
 */
#include "netlink.h"

#include <net/sock.h>

#include "admin.h"
#include "nl_props.h"
#include "nodes.h"

#define BCLINK_NAME	"broadcast-link"

static const struct nla_policy policy[TIPC_NLA_LINK_MAX + 1] = {
	[TIPC_NLA_LINK_NAME]	= { .type = NLA_NUL_STRING,
				    .len = TIPC_MAX_LINK_NAME - 1 },
	[TIPC_NLA_LINK_PROP]	= { .type = NLA_NESTED },
	[TIPC_NLA_LINK_BROADCAST] = { .type = NLA_FLAG },
};

/*
 * The counters that TIPCv2 has attributes for. What we do not measure is 0, except
 * that programs divide by TIPC_NLA_STATS_MSG_PROF_TOT.
 */
static int put_stats(struct sk_buff *skb, const struct tipc_link *link)
{
	const struct tipc_sendq_stats *tx = &link->sendq.stats;
	const struct tipc_recvq_stats *rx = &link->recvq.stats;
	const u32 val[TIPC_NLA_STATS_MAX + 1] = {
		[TIPC_NLA_STATS_RX_FRAGMENTS] = rx->fragments,
		[TIPC_NLA_STATS_RX_FRAGMENTED] = rx->fragmented,
		[TIPC_NLA_STATS_RX_BUNDLES] = rx->bundles,
		[TIPC_NLA_STATS_RX_BUNDLED] = rx->bundled,
		[TIPC_NLA_STATS_TX_FRAGMENTS] = tx->fragments,
		[TIPC_NLA_STATS_TX_FRAGMENTED] = tx->fragmented,
		[TIPC_NLA_STATS_TX_BUNDLES] = tx->bundles,
		[TIPC_NLA_STATS_TX_BUNDLED] = tx->bundled,
		[TIPC_NLA_STATS_MSG_PROF_TOT] = 1,
		[TIPC_NLA_STATS_RX_STATES] = link->stats.received,
		[TIPC_NLA_STATS_RX_PROBES] = link->stats.probes_received,
		[TIPC_NLA_STATS_RX_NACKS] = link->stats.gaps_received,
		[TIPC_NLA_STATS_RX_DEFERRED] = rx->early,
		[TIPC_NLA_STATS_TX_STATES] = link->stats.sent,
		[TIPC_NLA_STATS_TX_PROBES] = link->stats.probes_sent,
		[TIPC_NLA_STATS_TX_NACKS] = link->stats.gaps_sent,
		[TIPC_NLA_STATS_RETRANSMITTED] = tx->retransmits,
		[TIPC_NLA_STATS_DUPLICATES] = rx->duplicates,
		[TIPC_NLA_STATS_LINK_CONGS] = tx->refused,
	};
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_LINK_STATS);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = TIPC_NLA_STATS_UNSPEC + 1; i <= TIPC_NLA_STATS_MAX; i++) {
		if (nla_put_u32(skb, i, val[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_link(struct sk_buff *skb, const struct tipc_node *node)
{
	const struct tipc_link *link = &node->peer.link;
	bool up = tipc_link_is_up(link);
	char name[TIPC_MAX_LINK_NAME];
	struct nlattr *nest;

	tipc_admin_link_name(node, name);
	nest = nla_nest_start_noflag(skb, TIPC_NLA_LINK);
	if (!nest || nla_put_string(skb, TIPC_NLA_LINK_NAME, name) ||
	    nla_put_u32(skb, TIPC_NLA_LINK_DEST, node->addr) ||
	    nla_put_u32(skb, TIPC_NLA_LINK_MTU,
			up ? link->mtu : link->config.mtu) ||
	    nla_put_u32(skb, TIPC_NLA_LINK_RX, link->recvq.stats.packets) ||
	    nla_put_u32(skb, TIPC_NLA_LINK_TX, link->sendq.stats.packets) ||
	    (up && (nla_put_flag(skb, TIPC_NLA_LINK_UP) ||
		    nla_put_flag(skb, TIPC_NLA_LINK_ACTIVE))) ||
	    tipc_nl_props_put(skb, TIPC_NLA_LINK_PROP, link->priority,
			      link->tolerance, link->sendq.window_set) ||
	    put_stats(skb, link))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put(struct sk_buff *skb, void *arg)
{
	struct tipc_node *node = arg;
	int err;

	spin_lock_bh(&node->lock);
	err = put_link(skb, node);
	spin_unlock_bh(&node->lock);
	return err;
}

static int parse(struct genl_info *info, struct nlattr **tb)
{
	int err;

	err = tipc_nl_object(info, TIPC_NLA_LINK, tb, TIPC_NLA_LINK_MAX,
			     policy);
	if (err)
		return err;
	if (!tb[TIPC_NLA_LINK_NAME]) {
		NL_SET_ERR_MSG(info->extack, "The name of the link is missing");
		return -EINVAL;
	}
	if (!nla_strcmp(tb[TIPC_NLA_LINK_NAME], BCLINK_NAME)) {
		NL_SET_ERR_MSG(info->extack,
			       "There is no broadcast link: multicast messages are sent to each node");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Under RCU. */
static struct tipc_node *find(struct genl_info *info, struct nlattr **tb)
{
	struct tipc_node *node;

	node = tipc_admin_find(tipc_nodes(genl_info_net(info)),
			       nla_data(tb[TIPC_NLA_LINK_NAME]));
	if (!node)
		NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_LINK_NAME],
				    "There is no such link");
	return node;
}

/* What tipc_nl_link_get() looks for, and tipc_nl_answer() has put. */
struct request {
	struct genl_info *info;
	struct nlattr **tb;
};

static int put_requested(struct sk_buff *skb, void *arg)
{
	struct request *request = arg;
	struct tipc_node *node;
	int err = -EINVAL;

	rcu_read_lock();
	node = find(request->info, request->tb);
	if (node)
		err = put(skb, node);
	rcu_read_unlock();
	return err;
}

/**
 * tipc_nl_link_get() - %TIPC_NL_LINK_GET for one
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0; -EINVAL if there is no such link, -EOPNOTSUPP for the broadcast
 * link, -ENOMEM.
 */
int tipc_nl_link_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_LINK_MAX + 1];
	struct request request = { .info = info, .tb = tb };
	int err;

	err = parse(info, tb);
	return err ?: tipc_nl_answer(info, &tipc_genl_family, put_requested, &request);
}

/**
 * tipc_nl_link_dump() - %TIPC_NL_LINK_GET for all
 * @skb: the answer
 * @cb: how far the dump is
 *
 * Return: bytes in @skb.
 */
int tipc_nl_link_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_node_walk(skb, cb, &tipc_genl_family, TIPC_NL_LINK_GET,
				 put);
}

/**
 * tipc_nl_link_set() - %TIPC_NL_LINK_SET
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0; -EINVAL, -ERANGE, -EOPNOTSUPP.
 */
int tipc_nl_link_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_LINK_MAX + 1];
	struct tipc_nl_props props;
	struct tipc_node *node;
	int err;

	err = parse(info, tb) ?:
	      tipc_nl_props_parse(tb[TIPC_NLA_LINK_PROP], &props,
				  info->extack);
	if (err)
		return err;
	rcu_read_lock();
	node = find(info, tb);
	if (node)
		tipc_admin_set(node, &props);
	rcu_read_unlock();
	return node ? 0 : -EINVAL;
}

/**
 * tipc_nl_link_reset_stats() - %TIPC_NL_LINK_RESET_STATS
 * @skb: the request
 * @info: its attributes
 *
 * Return: 0; -EINVAL, -EOPNOTSUPP.
 */
int tipc_nl_link_reset_stats(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_LINK_MAX + 1];
	struct tipc_node *node;
	int err;

	err = parse(info, tb);
	if (err)
		return err;
	rcu_read_lock();
	node = find(info, tb);
	if (node)
		tipc_admin_reset_stats(node);
	rcu_read_unlock();
	return node ? 0 : -EINVAL;
}
