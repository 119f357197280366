// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: dumps of routes.
 */
#include "netlink.h"

#include <linux/mfib.h>

#include "alias.h"
#include "fib.h"
#include "net.h"
#include "route.h"

/* So many prefixes are looked at before others have their turn with the lock. */
#define BATCH	4096

/* Where a dump of routes is: behind the prefix at @cursor or, if @inside, behind
 * the route to it with @metric that is @followed or not. Names nothing that could
 * go away.
 */
struct route_dump {
	unsigned long fib_id;
	u32 metric;
	u8 family;
	bool followed;
	bool inside;
	bool done;
	struct mfib_lpm_cursor cursor;
};

/* Whether a route of the prefix in work has been dumped: those with a lower
 * metric have, and with the same metric the followed one comes first.
 */
static bool is_done(const struct route_dump *at, const struct mfib_info *info)
{
	if (!at->inside)
		return false;
	if (info->key.metric != at->metric)
		return info->key.metric < at->metric;
	return mfib_info_is_followed(info) || !at->followed;
}

static int dump_prefix(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct mfib_fib *fib, enum mfib_family family,
		       const struct mfib_route_filter *filter,
		       const struct mfib_lpm_cursor *cursor, u32 index)
{
	struct route_dump *at = (struct route_dump *)cb->ctx;
	const struct mfib_prefix prefix = mfib_prefix_at(cursor, family);
	const struct mfib_info *active;
	struct mfib_info *const *alias;
	struct mfib_info *single[1];
	u32 i, n;

	active = mfib_info_active(mfib_info_deref(fib->mnet, index));
	n = mfib_aliases(fib->mnet, index, single, &alias);
	for (i = 0; i < n; i++) {
		struct mfib_nl_route route = {
			.fib = fib,
			.prefix = &prefix,
			.info = alias[i],
			.active = alias[i] == active,
		};

		if (is_done(at, alias[i]) ||
		    !mfib_route_matches(alias[i], &filter->match))
			continue;
		if (mfib_nl_dump_one(skb, cb, MFIB_CMD_ROUTE_GET, fib->mnet,
				     mfib_nl_route_put, &route))
			return -EMSGSIZE;
		at->cursor = *cursor;
		at->inside = true;
		at->metric = alias[i]->key.metric;
		at->followed = mfib_info_is_followed(alias[i]);
	}
	at->cursor = *cursor;
	at->inside = false;
	return 0;
}

/* Returns -EMSGSIZE if the message is full, -EAGAIN if others shall have a turn. */
static int dump_family(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct mfib_fib *fib, enum mfib_family family,
		       const struct mfib_route_filter *filter)
{
	struct route_dump *at = (struct route_dump *)cb->ctx;
	struct mfib_lpm_cursor next = at->cursor;
	u32 index, seen = 0;

	if (at->inside) {
		index = mfib_lpm_find(mfib_fib_lpm(fib, family), next.addr,
				      next.len);
		if (index != MFIB_LPM_NONE &&
		    dump_prefix(skb, cb, fib, family, filter, &next, index))
			return -EMSGSIZE;
		at->inside = false;
	}
	while ((index = mfib_route_next(fib, family, filter, &next))) {
		if (dump_prefix(skb, cb, fib, family, filter, &next, index))
			return -EMSGSIZE;
		if (++seen == BATCH)
			return -EAGAIN;
	}
	return 0;
}

static int dump_fib(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct mfib_fib *fib,
		    const struct mfib_route_filter *filter)
{
	struct route_dump *at = (struct route_dump *)cb->ctx;
	int err;

	for (; at->family < MFIB_FAMILIES; at->family++) {
		err = dump_family(skb, cb, fib, at->family, filter);
		if (err)
			return err;
		memset(&at->cursor, 0, sizeof(at->cursor));
	}
	at->family = 0;
	return 0;
}

/* Goes on with a dump. Returns -EAGAIN if others shall have a turn. */
static int dump_some(struct sk_buff *skb, struct netlink_callback *cb,
		     struct mfib_net *mnet,
		     const struct mfib_route_filter *filter)
{
	struct nlattr *only = genl_dump_attrs(cb)[MFIB_A_FIB_ID];
	struct route_dump *at = (struct route_dump *)cb->ctx;
	unsigned long id = at->fib_id;
	struct mfib_fib *fib;
	int err;

	cb->seq = mnet->seq;
	if (only && !id) {
		fib = mfib_nl_find_fib(mnet, only, cb->extack);
		if (IS_ERR(fib))
			return PTR_ERR(fib);
		id = fib->id;
	}
	for (fib = xa_find(&mnet->fibs, &id, ULONG_MAX, XA_PRESENT);
	     fib && !(only && fib->id != nla_get_u32(only));
	     fib = xa_find_after(&mnet->fibs, &id, ULONG_MAX, XA_PRESENT)) {
		/* A new one, or the one in work has been deleted. */
		if (id != at->fib_id)
			*at = (struct route_dump){ .fib_id = id };
		err = dump_fib(skb, cb, fib, filter);
		if (err)
			return err;
	}
	at->done = true;
	return 0;
}

/**
 * mfib_nl_route_dump() - %MFIB_CMD_ROUTE_GET of many routes
 * @skb: where they go
 * @cb: the dump; remembers the prefix, so that changes in between do no harm
 *
 * Return: length of @skb, 0 at the end; -ENOENT, -EINVAL.
 */
int mfib_nl_route_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mfib_net *mnet = mfib_net(sock_net(skb->sk));
	struct route_dump *at = (struct route_dump *)cb->ctx;
	struct mfib_route_filter filter;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->ctx));
	if (at->done)
		return 0;
	err = mfib_nl_unfiltered(cb, MFIB_A_DRAFT) ?:
	      mfib_nl_route_filter(genl_dump_attrs(cb), &filter, cb->extack);
	if (err)
		return err;
	do {
		mfib_lock(mnet);
		err = dump_some(skb, cb, mnet, &filter);
		mfib_unlock(mnet);
		cond_resched();
	} while (err == -EAGAIN);
	return err && err != -EMSGSIZE ? err : skb->len;
}
