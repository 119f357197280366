// SPDX-License-Identifier: GPL-2.0
#include "peer.h"

#include <linux/errno.h>

#include "msg.h"

/* How much of the bindings may wait in the link, in bytes of memory. */
#define TELL_AHEAD	(64 * 1024)

/**
 * tipc_peer_init() - another node has been found
 * @peer: memory for it
 * @net: the namespace
 * @info: what discovery told
 * @config: what the link to it is made of
 * @session: any number, as random as possible
 *
 * The link is broken until tipc_peer_step().
 */
void tipc_peer_init(struct tipc_peer *peer, struct net *net,
		    const struct tipc_disc_peer *info,
		    const struct tipc_link_config *config, u16 session)
{
	memset(peer, 0, sizeof(*peer));
	peer->info = *info;
	peer->net = net;
	tipc_link_init(&peer->link, config, session);
}

/**
 * tipc_peer_clear() - free all that is held for another node
 * @peer: the node, not to be used any more
 *
 * Those above are told if the node was there.
 *
 * Context: as tipc_peer_carry().
 */
void tipc_peer_clear(struct tipc_peer *peer)
{
	struct tipc_link_io io;

	tipc_link_io_init(&io);
	tipc_link_break(&peer->link, TIPC_END_OWNER, &io);
	tipc_peer_carry(peer, &io);
	kfree_skb(peer->bulk);
	tipc_link_clear(&peer->link);
}

/**
 * tipc_peer_found() - discovery has heard of the node again
 * @peer: the node
 * @info: what it tells
 * @io: what is to be done
 *
 * If it was started anew, the link is of no use any more, and sessions begin
 * anywhere.
 *
 * Context: the node's lock.
 */
void tipc_peer_found(struct tipc_peer *peer, const struct tipc_disc_peer *info,
		     struct tipc_link_io *io)
{
	bool anew = info->signature != peer->info.signature ||
		    info->addr != peer->info.addr;

	if (anew) {
		tipc_link_break(&peer->link, TIPC_END_PEER, io);
		peer->link.used = false;
	}
	peer->link.config.caps = info->caps;
	/* It is there: it need not wait for long. */
	peer->link.unanswered = 0;
	peer->info = *info;
}

/**
 * tipc_peer_xmit() - send a message to the node
 * @peer: the node
 * @skb: as tipc_node_xmit() wants it
 * @io: what is to be done
 * @now: the time
 *
 * Context: the node's lock.
 * Return: as tipc_link_xmit().
 */
int tipc_peer_xmit(struct tipc_peer *peer, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now)
{
	return tipc_link_xmit(&peer->link, skb, io, now);
}

static void send_one(struct tipc_peer *peer, struct sk_buff *skb,
		     struct tipc_link_io *io, u64 now)
{
	/* Never refused for being too much. */
	if (tipc_link_xmit(&peer->link, skb, io, now))
		kfree_skb(skb);
}

/* A link that has come up begins with all bindings. */
static void begin_life(struct tipc_peer *peer)
{
	if (peer->life == peer->link.stats.ups)
		return;
	peer->life = peer->link.stats.ups;
	tipc_distr_start(&peer->distr);
}

/**
 * tipc_peer_tell() - tell the node of one change of our bindings
 * @peer: the node
 * @pub: what was published, or is withdrawn
 * @withdraw: which of both
 * @io: what is to be done
 * @now: the time
 *
 * If there is no memory to say it in, the link breaks: then the node is told all
 * anew, and knows what is true.
 *
 * Context: the node's lock.
 */
void tipc_peer_tell(struct tipc_peer *peer, const struct tipc_name_pub *pub,
		    bool withdraw, struct tipc_link_io *io, u64 now)
{
	struct sk_buff *skb;

	if (!tipc_link_is_up(&peer->link))
		return;
	begin_life(peer);
	if (!tipc_distr_wanted(&peer->distr, pub))
		return;
	skb = tipc_distr_one(peer->link.config.self, peer->link.config.peer,
			     pub, withdraw);
	if (skb)
		send_one(peer, skb, io, now);
	else
		tipc_link_break(&peer->link, TIPC_END_OWNER, io);
}

