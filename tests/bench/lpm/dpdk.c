// SPDX-License-Identifier: GPL-2.0
#include "dpdk.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_fib.h>
#include <rte_fib6.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_memory.h>

/* Most tables of 256 entries that go with next hops of two bytes. */
#define SMALL_TBL8	32767U

#define BALLAST		10000U

/**
 * memfd_create() - in place of that of the C library
 * @name: not used
 * @flags: not used
 *
 * A memfd gets huge pages only if the whole machine is set so. Without one DPDK
 * goes on with anonymous memory, which gets them when advised, as ours does.
 *
 * Return: always failure.
 */
int memfd_create(const char *name, unsigned int flags)
{
	(void)name;
	(void)flags;
	errno = ENOMEM;
	return -1;
}

static int advise(const struct rte_memseg_list *list, void *arg)
{
	(void)arg;
	return madvise(list->base_va, list->len, MADV_HUGEPAGE);
}

/**
 * dpdk_init() - start DPDK on the last processor that we may use
 * @megabytes: memory it may take
 */
void dpdk_init(size_t megabytes)
{
	char cpu[16], memory[32];
	static const char *const options[] = {
		"lpm", "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry",
		"--log-level=error", "--force-max-simd-bitwidth=512",
	};
	char *argv[ARRAY_SIZE(options) + 5];
	int argc = 0, last = 0, i;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		err(1, "sched_getaffinity");
	for (i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set))
			last = i;
	snprintf(cpu, sizeof(cpu), "%d", last);
	snprintf(memory, sizeof(memory), "%zu", megabytes);
	while (argc < (int)ARRAY_SIZE(options)) {
		argv[argc] = (char *)options[argc];
		argc++;
	}
	argv[argc++] = "-l";
	argv[argc++] = cpu;
	argv[argc++] = "-m";
	argv[argc++] = memory;
	argv[argc] = NULL;
	if (rte_eal_init(argc, argv) < 0)
		errx(1, "rte_eal_init: %s", rte_strerror(rte_errno));
	if (rte_memseg_list_walk(advise, NULL))
		err(1, "madvise");
}

/**
 * dpdk_used() - what DPDK has allocated
 *
 * Return: bytes.
 */
size_t dpdk_used(void)
{
	struct rte_malloc_socket_stats stats;

	if (rte_malloc_get_socket_stats(rte_socket_id_by_idx(0), &stats))
		errx(1, "rte_malloc_get_socket_stats");
	return stats.heap_allocsz_bytes;
}

/* DPDK allocates less of them, but refuses a route if it could be in need of so
 * many.
 */
static unsigned int most_tbl8(const struct table *t)
{
	unsigned int sum = 0, i;

	for (i = 0; i < t->n; i++)
		if (t->p[i].len > 24)
			sum += t->width == 32 ? 1 : (t->p[i].len - 24 + 7) / 8;
	return sum;
}

/* DPDK does not count a prefix with the next hop of the one around it when it is
 * added, but does when it is deleted. Once it has counted down to below nothing
 * it has no room left. So it gets prefixes to begin with, far from any other.
 */
static void add_ballast(struct dpdk *d, const struct table *t)
{
	const bool v4 = t->width == 32;
	struct prefix p = { .len = v4 ? 25 : 128, .value = 1 };
	unsigned int i;

	p.addr[0] = v4 ? 240 : 1;
	for (i = 0; i < BALLAST; i++) {
		p.addr[v4 ? 1 : 14] = i >> 8;
		p.addr[v4 ? 2 : 15] = i;
		if (dpdk_add(d, &p))
			errx(1, "rte_fib_add: no room for the ballast");
	}
}

/**
 * dpdk_create() - make a FIB with the routes of a table
 * @d: filled in
 * @t: the table
 * @updates: whether routes will be added and deleted
 *
 * The next hops get two bytes if that can be, which is the fastest.
 */
