// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

#include <linux/module.h>

/*
 * Programs for mainline's family need not mark nests as such, nor keep from
 * adding what it does not know: at the top level that is let pass. Inside of
 * objects tipc_nl_parse() is as strict as can be.
 */
#define LAX	(GENL_DONT_VALIDATE_STRICT | GENL_DONT_VALIDATE_DUMP)

static const struct nla_policy policy[TIPC_NLA_MAX + 1] = {
	[TIPC_NLA_BEARER]	= { .type = NLA_NESTED },
	[TIPC_NLA_SOCK]		= { .type = NLA_NESTED },
	[TIPC_NLA_PUBL]		= { .type = NLA_NESTED },
	[TIPC_NLA_LINK]		= { .type = NLA_NESTED },
	[TIPC_NLA_MEDIA]	= { .type = NLA_NESTED },
	[TIPC_NLA_NODE]		= { .type = NLA_NESTED },
	[TIPC_NLA_NET]		= { .type = NLA_NESTED },
	[TIPC_NLA_NAME_TABLE]	= { .type = NLA_NESTED },
	[TIPC_NLA_MON]		= { .type = NLA_NESTED },
};

static const struct nla_policy sock_policy[TIPC_NLA_SOCK_MAX + 1] = {
	[TIPC_NLA_SOCK_REF] = { .type = NLA_U32 },
};

static const struct nla_policy publ_get_policy[TIPC_NLA_MAX + 1] = {
	[TIPC_NLA_SOCK] = NLA_POLICY_NESTED(sock_policy),
};

#define CHANGE(_cmd, _doit) {					\
	.cmd = (_cmd),						\
	.validate = LAX,					\
	.doit = (_doit),					\
	.flags = GENL_UNS_ADMIN_PERM,				\
}

#define GET(_cmd, _doit, _dumpit) {				\
	.cmd = (_cmd),						\
	.validate = LAX,					\
	.doit = (_doit),					\
	.dumpit = (_dumpit),					\
}

static int no_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return 0;
}

/* What we do not have. It changes nothing, so anybody may be told. */
#define REFUSE(_cmd) {						\
	.cmd = (_cmd),						\
	.validate = LAX,					\
	.doit = tipc_nl_refuse,					\
	.start = tipc_nl_refuse_dump,				\
	.dumpit = no_dump,					\
}

static const struct genl_ops ops[] = {
	CHANGE(TIPC_NL_BEARER_ENABLE, tipc_nl_bearer_enable),
	CHANGE(TIPC_NL_BEARER_DISABLE, tipc_nl_bearer_disable),
	CHANGE(TIPC_NL_BEARER_SET, tipc_nl_bearer_set),
	GET(TIPC_NL_BEARER_GET, tipc_nl_bearer_get, tipc_nl_bearer_dump),
	GET(TIPC_NL_LINK_GET, tipc_nl_link_get, tipc_nl_link_dump),
	CHANGE(TIPC_NL_LINK_SET, tipc_nl_link_set),
	CHANGE(TIPC_NL_LINK_RESET_STATS, tipc_nl_link_reset_stats),
	GET(TIPC_NL_MEDIA_GET, tipc_nl_media_get, tipc_nl_media_dump),
	CHANGE(TIPC_NL_MEDIA_SET, tipc_nl_media_set),
	GET(TIPC_NL_NODE_GET, NULL, tipc_nl_node_dump),
	CHANGE(TIPC_NL_PEER_REMOVE, tipc_nl_peer_remove),
	GET(TIPC_NL_NET_GET, NULL, tipc_nl_net_dump),
	CHANGE(TIPC_NL_NET_SET, tipc_nl_net_set),
	GET(TIPC_NL_ADDR_LEGACY_GET, tipc_nl_addr_legacy_get, NULL),
	GET(TIPC_NL_NAME_TABLE_GET, NULL, tipc_nl_names_dump),
	{
		.cmd	= TIPC_NL_SOCK_GET,
		.validate = LAX,
		.start	= tipc_nl_sock_start,
		.dumpit	= tipc_nl_sock_dump,
		.done	= tipc_nl_sock_done,
	},
	{
		.cmd	= TIPC_NL_PUBL_GET,
		.validate = GENL_DONT_VALIDATE_STRICT |
			    GENL_DONT_VALIDATE_DUMP_STRICT,
		.policy	= publ_get_policy,
		.maxattr = TIPC_NLA_MAX,
		.dumpit	= tipc_nl_publ_dump,
	},
	REFUSE(TIPC_NL_MON_GET),
	REFUSE(TIPC_NL_MON_SET),
	REFUSE(TIPC_NL_MON_PEER_GET),
	REFUSE(TIPC_NL_BEARER_ADD),
	REFUSE(TIPC_NL_UDP_GET_REMOTEIP),
	REFUSE(TIPC_NL_KEY_SET),
	REFUSE(TIPC_NL_KEY_FLUSH),
};

