// SPDX-License-Identifier: GPL-2.0
#include "sendq.h"

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "msg.h"
#include "seq.h"

/* A lost packet is not sent again before this, in ns, if the way is short. */
#define AGAIN_MIN	1000000ULL

/**
 * struct waiting_cb - what is known of a message that waits
 * @level: what its memory counts as
 */
struct waiting_cb {
	unsigned int level;
};

static struct waiting_cb *waiting_cb(const struct sk_buff *skb)
{
	return (struct waiting_cb *)skb->cb;
}

static struct tipc_sent *sent_cb(const struct sk_buff *skb)
{
	return (struct tipc_sent *)skb->cb;
}

static unsigned int level_of(const struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	/* Somebody waits for it, and nobody would send it again. */
	if (!tipc_is_data(msg) || tipc_get(msg, TIPC_F_ERROR) ||
	    !tipc_body_size(msg))
		return TIPC_LEVEL_SYSTEM;
	return tipc_get(msg, TIPC_F_USER);
}

/**
 * tipc_sendq_init() - set up the sending half of a link
 * @sq: it
 * @self: this node
 * @peer: the node at the other end
 * @window: the window to start with
 */
void tipc_sendq_init(struct tipc_sendq *sq, u32 self, u32 peer, u16 window)
{
	memset(sq, 0, sizeof(*sq));
	__skb_queue_head_init(&sq->waiting);
	__skb_queue_head_init(&sq->sent);
	sq->self = self;
	sq->peer = peer;
	sq->window_set = window;
	tipc_sendq_reset(sq, TIPC_MTU_MIN);
}

/**
 * tipc_sendq_reset() - forget all messages, and start to count anew
 * @sq: the sending half of a link
 * @mtu: what fits into a packet
 *
 * Whoever was refused stays so: tipc_sendq_wakeup() tells.
 */
void tipc_sendq_reset(struct tipc_sendq *sq, u16 mtu)
{
	__skb_queue_purge(&sq->waiting);
	__skb_queue_purge(&sq->sent);
	memset(&sq->cut, 0, sizeof(sq->cut));
	memset(sq->waits, 0, sizeof(sq->waits));
	sq->mtu = mtu;
	sq->next = 1;
	sq->recovering = false;
	sq->rtt = 0;
	tipc_sendq_set_window(sq, sq->window_set);
}

/**
 * tipc_sendq_set_window() - set where the window starts
 * @sq: the sending half of a link
 * @window: number of packets, %TIPC_WINDOW_MIN to %TIPC_WINDOW_MAX
 *
 * It holds at once, and the window goes on from there.
 */
void tipc_sendq_set_window(struct tipc_sendq *sq, u16 window)
{
	sq->window_set = window;
	sq->window = window;
	sq->threshold = max_t(u16, window, TIPC_WINDOW_GROWN);
	sq->grown = 0;
	sq->limited = false;
}

/**
 * tipc_sendq_add() - add a message to those that wait
 * @sq: the sending half of a link
 * @skb: the message; taken
 *
 * A level that is not full takes one more, however long it is.
 *
 * Return: 0, or -EAGAIN: then @skb is still the caller's.
 */
int tipc_sendq_add(struct tipc_sendq *sq, struct sk_buff *skb)
{
	unsigned int level = level_of(skb);

	if (level < TIPC_LEVEL_SYSTEM &&
	    sq->waits[level] >= (level + 1) * TIPC_WAIT_SHARE) {
		sq->refused |= 1 << level;
		sq->stats.refused++;
		return -EAGAIN;
	}
	waiting_cb(skb)->level = level;
	sq->waits[level] += skb->truesize;
	sq->stats.messages++;
	__skb_queue_tail(&sq->waiting, skb);
	return 0;
}

/* A message that waited has become a packet, or part of one. */
static struct sk_buff *take_first(struct tipc_sendq *sq)
{
	struct sk_buff *skb = __skb_dequeue(&sq->waiting);

	sq->waits[waiting_cb(skb)->level] -= skb->truesize;
	return skb;
}

