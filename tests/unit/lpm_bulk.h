/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LPM_BULK_H
#define _LPM_BULK_H

#include <string.h>

#include "lpm_tree.h"

/* mfib_lpm_lookup_bulk() of addresses with 16 bytes each, IPv4 too. */
static inline void lookup_bulk(const struct mfib_lpm *lpm, u8 (*key)[16],
			       u32 *value, unsigned int n)
{
	unsigned int size = lpm->width / 8, i;
	u8 addr[MFIB_LPM_BULK * 16];

	for (i = 0; i < n; i++)
		memcpy(addr + i * size, key[i], size);
	mfib_lpm_lookup_bulk(lpm, addr, value, n);
}

#endif /* _LPM_BULK_H */
