/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports: the devices that belong to a FIB.
 */
#ifndef _MFIB_PORT_H
#define _MFIB_PORT_H

#include <linux/list.h>
#include <linux/netdevice.h>

struct mfib_counters;
struct netlink_ext_ack;

/**
 * struct mfib_port - a device that belongs to a FIB
 * @dev: the device; enslaved to the FIB's one, or the FIB's device itself
 * @counters: what it received; the FIB's device: what local sockets sent
 * @fib_id: the FIB
 * @rpf: &enum mfib_rpf; written under &mfib_net.lock, read by the datapath
 * @dirty: links it into &mfib_net.ktable.dirty, under &mfib_net.lock
 * @rcu: frees it after the last packet
 *
 * Life: from before the device is enslaved until after it is released, under
 * the RTNL; the datapath finds it under RCU.
 */
struct mfib_port {
	struct net_device *dev;
	struct mfib_counters __percpu *counters;
	u32 fib_id;
	u8 rpf;
	struct list_head dirty;
	struct rcu_head rcu;
};

struct mfib_port *mfib_port_find(const struct net_device *master,
				 const struct net_device *dev);
struct net_device *mfib_port_master(const struct net_device *dev);
bool mfib_port_is_beside(const struct net_device *dev,
			 const struct net_device *other);
int mfib_port_add(struct net_device *dev, struct net_device *port_dev,
		  struct netlink_ext_ack *extack);
int mfib_port_release(struct net_device *dev, struct net_device *port_dev);
void mfib_port_gone(struct net_device *dev, struct net_device *port_dev);
void mfib_port_leave(struct net_device *dev, struct net_device *port_dev);

#endif /* _MFIB_PORT_H */
