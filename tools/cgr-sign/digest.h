/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Digests of files.
 */
#ifndef SIGN_DIGEST_H
#define SIGN_DIGEST_H

#include <linux/types.h>

#include "format.h"

struct result;
struct tail;

int digest_file(int fd, u64 size, enum digsig_hash hash, u8 *digest,
		struct result *r);
int digest_signed(int fd, const struct tail *tail, enum digsig_hash hash,
		  u8 *digest, struct result *r);
int digest_fsverity(int fd, enum digsig_hash *hash, u8 *digest,
		    struct result *r);

#endif /* SIGN_DIGEST_H */
