// SPDX-License-Identifier: GPL-2.0
#include "info.h"

#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "nexthop.h"

static const struct rhashtable_params info_params = {
	.head_offset = offsetof(struct mfib_info, hash),
	.key_offset = offsetof(struct mfib_info, key),
	.key_len = MFIB_INFO_KEY_LEN,
	.automatic_shrinking = true,
};

/* Makes the directory long enough for a chunk. Only its few pointers are
 * copied, one per 512 infos.
 */
static int extend(struct mfib_net *mnet, u32 chunk)
{
	struct mfib_info_dir *old, *new;
	u32 chunks;

	old = mfib_dereference(mnet, mnet->info_dir);
	if (chunk < old->chunks)
		return 0;
	chunks = max(chunk + 1, old->chunks * 2);
	new = kvzalloc(struct_size(new, chunk, chunks), GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	new->chunks = chunks;
	memcpy(new->chunk, old->chunk, flex_array_size(old, chunk, old->chunks));
	rcu_assign_pointer(mnet->info_dir, new);
	kvfree_rcu(old, rcu);
	return 0;
}

/**
 * mfib_info_index() - give an info an index and make it known by that
 * @mnet: the namespace
 * @info: the info; @index and @mnet of it are set
 *
 * Context: process context, &mfib_net.lock.
 * Return: 0 or -ENOMEM, -ENOSPC.
 */
int mfib_info_index(struct mfib_net *mnet, struct mfib_info *info)
{
	struct mfib_info_dir *dir;
	int index, err;
	u32 chunk;

	ASSERT_MFIB(mnet);
	index = ida_alloc_min(&mnet->info_ids, MFIB_LPM_NONE + 1,
			      GFP_KERNEL_ACCOUNT);
	if (index < 0)
		return index;
	chunk = index >> MFIB_INFO_CHUNK_BITS;
	err = extend(mnet, chunk);
	if (err)
		goto err_extend;
	dir = mfib_dereference(mnet, mnet->info_dir);
	if (!dir->chunk[chunk]) {
		struct mfib_info_chunk *new;

		new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
		err = -ENOMEM;
		if (!new)
			goto err_extend;
		/* Readers get to it through an index, see mfib_info_deref(). */
		WRITE_ONCE(dir->chunk[chunk], new);
	}
	info->index = index;
	info->mnet = mnet;
	rcu_assign_pointer(dir->chunk[chunk]->info[index & (MFIB_INFO_CHUNK - 1)],
			   info);
	return 0;

err_extend:
	ida_free(&mnet->info_ids, index);
	return err;
}

/**
 * mfib_info_free_rcu() - free an info's memory and index
 * @rcu: &mfib_info.rcu, after a grace period in which nobody could find it
 *
 * The directory keeps a stale pointer, which nobody reads before the index is
 * given to another info.
 */
void mfib_info_free_rcu(struct rcu_head *rcu)
{
	struct mfib_info *info = container_of(rcu, struct mfib_info, rcu);

	ida_free(&info->mnet->info_ids, info->index);
	kfree(info);
}

static u32 is_foreign(const struct mfib_info_key *key)
{
	return key->flags & MFIB_ROUTE_F_FOREIGN ? 1 : 0;
}

/**
 * mfib_info_get() - the info with given contents, for one more route
 * @mnet: the namespace
 * @key: the contents
 *
 * Context: process context, &mfib_net.lock.
 * Return: the info, to be given back by mfib_info_put(); an error pointer:
 * -ENOMEM, -ENOSPC.
 */
struct mfib_info *mfib_info_get(struct mfib_net *mnet,
				const struct mfib_info_key *key)
{
	struct mfib_info *info;
	int err;

	ASSERT_MFIB(mnet);
	info = rhashtable_lookup_fast(&mnet->infos, key, info_params);
	if (info)
		goto found;

	info = kzalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!info)
		return ERR_PTR(-ENOMEM);
	info->key = *key;
	err = mfib_info_index(mnet, info);
	if (err) {
		kfree(info);
		return ERR_PTR(err);
	}
	err = rhashtable_insert_fast(&mnet->infos, &info->hash, info_params);
	if (err) {
		call_rcu(&info->rcu, mfib_info_free_rcu);
		return ERR_PTR(err);
	}
	if (key->nh)
		mfib_nexthop_hold(key->nh);
found:
	info->routes++;
	if (key->nh) {
		key->nh->routes++;
		key->nh->foreign += is_foreign(key);
	}
	return info;
}

/**
 * mfib_info_put() - one route less uses an info
 * @info: the info
 *
 * Context: &mfib_net.lock.
 */
void mfib_info_put(struct mfib_info *info)
{
	struct mfib_nexthop *nh = info->key.nh;

	ASSERT_MFIB(info->mnet);
	if (nh) {
		nh->routes--;
		nh->foreign -= is_foreign(&info->key);
	}
	if (--info->routes)
		return;
	rhashtable_remove_fast(&info->mnet->infos, &info->hash, info_params);
	if (nh)
		mfib_nexthop_put(nh);
	call_rcu(&info->rcu, mfib_info_free_rcu);
}

/**
 * mfib_infos_setup() - prepare a namespace's infos
 * @mnet: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int mfib_infos_setup(struct mfib_net *mnet)
{
	struct mfib_info_dir *dir;
	int err;

	dir = kvzalloc(struct_size(dir, chunk, 1), GFP_KERNEL);
	if (!dir)
		return -ENOMEM;
	dir->chunks = 1;
	err = rhashtable_init(&mnet->infos, &info_params);
	if (err) {
		kvfree(dir);
		return err;
	}
	ida_init(&mnet->info_ids);
	INIT_LIST_HEAD(&mnet->alias_sets);
	RCU_INIT_POINTER(mnet->info_dir, dir);
	return 0;
}

/**
 * mfib_infos_teardown() - drop a namespace's infos
 * @mnet: the namespace; its routes are gone and rcu_barrier() has been called
 */
void mfib_infos_teardown(struct mfib_net *mnet)
{
	struct mfib_info_dir *dir = rcu_dereference_protected(mnet->info_dir,
							      true);
	u32 i;

	WARN_ON(!ida_is_empty(&mnet->info_ids));
	for (i = 0; i < dir->chunks; i++)
		kfree(dir->chunk[i]);
	kvfree(dir);
	ida_destroy(&mnet->info_ids);
	rhashtable_destroy(&mnet->infos);
}
