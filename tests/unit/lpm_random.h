/* SPDX-License-Identifier: GPL-2.0 */
/* Random prefixes and addresses that have something to do with each other. */
#ifndef _LPM_RANDOM_H
#define _LPM_RANDOM_H

#include "ktap.h"
#include "lpm_model.h"

enum spread {
	DENSE,		/* few addresses, so that nodes fill */
	NESTED,		/* prefixes around others that are there */
	SPARSE,		/* anything */
	SPREADS
};

static inline void random_addr(u8 *addr, enum spread how)
{
	static const u8 few[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	unsigned int i;

	for (i = 0; i < 16; i++)
		addr[i] = how == SPARSE || (how == DENSE && i == 2) ?
			  random_u64() : few[random_below(sizeof(few))];
	if (how == DENSE) {
		addr[0] = 10;
		addr[1] = 0;
	}
}

/* Some prefix; its address may have bits behind its length. */
static inline void random_prefix(const struct model *m, enum spread how,
				 u8 *addr, u8 *len)
{
	unsigned int bit;
	const struct prefix *p;

	random_addr(addr, how);
	*len = random_below(m->width + 1);
	if (how == DENSE && random_below(8))
		*len = 12 + random_below(13);
	if (how == NESTED && m->n && random_below(8)) {
		p = &m->p[random_below(m->n)];
		bit = random_below(p->len + 8);
		if (bit > m->width)
			bit = m->width;
		*len = bit;
		memcpy(addr, p->addr, (bit + 7) / 8);
		if (bit && random_below(2))
			set_bit(addr, bit - 1, random_below(2));
	}
}

/* Some address: often one in a prefix, at its edge or just beside it. */
static inline void random_key(const struct model *m, enum spread how,
			      u8 *addr)
{
	const struct prefix *p;
	unsigned int near = random_below(5), bit;

	random_addr(addr, how);
	if (!m->n || !near)
		return;
	p = &m->p[random_below(m->n)];
	for (bit = 0; bit < m->width; bit++)
		if (bit < p->len || near < 3)
			set_bit(addr, bit, get_bit(p->addr, bit));
		else if (near == 3)
			set_bit(addr, bit, true);
	if (near == 2 && p->len)
		set_bit(addr, p->len - 1, !get_bit(addr, p->len - 1));
}

#endif /* _LPM_RANDOM_H */
