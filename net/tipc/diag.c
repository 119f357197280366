// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets as ss(8) shows them.
 */
#include <linux/module.h>
#include <linux/sock_diag.h>
#include <linux/tipc_sockets_diag.h>

#include "netlink.h"
#include "sock.h"

static int put_stat(struct sk_buff *skb, struct tipc_sock *tsk)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_SOCK_STAT);
	struct sock *sk = &tsk->sk;

	if (!nest ||
	    nla_put_u32(skb, TIPC_NLA_SOCK_STAT_RCVQ,
			skb_queue_len_lockless(&sk->sk_receive_queue)) ||
	    nla_put_u32(skb, TIPC_NLA_SOCK_STAT_SENDQ,
			READ_ONCE(tsk->conn.unacked)) ||
	    nla_put_u32(skb, TIPC_NLA_SOCK_STAT_DROP,
			atomic_read(&sk->sk_drops)) ||
	    (tipc_conn_is_congested(&tsk->conn) &&
	     nla_put_flag(skb, TIPC_NLA_SOCK_STAT_CONN_CONG)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_sock(struct sk_buff *skb, struct netlink_callback *cb,
		    struct tipc_sock *tsk)
{
	struct user_namespace *user = sk_user_ns(NETLINK_CB(cb->skb).sk);
	struct sock *sk = &tsk->sk;
	u32 cookie[2];

	sock_diag_save_cookie(sk, cookie);
	return tipc_nl_sock_put(skb, tsk) ?:
	       nla_put_u32(skb, TIPC_NLA_SOCK_TYPE, sk->sk_type) ?:
	       nla_put_u32(skb, TIPC_NLA_SOCK_TIPC_STATE,
			   READ_ONCE(sk->sk_state)) ?:
	       nla_put_u32(skb, TIPC_NLA_SOCK_INO, sock_i_ino(sk)) ?:
	       nla_put_u32(skb, TIPC_NLA_SOCK_UID,
			   from_kuid_munged(user, sock_i_uid(sk))) ?:
	       nla_put_u64_64bit(skb, TIPC_NLA_SOCK_COOKIE,
				 (u64)cookie[1] << 32 | cookie[0],
				 TIPC_NLA_SOCK_PAD) ?:
	       put_stat(skb, tsk);
}

static int fill(struct sk_buff *skb, struct netlink_callback *cb,
		struct tipc_sock *tsk)
{
	const struct tipc_sock_diag_req *req = nlmsg_data(cb->nlh);
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	if (!(req->tidiag_states & 1 << READ_ONCE(tsk->sk.sk_state)))
		return 0;
	nlh = nlmsg_put_answer(skb, cb, SOCK_DIAG_BY_FAMILY, 0, NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	nest = nla_nest_start_noflag(skb, TIPC_NLA_SOCK);
	if (!nest || put_sock(skb, cb, tsk)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	nlmsg_end(skb, nlh);
	return 0;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_sock_walk(skb, cb, fill);
}

static int request(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	struct netlink_dump_control control = {
		.start	= tipc_nl_sock_start,
		.dump	= dump,
		.done	= tipc_nl_sock_done,
		.module	= THIS_MODULE,
	};

	if (nlmsg_len(nlh) < sizeof(struct tipc_sock_diag_req))
		return -EINVAL;
	if (!(nlh->nlmsg_flags & NLM_F_DUMP))
		return -EOPNOTSUPP;
	return netlink_dump_start(sock_net(skb->sk)->diag_nlsk, skb, nlh,
				  &control);
}

static const struct sock_diag_handler handler = {
	.owner	= THIS_MODULE,
	.family	= AF_TIPC,
	.dump	= request,
};

/**
 * tipc_diag_setup() - answer ss(8)
 *
 * Return: 0 or a negative errno.
 */
int __init tipc_diag_setup(void)
{
	return sock_diag_register(&handler);
}

/**
 * tipc_diag_teardown() - answer ss(8) no more
 */
void tipc_diag_teardown(void)
{
	sock_diag_unregister(&handler);
}
