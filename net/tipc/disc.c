// SPDX-License-Identifier: GPL-2.0
#include "disc.h"

#include <linux/kernel.h>
#include <linux/minmax.h>

#define NS_PER_MS	1000000ULL

/* How long nobody must object to an address. */
#define TRIAL		(1000 * NS_PER_MS)

/* Questions come at first so often, then half as often each time, down to these. */
#define ASK_FIRST	(125 * NS_PER_MS)
#define ASK_ALONE	(1000 * NS_PER_MS)
#define ASK_SETTLED	(60000 * NS_PER_MS)

/**
 * tipc_address_of_id() - the address that an identity asks for first
 * @id: the identity
 *
 * The same after each start, and spread evenly: FNV-1a of the bytes.
 *
 * Return: the address, not 0.
 */
u32 tipc_address_of_id(const u8 *id)
{
	u32 hash = 2166136261U;
	unsigned int i;

	for (i = 0; i < TIPC_NODEID_LEN; i++)
		hash = (hash ^ id[i]) * 16777619U;
	return hash ?: 1;
}

/**
 * tipc_disc_msg() - make a message of discovery
 * @disc: the bearer
 * @self: this node
 * @type: what to say
 * @dest: the node it is for, 0 for all
 * @suggested: another address, in %TIPC_T_DISC_TRIAL_FAIL
 *
 * Return: the message, or NULL if memory is short.
 */
struct sk_buff *tipc_disc_msg(const struct tipc_disc *disc,
			      const struct tipc_self *self,
			      enum tipc_disc_type type, u32 dest,
			      u32 suggested)
{
	struct tipc_msg *msg;
	struct sk_buff *skb;

	skb = tipc_msg_alloc(self->addr ?: self->trial, TIPC_U_LINK_CONFIG,
			     type, TIPC_HDR_MAX, TIPC_NODEID_LEN, 0,
			     GFP_ATOMIC);
	if (!skb)
		return NULL;
	msg = tipc_msg(skb);
	memcpy(skb->data + TIPC_DISC_MEDIA_OFFSET, disc->media,
	       TIPC_DISC_MEDIA_LEN);
	tipc_set(msg, TIPC_F_NONSEQ, 1);
	tipc_set(msg, TIPC_F_NODE_SIG, self->signature);
	tipc_set(msg, TIPC_F_CAPS, self->caps);
	tipc_set(msg, TIPC_F_DEST_DOMAIN, dest);
	tipc_set(msg, TIPC_F_DISC_NETID, self->netid);
	tipc_set(msg, TIPC_F_NET_HASH, self->net_hash);
	tipc_set(msg, TIPC_F_SUGGESTED, suggested);
	memcpy(skb->data + TIPC_HDR_MAX, self->id, TIPC_NODEID_LEN);
	return skb;
}

/**
 * tipc_disc_start() - begin to look for nodes on a bearer
 * @disc: the bearer; its address and domain are set
 * @self: this node; the first bearer begins the trial of its address
 * @now: the time
 */
void tipc_disc_start(struct tipc_disc *disc, struct tipc_self *self, u64 now)
{
	disc->peers = 0;
	if (!self->addr && !self->trial_end) {
		self->trial = tipc_address_of_id(self->id);
		self->trial_end = now + TRIAL;
	}
	tipc_disc_hurry(disc, now);
}

/**
 * tipc_disc_hurry() - ask often again
 * @disc: the bearer, or a node on it, has come or gone
 * @now: the time
 */
void tipc_disc_hurry(struct tipc_disc *disc, u64 now)
{
	disc->interval = ASK_FIRST;
	disc->next = now;
}

/**
 * tipc_disc_tick() - ask, if it is time to
 * @disc: the bearer
 * @self: this node; gets its address here when the trial is over
 * @now: the time
 *
 * To be called at @disc->next.
 *
 * Return: the question, for all nodes; or NULL.
 */
