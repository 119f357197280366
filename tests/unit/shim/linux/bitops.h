/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BITOPS_H
#define _SHIM_LINUX_BITOPS_H

#include <linux/types.h>

#define BIT_ULL(n)	(1ULL << (n))

#define hweight8(w)	((unsigned int)__builtin_popcount((u8)(w)))
#define hweight64(w)	((unsigned int)__builtin_popcountll(w))
#define __ffs64(w)	((unsigned long)__builtin_ctzll(w))
#define fls64(w)	((w) ? 64 - __builtin_clzll(w) : 0)

#endif /* _SHIM_LINUX_BITOPS_H */
