/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * tipc: what it counts.
 *
 * Generic netlink family "tipc_cgr", beside TIPCv2 of <linux/tipc_netlink.h>.
 * That one configures, and its attributes are mainline's alone: programs exist
 * that do not survive more of them. This one only tells, to anybody, about the
 * network namespace of the socket. Whether it exists tells cgr's tipc from
 * mainline's.
 *
 * Every object is a nest at the top level of a message. Counters are of 64 bits
 * and begin with 0 when their object is made; those of links also when
 * %TIPC_NL_LINK_RESET_STATS says so.
 */
#ifndef _UAPI_LINUX_TIPC_CGR_H
#define _UAPI_LINUX_TIPC_CGR_H

#include <linux/types.h>

#define TIPC_CGR_GENL_NAME	"tipc_cgr"
#define TIPC_CGR_GENL_VERSION	1

/**
 * enum tipc_cgr_cmd - commands of the family
 * @TIPC_CGR_CMD_UNSPEC: unused
 * @TIPC_CGR_CMD_NODE_GET: this node (%TIPC_CGR_A_NODE)
 * @TIPC_CGR_CMD_BEARER_GET: dump bearers (%TIPC_CGR_A_BEARER)
 * @TIPC_CGR_CMD_LINK_GET: dump links, one for each other node that is known
 *	(%TIPC_CGR_A_LINK)
 */
enum tipc_cgr_cmd {
	TIPC_CGR_CMD_UNSPEC,
	TIPC_CGR_CMD_NODE_GET,
	TIPC_CGR_CMD_BEARER_GET,
	TIPC_CGR_CMD_LINK_GET,

	/* private: */
	__TIPC_CGR_CMD_MAX,
	TIPC_CGR_CMD_MAX = __TIPC_CGR_CMD_MAX - 1
};

/**
 * enum tipc_cgr_attr - top-level attributes
 * @TIPC_CGR_A_UNSPEC: unused
 * @TIPC_CGR_A_PAD: padding of 64-bit attributes, on every level
 * @TIPC_CGR_A_NODE: nest of &enum tipc_cgr_node_attr
 * @TIPC_CGR_A_BEARER: nest of &enum tipc_cgr_bearer_attr
 * @TIPC_CGR_A_LINK: nest of &enum tipc_cgr_link_attr
 */
enum tipc_cgr_attr {
	TIPC_CGR_A_UNSPEC,
	TIPC_CGR_A_PAD,
	TIPC_CGR_A_NODE,
	TIPC_CGR_A_BEARER,
	TIPC_CGR_A_LINK,

	/* private: */
	__TIPC_CGR_A_MAX,
	TIPC_CGR_A_MAX = __TIPC_CGR_A_MAX - 1
};

/**
 * enum tipc_cgr_node_attr - this node
 * @TIPC_CGR_NODE_A_UNSPEC: unused
 * @TIPC_CGR_NODE_A_PAD: padding
 * @TIPC_CGR_NODE_A_ADDR: u32, its address; 0 as long as it has none
 * @TIPC_CGR_NODE_A_TRIAL: u32, the address that is on trial, if one is
 * @TIPC_CGR_NODE_A_ID: 16 bytes, its identity; zeroes as long as it has none
 * @TIPC_CGR_NODE_A_NETID: u32, the cluster's network id
 * @TIPC_CGR_NODE_A_CAPS: u32, the capabilities that it advertises
 * @TIPC_CGR_NODE_A_SOCKETS: u32, number of sockets, the topology server's one
 *	included
 * @TIPC_CGR_NODE_A_BEARERS: u32, number of bearers
 * @TIPC_CGR_NODE_A_PEERS: u32, number of other nodes that are known
 * @TIPC_CGR_NODE_A_PEERS_UP: u32, of these, number of those with a link
 */
