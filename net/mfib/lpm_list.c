// SPDX-License-Identifier: GPL-2.0
#include "lpm_list.h"

#include <linux/string.h>

#include "lpm_image.h"

/**
 * lpm_list_prefix() - find a prefix in a list
 * @list: the list
 * @code: the prefix
 * @found: set to whether it is there
 *
 * Context: the writer lock.
 * Return: its number, or that of the first prefix behind it.
 */
unsigned int lpm_list_prefix(const struct lpm_list *list, unsigned int code,
			     bool *found)
{
	unsigned int n = list->prefixes, half, at;
	const u16 *codes = lpm_codes(list), *low = codes;

	/* without branches that nobody could predict */
	while (n > 1) {
		half = n / 2;
		low += low[half - 1] < code ? half : 0;
		n -= half;
	}
	low += n && *low < code;
	at = low - codes;
	*found = at < list->prefixes && *low == code;
	return at;
}

/**
 * lpm_list_kid() - find a child in a list
 * @list: the list
 * @place: the child's place
 * @found: set to whether it is there
 *
 * Context: the writer lock.
 * Return: its number, or that of the first child behind it.
 */
unsigned int lpm_list_kid(const struct lpm_list *list, unsigned int place,
			  bool *found)
{
	const u8 *places = lpm_places(list), *low = places;
	unsigned int n = list->kids, half, at;

	while (n > 1) {
		half = n / 2;
		low += low[half - 1] < place ? half : 0;
		n -= half;
	}
	low += n && *low < place;
	at = low - places;
	*found = at < list->kids && *low == place;
	return at;
}

/**
 * lpm_list_best() - the longest prefix of a list that covers a place
 * @list: the list
 * @bits: the node's bits
 * @place: the place
 * @in: what to return if there is none
 * @len: set to its bits in the node if there is one; may be NULL
 *
 * Context: the writer lock.
 * Return: a leaf, or @in.
 */
u32 lpm_list_best(const struct lpm_list *list, unsigned int bits,
		  unsigned int place, u32 in, unsigned int *len)
{
	const u16 *codes = lpm_codes(list);
	unsigned int i;

	for (i = 0; i < list->prefixes; i++) {
		if (lpm_code_place(codes[i]) > place)
			break;
		if (lpm_code_place(codes[i]) + lpm_code_size(codes[i], bits) <=
		    place)
			continue;
		in = lpm_leaf(lpm_values(list)[i]);
		if (len)
			*len = lpm_code_len(codes[i]);
	}
	return in;
}

/* Moves @n entries of an array, with a gap in front of entry @gap, if adding, or
 * without the entry, if not. What comes later in memory must be moved first when
 * the arrays grow in place, and last when they shrink.
 */
static void move_array(void *to, const void *from, size_t size, unsigned int n,
		       unsigned int gap, int delta)
{
	unsigned int tail;

	if (delta > 0) {
		memmove(to + (gap + 1) * size, from + gap * size,
			(n - gap) * size);
		memmove(to, from, gap * size);
	} else {
		tail = gap - delta;
		memmove(to, from, gap * size);
		memmove(to + gap * size, from + tail * size, (n - tail) * size);
	}
}

/**
 * lpm_list_change() - make room for an entry, or remove one
 * @arena: where lists are
 * @ref: the list
 * @change: what to do
 * @at: the entry to be removed, or in front of which one is added; the caller
 *	fills it in
 *
 * A list that gets smaller stays where it is if there is no memory for another.
 *
 * Context: the writer lock; may sleep.
 * Return: the list, which may have moved; 0 without memory, and it is as it was.
 */
u32 lpm_list_change(struct lpm_arena *arena, u32 ref, enum lpm_change change,
		    unsigned int at)
{
	struct lpm_list old_head = *(struct lpm_list *)lpm_at(arena, ref);
	struct lpm_list *old = lpm_at(arena, ref), *new = old;
	int prefix = change == LPM_ADD_PREFIX ? 1 :
		     change == LPM_REMOVE_PREFIX ? -1 : 0;
	int kid = change == LPM_ADD_KID ? 1 : change == LPM_REMOVE_KID ? -1 : 0;
	u32 old_bytes = lpm_list_bytes(old->prefixes, old->kids);
	u32 bytes = lpm_list_bytes(old->prefixes + prefix, old->kids + kid);
	struct {
		void *to, *from;
		size_t size;
		unsigned int n, gap;
		int delta;
	} array[4];
	int i, first = 0, last = 3, step = 1;
	u32 to = ref;

	if (lpm_units(bytes) > lpm_units(old_bytes)) {
		to = lpm_arena_alloc(arena, bytes, false);
		if (!to)
			return 0;
		new = lpm_at(arena, to);
	}
	array[0].from = lpm_places(old);
	array[1].from = lpm_codes(old);
	array[2].from = lpm_kids(old);
	array[3].from = lpm_values(old);
	*new = old_head;
	new->prefixes += prefix;
	new->kids += kid;
	array[0].to = lpm_places(new);
	array[1].to = lpm_codes(new);
	array[2].to = lpm_kids(new);
	array[3].to = lpm_values(new);
	for (i = 0; i < 4; i++) {
		array[i].n = i & 1 ? old_head.prefixes : old_head.kids;
		array[i].delta = i & 1 ? prefix : kid;
		array[i].gap = array[i].delta ? at : array[i].n;
	}
	array[0].size = sizeof(u8);
	array[1].size = sizeof(u16);
	array[2].size = sizeof(struct lpm_kid);
	array[3].size = sizeof(u32);

	if (prefix + kid > 0) {
		first = 3;
		last = 0;
		step = -1;
	}
	for (i = first;; i += step) {
		if (array[i].delta)
			move_array(array[i].to, array[i].from, array[i].size,
				   array[i].n, array[i].gap, array[i].delta);
		else if (array[i].to != array[i].from)
			memmove(array[i].to, array[i].from,
				array[i].n * array[i].size);
		if (i == last)
			break;
	}
	if (to != ref)
		lpm_arena_free(arena, ref, old_bytes);
	else if (lpm_units(bytes) < lpm_units(old_bytes))
		lpm_arena_free(arena, ref + lpm_units(bytes) * LPM_UNIT,
			       old_bytes - lpm_units(bytes) * LPM_UNIT);
	return to;
}

/**
 * lpm_list_free() - free a list
 * @arena: where it is
 * @ref: the list
 *
 * Context: the writer lock; may sleep.
 */
void lpm_list_free(struct lpm_arena *arena, u32 ref)
{
	const struct lpm_list *list = lpm_at(arena, ref);

	lpm_arena_free(arena, ref, lpm_list_bytes(list->prefixes, list->kids));
}
