// SPDX-License-Identifier: GPL-2.0
/*
 * A message arrives at a socket.
 */
#include "sock.h"

#include "route.h"

/* What a peer may send before it is told how much is too much must find room. */
#define RCVBUF_CONN_MIN	(512 << 10)

/* Bytes that may wait in a socket's queue, for a message that is to join them. */
static unsigned int limit(const struct sock *sk, const struct tipc_msg *msg)
{
	unsigned int bytes = READ_ONCE(sk->sk_rcvbuf);

	if (tipc_sock_connects(sk))
		return max_t(unsigned int, bytes, RCVBUF_CONN_MIN);
	if (tipc_is_data(msg))
		bytes <<= tipc_get(msg, TIPC_F_USER);
	return bytes;
}

static void enqueue(struct sock *sk, struct sk_buff *skb)
{
	tipc_sock_cb(skb)->done = 0;
	skb_set_owner_r(skb, sk);
	__skb_queue_tail(&sk->sk_receive_queue, skb);
	sk->sk_data_ready(sk);
}

/**
 * tipc_sock_refused() - a connection will not come about
 * @sk: the socket, connecting
 * @back: the first message as it came back; taken
 *
 * Context: the socket is locked.
 */
void tipc_sock_refused(struct sock *sk, struct sk_buff *back)
{
	sk->sk_state = TIPC_S_DISCONNECTED;
	sk->sk_err = ECONNREFUSED;
	enqueue(sk, back);
	sk->sk_state_change(sk);
}

/* The answer to connect(). */
static u32 connecting_rcv(struct tipc_sock *tsk, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	struct sock *sk = &tsk->sk;

	if (tipc_get(msg, TIPC_F_ERROR)) {
		if (!tipc_sock_retry_later(tsk, skb))
			tipc_sock_refused(sk, skb);
		return TIPC_OK;
	}
	/* The socket that accept() has made answers, not the one asked. */
	if (tipc_get(msg, TIPC_F_TYPE) != TIPC_T_CONN ||
	    tipc_get(msg, TIPC_F_SYN))
		return TIPC_ERR_NO_PORT;
	tipc_sock_connected(tsk, tipc_orig_node(msg),
			    tipc_get(msg, TIPC_F_ORIG_PORT));
	sk->sk_state_change(sk);
	if (tipc_body_size(msg))
		enqueue(sk, skb);
	else
		kfree_skb(skb);
	return TIPC_OK;
}

static u32 connected_rcv(struct tipc_sock *tsk, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	struct sock *sk = &tsk->sk;

	if (tipc_get(msg, TIPC_F_TYPE) != TIPC_T_CONN ||
	    !tipc_conn_is_peer(sock_net(sk), &tsk->conn, msg))
		return TIPC_ERR_NO_PORT;
	if (tipc_get(msg, TIPC_F_ERROR)) {
		sk->sk_state = TIPC_S_DISCONNECTED;
		enqueue(sk, skb);
		sk->sk_state_change(sk);
	} else if (tipc_body_size(msg)) {
		enqueue(sk, skb);
	} else {
		kfree_skb(skb);
	}
	return TIPC_OK;
}

static u32 listening_rcv(struct sock *sk, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	if (!tipc_get(msg, TIPC_F_SYN) || tipc_get(msg, TIPC_F_ERROR))
		return TIPC_ERR_NO_PORT;
	sk_acceptq_added(sk);
	enqueue(sk, skb);
	return TIPC_OK;
}

static u32 datagram_rcv(struct sock *sk, struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);

	if (tipc_get(msg, TIPC_F_TYPE) == TIPC_T_CONN ||
	    (tipc_get(msg, TIPC_F_SYN) && !tipc_get(msg, TIPC_F_ERROR)))
		return TIPC_ERR_NO_PORT;
	/* There is nothing to read in an empty message. */
	if (tipc_body_size(msg) || tipc_get(msg, TIPC_F_ERROR))
		enqueue(sk, skb);
	else
		kfree_skb(skb);
	return TIPC_OK;
}

/* Takes a message, or says why it goes back. */
static u32 data_rcv(struct sock *sk, struct sk_buff *skb)
{
	if (atomic_read(&sk->sk_rmem_alloc) > limit(sk, tipc_msg(skb)) &&
	    !tipc_get(tipc_msg(skb), TIPC_F_ERROR))
		return TIPC_ERR_OVERLOAD;
	if (!tipc_sock_connects(sk))
		return sk->sk_state == TIPC_S_DISCONNECTED ?
		       TIPC_ERR_NO_PORT : datagram_rcv(sk, skb);
	switch (sk->sk_state) {
	case TIPC_S_LISTEN:
		return listening_rcv(sk, skb);
	case TIPC_S_CONNECTING:
		return connecting_rcv(tipc_sock(sk), skb);
	case TIPC_S_CONNECTED:
		return connected_rcv(tipc_sock(sk), skb);
	default:
		return TIPC_ERR_NO_PORT;
	}
}

/* A message about the connection. */
static void manager_rcv(struct sock *sk, struct sk_buff *skb,
			struct sk_buff_head *replies)
{
	if (sk->sk_state != TIPC_S_CONNECTED || !tipc_sock_connects(sk)) {
		kfree_skb(skb);
		return;
	}
	switch (tipc_conn_manager_rcv(sock_net(sk), &tipc_sock(sk)->conn, skb,
				      replies)) {
	case TIPC_CONN_WRITABLE:
		sk->sk_write_space(sk);
		break;
	case TIPC_CONN_BROKEN:
		sk->sk_state = TIPC_S_DISCONNECTED;
		sk->sk_state_change(sk);
		break;
	case TIPC_CONN_NO_NEWS:
		break;
	}
}

static void input(struct sock *sk, struct sk_buff *skb,
		  struct sk_buff_head *replies)
{
	u32 error;

	if (tipc_get(tipc_msg(skb), TIPC_F_USER) == TIPC_U_CONN_MANAGER) {
		manager_rcv(sk, skb, replies);
		return;
	}
	error = tipc_is_data(tipc_msg(skb)) ? data_rcv(sk, skb) :
					      TIPC_ERR_NO_PORT;
	if (!error)
		return;
	skb = tipc_returned(sock_net(sk), skb, error);
	if (skb)
		__skb_queue_tail(replies, skb);
}

static void receive(struct tipc_port *port, struct sk_buff *skb)
{
	struct tipc_sock *tsk = container_of(port, struct tipc_sock, port);
	struct sock *sk = &tsk->sk;
	struct sk_buff_head replies;

	__skb_queue_head_init(&replies);
	bh_lock_sock(sk);
	if (!sock_owned_by_user(sk)) {
		input(sk, skb, &replies);
	} else if (sk_add_backlog(sk, skb, 2 * limit(sk, tipc_msg(skb)))) {
		skb = tipc_returned(sock_net(sk), skb, TIPC_ERR_OVERLOAD);
		if (skb)
			__skb_queue_tail(&replies, skb);
	}
	bh_unlock_sock(sk);
	tipc_xmit_replies(sock_net(sk), &replies);
}

const struct tipc_port_ops tipc_sock_port_ops = {
	.receive = receive,
};

/**
 * tipc_sock_backlog_rcv() - a message that arrived while the socket was in use
 * @sk: the socket
 * @skb: the message
 *
 * Context: the socket is locked.
 * Return: 0.
 */
int tipc_sock_backlog_rcv(struct sock *sk, struct sk_buff *skb)
{
	struct sk_buff_head replies;

	__skb_queue_head_init(&replies);
	input(sk, skb, &replies);
	tipc_xmit_replies(sock_net(sk), &replies);
	return 0;
}
