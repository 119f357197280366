/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages as they are on the wire: 32-bit words in network byte order, cut into
 * fields. Documentation/tipc/protocol.rst has the same table in prose.
 */
#ifndef _TIPC_MSG_H
#define _TIPC_MSG_H

#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tipc.h>
#include <linux/types.h>
#include <asm/byteorder.h>

/* The one version of the protocol. */
#define TIPC_VERSION		2

/* Header sizes. What does not need the last words of a header leaves them out. */
#define TIPC_HDR_MIN		24	/* data on a connection */
#define TIPC_HDR_DIRECT		32	/* to a socket address */
#define TIPC_HDR_NAMED		40	/* to a service address */
#define TIPC_HDR_MCAST		44	/* to a service range */
#define TIPC_HDR_INT		40	/* between nodes */
#define TIPC_HDR_MAX		60	/* discovery */

/* The longest message: a user's data behind the longest header. */
#define TIPC_MSG_MAX		(TIPC_HDR_MAX + TIPC_MAX_USER_MSG_SIZE)

/*
 * Room in front of a message for what bearers put there. With more of it, a message
 * of 64 bytes would take an allocation of twice the size.
 */
#define TIPC_HEADROOM		64

/**
 * enum tipc_user - who a message is for: the field %TIPC_F_USER
 * @TIPC_U_DATA_LOW: a user's data of low importance
 * @TIPC_U_DATA_MEDIUM: of medium importance
 * @TIPC_U_DATA_HIGH: of high importance
 * @TIPC_U_DATA_CRITICAL: of critical importance
 * @TIPC_U_BCAST_PROTOCOL: state of the broadcast link
 * @TIPC_U_BUNDLE: several messages in one packet
 * @TIPC_U_LINK_PROTOCOL: state of a link, &enum tipc_link_type
 * @TIPC_U_CONN_MANAGER: flow control and probes of connections
 * @TIPC_U_GROUP_PROTOCOL: membership of communication groups
 * @TIPC_U_TUNNEL: a packet of one link sent through another one
 * @TIPC_U_NAME_DISTR: publications, &enum tipc_name_distr_type
 * @TIPC_U_FRAGMENT: a piece of a message, &enum tipc_fragment_type
 * @TIPC_U_LINK_CONFIG: discovery, &enum tipc_disc_type
 * @TIPC_U_CRYPTO: distribution of keys
 */
enum tipc_user {
	TIPC_U_DATA_LOW		= TIPC_LOW_IMPORTANCE,
	TIPC_U_DATA_MEDIUM	= TIPC_MEDIUM_IMPORTANCE,
	TIPC_U_DATA_HIGH	= TIPC_HIGH_IMPORTANCE,
	TIPC_U_DATA_CRITICAL	= TIPC_CRITICAL_IMPORTANCE,
	TIPC_U_BCAST_PROTOCOL	= 5,
	TIPC_U_BUNDLE		= 6,
	TIPC_U_LINK_PROTOCOL	= 7,
	TIPC_U_CONN_MANAGER	= 8,
	TIPC_U_GROUP_PROTOCOL	= 9,
	TIPC_U_TUNNEL		= 10,
	TIPC_U_NAME_DISTR	= 11,
	TIPC_U_FRAGMENT		= 12,
	TIPC_U_LINK_CONFIG	= 13,
	TIPC_U_CRYPTO		= 14,
};

/**
 * enum tipc_data_type - %TIPC_F_TYPE of data
 * @TIPC_T_CONN: on a connection
 * @TIPC_T_MCAST: to all sockets bound to a service range
 * @TIPC_T_NAMED: to a service address
 * @TIPC_T_DIRECT: to a socket address
 * @TIPC_T_GRP_EVENT: a member of a group came or went
 * @TIPC_T_GRP_BCAST: to all members of a group
 * @TIPC_T_GRP_MCAST: to some members of a group
 * @TIPC_T_GRP_UCAST: to one member of a group
 */
