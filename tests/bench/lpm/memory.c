// SPDX-License-Identifier: GPL-2.0
/*
 * Memory: what the tree asked the allocator for, rounded up as kmalloc() does.
 */
#include "bench.h"

#include <err.h>
#include <stdlib.h>

#include "dpdk.h"
#include "slab.h"

#define SMALL_ROUTES	16U
#define SMALL_FIBS	100U
#define FIBS		1000U
#define FIB_ROUTES	1000U
#define CHURN		1000000U
#define LEFT		100	/* one route of so many is left */

static void withdraw(const struct table *t, struct mfib_lpm *lpm,
		     unsigned int from)
{
	const struct prefix *p;
	unsigned int i;

	for (i = from; i < t->n; i++) {
		p = &t->p[t->order[i]];
		if (ours_kernel.remove(lpm, p->addr, p->len) != p->value)
			errx(1, "mfib_lpm_remove");
	}
}

static void announce(struct mfib_lpm *lpm, const struct prefix *p)
{
	u32 old;

	if (ours_kernel.insert(lpm, p->addr, p->len, p->value, &old) || old)
		errx(1, "mfib_lpm_insert");
}

/* Withdraws routes and announces them again, all of them in the end. */
static void churn(const struct table *t, struct mfib_lpm *lpm)
{
	bool *withdrawn = alloc(t->n, sizeof(*withdrawn));
	const struct prefix *p;
	unsigned int i, n;

	random_state = 1;
	for (n = 0; n < CHURN; n++) {
		i = random_below(t->n);
		p = &t->p[i];
		if (withdrawn[i])
			announce(lpm, p);
		else if (ours_kernel.remove(lpm, p->addr, p->len) != p->value)
			errx(1, "mfib_lpm_remove");
		withdrawn[i] = !withdrawn[i];
	}
	for (i = 0; i < t->n; i++)
		if (withdrawn[i])
			announce(lpm, &t->p[i]);
	free(withdrawn);
}

/**
 * bench_memory() - measure memory of a tree with the table
 * @b: the table
 *
 * Again after as many updates as a day may bring, and when a hundredth of the
 * routes is left, against a tree that never had more.
 */
void bench_memory(const struct bench *b)
{
	unsigned int left = b->table.n / LEFT;
	const double n = b->table.n;
	struct mfib_lpm *lpm;
	size_t before, used;
	u64 lookup, writer;
	struct dpdk dpdk;

	slab_flush();
	before = slab_live;
	lpm = load(&ours_kernel, &b->table, b->table.n);
	slab_flush();
	ours_kernel.memory(lpm, &lookup, &writer);
	emit(b, "memory.all", "mfib", "bytes/route", (slab_live - before) / n);
	emit(b, "memory.lookup", "mfib", "bytes/route", lookup / n);
	if (writer)
		emit(b, "memory.writer", "mfib", "bytes/route", writer / n);

	used = dpdk_used();
	dpdk_create(&dpdk, &b->table, false);
	emit(b, "memory.all", b->table.width == 32 ? "rte_fib" : "rte_fib6",
	     "bytes/route", (dpdk_used() - used) / n);
	dpdk_destroy(&dpdk);

	emit(b, "memory.churned", "fresh", "bytes", slab_live - before);
	churn(&b->table, lpm);
	slab_flush();
	emit(b, "memory.churned", "mfib", "bytes", slab_live - before);

	withdraw(&b->table, lpm, left);
	slab_flush();
	emit(b, "memory.withdrawn", "mfib", "bytes", slab_live - before);
	ours_kernel.destroy(lpm);
	slab_flush();
	lpm = load(&ours_kernel, &b->table, left);
	slab_flush();
	emit(b, "memory.withdrawn", "fresh", "bytes", slab_live - before);
	ours_kernel.destroy(lpm);
	slab_flush();
	if (slab_live != before)
		errx(1, "%zu bytes leaked", slab_live - before);
	progress(b, "memory: measured");
}

/* A tree with routes drawn from the table. */
static struct mfib_lpm *small(const struct table *t, unsigned int n)
{
	struct mfib_lpm *lpm = ours_kernel.create(t->width);
	const struct prefix *p;
	u32 old;

	if (!lpm)
		errx(1, "mfib_lpm_create");
	while (n) {
		p = &t->p[random_below(t->n)];
		if (ours_kernel.insert(lpm, p->addr, p->len, p->value, &old))
			errx(1, "mfib_lpm_insert");
		n -= !old;
	}
	return lpm;
}

/**
 * bench_small() - measure memory of small FIBs and of many FIBs
 * @b: where the routes come from and how often
 */
void bench_small(const struct bench *b)
{
	struct mfib_lpm *lpm[FIBS];
	unsigned int i, seed;
	size_t before;

	slab_flush();
	before = slab_live;
	random_state = 1;
	for (i = 0; i < SMALL_FIBS; i++) {
		lpm[0] = small(&b->table, SMALL_ROUTES);
		slab_flush();
		emit(b, "memory.16", "mfib", "bytes", slab_live - before);
		ours_kernel.destroy(lpm[0]);
		slab_flush();
	}
	for (seed = 1; seed <= b->seeds; seed++) {
		random_state = seed;
		for (i = 0; i < FIBS; i++)
			lpm[i] = small(&b->table, FIB_ROUTES);
		slab_flush();
		emit(b, "memory.1000x1000", "mfib", "MiB",
		     (slab_live - before) / 1048576.);
		for (i = 0; i < FIBS; i++)
			ours_kernel.destroy(lpm[i]);
		slab_flush();
	}
	if (slab_live != before)
		errx(1, "%zu bytes leaked", slab_live - before);
	progress(b, "small FIBs: measured");
}
