/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A link: two nodes and a bearer of each. Knows of messages, numbers and time, and
 * nothing of devices, sockets and locks.
 */
#ifndef _TIPC_LINK_H
#define _TIPC_LINK_H

#include <linux/skbuff.h>
#include <linux/tipc.h>
#include <linux/types.h>

#include "recvq.h"
#include "sendq.h"

#define TIPC_NS_PER_MS		1000000ULL

/* Silence that breaks a link, ms. The uapi's minimum is 50; less is our own. */
#define TIPC_TOLERANCE_MIN	30
#define TIPC_TOLERANCE_DEFAULT	1500
#define TIPC_TOLERANCE_MAX	30000

#define TIPC_PRIORITY_DEFAULT	10
#define TIPC_PRIORITY_MAX	31

/**
 * enum tipc_link_state - what a link is doing
 * @TIPC_LINK_DOWN: asks for the peer with RESET
 * @TIPC_LINK_READY: has seen the peer's RESET and says so with ACTIVATE
 * @TIPC_LINK_UP: works
 * @TIPC_LINK_BROKEN: has stopped, and waits for its owner to clear up and call
 *	tipc_link_open()
 */
enum tipc_link_state {
	TIPC_LINK_DOWN,
	TIPC_LINK_READY,
	TIPC_LINK_UP,
	TIPC_LINK_BROKEN,
};

/**
 * enum tipc_link_end - why a link broke
 * @TIPC_END_SILENCE: nothing was heard for the time of its tolerance
 * @TIPC_END_PEER: the peer has started anew
 * @TIPC_END_STUCK: a packet did not get through, though others did
 * @TIPC_END_FLOOD: the peer does not take what it makes us say
 * @TIPC_END_OWNER: its owner wanted it
 */
enum tipc_link_end {
	TIPC_END_SILENCE,
	TIPC_END_PEER,
	TIPC_END_STUCK,
	TIPC_END_FLOOD,
	TIPC_END_OWNER,
};

/**
 * struct tipc_link_config - what a link is made of
 * @self: this node
 * @peer: the node at the other end
 * @bearer: number of this node's bearer
 * @plane: number of the bearer's network, 0 for A
 * @priority: 0 to %TIPC_PRIORITY_MAX
 * @tolerance: ms
 * @window: packets
 * @mtu: what fits into a packet of the bearer
 * @caps: what the peer can do, &enum tipc_cap
 * @if_name: the bearer's device, for the peer to show; padded with zeroes
 */
struct tipc_link_config {
	u32 self;
	u32 peer;
	u8 bearer;
	u8 plane;
	u8 priority;
	u16 tolerance;
	u16 window;
	u16 mtu;
	u16 caps;
	char if_name[TIPC_MAX_IF_NAME];
};

/**
 * struct tipc_link_io - what a call of the link leads to
 * @out: packets for the bearer, in order
 * @in: messages for those above, in order
 * @up: the link has come up
 * @down: the link broke; what is in @in came before that
 * @wakeup: the highest level that takes messages again, -1 for none
 *
 * The caller starts with tipc_link_io_init(), and does what it says when it has
 * dropped the lock.
 */
struct tipc_link_io {
	struct sk_buff_head out;
	struct sk_buff_head in;
	bool up;
	bool down;
	int wakeup;
};

/**
 * struct tipc_link_stats - messages of the link protocol
 * @sent: STATE messages sent
 * @received: STATE messages received
 * @probes_sent: those that asked for an answer
 * @probes_received: likewise
 * @gaps_sent: those that told of missing packets
 * @gaps_received: likewise
 * @ups: how often the link came up
 * @refused: messages of the link protocol that were out of date or place
 */
struct tipc_link_stats {
	u64 sent;
	u64 received;
	u64 probes_sent;
	u64 probes_received;
	u64 gaps_sent;
	u64 gaps_received;
	u64 ups;
	u64 refused;
};

/**
 * struct tipc_link - a link
 * @config: what it is made of
 * @state: what it is doing
 * @end: why it broke last
 * @peer_reset: it broke because of the peer's RESET
 * @peer_known: @peer_session is the peer's
 * @used: @used_session was the peer's when the link was up last
 * @node_up: the owner has another link to the peer
 * @session: number of this end's session, one more each time it starts anew
 * @peer_session: the peer's
 * @used_session: see @used
 * @state_next: number of the next STATE message
 * @state_seen: number that the peer's next STATE message must have at least
 * @peer_next: number that the peer's next packet will have, as far as is known
 * @peer_bearer: number of the peer's bearer
 * @priority: as agreed with the peer
 * @tolerance: as agreed with the peer, ms
 * @mtu: as agreed with the peer
 * @probes: probes since the peer last acknowledged a packet
 * @unanswered: times that RESET or ACTIVATE was repeated since the peer was heard
 * @peer_if_name: the peer's device, for people to see, ends with 0
 * @heard: when something that counts was last received
 * @announced: when RESET or ACTIVATE was last sent
 * @probed: when the last probe was sent
 * @gap_first: the packet that is missing
 * @gap_at: when the peer is told of that, ~0 if nothing is missing
 * @gap_told: how often the peer was told of that
 * @told_gap: when the peer was last told about a gap
 * @told_end: the end of that gap
 * @sendq: what is sent
 * @recvq: what is received
 * @stats: messages of the link protocol
 *
 * Times are in ns, and never go back.
 */
struct tipc_link {
	struct tipc_link_config config;
	enum tipc_link_state state;
	enum tipc_link_end end;
	bool peer_reset;
	bool peer_known;
	bool used;
	bool node_up;
	u16 session;
	u16 peer_session;
	u16 used_session;
	u16 state_next;
	u16 state_seen;
	u16 peer_next;
	u16 told_end;
	u16 gap_first;
	u8 peer_bearer;
	u8 priority;
	u16 tolerance;
	u16 mtu;
	u8 probes;
	u8 unanswered;
	u8 gap_told;
	char peer_if_name[TIPC_MAX_IF_NAME + 1];
	u64 heard;
	u64 announced;
	u64 probed;
	u64 gap_at;
	u64 told_gap;
	struct tipc_sendq sendq;
	struct tipc_recvq recvq;
	struct tipc_link_stats stats;
};

static inline bool tipc_link_is_up(const struct tipc_link *link)
{
	return link->state == TIPC_LINK_UP;
}

void tipc_link_io_init(struct tipc_link_io *io);

void tipc_link_init(struct tipc_link *link,
		    const struct tipc_link_config *config, u16 session);
void tipc_link_clear(struct tipc_link *link);
void tipc_link_set_peer(struct tipc_link *link, u32 peer);
void tipc_link_open(struct tipc_link *link, struct tipc_link_io *io, u64 now);
void tipc_link_break(struct tipc_link *link, enum tipc_link_end end,
		     struct tipc_link_io *io);
void tipc_link_stop(struct tipc_link *link, struct tipc_link_io *io);
void tipc_link_set_tolerance(struct tipc_link *link, u16 tolerance,
			     struct tipc_link_io *io, u64 now);

int tipc_link_xmit(struct tipc_link *link, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now);
void tipc_link_rcv(struct tipc_link *link, struct sk_buff *skb,
		   struct tipc_link_io *io, u64 now);
void tipc_link_tick(struct tipc_link *link, struct tipc_link_io *io, u64 now);
u64 tipc_link_due(const struct tipc_link *link);

#endif /* _TIPC_LINK_H */
