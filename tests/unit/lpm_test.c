// SPDX-License-Identifier: GPL-2.0
/* Tests of the longest-prefix match tree against a model of it. */
#include "lpm.c"
#include "lpm_lookup.c"

#include <errno.h>

#include "lpm_random.h"

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
	const u8 *addr[MFIB_LPM_BULK];
	u32 value[MFIB_LPM_BULK + 1], expect;
	unsigned int i, n;

	while (rounds--) {
		n = random_below(MFIB_LPM_BULK + 1);
		for (i = 0; i < n; i++) {
			random_key(&model, spread, keys[i]);
			addr[i] = keys[i];
		}
		value[n] = 0xdeadbeef;
		mfib_lpm_lookup_bulk(lpm, addr, value, n);
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

/* Counts what is below a node, all of which must be there for a reason. */
static void check_node(const struct lpm_node *node, unsigned int level,
		       struct mfib_lpm_stats *sum, bool holes)
{
	unsigned int n = hweight64(node->map.children), live = 0, i;

	sum->nodes++;
	if (sum->depth < level + 1)
		sum->depth = level + 1;
	for (i = 0; i < n; i++) {
		CHECK(node->child[i] || holes);
		if (!node->child[i])
			continue;
		live++;
		check_node(node->child[i], level + 1, sum, holes);
	}
	n = hweight64(node->map.prefixes[0]) + hweight64(node->map.prefixes[1]);
	for (i = 0; i < n; i++) {
		CHECK(lpm_values(node)[i] || holes);
		live += !!lpm_values(node)[i];
		sum->routes += !!lpm_values(node)[i];
	}
	CHECK(live);
}

static void check_tree(bool holes)
{
	struct mfib_lpm_stats stats, sum = {};
	unsigned int i, depth = 0;

	if (lpm->root)
		check_node(lpm->root, 0, &sum, holes);
	sum.routes += !!lpm->value0;
	mfib_lpm_stats(lpm, &stats);
	CHECK(stats.routes == model.n && sum.routes == model.n);
	CHECK(stats.nodes == sum.nodes);
	CHECK(stats.depth == sum.depth);
	for (i = 0; i < model.n; i++)
		if (depth < (model.p[i].len + 5U) / 6)
			depth = (model.p[i].len + 5U) / 6;
	CHECK(stats.depth == depth);
	shim_barrier();
	CHECK(stats.bytes == shim_live);
}

static void check_all(enum spread spread, bool holes)
{
	unsigned int i;

	check_lookups(spread, 2);
	check_walk();
	check_next(spread);
	check_tree(holes);
	for (i = 0; i < model.n; i++)
		CHECK(mfib_lpm_find(lpm, model.p[i].addr, model.p[i].len) ==
		      model.p[i].value);
}

/* The numbering of a node's prefixes and the table that goes with it. */
static void test_places(void)
{
	unsigned int chunk, len, place, last = 0, seen = 0;
	u64 mask;

	for (chunk = 0; chunk < LPM_CHUNKS; chunk++) {
		for (len = 1, mask = 0; len <= LPM_STRIDE; len++) {
			unsigned int back;

			place = lpm_place(chunk, len);
			mask |= BIT_ULL(place % 64);
			CHECK(place / 64 == chunk / 32 && place % 64 < 63);
			CHECK(place_len(place, &back) == len);
			CHECK(back == lpm_truncate(chunk, len));
			if (back != chunk)
				continue;
			CHECK(!seen++ || place > last);
			last = place;
		}
		CHECK(ancestors[chunk % 32] == mask);
	}
	CHECK(seen == 126);
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
		CHECK(!stats.routes && !stats.nodes && !stats.depth);
		CHECK(stats.bytes == shim_roundup(sizeof(*lpm)));
		teardown();
	}
	mfib_lpm_destroy(NULL);
}

static void test_arguments(void)
{
	struct mfib_lpm_cursor cursor = { .started = true, .len = 33 };
	const u8 *many[MFIB_LPM_BULK + 1];
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
	check_all(SPARSE, false);
	CHECK(!shim_warnings);

	for (i = 0; i <= MFIB_LPM_BULK; i++)
		many[i] = addr;
	mfib_lpm_lookup_bulk(lpm, many, value, MFIB_LPM_BULK + 1);
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
		check_all(NESTED, false);
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
				check_all(NESTED, false);
		}
		CHECK(!lpm->root);
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
	check_all(NESTED, false);
	remove_prefix(addr, 24);
	check_all(NESTED, false);
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
		check_all(NESTED, false);
		remove_all();
		CHECK(!lpm->root && !lpm->value0);
		check_all(NESTED, false);
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
			if (len > 6 || lpm_truncate(chunk, len) == chunk) {
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
		check_all(SPARSE, false);
		for (i = 0; i < 64; i++) {
			u8 key[16] = { i << 2 };

			CHECK(mfib_lpm_lookup(lpm, key) ==
			      model_find(&model, key, 7));
		}
		remove_all();
		CHECK(!lpm->root);
		teardown();
	}
}

