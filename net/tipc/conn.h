/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection as one end sees it, be that a socket or the topology server: who
 * the peer is, and how much it takes. What the peer has not read yet is counted
 * in blocks, and the peer says how many of them may be on the way.
 */
#ifndef _TIPC_CONN_H
#define _TIPC_CONN_H

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/types.h>

struct net;
struct sk_buff;
struct sk_buff_head;
struct tipc_msg;

/*
 * For messages that a peer waits for, and without which it would wait for ever.
 * They are small, and sent by who may sleep.
 */
#define TIPC_GFP_SURE	(GFP_KERNEL | __GFP_NOFAIL)

/* Blocks that may be sent before the peer has said how many it takes. */
#define TIPC_WINDOW_FIRST	128

/**
 * struct tipc_conn - one end of a connection
 * @port: this end
 * @peer_node: node of the peer, 0 for this one
 * @peer_port: the peer
 * @unacked: blocks sent that the peer has not read, as far as is known
 * @window: blocks that the peer takes unread
 * @unread: blocks read since the peer was told
 * @told: window that the peer was told
 * @of_node: links it into &tipc_net.conns, see conns.c
 * @lost: the node is lost, and the connection is still to be told; likewise
 *
 * Whoever has it locks it.
 */
struct tipc_conn {
	u32 port;
	u32 peer_node;
	u32 peer_port;
	u32 unacked;
	u32 window;
	u32 unread;
	u32 told;
	struct hlist_node of_node;
	bool lost;
};

/**
 * enum tipc_conn_news - what a message about a connection came to
 * @TIPC_CONN_NO_NEWS: nothing that matters
 * @TIPC_CONN_WRITABLE: more may be sent
 * @TIPC_CONN_BROKEN: there is no peer any more
 */
enum tipc_conn_news {
	TIPC_CONN_NO_NEWS,
	TIPC_CONN_WRITABLE,
	TIPC_CONN_BROKEN,
};

/* Whether the peer must read before more is sent. */
static inline bool tipc_conn_is_congested(const struct tipc_conn *conn)
{
	return READ_ONCE(conn->unacked) >= READ_ONCE(conn->window);
}

void tipc_conn_init(struct tipc_conn *conn, u32 port);
bool tipc_conn_is_peer(struct net *net, const struct tipc_conn *conn,
		       const struct tipc_msg *msg);
struct sk_buff *tipc_conn_msg(struct net *net, const struct tipc_conn *conn,
			      u32 importance, u32 error, u32 len, gfp_t gfp);
void tipc_conn_sent(struct tipc_conn *conn, u32 size);
struct sk_buff *tipc_conn_read(struct net *net, struct tipc_conn *conn,
			       u32 size, u32 rcvbuf);
enum tipc_conn_news tipc_conn_manager_rcv(struct net *net,
					  struct tipc_conn *conn,
					  struct sk_buff *skb,
					  struct sk_buff_head *replies);

#endif /* _TIPC_CONN_H */
