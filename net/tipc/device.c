// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include <linux/netdevice.h>

#include "admin.h"
#include "bearer.h"
#include "nodes.h"

static bool carries(const struct net_device *dev)
{
	return netif_running(dev) && netif_carrier_ok(dev);
}

static int event(struct notifier_block *nb, unsigned long what, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct tipc_bearer *bearer;

	bearer = tipc_bearer_find(tipc_nodes(dev_net(dev)), dev);
	if (!bearer)
		return NOTIFY_DONE;
	switch (what) {
	case NETDEV_UNREGISTER: /* also of one that moves to another namespace */
	case NETDEV_CHANGENAME:
	case NETDEV_PRE_TYPE_CHANGE:
		tipc_bearer_disable(bearer);
		break;
	case NETDEV_GOING_DOWN: /* peers can still be told */
	case NETDEV_DOWN: /* ... and may have answered */
		tipc_admin_break(bearer);
		break;
	case NETDEV_UP:
	case NETDEV_CHANGE:
		if (carries(dev))
			tipc_bearer_refresh(bearer);
		else
			tipc_admin_break(bearer);
		break;
	case NETDEV_CHANGEADDR:
		tipc_bearer_refresh(bearer);
		break;
	case NETDEV_CHANGEMTU:
		if (dev->mtu < TIPC_MTU_MIN)
			tipc_bearer_disable(bearer);
		else
			tipc_admin_mtu(bearer);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block nb = {
	.notifier_call = event,
};

/**
 * tipc_device_setup() - have devices watched
 *
 * Return: 0 or a negative errno.
 */
int __init tipc_device_setup(void)
{
	return register_netdevice_notifier(&nb);
}

/**
 * tipc_device_teardown() - have devices watched no more
 *
 * Bearers that are still up are told that their devices go away.
 */
void tipc_device_teardown(void)
{
	unregister_netdevice_notifier(&nb);
}
