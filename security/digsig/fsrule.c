// SPDX-License-Identifier: GPL-2.0
#include "fsrule.h"

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cache.h"
#include "mode.h"

/* More than a box has filesystems; each costs time at each decision. */
#define RULES_MAX	64

/* Of other filesystems, without a device, that the kernel alone writes to. */
#define UBIFS_MAGIC	0x24051905
#define ZFS_MAGIC	0x2fc12fc1
#define JFFS2_MAGIC	0x72b6

/* And with a device that other hosts write to as well. */
#define OCFS2_MAGIC	0x7461636f
#define GFS2_MAGIC	0x01161970

LIST_HEAD(digsig_fsrules);

/* A leaf: rules go with their filesystem in any context that unmounts. */
static DEFINE_SPINLOCK(digsig_fsrule_lock);
static u32 count;

static bool concerns(const struct digsig_fsrule *rule,
		     const struct super_block *sb)
{
	return rule->sb ? rule->sb == sb : !strcmp(rule->name, sb->s_type->name);
}

/* The rule for a filesystem, one by path before one by type; else @none. */
static int rule_for(const struct super_block *sb, int none)
{
	const struct digsig_fsrule *rule;
	int found = none;

	rcu_read_lock();
	list_for_each_entry_rcu(rule, &digsig_fsrules, list) {
		if (!concerns(rule, sb))
			continue;
		found = rule->rule;
		if (rule->sb)
			break;
	}
	rcu_read_unlock();
	return found;
}

/**
 * digsig_fs_exempt() - whether a file needs no signature
 * @path: the file; in an overlay, the layer its data is in counts as well
 *
 * Context: any that may read under RCU.
 * Return: whether a rule says so.
 */
bool digsig_fs_exempt(const struct path *path)
{
	const struct super_block *sb = path->dentry->d_sb;
	const struct super_block *real;

	if (likely(!READ_ONCE(count)))
		return false;
	if (rule_for(sb, -1) == DIGSIG_FS_RULE_EXEMPT)
		return true;
	real = d_real_inode(path->dentry)->i_sb;
	return real != sb && rule_for(real, -1) == DIGSIG_FS_RULE_EXEMPT;
}

/* Whether content changes only through this kernel. */
static bool local(const struct super_block *sb)
{
	if (sb->s_iflags & SB_I_IMA_UNVERIFIABLE_SIGNATURE)
		return false;
	switch (sb->s_magic) {
	case OCFS2_MAGIC:
	case GFS2_MAGIC:
		return false;
	case TMPFS_MAGIC:
	case RAMFS_MAGIC:
	case UBIFS_MAGIC:
	case JFFS2_MAGIC:
	case ZFS_MAGIC:
		return true;
	default:
		return sb->s_type->fs_flags & FS_REQUIRES_DEV;
	}
}

/**
 * digsig_fs_trusted() - whether what is verified is what will run
 * @path: the file
 * @inode: its real inode
 * @cache: set to whether verdicts may be cached
 *
 * Context: any that may read under RCU.
 * Return: whether the kernel alone can change the file, or a rule says that it
 * is to be verified all the same.
 */
bool digsig_fs_trusted(const struct path *path, const struct inode *inode,
		       bool *cache)
{
	*cache = local(inode->i_sb);
	if (*cache)
		return true;
	return rule_for(inode->i_sb, -1) == DIGSIG_FS_RULE_VERIFY ||
	       rule_for(path->dentry->d_sb, -1) == DIGSIG_FS_RULE_VERIFY;
}

static struct digsig_fsrule *find(const char *type,
				  const struct super_block *sb)
{
	struct digsig_fsrule *rule;

	list_for_each_entry(rule, &digsig_fsrules, list) {
		if (rule->sb == sb && (sb || !strcmp(rule->name, type)))
			return rule;
	}
	return NULL;
}

/**
 * digsig_fsrule_add() - add a rule
 * @type: type of filesystem, shorter than DIGSIG_FS_TYPE_SIZE, or NULL
 * @sb: or the filesystem, which the caller keeps from being unmounted
 * @rule: the rule
 * @extack: says what is wrong
 *
 * Context: digsig_config_lock.
 * Return: 0; -EPERM if locked; -EEXIST; -ENOSPC; -ENOMEM.
 */
int digsig_fsrule_add(const char *type, const struct super_block *sb,
		      enum digsig_fs_rule rule, struct netlink_ext_ack *extack)
{
	struct digsig_fsrule *new;
	int err;

	ASSERT_DIGSIG_CONFIG();
	err = digsig_unlocked(extack);
	if (err)
		return err;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->sb = sb;
	strscpy(new->name, sb ? sb->s_id : type, sizeof(new->name));
	new->rule = rule;
	spin_lock(&digsig_fsrule_lock);
	if (find(type, sb)) {
		NL_SET_ERR_MSG(extack, "There is a rule already: delete it first");
		err = -EEXIST;
	} else if (count >= RULES_MAX) {
		NL_SET_ERR_MSG(extack, "Too many rules");
		err = -ENOSPC;
	} else {
		list_add_tail_rcu(&new->list, &digsig_fsrules);
		WRITE_ONCE(count, count + 1);
	}
	spin_unlock(&digsig_fsrule_lock);
	if (err)
		kfree(new);
	return err;
}

/**
 * digsig_fsrule_del() - remove a rule
 * @type: type of filesystem, or NULL
 * @sb: or the filesystem
 * @extack: says what is wrong
 *
 * What runs keeps running. Verdicts are forgotten.
 *
 * Context: digsig_config_lock.
 * Return: 0; -EPERM if locked; -ENOENT.
 */
int digsig_fsrule_del(const char *type, const struct super_block *sb,
		      struct netlink_ext_ack *extack)
{
	struct digsig_fsrule *rule;
	int err;

	ASSERT_DIGSIG_CONFIG();
	err = digsig_unlocked(extack);
	if (err)
		return err;
	spin_lock(&digsig_fsrule_lock);
	rule = find(type, sb);
	if (rule) {
		list_del_rcu(&rule->list);
		WRITE_ONCE(count, count - 1);
		kfree_rcu(rule, rcu);
	}
	spin_unlock(&digsig_fsrule_lock);
	if (!rule) {
		NL_SET_ERR_MSG(extack, "There is no such rule");
		return -ENOENT;
	}
	digsig_cache_flush();
	return 0;
}

/**
 * digsig_fsrule_unmounted() - remove the rule of a filesystem that goes
 * @sb: the filesystem
 *
 * Context: any that may take a spinlock.
 */
void digsig_fsrule_unmounted(const struct super_block *sb)
{
	struct digsig_fsrule *rule;

	if (likely(!READ_ONCE(count)))
		return;
	spin_lock(&digsig_fsrule_lock);
	list_for_each_entry(rule, &digsig_fsrules, list) {
		if (rule->sb == sb) {
			list_del_rcu(&rule->list);
			WRITE_ONCE(count, count - 1);
			kfree_rcu(rule, rcu);
			break;
		}
	}
	spin_unlock(&digsig_fsrule_lock);
}

/**
 * digsig_fsrule_teardown() - free all rules
 *
 * Context: nobody uses them any more.
 */
void digsig_fsrule_teardown(void)
{
	struct digsig_fsrule *rule, *next;

	list_for_each_entry_safe(rule, next, &digsig_fsrules, list)
		kfree(rule);
}
