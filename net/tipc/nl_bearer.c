// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: bearers.
 */
#include "netlink.h"

#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "bearer.h"
#include "nl_props.h"
#include "nodes.h"

#define ETH_PREFIX	"eth:"
#define UDP_PREFIX	"udp:"

static const struct nla_policy policy[TIPC_NLA_BEARER_MAX + 1] = {
	[TIPC_NLA_BEARER_NAME]	= { .type = NLA_NUL_STRING,
				    .len = TIPC_MAX_BEARER_NAME - 1 },
	[TIPC_NLA_BEARER_PROP]	= { .type = NLA_NESTED },
	[TIPC_NLA_BEARER_DOMAIN] = { .type = NLA_U32 },
	[TIPC_NLA_BEARER_UDP_OPTS] = { .type = NLA_NESTED },
};

/* What every request about a bearer has: which one it is about. */
static int parse(struct genl_info *info, struct nlattr **tb,
		 struct net_device **dev)
{
	const char *name;
	int err;

	ASSERT_RTNL();
	err = tipc_nl_object(info, TIPC_NLA_BEARER, tb, TIPC_NLA_BEARER_MAX,
			     policy);
	if (err)
		return err;
	if (!tb[TIPC_NLA_BEARER_NAME]) {
		NL_SET_ERR_MSG(info->extack, "The name of the bearer is missing");
		return -EINVAL;
	}
	name = nla_data(tb[TIPC_NLA_BEARER_NAME]);
	if (!strncmp(name, UDP_PREFIX, strlen(UDP_PREFIX))) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_BEARER_NAME],
				    "There are no bearers over UDP: use eth:DEVICE");
		return -EOPNOTSUPP;
	}
	if (strncmp(name, ETH_PREFIX, strlen(ETH_PREFIX))) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_BEARER_NAME],
				    "Bearers are named eth:DEVICE");
		return -EINVAL;
	}
	*dev = __dev_get_by_name(genl_info_net(info),
				 name + strlen(ETH_PREFIX));
	if (!*dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_BEARER_NAME],
				    "There is no such device");
		return -ENODEV;
	}
	return 0;
}

/* Likewise, and that it is one. */
static struct tipc_bearer *find(struct genl_info *info, struct nlattr **tb)
{
	struct tipc_bearer *bearer;
	struct net_device *dev;
	int err;

	err = parse(info, tb, &dev);
	if (err)
		return ERR_PTR(err);
	bearer = tipc_bearer_find(tipc_nodes(genl_info_net(info)), dev);
	if (bearer)
		return bearer;
	NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_BEARER_NAME],
			    "The device is no bearer");
	return ERR_PTR(-EINVAL);
}

static int enable(struct genl_info *info)
{
	struct tipc_nodes *nodes = tipc_nodes(genl_info_net(info));
	struct tipc_bearer_config config = nodes->eth;
	struct nlattr *tb[TIPC_NLA_BEARER_MAX + 1];
	struct tipc_nl_props props;
	struct net_device *dev;
	int err;

	err = parse(info, tb, &dev) ?:
	      tipc_nl_props_parse(tb[TIPC_NLA_BEARER_PROP], &props,
				  info->extack);
	if (err)
		return err;
	tipc_nl_props_apply(&props, &config);
	if (tb[TIPC_NLA_BEARER_DOMAIN])
		config.domain = nla_get_u32(tb[TIPC_NLA_BEARER_DOMAIN]);
	return tipc_bearer_enable(nodes, dev, &config, info->extack);
}

/**
 * tipc_nl_bearer_enable() - %TIPC_NL_BEARER_ENABLE
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -ERANGE, -EOPNOTSUPP, -ENODEV, what tipc_bearer_enable()
 * says.
 */
int tipc_nl_bearer_enable(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = enable(info);
	rtnl_unlock();
	return err;
}

/**
 * tipc_nl_bearer_disable() - %TIPC_NL_BEARER_DISABLE
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV.
 */
