// SPDX-License-Identifier: GPL-2.0
/* Tests of the longest-prefix match tree against a model of it. */
#include "lpm.h"

#include <errno.h>

#include "lpm_bulk.h"
#include "lpm_random.h"
#include "lpm_tree.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static struct model model;
static struct mfib_lpm *lpm;

static void setup(unsigned int width)
{
	/* a test that failed may have left something */
	shim_barrier();
	shim_fail = 0;
	shim_live = 0;
	shim_warnings = 0;
	shim_hook = NULL;
	model.width = width;
	model.n = 0;
	lpm = mfib_lpm_create(width);
	CHECK(lpm);
}

/* Whatever is in the tree, nothing may be left of it. */
static void teardown(void)
{
	mfib_lpm_destroy(lpm);
	shim_barrier();
	CHECK(!shim_live);
	CHECK(!shim_warnings);
}

static bool insert(const u8 *addr, u8 len, u32 value)
{
	u32 old = 12345;
	int err = mfib_lpm_insert(lpm, addr, len, value, &old);

	CHECK(err == 0 || err == -ENOMEM);
	if (err)
		return false;
	CHECK(old == model_insert(&model, addr, len, value));
	return true;
}

static void remove_prefix(const u8 *addr, u8 len)
{
	u32 value = mfib_lpm_remove(lpm, addr, len);

	CHECK(value == model_remove(&model, addr, len));
}

static void remove_all(void)
{
	struct prefix p;

	while (model.n) {
		p = model.p[random_below(model.n)];
		remove_prefix(p.addr, p.len);
	}
}

static void check_lookups(enum spread spread, unsigned int rounds)
{
	u8 keys[MFIB_LPM_BULK][16], len, expect_len;
	u32 value[MFIB_LPM_BULK + 1], expect;
	unsigned int i, n;

	while (rounds--) {
		n = random_below(MFIB_LPM_BULK + 1);
		for (i = 0; i < n; i++)
			random_key(&model, spread, keys[i]);
		value[n] = 0xdeadbeef;
		lookup_bulk(lpm, keys, value, n);
		CHECK(value[n] == 0xdeadbeef);
		for (i = 0; i < n; i++) {
			expect = model_match(&model, keys[i], &expect_len);
			CHECK(value[i] == expect);
			CHECK(mfib_lpm_lookup(lpm, keys[i]) == expect);
			len = 255;
			CHECK(mfib_lpm_match(lpm, keys[i], &len) == expect);
			CHECK(len == expect_len);
		}
	}
}

static void check_walk(void)
{
	struct mfib_lpm_cursor cursor = { .len = 200 };
	unsigned int i;

	for (i = 0; i < model.n; i++) {
		CHECK(mfib_lpm_next(lpm, &cursor) == model.p[i].value);
		CHECK(cursor.started && cursor.len == model.p[i].len);
		CHECK(!memcmp(cursor.addr, model.p[i].addr, 16));
	}
	CHECK(!mfib_lpm_next(lpm, &cursor));
	CHECK(!mfib_lpm_next(lpm, &cursor));
}

/* One step from anywhere, whether the prefix exists or not. */
static void check_next(enum spread spread)
{
	struct mfib_lpm_cursor cursor = { .started = true };
	unsigned int i;

	random_prefix(&model, spread, cursor.addr, &cursor.len);
	i = model_at(&model, cursor.addr, cursor.len);
	if (model_is(&model, i, cursor.addr, cursor.len))
		i++;
	CHECK(mfib_lpm_next(lpm, &cursor) ==
	      (i < model.n ? model.p[i].value : 0));
	if (i < model.n) {
		CHECK(cursor.len == model.p[i].len);
		CHECK(!memcmp(cursor.addr, model.p[i].addr, 16));
	}
}

/* What covers or is covered by some prefix. */
static void check_nested(enum spread spread)
{
	struct mfib_lpm_cursor covered = {}, covering = {};
	struct prefix p = {};
	unsigned int i;

	random_prefix(&model, spread, p.addr, &p.len);
	memset(p.addr + model.width / 8, 0, 16 - model.width / 8);
	truncate_addr(p.addr, p.len);
	for (i = 0; i < model.n; i++) {
		if (model.p[i].len < p.len ||
		    !prefix_covers(&p, model.p[i].addr))
			continue;
		CHECK(mfib_lpm_next_covered(lpm, p.addr, p.len, &covered) ==
		      model.p[i].value);
		CHECK(covered.len == model.p[i].len);
		CHECK(!memcmp(covered.addr, model.p[i].addr, 16));
	}
	CHECK(!mfib_lpm_next_covered(lpm, p.addr, p.len, &covered));
	for (i = model.n; i--;) {
		if (model.p[i].len > p.len ||
		    !prefix_covers(&model.p[i], p.addr))
			continue;
		CHECK(mfib_lpm_next_covering(lpm, p.addr, p.len, &covering) ==
		      model.p[i].value);
		CHECK(covering.len == model.p[i].len);
		CHECK(!memcmp(covering.addr, model.p[i].addr, 16));
	}
	CHECK(!mfib_lpm_next_covering(lpm, p.addr, p.len, &covering));
}

