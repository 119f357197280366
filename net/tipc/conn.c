// SPDX-License-Identifier: GPL-2.0
#include "conn.h"

#include <linux/minmax.h>
#include <linux/skbuff.h>

#include "msg.h"
#include "net.h"

#define BLOCK	1024

/* Memory that a block of the smallest messages may take, in blocks. */
#define OVERHEAD	4

/* Tell the peer when this part of the window was read. */
#define ACK_PART	4

/* Blocks that a message of @size bytes with its header is counted as. */
static u32 blocks(u32 size)
{
	return size / BLOCK + 1;
}

/**
 * tipc_conn_init() - make an end of a connection that is not there yet
 * @conn: the connection
 * @port: this end
 */
void tipc_conn_init(struct tipc_conn *conn, u32 port)
{
	*conn = (struct tipc_conn){ .port = port, .window = TIPC_WINDOW_FIRST,
		.told = TIPC_WINDOW_FIRST };
}

/**
 * tipc_conn_is_peer() - whether a message is from the peer
 * @net: the namespace
 * @conn: the connection
 * @msg: the message
 *
 * Return: whether it is.
 */
bool tipc_conn_is_peer(struct net *net, const struct tipc_conn *conn,
		       const struct tipc_msg *msg)
{
	u32 node = tipc_orig_node(msg);

	if (tipc_get(msg, TIPC_F_ORIG_PORT) != conn->peer_port)
		return false;
	return node == conn->peer_node ||
	       (!conn->peer_node && tipc_is_self(net, node));
}

/**
 * tipc_conn_msg() - make a message for the peer
 * @net: the namespace
 * @conn: the connection
 * @importance: of the message
 * @error: %TIPC_OK, or why there is no connection any more
 * @len: bytes of data, which the caller fills in
 * @gfp: how to allocate
 *
 * Return: the message or NULL.
 */
struct sk_buff *tipc_conn_msg(struct net *net, const struct tipc_conn *conn,
			      u32 importance, u32 error, u32 len, gfp_t gfp)
{
	struct sk_buff *skb;

	skb = tipc_msg_alloc(tipc_self(net), importance, TIPC_T_CONN,
			     TIPC_HDR_MIN, len, conn->peer_node, gfp);
	if (!skb)
		return NULL;
	tipc_set(tipc_msg(skb), TIPC_F_ERROR, error);
	tipc_set(tipc_msg(skb), TIPC_F_ORIG_PORT, conn->port);
	tipc_set(tipc_msg(skb), TIPC_F_DEST_PORT, conn->peer_port);
	return skb;
}

static struct sk_buff *manager_msg(struct net *net,
				   const struct tipc_conn *conn,
				   enum tipc_conn_type type, gfp_t gfp)
{
	struct sk_buff *skb;

	skb = tipc_msg_alloc(tipc_self(net), TIPC_U_CONN_MANAGER, type,
			     TIPC_HDR_INT, 0, conn->peer_node, gfp);
	if (!skb)
		return NULL;
	tipc_set(tipc_msg(skb), TIPC_F_ORIG_PORT, conn->port);
	tipc_set(tipc_msg(skb), TIPC_F_DEST_PORT, conn->peer_port);
	return skb;
}

/**
 * tipc_conn_sent() - note that a message is sent to the peer
 * @conn: the connection
 * @size: bytes of header and data
 */
void tipc_conn_sent(struct tipc_conn *conn, u32 size)
{
	WRITE_ONCE(conn->unacked, conn->unacked + blocks(size));
}

/**
 * tipc_conn_read() - note that a message of the peer's was read
 * @net: the namespace
 * @conn: the connection
 * @size: bytes of header and data of the message
 * @rcvbuf: bytes of memory that unread messages may take
 *
 * Context: may sleep.
 * Return: a message to send to the peer, or NULL if that can wait.
 */
struct sk_buff *tipc_conn_read(struct net *net, struct tipc_conn *conn,
			       u32 size, u32 rcvbuf)
{
	u32 window = clamp_t(u32, rcvbuf / BLOCK / OVERHEAD, 1,
			     tipc_field_max(TIPC_F_CONN_WINDOW));
	struct sk_buff *skb;

	conn->unread += blocks(size);
	if (conn->unread < conn->told / ACK_PART)
		return NULL;
	skb = manager_msg(net, conn, TIPC_T_CONN_ACK, TIPC_GFP_SURE);
	tipc_set(tipc_msg(skb), TIPC_F_CONN_ACK, conn->unread);
	tipc_set(tipc_msg(skb), TIPC_F_CONN_WINDOW, window);
	conn->told = window;
	conn->unread = 0;
	return skb;
}

static enum tipc_conn_news acked(struct tipc_conn *conn,
				 const struct tipc_msg *msg)
{
	bool was_congested = tipc_conn_is_congested(conn);
	u32 n = tipc_get(msg, TIPC_F_CONN_ACK);

	/* A peer that acknowledges more than it got gains nothing. */
	WRITE_ONCE(conn->unacked, conn->unacked - min(n, conn->unacked));
	WRITE_ONCE(conn->window, tipc_get(msg, TIPC_F_CONN_WINDOW));
	return was_congested && !tipc_conn_is_congested(conn) ?
	       TIPC_CONN_WRITABLE : TIPC_CONN_NO_NEWS;
}

/**
 * tipc_conn_manager_rcv() - take a message about a connection
 * @net: the namespace
 * @conn: the connection
 * @skb: the message; freed
 * @replies: what is to be sent afterwards goes here
 *
 * Context: any but hard interrupts.
 * Return: what has happened.
 */
enum tipc_conn_news tipc_conn_manager_rcv(struct net *net,
					  struct tipc_conn *conn,
					  struct sk_buff *skb,
					  struct sk_buff_head *replies)
{
	enum tipc_conn_news news = TIPC_CONN_NO_NEWS;
	const struct tipc_msg *msg = tipc_msg(skb);
	struct sk_buff *reply;

	if (!tipc_conn_is_peer(net, conn, msg))
		goto out;
	if (tipc_get(msg, TIPC_F_ERROR)) {
		news = TIPC_CONN_BROKEN;
		goto out;
	}
	switch (tipc_get(msg, TIPC_F_TYPE)) {
	case TIPC_T_CONN_ACK:
		news = acked(conn, msg);
		break;
	case TIPC_T_CONN_PROBE:
		reply = manager_msg(net, conn, TIPC_T_CONN_PROBE_REPLY,
				    GFP_ATOMIC);
		if (reply)
			__skb_queue_tail(replies, reply);
		break;
	}
out:
	kfree_skb(skb);
	return news;
}
