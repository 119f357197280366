// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups. A pass is all keys looked up by one contestant; the contestants take
 * turns pass by pass, the one to begin changes. What is timed is the processor
 * time of the thread, chunk by chunk. Each answer of each pass is compared.
 */
#include "bench.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "dpdk.h"
#include "keys.h"

#define BULK	32

struct contestant {
	const char *name;
	const char *what;
	const struct ours *ours;
	struct mfib_lpm *lpm;
	struct dpdk *dpdk;
	bool vector;
	unsigned int bulk;
	unsigned long wrong;
	double rate;
};

static struct chunk chunk __attribute__((aligned(64)));

static void fill(const struct table *t, const struct keys *k, unsigned int at)
{
	unsigned int size = t->width / 8, i;
	const uint8_t *from = k->bytes + at * size;

	memcpy(chunk.bytes, from, CHUNK * size);
	for (i = 0; i < CHUNK; i++) {
		chunk.host[i] = (uint32_t)from[i * size] << 24 |
				from[i * size + 1] << 16 |
				from[i * size + 2] << 8 | from[i * size + 3];
	}
}

static void lookup_ours(const struct contestant *c, unsigned int size)
{
	unsigned int i;

	if (c->bulk == 1)
		for (i = 0; i < CHUNK; i++)
			chunk.value[i] = c->ours->lookup(c->lpm,
							 chunk.bytes + i * size);
	else
		for (i = 0; i < CHUNK; i += c->bulk)
			c->ours->lookup_bulk(c->lpm, chunk.bytes + i * size,
					     chunk.value + i, c->bulk);
}

/* The longest match by the naive reference, for who answers otherwise. */
static void judge(const struct bench *b, const struct contestant *c,
		  const struct keys *k, unsigned int i, uint32_t theirs)
{
	uint8_t addr[16];
	uint32_t right;

	keys_addr(k, &b->table, i, addr);
	right = table_match(&b->table, addr);
	if (c->ours || right == theirs)
		errx(1, "%s: key %u: %s says %u, right is %u", b->name, i,
		     c->ours ? c->name : "mfib", c->ours ? theirs : k->answer[i],
		     right);
}

static void compare(const struct bench *b, struct contestant *c,
		    const struct keys *k, unsigned int at)
{
	unsigned int i;
	uint32_t value;

	for (i = 0; i < CHUNK; i++) {
		value = c->ours ? chunk.value[i] : chunk.wide[i];
		if (value == k->answer[at + i])
			continue;
		judge(b, c, k, at + i, value);
		c->wrong++;
	}
}

static double pass(const struct bench *b, struct contestant *c,
		   const struct keys *k, uint64_t overhead)
{
	uint64_t start, sum = 0;
	unsigned int at;

	if (c->dpdk)
		dpdk_select(c->dpdk, c->vector);
	for (at = 0; at < KEYS; at += CHUNK) {
		fill(&b->table, k, at);
		if (c->ours) {
			start = cpu_ns();
			lookup_ours(c, b->table.width / 8);
			sum += cpu_ns() - start;
		} else {
			start = cpu_ns();
			dpdk_lookup(c->dpdk, &chunk, c->bulk);
			sum += cpu_ns() - start;
		}
		compare(b, c, k, at);
	}
	return KEYS * 1e3 / (sum - overhead * (KEYS / CHUNK));
}

/* The answers by our single lookup, some of them checked. */
static void answer(const struct bench *b, struct mfib_lpm *lpm, struct keys *k)
{
	unsigned int i;
	uint8_t addr[16];

	for (i = 0; i < KEYS; i++) {
		keys_addr(k, &b->table, i, addr);
		k->answer[i] = ours_kernel.lookup(lpm, addr);
		if (i % 64 == 0 && k->answer[i] != table_match(&b->table, addr))
			errx(1, "%s: key %u: mfib is wrong", b->name, i);
	}
}

/* The samples of a repetition. If @best, the rival that did best in it is one
 * too; its rate is returned.
 */
