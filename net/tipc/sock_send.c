// SPDX-License-Identifier: GPL-2.0
/*
 * Writing messages.
 */
#include "sock.h"

#include <linux/uio.h>
#include <linux/xarray.h>

#include "conns.h"
#include "net.h"
#include "route.h"

/* Up to so many bytes of a message are in one piece, the others in pages. */
#define LINEAR_MAX	(PAGE_SIZE - TIPC_HEADROOM - TIPC_HDR_MAX - \
			 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/* Memory of a long message comes in pieces of at most this order. */
#define PAGES_ORDER	3

/* Room for a message. What is short and leaves this node is cloned on its way. */
static struct sk_buff *alloc(struct tipc_sock *tsk, u32 hdr_size, u32 len,
			     bool leaves)
{
	u32 linear = min_t(u32, len, LINEAR_MAX);
	u32 size = TIPC_HEADROOM + hdr_size + linear;
	gfp_t gfp = tsk->sk.sk_allocation;
	struct sk_buff *skb;
	int err = -ENOMEM;

	if (len > linear)
		skb = alloc_skb_with_frags(size, len - linear, PAGES_ORDER,
					   &err, gfp);
	else
		skb = leaves ? alloc_skb_fclone(size, gfp) :
			       alloc_skb(size, gfp);
	if (!skb)
		return ERR_PTR(err);
	skb_reserve(skb, TIPC_HEADROOM);
	skb_put(skb, hdr_size + linear);
	skb->data_len = len - linear;
	skb->len += len - linear;
	return skb;
}

/*
 * A message with data of a user, without a destination. Whether it leaves this node
 * decides how it is allocated, and nothing else.
 */
static struct sk_buff *build(struct tipc_sock *tsk, enum tipc_data_type type,
			     u32 hdr_size, struct msghdr *m, u32 len,
			     bool leaves)
{
	struct iov_iter *from = &m->msg_iter;
	struct tipc_msg *msg;
	struct sk_buff *skb;
	bool copied;

	skb = alloc(tsk, hdr_size, len, leaves);
	if (IS_ERR(skb))
		return skb;
	msg = tipc_msg(skb);
	tipc_msg_init(msg, tipc_sock_self(tsk), tsk->importance,
		      type, hdr_size, 0);
	tipc_set(msg, TIPC_F_SIZE, hdr_size + len);
	tipc_set(msg, TIPC_F_SRC_DROPPABLE, tsk->src_droppable);
	tipc_set(msg, TIPC_F_DEST_DROPPABLE, tsk->dest_droppable);
	tipc_set(msg, TIPC_F_ORIG_PORT, tsk->port.ref);
	if (!len)
		return skb;
	if (skb_is_nonlinear(skb))
		copied = !skb_copy_datagram_from_iter(skb, hdr_size, from, len);
	else
		copied = copy_from_iter_full(skb->data + hdr_size, len, from);
	if (!copied) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	return skb;
}

/**
 * struct target - where a message goes
 * @type: what kind of message that makes it
 * @hdr_size: bytes of its header
 * @node: the node, 0 for this one
 * @port: the socket
 */
struct target {
	enum tipc_data_type type;
	u32 hdr_size;
	u32 node;
	u32 port;
};

/* Finds one socket for an address that is one of a socket or a service. */
static int find_target(const struct tipc_sock *tsk,
		       const struct sockaddr_tipc *dest, struct target *target)
{
	u32 domain = dest->addr.name.domain, self = tipc_sock_self(tsk);
	bool near_only = dest->scope == TIPC_NODE_SCOPE;
	struct tipc_dest found;

	if (dest->addrtype == TIPC_SOCKET_ADDR) {
		*target = (struct target){ TIPC_T_DIRECT, TIPC_HDR_DIRECT,
			dest->addr.id.node, dest->addr.id.ref };
		if (target->node == self)
			target->node = 0;
		return 0;
	}
	if (domain && domain == self) {
		domain = 0;
		near_only = true;
	}
	if (!tipc_names_lookup(&tsk->tn->names,
			       dest->addr.name.name.type,
			       dest->addr.name.name.instance, domain,
			       near_only, &found))
		return -EHOSTUNREACH;
	*target = (struct target){ TIPC_T_NAMED, TIPC_HDR_NAMED,
		found.near ? 0 : found.node, found.port };
	return 0;
}

