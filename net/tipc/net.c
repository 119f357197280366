// SPDX-License-Identifier: GPL-2.0
#include "net.h"

#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "cluster.h"
#include "conns.h"
#include "top.h"

static unsigned int net_id __read_mostly;

/**
 * tipc_net() - tipc's state in a namespace
 * @net: the namespace
 *
 * Return: the state; NULL in a namespace whose setup failed.
 */
struct tipc_net *tipc_net(const struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * tipc_self() - the address of this node
 * @net: the namespace
 *
 * Return: the address; 0 as long as the node has none, and then it is alone.
 */
u32 tipc_self(const struct net *net)
{
	return READ_ONCE(tipc_net(net)->self);
}

/**
 * tipc_is_self() - whether an address means this node
 * @net: the namespace
 * @node: an address; 0 means this node, whatever its address is
 *
 * Return: whether it does.
 */
bool tipc_is_self(const struct net *net, u32 node)
{
	return !node || node == tipc_self(net);
}

static int __net_init init_net_ns(struct net *net)
{
	struct tipc_net *tn = tipc_net(net);
	int err;

	tn->net = net;
	tipc_names_init(&tn->names);
	tipc_cluster_init(tn);
	tipc_conns_init(tn);
	spin_lock_init(&tn->waiting_lock);
	INIT_LIST_HEAD(&tn->waiting);
	err = tipc_ports_init(&tn->ports);
	if (err)
		return err;
	err = tipc_top_start(tn);
	if (err)
		goto err_top;
	return 0;

err_top:
	tipc_ports_destroy(&tn->ports);
	tipc_names_destroy(&tn->names);
	return err;
}

/* The core waits for a grace period after this. */
static void __net_exit pre_exit_net_ns(struct net *net)
{
	tipc_top_close(tipc_net(net));
}

/* Sockets hold a namespace: there are none left, only connections to @top. */
static void __net_exit exit_net_ns(struct net *net)
{
	struct tipc_net *tn = tipc_net(net);

	tipc_conns_stop(tn);
	tipc_top_stop(tn);
	tipc_cluster_stop(tn);
	tipc_ports_destroy(&tn->ports);
	tipc_names_destroy(&tn->names);
}

static struct pernet_operations net_ops = {
	.init		= init_net_ns,
	.pre_exit	= pre_exit_net_ns,
	.exit		= exit_net_ns,
	.id		= &net_id,
	.size		= sizeof(struct tipc_net),
};

/**
 * tipc_net_setup() - set up every namespace, those to come included
 *
 * Return: 0 or a negative errno.
 */
int tipc_net_setup(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * tipc_net_teardown() - take every namespace down
 */
void tipc_net_teardown(void)
{
	unregister_pernet_subsys(&net_ops);
}
