/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device of a FIB and its ports.
 */
#ifndef _MFIB_DEVICE_H
#define _MFIB_DEVICE_H

#include <linux/netdevice.h>
#include <linux/xarray.h>

#include "counters.h"
#include "port.h"

struct mfib_fib;
struct mfib_net;
struct rt6_info;
struct rtable;

/* Ports that the datapath finds at once, see &mfib_dev.fast. */
#define MFIB_PORTS_FAST		64

/**
 * struct mfib_dev - private data of a device of kind "mfib"
 * @fib: its FIB; NULL once it is detached
 * @self: the device as a port of its own
 * @ports: &struct mfib_port by interface index; changed under the RTNL and
 *	&mfib_net.lock
 * @fast: the port last added by the lower bits of its interface index: a
 *	shortcut into @ports for the datapath, which checks that it is the right
 *	one
 * @icmp: entry that stands for the FIB in ICMP errors
 * @local4: entry of what IPv4 routes of type local cover
 * @local6: the same for IPv6; NULL without IPv6
 * @gone: counters of ports that left, under the RTNL and &mfib_net.lock
 */
struct mfib_dev {
	struct mfib_fib __rcu *fib;
	struct mfib_port self;
	struct xarray ports;
	struct mfib_port __rcu *fast[MFIB_PORTS_FAST];
	struct rtable *icmp;
	struct rtable *local4;
	struct rt6_info *local6;
	struct mfib_counters gone;
};

bool mfib_dev_is(const struct net_device *dev);
u32 mfib_dev_fib_id(const struct net_device *dev);
void mfib_dev_counters(const struct net_device *dev,
		       struct mfib_counters *sum);
int mfib_dev_delete(struct net_device *dev);

void mfib_devs_setup(struct mfib_net *mnet);
void mfib_devs_teardown(struct mfib_net *mnet);

int mfib_dev_setup(void);
void mfib_dev_teardown(void);

#endif /* _MFIB_DEVICE_H */
