// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include <linux/etherdevice.h>
#include <net/addrconf.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/rtnetlink.h>

#include "alias.h"
#include "datapath.h"
#include "dst.h"
#include "fib.h"
#include "follow.h"
#include "ktable.h"
#include "leak.h"
#include "nexthop.h"
#include "notify.h"
#include "route.h"

static const struct net_device_ops mfib_netdev_ops;

/**
 * mfib_dev_is() - whether a device is one of kind "mfib"
 * @dev: the device
 */
bool mfib_dev_is(const struct net_device *dev)
{
	return dev->netdev_ops == &mfib_netdev_ops;
}

/**
 * mfib_dev_fib_id() - id of the FIB of a device of kind "mfib"
 * @dev: the device
 */
u32 mfib_dev_fib_id(const struct net_device *dev)
{
	const struct mfib_dev *mdev = netdev_priv(dev);

	return mdev->self.fib_id;
}

/**
 * mfib_dev_counters() - counters of a FIB
 * @dev: its device
 * @sum: the counters are added to this
 *
 * Context: the RTNL, &mfib_net.lock or rcu_read_lock().
 */
void mfib_dev_counters(const struct net_device *dev, struct mfib_counters *sum)
{
	struct mfib_dev *mdev = netdev_priv(dev);
	struct mfib_port *port;
	unsigned long ifindex;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sum->value); i++)
		sum->value[i] += READ_ONCE(mdev->gone.value[i]);
	mfib_counters_add(sum, mdev->self.counters);
	rcu_read_lock();
	xa_for_each(&mdev->ports, ifindex, port)
		mfib_counters_add(sum, port->counters);
	rcu_read_unlock();
}

static int init(struct net_device *dev)
{
	struct mfib_dev *mdev = netdev_priv(dev);

	mdev->icmp = rt_dst_alloc(dev, 0, RTN_UNICAST, true);
	if (!mdev->icmp)
		return -ENOMEM;
	mdev->icmp->rt_is_input = 1;
	mdev->local4 = mfib_dst4_local(dev);
	if (!mdev->local4) {
		mfib_dst_kill(&mdev->icmp->dst);
		return -ENOMEM;
	}
	dev->flags = IFF_MASTER | IFF_NOARP;
	dev->operstate = IF_OPER_UP;
	netdev_lockdep_set_classes(dev);
	return 0;
}

static bool needs_device(const struct mfib_info *info, const void *arg)
{
	return info->key.nh || info->key.flags & MFIB_ROUTE_F_FOLLOWED;
}

/* The FIB loses its device: without ports only some routes have a meaning. */
static void detach(struct net_device *dev)
{
	struct mfib_net *mnet = mfib_net(dev_net(dev));
	struct mfib_dev *mdev = netdev_priv(dev);
	struct mfib_fib *fib;
	bool stays;

	mfib_lock(mnet);
	list_del_init(&mdev->self.dirty);
	fib = mfib_dereference(mnet, mdev->fib);
	if (fib) {
		RCU_INIT_POINTER(mdev->fib, NULL);
		fib->dev = NULL;
		stays = fib->held_by != MFIB_HELD_BY_DEVICE;
		if (stays)
			mfib_route_purge(fib, needs_device, NULL);
		mfib_fib_release(fib, MFIB_HELD_BY_DEVICE);
		if (stays)
			mfib_notify_fib(fib);
		mfib_ktable_update(mnet, NULL);
	}
	mfib_unlock(mnet);
}

static void uninit(struct net_device *dev)
{
	struct mfib_dev *mdev = netdev_priv(dev);

	detach(dev);
	mfib_dst_kill(&mdev->icmp->dst);
	mfib_dst_kill(&mdev->local4->dst);
	if (mdev->local6)
		mfib_dst_kill(&mdev->local6->dst);
}

static void destruct(struct net_device *dev)
{
	struct mfib_dev *mdev = netdev_priv(dev);

	free_percpu(mdev->self.counters);
	mdev->self.counters = NULL;
	xa_destroy(&mdev->ports);
}

static void get_stats64(struct net_device *dev,
			struct rtnl_link_stats64 *stats)
{
	struct mfib_counters sum = {};

