// SPDX-License-Identifier: GPL-2.0
#include "fib.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/l3mdev.h>

#include "alias.h"
#include "device.h"
#include "draft.h"
#include "notify.h"

/* A VRF works with the kernel's table of its id, as a FIB's device does. */
static bool used_by_vrf(struct net *net, u32 id)
{
	struct net_device *dev;
	bool used = false;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		if (netif_is_l3_master(dev) && !mfib_dev_is(dev) &&
		    l3mdev_fib_table_rcu(dev) == id) {
			used = true;
			break;
		}
	}
	rcu_read_unlock();
	return used;
}

/**
 * mfib_fib_conflicts() - whether a device wants the table of a FIB's id
 * @mnet: the namespace
 * @dev: the device, which can be found by now
 *
 * Context: &mfib_net.lock, so that a FIB created later finds the device.
 */
bool mfib_fib_conflicts(struct mfib_net *mnet, const struct net_device *dev)
{
	bool conflicts;

	ASSERT_MFIB(mnet);
	rcu_read_lock();
	conflicts = netif_is_l3_master(dev) && !mfib_dev_is(dev) &&
		    mfib_fib_find(mnet, l3mdev_fib_table_rcu(dev));
	rcu_read_unlock();
	return conflicts;
}

static void destroy_trees(struct mfib_fib *fib)
{
	enum mfib_family family;

	for (family = 0; family < MFIB_FAMILIES; family++) {
		/* Nobody else has the FIB. */
		struct mfib_lpm *lpm =
			rcu_dereference_protected(fib->lpm[family], true);

		if (lpm)
			mfib_lpm_destroy(lpm);
	}
	kfree(fib);
}

static void free_work(struct work_struct *work)
{
	destroy_trees(container_of(to_rcu_work(work), struct mfib_fib,
				   free_work));
}

/**
 * mfib_fib_alloc() - an empty FIB that nobody knows yet
 * @mnet: the namespace
 * @id: its id
 *
 * Context: process context, &mfib_net.lock.
 * Return: the FIB, NULL if there is no memory.
 */
struct mfib_fib *mfib_fib_alloc(struct mfib_net *mnet, u32 id)
{
	struct mfib_fib *fib = kzalloc(sizeof(*fib), GFP_KERNEL_ACCOUNT);
	enum mfib_family family;

	ASSERT_MFIB(mnet);
	if (!fib)
		return NULL;
	fib->mnet = mnet;
	fib->id = id;
	fib->serial = ++mnet->fib_serial;
	INIT_RCU_WORK(&fib->free_work, free_work);
	for (family = 0; family < MFIB_FAMILIES; family++) {
		struct mfib_lpm *lpm =
			mfib_lpm_create(mfib_family_width(family));

		if (!lpm) {
			destroy_trees(fib);
			return NULL;
		}
		RCU_INIT_POINTER(fib->lpm[family], lpm);
	}
	return fib;
}

static struct mfib_fib *create(struct mfib_net *mnet, u32 id,
			       struct netlink_ext_ack *extack)
{
	struct mfib_fib *fib;
	int err;

	if (!id || (id >= RT_TABLE_DEFAULT && id <= RT_TABLE_LOCAL)) {
		NL_SET_ERR_MSG(extack,
			       "FIB ids 0 and 253 to 255 are reserved: use another id");
		return ERR_PTR(-EINVAL);
	}
	if (used_by_vrf(mnet->net, id)) {
		NL_SET_ERR_MSG(extack,
			       "A VRF uses the table of this id: use another id or delete the VRF");
		return ERR_PTR(-EBUSY);
	}
	fib = mfib_fib_alloc(mnet, id);
	if (!fib)
		return ERR_PTR(-ENOMEM);
	err = xa_err(xa_store(&mnet->fibs, id, fib, GFP_KERNEL_ACCOUNT));
	if (err) {
		destroy_trees(fib);
		return ERR_PTR(err);
	}
	return fib;
}

/**
 * mfib_fib_find() - a FIB by id
 * @mnet: the namespace
 * @id: the id
 *
 * Context: &mfib_net.lock, or rcu_read_lock() to see whether it exists.
 * Return: the FIB, or NULL.
 */
struct mfib_fib *mfib_fib_find(struct mfib_net *mnet, u32 id)
{
	return xa_load(&mnet->fibs, id);
}

/**
 * mfib_fib_hold() - have a FIB exist
 * @mnet: the namespace
 * @id: its id
 * @holder: MFIB_HELD_BY_*
 * @extack: says what is wrong
 *
 * The caller tells listeners.
 *
 * Context: process context, &mfib_net.lock.
 * Return: the FIB, new or known; an error pointer: -EINVAL if the id is
 * reserved, -EBUSY if a VRF uses it, -ENOMEM.
 */
struct mfib_fib *mfib_fib_hold(struct mfib_net *mnet, u32 id, u8 holder,
			       struct netlink_ext_ack *extack)
{
	struct mfib_fib *fib;

	ASSERT_MFIB(mnet);
	fib = mfib_fib_find(mnet, id);
	if (!fib) {
		fib = create(mnet, id, extack);
		if (IS_ERR(fib))
			return fib;
	}
	fib->held_by |= holder;
	return fib;
}

/* Gives up what the routes hold, and tells so. The trees stay as they are, for
 * packets that are still in them.
 */
static void put_routes(struct mfib_fib *fib)
{
	struct mfib_net *mnet = fib->mnet;
	enum mfib_family family;

	for (family = 0; family < MFIB_FAMILIES; family++) {
		struct mfib_lpm_cursor cursor = {};
		u32 index;

		while ((index = mfib_lpm_next(mfib_fib_lpm(fib, family),
					      &cursor))) {
			struct mfib_info *single[1], *const *alias, *info;
			struct mfib_prefix prefix;
			const struct mfib_info *active;
			struct mfib_alias_set *set;
			u32 i, n;

			prefix = mfib_prefix_at(&cursor, family);
			info = mfib_info_of(mnet, index);
			active = mfib_info_active(info);
			n = mfib_aliases(mnet, index, single, &alias);
			fib->total[family] -= n;
			for (i = 0; i < n; i++) {
				mfib_notify_route_gone(fib, &prefix, alias[i],
						       alias[i] == active);
				mfib_info_put(alias[i]);
			}
			set = mfib_alias_set(info);
			if (set)
				mfib_alias_set_free(set);
			cond_resched();
		}
	}
}

/**
 * mfib_fib_dispose() - give up a FIB that can be found no longer
 * @fib: the FIB; freed with its routes when nobody is in it any more
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_fib_dispose(struct mfib_fib *fib)
{
	put_routes(fib);
	queue_rcu_work(mfib_wq, &fib->free_work);
}

/**
 * mfib_fib_release() - a holder gives a FIB up
 * @fib: the FIB; destroyed with its routes if this was the last holder
 * @holder: MFIB_HELD_BY_*
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_fib_release(struct mfib_fib *fib, u8 holder)
{
	ASSERT_MFIB(fib->mnet);
	fib->held_by &= ~holder;
	if (fib->held_by)
		return;
	xa_erase(&fib->mnet->fibs, fib->id);
	if (fib->draft)
		mfib_draft_discard(fib);
	put_routes(fib);
	fib->routes = 0;
	mfib_notify_fib_gone(fib);
	queue_rcu_work(mfib_wq, &fib->free_work);
}