enum tipc_cgr_node_attr {
	TIPC_CGR_NODE_A_UNSPEC,
	TIPC_CGR_NODE_A_PAD,
	TIPC_CGR_NODE_A_ADDR,
	TIPC_CGR_NODE_A_TRIAL,
	TIPC_CGR_NODE_A_ID,
	TIPC_CGR_NODE_A_NETID,
	TIPC_CGR_NODE_A_CAPS,
	TIPC_CGR_NODE_A_SOCKETS,
	TIPC_CGR_NODE_A_BEARERS,
	TIPC_CGR_NODE_A_PEERS,
	TIPC_CGR_NODE_A_PEERS_UP,

	/* private: */
	__TIPC_CGR_NODE_A_MAX,
	TIPC_CGR_NODE_A_MAX = __TIPC_CGR_NODE_A_MAX - 1
};

/**
 * enum tipc_cgr_bearer_attr - a bearer
 * @TIPC_CGR_BEARER_A_UNSPEC: unused
 * @TIPC_CGR_BEARER_A_PAD: padding
 * @TIPC_CGR_BEARER_A_NAME: text, "eth:" and the device
 * @TIPC_CGR_BEARER_A_NUMBER: u32, its number in messages; plane 'A' + number
 * @TIPC_CGR_BEARER_A_MTU: u32, what fits into a packet
 * @TIPC_CGR_BEARER_A_DOMAIN: u32, nodes that it asks for, 0 for all
 * @TIPC_CGR_BEARER_A_PRIORITY: u32, what links begin with
 * @TIPC_CGR_BEARER_A_TOLERANCE: u32, likewise, ms
 * @TIPC_CGR_BEARER_A_WINDOW: u32, likewise, packets
 * @TIPC_CGR_BEARER_A_PEERS: u32, number of nodes that it knows
 * @TIPC_CGR_BEARER_A_STATS: nest of &enum tipc_cgr_bearer_stat
 */
enum tipc_cgr_bearer_attr {
	TIPC_CGR_BEARER_A_UNSPEC,
	TIPC_CGR_BEARER_A_PAD,
	TIPC_CGR_BEARER_A_NAME,
	TIPC_CGR_BEARER_A_NUMBER,
	TIPC_CGR_BEARER_A_MTU,
	TIPC_CGR_BEARER_A_DOMAIN,
	TIPC_CGR_BEARER_A_PRIORITY,
	TIPC_CGR_BEARER_A_TOLERANCE,
	TIPC_CGR_BEARER_A_WINDOW,
	TIPC_CGR_BEARER_A_PEERS,
	TIPC_CGR_BEARER_A_STATS,

	/* private: */
	__TIPC_CGR_BEARER_A_MAX,
	TIPC_CGR_BEARER_A_MAX = __TIPC_CGR_BEARER_A_MAX - 1
};

/**
 * enum tipc_cgr_bearer_stat - counters of a bearer, all u64
 * @TIPC_CGR_BEARER_STAT_UNSPEC: unused
 * @TIPC_CGR_BEARER_STAT_PAD: padding
 * @TIPC_CGR_BEARER_STAT_RX: packets received, those dropped included
 * @TIPC_CGR_BEARER_STAT_TX: packets sent
 * @TIPC_CGR_BEARER_STAT_RX_DISC: of those received, messages of discovery
 * @TIPC_CGR_BEARER_STAT_DUPLICATE: of these, those from a node that has our
 *	address or identity
 * @TIPC_CGR_BEARER_STAT_DROP_MALFORMED: dropped: not a sound message
 * @TIPC_CGR_BEARER_STAT_DROP_FOREIGN: dropped: for another device or node
 * @TIPC_CGR_BEARER_STAT_DROP_UNKNOWN: dropped: from a node that has no link
 *	over this bearer
 * @TIPC_CGR_BEARER_STAT_DROP_BROADCAST: dropped: a numbered broadcast, which
 *	nobody sends to us who knows our capabilities
 * @TIPC_CGR_BEARER_STAT_DROP_MEMORY: dropped: memory was short
 * @TIPC_CGR_BEARER_STAT_DROP_TX: not sent: memory was short, or the bearer is
 *	going away
 */
