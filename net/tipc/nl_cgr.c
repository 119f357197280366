// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the family tipc_cgr, which tells what TIPCv2 has no attributes for.
 */
#include "netlink.h"

#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "admin.h"
#include "net.h"
#include "nodes.h"

static struct genl_family family;

#define PAD	1

static int put_stats(struct sk_buff *skb, int type, const u64 *val, int max)
{
	struct nlattr *nest = nla_nest_start(skb, type);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = PAD + 1; i <= max; i++) {
		if (nla_put_u64_64bit(skb, i, val[i], PAD))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

struct count {
	u32 bearers;
	u32 peers;
	u32 up;
};

static void count(struct tipc_nodes *nodes, struct count *count)
{
	struct tipc_bearer *bearer;
	struct tipc_node *node;

	*count = (struct count){ };
	rtnl_lock();
	list_for_each_entry(bearer, &nodes->bearers, list)
		count->bearers++;
	rtnl_unlock();
	rcu_read_lock();
	list_for_each_entry_rcu(node, &nodes->list, list) {
		spin_lock_bh(&node->lock);
		count->peers++;
		count->up += tipc_link_is_up(&node->peer.link);
		spin_unlock_bh(&node->lock);
	}
	rcu_read_unlock();
}

static int put_node(struct sk_buff *skb, void *arg)
{
	struct net *net = arg;
	struct tipc_nodes *nodes = tipc_nodes(net);
	struct tipc_self self;
	struct nlattr *nest;
	struct count nr;

	count(nodes, &nr);
	spin_lock_bh(&nodes->lock);
	self = nodes->self;
	spin_unlock_bh(&nodes->lock);
	nest = nla_nest_start(skb, TIPC_CGR_A_NODE);
	if (!nest ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_ADDR, self.addr) ||
	    (!self.addr && self.trial_end &&
	     nla_put_u32(skb, TIPC_CGR_NODE_A_TRIAL, self.trial)) ||
	    nla_put(skb, TIPC_CGR_NODE_A_ID, sizeof(self.id), self.id) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_NETID, self.netid) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_CAPS, self.caps) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_SOCKETS,
			atomic_read(&tipc_net(net)->ports.table.nelems)) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_BEARERS, nr.bearers) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_PEERS, nr.peers) ||
	    nla_put_u32(skb, TIPC_CGR_NODE_A_PEERS_UP, nr.up))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int node_get(struct sk_buff *request, struct genl_info *info)
{
	return tipc_nl_answer(info, &family, put_node, genl_info_net(info));
}

static int put_bearer(struct sk_buff *skb, void *arg)
{
	u64 val[TIPC_CGR_BEARER_STAT_MAX + 1];
	char name[TIPC_MAX_BEARER_NAME];
	struct tipc_bearer *bearer = arg;
	struct nlattr *nest;
	u32 peers;
	int i;

	for (i = PAD + 1; i <= TIPC_CGR_BEARER_STAT_MAX; i++)
		val[i] = tipc_bearer_count_of(bearer, i);
	spin_lock_bh(&bearer->lock);
	peers = bearer->disc.peers;
	spin_unlock_bh(&bearer->lock);
	snprintf(name, sizeof(name), "eth:%s", bearer->dev->name);
	nest = nla_nest_start(skb, TIPC_CGR_A_BEARER);
	if (!nest || nla_put_string(skb, TIPC_CGR_BEARER_A_NAME, name) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_NUMBER, bearer->number) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_MTU, tipc_bearer_mtu(bearer)) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_DOMAIN, bearer->config.domain) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_PRIORITY,
			bearer->config.priority) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_TOLERANCE,
			bearer->config.tolerance) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_WINDOW,
			bearer->config.window) ||
	    nla_put_u32(skb, TIPC_CGR_BEARER_A_PEERS, peers) ||
	    put_stats(skb, TIPC_CGR_BEARER_A_STATS, val,
		      TIPC_CGR_BEARER_STAT_MAX))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int bearer_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_bearer_walk(skb, cb, &family, TIPC_CGR_CMD_BEARER_GET,
				   put_bearer);
}

static void link_stats(const struct tipc_node *node, u64 *val)
{
	const struct tipc_link *link = &node->peer.link;
	const struct tipc_sendq_stats *tx = &link->sendq.stats;
	const struct tipc_recvq_stats *rx = &link->recvq.stats;

#define SET(_stat, _val) (val[TIPC_CGR_LINK_STAT_##_stat] = (_val))
	SET(TX_PACKETS, tx->packets);
	SET(TX_MESSAGES, tx->messages);
	SET(TX_FRAGMENTS, tx->fragments);
	SET(TX_FRAGMENTED, tx->fragmented);
	SET(TX_BUNDLES, tx->bundles);
	SET(TX_BUNDLED, tx->bundled);
	SET(TX_RETRANSMITS, tx->retransmits);
	SET(TX_REFUSED, tx->refused);
	SET(TX_SHRINKS, tx->shrinks);
	SET(TX_STATES, link->stats.sent);
	SET(TX_PROBES, link->stats.probes_sent);
	SET(TX_GAPS, link->stats.gaps_sent);
	SET(RX_PACKETS, rx->packets);
	SET(RX_MESSAGES, rx->messages);
	SET(RX_FRAGMENTS, rx->fragments);
	SET(RX_FRAGMENTED, rx->fragmented);
	SET(RX_BUNDLES, rx->bundles);
	SET(RX_BUNDLED, rx->bundled);
	SET(RX_EARLY, rx->early);
	SET(RX_STATES, link->stats.received);
	SET(RX_PROBES, link->stats.probes_received);
	SET(RX_GAPS, link->stats.gaps_received);
	SET(DROP_DUPLICATE, rx->duplicates);
	SET(DROP_TOO_FAR, rx->too_far);
	SET(DROP_WRONG, rx->wrong);
	SET(DROP_MEMORY, rx->no_memory);
	SET(DROP_STALE, link->stats.refused);
	SET(DROP_UNWANTED, node->peer.stats.unwanted);
	SET(NAMES_REFUSED, node->peer.stats.names_refused);
	SET(UPS, link->stats.ups);
#undef SET
}

