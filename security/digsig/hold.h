/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeping a file from being opened for writing until a system call is over.
 */
#ifndef _DIGSIG_HOLD_H
#define _DIGSIG_HOLD_H

struct digsig_hold;
struct file;
struct inode;

struct digsig_hold *digsig_hold(struct file *file, struct inode *inode);
void digsig_hold_release(struct digsig_hold *hold);
int digsig_hold_until_return(struct digsig_hold *hold);
void digsig_hold_drain(void);

#endif /* _DIGSIG_HOLD_H */
