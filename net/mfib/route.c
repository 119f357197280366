// SPDX-License-Identifier: GPL-2.0
#include "route.h"

#include <linux/mfib.h>
#include <linux/netlink.h>
#include <linux/sched.h>

#include "alias.h"
#include "notify.h"

static struct mfib_lpm *lpm_of(const struct mfib_fib *fib,
			       const struct mfib_prefix *prefix)
{
	return mfib_fib_lpm(fib, prefix->family);
}

/* The same route, as far as its key goes. What is followed from the kernel and
 * what was added here do not collide.
 */
static bool same_route(const struct mfib_info *info,
		       const struct mfib_info_key *key)
{
	return info->key.metric == key->metric &&
	       !((info->key.flags ^ key->flags) & MFIB_ROUTE_F_FOLLOWED);
}

static void count(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		  const struct mfib_info *info, int n)
{
	fib->total[prefix->family] += n;
	if (!mfib_info_is_followed(info))
		fib->routes += n;
}

/* The route that forwards to a prefix, which has one. */
static const struct mfib_info *active_of(const struct mfib_fib *fib,
					 const struct mfib_prefix *prefix)
{
	u32 index = mfib_lpm_find(lpm_of(fib, prefix), prefix->addr,
				  prefix->len);

	return mfib_info_active(mfib_info_of(fib->mnet, index));
}

/* Tells of those routes that the change of another one made forward, or wait.
 * @changed is that one, and what it replaced is @gone.
 */
static void notify_others(const struct mfib_fib *fib,
			  const struct mfib_prefix *prefix,
			  const struct mfib_info *was,
			  const struct mfib_info *now,
			  const struct mfib_info *changed,
			  const struct mfib_info *gone)
{
	if (now == was)
		return;
	if (was && was != gone && was != changed)
		mfib_notify_route(fib, prefix, was, false);
	if (now && now != changed)
		mfib_notify_route(fib, prefix, now, true);
}

/* Where a route of a prefix is kept: in the tree (@set is NULL), or as alias
 * @i of @set. @active is the route of the prefix that forwards, and NULL if
 * there is none.
 */
struct place {
	const struct mfib_info *active;
	struct mfib_info *info;
	struct mfib_alias_set *set;
	u32 i;
};

static bool find_place(const struct mfib_fib *fib,
		       const struct mfib_prefix *prefix, struct place *place,
		       bool (*match)(const struct mfib_info *info,
				     const void *arg), const void *arg)
{
	u32 index = mfib_lpm_find(lpm_of(fib, prefix), prefix->addr,
				  prefix->len);

	place->active = NULL;
	if (index == MFIB_LPM_NONE)
		return false;
	place->info = mfib_info_of(fib->mnet, index);
	place->active = mfib_info_active(place->info);
	place->set = mfib_alias_set(place->info);
	if (!place->set)
		return match(place->info, arg);

	for (place->i = 0; place->i < place->set->n; place->i++) {
		place->info = place->set->alias[place->i];
		if (match(place->info, arg))
			return true;
	}
	return false;
}

/* Takes a route out. Never fails: what it needs, it has. */
static void remove_at(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct place *place)
{
	const struct mfib_info *active = NULL;
	struct mfib_lpm *lpm = lpm_of(fib, prefix);
	struct mfib_alias_set *set = place->set;
	u32 flags = mfib_fib_flags(fib);

	count(fib, prefix, place->info, -1);
	if (!set) {
		mfib_lpm_remove(lpm, prefix->addr, prefix->len);
	} else {
		mfib_alias_set_remove(set, place->i);
		active = mfib_info_active(&set->info);
		if (set->n == 1) {
			/* Replaces a value, which needs no memory. */
			mfib_lpm_insert(lpm, prefix->addr, prefix->len,
					set->alias[0]->index, NULL);
			mfib_alias_set_free(set);
		}
	}
	mfib_notify_route_gone(fib, prefix, place->info,
			       place->active == place->info);
	notify_others(fib, prefix, place->active, active, NULL, place->info);
	if (flags != mfib_fib_flags(fib))
		mfib_notify_fib(fib);
	mfib_info_put(place->info);
}

