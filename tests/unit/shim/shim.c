// SPDX-License-Identifier: GPL-2.0
#include "shim.h"

#include <stdlib.h>
#include <string.h>

#define BATCH		64
#define PENDING		4096

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

static struct {
	void *p;
	void (*func)(struct rcu_head *rcu);	/* NULL: free it */
} pending[PENDING];
static unsigned int npending;

void shim_barrier(void)
{
	shim_wait(shim_start_poll());
	for (; npending; npending--) {
		if (pending[npending - 1].func)
			pending[npending - 1].func(pending[npending - 1].p);
		else
			shim_free(pending[npending - 1].p);
	}
}

/* Adds to what is waiting for a grace period. */
static void wait_for(void *p, void (*func)(struct rcu_head *rcu))
{
	if (npending == PENDING)
		abort();
	pending[npending].p = p;
	pending[npending++].func = func;
	if (npending >= BATCH && !shim_reading())
		shim_barrier();
}

void shim_call_rcu(struct rcu_head *rcu, void (*func)(struct rcu_head *rcu))
{
	wait_for(rcu, func);
}

void shim_free_rcu(void *p)
{
	wait_for(p, NULL);
}
