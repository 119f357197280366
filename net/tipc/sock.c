// SPDX-License-Identifier: GPL-2.0
#include "sock.h"

#include <linux/module.h>
#include <linux/net.h>
#include <linux/poll.h>

#include "conns.h"
#include "net.h"
#include "route.h"

/* Bytes of messages that wait to be read; for mainline's users it is the same. */
#define RCVBUF_DEFAULT	(2 << 20)

#define CONN_TIMEOUT_MS	8000

struct proto tipc_proto = {
	.name		= "TIPC",
	.owner		= THIS_MODULE,
	.obj_size	= sizeof(struct tipc_sock),
};

static void destruct(struct sock *sk)
{
	__skb_queue_purge(&sk->sk_receive_queue);
}

/* Takes all there is to read off the queue; who sent it is told. */
static void return_unread(struct sock *sk, u32 error,
			  struct sk_buff_head *replies)
{
	struct net *net = sock_net(sk);
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(&sk->sk_receive_queue))) {
		skb_orphan(skb);
		/* Of what a reader has begun with, nothing goes back. */
		if (tipc_sock_cb(skb)->done) {
			kfree_skb(skb);
			continue;
		}
		skb = tipc_returned(net, skb, error);
		if (skb)
			__skb_queue_tail(replies, skb);
	}
}

/**
 * tipc_sock_release() - close a socket
 * @sock: the socket
 *
 * What nobody has read goes back to its senders.
 *
 * Return: 0.
 */
int tipc_sock_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct sk_buff_head replies;
	struct tipc_sock *tsk;
	struct net *net;

	if (!sk)
		return 0;
	net = sock_net(sk);
	tsk = tipc_sock(sk);
	__skb_queue_head_init(&replies);

	lock_sock(sk);
	sk->sk_shutdown = SHUTDOWN_MASK;
	tipc_sock_unbind_all(tsk);
	tipc_sock_wait_no_more(tsk);
	tipc_sock_retry_stop(tsk);
	if (sk->sk_state == TIPC_S_CONNECTED && tipc_sock_connects(sk))
		tipc_sock_disconnect(sk, TIPC_ERR_NO_PORT);
	return_unread(sk, TIPC_ERR_NO_PORT, &replies);
	sk->sk_state = TIPC_S_DISCONNECTED;
	tipc_conns_forget(tsk->tn, &tsk->conn);
	tipc_port_del(&tsk->tn->ports, &tsk->port);
	sock_orphan(sk);
	sock->sk = NULL;
	/* What is in the backlog is turned down in that state. */
	release_sock(sk);

	tipc_xmit_replies(net, &replies);
	sock_put(sk);
	return 0;
}

/**
 * tipc_sock_poll() - what can be done with a socket without waiting
 * @file: its file
 * @sock: the socket
 * @wait: poll table
 *
 * Return: poll flags.
 */
__poll_t tipc_sock_poll(struct file *file, struct socket *sock,
			poll_table *wait)
{
	struct sock *sk = sock->sk;
	__poll_t mask = 0;
	u8 shutdown;

	/* Who changes something from here on wakes us up. */
	sock_poll_wait(file, sock, wait);
	shutdown = READ_ONCE(sk->sk_shutdown);
	if (shutdown & RCV_SHUTDOWN)
		mask |= EPOLLRDHUP | EPOLLIN | EPOLLRDNORM;
	if (shutdown == SHUTDOWN_MASK)
		mask |= EPOLLHUP;

	switch (READ_ONCE(sk->sk_state)) {
	case TIPC_S_CONNECTED:
		if (!tipc_conn_is_congested(&tipc_sock(sk)->conn) &&
		    !READ_ONCE(tipc_sock(sk)->waits_for))
			mask |= EPOLLOUT;
		break;
	case TIPC_S_OPEN:
		if (!READ_ONCE(tipc_sock(sk)->waits_for))
			mask |= EPOLLOUT;
		break;
	case TIPC_S_DISCONNECTED:
		return mask | EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	}
	if (!skb_queue_empty_lockless(&sk->sk_receive_queue))
		mask |= EPOLLIN | EPOLLRDNORM;
	return mask;
}

