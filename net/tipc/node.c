// SPDX-License-Identifier: GPL-2.0
#include "node.h"

#include <linux/errno.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "bearer.h"
#include "net.h"
#include "nodes.h"
#include "trace.h"
#include "upper.h"

/* So many messages or packets are carried before others have their turn. */
#define BUDGET		256

/* Tells tracers what has changed since the last time. */
static void trace_changes(struct tipc_node *node)
{
	const struct tipc_link *link = &node->peer.link;
	u64 again = link->sendq.stats.retransmits;

	if (unlikely(node->seen.state != link->state)) {
		trace_tipc_link_state(node->bearer->dev, node->addr,
				      node->seen.state, link->state, link->end);
		node->seen.state = link->state;
	}
	if (unlikely(node->seen.retransmits != again)) {
		trace_tipc_retransmit(node->bearer->dev, node->addr,
				      again - node->seen.retransmits,
				      skb_queue_len(&link->sendq.sent),
				      link->sendq.window);
		node->seen.retransmits = again;
	}
}

/* Leaves the rest to the node's work item. */
static void put_off(struct tipc_node *node)
{
	if (!node->dead)
		queue_work(tipc_wq, &node->carry);
}

/* Apart from carry_out(), since mostly there is nothing to do. */
static noinline void send_all(struct tipc_node *node) __must_hold(&node->lock)
{
	struct sk_buff_head out;
	struct sk_buff *skb;
	u8 media[TIPC_DISC_MEDIA_LEN];
	int budget = BUDGET;

	node->out_busy = true;
	__skb_queue_head_init(&out);
	while (!skb_queue_empty(&node->io.out)) {
		if (budget <= 0) {
			put_off(node);
			break;
		}
		budget -= skb_queue_len(&node->io.out);
		skb_queue_splice_tail_init(&node->io.out, &out);
		memcpy(media, node->peer.info.media, sizeof(media));
		spin_unlock(&node->lock);
		while ((skb = __skb_dequeue(&out)))
			tipc_bearer_xmit(node->bearer, skb, media);
		spin_lock(&node->lock);
	}
	node->out_busy = false;
}

/* Carries packets to the bearer, in order, by one at a time. See locking.rst. */
static void carry_out(struct tipc_node *node) __must_hold(&node->lock)
{
	ASSERT_TIPC_NODE(node);
	trace_changes(node);
	if (!node->out_busy && !skb_queue_empty(&node->io.out))
		send_all(node);
}

static bool is_in_pending(const struct tipc_node *node)
{
	const struct tipc_link_io *io = &node->io;

	return !skb_queue_empty(&io->in) || io->up || io->down ||
	       io->wakeup >= 0 ||
	       (node->peer.link.state == TIPC_LINK_BROKEN && !node->dead);
}

/* Moves what is for those above. */
static void take_in(struct tipc_node *node, struct tipc_link_io *io)
{
	tipc_link_io_init(io);
	skb_queue_splice_tail_init(&node->io.in, &io->in);
	io->up = node->io.up;
	io->down = node->io.down;
	io->wakeup = node->io.wakeup;
	node->io.up = false;
	node->io.down = false;
	node->io.wakeup = -1;
}

/* Goes on with what is not finished, and with what time has brought. */
static void step(struct tipc_node *node) __must_hold(&node->lock)
{
	node->late = false;
	node->more = !node->dead && tipc_peer_step(&node->peer, &node->io,
						   ktime_get_ns());
}

/* Apart from carry_in(), likewise. */
static noinline void deliver_all(struct tipc_node *node)
	__must_hold(&node->lock)
{
	struct tipc_link_io io;
	int budget = BUDGET;

	node->in_busy = true;
	do {
		/* Who removes a node must find it done. */
		if (budget <= 0 && !node->dead) {
			put_off(node);
			break;
		}
		budget -= 1 + skb_queue_len(&node->io.in);
		take_in(node, &io);
		spin_unlock(&node->lock);
		if (io.up)
			trace_tipc_node(node->addr, true);
		if (io.down)
			trace_tipc_node(node->addr, false);
		tipc_peer_carry(&node->peer, &io);
		spin_lock(&node->lock);
		if (node->more || node->late ||
		    !tipc_peer_is_idle(&node->peer)) {
			step(node);
			carry_out(node);
		}
	} while (node->more || is_in_pending(node));
	node->in_busy = false;
}

/* Carries messages and events to those above, in order, by one at a time. */
static void carry_in(struct tipc_node *node) __must_hold(&node->lock)
{
	ASSERT_TIPC_NODE(node);
	if (!node->in_busy && (node->more || is_in_pending(node)))
		deliver_all(node);
}

static void arm(struct tipc_node *node)
{
	u64 due = tipc_link_due(&node->peer.link), now;

	if (due >= node->armed || node->dead)
		return;
	node->armed = due;
	now = ktime_get_ns();
	mod_timer(&node->timer,
		  jiffies + (due > now ? nsecs_to_jiffies(due - now) + 1 : 0));
}

/**
 * tipc_node_settle() - do all there is to do, before a node's lock is dropped
 * @node: the node
 *
 * Context: BH, RCU, the node's lock, which is dropped and taken again.
 */