static void random_ops(unsigned int width, enum spread spread,
		       unsigned int ops, unsigned int fail_one_in)
{
	u32 value = 0;
	unsigned int i, target = 0, most;
	u8 addr[16], len;

	most = spread == DENSE ? 800 : 250;
	setup(width);
	for (i = 0; i < ops; i++) {
		if (i % 500 == 0)
			target = random_below(most);
		random_prefix(&model, spread, addr, &len);
		if (fail_one_in && !random_below(fail_one_in))
			shim_fail = 1 + random_below(3);
		if (random_below(10) < (model.n < target ? 8 : 2)) {
			insert(addr, len, ++value);
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
		CHECK(mfib_lpm_find(lpm, addr, len) ==
		      model_find(&model, addr, len));
		check_next(spread);
		if (i % 8 == 0)
			check_lookups(spread, 1);
		if (i % 50 == 0)
			check_all(spread, fail_one_in);
	}
	check_all(spread, fail_one_in);
	if (random_below(2)) {
		remove_all();
		check_all(spread, false);
		CHECK(shim_live == shim_roundup(sizeof(*lpm)));
	}
	teardown();
}

static void test_random_dense(void)
{
	random_ops(32, DENSE, 6000, 0);
	random_ops(128, DENSE, 6000, 0);
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
	static const u8 widths[] = { 32, 128 };
	unsigned int w, i, n, failures = 0;
	struct mfib_lpm_stats before, after;
	struct prefix p;
	bool done;

	for (w = 0; w < ARRAY_SIZE(widths); w++) {
		setup(widths[w]);
		for (i = 0; i < 600; i++) {
			enum spread spread = i % SPREADS;
			struct lpm_node *root = lpm->root;

			random_prefix(&model, spread, p.addr, &p.len);
			mfib_lpm_stats(lpm, &before);
			for (n = 1, done = false; !done; n++) {
				shim_fail = n;
				done = insert(p.addr, p.len, i + 1);
				shim_fail = 0;
				if (done)
					break;
				failures++;
				mfib_lpm_stats(lpm, &after);
				CHECK(after.routes == before.routes &&
				      after.nodes == before.nodes &&
				      after.bytes == before.bytes &&
				      after.depth == before.depth);
				CHECK(lpm->root == root);
				check_tree(false);
				if (n < 3)
					check_lookups(spread, 1);
			}
			if (i % 20 == 0)
				check_all(spread, false);
			if (model.n > 100) {
				p = model.p[random_below(model.n)];
				remove_prefix(p.addr, p.len);
			}
		}
		teardown();
	}
	CHECK(failures > 1500);
}

/* Without any memory, removing goes on, and gives back what it can. */
static void test_remove_failure(void)
{
	unsigned int round, n, spread, holes = 0;
	struct prefix p;

	for (round = 0; round < 24; round++) {
		spread = round % SPREADS;
		setup(round & 1 ? 128 : 32);
		while (model.n < 150) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, model.n + 1));
		}
		n = round < 12 ? 0 : random_below(150);
		while (model.n > n) {
			p = model.p[random_below(model.n)];
			shim_fail = SHIM_ALL;
			remove_prefix(p.addr, p.len);
			shim_fail = 0;
			CHECK(!mfib_lpm_find(lpm, p.addr, p.len));
			check_lookups(spread, 1);
			check_next(spread);
			if (model.n % 20 == 0)
				check_all(spread, true);
			/* a hole takes a value again without memory */
			if (random_below(4))
				continue;
			shim_fail = SHIM_ALL;
			if (insert(p.addr, p.len, 1000 + model.n))
				holes++;
			shim_fail = 0;
		}
		if (!n)
			CHECK(shim_live == shim_roundup(sizeof(*lpm)));
		/* with memory again, they go */
		while (model.n < 200) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, 2000 + model.n));
		}
		check_all(spread, true);
		remove_all();
		check_all(spread, false);
		teardown();
	}
	CHECK(holes > 50);
}

/* What an update does is bounded by the depth, whatever the tree holds. */
static void test_bound(void)
{
	unsigned long allocs;
	unsigned int i, depth;
	struct prefix p;
	u8 addr[16], len;

	for (i = 0; i < 4000; i++) {
		if (i % 2000 == 0)
			setup(i ? 128 : 32);
		random_prefix(&model, NESTED, addr, &len);
		depth = (len + 5) / 6;
		allocs = shim_allocs;
		CHECK(insert(addr, len, i + 1));
		CHECK(shim_allocs - allocs <= depth);
		allocs = shim_allocs;
		CHECK(insert(addr, len, i + 2));
		CHECK(shim_allocs == allocs);
		if (model.n > 300) {
			p = model.p[random_below(model.n)];
			allocs = shim_allocs;
			remove_prefix(p.addr, p.len);
			CHECK(shim_allocs - allocs <= 1);
		}
		if (i % 2000 == 1999)
			teardown();
	}
}

