// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: media, which are what bearers begin with.
 */
#include "netlink.h"

#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "bearer.h"
#include "nl_props.h"
#include "nodes.h"

#define ETH	"eth"

static const struct nla_policy policy[TIPC_NLA_MEDIA_MAX + 1] = {
	[TIPC_NLA_MEDIA_NAME] = { .type = NLA_NUL_STRING,
				  .len = TIPC_MAX_MEDIA_NAME },
	[TIPC_NLA_MEDIA_PROP] = { .type = NLA_NESTED },
};

static int parse(struct genl_info *info, struct nlattr **tb)
{
	int err;

	err = tipc_nl_object(info, TIPC_NLA_MEDIA, tb, TIPC_NLA_MEDIA_MAX,
			     policy);
	if (err)
		return err;
	if (!tb[TIPC_NLA_MEDIA_NAME]) {
		NL_SET_ERR_MSG(info->extack, "The name of the media is missing");
		return -EINVAL;
	}
	if (nla_strcmp(tb[TIPC_NLA_MEDIA_NAME], ETH)) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[TIPC_NLA_MEDIA_NAME],
				    "The only media is eth");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int put(struct sk_buff *skb, void *arg)
{
	const struct tipc_bearer_config *config = arg;
	struct nlattr *nest = nla_nest_start_noflag(skb, TIPC_NLA_MEDIA);

	if (!nest || nla_put_string(skb, TIPC_NLA_MEDIA_NAME, ETH) ||
	    tipc_nl_props_put(skb, TIPC_NLA_MEDIA_PROP, config->priority,
			      config->tolerance, config->window))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static struct tipc_bearer_config read(const struct net *net)
{
	struct tipc_bearer_config config;

	rtnl_lock();
	config = tipc_nodes(net)->eth;
	rtnl_unlock();
	return config;
}

/**
 * tipc_nl_media_get() - %TIPC_NL_MEDIA_GET for one
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -EOPNOTSUPP if there is no such media, -ENOMEM.
 */
int tipc_nl_media_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_MEDIA_MAX + 1];
	struct tipc_bearer_config config;
	int err;

	err = parse(info, tb);
	if (err)
		return err;
	config = read(genl_info_net(info));
	return tipc_nl_answer(info, &tipc_genl_family, put, &config);
}

/**
 * tipc_nl_media_dump() - %TIPC_NL_MEDIA_GET for all, which is one
 * @skb: the answer
 * @cb: how far the dump is
 *
 * Context: process; takes the RTNL.
 * Return: bytes in @skb.
 */
int tipc_nl_media_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tipc_bearer_config config = read(sock_net(skb->sk));

	if (cb->args[0])
		return 0;
	if (!tipc_nl_dump_one(skb, cb, &tipc_genl_family, TIPC_NL_MEDIA_GET,
			      put, &config))
		return -EMSGSIZE;
	cb->args[0] = 1;
	return skb->len;
}

/**
 * tipc_nl_media_set() - %TIPC_NL_MEDIA_SET: what bearers begin with from now on
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes the RTNL.
 * Return: 0; -EINVAL, -ERANGE, -EOPNOTSUPP.
 */
int tipc_nl_media_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TIPC_NLA_MEDIA_MAX + 1];
	struct tipc_nl_props props;
	int err;

	err = parse(info, tb) ?:
	      tipc_nl_props_parse(tb[TIPC_NLA_MEDIA_PROP], &props,
				  info->extack);
	if (err)
		return err;
	rtnl_lock();
	tipc_nl_props_apply(&props, &tipc_nodes(genl_info_net(info))->eth);
	rtnl_unlock();
	return 0;
}
