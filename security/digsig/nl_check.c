// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: what would be decided about a file, and what was denied.
 */
#include "netlink.h"

#include <linux/file.h>
#include <linux/fs.h>

#include "evaluate.h"
#include "verify.h"

const struct nla_policy digsig_check_policy[DIGSIG_CHECK_A_MAX + 1] = {
	[DIGSIG_CHECK_A_PATH]	= { .type = NLA_NUL_STRING, .len = PATH_MAX - 1 },
	[DIGSIG_CHECK_A_FD]	= { .type = NLA_U32 },
};

/* The file that a request names; the request is of the calling process. */
static struct file *find_file(struct genl_info *info, struct nlattr *tb[])
{
	const struct nlattr *path = tb[DIGSIG_CHECK_A_PATH];
	const struct nlattr *fd = tb[DIGSIG_CHECK_A_FD];
	struct file *file;

	if (!path == !fd) {
		NL_SET_ERR_MSG(info->extack,
			       "A file is named by a path or a descriptor, one of them");
		return ERR_PTR(-EINVAL);
	}
	if (path) {
		file = filp_open(nla_data(path), O_RDONLY | O_LARGEFILE |
				 O_NONBLOCK | O_NOCTTY, 0);
	} else {
		file = fget(nla_get_u32(fd));
		if (!file)
			file = ERR_PTR(-EBADF);
	}
	if (IS_ERR(file)) {
		NL_SET_ERR_MSG_ATTR(info->extack, path ?: fd,
				    "The file cannot be opened");
		return file;
	}
	if (S_ISREG(file_inode(file)->i_mode) && file->f_mode & FMODE_READ)
		return file;
	fput(file);
	NL_SET_ERR_MSG_ATTR(info->extack, path ?: fd,
			    "Not a regular file open for reading");
	return ERR_PTR(-EINVAL);
}

static int put_verdict(struct sk_buff *skb, const struct digsig_verdict *verdict,
		       u32 flags)
{
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_CHECK);

	if (!nest ||
	    nla_put_u8(skb, DIGSIG_CHECK_A_CAUSE, verdict->cause) ||
	    nla_put_u8(skb, DIGSIG_CHECK_A_PLACEMENT, verdict->place) ||
	    nla_put_u32(skb, DIGSIG_CHECK_A_FLAGS, flags))
		return -EMSGSIZE;
	if (verdict->size && nla_put(skb, DIGSIG_CHECK_A_DIGEST, verdict->size,
				     verdict->digest))
		return -EMSGSIZE;
	if (verdict->why &&
	    nla_put_string(skb, DIGSIG_CHECK_A_WHY, verdict->why))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_check() - %DIGSIG_CMD_CHECK
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EINVAL; -EBADF; the errors of opening a file; -ENOMEM.
 */
int digsig_nl_check(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[DIGSIG_CHECK_A_MAX + 1];
	struct digsig_verdict verdict;
	struct sk_buff *reply;
	struct file *file;
	u32 flags;
	void *hdr;
	int err;

	err = digsig_nl_parse(info, DIGSIG_A_CHECK, tb, DIGSIG_CHECK_A_MAX,
			      digsig_check_policy);
	if (err)
		return err;
	file = find_file(info, tb);
	if (IS_ERR(file))
		return PTR_ERR(file);
	digsig_check(file, &verdict, &flags);
	fput(file);
	reply = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &digsig_genl_family, 0,
				DIGSIG_CMD_CHECK);
	err = hdr ? put_verdict(reply, &verdict, flags) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

static int put_report(struct sk_buff *skb, const struct digsig_report *report)
{
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_EVENT);

	if (!nest ||
	    nla_put_u64_64bit(skb, DIGSIG_EVENT_A_SEQ, report->seq,
			      DIGSIG_EVENT_A_PAD) ||
	    nla_put_u8(skb, DIGSIG_EVENT_A_HOOK, report->hook) ||
	    nla_put_u8(skb, DIGSIG_EVENT_A_MODE, report->mode) ||
	    nla_put_u8(skb, DIGSIG_EVENT_A_CAUSE, report->cause) ||
	    nla_put_u32(skb, DIGSIG_EVENT_A_PID, report->pid) ||
	    nla_put_u32(skb, DIGSIG_EVENT_A_UID, report->uid) ||
	    nla_put_string(skb, DIGSIG_EVENT_A_COMM, report->comm))
		return -EMSGSIZE;
	if (*report->path &&
	    nla_put_string(skb, DIGSIG_EVENT_A_PATH, report->path))
		return -EMSGSIZE;
	if (report->digest_size &&
	    nla_put(skb, DIGSIG_EVENT_A_DIGEST, report->digest_size,
		    report->digest))
		return -EMSGSIZE;
	if (report->target &&
	    nla_put_u32(skb, DIGSIG_EVENT_A_TARGET, report->target))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_report() - send %DIGSIG_CMD_EVENT to those who listen
 * @report: what happened
 *
 * Context: process context.
 * Return: 0; -ESRCH if nobody listens; -ENOMEM.
 */
int digsig_nl_report(const struct digsig_report *report)
{
	struct sk_buff *skb;
	void *hdr;

	if (!genl_has_listeners(&digsig_genl_family, &init_net, 0))
		return -ESRCH;
	skb = genlmsg_new(PATH_MAX + NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put(skb, 0, 0, &digsig_genl_family, 0, DIGSIG_CMD_EVENT);
	if (!hdr || put_report(skb, report)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_multicast_netns(&digsig_genl_family, &init_net, skb, 0,
				       0, GFP_KERNEL);
}
