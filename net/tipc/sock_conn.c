// SPDX-License-Identifier: GPL-2.0
/*
 * Connections: how they begin and how they end.
 */
#include "sock.h"

#include "conns.h"
#include "route.h"

/**
 * tipc_sock_connected() - note who the peer is
 * @tsk: the socket
 * @node: node of the peer, 0 for this one
 * @port: the peer
 *
 * Context: the socket is locked, or its spinlock is held and nobody owns it.
 */
void tipc_sock_connected(struct tipc_sock *tsk, u32 node, u32 port)
{
	tipc_conns_set_peer(tsk->tn, &tsk->conn, node, port);
	tsk->sk.sk_state = TIPC_S_CONNECTED;
	if (tsk->sk.sk_socket)
		tsk->sk.sk_socket->state = SS_CONNECTED;
}

/**
 * tipc_sock_disconnect() - end a connection and tell the peer
 * @sk: a connected socket
 * @error: what the peer is told, %TIPC_CONN_SHUTDOWN or %TIPC_ERR_NO_PORT
 *
 * The first message that nobody has read goes back and tells the peer just that,
 * with as much of it as fits. If all is read, an empty message does.
 *
 * Context: the socket is locked.
 */
void tipc_sock_disconnect(struct sock *sk, u32 error)
{
	struct tipc_sock *tsk = tipc_sock(sk);
	struct net *net = sock_net(sk);
	struct sk_buff *skb;

	sk->sk_state = TIPC_S_DISCONNECTED;
	skb = __skb_dequeue(&sk->sk_receive_queue);
	__skb_queue_purge(&sk->sk_receive_queue);
	if (skb) {
		skb_orphan(skb);
		if (tipc_sock_cb(skb)->done) {
			kfree_skb(skb);
			skb = NULL;
		}
	}
	if (skb)
		skb = tipc_returned(net, skb, error);
	if (!skb)
		skb = tipc_conn_msg(net, &tsk->conn, tsk->importance, error,
				    0, TIPC_GFP_SURE);
	tipc_xmit(net, skb, tsk->conn.peer_node, tsk->port.ref);
}

static bool is_answered(const struct sock *sk)
{
	return sk->sk_err || sk->sk_state != TIPC_S_CONNECTING;
}

/**
 * tipc_sock_wait_connect() - wait for the answer to a connection's beginning
 * @sk: the socket, connecting
 * @timeout: jiffies to wait; what is left of them
 *
 * Context: the socket is locked.
 * Return: 0, -ECONNREFUSED, -ETIMEDOUT, -EINTR.
 */
int tipc_sock_wait_connect(struct sock *sk, long *timeout)
{
	int err = tipc_sock_wait(sk, timeout, false, is_answered);

	if (err == -EAGAIN)
		return -ETIMEDOUT;
	/* It may be connected, or have been and be no more. */
	return err ?: sock_error(sk);
}

/* A datagram socket only remembers where to. */
static int set_dest(struct tipc_sock *tsk, const struct sockaddr_tipc *addr,
		    int len)
{
	int err;

	if (len != sizeof(*addr))
		return -EINVAL;
	if (addr->family == AF_UNSPEC) {
		memset(&tsk->dest, 0, sizeof(tsk->dest));
		return 0;
	}
	err = tipc_addr_check(addr, len);
	if (!err)
		tsk->dest = *addr;
	return err;
}

static int connect(struct tipc_sock *tsk, const struct sockaddr_tipc *addr,
		   long timeout)
{
	struct msghdr nothing = { };
	struct sock *sk = &tsk->sk;
	bool waits = timeout;
	int err;

	switch (sk->sk_state) {
	case TIPC_S_OPEN:
		err = tipc_sock_syn(tsk, addr, &nothing, 0, timeout);
		if (err)
			return err;
		if (!waits)
			return -EINPROGRESS;
		break;
	case TIPC_S_CONNECTING:
		if (!waits)
			return -EALREADY;
		break;
	case TIPC_S_CONNECTED:
		return -EISCONN;
	default:
		return -EINVAL;
	}
	err = tipc_sock_wait_connect(sk, &timeout);
	if (err == -ETIMEDOUT) {
		tipc_sock_retry_give_up(tsk);
		err = sock_error(sk) ?: err;
	}
	return err;
}

