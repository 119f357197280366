/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packet counters, one set per CPU.
 */
#ifndef _MFIB_COUNTERS_H
#define _MFIB_COUNTERS_H

#include <linux/irqflags.h>
#include <linux/mfib.h>
#include <linux/percpu.h>

struct sk_buff;

/**
 * struct mfib_counters - one CPU's counters
 * @value: by &enum mfib_stat_attr
 *
 * On 32-bit machines a reader can see half of an increment.
 */
struct mfib_counters {
	u64 value[MFIB_STAT_A_MAX + 1];
};

/**
 * mfib_count() - count one packet
 * @counters: the set
 * @stat: which counter
 *
 * Context: any.
 */
static inline void mfib_count(struct mfib_counters __percpu *counters,
			      enum mfib_stat_attr stat)
{
	this_cpu_inc(counters->value[stat]);
}

/**
 * mfib_count_bytes() - count one packet and its bytes
 * @counters: the set
 * @stat: the packet counter; the byte counter is the next one
 * @bytes: length of the packet from the IP header on
 *
 * Context: any.
 */
static inline void mfib_count_bytes(struct mfib_counters __percpu *counters,
				    enum mfib_stat_attr stat,
				    unsigned int bytes)
{
	this_cpu_inc(counters->value[stat]);
	this_cpu_add(counters->value[stat + 1], bytes);
}

void mfib_counters_add(struct mfib_counters *sum,
		       const struct mfib_counters __percpu *counters);
int mfib_counters_put(struct sk_buff *skb, int attr,
		      const struct mfib_counters *sum);

#endif /* _MFIB_COUNTERS_H */
