// SPDX-License-Identifier: GPL-2.0
#include "link.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>

#include "link_proto.h"
#include "msg.h"
#include "seq.h"

/* Per tolerance: how often a silent peer is asked, but not less often than this. */
#define PROBES_PER_TOLERANCE	4
#define PROBE_MAX		(500 * TIPC_NS_PER_MS)

/* A peer that has not answered to so many RESETs is sent them so much less often. */
#define RESETS_OFTEN		16
#define RESETS_SELDOM		8

/* The last packet of a burst may have got lost: when to ask. */
#define TAIL_MIN		(10 * TIPC_NS_PER_MS)

/* A packet is stuck after so many times the tolerance, and so many attempts. */
#define STUCK_TOLERANCES	4
#define STUCK_TIMES		8

/*
 * A packet is missed when so many behind it have come, or after a while: what is
 * only late is not asked for.
 */
#define LATE_PACKETS		3
#define LATE			(5 * TIPC_NS_PER_MS)

/* What is answered for the sake of speed is answered so often at most. */
#define EAGER			(10 * TIPC_NS_PER_MS)
#define GAP_AGAIN_MIN		TIPC_NS_PER_MS
#define GAP_AGAIN_MAX		(50 * TIPC_NS_PER_MS)

/**
 * tipc_link_io_init() - start with nothing to do
 * @io: what a call of the link will lead to
 */
void tipc_link_io_init(struct tipc_link_io *io)
{
	__skb_queue_head_init(&io->out);
	__skb_queue_head_init(&io->in);
	io->up = false;
	io->down = false;
	io->wakeup = -1;
}

static u64 tolerance_ns(const struct tipc_link *link)
{
	return link->tolerance * TIPC_NS_PER_MS;
}

/* How long a link is silent before it asks. */
static u64 interval(const struct tipc_link *link)
{
	return min_t(u64, tolerance_ns(link) / PROBES_PER_TOLERANCE,
		     PROBE_MAX);
}

/* How long a link that is not up waits for an answer. */
static u64 patience(const struct tipc_link *link)
{
	u64 wait = interval(link);

	return link->unanswered < RESETS_OFTEN ? wait : RESETS_SELDOM * wait;
}

/* How long packets are not acknowledged before it asks. */
static u64 tail(const struct tipc_link *link)
{
	u64 wait = max_t(u64, 2 * link->sendq.rtt, TAIL_MIN);

	return min_t(u64, wait << min_t(u8, link->probes, 8), interval(link));
}

static void put(struct tipc_link_io *io, struct sk_buff *skb)
{
	if (skb)
		__skb_queue_tail(&io->out, skb);
}

static void announce(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	link->announced = now;
	put(io, tipc_proto_start(link, false));
}

static void hear(struct tipc_link *link, u64 now)
{
	link->heard = now;
	link->unanswered = 0;
}

/* Notes whether something is missing, and since when. */
static void watch_gap(struct tipc_link *link, u64 now)
{
	if (!tipc_recvq_gap(&link->recvq, link->peer_next)) {
		link->gap_at = ~0ULL;
		return;
	}
	if (link->gap_at == ~0ULL || link->gap_first != link->recvq.next) {
		link->gap_first = link->recvq.next;
		link->gap_told = 0;
		link->gap_at = now + LATE;
	}
	if (link->recvq.count >= LATE_PACKETS)
		link->gap_at = min(link->gap_at, now);
}

/*
 * When the peer should be told what is missing. Not again before an answer can have
 * come, or else it would send everything several times; and half as often each time.
 */
static u64 gap_due(const struct tipc_link *link)
{
	u64 again = clamp_t(u64, link->sendq.rtt, GAP_AGAIN_MIN,
			    GAP_AGAIN_MAX) << min_t(u8, link->gap_told, 8);

	again = min(again, interval(link));
	if (link->gap_at == ~0ULL ||
	    !tipc_seq_before(link->recvq.next, link->told_end))
		return link->gap_at;
	return max(link->gap_at, link->told_gap + again);
}

