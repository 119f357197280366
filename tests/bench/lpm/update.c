// SPDX-License-Identifier: GPL-2.0
/*
 * Updates. Those to the table withdraw one of its routes, any, and announce one
 * that was withdrawn before, in turn. A small part of the table is withdrawn at
 * each time. All contestants do the same: once for the time of all, once with
 * the clock around each.
 *
 * The time of one update is by a clock that goes on while another thread runs.
 * That of the thread stops then, but takes longer to look at than an update
 * takes. So both are looked at, the better one from within the other, and the
 * lesser difference counts.
 */
#include "bench.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dpdk.h"
#include "slab.h"

#define UPDATES		20000U
#define WITHDRAWN	100	/* one of so many */
#define NEW		50U	/* new prefixes of each length */
#define TRIES		1000U
#define RESERVE		(256UL << 20)

struct update {
	const struct prefix *prefix;
	bool announce;
};

/* @took: the time of each update in ns, sorted in the end. */
struct contestant {
	const char *name;
	struct mfib_lpm *lpm;
	struct dpdk *dpdk;
	uint64_t *took;
	unsigned int n;
};

static uint64_t wall_cost;

static uint64_t wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void do_update(const struct contestant *c, const struct update *u)
{
	const struct prefix *p = u->prefix;
	int status;
	u32 old;

	if (c->dpdk)
		status = u->announce ? dpdk_add(c->dpdk, p) : dpdk_delete(c->dpdk, p);
	else if (u->announce)
		status = ours_kernel.insert(c->lpm, p->addr, p->len, p->value, &old);
	else
		status = ours_kernel.remove(c->lpm, p->addr, p->len) != p->value;
	if (status)
		errx(1, "%s: to %s a prefix of length %u: %d", c->name,
		     u->announce ? "announce" : "withdraw", p->len, status);
}

static void time_update(struct contestant *c, const struct update *u)
{
	uint64_t cpu, wall;

	cpu = cpu_ns();
	wall = wall_ns();
	do_update(c, u);
	wall = wall_ns() - wall;
	cpu = cpu_ns() - cpu;
	wall -= wall > wall_cost ? wall_cost : 0;
	c->took[c->n++] = wall < cpu ? wall : cpu;
}

static int u64_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* How long an update took that @percent of the others did not take longer than,
 * in us.
 */
static double percentile(const struct contestant *c, unsigned int percent)
{
	return c->took[((uint64_t)c->n * percent + 99) / 100 - 1] / 1e3;
}

static void sort(struct contestant *c)
{
	qsort(c->took, c->n, sizeof(*c->took), u64_cmp);
}

/* Trees with the whole table for us and for the rival. */
static void setup(const struct bench *b, struct contestant *c, struct dpdk *dpdk)
{
	wall_cost = clock_cost(wall_ns);
	dpdk_create(dpdk, &b->table, true);
	c[0] = (struct contestant){ .name = "mfib",
		.lpm = load(&ours_kernel, &b->table, b->table.n) };
	c[1] = (struct contestant){ .dpdk = dpdk,
		.name = b->table.width == 32 ? "rte_fib" : "rte_fib6" };
	slab_reserve(RESERVE);
}

static void teardown(struct contestant *c)
{
	ours_kernel.destroy(c[0].lpm);
	dpdk_destroy(c[1].dpdk);
	free(c[0].took);
	free(c[1].took);
}

/* Draws @n updates. The last @down of the indices are those that are withdrawn. */
static void draw(const struct table *t, unsigned int *index, unsigned int down,
		 struct update *u, unsigned int n)
{
	unsigned int i, up = t->n - down, from = 0, to, x;

	for (i = 0; i < n; i++) {
		u[i].announce = i % 2;
		if (i % 2 == 0) {
			from = random_below(up);
			u[i].prefix = &t->p[index[from]];
			continue;
		}
		to = up + random_below(down);
		u[i].prefix = &t->p[index[to]];
		x = index[from];
		index[from] = index[to];
		index[to] = x;
	}
}

static void time_all(const struct bench *b, struct contestant *c,
		     const struct update *u, unsigned int n)
{
	uint64_t start = cpu_ns();
	unsigned int i;

	for (i = 0; i < n; i++)
		do_update(c, &u[i]);
	emit(b, "update.rate", c->name, "ops/s", n * 1e9 / (cpu_ns() - start));
}

static void time_each(const struct bench *b, struct contestant *c,
		      const struct update *u, unsigned int n)
{
	unsigned int i;

	c->n = 0;
	for (i = 0; i < n; i++)
		time_update(c, &u[i]);
	sort(c);
	emit(b, "update.p50", c->name, "us", percentile(c, 50));
	emit(b, "update.p99", c->name, "us", percentile(c, 99));
	emit(b, "update.max", c->name, "us", percentile(c, 100));
}

