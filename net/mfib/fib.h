/* SPDX-License-Identifier: GPL-2.0 */
/*
 * FIBs: the forwarding tables, with or without a device.
 */
#ifndef _MFIB_FIB_H
#define _MFIB_FIB_H

#include <linux/bits.h>
#include <linux/mfib.h>
#include <linux/workqueue.h>

#include "info.h"
#include "lpm.h"
#include "net.h"
#include "prefix.h"

struct net_device;
struct netlink_ext_ack;

/* Who wants a FIB to exist: netlink's FIB_NEW, its device. */
#define MFIB_HELD_BY_ADMIN	BIT(0)
#define MFIB_HELD_BY_DEVICE	BIT(1)

/**
 * struct mfib_fib - a forwarding table
 * @mnet: its namespace
 * @lpm: the tree per &enum mfib_family, from prefix to index of a
 *	&struct mfib_info; readers under RCU, one writer under &mfib_net.lock.
 *	Changes only when a draft is committed
 * @id: its id, constant
 * @serial: tells it from others that had the id before, constant
 * @follows_all: whether it follows all routes of the kernel's table of its id;
 *	read without the lock as well
 * @marks: whether routes there are marked, or may still be; likewise
 * @recheck: its table in the kernel may lack a catch-all, see ktable.c
 * @held_by: MFIB_HELD_BY_*; the FIB is destroyed when nobody holds it
 * @max_routes: limit of @routes, 0 for none
 * @warn_routes: number of @routes to warn of, 0 for none
 * @routes: number of routes that were added, followed ones not counted
 * @total: number of all routes per &enum mfib_family
 * @dev: its device or NULL; under &mfib_net.lock
 * @draft: what will replace its routes, or NULL; held, see draft.h
 * @of: the FIB that this is the draft of, NULL if it is none
 * @owner: of a draft: port id of the socket that it goes with
 * @free_work: frees the trees after a grace period
 *
 * The device's private data points back to the FIB for the datapath, until the
 * device is detached. Whoever destroys a FIB has detached its device, so that
 * no packet finds the FIB a grace period later.
 */
struct mfib_fib {
	struct mfib_net *mnet;
	struct mfib_lpm __rcu *lpm[MFIB_FAMILIES];
	u32 id;
	u64 serial;
	u8 held_by;
	bool follows_all;
	bool marks;
	bool recheck;
	u32 max_routes;
	u32 warn_routes;
	u32 routes;
	u32 total[MFIB_FAMILIES];
	struct net_device *dev;
	struct mfib_fib *draft;
	struct mfib_fib *of;
	u32 owner;
	struct rcu_work free_work;
};

/**
 * mfib_fib_lpm() - a tree of a FIB, to change it or to ask more than packets do
 * @fib: the FIB
 * @family: the address family
 *
 * Context: &mfib_net.lock.
 */
static inline struct mfib_lpm *mfib_fib_lpm(const struct mfib_fib *fib,
					    enum mfib_family family)
{
	return mfib_dereference(fib->mnet, fib->lpm[family]);
}

/**
 * mfib_fib_real() - the FIB that packets find
 * @fib: it, or its draft
 */
static inline const struct mfib_fib *mfib_fib_real(const struct mfib_fib *fib)
{
	return fib->of ?: fib;
}

/**
 * mfib_prefix_at() - the prefix that a cursor names
 * @cursor: where a walk through a tree is
 * @family: the tree's family
 */
static inline struct mfib_prefix
mfib_prefix_at(const struct mfib_lpm_cursor *cursor, enum mfib_family family)
{
	struct mfib_prefix prefix = { .len = cursor->len, .family = family };

	memcpy(prefix.addr, cursor->addr, sizeof(prefix.addr));
	return prefix;
}

/**
 * mfib_fib_lookup() - what forwards an address
 * @fib: the FIB
 * @family: the address family
 * @addr: the address, network byte order
 *
 * Context: rcu_read_lock().
 * Return: the info of the longest match, NULL if there is none.
 */
static inline const struct mfib_info *
mfib_fib_lookup(const struct mfib_fib *fib, enum mfib_family family,
		const void *addr)
{
	u32 index = mfib_lpm_lookup(rcu_dereference(fib->lpm[family]), addr);

	return index == MFIB_LPM_NONE ? NULL : mfib_info_deref(fib->mnet, index);
}

/**
 * mfib_fib_is_full() - whether a FIB takes no more routes
 * @fib: the FIB
 *
 * Context: &mfib_net.lock.
 */
static inline bool mfib_fib_is_full(const struct mfib_fib *fib)
{
	u32 max = mfib_fib_real(fib)->max_routes;

	return max && fib->routes >= max;
}

/**
 * mfib_fib_flags() - what listeners are told of the number of routes of a FIB
 * @fib: the FIB
 *
 * Context: &mfib_net.lock.
 * Return: MFIB_FIB_F_*.
 */
static inline u32 mfib_fib_flags(const struct mfib_fib *fib)
{
	u32 warn = mfib_fib_real(fib)->warn_routes;

	return (mfib_fib_is_full(fib) ? MFIB_FIB_F_FULL : 0) |
	       (warn && fib->routes >= warn ? MFIB_FIB_F_HIGH : 0);
}

struct mfib_fib *mfib_fib_find(struct mfib_net *mnet, u32 id);
struct mfib_fib *mfib_fib_hold(struct mfib_net *mnet, u32 id, u8 holder,
			       struct netlink_ext_ack *extack);
struct mfib_fib *mfib_fib_alloc(struct mfib_net *mnet, u32 id);
void mfib_fib_dispose(struct mfib_fib *fib);
bool mfib_fib_conflicts(struct mfib_net *mnet, const struct net_device *dev);
void mfib_fib_release(struct mfib_fib *fib, u8 holder);

/* fib_check.c */
int mfib_fib_check(const struct mfib_fib *fib, struct netlink_ext_ack *extack);

#endif /* _MFIB_FIB_H */
