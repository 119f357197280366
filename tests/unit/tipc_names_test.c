// SPDX-License-Identifier: GPL-2.0
/*
 * The binding table against a list of publications that is searched from end to
 * end.
 */
#include <errno.h>
#include <string.h>

#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/tipc.h>

#include "ktap.h"
#include "names.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define PUBLS		400
#define SUBS		40
#define ROUNDS		20000
#define EVENTS		(4 * PUBLS)

struct heard {
	u32 event;
	const struct tipc_publ *publ;
};

struct subscriber {
	struct tipc_sub sub;
	bool used;
	struct heard heard[EVENTS];
	unsigned int n;
};

static struct tipc_names names;
static struct tipc_publ publs[PUBLS];
static bool used[PUBLS];
static struct subscriber subs[SUBS];

static void hear(struct tipc_sub *sub, u32 event, const struct tipc_publ *publ)
{
	struct subscriber *s = container_of(sub, struct subscriber, sub);

	CHECK(s->n < EVENTS);
	s->heard[s->n].event = event;
	s->heard[s->n++].publ = publ;
}

static void begin(void)
{
	memset(used, 0, sizeof(used));
	memset(subs, 0, sizeof(subs));
	shim_fail = 0;
	tipc_names_init(&names);
}

static void end(void)
{
	unsigned int i;

	for (i = 0; i < PUBLS; i++)
		if (used[i])
			tipc_names_del(&names, &publs[i]);
	for (i = 0; i < SUBS; i++)
		if (subs[i].used)
			tipc_names_unsubscribe(&names, &subs[i].sub);
	CHECK(xa_empty(&names.services));
	tipc_names_destroy(&names);
	shim_barrier();
	CHECK(!shim_warnings);
	CHECK(!shim_live);
}

static struct tipc_publ publ_at(u32 type, u32 lower, u32 upper, u32 node,
				u32 port)
{
	return (struct tipc_publ){ .type = type, .lower = lower,
		.upper = upper, .near = !node, .node = node, .port = port,
		.scope = TIPC_CLUSTER_SCOPE };
}

static void add(unsigned int i, u32 lower, u32 upper, u32 node, u32 port)
{
	publs[i] = publ_at(1000, lower, upper, node, port);
	CHECK(!tipc_names_add(&names, &publs[i]));
	used[i] = true;
}

static void del(unsigned int i)
{
	tipc_names_del(&names, &publs[i]);
	used[i] = false;
}

static u32 found(u32 instance, u32 node)
{
	struct tipc_dest dest;

	if (!tipc_names_lookup(&names, 1000, instance, node, false, &dest))
		return 0;
	CHECK(dest.near == !dest.node);
	return dest.port;
}

static void test_takes_turns(void)
{
	unsigned int i, seen[4] = { 0 };

	begin();
	for (i = 1; i <= 3; i++)
		add(i, 5, 9, 0, i);
	for (i = 0; i < 9; i++)
		seen[found(7, 0)]++;
	CHECK(seen[1] == 3 && seen[2] == 3 && seen[3] == 3);
	del(2);
	CHECK(found(7, 0) + found(7, 0) == 4);
	CHECK(!found(10, 0) && !found(4, 0));
	end();
}

static void test_closest_first(void)
{
	begin();
	add(1, 0, 100, 77, 10);
	add(2, 5, 5, 0, 20);
	add(3, 0, 100, 88, 30);
	CHECK(found(5, 0) == 20);
	CHECK(found(5, 77) == 10 && found(5, 77) == 10);
	CHECK(found(5, 88) == 30 && found(5, 99) == 0);
	CHECK(found(6, 0) + found(6, 0) == 40);
	del(2);
	CHECK(found(5, 0) + found(5, 0) == 40);
	end();
}

static void test_who_answers_where_ranges_overlap(void)
{
	begin();
	add(1, 5, 20, 0, 1);
	add(2, 1, 10, 0, 2);
	add(3, 1, 9, 0, 3);
	add(4, 7, 7, 0, 4);
	CHECK(found(7, 0) == 2 && found(10, 0) == 2 && found(11, 0) == 1);
	del(2);
	CHECK(found(7, 0) == 3 && found(10, 0) == 1);
	end();
}

