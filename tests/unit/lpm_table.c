// SPDX-License-Identifier: GPL-2.0
/*
 * Tables like the Internet's: what they take in memory, storms of withdrawals
 * and announcements, and what is left of the memory afterwards.
 *
 * The tables are made up, with the lengths, the nesting and the neighbourhoods of
 * next hops that real ones have. LPM_TABLE=FILE in the environment has a real one
 * read, of the format of `make data`, and LPM_ROUNDS=N makes it take longer.
 */
#include "lpm.h"

#include <arpa/inet.h>
#include <string.h>

#include "ktap.h"
#include "lpm_bulk.h"
#include "lpm_tree.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct route {
	u8 addr[16];
	u8 len;
	u32 value;
	bool in;
};

static struct route *routes;
static unsigned int nroutes, width;
static struct mfib_lpm *lpm;

/* Few next hops per origin, and one or another of all. */
enum hops { BY_ORIGIN, RANDOM };

static void add_route(const u8 *addr, unsigned int len, u32 value)
{
	struct route *route = &routes[nroutes++];
	unsigned int bit;

	memset(route, 0, sizeof(*route));
	memcpy(route->addr, addr, width / 8);
	for (bit = len; bit < 128; bit++)
		route->addr[bit / 8] &= ~(0x80 >> bit % 8);
	route->len = len;
	route->value = value;
}

static void put_bits(u8 *addr, unsigned int pos, unsigned int len, u64 bits)
{
	for (; len; len--, pos++) {
		addr[pos / 8] &= ~(0x80 >> pos % 8);
		if (bits >> (len - 1) & 1)
			addr[pos / 8] |= 0x80 >> pos % 8;
	}
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, 17);
}

/*
 * Registries hand out blocks one after the other, with gaps. Their owners
 * announce them, and parts of them, many of which are next to each other.
 */
static void make_table(unsigned int n, enum hops hops)
{
	static const u16 tops[] = {
		0x2001, 0x2400, 0x2406, 0x2600, 0x2606, 0x2800, 0x2a00, 0x2a0e,
	};
	unsigned int unit = width == 32 ? 24 : 48, block, parts, len, i;
	u64 next[8], place, part;
	u8 addr[16];
	u32 value;

	for (i = 0; i < 8; i++)
		next[i] = width == 32 ? (u64)(24 * i + 2) << 16 :
					(u64)tops[i] << 32;
	routes = realloc(routes, (n + 512) * sizeof(*routes));
	nroutes = 0;
	while (nroutes < n) {
		memset(addr, 0, sizeof(addr));
		block = width == 32 ? 16 + random_below(7) : 29 + random_below(5);
		i = random_below(8);
		part = 1ULL << (unit - block);
		next[i] = (next[i] + part - 1) & -part;
		place = next[i];
		next[i] += part << random_below(2);
		put_bits(addr, 0, unit, place);
		value = 1 + random_below(512);
		add_route(addr, block, value);
		parts = random_below(width == 32 ? part : 40);
		place += random_u64() & (part - 1);
		for (i = 0; i < parts; i++) {
			put_bits(addr, 0, unit, place++);
			len = random_below(4) ? unit : unit - random_below(4);
			if (hops == RANDOM || !random_below(8))
				value = 1 + random_below(512);
			add_route(addr, len, value);
		}
	}
	qsort(routes, nroutes, sizeof(*routes), compare);
	for (i = 0, n = 0; i < nroutes; i++)
		if (!i || compare(&routes[i], &routes[n - 1]))
			routes[n++] = routes[i];
	nroutes = n;
}

static void shuffle(void)
{
	struct route swap;
	unsigned int i, j;

	for (i = nroutes - 1; i; i--) {
		j = random_below(i + 1);
		swap = routes[i];
		routes[i] = routes[j];
		routes[j] = swap;
	}
}

