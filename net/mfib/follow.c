// SPDX-License-Identifier: GPL-2.0
/*
 * When a port gets an address, the kernel adds local and connected routes to
 * the table of the FIB's id. They appear in the FIB: a notifier, which must not
 * sleep, queues what happened; a work item applies it in order.
 *
 * Should memory be too short to queue an event, everything is followed anew:
 * the kernel tells all its routes to a notifier that registers.
 */
#include "follow.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/fib_notifier.h>

#include "device.h"
#include "fib.h"
#include "group.h"
#include "ktable.h"
#include "net.h"
#include "nexthop.h"
#include "route.h"

static void enqueue(struct mfib_net *mnet, struct mfib_follow_event *event)
{
	spin_lock_bh(&mnet->follow.lock);
	if (IS_ERR(event))
		mnet->follow.lost = true;
	else
		list_add_tail(&event->node, &mnet->follow.queue);
	spin_unlock_bh(&mnet->follow.lock);
	queue_delayed_work(mfib_wq, &mnet->follow.work, 0);
}

static int fib_event(struct notifier_block *nb, unsigned long happened,
		     void *ptr)
{
	struct mfib_net *mnet = container_of(nb, struct mfib_net, follow.nb);
	struct mfib_follow_event *event;

	event = mfib_follow_event(mnet, happened, ptr);
	if (event)
		enqueue(mnet, event);
	return NOTIFY_DONE;
}

static void unfollow(struct mfib_fib *fib, const struct mfib_prefix *prefix)
{
	mfib_route_unfollow(fib, prefix);
	if (fib->draft)
		mfib_route_unfollow(fib->draft, prefix);
}

/* What a FIB makes of a route. */
enum verdict {
	FORWARD,	/* to a next hop, or as its type says */
	LEAVE,		/* the kernel gets the packets */
	IGNORE,		/* it is not there any more, or asks the FIB */
};

/* The anonymous next hop that a route of the kernel has. */
static int share_hop(struct mfib_fib *fib, const struct mfib_follow_hop *hop,
		     struct mfib_nexthop **nh)
{
	struct mfib_nexthop_spec spec = { .gw = hop->gw, .mtu = hop->mtu };
	int ret = IGNORE;

	rcu_read_lock();
	spec.dev = dev_get_by_index_rcu(fib->mnet->net, hop->ifindex);
	dev_hold(spec.dev);
	rcu_read_unlock();
	if (!spec.dev || spec.dev == fib->dev)
		goto put_dev;
	ret = LEAVE;
	if (!mfib_port_find(fib->dev, spec.dev))
		goto put_dev;
	*nh = mfib_nexthop_share(fib->mnet, &spec, NULL);
	if (*nh == ERR_PTR(-ENOMEM))
		ret = -ENOMEM;
	else if (!IS_ERR(*nh))
		ret = FORWARD;
put_dev:
	dev_put(spec.dev);
	return ret;
}

/* One that is there twice weighs more. */
static void add_member(struct mfib_group_spec *spec, struct mfib_nexthop *nh,
		       u32 weight)
{
	u32 i;

	for (i = 0; i < spec->n && spec->member[i].nh != nh; i++)
		;
	if (i == spec->n) {
		spec->member[i].nh = nh;
		spec->n++;
	} else {
		mfib_nexthop_put(nh);
	}
	spec->member[i].weight = min_t(u32, spec->member[i].weight + weight,
				       MFIB_GROUP_WEIGHT);
}

/* Several of them. @like is what the route has had. */
static int share_hops(struct mfib_fib *fib,
		      const struct mfib_follow_event *event,
		      const struct mfib_nexthop *like, struct mfib_nexthop **nh)
{
	struct mfib_group_spec *spec = kzalloc(sizeof(*spec), GFP_KERNEL);
	int ret = FORWARD;
	u32 i;

	if (!spec)
		return -ENOMEM;
	for (i = 0; i < event->n && ret == FORWARD; i++) {
		ret = share_hop(fib, &event->hop[i], nh);
		if (ret == FORWARD)
			add_member(spec, *nh, event->hop[i].weight);
	}
	if (ret == FORWARD) {
		*nh = mfib_group_share(fib->mnet, spec, like, NULL);
		if (IS_ERR(*nh))
			ret = -ENOMEM;
	}
	mfib_group_spec_free(spec);
	return ret;
}

