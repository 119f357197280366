/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sending half of a link: messages that wait, packets that are under way, and
 * how many of those there may be.
 */
#ifndef _TIPC_SENDQ_H
#define _TIPC_SENDQ_H

#include <linux/skbuff.h>
#include <linux/tipc_cgr.h>
#include <linux/types.h>

#include "pack.h"

/* Packets under way: the least, what a link starts with, and the most. */
#define TIPC_WINDOW_MIN		16
#define TIPC_WINDOW_DEFAULT	50
#define TIPC_WINDOW_MAX		8191

/* A link grows its window up to here unless a greater one is set. */
#define TIPC_WINDOW_GROWN	1023

/* Memory that messages of the lowest importance may wait in; one more share each. */
#define TIPC_WAIT_SHARE		(512 * 1024)

/* What the protocol's own may take: more of it waits only if the peer is no good. */
#define TIPC_SYSTEM_MAX		(64 * 1024 * 1024)

/* Levels of importance, and one more for the protocol's own messages. */
#define TIPC_LEVELS		5
#define TIPC_LEVEL_SYSTEM	4

/**
 * struct tipc_sent - what is known of a packet under way
 * @first: when it was sent first, ns
 * @last: when it was sent last, ns
 * @times: how often
 */
struct tipc_sent {
	u64 first;
	u64 last;
	u32 times;
};

/**
 * struct tipc_sendq_stats - what has been sent
 * @packets: numbered packets
 * @messages: messages that were handed in
 * @fragments: packets that are fragments
 * @fragmented: messages that were cut
 * @bundles: packets that are bundles
 * @bundled: messages in them
 * @retransmits: packets that were sent again
 * @refused: how often a sender was told to wait
 * @shrinks: how often the window was made smaller
 * @latency: packets that were sent once, by how long it took until they were
 *	acknowledged, see %TIPC_CGR_LINK_A_LATENCY
 * @sends: packets that were acknowledged, by how often they had been sent, see
 *	%TIPC_CGR_LINK_A_SENDS
 */
struct tipc_sendq_stats {
	u64 packets;
	u64 messages;
	u64 fragments;
	u64 fragmented;
	u64 bundles;
	u64 bundled;
	u64 retransmits;
	u64 refused;
	u64 shrinks;
	u64 latency[TIPC_CGR_LATENCIES];
	u64 sends[TIPC_CGR_SENDS];
};

/**
 * struct tipc_sendq - the sending half of a link
 * @waiting: whole messages in the order they are to be sent
 * @cut: how far the first of them is cut
 * @waits: memory of those that wait, by level
 * @refused: bit per level that a sender has been refused at
 * @sent: packets that are not acknowledged, by number without a gap
 * @self: this node
 * @peer: the node at the other end
 * @ack: what packets say about those of the peer; the link keeps it up to date
 * @bcast_ack: what they say about the peer's broadcasts, likewise
 * @mtu: what fits into a packet
 * @next: number of the next packet
 * @window: how many packets may be in @sent
 * @window_set: what the operator set
 * @threshold: a smaller window grows with each acknowledged packet, a greater one
 *	with each window of them
 * @grown: packets acknowledged since it last grew above the threshold
 * @recover: after a loss, the window is not made smaller again before this packet
 *	is acknowledged
 * @recovering: whether @recover counts
 * @limited: the window has kept a message waiting since it last grew
 * @rtt: smoothed time until a packet is acknowledged, ns; 0 if not known
 * @stats: what has been sent
 *
 * Messages become packets when the window lets them, and not earlier: so they are
 * cut to the MTU of that moment, and bundled with what has come in the meantime.
 */
struct tipc_sendq {
	struct sk_buff_head waiting;
	struct tipc_cut cut;
	u32 waits[TIPC_LEVELS];
	u8 refused;
	struct sk_buff_head sent;
	u32 self;
	u32 peer;
	u16 ack;
	u16 bcast_ack;
	u16 mtu;
	u16 next;
	u16 window;
	u16 window_set;
	u16 threshold;
	u16 grown;
	u16 recover;
	bool recovering;
	bool limited;
	u64 rtt;
	struct tipc_sendq_stats stats;
};

/* The number of the last packet that was acknowledged. */
static inline u16 tipc_sendq_acked(const struct tipc_sendq *sq)
{
	return sq->next - skb_queue_len(&sq->sent) - 1;
}

/* What has been under way for longest; NULL if nothing is. */
static inline const struct tipc_sent *
tipc_sendq_oldest(const struct tipc_sendq *sq)
{
	const struct sk_buff *skb = skb_peek(&sq->sent);

	return skb ? (const struct tipc_sent *)skb->cb : NULL;
}

void tipc_sendq_init(struct tipc_sendq *sq, u32 self, u32 peer,
		     u16 window);
void tipc_sendq_reset(struct tipc_sendq *sq, u16 mtu);
void tipc_sendq_set_window(struct tipc_sendq *sq, u16 window);
int tipc_sendq_add(struct tipc_sendq *sq, struct sk_buff *skb);
void tipc_sendq_emit(struct tipc_sendq *sq, struct sk_buff_head *out, u64 now);
bool tipc_sendq_ack(struct tipc_sendq *sq, u16 ack, u64 now);
void tipc_sendq_retransmit(struct tipc_sendq *sq, u16 count,
			   struct sk_buff_head *out, u64 now);
int tipc_sendq_wakeup(struct tipc_sendq *sq);

#endif /* _TIPC_SENDQ_H */