static struct sk_buff *next_fragment(struct tipc_sendq *sq)
{
	struct sk_buff *whole = skb_peek(&sq->waiting), *skb;

	skb = tipc_fragment_cut(&sq->cut, whole, sq->self, sq->peer,
				sq->mtu);
	if (!skb)
		return NULL;
	sq->stats.fragments++;
	if (sq->cut.done == whole->len) {
		sq->stats.fragmented++;
		sq->cut = (struct tipc_cut){ .msg = sq->cut.msg + 1 };
		consume_skb(take_first(sq));
	}
	return skb;
}

/* A bundle, or NULL if there is not enough for one. */
static struct sk_buff *next_bundle(struct tipc_sendq *sq)
{
	struct tipc_bundle_plan plan = tipc_bundle_plan(&sq->waiting, sq->mtu);
	struct sk_buff *bundle, *skb;

	if (plan.count < 2)
		return NULL;
	bundle = tipc_bundle_alloc(plan, sq->self, sq->peer);
	if (!bundle)
		return NULL;
	sq->stats.bundles++;
	sq->stats.bundled += plan.count;
	while (plan.count--) {
		skb = take_first(sq);
		tipc_bundle_add(bundle, skb);
		consume_skb(skb);
	}
	return bundle;
}

/* The next packet, made of what waits; NULL if memory is short. */
static struct sk_buff *next_packet(struct tipc_sendq *sq)
{
	struct sk_buff *skb = skb_peek(&sq->waiting);

	if (sq->cut.done || skb->len > sq->mtu)
		return next_fragment(sq);
	skb = NULL;
	if (skb_queue_len(&sq->waiting) > 1)
		skb = next_bundle(sq);
	return skb ?: take_first(sq);
}

static void set_acks(const struct tipc_sendq *sq, struct sk_buff *skb)
{
	tipc_set(tipc_msg(skb), TIPC_F_ACK, sq->ack);
	tipc_set(tipc_msg(skb), TIPC_F_BCAST_ACK, sq->bcast_ack);
}

/* Hands a copy to the bearer. If memory is short, it is as if it got lost. */
static void transmit(struct tipc_sendq *sq, struct sk_buff *skb,
		     struct sk_buff_head *out, u64 now)
{
	struct tipc_sent *cb = sent_cb(skb);
	struct sk_buff *copy;

	if (!cb->times) {
		set_acks(sq, skb);
		cb->first = now;
		/* What is kept leaves the room in front of it to the copy. */
		if (!skb_cloned(skb))
			__skb_header_release(skb);
		copy = skb_clone(skb, GFP_ATOMIC);
	} else {
		/* The header of what was sent before may still be read. */
		copy = pskb_copy(skb, GFP_ATOMIC);
		if (copy)
			set_acks(sq, copy);
	}
	cb->last = now;
	cb->times++;
	if (copy)
		__skb_queue_tail(out, copy);
}

/**
 * tipc_sendq_emit() - send what waits, as far as the window allows
 * @sq: the sending half of a link
 * @out: packets for the bearer are added here
 * @now: the time
 */
void tipc_sendq_emit(struct tipc_sendq *sq, struct sk_buff_head *out, u64 now)
{
	struct sk_buff *skb;

	while (!skb_queue_empty(&sq->waiting)) {
		if (skb_queue_len(&sq->sent) >= sq->window) {
			sq->limited = true;
			return;
		}
		skb = next_packet(sq);
		if (!skb)
			return;
		memset(skb->cb, 0, sizeof(struct tipc_sent));
		tipc_set(tipc_msg(skb), TIPC_F_SEQNO, sq->next++);
		__skb_queue_tail(&sq->sent, skb);
		sq->stats.packets++;
		transmit(sq, skb, out, now);
	}
}

/* Packets have arrived: lets the window grow if it was in the way. */
static void grow(struct tipc_sendq *sq, unsigned int acked)
{
	u16 max = max_t(u16, sq->window_set, TIPC_WINDOW_GROWN);

	if (!sq->limited || sq->recovering || sq->window >= max)
		return;
	if (sq->window < sq->threshold) {
		sq->window = min_t(u32, sq->window + acked, max);
		sq->limited = false;
		return;
	}
	sq->grown += acked;
	if (sq->grown >= sq->window) {
		sq->grown = 0;
		sq->window++;
		sq->limited = false;
	}
}