/* Whether a next hop of an object leads through ports of a FIB. */
static bool is_of_fib(const struct mfib_fib *fib, const struct mfib_nexthop *nh)
{
	const struct mfib_group *group = mfib_dereference(fib->mnet, nh->group);
	u32 i;

	if (!group)
		return mfib_port_find(fib->dev, nh->dev);
	if (mfib_group_is_empty(nh))
		return false;
	for (i = 0; i < group->n; i++) {
		nh = mfib_member_nexthop(&group->member[i]);
		if (nh && !mfib_port_find(fib->dev, nh->dev))
			return false;
	}
	return true;
}

/* Where the packets of a unicast route go: a next hop with a reference. */
static int find_hop(struct mfib_fib *fib, const struct mfib_follow_event *event,
		    struct mfib_info_key *key)
{
	const struct mfib_info *known;
	bool blackhole;
	int ret;

	if (event->trap)
		return LEAVE;
	if (event->object) {
		key->nh = mfib_follow_object(fib->mnet, event->object,
					     &blackhole);
		if (blackhole) {
			key->type = RTN_BLACKHOLE;
			return FORWARD;
		}
		if (!key->nh || !is_of_fib(fib, key->nh)) {
			key->nh = NULL;
			return LEAVE;
		}
		mfib_nexthop_hold(key->nh);
	} else if (event->n == 1) {
		ret = share_hop(fib, &event->hop[0], &key->nh);
		if (ret != FORWARD)
			return ret;
	} else {
		known = mfib_route_followed(fib, &event->prefix);
		ret = share_hops(fib, event, known ? known->key.nh : NULL,
				 &key->nh);
		if (ret != FORWARD)
			return ret;
	}
	ret = mfib_nexthop_enable(key->nh, event->prefix.family, NULL);
	if (!ret)
		return FORWARD;
	mfib_nexthop_put(key->nh);
	return ret == -ENOMEM ? ret : LEAVE;
}

/* Whether the kernel gets the packets of a route. */
static bool is_kernels(const struct mfib_info_key *key)
{
	return key->flags & MFIB_ROUTE_F_TRAP || key->type == RTN_LOCAL ||
	       key->type == RTN_BROADCAST || key->type == RTN_ANYCAST;
}

static int set_route(struct mfib_fib *fib,
		     const struct mfib_follow_event *event)
{
	struct mfib_info_key key = {
		.type = event->type,
		.protocol = event->protocol,
		.metric = event->metric,
		.flags = MFIB_ROUTE_F_FOLLOWED,
		.generation = fib->mnet->follow.epoch,
	};
	int ret = FORWARD, err;

	if (event->type == RTN_UNICAST)
		ret = find_hop(fib, event, &key);
	else if (event->tos)
		ret = LEAVE;
	if (ret < 0)
		return ret;
	/* A connected route whose port has left has left, too. */
	if (ret == IGNORE || (ret == LEAVE && !fib->follows_all)) {
		unfollow(fib, &event->prefix);
		return 0;
	}
	if (ret == LEAVE) {
		key.type = RTN_UNICAST;
		key.nh = NULL;
		key.flags |= MFIB_ROUTE_F_TRAP;
	}
	err = mfib_route_follow(fib, &event->prefix, &key);
	if (!err && fib->draft)
		err = mfib_route_follow(fib->draft, &event->prefix, &key);
	if (!err && fib->marks)
		mfib_follow_event_mark(fib->mnet, event,
				       fib->follows_all && !is_kernels(&key),
				       fib->follows_all && is_kernels(&key));
	if (key.nh)
		mfib_nexthop_put(key.nh);
	return err;
}

