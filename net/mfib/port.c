// SPDX-License-Identifier: GPL-2.0
#include "port.h"

#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/l3mdev.h>

#include "alias.h"
#include "device.h"
#include "fib.h"
#include "group.h"
#include "ktable.h"
#include "leak.h"
#include "notify.h"
#include "route.h"

/**
 * mfib_port_find() - a port of a FIB
 * @master: the FIB's device
 * @dev: the device that is asked about
 *
 * Context: &mfib_net.lock, the RTNL or rcu_read_lock().
 * Return: the port, or NULL if @dev is none.
 */
struct mfib_port *mfib_port_find(const struct net_device *master,
				 const struct net_device *dev)
{
	struct mfib_dev *mdev = netdev_priv(master);
	struct mfib_port *port = xa_load(&mdev->ports, dev->ifindex);

	return port && port->dev == dev ? port : NULL;
}

/**
 * mfib_port_master() - the device of the FIB that a device is a port of
 * @dev: the device
 *
 * Context: rcu_read_lock().
 * Return: it, no reference taken; NULL if the device has no master, or another.
 */
struct net_device *mfib_port_master(const struct net_device *dev)
{
	struct net_device *master;

	master = netdev_master_upper_dev_get_rcu((struct net_device *)dev);
	return master && mfib_dev_is(master) ? master : NULL;
}

/**
 * mfib_port_is_beside() - whether two devices are ports of the same FIB
 * @dev: a device
 * @other: another one, or the same
 *
 * Context: &mfib_net.lock.
 */
bool mfib_port_is_beside(const struct net_device *dev,
			 const struct net_device *other)
{
	const struct net_device *master;
	bool is_beside;

	rcu_read_lock();
	master = mfib_port_master(dev);
	is_beside = master && mfib_port_find(master, other);
	rcu_read_unlock();
	return is_beside;
}

/* A device that changes its table loses its global IPv6 addresses, unless
 * it is told to keep them. Returns what is to be restored.
 */
static int keep_addresses(struct net_device *dev)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	int before;

	if (!idev)
		return 0;
	before = READ_ONCE(idev->cnf.keep_addr_on_down);
	if (!before)
		WRITE_ONCE(idev->cnf.keep_addr_on_down, 1);
	return before;
}

static void restore_keep(struct net_device *dev, int before)
{
	struct inet6_dev *idev = __in6_dev_get(dev);

	if (idev && !before)
		WRITE_ONCE(idev->cnf.keep_addr_on_down, 0);
}

/* Lets the kernel move the routes of a port's addresses to another table. */
static void cycle(struct net_device *dev, struct netlink_ext_ack *extack)
{
	unsigned int flags = dev->flags;

	/* One that goes in the same breath stays up until it does. */
	if (!netif_running(dev) || !list_empty(&dev->unreg_list))
		return;
	if (dev_change_flags(dev, flags & ~IFF_UP, extack) ||
	    dev_change_flags(dev, flags, extack))
		netdev_err(dev, "cannot be set down and up again: set it up by hand\n");
}

static void port_free_rcu(struct rcu_head *rcu)
{
	struct mfib_port *port = container_of(rcu, struct mfib_port, rcu);

	free_percpu(port->counters);
	kfree(port);
}

static struct mfib_port *port_alloc(struct mfib_dev *mdev,
				    struct net_device *dev)
{
	struct mfib_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	port->counters = alloc_percpu(struct mfib_counters);
	if (!port->counters) {
		kfree(port);
		return NULL;
	}
	port->dev = dev;
	port->fib_id = mdev->self.fib_id;
	INIT_LIST_HEAD(&port->dirty);
	return port;
}

static bool uses_dev(const struct mfib_info *info, const void *dev)
{
	const struct mfib_nexthop *nh = info->key.nh;

	return nh && (nh->dev == dev || mfib_group_is_empty(nh));
}

/* Deletes the routes that lead to a device, which is no port any more. */
static void purge(struct mfib_net *mnet, struct mfib_dev *mdev,
		  struct net_device *dev)
{
	struct mfib_fib *fib = mfib_dereference(mnet, mdev->fib);
	bool used = mfib_nexthop_dev_used(mnet, dev);

	mfib_leak_purge(mnet, dev);
	if (!fib || !used)
		return;
	mfib_nexthop_dev_leave(mnet, dev);
	mfib_route_purge(fib, uses_dev, dev);
	mfib_alias_select(mnet);
}

/* What the datapath finds: a port is in &mfib_dev.ports, and unless another one
 * took its place in &mfib_dev.fast.
 */
static int publish(struct mfib_dev *mdev, struct mfib_port *port)
{
	int ifindex = port->dev->ifindex;
	int err;

	err = xa_err(xa_store(&mdev->ports, ifindex, port, GFP_KERNEL));
	if (!err)
		rcu_assign_pointer(mdev->fast[(u32)ifindex % MFIB_PORTS_FAST],
				   port);
	return err;
}

static struct mfib_port *withdraw(struct mfib_net *mnet, struct mfib_dev *mdev,
				  int ifindex)
{
	struct mfib_port __rcu **fast;
	struct mfib_port *port;

	port = xa_erase(&mdev->ports, ifindex);
	/* Whoever goes through the ports may have marked it. */
	if (port)
		list_del_init(&port->dirty);
	fast = &mdev->fast[(u32)ifindex % MFIB_PORTS_FAST];
	if (mfib_dereference(mnet, *fast) == port)
		RCU_INIT_POINTER(*fast, NULL);
	return port;
}

