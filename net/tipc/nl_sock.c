// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: sockets, and what one of them is bound to.
 */
#include "netlink.h"

#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "net.h"
#include "sock.h"

struct sock_dump {
	struct rhashtable_iter *iter;
	bool done;
};

/**
 * tipc_nl_sock_start() - begin to dump sockets
 * @cb: the dump
 *
 * Return: 0 or -ENOMEM.
 */
int tipc_nl_sock_start(struct netlink_callback *cb)
{
	struct sock_dump *at = (struct sock_dump *)cb->ctx;
	struct net *net = sock_net(cb->skb->sk);

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	at->iter = kmalloc(sizeof(*at->iter), GFP_KERNEL);
	if (!at->iter)
		return -ENOMEM;
	rhashtable_walk_enter(&tipc_net(net)->ports.table, at->iter);
	return 0;
}

/**
 * tipc_nl_sock_done() - end a dump of sockets
 * @cb: the dump
 *
 * Return: 0.
 */
int tipc_nl_sock_done(struct netlink_callback *cb)
{
	struct sock_dump *at = (struct sock_dump *)cb->ctx;

	rhashtable_walk_exit(at->iter);
	kfree(at->iter);
	return 0;
}

/**
 * tipc_nl_sock_walk() - dump sockets
 * @skb: where messages go
 * @cb: the dump, see tipc_nl_sock_start()
 * @fill: makes a message of a socket; under RCU, the socket is not locked
 *
 * Of a socket that others change meanwhile, each field is old or new. Sockets that
 * come or go meanwhile may be shown or not, and others twice; the end says that so
 * it may be.
 *
 * Return: bytes, 0 at the end.
 */
int tipc_nl_sock_walk(struct sk_buff *skb, struct netlink_callback *cb,
		      int (*fill)(struct sk_buff *skb,
				  struct netlink_callback *cb,
				  struct tipc_sock *tsk))
{
	struct tipc_ports *ports = &tipc_net(sock_net(skb->sk))->ports;
	struct sock_dump *at = (struct sock_dump *)cb->ctx;
	struct tipc_port *port;
	int err = 0;

	if (at->done)
		return 0;
	tipc_nl_watch(cb, atomic_read(&ports->changes));
	rhashtable_walk_start(at->iter);
	for (port = rhashtable_walk_peek(at->iter); port;
	     port = rhashtable_walk_next(at->iter)) {
		/* The table has grown: some come up again. */
		if (PTR_ERR_OR_ZERO(port) == -EAGAIN)
			continue;
		if (port->ops != &tipc_sock_port_ops)
			continue;
		err = fill(skb, cb, container_of(port, struct tipc_sock, port));
		if (err)
			break;
	}
	rhashtable_walk_stop(at->iter);
	at->done = !err;
	tipc_nl_watch(cb, atomic_read(&ports->changes));
	return skb->len;
}

static int put_conn(struct sk_buff *skb, struct tipc_sock *tsk)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_SOCK_CON);
	u32 node = READ_ONCE(tsk->conn.peer_node);

	if (!nest ||
	    nla_put_u32(skb, TIPC_NLA_CON_NODE,
			node ?: tipc_sock_self(tsk)) ||
	    nla_put_u32(skb, TIPC_NLA_CON_SOCK,
			READ_ONCE(tsk->conn.peer_port)))
		return -EMSGSIZE;
	if (READ_ONCE(tsk->named) &&
	    (nla_put_flag(skb, TIPC_NLA_CON_FLAG) ||
	     nla_put_u32(skb, TIPC_NLA_CON_TYPE, READ_ONCE(tsk->name.type)) ||
	     nla_put_u32(skb, TIPC_NLA_CON_INST,
			 READ_ONCE(tsk->name.instance))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * tipc_nl_sock_put() - who a socket is: what all dumps tell of it
 * @skb: where attributes go
 * @tsk: the socket
 *
 * Context: RCU.
 * Return: 0 or -EMSGSIZE.
 */
int tipc_nl_sock_put(struct sk_buff *skb, struct tipc_sock *tsk)
{
	u32 self = tipc_sock_self(tsk);

	if (nla_put_u32(skb, TIPC_NLA_SOCK_REF, tsk->port.ref) ||
	    nla_put_u32(skb, TIPC_NLA_SOCK_ADDR, self))
		return -EMSGSIZE;
	if (READ_ONCE(tsk->sk.sk_state) == TIPC_S_CONNECTED)
		return put_conn(skb, tsk);
	return list_empty(&tsk->publs) ? 0 :
	       nla_put_flag(skb, TIPC_NLA_SOCK_HAS_PUBL);
}

static int put_sock(struct sk_buff *skb, void *arg)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_SOCK);

	if (!nest || tipc_nl_sock_put(skb, arg))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_sock(struct sk_buff *skb, struct netlink_callback *cb,
		     struct tipc_sock *tsk)
{
	return tipc_nl_dump_one(skb, cb, &tipc_genl_family, TIPC_NL_SOCK_GET,
				put_sock, tsk) ? 0 : -EMSGSIZE;
}

/**
 * tipc_nl_sock_dump() - %TIPC_NL_SOCK_GET
 * @skb: where messages go, one for each socket
 * @cb: the dump
 *
 * Return: bytes, 0 at the end.
 */
int tipc_nl_sock_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_sock_walk(skb, cb, fill_sock);
}