static enum lpm_kind kind(void)
{
	return lpm->root->kind;
}

static void check_tree(void)
{
	struct mfib_lpm_stats stats;
	size_t overhead;

	CHECK(mfib_lpm_check(lpm));
	mfib_lpm_stats(lpm, &stats);
	CHECK(stats.routes == model.n);
	CHECK(stats.bytes == stats.lookup_bytes + stats.writer_bytes);
	CHECK((enum lpm_kind)stats.form == kind());
	shim_barrier();
	/* the allocator's rounding of some */
	overhead = kind() == LPM_ARRAY ? 0 : shim_live / 8;
	CHECK(stats.bytes <= shim_live && shim_live <= stats.bytes + overhead);
}

static void check_all(enum spread spread)
{
	unsigned int i;

	check_lookups(spread, 2);
	check_walk();
	check_next(spread);
	check_nested(spread);
	check_tree();
	for (i = 0; i < model.n; i++)
		CHECK(mfib_lpm_find(lpm, model.p[i].addr, model.p[i].len) ==
		      model.p[i].value);
}

static void test_empty(void)
{
	u8 addr[16] = { 1 }, len = 77;
	struct mfib_lpm_cursor cursor = {};
	struct mfib_lpm_stats stats;
	unsigned int width;

	for (width = 32; width <= 128; width += 96) {
		setup(width);
		CHECK(!mfib_lpm_lookup(lpm, addr));
		CHECK(!mfib_lpm_match(lpm, addr, &len) && !len);
		CHECK(!mfib_lpm_find(lpm, addr, 0));
		CHECK(!mfib_lpm_find(lpm, addr, width));
		CHECK(!mfib_lpm_next(lpm, &cursor) && !cursor.started);
		CHECK(!mfib_lpm_remove(lpm, addr, 0));
		CHECK(!mfib_lpm_remove(lpm, addr, width));
		mfib_lpm_stats(lpm, &stats);
		CHECK(!stats.routes && stats.bytes == shim_live);
		CHECK(stats.bytes <= 512);
		teardown();
	}
	mfib_lpm_destroy(NULL);
}

static void test_arguments(void)
{
	struct mfib_lpm_cursor cursor = { .started = true, .len = 33 };
	u8 many[MFIB_LPM_BULK + 1][4];
	u32 value[MFIB_LPM_BULK + 1] = {};
	u8 addr[16] = { 1, 2, 3, 4 };
	unsigned int i;

	setup(32);
	CHECK(insert(addr, 32, 7));
	CHECK(mfib_lpm_insert(lpm, addr, 33, 7, NULL) == -EINVAL);
	CHECK(mfib_lpm_insert(lpm, addr, 8, MFIB_LPM_NONE, NULL) == -EINVAL);
	CHECK(mfib_lpm_insert(lpm, addr, 0, MFIB_LPM_NONE, NULL) == -EINVAL);
	CHECK(!mfib_lpm_find(lpm, addr, 33));
	CHECK(!mfib_lpm_remove(lpm, addr, 33));
	CHECK(!mfib_lpm_next(lpm, &cursor));
	CHECK(!mfib_lpm_insert(lpm, addr, 32, 8, NULL));
	CHECK(model_insert(&model, addr, 32, 8) == 7);
	check_all(SPARSE);
	CHECK(!shim_warnings);

	for (i = 0; i <= MFIB_LPM_BULK; i++)
		memcpy(many[i], addr, 4);
	mfib_lpm_lookup_bulk(lpm, many[0], value, MFIB_LPM_BULK + 1);
	CHECK(value[MFIB_LPM_BULK - 1] == 8 && !value[MFIB_LPM_BULK]);
	CHECK(!mfib_lpm_create(64));
	CHECK(shim_warnings == 2);
	shim_warnings = 0;
	shim_fail = SHIM_ALL;
	CHECK(!mfib_lpm_create(32));
	shim_fail = 0;
	teardown();
}

