// SPDX-License-Identifier: GPL-2.0
/*
 * A listener that has no room turns down who wants a connection, and the first
 * message comes back. It is sent again a little later, and each time later, until
 * connect() would have waited for long enough.
 */
#include "sock.h"

#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/random.h>

#include "net.h"

/* The first delay is at most so many ms, each further one twice as many. */
#define DELAY_MS	16
#define DOUBLED_MAX	8

/* A delay is at most that part of the time there is. */
#define DELAYS_MIN	4

static bool put_off(struct tipc_sock *tsk)
{
	u32 most = DELAY_MS << min_t(u32, tsk->syn_tries, DOUBLED_MAX);
	unsigned long delay;

	most = min_t(u32, most, tsk->conn_timeout / DELAYS_MIN);
	delay = 1 + msecs_to_jiffies(reciprocal_scale(get_random_u32(), most));
	if (time_after(jiffies + delay, tsk->syn_end))
		return false;
	tsk->syn_tries++;
	if (queue_delayed_work(tipc_wq, &tsk->retry, delay))
		sock_hold(&tsk->sk);
	return true;
}

static void retry(struct work_struct *work)
{
	struct tipc_sock *tsk = container_of(to_delayed_work(work),
					     struct tipc_sock, retry);
	struct sk_buff *back;
	int err;

	lock_sock(&tsk->sk);
	back = tsk->refused;
	if (!back || tsk->sk.sk_state != TIPC_S_CONNECTING)
		goto out;
	tsk->refused = NULL;
	err = tipc_sock_syn_again(tsk, back);
	if (!err)
		kfree_skb(back);
	else if (err != -EHOSTUNREACH && put_off(tsk))
		tsk->refused = back;
	else
		tipc_sock_refused(&tsk->sk, back);
out:
	release_sock(&tsk->sk);
	sock_put(&tsk->sk);
}

/**
 * tipc_sock_retry_init() - prepare a new socket
 * @tsk: the socket
 */
void tipc_sock_retry_init(struct tipc_sock *tsk)
{
	INIT_DELAYED_WORK(&tsk->retry, retry);
}

/**
 * tipc_sock_retry_start() - a connection begins
 * @tsk: the socket
 * @syn_len: bytes of data in the first message
 *
 * Context: the socket is locked.
 */
void tipc_sock_retry_start(struct tipc_sock *tsk, size_t syn_len)
{
	tsk->syn_len = syn_len;
	tsk->syn_tries = 0;
	tsk->syn_end = jiffies + msecs_to_jiffies(tsk->conn_timeout);
}

/* Sends it no more; returns the message that came back, if it is here. */
static struct sk_buff *stop(struct tipc_sock *tsk)
{
	struct sk_buff *back = tsk->refused;

	if (cancel_delayed_work(&tsk->retry))
		sock_put(&tsk->sk);
	tsk->refused = NULL;
	return back;
}

/**
 * tipc_sock_retry_stop() - the socket is closed
 * @tsk: the socket
 *
 * Context: the socket is locked.
 */
void tipc_sock_retry_stop(struct tipc_sock *tsk)
{
	kfree_skb(stop(tsk));
}

/**
 * tipc_sock_retry_give_up() - connect() has waited for long enough
 * @tsk: the socket, connecting
 *
 * If the last that was heard is that there is no room, the connection is refused
 * now, whichever of the two delays is seen to be over first.
 *
 * Context: the socket is locked.
 */
void tipc_sock_retry_give_up(struct tipc_sock *tsk)
{
	struct sk_buff *back = stop(tsk);

	if (back)
		tipc_sock_refused(&tsk->sk, back);
}

/**
 * tipc_sock_retry_later() - whether the first message of a connection, which has
 *	come back, will be sent again
 * @tsk: the socket, connecting
 * @back: the message; taken if it will be
 *
 * What had more data than comes back will not.
 *
 * Context: the socket is locked.
 * Return: whether it will.
 */
bool tipc_sock_retry_later(struct tipc_sock *tsk, struct sk_buff *back)
{
	const struct tipc_msg *msg = tipc_msg(back);

	if (tipc_get(msg, TIPC_F_ERROR) != TIPC_ERR_OVERLOAD ||
	    tipc_body_size(msg) != tsk->syn_len || tsk->refused ||
	    skb_linearize(back) || !put_off(tsk))
		return false;
	tsk->refused = back;
	return true;
}