	mfib_dev_counters(dev, &sum);
	stats->rx_packets = sum.value[MFIB_STAT_A_FORWARD_PACKETS] +
			    sum.value[MFIB_STAT_A_LOCAL_PACKETS];
	stats->rx_bytes = sum.value[MFIB_STAT_A_FORWARD_BYTES];
	stats->rx_dropped = sum.value[MFIB_STAT_A_NOROUTE] +
			    sum.value[MFIB_STAT_A_UNREACHABLE] +
			    sum.value[MFIB_STAT_A_PROHIBIT] +
			    sum.value[MFIB_STAT_A_BLACKHOLE] +
			    sum.value[MFIB_STAT_A_DEAD] +
			    sum.value[MFIB_STAT_A_MARTIAN] +
			    sum.value[MFIB_STAT_A_DISABLED];
	stats->tx_packets = sum.value[MFIB_STAT_A_SENT_PACKETS];
	stats->tx_bytes = sum.value[MFIB_STAT_A_SENT_BYTES];
	stats->tx_errors = sum.value[MFIB_STAT_A_SENT_ERRORS];
}

static const struct net_device_ops mfib_netdev_ops = {
	.ndo_init		= init,
	.ndo_uninit		= uninit,
	.ndo_start_xmit		= mfib_xmit,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_get_stats64	= get_stats64,
	.ndo_add_slave		= mfib_port_add,
	.ndo_del_slave		= mfib_port_release,
};

static struct dst_entry *link_scope_lookup(const struct net_device *dev,
					   struct flowi6 *fl6)
{
#if IS_ENABLED(CONFIG_IPV6)
	int flags = RT6_LOOKUP_F_IFACE | RT6_LOOKUP_F_DST_NOREF;
	struct net *net = dev_net(dev);
	struct fib6_table *table;
	struct rt6_info *rt;

	/* The FIB's device itself has no link. */
	if (fl6->flowi6_oif == dev->ifindex)
		return &net->ipv6.ip6_null_entry->dst;
	if (!ipv6_addr_any(&fl6->saddr))
		flags |= RT6_LOOKUP_F_HAS_SADDR;
	table = fib6_get_table(net, mfib_dev_fib_id(dev));
	if (!table)
		return NULL;
	rt = ip6_pol_route(net, table, fl6->flowi6_oif, fl6, NULL, flags);
	return &rt->dst;
#else
	return NULL;
#endif
}

static const struct l3mdev_ops mfib_l3mdev_ops = {
	.l3mdev_fib_table	= mfib_dev_fib_id,
	.l3mdev_l3_rcv		= mfib_input,
	.l3mdev_l3_out		= mfib_output,
	.l3mdev_link_scope_lookup = link_scope_lookup,
};

static void setup(struct net_device *dev)
{
	struct mfib_dev *mdev = netdev_priv(dev);

	mdev->self.dev = dev;
	INIT_LIST_HEAD(&mdev->self.dirty);
	xa_init(&mdev->ports);

	ether_setup(dev);
	dev->netdev_ops = &mfib_netdev_ops;
	dev->l3mdev_ops = &mfib_l3mdev_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = destruct;
	eth_hw_addr_random(dev);
	netdev_set_lltx(dev);
	netdev_set_netns_local(dev);
	dev->features |= NETIF_F_VLAN_CHALLENGED | NETIF_F_GSO_SOFTWARE |
			 NETIF_F_RXCSUM | NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC |
			 NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA;
	dev->hw_features = dev->features;
	dev->hw_enc_features = dev->features;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_NO_RX_HANDLER |
			   IFF_LIVE_ADDR_CHANGE;
	netif_keep_dst(dev);
	dev->min_mtu = IPV6_MIN_MTU;
	dev->max_mtu = IP6_MAX_MTU;
	dev->mtu = dev->max_mtu;
}

static int attach(struct net_device *dev, u32 id,
		  struct netlink_ext_ack *extack)
{
	struct mfib_net *mnet = mfib_net(dev_net(dev));
	struct mfib_dev *mdev = netdev_priv(dev);
	struct mfib_fib *fib;
	bool is_new;
	int err = 0;

	mfib_lock(mnet);
	fib = mfib_fib_find(mnet, id);
	is_new = !fib;
	if (fib && fib->dev) {
		NL_SET_ERR_MSG(extack, "The FIB has a device already");
		err = -EEXIST;
		goto unlock;
	}
	fib = mfib_fib_hold(mnet, id, MFIB_HELD_BY_DEVICE, extack);
	if (IS_ERR(fib)) {
		err = PTR_ERR(fib);
		goto unlock;
	}
	fib->dev = dev;
	mdev->self.fib_id = id;
	rcu_assign_pointer(mdev->fib, fib);
	if (is_new)
		mfib_notify_fib(fib);
	WRITE_ONCE(fib->marks, fib->follows_all);
	if (fib->follows_all)
		mfib_follow_again(mnet);
unlock:
	mfib_unlock(mnet);
	return err;
}

