// SPDX-License-Identifier: GPL-2.0
#include "msg.h"

#include <linux/errno.h>

/**
 * struct msg_form - what messages of a user look like at least
 * @types: number of types there are, 0 if there is no such user
 * @hdr_size: bytes of header
 * @body_size: bytes of body
 */
struct msg_form {
	u8 types;
	u8 hdr_size;
	u8 body_size;
};

static const struct msg_form msg_forms[16] = {
	[TIPC_U_BCAST_PROTOCOL]	= { 8, TIPC_HDR_INT, 0 },
	[TIPC_U_BUNDLE]		= { 8, TIPC_HDR_INT, TIPC_HDR_MIN },
	[TIPC_U_LINK_PROTOCOL]	= { 3, TIPC_HDR_INT, 0 },
	[TIPC_U_CONN_MANAGER]	= { 3, TIPC_HDR_INT, 0 },
	[TIPC_U_GROUP_PROTOCOL]	= { 6, TIPC_HDR_INT, 0 },
	[TIPC_U_TUNNEL]		= { 2, TIPC_HDR_INT, 0 },
	[TIPC_U_NAME_DISTR]	= { 2, TIPC_HDR_INT, 0 },
	[TIPC_U_FRAGMENT]	= { 3, TIPC_HDR_INT, 1 },
	[TIPC_U_LINK_CONFIG]	= { 4, TIPC_HDR_MAX, 0 },
	[TIPC_U_CRYPTO]		= { 1, TIPC_HDR_INT, 0 },
};

static const u8 data_hdr_size[8] = {
	[TIPC_T_CONN]		= TIPC_HDR_MIN,
	[TIPC_T_MCAST]		= TIPC_HDR_MCAST,
	[TIPC_T_NAMED]		= TIPC_HDR_NAMED,
	[TIPC_T_DIRECT]		= TIPC_HDR_DIRECT,
	[TIPC_T_GRP_EVENT]	= TIPC_HDR_MCAST,
	[TIPC_T_GRP_BCAST]	= TIPC_HDR_MCAST,
	[TIPC_T_GRP_MCAST]	= TIPC_HDR_MCAST,
	[TIPC_T_GRP_UCAST]	= TIPC_HDR_MCAST,
};

/**
 * tipc_msg_init() - start a header
 * @msg: room for @hdr_size bytes
 * @self: this node
 * @user: who it is for
 * @type: what kind
 * @hdr_size: bytes of header, one of TIPC_HDR_*
 * @dest: the node it is for, 0 if none in particular
 *
 * All else is 0, the size is that of the header. The short header has no word
 * for @dest.
 */
void tipc_msg_init(struct tipc_msg *msg, u32 self, enum tipc_user user,
		   u32 type, u32 hdr_size, u32 dest)
{
	msg->word[0] = cpu_to_be32(tipc_bits(TIPC_F_VERSION, TIPC_VERSION) |
				   tipc_bits(TIPC_F_USER, user) |
				   tipc_bits(TIPC_F_HDR_WORDS, hdr_size / 4) |
				   tipc_bits(TIPC_F_SIZE, hdr_size));
	msg->word[1] = cpu_to_be32(tipc_bits(TIPC_F_TYPE, type));
	msg->word[2] = 0;
	msg->word[3] = cpu_to_be32(self);
	msg->word[4] = 0;
	msg->word[5] = 0;
	if (hdr_size == TIPC_HDR_MIN)
		return;
	msg->word[6] = cpu_to_be32(self);
	msg->word[7] = cpu_to_be32(dest);
	if (hdr_size > TIPC_HDR_DIRECT)
		memset(&msg->word[8], 0, hdr_size - TIPC_HDR_DIRECT);
}

/**
 * tipc_msg_alloc() - make a message
 * @self: this node
 * @user: who it is for
 * @type: what kind
 * @hdr_size: bytes of header
 * @body_size: bytes of body, at most %TIPC_MAX_USER_MSG_SIZE
 * @dest: the node it is for, 0 if none in particular
 * @gfp: how to allocate
 *
 * The body is in one piece behind the header, and the caller's to fill in.
 *
 * Return: the message, or NULL if memory is short.
 */
struct sk_buff *tipc_msg_alloc(u32 self, enum tipc_user user, u32 type,
			       u32 hdr_size, u32 body_size, u32 dest,
			       gfp_t gfp)
{
	u32 size = hdr_size + body_size;
	struct sk_buff *skb;

	/* A link keeps most of them, and sends a clone. */
	skb = alloc_skb_fclone(TIPC_HEADROOM + size, gfp);
	if (!skb)
		return NULL;
	skb_reserve(skb, TIPC_HEADROOM);
	skb_put(skb, size);
	tipc_msg_init(tipc_msg(skb), self, user, type, hdr_size, dest);
	tipc_set(tipc_msg(skb), TIPC_F_SIZE, size);
	return skb;
}

/* Whether the message is what its user, type and sizes say it is. */
static int check_form(const struct tipc_msg *msg, u32 hdr_size, u32 size)
{
	u32 user = tipc_get(msg, TIPC_F_USER);
	u32 type = tipc_get(msg, TIPC_F_TYPE);
	const struct msg_form *form = &msg_forms[user];

	if (user <= TIPC_U_DATA_CRITICAL) {
		if (hdr_size < data_hdr_size[type] ||
		    size - hdr_size > TIPC_MAX_USER_MSG_SIZE)
			return -EBADMSG;
		return 0;
	}
	if (type >= form->types)
		return -EOPNOTSUPP;
	if (hdr_size < form->hdr_size || size - hdr_size < form->body_size)
		return -EBADMSG;
	if (user == TIPC_U_NAME_DISTR &&
	    (size - hdr_size) % sizeof(struct tipc_name_item))
		return -EBADMSG;
	return 0;
}

/**
 * tipc_msg_check() - check a message from outside
 * @skb: its data begins with the header. Not shared; may have been cloned.
 *
 * What is behind the message (Ethernet pads short frames) is cut off. Then
 * these hold, for the reader to rely on: the version, user and type exist; the
 * whole header is in the linear part of @skb, as long as its user and type
 * need, so all fields of it can be read; and header and body are exactly
 * @skb->len bytes. The linear part may move: take tipc_msg() anew afterwards.
 * Messages within a message (in a bundle, in a tunnel) are checked one by one
 * when they are taken out. What a body holds is for its user to judge, except
 * that publications come in whole items.
 *
 * Return: 0; -EPROTONOSUPPORT if the version is another one, -EOPNOTSUPP if the
 * user or type is unknown, -EBADMSG if a length is wrong, -ENOMEM.
 */
int tipc_msg_check(struct sk_buff *skb)
{
	u32 hdr_size, size;
	int err;

	if (skb->len < TIPC_HDR_MIN)
		return -EBADMSG;
	if (!pskb_may_pull(skb, TIPC_HDR_MIN))
		return -ENOMEM;
	if (tipc_get(tipc_msg(skb), TIPC_F_VERSION) != TIPC_VERSION)
		return -EPROTONOSUPPORT;

	hdr_size = tipc_hdr_size(tipc_msg(skb));
	size = tipc_get(tipc_msg(skb), TIPC_F_SIZE);
	if (hdr_size < TIPC_HDR_MIN || size < hdr_size || size > skb->len ||
	    size > TIPC_MSG_MAX)
		return -EBADMSG;
	if (!pskb_may_pull(skb, hdr_size))
		return -ENOMEM;
	err = check_form(tipc_msg(skb), hdr_size, size);
	if (err)
		return err;
	return pskb_trim(skb, size);
}
