// SPDX-License-Identifier: GPL-2.0
#include "cluster.h"

#include <linux/slab.h>

#include "net.h"
#include "node.h"
#include "upper.h"

/* Publications that one node may have; it could make up any number. */
#define PUBLS_MAX	(4 << 20)

/**
 * struct remote - what another node has published
 * @publs: &struct tipc_publ.of_owner
 * @n_publs: number of them
 */
struct remote {
	struct list_head publs;
	unsigned int n_publs;
};

/* Whether another node may say so. Its own state is all of the system's types
 * that it may speak of.
 */
static bool is_plausible(u32 node, const struct tipc_name_pub *pub)
{
	if (pub->type == TIPC_NODE_STATE)
		return pub->lower == node && pub->upper == node;
	return pub->type >= TIPC_RESERVED_TYPES && pub->lower <= pub->upper;
}

static void fill(struct tipc_publ *publ, u32 node,
		 const struct tipc_name_pub *pub)
{
	*publ = (struct tipc_publ){ .type = pub->type, .lower = pub->lower,
		.upper = pub->upper, .scope = TIPC_CLUSTER_SCOPE, .node = node,
		.port = pub->port, .key = pub->key };
}

static struct tipc_name_pub as_told(const struct tipc_publ *publ)
{
	return (struct tipc_name_pub){ .type = publ->type,
		.lower = publ->lower, .upper = publ->upper,
		.port = publ->port, .key = publ->key };
}

static struct remote *get_remote(struct tipc_net *tn, u32 node)
{
	struct remote *remote = xa_load(&tn->remotes, node);

	lockdep_assert_held(&tn->remotes_lock);
	if (remote)
		return remote;
	remote = kzalloc(sizeof(*remote), GFP_ATOMIC);
	if (!remote)
		return NULL;
	INIT_LIST_HEAD(&remote->publs);
	if (xa_err(xa_store(&tn->remotes, node, remote, GFP_ATOMIC))) {
		kfree(remote);
		return NULL;
	}
	return remote;
}

static int publish(struct tipc_net *tn, u32 node, struct tipc_publ *publ)
{
	struct remote *remote = get_remote(tn, node);
	int err;

	if (!remote)
		return -ENOMEM;
	if (remote->n_publs >= PUBLS_MAX)
		return -ENOSPC;
	err = tipc_names_add(&tn->names, publ);
	if (err)
		return err;
	list_add_tail(&publ->of_owner, &remote->publs);
	remote->n_publs++;
	return 0;
}

int tipc_names_publish(struct net *net, u32 node,
		       const struct tipc_name_pub *pub)
{
	struct tipc_net *tn = tipc_net(net);
	struct tipc_publ *publ;
	int err;

	if (!is_plausible(node, pub))
		return -EINVAL;
	publ = kmalloc(sizeof(*publ), GFP_ATOMIC);
	if (!publ)
		return -ENOMEM;
	fill(publ, node, pub);
	spin_lock_bh(&tn->remotes_lock);
	err = publish(tn, node, publ);
	spin_unlock_bh(&tn->remotes_lock);
	if (err)
		kfree(publ);
	return err;
}

int tipc_names_withdraw(struct net *net, u32 node,
			const struct tipc_name_pub *pub)
{
	struct tipc_net *tn = tipc_net(net);
	struct tipc_publ like, *publ;
	struct remote *remote;

	fill(&like, node, pub);
	spin_lock_bh(&tn->remotes_lock);
	publ = tipc_names_take(&tn->names, &like);
	if (publ) {
		list_del(&publ->of_owner);
		remote = xa_load(&tn->remotes, node);
		remote->n_publs--;
	}
	spin_unlock_bh(&tn->remotes_lock);
	if (!publ)
		return -ENOENT;
	kfree(publ);
	return 0;
}

static void forget(struct tipc_net *tn, struct remote *remote)
{
	struct tipc_publ *publ, *next;

	list_for_each_entry_safe(publ, next, &remote->publs, of_owner) {
		tipc_names_del(&tn->names, publ);
		kfree(publ);
	}
	kfree(remote);
}

void tipc_names_node_lost(struct net *net, u32 node)
{
	struct tipc_net *tn = tipc_net(net);
	struct remote *remote;

	spin_lock_bh(&tn->remotes_lock);
	remote = xa_erase(&tn->remotes, node);
	spin_unlock_bh(&tn->remotes_lock);
	/* Nothing comes from the node before this returns. */
	if (remote)
		forget(tn, remote);
}

