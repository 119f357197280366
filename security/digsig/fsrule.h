/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filesystems: which the kernel alone changes, and the administrator's rules.
 */
#ifndef _DIGSIG_FSRULE_H
#define _DIGSIG_FSRULE_H

#include <linux/digsig.h>
#include <linux/list.h>
#include <linux/rcupdate.h>

/* Longer than any name of a type of filesystem. */
#define DIGSIG_FS_TYPE_SIZE	32

struct inode;
struct netlink_ext_ack;
struct path;
struct super_block;

/**
 * struct digsig_fsrule - a rule
 * @list: in digsig_fsrules; read under RCU
 * @sb: the filesystem meant, as a number: it may be going; NULL if by type
 * @name: name of the type, or of the filesystem's device
 * @rule: what it says
 * @rcu: for freeing
 */
struct digsig_fsrule {
	struct list_head list;
	const struct super_block *sb;
	char name[DIGSIG_FS_TYPE_SIZE];
	enum digsig_fs_rule rule;
	struct rcu_head rcu;
};

extern struct list_head digsig_fsrules;

bool digsig_fs_exempt(const struct path *path);
bool digsig_fs_trusted(const struct path *path, const struct inode *inode,
		       bool *cache);

int digsig_fsrule_add(const char *type, const struct super_block *sb,
		      enum digsig_fs_rule rule, struct netlink_ext_ack *extack);
int digsig_fsrule_del(const char *type, const struct super_block *sb,
		      struct netlink_ext_ack *extack);
void digsig_fsrule_unmounted(const struct super_block *sb);
void digsig_fsrule_teardown(void);

#endif /* _DIGSIG_FSRULE_H */
