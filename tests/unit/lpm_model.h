/* SPDX-License-Identifier: GPL-2.0 */
/* What the tree must do, in the simplest way: an array of prefixes in order. */
#ifndef _LPM_MODEL_H
#define _LPM_MODEL_H

#include <linux/types.h>
#include <string.h>

#define MODEL_MAX	2048

struct prefix {
	u8 addr[16];
	u8 len;
	u32 value;
};

struct model {
	unsigned int width;
	unsigned int n;
	struct prefix p[MODEL_MAX];
};

static inline bool get_bit(const u8 *addr, unsigned int bit)
{
	return addr[bit / 8] >> (7 - bit % 8) & 1;
}

static inline void set_bit(u8 *addr, unsigned int bit, bool on)
{
	u8 mask = 0x80 >> bit % 8;

	addr[bit / 8] = on ? addr[bit / 8] | mask : addr[bit / 8] & ~mask;
}

/* Clears what is behind the prefix. */
static inline void truncate_addr(u8 *addr, unsigned int len)
{
	for (; len < 128; len++)
		set_bit(addr, len, false);
}

static inline bool prefix_covers(const struct prefix *p, const u8 *addr)
{
	unsigned int bit;

	for (bit = 0; bit < p->len; bit++)
		if (get_bit(p->addr, bit) != get_bit(addr, bit))
			return false;
	return true;
}

static inline int prefix_cmp(const struct prefix *a, const struct prefix *b)
{
	int order = memcmp(a->addr, b->addr, sizeof(a->addr));

	return order ? order : a->len - b->len;
}

/* The first prefix that is not in front of this one. */
static inline unsigned int model_at(const struct model *m, const u8 *addr,
				    u8 len)
{
	struct prefix p = { .len = len };
	unsigned int i = 0;

	memcpy(p.addr, addr, m->width / 8);
	truncate_addr(p.addr, len);
	while (i < m->n && prefix_cmp(&m->p[i], &p) < 0)
		i++;
	return i;
}

static inline bool model_is(const struct model *m, unsigned int i,
			    const u8 *addr, u8 len)
{
	return i < m->n && m->p[i].len == len && prefix_covers(&m->p[i], addr);
}

static inline u32 model_insert(struct model *m, const u8 *addr, u8 len,
			       u32 value)
{
	unsigned int i = model_at(m, addr, len);
	struct prefix p = { .len = len, .value = value };
	u32 old;

	if (model_is(m, i, addr, len)) {
		old = m->p[i].value;
		m->p[i].value = value;
		return old;
	}
	memcpy(p.addr, addr, m->width / 8);
	truncate_addr(p.addr, len);
	memmove(&m->p[i + 1], &m->p[i], (m->n - i) * sizeof(p));
	m->p[i] = p;
	m->n++;
	return 0;
}

static inline u32 model_remove(struct model *m, const u8 *addr, u8 len)
{
	unsigned int i = model_at(m, addr, len);
	u32 old;

	if (!model_is(m, i, addr, len))
		return 0;
	old = m->p[i].value;
	m->n--;
	memmove(&m->p[i], &m->p[i + 1], (m->n - i) * sizeof(m->p[0]));
	return old;
}

static inline u32 model_match(const struct model *m, const u8 *addr, u8 *len)
{
	unsigned int i;
	u32 value = 0;

	*len = 0;
	for (i = 0; i < m->n; i++) {
		if (m->p[i].len < *len || !prefix_covers(&m->p[i], addr))
			continue;
		*len = m->p[i].len;
		value = m->p[i].value;
	}
	return value;
}

static inline u32 model_find(const struct model *m, const u8 *addr, u8 len)
{
	unsigned int i = model_at(m, addr, len);

	return model_is(m, i, addr, len) ? m->p[i].value : 0;
}

#endif /* _LPM_MODEL_H */
