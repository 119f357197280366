/* SPDX-License-Identifier: GPL-2.0 */
/* What waits for a grace period is memory of the bench too. */
#ifndef _BENCH_LINUX_RCUPDATE_H
#define _BENCH_LINUX_RCUPDATE_H

#include_next <linux/rcupdate.h>
#include "../../slab.h"

#undef kvfree_rcu_mightsleep
#define kvfree_rcu_mightsleep(p)	slab_free_rcu(p)

#endif /* _BENCH_LINUX_RCUPDATE_H */
