// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: commands for what mainline has and we do not.
 */
#include "netlink.h"

static const char *sentence(u8 cmd)
{
	switch (cmd) {
	case TIPC_NL_KEY_SET:
	case TIPC_NL_KEY_FLUSH:
		return "There is no encryption: use MACsec below the bearer";
	case TIPC_NL_BEARER_ADD:
	case TIPC_NL_UDP_GET_REMOTEIP:
		return "There are no bearers over UDP: use eth:DEVICE";
	default:
		return "There is no link monitor: each node watches each other one";
	}
}

/* NL_SET_ERR_MSG() wants a literal. */
static int refuse(u8 cmd, struct netlink_ext_ack *extack)
{
	if (extack)
		extack->_msg = sentence(cmd);
	return -EOPNOTSUPP;
}

/**
 * tipc_nl_refuse() - a command for what there is not
 * @skb: the request
 * @info: its attributes
 *
 * Return: -EOPNOTSUPP.
 */
int tipc_nl_refuse(struct sk_buff *skb, struct genl_info *info)
{
	return refuse(info->genlhdr->cmd, info->extack);
}

/**
 * tipc_nl_refuse_dump() - a dump of what there is not
 * @cb: the dump
 *
 * Return: -EOPNOTSUPP.
 */
int tipc_nl_refuse_dump(struct netlink_callback *cb)
{
	return refuse(genl_dumpit_info(cb)->op.cmd, cb->extack);
}