struct sk_buff *tipc_disc_tick(struct tipc_disc *disc, struct tipc_self *self,
			       u64 now)
{
	if (!self->addr && now >= self->trial_end) {
		self->addr = self->trial;
		tipc_disc_hurry(disc, now);
	}
	if (now < disc->next)
		return NULL;
	if (!self->addr) {
		disc->next = min(now + ASK_FIRST, self->trial_end);
		return tipc_disc_msg(disc, self, TIPC_T_DISC_TRIAL, 0, 0);
	}
	disc->next = now + disc->interval;
	disc->interval = min_t(u64, disc->interval * 2,
			       disc->peers ? ASK_SETTLED : ASK_ALONE);
	return tipc_disc_msg(disc, self, TIPC_T_DISC_REQUEST, disc->domain, 0);
}

/* An identity for those who have none: their address as text. */
static void id_of_address(u8 *id, u32 addr)
{
	memset(id, 0, TIPC_NODEID_LEN);
	snprintf((char *)id, TIPC_NODEID_LEN, "%x", addr);
}

static void read_peer(const struct sk_buff *skb, struct tipc_disc_peer *peer)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	peer->addr = tipc_get(msg, TIPC_F_PREV_NODE);
	peer->caps = tipc_get(msg, TIPC_F_CAPS);
	peer->signature = tipc_get(msg, TIPC_F_NODE_SIG);
	peer->net_hash = tipc_get(msg, TIPC_F_NET_HASH);
	memcpy(peer->media, skb->data + TIPC_DISC_MEDIA_OFFSET,
	       TIPC_DISC_MEDIA_LEN);
	id_of_address(peer->id, peer->addr);
	if (peer->caps & TIPC_CAP_NODE_ID128 &&
	    tipc_body_size(msg) >= TIPC_NODEID_LEN)
		skb_copy_bits(skb, tipc_hdr_size(msg), peer->id,
			      TIPC_NODEID_LEN);
}

/* Somebody minds the address that we try: begin anew with another one. */
static void retry(struct tipc_self *self, const struct tipc_msg *msg, u64 now)
{
	u32 suggested = tipc_get(msg, TIPC_F_SUGGESTED);

	/* Several nodes may object. The first one counts. */
	if (self->addr || tipc_get(msg, TIPC_F_DEST_DOMAIN) != self->trial ||
	    !suggested)
		return;
	self->trial = suggested;
	self->trial_end = now + TRIAL;
}

/**
 * tipc_disc_rcv() - a message of discovery has come
 * @disc: the bearer
 * @self: this node; may have to try another address
 * @skb: the message, checked
 * @peer: filled in with what it tells, unless it is ignored
 * @now: the time
 *
 * To %TIPC_DISC_PEER_ASKS the answer is %TIPC_T_DISC_REPLY. To %TIPC_DISC_TRIAL it is
 * %TIPC_T_DISC_TRIAL_FAIL for @peer->addr with another address, if that one is not
 * free for @peer->id.
 *
 * Return: what to do.
 */
enum tipc_disc_verdict tipc_disc_rcv(struct tipc_disc *disc,
				     struct tipc_self *self,
				     const struct sk_buff *skb,
				     struct tipc_disc_peer *peer, u64 now)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 dest = tipc_get(msg, TIPC_F_DEST_DOMAIN);
	u32 type = tipc_get(msg, TIPC_F_TYPE);

	if (tipc_get(msg, TIPC_F_DISC_NETID) != self->netid)
		return TIPC_DISC_IGNORE;
	read_peer(skb, peer);
	if (!peer->addr)
		return TIPC_DISC_IGNORE;
	if (!memcmp(peer->id, self->id, TIPC_NODEID_LEN))
		return peer->signature == self->signature &&
		       !memcmp(peer->media, disc->media, TIPC_DISC_MEDIA_LEN) ?
		       TIPC_DISC_IGNORE : TIPC_DISC_DUPLICATE;

	if (type == TIPC_T_DISC_TRIAL_FAIL) {
		retry(self, msg, now);
		return TIPC_DISC_IGNORE;
	}
	if (type == TIPC_T_DISC_TRIAL)
		return self->addr ? TIPC_DISC_TRIAL : TIPC_DISC_IGNORE;
	if (!self->addr)
		return TIPC_DISC_IGNORE;
	if (peer->addr == self->addr)
		return TIPC_DISC_DUPLICATE;
	if (dest && dest != self->addr)
		return TIPC_DISC_IGNORE;
	return type == TIPC_T_DISC_REQUEST ? TIPC_DISC_PEER_ASKS :
					     TIPC_DISC_PEER;
}