enum tipc_data_type {
	TIPC_T_CONN,
	TIPC_T_MCAST,
	TIPC_T_NAMED,
	TIPC_T_DIRECT,
	TIPC_T_GRP_EVENT,
	TIPC_T_GRP_BCAST,
	TIPC_T_GRP_MCAST,
	TIPC_T_GRP_UCAST,
};

/**
 * enum tipc_link_type - %TIPC_F_TYPE of the link protocol
 * @TIPC_T_STATE: all is well; acknowledges, and asks for what is missing
 * @TIPC_T_RESET: the sender has forgotten all about the link
 * @TIPC_T_ACTIVATE: the sender has seen the peer's RESET
 */
enum tipc_link_type {
	TIPC_T_STATE,
	TIPC_T_RESET,
	TIPC_T_ACTIVATE,
};

/**
 * enum tipc_conn_type - %TIPC_F_TYPE of the connection manager
 * @TIPC_T_CONN_PROBE: is the peer there?
 * @TIPC_T_CONN_PROBE_REPLY: it is
 * @TIPC_T_CONN_ACK: acknowledges blocks that have been read
 */
enum tipc_conn_type {
	TIPC_T_CONN_PROBE,
	TIPC_T_CONN_PROBE_REPLY,
	TIPC_T_CONN_ACK,
};

/**
 * enum tipc_name_distr_type - %TIPC_F_TYPE of name distribution
 * @TIPC_T_PUBLISH: the items are published
 * @TIPC_T_WITHDRAW: the items are withdrawn
 */
enum tipc_name_distr_type {
	TIPC_T_PUBLISH,
	TIPC_T_WITHDRAW,
};

/**
 * enum tipc_fragment_type - %TIPC_F_TYPE of a fragment
 * @TIPC_T_FRAGMENT_FIRST: begins with the header of the whole message
 * @TIPC_T_FRAGMENT_NEXT: neither first nor last
 * @TIPC_T_FRAGMENT_LAST: completes the message
 */
enum tipc_fragment_type {
	TIPC_T_FRAGMENT_FIRST,
	TIPC_T_FRAGMENT_NEXT,
	TIPC_T_FRAGMENT_LAST,
};

/**
 * enum tipc_tunnel_type - %TIPC_F_TYPE of a tunnel message
 * @TIPC_T_TUNNEL_SYNCH: a copy of what the other link still has to deliver
 * @TIPC_T_TUNNEL_FAILOVER: what the failed link did not deliver
 */
enum tipc_tunnel_type {
	TIPC_T_TUNNEL_SYNCH,
	TIPC_T_TUNNEL_FAILOVER,
};

/**
 * enum tipc_disc_type - %TIPC_F_TYPE of discovery
 * @TIPC_T_DISC_REQUEST: who is there?
 * @TIPC_T_DISC_REPLY: I am
 * @TIPC_T_DISC_TRIAL: does anybody mind this address?
 * @TIPC_T_DISC_TRIAL_FAIL: I do
 */
enum tipc_disc_type {
	TIPC_T_DISC_REQUEST,
	TIPC_T_DISC_REPLY,
	TIPC_T_DISC_TRIAL,
	TIPC_T_DISC_TRIAL_FAIL,
};

/**
 * enum tipc_cap - what a node can do, bits of %TIPC_F_CAPS
 * @TIPC_CAP_SYN: marks the first message of a connection
 * @TIPC_CAP_BCAST_SYNCH: synchronises the broadcast link when a node joins
 * @TIPC_CAP_BCAST_STATE_NACK: STATE messages tell of gaps in broadcasts
 * @TIPC_CAP_BLOCK_FLOWCTL: connections count blocks instead of messages
 * @TIPC_CAP_BCAST_RCAST: broadcasts may come as unicast copies
 * @TIPC_CAP_NODE_ID128: has an identity of 128 bits
 * @TIPC_CAP_LINK_PROTO_SEQNO: numbers the messages of the link protocol
 * @TIPC_CAP_MCAST_RBCTL: orders multicasts over both ways
 * @TIPC_CAP_GAP_ACK_BLOCK: STATE messages list every gap
 * @TIPC_CAP_TUNNEL_ENHANCED: tunnels what is too big as fragments
 * @TIPC_CAP_NAGLE: gathers small writes, needs acknowledgements for it
 * @TIPC_CAP_NAMED_BCAST: publications come in broadcasts
 */
