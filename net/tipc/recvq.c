// SPDX-License-Identifier: GPL-2.0
#include "recvq.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "msg.h"
#include "seq.h"

/**
 * tipc_recvq_init() - set up the receiving half of a link
 * @rq: it
 */
void tipc_recvq_init(struct tipc_recvq *rq)
{
	memset(rq, 0, sizeof(*rq));
	rq->next = 1;
}

/**
 * tipc_recvq_reset() - forget what is not complete, and start to count anew
 * @rq: the receiving half of a link
 */
void tipc_recvq_reset(struct tipc_recvq *rq)
{
	unsigned int i;

	for (i = 0; rq->count && i < TIPC_EARLY_MAX; i++) {
		if (!test_bit(i, rq->there))
			continue;
		kfree_skb(rq->early[i]);
		rq->count--;
	}
	bitmap_zero(rq->there, TIPC_EARLY_MAX);
	kfree(rq->early);
	rq->early = NULL;
	tipc_join_drop(&rq->join);
	rq->next = 1;
	rq->unacked = 0;
}

/*
 * Takes the messages out of the packet whose turn it is. Fails only if memory is
 * short, and it is as if the packet had not come; what is wrong in a packet is its
 * sender's loss.
 */
static int unpack(struct tipc_recvq *rq, struct sk_buff *skb,
		  struct sk_buff_head *msgs)
{
	struct sk_buff_head inside;
	struct sk_buff *whole;
	int err = 0;

	switch (tipc_get(tipc_msg(skb), TIPC_F_USER)) {
	case TIPC_U_BUNDLE:
		__skb_queue_head_init(&inside);
		err = tipc_bundle_open(skb, &inside);
		if (err == -ENOMEM) {
			__skb_queue_purge(&inside);
			return err;
		}
		rq->stats.bundles++;
		rq->stats.bundled += skb_queue_len(&inside);
		rq->stats.messages += skb_queue_len(&inside);
		skb_queue_splice_tail_init(&inside, msgs);
		break;
	case TIPC_U_FRAGMENT:
		whole = tipc_fragment_join(&rq->join, skb, &err);
		if (err == -ENOMEM)
			return err;
		rq->stats.fragments++;
		if (!whole)
			break;
		rq->stats.fragmented++;
		rq->stats.messages++;
		__skb_queue_tail(msgs, whole);
		break;
	default:
		rq->stats.messages++;
		rq->stats.packets++;
		__skb_queue_tail(msgs, skb);
		return 0;
	}
	if (err)
		rq->stats.wrong++;
	rq->stats.packets++;
	consume_skb(skb);
	return 0;
}

/* Keeps a packet until it is its turn. */
static void keep(struct tipc_recvq *rq, struct sk_buff *skb, u16 seqno)
{
	unsigned int place = seqno % TIPC_EARLY_MAX;

	if (tipc_seq_dist(rq->next, seqno) >= TIPC_EARLY_MAX) {
		rq->stats.too_far++;
		goto drop;
	}
	if (!rq->early) {
		rq->early = kcalloc(TIPC_EARLY_MAX, sizeof(*rq->early),
				    GFP_ATOMIC);
		if (!rq->early) {
			rq->stats.no_memory++;
			goto drop;
		}
	}
	if (test_bit(place, rq->there)) {
		rq->stats.duplicates++;
		goto drop;
	}
	rq->early[place] = skb;
	__set_bit(place, rq->there);
	rq->count++;
	rq->stats.early++;
	return;

drop:
	kfree_skb(skb);
}

static bool acknowledge(struct tipc_recvq *rq)
{
	return ++rq->unacked >= TIPC_ACK_EVERY;
}

/* Goes on with what came early, as far as it is in sequence now. */
static void catch_up(struct tipc_recvq *rq, struct sk_buff_head *msgs)
{
	unsigned int place;

	while (rq->count) {
		place = rq->next % TIPC_EARLY_MAX;
		if (!test_bit(place, rq->there))
			return;
		__clear_bit(place, rq->there);
		rq->count--;
		if (unpack(rq, rq->early[place], msgs)) {
			rq->stats.no_memory++;
			kfree_skb(rq->early[place]);
			return;
		}
		rq->next++;
	}
}

/**
 * tipc_recvq_add() - a packet has come
 * @rq: the receiving half of a link
 * @skb: the packet, checked; taken
 * @msgs: messages whose turn it is are added here, whole and checked
 *
 * Return: whether the peer is to be told what has come.
 */
bool tipc_recvq_add(struct tipc_recvq *rq, struct sk_buff *skb,
		    struct sk_buff_head *msgs)
{
	u16 seqno = tipc_get(tipc_msg(skb), TIPC_F_SEQNO);

	if (seqno != rq->next) {
		if (!tipc_seq_before(seqno, rq->next)) {
			keep(rq, skb, seqno);
			return false;
		}
		/* What told the peer so got lost, maybe. */
		rq->stats.duplicates++;
		kfree_skb(skb);
		return acknowledge(rq);
	}
	if (unpack(rq, skb, msgs)) {
		rq->stats.no_memory++;
		kfree_skb(skb);
		return false;
	}
	rq->next++;
	if (rq->count) {
		catch_up(rq, msgs);
		return true;
	}
	return acknowledge(rq);
}

/**
 * tipc_recvq_gap() - how many packets are missing
 * @rq: the receiving half of a link
 * @peer_next: the number that the peer's next packet will have, as far as is known
 *
 * Return: how many in a row, from the one whose turn it is.
 */
u16 tipc_recvq_gap(const struct tipc_recvq *rq, u16 peer_next)
{
	unsigned int place = rq->next % TIPC_EARLY_MAX, first;

	if (!rq->count)
		return tipc_seq_before(rq->next, peer_next) ?
		       min_t(u16, tipc_seq_dist(rq->next, peer_next),
			     TIPC_EARLY_MAX) : 0;
	first = find_next_bit(rq->there, TIPC_EARLY_MAX, place);
	if (first < TIPC_EARLY_MAX)
		return first - place;
	return TIPC_EARLY_MAX - place +
	       find_next_bit(rq->there, TIPC_EARLY_MAX, 0);
}