static void announce(struct route *route)
{
	u32 old;

	CHECK(!mfib_lpm_insert(lpm, route->addr, route->len, route->value, &old));
	CHECK(!old == !route->in);
	route->in = true;
}

static void withdraw(struct route *route)
{
	CHECK(!mfib_lpm_remove(lpm, route->addr, route->len) == !route->in);
	route->in = false;
}

static void load(void)
{
	unsigned int i;

	shim_barrier();
	shim_live = 0;
	lpm = mfib_lpm_create(width);
	CHECK(lpm);
	shuffle();
	for (i = 0; i < nroutes; i++) {
		routes[i].in = false;
		announce(&routes[i]);
	}
}

static void unload(void)
{
	mfib_lpm_destroy(lpm);
	shim_barrier();
	CHECK(!shim_live);
}

/* The three ways to look up agree, and find the most specific that is in. */
static void check_answers(unsigned int n)
{
	u8 key[MFIB_LPM_BULK][16];
	u32 value[MFIB_LPM_BULK];
	unsigned int i, j, bit;
	struct route *route;
	u8 len;

	while (n--) {
		for (i = 0; i < MFIB_LPM_BULK; i++) {
			route = &routes[random_below(nroutes)];
			for (j = 0; j < 16; j++)
				key[i][j] = random_u64();
			put_bits(key[i], 0, 8, route->addr[0]);
			for (bit = 8; bit < route->len; bit++)
				put_bits(key[i], bit, 1, route->addr[bit / 8] >>
							 (7 - bit % 8) & 1);
		}
		lookup_bulk(lpm, key, value, MFIB_LPM_BULK);
		for (i = 0; i < MFIB_LPM_BULK; i++) {
			CHECK(value[i] == mfib_lpm_lookup(lpm, key[i]));
			CHECK(value[i] == mfib_lpm_match(lpm, key[i], &len));
			if (value[i])
				CHECK(mfib_lpm_find(lpm, key[i], len) == value[i]);
		}
	}
}

static void check_walk(void)
{
	struct mfib_lpm_cursor cursor = {};
	unsigned int i;
	u32 value;

	qsort(routes, nroutes, sizeof(*routes), compare);
	for (i = 0; i < nroutes; i++) {
		if (!routes[i].in)
			continue;
		value = mfib_lpm_next(lpm, &cursor);
		CHECK(value == routes[i].value && cursor.len == routes[i].len);
		CHECK(!memcmp(cursor.addr, routes[i].addr, 16));
	}
	CHECK(!mfib_lpm_next(lpm, &cursor));
}

static void show(const char *what)
{
	struct mfib_lpm_stats stats;

	mfib_lpm_stats(lpm, &stats);
	printf("# %u bits, %s: %u prefixes, %u nodes, %.2f + %.2f bytes each\n",
	       width, what, stats.routes, stats.nodes,
	       (double)stats.lookup_bytes / stats.routes,
	       (double)stats.writer_bytes / stats.routes);
}

/* A million and more of them take less each; a table this size has to do. */
static void test_bytes(void)
{
	static const struct {
		unsigned int width, n;
		enum hops hops;
		double lookup, writer;
	} tables[] = {
		{ 32, 600000, BY_ORIGIN, 5.5, 12 },
		{ 32, 600000, RANDOM, 6.5, 12 },
		{ 128, 150000, BY_ORIGIN, 18, 24 },
		{ 128, 150000, RANDOM, 26, 24 },
	};
	struct mfib_lpm_stats stats;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		width = tables[i].width;
		make_table(tables[i].n, tables[i].hops);
		load();
		show(tables[i].hops == RANDOM ? "random next hops" :
						"next hops by origin");
		mfib_lpm_stats(lpm, &stats);
		CHECK(stats.form == MFIB_LPM_DIRECT);
		CHECK(stats.lookup_bytes <= tables[i].lookup * stats.routes);
		CHECK(stats.writer_bytes <= tables[i].writer * stats.routes);
		CHECK(mfib_lpm_check(lpm));
		check_answers(200);
		unload();
	}
}

