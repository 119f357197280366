// SPDX-License-Identifier: GPL-2.0
#include "draft.h"

#include <linux/mfib.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#include "alias.h"
#include "fib.h"
#include "notify.h"
#include "route.h"

static int copy_followed(const struct mfib_fib *from, struct mfib_fib *to,
			 enum mfib_family family)
{
	struct mfib_info *single[1], *const *alias;
	struct mfib_lpm_cursor cursor = {};
	struct mfib_prefix prefix;
	u32 index, i, n;
	int err;

	while ((index = mfib_lpm_next(mfib_fib_lpm(from, family), &cursor))) {
		prefix = mfib_prefix_at(&cursor, family);
		n = mfib_aliases(from->mnet, index, single, &alias);
		for (i = 0; i < n; i++) {
			if (!(alias[i]->key.flags & MFIB_ROUTE_F_FOLLOWED))
				continue;
			err = mfib_route_set(to, &prefix, &alias[i]->key,
					     NLM_F_CREATE | NLM_F_EXCL, NULL);
			if (err)
				return err;
		}
		cond_resched();
	}
	return 0;
}

/**
 * mfib_draft_begin() - begin a draft for a FIB
 * @fib: the FIB
 * @owner: port id of the socket that it is to go with
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0; -EBUSY if the FIB has a draft, -ENOMEM.
 */
int mfib_draft_begin(struct mfib_fib *fib, u32 owner,
		     struct netlink_ext_ack *extack)
{
	enum mfib_family family;
	struct mfib_fib *draft;
	int err = 0;

	ASSERT_MFIB(fib->mnet);
	if (fib->draft) {
		NL_SET_ERR_MSG(extack,
			       "The FIB's routes are being replaced already: wait, or end who does it");
		return -EBUSY;
	}
	draft = mfib_fib_alloc(fib->mnet, fib->id);
	if (!draft)
		return -ENOMEM;
	draft->of = fib;
	draft->owner = owner;
	for (family = 0; family < MFIB_FAMILIES && !err; family++)
		err = copy_followed(fib, draft, family);
	if (err) {
		mfib_fib_dispose(draft);
		return err;
	}
	fib->draft = draft;
	WRITE_ONCE(fib->mnet->drafts, fib->mnet->drafts + 1);
	return 0;
}

static struct mfib_fib *take(struct mfib_fib *fib)
{
	struct mfib_fib *draft = fib->draft;

	fib->draft = NULL;
	WRITE_ONCE(fib->mnet->drafts, fib->mnet->drafts - 1);
	return draft;
}

/**
 * mfib_draft_discard() - forget a draft
 * @fib: the FIB, which has one
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_draft_discard(struct mfib_fib *fib)
{
	ASSERT_MFIB(fib->mnet);
	mfib_fib_dispose(take(fib));
}

/* The routes of one prefix in the old trees or the new ones. */
struct routes {
	const struct mfib_fib *fib;
	enum mfib_family family;
	struct mfib_lpm_cursor cursor;
	u32 index;
	u32 n;
	struct mfib_info *const *alias;
	struct mfib_info *single[1];
	const struct mfib_info *active;
};

static void next_prefix(struct routes *r)
{
	struct mfib_net *mnet = r->fib->mnet;

	r->n = 0;
	r->index = mfib_lpm_next(mfib_fib_lpm(r->fib, r->family), &r->cursor);
	if (r->index == MFIB_LPM_NONE)
		return;
	r->n = mfib_aliases(mnet, r->index, r->single, &r->alias);
	r->active = mfib_info_active(mfib_info_of(mnet, r->index));
}

/* Less than 0 if the prefix of @a comes first, as cursors go. */
static int compare_prefixes(const struct routes *a, const struct routes *b)
{
	int order;

	if (!a->index || !b->index)
		return (a->index ? 0 : 1) - (b->index ? 0 : 1);
	order = memcmp(a->cursor.addr, b->cursor.addr,
		       mfib_family_width(a->family) / 8);
	return order ?: (int)a->cursor.len - (int)b->cursor.len;
}