/* Prefixes of all lengths on one address, in both orders. */
static void test_lengths(void)
{
	unsigned int width, bit, i, down;
	u8 addr[16], key[16], len;

	for (i = 0; i < 4; i++) {
		width = i & 1 ? 128 : 32;
		down = i & 2;
		setup(width);
		random_addr(addr, SPARSE);
		for (bit = 0; bit <= width; bit++)
			CHECK(insert(addr, down ? width - bit : bit, bit + 1));
		check_all(NESTED);
		for (bit = 0; bit < width; bit++) {
			memcpy(key, addr, 16);
			set_bit(key, bit, !get_bit(key, bit));
			CHECK(mfib_lpm_lookup(lpm, key) ==
			      (down ? width - bit : bit) + 1);
			mfib_lpm_match(lpm, key, &len);
			CHECK(len == bit);
		}
		mfib_lpm_match(lpm, addr, &len);
		CHECK(len == width);
		for (bit = 0; bit <= width; bit++) {
			remove_prefix(addr, down ? bit : width - bit);
			if (bit % 7 == 0)
				check_all(NESTED);
		}
		CHECK(kind() == LPM_ARRAY && !lpm->routes);
		teardown();
	}
}

/* Only the bits of the prefix count. */
static void test_host_bits(void)
{
	const u8 addr[16] = { 10, 1, 2, 255 }, other[16] = { 10, 1, 2, 3 };

	setup(32);
	CHECK(insert(addr, 24, 1));
	CHECK(mfib_lpm_find(lpm, other, 24) == 1);
	CHECK(insert(other, 24, 2));
	CHECK(model.n == 1);
	check_all(NESTED);
	remove_prefix(addr, 24);
	check_all(NESTED);
	teardown();
}

static void test_host_routes(void)
{
	unsigned int width, i;
	u8 addr[16];

	for (width = 32; width <= 128; width += 96) {
		setup(width);
		memset(addr, 0, sizeof(addr));
		CHECK(insert(addr, width, 1));
		memset(addr, 255, sizeof(addr));
		CHECK(insert(addr, width, 2));
		CHECK(insert(addr, 0, 3));
		for (i = 0; i < 16; i++) {
			addr[width / 8 - 1] = i;
			CHECK(insert(addr, width, 100 + i));
		}
		check_all(NESTED);
		remove_all();
		CHECK(kind() == LPM_ARRAY && !lpm->routes);
		check_all(NESTED);
		teardown();
	}
}

/* Nodes with all the prefixes and children that they can have. */
static void test_full_node(void)
{
	struct prefix p[256];
	unsigned int n = 0, chunk, len, i, j, round;

	memset(p, 0, sizeof(p));
	for (chunk = 0; chunk < 64; chunk++)
		for (len = 1; len <= 7; len++)
			if (len > 6 || !(chunk & 63 >> len)) {
				p[n].addr[0] = chunk << 2;
				p[n++].len = len;
			}
	CHECK(n == 126 + 64);
	for (round = 0; round < 20; round++) {
		setup(round & 1 ? 128 : 32);
		for (i = 0; i < n; i++) {
			struct prefix swap = p[i];

			j = random_below(n);
			p[i] = p[j];
			p[j] = swap;
		}
		for (i = 0; i < n; i++)
			CHECK(insert(p[i].addr, p[i].len, i + 1));
		check_all(SPARSE);
		for (i = 0; i < 64; i++) {
			u8 key[16] = { i << 2 };

			CHECK(mfib_lpm_lookup(lpm, key) ==
			      model_find(&model, key, 7));
		}
		remove_all();
		CHECK(kind() == LPM_ARRAY && !lpm->routes);
		teardown();
	}
}

/* Few different ones, for neighbours to be equal, and some that are wide. */
static u32 random_value(void)
{
	switch (random_below(8)) {
	case 0:
		return 1 + random_below(MFIB_LPM_MAX);
	case 1:
		return LPM_NARROW_MAX - 1 + random_below(4);
	case 2:
		return 1 + random_below(1000);
	default:
		return 1 + random_below(3);
	}
}

/* Forms that the tree has had since setup(). */
static unsigned int kinds;

