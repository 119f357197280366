// SPDX-License-Identifier: GPL-2.0
#include "distr.h"

#include <linux/skbuff.h>

#include "msg.h"

static struct tipc_name_item pack(const struct tipc_name_pub *pub)
{
	return (struct tipc_name_item) {
		.type = cpu_to_be32(pub->type),
		.lower = cpu_to_be32(pub->lower),
		.upper = cpu_to_be32(pub->upper),
		.port = cpu_to_be32(pub->port),
		.key = cpu_to_be32(pub->key),
	};
}

static struct tipc_name_pub unpack(const struct tipc_name_item *item)
{
	return (struct tipc_name_pub) {
		.type = be32_to_cpu(item->type),
		.lower = be32_to_cpu(item->lower),
		.upper = be32_to_cpu(item->upper),
		.port = be32_to_cpu(item->port),
		.key = be32_to_cpu(item->key),
	};
}

/* The order of tipc_names_local(). */
static int compare(const struct tipc_name_pub *a, const struct tipc_name_pub *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->lower != b->lower)
		return a->lower < b->lower ? -1 : 1;
	if (a->upper != b->upper)
		return a->upper > b->upper ? -1 : 1;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return 0;
}

/**
 * tipc_distr_start() - begin to tell a node all bindings
 * @distr: what it has been told; forgotten
 *
 * Context: the node's lock.
 */
void tipc_distr_start(struct tipc_distr *distr)
{
	memset(&distr->cursor, 0, sizeof(distr->cursor));
	distr->telling = true;
	distr->disturbed = true;
}

/**
 * tipc_distr_begin() - whether there is something to read
 * @distr: what the node has been told
 *
 * The name table has a lock of its own, which those who publish hold when they come
 * for the node's; so it is read without the node's lock: tipc_distr_begin(), then
 * tipc_distr_read(), then tipc_distr_commit().
 *
 * Context: the node's lock.
 * Return: whether the caller is to read now.
 */
bool tipc_distr_begin(struct tipc_distr *distr)
{
	if (!distr->telling || distr->reading)
		return false;
	distr->reading = true;
	distr->disturbed = false;
	distr->walk = distr->cursor;
	distr->end = false;
	return true;
}

/**
 * tipc_distr_read() - read the next bindings to tell a node that came up
 * @distr: what it has been told
 * @net: the namespace
 * @self: this node
 * @peer: the node
 * @mtu: what fits into a packet
 *
 * As many as fit into one packet.
 *
 * Context: no lock; between tipc_distr_begin() and tipc_distr_commit().
 * Return: the message; NULL if there are no more, or memory is short.
 */
struct sk_buff *tipc_distr_read(struct tipc_distr *distr, struct net *net,
				u32 self, u32 peer, u32 mtu)
{
	u32 room = (mtu - TIPC_HDR_INT) / sizeof(struct tipc_name_item);
	struct tipc_name_item item;
	struct tipc_name_pub pub;
	struct sk_buff *skb;

	skb = tipc_msg_alloc(self, TIPC_U_NAME_DISTR, TIPC_T_PUBLISH,
			     TIPC_HDR_INT, room * sizeof(item), peer,
			     GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_trim(skb, TIPC_HDR_INT);
	while (room--) {
		if (!tipc_names_local(net, &distr->walk, &pub)) {
			distr->end = true;
			break;
		}
		item = pack(&pub);
		skb_put_data(skb, &item, sizeof(item));
	}
	if (skb->len == TIPC_HDR_INT) {
		kfree_skb(skb);
		return NULL;
	}
	tipc_set(tipc_msg(skb), TIPC_F_SIZE, skb->len);
	return skb;
}

/**
 * tipc_distr_commit() - what was read is to be sent now
 * @distr: what the node has been told
 *
 * Context: the node's lock.
 * Return: whether it is still true. If not, it is to be read again.
 */
bool tipc_distr_commit(struct tipc_distr *distr)
{
	distr->reading = false;
	if (distr->disturbed)
		return false;
	distr->cursor = distr->walk;
	distr->telling = !distr->end;
	return true;
}

/**
 * tipc_distr_wanted() - whether a node is to be told of one change
 * @distr: what it has been told
 * @pub: what was published, or is withdrawn
 *
 * What the reading has not come to is no news yet: it will be found if it is there
 * by then.
 *
 * Context: the node's lock.
 * Return: whether it is.
 */
bool tipc_distr_wanted(struct tipc_distr *distr,
		       const struct tipc_name_pub *pub)
{
	if (!distr->telling || (distr->cursor.started &&
				compare(pub, &distr->cursor.last) <= 0))
		return true;
	distr->disturbed = true;
	return false;
}

/**
 * tipc_distr_one() - tell of one change
 * @self: this node
 * @peer: the node to tell
 * @pub: what was published, or is withdrawn
 * @withdraw: which of both
 *
 * Return: the message, or NULL if memory is short.
 */
struct sk_buff *tipc_distr_one(u32 self, u32 peer,
			       const struct tipc_name_pub *pub, bool withdraw)
{
	struct tipc_name_item item = pack(pub);
	struct sk_buff *skb;

	skb = tipc_msg_alloc(self, TIPC_U_NAME_DISTR,
			     withdraw ? TIPC_T_WITHDRAW : TIPC_T_PUBLISH,
			     TIPC_HDR_INT, sizeof(item), peer, GFP_ATOMIC);
	if (skb)
		memcpy(skb->data + TIPC_HDR_INT, &item, sizeof(item));
	return skb;
}

/**
 * tipc_distr_rcv() - a node has told of changes
 * @net: the namespace
 * @peer: the node
 * @skb: the message, checked; still the caller's
 *
 * Context: no lock.
 * Return: how many of them the name table did not take.
 */
u32 tipc_distr_rcv(struct net *net, u32 peer, const struct sk_buff *skb)
{
	bool withdraw = tipc_get(tipc_msg(skb), TIPC_F_TYPE) == TIPC_T_WITHDRAW;
	u32 at = tipc_hdr_size(tipc_msg(skb)), refused = 0;
	struct tipc_name_item item;
	struct tipc_name_pub pub;

	for (; at + sizeof(item) <= skb->len; at += sizeof(item)) {
		if (skb_copy_bits(skb, at, &item, sizeof(item)))
			break;
		pub = unpack(&item);
		if (withdraw ? tipc_names_withdraw(net, peer, &pub) :
			       tipc_names_publish(net, peer, &pub))
			refused++;
	}
	return refused;
}
