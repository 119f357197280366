/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeping a file from being opened for writing until a system call is over.
 */
#ifndef _DIGSIG_HOLD_H
#define _DIGSIG_HOLD_H

#include <linux/fs.h>

/**
 * digsig_hold() - keep a file from being opened for writing
 * @inode: its real inode
 *
 * Context: any.
 * Return: false if somebody has it open for writing.
 */
static inline bool digsig_hold(struct inode *inode)
{
	return atomic_dec_unless_positive(&inode->i_writecount);
}

/**
 * digsig_release() - let go of a file
 * @inode: its real inode, held
 *
 * Context: any.
 */
static inline void digsig_release(struct inode *inode)
{
	atomic_inc(&inode->i_writecount);
}

int digsig_hold_until_return(struct file *file, struct inode *inode,
			     gfp_t gfp);
void digsig_hold_drain(void);

#endif /* _DIGSIG_HOLD_H */
