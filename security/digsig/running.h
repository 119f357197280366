/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a file runs.
 */
#ifndef _DIGSIG_RUNNING_H
#define _DIGSIG_RUNNING_H

#include <linux/types.h>

struct inode;

bool digsig_runs(struct inode *inode);

#endif /* _DIGSIG_RUNNING_H */
