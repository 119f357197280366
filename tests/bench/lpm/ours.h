/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mfib's tree, as one of the contestants. The same sources are compiled more
 * than once, with other flags; all that is global in the result is this.
 */
#ifndef _OURS_H
#define _OURS_H

#include "lpm.h"

/**
 * struct ours - the functions of lpm.h
 * @memory: bytes of what lookups read, and of what only writers do
 */
struct ours {
	struct mfib_lpm *(*create)(unsigned int width);
	void (*destroy)(struct mfib_lpm *lpm);
	int (*insert)(struct mfib_lpm *lpm, const u8 *addr, u8 len, u32 value,
		      u32 *old);
	u32 (*remove)(struct mfib_lpm *lpm, const u8 *addr, u8 len);
	u32 (*lookup)(const struct mfib_lpm *lpm, const u8 *addr);
	void (*lookup_bulk)(const struct mfib_lpm *lpm, const u8 *addr,
			    u32 *value, unsigned int n);
	void (*memory)(const struct mfib_lpm *lpm, u64 *lookup, u64 *writer);
};

extern const struct ours ours_kernel;	/* flags of the kernel */
extern const struct ours ours_native;	/* all that this machine can do */

#endif /* _OURS_H */