static void random_ops(unsigned int width, enum spread spread,
		       unsigned int ops, unsigned int fail_one_in)
{
	unsigned int i, target = 0, most, seen = 0;
	u8 addr[16], len;

	most = spread == DENSE ? 800 : 400;
	setup(width);
	for (i = 0; i < ops; i++) {
		if (i % 500 == 0) {
			target = random_below(most);
			shim_polls = random_below(4) * random_below(100);
		}
		random_prefix(&model, spread, addr, &len);
		if (fail_one_in && !random_below(fail_one_in))
			shim_fail = random_below(4) ? 1 + random_below(8) :
						      SHIM_ALL;
		if (random_below(10) < (model.n < target ? 8 : 2)) {
			insert(addr, len, random_value());
		} else {
			/* one that exists, mostly */
			if (model.n && random_below(8)) {
				struct prefix p =
					model.p[random_below(model.n)];

				remove_prefix(p.addr, p.len);
			} else {
				remove_prefix(addr, len);
			}
		}
		shim_fail = 0;
		seen |= 1 << kind();
		CHECK(mfib_lpm_find(lpm, addr, len) ==
		      model_find(&model, addr, len));
		check_next(spread);
		if (i % 8 == 0)
			check_lookups(spread, 1);
		if (i % 100 == 0)
			check_all(spread);
	}
	check_all(spread);
	if (random_below(2)) {
		remove_all();
		check_all(spread);
		CHECK(kind() == LPM_ARRAY);
	}
	shim_polls = 0;
	kinds |= seen;
	teardown();
}

static void test_random_dense(void)
{
	kinds = 0;
	random_ops(32, DENSE, 6000, 0);
	CHECK(kinds == 7);
	kinds = 0;
	random_ops(128, DENSE, 6000, 0);
	CHECK(kinds == 7);
}

static void test_random_nested(void)
{
	random_ops(32, NESTED, 10000, 0);
	random_ops(128, NESTED, 10000, 0);
}

static void test_random_sparse(void)
{
	random_ops(32, SPARSE, 5000, 0);
	random_ops(128, SPARSE, 5000, 0);
}

static void test_random_failures(void)
{
	random_ops(32, DENSE, 6000, 2);
	random_ops(128, DENSE, 6000, 2);
	random_ops(32, NESTED, 6000, 2);
	random_ops(128, NESTED, 6000, 2);
}

/* Fails each allocation of each insertion; nothing may change. */
static void test_insert_failure(void)
{
	static const u8 widths[] = { 32, 128, 32, 128 };
	unsigned int w, i, n, failures = 0;
	struct mfib_lpm_stats before, after;
	struct lpm_root *root;
	bool done, was_full;
	struct prefix p;

	for (w = 0; w < ARRAY_SIZE(widths); w++) {
		setup(widths[w]);
		for (i = 0; i < 1500; i++) {
			enum spread spread = i % SPREADS;

			random_prefix(&model, spread, p.addr, &p.len);
			for (n = 1, done = false; !done; n++) {
				mfib_lpm_stats(lpm, &before);
				root = lpm->root;
				was_full = kind() == LPM_ARRAY &&
					   lpm->routes == LPM_ARRAY_MAX;
				shim_fail = n;
				done = insert(p.addr, p.len, random_value());
				shim_fail = 0;
				if (done)
					break;
				failures++;
				mfib_lpm_stats(lpm, &after);
				CHECK(after.routes == before.routes);
				/* the bigger form may have been ready before */
				CHECK(lpm->root == root || was_full);
				CHECK(after.nodes == before.nodes || was_full);
				check_tree();
				if (n < 3)
					check_lookups(spread, 1);
			}
			if (i % 50 == 0)
				check_all(spread);
			if (model.n > 300) {
				p = model.p[random_below(model.n)];
				remove_prefix(p.addr, p.len);
			}
		}
		teardown();
	}
	CHECK(failures > 100);
}

/* Without any memory, removing goes on, and so does changing a value. */
static void test_remove_failure(void)
{
	unsigned int round, n, spread;
	struct prefix p;

	for (round = 0; round < 24; round++) {
		spread = round % SPREADS;
		setup(round & 1 ? 128 : 32);
		shim_polls = round % 5 * 10;
		while (model.n < 250) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, random_value()));
		}
		n = round < 12 ? 0 : random_below(150);
		while (model.n > n) {
			p = model.p[random_below(model.n)];
			shim_fail = SHIM_ALL;
			if (random_below(3))
				remove_prefix(p.addr, p.len);
			else
				CHECK(insert(p.addr, p.len, random_value()));
			shim_fail = 0;
			check_lookups(spread, 1);
			check_next(spread);
			if (model.n % 20 == 0)
				check_all(spread);
			/* may take memory that is left, or fail */
			if (random_below(4))
				continue;
			shim_fail = SHIM_ALL;
			insert(p.addr, p.len, random_value());
			shim_fail = 0;
		}
		check_all(spread);
		while (model.n < 200) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, random_value()));
		}
		check_all(spread);
		remove_all();
		check_all(spread);
		shim_polls = 0;
		teardown();
	}
}

