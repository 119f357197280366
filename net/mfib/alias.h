/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Several routes to one prefix, which differ in metric.
 *
 * Most prefixes have one route, and the tree stores the index of its info.
 * Where there are more, it stores the index of a set of them.
 */
#ifndef _MFIB_ALIAS_H
#define _MFIB_ALIAS_H

#include "info.h"
#include "prefix.h"

struct mfib_fib;

/* Most routes to one prefix: adding one takes time in proportion. */
#define MFIB_ALIASES_MAX	4096

/**
 * struct mfib_alias_set - the routes to a prefix that has more than one
 * @info: what the tree finds, of type %MFIB_TYPE_ALIASES
 * @fib: their FIB, whose tree has the set
 * @prefix: their prefix
 * @active: the route that forwards: that of lowest metric whose next hop is up,
 *	or who is next to that; read by the datapath
 * @node: links it into &mfib_net.alias_sets
 * @n: number of routes, two or more
 * @alias: the routes, best first; under &mfib_net.lock
 */
struct mfib_alias_set {
	struct mfib_info info;
	const struct mfib_fib *fib;
	struct mfib_prefix prefix;
	struct mfib_info __rcu *active;
	struct list_head node;
	u32 n;
	struct mfib_info **alias;
};

/**
 * mfib_info_active() - the route that forwards
 * @info: what a tree gave
 *
 * Context: rcu_read_lock(), or &mfib_net.lock.
 * Return: @info itself or, if that stands for several routes, one of them.
 */
static inline const struct mfib_info *
mfib_info_active(const struct mfib_info *info)
{
	if (info->key.type != MFIB_TYPE_ALIASES)
		return info;
	return rcu_dereference_check(container_of(info, struct mfib_alias_set,
						  info)->active,
				     lockdep_is_held(&info->mnet->lock));
}

/**
 * mfib_alias_set() - the set that an info stands for
 * @info: what a tree gave
 *
 * Return: the set, NULL if @info is a route.
 */
static inline struct mfib_alias_set *mfib_alias_set(struct mfib_info *info)
{
	if (info->key.type != MFIB_TYPE_ALIASES)
		return NULL;
	return container_of(info, struct mfib_alias_set, info);
}

int mfib_alias_order(const struct mfib_info *a, const struct mfib_info *b);
struct mfib_alias_set *mfib_alias_set_create(const struct mfib_fib *fib,
					     const struct mfib_prefix *prefix,
					     struct mfib_info *first,
					     struct mfib_info *second);
int mfib_alias_set_add(struct mfib_alias_set *set, struct mfib_info *info);
void mfib_alias_set_replace(struct mfib_alias_set *set, u32 i,
			    struct mfib_info *info);
void mfib_alias_set_remove(struct mfib_alias_set *set, u32 i);
void mfib_alias_set_free(struct mfib_alias_set *set);
void mfib_alias_select(struct mfib_net *mnet);
bool mfib_alias_set_check(const struct mfib_alias_set *set);

u32 mfib_aliases(const struct mfib_net *mnet, u32 index,
		 struct mfib_info *single[1],
		 struct mfib_info *const **alias);

#endif /* _MFIB_ALIAS_H */
