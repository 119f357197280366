// SPDX-License-Identifier: GPL-2.0
/*
 * Images that are not part of the tree any more, but that readers may be in.
 *
 * They are freed in the order in which they were retired, a few with each update
 * so that no update pays for many. A batch of them shares a grace period. The
 * writer asks whether that is over and needs no callback, and so no lock against
 * one and no barrier in front of the module's end.
 */
#include "lpm_tree.h"

#include <linux/slab.h>

/* More than this, and half of what is in use, does not pile up. */
#define MAX_RETIRED	(4U << 20)

/* Starts the grace period of the batch that is being filled. */
static void close_batch(struct lpm_batch *batch)
{
	batch->cookie = start_poll_synchronize_rcu();
	batch->closed = true;
}

/**
 * lpm_retire_reserve() - see to it that images can be retired
 * @tree: the tree
 * @n: how many
 * @nofail: wait for memory, as long as it takes
 *
 * Context: the writer lock; may sleep.
 * Return: false without memory.
 */
bool lpm_retire_reserve(struct lpm_tree *tree, unsigned int n, bool nofail)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	struct lpm_batch *batch;
	unsigned int room = 0;

	if (tree->newest && !tree->newest->closed)
		room = LPM_BATCH - tree->newest->n;
	for (batch = tree->spare; batch; batch = batch->next)
		room += LPM_BATCH;
	for (; room < n; room += LPM_BATCH) {
		batch = kmalloc(sizeof(*batch),
				nofail ? gfp | __GFP_NOFAIL : gfp);
		if (!batch)
			return false;
		batch->next = tree->spare;
		batch->n = 0;
		batch->freed = 0;
		batch->closed = false;
		tree->spare = batch;
		tree->writer_bytes += sizeof(*batch);
	}
	return true;
}

/**
 * lpm_retire() - free memory after a grace period
 * @tree: the tree; lpm_retire_reserve() has been called
 * @ref: the memory, in the arena of images
 * @bytes: its size
 *
 * Context: the writer lock.
 */
void lpm_retire(struct lpm_tree *tree, u32 ref, u32 bytes)
{
	struct lpm_batch *batch = tree->newest;

	if (batch && !batch->closed && batch->n == LPM_BATCH)
		close_batch(batch);
	if (!batch || batch->closed) {
		batch = tree->spare;
		tree->spare = batch->next;
		batch->next = NULL;
		if (tree->newest)
			tree->newest->next = batch;
		else
			tree->oldest = batch;
		tree->newest = batch;
	}
	batch->object[batch->n].ref = ref;
	batch->object[batch->n++].bytes = bytes;
	tree->retired += bytes;
}

static void free_batch(struct lpm_tree *tree)
{
	struct lpm_batch *batch = tree->oldest;

	tree->oldest = batch->next;
	if (!tree->oldest)
		tree->newest = NULL;
	if (!tree->spare) {
		batch->next = NULL;
		batch->n = 0;
		batch->freed = 0;
		batch->closed = false;
		tree->spare = batch;
		return;
	}
	tree->writer_bytes -= sizeof(*batch);
	kfree(batch);
}

/**
 * lpm_reclaim() - free some of what has been retired long enough ago
 * @tree: the tree
 *
 * Context: the writer lock; may sleep.
 */
void lpm_reclaim(struct lpm_tree *tree)
{
	struct lpm_retired *object;
	struct lpm_batch *batch;
	unsigned int i;

	for (i = 0; i < LPM_RECLAIM; i++) {
		batch = tree->oldest;
		if (!batch)
			return;
		/* the next grace period is for what there is until it begins */
		if (!batch->closed)
			close_batch(batch);
		if (!batch->freed &&
		    !poll_state_synchronize_rcu(batch->cookie)) {
			if (tree->images.windows < LPM_MANY_WINDOWS &&
			    (tree->retired < MAX_RETIRED ||
			     tree->retired < tree->images.used / 2))
				return;
			cond_synchronize_rcu(batch->cookie);
		}
		object = &batch->object[batch->freed++];
		tree->retired -= object->bytes;
		lpm_arena_free(&tree->images, object->ref, object->bytes);
		if (batch->freed == batch->n)
			free_batch(tree);
	}
}
