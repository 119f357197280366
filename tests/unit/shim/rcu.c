// SPDX-License-Identifier: GPL-2.0
/* RCU that the tools for races and for memory errors see through. */
#include "shim.h"

#include <sched.h>
#include <stdlib.h>

#define READERS		16

/* The epoch in which a reader went in, 0 while it is out. */
static unsigned long reader_epoch[READERS];
static unsigned long epoch = 1;
static unsigned int readers;
static __thread unsigned int reader_id;
static __thread unsigned int nesting;

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

bool shim_reading(void)
{
	return nesting;
}

unsigned long shim_polls;
static unsigned long polls;

unsigned long shim_start_poll(void)
{
	polls = 0;
	return __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
}

/*
 * A reader that stores the old epoch only after the writer has looked at it was
 * not in yet: it loads what it follows behind that store, and finds the new.
 */
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
