// SPDX-License-Identifier: GPL-2.0
#include "shim.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define BATCH		64
#define PENDING		4096
#define READERS		16

unsigned long shim_fail;
unsigned long shim_allocs;
size_t shim_live;
unsigned long shim_warnings;
__thread shim_hook_fn shim_hook;

/* In front of each allocation; keeps the alignment of big ones. */
struct head {
	size_t size;
} __attribute__((aligned(64)));

size_t shim_roundup(size_t size)
{
	size_t class;

	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	for (class = 8; class < size; class *= 2)
		;
	return class;
}

void *shim_alloc(size_t size)
{
	struct head *head;

	shim_allocs++;
	if (shim_fail && (shim_fail == SHIM_ALL || !--shim_fail))
		return NULL;
	head = aligned_alloc(64, sizeof(*head) + ((size + 63) & ~63UL));
	if (!head)
		abort();
	head->size = size;
	memset(head + 1, 0xa5, size);
	shim_live += shim_roundup(size);
	return head + 1;
}

void *shim_zalloc(size_t size)
{
	void *p = shim_alloc(size);

	return p ? memset(p, 0, size) : NULL;
}

void shim_free(const void *p)
{
	struct head *head;

	if (!p)
		return;
	head = (struct head *)p - 1;
	shim_live -= shim_roundup(head->size);
	free(head);
}

/* The epoch in which a reader went in, 0 while it is out. */
static unsigned long reader_epoch[READERS];
static unsigned long epoch = 1;
static unsigned int readers;
static __thread unsigned int reader_id;
static __thread unsigned int nesting;

static struct {
	void *p;
	void (*func)(struct rcu_head *rcu);	/* NULL: free it */
} pending[PENDING];
static unsigned int npending;

void shim_read_lock(void)
{
	if (!reader_id)
		reader_id = __atomic_add_fetch(&readers, 1, __ATOMIC_SEQ_CST);
	if (reader_id > READERS)
		abort();
	if (!nesting++)
		__atomic_store_n(&reader_epoch[reader_id - 1],
				 __atomic_load_n(&epoch, __ATOMIC_SEQ_CST),
				 __ATOMIC_SEQ_CST);
}

void shim_read_unlock(void)
{
	if (!--nesting)
		__atomic_store_n(&reader_epoch[reader_id - 1], 0,
				 __ATOMIC_SEQ_CST);
}

/*
 * A reader that stores the old epoch only after the writer has looked at it was
 * not in yet: it loads what it follows behind that store, and finds the new.
 */
void shim_barrier(void)
{
	unsigned long now;

	now = __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
	shim_wait(now);
	while (npending--) {
		if (pending[npending].func)
			pending[npending].func(pending[npending].p);
		else
			shim_free(pending[npending].p);
	}
	npending = 0;
}

/* Adds to what is waiting for a grace period. */
static void wait_for(void *p, void (*func)(struct rcu_head *rcu))
{
	if (npending == PENDING)
		abort();
	pending[npending].p = p;
	pending[npending++].func = func;
	if (npending >= BATCH && !nesting)
		shim_barrier();
}

unsigned long shim_polls;
static unsigned long polls;

unsigned long shim_start_poll(void)
{
	polls = 0;
	return __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
}

bool shim_poll(unsigned long since)
{
	unsigned long seen;
	unsigned int i;

	if (polls++ < shim_polls)
		return false;
	for (i = 0; i < READERS; i++) {
		seen = __atomic_load_n(&reader_epoch[i], __ATOMIC_SEQ_CST);
		if (seen && seen < since)
			return false;
	}
	return true;
}

void shim_wait(unsigned long since)
{
	polls = shim_polls;
	while (!shim_poll(since))
		sched_yield();
}

void shim_call_rcu(struct rcu_head *rcu, void (*func)(struct rcu_head *rcu))
{
	wait_for(rcu, func);
}

void shim_free_rcu(void *p)
{
	wait_for(p, NULL);
}
