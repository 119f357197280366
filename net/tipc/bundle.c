// SPDX-License-Identifier: GPL-2.0
#include "pack.h"

#include <linux/align.h>
#include <linux/errno.h>

#include "msg.h"

/* Whether a message may be in a bundle: what sockets and the name table get. */
static bool may_be_inside(const struct tipc_msg *msg)
{
	switch (tipc_get(msg, TIPC_F_USER)) {
	case TIPC_U_DATA_LOW:
	case TIPC_U_DATA_MEDIUM:
	case TIPC_U_DATA_HIGH:
	case TIPC_U_DATA_CRITICAL:
	case TIPC_U_CONN_MANAGER:
	case TIPC_U_GROUP_PROTOCOL:
	case TIPC_U_NAME_DISTR:
		return true;
	default:
		return false;
	}
}

/**
 * tipc_bundle_plan() - how many messages one packet takes
 * @msgs: messages in the order they are to be sent
 * @mtu: what fits into a packet
 *
 * Return: how many from the front, and the bytes of bundle that they need.
 */
struct tipc_bundle_plan tipc_bundle_plan(const struct sk_buff_head *msgs,
					 u32 mtu)
{
	struct tipc_bundle_plan plan = { .size = TIPC_HDR_INT };
	struct sk_buff *skb;

	skb_queue_walk(msgs, skb) {
		if (ALIGN(plan.size, 4) + skb->len > mtu ||
		    !may_be_inside(tipc_msg(skb)))
			break;
		plan.size = ALIGN(plan.size, 4) + skb->len;
		plan.count++;
	}
	return plan;
}

/**
 * tipc_bundle_alloc() - make an empty bundle
 * @plan: what it is for
 * @self: this node
 * @dest: the node it is for
 *
 * Return: the bundle, or NULL if memory is short.
 */
struct sk_buff *tipc_bundle_alloc(struct tipc_bundle_plan plan, u32 self,
				  u32 dest)
{
	struct sk_buff *bundle;

	bundle = tipc_msg_alloc(self, TIPC_U_BUNDLE, 0, TIPC_HDR_INT,
				plan.size - TIPC_HDR_INT, dest, GFP_ATOMIC);
	if (!bundle)
		return NULL;
	tipc_set(tipc_msg(bundle), TIPC_F_MSG_COUNT, plan.count);
	skb_trim(bundle, TIPC_HDR_INT);
	return bundle;
}

/**
 * tipc_bundle_add() - copy the next message into a bundle
 * @bundle: has room for it, since it was planned
 * @skb: the message
 *
 * It begins at a multiple of 4 bytes; what is in front of it is zeroed.
 */
void tipc_bundle_add(struct sk_buff *bundle, const struct sk_buff *skb)
{
	skb_put_zero(bundle, ALIGN(bundle->len, 4) - bundle->len);
	skb_copy_bits(skb, 0, skb_put(bundle, skb->len), skb->len);
}

/**
 * tipc_bundle_open() - take the messages out of a bundle
 * @bundle: the bundle, checked; still the caller's
 * @msgs: the messages are added here, each in a buffer of its own and checked
 *
 * How many there are is found out by their lengths, whatever the header says.
 *
 * Return: 0; -EBADMSG if one does not fit into the bundle or is none that may be
 * in it, what tipc_msg_check() says, -ENOMEM. The messages in front of it are in
 * @msgs then.
 */
int tipc_bundle_open(const struct sk_buff *bundle, struct sk_buff_head *msgs)
{
	u32 at = tipc_hdr_size(tipc_msg(bundle)), size;
	struct sk_buff *skb;
	__be32 first;
	int err;

	while (at < bundle->len) {
		if (bundle->len - at < TIPC_HDR_MIN ||
		    skb_copy_bits(bundle, at, &first, sizeof(first)))
			return -EBADMSG;
		size = be32_to_cpu(first) & tipc_field_max(TIPC_F_SIZE);
		if (size < TIPC_HDR_MIN || size > bundle->len - at)
			return -EBADMSG;
		skb = alloc_skb(TIPC_HEADROOM + size, GFP_ATOMIC);
		if (!skb)
			return -ENOMEM;
		skb_reserve(skb, TIPC_HEADROOM);
		err = skb_copy_bits(bundle, at, skb_put(skb, size), size);
		if (!err)
			err = tipc_msg_check(skb);
		if (!err && !may_be_inside(tipc_msg(skb)))
			err = -EBADMSG;
		if (err) {
			kfree_skb(skb);
			return err;
		}
		__skb_queue_tail(msgs, skb);
		at += ALIGN(size, 4);
	}
	return 0;
}
