// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for a node that takes no more messages at the moment.
 */
#include "sock.h"

#include "net.h"
#include "route.h"
#include "upper.h"

/**
 * tipc_sock_wait() - sleep until something is so
 * @sk: the socket, locked; unlocked meanwhile
 * @timeout: jiffies to wait; what is left of them
 * @exclusive: of several that wait likewise one is woken up
 * @is_so: whether it is; also called while the socket is not locked
 *
 * Return: 0 if it is so; -EAGAIN if there is no time left; -EINTR or -ERESTARTSYS.
 */
int tipc_sock_wait(struct sock *sk, long *timeout, bool exclusive,
		   bool (*is_so)(const struct sock *sk))
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int err = 0;

	if (is_so(sk))
		return 0;
	if (exclusive)
		add_wait_queue_exclusive(sk_sleep(sk), &wait);
	else
		add_wait_queue(sk_sleep(sk), &wait);
	while (!is_so(sk)) {
		err = -EAGAIN;
		if (!*timeout)
			break;
		err = sock_intr_errno(*timeout);
		if (signal_pending(current))
			break;
		sk_wait_event(sk, timeout, is_so(sk), &wait);
		err = 0;
	}
	remove_wait_queue(sk_sleep(sk), &wait);
	return err;
}

/* Has tipc_sk_wakeup() know of the socket. */
static void wait_for(struct tipc_sock *tsk, u32 node)
{
	struct tipc_net *tn = tsk->tn;

	spin_lock_bh(&tn->waiting_lock);
	if (!tsk->waits_for)
		list_add_tail(&tsk->of_waiting, &tn->waiting);
	WRITE_ONCE(tsk->waits_for, node);
	spin_unlock_bh(&tn->waiting_lock);
}

/**
 * tipc_sock_wait_no_more() - a socket does not wait for a node any more
 * @tsk: the socket
 *
 * Context: the socket is locked.
 */
void tipc_sock_wait_no_more(struct tipc_sock *tsk)
{
	struct tipc_net *tn = tsk->tn;

	spin_lock_bh(&tn->waiting_lock);
	if (tsk->waits_for) {
		list_del(&tsk->of_waiting);
		WRITE_ONCE(tsk->waits_for, 0);
		/* Another thread may wait with the same socket. */
		tsk->sk.sk_write_space(&tsk->sk);
	}
	spin_unlock_bh(&tn->waiting_lock);
}

void tipc_sk_wakeup(struct net *net, u32 node, u32 importance)
{
	struct tipc_net *tn = tipc_net(net);
	struct tipc_sock *tsk, *next;

	spin_lock_bh(&tn->waiting_lock);
	list_for_each_entry_safe(tsk, next, &tn->waiting, of_waiting) {
		if (tsk->waits_for != node ||
		    READ_ONCE(tsk->importance) > importance)
			continue;
		list_del(&tsk->of_waiting);
		WRITE_ONCE(tsk->waits_for, 0);
		tsk->sk.sk_write_space(&tsk->sk);
	}
	spin_unlock_bh(&tn->waiting_lock);
}

static bool waits_no_more(const struct sock *sk)
{
	return !READ_ONCE(tipc_sock(sk)->waits_for) ||
	       sk->sk_state == TIPC_S_DISCONNECTED;
}

/* Waits until the node takes messages again, or is lost. */
static int wait(struct tipc_sock *tsk, long *timeout)
{
	int err = tipc_sock_wait(&tsk->sk, timeout, false, waits_no_more);

	if (err || !READ_ONCE(tsk->waits_for))
		return err;
	return -EPIPE;
}

/**
 * tipc_sock_xmit() - send a socket's message
 * @tsk: the socket
 * @skb: the message; freed in any case
 * @node: the node it goes to, 0 for this one
 * @timeout: jiffies to wait if the node takes no more; what is left of them
 *
 * What may be dropped by its sender is, instead of waiting.
 *
 * Context: the socket is locked, and may be unlocked meanwhile.
 * Return: 0, -EHOSTUNREACH, -EAGAIN, -EINTR, -EPIPE.
 */
int tipc_sock_xmit(struct tipc_sock *tsk, struct sk_buff *skb, u32 node,
		   long *timeout)
{
	struct net *net = sock_net(&tsk->sk);
	int err;

	for (;;) {
		err = tipc_try_xmit(net, skb, node, tsk->port.ref);
		if (err != -EAGAIN)
			break;
		if (tsk->src_droppable) {
			kfree_skb(skb);
			return 0;
		}
		/* It may have become free before it knew of us. */
		wait_for(tsk, node);
		err = tipc_try_xmit(net, skb, node, tsk->port.ref);
		if (err != -EAGAIN) {
			tipc_sock_wait_no_more(tsk);
			break;
		}
		err = wait(tsk, timeout);
		if (err)
			break;
	}
	if (err)
		kfree_skb(skb);
	return err;
}
