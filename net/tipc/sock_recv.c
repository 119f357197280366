// SPDX-License-Identifier: GPL-2.0
/*
 * Reading messages, and what comes with them.
 */
#include "sock.h"

#include <linux/socket.h>
#include <linux/uio.h>

#include "route.h"

static void put_name(struct sock *sk, struct msghdr *m,
		     const struct tipc_msg *msg)
{
	DECLARE_SOCKADDR(struct sockaddr_tipc *, addr, m->msg_name);

	if (!addr)
		return;
	memset(addr, 0, sizeof(*addr));
	addr->family = AF_TIPC;
	addr->addrtype = TIPC_SOCKET_ADDR;
	addr->addr.id.ref = tipc_get(msg, TIPC_F_ORIG_PORT);
	addr->addr.id.node = tipc_orig_node(msg) ?:
			     tipc_sock_self(tipc_sock(sk));
	m->msg_namelen = sizeof(*addr);
}

/* The service address that a message was sent to. Says whether it was to one. */
static bool dest_name(const struct tipc_sock *tsk, const struct tipc_msg *msg,
		      struct tipc_service_range *name)
{
	if (tipc_get(msg, TIPC_F_ERROR) && !tipc_body_size(msg))
		return false;
	switch (tipc_get(msg, TIPC_F_TYPE)) {
	case TIPC_T_NAMED:
		name->type = tipc_get(msg, TIPC_F_NAME_TYPE);
		name->lower = tipc_get(msg, TIPC_F_NAME_LOWER);
		name->upper = name->lower;
		return true;
	case TIPC_T_MCAST:
		name->type = tipc_get(msg, TIPC_F_NAME_TYPE);
		name->lower = tipc_get(msg, TIPC_F_NAME_LOWER);
		name->upper = tipc_get(msg, TIPC_F_NAME_UPPER);
		return true;
	case TIPC_T_CONN:
		name->type = tsk->name.type;
		name->lower = tsk->name.instance;
		name->upper = name->lower;
		return tsk->named && tipc_body_size(msg);
	default:
		return false;
	}
}

/* Why it came back, and what of it came back. Apart, for the sake of the stack. */
static noinline_for_stack int put_returned(struct msghdr *m,
					   struct sk_buff *skb)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 info[2] = { tipc_get(msg, TIPC_F_ERROR), tipc_body_size(msg) };
	u8 data[TIPC_RETURN_MAX];
	int err;

	err = put_cmsg(m, SOL_TIPC, TIPC_ERRINFO, sizeof(info), info);
	if (err)
		return err;
	info[1] = min_t(u32, info[1], sizeof(data));
	if (!info[1])
		return 0;
	err = skb_copy_bits(skb, tipc_hdr_size(msg), data, info[1]);
	return err ?: put_cmsg(m, SOL_TIPC, TIPC_RETDATA, info[1], data);
}

/* What comes with a message: if it came back why, and where it was sent to. */
static int put_ancillary(struct sock *sk, struct msghdr *m, struct sk_buff *skb)
{
	struct tipc_service_range name;
	int err;

	if (!m->msg_controllen)
		return 0;
	if (tipc_get(tipc_msg(skb), TIPC_F_ERROR)) {
		err = put_returned(m, skb);
		if (err)
			return err;
	}
	if (!dest_name(tipc_sock(sk), tipc_msg(skb), &name))
		return 0;
	return put_cmsg(m, SOL_TIPC, TIPC_DESTNAME, sizeof(name), &name);
}

/*
 * Waits for a message. Returns NULL and 0 in @err if there will be no more.
 */
static struct sk_buff *wait_message(struct sock *sk, long *timeout, int *err)
{
	struct sk_buff *skb;

	for (;;) {
		skb = skb_peek(&sk->sk_receive_queue);
		*err = 0;
		if (skb && sk->sk_state != TIPC_S_LISTEN)
			return skb;
		if (sk->sk_state == TIPC_S_DISCONNECTED ||
		    sk->sk_shutdown & RCV_SHUTDOWN)
			return NULL;
		*err = -EAGAIN;
		if (!*timeout)
			return NULL;
		*err = sock_intr_errno(*timeout);
		if (signal_pending(current))
			return NULL;
		sk_wait_data(sk, timeout, skb_peek_tail(&sk->sk_receive_queue));
	}
}