enum tipc_cap {
	TIPC_CAP_SYN			= 1 << 0,
	TIPC_CAP_BCAST_SYNCH		= 1 << 1,
	TIPC_CAP_BCAST_STATE_NACK	= 1 << 2,
	TIPC_CAP_BLOCK_FLOWCTL		= 1 << 3,
	TIPC_CAP_BCAST_RCAST		= 1 << 4,
	TIPC_CAP_NODE_ID128		= 1 << 5,
	TIPC_CAP_LINK_PROTO_SEQNO	= 1 << 6,
	TIPC_CAP_MCAST_RBCTL		= 1 << 7,
	TIPC_CAP_GAP_ACK_BLOCK		= 1 << 8,
	TIPC_CAP_TUNNEL_ENHANCED	= 1 << 9,
	TIPC_CAP_NAGLE			= 1 << 10,
	TIPC_CAP_NAMED_BCAST		= 1 << 11,
};

/* A field: bits @high to @low of word @word. */
#define TIPC_FIELD(word, high, low)	((word) << 10 | (high) << 5 | (low))
#define TIPC_FIELD_WORD(f)		((f) >> 10)
#define TIPC_FIELD_HIGH(f)		((f) >> 5 & 31)
#define TIPC_FIELD_LOW(f)		((f) & 31)

