/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: what its objects share.
 */
#ifndef _DIGSIG_NETLINK_H
#define _DIGSIG_NETLINK_H

#include <linux/digsig.h>
#include <linux/sched.h>
#include <net/genetlink.h>

#include "format.h"

/**
 * struct digsig_report - a denial as it is reported
 * @seq: number of the event
 * @hook: where it was decided
 * @mode: whether it was denied
 * @cause: why
 * @pid: the process, as in the initial namespace
 * @uid: its user, as in the initial namespace
 * @target: the other process, or 0
 * @comm: name of the process
 * @path: name of the file, or empty
 * @digest_size: size of @digest in bytes, 0 if there is none
 * @digest: digest of the file's content
 */
struct digsig_report {
	u64 seq;
	enum digsig_hook hook;
	enum digsig_mode mode;
	enum digsig_cause cause;
	u32 pid;
	u32 uid;
	u32 target;
	char comm[TASK_COMM_LEN];
	const char *path;
	u8 digest_size;
	u8 digest[DIGSIG_DIGEST_MAX];
};

extern struct genl_family digsig_genl_family;

/* Policies, by object. */
extern const struct nla_policy digsig_hook_policy[DIGSIG_HOOK_A_MAX + 1];
extern const struct nla_policy digsig_fs_policy[DIGSIG_FS_A_MAX + 1];
extern const struct nla_policy digsig_key_policy[DIGSIG_KEY_A_MAX + 1];
extern const struct nla_policy
	digsig_revocation_policy[DIGSIG_REVOCATION_A_MAX + 1];
extern const struct nla_policy digsig_check_policy[DIGSIG_CHECK_A_MAX + 1];

/* nl_status.c */
int digsig_nl_status_get(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_cache_flush(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_lock(struct sk_buff *skb, struct genl_info *info);

/* nl_policy.c */
int digsig_nl_mode_set(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_fs_add(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_fs_del(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_fs_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* nl_key.c */
int digsig_nl_key_add(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_key_del(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_key_dump(struct sk_buff *skb, struct netlink_callback *cb);
int digsig_nl_revoke(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_revoke_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* nl_check.c */
int digsig_nl_check(struct sk_buff *skb, struct genl_info *info);
int digsig_nl_report(const struct digsig_report *report);

/* netlink.c */
int digsig_nl_parse(struct genl_info *info, int attr, struct nlattr *tb[],
		    int maxtype, const struct nla_policy *policy);
int digsig_nl_list(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		   struct list_head *list,
		   int (*put)(struct sk_buff *skb,
			      const struct list_head *entry));

int digsig_nl_setup(void);
void digsig_nl_teardown(void);

#endif /* _DIGSIG_NETLINK_H */
