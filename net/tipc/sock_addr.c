// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of sockets: what they are bound to, and who they are.
 */
#include "sock.h"

#include <linux/net.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "admin.h"
#include "cluster.h"
#include "net.h"

/**
 * tipc_addr_check() - whether an address can be looked at
 * @addr: what a user says is an address
 * @len: its length
 *
 * Return: 0 or -EINVAL.
 */
int tipc_addr_check(const struct sockaddr_tipc *addr, int len)
{
	if (len < (int)sizeof(*addr) || addr->family != AF_TIPC)
		return -EINVAL;
	switch (addr->addrtype) {
	case TIPC_SOCKET_ADDR:
	case TIPC_SERVICE_ADDR:
		return 0;
	case TIPC_SERVICE_RANGE:
		return addr->addr.nameseq.lower > addr->addr.nameseq.upper ?
		       -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static int bind_range(struct tipc_sock *tsk,
		      const struct tipc_service_range *range, u8 scope)
{
	struct tipc_publ *publ;
	int err;

	if (tipc_sock_connects(&tsk->sk) && tsk->sk.sk_state != TIPC_S_OPEN &&
	    tsk->sk.sk_state != TIPC_S_LISTEN)
		return -EINVAL;
	publ = kzalloc(sizeof(*publ), GFP_KERNEL_ACCOUNT);
	if (!publ)
		return -ENOMEM;
	publ->type = range->type;
	publ->lower = range->lower;
	publ->upper = range->upper;
	publ->scope = scope;
	publ->near = true;
	publ->port = tsk->port.ref;
	publ->key = ++tsk->keys;
	err = tipc_publish(tsk->tn, publ);
	if (err)
		kfree(publ);
	else
		list_add(&publ->of_owner, &tsk->publs);
	return err;
}

static void unbind(struct tipc_sock *tsk, struct tipc_publ *publ)
{
	tipc_withdraw(tsk->tn, publ);
	list_del(&publ->of_owner);
	kfree(publ);
}

/**
 * tipc_sock_unbind_all() - withdraw all that a socket has published
 * @tsk: the socket
 *
 * Context: &tipc_sock.sk is locked.
 */
void tipc_sock_unbind_all(struct tipc_sock *tsk)
{
	struct tipc_publ *publ, *next;

	list_for_each_entry_safe(publ, next, &tsk->publs, of_owner)
		unbind(tsk, publ);
}

static int unbind_range(struct tipc_sock *tsk,
			const struct tipc_service_range *range, u8 scope)
{
	struct tipc_names *names = &tsk->tn->names;
	struct tipc_publ *publ;

	publ = tipc_names_own(names, range, scope, tsk->port.ref);
	if (!publ)
		return -EINVAL;
	unbind(tsk, publ);
	return 0;
}

/**
 * tipc_sock_bind() - bind a socket to one more service range
 * @sock: the socket
 * @uaddr: the range; a negative scope: end that binding
 * @len: length of @uaddr, 0: end all bindings
 *
 * Return: 0, -EINVAL, -EAFNOSUPPORT for an address of a socket, -EACCES for a
 * service that is the node's own, -ENOMEM.
 */
int tipc_sock_bind(struct socket *sock, struct sockaddr *uaddr, int len)
{
	const struct sockaddr_tipc *addr = (struct sockaddr_tipc *)uaddr;
	struct tipc_sock *tsk = tipc_sock(sock->sk);
	struct tipc_service_range range;
	int scope, err;

	if (!len) {
		lock_sock(sock->sk);
		tipc_sock_unbind_all(tsk);
		release_sock(sock->sk);
		return 0;
	}
	err = tipc_addr_check(addr, len);
	if (err)
		return err;
	if (addr->addrtype == TIPC_SOCKET_ADDR)
		return -EAFNOSUPPORT;
	range = addr->addr.nameseq;
	/* A service address has its domain where a range has its end. */
	if (addr->addrtype == TIPC_SERVICE_ADDR)
		range.upper = range.lower;
	if (range.type < TIPC_RESERVED_TYPES)
		return -EACCES;
	scope = abs((int)addr->scope) >= TIPC_NODE_SCOPE ?
		TIPC_NODE_SCOPE : TIPC_CLUSTER_SCOPE;

	lock_sock(sock->sk);
	err = addr->scope < 0 ? unbind_range(tsk, &range, scope) :
				bind_range(tsk, &range, scope);
	release_sock(sock->sk);
	return err;
}

/**
 * tipc_sock_getname() - the address of a socket or of its peer
 * @sock: the socket
 * @uaddr: the address goes here
 * @peer: 0 for the socket, 1 for the peer, 2 for one that may be gone
 *
 * Return: length of the address or -ENOTCONN.
 */
int tipc_sock_getname(struct socket *sock, struct sockaddr *uaddr, int peer)
{
	struct sockaddr_tipc *addr = (struct sockaddr_tipc *)uaddr;
	struct tipc_sock *tsk = tipc_sock(sock->sk);
	u32 self = tipc_sock_self(tsk);
	int state = READ_ONCE(sock->sk->sk_state);

	memset(addr, 0, sizeof(*addr));
	addr->family = AF_TIPC;
	addr->addrtype = TIPC_SOCKET_ADDR;
	if (!peer) {
		addr->addr.id.ref = tsk->port.ref;
		addr->addr.id.node = self;
		return sizeof(*addr);
	}
	if (state != TIPC_S_CONNECTED &&
	    (peer != 2 || state != TIPC_S_DISCONNECTED))
		return -ENOTCONN;
	addr->addr.id.ref = tsk->conn.peer_port;
	addr->addr.id.node = tsk->conn.peer_node ?: self;
	return sizeof(*addr);
}

static int get_node_id(struct net *net, void __user *arg)
{
	struct tipc_sioc_nodeid_req req;
	u8 id[TIPC_NODEID_LEN];
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	err = tipc_node_identity(net, req.peer, id);
	if (err)
		return err;
	memcpy(req.node_id, id, sizeof(req.node_id));
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static int get_link_name(struct net *net, void __user *arg)
{
	struct tipc_sioc_ln_req req;
	int err;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	memset(req.linkname, 0, sizeof(req.linkname));
	err = tipc_node_link_name(net, req.peer, req.bearer_id, req.linkname);
	if (err)
		return err;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

/**
 * tipc_sock_ioctl() - ask for a link's name or a node's identity
 * @sock: any socket
 * @cmd: %SIOCGETLINKNAME or %SIOCGETNODEID
 * @arg: where the request is, and the answer goes
 *
 * Return: 0, -EADDRNOTAVAIL if there is no such link or node, -EFAULT,
 * -ENOIOCTLCMD.
 */
int tipc_sock_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SIOCGETLINKNAME:
		return get_link_name(sock_net(sock->sk), (void __user *)arg);
	case SIOCGETNODEID:
		return get_node_id(sock_net(sock->sk), (void __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}