/**
 * tipc_sock_connect() - connect to a socket or a service
 * @sock: the socket
 * @uaddr: who with; for a datagram socket where messages are to go
 * @len: length of @uaddr
 * @flags: %O_NONBLOCK
 *
 * The other side must accept before this returns. A datagram socket forgets with
 * an address of the family %AF_UNSPEC.
 *
 * Return: 0, -EINVAL, -EHOSTUNREACH, -ECONNREFUSED, -EINPROGRESS, -EALREADY,
 * -EISCONN, -ETIMEDOUT after &tipc_sock.conn_timeout, -EINTR, -ENOMEM.
 */
int tipc_sock_connect(struct socket *sock, struct sockaddr *uaddr, int len,
		      int flags)
{
	const struct sockaddr_tipc *addr = (struct sockaddr_tipc *)uaddr;
	struct sock *sk = sock->sk;
	struct tipc_sock *tsk = tipc_sock(sk);
	long timeout;
	int err;

	lock_sock(sk);
	if (!tipc_sock_connects(sk)) {
		err = set_dest(tsk, addr, len);
		goto out;
	}
	err = len == sizeof(*addr) ? tipc_addr_check(addr, len) : -EINVAL;
	if (err)
		goto out;
	timeout = flags & O_NONBLOCK ? 0 : msecs_to_jiffies(tsk->conn_timeout);
	err = connect(tsk, addr, timeout);
out:
	release_sock(sk);
	return err;
}

/**
 * tipc_sock_listen() - take connections
 * @sock: the socket
 * @backlog: not looked at: what waits is limited in bytes, as all messages are
 *
 * Return: 0 or -EINVAL.
 */
int tipc_sock_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err = -EINVAL;

	lock_sock(sk);
	if (sk->sk_state == TIPC_S_OPEN) {
		sk->sk_state = TIPC_S_LISTEN;
		sk->sk_max_ack_backlog = backlog;
		err = 0;
	}
	release_sock(sk);
	return err;
}

static bool is_listening(const struct sock *sk)
{
	return sk->sk_state == TIPC_S_LISTEN &&
	       !(sk->sk_shutdown & RCV_SHUTDOWN);
}

static bool has_syn_or_ended(const struct sock *sk)
{
	return !is_listening(sk) || !skb_queue_empty(&sk->sk_receive_queue);
}

/* Waits for somebody who wants a connection. */
static struct sk_buff *wait_syn(struct sock *sk, long *timeout)
{
	int err = tipc_sock_wait(sk, timeout, true, has_syn_or_ended);

	if (err)
		return ERR_PTR(err);
	return is_listening(sk) ? __skb_dequeue(&sk->sk_receive_queue) :
				  ERR_PTR(-EINVAL);
}

