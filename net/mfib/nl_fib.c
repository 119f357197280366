// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: FIBs and ports.
 */
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "fib.h"
#include "follow.h"
#include "net.h"
#include "notify.h"

const struct nla_policy mfib_fib_policy[MFIB_FIB_A_MAX + 1] = {
	[MFIB_FIB_A_ID]		= { .type = NLA_U32 },
	[MFIB_FIB_A_MAX_ROUTES]	= { .type = NLA_U32 },
	[MFIB_FIB_A_FOLLOW]	= NLA_POLICY_MAX(NLA_U8, MFIB_FOLLOW_ALL),
	[MFIB_FIB_A_WARN_ROUTES] = { .type = NLA_U32 },
};

/* Parses the request's FIB object, which must have an id. */
static int parse_fib(struct genl_info *info, struct nlattr *tb[])
{
	struct nlattr *nest = mfib_nl_object(info, MFIB_A_FIB);
	int err;

	if (IS_ERR(nest))
		return PTR_ERR(nest);
	err = nla_parse_nested(tb, MFIB_FIB_A_MAX, nest, mfib_fib_policy,
			       info->extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, nest, tb, MFIB_FIB_A_ID)) {
		NL_SET_ERR_MSG(info->extack, "The FIB's id is missing");
		return -EINVAL;
	}
	return 0;
}

/* The FIB that a request names, by its id alone. */
static struct mfib_fib *find(struct mfib_net *mnet, struct nlattr *const tb[],
			     struct netlink_ext_ack *extack)
{
	const struct nlattr *more = tb[MFIB_FIB_A_MAX_ROUTES] ?:
				    tb[MFIB_FIB_A_FOLLOW] ?:
				    tb[MFIB_FIB_A_WARN_ROUTES];

	if (more) {
		NL_SET_ERR_MSG_ATTR(extack, more,
				    "A FIB is named by its id alone");
		return ERR_PTR(-EINVAL);
	}
	return mfib_nl_find_fib(mnet, tb[MFIB_FIB_A_ID], extack);
}

/**
 * mfib_nl_fib_new() - %MFIB_CMD_FIB_NEW
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EEXIST, -ENOENT, -EINVAL, -EBUSY, -ENOMEM.
 */
int mfib_nl_fib_new(struct sk_buff *skb, struct genl_info *info)
{
	u16 flags = info->nlhdr->nlmsg_flags;
	struct nlattr *tb[MFIB_FIB_A_MAX + 1];
	struct mfib_net *mnet;
	struct mfib_fib *fib;
	int err;

	err = parse_fib(info, tb);
	if (err)
		return err;
	mnet = mfib_nl_lock(info);
	fib = mfib_fib_find(mnet, nla_get_u32(tb[MFIB_FIB_A_ID]));
	if (fib && !(flags & NLM_F_REPLACE)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[MFIB_FIB_A_ID],
				    "The FIB exists already");
		err = -EEXIST;
		goto unlock;
	}
	if (!fib && !(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[MFIB_FIB_A_ID],
				    "There is no FIB with this id: cgr fib add ID");
		err = -ENOENT;
		goto unlock;
	}
	if (!fib || flags & NLM_F_CREATE) {
		fib = mfib_fib_hold(mnet, nla_get_u32(tb[MFIB_FIB_A_ID]),
				    MFIB_HELD_BY_ADMIN, info->extack);
		if (IS_ERR(fib)) {
			NL_SET_BAD_ATTR(info->extack, tb[MFIB_FIB_A_ID]);
			err = PTR_ERR(fib);
			goto unlock;
		}
	}
	if (tb[MFIB_FIB_A_MAX_ROUTES])
		fib->max_routes = nla_get_u32(tb[MFIB_FIB_A_MAX_ROUTES]);
	if (tb[MFIB_FIB_A_WARN_ROUTES])
		fib->warn_routes = nla_get_u32(tb[MFIB_FIB_A_WARN_ROUTES]);
	if (tb[MFIB_FIB_A_FOLLOW])
		mfib_follow_set(fib, nla_get_u8(tb[MFIB_FIB_A_FOLLOW]) ==
				     MFIB_FOLLOW_ALL);
	mfib_notify_fib(fib);
