// SPDX-License-Identifier: GPL-2.0
/*
 * mfib: many forwarding tables on one host.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "device.h"
#include "draft.h"
#include "neigh.h"
#include "net.h"
#include "netlink.h"

struct workqueue_struct *mfib_wq;

static int __init mfib_init(void)
{
	int err;

	mfib_wq = alloc_ordered_workqueue("mfib", 0);
	if (!mfib_wq)
		return -ENOMEM;
	err = mfib_net_setup();
	if (err)
		goto err_net;
	err = mfib_dev_setup();
	if (err)
		goto err_dev;
	err = mfib_neigh_setup();
	if (err)
		goto err_neigh;
	err = mfib_drafts_setup();
	if (err)
		goto err_drafts;
	err = mfib_nl_setup();
	if (err)
		goto err_nl;
	return 0;

err_nl:
	mfib_drafts_teardown();
err_drafts:
	mfib_neigh_teardown();
err_neigh:
	mfib_dev_teardown();
err_dev:
	mfib_net_teardown();
err_net:
	rcu_barrier();
	destroy_workqueue(mfib_wq);
	return err;
}

static void __exit mfib_exit(void)
{
	mfib_nl_teardown();
	mfib_drafts_teardown();
	mfib_neigh_teardown();
	mfib_dev_teardown();
	mfib_net_teardown();
	/* Callbacks queue the last trees to be freed. */
	rcu_barrier();
	destroy_workqueue(mfib_wq);
}

module_init(mfib_init);
module_exit(mfib_exit);

MODULE_DESCRIPTION("Many forwarding tables (FIBs) on one host");
MODULE_AUTHOR("The cgr authors");
MODULE_LICENSE("GPL");
