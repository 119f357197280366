/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Another node: its identity, the link to it, and what it has been told. No locks
 * and no devices: node.c has those.
 */
#ifndef _TIPC_PEER_H
#define _TIPC_PEER_H

#include <linux/types.h>

#include "disc.h"
#include "distr.h"
#include "link.h"

/**
 * struct tipc_peer_stats - what went wrong with another node
 * @names_refused: bindings that the name table did not take, or did not have
 * @unwanted: messages of users that nobody here is for
 */
struct tipc_peer_stats {
	u64 names_refused;
	u64 unwanted;
};

/**
 * struct tipc_peer - another node
 * @info: what discovery told
 * @addr: the address that those above know it by; that of @info follows when the
 *	link is opened
 * @net: the namespace
 * @link: the link to it
 * @distr: which bindings it has been told
 * @bulk: bindings that were read to be told
 * @life: how often the link had come up when @distr was started
 * @up: those above have been told that it is there
 * @stats: what went wrong
 *
 * There is one link: a second one may only be used when what it has not delivered
 * can be handed to the first one, which is not there yet.
 */
struct tipc_peer {
	struct tipc_disc_peer info;
	u32 addr;
	struct net *net;
	struct tipc_link link;
	struct tipc_distr distr;
	struct sk_buff *bulk;
	u64 life;
	bool up;
	struct tipc_peer_stats stats;
};

/**
 * tipc_peer_is_idle() - whether tipc_peer_step() has nothing to do, unless it is time
 * @peer: the node
 *
 * Context: the node's lock.
 * Return: whether that is so.
 */
static inline bool tipc_peer_is_idle(const struct tipc_peer *peer)
{
	return tipc_link_is_up(&peer->link) &&
	       peer->life == peer->link.stats.ups &&
	       !peer->distr.telling && !peer->distr.reading;
}

void tipc_peer_init(struct tipc_peer *peer, struct net *net,
		    const struct tipc_disc_peer *info,
		    const struct tipc_link_config *config, u16 session);
void tipc_peer_clear(struct tipc_peer *peer);
void tipc_peer_found(struct tipc_peer *peer, const struct tipc_disc_peer *info,
		     struct tipc_link_io *io);
int tipc_peer_xmit(struct tipc_peer *peer, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now);
void tipc_peer_tell(struct tipc_peer *peer, const struct tipc_name_pub *pub,
		    bool withdraw, struct tipc_link_io *io, u64 now);
bool tipc_peer_step(struct tipc_peer *peer, struct tipc_link_io *io, u64 now);
void tipc_peer_carry(struct tipc_peer *peer, struct tipc_link_io *io);

#endif /* _TIPC_PEER_H */
