// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: modes of hooks, and rules for filesystems.
 */
#include "netlink.h"

#include <linux/namei.h>
#include <linux/path.h>

#include "fsrule.h"
#include "mode.h"

const struct nla_policy digsig_hook_policy[DIGSIG_HOOK_A_MAX + 1] = {
	[DIGSIG_HOOK_A_ID]	= NLA_POLICY_MAX(NLA_U8, DIGSIG_HOOKS - 1),
	[DIGSIG_HOOK_A_MODE]	= NLA_POLICY_MAX(NLA_U8, DIGSIG_MODE_ENFORCE),
};

const struct nla_policy digsig_fs_policy[DIGSIG_FS_A_MAX + 1] = {
	[DIGSIG_FS_A_TYPE]	= { .type = NLA_NUL_STRING, .len = DIGSIG_FS_TYPE_SIZE - 1 },
	[DIGSIG_FS_A_PATH]	= { .type = NLA_NUL_STRING, .len = PATH_MAX - 1 },
	[DIGSIG_FS_A_RULE]	= NLA_POLICY_MAX(NLA_U8, DIGSIG_FS_RULE_VERIFY),
};

static int parse_hook(const struct nlattr *nest, u8 modes[DIGSIG_HOOKS],
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[DIGSIG_HOOK_A_MAX + 1];
	int err;

	err = nla_parse_nested(tb, DIGSIG_HOOK_A_MAX, nest, digsig_hook_policy,
			       extack);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(extack, nest, tb, DIGSIG_HOOK_A_ID) ||
	    NL_REQ_ATTR_CHECK(extack, nest, tb, DIGSIG_HOOK_A_MODE)) {
		NL_SET_ERR_MSG(extack, "A hook needs its id and a mode");
		return -EINVAL;
	}
	modes[nla_get_u8(tb[DIGSIG_HOOK_A_ID])] =
		nla_get_u8(tb[DIGSIG_HOOK_A_MODE]);
	return 0;
}

static int parse_modes(struct genl_info *info, u8 modes[DIGSIG_HOOKS])
{
	const struct nlattr *all = info->attrs[DIGSIG_A_MODE], *nla;
	int rem, err, i;

	if (!all && !info->attrs[DIGSIG_A_HOOK]) {
		NL_SET_ERR_MSG(info->extack, "There is no mode to set");
		return -EINVAL;
	}
	for (i = 0; i < DIGSIG_HOOKS; i++) {
		modes[i] = digsig_mode(i);
		if (all && !digsig_hook_optional(i))
			modes[i] = nla_get_u8(all);
	}
	nlmsg_for_each_attr(nla, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != DIGSIG_A_HOOK)
			continue;
		err = parse_hook(nla, modes, info->extack);
		if (err)
			return err;
	}
	return 0;
}

/**
 * digsig_nl_mode_set() - %DIGSIG_CMD_MODE_SET
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EPERM if locked or in recovery; -ENOKEY.
 */
int digsig_nl_mode_set(struct sk_buff *skb, struct genl_info *info)
{
	u8 modes[DIGSIG_HOOKS];
	int err;

	mutex_lock(&digsig_config_lock);
	err = parse_modes(info, modes);
	if (!err)
		err = digsig_mode_set(modes, info->extack);
	mutex_unlock(&digsig_config_lock);
	return err;
}

/* Adds the rule for a filesystem, or deletes it. */
static int change(struct genl_info *info, struct nlattr *tb[], const char *type,
		  const struct super_block *sb)
{
	int err;

	mutex_lock(&digsig_config_lock);
	if (tb[DIGSIG_FS_A_RULE])
		err = digsig_fsrule_add(type, sb,
					nla_get_u8(tb[DIGSIG_FS_A_RULE]),
					info->extack);
	else
		err = digsig_fsrule_del(type, sb, info->extack);
	mutex_unlock(&digsig_config_lock);
	return err;
}

/* The same for the filesystem that a request names. */
static int change_named(struct genl_info *info, struct nlattr *tb[])
{
	const struct nlattr *type = tb[DIGSIG_FS_A_TYPE];
	const struct nlattr *name = type ?: tb[DIGSIG_FS_A_PATH];
	struct path path;
	int err;

	if (!type == !tb[DIGSIG_FS_A_PATH]) {
		NL_SET_ERR_MSG(info->extack,
			       "A rule is for a type of filesystem or for a path, one of them");
		return -EINVAL;
	}
	/* The kernel would take an empty path for the current folder. */
	if (!*(const char *)nla_data(name)) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "The name is empty");
		return -EINVAL;
	}
	if (type)
		return change(info, tb, nla_data(type), NULL);
	err = kern_path(nla_data(name), LOOKUP_FOLLOW, &path);
	if (err) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "There is no such path");
		return err;
	}
	err = change(info, tb, NULL, path.dentry->d_sb);
	path_put(&path);
	return err;
}

/**
 * digsig_nl_fs_add() - %DIGSIG_CMD_FS_ADD
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EPERM if locked; -EEXIST; -ENOSPC; -ENOMEM; the errors
 * of looking a path up.
 */
int digsig_nl_fs_add(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_FS_A_MAX + 1];
	int err;

	err = digsig_nl_parse(info, DIGSIG_A_FS, tb, DIGSIG_FS_A_MAX,
			      digsig_fs_policy);
	if (err)
		return err;
	if (NL_REQ_ATTR_CHECK(info->extack, info->attrs[DIGSIG_A_FS], tb,
			      DIGSIG_FS_A_RULE)) {
		NL_SET_ERR_MSG(info->extack, "The rule is missing");
		return -EINVAL;
	}
	return change_named(info, tb);
}

/**
 * digsig_nl_fs_del() - %DIGSIG_CMD_FS_DEL
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EPERM if locked; -ENOENT; the errors of looking a path
 * up.
 */
int digsig_nl_fs_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_FS_A_MAX + 1];
	int err;

	err = digsig_nl_parse(info, DIGSIG_A_FS, tb, DIGSIG_FS_A_MAX,
			      digsig_fs_policy);
	if (err)
		return err;
	if (tb[DIGSIG_FS_A_RULE]) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[DIGSIG_FS_A_RULE],
				    "A rule is named by its filesystem alone");
		return -EINVAL;
	}
	return change_named(info, tb);
}

static int put_fs(struct sk_buff *skb, const struct list_head *entry)
{
	const struct digsig_fsrule *rule =
		list_entry(entry, struct digsig_fsrule, list);
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_FS);

	if (!nest ||
	    nla_put_string(skb, rule->sb ? DIGSIG_FS_A_PATH : DIGSIG_FS_A_TYPE,
			   rule->name) ||
	    nla_put_u8(skb, DIGSIG_FS_A_RULE, rule->rule))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_fs_dump() - dump of %DIGSIG_CMD_FS_GET
 * @skb: the message
 * @cb: the dump
 *
 * Return: length of the message.
 */
int digsig_nl_fs_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return digsig_nl_list(skb, cb, DIGSIG_CMD_FS_GET, &digsig_fsrules,
			      put_fs);
}
