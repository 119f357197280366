// SPDX-License-Identifier: GPL-2.0
/*
 * Options of sockets.
 */
#include "sock.h"

#include <linux/in.h>
#include <linux/sockptr.h>
#include <linux/uaccess.h>

/* What libraries set on any stream, such as TCP_NODELAY, is not for us. */
static bool is_for_tcp(const struct sock *sk, int level)
{
	return level == IPPROTO_TCP && sk->sk_type == SOCK_STREAM;
}

static int set_value(struct tipc_sock *tsk, int name, u32 value)
{
	switch (name) {
	case TIPC_IMPORTANCE:
		if (value > TIPC_CRITICAL_IMPORTANCE)
			return -EINVAL;
		tsk->importance = value;
		return 0;
	case TIPC_SRC_DROPPABLE:
		if (tsk->sk.sk_type == SOCK_STREAM)
			return -ENOPROTOOPT;
		tsk->src_droppable = value;
		return 0;
	case TIPC_DEST_DROPPABLE:
		tsk->dest_droppable = value;
		return 0;
	case TIPC_CONN_TIMEOUT:
		tsk->conn_timeout = min_t(u32, value, U16_MAX);
		return 0;
	case TIPC_NODELAY:
		/* Nothing is held back to begin with. */
		return 0;
	default:
		return -EINVAL;
	}
}

/* Options without a value. */
static int set_flag(int name)
{
	switch (name) {
	case TIPC_MCAST_BROADCAST:
	case TIPC_MCAST_REPLICAST:
		/* A multicast is copied in any case. */
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * tipc_sock_setsockopt() - set an option
 * @sock: the socket
 * @level: %SOL_TIPC
 * @name: the option
 * @value: where its value is
 * @len: bytes of the value
 *
 * Return: 0, -EINVAL, -ENOPROTOOPT, -EOPNOTSUPP, -EFAULT.
 */
int tipc_sock_setsockopt(struct socket *sock, int level, int name,
			 sockptr_t value, unsigned int len)
{
	struct sock *sk = sock->sk;
	u32 word;
	int err;

	if (is_for_tcp(sk, level))
		return 0;
	if (level != SOL_TIPC)
		return -ENOPROTOOPT;
	switch (name) {
	case TIPC_MCAST_BROADCAST:
	case TIPC_MCAST_REPLICAST:
	case TIPC_GROUP_LEAVE:
		return len ? -EINVAL : set_flag(name);
	case TIPC_GROUP_JOIN:
		return len < sizeof(struct tipc_group_req) ? -EINVAL :
							     -EOPNOTSUPP;
	}
	if (len < sizeof(word))
		return -EINVAL;
	if (copy_from_sockptr(&word, value, sizeof(word)))
		return -EFAULT;
	lock_sock(sk);
	err = set_value(tipc_sock(sk), name, word);
	release_sock(sk);
	return err;
}

static int get_value(const struct tipc_sock *tsk, int name, u32 *value)
{
	switch (name) {
	case TIPC_IMPORTANCE:
		*value = tsk->importance;
		return 0;
	case TIPC_SRC_DROPPABLE:
		*value = tsk->src_droppable;
		return 0;
	case TIPC_DEST_DROPPABLE:
		*value = tsk->dest_droppable;
		return 0;
	case TIPC_CONN_TIMEOUT:
		*value = tsk->conn_timeout;
		return 0;
	case TIPC_SOCK_RECVQ_DEPTH:
		*value = skb_queue_len(&tsk->sk.sk_receive_queue);
		return 0;
	case TIPC_SOCK_RECVQ_USED:
		*value = atomic_read(&tsk->sk.sk_rmem_alloc);
		return 0;
	case TIPC_NODE_RECVQ_DEPTH:
	case TIPC_GROUP_JOIN:
		*value = 0;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * tipc_sock_getsockopt() - read an option
 * @sock: the socket
 * @level: %SOL_TIPC
 * @name: the option
 * @value: where its value goes
 * @len: bytes there is room for, and then of the value
 *
 * Return: 0, -EINVAL, -ENOPROTOOPT, -EFAULT.
 */
int tipc_sock_getsockopt(struct socket *sock, int level, int name,
			 char __user *value, int __user *len)
{
	struct sock *sk = sock->sk;
	int room, err;
	u32 word;

	if (is_for_tcp(sk, level))
		return put_user(0, len);
	if (level != SOL_TIPC)
		return -ENOPROTOOPT;
	if (get_user(room, len))
		return -EFAULT;
	lock_sock(sk);
	err = get_value(tipc_sock(sk), name, &word);
	release_sock(sk);
	if (err)
		return err;
	if (room < (int)sizeof(word))
		return -EINVAL;
	if (copy_to_user(value, &word, sizeof(word)))
		return -EFAULT;
	return put_user((int)sizeof(word), len);
}
