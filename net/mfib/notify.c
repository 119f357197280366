// SPDX-License-Identifier: GPL-2.0
#include "notify.h"

#include <linux/mfib.h>
#include <linux/rwsem.h>

#include "fib.h"
#include "net.h"
#include "netlink.h"
#include "nexthop.h"
#include "port.h"

/* The family has one group. */
#define GROUP	0

/* Whether the group is ours: its number is given away again when the family
 * goes, while devices that go after it still have changes to tell.
 */
static DECLARE_RWSEM(group_sem);
static bool have_group;

static bool is_wanted(const struct mfib_net *mnet)
{
	const struct genl_info *request = mnet->notify.request;

	return (request && nlmsg_report(request->nlhdr)) ||
	       genl_has_listeners(&mfib_genl_family, mnet->net, GROUP) > 0;
}

/* What they were to hear does not exist: they get ENOBUFS, as if they had been
 * too slow.
 */
static void say_lost(struct mfib_net *mnet)
{
	down_read(&group_sem);
	if (have_group)
		genl_set_err(&mfib_genl_family, mnet->net, 0, GROUP, -ENOBUFS);
	up_read(&group_sem);
}

static int append(struct mfib_net *mnet, u8 cmd,
		  int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			     const void *object),
		  const void *object)
{
	const struct genl_info *request = mnet->notify.request;
	struct sk_buff *skb = mnet->notify.skb;
	void *hdr;

	hdr = genlmsg_put(skb, request ? request->snd_portid : 0,
			  request ? request->snd_seq : 0, &mfib_genl_family, 0,
			  cmd);
	return mfib_nl_fill(skb, hdr, mnet, put, object);
}

static void notify(struct mfib_net *mnet, u8 cmd,
		   int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			      const void *object),
		   const void *object)
{
	ASSERT_MFIB(mnet);
	mnet->seq++;
	if (!is_wanted(mnet))
		return;
	if (mnet->notify.skb) {
		if (!append(mnet, cmd, put, object))
			return;
		mfib_notify_send(mnet);
	}
	mnet->notify.skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!mnet->notify.skb || WARN_ON(append(mnet, cmd, put, object)))
		say_lost(mnet);
}

/**
 * mfib_notify_fib() - a FIB was created or changed
 * @fib: the FIB
 *
 * Nobody is told of drafts, here and below.
 *
 * Context: process context, &mfib_net.lock, as all of these.
 */
void mfib_notify_fib(const struct mfib_fib *fib)
{
	if (fib->of)
		return;
	notify(fib->mnet, MFIB_CMD_FIB_NEW_NTF, mfib_nl_fib_put, fib);
}

/**
 * mfib_notify_fib_gone() - a FIB was deleted
 * @fib: the FIB
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_fib_gone(const struct mfib_fib *fib)
{
	notify(fib->mnet, MFIB_CMD_FIB_DEL_NTF, mfib_nl_fib_put, fib);
}

/**
 * mfib_notify_port() - a device became a port
 * @mnet: the namespace
 * @port: the port
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_port(struct mfib_net *mnet, const struct mfib_port *port)
{
	notify(mnet, MFIB_CMD_PORT_NEW_NTF, mfib_nl_port_put, port);
}

/**
 * mfib_notify_port_gone() - a port is no longer one
 * @mnet: the namespace
 * @port: the port
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_port_gone(struct mfib_net *mnet, const struct mfib_port *port)
{
	notify(mnet, MFIB_CMD_PORT_DEL_NTF, mfib_nl_port_put, port);
}

/**
 * mfib_notify_nexthop() - a next hop was created or changed, died or came back
 * @nh: the next hop; an anonymous one only for the latter two
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_nexthop(const struct mfib_nexthop *nh)
{
	notify(nh->mnet, MFIB_CMD_NEXTHOP_NEW_NTF, mfib_nl_nexthop_put_all, nh);
}

/**
 * mfib_notify_nexthop_gone() - a named next hop was deleted
 * @nh: the next hop
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_nexthop_gone(const struct mfib_nexthop *nh)
{
	notify(nh->mnet, MFIB_CMD_NEXTHOP_DEL_NTF, mfib_nl_nexthop_put_all, nh);
}

/**
 * mfib_notify_route() - a route was added or replaced, or forwards now or no
 *	longer
 * @fib: its FIB
 * @prefix: its prefix
 * @info: the rest of it
 * @active: whether it forwards
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_route(const struct mfib_fib *fib,
		       const struct mfib_prefix *prefix,
		       const struct mfib_info *info, bool active)
{
	const struct mfib_nl_route route = { fib, prefix, info, active };

	if (fib->of)
		return;
	notify(fib->mnet, MFIB_CMD_ROUTE_NEW_NTF, mfib_nl_route_put, &route);
}

/**
 * mfib_notify_route_gone() - a route was deleted
 * @fib: its FIB
 * @prefix: its prefix
 * @info: the rest of it
 * @active: whether it forwarded
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_route_gone(const struct mfib_fib *fib,
			    const struct mfib_prefix *prefix,
			    const struct mfib_info *info, bool active)
{
	const struct mfib_nl_route route = { fib, prefix, info, active };

	if (fib->of)
		return;
	notify(fib->mnet, MFIB_CMD_ROUTE_DEL_NTF, mfib_nl_route_put, &route);
}

/**
 * mfib_notify_send() - send what was collected
 * @mnet: the namespace
 *
 * Under the lock, so that all of them arrive in order. Who listens and cannot
 * be reached gets ENOBUFS from netlink.
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_notify_send(struct mfib_net *mnet)
{
	struct genl_info *request = mnet->notify.request;
	struct sk_buff *skb = mnet->notify.skb;

	ASSERT_MFIB(mnet);
	if (!skb)
		return;
	mnet->notify.skb = NULL;
	down_read(&group_sem);
	if (!have_group)
		nlmsg_free(skb);
	else if (request)
		genl_notify(&mfib_genl_family, skb, request, GROUP, GFP_KERNEL);
	else
		genlmsg_multicast_netns(&mfib_genl_family, mnet->net, skb, 0,
					GROUP, GFP_KERNEL);
	up_read(&group_sem);
}

/**
 * mfib_notify_start() - tell listeners from now on
 *
 * Context: process context. The family is registered.
 */
void mfib_notify_start(void)
{
	down_write(&group_sem);
	have_group = true;
	up_write(&group_sem);
}

/**
 * mfib_notify_stop() - tell nobody any more
 *
 * Context: process context. The family is still registered.
 */
void mfib_notify_stop(void)
{
	down_write(&group_sem);
	have_group = false;
	up_write(&group_sem);
}
