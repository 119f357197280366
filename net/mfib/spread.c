// SPDX-License-Identifier: GPL-2.0
#include "spread.h"

#include <linux/compiler.h>

/* Each share's end is rounded, so that no number is off by one or more, and all
 * of them add up.
 */
static void divide(u32 buckets, struct mfib_share *share, u32 shares, u32 total)
{
	u32 i, sum = 0, begin = 0, end;

	for (i = 0; i < shares; i++) {
		sum += share[i].weight;
		end = (sum * buckets + total / 2) / total;
		share[i].buckets = end - begin;
		share[i].keeps = 0;
		begin = end;
	}
}

/**
 * mfib_spread() - give each share its buckets
 * @bucket: who has a bucket; more than @shares: nobody. Read by others, who see
 *	each entry as it was or as it is now
 * @buckets: number of buckets, 65536 at most
 * @share: the shares, their weights set, which add up to 65535 at most
 * @shares: their number
 *
 * If all weights are 0, everything stays as it is.
 *
 * Return: how many buckets changed hands.
 */
u32 mfib_spread(u16 *bucket, u32 buckets, struct mfib_share *share, u32 shares)
{
	u32 i, b, total = 0, to = 0, moved = 0;

	for (i = 0; i < shares; i++)
		total += share[i].weight;
	if (!total)
		return 0;
	divide(buckets, share, shares, total);
	for (b = 0; b < buckets; b++) {
		i = bucket[b];
		if (i < shares && share[i].keeps < share[i].buckets)
			share[i].keeps++;
	}
	for (i = 0; i < shares; i++)
		share[i].lacks = share[i].buckets - share[i].keeps;

	for (b = 0; b < buckets; b++) {
		i = bucket[b];
		if (i < shares && share[i].keeps) {
			share[i].keeps--;
			continue;
		}
		while (!share[to].lacks)
			to++;
		share[to].lacks--;
		WRITE_ONCE(bucket[b], to);
		moved++;
	}
	return moved;
}
