/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Nodes as the writer keeps them: which prefixes end in a node, and which
 * children it has.
 */
#ifndef _MFIB_LPM_LIST_H
#define _MFIB_LPM_LIST_H

#include <linux/bitops.h>
#include <linux/types.h>

#include "lpm_arena.h"

/**
 * struct lpm_kid - a child
 * @list: its list
 * @word: what readers find in its place, a node or a leaf
 */
struct lpm_kid {
	u32 list;
	u32 word;
};

/**
 * struct lpm_list - the prefixes and children of a node
 * @in: what the node inherits: the longest of its parent's prefixes that covers
 *	it, as a leaf, or LPM_HOLE
 * @prefixes: number of prefixes
 * @kids: number of children
 * @units: size of the node's image or page in units of the arena, if it has one
 * @shows: whether what readers see depends on @in: there is a place without a
 *	prefix or a child, or a child that is a node
 * @data: a place per child (u8), a code per prefix (u16), struct lpm_kid per
 *	child, a value per prefix (u32); all in order
 *
 * The code of a prefix is the place where it begins, times 16, plus how many
 * bits of the node it has. So the order is that of a walk. What is searched is
 * in front, mostly in the cache line of the numbers. With @units, an image is
 * freed without loading it.
 */
struct lpm_list {
	u32 in;
	u32 prefixes : 10;
	u32 kids : 9;
	u32 units : 9;
	u32 shows : 1;
	u8 data[];
};

/* The change of a list: what is added in front of entry @at, or removed. */
enum lpm_change {
	LPM_ADD_PREFIX,
	LPM_ADD_KID,
	LPM_REMOVE_PREFIX,
	LPM_REMOVE_KID,
};

static inline u8 *lpm_places(const struct lpm_list *list)
{
	return (u8 *)list->data;
}

static inline u16 *lpm_codes(const struct lpm_list *list)
{
	return (u16 *)(list->data + ((list->kids + 1) & ~1U));
}

/* Places and codes, and what aligns what is behind them. */
static inline u32 lpm_list_front(unsigned int prefixes, unsigned int kids)
{
	return (((kids + 1) & ~1U) + prefixes * sizeof(u16) + 3) & ~3U;
}

static inline struct lpm_kid *lpm_kids(const struct lpm_list *list)
{
	return (struct lpm_kid *)(list->data +
				  lpm_list_front(list->prefixes, list->kids));
}

static inline u32 *lpm_values(const struct lpm_list *list)
{
	return (u32 *)(lpm_kids(list) + list->kids);
}

static inline u32 lpm_list_bytes(unsigned int prefixes, unsigned int kids)
{
	return sizeof(struct lpm_list) + lpm_list_front(prefixes, kids) +
	       kids * sizeof(struct lpm_kid) + prefixes * sizeof(u32);
}

static inline unsigned int lpm_code(unsigned int place, unsigned int len)
{
	return place << 4 | len;
}

static inline unsigned int lpm_code_place(unsigned int code)
{
	return code >> 4;
}

static inline unsigned int lpm_code_len(unsigned int code)
{
	return code & 15;
}

/* How many places a prefix covers in a node of @bits bits. */
static inline unsigned int lpm_code_size(unsigned int code, unsigned int bits)
{
	return 1U << (bits - lpm_code_len(code));
}

unsigned int lpm_list_prefix(const struct lpm_list *list, unsigned int code,
			     bool *found);
unsigned int lpm_list_kid(const struct lpm_list *list, unsigned int place,
			  bool *found);
u32 lpm_list_best(const struct lpm_list *list, unsigned int bits,
		  unsigned int place, u32 in, unsigned int *len);
u32 lpm_list_change(struct lpm_arena *arena, u32 ref, enum lpm_change change,
		    unsigned int at);
void lpm_list_free(struct lpm_arena *arena, u32 ref);

#endif /* _MFIB_LPM_LIST_H */