/*
 * Sends the bindings that were read, and says whether more are to be read: as long as
 * the link does not pile them up.
 */
static bool tell_more(struct tipc_peer *peer, struct tipc_link_io *io, u64 now)
{
	struct sk_buff *bulk = peer->bulk;

	peer->bulk = NULL;
	if (peer->distr.reading) {
		if (!tipc_distr_commit(&peer->distr))
			kfree_skb(bulk);
		else if (bulk)
			send_one(peer, bulk, io, now);
		else
			return false;
	}
	return peer->link.sendq.waits[TIPC_LEVEL_SYSTEM] < TELL_AHEAD &&
	       tipc_distr_begin(&peer->distr);
}

/**
 * tipc_peer_step() - go on with what is not finished
 * @peer: the node
 * @io: what is to be done; what was in it before has been carried
 * @now: the time
 *
 * To be called after tipc_peer_carry(), by who did that, and when the link's time is
 * due: starts a broken link anew, and tells a node that has come up all bindings.
 *
 * Context: the node's lock.
 * Return: whether tipc_peer_carry() has more to do.
 */
bool tipc_peer_step(struct tipc_peer *peer, struct tipc_link_io *io, u64 now)
{
	if (peer->link.state == TIPC_LINK_BROKEN) {
		peer->addr = peer->info.addr;
		tipc_link_set_peer(&peer->link, peer->addr);
		tipc_link_open(&peer->link, io, now);
	} else if (tipc_link_due(&peer->link) <= now) {
		tipc_link_tick(&peer->link, io, now);
	}
	if (!tipc_link_is_up(&peer->link)) {
		peer->distr.telling = false;
		peer->distr.disturbed = true;
		tell_more(peer, io, now);
		return false;
	}
	begin_life(peer);
	return tell_more(peer, io, now);
}

/* What tells the link from others between the two nodes. */
static u32 link_number(const struct tipc_peer *peer)
{
	return peer->link.config.bearer << 16 | peer->link.peer_bearer;
}

static void deliver(struct tipc_peer *peer, struct sk_buff_head *in)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(in))) {
		switch (tipc_get(tipc_msg(skb), TIPC_F_USER)) {
		case TIPC_U_DATA_LOW:
		case TIPC_U_DATA_MEDIUM:
		case TIPC_U_DATA_HIGH:
		case TIPC_U_DATA_CRITICAL:
		case TIPC_U_CONN_MANAGER:
			tipc_sk_rcv(peer->net, skb);
			continue;
		case TIPC_U_NAME_DISTR:
			peer->stats.names_refused +=
				tipc_distr_rcv(peer->net, peer->addr, skb);
			break;
		case TIPC_U_BCAST_PROTOCOL:
			break;
		default:
			peer->stats.unwanted++;
		}
		consume_skb(skb);
	}
}

/**
 * tipc_peer_carry() - tell those above what has happened
 * @peer: the node
 * @io: what a call of the link led to; but for @io->out it is done then
 *
 * Also reads bindings that are to be told next.
 *
 * Context: without the node's lock, and by one at a time for a node; no call of
 * tipc_peer_step() in between.
 */
void tipc_peer_carry(struct tipc_peer *peer, struct tipc_link_io *io)
{
	u32 addr = peer->addr;

	if (io->up) {
		peer->up = true;
		tipc_topology_link(peer->net, addr, link_number(peer), true);
	}
	deliver(peer, &io->in);
	if (io->wakeup >= 0)
		tipc_sk_wakeup(peer->net, addr, io->wakeup);
	if (io->down && peer->up) {
		peer->up = false;
		tipc_sk_node_lost(peer->net, addr);
		tipc_names_node_lost(peer->net, addr);
		tipc_topology_link(peer->net, addr, link_number(peer), false);
	}
	io->up = false;
	io->down = false;
	io->wakeup = -1;
	if (peer->distr.reading && !peer->bulk)
		peer->bulk = tipc_distr_read(&peer->distr, peer->net,
					     peer->link.config.self,
					     peer->link.config.peer,
					     peer->link.mtu);
}
