// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: ports.
 */
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/netdevice.h>

#include "device.h"
#include "fib.h"
#include "net.h"
#include "notify.h"

const struct nla_policy mfib_port_policy[MFIB_PORT_A_MAX + 1] = {
	[MFIB_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[MFIB_PORT_A_RPF]     = NLA_POLICY_MAX(NLA_U8, MFIB_RPF_STRICT),
};

static int put_settings(struct sk_buff *skb, const struct mfib_port *port)
{
	if (nla_put_u32(skb, MFIB_PORT_A_FIB_ID, port->fib_id) ||
	    nla_put_u32(skb, MFIB_PORT_A_IFINDEX, port->dev->ifindex) ||
	    nla_put_u8(skb, MFIB_PORT_A_RPF, port->rpf))
		return -EMSGSIZE;
	return 0;
}

/**
 * mfib_nl_port_put() - add a port to a notification
 * @skb: the message
 * @mnet: the namespace
 * @object: the &struct mfib_port
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_port_put(struct sk_buff *skb, struct mfib_net *mnet,
		     const void *object)
{
	struct nlattr *nest = nla_nest_start(skb, MFIB_A_PORT);

	if (!nest || put_settings(skb, object))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_port(struct sk_buff *skb, struct mfib_net *mnet,
		    const void *object)
{
	const struct mfib_port *port = object;
	struct mfib_counters counters = {};
	struct nlattr *nest;

	mfib_counters_add(&counters, port->counters);
	nest = nla_nest_start(skb, MFIB_A_PORT);
	if (!nest || put_settings(skb, port) ||
	    mfib_counters_put(skb, MFIB_PORT_A_STATS, &counters))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static struct mfib_port *find_port(struct mfib_net *mnet,
				   const struct nlattr *ifindex,
				   struct netlink_ext_ack *extack)
{
	const struct net_device *dev, *master;
	struct mfib_port *port = NULL;

	rcu_read_lock();
	dev = dev_get_by_index_rcu(mnet->net, nla_get_u32(ifindex));
	master = dev ? mfib_port_master(dev) : NULL;
	/* The lock keeps it, from before the device is linked to the FIB's. */
	if (master)
		port = mfib_port_find(master, dev);
	rcu_read_unlock();
	if (port)
		return port;
	if (dev)
		NL_SET_ERR_MSG_ATTR(extack, ifindex,
				    "The device is not a port of a FIB");
	else
		NL_SET_ERR_MSG_ATTR(extack, ifindex,
				    "There is no such device");
	return ERR_PTR(-ENODEV);
}

/**
 * mfib_nl_port_set() - %MFIB_CMD_PORT_SET
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL, -ENODEV.
 */
int mfib_nl_port_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MFIB_PORT_A_MAX + 1], *nest;
	struct mfib_port *port;
	struct mfib_net *mnet;
	int err;

	nest = mfib_nl_object(info, MFIB_A_PORT);
	if (IS_ERR(nest))
		return PTR_ERR(nest);
	err = nla_parse_nested(tb, MFIB_PORT_A_MAX, nest, mfib_port_policy,
			       info->extack);
	if (err)
		return err;
	if (!tb[MFIB_PORT_A_IFINDEX]) {
		NL_SET_ERR_MSG(info->extack, "The port's device is missing");
		return -EINVAL;
	}
	mnet = mfib_nl_lock(info);
	port = find_port(mnet, tb[MFIB_PORT_A_IFINDEX], info->extack);
	if (IS_ERR(port)) {
		err = PTR_ERR(port);
	} else if (tb[MFIB_PORT_A_RPF] &&
		   port->rpf != nla_get_u8(tb[MFIB_PORT_A_RPF])) {
		WRITE_ONCE(port->rpf, nla_get_u8(tb[MFIB_PORT_A_RPF]));
		mfib_notify_port(mnet, port);
	}
	mfib_unlock(mnet);
	return err;
}

/* Where a dump of ports is. */
struct port_dump {
	unsigned long fib_id;
	unsigned long ifindex;
	bool done;
};

static int dump_ports(struct sk_buff *skb, struct netlink_callback *cb,
		      struct mfib_net *mnet, const struct mfib_fib *fib)
{
	struct port_dump *at = (struct port_dump *)cb->ctx;
	struct mfib_dev *mdev;
	struct mfib_port *port;

	if (!fib->dev)
		return 0;
	mdev = netdev_priv(fib->dev);
	for (port = xa_find(&mdev->ports, &at->ifindex, ULONG_MAX, XA_PRESENT);
	     port;
	     port = xa_find_after(&mdev->ports, &at->ifindex, ULONG_MAX,
				  XA_PRESENT)) {
		if (mfib_nl_dump_one(skb, cb, MFIB_CMD_PORT_GET, mnet, put_port,
				     port))
			return -EMSGSIZE;
	}
	return 0;
}

/**
 * mfib_nl_port_dump() - %MFIB_CMD_PORT_GET
 * @skb: where they go
 * @cb: the dump; remembers FIB and port
 *
 * Return: length of @skb, 0 at the end; -ENOENT.
 */
int mfib_nl_port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *only = genl_dump_attrs(cb)[MFIB_A_FIB_ID];
	struct mfib_net *mnet = mfib_net(sock_net(skb->sk));
	struct port_dump *at = (struct port_dump *)cb->ctx;
	unsigned long id = at->fib_id;
	struct mfib_fib *fib;
	int err = 0;

	if (at->done)
		return 0;
	mfib_lock(mnet);
	cb->seq = mnet->seq;
	if (only && !id) {
		fib = mfib_nl_find_fib(mnet, only, cb->extack);
		if (IS_ERR(fib)) {
			err = PTR_ERR(fib);
			goto unlock;
		}
		id = fib->id;
	}
	for (fib = xa_find(&mnet->fibs, &id, ULONG_MAX, XA_PRESENT);
	     fib && !(only && fib->id != nla_get_u32(only));
	     fib = xa_find_after(&mnet->fibs, &id, ULONG_MAX, XA_PRESENT)) {
		/* A new one, or the one in work has been deleted. */
		if (id != at->fib_id)
			at->ifindex = 0;
		at->fib_id = id;
		if (dump_ports(skb, cb, mnet, fib))
			goto unlock;
	}
	at->done = true;
unlock:
	mfib_unlock(mnet);
	return err ?: skb->len;
}