static void test_small(void)
{
	struct mfib_lpm_stats stats;

	for (width = 32; width <= 128; width += 96) {
		make_table(100, BY_ORIGIN);
		nroutes = 16;
		load();
		shim_barrier();
		mfib_lpm_stats(lpm, &stats);
		CHECK(stats.bytes == shim_live && stats.bytes <= 1024);
		unload();
		make_table(1200, RANDOM);
		nroutes = 1000;
		load();
		shim_barrier();
		mfib_lpm_stats(lpm, &stats);
		CHECK(stats.bytes == shim_live && stats.bytes <= 64 * 1024);
		unload();
	}
}

/* Copies of a small table would pile up until the end of a grace period. */
static void test_copies(void)
{
	unsigned long allocs;
	unsigned int i;

	for (width = 32; width <= 128; width += 96) {
		make_table(1200, BY_ORIGIN);
		nroutes = 1000;
		allocs = shim_allocs;
		load();
		CHECK(shim_allocs - allocs <= nroutes / 10);

		/* those that come back find their holes */
		allocs = shim_allocs;
		for (i = 0; i < 10000; i++) {
			withdraw(&routes[i % nroutes]);
			announce(&routes[i % nroutes]);
		}
		CHECK(shim_allocs == allocs);

		for (i = 0; i < 10000; i++) {
			if (routes[i % nroutes].in)
				withdraw(&routes[i % nroutes]);
			else
				announce(&routes[i % nroutes]);
		}
		CHECK(shim_allocs - allocs <= 10000 / 20);
		CHECK(mfib_lpm_check(lpm));
		check_answers(200);
		check_walk();
		unload();
	}
}

/*
 * Most of a table leaves, so that memory is to be given back, but for as long as
 * a grace period does not end none can be. What is moved must not pile up.
 */
static void test_slow_grace_period(void)
{
	struct mfib_lpm_stats before, after;
	unsigned int i;

	for (width = 32; width <= 128; width += 96) {
		make_table(width == 32 ? 100000 : 50000, BY_ORIGIN);
		load();
		mfib_lpm_stats(lpm, &before);
		for (i = 0; i < nroutes / 4 * 3; i++)
			withdraw(&routes[i]);
		shim_polls = ~0UL;
		for (i = 0; i < 100000; i++) {
			withdraw(&routes[nroutes - 1 - i % 100]);
			announce(&routes[nroutes - 1 - i % 100]);
		}
		shim_polls = 0;
		mfib_lpm_stats(lpm, &after);
		printf("# %u bits: %llu bytes for lookups, %llu of them retired; %llu before\n",
		       width, after.lookup_bytes, after.retired_bytes,
		       before.lookup_bytes);
		CHECK(after.lookup_bytes <= before.lookup_bytes + (8 << 20));
		CHECK(mfib_lpm_check(lpm));
		unload();
	}
}

/* Each next hop another one. */
static void test_distinct(void)
{
	unsigned int i;

	for (width = 32; width <= 128; width += 96) {
		make_table(width == 32 ? 300000 : 100000, RANDOM);
		for (i = 0; i < nroutes; i++)
			routes[i].value = 1 + i * 1000;
		load();
		show("all next hops different");
		CHECK(mfib_lpm_check(lpm));
		check_answers(500);
		check_walk();
		unload();
	}
}

static unsigned int rounds(void)
{
	return ktap_number("LPM_ROUNDS", 1);
}

