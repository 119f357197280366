/* SPDX-License-Identifier: GPL-2.0 */
/* The keys that are looked up between two looks at the clock. */
#ifndef _CHUNK_H
#define _CHUNK_H

#include <stdint.h>

#define CHUNK	4096U

/**
 * struct chunk - keys in the form that each contestant wants, and answers
 * @bytes: the addresses, one behind the other: mfib's keys, and rte_fib6's
 * @host: IPv4 addresses as numbers: rte_fib's keys
 * @value: mfib's answers
 * @wide: DPDK's answers
 *
 * Keys are put here outside of what is timed, so all contestants find theirs in
 * the cache, as a router does that has just looked at the packets.
 */
struct chunk {
	uint8_t bytes[CHUNK * 16];
	uint32_t host[CHUNK];
	uint32_t value[CHUNK];
	uint64_t wide[CHUNK];
};

#endif /* _CHUNK_H */
