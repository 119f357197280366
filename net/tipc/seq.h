/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence numbers of 16 bits, which wrap. Two of them can be compared if they are
 * less than half the circle apart.
 */
#ifndef _TIPC_SEQ_H
#define _TIPC_SEQ_H

#include <linux/types.h>

/* Whether @a is older than @b. */
static inline bool tipc_seq_before(u16 a, u16 b)
{
	return (s16)(u16)(a - b) < 0;
}

/* How far it is from @a to @b. */
static inline u16 tipc_seq_dist(u16 a, u16 b)
{
	return b - a;
}

#endif /* _TIPC_SEQ_H */
