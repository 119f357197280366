/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Digests of files and buffers, by the kernel's fastest driver.
 */
#ifndef _DIGSIG_DIGEST_H
#define _DIGSIG_DIGEST_H

#include <linux/types.h>

#include "format.h"

struct file;

int digsig_digest_file(struct file *file, u64 size, enum digsig_hash hash,
		       u8 *digest);
int digsig_digest_buffer(const u8 *buf, u64 size, enum digsig_hash hash,
			 u8 *digest);
u64 digsig_digest_bytes(void);

int digsig_digest_setup(void);
void digsig_digest_teardown(void);

#endif /* _DIGSIG_DIGEST_H */