enum tipc_cgr_bearer_stat {
	TIPC_CGR_BEARER_STAT_UNSPEC,
	TIPC_CGR_BEARER_STAT_PAD,
	TIPC_CGR_BEARER_STAT_RX,
	TIPC_CGR_BEARER_STAT_TX,
	TIPC_CGR_BEARER_STAT_RX_DISC,
	TIPC_CGR_BEARER_STAT_DUPLICATE,
	TIPC_CGR_BEARER_STAT_DROP_MALFORMED,
	TIPC_CGR_BEARER_STAT_DROP_FOREIGN,
	TIPC_CGR_BEARER_STAT_DROP_UNKNOWN,
	TIPC_CGR_BEARER_STAT_DROP_BROADCAST,
	TIPC_CGR_BEARER_STAT_DROP_MEMORY,
	TIPC_CGR_BEARER_STAT_DROP_TX,

	/* private: */
	__TIPC_CGR_BEARER_STAT_MAX,
	TIPC_CGR_BEARER_STAT_MAX = __TIPC_CGR_BEARER_STAT_MAX - 1
};

/**
 * enum tipc_cgr_link_state - what a link is doing
 * @TIPC_CGR_LINK_STATE_DOWN: asks for the peer
 * @TIPC_CGR_LINK_STATE_READY: has heard of the peer, and waits for its consent
 * @TIPC_CGR_LINK_STATE_UP: works
 * @TIPC_CGR_LINK_STATE_BROKEN: is about to begin anew
 */
enum tipc_cgr_link_state {
	TIPC_CGR_LINK_STATE_DOWN,
	TIPC_CGR_LINK_STATE_READY,
	TIPC_CGR_LINK_STATE_UP,
	TIPC_CGR_LINK_STATE_BROKEN,
};

/**
 * enum tipc_cgr_link_end - why a link broke
 * @TIPC_CGR_LINK_END_SILENCE: nothing was heard for the time of its tolerance
 * @TIPC_CGR_LINK_END_PEER: the peer has started anew
 * @TIPC_CGR_LINK_END_STUCK: a packet did not get through, though others did
 * @TIPC_CGR_LINK_END_FLOOD: the peer does not take what it makes this node say
 * @TIPC_CGR_LINK_END_OWNER: this node wanted it: its device went down, or got
 *	a smaller MTU
 */
enum tipc_cgr_link_end {
	TIPC_CGR_LINK_END_SILENCE,
	TIPC_CGR_LINK_END_PEER,
	TIPC_CGR_LINK_END_STUCK,
	TIPC_CGR_LINK_END_FLOOD,
	TIPC_CGR_LINK_END_OWNER,
};

/**
 * enum tipc_cgr_link_attr - a link, and the node at its other end
 * @TIPC_CGR_LINK_A_UNSPEC: unused
 * @TIPC_CGR_LINK_A_PAD: padding
 * @TIPC_CGR_LINK_A_NAME: text, as TIPCv2 names it
 * @TIPC_CGR_LINK_A_PEER: u32, address of the peer
 * @TIPC_CGR_LINK_A_PEER_ID: 16 bytes, its identity
 * @TIPC_CGR_LINK_A_PEER_CAPS: u32, the capabilities that it advertises
 * @TIPC_CGR_LINK_A_BEARER: text, the bearer that the link goes over
 * @TIPC_CGR_LINK_A_STATE: u8, &enum tipc_cgr_link_state
 * @TIPC_CGR_LINK_A_END: u8, &enum tipc_cgr_link_end, if it broke
 * @TIPC_CGR_LINK_A_MTU: u32, as agreed with the peer
 * @TIPC_CGR_LINK_A_PRIORITY: u32, likewise
 * @TIPC_CGR_LINK_A_TOLERANCE: u32, likewise, ms
 * @TIPC_CGR_LINK_A_WINDOW: u32, packets that may be under way at present
 * @TIPC_CGR_LINK_A_WINDOW_SET: u32, what the window begins with
 * @TIPC_CGR_LINK_A_IN_FLIGHT: u32, packets that are under way
 * @TIPC_CGR_LINK_A_WAITING: u64, memory of messages that wait to be sent
 * @TIPC_CGR_LINK_A_RTT: u64, smoothed time until a packet is acknowledged, ns;
 *	0 if it is not known
 * @TIPC_CGR_LINK_A_STATS: nest of &enum tipc_cgr_link_stat
 * @TIPC_CGR_LINK_A_LATENCY: array of %TIPC_CGR_LATENCIES u64: packets that were
 *	sent once, by the time until the peer acknowledged them: the first entry
 *	those of less than %TIPC_CGR_LATENCY_MIN ns, each further one of less than
 *	twice as many, the last one all others
 * @TIPC_CGR_LINK_A_SENDS: array of %TIPC_CGR_SENDS u64: packets that were
 *	acknowledged, by how often they had been sent: once, twice and so on, the
 *	last entry those sent as often or more often
 */
