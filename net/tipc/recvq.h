/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The receiving half of a link: puts packets in sequence, and takes the messages
 * out of them.
 */
#ifndef _TIPC_RECVQ_H
#define _TIPC_RECVQ_H

#include <linux/bitmap.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "pack.h"

/* How far ahead of its turn a packet may come. A power of two. */
#define TIPC_EARLY_MAX		1024

/* The peer is told about so many packets at once, unless there is a reason. */
#define TIPC_ACK_EVERY		16

/**
 * struct tipc_recvq_stats - what has been received
 * @packets: packets in sequence
 * @messages: messages that were handed on
 * @fragments: packets that were fragments
 * @fragmented: messages made of them
 * @bundles: packets that were bundles
 * @bundled: messages in them
 * @early: packets that came before their turn and were kept
 * @duplicates: packets that had come before
 * @too_far: packets that came too early to be kept
 * @wrong: packets or messages in them that were not as they should be
 * @no_memory: packets that could not be kept
 */
struct tipc_recvq_stats {
	u64 packets;
	u64 messages;
	u64 fragments;
	u64 fragmented;
	u64 bundles;
	u64 bundled;
	u64 early;
	u64 duplicates;
	u64 too_far;
	u64 wrong;
	u64 no_memory;
};

/**
 * struct tipc_recvq - the receiving half of a link
 * @next: the number whose turn it is
 * @unacked: packets that have come since the peer was told which ones had
 * @early: what came before its turn, in the place of its number; NULL until it is
 *	needed
 * @there: which places are taken
 * @count: how many
 * @join: the message whose fragments are coming
 * @stats: what has been received
 */
struct tipc_recvq {
	u16 next;
	u16 unacked;
	u16 count;
	struct sk_buff **early;
	DECLARE_BITMAP(there, TIPC_EARLY_MAX);
	struct tipc_join join;
	struct tipc_recvq_stats stats;
};

void tipc_recvq_init(struct tipc_recvq *rq);
void tipc_recvq_reset(struct tipc_recvq *rq);
bool tipc_recvq_add(struct tipc_recvq *rq, struct sk_buff *skb,
		    struct sk_buff_head *msgs);
u16 tipc_recvq_gap(const struct tipc_recvq *rq, u16 peer_next);

#endif /* _TIPC_RECVQ_H */