static int add(struct mfib_fib *fib, const struct mfib_prefix *prefix,
	       struct mfib_info *info)
{
	struct mfib_lpm *lpm = lpm_of(fib, prefix);
	struct mfib_alias_set *set;
	struct mfib_info *known;
	u32 index;

	index = mfib_lpm_find(lpm, prefix->addr, prefix->len);
	if (index == MFIB_LPM_NONE)
		return mfib_lpm_insert(lpm, prefix->addr, prefix->len,
				       info->index, NULL);
	known = mfib_info_of(fib->mnet, index);
	set = mfib_alias_set(known);
	if (set)
		return mfib_alias_set_add(set, info);
	set = mfib_alias_set_create(fib, prefix, known, info);
	if (IS_ERR(set))
		return PTR_ERR(set);
	/* Replaces a value, which needs no memory. */
	return mfib_lpm_insert(lpm, prefix->addr, prefix->len, set->info.index,
			       NULL);
}

static void replace_at(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		       const struct place *place, struct mfib_info *info)
{
	if (place->set) {
		mfib_alias_set_replace(place->set, place->i, info);
	} else {
		mfib_lpm_insert(lpm_of(fib, prefix), prefix->addr, prefix->len,
				info->index, NULL);
	}
}

static bool match_key(const struct mfib_info *info, const void *arg)
{
	return same_route(info, arg);
}

/**
 * mfib_route_find() - a route that was added
 * @fib: the FIB
 * @prefix: its destination
 * @metric: its metric
 *
 * Context: &mfib_net.lock.
 * Return: the route, NULL if there is none.
 */
const struct mfib_info *mfib_route_find(const struct mfib_fib *fib,
					const struct mfib_prefix *prefix,
					u32 metric)
{
	const struct mfib_info_key key = { .metric = metric };
	struct place place;

	return find_place(fib, prefix, &place, match_key, &key) ? place.info :
								  NULL;
}

/**
 * mfib_route_set() - add or replace a route
 * @fib: the FIB
 * @prefix: its destination
 * @key: the rest of it; its next hop is enabled for the family
 * @flags: NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE as in rtnetlink
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0; -EEXIST, -ENOENT, -ENOSPC if the FIB or the prefix is full,
 * -ENOMEM, and nothing changed.
 */
int mfib_route_set(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		   const struct mfib_info_key *key, u16 flags,
		   struct netlink_ext_ack *extack)
{
	u32 fib_flags = mfib_fib_flags(fib);
	const struct mfib_info *active;
	struct mfib_info *info;
	struct place place;
	bool known;
	int err;