/* The device can be found from now on. */
static void attached(struct net_device *dev)
{
	struct mfib_net *mnet = mfib_net(dev_net(dev));
	struct mfib_dev *mdev = netdev_priv(dev);

	mfib_lock(mnet);
	mfib_notify_fib(mfib_dereference(mnet, mdev->fib));
	mfib_unlock(mnet);
}

static int newlink(struct net *src_net, struct net_device *dev,
		   struct nlattr *tb[], struct nlattr *data[],
		   struct netlink_ext_ack *extack)
{
	struct mfib_dev *mdev = netdev_priv(dev);
	struct net *net = dev_net(dev);
	u32 id;
	int err;

	if (!data || !data[IFLA_MFIB_ID]) {
		NL_SET_ERR_MSG(extack,
			       "The FIB's id is missing: cgr fib add ID dev NAME");
		return -EINVAL;
	}
	id = nla_get_u32(data[IFLA_MFIB_ID]);
	/* Whoever finds the FIB's device counts on them. */
	mdev->self.counters = alloc_percpu(struct mfib_counters);
	if (!mdev->self.counters)
		return -ENOMEM;
	err = attach(dev, id, extack);
	if (err) {
		NL_SET_BAD_ATTR(extack, data[IFLA_MFIB_ID]);
		goto err_attach;
	}

	/* The tables must be there before somebody looks for them. */
	err = -ENOMEM;
	if (!fib_new_table(net, id) ||
	    (ipv6_mod_enabled() && !fib6_new_table(net, id)))
		goto err_detach;
	dev->priv_flags |= IFF_L3MDEV_MASTER;
	err = register_netdevice(dev);
	if (err)
		goto err_detach;
	/* Registration gave the device its IPv6 state. */
	if (__in6_dev_get(dev)) {
		struct rt6_info *local6 = mfib_dst6_local(dev);

		if (IS_ERR(local6)) {
			unregister_netdevice(dev);
			return PTR_ERR(local6);
		}
		mdev->local6 = local6;
	}
	attached(dev);
	return 0;

err_detach:
	detach(dev);
err_attach:
	/* The destructor was here before if registration came far enough. */
	free_percpu(mdev->self.counters);
	mdev->self.counters = NULL;
	return err;
}

static void dellink(struct net_device *dev, struct list_head *head)
{
	struct net_device *port_dev;
	struct list_head *iter;

	detach(dev);
	netdev_for_each_lower_dev(dev, port_dev, iter)
		mfib_port_leave(dev, port_dev);
	unregister_netdevice_queue(dev, head);
}

static size_t get_size(const struct net_device *dev)
{
	return nla_total_size(sizeof(u32)); /* IFLA_MFIB_ID */
}

static int fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	return nla_put_u32(skb, IFLA_MFIB_ID, mfib_dev_fib_id(dev));
}

static int changelink(struct net_device *dev, struct nlattr *tb[],
		      struct nlattr *data[], struct netlink_ext_ack *extack)
{
	if (data && data[IFLA_MFIB_ID] &&
	    nla_get_u32(data[IFLA_MFIB_ID]) != mfib_dev_fib_id(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MFIB_ID],
				    "A device keeps its FIB: delete it and add it again");
		return -EOPNOTSUPP;
	}
	return 0;
}

static const struct nla_policy link_policy[IFLA_MFIB_MAX + 1] = {
	[IFLA_MFIB_ID] = { .type = NLA_U32 },
};

static struct rtnl_link_ops mfib_link_ops __read_mostly = {
	.kind		= "mfib",
	.priv_size	= sizeof(struct mfib_dev),
	.setup		= setup,
	.newlink	= newlink,
	.changelink	= changelink,
	.dellink	= dellink,
	.maxtype	= IFLA_MFIB_MAX,
	.policy		= link_policy,
	.get_size	= get_size,
	.fill_info	= fill_info,
};

/**
 * mfib_dev_delete() - delete a FIB's device
 * @dev: the device
 *
 * Context: the RTNL.
 * Return: 0, or a negative errno.
 */
int mfib_dev_delete(struct net_device *dev)
{
	LIST_HEAD(list);

	dellink(dev, &list);
	unregister_netdevice_many(&list);
	return 0;
}