static const struct proto_ops datagram_ops = {
	.owner		= THIS_MODULE,
	.family		= AF_TIPC,
	.release	= tipc_sock_release,
	.bind		= tipc_sock_bind,
	.connect	= tipc_sock_connect,
	.socketpair	= tipc_sock_socketpair,
	.accept		= sock_no_accept,
	.getname	= tipc_sock_getname,
	.poll		= tipc_sock_poll,
	.ioctl		= tipc_sock_ioctl,
	.listen		= sock_no_listen,
	.shutdown	= tipc_sock_shutdown,
	.setsockopt	= tipc_sock_setsockopt,
	.getsockopt	= tipc_sock_getsockopt,
	.sendmsg	= tipc_sock_sendmsg,
	.recvmsg	= tipc_sock_recvmsg,
	.mmap		= sock_no_mmap,
};

static int accept(struct socket *sock, struct socket *new, ACCEPT_PARAMS)
{
	return tipc_sock_accept(sock, new, ACCEPT_FLAGS, ACCEPT_KERN);
}

static const struct proto_ops connection_ops = {
	.owner		= THIS_MODULE,
	.family		= AF_TIPC,
	.release	= tipc_sock_release,
	.bind		= tipc_sock_bind,
	.connect	= tipc_sock_connect,
	.socketpair	= tipc_sock_socketpair,
	.accept		= accept,
	.getname	= tipc_sock_getname,
	.poll		= tipc_sock_poll,
	.ioctl		= tipc_sock_ioctl,
	.listen		= tipc_sock_listen,
	.shutdown	= tipc_sock_shutdown,
	.setsockopt	= tipc_sock_setsockopt,
	.getsockopt	= tipc_sock_getsockopt,
	.sendmsg	= tipc_sock_sendmsg,
	.recvmsg	= tipc_sock_recvmsg,
	.mmap		= sock_no_mmap,
};

/**
 * tipc_sock_create() - make a socket
 * @net: the namespace
 * @sock: its type is set
 * @protocol: must be 0
 * @kern: it is the kernel's own
 *
 * Return: 0, -EPROTONOSUPPORT, -EPROTOTYPE, -ENOMEM.
 */
int tipc_sock_create(struct net *net, struct socket *sock, int protocol,
		     int kern)
{
	struct tipc_sock *tsk;
	struct sock *sk;
	int err;

	if (protocol)
		return -EPROTONOSUPPORT;
	switch (sock->type) {
	case SOCK_STREAM:
	case SOCK_SEQPACKET:
		sock->ops = &connection_ops;
		break;
	case SOCK_DGRAM:
	case SOCK_RDM:
		sock->ops = &datagram_ops;
		break;
	default:
		return -EPROTOTYPE;
	}
	sk = sk_alloc(net, AF_TIPC, GFP_KERNEL, &tipc_proto, kern);
	if (!sk)
		return -ENOMEM;
	sock_init_data(sock, sk);
	sock->state = SS_UNCONNECTED;
	sk->sk_state = TIPC_S_OPEN;
	sk->sk_backlog_rcv = tipc_sock_backlog_rcv;
	sk->sk_rcvbuf = RCVBUF_DEFAULT;
	sk->sk_destruct = destruct;
	/* Messages find it under RCU. */
	sock_set_flag(sk, SOCK_RCU_FREE);

	tsk = tipc_sock(sk);
	tsk->tn = tipc_net(net);
	INIT_LIST_HEAD(&tsk->publs);
	tsk->conn_timeout = CONN_TIMEOUT_MS;
	tipc_sock_retry_init(tsk);
	tsk->src_droppable = sock->type == SOCK_DGRAM;
	tsk->dest_droppable = !tipc_sock_connects(sk);
	tsk->port.ops = &tipc_sock_port_ops;
	err = tipc_port_add(&tsk->tn->ports, &tsk->port);
	if (err) {
		sock->sk = NULL;
		sock_orphan(sk);
		sock_put(sk);
		return err;
	}
	tipc_conn_init(&tsk->conn, tsk->port.ref);
	return 0;
}

static const struct net_proto_family tipc_family = {
	.owner	= THIS_MODULE,
	.family	= AF_TIPC,
	.create	= tipc_sock_create,
};

/**
 * tipc_sock_setup() - let sockets be made
 *
 * Return: 0; -EEXIST if the kernel has another tipc; another negative errno.
 */
int tipc_sock_setup(void)
{
	int err = proto_register(&tipc_proto, 1);

	if (err)
		return err;
	err = sock_register(&tipc_family);
	if (err)
		proto_unregister(&tipc_proto);
	return err;
}

/**
 * tipc_sock_teardown() - let no more sockets be made
 *
 * There are none left: each holds the module. Some may not be freed yet.
 */
void tipc_sock_teardown(void)
{
	sock_unregister(AF_TIPC);
	rcu_barrier();
	proto_unregister(&tipc_proto);
}
