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

#include <linux/rtnetlink.h>
#include <net/fib_notifier.h>
#include <net/fib_rules.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>

#include "device.h"
#include "fib.h"
#include "ktable.h"
#include "net.h"
#include "nexthop.h"
#include "route.h"

/* What has happened. */
enum what {
	ROUTE_SET,
	ROUTE_GONE,
	RULE_GONE,
	DEFAULT_CHANGED,
};

struct event {
	struct list_head node;
	enum what what;
	u32 table;
	u64 serial;
	struct mfib_prefix prefix;
	u32 metric;
	int ifindex;
	u8 type;
};

/* Tells which FIB of this id it is, as ids are used again; 0 for none. */
static u64 fib_serial(struct mfib_net *mnet, u32 table)
{
	const struct mfib_fib *fib;
	u64 serial = 0;

	rcu_read_lock();
	fib = mfib_fib_find(mnet, table);
	if (fib)
		serial = fib->serial;
	rcu_read_unlock();
	return serial;
}

static void enqueue(struct mfib_net *mnet, const struct event *what)
{
	struct event *event = kmemdup(what, sizeof(*what), GFP_ATOMIC);

	spin_lock_bh(&mnet->follow.lock);
	if (event)
		list_add_tail(&event->node, &mnet->follow.queue);
	else
		mnet->follow.lost = true;
	spin_unlock_bh(&mnet->follow.lock);
	queue_delayed_work(mfib_wq, &mnet->follow.work, 0);
}

static void route4(struct mfib_net *mnet, unsigned long happened,
		   const struct fib_entry_notifier_info *entry)
{
	struct event event = {
		.what = ROUTE_GONE,
		.table = entry->tb_id,
		.prefix.family = MFIB_IPV4,
		.prefix.len = entry->dst_len,
	};
	const struct fib_nh_common *nhc;
	__be32 dst = htonl(entry->dst);

	event.serial = fib_serial(mnet, entry->tb_id);
	if (!event.serial)
		return;
	memcpy(event.prefix.addr, &dst, sizeof(dst));
	nhc = fib_info_nhc(entry->fi, 0);
	event.ifindex = nhc->nhc_dev ? nhc->nhc_dev->ifindex : 0;
	if (!entry->dst_len)
		event.what = DEFAULT_CHANGED;
	else if (happened == FIB_EVENT_ENTRY_REPLACE &&
		 entry->fi->fib_protocol == RTPROT_KERNEL)
		switch (entry->type) {
		case RTN_UNICAST:
			if (nhc->nhc_gw_family || !event.ifindex)
				break;
			fallthrough;
		case RTN_LOCAL:
		case RTN_BROADCAST:
			event.what = ROUTE_SET;
			event.type = entry->type;
			event.metric = entry->fi->fib_priority;
		}
	enqueue(mnet, &event);
}

#if IS_ENABLED(CONFIG_IPV6)
static void route6(struct mfib_net *mnet, unsigned long happened,
		   const struct fib6_entry_notifier_info *entry)
{
	const struct fib6_info *rt = entry->rt;
	struct event event = {
		.what = ROUTE_GONE,
		.prefix.family = MFIB_IPV6,
		.prefix.len = rt->fib6_dst.plen,
	};
	const struct fib_nh_common *nhc;

	if (!rt->fib6_table)
		return;
	event.table = rt->fib6_table->tb6_id;
	event.serial = fib_serial(mnet, event.table);
	if (!event.serial)
		return;
	/* Link-local and multicast prefixes belong to ports, not to FIBs. But
	 * they tell that IPv6 was switched on, and nothing else does.
	 */
	if (rt->fib6_dst.plen && (ipv6_addr_type(&rt->fib6_dst.addr) &
				  (IPV6_ADDR_LINKLOCAL |
				   IPV6_ADDR_MULTICAST))) {
		if (happened == FIB_EVENT_ENTRY_REPLACE) {
			event.what = DEFAULT_CHANGED;
			enqueue(mnet, &event);
		}
		return;
	}
	memcpy(event.prefix.addr, &rt->fib6_dst.addr,
	       sizeof(event.prefix.addr));
	nhc = rt->nh ? nexthop_fib_nhc(rt->nh, 0) : &rt->fib6_nh->nh_common;
	event.ifindex = nhc && nhc->nhc_dev ? nhc->nhc_dev->ifindex : 0;
	if (!rt->fib6_dst.plen)
		event.what = DEFAULT_CHANGED;
	else if (happened == FIB_EVENT_ENTRY_REPLACE &&
		 rt->fib6_protocol == RTPROT_KERNEL)
		switch (rt->fib6_type) {
		case RTN_UNICAST:
			if (rt->fib6_flags & (RTF_GATEWAY | RTF_REJECT) ||
			    !event.ifindex)
				break;
			fallthrough;
		case RTN_LOCAL:
		case RTN_ANYCAST:
			event.what = ROUTE_SET;
			event.type = rt->fib6_type;
			event.metric = rt->fib6_metric;
		}
	enqueue(mnet, &event);
}
#else
static void route6(struct mfib_net *mnet, unsigned long happened,
		   const struct fib6_entry_notifier_info *entry)
{
}
#endif