/**
 * mfib_port_add() - make a device a port
 * @dev: the FIB's device
 * @port_dev: the device
 * @extack: says what is wrong, or warns
 *
 * The ndo_add_slave operation of @dev.
 *
 * Context: the RTNL.
 * Return: 0; -EOPNOTSUPP, -EINVAL, -EBUSY, -ENOMEM.
 */
int mfib_port_add(struct net_device *dev, struct net_device *port_dev,
		  struct netlink_ext_ack *extack)
{
	struct mfib_net *mnet = mfib_net(dev_net(dev));
	struct mfib_dev *mdev = netdev_priv(dev);
	struct in_device *in_dev;
	struct mfib_port *port;
	int err, keep;

	if (port_dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack,
			       "The loopback device cannot be a port: the FIB's device is the FIB's loopback");
		return -EOPNOTSUPP;
	}
	if (netif_is_l3_master(port_dev)) {
		NL_SET_ERR_MSG(extack,
			       "The device of a FIB or VRF cannot be a port");
		return -EINVAL;
	}
	if (netif_is_l3_slave(port_dev)) {
		NL_SET_ERR_MSG(extack,
			       "The device belongs to a FIB or VRF already: release it first (nomaster)");
		return -EBUSY;
	}

	port = port_alloc(mdev, port_dev);
	if (!port)
		return -ENOMEM;
	mfib_lock(mnet);
	err = publish(mdev, port);
	mfib_unlock(mnet);
	if (err)
		goto err_store;
	keep = keep_addresses(port_dev);
	port_dev->priv_flags |= IFF_L3MDEV_SLAVE;
	err = netdev_master_upper_dev_link(port_dev, dev, NULL, NULL, extack);
	if (err)
		goto err_link;
	cycle(port_dev, extack);
	restore_keep(port_dev, keep);

	mfib_lock(mnet);
	mfib_leak_purge(mnet, port_dev);
	mfib_notify_port(mnet, port);
	mfib_ktable_update(mnet, port);
	mfib_unlock(mnet);

	in_dev = __in_dev_get_rtnl(port_dev);
	if (in_dev && IN_DEV_RPFILTER(in_dev) == 1)
		NL_SET_ERR_MSG(extack,
			       "rp_filter=1 makes this port ignore ARP from senders behind a gateway: set net.ipv4.conf.{all,DEV}.rp_filter to 0 or 2");
	return 0;

err_link:
	port_dev->priv_flags &= ~IFF_L3MDEV_SLAVE;
	restore_keep(port_dev, keep);
	mfib_lock(mnet);
	purge(mnet, mdev, port_dev);
	withdraw(mnet, mdev, port_dev->ifindex);
	mfib_unlock(mnet);
err_store:
	call_rcu(&port->rcu, port_free_rcu);
	return err;
}

/**
 * mfib_port_gone() - a port is no longer one
 * @dev: the FIB's device
 * @port_dev: the port's device, just unlinked
 *
 * Called whoever unlinks it: VRF's driver does so with every device that goes.
 * Routes do not outlive the port they lead to: they would carry one customer's
 * packets into whatever the device belongs to next.
 *
 * Context: the RTNL.
 */
void mfib_port_gone(struct net_device *dev, struct net_device *port_dev)
{
	struct mfib_net *mnet = mfib_net(dev_net(dev));
	struct mfib_dev *mdev = netdev_priv(dev);
	struct mfib_port *port;

	mfib_lock(mnet);
	purge(mnet, mdev, port_dev);
	port = withdraw(mnet, mdev, port_dev->ifindex);
	if (!WARN_ON(!port)) {
		mfib_notify_port_gone(mnet, port);
		mfib_counters_add(&mdev->gone, port->counters);
		call_rcu(&port->rcu, port_free_rcu);
	}
	mfib_unlock(mnet);
}

static void unlink(struct net_device *dev, struct net_device *port_dev)
{
	netdev_upper_dev_unlink(port_dev, dev);
	port_dev->priv_flags &= ~IFF_L3MDEV_SLAVE;
}

/**
 * mfib_port_leave() - a port goes with its device or with the FIB's
 * @dev: the FIB's device
 * @port_dev: the port's device
 *
 * Context: the RTNL.
 */
void mfib_port_leave(struct net_device *dev, struct net_device *port_dev)
{
	int keep = keep_addresses(port_dev);

	unlink(dev, port_dev);
	cycle(port_dev, NULL);
	restore_keep(port_dev, keep);
}

/**
 * mfib_port_release() - a port becomes an ordinary device again
 * @dev: the FIB's device
 * @port_dev: the port's device
 *
 * The ndo_del_slave operation of @dev.
 *
 * Context: the RTNL.
 * Return: 0.
 */
int mfib_port_release(struct net_device *dev, struct net_device *port_dev)
{
	int keep = keep_addresses(port_dev);

	unlink(dev, port_dev);
	/* Who saw the port sees its master or none from here on. */
	synchronize_net();
	cycle(port_dev, NULL);
	restore_keep(port_dev, keep);
	return 0;
}