static struct net_device *master_of(struct net_device *dev)
{
	struct net_device *master = netdev_master_upper_dev_get(dev);

	return master && mfib_dev_is(master) ? master : NULL;
}

static void revive(struct work_struct *work)
{
	struct mfib_net *mnet = container_of(work, struct mfib_net,
					     revive.work);

	mfib_lock(mnet);
	if (mfib_nexthops_revive(mnet))
		mfib_alias_select(mnet);
	mfib_unlock(mnet);
}

static void dev_up(struct mfib_net *mnet, struct net_device *dev)
{
	struct net_device *master = master_of(dev);
	struct mfib_port *port = NULL;

	mfib_lock(mnet);
	if (mfib_nexthop_dev_carrier(mnet, dev) |
	    mfib_nexthop_dev_up(mnet, dev))
		mfib_alias_select(mnet);
	if (mfib_dev_is(dev))
		port = &((struct mfib_dev *)netdev_priv(dev))->self;
	else if (master)
		port = mfib_port_find(master, dev);
	if (port)
		mfib_ktable_update(mnet, port);
	mfib_unlock(mnet);
}

static void dev_down(struct mfib_net *mnet, struct net_device *dev)
{
	mfib_lock(mnet);
	if (mfib_nexthop_dev_down(mnet, dev))
		mfib_alias_select(mnet);
	mfib_unlock(mnet);
}

static void dev_carrier(struct mfib_net *mnet, struct net_device *dev)
{
	mfib_lock(mnet);
	if (mfib_nexthop_dev_carrier(mnet, dev))
		mfib_alias_select(mnet);
	mfib_unlock(mnet);
}

static void dev_gone(struct mfib_net *mnet, struct net_device *dev)
{
	struct net_device *master = master_of(dev);

	if (master)
		mfib_port_leave(master, dev);
	mfib_lock(mnet);
	mfib_leak_purge(mnet, dev);
	mfib_nexthop_dev_gone(mnet, dev);
	mfib_unlock(mnet);
}

/* A VRF that would share a FIB's table is not registered. */
static int dev_new(struct mfib_net *mnet, const struct net_device *dev)
{
	bool conflicts;

	mfib_lock(mnet);
	conflicts = mfib_fib_conflicts(mnet, dev);
	mfib_unlock(mnet);
	if (!conflicts)
		return NOTIFY_DONE;
	net_notice_ratelimited("mfib: %s is refused: its table belongs to a FIB\n",
			       dev->name);
	return notifier_from_errno(-EBUSY);
}

static void upper_changed(struct net_device *dev,
			  const struct netdev_notifier_changeupper_info *info)
{
	if (!info->linking && mfib_dev_is(info->upper_dev))
		mfib_port_gone(info->upper_dev, dev);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mfib_net *mnet = mfib_net(dev_net(dev));

	/* A namespace that could not be set up is being taken down. */
	if (!mnet)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		return dev_new(mnet, dev);
	case NETDEV_UP:
		dev_up(mnet, dev);
		break;
	case NETDEV_DOWN:
		dev_down(mnet, dev);
		break;
	case NETDEV_CHANGE:
		dev_carrier(mnet, dev);
		break;
	case NETDEV_CHANGEUPPER:
		upper_changed(dev, ptr);
		break;
	case NETDEV_UNREGISTER:
		dev_gone(mnet, dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

/**
 * mfib_devs_setup() - prepare a namespace
 * @mnet: the namespace
 */
void mfib_devs_setup(struct mfib_net *mnet)
{
	INIT_DELAYED_WORK(&mnet->revive, revive);
}

/**
 * mfib_devs_teardown() - let a namespace go
 * @mnet: the namespace; mfib hears of its devices no more, or there are none
 *
 * Context: process context, without the RTNL.
 */
void mfib_devs_teardown(struct mfib_net *mnet)
{
	cancel_delayed_work_sync(&mnet->revive);
}

/**
 * mfib_dev_setup() - offer the device kind
 *
 * Return: 0 or a negative errno.
 */
int mfib_dev_setup(void)
{
	int err;

	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		return err;
	err = rtnl_link_register(&mfib_link_ops);
	if (err)
		unregister_netdevice_notifier(&netdev_nb);
	return err;
}

/**
 * mfib_dev_teardown() - delete all devices and withdraw the kind
 */
void mfib_dev_teardown(void)
{
	rtnl_link_unregister(&mfib_link_ops);
	unregister_netdevice_notifier(&netdev_nb);
}

MODULE_ALIAS_RTNL_LINK("mfib");
