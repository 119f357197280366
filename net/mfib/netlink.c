// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

#include <linux/mfib.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "fib.h"
#include "net.h"
#include "notify.h"

static const struct nla_policy fib_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_FIB] = NLA_POLICY_NESTED(mfib_fib_policy),
};

static const struct nla_policy nexthop_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_NEXTHOP] = NLA_POLICY_NESTED(mfib_nexthop_policy),
};

static const struct nla_policy route_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_ROUTE] = NLA_POLICY_NESTED(mfib_route_policy),
	[MFIB_A_FIB_ID] = { .type = NLA_U32 },
	[MFIB_A_DRAFT] = { .type = NLA_FLAG },
};

/* With a filter. */
static const struct nla_policy routes_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_ROUTE] = NLA_POLICY_NESTED(mfib_route_policy),
	[MFIB_A_FIB_ID] = { .type = NLA_U32 },
	[MFIB_A_FAMILY] = { .type = NLA_U8 },
	[MFIB_A_SELECT] = NLA_POLICY_MAX(NLA_U8, MFIB_SELECT_COVERING),
	[MFIB_A_STALE] = { .type = NLA_FLAG },
	[MFIB_A_DRAFT] = { .type = NLA_FLAG },
};

static const struct nla_policy port_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_PORT] = NLA_POLICY_NESTED(mfib_port_policy),
};

static const struct nla_policy fib_id_policy[MFIB_A_MAX + 1] = {
	[MFIB_A_FIB_ID] = { .type = NLA_U32 },
};

#define CHANGE(_cmd, _doit, _policy) {				\
	.cmd = (_cmd),						\
	.doit = (_doit),					\
	.policy = (_policy),					\
	.maxattr = MFIB_A_MAX,					\
	.flags = GENL_UNS_ADMIN_PERM,				\
}

#define GET(_cmd, _doit, _dumpit, _policy) {			\
	.cmd = (_cmd),						\
	.doit = (_doit),					\
	.dumpit = (_dumpit),					\
	.policy = (_policy),					\
	.maxattr = MFIB_A_MAX,					\
}

static const struct genl_ops ops[] = {
	CHANGE(MFIB_CMD_FIB_NEW, mfib_nl_fib_new, fib_policy),
	CHANGE(MFIB_CMD_FIB_DEL, mfib_nl_fib_del, fib_policy),
	GET(MFIB_CMD_FIB_GET, mfib_nl_fib_get, mfib_nl_fib_dump, fib_policy),
	GET(MFIB_CMD_PORT_GET, NULL, mfib_nl_port_dump, fib_id_policy),
	CHANGE(MFIB_CMD_NEXTHOP_NEW, mfib_nl_nexthop_new, nexthop_policy),
	CHANGE(MFIB_CMD_NEXTHOP_DEL, mfib_nl_nexthop_del, nexthop_policy),
	GET(MFIB_CMD_NEXTHOP_GET, mfib_nl_nexthop_get, mfib_nl_nexthop_dump,
	    nexthop_policy),
	CHANGE(MFIB_CMD_ROUTE_NEW, mfib_nl_route_new, route_policy),
	CHANGE(MFIB_CMD_ROUTE_DEL, mfib_nl_route_del, routes_policy),
	GET(MFIB_CMD_ROUTE_GET, mfib_nl_route_get, mfib_nl_route_dump,
	    routes_policy),
	GET(MFIB_CMD_ROUTE_LOOKUP, mfib_nl_route_lookup, NULL, route_policy),
	/* It changes nothing, but keeps changes waiting. */
	CHANGE(MFIB_CMD_FIB_CHECK, mfib_nl_fib_check, fib_policy),
	CHANGE(MFIB_CMD_DRAFT_NEW, mfib_nl_draft_new, fib_id_policy),
	CHANGE(MFIB_CMD_DRAFT_DEL, mfib_nl_draft_del, fib_id_policy),
	CHANGE(MFIB_CMD_DRAFT_COMMIT, mfib_nl_draft_commit, fib_id_policy),
	CHANGE(MFIB_CMD_PORT_SET, mfib_nl_port_set, port_policy),
};

static const struct genl_multicast_group groups[] = {
	{ .name = MFIB_GENL_NOTIFY },
};

struct genl_family mfib_genl_family __ro_after_init = {
	.name		= MFIB_GENL_NAME,
	.version	= MFIB_GENL_VERSION,
	.maxattr	= MFIB_A_MAX,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
	/* Behind this, CREATE, EXCL and REPLACE would be refused. */
	.resv_start_op	= MFIB_CMD_MAX + 1,
};

/**
 * mfib_nl_lock() - begin the change that a request asks for
 * @info: the request; to blame for what is told until mfib_unlock()
 *
 * Context: process context; takes &mfib_net.lock.
 * Return: the namespace.
 */
struct mfib_net *mfib_nl_lock(struct genl_info *info)
{
	struct mfib_net *mnet = mfib_net(genl_info_net(info));

	mfib_lock(mnet);
	mnet->notify.request = info;
	return mnet;
}

/**
 * mfib_nl_find_fib() - the FIB that a request names
 * @mnet: the namespace
 * @id: the attribute with its id, may be NULL
 * @extack: says what is wrong
 *
 * Context: &mfib_net.lock.
 * Return: the FIB; an error pointer: -EINVAL if the attribute is missing,
 * -ENOENT.
 */
struct mfib_fib *mfib_nl_find_fib(struct mfib_net *mnet,
				  const struct nlattr *id,
				  struct netlink_ext_ack *extack)
{
	struct mfib_fib *fib;

