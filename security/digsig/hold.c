// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping is decided about before it exists. Without this, a file could be
 * opened for writing in between, when nobody can see yet that it will run.
 */
#include "hold.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/wait.h>

/**
 * struct digsig_hold - a file that cannot be opened for writing
 * @work: releases it
 * @file: keeps the inode; owns a reference
 * @inode: its i_writecount is one lower for us
 */
struct digsig_hold {
	struct callback_head work;
	struct file *file;
	struct inode *inode;
};

/* One that is free, for the next: a mapping allocates nothing then. */
static DEFINE_PER_CPU(struct digsig_hold *, spare);

/* Holds until a return; the module must wait for them. */
static atomic_t outstanding;
static DECLARE_WAIT_QUEUE_HEAD(drained);

static void free_hold(struct digsig_hold *hold)
{
	if (this_cpu_cmpxchg(spare, NULL, hold))
		kfree(hold);
}

static void release_on_return(struct callback_head *work)
{
	struct digsig_hold *hold = container_of(work, struct digsig_hold, work);

	digsig_release(hold->inode);
	fput(hold->file);
	free_hold(hold);
	/* The decrement is a full barrier, as there is one in wait_event(). */
	if (atomic_dec_and_test(&outstanding) && waitqueue_active(&drained))
		wake_up_all(&drained);
}

/**
 * digsig_hold_until_return() - let go when the task returns to user space
 * @file: the file, open
 * @inode: its real inode, held; released at once on error
 * @gfp: how to allocate memory, should there be need to
 *
 * Context: process context; sleeps only if @gfp allows it.
 * Return: 0; -ENOMEM; -ESRCH if the task is exiting.
 */
int digsig_hold_until_return(struct file *file, struct inode *inode,
			     gfp_t gfp)
{
	struct digsig_hold *hold = this_cpu_xchg(spare, NULL);
	int err;

	if (unlikely(!hold)) {
		hold = kmalloc(sizeof(*hold), gfp);
		if (!hold) {
			digsig_release(inode);
			return -ENOMEM;
		}
	}
	hold->file = get_file(file);
	hold->inode = inode;
	init_task_work(&hold->work, release_on_return);
	atomic_inc(&outstanding);
	/* We are on the processor: nobody need be woken, as TWA_RESUME does. */
	err = task_work_add(current, &hold->work, TWA_NONE);
	if (unlikely(err)) {
		release_on_return(&hold->work);
		return err;
	}
	set_thread_flag(TIF_NOTIFY_RESUME);
	return 0;
}

/**
 * digsig_hold_drain() - wait until nothing is held any more
 *
 * The last release may still be on its way out of release_on_return().
 *
 * Context: process context; no hold is taken any more.
 */
void digsig_hold_drain(void)
{
	int cpu;

	wait_event(drained, !atomic_read(&outstanding));
	for_each_possible_cpu(cpu)
		kfree(xchg(per_cpu_ptr(&spare, cpu), NULL));
}