static u16 gap_to_tell(const struct tipc_link *link, u64 now)
{
	if (gap_due(link) > now)
		return 0;
	return tipc_recvq_gap(&link->recvq, link->peer_next);
}

static void tell(struct tipc_link *link, unsigned int flags,
		 struct tipc_link_io *io, u64 now)
{
	u16 gap = gap_to_tell(link, now);

	link->stats.sent++;
	link->recvq.unacked = 0;
	if (gap) {
		link->stats.gaps_sent++;
		if (link->gap_told < U8_MAX)
			link->gap_told++;
		link->told_gap = now;
		link->told_end = link->recvq.next + gap;
	}
	if (flags & TIPC_STATE_PROBE) {
		link->stats.probes_sent++;
		link->probed = now;
		if (link->probes < U8_MAX)
			link->probes++;
	}
	put(io, tipc_proto_state(link, gap, flags));
}

/* Sends what waits, which also tells the peer what has come. */
static void emit(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	u16 next = link->sendq.next;

	link->sendq.ack = link->recvq.next - 1;
	tipc_sendq_emit(&link->sendq, &io->out, now);
	if (link->sendq.next != next)
		link->recvq.unacked = 0;
}

/**
 * tipc_link_init() - make a link
 * @link: memory for it
 * @config: what it is made of
 * @session: any number, as random as possible
 *
 * It is broken until tipc_link_open().
 */
void tipc_link_init(struct tipc_link *link,
		    const struct tipc_link_config *config, u16 session)
{
	memset(link, 0, sizeof(*link));
	link->config = *config;
	link->state = TIPC_LINK_BROKEN;
	link->session = session;
	link->priority = config->priority;
	link->tolerance = config->tolerance;
	tipc_sendq_init(&link->sendq, config->self, config->peer,
			config->window);
	tipc_recvq_init(&link->recvq);
}

/**
 * tipc_link_clear() - free all that a link holds
 * @link: the link, not to be used any more
 */
void tipc_link_clear(struct tipc_link *link)
{
	tipc_sendq_reset(&link->sendq, TIPC_MTU_MIN);
	tipc_recvq_reset(&link->recvq);
}

/**
 * tipc_link_set_peer() - the node at the other end has taken another address
 * @link: the link; broken
 * @peer: the address
 */
void tipc_link_set_peer(struct tipc_link *link, u32 peer)
{
	link->config.peer = peer;
	link->sendq.peer = peer;
}

/**
 * tipc_link_open() - start a broken link anew
 * @link: the link
 * @io: what is to be done
 * @now: the time
 *
 * Forgets all messages.
 */
void tipc_link_open(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	if (link->state != TIPC_LINK_BROKEN)
		return;
	tipc_sendq_reset(&link->sendq, TIPC_MTU_MIN);
	tipc_recvq_reset(&link->recvq);
	io->wakeup = tipc_sendq_wakeup(&link->sendq);
	link->session++;
	link->state_next = 1;
	link->state_seen = 1;
	link->peer_next = 1;
	link->told_end = 0;
	link->gap_at = ~0ULL;
	link->probes = 0;
	hear(link, now);
	link->state = link->peer_reset ? TIPC_LINK_READY : TIPC_LINK_DOWN;
	if (!link->peer_reset)
		link->peer_known = false;
	link->peer_reset = false;
	announce(link, io, now);
}

/**
 * tipc_link_break() - stop a link, whatever it is doing
 * @link: the link
 * @end: why
 * @io: what is to be done
 */
void tipc_link_break(struct tipc_link *link, enum tipc_link_end end,
		     struct tipc_link_io *io)
{
	if (link->state == TIPC_LINK_UP) {
		io->down = true;
		link->used = true;
		link->used_session = link->peer_session;
	}
	if (link->state != TIPC_LINK_BROKEN)
		link->end = end;
	link->state = TIPC_LINK_BROKEN;
}