/**
 * enum tipc_field - the fields of a header
 * @TIPC_F_VERSION: %TIPC_VERSION
 * @TIPC_F_USER: &enum tipc_user; decides what the fields below mean
 * @TIPC_F_HDR_WORDS: size of the header in words
 * @TIPC_F_NONSEQ: not in the link's sequence
 * @TIPC_F_DEST_DROPPABLE: data: the destination may drop it silently
 * @TIPC_F_SRC_DROPPABLE: data: the sender may drop it silently
 * @TIPC_F_SYN: data: opens a connection
 * @TIPC_F_SIZE: bytes of header and body
 * @TIPC_F_KEEPALIVE: STATE: its only purpose is to show life
 * @TIPC_F_ACK_REQ: data on a connection: acknowledge at once
 * @TIPC_F_NAGLE_ACK: CONN_ACK: answers %TIPC_F_ACK_REQ
 * @TIPC_F_RCAST: data: the unicast copy of a broadcast
 * @TIPC_F_TYPE: what kind of message of that user
 * @TIPC_F_ERROR: data: why it is returned, %TIPC_OK if it is not
 * @TIPC_F_REROUTE: data: how often the destination was looked up anew
 * @TIPC_F_SCOPE: data: how far to look the destination up
 * @TIPC_F_BCAST_ACK: last broadcast that was received
 * @TIPC_F_GAP: STATE: number of packets missing behind %TIPC_F_ACK
 * @TIPC_F_PEER_SESSION_VALID: RESET, ACTIVATE: %TIPC_F_PEER_SESSION is one
 * @TIPC_F_PEER_SESSION: RESET, ACTIVATE: the session that the receiver is in
 * @TIPC_F_BULK: publications: all there are, sent when a link comes up
 * @TIPC_F_LAST_BULK: publications: the bulk ends here
 * @TIPC_F_NON_LEGACY: publications: the bits around this one mean something
 * @TIPC_F_CAPS: discovery: &enum tipc_cap
 * @TIPC_F_NODE_SIG: discovery: random number of the node, one bit less than it
 *	once was
 * @TIPC_F_ACK: last packet received in sequence
 * @TIPC_F_SEQNO: the packet's own number
 * @TIPC_F_DEST_DOMAIN: discovery: the node it is for, 0 for all
 * @TIPC_F_PREV_NODE: the node at the other end of the link
 * @TIPC_F_ORIG_PORT: data: the sending socket
 * @TIPC_F_LAST_BCAST: link protocol: last broadcast that was sent
 * @TIPC_F_NEXT_SENT: link protocol: number that the next packet will have
 * @TIPC_F_FRAGMENT_NO: fragments: 1 for the first one
 * @TIPC_F_FRAGMENT_MSG: fragments: the message they belong to
 * @TIPC_F_NAMED_SEQNO: publications in broadcasts: their number
 * @TIPC_F_DISC_NETID: discovery: the cluster's network id
 * @TIPC_F_DEST_PORT: data: the receiving socket
 * @TIPC_F_SESSION: link protocol: the sender's session
 * @TIPC_F_BCAST_ACK_INVALID: link protocol: ignore %TIPC_F_BCAST_ACK
 * @TIPC_F_STOPPING: RESET: the sender goes for good
 * @TIPC_F_REDUNDANT: link protocol: the nodes have another link that works
 * @TIPC_F_BEARER: link protocol: the sender's bearer, tells links apart
 * @TIPC_F_PRIO: link protocol: the link's priority
 * @TIPC_F_PLANE: link protocol: the letter of the link's network, A is 0
 * @TIPC_F_PROBE: STATE: answer it
 * @TIPC_F_ORIG_NODE: the node that sent it first
 * @TIPC_F_DEST_NODE: the node it is for
 * @TIPC_F_NAME_TYPE: data: service type
 * @TIPC_F_BCAST_GAP: STATE: number of broadcasts missing
 * @TIPC_F_NAME_LOWER: data: service instance or lower bound
 * @TIPC_F_MAX_PKT: RESET, ACTIVATE: what fits into a packet, in words
 * @TIPC_F_TOLERANCE: link protocol: ms of silence that break a link
 * @TIPC_F_MSG_COUNT: bundles, tunnels: number of messages
 * @TIPC_F_IMPORTANCE: fragments: importance of the whole message
 * @TIPC_F_CONN_ACK: CONN_ACK: number of blocks that were read
 * @TIPC_F_CONN_WINDOW: CONN_ACK: number of blocks that may be on the way
 * @TIPC_F_NAME_UPPER: data: upper bound of the service range
 * @TIPC_F_NET_HASH: discovery: tells namespaces of one machine apart
 * @TIPC_F_SUGGESTED: discovery: a free address
 */
enum tipc_field {
	TIPC_F_VERSION			= TIPC_FIELD(0, 31, 29),
	TIPC_F_USER			= TIPC_FIELD(0, 28, 25),
	TIPC_F_HDR_WORDS		= TIPC_FIELD(0, 24, 21),
	TIPC_F_NONSEQ			= TIPC_FIELD(0, 20, 20),
	TIPC_F_DEST_DROPPABLE		= TIPC_FIELD(0, 19, 19),
	TIPC_F_SRC_DROPPABLE		= TIPC_FIELD(0, 18, 18),
	TIPC_F_SYN			= TIPC_FIELD(0, 17, 17),
	TIPC_F_SIZE			= TIPC_FIELD(0, 16, 0),
	TIPC_F_KEEPALIVE		= TIPC_FIELD(0, 19, 19),
	TIPC_F_ACK_REQ			= TIPC_FIELD(0, 18, 18),
	TIPC_F_NAGLE_ACK		= TIPC_FIELD(0, 18, 18),
	TIPC_F_RCAST			= TIPC_FIELD(0, 18, 18),