static int fib_event(struct notifier_block *nb, unsigned long happened,
		     void *ptr)
{
	struct mfib_net *mnet = container_of(nb, struct mfib_net, follow.nb);
	struct fib_notifier_info *info = ptr;

	switch (happened) {
	case FIB_EVENT_ENTRY_REPLACE:
	case FIB_EVENT_ENTRY_DEL:
		if (info->family == AF_INET)
			route4(mnet, happened,
			       container_of(info, struct fib_entry_notifier_info,
					    info));
		else if (info->family == AF_INET6)
			route6(mnet, happened,
			       container_of(info,
					    struct fib6_entry_notifier_info,
					    info));
		break;
	case FIB_EVENT_RULE_DEL:
		if (container_of(info, struct fib_rule_notifier_info,
				 info)->rule->l3mdev)
			enqueue(mnet, &(struct event){ .what = RULE_GONE });
		break;
	}
	return NOTIFY_DONE;
}

static void unfollow(struct mfib_fib *fib, const struct mfib_prefix *prefix)
{
	mfib_route_unfollow(fib, prefix);
	if (fib->draft)
		mfib_route_unfollow(fib->draft, prefix);
}

static int set_route(struct mfib_fib *fib, const struct event *event)
{
	struct mfib_info_key key = {
		.type = event->type,
		.protocol = RTPROT_KERNEL,
		.metric = event->metric,
		.flags = MFIB_ROUTE_F_FOLLOWED,
	};
	struct mfib_nexthop_spec spec = {};
	struct mfib_nexthop *nh = NULL;
	int err = -ENODEV;

	/* A prefix has one followed route, whatever its metric was. */
	unfollow(fib, &event->prefix);
	if (event->type == RTN_UNICAST) {
		rcu_read_lock();
		spec.dev = dev_get_by_index_rcu(fib->mnet->net, event->ifindex);
		dev_hold(spec.dev);
		rcu_read_unlock();
		/* The port may have left since; then the route has, too. */
		if (!spec.dev || !mfib_port_find(fib->dev, spec.dev))
			goto put_dev;
		nh = mfib_nexthop_share(fib->mnet, &spec, NULL);
		if (IS_ERR(nh)) {
			err = PTR_ERR(nh);
			goto put_dev;
		}
		err = mfib_nexthop_enable(nh, event->prefix.family, NULL);
		if (err)
			goto put_nh;
		key.nh = nh;
	}
	err = mfib_route_set(fib, &event->prefix, &key,
			     NLM_F_CREATE | NLM_F_EXCL, NULL);
	if (!err && fib->draft)
		err = mfib_route_set(fib->draft, &event->prefix, &key,
				     NLM_F_CREATE | NLM_F_EXCL, NULL);
put_nh:
	if (nh)
		mfib_nexthop_put(nh);
put_dev:
	dev_put(spec.dev);
	return err == -ENODEV ? 0 : err;
}

/* Returns false if memory was short. */
static bool apply(struct mfib_net *mnet, const struct event *event)
{
	struct mfib_fib *fib;

	if (event->what == RULE_GONE) {
		mfib_ktable_update(mnet, NULL);
		return true;
	}
	fib = mfib_fib_find(mnet, event->table);
	if (!fib || fib->serial != event->serial || !fib->dev)
		return true;
	switch (event->what) {
	case ROUTE_SET:
		return set_route(fib, event) != -ENOMEM;
	case ROUTE_GONE:
		unfollow(fib, &event->prefix);
		break;
	case DEFAULT_CHANGED:
		mfib_ktable_recheck(fib);
		break;
	case RULE_GONE:
		break;
	}
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
	struct event *event, *tmp;

	list_for_each_entry_safe(event, tmp, list, node)
		kfree(event);
	INIT_LIST_HEAD(list);
}

static bool is_followed(const struct mfib_info *info, const void *arg)
{
	return info->key.flags & MFIB_ROUTE_F_FOLLOWED;
}

/* The kernel gives up if its routes change all the while it tells them. */
#define RETRY_DELAY	(HZ / 10)

static int listen(struct mfib_net *mnet)
{
	int err = register_fib_notifier(mnet->net, &mnet->follow.nb, NULL,
					NULL);

	if (err == -EBUSY) {
		spin_lock_bh(&mnet->follow.lock);
		mnet->follow.lost = true;
		spin_unlock_bh(&mnet->follow.lock);
		queue_delayed_work(mfib_wq, &mnet->follow.work, RETRY_DELAY);
		err = 0;
	}
	return err;
}

static void follow_anew(struct mfib_net *mnet)
{
	struct mfib_fib *fib;
	unsigned long id;
	LIST_HEAD(list);

	net_info_ratelimited("mfib: following the kernel's routes anew\n");
	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	take(mnet, &list);
	free_events(&list);
	mfib_lock(mnet);
	xa_for_each(&mnet->fibs, id, fib)
		mfib_route_purge(fib, is_followed, NULL);
	mfib_unlock(mnet);
	if (listen(mnet))
		net_err_ratelimited("mfib: cannot follow the kernel's routes any more: reload the module\n");
}

static void work(struct work_struct *work)
{
	struct mfib_net *mnet = container_of(work, struct mfib_net,
					     follow.work.work);
	struct event *event, *tmp;
	LIST_HEAD(list);
	bool lost;

	lost = take(mnet, &list);
	mfib_lock(mnet);
	list_for_each_entry_safe(event, tmp, &list, node) {
		if (!apply(mnet, event))
			lost = true;
		kfree(event);
	}
	mfib_unlock(mnet);
	if (lost)
		follow_anew(mnet);
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
	err = listen(mnet);
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

	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	cancel_delayed_work_sync(&mnet->follow.work);
	/* The work may just have registered the notifier again. */
	unregister_fib_notifier(mnet->net, &mnet->follow.nb);
	cancel_delayed_work_sync(&mnet->follow.work);
	take(mnet, &list);
	free_events(&list);
}