/* What an update does is bounded, whatever the tree holds: here, prefixes that
 * are all in each other's way.
 */
static void test_bound(void)
{
	static const struct {
		u32 nodes, bytes, stores;
	} most[] = {
		/* the children of one node and the way up; the top table */
		{ 64 + LPM_LEVELS4, 65 * 1100, 4096 },
		/* the same, and the direct table with what the top says */
		{ 256 + LPM_LEVELS6, 257 * 1100, 1024 + 65536 },
	};
	enum lpm_kind form = LPM_ARRAY;
	struct lpm_work sum, worst;
	unsigned int w, i, width;
	const struct lpm_work *work;
	u8 addr[16], len;

	for (w = 0; w < 2; w++) {
		width = w ? 128 : 32;
		memset(&worst, 0, sizeof(worst));
		setup(width);
		for (i = 0; i < 60000; i++) {
			memset(addr, 0, sizeof(addr));
			addr[0] = w ? 0x20 : random_u64() & 3;
			addr[1] = random_u64() & 0x81;
			addr[2] = random_u64() & 0x3f;
			addr[3] = random_u64();
			addr[4] = random_u64();
			len = random_below(4) ? (w ? 40 : 24) + random_below(9) :
						random_below(49);
			if (len > width)
				len = width;
			if (i % 3 == 2)
				mfib_lpm_remove(lpm, addr, len);
			else
				CHECK(!mfib_lpm_insert(lpm, addr, len,
						       1 + i % 1000, NULL));
			/* another form is made once in thousands of updates */
			if (kind() == LPM_ARRAY || kind() != form) {
				form = kind();
				continue;
			}
			work = &lpm->root->tree->work;
			sum = *work;
			CHECK(sum.nodes <= most[w].nodes);
			CHECK(sum.bytes <= most[w].bytes);
			CHECK(sum.stores <= most[w].stores);
			if (sum.nodes > worst.nodes)
				worst.nodes = sum.nodes;
			if (sum.bytes > worst.bytes)
				worst.bytes = sum.bytes;
			if (sum.stores > worst.stores)
				worst.stores = sum.stores;
		}
		printf("# %u bits, %u prefixes: at most %u nodes, %u bytes, %u stores\n",
		       width, lpm->routes, worst.nodes, worst.bytes,
		       worst.stores);
		CHECK(mfib_lpm_check(lpm));
		teardown();
	}
}

/*
 * Some updates at any of the loads of a reader: what it finds was true at some
 * moment, and it touches nothing that has been freed.
 */
#define UPDATES	3

static struct {
	struct prefix p[UPDATES];	/* value 0: removes */
	u32 was[UPDATES];
	unsigned int gap[UPDATES];	/* loads in front of it */
	unsigned int n, done;
	bool fails;
} storm;

static void update_one(void)
{
	struct prefix *p = &storm.p[storm.done];

	shim_hook = NULL;
	shim_fail = storm.fails ? SHIM_ALL : 0;
	storm.was[storm.done] = mfib_lpm_find(lpm, p->addr, p->len);
	if (!p->value)
		mfib_lpm_remove(lpm, p->addr, p->len);
	else if (mfib_lpm_insert(lpm, p->addr, p->len, p->value, NULL))
		/* the others are as before then, and so is this */
		storm.p[storm.done].value = storm.was[storm.done];
	shim_fail = 0;
	storm.done++;
}

static void update_hook(void)
{
	while (storm.done < storm.n) {
		if (storm.gap[storm.done]) {
			storm.gap[storm.done]--;
			return;
		}
		update_one();
		shim_hook = update_hook;
	}
	shim_hook = NULL;
}

static bool covers(const struct prefix *p, const u8 *key)
{
	u8 addr[16];

	memcpy(addr, key, sizeof(addr));
	truncate_addr(addr, p->len);
	return !memcmp(addr, p->addr, sizeof(addr));
}

