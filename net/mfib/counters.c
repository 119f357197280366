// SPDX-License-Identifier: GPL-2.0
#include "counters.h"

#include <net/netlink.h>

/**
 * mfib_counters_add() - add all CPUs' counters to a sum
 * @sum: the sum
 * @counters: the set to add
 */
void mfib_counters_add(struct mfib_counters *sum,
		       const struct mfib_counters __percpu *counters)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct mfib_counters *one = per_cpu_ptr(counters, cpu);

		for (i = 0; i < ARRAY_SIZE(sum->value); i++)
			sum->value[i] += READ_ONCE(one->value[i]);
	}
}

/**
 * mfib_counters_put() - add a nest of counters to a message
 * @skb: the message
 * @attr: type of the nest
 * @sum: the counters
 *
 * Return: 0, or -EMSGSIZE if the message is full; nothing is left in it then.
 */
int mfib_counters_put(struct sk_buff *skb, int attr,
		      const struct mfib_counters *sum)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = MFIB_STAT_A_PAD + 1; i <= MFIB_STAT_A_MAX; i++) {
		if (nla_put_u64_64bit(skb, i, sum->value[i], MFIB_STAT_A_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}