static bool is_old(const struct mfib_info *info, const void *arg)
{
	const u32 *epoch = arg;

	return mfib_info_is_followed(info) && info->key.generation != *epoch;
}

/* All that is there has been told since the epoch began. */
static void sweep(struct mfib_net *mnet)
{
	struct mfib_fib *fib;
	unsigned long id;

	if (!mnet->follow.sweeps)
		return;
	mnet->follow.sweeps = false;
	xa_for_each(&mnet->fibs, id, fib) {
		mfib_route_purge(fib, is_old, &mnet->follow.epoch);
		/* Or else what is marked is still to be told. */
		if (!mnet->follow.again)
			WRITE_ONCE(fib->marks, fib->follows_all);
	}
}

/* Returns false if memory was short. */
static bool apply(struct mfib_net *mnet, const struct mfib_follow_event *event)
{
	struct mfib_fib *fib;

	switch (event->what) {
	case MFIB_FOLLOW_RULE:
		mfib_ktable_update(mnet, NULL);
		return true;
	case MFIB_FOLLOW_END:
		sweep(mnet);
		return true;
	default:
		break;
	}
	fib = mfib_fib_find(mnet, event->table);
	if (!fib || fib->serial != event->serial || !fib->dev)
		return true;
	if (event->what != MFIB_FOLLOW_ROUTE)
		mfib_ktable_recheck(fib);
	if (event->what == MFIB_FOLLOW_LINK)
		return true;
	if (event->there && (fib->follows_all || event->connected))
		return set_route(fib, event) != -ENOMEM;
	unfollow(fib, &event->prefix);
	if (fib->marks)
		mfib_follow_event_mark(mnet, event, false, false);
	return true;
}

/* Takes the queue; tells whether an event was lost. */
static bool take(struct mfib_net *mnet, struct list_head *list)
{
	bool lost;

	spin_lock_bh(&mnet->follow.lock);
	list_splice_tail_init(&mnet->follow.queue, list);
	lost = mnet->follow.lost;
	mnet->follow.lost = false;
	spin_unlock_bh(&mnet->follow.lock);
	return lost;
}

static void free_events(struct list_head *list)
{
	struct mfib_follow_event *event, *tmp;

	list_for_each_entry_safe(event, tmp, list, node) {
		mfib_follow_event_free(event);
		cond_resched();
	}
	INIT_LIST_HEAD(list);
}

/* After the kernel gave up, as it does if its routes change all the while it tells
 * them; or when there was no memory.
 */
#define RETRY_DELAY	(HZ / 10)

/* What the kernel told before it gave up is told again. */
static void discard(struct notifier_block *nb)
{
	struct mfib_net *mnet = container_of(nb, struct mfib_net, follow.nb);
	LIST_HEAD(list);

	spin_lock_bh(&mnet->follow.lock);
	list_splice_tail_init(&mnet->follow.queue, &list);
	spin_unlock_bh(&mnet->follow.lock);
	free_events(&list);
}

static void retry(struct mfib_net *mnet)
{
	mfib_lock(mnet);
	mnet->follow.again = true;
	mfib_unlock(mnet);
	queue_delayed_work(mfib_wq, &mnet->follow.work, RETRY_DELAY);
}

static int listen(struct mfib_net *mnet)
{
	struct mfib_follow_event *end;
	int err;

	end = kzalloc(sizeof(*end), GFP_KERNEL);
	if (!end)
		return -ENOMEM;
	end->what = MFIB_FOLLOW_END;
	err = register_fib_notifier(mnet->net, &mnet->follow.nb, discard, NULL);
	if (!err) {
		enqueue(mnet, end);
		return 0;
	}
	kfree(end);
	return err;
}

/* Has all routes told once more, and then forgets those that were not. They
 * forward all the while.
 */