static void make_storm(enum spread spread, u8 *key)
{
	unsigned int i, n, bits;
	struct prefix *q;

	storm.n = 1 + random_below(UPDATES);
	storm.fails = !random_below(3);
	for (i = 0; i < storm.n; i++) {
		struct prefix *p = &storm.p[i];

		random_prefix(&model, spread, p->addr, &p->len);
		if (model.n && random_below(2))
			*p = model.p[random_below(model.n)];
		/* most of them are about the same address */
		if (i && random_below(4)) {
			bits = random_below(model.width + 1);
			memcpy(p->addr, key, 16);
			p->len = bits;
		}
		/* and about prefixes that there are */
		for (n = i ? model.n : 0; n && random_below(8); n--) {
			q = &model.p[random_below(model.n)];
			if (!covers(q, key))
				continue;
			*p = *q;
			break;
		}
		truncate_addr(p->addr, p->len);
		p->value = random_below(2) ? 100000 + i : 10 + i;
		if (random_below(2))
			p->value = 0;
		if (!i)
			memcpy(key, p->addr, (p->len + 7) / 8);
	}
}

static void interleave(enum spread spread, unsigned long *runs)
{
	u32 allowed[4][UPDATES + 1], value[4];
	unsigned int i, j, step, gap[UPDATES];
	u8 key[4][16], len;
	bool bulk, over;

	for (i = 0; i < 4; i++)
		random_key(&model, spread, key[i]);
	make_storm(spread, key[0]);
	for (i = 1; i < 4; i++)
		if (random_below(2))
			memcpy(key[i], key[0], random_below(17));
	for (i = 0; i < storm.n; i++)
		gap[i] = random_below(3) ? 0 : random_below(6);
	bulk = random_below(2);

	for (step = 0, over = false; !over; step++) {
		storm.done = 0;
		memcpy(storm.gap, gap, sizeof(gap));
		storm.gap[0] = step;
		rcu_read_lock();
		shim_hook = update_hook;
		if (bulk)
			lookup_bulk(lpm, key, value, 4);
		else
			value[0] = mfib_lpm_lookup(lpm, key[0]);
		shim_hook = NULL;
		over = !storm.done;
		rcu_read_unlock();

		for (i = 0; i <= storm.done; i++) {
			for (j = 0; j < 4; j++)
				allowed[j][i] = model_match(&model, key[j], &len);
			if (i == storm.done)
				break;
			if (storm.p[i].value)
				model_insert(&model, storm.p[i].addr,
					     storm.p[i].len, storm.p[i].value);
			else
				model_remove(&model, storm.p[i].addr,
					     storm.p[i].len);
		}
		for (j = 0; j < (bulk ? 4 : 1); j++) {
			for (i = 0; i <= storm.done; i++)
				if (value[j] == allowed[j][i])
					break;
			CHECK(i <= storm.done);
		}
		for (i = storm.done; i--;) {
			struct prefix *p = &storm.p[i];

			if (storm.was[i])
				CHECK(insert(p->addr, p->len, storm.was[i]));
			else
				remove_prefix(p->addr, p->len);
		}
		++*runs;
	}
}

static void test_interleave(void)
{
	/* of all forms, and some about to change */
	static const unsigned int sizes[] = {
		3, 10, 20, 30, 40, 41, 60, 70, 99, 100, 101, 105, 150,
	};
	unsigned int i, n, width, spread, size;
	unsigned long runs = 0;
	struct prefix p;

	for (i = 0; i < 2 * SPREADS * ARRAY_SIZE(sizes); i++) {
		width = i & 1 ? 128 : 32;
		spread = i / 2 % SPREADS;
		size = sizes[i / 2 / SPREADS];
		setup(width);
		while (model.n < size) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, random_value()));
		}
		for (n = 0; n < 100; n++) {
			interleave(spread, &runs);
			p = model.p[random_below(model.n)];
			remove_prefix(p.addr, p.len);
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, random_value()));
		}
		check_all(spread);
		teardown();
	}
	CHECK(runs > 50000);
}

/*
 * Damage, which the check has to notice without getting lost in it: a bit is
 * flipped, and back.
 */
static unsigned long damages;

static void damage(const char *what, void *at, unsigned int size)
{
	unsigned int bit = random_below(8 * size);
	u8 *byte = (u8 *)at + bit / 8;
	bool ok;

	*byte ^= 1U << bit % 8;
	ok = mfib_lpm_check(lpm);
	*byte ^= 1U << bit % 8;
	if (ok)
		printf("# bit %u of %s, form %u, %u bits\n", bit, what, kind(),
		       model.width);
	CHECK(!ok);
	damages++;
}

#define DAMAGE(what)	damage(#what, &(what), sizeof(what))

