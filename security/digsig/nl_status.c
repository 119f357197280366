// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the module's state, cache and lock.
 */
#include "netlink.h"

#include "cache.h"
#include "digest.h"
#include "evaluate.h"
#include "event.h"
#include "keyring.h"
#include "mode.h"
#include "revoke.h"
#include "verify.h"

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, DIGSIG_STATUS_A_PAD);
}

static int put_status(struct sk_buff *skb)
{
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_STATUS);
	struct digsig_cache_stats cache;
	u32 flags = 0;

	if (digsig_locked())
		flags |= DIGSIG_STATUS_F_LOCKED;
	if (digsig_recovery())
		flags |= DIGSIG_STATUS_F_RECOVERY;
	digsig_cache_stats(&cache);
	if (!nest ||
	    nla_put_u32(skb, DIGSIG_STATUS_A_FLAGS, flags) ||
	    nla_put_u32(skb, DIGSIG_STATUS_A_KEYS, digsig_key_count()) ||
	    nla_put_u32(skb, DIGSIG_STATUS_A_REVOKED,
			digsig_revocation_count()) ||
	    nla_put_u32(skb, DIGSIG_STATUS_A_CACHE_ENTRIES, cache.entries) ||
	    nla_put_u32(skb, DIGSIG_STATUS_A_CACHE_MAX, cache.max) ||
	    put_u64(skb, DIGSIG_STATUS_A_CACHE_HITS, cache.hits) ||
	    put_u64(skb, DIGSIG_STATUS_A_VERIFIED, digsig_verify_count()) ||
	    put_u64(skb, DIGSIG_STATUS_A_VERIFIED_BYTES,
		    digsig_digest_bytes()) ||
	    put_u64(skb, DIGSIG_STATUS_A_EVENTS, digsig_event_count()) ||
	    put_u64(skb, DIGSIG_STATUS_A_EVENTS_LOST, digsig_event_lost()))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_hook(struct sk_buff *skb, enum digsig_hook hook)
{
	struct nlattr *nest = nla_nest_start(skb, DIGSIG_A_HOOK);
	struct digsig_hook_counters counters;

	digsig_hook_counters(hook, &counters);
	if (!nest ||
	    nla_put_u8(skb, DIGSIG_HOOK_A_ID, hook) ||
	    nla_put_u8(skb, DIGSIG_HOOK_A_MODE, digsig_mode(hook)) ||
	    nla_put_u32(skb, DIGSIG_HOOK_A_FLAGS,
			digsig_hook_optional(hook) ? DIGSIG_HOOK_F_OPTIONAL :
						     0) ||
	    nla_put_u64_64bit(skb, DIGSIG_HOOK_A_DENIED, counters.denied,
			      DIGSIG_HOOK_A_PAD) ||
	    nla_put_u64_64bit(skb, DIGSIG_HOOK_A_WOULD_DENY,
			      counters.would_deny, DIGSIG_HOOK_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * digsig_nl_status_get() - %DIGSIG_CMD_STATUS_GET
 * @skb: the message
 * @info: the request
 *
 * Return: 0 or -ENOMEM.
 */
int digsig_nl_status_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;
	int err, i;

	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &digsig_genl_family, 0,
				DIGSIG_CMD_STATUS_GET);
	err = hdr ? put_status(reply) : -EMSGSIZE;
	for (i = 0; !err && i < DIGSIG_HOOKS; i++)
		err = put_hook(reply, i);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

/**
 * digsig_nl_cache_flush() - %DIGSIG_CMD_CACHE_FLUSH
 * @skb: the message
 * @info: the request
 *
 * Return: 0.
 */
int digsig_nl_cache_flush(struct sk_buff *skb, struct genl_info *info)
{
	digsig_cache_flush();
	return 0;
}

/**
 * digsig_nl_lock() - %DIGSIG_CMD_LOCK
 * @skb: the message
 * @info: the request
 *
 * Return: 0, also if it is locked already.
 */
int digsig_nl_lock(struct sk_buff *skb, struct genl_info *info)
{
	mutex_lock(&digsig_config_lock);
	digsig_lock();
	mutex_unlock(&digsig_config_lock);
	return 0;
}