static void test_same_again(void)
{
	struct tipc_publ other;

	begin();
	add(1, 1, 9, 0, 1);
	other = publs[1];
	CHECK(tipc_names_add(&names, &other) == -EEXIST);
	other.key = 1;
	CHECK(!tipc_names_add(&names, &other));
	CHECK(tipc_names_take(&names, &other) == &other);
	CHECK(!tipc_names_take(&names, &other));
	other.key = 0;
	other.upper = 8;
	CHECK(!tipc_names_take(&names, &other));
	end();
}

static void test_first_up_and_last_down(void)
{
	struct subscriber *s = &subs[0];

	begin();
	s->used = true;
	s->sub = (struct tipc_sub){ .span = { .lower = 8, .upper = 20 },
		.type = 1000, .filter = TIPC_SUB_SERVICE, .event = hear };
	CHECK(!tipc_names_subscribe(&names, &s->sub));
	add(1, 1, 9, 0, 1);
	add(2, 1, 9, 77, 2);
	add(3, 1, 8, 77, 2);
	add(4, 21, 21, 0, 1);
	CHECK(s->n == 2);
	CHECK(s->heard[0].publ == &publs[1] && s->heard[1].publ == &publs[3]);
	del(1);
	CHECK(s->n == 2);
	del(2);
	CHECK(s->n == 3 && s->heard[2].event == TIPC_WITHDRAWN);
	end();
}

static const struct tipc_publ *own(u32 lower, u32 upper, u8 scope, u32 port)
{
	const struct tipc_service_range range = { 1000, lower, upper };

	return tipc_names_own(&names, &range, scope, port);
}

static void test_what_a_socket_has_published(void)
{
	unsigned int i;

	begin();
	CHECK(!own(1, 9, TIPC_CLUSTER_SCOPE, 1));
	add(1, 1, 9, 77, 1);
	CHECK(!own(1, 9, TIPC_CLUSTER_SCOPE, 1));
	/* The same range several times, with both scopes, by three sockets. */
	for (i = 10; i < 40; i++) {
		publs[i] = publ_at(1000, 1, 9, 0, 1 + i % 3);
		publs[i].key = i;
		publs[i].scope = i < 25 ? TIPC_NODE_SCOPE : TIPC_CLUSTER_SCOPE;
		CHECK(!tipc_names_add(&names, &publs[i]));
		used[i] = true;
	}
	CHECK(own(1, 9, TIPC_NODE_SCOPE, 1) == &publs[12]);
	CHECK(own(1, 9, TIPC_CLUSTER_SCOPE, 1) == &publs[27]);
	CHECK(own(1, 9, TIPC_CLUSTER_SCOPE, 2) == &publs[25]);
	CHECK(!own(1, 8, TIPC_CLUSTER_SCOPE, 1) && !own(2, 9, TIPC_NODE_SCOPE, 1));
	CHECK(!own(1, 9, TIPC_CLUSTER_SCOPE, 4) && !own(1, 9, TIPC_NODE_SCOPE, 0));
	for (i = 27; i < 40; i += 3)
		del(i);
	CHECK(!own(1, 9, TIPC_CLUSTER_SCOPE, 1));
	CHECK(own(1, 9, TIPC_CLUSTER_SCOPE, 3) == &publs[26]);
	end();
}

/* Random operations, each checked against the list. */

static bool overlaps(const struct tipc_publ *p, u32 type, u32 lower, u32 upper)
{
	return p->type == type && p->lower <= upper && p->upper >= lower;
}

/* Whether the list has another publication of exactly this range. */
static bool has_twin(const struct tipc_publ *p)
{
	unsigned int i;

	for (i = 0; i < PUBLS; i++)
		if (used[i] && &publs[i] != p && publs[i].type == p->type &&
		    publs[i].lower == p->lower && publs[i].upper == p->upper)
			return true;
	return false;
}

static void forget_events(void)
{
	unsigned int i;

	for (i = 0; i < SUBS; i++)
		subs[i].n = 0;
}

/* Each subscriber heard of this and nothing else. */
static void check_events(const struct tipc_publ *p, u32 event)
{
	unsigned int i;

	for (i = 0; i < SUBS; i++) {
		struct tipc_sub *sub = &subs[i].sub;
		bool due = subs[i].used && overlaps(p, sub->type,
						    sub->span.lower,
						    sub->span.upper);

		if (due && sub->filter & TIPC_SUB_SERVICE && has_twin(p))
			due = false;
		CHECK(subs[i].n == due);
		CHECK(!due || (subs[i].heard[0].event == event &&
			       subs[i].heard[0].publ == p));
	}
}

