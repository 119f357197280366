// SPDX-License-Identifier: GPL-2.0
/*
 * Zones of FIBs.
 *
 * A FIB has a zone while it has a device, for there are no packets without. A
 * device of the kind "mfib" is all that is known of mfib here: either module
 * may come and go while the other is there. The RTNL serialises all changes,
 * packets look zones up under RCU.
 */
#include "zone.h"

#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_zones.h>
#include <net/netns/generic.h>
#include <net/rtnetlink.h>

#include "packet.h"

/* Where zones of FIBs begin that cannot have the number of their own. */
#define FIRST_FREE	32768

/**
 * struct zone_net - zones of one network namespace
 * @by_dev: zones by the interface index of the FIB's device; read by packets
 * @by_id: those that have a number, by that
 * @next: where to look for the next free number
 */
struct zone_net {
	struct xarray by_dev;
	struct xarray by_id;
	u32 next;
};

static unsigned int zone_net_id;

static struct zone_net *zone_net(const struct net *net)
{
	return net_generic(net, zone_net_id);
}

static const struct mfib_zone *find_zone(struct net *net,
					 const struct net_device *dev)
{
	int ifindex = l3mdev_master_ifindex_rcu(dev);

	return ifindex ? xa_load(&zone_net(net)->by_dev, ifindex) : NULL;
}

/**
 * mfib_zone_of() - the zone of what passes a device
 * @net: the namespace
 * @dev: a port, the device of a FIB, or any other; or NULL
 *
 * Context: RCU.
 * Return: the zone, with templates; or NULL.
 */
const struct mfib_zone *mfib_zone_of(struct net *net,
				     const struct net_device *dev)
{
	const struct mfib_zone *zone = find_zone(net, dev);

	return zone && zone->tmpl ? zone : NULL;
}

/**
 * mfib_zone_is_fib() - whether what passes a device is in a FIB
 * @net: the namespace
 * @dev: any device, or NULL
 *
 * Context: RCU.
 * Return: true if it is, also if there was no zone for the FIB.
 */
bool mfib_zone_is_fib(struct net *net, const struct net_device *dev)
{
	return find_zone(net, dev);
}

static void free_templates(struct mfib_zone *zone)
{
	int cpu;

	if (!zone->tmpl)
		return;
	for_each_possible_cpu(cpu)
		nf_ct_put(*per_cpu_ptr(zone->tmpl, cpu));
	free_percpu(zone->tmpl);
	zone->tmpl = NULL;
}

static int alloc_templates(struct net *net, struct mfib_zone *zone)
{
	struct nf_conntrack_zone ct_zone;
	struct nf_conn *tmpl;
	int cpu;

	nf_ct_zone_init(&ct_zone, zone->id, NF_CT_DEFAULT_ZONE_DIR, 0);
	zone->tmpl = alloc_percpu(struct nf_conn *);
	if (!zone->tmpl)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		tmpl = nf_ct_tmpl_alloc(net, &ct_zone, GFP_KERNEL);
		if (!tmpl) {
			free_templates(zone);
			return -ENOMEM;
		}
		*per_cpu_ptr(zone->tmpl, cpu) = tmpl;
	}
	return 0;
}

static void free_rcu_cb(struct rcu_head *rcu)
{
	struct mfib_zone *zone = container_of(rcu, struct mfib_zone, rcu);

	/* A packet that waits for reassembly may keep a template longer. */
	free_templates(zone);
	kfree(zone);
}

/* The FIB's own number if it is one, and free; else any that is. */
static int number(struct zone_net *zn, struct mfib_zone *zone)
{
	u32 id = zone->fib;
	int err = -EBUSY;

	if (id <= U16_MAX)
		err = xa_insert(&zn->by_id, id, zone, GFP_KERNEL);
	if (err == -EBUSY)
		err = xa_alloc_cyclic(&zn->by_id, &id, zone,
				      XA_LIMIT(1, U16_MAX), &zn->next,
				      GFP_KERNEL);
	if (err < 0)
		return err;
	zone->id = id;
	return 0;
}

static int give_number(struct net *net, struct mfib_zone *zone)
{
	struct zone_net *zn = zone_net(net);
	int err;

	err = number(zn, zone);
	if (err)
		return err;
	err = alloc_templates(net, zone);
	if (err) {
		xa_erase(&zn->by_id, zone->id);
		zone->id = 0;
	}
	return err;
}