int tipc_nl_bearer_disable(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_BEARER_MAX + 1];
	struct tipc_bearer *bearer;

	rtnl_lock();
	bearer = find(info, tb);
	if (!IS_ERR(bearer))
		tipc_bearer_disable(bearer);
	rtnl_unlock();
	return PTR_ERR_OR_ZERO(bearer);
}

static int set(struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_BEARER_MAX + 1];
	struct tipc_bearer *bearer;
	struct tipc_nl_props props;
	int err;

	bearer = find(info, tb);
	if (IS_ERR(bearer))
		return PTR_ERR(bearer);
	err = tipc_nl_props_parse(tb[TIPC_NLA_BEARER_PROP], &props,
				  info->extack);
	if (err)
		return err;
	/* Links are made under this lock. */
	spin_lock_bh(&bearer->nodes->lock);
	tipc_nl_props_apply(&props, &bearer->config);
	spin_unlock_bh(&bearer->nodes->lock);
	return 0;
}

/**
 * tipc_nl_bearer_set() - %TIPC_NL_BEARER_SET: what links over a bearer begin
 *	with from now on
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -ERANGE, -EOPNOTSUPP, -ENODEV.
 */
int tipc_nl_bearer_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = set(info);
	rtnl_unlock();
	return err;
}

static int put(struct sk_buff *skb, void *arg)
{
	const struct tipc_bearer *bearer = arg;
	char name[TIPC_MAX_BEARER_NAME];
	struct nlattr *nest;

	snprintf(name, sizeof(name), ETH_PREFIX "%s", bearer->dev->name);
	nest = nla_nest_start_noflag(skb, TIPC_NLA_BEARER);
	if (!nest || nla_put_string(skb, TIPC_NLA_BEARER_NAME, name) ||
	    tipc_nl_props_put(skb, TIPC_NLA_BEARER_PROP,
			      bearer->config.priority,
			      bearer->config.tolerance,
			      bearer->config.window))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * tipc_nl_bearer_get() - %TIPC_NL_BEARER_GET for one
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -EOPNOTSUPP, -ENODEV, -ENOMEM.
 */
int tipc_nl_bearer_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_BEARER_MAX + 1];
	struct tipc_bearer *bearer;
	int err;

	rtnl_lock();
	bearer = find(info, tb);
	err = IS_ERR(bearer) ? PTR_ERR(bearer) :
			       tipc_nl_answer(info, &tipc_genl_family, put, bearer);
	rtnl_unlock();
	return err;
}

/**
 * tipc_nl_bearer_walk() - dump something about each bearer
 * @skb: where messages go, one for each bearer
 * @cb: the dump, with how many bearers have been told
 * @family: what the messages are of
 * @cmd: likewise
 * @put: puts attributes into a message, of a &struct tipc_bearer; under RTNL
 *
 * If bearers came or went meanwhile, the dump says that it was interrupted.
 *
 * Context: process; takes the RTNL.
 * Return: bytes in @skb.
 */
int tipc_nl_bearer_walk(struct sk_buff *skb, struct netlink_callback *cb,
			const struct genl_family *family, u8 cmd,
			int (*put)(struct sk_buff *skb, void *bearer))
{
	struct tipc_nodes *nodes = tipc_nodes(sock_net(skb->sk));
	struct tipc_bearer *bearer;
	long i = 0;
	void *hdr;

	rtnl_lock();
	cb->seq = nodes->bearer_changes + 1;
	list_for_each_entry(bearer, &nodes->bearers, list) {
		if (i++ < cb->args[0])
			continue;
		hdr = tipc_nl_dump_one(skb, cb, family, cmd, put, bearer);
		if (!hdr)
			break;
		genl_dump_check_consistent(cb, hdr);
		cb->args[0] = i;
	}
	rtnl_unlock();
	return skb->len;
}

/**
 * tipc_nl_bearer_dump() - %TIPC_NL_BEARER_GET for all
 * @skb: the answer
 * @cb: how far the dump is
 *
 * Context: process; takes the RTNL.
 * Return: bytes in @skb.
 */
int tipc_nl_bearer_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return tipc_nl_bearer_walk(skb, cb, &tipc_genl_family,
				   TIPC_NL_BEARER_GET, put);
}
