// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping is decided about before it exists. Without this, a file could be
 * opened for writing in between, when nobody can see yet that it will run.
 */
#include "hold.h"

#include <linux/file.h>
#include <linux/fs.h>
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

/* Holds until a return; the module must wait for them. */
static atomic_t outstanding;
static DECLARE_WAIT_QUEUE_HEAD(drained);

/**
 * digsig_hold() - hold a file
 * @file: the file, open
 * @inode: its real inode
 *
 * Context: process context.
 * Return: the hold; -ETXTBSY if somebody has it open for writing; -ENOMEM.
 */
struct digsig_hold *digsig_hold(struct file *file, struct inode *inode)
{
	struct digsig_hold *hold = kmalloc(sizeof(*hold), GFP_KERNEL);

	if (!hold)
		return ERR_PTR(-ENOMEM);
	if (!atomic_dec_unless_positive(&inode->i_writecount)) {
		kfree(hold);
		return ERR_PTR(-ETXTBSY);
	}
	hold->file = get_file(file);
	hold->inode = inode;
	return hold;
}

/**
 * digsig_hold_release() - let go of a file
 * @hold: the hold
 *
 * Context: process context.
 */
void digsig_hold_release(struct digsig_hold *hold)
{
	atomic_inc(&hold->inode->i_writecount);
	fput(hold->file);
	kfree(hold);
}

static void release_on_return(struct callback_head *work)
{
	digsig_hold_release(container_of(work, struct digsig_hold, work));
	if (atomic_dec_and_test(&outstanding))
		wake_up_all(&drained);
}

/**
 * digsig_hold_until_return() - let go when the task returns to user space
 * @hold: the hold, which is taken over; released at once on error
 *
 * Context: process context.
 * Return: 0, or -ESRCH if the task is exiting.
 */
int digsig_hold_until_return(struct digsig_hold *hold)
{
	int err;

	init_task_work(&hold->work, release_on_return);
	atomic_inc(&outstanding);
	err = task_work_add(current, &hold->work, TWA_RESUME);
	if (err)
		release_on_return(&hold->work);
	return err;
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
	wait_event(drained, !atomic_read(&outstanding));
}