/* A table of one form: DENSE keeps all of it in a few nodes. */
static void setup_form(unsigned int width, enum lpm_kind form,
		       enum spread spread)
{
	static const unsigned int n[] = {
		[LPM_ARRAY] = 30, [LPM_TREE] = 80, [LPM_DIRECT] = 300,
	};
	struct prefix p;

	setup(width);
	while (model.n < n[form]) {
		random_prefix(&model, spread, p.addr, &p.len);
		CHECK(insert(p.addr, p.len, random_value()));
	}
	CHECK(kind() == form);
	CHECK(mfib_lpm_check(lpm));
}

static void damage_array(void)
{
	struct lpm_root *root = lpm->root;
	u32 *value = (u32 *)(root->data + root->room), was_value;
	u16 *parent = (u16 *)(value + root->room);
	u8 *len = (u8 *)(parent + root->room), was;
	unsigned int i = random_below(root->n);

	DAMAGE(parent[i]);
	DAMAGE(root->n);
	was = len[i];
	len[i] = model.width + 1 + random_below(255 - model.width);
	CHECK(!mfib_lpm_check(lpm));
	len[i] = was;
	was_value = value[i];
	value[i] = MFIB_LPM_NONE;
	CHECK(!mfib_lpm_check(lpm));
	value[i] = MFIB_LPM_MAX + 1;
	CHECK(!mfib_lpm_check(lpm));
	value[i] = was_value;
	root->seq ^= 1;
	CHECK(!mfib_lpm_check(lpm));
	root->seq ^= 1;
	for (i = 1; i < root->sorted; i++) {
		struct lpm_key swap = root->data[i];

		root->data[i] = root->data[i - 1];
		root->data[i - 1] = swap;
		/* of one address, they differ in length alone */
		CHECK(lpm_key_equal(&root->data[i], &swap) ||
		      lpm_key_equal(&root->data[i], &root->data[i - 1]) ||
		      !mfib_lpm_check(lpm));
		root->data[i - 1] = root->data[i];
		root->data[i] = swap;
	}
}

static void damage_node(struct lpm_tree *tree, unsigned int level, u32 word)
{
	unsigned int bits = tree->level[level].bits, run, runs, children;
	u8 *node = lpm_image_at(tree, word);
	bool wide = word & LPM_WIDE;
	u32 size;

	if (lpm_form(tree, level) == LPM_FORM_PAGE) {
		struct lpm_page *page = (struct lpm_page *)node;

		DAMAGE(page->in);
		DAMAGE(page->in4);
		DAMAGE(page->block);
		return;
	}
	/* where runs begin */
	damage("bitmap", node, lpm_head(bits));
	/* what is in them */
	runs = lpm_runs(node, bits);
	run = 1 + random_below(runs);
	if (wide)
		damage("wide slot", (void *)lpm_wide(node, bits, run), 4);
	else
		damage("slot", (void *)lpm_narrow(node, bits, run), 2);
	/* what it inherits, and the children */
	size = lpm_node_bytes(bits, word, node);
	children = (node + size - (u8 *)lpm_tail(node, bits, wide)) / 4;
	if (children)
		damage("tail", lpm_tail(node, bits, wide), 4 * children);
}

static void damage_list(struct lpm_list *list)
{
	unsigned int i;
	struct lpm_list was = *list;
	u32 value;
	u16 code;
	u8 place;

	list->prefixes ^= 1U << random_below(10);
	CHECK(!mfib_lpm_check(lpm));
	*list = was;
	list->kids ^= 1U << random_below(9);
	CHECK(!mfib_lpm_check(lpm));
	*list = was;
	if (list->prefixes) {
		i = random_below(list->prefixes);
		value = lpm_values(list)[i];
		lpm_values(list)[i] = MFIB_LPM_NONE;
		CHECK(!mfib_lpm_check(lpm));
		lpm_values(list)[i] = MFIB_LPM_MAX + 1;
		CHECK(!mfib_lpm_check(lpm));
		lpm_values(list)[i] = value;
	}
	for (i = 1; i < list->prefixes; i++) {
		code = lpm_codes(list)[i];
		lpm_codes(list)[i] = lpm_codes(list)[i - 1];
		CHECK(!mfib_lpm_check(lpm));
		lpm_codes(list)[i - 1] = code;
		CHECK(!mfib_lpm_check(lpm));
		lpm_codes(list)[i - 1] = lpm_codes(list)[i];
		lpm_codes(list)[i] = code;
	}
	for (i = 1; i < list->kids; i++) {
		place = lpm_places(list)[i];
		lpm_places(list)[i] = lpm_places(list)[i - 1];
		CHECK(!mfib_lpm_check(lpm));
		lpm_places(list)[i - 1] = place;
		CHECK(!mfib_lpm_check(lpm));
		lpm_places(list)[i - 1] = lpm_places(list)[i];
		lpm_places(list)[i] = place;
	}
}