static void set_scope(struct tipc_msg *msg, const struct sockaddr_tipc *dest)
{
	tipc_set(msg, TIPC_F_SCOPE, dest->scope == TIPC_NODE_SCOPE ?
				    TIPC_NODE_SCOPE : TIPC_CLUSTER_SCOPE);
}

static void set_target(struct tipc_sock *tsk, struct sk_buff *skb,
		       const struct target *target,
		       const struct sockaddr_tipc *dest)
{
	struct tipc_msg *msg = tipc_msg(skb);

	tipc_set(msg, TIPC_F_DEST_NODE,
		 target->node ?: tipc_sock_self(tsk));
	tipc_set(msg, TIPC_F_DEST_PORT, target->port);
	if (target->type != TIPC_T_NAMED)
		return;
	set_scope(msg, dest);
	tipc_set(msg, TIPC_F_NAME_TYPE, dest->addr.name.name.type);
	tipc_set(msg, TIPC_F_NAME_LOWER, dest->addr.name.name.instance);
}

/*
 * Sends a copy to each other node that has somebody bound. One that is lost
 * meanwhile is none any more. Returns how many got one, or why it ended.
 */
static int replicate(struct tipc_sock *tsk, struct sk_buff *skb, long *timeout)
{
	struct sk_buff *copy;
	struct xarray nodes;
	unsigned long node;
	int err, n = 0;
	void *entry;

	xa_init(&nodes);
	err = tipc_mcast_nodes(sock_net(&tsk->sk), tipc_msg(skb), &nodes);
	if (err)
		goto out;
	xa_for_each(&nodes, node, entry) {
		copy = pskb_copy(skb, tsk->sk.sk_allocation);
		if (!copy) {
			err = -ENOMEM;
			goto out;
		}
		tipc_set(tipc_msg(copy), TIPC_F_DEST_NODE, node);
		tipc_set(tipc_msg(copy), TIPC_F_RCAST, 1);
		err = tipc_sock_xmit(tsk, copy, node, timeout);
		if (!err)
			n++;
		else if (err != -EHOSTUNREACH)
			goto out;
	}
	err = 0;
out:
	xa_destroy(&nodes);
	/* What has gone out cannot be taken back. */
	return n ?: err;
}

static int send_mcast(struct tipc_sock *tsk, const struct sockaddr_tipc *dest,
		      struct msghdr *m, size_t len, long timeout)
{
	const struct tipc_service_range *range = &dest->addr.nameseq;
	struct tipc_msg *msg;
	struct sk_buff *skb;
	int n, far = 0;

	skb = build(tsk, TIPC_T_MCAST, TIPC_HDR_MCAST, m, len, false);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	msg = tipc_msg(skb);
	set_scope(msg, dest);
	tipc_set(msg, TIPC_F_NAME_TYPE, range->type);
	tipc_set(msg, TIPC_F_NAME_LOWER, range->lower);
	tipc_set(msg, TIPC_F_NAME_UPPER, range->upper);
	if (dest->scope != TIPC_NODE_SCOPE)
		far = replicate(tsk, skb, &timeout);
	n = far < 0 ? far : tipc_mcast_near(sock_net(&tsk->sk), skb);
	kfree_skb(skb);
	if (n < 0 && far <= 0)
		return n;
	return n > 0 || far ? len : -EHOSTUNREACH;
}

