/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _COMPAT_LINUX_FSVERITY_H
#define _COMPAT_LINUX_FSVERITY_H

#include_next <linux/fsverity.h>
#include <linux/version.h>

/*
 * The digest of a file with fs-verity: its size in bytes, 0 if the file has
 * none, -EOPNOTSUPP where the kernel does not tell modules (before 6.8).
 */
static inline int fsverity_read_digest(struct inode *inode, u8 *digest, u8 *alg)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	return fsverity_get_digest(inode, digest, alg, NULL);
#else
	return -EOPNOTSUPP;
#endif
}

#endif /* _COMPAT_LINUX_FSVERITY_H */
