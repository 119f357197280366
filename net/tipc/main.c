// SPDX-License-Identifier: GPL-2.0
/*
 * tipc: transparent communication between the processes of a cluster.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/socket.h>
#include <linux/workqueue.h>

#include "device.h"
#include "net.h"
#include "netlink.h"
#include "nodes.h"
#include "sock.h"

struct workqueue_struct *tipc_wq;

static int __init tipc_init(void)
{
	int err;

	tipc_wq = alloc_workqueue("tipc", WQ_UNBOUND, 0);
	if (!tipc_wq)
		return -ENOMEM;
	err = tipc_net_setup();
	if (err)
		goto err_net;
	err = tipc_nodes_setup();
	if (err)
		goto err_nodes;
	err = tipc_device_setup();
	if (err)
		goto err_device;
	err = tipc_sock_setup();
	if (err)
		goto err_sock;
	err = tipc_nl_setup();
	if (err)
		goto err_nl;
	err = tipc_diag_setup();
	if (err)
		goto err_diag;
	return 0;

err_diag:
	tipc_nl_teardown();
err_nl:
	tipc_sock_teardown();
err_sock:
	if (err == -EEXIST)
		pr_err("tipc: the kernel has a tipc of its own, which must go first\n");
	tipc_device_teardown();
err_device:
	tipc_nodes_teardown();
err_nodes:
	tipc_net_teardown();
err_net:
	rcu_barrier();
	destroy_workqueue(tipc_wq);
	return err;
}

static void __exit tipc_exit(void)
{
	tipc_diag_teardown();
	tipc_nl_teardown();
	tipc_sock_teardown();
	tipc_device_teardown();
	tipc_nodes_teardown();
	tipc_net_teardown();
	rcu_barrier();
	destroy_workqueue(tipc_wq);
}

module_init(tipc_init);
module_exit(tipc_exit);

MODULE_DESCRIPTION("TIPC: communication between the processes of a cluster");
MODULE_AUTHOR("The cgr authors");
MODULE_LICENSE("GPL");
/*
 * No aliases: whoever makes a socket would load this, and a protocol that nobody
 * uses is best not there. Documentation/admin/cgr-tipc.conf has them.
 */
