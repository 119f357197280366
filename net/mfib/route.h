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
 * struct mfib_route_match - which route of a prefix is meant
 * @metric: its metric, if @has_metric
 * @generation: its generation, if @has_generation; with @stale another one
 * @type: its type, unless RTN_UNSPEC
 * @protocol: its protocol, if @has_protocol
 * @flags: MFIB_ROUTE_F_* that it has, maybe among others
 * @nexthop: its next hop
 * @has_metric: see @metric
 * @has_protocol: see @protocol
 * @has_generation: see @generation
 * @stale: see @generation
 */
struct mfib_route_match {
	u32 metric;
	u32 generation;
	u8 type;
	u8 protocol;
	u16 flags;
	struct mfib_nexthop_match nexthop;
	bool has_metric;
	bool has_protocol;
	bool has_generation;
	bool stale;
};

/**
 * struct mfib_route_filter - which routes of a FIB are meant
 * @family: those of this one, unless MFIB_FAMILIES
 * @has_prefix: what @select and @prefix say counts
 * @select: &enum mfib_select
 * @prefix: see @select
 * @match: which routes of a prefix
 */
struct mfib_route_filter {
	enum mfib_family family;
	bool has_prefix;
	u8 select;
	struct mfib_prefix prefix;
	struct mfib_route_match match;
};

bool mfib_route_matches(const struct mfib_info *info,
			const struct mfib_route_match *match);
const struct mfib_info *mfib_route_find(const struct mfib_fib *fib,
					const struct mfib_prefix *prefix,
					u32 metric);
int mfib_route_set(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		   const struct mfib_info_key *key, u16 flags,
		   struct netlink_ext_ack *extack);
int mfib_route_delete(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct mfib_route_match *match,
		      struct netlink_ext_ack *extack);
const struct mfib_info *mfib_route_followed(const struct mfib_fib *fib,
					    const struct mfib_prefix *prefix);
int mfib_route_follow(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct mfib_info_key *key);
int mfib_route_unfollow(struct mfib_fib *fib,
			const struct mfib_prefix *prefix);
u32 mfib_route_next(const struct mfib_fib *fib, enum mfib_family family,
		    const struct mfib_route_filter *filter,
		    struct mfib_lpm_cursor *cursor);
u32 mfib_route_flush(struct mfib_fib *fib,
		     const struct mfib_route_filter *filter);
void mfib_route_purge(struct mfib_fib *fib,
		      bool (*match)(const struct mfib_info *info,
				    const void *arg),
		      const void *arg);

#endif /* _MFIB_ROUTE_H */