static int put_publ(struct sk_buff *skb, void *arg)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_PUBL);
	const struct tipc_publ *publ = arg;

	if (!nest || nla_put_u32(skb, TIPC_NLA_PUBL_KEY, publ->key) ||
	    nla_put_u32(skb, TIPC_NLA_PUBL_TYPE, publ->type) ||
	    nla_put_u32(skb, TIPC_NLA_PUBL_LOWER, publ->lower) ||
	    nla_put_u32(skb, TIPC_NLA_PUBL_UPPER, publ->upper))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

struct publ_dump {
	u32 ref;
	u32 key;
	bool done;
};

/* The socket that a dump asks for, from its request. */
static int find_ref(struct netlink_callback *cb, u32 *ref)
{
	struct nlattr **attrs = genl_dump_attrs(cb);
	struct nlattr *sock;

	sock = attrs && attrs[TIPC_NLA_SOCK] ?
	       nla_find_nested(attrs[TIPC_NLA_SOCK], TIPC_NLA_SOCK_REF) : NULL;
	if (!sock) {
		NL_SET_ERR_MSG(cb->extack,
			       "say whose: TIPC_NLA_SOCK with TIPC_NLA_SOCK_REF");
		return -EINVAL;
	}
	*ref = nla_get_u32(sock);
	return 0;
}

/* Bindings behind the one with the key @at->key; keys fall along the list. */
static int fill_publs(struct sk_buff *skb, struct netlink_callback *cb,
		      struct tipc_sock *tsk, struct publ_dump *at)
{
	struct tipc_publ *publ;

	list_for_each_entry(publ, &tsk->publs, of_owner) {
		if (at->key && publ->key >= at->key)
			continue;
		if (!tipc_nl_dump_one(skb, cb, &tipc_genl_family,
				      TIPC_NL_PUBL_GET, put_publ, publ))
			return -EMSGSIZE;
		at->key = publ->key;
	}
	return 0;
}

/**
 * tipc_nl_publ_dump() - %TIPC_NL_PUBL_GET: what a socket is bound to
 * @skb: where messages go, one for each binding
 * @cb: the dump
 *
 * Return: bytes, 0 at the end; -EINVAL if there is no such socket.
 */
int tipc_nl_publ_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct publ_dump *at = (struct publ_dump *)cb->ctx;
	struct net *net = sock_net(skb->sk);
	struct tipc_sock *tsk = NULL;
	struct tipc_port *port;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	if (at->done)
		return 0;
	if (!at->ref) {
		err = find_ref(cb, &at->ref);
		if (err)
			return err;
	}
	rcu_read_lock();
	port = tipc_port_find(&tipc_net(net)->ports, at->ref);
	if (port && port->ops == &tipc_sock_port_ops) {
		tsk = container_of(port, struct tipc_sock, port);
		if (!refcount_inc_not_zero(&tsk->sk.sk_refcnt))
			tsk = NULL;
	}
	rcu_read_unlock();
	if (!tsk) {
		NL_SET_ERR_MSG(cb->extack, "there is no such socket");
		return -EINVAL;
	}
	lock_sock(&tsk->sk);
	at->done = !fill_publs(skb, cb, tsk, at);
	release_sock(&tsk->sk);
	sock_put(&tsk->sk);
	return skb->len;
}