/**
 * tipc_link_stop() - stop a link for good
 * @link: the link
 * @io: what is to be done
 *
 * Tells the peer, so that it need not wait.
 */
void tipc_link_stop(struct tipc_link *link, struct tipc_link_io *io)
{
	link->session++;
	put(io, tipc_proto_start(link, true));
	tipc_link_break(link, TIPC_END_OWNER, io);
}

/**
 * tipc_link_set_tolerance() - change a link's tolerance
 * @link: the link
 * @tolerance: %TIPC_TOLERANCE_MIN to %TIPC_TOLERANCE_MAX, ms
 * @io: what is to be done
 * @now: the time
 *
 * The peer does the same when it is told.
 */
void tipc_link_set_tolerance(struct tipc_link *link, u16 tolerance,
			     struct tipc_link_io *io, u64 now)
{
	link->config.tolerance = tolerance;
	link->tolerance = tolerance;
	if (tipc_link_is_up(link))
		tell(link, TIPC_STATE_TOLERANCE, io, now);
}

/**
 * tipc_link_xmit() - send a message
 * @link: the link
 * @skb: a whole message, as tipc_node_xmit() wants it
 * @io: what is to be done
 * @now: the time
 *
 * Return: 0, and @skb is taken; -EHOSTUNREACH if the link is not up, -EAGAIN if
 * the caller is to wait until @io->wakeup says its level.
 */
int tipc_link_xmit(struct tipc_link *link, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now)
{
	int err;

	if (!tipc_link_is_up(link))
		return -EHOSTUNREACH;
	err = tipc_sendq_add(&link->sendq, skb);
	if (err)
		return err;
	emit(link, io, now);
	if (link->sendq.waits[TIPC_LEVEL_SYSTEM] >= TIPC_SYSTEM_MAX)
		tipc_link_break(link, TIPC_END_FLOOD, io);
	return 0;
}

static void come_up(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	link->state = TIPC_LINK_UP;
	link->used = false;
	hear(link, now);
	link->probed = now;
	link->stats.ups++;
	tipc_sendq_reset(&link->sendq, link->mtu);
	io->up = true;
}

/* What the peer says has arrived. */
static void acknowledge(struct tipc_link *link, u16 ack,
			struct tipc_link_io *io, u64 now)
{
	if (!tipc_sendq_ack(&link->sendq, ack, now))
		return;
	link->probes = 0;
	if (!skb_queue_empty(&link->sendq.waiting))
		emit(link, io, now);
	io->wakeup = max(io->wakeup, tipc_sendq_wakeup(&link->sendq));
}

/* Answers a peer that is further, or not as far, as this end. */
static void answer_start(struct tipc_link *link, struct tipc_link_io *io,
			 u64 now)
{
	if (now - link->announced >= EAGER)
		announce(link, io, now);
	else
		link->stats.refused++;
}

static void rcv_reset(struct tipc_link *link, const struct sk_buff *skb,
		      struct tipc_link_io *io, u64 now)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	bool up = tipc_link_is_up(link);

	/* A copy of the one that this session began with. */
	if (up && tipc_get(msg, TIPC_F_SESSION) == link->peer_session) {
		link->stats.refused++;
		return;
	}
	tipc_proto_adopt(link, skb);
	hear(link, now);
	if (up) {
		/* The owner's open() goes on from here. */
		tipc_link_break(link, TIPC_END_PEER, io);
		link->used = false;
		link->peer_reset = !tipc_get(msg, TIPC_F_STOPPING);
		return;
	}
	if (tipc_get(msg, TIPC_F_STOPPING)) {
		link->state = TIPC_LINK_DOWN;
		link->peer_known = false;
		return;
	}
	link->state = TIPC_LINK_READY;
	announce(link, io, now);
}