/* Gives a new socket the connection that @syn asks for. */
static int answer(struct tipc_sock *tsk, struct sk_buff *syn)
{
	const struct tipc_msg *msg = tipc_msg(syn);
	struct sock *sk = &tsk->sk;
	struct sk_buff *ack;

	lock_sock_nested(sk, SINGLE_DEPTH_NESTING);
	tsk->importance = tipc_get(msg, TIPC_F_USER);
	tsk->named = tipc_get(msg, TIPC_F_TYPE) == TIPC_T_NAMED;
	if (tsk->named) {
		tsk->name.type = tipc_get(msg, TIPC_F_NAME_TYPE);
		tsk->name.instance = tipc_get(msg, TIPC_F_NAME_LOWER);
	}
	tipc_sock_connected(tsk, tipc_orig_node(msg),
			    tipc_get(msg, TIPC_F_ORIG_PORT));
	ack = tipc_conn_msg(sock_net(sk), &tsk->conn, tsk->importance,
			    TIPC_OK, 0, GFP_KERNEL);
	if (!ack) {
		sk->sk_state = TIPC_S_OPEN;
		tipc_conns_forget(tsk->tn, &tsk->conn);
		release_sock(sk);
		return -ENOMEM;
	}
	skb_orphan(syn);
	if (tipc_body_size(msg)) {
		skb_set_owner_r(syn, sk);
		__skb_queue_tail(&sk->sk_receive_queue, syn);
	} else {
		kfree_skb(syn);
	}
	if (tipc_xmit(sock_net(sk), ack, tsk->conn.peer_node, tsk->port.ref))
		/* What has come with the request can still be read. */
		sk->sk_state = TIPC_S_DISCONNECTED;
	release_sock(sk);
	return 0;
}

/**
 * tipc_sock_accept() - take the next connection
 * @sock: a listening socket
 * @new: becomes the connected one
 * @flags: %O_NONBLOCK
 * @kern: it is the kernel that asks
 *
 * Return: 0, -EINVAL, -EAGAIN, -EINTR, -ENOMEM.
 */
int tipc_sock_accept(struct socket *sock, struct socket *new, int flags,
		     bool kern)
{
	struct sock *sk = sock->sk;
	struct sk_buff *syn;
	long timeout;
	int err;

	lock_sock(sk);
	timeout = sock_rcvtimeo(sk, flags & O_NONBLOCK);
	syn = wait_syn(sk, &timeout);
	if (IS_ERR(syn)) {
		err = PTR_ERR(syn);
		goto out;
	}
	err = tipc_sock_create(sock_net(sk), new, 0, kern);
	if (!err) {
		security_sk_clone(sk, new->sk);
		err = answer(tipc_sock(new->sk), syn);
	}
	if (err)
		/* Whoever asked need not ask again. */
		__skb_queue_head(&sk->sk_receive_queue, syn);
	else
		sk_acceptq_removed(sk);
out:
	release_sock(sk);
	return err;
}

/**
 * tipc_sock_shutdown() - end a connection
 * @sock: the socket
 * @how: %SHUT_RDWR; one direction alone cannot be ended
 *
 * Return: 0, -EINVAL, -ENOTCONN.
 */
int tipc_sock_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err = 0;

	if (how != SHUT_RDWR)
		return -EINVAL;
	lock_sock(sk);
	if (sk->sk_state == TIPC_S_CONNECTED && tipc_sock_connects(sk)) {
		tipc_sock_disconnect(sk, TIPC_CONN_SHUTDOWN);
	} else if (sk->sk_state != TIPC_S_DISCONNECTED) {
		/* Whoever waits for something is woken up all the same. */
		sk->sk_shutdown = SHUTDOWN_MASK;
		err = -ENOTCONN;
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

/**
 * tipc_sock_socketpair() - connect two new sockets
 * @sock1: one
 * @sock2: the other
 *
 * Return: 0.
 */
int tipc_sock_socketpair(struct socket *sock1, struct socket *sock2)
{
	struct tipc_sock *tsk1 = tipc_sock(sock1->sk);
	struct tipc_sock *tsk2 = tipc_sock(sock2->sk);

	tsk1->dest = (struct sockaddr_tipc){ .family = AF_TIPC,
		.addrtype = TIPC_SOCKET_ADDR,
		.addr.id = { .ref = tsk2->port.ref } };
	tsk2->dest = (struct sockaddr_tipc){ .family = AF_TIPC,
		.addrtype = TIPC_SOCKET_ADDR,
		.addr.id = { .ref = tsk1->port.ref } };
	tipc_sock_connected(tsk1, 0, tsk2->port.ref);
	tipc_sock_connected(tsk2, 0, tsk1->port.ref);
	return 0;
}
