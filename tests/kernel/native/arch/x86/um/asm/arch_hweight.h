/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes the place of User-Mode Linux's own header in kernels of the flavour
 * "native". An x86 kernel patches POPCNT in where hweight64() calls a function,
 * User-Mode Linux cannot patch itself: all that is measured in one would pay
 * for the function. The processor must have POPCNT, as any of the last fifteen
 * years has.
 */
#ifndef _ASM_UM_HWEIGHT_H
#define _ASM_UM_HWEIGHT_H

#include <linux/types.h>

static __always_inline unsigned int __arch_hweight32(unsigned int w)
{
	unsigned int res;

	asm("popcntl %1, %0" : "=r"(res) : "r"(w) : "cc");
	return res;
}

static inline unsigned int __arch_hweight16(unsigned int w)
{
	return __arch_hweight32(w & 0xffff);
}

static inline unsigned int __arch_hweight8(unsigned int w)
{
	return __arch_hweight32(w & 0xff);
}

static __always_inline unsigned long __arch_hweight64(__u64 w)
{
	unsigned long res;

	asm("popcntq %1, %0" : "=r"(res) : "r"(w) : "cc");
	return res;
}

#endif
