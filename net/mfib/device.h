/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device of a FIB and its ports.
 */
#ifndef _MFIB_DEVICE_H
#define _MFIB_DEVICE_H

#include <linux/netdevice.h>
#include <linux/xarray.h>

#include "counters.h"

struct mfib_fib;
struct mfib_net;
struct rtable;

/**
 * struct mfib_port - a device that belongs to a FIB
 * @dev: the device; enslaved to the FIB's one, or the FIB's device itself
 * @counters: what it received; the FIB's device: what local sockets sent
 * @fib_id: the FIB
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
	struct list_head dirty;
	struct rcu_head rcu;
};

/**
 * struct mfib_dev - private data of a device of kind "mfib"
 * @fib: its FIB; NULL once it is detached
 * @self: the device as a port of its own
 * @ports: &struct mfib_port by interface index; changed under the RTNL and
 *	&mfib_net.lock
 * @icmp: entry that stands for the FIB in ICMP errors
 * @gone: counters of ports that left, under the RTNL and &mfib_net.lock
 */
struct mfib_dev {
	struct mfib_fib __rcu *fib;
	struct mfib_port self;
	struct xarray ports;
	struct rtable *icmp;
	struct mfib_counters gone;
};

bool mfib_dev_is(const struct net_device *dev);
u32 mfib_dev_fib_id(const struct net_device *dev);
struct mfib_port *mfib_dev_port(const struct net_device *master,
				const struct net_device *dev);
void mfib_dev_counters(const struct net_device *dev,
		       struct mfib_counters *sum);
int mfib_dev_delete(struct net_device *dev);

int mfib_dev_setup(void);
void mfib_dev_teardown(void);

#endif /* _MFIB_DEVICE_H */