	ASSERT_MFIB(fib->mnet);
	known = find_place(fib, prefix, &place, match_key, key);
	if (known && !(flags & NLM_F_REPLACE)) {
		NL_SET_ERR_MSG(extack,
			       "The FIB has a route to this prefix with this metric");
		return -EEXIST;
	}
	if (!known && !(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(extack,
			       "The FIB has no route to this prefix with this metric");
		return -ENOENT;
	}
	if (!known && !(key->flags & MFIB_ROUTE_F_FOLLOWED) &&
	    mfib_fib_is_full(fib)) {
		NL_SET_ERR_MSG(extack,
			       "The FIB is full: raise its max-routes");
		return -ENOSPC;
	}

	info = mfib_info_get(fib->mnet, key);
	if (IS_ERR(info))
		return PTR_ERR(info);
	if (known) {
		replace_at(fib, prefix, &place, info);
		active = place.set ? mfib_info_active(&place.set->info) : info;
	} else {
		err = add(fib, prefix, info);
		if (err) {
			if (err == -ENOSPC)
				NL_SET_ERR_MSG(extack,
					       "The prefix has as many routes as it can: delete one");
			mfib_info_put(info);
			return err;
		}
		count(fib, prefix, info, 1);
		active = place.active ? active_of(fib, prefix) : info;
	}
	mfib_notify_route(fib, prefix, info, active == info);
	notify_others(fib, prefix, place.active, active, info,
		      known ? place.info : NULL);
	if (known)
		mfib_info_put(place.info);
	else if (fib_flags != mfib_fib_flags(fib))
		mfib_notify_fib(fib);
	return 0;
}

/**
 * mfib_route_matches() - whether a route is the one that is meant
 * @info: the route
 * @match: what is meant
 */
bool mfib_route_matches(const struct mfib_info *info,
			const struct mfib_route_match *match)
{
	u32 generation = mfib_info_is_followed(info) ? 0 : info->key.generation;

	return !(match->has_metric && match->metric != info->key.metric) &&
	       !(match->type && match->type != info->key.type) &&
	       (info->key.flags & match->flags) == match->flags &&
	       !(match->has_protocol &&
		 match->protocol != info->key.protocol) &&
	       !(match->has_generation &&
		 (match->generation == generation) == match->stale) &&
	       mfib_nexthop_matches(info->key.nh, &match->nexthop);
}

static bool match_any(const struct mfib_info *info, const void *arg)
{
	return mfib_route_matches(info, arg);
}

static bool match_added(const struct mfib_info *info, const void *arg)
{
	return !mfib_info_is_followed(info) && mfib_route_matches(info, arg);
}

static bool match_followed(const struct mfib_info *info, const void *arg)
{
	return mfib_info_is_followed(info);
}

/**
 * mfib_route_delete() - delete a route
 * @fib: the FIB
 * @prefix: its destination
 * @match: which one, if there are several; the best that matches is deleted
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0, -ENOENT, or -EPERM if it is one that the FIB follows.
 */
int mfib_route_delete(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct mfib_route_match *match,
		      struct netlink_ext_ack *extack)
{
	struct place place;

	ASSERT_MFIB(fib->mnet);
	if (find_place(fib, prefix, &place, match_added, match)) {
		remove_at(fib, prefix, &place);
		return 0;
	}
	if (find_place(fib, prefix, &place, match_any, match)) {
		NL_SET_ERR_MSG(extack,
			       "The route is the kernel's own: delete it there, or the address it comes from");
		return -EPERM;
	}
	NL_SET_ERR_MSG(extack, "The FIB has no such route");
	return -ENOENT;
}

/**
 * mfib_route_followed() - the route that is followed from the kernel
 * @fib: the FIB
 * @prefix: its destination
 *
 * Context: &mfib_net.lock.
 * Return: the route, NULL if there is none.
 */
const struct mfib_info *mfib_route_followed(const struct mfib_fib *fib,
					    const struct mfib_prefix *prefix)
{
	struct place place;

	return find_place(fib, prefix, &place, match_followed, NULL) ?
	       place.info : NULL;
}

/* Whether two followed routes differ in nothing but when they were seen. */
static bool same_but_seen(const struct mfib_info_key *a,
			  const struct mfib_info_key *b)
{
	struct mfib_info_key seen = *a;

	seen.generation = b->generation;
	return !memcmp(&seen, b, MFIB_INFO_KEY_LEN);
}

/**
 * mfib_route_follow() - have the route that is followed from the kernel
 * @fib: the FIB
 * @prefix: its destination
 * @key: the rest of it; its next hop is enabled for the family
 *
 * A prefix has one, whose metric may change: there is one at all times.
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0; -ENOSPC if the prefix is full, -ENOMEM, and nothing changed.
 */
int mfib_route_follow(struct mfib_fib *fib, const struct mfib_prefix *prefix,
		      const struct mfib_info_key *key)
{
	struct mfib_info_key old = {};
	struct mfib_info *info;
	struct place place;
	int err;

	ASSERT_MFIB(fib->mnet);
	if (!find_place(fib, prefix, &place, match_followed, NULL))
		return mfib_route_set(fib, prefix, key,
				      NLM_F_CREATE | NLM_F_EXCL, NULL);
	if (same_but_seen(&place.info->key, key)) {
		if (place.info->key.generation == key->generation)
			return 0;
		info = mfib_info_get(fib->mnet, key);
		if (IS_ERR(info))
			return PTR_ERR(info);
		replace_at(fib, prefix, &place, info);
		mfib_info_put(place.info);
		return 0;
	}
	old.metric = place.info->key.metric;
	old.flags = MFIB_ROUTE_F_FOLLOWED;
	err = mfib_route_set(fib, prefix, key, NLM_F_CREATE | NLM_F_REPLACE,
			     NULL);
	if (!err && old.metric != key->metric &&
	    find_place(fib, prefix, &place, match_key, &old))
		remove_at(fib, prefix, &place);
	return err;
}

/**
 * mfib_route_unfollow() - delete the route that is followed from the kernel
 * @fib: the FIB
 * @prefix: its destination
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0 or -ENOENT.
 */
int mfib_route_unfollow(struct mfib_fib *fib,
			const struct mfib_prefix *prefix)
{
	struct place place;

	ASSERT_MFIB(fib->mnet);
	if (!find_place(fib, prefix, &place, match_followed, NULL))
		return -ENOENT;
	remove_at(fib, prefix, &place);
	return 0;
}

/**
 * mfib_route_next() - the next prefix that a filter lets through
 * @fib: the FIB
 * @family: the family
 * @filter: the filter
 * @cursor: where to go on; names the prefix found on return
 *
 * Context: &mfib_net.lock, which may be dropped between two calls.
 * Return: the value of the prefix, %MFIB_LPM_NONE at the end.
 */
u32 mfib_route_next(const struct mfib_fib *fib, enum mfib_family family,
		    const struct mfib_route_filter *filter,
		    struct mfib_lpm_cursor *cursor)
{
	const struct mfib_prefix *prefix = &filter->prefix;
	const struct mfib_lpm *lpm = mfib_fib_lpm(fib, family);

