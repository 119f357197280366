/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What lies below filesystems: block devices, and files that are made one.
 */
#ifndef _DIGSIG_DEVICE_H
#define _DIGSIG_DEVICE_H

#include <linux/types.h>

struct inode;

bool digsig_device_in_use(const struct inode *inode);
bool digsig_image_in_use(const struct inode *inode);

#endif /* _DIGSIG_DEVICE_H */