static void rcv_activate(struct tipc_link *link, const struct sk_buff *skb,
			 struct tipc_link_io *io, u64 now)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u16 session = tipc_get(msg, TIPC_F_PEER_SESSION);

	if (tipc_get(msg, TIPC_F_PEER_SESSION_VALID) &&
	    session != link->session) {
		if (tipc_link_is_up(link)) {
			link->stats.refused++;
			return;
		}
		/* The peer remembers us from an earlier life. */
		if (tipc_seq_before(link->session, session))
			link->session = session + 1;
		/* But it has started anew, and RESET would say no more. */
		rcv_reset(link, skb, io, now);
		return;
	}
	if (tipc_link_is_up(link)) {
		/* Our STATE got lost, maybe. */
		if (tipc_get(msg, TIPC_F_SESSION) == link->peer_session)
			tell(link, 0, io, now);
		else
			rcv_reset(link, skb, io, now);
		return;
	}
	tipc_proto_adopt(link, skb);
	come_up(link, io, now);
	tell(link, 0, io, now);
}

static void rcv_state(struct tipc_link *link, const struct sk_buff *skb,
		      struct tipc_link_io *io, u64 now)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 tolerance = tipc_get(msg, TIPC_F_TOLERANCE);
	u16 gap = tipc_get(msg, TIPC_F_GAP);
	u16 next = tipc_get(msg, TIPC_F_NEXT_SENT);

	if (link->state == TIPC_LINK_READY)
		come_up(link, io, now);
	link->heard = now;
	link->stats.received++;
	link->state_seen = tipc_get(msg, TIPC_F_SEQNO) + 1;
	/* The peer's operator wants it so, also after the link has started anew. */
	if (tolerance >= TIPC_TOLERANCE_MIN &&
	    tolerance <= TIPC_TOLERANCE_MAX) {
		link->config.tolerance = tolerance;
		link->tolerance = tolerance;
	}
	if (tipc_seq_before(link->peer_next, next))
		link->peer_next = next;
	watch_gap(link, now);
	/* The peer has waited for long enough. */
	if (link->gap_at != ~0ULL && tipc_get(msg, TIPC_F_PROBE))
		link->gap_at = min(link->gap_at, now);

	acknowledge(link, tipc_get(msg, TIPC_F_ACK), io, now);
	if (gap) {
		link->stats.gaps_received++;
		link->sendq.ack = link->recvq.next - 1;
		tipc_sendq_retransmit(&link->sendq, gap, &io->out, now);
	}
	if (tipc_get(msg, TIPC_F_PROBE)) {
		link->stats.probes_received++;
		tell(link, 0, io, now);
	} else if (gap_to_tell(link, now)) {
		tell(link, 0, io, now);
	}
}

static void rcv_proto(struct tipc_link *link, const struct sk_buff *skb,
		      struct tipc_link_io *io, u64 now)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 type = tipc_get(msg, TIPC_F_TYPE);

	if (type == TIPC_T_STATE) {
		if (link->state == TIPC_LINK_DOWN)
			answer_start(link, io, now);
		else if (link->state == TIPC_LINK_BROKEN ||
			 !tipc_proto_state_fresh(link, msg))
			link->stats.refused++;
		else
			rcv_state(link, skb, io, now);
		return;
	}
	if (!tipc_proto_start_fresh(link, msg))
		link->stats.refused++;
	else if (type == TIPC_T_RESET)
		rcv_reset(link, skb, io, now);
	else
		rcv_activate(link, skb, io, now);
}

static void rcv_packet(struct tipc_link *link, struct sk_buff *skb,
		       struct tipc_link_io *io, u64 now)
{
	u16 after = tipc_get(tipc_msg(skb), TIPC_F_SEQNO) + 1;
	bool told;

	link->heard = now;
	acknowledge(link, tipc_get(tipc_msg(skb), TIPC_F_ACK), io, now);
	told = tipc_recvq_add(&link->recvq, skb, &io->in);
	if (tipc_seq_before(link->peer_next, after) &&
	    tipc_seq_dist(link->recvq.next, after) <= TIPC_EARLY_MAX)
		link->peer_next = after;
	watch_gap(link, now);
	if (told || gap_to_tell(link, now))
		tell(link, 0, io, now);
}