static int add_zone(struct net *net, struct mfib_zone *zone)
{
	struct zone_net *zn = zone_net(net);
	bool is_first = xa_empty(&zn->by_dev);
	int err;

	err = xa_insert(&zn->by_dev, zone->dev->ifindex, zone, GFP_KERNEL);
	if (err || !is_first)
		return err;
	err = mfib_zone_hooks_register(net);
	if (err)
		xa_erase(&zn->by_dev, zone->dev->ifindex);
	return err;
}

static void dev_registered(struct net *net, const struct net_device *dev)
{
	struct mfib_zone *zone;
	int err = -ENOMEM;

	zone = kzalloc(sizeof(*zone), GFP_KERNEL);
	if (!zone)
		goto warn;
	zone->dev = dev;
	zone->fib = l3mdev_fib_table(dev);
	err = give_number(net, zone);
	if (err)
		netdev_warn(dev, "FIB %u has no conntrack zone of its own and shares zone 0: error %d\n",
			    zone->fib, err);
	err = add_zone(net, zone);
	if (!err)
		return;
	if (zone->id)
		xa_erase(&zone_net(net)->by_id, zone->id);
	call_rcu(&zone->rcu, free_rcu_cb);
warn:
	netdev_warn(dev, "conntrack zones are not available for it: error %d\n",
		    err);
}

static void dev_unregistered(struct net *net, const struct net_device *dev)
{
	struct zone_net *zn = zone_net(net);
	struct mfib_zone *zone;

	zone = xa_erase(&zn->by_dev, dev->ifindex);
	if (!zone)
		return;
	if (zone->id)
		xa_erase(&zn->by_id, zone->id);
	if (xa_empty(&zn->by_dev))
		mfib_zone_hooks_unregister(net);
	call_rcu(&zone->rcu, free_rcu_cb);
}

static bool is_fib(const struct net_device *dev)
{
	return netif_is_l3_master(dev) && dev->rtnl_link_ops &&
	       !strcmp(dev->rtnl_link_ops->kind, "mfib");
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event == NETDEV_REGISTER && is_fib(dev))
		dev_registered(dev_net(dev), dev);
	else if (event == NETDEV_UNREGISTER)
		dev_unregistered(dev_net(dev), dev);
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

static int show(struct seq_file *seq, void *v)
{
	struct zone_net *zn = zone_net(seq_file_single_net(seq));
	struct mfib_zone *zone;
	unsigned long ifindex;

	seq_puts(seq, "fib dev zone\n");
	rcu_read_lock();
	xa_for_each(&zn->by_dev, ifindex, zone)
		seq_printf(seq, "%u %s %u\n", zone->fib, zone->dev->name,
			   zone->id);
	rcu_read_unlock();
	return 0;
}

static int __net_init init_net_ns(struct net *net)
{
	struct zone_net *zn = zone_net(net);

	xa_init(&zn->by_dev);
	xa_init_flags(&zn->by_id, XA_FLAGS_ALLOC1);
	zn->next = FIRST_FREE;
	if (!proc_create_net_single("mfib_zones", 0444, net->proc_net, show,
				    NULL))
		return -ENOMEM;
	return 0;
}

static void __net_exit exit_net_ns(struct net *net)
{
	remove_proc_entry("mfib_zones", net->proc_net);
}

static struct pernet_operations net_ops = {
	.init	= init_net_ns,
	.exit	= exit_net_ns,
	.id	= &zone_net_id,
	.size	= sizeof(struct zone_net),
};

/**
 * mfib_zones_setup() - FIBs have zones from now on
 *
 * Return: 0, or a negative errno.
 */
int mfib_zones_setup(void)
{
	int err;

	err = register_pernet_subsys(&net_ops);
	if (err)
		return err;
	/* This tells of all devices that there are. */
	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		unregister_pernet_subsys(&net_ops);
	return err;
}

/**
 * mfib_zones_teardown() - they have none any more
 *
 * Connections stay in the zones they are in.
 */
void mfib_zones_teardown(void)
{
	/* This says of all devices that they go. */
	unregister_netdevice_notifier(&netdev_nb);
	/* Packets leave the hooks, then zones are freed. */
	synchronize_rcu();
	rcu_barrier();
	unregister_pernet_subsys(&net_ops);
}