	TIPC_F_TYPE			= TIPC_FIELD(1, 31, 29),
	TIPC_F_ERROR			= TIPC_FIELD(1, 28, 25),
	TIPC_F_REROUTE			= TIPC_FIELD(1, 24, 21),
	TIPC_F_SCOPE			= TIPC_FIELD(1, 20, 19),
	TIPC_F_BCAST_ACK		= TIPC_FIELD(1, 15, 0),
	TIPC_F_GAP			= TIPC_FIELD(1, 28, 16),
	TIPC_F_PEER_SESSION_VALID	= TIPC_FIELD(1, 16, 16),
	TIPC_F_PEER_SESSION		= TIPC_FIELD(1, 15, 0),
	TIPC_F_BULK			= TIPC_FIELD(1, 28, 28),
	TIPC_F_LAST_BULK		= TIPC_FIELD(1, 27, 27),
	TIPC_F_NON_LEGACY		= TIPC_FIELD(1, 26, 26),
	TIPC_F_CAPS			= TIPC_FIELD(1, 27, 15),
	TIPC_F_NODE_SIG			= TIPC_FIELD(1, 14, 0),

	TIPC_F_ACK			= TIPC_FIELD(2, 31, 16),
	TIPC_F_SEQNO			= TIPC_FIELD(2, 15, 0),
	TIPC_F_DEST_DOMAIN		= TIPC_FIELD(2, 31, 0),

	TIPC_F_PREV_NODE		= TIPC_FIELD(3, 31, 0),

	TIPC_F_ORIG_PORT		= TIPC_FIELD(4, 31, 0),
	TIPC_F_LAST_BCAST		= TIPC_FIELD(4, 31, 16),
	TIPC_F_NEXT_SENT		= TIPC_FIELD(4, 15, 0),
	TIPC_F_FRAGMENT_NO		= TIPC_FIELD(4, 31, 16),
	TIPC_F_FRAGMENT_MSG		= TIPC_FIELD(4, 15, 0),
	TIPC_F_NAMED_SEQNO		= TIPC_FIELD(4, 15, 0),
	TIPC_F_DISC_NETID		= TIPC_FIELD(4, 31, 0),

	TIPC_F_DEST_PORT		= TIPC_FIELD(5, 31, 0),
	TIPC_F_SESSION			= TIPC_FIELD(5, 31, 16),
	TIPC_F_BCAST_ACK_INVALID	= TIPC_FIELD(5, 14, 14),
	TIPC_F_STOPPING			= TIPC_FIELD(5, 13, 13),
	TIPC_F_REDUNDANT		= TIPC_FIELD(5, 12, 12),
	TIPC_F_BEARER			= TIPC_FIELD(5, 11, 9),
	TIPC_F_PRIO			= TIPC_FIELD(5, 8, 4),
	TIPC_F_PLANE			= TIPC_FIELD(5, 3, 1),
	TIPC_F_PROBE			= TIPC_FIELD(5, 0, 0),

	TIPC_F_ORIG_NODE		= TIPC_FIELD(6, 31, 0),
	TIPC_F_DEST_NODE		= TIPC_FIELD(7, 31, 0),

	TIPC_F_NAME_TYPE		= TIPC_FIELD(8, 31, 0),
	TIPC_F_BCAST_GAP		= TIPC_FIELD(8, 9, 0),

	TIPC_F_NAME_LOWER		= TIPC_FIELD(9, 31, 0),
	TIPC_F_MAX_PKT			= TIPC_FIELD(9, 31, 16),
	TIPC_F_TOLERANCE		= TIPC_FIELD(9, 15, 0),
	TIPC_F_MSG_COUNT		= TIPC_FIELD(9, 31, 16),
	TIPC_F_IMPORTANCE		= TIPC_FIELD(9, 2, 0),
	TIPC_F_CONN_ACK			= TIPC_FIELD(9, 31, 16),
	TIPC_F_CONN_WINDOW		= TIPC_FIELD(9, 15, 0),

	TIPC_F_NAME_UPPER		= TIPC_FIELD(10, 31, 0),

