/* SPDX-License-Identifier: GPL-2.0 */
/* Routing tables: prefixes with next hops, in the order of their addresses. */
#ifndef _TABLE_H
#define _TABLE_H

#include <stdbool.h>
#include <stdint.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct prefix {
	uint8_t addr[16];
	uint8_t len;
	uint32_t value;
};

/**
 * struct table - a routing table
 * @width: length of an address in bits
 * @n: number of prefixes
 * @p: the prefixes, sorted by address and then by length
 * @order: the order in which they are added, indices of @p
 * @values: greatest next hop number
 */
struct table {
	unsigned int width;
	unsigned int n;
	struct prefix *p;
	unsigned int *order;
	unsigned int values;
};

extern uint64_t random_state;

static inline uint64_t random_u64(void)
{
	/* splitmix64 */
	uint64_t z = random_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static inline unsigned int random_below(unsigned int n)
{
	return (__uint128_t)random_u64() * n >> 64;
}

void *alloc(unsigned long n, unsigned long size);

void table_read(struct table *t, const char *path);
void table_sample(struct table *t, unsigned int n);
void table_double(struct table *t);
void table_mix(struct table *t);
void table_free(struct table *t);

bool table_has(const struct table *t, const uint8_t *addr, unsigned int len);
uint32_t table_match(const struct table *t, const uint8_t *addr);

void truncate_addr(uint8_t *addr, unsigned int len);
void random_host(const struct prefix *p, unsigned int width, uint8_t *addr);

#endif /* _TABLE_H */
