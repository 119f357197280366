/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes of a FIB. The key of a route is its prefix and metric.
 */
#ifndef _MFIB_ROUTE_H
#define _MFIB_ROUTE_H

#include "fib.h"
#include "nexthop.h"

struct netlink_ext_ack;

/**
 * struct mfib_alias_set - the routes to a prefix that has more than one
 * @info: what the tree finds, of type %MFIB_TYPE_ALIASES
 * @active: the route of lowest metric whose next hop is up, or the first one;
 *	read by the datapath
 * @node: links it into &mfib_net.alias_sets
 * @n: number of routes, two or more
 * @alias: the routes, best first; under &mfib_net.lock
 */
struct mfib_alias_set {
	struct mfib_info info;
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
 * struct mfib_route_match - which route of a prefix is meant
 * @metric: its metric, if @has_metric
 * @type: its type, unless RTN_UNSPEC
 * @protocol: its protocol, if @has_protocol
 * @nexthop: its next hop
 * @has_metric: see @metric
 * @has_protocol: see @protocol
 */
struct mfib_route_match {
	u32 metric;
	u8 type;
	u8 protocol;
	struct mfib_nexthop_match nexthop;
	bool has_metric;
	bool has_protocol;
};

bool mfib_route_matches(const struct mfib_info *info,
			const struct mfib_route_match *match);
int mfib_route_set(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		   const struct mfib_info_key *key, u16 flags,
		   struct netlink_ext_ack *extack);
int mfib_route_delete(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct mfib_route_match *match,
		      struct netlink_ext_ack *extack);
int mfib_route_unfollow(struct mfib_fib *fib,
			const struct mfib_prefix *prefix);
void mfib_route_purge(struct mfib_fib *fib,
		      bool (*match)(const struct mfib_info *info,
				    const void *arg),
		      const void *arg);
void mfib_route_select(struct mfib_net *mnet);

u32 mfib_route_aliases(const struct mfib_fib *fib, u32 index,
		       const struct mfib_info *single[1],
		       const struct mfib_info *const **alias);

#endif /* _MFIB_ROUTE_H */
