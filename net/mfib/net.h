/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State of one network namespace.
 */
#ifndef _MFIB_NET_H
#define _MFIB_NET_H

#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct genl_info;
struct mfib_info_dir;
struct net;
struct sk_buff;

/**
 * struct mfib_net - mfib in one network namespace
 * @net: the namespace
 * @lock: serialises every change of FIBs, next hops and routes of the
 *	namespace; taken inside the RTNL where both are needed, by mfib_lock()
 *	and mfib_unlock()
 * @seq: change sequence, see %MFIB_A_SEQ
 * @fib_serial: serial number of the FIB last created
 * @drafts: number of FIBs with a draft; read without the lock as well
 * @fibs: FIBs by id; read under RCU as well
 * @nexthops: named next hops by id
 * @nexthops_shared: anonymous next hops by what they are
 * @groups_shared: anonymous groups by their members
 * @nexthops_by_dev: all next hops but groups, by interface index
 * @groups: groups of next hops
 * @infos: what routes share, by what it is
 * @info_ids: indices in use
 * @info_dir: what routes share, by index; read by the datapath
 * @alias_sets: prefixes with more than one route
 * @revive: another try for next hops that memory was too short for when their
 *	device came up
 * @neigh: members of groups whose gateway does not answer, how many there are
 *	and the work they make, see neigh.c
 * @follow: following the kernel's own tables, see follow.c
 * @notify: notifications not yet sent, and the request that causes them or
 *	NULL, see notify.h; under @lock
 * @ktable: what mfib keeps in the kernel's own tables, see ktable.c
 */
struct mfib_net {
	struct net *net;
	struct mutex lock; /* see above */
	u64 seq;
	u64 fib_serial;
	u32 drafts;
	struct xarray fibs;
	struct xarray nexthops;
	struct rhashtable nexthops_shared;
	struct rhashtable groups_shared;
	DECLARE_HASHTABLE(nexthops_by_dev, 8);
	struct hlist_head groups;
	struct rhashtable infos;
	struct ida info_ids;
	struct mfib_info_dir __rcu *info_dir;
	struct list_head alias_sets;
	struct delayed_work revive;
	struct {
		u32 unresolved; /* read without the lock as well */
		struct work_struct check;
		struct delayed_work probe;
	} neigh;
	struct {
		struct notifier_block nb;
		spinlock_t lock; /* queue and lost, from atomic context */
		struct list_head queue;
		bool lost;
		bool again; /* under @lock of the namespace, as the rest */
		bool sweeps;
		u32 epoch;
		struct delayed_work work;
		struct notifier_block nexthop_nb;
		struct xarray objects;
		bool stale; /* read without the lock as well */
	} follow;
	struct {
		struct sk_buff *skb;
		struct genl_info *request;
	} notify;
	struct {
		struct list_head dirty;
		struct work_struct work;
		struct delayed_work recheck;
		u8 rules;
	} ktable;
};

/* Asserts that the namespace's state cannot change under the caller. */
#define ASSERT_MFIB(mnet)	lockdep_assert_held(&(mnet)->lock)

/* Reads an RCU pointer that only holders of the lock write. */
#define mfib_dereference(mnet, p) \
	rcu_dereference_protected(p, lockdep_is_held(&(mnet)->lock))

extern struct workqueue_struct *mfib_wq;

struct mfib_net *mfib_net(const struct net *net);
void mfib_lock(struct mfib_net *mnet);
void mfib_unlock(struct mfib_net *mnet);

int mfib_net_setup(void);
void mfib_net_teardown(void);

#endif /* _MFIB_NET_H */
