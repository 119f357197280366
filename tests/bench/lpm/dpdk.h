/* SPDX-License-Identifier: GPL-2.0 */
/* The rivals: DPDK's rte_fib for IPv4 and rte_fib6. */
#ifndef _DPDK_H
#define _DPDK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chunk.h"
#include "table.h"

struct dpdk {
	unsigned int width;
	struct rte_fib *fib4;
	struct rte_fib6 *fib6;
};

void dpdk_init(size_t megabytes);
size_t dpdk_used(void);

void dpdk_create(struct dpdk *d, const struct table *t, bool updates);
void dpdk_destroy(struct dpdk *d);
int dpdk_add(struct dpdk *d, const struct prefix *p);
int dpdk_delete(struct dpdk *d, const struct prefix *p);
bool dpdk_select(struct dpdk *d, bool vector);
void dpdk_lookup(struct dpdk *d, struct chunk *c, unsigned int bulk);

#endif /* _DPDK_H */