static int send_datagram(struct tipc_sock *tsk,
			 const struct sockaddr_tipc *dest, struct msghdr *m,
			 size_t len, long timeout)
{
	struct target target;
	struct sk_buff *skb;
	int err;

	if (!dest)
		dest = &tsk->dest;
	if (!dest->family)
		return -EDESTADDRREQ;
	if (dest->addrtype == TIPC_SERVICE_RANGE)
		return send_mcast(tsk, dest, m, len, timeout);
	err = find_target(tsk, dest, &target);
	if (err)
		return err;
	skb = build(tsk, target.type, target.hdr_size, m, len, target.node);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	set_target(tsk, skb, &target, dest);
	err = tipc_sock_xmit(tsk, skb, target.node, &timeout);
	return err ?: len;
}

/* Sends the first message of a connection. */
static int xmit_syn(struct tipc_sock *tsk, struct sk_buff *skb,
		    const struct target *target, long *timeout)
{
	set_target(tsk, skb, target, &tsk->dest);
	tipc_set(tipc_msg(skb), TIPC_F_SYN, 1);
	tipc_conns_set_peer(tsk->tn, &tsk->conn, target->node, target->port);
	return tipc_sock_xmit(tsk, skb, target->node, timeout);
}

/**
 * tipc_sock_syn() - begin a connection
 * @tsk: the socket, open
 * @dest: who with, the address of a socket or a service
 * @m: data for the first message
 * @len: bytes of it, maybe 0
 * @timeout: jiffies to wait if the node takes no more
 *
 * Context: the socket is locked, and may be unlocked meanwhile.
 * Return: 0 when the first message is on its way, -EINVAL, -EHOSTUNREACH,
 * -EOPNOTSUPP if it is for the socket itself, -EFAULT, -ENOMEM.
 */
int tipc_sock_syn(struct tipc_sock *tsk, const struct sockaddr_tipc *dest,
		  struct msghdr *m, size_t len, long timeout)
{
	struct target target;
	struct sk_buff *skb;
	int err;

	if (dest->addrtype == TIPC_SERVICE_RANGE)
		return -EINVAL;
	err = find_target(tsk, dest, &target);
	if (err)
		return err;
	/* Who is to accept, with itself in the way? */
	if (!target.node && target.port == tsk->port.ref)
		return -EOPNOTSUPP;
	skb = build(tsk, target.type, target.hdr_size, m, len, target.node);
	if (IS_ERR(skb))
		return PTR_ERR(skb);

	tsk->named = target.type == TIPC_T_NAMED;
	tsk->name = dest->addr.name.name;
	tsk->dest = *dest;
	tipc_sock_retry_start(tsk, len);
	tsk->sk.sk_state = TIPC_S_CONNECTING;
	err = xmit_syn(tsk, skb, &target, &timeout);
	if (err) {
		tsk->sk.sk_state = TIPC_S_OPEN;
		tipc_conns_forget(tsk->tn, &tsk->conn);
	}
	return err;
}

/**
 * tipc_sock_syn_again() - begin a connection once more
 * @tsk: the socket, connecting
 * @back: the first message as it came back, with all its data
 *
 * A service is looked up again, and another socket of it may be found.
 *
 * Context: process context, the socket is locked.
 * Return: 0 when the message is on its way, -EHOSTUNREACH, -EAGAIN, -ENOMEM.
 */
int tipc_sock_syn_again(struct tipc_sock *tsk, const struct sk_buff *back)
{
	const struct tipc_msg *old = tipc_msg(back);
	struct msghdr m = { };
	struct target target;
	struct sk_buff *skb;
	long timeout = 0;
	struct kvec data;
	int err;

	err = find_target(tsk, &tsk->dest, &target);
	if (err)
		return err;
	data.iov_base = back->data + tipc_hdr_size(old);
	data.iov_len = tipc_body_size(old);
	iov_iter_kvec(&m.msg_iter, ITER_SOURCE, &data, 1, data.iov_len);
	skb = build(tsk, target.type, target.hdr_size, &m, data.iov_len,
		    target.node);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	return xmit_syn(tsk, skb, &target, &timeout);
}