/* A packet got lost: halves the window, once for all that were under way then. */
static void shrink(struct tipc_sendq *sq)
{
	if (sq->recovering)
		return;
	sq->recovering = true;
	sq->recover = sq->next - 1;
	sq->window = max_t(u16, sq->window / 2, TIPC_WINDOW_MIN);
	sq->threshold = sq->window;
	sq->grown = 0;
	sq->stats.shrinks++;
}

/* A packet has arrived. */
static void count_arrived(struct tipc_sendq *sq, const struct tipc_sent *cb,
			  u64 now)
{
	unsigned int place = fls64((now - cb->first) / TIPC_CGR_LATENCY_MIN);

	sq->stats.sends[min_t(u32, cb->times, TIPC_CGR_SENDS) - 1]++;
	if (cb->times == 1)
		sq->stats.latency[min_t(u32, place, TIPC_CGR_LATENCIES - 1)]++;
}

/* Follows the time that packets need, down at once and up slowly. */
static void measure(struct tipc_sendq *sq, u64 took)
{
	if (!sq->rtt || took < sq->rtt)
		sq->rtt = took;
	else
		sq->rtt += (took - sq->rtt) / 32;
}

/**
 * tipc_sendq_ack() - the peer has received packets
 * @sq: the sending half of a link
 * @ack: the last one in sequence
 * @now: the time
 *
 * A number that has not been sent, or was acknowledged before, does nothing.
 *
 * Return: whether there was something new in it.
 */
bool tipc_sendq_ack(struct tipc_sendq *sq, u16 ack, u64 now)
{
	u16 count = tipc_seq_dist(tipc_sendq_acked(sq), ack), n;
	struct sk_buff *skb;

	if (!count || count > skb_queue_len(&sq->sent))
		return false;
	for (n = 0; n < count; n++) {
		skb = __skb_dequeue(&sq->sent);
		count_arrived(sq, sent_cb(skb), now);
		if (n == count - 1 && sent_cb(skb)->times == 1)
			measure(sq, now - sent_cb(skb)->first);
		consume_skb(skb);
	}
	if (sq->recovering && !tipc_seq_before(ack, sq->recover))
		sq->recovering = false;
	grow(sq, count);
	return true;
}

/**
 * tipc_sendq_retransmit() - the peer misses packets
 * @sq: the sending half of a link
 * @count: how many, behind the last one that it acknowledged
 * @out: packets for the bearer are added here
 * @now: the time
 *
 * What was sent again so recently that the peer cannot have received it yet, is
 * left out.
 */
void tipc_sendq_retransmit(struct tipc_sendq *sq, u16 count,
			   struct sk_buff_head *out, u64 now)
{
	u64 again = max_t(u64, sq->rtt, AGAIN_MIN);
	struct sk_buff *skb;

	skb_queue_walk(&sq->sent, skb) {
		if (!count--)
			break;
		if (sent_cb(skb)->times > 1 && now - sent_cb(skb)->last < again)
			continue;
		shrink(sq);
		sq->stats.retransmits++;
		transmit(sq, skb, out, now);
	}
}

/**
 * tipc_sendq_wakeup() - whether somebody who was refused may try again
 * @sq: the sending half of a link
 *
 * A level counts when half of its share is free. To be asked after what has been
 * acknowledged was replaced by what waited; tells it once.
 *
 * Return: the highest level, or -1 if there is none.
 */
int tipc_sendq_wakeup(struct tipc_sendq *sq)
{
	unsigned int level;
	int highest = -1;

	if (!sq->refused)
		return -1;
	for (level = 0; level < TIPC_LEVEL_SYSTEM; level++) {
		if (!(sq->refused & 1 << level) ||
		    sq->waits[level] > (level + 1) * (TIPC_WAIT_SHARE / 2))
			continue;
		sq->refused &= ~(1 << level);
		highest = level;
	}
	return highest;
}
