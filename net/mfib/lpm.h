/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Longest-prefix match: one radix tree for IPv4 and IPv6.
 *
 * A pure data structure: it maps prefixes to 32-bit values and knows nothing
 * of routes, devices or netlink. It compiles in user space as well, see
 * tests/unit. How it works is in Documentation/mfib/lpm.rst.
 *
 * Writers are serialised by the caller, by a lock of which this code knows
 * nothing, and may sleep. Packets look up under RCU. What tells more than a
 * lookup (lengths, the order of prefixes) takes the writer lock.
 */
#ifndef _MFIB_LPM_H
#define _MFIB_LPM_H

#include <linux/types.h>

struct mfib_lpm;

/** MFIB_LPM_NONE: the value that stands for "no route"; never stored. */
#define MFIB_LPM_NONE	0U

/** MFIB_LPM_MAX: the biggest value. */
#define MFIB_LPM_MAX	0x1fffffffU

/** MFIB_LPM_BULK: most keys that one bulk lookup takes. */
#define MFIB_LPM_BULK	32U

/**
 * enum mfib_lpm_form - how a tree is kept, by the number of its prefixes
 * @MFIB_LPM_ARRAY: few: one sorted array
 * @MFIB_LPM_TREE: nodes from the top
 * @MFIB_LPM_DIRECT: many: direct tables in place of the upper nodes
 */
enum mfib_lpm_form {
	MFIB_LPM_ARRAY,
	MFIB_LPM_TREE,
	MFIB_LPM_DIRECT,
};

/**
 * struct mfib_lpm_stats - what a tree holds and takes
 * @routes: number of prefixes
 * @nodes: number of tree nodes
 * @bytes: memory of the tree in bytes, the allocator's rounding included
 * @lookup_bytes: of that, what lookups work with
 * @writer_bytes: and what only updates and queries need
 * @retired_bytes: of @lookup_bytes, what waits for a grace period
 * @depth: number of nodes on the longest path
 * @form: how it is kept
 */
struct mfib_lpm_stats {
	u32 routes;
	u32 nodes;
	u64 bytes;
	u64 lookup_bytes;
	u64 writer_bytes;
	u64 retired_bytes;
	u32 depth;
	enum mfib_lpm_form form;
};

/**
 * struct mfib_lpm_cursor - a place in the order of all prefixes
 * @addr: address of the prefix last returned, network byte order; an IPv4
 *	address takes the first four bytes
 * @len: length of that prefix
 * @started: false before the first call; the rest is ignored then
 *
 * The order is by address and, for equal addresses, shorter prefixes first. A
 * cursor names a prefix and points to nothing: it stays good whatever happens
 * to the tree between two calls, and the prefix it names need not exist.
 */
struct mfib_lpm_cursor {
	u8 addr[16];
	u8 len;
	bool started;
};

struct mfib_lpm *mfib_lpm_create(unsigned int width);
void mfib_lpm_destroy(struct mfib_lpm *lpm);

int mfib_lpm_insert(struct mfib_lpm *lpm, const u8 *addr, u8 len, u32 value,
		    u32 *old);
u32 mfib_lpm_remove(struct mfib_lpm *lpm, const u8 *addr, u8 len);

u32 mfib_lpm_lookup(const struct mfib_lpm *lpm, const u8 *addr);
void mfib_lpm_lookup_bulk(const struct mfib_lpm *lpm, const u8 *addr,
			  u32 *value, unsigned int n);

u32 mfib_lpm_match(const struct mfib_lpm *lpm, const u8 *addr, u8 *len);
u32 mfib_lpm_find(const struct mfib_lpm *lpm, const u8 *addr, u8 len);
u32 mfib_lpm_next(const struct mfib_lpm *lpm, struct mfib_lpm_cursor *cursor);
u32 mfib_lpm_next_covered(const struct mfib_lpm *lpm, const u8 *addr, u8 len,
			  struct mfib_lpm_cursor *cursor);
u32 mfib_lpm_next_covering(const struct mfib_lpm *lpm, const u8 *addr, u8 len,
			   struct mfib_lpm_cursor *cursor);

void mfib_lpm_stats(const struct mfib_lpm *lpm, struct mfib_lpm_stats *stats);
bool mfib_lpm_check(const struct mfib_lpm *lpm);

#endif /* _MFIB_LPM_H */
