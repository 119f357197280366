/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buckets of flows, spread over those who share them.
 *
 * A flow's hash is a bucket, and the bucket says who gets the flow. When shares
 * change only as many buckets move as must, so that the flows of all others
 * stay where they are.
 */
#ifndef _MFIB_SPREAD_H
#define _MFIB_SPREAD_H

#include <linux/types.h>

/**
 * struct mfib_share - what one of them gets
 * @weight: in proportion to that of the others; 0: no bucket
 * @buckets: number of buckets, set by mfib_spread()
 * @keeps: of those it had, while mfib_spread() is at work
 * @lacks: of those it is to get, likewise
 */
struct mfib_share {
	u32 weight;
	u32 buckets;
	u32 keeps;
	u32 lacks;
};

u32 mfib_spread(u16 *bucket, u32 buckets, struct mfib_share *share, u32 shares);

#endif /* _MFIB_SPREAD_H */
