/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Zones of FIBs.
 */
#ifndef _MFIB_ZONE_ZONE_H
#define _MFIB_ZONE_ZONE_H

#include <linux/rcupdate.h>
#include <linux/types.h>

struct net;
struct net_device;
struct nf_conn;

/**
 * struct mfib_zone - the zone of a FIB, as long as that has a device
 * @dev: the FIB's device; no reference, the zone goes before it
 * @fib: the FIB's id
 * @id: number of the zone, 0 if there was none for the FIB
 * @tmpl: templates for packets, one per CPU so that CPUs do not fight for a
 *	reference count; NULL if @id is 0
 * @rcu: frees it
 */
struct mfib_zone {
	const struct net_device *dev;
	u32 fib;
	u16 id;
	struct nf_conn * __percpu *tmpl;
	struct rcu_head rcu;
};

const struct mfib_zone *mfib_zone_of(struct net *net,
				     const struct net_device *dev);
bool mfib_zone_is_fib(struct net *net, const struct net_device *dev);
int mfib_zones_setup(void);
void mfib_zones_teardown(void);

#endif /* _MFIB_ZONE_ZONE_H */
