/* SPDX-License-Identifier: GPL-2.0 */
/* An XArray as a sorted array: each change copies it, and may fail. */
#ifndef _SHIM_LINUX_XARRAY_H
#define _SHIM_LINUX_XARRAY_H

#include <errno.h>
#include <limits.h>
#include <linux/slab.h>
#include <linux/types.h>

struct shim_xa_entry {
	unsigned long index;
	void *entry;
};

struct xarray {
	struct shim_xa_entry *entries;
	unsigned long n;
};

static inline void xa_init(struct xarray *xa)
{
	xa->entries = NULL;
	xa->n = 0;
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->n;
}

/* The first entry that is not below the index. */
static inline unsigned long shim_xa_find(const struct xarray *xa,
					 unsigned long index)
{
	unsigned long low = 0, high = xa->n;

	while (low < high) {
		unsigned long middle = (low + high) / 2;

		if (xa->entries[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static inline void *xa_load(const struct xarray *xa, unsigned long index)
{
	unsigned long i = shim_xa_find(xa, index);

	return i < xa->n && xa->entries[i].index == index ?
	       xa->entries[i].entry : NULL;
}

/* Stores where there is nothing yet. */
static inline void *xa_store(struct xarray *xa, unsigned long index,
			     void *entry, gfp_t gfp)
{
	unsigned long i, at = shim_xa_find(xa, index);
	struct shim_xa_entry *new;

	new = kmalloc((xa->n + 1) * sizeof(*new), gfp);
	if (!new)
		return (void *)-ENOMEM;
	for (i = 0; i < xa->n; i++)
		new[i + (i >= at)] = xa->entries[i];
	new[at].index = index;
	new[at].entry = entry;
	kfree(xa->entries);
	xa->entries = new;
	xa->n++;
	return NULL;
}

#define xa_err(entry)	((int)(long)(entry))

static inline void xa_erase(struct xarray *xa, unsigned long index)
{
	unsigned long i = shim_xa_find(xa, index);

	for (xa->n--; i < xa->n; i++)
		xa->entries[i] = xa->entries[i + 1];
}

static inline void xa_destroy(struct xarray *xa)
{
	kfree(xa->entries);
	xa_init(xa);
}

#define XA_PRESENT	0

static inline void *xa_find(const struct xarray *xa, unsigned long *index,
			    unsigned long max, int filter)
{
	unsigned long i = shim_xa_find(xa, *index);

	if (i == xa->n || xa->entries[i].index > max || filter != XA_PRESENT)
		return NULL;
	*index = xa->entries[i].index;
	return xa->entries[i].entry;
}

static inline void *xa_find_after(const struct xarray *xa,
				  unsigned long *index, unsigned long max,
				  int filter)
{
	++*index;
	return xa_find(xa, index, max, filter);
}

#endif /* _SHIM_LINUX_XARRAY_H */
