// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

#include <linux/capability.h>
#include <linux/module.h>

#include "mode.h"

static const struct nla_policy mode_policy[DIGSIG_A_MAX + 1] = {
	[DIGSIG_A_MODE]		= NLA_POLICY_MAX(NLA_U8, DIGSIG_MODE_ENFORCE),
	[DIGSIG_A_HOOK]		= NLA_POLICY_NESTED(digsig_hook_policy),
};

static const struct nla_policy fs_policy[DIGSIG_A_MAX + 1] = {
	[DIGSIG_A_FS]		= NLA_POLICY_NESTED(digsig_fs_policy),
};

static const struct nla_policy key_policy[DIGSIG_A_MAX + 1] = {
	[DIGSIG_A_KEY]		= NLA_POLICY_NESTED(digsig_key_policy),
};

static const struct nla_policy revocation_policy[DIGSIG_A_MAX + 1] = {
	[DIGSIG_A_REVOCATION]	= NLA_POLICY_NESTED(digsig_revocation_policy),
};

static const struct nla_policy check_policy[DIGSIG_A_MAX + 1] = {
	[DIGSIG_A_CHECK]	= NLA_POLICY_NESTED(digsig_check_policy),
};

/* Of commands without attributes. */
static const struct nla_policy no_policy[DIGSIG_A_MAX + 1] = {};

static int admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_MAC_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "digsig needs CAP_MAC_ADMIN in the initial user namespace");
	return -EPERM;
}

static int admin_dump(struct netlink_callback *cb)
{
	return admin(cb->skb, cb->extack);
}

/* Each command with its function, behind the check of rights. */
#define FUNCTION(_name)							\
static int do_##_name(struct sk_buff *skb, struct genl_info *info)	\
{									\
	return admin(skb, info->extack) ?: digsig_nl_##_name(skb, info); \
}

FUNCTION(status_get)
FUNCTION(mode_set)
FUNCTION(fs_add)
FUNCTION(fs_del)
FUNCTION(key_add)
FUNCTION(key_del)
FUNCTION(revoke)
FUNCTION(check)
FUNCTION(cache_flush)
FUNCTION(lock)

#define DO(_cmd, _name, _policy) {				\
	.cmd = (_cmd),						\
	.doit = do_##_name,					\
	.policy = (_policy),					\
	.maxattr = DIGSIG_A_MAX,				\
}

#define DUMP(_cmd, _name) {					\
	.cmd = (_cmd),						\
	.start = admin_dump,					\
	.dumpit = digsig_nl_##_name,				\
	.policy = no_policy,					\
	.maxattr = DIGSIG_A_MAX,				\
}

static const struct genl_ops ops[] = {
	DO(DIGSIG_CMD_STATUS_GET, status_get, no_policy),
	DO(DIGSIG_CMD_MODE_SET, mode_set, mode_policy),
	DO(DIGSIG_CMD_FS_ADD, fs_add, fs_policy),
	DO(DIGSIG_CMD_FS_DEL, fs_del, fs_policy),
	DUMP(DIGSIG_CMD_FS_GET, fs_dump),
	DO(DIGSIG_CMD_KEY_ADD, key_add, key_policy),
	DO(DIGSIG_CMD_KEY_DEL, key_del, key_policy),
	DUMP(DIGSIG_CMD_KEY_GET, key_dump),
	DO(DIGSIG_CMD_REVOKE, revoke, revocation_policy),
	DUMP(DIGSIG_CMD_REVOKE_GET, revoke_dump),
	DO(DIGSIG_CMD_CHECK, check, check_policy),
	DO(DIGSIG_CMD_CACHE_FLUSH, cache_flush, no_policy),
	DO(DIGSIG_CMD_LOCK, lock, no_policy),
};

static const struct genl_multicast_group groups[] = {
	{ .name = DIGSIG_GENL_DENIALS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

struct genl_family digsig_genl_family __ro_after_init = {
	.name		= DIGSIG_GENL_NAME,
	.version	= DIGSIG_GENL_VERSION,
	.maxattr	= DIGSIG_A_MAX,
	/* A long check must not keep everything else waiting. */
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
	.resv_start_op	= DIGSIG_CMD_UNSPEC + 1,
};

/**
 * digsig_nl_parse() - the object that a request is about
 * @info: the request
 * @attr: the object's top-level attribute
 * @tb: filled in with its attributes
 * @maxtype: highest type of these
 * @policy: their policy
 *
 * Return: 0 or -EINVAL.
 */
int digsig_nl_parse(struct genl_info *info, int attr, struct nlattr *tb[],
		    int maxtype, const struct nla_policy *policy)
{
	if (GENL_REQ_ATTR_CHECK(info, attr)) {
		NL_SET_ERR_MSG(info->extack, "The object is missing");
		return -EINVAL;
	}
	return nla_parse_nested(tb, maxtype, info->attrs[attr], policy,
				info->extack);
}

/**
 * digsig_nl_list() - dump a list, a message for each entry
 * @skb: the message
 * @cb: the dump
 * @cmd: command of the messages
 * @list: the list; entries come and go under digsig_config_lock or RCU
 * @put: adds an entry's object; -EMSGSIZE if it does not fit
 *
 * An entry is dumped twice or not at all if one in front of it comes or goes
 * meanwhile.
 *
 * Context: process context.
 * Return: length of the message.
 */
int digsig_nl_list(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   struct list_head *list,
		   int (*put)(struct sk_buff *skb,
			      const struct list_head *entry))
{
	const struct list_head *entry;
	long index = 0;
	void *hdr;

	mutex_lock(&digsig_config_lock);
	rcu_read_lock();
	for (entry = READ_ONCE(list->next); entry != list;
	     entry = READ_ONCE(entry->next)) {
		if (index++ < cb->args[0])
			continue;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, &digsig_genl_family,
				  NLM_F_MULTI, cmd);
		if (!hdr)
			break;
		if (put(skb, entry)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = index;
	}
	rcu_read_unlock();
	mutex_unlock(&digsig_config_lock);
	return skb->len;
}

/**
 * digsig_nl_setup() - offer the family
 *
 * Return: 0 or a negative errno.
 */
int digsig_nl_setup(void)
{
	return genl_register_family(&digsig_genl_family);
}

/**
 * digsig_nl_teardown() - withdraw the family
 */
void digsig_nl_teardown(void)
{
	genl_unregister_family(&digsig_genl_family);
}

MODULE_ALIAS_GENL_FAMILY(DIGSIG_GENL_NAME);
