/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages and packets: a long message is cut into fragments, short ones share a
 * bundle.
 */
#ifndef _TIPC_PACK_H
#define _TIPC_PACK_H

#include <linux/skbuff.h>
#include <linux/types.h>

/* What fits into a packet at least, for a bearer to be of use. */
#define TIPC_MTU_MIN		256

/**
 * struct tipc_join - the message that fragments are being joined to
 * @skb: its buffer, of the size that the first fragment told; or NULL
 * @have: how many bytes of it have come
 * @next: number of the fragment that must come next
 * @msg: number of the message
 */
struct tipc_join {
	struct sk_buff *skb;
	u32 have;
	u16 next;
	u16 msg;
};

/**
 * struct tipc_cut - where in a message the cutting is
 * @done: bytes that are in fragments already
 * @next: number of the next fragment
 * @msg: number of the message
 */
struct tipc_cut {
	u32 done;
	u16 next;
	u16 msg;
};

/**
 * struct tipc_bundle_plan - what a bundle is to take
 * @count: number of messages
 * @size: bytes of the whole bundle
 */
struct tipc_bundle_plan {
	u32 count;
	u32 size;
};

struct sk_buff *tipc_fragment_cut(struct tipc_cut *cut,
				  const struct sk_buff *whole, u32 self,
				  u32 peer, u32 mtu);
struct sk_buff *tipc_fragment_join(struct tipc_join *join,
				   const struct sk_buff *skb, int *err);
void tipc_join_drop(struct tipc_join *join);

struct tipc_bundle_plan tipc_bundle_plan(const struct sk_buff_head *msgs,
					 u32 mtu);
struct sk_buff *tipc_bundle_alloc(struct tipc_bundle_plan plan, u32 self,
				  u32 dest);
void tipc_bundle_add(struct sk_buff *bundle, const struct sk_buff *skb);
int tipc_bundle_open(const struct sk_buff *bundle, struct sk_buff_head *msgs);

#endif /* _TIPC_PACK_H */
