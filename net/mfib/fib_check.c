// SPDX-License-Identifier: GPL-2.0
/* Whether a FIB is what it should be. */
#include "fib.h"

#include <linux/mfib.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>

#include "alias.h"
#include "group.h"

#define TREE4	"The IPv4 tree of the FIB "
#define TREE6	"The IPv6 tree of the FIB "
#define RELOAD	": delete the FIB and load it anew, and report this as a bug"

/* Packets and whoever deletes the FIB would follow what leads nowhere. */
#define RESTART	": restart the machine, and report this as a bug"

enum fault {
	FAULT_TREE,	/* the tree disagrees with itself */
	FAULT_TOTAL,	/* or with the number of routes */
	FAULT_INFO,	/* a value is no info's */
	FAULT_USES,	/* an info has been seen more often than it counts */
	FAULT_ALIASES,	/* routes of one prefix */
};

static int tree_fault(struct netlink_ext_ack *extack, enum mfib_family family,
		      enum fault fault)
{
	bool four = family == MFIB_IPV4;

	switch (fault) {
	case FAULT_TREE:
		if (four)
			NL_SET_ERR_MSG(extack, TREE4 "is damaged" RELOAD);
		else
			NL_SET_ERR_MSG(extack, TREE6 "is damaged" RELOAD);
		break;
	case FAULT_TOTAL:
		if (four)
			NL_SET_ERR_MSG(extack,
				       TREE4 "does not hold as many routes as are counted" RELOAD);
		else
			NL_SET_ERR_MSG(extack,
				       TREE6 "does not hold as many routes as are counted" RELOAD);
		break;
	case FAULT_INFO:
		if (four)
			NL_SET_ERR_MSG(extack,
				       TREE4 "has a prefix whose route does not exist" RESTART);
		else
			NL_SET_ERR_MSG(extack,
				       TREE6 "has a prefix whose route does not exist" RESTART);
		break;
	case FAULT_USES:
		if (four)
			NL_SET_ERR_MSG(extack,
				       TREE4 "uses a route more often than is counted" RESTART);
		else
			NL_SET_ERR_MSG(extack,
				       TREE6 "uses a route more often than is counted" RESTART);
		break;
	case FAULT_ALIASES:
		if (four)
			NL_SET_ERR_MSG(extack,
				       TREE4 "has a prefix whose routes are not in order" RESTART);
		else
			NL_SET_ERR_MSG(extack,
				       TREE6 "has a prefix whose routes are not in order" RESTART);
		break;
	}
	return -EUCLEAN;
}

/**
 * struct known - an info that exists
 * @info: the info, NULL if there is none with this index
 * @uses: how often the FIB has been seen to use it
 */
struct known {
	struct mfib_info *info;
	u32 uses;
};

/**
 * struct fib_check - what a check has seen
 * @fib: the FIB
 * @known: the namespace's infos, by index
 * @n: number of entries in @known
 * @total: number of routes per &enum mfib_family
 * @routes: number of routes that were added
 */
struct fib_check {
	const struct mfib_fib *fib;
	struct known *known;
	u32 n;
	u32 total[MFIB_FAMILIES];
	u32 routes;
};

/* Only what packets find by its index is taken for known. */
static void know(struct fib_check *check, struct mfib_info *info)
{
	const struct mfib_net *mnet = check->fib->mnet;

	if (info->index != MFIB_LPM_NONE && info->index < check->n &&
	    mfib_dereference(mnet, mnet->info_dir)
		->chunk[info->index >> MFIB_INFO_CHUNK_BITS] &&
	    mfib_info_of(mnet, info->index) == info)
		check->known[info->index].info = info;
}

