/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets of the family AF_TIPC.
 */
#ifndef _TIPC_SOCK_H
#define _TIPC_SOCK_H

#include <linux/list.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/tipc.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "conn.h"
#include "msg.h"
#include "net.h"
#include "port.h"

/**
 * enum tipc_sock_state - &sock.sk_state; numbers that ss shows as what they mean
 * @TIPC_S_OPEN: not connected; all that datagram sockets know
 * @TIPC_S_LISTEN: takes connections
 * @TIPC_S_CONNECTING: has sent the first message of a connection
 * @TIPC_S_CONNECTED: has a peer
 * @TIPC_S_DISCONNECTED: had one, and never will again
 */
enum tipc_sock_state {
	TIPC_S_OPEN		= TCP_CLOSE,
	TIPC_S_LISTEN		= TCP_LISTEN,
	TIPC_S_CONNECTING	= TCP_SYN_SENT,
	TIPC_S_CONNECTED	= TCP_ESTABLISHED,
	TIPC_S_DISCONNECTED	= TCP_CLOSE_WAIT,
};

/**
 * struct tipc_sock - a socket
 * @sk: what all sockets have; its lock protects all below
 * @tn: the node that it is of, which stays as long as the socket
 * @port: where messages arrive
 * @publs: what it is bound to, by &tipc_publ.of_owner
 * @keys: number of bindings there have been, for &tipc_publ.key
 * @importance: %TIPC_LOW_IMPORTANCE to %TIPC_CRITICAL_IMPORTANCE
 * @src_droppable: what it sends may be dropped where the way is congested
 * @dest_droppable: what it sends is dropped if nobody takes it
 * @conn_timeout: ms that connect() waits
 * @dest: where messages without an address go, or who a connection is made with;
 *	family 0 if nowhere
 * @named: the connection was made to a service address
 * @name: that address
 * @conn: the connection
 * @retry: sends the first message of the connection again
 * @refused: that message as it came back; NULL if it has not
 * @syn_len: bytes of data it had
 * @syn_tries: how often it has been sent again
 * @syn_end: jiffies from when on that is not worth while
 * @waits_for: the node that takes no more messages, 0 if it does
 * @of_waiting: links it into &tipc_net.waiting meanwhile
 *
 * Life: from socket() to close(); the memory stays for a grace period, because
 * messages find it through its port under RCU. See locking.rst.
 */
struct tipc_sock {
	struct sock sk;
	struct tipc_net *tn;
	struct tipc_port port;
	struct list_head publs;
	u32 keys;
	u8 importance;
	bool src_droppable;
	bool dest_droppable;
	u16 conn_timeout;
	struct sockaddr_tipc dest;
	bool named;
	struct tipc_service_addr name;
	struct tipc_conn conn;
	struct delayed_work retry;
	struct sk_buff *refused;
	u32 syn_len;
	u32 syn_tries;
	unsigned long syn_end;
	u32 waits_for;
	struct list_head of_waiting;
};

/**
 * struct tipc_sock_cb - what is kept with a message in a socket's queue
 * @done: bytes of data that a stream's reader has taken
 */
struct tipc_sock_cb {
	u32 done;
};

static inline struct tipc_sock_cb *tipc_sock_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct tipc_sock_cb) > sizeof(skb->cb));
	return (struct tipc_sock_cb *)skb->cb;
}

static inline struct tipc_sock *tipc_sock(const struct sock *sk)
{
	return (struct tipc_sock *)sk;
}

/* The address of the node that it is of, see tipc_self(). */
static inline u32 tipc_sock_self(const struct tipc_sock *tsk)
{
	return READ_ONCE(tsk->tn->self);
}

/* Whether it is a socket that makes connections. */
static inline bool tipc_sock_connects(const struct sock *sk)
{
	return sk->sk_type == SOCK_STREAM || sk->sk_type == SOCK_SEQPACKET;
}

extern struct proto tipc_proto;

/* sock.c */
int tipc_sock_setup(void);
void tipc_sock_teardown(void);
int tipc_sock_create(struct net *net, struct socket *sock, int protocol,
		     int kern);
int tipc_sock_release(struct socket *sock);
__poll_t tipc_sock_poll(struct file *file, struct socket *sock,
			poll_table *wait);

/* sock_addr.c */
int tipc_addr_check(const struct sockaddr_tipc *addr, int len);
int tipc_sock_bind(struct socket *sock, struct sockaddr *addr, int len);
void tipc_sock_unbind_all(struct tipc_sock *tsk);
int tipc_sock_getname(struct socket *sock, struct sockaddr *addr, int peer);
int tipc_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);

/* sock_conn.c */
int tipc_sock_connect(struct socket *sock, struct sockaddr *addr, int len,
		      int flags);
int tipc_sock_wait_connect(struct sock *sk, long *timeout);
int tipc_sock_listen(struct socket *sock, int backlog);
int tipc_sock_accept(struct socket *sock, struct socket *new, int flags,
		     bool kern);
int tipc_sock_shutdown(struct socket *sock, int how);
int tipc_sock_socketpair(struct socket *sock1, struct socket *sock2);
void tipc_sock_connected(struct tipc_sock *tsk, u32 node, u32 port);
void tipc_sock_disconnect(struct sock *sk, u32 error);

/* sock_send.c */
int tipc_sock_sendmsg(struct socket *sock, struct msghdr *m, size_t len);
int tipc_sock_syn(struct tipc_sock *tsk, const struct sockaddr_tipc *dest,
		  struct msghdr *m, size_t len, long timeout);
int tipc_sock_syn_again(struct tipc_sock *tsk, const struct sk_buff *back);

/* sock_retry.c */
void tipc_sock_retry_init(struct tipc_sock *tsk);
void tipc_sock_retry_start(struct tipc_sock *tsk, size_t syn_len);
void tipc_sock_retry_stop(struct tipc_sock *tsk);
void tipc_sock_retry_give_up(struct tipc_sock *tsk);
bool tipc_sock_retry_later(struct tipc_sock *tsk, struct sk_buff *back);

/* sock_wait.c */
int tipc_sock_wait(struct sock *sk, long *timeout, bool exclusive,
		   bool (*is_so)(const struct sock *sk));
int tipc_sock_xmit(struct tipc_sock *tsk, struct sk_buff *skb, u32 node,
		   long *timeout);
void tipc_sock_wait_no_more(struct tipc_sock *tsk);

/* sock_recv.c */
int tipc_sock_recvmsg(struct socket *sock, struct msghdr *m, size_t size,
		      int flags);

/* sock_input.c */
extern const struct tipc_port_ops tipc_sock_port_ops;
int tipc_sock_backlog_rcv(struct sock *sk, struct sk_buff *skb);
void tipc_sock_refused(struct sock *sk, struct sk_buff *back);

/* sock_opt.c */
int tipc_sock_setsockopt(struct socket *sock, int level, int name,
			 sockptr_t value, unsigned int len);
int tipc_sock_getsockopt(struct socket *sock, int level, int name,
			 char __user *value, int __user *len);

#endif /* _TIPC_SOCK_H */