static void damage_below(struct lpm_tree *tree, unsigned int level, u32 ref)
{
	struct lpm_list *list = lpm_list_at(tree, ref);
	struct lpm_kid *kid = lpm_kids(list);
	unsigned int i;
	u32 was;

	damage_list(list);
	for (i = 0; i < list->kids; i++) {
		DAMAGE(kid[i].word);
		/* nowhere, into an object, and round in a circle */
		was = kid[i].list;
		kid[i].list = was ^ 1U << 31;
		CHECK(!mfib_lpm_check(lpm));
		kid[i].list = was + 1;
		CHECK(!mfib_lpm_check(lpm));
		kid[i].list = ref;
		CHECK(!mfib_lpm_check(lpm));
		kid[i].list = was;
		DAMAGE(lpm_list_at(tree, kid[i].list)->in);
		if (level + 1 >= LPM_TOP && lpm_is_node(kid[i].word))
			damage_node(tree, level + 1, kid[i].word);
		damage_below(tree, level + 1, kid[i].list);
	}
}

static void damage_tree(void)
{
	struct lpm_root *root = lpm->root;
	struct lpm_tree *tree = root->tree;
	unsigned int i, words = 1U << tree->top_bits;

	damage_below(tree, 0, tree->list);
	for (i = 0; i < 20; i++) {
		/* anywhere, and where everything is */
		DAMAGE(tree->top[random_below(words)]);
		DAMAGE(tree->top[10U << (tree->top_bits - 8)]);
		DAMAGE(root->word[random_below(tree->direct ?
					       words * LPM_BLOCK : words)]);
		DAMAGE(root->word[(10U << (tree->top_bits - 8)) *
				  (tree->direct ? LPM_BLOCK : 1)]);
	}
	for (i = 0; i < LPM_BINS; i++) {
		DAMAGE(tree->images.bin[i]);
		DAMAGE(tree->lists.bin[i]);
	}
	for (i = 0; i < tree->levels; i++)
		DAMAGE(tree->nodes[i]);
	DAMAGE(tree->retired);
	DAMAGE(tree->images.used);
	DAMAGE(tree->images.bytes);
	DAMAGE(tree->images.windows);
	DAMAGE(tree->lists.used);
	tree->direct = !tree->direct;
	CHECK(!mfib_lpm_check(lpm));
	tree->direct = !tree->direct;
	tree->seq ^= 1;
	CHECK(!mfib_lpm_check(lpm));
	tree->seq ^= 1;
	root->tree = NULL;
	CHECK(!mfib_lpm_check(lpm));
	root->tree = tree;
}

static void test_damage(void)
{
	unsigned int width, round;
	enum lpm_kind form;

	damages = 0;
	for (round = 0; round < 4; round++) {
		width = round & 1 ? 128 : 32;
		for (form = LPM_ARRAY; form <= LPM_DIRECT; form++) {
			setup_form(width, form, round & 2 ? NESTED : DENSE);
			if (form == LPM_ARRAY)
				damage_array();
			else
				damage_tree();
			DAMAGE(lpm->routes);
			CHECK(mfib_lpm_check(lpm));
			teardown();
		}
	}
	printf("# noticed %lu times that a bit had been flipped\n", damages);
	CHECK(damages > 2000);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "lpm: empty tree", test_empty },
		{ "lpm: arguments out of range", test_arguments },
		{ "lpm: all lengths of one address", test_lengths },
		{ "lpm: bits behind the prefix do not matter", test_host_bits },
		{ "lpm: host routes", test_host_routes },
		{ "lpm: full node", test_full_node },
		{ "lpm: random operations, dense", test_random_dense },
		{ "lpm: random operations, nested", test_random_nested },
		{ "lpm: random operations, sparse", test_random_sparse },
		{ "lpm: random allocation failures", test_random_failures },
		{ "lpm: insert fails at each allocation", test_insert_failure },
		{ "lpm: remove without memory", test_remove_failure },
		{ "lpm: bound of the work per update", test_bound },
		{ "lpm: update at each load of a reader", test_interleave },
		{ "lpm: damage is noticed", test_damage },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