enum tipc_cgr_link_attr {
	TIPC_CGR_LINK_A_UNSPEC,
	TIPC_CGR_LINK_A_PAD,
	TIPC_CGR_LINK_A_NAME,
	TIPC_CGR_LINK_A_PEER,
	TIPC_CGR_LINK_A_PEER_ID,
	TIPC_CGR_LINK_A_PEER_CAPS,
	TIPC_CGR_LINK_A_BEARER,
	TIPC_CGR_LINK_A_STATE,
	TIPC_CGR_LINK_A_END,
	TIPC_CGR_LINK_A_MTU,
	TIPC_CGR_LINK_A_PRIORITY,
	TIPC_CGR_LINK_A_TOLERANCE,
	TIPC_CGR_LINK_A_WINDOW,
	TIPC_CGR_LINK_A_WINDOW_SET,
	TIPC_CGR_LINK_A_IN_FLIGHT,
	TIPC_CGR_LINK_A_WAITING,
	TIPC_CGR_LINK_A_RTT,
	TIPC_CGR_LINK_A_STATS,
	TIPC_CGR_LINK_A_LATENCY,
	TIPC_CGR_LINK_A_SENDS,

	/* private: */
	__TIPC_CGR_LINK_A_MAX,
	TIPC_CGR_LINK_A_MAX = __TIPC_CGR_LINK_A_MAX - 1
};

/* Entries of %TIPC_CGR_LINK_A_LATENCY, and where the first one ends, in ns. */
#define TIPC_CGR_LATENCIES	20
#define TIPC_CGR_LATENCY_MIN	(1 << 13)

/* Entries of %TIPC_CGR_LINK_A_SENDS. */
#define TIPC_CGR_SENDS		8

/**
 * enum tipc_cgr_link_stat - counters of a link, all u64
 * @TIPC_CGR_LINK_STAT_UNSPEC: unused
 * @TIPC_CGR_LINK_STAT_PAD: padding
 * @TIPC_CGR_LINK_STAT_TX_PACKETS: numbered packets sent
 * @TIPC_CGR_LINK_STAT_TX_MESSAGES: messages handed in to be sent
 * @TIPC_CGR_LINK_STAT_TX_FRAGMENTS: packets sent that are fragments
 * @TIPC_CGR_LINK_STAT_TX_FRAGMENTED: messages that were cut
 * @TIPC_CGR_LINK_STAT_TX_BUNDLES: packets sent that are bundles
 * @TIPC_CGR_LINK_STAT_TX_BUNDLED: messages in them
 * @TIPC_CGR_LINK_STAT_TX_RETRANSMITS: packets that were sent again
 * @TIPC_CGR_LINK_STAT_TX_REFUSED: times that a sender was told to wait
 * @TIPC_CGR_LINK_STAT_TX_SHRINKS: times that the window was made smaller
 * @TIPC_CGR_LINK_STAT_TX_STATES: STATE messages sent
 * @TIPC_CGR_LINK_STAT_TX_PROBES: of these, those that asked for an answer
 * @TIPC_CGR_LINK_STAT_TX_GAPS: of these, those that told of missing packets
 * @TIPC_CGR_LINK_STAT_RX_PACKETS: packets received in sequence
 * @TIPC_CGR_LINK_STAT_RX_MESSAGES: messages handed on
 * @TIPC_CGR_LINK_STAT_RX_FRAGMENTS: packets received that were fragments
 * @TIPC_CGR_LINK_STAT_RX_FRAGMENTED: messages made of them
 * @TIPC_CGR_LINK_STAT_RX_BUNDLES: packets received that were bundles
 * @TIPC_CGR_LINK_STAT_RX_BUNDLED: messages in them
 * @TIPC_CGR_LINK_STAT_RX_EARLY: packets that came before their turn, and were
 *	kept
 * @TIPC_CGR_LINK_STAT_RX_STATES: STATE messages received
 * @TIPC_CGR_LINK_STAT_RX_PROBES: of these, those that asked for an answer
 * @TIPC_CGR_LINK_STAT_RX_GAPS: of these, those that told of missing packets
 * @TIPC_CGR_LINK_STAT_DROP_DUPLICATE: dropped: packets that had come before
 * @TIPC_CGR_LINK_STAT_DROP_TOO_FAR: dropped: packets that came too early
 * @TIPC_CGR_LINK_STAT_DROP_WRONG: dropped: packets, or messages in them, that
 *	were not as they should be
 * @TIPC_CGR_LINK_STAT_DROP_MEMORY: dropped: memory was short
 * @TIPC_CGR_LINK_STAT_DROP_STALE: dropped: messages of the link protocol that
 *	were out of date or place
 * @TIPC_CGR_LINK_STAT_DROP_UNWANTED: dropped: messages of users that nobody
 *	here is for
 * @TIPC_CGR_LINK_STAT_NAMES_REFUSED: bindings of the peer that the name table
 *	did not take, or did not have
 * @TIPC_CGR_LINK_STAT_UPS: times that the link came up; never reset
 */
