// SPDX-License-Identifier: GPL-2.0
#include "pack.h"

#include <linux/errno.h>
#include <linux/minmax.h>

#include "msg.h"

/**
 * tipc_fragment_cut() - make the next fragment of a message
 * @cut: how far it is cut; @cut->msg is set and the rest 0 at first
 * @whole: the message, not changed
 * @self: this node
 * @peer: the node at the other end of the link; a receiver drops what is for
 *	another one, and the message may have no word to say so
 * @mtu: what fits into a packet, at least %TIPC_MTU_MIN
 *
 * The message is through when @cut->done is its length.
 *
 * Return: the fragment, complete but for what the link fills in; NULL if memory is
 * short, and @cut is as it was.
 */
struct sk_buff *tipc_fragment_cut(struct tipc_cut *cut,
				  const struct sk_buff *whole, u32 self,
				  u32 peer, u32 mtu)
{
	u32 size = min(whole->len - cut->done, mtu - TIPC_HDR_INT);
	u32 importance = tipc_get(tipc_msg(whole), TIPC_F_USER);
	u32 type = TIPC_T_FRAGMENT_NEXT;
	struct tipc_msg *msg;
	struct sk_buff *skb;

	if (!cut->done)
		type = TIPC_T_FRAGMENT_FIRST;
	else if (cut->done + size == whole->len)
		type = TIPC_T_FRAGMENT_LAST;

	skb = tipc_msg_alloc(self, TIPC_U_FRAGMENT, type, TIPC_HDR_INT, size,
			     peer, GFP_ATOMIC);
	if (!skb)
		return NULL;
	if (skb_copy_bits(whole, cut->done, skb->data + TIPC_HDR_INT, size)) {
		kfree_skb(skb);
		return NULL;
	}
	cut->done += size;
	msg = tipc_msg(skb);
	tipc_set(msg, TIPC_F_FRAGMENT_NO, ++cut->next);
	tipc_set(msg, TIPC_F_FRAGMENT_MSG, cut->msg);
	tipc_set(msg, TIPC_F_IMPORTANCE, importance);
	return skb;
}

/* Begins a message with its first fragment, which must hold the header. */
static int start(struct tipc_join *join, const struct sk_buff *skb)
{
	const struct tipc_msg *outer = tipc_msg(skb);
	u32 hdr_size = tipc_hdr_size(outer);
	struct tipc_msg inner = {};
	u32 size, linear;
	int err;

	if (skb->len - hdr_size < TIPC_HDR_MIN)
		return -EBADMSG;
	if (skb_copy_bits(skb, hdr_size, &inner, TIPC_HDR_MIN))
		return -EBADMSG;
	size = tipc_get(&inner, TIPC_F_SIZE);
	linear = tipc_hdr_size(&inner);
	if (linear < TIPC_HDR_MIN || skb->len - hdr_size < linear ||
	    size <= skb->len - hdr_size || size > TIPC_MSG_MAX)
		return -EBADMSG;

	join->skb = alloc_skb_with_frags(TIPC_HEADROOM + linear, size - linear,
					 PAGE_ALLOC_COSTLY_ORDER, &err,
					 GFP_ATOMIC);
	if (!join->skb)
		return -ENOMEM;
	skb_reserve(join->skb, TIPC_HEADROOM);
	skb_put(join->skb, linear);
	join->skb->data_len = size - linear;
	join->skb->len = size;
	join->have = 0;
	join->next = 1;
	join->msg = tipc_get(outer, TIPC_F_FRAGMENT_MSG);
	return 0;
}

/* Copies a fragment's body to its place. */
static int append(struct tipc_join *join, const struct sk_buff *skb)
{
	u32 offset = tipc_hdr_size(tipc_msg(skb));
	u32 size = skb->len - offset;
	u8 buf[256];
	u32 n;

	if (size > join->skb->len - join->have)
		return -EBADMSG;
	if (!skb_is_nonlinear(skb)) {
		if (skb_store_bits(join->skb, join->have, skb->data + offset,
				   size))
			return -EBADMSG;
		join->have += size;
		return 0;
	}
	for (; size; size -= n) {
		n = min_t(u32, size, sizeof(buf));
		if (skb_copy_bits(skb, offset, buf, n) ||
		    skb_store_bits(join->skb, join->have, buf, n))
			return -EBADMSG;
		offset += n;
		join->have += n;
	}
	return 0;
}

/**
 * tipc_fragment_join() - add a fragment to its message
 * @join: what there is so far; zeroed at first
 * @skb: the fragment, checked; still the caller's
 * @err: set to 0, or to what is wrong
 *
 * Since links deliver in sequence, there is one unfinished message per link, and
 * its fragments follow each other. The memory for it is taken once, when the first
 * one tells the size, so a peer can make us hold one message and no more. What does
 * not fit drops the message.
 *
 * Return: the whole message when it is complete, checked; else NULL. *@err is
 * -EBADMSG (or what tipc_msg_check() says) if the fragment or the message is
 * wrong, -ENOMEM: the message is lost then.
 */
struct sk_buff *tipc_fragment_join(struct tipc_join *join,
				   const struct sk_buff *skb, int *err)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 type = tipc_get(msg, TIPC_F_TYPE);
	bool last = type == TIPC_T_FRAGMENT_LAST;
	struct sk_buff *whole;

	if (type == TIPC_T_FRAGMENT_FIRST) {
		tipc_join_drop(join);
		*err = start(join, skb);
	} else {
		*err = join->skb ? 0 : -EBADMSG;
	}
	if (*err)
		return NULL;

	*err = -EBADMSG;
	if (tipc_get(msg, TIPC_F_FRAGMENT_NO) != join->next ||
	    tipc_get(msg, TIPC_F_FRAGMENT_MSG) != join->msg)
		goto err_drop;
	*err = append(join, skb);
	if (*err)
		goto err_drop;
	join->next++;
	*err = -EBADMSG;
	if (last && join->have < join->skb->len)
		goto err_drop;
	*err = 0;
	if (!last)
		return NULL;

	whole = join->skb;
	join->skb = NULL;
	*err = tipc_msg_check(whole);
	if (!*err)
		return whole;
	kfree_skb(whole);
	return NULL;

err_drop:
	tipc_join_drop(join);
	return NULL;
}

/**
 * tipc_join_drop() - forget an unfinished message
 * @join: what there is of it, if anything
 */
void tipc_join_drop(struct tipc_join *join)
{
	kfree_skb(join->skb);
	memset(join, 0, sizeof(*join));
}
