/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A network in virtual time: packets and timers in the order of their times. From
 * the same random numbers comes the same run.
 */
#ifndef _TIPC_WIRE_H
#define _TIPC_WIRE_H

#include <linux/skbuff.h>

#include "ktap.h"

#define MS	1000000ULL

struct wire_event {
	uint64_t time;
	uint64_t order;
	unsigned int to;
	unsigned int from;
	struct sk_buff *skb;	/* NULL: the timer of @to */
};

/* Out of a thousand; ns; and the longest packet that gets through, 0 for any. */
struct wire_faults {
	unsigned int loss;
	unsigned int twice;
	unsigned int late;
	uint64_t delay;
	uint64_t jitter;
	unsigned int longest;
};

struct wire {
	uint64_t now;
	uint64_t order;
	struct wire_event *heap;
	unsigned int count;
	unsigned int size;
	struct wire_faults faults;
	bool (*cut)(unsigned int from, unsigned int to);
	uint64_t packets;
};

static inline bool wire_before(const struct wire_event *a,
			       const struct wire_event *b)
{
	return a->time != b->time ? a->time < b->time : a->order < b->order;
}

static inline void wire_add(struct wire *wire, struct wire_event event)
{
	unsigned int i, up;

	if (wire->count == wire->size) {
		wire->size = wire->size ? 2 * wire->size : 1024;
		wire->heap = realloc(wire->heap,
				     wire->size * sizeof(*wire->heap));
		if (!wire->heap)
			abort();
	}
	event.order = wire->order++;
	for (i = wire->count++; i; i = up) {
		up = (i - 1) / 2;
		if (!wire_before(&event, &wire->heap[up]))
			break;
		wire->heap[i] = wire->heap[up];
	}
	wire->heap[i] = event;
}

static inline struct wire_event wire_next(struct wire *wire)
{
	struct wire_event first = wire->heap[0];
	struct wire_event last = wire->heap[--wire->count];
	unsigned int i = 0, kid;

	while ((kid = 2 * i + 1) < wire->count) {
		if (kid + 1 < wire->count &&
		    wire_before(&wire->heap[kid + 1], &wire->heap[kid]))
			kid++;
		if (!wire_before(&wire->heap[kid], &last))
			break;
		wire->heap[i] = wire->heap[kid];
		i = kid;
	}
	wire->heap[i] = last;
	wire->now = first.time;
	return first;
}

/* Sends a packet, or loses, delays or doubles it. Takes it. */
static inline void wire_send(struct wire *wire, unsigned int from,
			     unsigned int to, struct sk_buff *skb)
{
	const struct wire_faults *faults = &wire->faults;
	struct wire_event event = { .to = to, .from = from };
	unsigned int copies = 1;
	unsigned long fail = shim_fail;

	wire->packets++;
	if (random_below(1000) < faults->twice)
		copies = 2;
	if ((wire->cut && wire->cut(from, to)) ||
	    random_below(1000) < faults->loss ||
	    (faults->longest && skb->len > faults->longest))
		copies = 0;
	shim_fail = 0;
	while (copies--) {
		event.time = wire->now + faults->delay + 1;
		if (random_below(1000) < faults->late)
			event.time += random_below(faults->jitter + 1);
		event.skb = skb_copy(skb, GFP_KERNEL);
		wire_add(wire, event);
	}
	shim_fail = fail;
	kfree_skb(skb);
}

static inline void wire_timer(struct wire *wire, unsigned int to, uint64_t time)
{
	wire_add(wire, (struct wire_event){ .to = to, .time = time });
}

/* Drops the packets that @drop says. */
static inline void wire_drop(struct wire *wire,
			     bool (*drop)(const struct wire_event *event))
{
	unsigned int i;

	for (i = 0; i < wire->count; i++) {
		if (!wire->heap[i].skb || !drop(&wire->heap[i]))
			continue;
		/* An early timer does no harm. */
		kfree_skb(wire->heap[i].skb);
		wire->heap[i].skb = NULL;
	}
}

static inline bool wire_all(const struct wire_event *event)
{
	(void)event;
	return true;
}

static inline void wire_free(struct wire *wire)
{
	wire_drop(wire, wire_all);
	free(wire->heap);
	wire->heap = NULL;
	wire->count = 0;
	wire->size = 0;
}

/*
 * Begins a storm with random numbers of its own, which TIPC_TELL has printed and
 * TIPC_STORM sets, to repeat one. Returns what goes into ktap_random afterwards.
 */
static inline uint64_t wire_storm(void)
{
	uint64_t seed = random_u64();

	ktap_random = ktap_number("TIPC_STORM", seed);
	if (!getenv("TIPC_STORM") && getenv("TIPC_TELL"))
		printf("# TIPC_STORM=%llu\n", (unsigned long long)seed);
	return seed;
}

#endif /* _TIPC_WIRE_H */