	TIPC_F_NET_HASH			= TIPC_FIELD(13, 31, 0),
	TIPC_F_SUGGESTED		= TIPC_FIELD(14, 31, 0),
};

/* Discovery: where the media address is, and the identity behind the header. */
#define TIPC_DISC_MEDIA_OFFSET	20
#define TIPC_DISC_MEDIA_LEN	32
#define TIPC_DISC_SIZE		(TIPC_HDR_MAX + TIPC_NODEID_LEN)

/**
 * struct tipc_msg - a header
 * @word: its words; as many as %TIPC_F_HDR_WORDS says may be touched
 */
struct tipc_msg {
	__be32 word[TIPC_HDR_MAX / 4];
};

/**
 * struct tipc_name_item - a publication in a message of name distribution
 * @type: service type
 * @lower: lower bound of the range
 * @upper: upper bound of the range
 * @port: the socket bound to it
 * @key: tells apart what the socket has bound more than once
 */
struct tipc_name_item {
	__be32 type;
	__be32 lower;
	__be32 upper;
	__be32 port;
	__be32 key;
};

/* The header at the front of a packet's data. */
static inline struct tipc_msg *tipc_msg(const struct sk_buff *skb)
{
	return (struct tipc_msg *)skb->data;
}

/* The greatest value of a field. */
static __always_inline u32 tipc_field_max(enum tipc_field field)
{
	return ~0U >> (31 - TIPC_FIELD_HIGH(field) + TIPC_FIELD_LOW(field));
}

/* A value in the place of a field, in the order of the processor. */
static __always_inline u32 tipc_bits(enum tipc_field field, u32 value)
{
	return (value & tipc_field_max(field)) << TIPC_FIELD_LOW(field);
}

/* The value of a field. With a constant @field, one load, swap and shift. */
static __always_inline u32 tipc_get(const struct tipc_msg *msg,
				    enum tipc_field field)
{
	return be32_to_cpu(msg->word[TIPC_FIELD_WORD(field)]) >>
	       TIPC_FIELD_LOW(field) & tipc_field_max(field);
}

/* Sets a field; bits that do not fit are cut off. */
static __always_inline void tipc_set(struct tipc_msg *msg,
				     enum tipc_field field, u32 value)
{
	__be32 *word = &msg->word[TIPC_FIELD_WORD(field)];
	u32 max = tipc_field_max(field);

	*word &= ~cpu_to_be32(max << TIPC_FIELD_LOW(field));
	*word |= cpu_to_be32(tipc_bits(field, value));
}

/* Bytes of the header. */
static inline u32 tipc_hdr_size(const struct tipc_msg *msg)
{
	return tipc_get(msg, TIPC_F_HDR_WORDS) * 4;
}

/* Bytes of the body. */
static inline u32 tipc_body_size(const struct tipc_msg *msg)
{
	return tipc_get(msg, TIPC_F_SIZE) - tipc_hdr_size(msg);
}

/* Whether it is data of a user's socket. */
static inline bool tipc_is_data(const struct tipc_msg *msg)
{
	return tipc_get(msg, TIPC_F_USER) <= TIPC_U_DATA_CRITICAL;
}

/* The node that sent it first; a short header came straight from there. */
static inline u32 tipc_orig_node(const struct tipc_msg *msg)
{
	return tipc_hdr_size(msg) == TIPC_HDR_MIN ?
	       tipc_get(msg, TIPC_F_PREV_NODE) :
	       tipc_get(msg, TIPC_F_ORIG_NODE);
}

void tipc_msg_init(struct tipc_msg *msg, u32 self, enum tipc_user user,
		   u32 type, u32 hdr_size, u32 dest);
struct sk_buff *tipc_msg_alloc(u32 self, enum tipc_user user, u32 type,
			       u32 hdr_size, u32 body_size, u32 dest,
			       gfp_t gfp);
int tipc_msg_check(struct sk_buff *skb);

#endif /* _TIPC_MSG_H */
