/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses to look up. */
#ifndef _KEYS_H
#define _KEYS_H

#include "table.h"

#define KEYS	1048576U

enum pattern {
	RANDOM,		/* any address that is globally unicast */
	COVERED,	/* any address in any route, all routes being alike */
	ZIPF,		/* 100,000 of these addresses, the nth 1/n as often as the first */
	SEQUENTIAL,	/* in the order of addresses, from the first to the last */
	PATTERNS
};

extern const char *const pattern_name[PATTERNS];

/**
 * struct keys - addresses and what the answers must be
 * @bytes: the addresses, width / 8 bytes each
 * @answer: the next hops
 */
struct keys {
	uint8_t *bytes;
	uint32_t *answer;
};

void keys_make(struct keys *k, const struct table *t, enum pattern kind,
	       unsigned int seed);
void keys_addr(const struct keys *k, const struct table *t, unsigned int i,
	       uint8_t *addr);
void keys_free(struct keys *k);

#endif /* _KEYS_H */
