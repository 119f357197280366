// SPDX-License-Identifier: GPL-2.0
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#define FLOWS	100000U

const char *const pattern_name[PATTERNS] = {
	[RANDOM] = "random",
	[COVERED] = "covered",
	[ZIPF] = "zipf",
	[SEQUENTIAL] = "sequential",
};

static void random_route(const struct table *t, uint8_t *addr)
{
	random_host(&t->p[random_below(t->n)], t->width, addr);
}

/* 1.0.0.0 to 223.255.255.255 but for 10.0.0.0/8 and 127.0.0.0/8; 2000::/3. */
static void random_unicast(const struct table *t, uint8_t *addr)
{
	static const struct prefix all = { .len = 0 };

	for (;;) {
		random_host(&all, t->width, addr);
		if (t->width == 128) {
			addr[0] = 0x20 | (addr[0] & 0x1f);
			return;
		}
		if (addr[0] && addr[0] != 10 && addr[0] != 127 && addr[0] < 224)
			return;
	}
}

/* IPv4: evenly over all addresses. IPv6, where that is beside any route: route
 * by route, with random numbers of hosts in its first subnet.
 */
static void sequential(const struct table *t, unsigned int i, uint8_t *addr)
{
	uint64_t at = (223ULL << 24) * i / KEYS + (1 << 24);

	if (t->width == 32) {
		at += random_below(256);
		memset(addr, 0, 16);
		addr[0] = at >> 24;
		addr[1] = at >> 16;
		addr[2] = at >> 8;
		addr[3] = at;
	} else {
		memcpy(addr, t->p[(uint64_t)t->n * i / KEYS].addr, 16);
		addr[14] |= random_below(256);
		addr[15] |= random_below(256);
	}
}

/* Fills @rank with the numbers of flows, as often as they are to come. */
static void zipf(unsigned int *rank)
{
	double *sum = alloc(FLOWS, sizeof(*sum)), s = 0, u;
	unsigned int i, low, high, mid;

	for (i = 0; i < FLOWS; i++) {
		s += 1.0 / (i + 1);
		sum[i] = s;
	}
	for (i = 0; i < KEYS; i++) {
		u = (random_u64() >> 11) / 9007199254740992. * s;
		for (low = 0, high = FLOWS - 1; low < high;) {
			mid = (low + high) / 2;
			if (sum[mid] < u)
				low = mid + 1;
			else
				high = mid;
		}
		rank[i] = low;
	}
	free(sum);
}

/**
 * keys_make() - draw keys
 * @k: filled in, but for the answers
 * @t: the table they are to be looked up in
 * @kind: what to draw
 * @seed: where to begin
 */
void keys_make(struct keys *k, const struct table *t, enum pattern kind,
	       unsigned int seed)
{
	unsigned int size = t->width / 8, *rank, i;
	uint8_t addr[16], (*flow)[16];

	random_state = seed * 0x100000001b3ULL + kind;
	k->bytes = alloc(KEYS, size);
	k->answer = alloc(KEYS, sizeof(*k->answer));
	rank = alloc(KEYS, sizeof(*rank));
	flow = alloc(FLOWS, sizeof(*flow));
	if (kind == ZIPF) {
		for (i = 0; i < FLOWS; i++)
			random_route(t, flow[i]);
		zipf(rank);
	}
	for (i = 0; i < KEYS; i++) {
		if (kind == RANDOM)
			random_unicast(t, addr);
		else if (kind == COVERED)
			random_route(t, addr);
		else if (kind == ZIPF)
			memcpy(addr, flow[rank[i]], sizeof(addr));
		else
			sequential(t, i, addr);
		memcpy(k->bytes + i * size, addr, size);
	}
	free(rank);
	free(flow);
}

/* One key, with zeros behind an IPv4 address. */
void keys_addr(const struct keys *k, const struct table *t, unsigned int i,
	       uint8_t *addr)
{
	unsigned int size = t->width / 8;

	memset(addr, 0, 16);
	memcpy(addr, k->bytes + i * size, size);
}

void keys_free(struct keys *k)
{
	free(k->bytes);
	free(k->answer);
}