static void random_range(u32 *lower, u32 *upper)
{
	*lower = random_below(4) ? random_below(30) : 0;
	*upper = random_below(3) ? *lower + random_below(10) : *lower;
	if (!random_below(20))
		*upper = ~0U;
}

static void random_publish(void)
{
	unsigned int i = random_below(PUBLS), j;
	struct tipc_publ *p = &publs[i];
	bool twin = false;
	int err;

	if (used[i])
		return;
	random_range(&p->lower, &p->upper);
	*p = publ_at(1000 + random_below(3), p->lower, p->upper,
		     random_below(4), 1 + random_below(8));
	p->scope = random_below(2) ? TIPC_NODE_SCOPE : TIPC_CLUSTER_SCOPE;
	for (j = 0; j < PUBLS; j++)
		if (used[j] && publs[j].type == p->type &&
		    publs[j].lower == p->lower && publs[j].upper == p->upper &&
		    publs[j].node == p->node && publs[j].port == p->port)
			twin = true;
	forget_events();
	shim_fail = random_below(8) ? 0 : 1 + random_below(3);
	err = tipc_names_add(&names, p);
	if (err == -ENOMEM) {
		CHECK(!shim_fail);
		return;
	}
	shim_fail = 0;
	CHECK(err == (twin ? -EEXIST : 0));
	if (err)
		return;
	used[i] = true;
	check_events(p, TIPC_PUBLISHED);
}

static void random_own(void)
{
	struct tipc_publ like = publs[random_below(PUBLS)];
	const struct tipc_publ *wanted = NULL;
	struct tipc_service_range range;
	unsigned int i;

	if (random_below(2))
		random_range(&like.lower, &like.upper);
	range.type = like.type;
	range.lower = like.lower;
	range.upper = like.upper;
	for (i = 0; i < PUBLS; i++) {
		if (used[i] && publs[i].near && publs[i].type == like.type &&
		    publs[i].lower == like.lower &&
		    publs[i].upper == like.upper &&
		    publs[i].scope == like.scope && publs[i].port == like.port)
			wanted = &publs[i];
	}
	CHECK(tipc_names_own(&names, &range, like.scope, like.port) == wanted);
}

static void random_withdraw(void)
{
	unsigned int i = random_below(PUBLS);
	struct tipc_publ like = publs[i];

	if (!used[i])
		return;
	forget_events();
	if (random_below(2))
		tipc_names_del(&names, &publs[i]);
	else
		CHECK(tipc_names_take(&names, &like) == &publs[i]);
	check_events(&publs[i], TIPC_WITHDRAWN);
	used[i] = false;
}

/* Whether a range answers before another one. */
static bool answers_first(const struct tipc_publ *a, const struct tipc_publ *b)
{
	if (a->near != b->near)
		return a->near;
	return a->lower < b->lower ||
	       (a->lower == b->lower && a->upper > b->upper);
}

static void random_lookup(void)
{
	u32 type = 1000 + random_below(4), instance = random_below(45);
	u32 node = random_below(3) ? 0 : 1 + random_below(3);
	bool near_only = !random_below(4) && !node, near;
	const struct tipc_publ *best = NULL;
	unsigned int i, n, rounds = 0, hits[PUBLS] = { 0 };
	struct tipc_dest dest;

	for (i = 0; i < PUBLS; i++) {
		if (!used[i] || !overlaps(&publs[i], type, instance, instance))
			continue;
		if ((node && publs[i].node != node) ||
		    (near_only && !publs[i].near))
			continue;
		if (!best || answers_first(&publs[i], best))
			best = &publs[i];
	}
	if (!best) {
		CHECK(!tipc_names_lookup(&names, type, instance, node,
					 near_only, &dest));
		return;
	}
	near = best->near;
	for (i = 0; i < PUBLS; i++)
		rounds += used[i] && publs[i].type == type &&
			publs[i].near == near &&
			publs[i].lower == best->lower &&
			publs[i].upper == best->upper &&
			(!node || publs[i].node == node);
	/* In as many lookups as there are sockets, each answers once. */
	for (n = 0; n < rounds; n++) {
		CHECK(tipc_names_lookup(&names, type, instance, node,
					near_only, &dest));
		for (i = 0; i < PUBLS; i++)
			if (used[i] && publs[i].type == type &&
			    publs[i].lower == best->lower &&
			    publs[i].upper == best->upper &&
			    publs[i].near == dest.near &&
			    publs[i].node == dest.node &&
			    publs[i].port == dest.port)
				break;
		CHECK(i < PUBLS);
		CHECK(!hits[i]++);
	}
}