static void update_seed(const struct bench *b, unsigned int seed)
{
	unsigned int down = b->table.n / WITHDRAWN + 1, n = b->table.n / 10;
	unsigned int *index = alloc(b->table.n, sizeof(*index)), i, j, pass;
	struct update *u;
	struct contestant c[2];
	struct dpdk dpdk;

	if (n > UPDATES)
		n = UPDATES;
	u = alloc(down > n ? down : n, sizeof(*u));
	setup(b, c, &dpdk);
	memcpy(index, b->table.order, b->table.n * sizeof(*index));
	random_state = seed;
	for (i = 0; i < down; i++)
		u[i] = (struct update){ .prefix =
			&b->table.p[index[b->table.n - down + i]] };
	for (j = 0; j < 2; j++) {
		c[j].took = alloc(n, sizeof(*c[j].took));
		for (i = 0; i < down; i++)
			do_update(&c[j], &u[i]);
	}
	for (pass = 0; pass < b->passes; pass++) {
		draw(&b->table, index, down, u, n);
		for (j = 0; j < 2; j++)
			time_all(b, &c[j], u, n);
		draw(&b->table, index, down, u, n);
		for (j = 0; j < 2; j++)
			time_each(b, &c[j], u, n);
	}
	free(index);
	free(u);
	teardown(c);
}

/**
 * bench_update() - measure updates of routes of the table
 * @b: the table and how often
 */
void bench_update(const struct bench *b)
{
	unsigned int seed;

	for (seed = 1; seed <= b->seeds; seed++) {
		update_seed(b, seed);
		progress(b, "updates, seed %u of %u: measured", seed, b->seeds);
	}
}

/* Draws prefixes of a length that the table does not have, near to those that it
 * does. There may be too few.
 */
static unsigned int draw_new(const struct table *t, unsigned int len,
			     struct prefix *p)
{
	unsigned int n, tries = 0;

	for (n = 0; n < NEW && tries < TRIES; tries++) {
		random_host(&t->p[random_below(t->n)], t->width, p[n].addr);
		truncate_addr(p[n].addr, len);
		if (table_has(t, p[n].addr, len))
			continue;
		p[n].len = len;
		p[n].value = 1 + random_below(t->values);
		n++;
	}
	return n;
}

/* Announces and withdraws new prefixes of each length. Leaves p99 and the worst
 * by length in @p99 and @max.
 */
static void time_lengths(const struct bench *b, struct contestant *c,
			 double *p99, double *max)
{
	struct prefix p[NEW];
	unsigned int len, n, i;

	for (len = 0; len <= b->table.width; len++) {
		n = draw_new(&b->table, len, p);
		p99[len] = 0;
		max[len] = 0;
		if (!n)
			continue;
		c->n = 0;
		for (i = 0; i < n; i++) {
			time_update(c, &(struct update){ &p[i], true });
			time_update(c, &(struct update){ &p[i], false });
		}
		sort(c);
		p99[len] = percentile(c, 99);
		max[len] = percentile(c, 100);
	}
}

static double greatest(const struct bench *b, const double *of)
{
	double most = 0;
	unsigned int len;

	for (len = 0; len <= b->table.width; len++)
		if (of[len] > most)
			most = of[len];
	return most;
}

/**
 * bench_length() - measure updates of prefixes of any length
 * @b: the table and how often
 *
 * Prefixes that are new to the table are announced and at once withdrawn again,
 * those of each length after each other. Reported are the worst update, and the
 * 99th percentile of that length for which it is worst.
 */
void bench_length(const struct bench *b)
{
	double p99[2][129], max[2][129];
	struct contestant c[2];
	unsigned int seed, len, j;
	struct dpdk dpdk;

	setup(b, c, &dpdk);
	for (j = 0; j < 2; j++)
		c[j].took = alloc(2 * NEW, sizeof(*c[j].took));
	for (seed = 1; seed <= b->seeds; seed++) {
		for (j = 0; j < 2; j++) {
			random_state = seed;
			time_lengths(b, &c[j], p99[j], max[j]);
			emit(b, "length.p99", c[j].name, "us", greatest(b, p99[j]));
			emit(b, "length.max", c[j].name, "us", greatest(b, max[j]));
		}
		progress(b, "lengths, seed %u of %u: measured", seed, b->seeds);
	}
	for (len = 0; len <= b->table.width; len++)
		progress(b, "/%u, us, p99 and max: %s %.2f %.2f, %s %.2f %.2f",
			 len, c[0].name, p99[0][len], max[0][len],
			 c[1].name, p99[1][len], max[1][len]);
	teardown(c);
}
