// SPDX-License-Identifier: GPL-2.0
/*
 * Anonymous groups: routes with the same next hops share one.
 *
 * A group is found by the members that it had in the beginning, and only as long
 * as it has all of them.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "group.h"
#include "net.h"
#include "nexthop.h"

static u32 hash_of(const struct mfib_group_spec *spec)
{
	u32 i, hash = spec->n;

	for (i = 0; i < spec->n; i++)
		hash = jhash_2words(hash_ptr(spec->member[i].nh, 32),
				    spec->member[i].weight << 1 |
				    spec->member[i].backup, hash);
	return hash;
}

static u32 hash_spec(const void *data, u32 len, u32 seed)
{
	return jhash_1word(hash_of(data), seed);
}

static u32 hash_group(const void *data, u32 len, u32 seed)
{
	const struct mfib_nexthop *nh = data;

	return jhash_1word(rcu_dereference_raw(nh->group)->hash, seed);
}

static int compare_spec(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mfib_group_spec *spec = arg->key;
	const struct mfib_nexthop *nh = obj;
	const struct mfib_group *group = rcu_dereference_raw(nh->group);
	u32 i;

	if (group->n != spec->n)
		return 1;
	for (i = 0; i < spec->n; i++) {
		const struct mfib_member *member = &group->member[i];

		if (rcu_access_pointer(member->nh) != spec->member[i].nh ||
		    member->weight != spec->member[i].weight ||
		    member->backup != spec->member[i].backup)
			return 1;
	}
	return 0;
}

static const struct rhashtable_params shared_params = {
	.head_offset = offsetof(struct mfib_nexthop, shared),
	.key_len = sizeof(struct mfib_group_spec),
	.hashfn = hash_spec,
	.obj_hashfn = hash_group,
	.obj_cmpfn = compare_spec,
	.automatic_shrinking = true,
};

/**
 * mfib_group_share() - the anonymous next hop with certain members
 * @mnet: the namespace
 * @spec: what it is to be: anonymous next hops; one alone is no group
 * @like: what it takes the place of, see mfib_group_alloc(); or NULL
 * @extack: says what is wrong
 *
 * Context: process context, &mfib_net.lock.
 * Return: a next hop that the caller holds a reference to; an error pointer:
 * -EINVAL, -ENOMEM.
 */
struct mfib_nexthop *mfib_group_share(struct mfib_net *mnet,
				      const struct mfib_group_spec *spec,
				      const struct mfib_nexthop *like,
				      struct netlink_ext_ack *extack)
{
	struct mfib_nexthop *nh;
	int err;

	ASSERT_MFIB(mnet);
	if (spec->n == 1) {
		mfib_nexthop_hold(spec->member[0].nh);
		return spec->member[0].nh;
	}
	nh = rhashtable_lookup_fast(&mnet->groups_shared, spec, shared_params);
	if (nh) {
		nh->refs++;
		return nh;
	}
	nh = mfib_group_alloc(mnet, 0, spec, like, extack);
	if (IS_ERR(nh))
		return nh;
	mfib_dereference(mnet, nh->group)->hash = hash_of(spec);
	err = rhashtable_insert_fast(&mnet->groups_shared, &nh->shared,
				     shared_params);
	if (err) {
		mfib_nexthop_put(nh);
		return ERR_PTR(err);
	}
	nh->is_shared = true;
	return nh;
}

/**
 * mfib_group_spec_free() - forget what a group was to be
 * @spec: its members, to each of which the caller holds a reference
 *
 * Context: &mfib_net.lock.
 */
void mfib_group_spec_free(struct mfib_group_spec *spec)
{
	while (spec->n)
		mfib_nexthop_put(spec->member[--spec->n].nh);
	kfree(spec);
}

/**
 * mfib_group_unshare() - nobody else is given a group
 * @nh: an anonymous group
 *
 * Context: &mfib_net.lock.
 */
void mfib_group_unshare(struct mfib_nexthop *nh)
{
	rhashtable_remove_fast(&nh->mnet->groups_shared, &nh->shared,
			       shared_params);
	nh->is_shared = false;
}

/**
 * mfib_groups_setup() - prepare a namespace's anonymous groups
 * @mnet: the namespace
 *
 * Return: 0 or a negative errno.
 */
int mfib_groups_setup(struct mfib_net *mnet)
{
	return rhashtable_init(&mnet->groups_shared, &shared_params);
}

/**
 * mfib_groups_teardown() - drop a namespace's anonymous groups
 * @mnet: the namespace; its routes and named groups are gone
 */
void mfib_groups_teardown(struct mfib_net *mnet)
{
	rhashtable_destroy(&mnet->groups_shared);
}
