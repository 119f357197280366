// SPDX-License-Identifier: GPL-2.0
/* Tests of how the flows of a group are spread over its members. */
#include "spread.h"

#include <stdbool.h>
#include <string.h>

#include "ktap.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define MOST	64

static u16 bucket[65536];
static u16 before[65536];
static struct mfib_share share[MOST];

static u32 total_of(u32 shares)
{
	u32 i, total = 0;

	for (i = 0; i < shares; i++)
		total += share[i].weight;
	return total;
}

static u32 buckets_of(const u16 *b, u32 buckets, u32 who)
{
	u32 i, n = 0;

	for (i = 0; i < buckets; i++)
		n += b[i] == who;
	return n;
}

/* Everybody has what is due, to less than one bucket, and no bucket moved that
 * did not have to.
 */
static void spread_and_check(u32 buckets, u32 shares)
{
	u32 i, b, moved, must = buckets, really = 0, sum = 0;
	u32 total = total_of(shares);

	memcpy(before, bucket, sizeof(before));
	moved = mfib_spread(bucket, buckets, share, shares);
	for (b = 0; b < buckets; b++)
		really += bucket[b] != before[b];
	CHECK(moved == really);
	if (!total) {
		CHECK(!moved);
		return;
	}
	for (i = 0; i < shares; i++) {
		u32 had = buckets_of(before, buckets, i);
		double due = (double)share[i].weight * buckets / total;
		u32 has = buckets_of(bucket, buckets, i);

		CHECK(has == share[i].buckets);
		CHECK(has > due - 1 && has < due + 1);
		CHECK(share[i].weight || !has);
		must -= had < has ? had : has;
		sum += has;
	}
	CHECK(sum == buckets);
	CHECK(moved == must);
}

static void empty(void)
{
	memset(bucket, 0xff, sizeof(bucket));
	memset(share, 0, sizeof(share));
}

static void test_shares_are_in_proportion(void)
{
	empty();
	share[0].weight = 1;
	share[1].weight = 3;
	spread_and_check(64, 2);
	CHECK(share[0].buckets == 16);
	CHECK(share[1].buckets == 48);
}

static void test_only_the_flows_of_who_goes_move(void)
{
	u32 b;

	empty();
	share[0].weight = 1;
	share[1].weight = 1;
	share[2].weight = 1;
	spread_and_check(96, 3);
	memcpy(before, bucket, sizeof(before));
	share[1].weight = 0;
	CHECK(mfib_spread(bucket, 96, share, 3) == 32);
	for (b = 0; b < 96; b++)
		CHECK(before[b] == 1 || bucket[b] == before[b]);
	CHECK(share[0].buckets == 48 && share[2].buckets == 48);
}

static void test_who_comes_back_gets_its_share(void)
{
	empty();
	share[0].weight = 2;
	share[1].weight = 1;
	spread_and_check(64, 2);
	share[0].weight = 0;
	spread_and_check(64, 2);
	CHECK(share[1].buckets == 64);
	share[0].weight = 2;
	spread_and_check(64, 2);
	CHECK(share[0].buckets == 43);
}

static void test_nothing_moves_without_reason(void)
{
	empty();
	share[0].weight = 7;
	share[1].weight = 5;
	share[2].weight = 3;
	spread_and_check(128, 3);
	CHECK(!mfib_spread(bucket, 128, share, 3));
	/* nobody is left to take them */
	memset(share, 0, sizeof(share));
	CHECK(!mfib_spread(bucket, 128, share, 3));
}

static void test_largest_weights(void)
{
	u32 i;

	empty();
	for (i = 0; i < MOST; i++)
		share[i].weight = 256;
	spread_and_check(65536, MOST);
	for (i = 0; i < MOST; i++)
		CHECK(share[i].buckets == 1024);
	empty();
	share[0].weight = 65534;
	share[1].weight = 1;
	spread_and_check(65536, 2);
	CHECK(share[1].buckets == 1);
}

static void test_random_changes(void)
{
	u32 round, i;

	for (round = 0; round < 200; round++) {
		u32 shares = 1 + random_below(MOST);
		u32 buckets = 1 + random_below(2048);
		u32 change;

		empty();
		for (change = 0; change < 20; change++) {
			for (i = 0; i < shares; i++)
				if (!random_below(3))
					share[i].weight = random_below(2) ?
						random_below(257) : 0;
			spread_and_check(buckets, shares);
		}
	}
}

int main(void)
{
	static const struct ktap_test tests[] = {
		{ "spread: shares are in proportion", test_shares_are_in_proportion },
		{ "spread: only the flows of who goes move", test_only_the_flows_of_who_goes_move },
		{ "spread: who comes back gets its share", test_who_comes_back_gets_its_share },
		{ "spread: nothing moves without reason", test_nothing_moves_without_reason },
		{ "spread: largest weights", test_largest_weights },
		{ "spread: random changes", test_random_changes },
	};

	return ktap_run(tests, ARRAY_SIZE(tests));
}
