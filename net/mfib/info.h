/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What routes share: type, protocol, metric and next hop.
 *
 * A million routes have a few hundred distinct combinations of these. Each
 * combination is one object, found by the 32-bit index that the tree stores
 * per prefix.
 */
#ifndef _MFIB_INFO_H
#define _MFIB_INFO_H

#include <linux/mfib.h>
#include <linux/rhashtable-types.h>
#include <linux/rtnetlink.h>

#include "lpm.h"
#include "net.h"

struct mfib_nexthop;

/* Type of an info that stands for several routes to one prefix. */
#define MFIB_TYPE_ALIASES	(__RTN_MAX + 1)

/**
 * struct mfib_info_key - what makes two infos the same
 * @nh: next hop, NULL unless the type is RTN_UNICAST and it is no
 *	%MFIB_ROUTE_F_TRAP
 * @metric: lower is better
 * @generation: a number that whoever added it knows it by; of a followed route
 *	&mfib_net.follow.epoch, when it was last seen
 * @type: RTN_*, or %MFIB_TYPE_ALIASES
 * @protocol: RTPROT_*
 * @flags: %MFIB_ROUTE_F_FOLLOWED, %MFIB_ROUTE_F_TRAP, %MFIB_ROUTE_F_FOREIGN; the
 *	last one, see MFIB_INFO_KEY_LEN
 */
struct mfib_info_key {
	struct mfib_nexthop *nh;
	u32 metric;
	u32 generation;
	u8 type;
	u8 protocol;
	u16 flags;
};

/* Without padding, of which there is none between the fields. */
#define MFIB_INFO_KEY_LEN	offsetofend(struct mfib_info_key, flags)

/**
 * struct mfib_info - what routes share
 * @key: the contents, constant
 * @index: its index, constant
 * @routes: number of routes that share it, under &mfib_net.lock
 * @hash: links it into &mfib_net.infos
 * @mnet: the namespace
 * @rcu: frees it and its index after the last lookup that found it
 *
 * Holds a reference to the next hop. Readers find it under RCU by the index
 * that a tree gave them; neither the object nor its index is used again before
 * they are done.
 */
struct mfib_info {
	struct mfib_info_key key;
	u32 index;
	u32 routes;
	struct rhash_head hash;
	struct mfib_net *mnet;
	struct rcu_head rcu;
};

/**
 * mfib_info_is_followed() - whether a route is the kernel's own
 * @info: the route
 */
static inline bool mfib_info_is_followed(const struct mfib_info *info)
{
	return info->key.flags & MFIB_ROUTE_F_FOLLOWED;
}

#define MFIB_INFO_CHUNK_BITS	9
#define MFIB_INFO_CHUNK		BIT(MFIB_INFO_CHUNK_BITS)

/**
 * struct mfib_info_chunk - a page of the directory
 * @info: by the lower bits of the index
 */
struct mfib_info_chunk {
	struct mfib_info __rcu *info[MFIB_INFO_CHUNK];
};

/**
 * struct mfib_info_dir - directory from index to info
 * @rcu: frees it after it was replaced by a longer one
 * @chunks: number of entries of @chunk
 * @chunk: by the upper bits of the index; NULL where it was never needed
 */
struct mfib_info_dir {
	struct rcu_head rcu;
	u32 chunks;
	struct mfib_info_chunk *chunk[];
};

/**
 * mfib_info_deref() - the info of an index that a tree gave
 * @mnet: the namespace
 * @index: the index, not %MFIB_LPM_NONE
 *
 * Context: rcu_read_lock(), or &mfib_net.lock.
 * Return: the info, good for as long as the context lasts.
 */
static inline const struct mfib_info *
mfib_info_deref(const struct mfib_net *mnet, u32 index)
{
	const struct mfib_info_dir *dir;

	/* Pairs with the tree's publishing store, which follows the store of
	 * the directory and of its entry.
	 */
	smp_rmb();
	dir = rcu_dereference_check(mnet->info_dir,
				    lockdep_is_held(&mnet->lock));
	return rcu_dereference_check(dir->chunk[index >> MFIB_INFO_CHUNK_BITS]
					->info[index & (MFIB_INFO_CHUNK - 1)],
				     lockdep_is_held(&mnet->lock));
}

/**
 * mfib_info_of() - the info of an index, for changes
 * @mnet: the namespace
 * @index: the index, in use
 *
 * Context: &mfib_net.lock.
 * Return: the info.
 */
static inline struct mfib_info *mfib_info_of(const struct mfib_net *mnet,
					     u32 index)
{
	ASSERT_MFIB(mnet);
	return (struct mfib_info *)mfib_info_deref(mnet, index);
}

int mfib_info_index(struct mfib_net *mnet, struct mfib_info *info);
struct mfib_info *mfib_info_get(struct mfib_net *mnet,
				const struct mfib_info_key *key);
void mfib_info_put(struct mfib_info *info);
void mfib_info_free_rcu(struct rcu_head *rcu);

int mfib_infos_setup(struct mfib_net *mnet);
void mfib_infos_teardown(struct mfib_net *mnet);

#endif /* _MFIB_INFO_H */
