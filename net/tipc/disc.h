/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Discovery: who this node is, how it gets an address, and how bearers find the
 * nodes that they reach.
 */
#ifndef _TIPC_DISC_H
#define _TIPC_DISC_H

#include <linux/skbuff.h>
#include <linux/tipc.h>
#include <linux/types.h>

#include "msg.h"

/* The network id of those who did not choose one. */
#define TIPC_NETID_DEFAULT	4711

/**
 * struct tipc_self - this node
 * @id: its identity: text padded with zeroes, or any bytes
 * @addr: its address, 0 as long as it is on trial
 * @trial: the address that is tried
 * @trial_end: when the trial is over, ns; 0 if it has not begun
 * @netid: the cluster's network id
 * @caps: what this node can do, &enum tipc_cap
 * @signature: random number of this life of the node, 15 bits
 * @net_hash: tells namespaces of one machine apart
 */
struct tipc_self {
	u8 id[TIPC_NODEID_LEN];
	u32 addr;
	u32 trial;
	u64 trial_end;
	u32 netid;
	u16 caps;
	u16 signature;
	u32 net_hash;
};

/**
 * struct tipc_disc - discovery on one bearer
 * @media: the bearer's address as it is in messages
 * @domain: nodes to ask for, 0 for all
 * @interval: time between two questions, ns
 * @next: when the next one is due, ns
 * @peers: number of nodes that have a link on the bearer; its owner counts
 */
struct tipc_disc {
	u8 media[TIPC_DISC_MEDIA_LEN];
	u32 domain;
	u64 interval;
	u64 next;
	u32 peers;
};

/**
 * struct tipc_disc_peer - what a message tells about its sender
 * @addr: its address, or the one that it tries
 * @id: its identity
 * @caps: what it can do
 * @signature: random number of its life
 * @net_hash: see &struct tipc_self
 * @media: where it can be reached
 */
struct tipc_disc_peer {
	u32 addr;
	u8 id[TIPC_NODEID_LEN];
	u16 caps;
	u16 signature;
	u32 net_hash;
	u8 media[TIPC_DISC_MEDIA_LEN];
};

/**
 * enum tipc_disc_verdict - what to do about a message
 * @TIPC_DISC_IGNORE: nothing; it is our own, not for us, or makes no sense
 * @TIPC_DISC_PEER: there is a node
 * @TIPC_DISC_PEER_ASKS: there is a node, and it wants a reply
 * @TIPC_DISC_TRIAL: a node wants to know whether its address is free
 * @TIPC_DISC_DUPLICATE: another node has our address, or our identity
 */
enum tipc_disc_verdict {
	TIPC_DISC_IGNORE,
	TIPC_DISC_PEER,
	TIPC_DISC_PEER_ASKS,
	TIPC_DISC_TRIAL,
	TIPC_DISC_DUPLICATE,
};

u32 tipc_address_of_id(const u8 *id);

void tipc_disc_start(struct tipc_disc *disc, struct tipc_self *self, u64 now);
void tipc_disc_hurry(struct tipc_disc *disc, u64 now);
struct sk_buff *tipc_disc_tick(struct tipc_disc *disc, struct tipc_self *self,
			       u64 now);
enum tipc_disc_verdict tipc_disc_rcv(struct tipc_disc *disc,
				     struct tipc_self *self,
				     const struct sk_buff *skb,
				     struct tipc_disc_peer *peer, u64 now);
struct sk_buff *tipc_disc_msg(const struct tipc_disc *disc,
			      const struct tipc_self *self,
			      enum tipc_disc_type type, u32 dest,
			      u32 suggested);

#endif /* _TIPC_DISC_H */