static double report(const struct bench *b, enum pattern kind,
		     const struct contestant *c, unsigned int n,
		     const char *what, bool best)
{
	double most = 0;
	unsigned int i;
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", pattern_name[kind], what);
	for (i = 0; i < n; i++) {
		if (strcmp(c[i].what, what))
			continue;
		emit(b, name, c[i].name, "Mlps", c[i].rate);
		if (!c[i].ours && c[i].rate > most)
			most = c[i].rate;
	}
	if (best)
		emit(b, name, "best", "Mlps", most);
	return most;
}

static void measure(const struct bench *b, struct contestant *c, unsigned int n,
		    enum pattern kind, unsigned int seed)
{
	uint64_t overhead = clock_cost(cpu_ns);
	unsigned int turn, i;
	double best = 0;
	struct keys k;

	keys_make(&k, &b->table, kind, seed);
	answer(b, c[0].lpm, &k);
	for (turn = 0; turn < b->passes; turn++) {
		for (i = 0; i < n; i++) {
			struct contestant *one = &c[(turn + i) % n];

			/* nobody begins with the caches that another has left */
			pass(b, one, &k, overhead);
			one->rate = pass(b, one, &k, overhead);
		}
		best = report(b, kind, c, n, "bulk32", true);
		report(b, kind, c, n, "single", false);
	}
	keys_free(&k);
	progress(b, "%s, seed %u of %u: mfib %.0f Mlps, best rival %.0f",
		 pattern_name[kind], seed, b->seeds, c[0].rate, best);
}

/* How much of what we and DPDK have is in huge pages. */
static void note_huge_pages(const struct bench *b)
{
	unsigned long all = 0, huge = 0;
	char line[128];
	FILE *file;

	file = fopen("/proc/self/smaps_rollup", "r");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Anonymous: %lu", &all) != 1 &&
		    sscanf(line, "AnonHugePages: %lu", &huge) == 1)
			break;
	}
	fclose(file);
	printf("note %s: %lu of %lu MiB are in huge pages\n", b->name, huge >> 10,
	       all >> 10);
}

/**
 * bench_lookup() - measure lookups
 * @b: the table and how often
 */
void bench_lookup(const struct bench *b)
{
	struct mfib_lpm *kernel, *native;
	struct contestant c[8] = {};
	unsigned int seed, n = 0, i;
	const bool v4 = b->table.width == 32;
	enum pattern kind;
	struct dpdk dpdk;

	kernel = load(&ours_kernel, &b->table, b->table.n);
	native = load(&ours_native, &b->table, b->table.n);
	dpdk_create(&dpdk, &b->table, false);
	note_huge_pages(b);

	c[n++] = (struct contestant){ .name = "mfib", .what = "bulk32",
		.ours = &ours_kernel, .lpm = kernel, .bulk = BULK };
	c[n++] = (struct contestant){ .name = "mfib_native", .what = "bulk32",
		.ours = &ours_native, .lpm = native, .bulk = BULK };
	c[n++] = (struct contestant){ .what = "bulk32", .dpdk = &dpdk,
		.name = v4 ? "rte_fib_scalar" : "rte_fib6_scalar", .bulk = BULK };
	if (dpdk_select(&dpdk, true))
		c[n++] = (struct contestant){ .what = "bulk32", .dpdk = &dpdk,
			.name = v4 ? "rte_fib_avx512" : "rte_fib6_avx512",
			.vector = true, .bulk = BULK };
	c[n++] = (struct contestant){ .name = "mfib", .what = "single",
		.ours = &ours_kernel, .lpm = kernel, .bulk = 1 };
	c[n++] = (struct contestant){ .name = "mfib_native", .what = "single",
		.ours = &ours_native, .lpm = native, .bulk = 1 };
	c[n++] = (struct contestant){ .what = "single", .dpdk = &dpdk,
		.name = v4 ? "rte_fib_bulk1" : "rte_fib6_bulk1", .bulk = 1 };

	for (seed = 1; seed <= b->seeds; seed++)
		for (kind = 0; kind < PATTERNS; kind++)
			measure(b, c, n, kind, seed);
	for (i = 0; i < n; i++)
		if (c[i].wrong)
			printf("note %s: %s was wrong %lu times, by the naive reference\n",
			       b->name, c[i].name, c[i].wrong);
	ours_kernel.destroy(kernel);
	ours_native.destroy(native);
	dpdk_destroy(&dpdk);
}
