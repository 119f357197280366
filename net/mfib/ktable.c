// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel routes local sockets by its own tables. For them mfib keeps
 *
 *  - the rule "l3mdev", which sends what belongs to a FIB to the table of the
 *    FIB's id; VRFs have one of their own,
 *  - in that table, a catch-all per port and one of the FIB's device, with
 *    metrics that leave precedence to everything else. They only make the
 *    kernel call mfib_output() or mfib_xmit().
 *
 * All of it carries the protocol number RTPROT_MFIB, comes back when somebody
 * flushes it, and goes with the port, the device, or the last FIB's device.
 *
 * It is done by rtnetlink messages from a work item, since the kernel's
 * functions are not exported and the RTNL must not be held.
 */
#include "ktable.h"

#include <linux/fib_rules.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "device.h"
#include "fib.h"
#include "net.h"
#include "route.h"

#define RULE_PRIORITY		1000
/* The kernel tells only of the best route of a prefix. Who flushes a table
 * removes the others right before or after.
 */
#define RECHECK_DELAY		(HZ / 5)
#define CATCHALL_METRIC		0xfe000000U
#define CATCHALL_METRIC_LAST	0xfeffffffU

/* Sends one request to rtnetlink, which carries it out before this returns.
 * Returns the errno that rtnetlink answered.
 */
static int request(struct net *net, struct sk_buff *skb)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = {
		/* Naming the destination makes it a kernel's request: the
		 * socket has no file whose opener could be asked for rights.
		 */
		.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
	};
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
	} answer;
	struct kvec iov = { skb->data, skb->len };
	struct socket *sock;
	int err;

	err = sock_create_kern(net, PF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock);
	if (err)
		return err;
	err = kernel_sendmsg(sock, &msg, &iov, 1, skb->len);
	if (err < 0)
		goto release;
	iov.iov_base = &answer;
	iov.iov_len = sizeof(answer);
	memset(&msg, 0, sizeof(msg));
	err = kernel_recvmsg(sock, &msg, &iov, 1, sizeof(answer), MSG_DONTWAIT);
	if (err < 0)
		goto release;
	err = -EPROTO;
	if (answer.nlh.nlmsg_type == NLMSG_ERROR)
		err = answer.err.error;
release:
	sock_release(sock);
	return err;
}

static struct sk_buff *start(int type, int flags, size_t header,
			     struct nlmsghdr **nlh)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*nlh = nlmsg_put(skb, 0, 0, type, header,
			 NLM_F_REQUEST | NLM_F_ACK | flags);
	memset(nlmsg_data(*nlh), 0, header);
	return skb;
}

static int change_rule(struct net *net, int family, bool add)
{
	struct fib_rule_hdr *rule;
	struct nlmsghdr *nlh;
	struct sk_buff *skb;
	int err = -EMSGSIZE;

	skb = start(add ? RTM_NEWRULE : RTM_DELRULE,
		    add ? NLM_F_CREATE | NLM_F_EXCL : 0, sizeof(*rule), &nlh);
	if (!skb)
		return -ENOMEM;
	rule = nlmsg_data(nlh);
	rule->family = family;
	rule->action = FR_ACT_TO_TBL;
	if (!nla_put_u8(skb, FRA_PROTOCOL, RTPROT_MFIB) &&
	    !nla_put_u8(skb, FRA_L3MDEV, 1) &&
	    !nla_put_u32(skb, FRA_PRIORITY, RULE_PRIORITY)) {
		nlmsg_end(skb, nlh);
		err = request(net, skb);
	}
	kfree_skb(skb);
	return err;
}

/* Where a catch-all is, and the families in which it is to be there. */
struct catchall {
	u32 table;
	int ifindex;
	u32 metric;
	u8 families;
};

