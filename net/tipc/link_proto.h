/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of the link protocol: made from a link's state, and read into it.
 */
#ifndef _TIPC_LINK_PROTO_H
#define _TIPC_LINK_PROTO_H

#include <linux/types.h>

struct sk_buff;
struct tipc_link;
struct tipc_msg;

/**
 * enum tipc_state_flags - what a STATE message is for
 * @TIPC_STATE_PROBE: the peer is to answer
 * @TIPC_STATE_TOLERANCE: tells the tolerance
 */
enum tipc_state_flags {
	TIPC_STATE_PROBE	= 1 << 0,
	TIPC_STATE_TOLERANCE	= 1 << 1,
};

struct sk_buff *tipc_proto_state(struct tipc_link *link, u16 gap,
				 unsigned int flags);
struct sk_buff *tipc_proto_start(const struct tipc_link *link, bool stopping);
bool tipc_proto_start_fresh(const struct tipc_link *link,
			    const struct tipc_msg *msg);
bool tipc_proto_state_fresh(const struct tipc_link *link,
			    const struct tipc_msg *msg);
void tipc_proto_adopt(struct tipc_link *link, const struct sk_buff *skb);

#endif /* _TIPC_LINK_PROTO_H */