struct genl_family tipc_genl_family __ro_after_init = {
	.name		= TIPC_GENL_V2_NAME,
	.version	= TIPC_GENL_V2_VERSION,
	.maxattr	= TIPC_NLA_MAX,
	.policy		= policy,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.resv_start_op	= TIPC_NL_CMD_MAX + 1,
};

/**
 * tipc_nl_setup() - register the netlink families
 *
 * Return: 0; -EEXIST if the kernel has another tipc; another negative errno.
 */
int __init tipc_nl_setup(void)
{
	int err;

	err = genl_register_family(&tipc_genl_family);
	if (err)
		return err;
	err = tipc_nl_cgr_setup();
	if (err)
		genl_unregister_family(&tipc_genl_family);
	return err;
}

/**
 * tipc_nl_teardown() - unregister the netlink families
 */
void tipc_nl_teardown(void)
{
	tipc_nl_cgr_teardown();
	genl_unregister_family(&tipc_genl_family);
}

/**
 * tipc_nl_parse() - parse the attributes of a nest
 * @tb: filled in, @max + 1 of them
 * @max: greatest type
 * @nest: the nest, which need not say that it is one
 * @policy: what may be in it
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL, -ERANGE.
 */
int tipc_nl_parse(struct nlattr **tb, int max, const struct nlattr *nest,
		  const struct nla_policy *policy,
		  struct netlink_ext_ack *extack)
{
	return __nla_parse(tb, max, nla_data(nest), nla_len(nest), policy,
			   NL_VALIDATE_STRICT & ~NL_VALIDATE_NESTED, extack);
}

/**
 * tipc_nl_object() - parse the object that a request is about
 * @info: the request
 * @type: which nest at the top level it is
 * @tb: filled in, @max + 1 of them
 * @max: greatest type
 * @policy: what may be in it
 *
 * Return: 0 or -EINVAL, -ERANGE.
 */
int tipc_nl_object(struct genl_info *info, int type, struct nlattr **tb,
		   int max, const struct nla_policy *policy)
{
	if (!info->attrs[type]) {
		NL_SET_ERR_MSG(info->extack, "The object of the request is missing");
		return -EINVAL;
	}
	return tipc_nl_parse(tb, max, info->attrs[type], policy, info->extack);
}

/**
 * tipc_nl_answer() - answer a request with one message
 * @info: the request
 * @family: what it is of
 * @put: puts attributes into the message; may return an error
 * @arg: for @put
 *
 * Return: 0, -ENOMEM, -EMSGSIZE, what @put returned.
 */
int tipc_nl_answer(struct genl_info *info, const struct genl_family *family,
		   int (*put)(struct sk_buff *skb, void *arg), void *arg)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;
	int err;

	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, family, 0, info->genlhdr->cmd);
	err = hdr ? put(skb, arg) : -EMSGSIZE;
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/**
 * tipc_nl_dump_one() - add a message to a dump
 * @skb: where it goes
 * @cb: the dump
 * @family: what the message is of
 * @cmd: likewise
 * @put: puts attributes into the message
 * @arg: for @put
 *
 * Return: the message's header; NULL if it does not fit or @put does not want it,
 * and there is nothing of it in @skb.
 */
void *tipc_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct genl_family *family, u8 cmd,
		       int (*put)(struct sk_buff *skb, void *arg), void *arg)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, family, NLM_F_MULTI, cmd);

	if (!hdr)
		return NULL;
	if (put(skb, arg)) {
		genlmsg_cancel(skb, hdr);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return hdr;
}
