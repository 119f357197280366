/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefixes and address families.
 */
#ifndef _MFIB_PREFIX_H
#define _MFIB_PREFIX_H

#include <linux/bits.h>
#include <linux/socket.h>
#include <linux/types.h>

/**
 * enum mfib_family - address family as an array index
 * @MFIB_IPV4: IPv4
 * @MFIB_IPV6: IPv6
 * @MFIB_FAMILIES: how many there are
 */
enum mfib_family {
	MFIB_IPV4,
	MFIB_IPV6,
	MFIB_FAMILIES
};

/**
 * struct mfib_prefix - an IPv4 or IPv6 prefix
 * @addr: network byte order; IPv4 uses the first four bytes
 * @len: length in bits
 * @family: &enum mfib_family
 *
 * Bits past the length are zero.
 */
struct mfib_prefix {
	u8 addr[16];
	u8 len;
	u8 family;
};

/**
 * mfib_family_width() - length of an address in bits
 * @family: the address family
 */
static inline unsigned int mfib_family_width(enum mfib_family family)
{
	return family == MFIB_IPV4 ? 32 : 128;
}

/**
 * mfib_prefix_is_clean() - whether all bits past the prefix length are zero
 * @prefix: the prefix; its length is within the family's
 */
static inline bool mfib_prefix_is_clean(const struct mfib_prefix *prefix)
{
	unsigned int width = mfib_family_width(prefix->family) / 8;
	unsigned int i = prefix->len / 8;

	if (prefix->len % 8 && prefix->addr[i++] & (0xff >> prefix->len % 8))
		return false;
	for (; i < width; i++)
		if (prefix->addr[i])
			return false;
	return true;
}

/**
 * mfib_prefix_clean() - clear all bits past the prefix length
 * @prefix: the prefix; its length is within the family's
 */
static inline void mfib_prefix_clean(struct mfib_prefix *prefix)
{
	unsigned int i = prefix->len / 8;

	if (prefix->len % 8)
		prefix->addr[i++] &= ~(0xff >> prefix->len % 8);
	for (; i < sizeof(prefix->addr); i++)
		prefix->addr[i] = 0;
}

#endif /* _MFIB_PREFIX_H */