unlock:
	mfib_unlock(mnet);
	return err;
}

/**
 * mfib_nl_fib_del() - %MFIB_CMD_FIB_DEL
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL.
 */
int mfib_nl_fib_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MFIB_FIB_A_MAX + 1];
	struct net_device *dev = NULL;
	struct mfib_net *mnet;
	struct mfib_fib *fib;
	int err;

	err = parse_fib(info, tb);
	if (err)
		return err;
	/* Its device goes first, if it has one; that needs the RTNL. */
	rtnl_lock();
	mnet = mfib_nl_lock(info);
	fib = find(mnet, tb, info->extack);
	if (IS_ERR(fib)) {
		err = PTR_ERR(fib);
	} else {
		dev = fib->dev;
		mfib_fib_release(fib, MFIB_HELD_BY_ADMIN);
	}
	mfib_unlock(mnet);
	if (dev)
		mfib_dev_delete(dev);
	rtnl_unlock();
	return err;
}

static int put_tree(struct sk_buff *skb, int attr,
		    const struct mfib_lpm_stats *stats)
{
	static const u8 forms[] = {
		[MFIB_LPM_ARRAY]	= MFIB_TREE_FORM_ARRAY,
		[MFIB_LPM_TREE]		= MFIB_TREE_FORM_TREE,
		[MFIB_LPM_DIRECT]	= MFIB_TREE_FORM_DIRECT,
	};
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_u32(skb, MFIB_TREE_A_PREFIXES, stats->routes) ||
	    nla_put_u32(skb, MFIB_TREE_A_NODES, stats->nodes) ||
	    nla_put_u32(skb, MFIB_TREE_A_DEPTH, stats->depth) ||
	    nla_put_u8(skb, MFIB_TREE_A_FORM, forms[stats->form]) ||
	    nla_put_u64_64bit(skb, MFIB_TREE_A_LOOKUP_BYTES,
			      stats->lookup_bytes, MFIB_TREE_A_PAD) ||
	    nla_put_u64_64bit(skb, MFIB_TREE_A_WRITER_BYTES,
			      stats->writer_bytes, MFIB_TREE_A_PAD) ||
	    nla_put_u64_64bit(skb, MFIB_TREE_A_RETIRED_BYTES,
			      stats->retired_bytes, MFIB_TREE_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* It is attached some time before it can be found. */
static bool has_device(const struct mfib_fib *fib)
{
	return fib->dev && fib->dev->reg_state == NETREG_REGISTERED;
}

/* What changes are told of, unlike memory and counters. */
static int put_settings(struct sk_buff *skb, const struct mfib_fib *fib)
{
	if (nla_put_u32(skb, MFIB_FIB_A_ID, fib->id) ||
	    nla_put_u32(skb, MFIB_FIB_A_MAX_ROUTES, fib->max_routes) ||
	    nla_put_u32(skb, MFIB_FIB_A_ROUTES4, fib->total[MFIB_IPV4]) ||
	    nla_put_u32(skb, MFIB_FIB_A_ROUTES6, fib->total[MFIB_IPV6]) ||
	    nla_put_u8(skb, MFIB_FIB_A_FOLLOW,
		       fib->follows_all ? MFIB_FOLLOW_ALL :
					  MFIB_FOLLOW_CONNECTED) ||
	    nla_put_u32(skb, MFIB_FIB_A_WARN_ROUTES, fib->warn_routes) ||
	    nla_put_u32(skb, MFIB_FIB_A_FLAGS, mfib_fib_flags(fib)) ||
	    (has_device(fib) &&
	     nla_put_u32(skb, MFIB_FIB_A_IFINDEX, fib->dev->ifindex)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mfib_nl_fib_put() - add a FIB to a notification
 * @skb: the message
 * @mnet: the namespace
 * @object: the &struct mfib_fib
 *
 * Context: &mfib_net.lock.
 * Return: 0 or -EMSGSIZE.
 */
int mfib_nl_fib_put(struct sk_buff *skb, struct mfib_net *mnet,
		    const void *object)
{
	struct nlattr *nest = nla_nest_start(skb, MFIB_A_FIB);

	if (!nest || put_settings(skb, object))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_fib(struct sk_buff *skb, struct mfib_net *mnet,
		   const void *object)
{
	const struct mfib_fib *fib = object;
	struct mfib_lpm_stats stats[MFIB_FAMILIES];
	struct mfib_counters counters = {};
	struct nlattr *nest;

	mfib_lpm_stats(mfib_fib_lpm(fib, MFIB_IPV4), &stats[MFIB_IPV4]);
	mfib_lpm_stats(mfib_fib_lpm(fib, MFIB_IPV6), &stats[MFIB_IPV6]);
	nest = nla_nest_start(skb, MFIB_A_FIB);
	if (!nest || put_settings(skb, fib) ||
	    nla_put_u64_64bit(skb, MFIB_FIB_A_BYTES,
			      stats[MFIB_IPV4].bytes + stats[MFIB_IPV6].bytes,
			      MFIB_FIB_A_PAD) ||
	    put_tree(skb, MFIB_FIB_A_TREE4, &stats[MFIB_IPV4]) ||
	    put_tree(skb, MFIB_FIB_A_TREE6, &stats[MFIB_IPV6]) ||
	    (fib->draft &&
	     nla_put_u32(skb, MFIB_FIB_A_DRAFT, fib->draft->routes)))
		return -EMSGSIZE;
	if (has_device(fib)) {
		mfib_dev_counters(fib->dev, &counters);
		if (mfib_counters_put(skb, MFIB_FIB_A_STATS, &counters))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Does something with the FIB that the request names, under the lock. */
static int with_fib(struct genl_info *info,
		    int (*act)(struct genl_info *info, struct mfib_fib *fib))
{
	struct mfib_net *mnet = mfib_net(genl_info_net(info));
	struct nlattr *tb[MFIB_FIB_A_MAX + 1];
	struct mfib_fib *fib;
	int err;

	err = parse_fib(info, tb);
	if (err)
		return err;
	mfib_lock(mnet);
	fib = find(mnet, tb, info->extack);
	err = IS_ERR(fib) ? PTR_ERR(fib) : act(info, fib);
	mfib_unlock(mnet);
	return err;
}

static int get_fib(struct genl_info *info, struct mfib_fib *fib)
{
	return mfib_nl_reply(info, MFIB_CMD_FIB_GET, fib->mnet, put_fib, fib);
}

/**
 * mfib_nl_fib_get() - %MFIB_CMD_FIB_GET of one FIB
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_fib_get(struct sk_buff *skb, struct genl_info *info)
{
	return with_fib(info, get_fib);
}

/**
 * mfib_nl_fib_dump() - %MFIB_CMD_FIB_GET of all FIBs
 * @skb: where they go
 * @cb: the dump; remembers the next id
 *
 * Return: length of @skb, 0 at the end; -EINVAL.
 */
int mfib_nl_fib_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mfib_net *mnet = mfib_net(sock_net(skb->sk));
	struct mfib_nl_dump *at = (struct mfib_nl_dump *)cb->ctx;
	struct mfib_fib *fib;

	if (mfib_nl_unfiltered(cb, MFIB_A_FIB))
		return -EINVAL;
	if (at->done)
		return 0;
	mfib_lock(mnet);
	cb->seq = mnet->seq;
	for (fib = xa_find(&mnet->fibs, &at->id, ULONG_MAX, XA_PRESENT); fib;
	     fib = xa_find_after(&mnet->fibs, &at->id, ULONG_MAX, XA_PRESENT)) {
		if (mfib_nl_dump_one(skb, cb, MFIB_CMD_FIB_GET, mnet, put_fib,
				     fib))
			goto full;
	}
	at->done = true;
full:
	mfib_unlock(mnet);
	return skb->len;
}

static int check_fib(struct genl_info *info, struct mfib_fib *fib)
{
	int err = mfib_fib_check(fib, info->extack);

	if (!err && fib->draft)
		err = mfib_fib_check(fib->draft, info->extack);
	return err;
}

/**
 * mfib_nl_fib_check() - %MFIB_CMD_FIB_CHECK
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EUCLEAN, -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_fib_check(struct sk_buff *skb, struct genl_info *info)
{
	return with_fib(info, check_fib);
}
