// SPDX-License-Identifier: GPL-2.0
#include "net.h"

#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "device.h"
#include "fib.h"
#include "follow.h"
#include "info.h"
#include "ktable.h"
#include "neigh.h"
#include "nexthop.h"
#include "notify.h"

static unsigned int net_id __read_mostly;

/**
 * mfib_net() - mfib's state in a namespace
 * @net: the namespace
 *
 * Return: the state; NULL in a namespace whose setup failed.
 */
struct mfib_net *mfib_net(const struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * mfib_lock() - begin a change of a namespace's state
 * @mnet: the namespace
 *
 * Context: process context; takes &mfib_net.lock.
 */
void mfib_lock(struct mfib_net *mnet)
{
	mutex_lock(&mnet->lock);
}

/**
 * mfib_unlock() - end it, and tell those who listen
 * @mnet: the namespace
 *
 * Context: process context; releases &mfib_net.lock.
 */
void mfib_unlock(struct mfib_net *mnet)
{
	mfib_notify_send(mnet);
	mnet->notify.request = NULL;
	mutex_unlock(&mnet->lock);
}

static int __net_init init_net_ns(struct net *net)
{
	struct mfib_net *mnet = mfib_net(net);
	int err;

	mnet->net = net;
	/* A dump takes 0 for unknown. */
	mnet->seq = 1;
	mutex_init(&mnet->lock);
	xa_init(&mnet->fibs);
	err = mfib_nexthops_setup(mnet);
	if (err)
		return err;
	err = mfib_infos_setup(mnet);
	if (err)
		goto err_infos;
	mfib_devs_setup(mnet);
	mfib_neigh_net_setup(mnet);
	mfib_ktable_setup(mnet);
	err = mfib_follow_setup(mnet);
	if (err)
		goto err_follow;
	return 0;

err_follow:
	mfib_infos_teardown(mnet);
err_infos:
	mfib_nexthops_teardown(mnet);
	return err;
}

/* Devices are gone; FIBs without a device are not. */
static void __net_exit exit_net_ns(struct net *net)
{
	struct mfib_net *mnet = mfib_net(net);
	struct mfib_fib *fib;
	unsigned long id;

	mfib_follow_teardown(mnet);
	mfib_devs_teardown(mnet);
	mfib_neigh_net_teardown(mnet);
	mfib_lock(mnet);
	xa_for_each(&mnet->fibs, id, fib)
		mfib_fib_release(fib, MFIB_HELD_BY_ADMIN);
	mfib_unlock(mnet);
	mfib_ktable_teardown(mnet);
	mfib_nexthops_teardown(mnet);
	xa_destroy(&mnet->fibs);
}

static void __net_exit exit_net_ns_batch(struct list_head *nets)
{
	struct net *net;

	/* Infos return their indices after a grace period. */
	rcu_barrier();
	list_for_each_entry(net, nets, exit_list)
		mfib_infos_teardown(mfib_net(net));
}

static struct pernet_operations net_ops = {
	.init		= init_net_ns,
	.exit		= exit_net_ns,
	.exit_batch	= exit_net_ns_batch,
	.id		= &net_id,
	.size		= sizeof(struct mfib_net),
};

/**
 * mfib_net_setup() - set up every namespace, those to come included
 *
 * Return: 0 or a negative errno.
 */
int mfib_net_setup(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * mfib_net_teardown() - take every namespace down
 */
void mfib_net_teardown(void)
{
	unregister_pernet_subsys(&net_ops);
}