static u64 waiting(const struct tipc_sendq *sq)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < TIPC_LEVELS; i++)
		sum += sq->waits[i];
	return sum;
}

static int put_sendq(struct sk_buff *skb, const struct tipc_sendq *sq)
{
	return nla_put_u32(skb, TIPC_CGR_LINK_A_WINDOW, sq->window) ?:
	       nla_put_u32(skb, TIPC_CGR_LINK_A_WINDOW_SET, sq->window_set) ?:
	       nla_put_u32(skb, TIPC_CGR_LINK_A_IN_FLIGHT,
			   skb_queue_len(&sq->sent)) ?:
	       nla_put_u64_64bit(skb, TIPC_CGR_LINK_A_WAITING, waiting(sq),
				 PAD) ?:
	       nla_put_u64_64bit(skb, TIPC_CGR_LINK_A_RTT, sq->rtt, PAD);
}

static int put_histograms(struct sk_buff *skb,
			  const struct tipc_sendq_stats *stats)
{
	return nla_put_64bit(skb, TIPC_CGR_LINK_A_LATENCY,
			     sizeof(stats->latency), stats->latency, PAD) ?:
	       nla_put_64bit(skb, TIPC_CGR_LINK_A_SENDS, sizeof(stats->sends),
			     stats->sends, PAD);
}

static int put_locked(struct sk_buff *skb, const struct tipc_node *node)
{
	const struct tipc_link *link = &node->peer.link;
	u64 val[TIPC_CGR_LINK_STAT_MAX + 1] = { };
	char name[TIPC_MAX_LINK_NAME];
	struct nlattr *nest;

	/* What is told of a state is what the state machine calls it. */
	static_assert(TIPC_LINK_BROKEN == (int)TIPC_CGR_LINK_STATE_BROKEN);
	static_assert(TIPC_LINK_UP == (int)TIPC_CGR_LINK_STATE_UP);
	static_assert(TIPC_END_STUCK == (int)TIPC_CGR_LINK_END_STUCK);
	static_assert(TIPC_END_OWNER == (int)TIPC_CGR_LINK_END_OWNER);
	link_stats(node, val);
	tipc_admin_link_name(node, name);
	nest = nla_nest_start(skb, TIPC_CGR_A_LINK);
	if (!nest || nla_put_string(skb, TIPC_CGR_LINK_A_NAME, name) ||
	    nla_put_u32(skb, TIPC_CGR_LINK_A_PEER, node->addr) ||
	    nla_put(skb, TIPC_CGR_LINK_A_PEER_ID, sizeof(node->id), node->id) ||
	    nla_put_u32(skb, TIPC_CGR_LINK_A_PEER_CAPS, link->config.caps))
		return -EMSGSIZE;
	snprintf(name, sizeof(name), "eth:%.*s", TIPC_MAX_IF_NAME,
		 link->config.if_name);
	if (nla_put_string(skb, TIPC_CGR_LINK_A_BEARER, name) ||
	    nla_put_u8(skb, TIPC_CGR_LINK_A_STATE, link->state) ||
	    nla_put_u8(skb, TIPC_CGR_LINK_A_END, link->end) ||
	    nla_put_u32(skb, TIPC_CGR_LINK_A_MTU,
			tipc_link_is_up(link) ? link->mtu : link->config.mtu) ||
	    nla_put_u32(skb, TIPC_CGR_LINK_A_PRIORITY, link->priority) ||
	    nla_put_u32(skb, TIPC_CGR_LINK_A_TOLERANCE, link->tolerance) ||
	    put_sendq(skb, &link->sendq) ||
	    put_stats(skb, TIPC_CGR_LINK_A_STATS, val,
		      TIPC_CGR_LINK_STAT_MAX) ||
	    put_histograms(skb, &link->sendq.stats))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_link(struct sk_buff *skb, void *arg)
{
	struct tipc_node *node = arg;
	int err;

	spin_lock_bh(&node->lock);
	err = put_locked(skb, node);
	spin_unlock_bh(&node->lock);
	return err;
}

static int link_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_node_walk(skb, cb, &family, TIPC_CGR_CMD_LINK_GET,
				 put_link);
}

static const struct genl_ops ops[] = {
	{
		.cmd	= TIPC_CGR_CMD_NODE_GET,
		.doit	= node_get,
	},
	{
		.cmd	= TIPC_CGR_CMD_BEARER_GET,
		.dumpit	= bearer_dump,
	},
	{
		.cmd	= TIPC_CGR_CMD_LINK_GET,
		.dumpit	= link_dump,
	},
};

static struct genl_family family __ro_after_init = {
	.name		= TIPC_CGR_GENL_NAME,
	.version	= TIPC_CGR_GENL_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.resv_start_op	= TIPC_CGR_CMD_MAX + 1,
};

/**
 * tipc_nl_cgr_setup() - register the family tipc_cgr
 *
 * Return: 0 or a negative errno.
 */
int __init tipc_nl_cgr_setup(void)
{
	return genl_register_family(&family);
}

/**
 * tipc_nl_cgr_teardown() - unregister it
 */
void tipc_nl_cgr_teardown(void)
{
	genl_unregister_family(&family);
}