	if (filter->family != MFIB_FAMILIES && filter->family != family)
		return MFIB_LPM_NONE;
	if (!filter->has_prefix)
		return mfib_lpm_next(lpm, cursor);
	switch (filter->select) {
	case MFIB_SELECT_COVERED:
		return mfib_lpm_next_covered(lpm, prefix->addr, prefix->len,
					     cursor);
	case MFIB_SELECT_COVERING:
		return mfib_lpm_next_covering(lpm, prefix->addr, prefix->len,
					      cursor);
	}
	if (cursor->started)
		return MFIB_LPM_NONE;
	memcpy(cursor->addr, prefix->addr, sizeof(cursor->addr));
	cursor->len = prefix->len;
	cursor->started = true;
	return mfib_lpm_find(lpm, prefix->addr, prefix->len);
}

static u32 delete_all(struct mfib_fib *fib,
		      const struct mfib_route_filter *filter,
		      bool (*match)(const struct mfib_info *info,
				    const void *arg),
		      const void *arg)
{
	struct mfib_prefix prefix;
	enum mfib_family family;
	struct place place;
	u32 n = 0;

	ASSERT_MFIB(fib->mnet);
	for (family = 0; family < MFIB_FAMILIES; family++) {
		struct mfib_lpm_cursor cursor = {};

		while (fib->total[family] &&
		       mfib_route_next(fib, family, filter, &cursor)) {
			prefix = mfib_prefix_at(&cursor, family);
			while (find_place(fib, &prefix, &place, match, arg)) {
				remove_at(fib, &prefix, &place);
				n++;
			}
			cond_resched();
		}
	}
	return n;
}

/**
 * mfib_route_flush() - delete routes that were added
 * @fib: the FIB
 * @filter: which ones
 *
 * Context: process context, &mfib_net.lock.
 * Return: how many there were.
 */
u32 mfib_route_flush(struct mfib_fib *fib,
		     const struct mfib_route_filter *filter)
{
	return delete_all(fib, filter, match_added, &filter->match);
}

/**
 * mfib_route_purge() - delete every route that matches, in its draft too
 * @fib: the FIB
 * @match: decides
 * @arg: handed to @match
 *
 * Context: process context, &mfib_net.lock.
 */
void mfib_route_purge(struct mfib_fib *fib,
		      bool (*match)(const struct mfib_info *info,
				    const void *arg),
		      const void *arg)
{
	const struct mfib_route_filter all = { .family = MFIB_FAMILIES };

	delete_all(fib, &all, match, arg);
	if (fib->draft)
		delete_all(fib->draft, &all, match, arg);
}