/* Copies data of a message, which begins with its header. */
static int copy_data(const struct sk_buff *skb, u32 at, struct msghdr *m,
		     u32 len)
{
	if (at + len > skb_headlen(skb))
		return skb_copy_datagram_msg(skb, at, m, len);
	return copy_to_iter(skb->data + at, len, &m->msg_iter) == len ?
	       0 : -EFAULT;
}

/* Takes a message off the queue for good. */
static void consume(struct sock *sk, struct sk_buff *skb)
{
	u32 size = tipc_get(tipc_msg(skb), TIPC_F_SIZE);
	struct tipc_conn *conn = &tipc_sock(sk)->conn;
	struct sk_buff *ack = NULL;

	__skb_unlink(skb, &sk->sk_receive_queue);
	consume_skb(skb);
	if (tipc_sock_connects(sk) && sk->sk_state == TIPC_S_CONNECTED)
		ack = tipc_conn_read(sock_net(sk), conn, size,
				     READ_ONCE(sk->sk_rcvbuf));
	if (ack)
		tipc_xmit(sock_net(sk), ack, conn->peer_node, conn->port);
}

/* One message, or the first part of it. */
static int recv_message(struct sock *sk, struct msghdr *m, size_t size,
			int flags, long *timeout)
{
	struct sk_buff *skb;
	u32 len;
	int err;

	skb = wait_message(sk, timeout, &err);
	if (!skb)
		return err;
	put_name(sk, m, tipc_msg(skb));
	err = put_ancillary(sk, m, skb);
	if (err)
		return err;
	/* What came back is ancillary, there is nothing but that. */
	len = tipc_get(tipc_msg(skb), TIPC_F_ERROR) ? 0 :
	      tipc_body_size(tipc_msg(skb));
	if (len > size) {
		m->msg_flags |= MSG_TRUNC;
		len = size;
	}
	err = copy_data(skb, tipc_hdr_size(tipc_msg(skb)), m, len);
	if (err)
		return err;
	if (!(flags & MSG_PEEK))
		consume(sk, skb);
	return len;
}

/* As many bytes as there are. */
static int recv_stream(struct sock *sk, struct msghdr *m, size_t size,
		       int flags, long *timeout)
{
	size_t wanted = flags & MSG_WAITALL ? size : 1;
	bool peek = flags & MSG_PEEK;
	long nothing = 0;
	size_t copied = 0;
	int err;

	do {
		struct tipc_sock_cb *cb;
		struct sk_buff *skb;
		const struct tipc_msg *msg;
		u32 len, left;

		skb = wait_message(sk, copied >= wanted ? &nothing : timeout,
				   &err);
		if (!skb)
			break;
		msg = tipc_msg(skb);
		cb = tipc_sock_cb(skb);
		if (tipc_get(msg, TIPC_F_ERROR)) {
			if (copied)
				break;
			return recv_message(sk, m, size, flags, timeout);
		}
		if (!copied) {
			put_name(sk, m, msg);
			err = put_ancillary(sk, m, skb);
			if (err)
				break;
		}
		left = tipc_body_size(msg) - cb->done;
		len = min_t(size_t, left, size - copied);
		err = copy_data(skb, tipc_hdr_size(msg) + cb->done, m, len);
		if (err)
			break;
		copied += len;
		if (peek)
			break;
		cb->done += len;
		if (len == left)
			consume(sk, skb);
	} while (copied < size);
	return copied ?: err;
}

/**
 * tipc_sock_recvmsg() - read
 * @sock: the socket
 * @m: where it goes
 * @size: bytes at most
 * @flags: %MSG_PEEK, %MSG_DONTWAIT, %MSG_WAITALL
 *
 * A message that came back is read as no bytes and ancillary data. At the end of
 * a connection there is one such message, and then nothing any more.
 *
 * Return: number of bytes, -EINVAL, -ENOTCONN, -EAGAIN, -EINTR, -EFAULT.
 */
int tipc_sock_recvmsg(struct socket *sock, struct msghdr *m, size_t size,
		      int flags)
{
	struct sock *sk = sock->sk;
	long timeout;
	int ret;

	if (!size)
		return -EINVAL;
	lock_sock(sk);
	timeout = sock_rcvtimeo(sk, flags & MSG_DONTWAIT);
	if (tipc_sock_connects(sk) && sk->sk_state == TIPC_S_OPEN)
		ret = -ENOTCONN;
	else if (sk->sk_type == SOCK_STREAM)
		ret = recv_stream(sk, m, size, flags, &timeout);
	else
		ret = recv_message(sk, m, size, flags, &timeout);
	release_sock(sk);
	return ret;
}
