// SPDX-License-Identifier: GPL-2.0
/*
 * Members of groups are not up while their gateway does not answer. The kernel
 * tells when it gives a neighbour up, or hears of it again; what is true then is
 * looked up in its tables, so that nothing has to be remembered in between.
 *
 * Who gets no packets is not asked for either, so that a gateway that comes back
 * would not be noticed: those that do not answer are asked for again and again.
 */
#include "neigh.h"

#include <net/arp.h>
#include <net/ndisc.h>
#include <net/neighbour.h>
#include <net/netevent.h>

#include "alias.h"
#include "group.h"
#include "net.h"

/* How often is asked for a gateway that does not answer. The kernel asks three
 * times, one second apart, and then gives it up.
 */
#define PROBE_INTERVAL	(5 * HZ)

static struct neigh_table *table_of(const struct mfib_nexthop *nh)
{
	switch (nh->gw.family) {
	case AF_INET:
		return &arp_tbl;
#if IS_ENABLED(CONFIG_IPV6)
	case AF_INET6:
		return &nd_tbl;
#endif
	}
	return NULL;
}

/* The state of a next hop's gateway, NUD_NONE if it is not known. */
static u8 state_of(const struct mfib_nexthop *nh)
{
	struct neigh_table *table = table_of(nh);
	struct neighbour *n;
	u8 state;

	if (!table)
		return NUD_NONE;
	n = neigh_lookup(table, nh->gw.addr, nh->dev);
	if (!n)
		return NUD_NONE;
	state = READ_ONCE(n->nud_state);
	neigh_release(n);
	return state;
}

/* Has the kernel ask for it. Should memory be short, the next time. */
static void probe(const struct mfib_nexthop *nh)
{
	struct neigh_table *table = table_of(nh);
	struct neighbour *n;

	if (!table)
		return;
	n = neigh_lookup(table, nh->gw.addr, nh->dev);
	if (!n)
		n = neigh_create(table, nh->gw.addr, nh->dev);
	if (IS_ERR(n))
		return;
	neigh_event_send(n, NULL);
	neigh_release(n);
}

static bool check(struct mfib_nexthop *nh)
{
	u8 state = state_of(nh);
	bool unresolved = nh->unresolved;

	if (nh->dead || state & NUD_VALID)
		unresolved = false;
	else if (state & NUD_FAILED)
		unresolved = true;
	if (unresolved == nh->unresolved)
		return false;
	nh->unresolved = unresolved;
	mfib_nexthop_changed(nh);
	return true;
}

/* Goes through all members, of which some are in several groups. */
static void check_all(struct mfib_net *mnet, bool ask)
{
	struct mfib_nexthop *nh, *member;
	const struct mfib_group *group;
	bool changed = false;
	u32 i, unresolved = 0;

	mfib_lock(mnet);
	hlist_for_each_entry(nh, &mnet->groups, by_dev) {
		group = mfib_dereference(mnet, nh->group);
		for (i = 0; i < group->n; i++) {
			member = mfib_member_nexthop(&group->member[i]);
			if (!member)
				continue;
			changed |= check(member);
			unresolved += member->unresolved;
			if (ask && member->unresolved)
				probe(member);
		}
	}
	WRITE_ONCE(mnet->neigh.unresolved, unresolved);
	if (changed)
		mfib_alias_select(mnet);
	if (unresolved)
		queue_delayed_work(mfib_wq, &mnet->neigh.probe, PROBE_INTERVAL);
	mfib_unlock(mnet);
}

static void check_work(struct work_struct *work)
{
	check_all(container_of(work, struct mfib_net, neigh.check), false);
}

static void probe_work(struct work_struct *work)
{
	check_all(container_of(work, struct mfib_net, neigh.probe.work), true);
}

static int neigh_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct neighbour *n = ptr;
	struct mfib_net *mnet;
	u8 state;

	/* A namespace that goes has no ports any more. */
	if (event != NETEVENT_NEIGH_UPDATE || !netif_is_l3_slave(n->dev))
		return NOTIFY_DONE;
	mnet = mfib_net(dev_net(n->dev));
	if (!mnet || hlist_empty(&mnet->groups))
		return NOTIFY_DONE;
	state = READ_ONCE(n->nud_state);
	if (state & NUD_FAILED ||
	    (state & NUD_VALID && READ_ONCE(mnet->neigh.unresolved)))
		queue_work(mfib_wq, &mnet->neigh.check);
	return NOTIFY_DONE;
}

static struct notifier_block neigh_nb = {
	.notifier_call = neigh_event,
};

/**
 * mfib_neigh_net_setup() - prepare a namespace
 * @mnet: the namespace
 */
void mfib_neigh_net_setup(struct mfib_net *mnet)
{
	INIT_WORK(&mnet->neigh.check, check_work);
	INIT_DELAYED_WORK(&mnet->neigh.probe, probe_work);
}

/**
 * mfib_neigh_net_teardown() - let a namespace go
 * @mnet: the namespace; there are no events of its ports any more
 *
 * Context: process context.
 */
void mfib_neigh_net_teardown(struct mfib_net *mnet)
{
	cancel_work_sync(&mnet->neigh.check);
	cancel_delayed_work_sync(&mnet->neigh.probe);
}

/**
 * mfib_neigh_setup() - begin to hear of neighbours
 *
 * Return: 0 or a negative errno.
 */
int mfib_neigh_setup(void)
{
	return register_netevent_notifier(&neigh_nb);
}

/**
 * mfib_neigh_teardown() - hear of them no more
 */
void mfib_neigh_teardown(void)
{
	unregister_netevent_notifier(&neigh_nb);
}
