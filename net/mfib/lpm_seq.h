/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sequence numbers, odd while a change is going on. Readers begin again if the
 * number differs in the end, but do not wait for an even one as those of a
 * seqcount_t do: they may have interrupted the writer on the same CPU. So what
 * they saw may be of before or after one change. See claims 4 and 5 in
 * Documentation/mfib/lpm.rst.
 */
#ifndef _MFIB_LPM_SEQ_H
#define _MFIB_LPM_SEQ_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>

static inline void lpm_seq_change(u32 *seq)
{
	WRITE_ONCE(*seq, *seq + 1);
	/* readers who see what comes now see that as well */
	smp_wmb();
}

static inline void lpm_seq_changed(u32 *seq)
{
	/* readers who see this have seen what came before */
	smp_wmb();
	WRITE_ONCE(*seq, *seq + 1);
	/* and those who see the next update see this */
	smp_wmb();
}

static __always_inline u32 lpm_seq_read(const u32 *seq)
{
	u32 was = READ_ONCE(*seq);

	/* pairs with those of the writer around a change */
	smp_rmb();
	return was;
}

static __always_inline bool lpm_seq_retry(const u32 *seq, u32 was)
{
	/* pairs with those of the writer around a change */
	smp_rmb();
	return READ_ONCE(*seq) != was;
}

#endif /* _MFIB_LPM_SEQ_H */
