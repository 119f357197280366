/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's memory, made for measuring. */
#ifndef _SLAB_H
#define _SLAB_H

#include <stddef.h>

/* Bytes in use, as the kernel rounds them. */
extern size_t slab_live;

size_t slab_roundup(size_t size);
void *slab_alloc(size_t size);
void *slab_zalloc(size_t size);
void slab_free(const void *p);

/* There is no reader beside the writer, so a grace period is over at once. What
 * is freed waits all the same for more that is freed after it.
 */
void slab_free_rcu(void *p);
void slab_flush(void);

/* Touches the next bytes that will be allocated, for no page to be faulted in
 * while updates are timed. The kernel's memory is there.
 */
void slab_reserve(size_t bytes);

#endif /* _SLAB_H */
