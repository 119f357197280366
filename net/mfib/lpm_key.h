/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as the longest-prefix match works with them: numbers of 128 bits,
 * left-aligned, so that IPv4 and IPv6 share the code.
 */
#ifndef _MFIB_LPM_KEY_H
#define _MFIB_LPM_KEY_H

#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

/**
 * struct lpm_key - an address, left-aligned, or the prefix that is one
 * @hi: the first 64 bits; an IPv4 address is in the upper half
 * @lo: the rest
 */
struct lpm_key {
	u64 hi;
	u64 lo;
};

static __always_inline u32 lpm_be32(const u8 *addr)
{
	__be32 be;

	memcpy(&be, addr, sizeof(be));
	return be32_to_cpu(be);
}

static __always_inline u64 lpm_be64(const u8 *addr)
{
	__be64 be;

	memcpy(&be, addr, sizeof(be));
	return be64_to_cpu(be);
}

static inline struct lpm_key lpm_key_load(const u8 *addr, unsigned int width)
{
	struct lpm_key key = {};

	if (width == 32) {
		key.hi = (u64)lpm_be32(addr) << 32;
	} else {
		key.hi = lpm_be64(addr);
		key.lo = lpm_be64(addr + 8);
	}
	return key;
}

/* Fills all 16 bytes, with zeros behind an IPv4 address. */
static inline void lpm_key_store(const struct lpm_key *key, u8 *addr)
{
	__be64 be[2] = { cpu_to_be64(key->hi), cpu_to_be64(key->lo) };

	memcpy(addr, be, sizeof(be));
}

/* @bits bits from @pos on, 1 to 63 of them and all in the same half. */
static __always_inline unsigned int lpm_key_bits(const struct lpm_key *key,
						 unsigned int pos,
						 unsigned int bits)
{
	u64 half = pos < 64 ? key->hi << pos : key->lo << (pos - 64);

	return half >> (64 - bits);
}

static inline void lpm_key_put(struct lpm_key *key, unsigned int pos,
			       unsigned int bits, u64 value)
{
	if (pos < 64)
		key->hi |= value << (64 - bits - pos);
	else
		key->lo |= value << (128 - bits - pos);
}

/* The first @len of 64 bits. */
static inline u64 lpm_mask(unsigned int len)
{
	return len ? ~0ULL << (64 - len) : 0;
}

static inline struct lpm_key lpm_key_truncate(struct lpm_key key,
					      unsigned int len)
{
	key.hi &= lpm_mask(min(len, 64U));
	key.lo &= lpm_mask(len < 64 ? 0 : len - 64);
	return key;
}

static inline bool lpm_key_covers(const struct lpm_key *prefix,
				  unsigned int len, const struct lpm_key *key)
{
	if (len <= 64)
		return !((prefix->hi ^ key->hi) & lpm_mask(len));
	return prefix->hi == key->hi &&
	       !((prefix->lo ^ key->lo) & lpm_mask(len - 64));
}

/* Whether @a is in front of @b. */
static __always_inline bool lpm_key_less(const struct lpm_key *a,
					 const struct lpm_key *b)
{
	return a->hi < b->hi || (a->hi == b->hi && a->lo < b->lo);
}

static inline bool lpm_key_equal(const struct lpm_key *a,
				 const struct lpm_key *b)
{
	return a->hi == b->hi && a->lo == b->lo;
}

#endif /* _MFIB_LPM_KEY_H */