/* Tells what has become of the routes to one prefix; either may have none. */
static void tell_prefix(const struct mfib_fib *fib, const struct routes *was,
			u32 was_n, const struct routes *now, u32 now_n)
{
	const struct mfib_lpm_cursor *at = was_n ? &was->cursor : &now->cursor;
	const struct mfib_prefix prefix = mfib_prefix_at(at, was->family);
	u32 i = 0, j = 0;
	int order;

	while (i < was_n || j < now_n) {
		order = i == was_n ? 1 : j == now_n ? -1 :
			mfib_alias_order(was->alias[i], now->alias[j]);
		if (order < 0)
			mfib_notify_route_gone(fib, &prefix, was->alias[i],
					       was->alias[i] == was->active);
		else if (order > 0 || was->alias[i] != now->alias[j] ||
			 (was->alias[i] == was->active) !=
			 (now->alias[j] == now->active))
			mfib_notify_route(fib, &prefix, now->alias[j],
					  now->alias[j] == now->active);
		i += order <= 0;
		j += order >= 0;
	}
}

static void tell_difference(const struct mfib_fib *fib,
			    const struct mfib_fib *old, enum mfib_family family)
{
	struct routes was = { .fib = old, .family = family };
	struct routes now = { .fib = fib, .family = family };
	int order;

	next_prefix(&was);
	next_prefix(&now);
	while (was.index || now.index) {
		order = compare_prefixes(&was, &now);
		tell_prefix(fib, &was, order <= 0 ? was.n : 0,
			    &now, order >= 0 ? now.n : 0);
		if (order <= 0)
			next_prefix(&was);
		if (order >= 0)
			next_prefix(&now);
		cond_resched();
	}
}

/* Gives each FIB what the other one has. */
static void exchange(struct mfib_fib *a, struct mfib_fib *b)
{
	struct mfib_net *mnet = a->mnet;
	struct mfib_alias_set *set;
	enum mfib_family family;
	struct mfib_lpm *lpm;

	for (family = 0; family < MFIB_FAMILIES; family++) {
		lpm = mfib_fib_lpm(a, family);
		rcu_assign_pointer(a->lpm[family], mfib_fib_lpm(b, family));
		rcu_assign_pointer(b->lpm[family], lpm);
		swap(a->total[family], b->total[family]);
	}
	swap(a->routes, b->routes);
	list_for_each_entry(set, &mnet->alias_sets, node) {
		if (set->fib == a)
			set->fib = b;
		else if (set->fib == b)
			set->fib = a;
	}
}

/**
 * mfib_draft_commit() - replace the routes of a FIB by those of its draft
 * @fib: the FIB, which has one
 *
 * Listeners are told of what differs, in the order of dumps. Needs no memory,
 * and never fails.
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_draft_commit(struct mfib_fib *fib)
{
	u32 flags = mfib_fib_flags(fib);
	struct mfib_fib *old = take(fib);
	enum mfib_family family;

	ASSERT_MFIB(fib->mnet);
	exchange(fib, old);
	for (family = 0; family < MFIB_FAMILIES; family++)
		tell_difference(fib, old, family);
	if (flags != mfib_fib_flags(fib))
		mfib_notify_fib(fib);
	mfib_fib_dispose(old);
}

/* A netlink socket was closed: drafts that it owns go. */
static int socket_closed(struct notifier_block *nb, unsigned long event,
			 void *ptr)
{
	const struct netlink_notify *gone = ptr;
	struct mfib_net *mnet;
	struct mfib_fib *fib;
	unsigned long id;

	if (event != NETLINK_URELEASE || gone->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	mnet = mfib_net(gone->net);
	/* Whoever has a draft has seen it begin. */
	if (!mnet || !READ_ONCE(mnet->drafts))
		return NOTIFY_DONE;
	mfib_lock(mnet);
	xa_for_each(&mnet->fibs, id, fib) {
		if (fib->draft && fib->draft->owner == gone->portid)
			mfib_draft_discard(fib);
	}
	mfib_unlock(mnet);
	return NOTIFY_DONE;
}

static struct notifier_block sockets = {
	.notifier_call	= socket_closed,
};

/**
 * mfib_drafts_setup() - allow drafts
 *
 * Return: 0 or a negative errno.
 */
int mfib_drafts_setup(void)
{
	return netlink_register_notifier(&sockets);
}

/**
 * mfib_drafts_teardown() - look after drafts no longer
 */
void mfib_drafts_teardown(void)
{
	netlink_unregister_notifier(&sockets);
}