static int count_publ(const struct tipc_publ *publ, void *arg)
{
	unsigned int *counts = arg;

	CHECK(publ >= publs && publ < publs + PUBLS);
	counts[publ - publs]++;
	return 0;
}

static void random_match(void)
{
	unsigned int i, counts[PUBLS] = { 0 };
	u32 type = 1000 + random_below(4), lower, upper;
	bool near = random_below(2);

	random_range(&lower, &upper);
	tipc_names_match(&names, near, type, lower, upper, count_publ, counts);
	for (i = 0; i < PUBLS; i++)
		CHECK(counts[i] == (used[i] && publs[i].near == near &&
				    overlaps(&publs[i], type, lower, upper)));
}

static int stop_sometimes(const struct tipc_publ *publ, void *arg)
{
	return random_below(5) ? count_publ(publ, arg) : 1;
}

static void random_walk(void)
{
	unsigned int i, counts[PUBLS] = { 0 };
	struct tipc_names_pos pos = { 0 };

	while (tipc_names_walk(&names, &pos, stop_sometimes, counts))
		;
	for (i = 0; i < PUBLS; i++)
		CHECK(counts[i] == used[i]);
}

static void check_first_report(const struct subscriber *s)
{
	const struct tipc_span *span = &s->sub.span;
	unsigned int i, j, due = 0;

	for (i = 0; i < PUBLS; i++) {
		bool is_due = used[i] && overlaps(&publs[i], s->sub.type,
						  span->lower, span->upper);

		/* Of a range that several are bound to, one is enough. */
		for (j = 0; is_due && j < i; j++)
			if (s->sub.filter == TIPC_SUB_SERVICE && used[j] &&
			    publs[j].type == publs[i].type &&
			    publs[j].lower == publs[i].lower &&
			    publs[j].upper == publs[i].upper)
				is_due = false;
		due += is_due;
	}
	CHECK(s->n == due);
	for (i = 0; i < s->n; i++) {
		CHECK(s->heard[i].event == TIPC_PUBLISHED);
		for (j = 0; j < i; j++)
			CHECK(s->heard[i].publ != s->heard[j].publ);
	}
}

static void random_subscribe(void)
{
	struct subscriber *s = &subs[random_below(SUBS)];
	struct tipc_span *span = &s->sub.span;

	if (s->used) {
		tipc_names_unsubscribe(&names, &s->sub);
		s->used = false;
		return;
	}
	random_range(&span->lower, &span->upper);
	s->sub.type = 1000 + random_below(4);
	s->sub.filter = 1 + random_below(2);
	s->sub.event = hear;
	s->n = 0;
	shim_fail = random_below(8) ? 0 : 1 + random_below(2);
	if (tipc_names_subscribe(&names, &s->sub)) {
		CHECK(!shim_fail);
		return;
	}
	shim_fail = 0;
	s->used = true;
	check_first_report(s);
}

static void test_random(void)
{
	unsigned int n;

	begin();
	for (n = 0; n < ROUNDS; n++) {
		/* Fill it and empty it in turns. */
		bool filling = n / 1000 % 2;

		switch (random_below(10)) {
		case 0 ... 4:
			if (random_below(8) < (filling ? 6 : 2))
				random_publish();
			else
				random_withdraw();
			break;
		case 5 ... 6:
			random_lookup();
			break;
		case 7:
			random_match();
			random_own();
			break;
		case 8:
			random_subscribe();
			break;
		case 9:
			if (!random_below(10))
				random_walk();
			break;
		}
	}
	end();
}

static const struct ktap_test tests[] = {
	{ "takes_turns", test_takes_turns },
	{ "closest_first", test_closest_first },
	{ "who_answers_where_ranges_overlap",
	  test_who_answers_where_ranges_overlap },
	{ "same_again", test_same_again },
	{ "first_up_and_last_down", test_first_up_and_last_down },
	{ "what_a_socket_has_published", test_what_a_socket_has_published },
	{ "random", test_random },
};

int main(void)
{
	return ktap_run(tests, ARRAY_SIZE(tests));
}