static int change_catchall(struct net *net, int family,
			   const struct catchall *route, bool add)
{
	struct rtmsg *rtm;
	struct nlmsghdr *nlh;
	struct sk_buff *skb;
	int err = -EMSGSIZE;

	skb = start(add ? RTM_NEWROUTE : RTM_DELROUTE,
		    add ? NLM_F_CREATE | NLM_F_EXCL : 0, sizeof(*rtm), &nlh);
	if (!skb)
		return -ENOMEM;
	rtm = nlmsg_data(nlh);
	rtm->rtm_family = family;
	rtm->rtm_table = RT_TABLE_UNSPEC;
	rtm->rtm_protocol = RTPROT_MFIB;
	rtm->rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	rtm->rtm_type = RTN_UNICAST;
	if (!nla_put_u32(skb, RTA_TABLE, route->table) &&
	    !nla_put_u32(skb, RTA_OIF, route->ifindex) &&
	    !nla_put_u32(skb, RTA_PRIORITY, route->metric)) {
		nlmsg_end(skb, nlh);
		err = request(net, skb);
	}
	kfree_skb(skb);
	return err;
}

static const int families[MFIB_FAMILIES] = { AF_INET, AF_INET6 };

static bool has_family(enum mfib_family family)
{
	return family == MFIB_IPV4 || ipv6_mod_enabled();
}

static void add_rules(struct mfib_net *mnet)
{
	int i, err;

	for (i = 0; i < MFIB_FAMILIES; i++) {
		if (!has_family(i))
			continue;
		err = change_rule(mnet->net, families[i], true);
		if (!err)
			mnet->ktable.rules |= BIT(i);
		else if (err != -EEXIST)
			net_warn_ratelimited("mfib: rule \"l3mdev\" not added: error %d\n",
					     err);
	}
}

static void remove_rules(struct mfib_net *mnet)
{
	int i;

	for (i = 0; i < MFIB_FAMILIES; i++) {
		if (mnet->ktable.rules & BIT(i))
			change_rule(mnet->net, families[i], false);
	}
	mnet->ktable.rules = 0;
}

static bool any_device(struct mfib_net *mnet)
{
	struct mfib_fib *fib;
	unsigned long id;

	ASSERT_MFIB(mnet);
	xa_for_each(&mnet->fibs, id, fib)
		if (fib->dev)
			return true;
	return false;
}

/* Whether a FIB follows a default route that refuses all else. The kernel would
 * pass over it for the catch-all of a port, but only if that port is where an
 * IPv6 socket is bound to.
 */
static bool refuses(const struct mfib_fib *fib, enum mfib_family family)
{
	const struct mfib_prefix all = { .family = family };
	const struct mfib_info *info = mfib_route_followed(fib, &all);

	return info && (info->key.type == RTN_UNREACHABLE ||
			info->key.type == RTN_PROHIBIT ||
			info->key.type == RTN_BLACKHOLE);
}

static u8 families_of(const struct mfib_port *port)
{
	const struct mfib_fib *fib = mfib_fib_find(mfib_net(dev_net(port->dev)),
						   port->fib_id);
	u8 ret = 0;
	int i;

	for (i = 0; i < MFIB_FAMILIES; i++)
		if (has_family(i) && (mfib_dev_is(port->dev) || !fib ||
				      !refuses(fib, i)))
			ret |= BIT(i);
	return ret;
}

static bool next_dirty(struct mfib_net *mnet, struct catchall *route)
{
	struct mfib_port *port;

	mfib_lock(mnet);
	port = list_first_entry_or_null(&mnet->ktable.dirty, struct mfib_port,
					dirty);
	if (port) {
		list_del_init(&port->dirty);
		route->table = port->fib_id;
		route->ifindex = port->dev->ifindex;
		route->metric = mfib_dev_is(port->dev) ?
				CATCHALL_METRIC_LAST :
				CATCHALL_METRIC | (route->ifindex & 0xfffff);
		route->families = families_of(port);
	}
	mfib_unlock(mnet);
	return port;
}

static bool still_wanted(struct mfib_net *mnet, const struct catchall *route)
{
	struct mfib_fib *fib;
	bool wanted = false;

	mfib_lock(mnet);
	fib = mfib_fib_find(mnet, route->table);
	if (fib && fib->dev) {
		struct mfib_dev *mdev = netdev_priv(fib->dev);

		wanted = route->ifindex == fib->dev->ifindex ||
			 xa_load(&mdev->ports, route->ifindex);
	}
	mfib_unlock(mnet);
	return wanted;
}