/**
 * tipc_link_rcv() - a packet has come
 * @link: the link that it came on
 * @skb: the packet, of the link protocol or numbered, checked, from the peer; taken
 * @io: what is to be done
 * @now: the time
 */
void tipc_link_rcv(struct tipc_link *link, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now)
{
	if (tipc_get(tipc_msg(skb), TIPC_F_USER) == TIPC_U_LINK_PROTOCOL) {
		rcv_proto(link, skb, io, now);
		consume_skb(skb);
		return;
	}
	if (tipc_link_is_up(link)) {
		rcv_packet(link, skb, io, now);
		return;
	}
	/* The peer may be up, and what told us so got lost. */
	if (link->state == TIPC_LINK_READY)
		answer_start(link, io, now);
	kfree_skb(skb);
}

/* When a packet has not got through for too long though the peer is there. */
static u64 stuck_at(const struct tipc_link *link, const struct tipc_sent *sent)
{
	if (max_t(u32, sent->times, link->probes) < STUCK_TIMES)
		return ~0ULL;
	return sent->first + STUCK_TOLERANCES * tolerance_ns(link);
}

static void tick_up(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	const struct tipc_sent *oldest;

	if (now - link->heard >= tolerance_ns(link)) {
		tipc_link_break(link, TIPC_END_SILENCE, io);
		return;
	}
	oldest = tipc_sendq_oldest(&link->sendq);
	if (oldest && stuck_at(link, oldest) <= now) {
		tipc_link_break(link, TIPC_END_STUCK, io);
		return;
	}
	emit(link, io, now);
	if (gap_to_tell(link, now))
		tell(link, 0, io, now);
	oldest = tipc_sendq_oldest(&link->sendq);
	if (oldest && now - oldest->last >= tail(link) &&
	    now - link->probed >= tail(link))
		tell(link, TIPC_STATE_PROBE, io, now);
	else if (now - link->heard >= interval(link) &&
		 now - link->probed >= interval(link))
		tell(link, TIPC_STATE_PROBE, io, now);
}

/**
 * tipc_link_tick() - time has passed
 * @link: the link
 * @io: what is to be done
 * @now: the time
 */
void tipc_link_tick(struct tipc_link *link, struct tipc_link_io *io, u64 now)
{
	switch (link->state) {
	case TIPC_LINK_UP:
		tick_up(link, io, now);
		return;
	case TIPC_LINK_READY:
	case TIPC_LINK_DOWN:
		/* What was known about the peer is too old to hold against it. */
		if (now - link->heard >= tolerance_ns(link)) {
			link->heard = now;
			link->used = false;
			link->peer_known = false;
			link->state = TIPC_LINK_DOWN;
		}
		if (now - link->announced >= patience(link)) {
			announce(link, io, now);
			if (link->unanswered < U8_MAX)
				link->unanswered++;
		}
		return;
	case TIPC_LINK_BROKEN:
		return;
	}
}

/**
 * tipc_link_due() - when tipc_link_tick() is to be called
 * @link: the link
 *
 * Sending and receiving may make it earlier.
 *
 * Return: the time, ~0 for never.
 */
u64 tipc_link_due(const struct tipc_link *link)
{
	const struct tipc_sent *oldest;
	u64 due;

	switch (link->state) {
	case TIPC_LINK_UP:
		due = max(link->heard, link->probed) + interval(link);
		due = min(due, link->heard + tolerance_ns(link));
		oldest = tipc_sendq_oldest(&link->sendq);
		if (oldest) {
			due = min(due, max(oldest->last, link->probed) +
				       tail(link));
			due = min(due, stuck_at(link, oldest));
		}
		return link->gap_at == ~0ULL ? due : min(due, gap_due(link));
	case TIPC_LINK_READY:
	case TIPC_LINK_DOWN:
		return min(link->announced + patience(link),
			   link->heard + tolerance_ns(link));
	default:
		return ~0ULL;
	}
}