	if (!id) {
		NL_SET_ERR_ATTR_MISS(extack, NULL, MFIB_A_FIB_ID);
		NL_SET_ERR_MSG(extack, "The FIB's id is missing");
		return ERR_PTR(-EINVAL);
	}
	fib = mfib_fib_find(mnet, nla_get_u32(id));
	if (!fib) {
		NL_SET_ERR_MSG_ATTR(extack, id,
				    "There is no FIB with this id: cgr fib add ID");
		return ERR_PTR(-ENOENT);
	}
	return fib;
}

/**
 * mfib_nl_object() - the one object that a request is about
 * @info: the request
 * @attr: the object's top-level attribute
 *
 * Return: its nest, validated; an error pointer: -EINVAL if it is missing.
 */
struct nlattr *mfib_nl_object(struct genl_info *info, int attr)
{
	if (GENL_REQ_ATTR_CHECK(info, attr)) {
		NL_SET_ERR_MSG(info->extack, "The object is missing");
		return ERR_PTR(-EINVAL);
	}
	return info->attrs[attr];
}

/**
 * mfib_nl_bulk() - apply a request to each of its objects
 * @info: the request
 * @attr: the objects' top-level attribute
 * @maxtype: highest attribute type in an object
 * @policy: policy of an object
 * @one: does the work for one object
 * @mnet: handed to @one
 * @fib: handed to @one
 *
 * Stops at the first error. The acknowledgment carries the number of objects
 * applied.
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -EINVAL if there is no object, or what @one returned.
 */
int mfib_nl_bulk(struct genl_info *info, int attr, int maxtype,
		 const struct nla_policy *policy,
		 int (*one)(struct mfib_net *mnet, struct mfib_fib *fib,
			    struct nlattr *tb[], u16 flags,
			    struct netlink_ext_ack *extack),
		 struct mfib_net *mnet, struct mfib_fib *fib)
{
	const struct nlmsghdr *nlh = info->nlhdr;
	struct netlink_ext_ack *extack = info->extack;
	struct nlattr *tb[16], *nla;
	u32 applied = 0;
	int rem, err;

	if (WARN_ON(maxtype >= ARRAY_SIZE(tb)))
		return -EINVAL;
	if (IS_ERR(mfib_nl_object(info, attr)))
		return -EINVAL;
	nlmsg_for_each_attr(nla, nlh, GENL_HDRLEN, rem) {
		if (nla_type(nla) != attr)
			continue;
		err = nla_parse_nested(tb, maxtype, nla, policy, extack);
		if (!err)
			err = one(mnet, fib, tb, nlh->nlmsg_flags, extack);
		if (err) {
			/* The object, unless it is known more precisely. */
			if (!extack->bad_attr)
				NL_SET_BAD_ATTR(extack, nla);
			break;
		}
		applied++;
		cond_resched();
	}
	memcpy(extack->cookie, &applied, sizeof(applied));
	extack->cookie_len = sizeof(applied);
	return err;
}

/**
 * mfib_nl_fill() - complete a message: the change sequence, and one object
 * @skb: the message
 * @hdr: its header, from genlmsg_put(); may be NULL: it did not fit
 * @mnet: the namespace
 * @put: adds the object to the message; -EMSGSIZE if it does not fit
 * @object: handed to @put
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, or -EMSGSIZE and @skb is as it was before the header.
 */
int mfib_nl_fill(struct sk_buff *skb, void *hdr, struct mfib_net *mnet,
		 int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			    const void *object),
		 const void *object)
{
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u64_64bit(skb, MFIB_A_SEQ, mnet->seq, MFIB_A_PAD) ||
	    put(skb, mnet, object)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * mfib_nl_reply() - answer a request with one object
 * @info: the request
 * @cmd: the answer's command
 * @mnet: the namespace
 * @put: adds the object to the message; -EMSGSIZE if it does not fit
 * @object: handed to @put
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0 or a negative errno.
 */
int mfib_nl_reply(struct genl_info *info, u8 cmd, struct mfib_net *mnet,
		  int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
			     const void *object),
		  const void *object)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;
	int err;

	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &mfib_genl_family, 0, cmd);
	err = mfib_nl_fill(skb, hdr, mnet, put, object);
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	return genlmsg_reply(skb, info);
}

/**
 * mfib_nl_unfiltered() - refuse a dump that asks for certain objects
 * @cb: the dump
 * @attr: top-level attribute of the objects
 *
 * Return: 0 or -EINVAL.
 */
int mfib_nl_unfiltered(struct netlink_callback *cb, int attr)
{
	const struct nlattr *nla = genl_dump_attrs(cb)[attr];

	if (!nla)
		return 0;
	NL_SET_ERR_MSG_ATTR(cb->extack, nla,
			    "A dump is not filtered by this attribute");
	return -EINVAL;
}

/**
 * mfib_nl_dump_one() - add one object to a dump
 * @skb: the message
 * @cb: the dump; its seq is set
 * @cmd: command of the object's message
 * @mnet: the namespace
 * @put: adds the object; -EMSGSIZE if it does not fit
 * @object: handed to @put
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, or -EMSGSIZE and @skb is as it was.
 */
int mfib_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     struct mfib_net *mnet,
		     int (*put)(struct sk_buff *skb, struct mfib_net *mnet,
				const void *object),
		     const void *object)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &mfib_genl_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return mfib_nl_fill(skb, hdr, mnet, put, object);
}

/**
 * mfib_nl_setup() - offer the family
 *
 * Return: 0 or a negative errno.
 */
int mfib_nl_setup(void)
{
	int err = genl_register_family(&mfib_genl_family);

	if (!err)
		mfib_notify_start();
	return err;
}

/**
 * mfib_nl_teardown() - withdraw the family
 */
void mfib_nl_teardown(void)
{
	mfib_notify_stop();
	genl_unregister_family(&mfib_genl_family);
}

MODULE_ALIAS_GENL_FAMILY(MFIB_GENL_NAME);
