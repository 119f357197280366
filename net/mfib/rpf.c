// SPDX-License-Identifier: GPL-2.0
#include "rpf.h"

#include <linux/err.h>
#include <net/addrconf.h>

#include "alias.h"
#include "fib.h"
#include "group.h"
#include "leak.h"
#include "nexthop.h"
#include "port.h"

/* Of the kernel's addresses these are known by their link, not by routes. */
static bool is_of_link(enum mfib_family family, const void *saddr)
{
	return family == MFIB_IPV6 &&
	       (ipv6_addr_any(saddr) ||
		ipv6_addr_type(saddr) & IPV6_ADDR_LINKLOCAL);
}

static bool leads_through(const struct mfib_nexthop *nh,
			  const struct net_device *dev)
{
	const struct mfib_group *group = rcu_dereference(nh->group);
	u32 i;

	if (!group)
		return nh->ifindex == dev->ifindex;
	for (i = 0; i < group->n; i++) {
		nh = rcu_dereference(group->member[i].nh);
		if (nh && nh->ifindex == dev->ifindex)
			return true;
	}
	return false;
}

/**
 * mfib_rpf_passes() - verify the source of a packet
 * @fib: the FIB
 * @port: the port that it came in by, which wants that
 * @master: the FIB's device
 * @family: the address family
 * @saddr: the source
 *
 * The route that packets to the source would take counts, be it a default
 * route. Routes of type throw, and those whose packets are left to the kernel,
 * say nothing of ports.
 *
 * Source: RFC 3704, Ingress Filtering for Multihomed Networks.
 *
 * Context: softirq, rcu_read_lock().
 * Return: whether the packet may go on.
 */
bool mfib_rpf_passes(const struct mfib_fib *fib, const struct mfib_port *port,
		     struct net_device *master, enum mfib_family family,
		     const void *saddr)
{
	const struct mfib_info *info = mfib_fib_lookup(fib, family, saddr);

	if (info)
		info = mfib_leak(mfib_info_active(info), family, saddr,
				 &master);
	if (IS_ERR_OR_NULL(info))
		return is_of_link(family, saddr);
	switch (info->key.type) {
	case RTN_THROW:
		return true;
	case RTN_UNICAST:
		return READ_ONCE(port->rpf) != MFIB_RPF_STRICT ||
		       !info->key.nh || leads_through(info->key.nh, port->dev) ||
		       is_of_link(family, saddr);
	default:
		return is_of_link(family, saddr);
	}
}
