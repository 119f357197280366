/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files that are worked on side by side.
 */
#ifndef SIGN_POOL_H
#define SIGN_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct job;
struct list;

int pool_run(const struct job *job, struct list *list, unsigned int threads,
	     bool progress);

#endif /* SIGN_POOL_H */
