// SPDX-License-Identifier: GPL-2.0
#include "link_proto.h"

#include <linux/minmax.h>
#include <linux/skbuff.h>

#include "link.h"
#include "msg.h"
#include "seq.h"

/* RESET and ACTIVATE carry no number of a packet: this is far from all of them. */
#define NO_SEQNO	0x8000

static struct sk_buff *make(const struct tipc_link *link,
			    enum tipc_link_type type, u32 body_size)
{
	const struct tipc_link_config *config = &link->config;
	struct tipc_msg *msg;
	struct sk_buff *skb;

	skb = tipc_msg_alloc(config->self, TIPC_U_LINK_PROTOCOL, type,
			     TIPC_HDR_INT, body_size, config->peer,
			     GFP_ATOMIC);
	if (!skb)
		return NULL;
	msg = tipc_msg(skb);
	tipc_set(msg, TIPC_F_ACK, link->recvq.next - 1);
	tipc_set(msg, TIPC_F_NEXT_SENT, link->sendq.next);
	tipc_set(msg, TIPC_F_SESSION, link->session);
	tipc_set(msg, TIPC_F_BCAST_ACK_INVALID, !link->node_up);
	tipc_set(msg, TIPC_F_REDUNDANT, link->node_up);
	tipc_set(msg, TIPC_F_BEARER, config->bearer);
	tipc_set(msg, TIPC_F_PLANE, config->plane);
	return skb;
}

/**
 * tipc_proto_state() - make a STATE message
 * @link: what it is about
 * @gap: number of packets that are missing
 * @flags: &enum tipc_state_flags
 *
 * Return: the message, or NULL if memory is short.
 */
struct sk_buff *tipc_proto_state(struct tipc_link *link, u16 gap,
				 unsigned int flags)
{
	struct sk_buff *skb = make(link, TIPC_T_STATE, 0);
	struct tipc_msg *msg;

	if (!skb)
		return NULL;
	msg = tipc_msg(skb);
	tipc_set(msg, TIPC_F_SEQNO, link->state_next++);
	tipc_set(msg, TIPC_F_BCAST_ACK, link->sendq.bcast_ack);
	tipc_set(msg, TIPC_F_GAP, gap);
	if (flags & TIPC_STATE_PROBE) {
		tipc_set(msg, TIPC_F_PROBE, 1);
		tipc_set(msg, TIPC_F_KEEPALIVE, 1);
	}
	if (flags & TIPC_STATE_TOLERANCE)
		tipc_set(msg, TIPC_F_TOLERANCE, link->tolerance);
	return skb;
}

/**
 * tipc_proto_start() - make the message that a link which is not up announces itself
 *	with: ACTIVATE if it is ready, else RESET
 * @link: what it is about
 * @stopping: this node goes for good
 *
 * Return: the message, or NULL if memory is short.
 */
struct sk_buff *tipc_proto_start(const struct tipc_link *link, bool stopping)
{
	bool ready = link->state == TIPC_LINK_READY && !stopping;
	const struct tipc_link_config *config = &link->config;
	struct tipc_msg *msg;
	struct sk_buff *skb;

	skb = make(link, ready ? TIPC_T_ACTIVATE : TIPC_T_RESET,
		   TIPC_MAX_IF_NAME);
	if (!skb)
		return NULL;
	msg = tipc_msg(skb);
	tipc_set(msg, TIPC_F_SEQNO, link->sendq.next + NO_SEQNO);
	if (ready) {
		tipc_set(msg, TIPC_F_PEER_SESSION_VALID, 1);
		tipc_set(msg, TIPC_F_PEER_SESSION, link->peer_session);
	}
	tipc_set(msg, TIPC_F_STOPPING, stopping);
	tipc_set(msg, TIPC_F_PRIO, link->priority);
	tipc_set(msg, TIPC_F_MAX_PKT, config->mtu / 4);
	tipc_set(msg, TIPC_F_TOLERANCE, link->tolerance);
	memcpy(skb->data + TIPC_HDR_INT, config->if_name, TIPC_MAX_IF_NAME);
	return skb;
}

/**
 * tipc_proto_start_fresh() - whether a RESET or ACTIVATE is of the peer's newest
 *	session, as far as can be known
 * @link: what it is about
 * @msg: the message
 *
 * Sessions count up, but begin anywhere when a node starts. So a link that is up,
 * or ready, takes what is newer; a link that is down takes any, except the session
 * that it broke in.
 *
 * Return: whether it is.
 */
bool tipc_proto_start_fresh(const struct tipc_link *link,
			    const struct tipc_msg *msg)
{
	u16 session = tipc_get(msg, TIPC_F_SESSION);

	switch (link->state) {
	case TIPC_LINK_DOWN:
		return !link->used || session != link->used_session;
	case TIPC_LINK_READY:
	case TIPC_LINK_UP:
		return !tipc_seq_before(session, link->peer_session);
	default:
		return false;
	}
}

/**
 * tipc_proto_state_fresh() - whether a STATE message is of this session, and no
 *	other one has overtaken it
 * @link: what it is about
 * @msg: the message
 *
 * Return: whether it is.
 */
bool tipc_proto_state_fresh(const struct tipc_link *link,
			    const struct tipc_msg *msg)
{
	if (!link->peer_known ||
	    tipc_get(msg, TIPC_F_SESSION) != link->peer_session)
		return false;
	return !(link->config.caps & TIPC_CAP_LINK_PROTO_SEQNO) ||
	       !tipc_seq_before(tipc_get(msg, TIPC_F_SEQNO), link->state_seen);
}

/**
 * tipc_proto_adopt() - take over what the peer says about itself and the link
 * @link: what it is about
 * @skb: RESET or ACTIVATE
 *
 * Priority and tolerance are the greater of both, the MTU is the smaller one.
 * What is out of range changes nothing.
 */
void tipc_proto_adopt(struct tipc_link *link, const struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 tolerance = tipc_get(msg, TIPC_F_TOLERANCE);
	u32 mtu = tipc_get(msg, TIPC_F_MAX_PKT) * 4;
	u32 hdr_size = tipc_hdr_size(msg);

	link->peer_known = true;
	link->peer_session = tipc_get(msg, TIPC_F_SESSION);
	link->peer_bearer = tipc_get(msg, TIPC_F_BEARER);
	link->priority = max_t(u8, link->config.priority,
			       tipc_get(msg, TIPC_F_PRIO));
	link->tolerance = link->config.tolerance;
	if (tolerance >= TIPC_TOLERANCE_MIN && tolerance <= TIPC_TOLERANCE_MAX)
		link->tolerance = max_t(u16, link->tolerance, tolerance);
	link->mtu = link->config.mtu;
	if (mtu >= TIPC_MTU_MIN)
		link->mtu = min_t(u32, link->mtu, mtu);
	memset(link->peer_if_name, 0, sizeof(link->peer_if_name));
	skb_copy_bits(skb, hdr_size, link->peer_if_name,
		      min_t(u32, skb->len - hdr_size, TIPC_MAX_IF_NAME));
}