/**
 * tipc_publish() - publish something of this node
 * @tn: the node
 * @publ: what; the owner has set all fields that are not the table's
 *
 * The cluster is told if that is its scope. All nodes hear of changes in the order
 * that the table has them.
 *
 * Context: any but hard interrupts; takes the locks of nodes and of the table.
 * Return: as tipc_names_add().
 */
int tipc_publish(struct tipc_net *tn, struct tipc_publ *publ)
{
	struct tipc_name_pub pub = as_told(publ);
	int err;

	if (publ->scope != TIPC_CLUSTER_SCOPE)
		return tipc_names_add(&tn->names, publ);
	spin_lock_bh(&tn->publish_lock);
	err = tipc_names_add(&tn->names, publ);
	if (!err)
		tipc_node_publish(tn->net, &pub);
	spin_unlock_bh(&tn->publish_lock);
	return err;
}

/**
 * tipc_withdraw() - withdraw something of this node
 * @tn: the node
 * @publ: what; the owner's again afterwards
 *
 * Context: as tipc_publish().
 */
void tipc_withdraw(struct tipc_net *tn, struct tipc_publ *publ)
{
	struct tipc_name_pub pub = as_told(publ);

	if (publ->scope != TIPC_CLUSTER_SCOPE) {
		tipc_names_del(&tn->names, publ);
		return;
	}
	spin_lock_bh(&tn->publish_lock);
	tipc_names_del(&tn->names, publ);
	tipc_node_withdraw(tn->net, &pub);
	spin_unlock_bh(&tn->publish_lock);
}

static int take_local(const struct tipc_publ *publ, void *arg)
{
	struct tipc_name_pub *pub = arg;

	if (publ->scope != TIPC_CLUSTER_SCOPE)
		return 0;
	*pub = as_told(publ);
	return 1;
}

bool tipc_names_local(struct net *net, struct tipc_name_cursor *cursor,
		      struct tipc_name_pub *pub)
{
	struct tipc_names_pos pos = { .near_only = true };
	const struct tipc_name_pub *last = &cursor->last;

	if (cursor->started) {
		pos.begun = true;
		pos.type = last->type;
		pos.lower = last->lower;
		pos.upper = last->upper;
		/* The first that may come behind it. */
		pos.port = last->key == ~0U ? last->port + 1 : last->port;
		pos.key = last->key + 1;
	}
	if (!tipc_names_walk(&tipc_net(net)->names, &pos, take_local, pub))
		return false;
	cursor->last = *pub;
	cursor->started = true;
	return true;
}

int tipc_topology_self(struct net *net)
{
	struct tipc_net *tn = tipc_net(net);
	u32 self = tipc_self(net);
	struct tipc_publ *publ;
	int err;

	publ = kzalloc(sizeof(*publ), GFP_KERNEL);
	if (!publ)
		return -ENOMEM;
	publ->type = TIPC_NODE_STATE;
	publ->lower = self;
	publ->upper = self;
	publ->scope = TIPC_CLUSTER_SCOPE;
	publ->near = true;
	publ->key = self;
	err = tipc_publish(tn, publ);
	if (err)
		kfree(publ);
	else
		tn->state = publ;
	return err;
}

static struct tipc_publ link_publ(u32 node, u32 link)
{
	return (struct tipc_publ){ .type = TIPC_LINK_STATE, .lower = node,
		.upper = node, .scope = TIPC_NODE_SCOPE, .near = true,
		.port = link, .key = link };
}

void tipc_topology_link(struct net *net, u32 node, u32 link, bool up)
{
	struct tipc_publ like = link_publ(node, link), *publ;
	struct tipc_net *tn = tipc_net(net);

	if (!up) {
		kfree(tipc_names_take(&tn->names, &like));
		return;
	}
	publ = kmemdup(&like, sizeof(like), GFP_ATOMIC);
	if (publ && tipc_names_add(&tn->names, publ))
		kfree(publ);
}

/**
 * tipc_cluster_init() - know of no other nodes
 * @tn: the node
 */
void tipc_cluster_init(struct tipc_net *tn)
{
	spin_lock_init(&tn->publish_lock);
	spin_lock_init(&tn->remotes_lock);
	xa_init(&tn->remotes);
}

/**
 * tipc_cluster_stop() - forget what is left of other nodes
 * @tn: the node, without links
 */
void tipc_cluster_stop(struct tipc_net *tn)
{
	struct remote *remote;
	unsigned long node;

	if (tn->state) {
		tipc_names_del(&tn->names, tn->state);
		kfree(tn->state);
	}
	xa_for_each(&tn->remotes, node, remote) {
		xa_erase(&tn->remotes, node);
		forget(tn, remote);
	}
	xa_destroy(&tn->remotes);
}
