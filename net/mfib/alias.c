// SPDX-License-Identifier: GPL-2.0
#include "alias.h"

#include <linux/mfib.h>
#include <linux/slab.h>

#include "nexthop.h"
#include "notify.h"

/**
 * mfib_alias_order() - order of the routes of a prefix
 * @a: a route
 * @b: another one
 *
 * By metric, the kernel's own first.
 *
 * Return: less than 0 if @a comes first, more than 0 if @b does, and 0 if a
 * prefix cannot have both.
 */
int mfib_alias_order(const struct mfib_info *a, const struct mfib_info *b)
{
	if (a->key.metric != b->key.metric)
		return a->key.metric < b->key.metric ? -1 : 1;
	return (int)(b->key.flags & MFIB_ROUTE_F_FOLLOWED) -
	       (int)(a->key.flags & MFIB_ROUTE_F_FOLLOWED);
}

/* The first whose next hop is up; if there is none, the first whose next hop may
 * still get a packet through, or the first.
 */
static struct mfib_info *best_of(const struct mfib_alias_set *set)
{
	struct mfib_info *best = NULL;
	u32 i;

	for (i = 0; i < set->n; i++) {
		const struct mfib_nexthop *nh = set->alias[i]->key.nh;

		if (!nh || mfib_nexthop_is_up(nh))
			return set->alias[i];
		if (!best && !nh->dead)
			best = set->alias[i];
	}
	return best ?: set->alias[0];
}

static void select_active(struct mfib_alias_set *set)
{
	struct mfib_info *best = best_of(set);

	if (rcu_access_pointer(set->active) != best)
		rcu_assign_pointer(set->active, best);
}

/**
 * mfib_alias_set_create() - a set of two routes
 * @fib: their FIB
 * @prefix: their prefix
 * @first: a route
 * @second: another one
 *
 * Context: process context, &mfib_net.lock.
 * Return: the set, to be put into the tree by the index of its info; an error
 * pointer: -ENOMEM, -ENOSPC. It takes over the routes' references.
 */
struct mfib_alias_set *mfib_alias_set_create(const struct mfib_fib *fib,
					     const struct mfib_prefix *prefix,
					     struct mfib_info *first,
					     struct mfib_info *second)
{
	struct mfib_net *mnet = first->mnet;
	struct mfib_alias_set *set;
	int err = -ENOMEM;

	BUILD_BUG_ON(offsetof(struct mfib_alias_set, info));
	ASSERT_MFIB(mnet);
	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return ERR_PTR(-ENOMEM);
	set->info.key.type = MFIB_TYPE_ALIASES;
	set->fib = fib;
	set->prefix = *prefix;
	set->n = 2;
	set->alias = kmalloc_array(2, sizeof(*set->alias), GFP_KERNEL_ACCOUNT);
	if (!set->alias)
		goto err_alias;
	if (mfib_alias_order(second, first) < 0)
		swap(first, second);
	set->alias[0] = first;
	set->alias[1] = second;
	select_active(set);
	err = mfib_info_index(mnet, &set->info);
	if (err)
		goto err_index;
	list_add(&set->node, &mnet->alias_sets);
	return set;

err_index:
	kfree(set->alias);
err_alias:
	kfree(set);
	return ERR_PTR(err);
}

/**
 * mfib_alias_set_add() - add a route to a set
 * @set: the set
 * @info: the route; the set takes over its reference
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -ENOSPC if there are %MFIB_ALIASES_MAX, or -ENOMEM.
 */
int mfib_alias_set_add(struct mfib_alias_set *set, struct mfib_info *info)
{
	struct mfib_info **alias;
	u32 i;

	ASSERT_MFIB(info->mnet);
	if (set->n >= MFIB_ALIASES_MAX)
		return -ENOSPC;
	alias = krealloc_array(set->alias, set->n + 1, sizeof(*alias),
			       GFP_KERNEL_ACCOUNT);
	if (!alias)
		return -ENOMEM;
	for (i = set->n; i && mfib_alias_order(info, alias[i - 1]) < 0; i--)
		alias[i] = alias[i - 1];
	alias[i] = info;
	set->alias = alias;
	set->n++;
	select_active(set);
	return 0;
}

/**
 * mfib_alias_set_replace() - replace a route of a set
 * @set: the set
 * @i: which one; the caller gets its reference back
 * @info: the new one, of the same metric; the set takes over its reference
 *
 * Context: &mfib_net.lock.
 */
void mfib_alias_set_replace(struct mfib_alias_set *set, u32 i,
			    struct mfib_info *info)
{
	ASSERT_MFIB(info->mnet);
	set->alias[i] = info;
	select_active(set);
}

/**
 * mfib_alias_set_remove() - remove a route from a set
 * @set: the set
 * @i: which one; the caller gets its reference back
 *
 * Context: &mfib_net.lock.
 */
void mfib_alias_set_remove(struct mfib_alias_set *set, u32 i)
{
	ASSERT_MFIB(set->info.mnet);
	set->n--;
	memmove(&set->alias[i], &set->alias[i + 1],
		(set->n - i) * sizeof(*set->alias));
	select_active(set);
}

/**
 * mfib_alias_set_free() - free a set
 * @set: the set, no longer in the tree; the caller gets the references of its
 *	routes back
 *
 * Context: &mfib_net.lock. Readers are waited for.
 */
void mfib_alias_set_free(struct mfib_alias_set *set)
{
	ASSERT_MFIB(set->info.mnet);
	list_del(&set->node);
	kfree(set->alias);
	call_rcu(&set->info.rcu, mfib_info_free_rcu);
}

/**
 * mfib_alias_select() - select in every set of a namespace
 * @mnet: the namespace; a next hop of it died or came back to life
 *
 * Listeners are told of the routes that forward now, and of those that do no
 * longer.
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_alias_select(struct mfib_net *mnet)
{
	const struct mfib_info *was, *now;
	struct mfib_alias_set *set;

	ASSERT_MFIB(mnet);
	list_for_each_entry(set, &mnet->alias_sets, node) {
		was = mfib_info_active(&set->info);
		select_active(set);
		now = mfib_info_active(&set->info);
		if (now == was)
			continue;
		mfib_notify_route(set->fib, &set->prefix, was, false);
		mfib_notify_route(set->fib, &set->prefix, now, true);
	}
}

/**
 * mfib_aliases() - all routes of a prefix
 * @mnet: the namespace
 * @index: what a tree gave for the prefix
 * @single: room for one route
 * @alias: returns the routes, best first
 *
 * Context: &mfib_net.lock; the result is good while it is held.
 * Return: their number.
 */
u32 mfib_aliases(const struct mfib_net *mnet, u32 index,
		 struct mfib_info *single[1],
		 struct mfib_info *const **alias)
{
	struct mfib_info *info = mfib_info_of(mnet, index);
	struct mfib_alias_set *set = mfib_alias_set(info);

	ASSERT_MFIB(mnet);
	if (set) {
		*alias = set->alias;
		return set->n;
	}
	single[0] = info;
	*alias = single;
	return 1;
}

/**
 * mfib_alias_set_check() - check that a set is consistent
 * @set: the set; its routes exist
 *
 * Context: &mfib_net.lock.
 * Return: true if its routes are in order and packets take the best of them.
 */
bool mfib_alias_set_check(const struct mfib_alias_set *set)
{
	u32 i;

	ASSERT_MFIB(set->info.mnet);
	for (i = 1; i < set->n; i++)
		if (mfib_alias_order(set->alias[i - 1], set->alias[i]) >= 0)
			return false;
	return rcu_access_pointer(set->active) == best_of(set);
}