/*
 * A whole update between any two loads of a reader: it finds what was true
 * before or what is true after, and touches nothing that has been freed.
 */
static struct {
	bool removes;
	bool fails;
	struct prefix p;
	unsigned int wait;
} update;

static void run_update(void)
{
	if (update.wait--)
		return;
	shim_hook = NULL;
	shim_fail = update.fails ? SHIM_ALL : 0;
	if (update.removes)
		mfib_lpm_remove(lpm, update.p.addr, update.p.len);
	else if (mfib_lpm_insert(lpm, update.p.addr, update.p.len,
				 update.p.value, NULL))
		abort();
	shim_fail = 0;
}

struct answers {
	u32 lookup, match, find, next;
	u8 match_len, next_len, next_addr[16];
	u32 bulk[4];
};

enum question { LOOKUP, MATCH, FIND, NEXT, BULK, QUESTIONS };

static void ask(enum question q, const u8 key[4][16], const struct prefix *p,
		struct answers *a)
{
	const u8 *addr[4] = { key[0], key[1], key[2], key[3] };
	struct mfib_lpm_cursor cursor = { .started = true, .len = p->len };

	memset(a, 0, sizeof(*a));
	rcu_read_lock();
	switch (q) {
	case LOOKUP:
		a->lookup = mfib_lpm_lookup(lpm, key[0]);
		break;
	case MATCH:
		a->match = mfib_lpm_match(lpm, key[0], &a->match_len);
		break;
	case FIND:
		a->find = mfib_lpm_find(lpm, p->addr, p->len);
		break;
	case NEXT:
		memcpy(cursor.addr, p->addr, 16);
		a->next = mfib_lpm_next(lpm, &cursor);
		a->next_len = cursor.len;
		memcpy(a->next_addr, cursor.addr, 16);
		break;
	default:
		mfib_lpm_lookup_bulk(lpm, addr, a->bulk, 4);
	}
	rcu_read_unlock();
}

static bool answers_ok(enum question q, const struct answers *a,
		       const struct answers *before,
		       const struct answers *after)
{
	unsigned int i;

	if (q != BULK)
		return !memcmp(a, before, sizeof(*a)) ||
		       !memcmp(a, after, sizeof(*a));
	for (i = 0; i < 4; i++)
		if (a->bulk[i] != before->bulk[i] &&
		    a->bulk[i] != after->bulk[i])
			return false;
	return true;
}

static void undo_update(u32 was)
{
	if (was)
		CHECK(!mfib_lpm_insert(lpm, update.p.addr, update.p.len, was,
				       NULL));
	else
		mfib_lpm_remove(lpm, update.p.addr, update.p.len);
	shim_barrier();
}

static void interleave(enum spread spread, unsigned long *runs)
{
	struct answers before, after, now;
	struct prefix cursor;
	enum question q;
	unsigned int i, step;
	u8 key[4][16];
	u32 was;

	random_prefix(&model, spread, update.p.addr, &update.p.len);
	if (model.n && random_below(2))
		update.p = model.p[random_below(model.n)];
	was = model_find(&model, update.p.addr, update.p.len);
	update.p.value = 100000;
	update.removes = was && random_below(3);
	update.fails = update.removes && random_below(2);

	for (q = 0; q < QUESTIONS; q++) {
		for (i = 0; i < 4; i++) {
			random_key(&model, spread, key[i]);
			memcpy(key[i], update.p.addr, (update.p.len + 7) / 8);
		}
		random_prefix(&model, spread, cursor.addr, &cursor.len);
		if (q == FIND || random_below(2))
			cursor = update.p;
		if (q == NEXT && model.n && random_below(2))
			cursor = model.p[random_below(model.n)];
		for (step = 0;; step++) {
			ask(q, key, &cursor, &before);
			update.wait = step;
			shim_hook = run_update;
			ask(q, key, &cursor, &now);
			if (shim_hook) {
				/* it was over before */
				shim_hook = NULL;
				break;
			}
			ask(q, key, &cursor, &after);
			undo_update(was);
			CHECK(answers_ok(q, &now, &before, &after));
			++*runs;
		}
	}
}

static void test_interleave(void)
{
	unsigned long runs = 0;
	unsigned int i, round;
	struct prefix p;

	for (round = 0; round < 12; round++) {
		enum spread spread = round / 2 % SPREADS;

		setup(round & 1 ? 128 : 32);
		for (i = 0; i < 120; i++) {
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, i + 1));
		}
		for (i = 0; i < 150; i++) {
			interleave(spread, &runs);
			/* go on from another tree, some with holes */
			shim_fail = i & 1 ? SHIM_ALL : 0;
			p = model.p[random_below(model.n)];
			remove_prefix(p.addr, p.len);
			shim_fail = 0;
			random_prefix(&model, spread, p.addr, &p.len);
			CHECK(insert(p.addr, p.len, 1000 + i));
		}
		check_all(spread, true);
		teardown();
	}
	CHECK(runs > 20000);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "lpm: places of prefixes in a node", test_places },
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
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