static void follow_again(struct mfib_net *mnet)
{
	LIST_HEAD(list);

	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	take(mnet, &list);
	free_events(&list);
	mfib_lock(mnet);
	mnet->follow.again = false;
	mnet->follow.sweeps = true;
	mnet->follow.epoch++;
	mfib_unlock(mnet);
	if (listen(mnet))
		retry(mnet);
}

/* So many events are applied before others have their turn with the lock. */
#define BATCH		1024

static void work(struct work_struct *work)
{
	struct mfib_net *mnet = container_of(work, struct mfib_net,
					     follow.work.work);
	struct mfib_follow_event *event, *tmp;
	bool lost, again;
	u32 done = 0;
	LIST_HEAD(list);

	lost = take(mnet, &list);
	lost |= !mfib_follow_objects_load(mnet, &list);
	mfib_lock(mnet);
	/* Who has not been told of all must not forget any. */
	if (lost)
		mnet->follow.sweeps = false;
	list_for_each_entry_safe(event, tmp, &list, node) {
		if (!apply(mnet, event)) {
			mnet->follow.sweeps = false;
			lost = true;
		}
		mfib_follow_event_free(event);
		if (++done % BATCH)
			continue;
		mfib_unlock(mnet);
		cond_resched();
		mfib_lock(mnet);
	}
	again = mnet->follow.again;
	mfib_unlock(mnet);
	if (lost) {
		net_info_ratelimited("mfib: no memory for what the kernel told of its routes: following them anew\n");
		retry(mnet);
	} else if (again) {
		follow_again(mnet);
	}
}

/**
 * mfib_follow_again() - have the kernel tell all its routes once more, soon
 * @mnet: the namespace
 *
 * Context: &mfib_net.lock.
 */
void mfib_follow_again(struct mfib_net *mnet)
{
	ASSERT_MFIB(mnet);
	mnet->follow.again = true;
	queue_delayed_work(mfib_wq, &mnet->follow.work, 0);
}

/**
 * mfib_follow_set() - set what a FIB follows
 * @fib: the FIB
 * @all: all routes of its table, or connected ones only
 *
 * Context: &mfib_net.lock. It is done soon afterwards.
 */
void mfib_follow_set(struct mfib_fib *fib, bool all)
{
	ASSERT_MFIB(fib->mnet);
	if (fib->follows_all == all)
		return;
	WRITE_ONCE(fib->follows_all, all);
	if (!fib->dev)
		return;
	/* What has been marked is to be told. */
	WRITE_ONCE(fib->marks, true);
	mfib_follow_again(fib->mnet);
}

/**
 * mfib_follow_setup() - follow a namespace's tables
 * @mnet: the namespace
 *
 * Context: process context, without the RTNL.
 * Return: 0 or a negative errno.
 */
int mfib_follow_setup(struct mfib_net *mnet)
{
	int err;

	spin_lock_init(&mnet->follow.lock);
	INIT_LIST_HEAD(&mnet->follow.queue);
	INIT_DELAYED_WORK(&mnet->follow.work, work);
	mnet->follow.nb.notifier_call = fib_event;
	err = mfib_follow_objects_setup(mnet);
	if (err)
		return err;
	err = listen(mnet);
	if (err == -EBUSY) {
		retry(mnet);
		err = 0;
	}
	if (err)
		mfib_follow_teardown(mnet);
	return err;
}

/**
 * mfib_follow_teardown() - stop following a namespace's tables
 * @mnet: the namespace
 *
 * Context: process context, without the RTNL.
 */
void mfib_follow_teardown(struct mfib_net *mnet)
{
	LIST_HEAD(list);

	mfib_follow_objects_stop(mnet);
	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	cancel_delayed_work_sync(&mnet->follow.work);
	/* The work may just have registered the notifier again. */
	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	cancel_delayed_work_sync(&mnet->follow.work);
	take(mnet, &list);
	free_events(&list);
	mfib_follow_objects_teardown(mnet);
}