static void update_catchalls(struct mfib_net *mnet)
{
	struct catchall route;
	int i;

	while (next_dirty(mnet, &route)) {
		/* It may have gone down or away again; then the kernel refuses
		 * and the next event counts.
		 */
		for (i = 0; i < MFIB_FAMILIES; i++) {
			if (has_family(i))
				change_catchall(mnet->net, families[i], &route,
						route.families & BIT(i));
		}
		/* A port that leaves takes its routes along, but not one that
		 * comes after it has left.
		 */
		if (still_wanted(mnet, &route))
			continue;
		for (i = 0; i < MFIB_FAMILIES; i++) {
			if (has_family(i))
				change_catchall(mnet->net, families[i], &route,
						false);
		}
	}
}

static void update(struct mfib_net *mnet)
{
	bool wanted;

	mfib_lock(mnet);
	wanted = any_device(mnet);
	mfib_unlock(mnet);
	if (wanted)
		add_rules(mnet);
	else
		remove_rules(mnet);
	update_catchalls(mnet);
}

static void work(struct work_struct *work)
{
	update(container_of(work, struct mfib_net, ktable.work));
}

static void mark(struct mfib_net *mnet, struct mfib_port *port)
{
	if (list_empty(&port->dirty))
		list_add_tail(&port->dirty, &mnet->ktable.dirty);
}

static void recheck(struct work_struct *work)
{
	struct mfib_net *mnet = container_of(work, struct mfib_net,
					     ktable.recheck.work);
	unsigned long id, ifindex;
	struct mfib_port *port;
	struct mfib_fib *fib;

	mfib_lock(mnet);
	xa_for_each(&mnet->fibs, id, fib) {
		struct mfib_dev *mdev;

		if (!fib->recheck || !fib->dev)
			continue;
		fib->recheck = false;
		mdev = netdev_priv(fib->dev);
		mark(mnet, &mdev->self);
		xa_for_each(&mdev->ports, ifindex, port)
			mark(mnet, port);
	}
	mfib_unlock(mnet);
	update(mnet);
}

/**
 * mfib_ktable_recheck() - have a FIB's table seen through soon
 * @fib: the FIB; somebody changed the default routes of its table
 *
 * Context: &mfib_net.lock.
 */
void mfib_ktable_recheck(struct mfib_fib *fib)
{
	ASSERT_MFIB(fib->mnet);
	fib->recheck = true;
	queue_delayed_work(mfib_wq, &fib->mnet->ktable.recheck, RECHECK_DELAY);
}

/**
 * mfib_ktable_update() - have the kernel's tables brought up to date
 * @mnet: the namespace
 * @port: a port whose catch-all may be missing, or NULL
 *
 * Context: &mfib_net.lock. The work is done soon afterwards.
 */
void mfib_ktable_update(struct mfib_net *mnet, struct mfib_port *port)
{
	ASSERT_MFIB(mnet);
	if (port)
		mark(mnet, port);
	queue_work(mfib_wq, &mnet->ktable.work);
}

/**
 * mfib_ktable_setup() - prepare a namespace
 * @mnet: the namespace
 */
void mfib_ktable_setup(struct mfib_net *mnet)
{
	INIT_LIST_HEAD(&mnet->ktable.dirty);
	INIT_WORK(&mnet->ktable.work, work);
	INIT_DELAYED_WORK(&mnet->ktable.recheck, recheck);
}

/**
 * mfib_ktable_teardown() - take back what is left in a namespace
 * @mnet: the namespace; its FIBs have no devices any more
 *
 * Context: process context, without the RTNL.
 */
void mfib_ktable_teardown(struct mfib_net *mnet)
{
	cancel_delayed_work_sync(&mnet->ktable.recheck);
	cancel_work_sync(&mnet->ktable.work);
	/* A namespace that is going takes its rules along. */
	if (check_net(mnet->net))
		remove_rules(mnet);
}