/* A neighbour goes, and takes a lot with it; another flaps. */
static void one_storm(void)
{
	unsigned int i, n, from, value;
	u32 was;

	value = 1 + random_below(512);
	for (i = 0; i < nroutes; i++)
		if (routes[i].value % 8 == value % 8)
			withdraw(&routes[i]);
	check_answers(20);
	for (n = nroutes; n; n--) {
		i = random_below(nroutes);
		if (routes[i].in)
			withdraw(&routes[i]);
		else
			announce(&routes[i]);
	}
	from = random_below(nroutes);
	for (i = from; i < nroutes && i < from + nroutes / 8; i++) {
		was = routes[i].value;
		routes[i].value = 1 + random_below(random_below(4) ? 512 : 1000000);
		if (routes[i].in)
			announce(&routes[i]);
		else
			routes[i].value = was;
	}
	for (i = 0; i < nroutes; i++)
		if (!routes[i].in)
			announce(&routes[i]);
}

static void replay(void)
{
	struct mfib_lpm_stats before, after;
	unsigned int round;

	load();
	mfib_lpm_stats(lpm, &before);
	for (round = rounds(); round; round--)
		one_storm();
	show("after storms");
	mfib_lpm_stats(lpm, &after);
	CHECK(mfib_lpm_check(lpm));
	check_answers(200);
	check_walk();
	/* what is left of them: more next hops, and holes between nodes */
	CHECK(after.lookup_bytes <= before.lookup_bytes * 2);
	CHECK(after.writer_bytes <= before.writer_bytes * 5 / 4);
	unload();
}

static void test_storms(void)
{
	for (width = 32; width <= 128; width += 96) {
		make_table(width == 32 ? 200000 : 100000, BY_ORIGIN);
		replay();
	}
}

static void test_withdrawal(void)
{
	struct mfib_lpm_stats left, fresh;
	unsigned int i, n;

	for (width = 32; width <= 128; width += 96) {
		make_table(400000, RANDOM);
		load();
		n = nroutes / 100;
		for (i = n; i < nroutes; i++)
			withdraw(&routes[i]);
		/* the last ones are freed by whoever comes next */
		for (i = 0; i < 100; i++) {
			withdraw(&routes[0]);
			announce(&routes[0]);
		}
		show("a hundredth is left");
		mfib_lpm_stats(lpm, &left);
		CHECK(mfib_lpm_check(lpm));
		check_answers(100);
		unload();
		nroutes = n;
		load();
		mfib_lpm_stats(lpm, &fresh);
		printf("# %llu bytes, a fresh table %llu\n",
		       (unsigned long long)left.bytes,
		       (unsigned long long)fresh.bytes);
		CHECK(left.bytes <= 3 * fresh.bytes);
		unload();
	}
}

/* One table after another from the file. */
static void test_file(void)
{
	const char *name = getenv("LPM_TABLE");
	char line[256], *slash, *value;
	unsigned int most = 1 << 20;
	FILE *file;

	if (!name)
		return;
	file = fopen(name, "r");
	CHECK(file);
	routes = realloc(routes, most * sizeof(*routes));
	nroutes = 0;
	while (fgets(line, sizeof(line), file)) {
		u8 addr[16] = {};

		slash = strchr(line, '/');
		value = strstr(line, "nhid ");
		if (line[0] == '#' || !slash || !value)
			continue;
		*slash = 0;
		width = strchr(line, ':') ? 128 : 32;
		CHECK(inet_pton(width == 32 ? AF_INET : AF_INET6, line, addr) == 1);
		if (nroutes == most) {
			most *= 2;
			routes = realloc(routes, most * sizeof(*routes));
		}
		add_route(addr, atoi(slash + 1), atoi(value + 5));
	}
	fclose(file);
	load();
	show(name);
	unload();
	replay();
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "lpm: bytes per prefix", test_bytes },
		{ "lpm: bytes of small tables", test_small },
		{ "lpm: copies of small tables", test_copies },
		{ "lpm: a slow grace period", test_slow_grace_period },
		{ "lpm: a next hop for each prefix", test_distinct },
		{ "lpm: storms of updates", test_storms },
		{ "lpm: memory after a mass withdrawal", test_withdrawal },
		{ "lpm: the table that is named", test_file },
	};
	int status = ktap_run(tests, ARRAY_SIZE(tests));

	free(routes);
	return status;
}
