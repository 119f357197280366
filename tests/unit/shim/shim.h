/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The little of the kernel that its pure code needs in user space, and what the
 * tests use to interfere with it. The headers in linux/ map to this.
 */
#ifndef _SHIM_H
#define _SHIM_H

#include <stdbool.h>
#include <stddef.h>

/* Fails the n-th allocation from now on; SHIM_ALL: each one; 0: none. */
#define SHIM_ALL	(~0UL)
extern unsigned long shim_fail;

/* Allocations tried, bytes in use (rounded like kmalloc's), warnings. */
extern unsigned long shim_allocs;
extern size_t shim_live;
extern unsigned long shim_warnings;

void *shim_alloc(size_t size);
void *shim_zalloc(size_t size);
void shim_free(const void *p);
size_t shim_roundup(size_t size);

/*
 * RCU: one writer, a few reader threads. There are two of them, rcu.c and urcu.c.
 * What is to be freed is freed once all readers that there were have left, a
 * batch at a time. In rcu.c, a grace period that is polled for takes as many
 * polls as shim_polls says even if there are no readers.
 */
extern unsigned long shim_polls;

void shim_read_lock(void);
void shim_read_unlock(void);
bool shim_reading(void);
unsigned long shim_start_poll(void);
bool shim_poll(unsigned long cookie);
void shim_wait(unsigned long cookie);

struct rcu_head;
void shim_free_rcu(void *p);
void shim_call_rcu(struct rcu_head *rcu, void (*func)(struct rcu_head *rcu));
void shim_barrier(void);

typedef void (*shim_hook_fn)(void);

/* Called in front of each load that a reader does from shared memory. */
extern __thread shim_hook_fn shim_hook;

static inline void shim_step(void)
{
	if (shim_hook)
		shim_hook();
}

#endif /* _SHIM_H */