void dpdk_create(struct dpdk *d, const struct table *t, bool updates)
{
	unsigned int spare = updates ? 2 * BALLAST * (t->width == 32 ? 1 : 13) : 0;
	unsigned int tbl8 = most_tbl8(t) + spare + 1, i;
	bool small = tbl8 <= SMALL_TBL8 && t->values <= SMALL_TBL8;
	int most = t->n + t->n / 8 + 65536;
	struct rte_fib6_conf conf6 = {
		.type = RTE_FIB6_TRIE,
		.max_routes = most,
		.trie = {
			.nh_sz = small ? RTE_FIB6_TRIE_2B : RTE_FIB6_TRIE_4B,
			.num_tbl8 = tbl8,
		},
	};
	struct rte_fib_conf conf4 = {
		.type = RTE_FIB_DIR24_8,
		.max_routes = most,
		.dir24_8 = {
			.nh_sz = small ? RTE_FIB_DIR24_8_2B : RTE_FIB_DIR24_8_4B,
			.num_tbl8 = tbl8,
		},
	};

	*d = (struct dpdk){ .width = t->width };
	if (t->width == 32)
		d->fib4 = rte_fib_create("lpm", SOCKET_ID_ANY, &conf4);
	else
		d->fib6 = rte_fib6_create("lpm", SOCKET_ID_ANY, &conf6);
	if (!d->fib4 && !d->fib6)
		errx(1, "rte_fib_create: %s", rte_strerror(rte_errno));
	for (i = 0; i < t->n; i++)
		if (dpdk_add(d, &t->p[t->order[i]]))
			errx(1, "rte_fib_add: %u of %u routes", i, t->n);
	if (updates)
		add_ballast(d, t);
}

void dpdk_destroy(struct dpdk *d)
{
	rte_fib_free(d->fib4);
	rte_fib6_free(d->fib6);
}

static uint32_t host_order(const uint8_t *addr)
{
	uint32_t net;

	memcpy(&net, addr, sizeof(net));
	return ntohl(net);
}

int dpdk_add(struct dpdk *d, const struct prefix *p)
{
	if (d->fib4)
		return rte_fib_add(d->fib4, host_order(p->addr), p->len, p->value);
	return rte_fib6_add(d->fib6, p->addr, p->len, p->value);
}

int dpdk_delete(struct dpdk *d, const struct prefix *p)
{
	if (d->fib4)
		return rte_fib_delete(d->fib4, host_order(p->addr), p->len);
	return rte_fib6_delete(d->fib6, p->addr, p->len);
}

/**
 * dpdk_select() - choose how to look up
 * @d: the FIB
 * @vector: with AVX-512 or with ordinary instructions
 *
 * Return: false if this machine cannot.
 */
bool dpdk_select(struct dpdk *d, bool vector)
{
	if (d->fib4)
		return !rte_fib_select_lookup(d->fib4, vector ?
				RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512 :
				RTE_FIB_LOOKUP_DIR24_8_SCALAR_MACRO);
	return !rte_fib6_select_lookup(d->fib6, vector ?
			RTE_FIB6_LOOKUP_TRIE_VECTOR_AVX512 :
			RTE_FIB6_LOOKUP_TRIE_SCALAR);
}

/**
 * dpdk_lookup() - look up a chunk
 * @d: the FIB
 * @c: the keys, and where to put the answers
 * @bulk: how many keys at once
 */
void dpdk_lookup(struct dpdk *d, struct chunk *c, unsigned int bulk)
{
	unsigned int i;

	if (d->fib4)
		for (i = 0; i < CHUNK; i += bulk)
			rte_fib_lookup_bulk(d->fib4, c->host + i, c->wide + i, bulk);
	else
		for (i = 0; i < CHUNK; i += bulk)
			rte_fib6_lookup_bulk(d->fib6, (uint8_t (*)[16])c->bytes + i,
					     c->wide + i, bulk);
}
