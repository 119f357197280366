/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_LINUX_BITMAP_H
#define _SHIM_LINUX_BITMAP_H

#include <stdbool.h>

#define SHIM_LONG		(8 * sizeof(long))
#define BITS_TO_LONGS(n)	(((n) + SHIM_LONG - 1) / SHIM_LONG)

#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static inline void bitmap_zero(unsigned long *map, unsigned long bits)
{
	unsigned long i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		map[i] = 0;
}

static inline void __set_bit(unsigned long bit, unsigned long *map)
{
	map[bit / SHIM_LONG] |= 1UL << bit % SHIM_LONG;
}

static inline void __clear_bit(unsigned long bit, unsigned long *map)
{
	map[bit / SHIM_LONG] &= ~(1UL << bit % SHIM_LONG);
}

static inline bool test_bit(unsigned long bit, const unsigned long *map)
{
	return map[bit / SHIM_LONG] >> bit % SHIM_LONG & 1;
}

static inline unsigned long find_next_bit(const unsigned long *map,
					  unsigned long size,
					  unsigned long bit)
{
	while (bit < size && !test_bit(bit, map))
		bit++;
	return bit;
}

#endif /* _SHIM_LINUX_BITMAP_H */
