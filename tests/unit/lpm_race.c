// SPDX-License-Identifier: GPL-2.0
/*
 * Readers beside a writer. The writer goes round a cycle of updates, of which
 * it is known what each of some addresses finds after each of them. A reader
 * must find what is right at some moment between its beginning and its end. The
 * tree takes each of its forms in a cycle.
 */
#include "lpm.h"

#include <linux/rcupdate.h>

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "lpm_bulk.h"
#include "lpm_random.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define UPDATES		2400
#define KEYS		MFIB_LPM_BULK
#define READERS		2
#define PREFIXES	300
#define OVERLAP		8
#define SECONDS		4

static struct {
	struct prefix p;
	bool removes;
	bool fails;
} updates[UPDATES];

static u8 keys[KEYS][16];
static u32 answers[UPDATES][KEYS];

static struct mfib_lpm *lpm;
/* Twice the number of updates that are done, odd while one is going on. */
static unsigned long progress;
static bool stop;

struct reader {
	pthread_t thread;
	unsigned long checked, changed, wrong;
};

static void make_updates(unsigned int width)
{
	static struct model model;
	static struct prefix seen[PREFIXES], *p;
	unsigned int i, k, nseen = 0, target = PREFIXES;
	u8 len;

	model.width = width;
	model.n = 0;
	for (i = 0; i < ARRAY_SIZE(seen); i++) {
		p = &seen[nseen++];
		random_prefix(&model, i & 1 ? NESTED : DENSE, p->addr, &p->len);
		model_insert(&model, p->addr, p->len, 1);
	}
	for (k = 0; k < KEYS; k++)
		random_key(&model, NESTED, keys[k]);
	model.n = 0;
	for (i = 0; i < UPDATES; i++) {
		p = &updates[i].p;
		*p = seen[random_below(nseen)];
		p->value = i + 1;
		if (i % 500 == 0)
			target = i % 1000 ? 0 : PREFIXES;
		updates[i].removes = model_find(&model, p->addr, p->len) &&
				     random_below(10) < (target ? 2 : 8);
		if (!target && !updates[i].removes && model.n) {
			*p = model.p[random_below(model.n)];
			updates[i].removes = true;
		}
		/* the end of the cycle leads to its beginning */
		if (i + PREFIXES >= UPDATES) {
			if (model.n)
				*p = model.p[0];
			updates[i].removes = true;
		}
		updates[i].fails = updates[i].removes && random_below(2);
		if (updates[i].removes)
			model_remove(&model, p->addr, p->len);
		else
			model_insert(&model, p->addr, p->len, p->value);
		for (k = 0; k < KEYS; k++)
			answers[i][k] = model_match(&model, keys[k],
						    &len);
	}
	CHECK(!model.n);
}

/* After @done updates; the tree is empty after none. */
static u32 answer_after(unsigned long done, unsigned int k)
{
	return answers[(done + UPDATES - 1) % UPDATES][k];
}

static void check(struct reader *r, unsigned long before, unsigned long after,
		  unsigned int k, u32 value)
{
	unsigned long first = before / 2, last = (after + 1) / 2, i;

	if (last - first > OVERLAP)
		return;
	r->checked++;
	for (i = first; i <= last; i++)
		r->changed += answer_after(i, k) != answer_after(first, k);
	for (i = first; i <= last; i++)
		if (value == answer_after(i, k))
			return;
	r->wrong++;
}

/* Some updates fit in between two loads now and then. */
static void dawdle(void)
{
	static __thread unsigned int loads;
	volatile unsigned int spin;

	if (++loads % 64)
		return;
	for (spin = loads / 64 % 64 * 200; spin; spin--)
		;
}

static void *read_on(void *arg)
{
	struct reader *r = arg;
	unsigned long before, after;
	unsigned int k, round;
	u32 value[KEYS];

	shim_hook = dawdle;
	for (round = 0; !__atomic_load_n(&stop, __ATOMIC_SEQ_CST); round++) {
		if (round % 4 == 0) {
			before = __atomic_load_n(&progress, __ATOMIC_SEQ_CST);
			rcu_read_lock();
			lookup_bulk(lpm, keys, value, KEYS);
			rcu_read_unlock();
			after = __atomic_load_n(&progress, __ATOMIC_SEQ_CST);
			for (k = 0; k < KEYS; k++)
				check(r, before, after, k, value[k]);
			continue;
		}
		for (k = 0; k < KEYS; k++) {
			before = __atomic_load_n(&progress, __ATOMIC_SEQ_CST);
			rcu_read_lock();
			value[0] = mfib_lpm_lookup(lpm, keys[k]);
			rcu_read_unlock();
			after = __atomic_load_n(&progress, __ATOMIC_SEQ_CST);
			check(r, before, after, k, value[0]);
		}
	}
	return NULL;
}

static void write_on(void)
{
	time_t end = time(NULL) + SECONDS;
	volatile unsigned int spin;
	unsigned long done;
	unsigned int i;

	/* all of the cycle, however busy the machine is */
	for (done = 0; time(NULL) < end || done < UPDATES; done++) {
		i = done % UPDATES;
		shim_fail = updates[i].fails ? SHIM_ALL : 0;
		__atomic_store_n(&progress, 2 * done + 1, __ATOMIC_SEQ_CST);
		if (updates[i].removes)
			mfib_lpm_remove(lpm, updates[i].p.addr,
					updates[i].p.len);
		else if (mfib_lpm_insert(lpm, updates[i].p.addr,
					 updates[i].p.len, updates[i].p.value,
					 NULL))
			abort();
		__atomic_store_n(&progress, 2 * done + 2, __ATOMIC_SEQ_CST);
		shim_fail = 0;
		for (spin = random_below(2000); spin; spin--)
			;
	}
}

static void race(unsigned int width)
{
	struct reader readers[READERS] = {};
	unsigned long checked = 0, changed = 0, wrong = 0;
	unsigned int i;

	make_updates(width);
	progress = 0;
	stop = false;
	lpm = mfib_lpm_create(width);
	CHECK(lpm);
	for (i = 0; i < READERS; i++)
		CHECK(!pthread_create(&readers[i].thread, NULL, read_on,
				      &readers[i]));
	write_on();
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	for (i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		checked += readers[i].checked;
		changed += readers[i].changed;
		wrong += readers[i].wrong;
	}
	printf("# %lu updates, %lu lookups checked, %lu while their answer changed, %lu wrong\n",
	       progress / 2, checked, changed, wrong);
	CHECK(!wrong);
	CHECK(checked > 1000 && changed > 0);
	mfib_lpm_destroy(lpm);
	shim_barrier();
	CHECK(!shim_live);
}

static void test_race_32(void)
{
	race(32);
}

static void test_race_128(void)
{
	race(128);
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "lpm: readers beside a writer, 32 bits", test_race_32 },
		{ "lpm: readers beside a writer, 128 bits", test_race_128 },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