void tipc_node_settle(struct tipc_node *node)
{
	carry_out(node);
	carry_in(node);
	arm(node);
}

static void tick(struct timer_list *timer)
{
	struct tipc_node *node = from_timer(node, timer, timer);

	rcu_read_lock();
	spin_lock_bh(&node->lock);
	node->armed = ~0ULL;
	if (node->in_busy || node->more)
		node->late = true;
	else
		step(node);
	tipc_node_settle(node);
	spin_unlock_bh(&node->lock);
	rcu_read_unlock();
}

static void carry(struct work_struct *work)
{
	struct tipc_node *node = container_of(work, struct tipc_node, carry);

	rcu_read_lock();
	spin_lock_bh(&node->lock);
	tipc_node_settle(node);
	spin_unlock_bh(&node->lock);
	rcu_read_unlock();
}

/* See node.h. */
int tipc_node_xmit(struct net *net, struct sk_buff *skb, u32 dest,
		   u32 selector)
{
	struct tipc_node *node;
	int err = -EHOSTUNREACH;

	rcu_read_lock();
	node = tipc_nodes_find(tipc_nodes(net), dest);
	if (node) {
		spin_lock_bh(&node->lock);
		err = tipc_peer_xmit(&node->peer, skb, &node->io,
				     ktime_get_ns());
		tipc_node_settle(node);
		spin_unlock_bh(&node->lock);
	}
	rcu_read_unlock();
	return err;
}

/*
 * Tells all nodes of one change. The caller holds a lock, and devices must not be
 * called with it: whoever has the node's lock next, carries what is said here, and
 * the timer makes sure that somebody has.
 */
static void tell(struct net *net, const struct tipc_name_pub *pub,
		 bool withdraw)
{
	struct tipc_node *node;

	rcu_read_lock();
	list_for_each_entry_rcu(node, &tipc_nodes(net)->list, list) {
		spin_lock_bh(&node->lock);
		tipc_peer_tell(&node->peer, pub, withdraw, &node->io,
			       ktime_get_ns());
		if (!node->dead && !skb_queue_empty(&node->io.out)) {
			node->armed = 0;
			mod_timer(&node->timer, jiffies);
		}
		spin_unlock_bh(&node->lock);
	}
	rcu_read_unlock();
}

/* See node.h. */
void tipc_node_publish(struct net *net, const struct tipc_name_pub *pub)
{
	tell(net, pub, false);
}

/* See node.h. */
void tipc_node_withdraw(struct net *net, const struct tipc_name_pub *pub)
{
	tell(net, pub, true);
}

/**
 * tipc_node_make() - make a node
 * @nodes: the table that it will be in
 * @bearer: what its link is to go over
 * @info: what was heard of it
 *
 * Context: BH.
 * Return: the node, in no table yet; NULL without memory.
 */
struct tipc_node *tipc_node_make(struct tipc_nodes *nodes,
				 struct tipc_bearer *bearer,
				 const struct tipc_disc_peer *info)
{
	struct tipc_link_config config = {
		.self = nodes->self.addr, .peer = info->addr,
		.bearer = bearer->number, .plane = bearer->number,
		.priority = bearer->config.priority,
		.tolerance = bearer->config.tolerance,
		.window = bearer->config.window,
		.mtu = tipc_bearer_mtu(bearer), .caps = info->caps,
	};
	struct tipc_node *node;

	node = kzalloc(sizeof(*node), GFP_ATOMIC);
	if (!node)
		return NULL;
	strscpy_pad(config.if_name, bearer->dev->name, sizeof(config.if_name));
	node->addr = info->addr;
	memcpy(node->id, info->id, sizeof(node->id));
	node->nodes = nodes;
	node->bearer = bearer;
	spin_lock_init(&node->lock);
	tipc_peer_init(&node->peer, nodes->net, info, &config,
		       get_random_u16());
	tipc_link_io_init(&node->io);
	node->seen.state = node->peer.link.state;
	node->armed = ~0ULL;
	node->found = ktime_get_ns();
	INIT_WORK(&node->carry, carry);
	timer_setup(&node->timer, tick, 0);
	return node;
}

static void free_node(struct rcu_head *rcu)
{
	struct tipc_node *node = container_of(rcu, struct tipc_node, rcu);

	__skb_queue_purge(&node->io.out);
	__skb_queue_purge(&node->io.in);
	kfree_skb(node->peer.bulk);
	tipc_link_clear(&node->peer.link);
	kfree(node);
}

/**
 * tipc_node_end() - end a node
 * @node: the node, out of the tables; freed after a grace period
 *
 * Those above and the node itself are told.
 *
 * Context: process context; sleeps.
 */
void tipc_node_end(struct tipc_node *node)
{
	rcu_read_lock();
	spin_lock_bh(&node->lock);
	node->dead = true;
	tipc_link_stop(&node->peer.link, &node->io);
	tipc_node_settle(node);
	spin_unlock_bh(&node->lock);
	rcu_read_unlock();
	cancel_work_sync(&node->carry);
	del_timer_sync(&node->timer);
	tipc_bearer_count(node->bearer, -1);
	call_rcu(&node->rcu, free_node);
}