enum tipc_cgr_link_stat {
	TIPC_CGR_LINK_STAT_UNSPEC,
	TIPC_CGR_LINK_STAT_PAD,
	TIPC_CGR_LINK_STAT_TX_PACKETS,
	TIPC_CGR_LINK_STAT_TX_MESSAGES,
	TIPC_CGR_LINK_STAT_TX_FRAGMENTS,
	TIPC_CGR_LINK_STAT_TX_FRAGMENTED,
	TIPC_CGR_LINK_STAT_TX_BUNDLES,
	TIPC_CGR_LINK_STAT_TX_BUNDLED,
	TIPC_CGR_LINK_STAT_TX_RETRANSMITS,
	TIPC_CGR_LINK_STAT_TX_REFUSED,
	TIPC_CGR_LINK_STAT_TX_SHRINKS,
	TIPC_CGR_LINK_STAT_TX_STATES,
	TIPC_CGR_LINK_STAT_TX_PROBES,
	TIPC_CGR_LINK_STAT_TX_GAPS,
	TIPC_CGR_LINK_STAT_RX_PACKETS,
	TIPC_CGR_LINK_STAT_RX_MESSAGES,
	TIPC_CGR_LINK_STAT_RX_FRAGMENTS,
	TIPC_CGR_LINK_STAT_RX_FRAGMENTED,
	TIPC_CGR_LINK_STAT_RX_BUNDLES,
	TIPC_CGR_LINK_STAT_RX_BUNDLED,
	TIPC_CGR_LINK_STAT_RX_EARLY,
	TIPC_CGR_LINK_STAT_RX_STATES,
	TIPC_CGR_LINK_STAT_RX_PROBES,
	TIPC_CGR_LINK_STAT_RX_GAPS,
	TIPC_CGR_LINK_STAT_DROP_DUPLICATE,
	TIPC_CGR_LINK_STAT_DROP_TOO_FAR,
	TIPC_CGR_LINK_STAT_DROP_WRONG,
	TIPC_CGR_LINK_STAT_DROP_MEMORY,
	TIPC_CGR_LINK_STAT_DROP_STALE,
	TIPC_CGR_LINK_STAT_DROP_UNWANTED,
	TIPC_CGR_LINK_STAT_NAMES_REFUSED,
	TIPC_CGR_LINK_STAT_UPS,

	/* private: */
	__TIPC_CGR_LINK_STAT_MAX,
	TIPC_CGR_LINK_STAT_MAX = __TIPC_CGR_LINK_STAT_MAX - 1
};

#endif /* _UAPI_LINUX_TIPC_CGR_H */
