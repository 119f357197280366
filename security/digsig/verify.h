/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding and verifying the signature of a file or a buffer.
 */
#ifndef _DIGSIG_VERIFY_H
#define _DIGSIG_VERIFY_H

#include <linux/digsig.h>
#include <linux/types.h>

#include "format.h"

struct file;

/**
 * struct digsig_verdict - what was found out
 * @cause: why not; %DIGSIG_CAUSE_NONE if the signature is good
 * @place: where the signature is
 * @size: size of @digest in bytes, 0 if there is none
 * @digest: the digest that was signed
 * @why: a constant sentence about what is malformed, or NULL
 */
struct digsig_verdict {
	enum digsig_cause cause;
	enum digsig_place place;
	u8 size;
	u8 digest[DIGSIG_DIGEST_MAX];
	const char *why;
};

void digsig_verify_file(struct file *file, struct digsig_verdict *verdict);
void digsig_verify_buffer(const void *buf, size_t size, struct file *file,
			  struct digsig_verdict *verdict);
u64 digsig_verify_count(void);

#endif /* _DIGSIG_VERIFY_H */