/* The directory tells nothing about who exists: it keeps stale pointers. */
static void know_all(struct fib_check *check)
{
	struct mfib_net *mnet = check->fib->mnet;
	struct mfib_alias_set *set;
	struct rhashtable_iter iter;
	struct mfib_info *info;
	u32 n = 0;

	rhashtable_walk_enter(&mnet->infos, &iter);
	rhashtable_walk_start(&iter);
	while ((info = rhashtable_walk_next(&iter))) {
		/* or the table is being resized: it begins anew */
		if (!IS_ERR(info))
			know(check, info);
		if (++n % 1024)
			continue;
		rhashtable_walk_stop(&iter);
		cond_resched();
		rhashtable_walk_start(&iter);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	list_for_each_entry(set, &mnet->alias_sets, node) {
		know(check, &set->info);
		if (++n % 1024 == 0)
			cond_resched();
	}
}

/* The info of an index, which is used once more. */
static struct mfib_info *use(struct fib_check *check, u32 index)
{
	if (index >= check->n || !check->known[index].info)
		return NULL;
	check->known[index].uses++;
	return check->known[index].info;
}

static bool count_route(struct fib_check *check, enum mfib_family family,
			const struct mfib_info *info)
{
	check->total[family]++;
	check->routes += !(info->key.flags & MFIB_ROUTE_F_FOLLOWED);
	return check->known[info->index].uses <= info->routes;
}

static bool count_aliases(struct fib_check *check, enum mfib_family family,
			  const struct mfib_alias_set *set)
{
	struct mfib_info *info;
	u32 i;

	if (check->known[set->info.index].uses > 1 || set->n < 2 ||
	    set->n > MFIB_ALIASES_MAX)
		return false;
	for (i = 0; i < set->n; i++) {
		info = use(check, set->alias[i]->index);
		if (!info || info != set->alias[i] || mfib_alias_set(info) ||
		    !count_route(check, family, info))
			return false;
	}
	return mfib_alias_set_check(set);
}

static int check_routes(struct fib_check *check, enum mfib_family family,
			struct netlink_ext_ack *extack)
{
	const struct mfib_fib *fib = check->fib;
	struct mfib_lpm_cursor cursor = {};
	struct mfib_alias_set *set;
	struct mfib_info *info;
	u32 index;

	while ((index = mfib_lpm_next(mfib_fib_lpm(fib, family), &cursor))) {
		info = use(check, index);
		if (!info)
			return tree_fault(extack, family, FAULT_INFO);
		set = mfib_alias_set(info);
		if (set && !count_aliases(check, family, set))
			return tree_fault(extack, family, FAULT_ALIASES);
		if (!set && !count_route(check, family, info))
			return tree_fault(extack, family, FAULT_USES);
		cond_resched();
	}
	if (check->total[family] != fib->total[family])
		return tree_fault(extack, family, FAULT_TOTAL);
	return 0;
}

/* Where packets go that find a group. */
static int check_groups(const struct fib_check *check,
			struct netlink_ext_ack *extack)
{
	const struct mfib_nexthop *nh;
	u32 i;

	for (i = 0; i < check->n; i++) {
		if (!check->known[i].uses)
			continue;
		nh = check->known[i].info->key.nh;
		if (!nh || !rcu_access_pointer(nh->group) ||
		    mfib_group_check(nh))
			continue;
		NL_SET_ERR_MSG(extack,
			       "A group sends packets to other members than those that are up: replace it, and report this as a bug");
		return -EUCLEAN;
	}
	return 0;
}

/**
 * mfib_fib_check() - check that a FIB is consistent
 * @fib: the FIB
 * @extack: says what is not
 *
 * Each tree is compared with itself, see mfib_lpm_check(). Then: each prefix
 * leads to an info that exists, and packets find the same; prefixes with several
 * routes have them in order; there are as many routes as the FIB counts, and no
 * info counts fewer than the FIB has of it; groups send packets to members that
 * are up. Packets are not kept waiting.
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -EUCLEAN if something is inconsistent, or -ENOMEM.
 */
int mfib_fib_check(const struct mfib_fib *fib, struct netlink_ext_ack *extack)
{
	struct mfib_net *mnet = fib->mnet;
	struct fib_check check = { .fib = fib };
	enum mfib_family family;
	int err = 0;

	ASSERT_MFIB(mnet);
	for (family = 0; family < MFIB_FAMILIES; family++)
		if (!mfib_lpm_check(mfib_fib_lpm(fib, family)))
			return tree_fault(extack, family, FAULT_TREE);
	check.n = mfib_dereference(mnet, mnet->info_dir)->chunks *
		  MFIB_INFO_CHUNK;
	check.known = kvcalloc(check.n, sizeof(*check.known),
			       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!check.known)
		return -ENOMEM;
	know_all(&check);
	for (family = 0; family < MFIB_FAMILIES && !err; family++)
		err = check_routes(&check, family, extack);
	if (!err)
		err = check_groups(&check, extack);
	if (!err && check.routes != fib->routes) {
		NL_SET_ERR_MSG(extack,
			       "The FIB does not hold as many routes as it counts against max-routes"
			       RELOAD);
		err = -EUCLEAN;
	}
	kvfree(check.known);
	return err;
}