/* The first message of a connection, which has data. */
static int send_implied(struct tipc_sock *tsk, const struct sockaddr_tipc *dest,
			struct msghdr *m, size_t len, long timeout)
{
	int err;

	if (len > TIPC_MAX_USER_MSG_SIZE)
		return -EMSGSIZE;
	err = tipc_sock_syn(tsk, dest, m, len, timeout);
	if (err)
		return err;
	if (len && timeout) {
		err = tipc_sock_wait_connect(&tsk->sk, &timeout);
		if (err)
			return err;
	}
	return len;
}

static bool has_window_or_ended(const struct sock *sk)
{
	return sk->sk_state != TIPC_S_CONNECTED ||
	       !tipc_conn_is_congested(&tipc_sock(sk)->conn);
}

/* Waits until the peer takes more. */
static int wait_window(struct sock *sk, long *timeout)
{
	int err = tipc_sock_wait(sk, timeout, false, has_window_or_ended);

	if (err || sk->sk_state == TIPC_S_CONNECTED)
		return err;
	return sk->sk_state == TIPC_S_DISCONNECTED ? -EPIPE : -ENOTCONN;
}

static int send_conn_msg(struct tipc_sock *tsk, struct msghdr *m, u32 len,
			 long *timeout)
{
	struct sk_buff *skb;
	int err;

	skb = build(tsk, TIPC_T_CONN, TIPC_HDR_MIN, m, len,
		    tsk->conn.peer_node);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	tipc_set(tipc_msg(skb), TIPC_F_DEST_PORT, tsk->conn.peer_port);
	err = tipc_sock_xmit(tsk, skb, tsk->conn.peer_node, timeout);
	if (!err)
		tipc_conn_sent(&tsk->conn, TIPC_HDR_MIN + len);
	return err;
}

static int send_connected(struct tipc_sock *tsk, struct msghdr *m, size_t len,
			  long timeout)
{
	size_t sent = 0;
	int err;

	do {
		u32 part = min_t(size_t, len - sent, TIPC_MAX_USER_MSG_SIZE);

		err = wait_window(&tsk->sk, &timeout);
		if (!err)
			err = send_conn_msg(tsk, m, part, &timeout);
		if (err)
			break;
		sent += part;
	} while (sent < len);
	return sent ?: err;
}

static int send(struct tipc_sock *tsk, const struct sockaddr_tipc *dest,
		struct msghdr *m, size_t len)
{
	struct sock *sk = &tsk->sk;
	long timeout = sock_sndtimeo(sk, m->msg_flags & MSG_DONTWAIT);

	if (len > TIPC_MAX_USER_MSG_SIZE && sk->sk_type != SOCK_STREAM)
		return -EMSGSIZE;
	if (!tipc_sock_connects(sk))
		return send_datagram(tsk, dest, m, len, timeout);
	if (dest && sk->sk_state == TIPC_S_OPEN)
		return send_implied(tsk, dest, m, len, timeout);
	return send_connected(tsk, m, len, timeout);
}

/**
 * tipc_sock_sendmsg() - write
 * @sock: the socket
 * @m: what and where to; an address begins a connection if there is none
 * @len: bytes
 *
 * Return: number of bytes; -EINVAL, -EDESTADDRREQ, -EMSGSIZE, -EHOSTUNREACH if
 * nobody serves the address, -ENOTCONN, -EPIPE, -EAGAIN, -EINTR, -EFAULT,
 * -ENOMEM.
 */
int tipc_sock_sendmsg(struct socket *sock, struct msghdr *m, size_t len)
{
	DECLARE_SOCKADDR(struct sockaddr_tipc *, dest, m->msg_name);
	struct sock *sk = sock->sk;
	int ret;

	if (dest) {
		ret = tipc_addr_check(dest, m->msg_namelen);
		if (ret)
			return ret;
	}
	lock_sock(sk);
	ret = send(tipc_sock(sk), dest, m, len);
	release_sock(sk);
	return ret;
}
