// SPDX-License-Identifier: GPL-2.0
/*
 * Requests about drafts of FIBs.
 */
#include <linux/mfib.h>
#include <net/genetlink.h>

#include "draft.h"
#include "fib.h"
#include "net.h"
#include "netlink.h"

/* A draft that is the asking socket's own. */
static struct mfib_fib *find_own(struct genl_info *info, struct mfib_fib *fib)
{
	if (fib->draft && fib->draft->owner == info->snd_portid)
		return fib->draft;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MFIB_A_FIB_ID],
			    "This socket has begun no draft of the FIB, or it was discarded");
	return ERR_PTR(-ENOENT);
}

/**
 * mfib_nl_find_routes() - the FIB, or the draft, that a request about routes
 *	names
 * @info: the request
 * @mnet: the namespace
 *
 * Context: &mfib_net.lock.
 * Return: it; an error pointer: -EINVAL if the FIB's id is missing, -ENOENT.
 */
struct mfib_fib *mfib_nl_find_routes(struct genl_info *info,
				     struct mfib_net *mnet)
{
	struct mfib_fib *fib;

	fib = mfib_nl_find_fib(mnet, info->attrs[MFIB_A_FIB_ID], info->extack);
	if (IS_ERR(fib) || !info->attrs[MFIB_A_DRAFT])
		return fib;
	return find_own(info, fib);
}

/* Does something with the FIB that the request names, under the lock. */
static int with_fib(struct genl_info *info,
		    int (*act)(struct genl_info *info, struct mfib_fib *fib))
{
	struct mfib_net *mnet = mfib_nl_lock(info);
	struct mfib_fib *fib;
	int err;

	fib = mfib_nl_find_fib(mnet, info->attrs[MFIB_A_FIB_ID], info->extack);
	err = IS_ERR(fib) ? PTR_ERR(fib) : act(info, fib);
	mfib_unlock(mnet);
	return err;
}

static int begin(struct genl_info *info, struct mfib_fib *fib)
{
	return mfib_draft_begin(fib, info->snd_portid, info->extack);
}

static int discard(struct genl_info *info, struct mfib_fib *fib)
{
	if (!fib->draft) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MFIB_A_FIB_ID],
				    "The FIB has no draft");
		return -ENOENT;
	}
	mfib_draft_discard(fib);
	return 0;
}

static int commit(struct genl_info *info, struct mfib_fib *fib)
{
	struct mfib_fib *draft = find_own(info, fib);

	if (IS_ERR(draft))
		return PTR_ERR(draft);
	mfib_draft_commit(fib);
	return 0;
}

/**
 * mfib_nl_draft_new() - %MFIB_CMD_DRAFT_NEW
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -EBUSY, -ENOENT, -EINVAL, -ENOMEM.
 */
int mfib_nl_draft_new(struct sk_buff *skb, struct genl_info *info)
{
	return with_fib(info, begin);
}

/**
 * mfib_nl_draft_del() - %MFIB_CMD_DRAFT_DEL
 * @skb: the message
 * @info: the request, of any socket
 *
 * Return: 0; -ENOENT, -EINVAL.
 */
int mfib_nl_draft_del(struct sk_buff *skb, struct genl_info *info)
{
	return with_fib(info, discard);
}

/**
 * mfib_nl_draft_commit() - %MFIB_CMD_DRAFT_COMMIT
 * @skb: the message
 * @info: the request
 *
 * Return: 0; -ENOENT, -EINVAL.
 */
int mfib_nl_draft_commit(struct sk_buff *skb, struct genl_info *info)
{
	return with_fib(info, commit);
}
